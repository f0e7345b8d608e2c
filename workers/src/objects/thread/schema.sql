-- One thread. `state` is rewritten with every change; the rest is appended to or replaced row by row.
CREATE TABLE IF NOT EXISTS state (
  only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
  schema INTEGER NOT NULL, -- version of this layout
  json TEXT NOT NULL       -- domain::thread::machine::ThreadRecord
) STRICT;
CREATE TABLE IF NOT EXISTS messages (
  id          TEXT NOT NULL PRIMARY KEY,
  at          INTEGER,       -- milliseconds by the platform; none while only later facts are known
  received_at INTEGER,       -- the order among those of the same time: domain::message::order
  json        TEXT NOT NULL  -- domain::message::Message
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS messages_by_time ON messages (at, received_at, id);
CREATE TABLE IF NOT EXISTS replies (
  id      TEXT    NOT NULL PRIMARY KEY,
  settled INTEGER NOT NULL, -- discarded, or sent and named by the platform
  json    TEXT    NOT NULL  -- domain::reply::Reply
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS replies_unsettled ON replies (id) WHERE settled = 0;
CREATE TABLE IF NOT EXISTS audit (
  sequence INTEGER NOT NULL PRIMARY KEY,
  json     TEXT    NOT NULL -- domain::audit::Entry
) STRICT;
