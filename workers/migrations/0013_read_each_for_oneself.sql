-- How many messages are unread for each teammate who has looked at the thread since it was last answered, as JSON by their
-- ids; for all others it is the item's number.
ALTER TABLE threads ADD COLUMN unread TEXT;
