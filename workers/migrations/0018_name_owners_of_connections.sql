-- Whoever connects anew gets a connection of another name. Of all connections of one owner, the one that was known first
-- names the chats.
ALTER TABLE connections ADD COLUMN owner TEXT; -- what the platform calls them; null where that was never told
ALTER TABLE connections ADD COLUMN first TEXT; -- the connection that names the chats; null where it is this one
