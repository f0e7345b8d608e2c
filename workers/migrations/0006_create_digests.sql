-- The daily digest. Whoever writes a day's row first sends it; nobody else does.
CREATE TABLE digests (
  id       TEXT    NOT NULL PRIMARY KEY, -- of a day: made of the day; by hand: made by the page, once per press
  day      TEXT    NOT NULL,             -- local, as 2026-01-31
  made_at  INTEGER NOT NULL,
  sent_by  TEXT,                         -- the teammate who sent it by hand
  body     TEXT    NOT NULL              -- the Digest, as JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX digests_by_time ON digests (made_at DESC, id);

-- How far each has come with each of its readers.
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

-- Deliveries that wait for a person are few among those that were taken in after all.
CREATE INDEX deliveries_waiting ON deliveries (state, received_at) WHERE state <> 'recovered';

-- The longest pause between two events of late, in milliseconds: how silent an account usually is.
ALTER TABLE accounts ADD COLUMN usual_pause INTEGER;
