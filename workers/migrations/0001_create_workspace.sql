-- The workspace: who belongs to it, how they sign in, and the rules they wrote. The source of truth is here.
--
-- Times are milliseconds since 1970 in every table. Digests are hexadecimal SHA-256: no secret is stored.

CREATE TABLE teammates (
  id           TEXT    NOT NULL PRIMARY KEY,
  email        TEXT    NOT NULL UNIQUE, -- in small letters
  name         TEXT    NOT NULL,
  role         TEXT    NOT NULL CHECK (role IN ('viewer', 'agent', 'admin', 'owner')),
  enabled      INTEGER NOT NULL DEFAULT 1,
  created_at   INTEGER NOT NULL,
  signed_in_at INTEGER                  -- the first time; until then they are invited and get no threads
) STRICT;

CREATE TABLE sessions (
  digest     TEXT    NOT NULL PRIMARY KEY,
  teammate   TEXT    NOT NULL REFERENCES teammates (id),
  created_at INTEGER NOT NULL,
  used_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  role       TEXT    NOT NULL -- that it was made for: it gains no rights that its teammate got since
             CHECK (role IN ('viewer', 'agent', 'admin', 'owner')),
  link       TEXT,            -- digest of the sign-in link that it began with
  told_at    INTEGER NOT NULL DEFAULT 0 -- it was told of the sign-in links that others made before this time
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_teammate ON sessions (teammate);

-- Sign-in links, each good for one use: a used one is deleted.
CREATE TABLE links (
  digest     TEXT    NOT NULL PRIMARY KEY,
  teammate   TEXT    NOT NULL REFERENCES teammates (id),
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Sign-in links that somebody made for somebody else. Whoever has such a link is that person, so the person is told of it.
CREATE TABLE made_links (
  teammate TEXT    NOT NULL REFERENCES teammates (id), -- whose link it is
  digest   TEXT    NOT NULL,
  made_by  TEXT    NOT NULL REFERENCES teammates (id),
  made_at  INTEGER NOT NULL,
  used_at  INTEGER,
  PRIMARY KEY (teammate, made_at, digest)
) STRICT, WITHOUT ROWID;

-- Tokens by which programs use the API.
CREATE TABLE tokens (
  id         TEXT    NOT NULL PRIMARY KEY,
  digest     TEXT    NOT NULL UNIQUE,
  name       TEXT    NOT NULL,
  role       TEXT    NOT NULL CHECK (role IN ('viewer', 'agent')),
  made_by    TEXT    NOT NULL REFERENCES teammates (id),
  made_at    INTEGER NOT NULL,
  used_at    INTEGER, -- to the hour: not worth a write per request
  expires_at INTEGER
) STRICT, WITHOUT ROWID;

-- How many attempts were refused, by kind and period: guessing is slowed down by it.
CREATE TABLE attempts (
  kind   TEXT    NOT NULL,
  period INTEGER NOT NULL, -- number of the ten-minute period since 1970
  value  INTEGER NOT NULL,
  PRIMARY KEY (kind, period)
) STRICT, WITHOUT ROWID;

-- Every version of the rules. Versions never change.
CREATE TABLE rules (
  version    INTEGER NOT NULL PRIMARY KEY,
  text       TEXT    NOT NULL,
  saved_at   INTEGER NOT NULL,
  saved_by   TEXT,
  note       TEXT,
  added      INTEGER, -- lines that the version before does not have
  removed    INTEGER, -- lines of the version before that are gone
  planned_at INTEGER  -- since when every open thread goes by it; none while threads have yet to be walked
) STRICT;
CREATE INDEX rules_unplanned ON rules (version) WHERE planned_at IS NULL;
