CREATE TABLE IF NOT EXISTS post (
  only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
  json TEXT    NOT NULL -- domain::post::PostRecord
) STRICT;
CREATE TABLE IF NOT EXISTS comments (
  id      TEXT    NOT NULL PRIMARY KEY, -- as a message of its thread: made of what the platform calls it
  top     TEXT    NOT NULL, -- the comment at the top of its branch
  at      INTEGER NOT NULL,
  place   TEXT    NOT NULL, -- domain::post::Placed; empty while the comment itself has not come
  holder  TEXT,             -- the author of one that is held
  owing   INTEGER NOT NULL, -- its thread has yet to be told something
  changed INTEGER,          -- the version in which the index was last to learn of its words
  due     INTEGER,          -- something is to be done to it, and it is to be looked at then
  json    TEXT    NOT NULL  -- domain::post::Comment
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS comments_by_branch ON comments (top, at, id);
CREATE INDEX IF NOT EXISTS comments_by_place ON comments (place, at, id);
CREATE INDEX IF NOT EXISTS comments_held ON comments (holder, at, id) WHERE holder IS NOT NULL;
CREATE INDEX IF NOT EXISTS comments_owing ON comments (at, id) WHERE owing = 1;
CREATE INDEX IF NOT EXISTS comments_changed ON comments (changed, id) WHERE changed IS NOT NULL;
CREATE INDEX IF NOT EXISTS comments_due ON comments (due, id) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS authors (
  key  TEXT NOT NULL PRIMARY KEY,
  json TEXT NOT NULL -- domain::post::Author
) STRICT, WITHOUT ROWID;
-- What was done to the post, until the index has it.
CREATE TABLE IF NOT EXISTS entries (
  id      TEXT    NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL, -- the post's, that it came with
  json    TEXT    NOT NULL  -- the row of the index
) STRICT, WITHOUT ROWID;
