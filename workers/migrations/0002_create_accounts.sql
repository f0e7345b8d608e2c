-- Connected accounts: a Page, a number, a bot. The source of truth is here; credentials are with the account's object.

CREATE TABLE accounts (
  id           TEXT    NOT NULL PRIMARY KEY,
  platform     TEXT    NOT NULL,
  remote       TEXT    NOT NULL, -- what the platform calls it
  name         TEXT    NOT NULL,
  state        TEXT    NOT NULL CHECK (state IN ('connected', 'reconnect', 'disconnected')),
  trouble      TEXT,             -- a stable word
  troubled_by  TEXT,             -- the kind of call that met with the trouble: the same kind shows that it is over
  last_event   INTEGER,          -- to the hour: not worth a write per message
  usual_pause  INTEGER,          -- longest pause between two events of late: how silent the account usually is
  connected_at INTEGER NOT NULL,
  UNIQUE (platform, remote)
) STRICT;

-- Connections through which an account writes in somebody else's chats, as last told. An owner who connects anew gets
-- a connection of another name; of all connections of one owner, the one that was known first names the chats.
CREATE TABLE connections (
  account    TEXT    NOT NULL,
  connection TEXT    NOT NULL, -- what the platform calls it
  open       INTEGER NOT NULL, -- whether the account may answer there
  at         INTEGER NOT NULL, -- when that reached us
  owner      TEXT,             -- what the platform calls them; null where that was never told
  first      TEXT,             -- the connection that names the chats; null where it is this one
  PRIMARY KEY (account, connection)
) STRICT, WITHOUT ROWID;
