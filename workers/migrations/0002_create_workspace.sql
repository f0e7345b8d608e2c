-- What the workspace is: people, accounts, rules. The source of truth for these is here.

CREATE TABLE teammates (
  id         TEXT    NOT NULL PRIMARY KEY,
  email      TEXT    NOT NULL UNIQUE, -- in small letters
  name       TEXT    NOT NULL,
  role       TEXT    NOT NULL CHECK (role IN ('viewer', 'agent', 'admin', 'owner')),
  enabled    INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
) STRICT;

-- Only the digest of a session's secret is kept.
CREATE TABLE sessions (
  digest     TEXT    NOT NULL PRIMARY KEY, -- hexadecimal SHA-256
  teammate   TEXT    NOT NULL REFERENCES teammates (id),
  created_at INTEGER NOT NULL,
  used_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_teammate ON sessions (teammate);

-- One-time sign-in links; a used one is gone.
CREATE TABLE links (
  digest     TEXT    NOT NULL PRIMARY KEY, -- hexadecimal SHA-256
  teammate   TEXT    NOT NULL REFERENCES teammates (id),
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  id           TEXT    NOT NULL PRIMARY KEY,
  platform     TEXT    NOT NULL,
  remote       TEXT    NOT NULL, -- what the platform calls it
  name         TEXT    NOT NULL,
  state        TEXT    NOT NULL CHECK (state IN ('connected', 'reconnect', 'disconnected')),
  trouble      TEXT,             -- a stable word
  last_event   INTEGER,          -- milliseconds, to the hour: not worth a write per message
  connected_at INTEGER NOT NULL,
  UNIQUE (platform, remote)
) STRICT;

CREATE TABLE rules (
  version  INTEGER NOT NULL PRIMARY KEY,
  text     TEXT    NOT NULL,
  saved_at INTEGER NOT NULL,
  saved_by TEXT,
  note     TEXT
) STRICT;

-- Deliveries that wait for a person. Their bytes are in R2 under `stored`.
CREATE TABLE deliveries (
  id          TEXT    NOT NULL PRIMARY KEY,
  platform    TEXT    NOT NULL,
  account     TEXT,             -- what the address named
  state       TEXT    NOT NULL CHECK (state IN ('parked', 'dead', 'recovered')),
  reason      TEXT    NOT NULL, -- words of ours
  size        INTEGER NOT NULL,
  stored      TEXT    NOT NULL,
  received_at INTEGER NOT NULL,
  replays     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_time ON deliveries (received_at DESC, id);

-- Files: customers' attachments we keep, and uploads for replies. Bytes are in R2 under the id.
CREATE TABLE media (
  id         TEXT    NOT NULL PRIMARY KEY,
  mime       TEXT    NOT NULL, -- by the file's own bytes
  name       TEXT    NOT NULL,
  size       INTEGER NOT NULL,
  thread     TEXT,             -- whose attachment; none for uploads
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Counters by day: what was passed over by rule, what labelling cost.
CREATE TABLE counters (
  day    TEXT    NOT NULL,
  name   TEXT    NOT NULL,
  value  INTEGER NOT NULL,
  PRIMARY KEY (day, name)
) STRICT, WITHOUT ROWID;
