-- Of a kind that is kept: who put it away, and why. It goes on being kept and counted.
ALTER TABLE kept_kinds ADD COLUMN dismissed_at INTEGER;
ALTER TABLE kept_kinds ADD COLUMN dismissed_by TEXT;
ALTER TABLE kept_kinds ADD COLUMN dismissal TEXT;     -- a teammate's words
