-- How many attempts were refused of late, by kind and period of ten minutes: what guessing is slowed down by.
CREATE TABLE attempts (
  kind   TEXT    NOT NULL,
  period INTEGER NOT NULL, -- number of the ten-minute period since 1970
  value  INTEGER NOT NULL,
  PRIMARY KEY (kind, period)
) STRICT, WITHOUT ROWID;
