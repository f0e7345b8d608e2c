-- What the team is told in its channels and by mail, and what became of it. A row is the source of truth from the moment
-- it is written.

CREATE TABLE notices (
  id         TEXT    NOT NULL PRIMARY KEY, -- the same for the same notice
  kind       TEXT    NOT NULL,
  thread     TEXT,                         -- none for what is about no thread
  channel    TEXT,                         -- team channel of the rules; none for the installation's own
  state      TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts   INTEGER NOT NULL DEFAULT 0,
  error      TEXT,                         -- class of the last failure
  job        TEXT    NOT NULL,             -- JSON of queue::Job, to have it posted again
  created_at INTEGER NOT NULL,
  posted_at  INTEGER,
  next_at    INTEGER NOT NULL              -- not posted again before; while it is being posted, the end of the lease
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_by_time ON notices (created_at DESC, id);
CREATE INDEX notices_waiting ON notices (next_at) WHERE state = 'waiting';

-- The daily digest. Whoever writes a day's row first sends it; nobody else does.
CREATE TABLE digests (
  id      TEXT    NOT NULL PRIMARY KEY, -- of a day: made of the day; by hand: made by the page, once per press
  day     TEXT    NOT NULL,             -- local, as 2026-01-31
  made_at INTEGER NOT NULL,
  sent_by TEXT,                         -- the teammate who sent it by hand
  body    TEXT    NOT NULL              -- the Digest, as JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX digests_by_time ON digests (made_at DESC, id);

-- How far each digest has come with each of its readers.
CREATE TABLE digest_deliveries (
  digest     TEXT    NOT NULL REFERENCES digests (id),
  way        TEXT    NOT NULL CHECK (way IN ('channel', 'email')),
  target     TEXT    NOT NULL, -- the address, or the channel's name
  request    TEXT    NOT NULL, -- by which a provider knows a repeated request
  status     TEXT    NOT NULL CHECK (status IN ('waiting', 'sent', 'failed')),
  cause      TEXT,
  tries      INTEGER NOT NULL DEFAULT 0,
  trying     INTEGER NOT NULL DEFAULT 0, -- a try has begun, and nothing is known of its end
  next_at    INTEGER NOT NULL,
  settled_at INTEGER,
  PRIMARY KEY (digest, way, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_deliveries_due ON digest_deliveries (next_at) WHERE status = 'waiting';

-- What was done on a local day that is over, so that it is counted once.
CREATE TABLE digest_days (
  day   TEXT NOT NULL PRIMARY KEY,
  zone  TEXT NOT NULL,
  facts TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
