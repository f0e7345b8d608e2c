-- What the team is told in its channels and by mail, and what became of it. A row is the source of truth from the moment
-- it is written.

-- The daily digest. Whoever writes a day's row first sends it; nobody else does.
CREATE TABLE digests (
  id      TEXT    NOT NULL PRIMARY KEY, -- of a day: made of the day; by hand: made by the page, once per press
  day     TEXT    NOT NULL,             -- local, as 2026-01-31
  made_at INTEGER NOT NULL,
  sent_by TEXT,                         -- the teammate who sent it by hand
  body    TEXT    NOT NULL              -- the Digest, as JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX digests_by_time ON digests (made_at DESC, id);

-- The outbox: each notice, and each digest with each of its readers.
CREATE TABLE outbox (
  id         TEXT    NOT NULL PRIMARY KEY, -- the same for the same message: a receiver knows a repeated one by it
  kind       TEXT    NOT NULL,             -- of a notice; else 'digest'
  digest     TEXT    REFERENCES digests (id), -- none for a notice
  thread     TEXT,                         -- what a notice is about, if it is about one
  way        TEXT    NOT NULL CHECK (way IN ('channel', 'email')),
  target     TEXT,                         -- a channel of the rules, or an address; none for the installation's own channel
  job        TEXT    CHECK ((job IS NULL) = (digest IS NOT NULL)), -- of a notice: JSON of queue::Job, to have it sent again
  state      TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  cause      TEXT,                         -- why the last attempt failed
  tries      INTEGER NOT NULL DEFAULT 0,
  trying     INTEGER NOT NULL DEFAULT 0,   -- attempts that have begun, and of whose end nothing is known
  created_at INTEGER NOT NULL,
  tried_at   INTEGER,                      -- when the last attempt ended
  next_at    INTEGER NOT NULL              -- not tried again before; during an attempt, the end of its lease
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_waiting ON outbox (next_at, digest, way, target) WHERE state = 'waiting';
CREATE INDEX outbox_notices ON outbox (created_at DESC, id) WHERE digest IS NULL;
CREATE UNIQUE INDEX outbox_digests ON outbox (digest, way, target) WHERE digest IS NOT NULL;

-- What was done on a local day that is over, so that it is counted once.
CREATE TABLE digest_days (
  day   TEXT NOT NULL PRIMARY KEY,
  zone  TEXT NOT NULL,
  facts TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
