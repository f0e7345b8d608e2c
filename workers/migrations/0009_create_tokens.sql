-- Tokens by which programs use the API. Only the digest of a token's secret is kept.
CREATE TABLE tokens (
  id         TEXT    NOT NULL PRIMARY KEY,
  digest     TEXT    NOT NULL UNIQUE, -- hexadecimal SHA-256
  name       TEXT    NOT NULL,
  role       TEXT    NOT NULL CHECK (role IN ('viewer', 'agent')),
  made_by    TEXT    NOT NULL REFERENCES teammates (id),
  made_at    INTEGER NOT NULL,
  used_at    INTEGER,                 -- milliseconds, to the hour: not worth a write per request
  expires_at INTEGER
) STRICT, WITHOUT ROWID;
