-- The index of the inbox: everything here can be made again from the thread objects. Rows are written with
-- version guards, so that a late or repeated write never overwrites a newer one.

-- One row per thread. Two indexes and no more: each costs a written row per message. `rank` orders a queue:
-- due time first, then last activity (see domain::thread::rank).
CREATE TABLE threads (
  id       TEXT    NOT NULL PRIMARY KEY,
  version  INTEGER NOT NULL,
  status   TEXT    NOT NULL CHECK (status IN ('open', 'snoozed', 'closed')),
  queue    TEXT    NOT NULL, -- id of the owning teammate or team, or 'unassigned'
  rank     INTEGER NOT NULL,
  item     TEXT    NOT NULL  -- the ThreadItem of the API, as JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX threads_by_status ON threads (status, rank, id);
CREATE INDEX threads_by_queue ON threads (status, queue, rank, id);

-- The people on the other side; written when what is known of them changes.
CREATE TABLE contacts (
  id            TEXT    NOT NULL PRIMARY KEY,
  version       INTEGER NOT NULL, -- of the thread it was taken from
  thread        TEXT    NOT NULL,
  account       TEXT    NOT NULL,
  platform      TEXT    NOT NULL,
  name          TEXT    NOT NULL,
  username      TEXT,
  facts         TEXT    NOT NULL, -- JSON: label and value pairs
  first_seen_at INTEGER NOT NULL  -- milliseconds
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_by_age ON contacts (first_seen_at DESC, id);

-- Copies of the threads' audit entries, and the workspace's own. Never updated, never deleted.
CREATE TABLE audit (
  id       TEXT    NOT NULL PRIMARY KEY,
  at       INTEGER NOT NULL,
  thread   TEXT,
  entry    TEXT    NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_by_time ON audit (at DESC, id);

-- Words of messages. rowid grows with time (see wire::view::SearchKey), so that "newest first" needs no sort.
CREATE VIRTUAL TABLE search USING fts5 (
  text, thread UNINDEXED, message UNINDEXED, direction UNINDEXED, at UNINDEXED,
  tokenize = 'unicode61 remove_diacritics 2'
);

-- Questions by their words, to find the same question at another door.
CREATE TABLE fingerprints (
  words    TEXT    NOT NULL, -- SHA-256 of the normalised text
  thread   TEXT    NOT NULL,
  channel  TEXT    NOT NULL, -- account and surface
  person   TEXT    NOT NULL, -- SHA-256 of the normalised name
  at       INTEGER NOT NULL,
  PRIMARY KEY (words, thread)
) STRICT, WITHOUT ROWID;
