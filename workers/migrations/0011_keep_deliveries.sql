-- Deliveries that hold something that this release does not read, and that is on no list of harmless things: kept for a
-- release that reads it. Their bytes are in R2, once; here is a row per kind and account in them.
CREATE TABLE kept_kinds (
  id       TEXT    NOT NULL PRIMARY KEY, -- follows from the next three
  platform TEXT    NOT NULL,
  account  TEXT    NOT NULL,             -- what the platform calls it; empty where it does not say
  kind     TEXT    NOT NULL,
  held     INTEGER NOT NULL,             -- rows of kept_deliveries
  beyond   INTEGER NOT NULL,             -- those that came when there was no more room: counted, and not kept
  last_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_deliveries (
  kind        TEXT    NOT NULL,          -- id of kept_kinds
  received_at INTEGER NOT NULL,
  delivery    TEXT    NOT NULL,
  door        TEXT,                      -- the account that the address named
  size        INTEGER NOT NULL,
  PRIMARY KEY (kind, received_at, delivery)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_deliveries_by_delivery ON kept_deliveries (delivery);

-- Of a dead letter: whom it is for, what it holds, when it was last tried, and who put it away and why.
ALTER TABLE deliveries ADD COLUMN accounts TEXT;      -- JSON list of what the platform calls them
ALTER TABLE deliveries ADD COLUMN kinds TEXT;         -- JSON list
ALTER TABLE deliveries ADD COLUMN tried_at INTEGER;
ALTER TABLE deliveries ADD COLUMN dismissed_at INTEGER;
ALTER TABLE deliveries ADD COLUMN dismissed_by TEXT;
ALTER TABLE deliveries ADD COLUMN dismissal TEXT;     -- a teammate's words

-- What the last try of a delivery that fails said. Whoever buries it tells.
CREATE TABLE tries (
  delivery TEXT    NOT NULL PRIMARY KEY,
  fault    TEXT    NOT NULL, -- words of ours
  at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
