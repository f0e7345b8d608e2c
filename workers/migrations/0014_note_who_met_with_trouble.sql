-- What kind of call met with an account's trouble: the same kind shows that it is over.
ALTER TABLE accounts ADD COLUMN troubled_by TEXT;
