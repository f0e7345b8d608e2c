-- Numbers for reports. All of them are counted from what is elsewhere, or are not worth a source of truth.

-- What happened, counted by the hour: made from the audit and the messages, and made again at any time. A sheet is
-- `flow`, `answers` or `labels` (see domain::insights); the one called `mark` says how far the counting has come.
CREATE TABLE facts (
  sheet     TEXT    NOT NULL,
  at        INTEGER NOT NULL, -- when the hour began
  rolled_at INTEGER NOT NULL, -- when it was counted
  cells     TEXT    NOT NULL, -- JSON
  PRIMARY KEY (sheet, at)
) STRICT, WITHOUT ROWID;

-- Counters by day: what was passed over by rule, what labelling cost.
CREATE TABLE counters (
  day    TEXT    NOT NULL,
  name   TEXT    NOT NULL,
  value  INTEGER NOT NULL,
  PRIMARY KEY (day, name)
) STRICT, WITHOUT ROWID;
