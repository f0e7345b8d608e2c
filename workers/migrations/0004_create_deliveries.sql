-- Deliveries of platforms that could not be taken in as usual. Their bytes are in R2.

-- Dead letters, which wait for a person, and those that were taken in after all.
CREATE TABLE deliveries (
  id           TEXT    NOT NULL PRIMARY KEY,
  platform     TEXT    NOT NULL,
  account      TEXT,             -- the account that the webhook's address named
  accounts     TEXT,             -- JSON list: whom it is for, as the platform calls them
  kinds        TEXT,             -- JSON list: what it holds
  state        TEXT    NOT NULL CHECK (state IN ('parked', 'dead', 'recovered')),
  reason       TEXT    NOT NULL, -- words of ours
  size         INTEGER NOT NULL,
  stored       TEXT    NOT NULL, -- key of the bytes
  received_at  INTEGER NOT NULL,
  tried_at     INTEGER,
  replays      INTEGER NOT NULL DEFAULT 0,
  dismissed_at INTEGER,
  dismissed_by TEXT,
  dismissal    TEXT              -- a teammate's words
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_time ON deliveries (received_at DESC, id);
-- Those that wait are few among those that were taken in after all.
CREATE INDEX deliveries_waiting ON deliveries (state, received_at) WHERE state <> 'recovered';

-- What the last try of a delivery that fails said, until it becomes a dead letter.
CREATE TABLE tries (
  delivery TEXT    NOT NULL PRIMARY KEY,
  fault    TEXT    NOT NULL, -- words of ours
  at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Kinds of events that this release does not read and that are on no list of harmless things: stored for a release that
-- reads them. A kind that was dismissed goes on being stored and counted.
CREATE TABLE kept_kinds (
  id           TEXT    NOT NULL PRIMARY KEY, -- follows from the next three
  platform     TEXT    NOT NULL,
  account      TEXT    NOT NULL,             -- what the platform calls it; empty where it does not say
  kind         TEXT    NOT NULL,
  held         INTEGER NOT NULL,             -- rows of kept_deliveries
  beyond       INTEGER NOT NULL,             -- those that came when there was no more room: counted, and not stored
  last_at      INTEGER NOT NULL,
  dismissed_at INTEGER,
  dismissed_by TEXT,
  dismissal    TEXT                          -- a teammate's words
) STRICT, WITHOUT ROWID;

-- The deliveries that hold such events: a row per kind and account in them. Their bytes are stored once.
CREATE TABLE kept_deliveries (
  kind        TEXT    NOT NULL, -- id of kept_kinds
  received_at INTEGER NOT NULL,
  delivery    TEXT    NOT NULL,
  door        TEXT,             -- the account that the webhook's address named
  size        INTEGER NOT NULL,
  PRIMARY KEY (kind, received_at, delivery)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_deliveries_by_delivery ON kept_deliveries (delivery);
