-- The index of the inbox. Everything here but the files can be made again from the thread objects. Rows are written
-- with version guards, so that a late or repeated write never overwrites a newer one.

-- One row per thread, and one per post under which comments are held: lists have rows of both. Each index costs a written row per message. `rank` orders a queue: due time first, then last
-- activity (see domain::thread::rank).
CREATE TABLE threads (
  id       TEXT    NOT NULL PRIMARY KEY, -- thr_... or pst_...
  version  INTEGER NOT NULL,
  status   TEXT    NOT NULL CHECK (status IN ('open', 'snoozed', 'closed')),
  queue    TEXT    NOT NULL, -- id of the owning teammate or team, or 'unassigned'
  rank     INTEGER NOT NULL,
  facets   TEXT    NOT NULL, -- what lists are narrowed by, as words (see wire::view::facet)
  item     TEXT    NOT NULL, -- the ThreadItem or PostItem of the API, as JSON
  unread   TEXT,             -- JSON: by teammate who has looked at it since the last answer, how many messages are
                             -- unread; for everybody else it is the item's number
  -- Where it stands in the index of facets: by its rank, its status, which of the two it is, and the first two digits of
  -- its id, so that few threads share a place however many ask in one second.
  place    INTEGER NOT NULL AS (
    (rank * 4 + CASE status WHEN 'open' THEN 0 WHEN 'snoozed' THEN 1 ELSE 2 END) * 512 + (id >= 'thr') * 256
    + max(instr('0123456789abcdef', substr(id, 5, 1)) - 1, 0) * 16
    + max(instr('0123456789abcdef', substr(id, 6, 1)) - 1, 0))
) STRICT, WITHOUT ROWID;
CREATE INDEX threads_by_status ON threads (status, rank, id);
CREATE INDEX threads_by_queue ON threads (status, queue, rank, id);

-- Facets by place: a list that is narrowed by any of them, or by several, is read from here in its order. A row holds the
-- words of all threads that stand at its place; whoever reads looks at each thread's own. It is kept by what follows, and
-- written only when a thread's place or facets have changed.
CREATE VIRTUAL TABLE facets USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
CREATE TRIGGER threads_come AFTER INSERT ON threads BEGIN
  INSERT OR REPLACE INTO facets (rowid, words) SELECT new.place, group_concat(facets, ' ')
    FROM threads INDEXED BY threads_by_status WHERE status = new.status AND rank = new.rank
      AND id >= substr(new.id, 1, 6) AND id < substr(new.id, 1, 6) || 'g';
END;
CREATE TRIGGER threads_stay AFTER UPDATE ON threads WHEN old.place = new.place AND old.facets <> new.facets BEGIN
  INSERT OR REPLACE INTO facets (rowid, words) SELECT new.place, group_concat(facets, ' ')
    FROM threads INDEXED BY threads_by_status WHERE status = new.status AND rank = new.rank
      AND id >= substr(new.id, 1, 6) AND id < substr(new.id, 1, 6) || 'g';
END;
CREATE TRIGGER threads_move AFTER UPDATE ON threads WHEN old.place <> new.place BEGIN
  DELETE FROM facets WHERE rowid = old.place;
  INSERT INTO facets (rowid, words) SELECT old.place, group_concat(facets, ' ')
    FROM threads INDEXED BY threads_by_status WHERE status = old.status AND rank = old.rank
      AND id >= substr(old.id, 1, 6) AND id < substr(old.id, 1, 6) || 'g' HAVING count(*) > 0;
  INSERT OR REPLACE INTO facets (rowid, words) SELECT new.place, group_concat(facets, ' ')
    FROM threads INDEXED BY threads_by_status WHERE status = new.status AND rank = new.rank
      AND id >= substr(new.id, 1, 6) AND id < substr(new.id, 1, 6) || 'g';
END;
CREATE TRIGGER threads_go AFTER DELETE ON threads BEGIN
  DELETE FROM facets WHERE rowid = old.place;
  INSERT INTO facets (rowid, words) SELECT old.place, group_concat(facets, ' ')
    FROM threads INDEXED BY threads_by_status WHERE status = old.status AND rank = old.rank
      AND id >= substr(old.id, 1, 6) AND id < substr(old.id, 1, 6) || 'g' HAVING count(*) > 0;
END;

-- The people on the other side, written when what is known of them changes.
CREATE TABLE contacts (
  id            TEXT    NOT NULL PRIMARY KEY,
  version       INTEGER NOT NULL, -- of the thread it was taken from
  thread        TEXT    NOT NULL,
  account       TEXT    NOT NULL,
  platform      TEXT    NOT NULL,
  name          TEXT    NOT NULL,
  username      TEXT,
  facts         TEXT    NOT NULL, -- JSON: label and value pairs
  first_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_by_age ON contacts (first_seen_at DESC, id);

-- Copies of the threads' audit entries, and the workspace's own, which are nowhere else. Never updated, never deleted.
CREATE TABLE audit (
  id     TEXT    NOT NULL PRIMARY KEY,
  at     INTEGER NOT NULL,
  thread TEXT,             -- none for the workspace's own
  entry  TEXT    NOT NULL  -- JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_by_time ON audit (at DESC, id);

-- Words of messages and notes. `rowid` grows with time (see wire::view::SearchKey), so that "newest first" needs no
-- sort. `extra` is what the tokenizer cannot find in `text` by itself: pairs of letters of scripts without spaces, and
-- other forms of the same words and numbers (see domain::search). Beginnings of two and three letters have an index of
-- their own.
CREATE VIRTUAL TABLE search USING fts5 (
  text, extra, thread UNINDEXED, message UNINDEXED, direction UNINDEXED, at UNINDEXED,
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'", prefix = '2 3'
);

-- People by name, handle and telephone number, one row each. `rowid` grows with the time they first wrote.
CREATE VIRTUAL TABLE people USING fts5 (
  name, username, numbers, extra, thread UNINDEXED,
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'", prefix = '2 3'
);

-- Questions by their words, to find the same question on another channel.
CREATE TABLE fingerprints (
  words    TEXT    NOT NULL, -- SHA-256 of the normalised text
  thread   TEXT    NOT NULL,
  channel  TEXT    NOT NULL, -- account and surface
  person   TEXT    NOT NULL, -- SHA-256 of the normalised name
  at       INTEGER NOT NULL,
  PRIMARY KEY (words, thread)
) STRICT, WITHOUT ROWID;

-- Files: customers' attachments that we store, and uploads for replies. Bytes are in R2 under the id. Where an attachment
-- came in is known, so that it can be deleted when its channel's retention is over; uploads have none of it.
CREATE TABLE media (
  id         TEXT    NOT NULL PRIMARY KEY,
  mime       TEXT    NOT NULL, -- by the file's own bytes
  name       TEXT    NOT NULL,
  size       INTEGER NOT NULL,
  thread     TEXT,
  channel    TEXT,             -- 'platform.surface'
  message    TEXT,
  place      INTEGER,          -- among the attachments of the message
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX media_by_channel ON media (channel, created_at) WHERE channel IS NOT NULL;
