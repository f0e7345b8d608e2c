-- Sign-in links that somebody made for somebody else: whoever has one is that person, who is told of it.
CREATE TABLE made_links (
  teammate TEXT    NOT NULL REFERENCES teammates (id), -- whose link it is
  digest   TEXT    NOT NULL,                           -- hexadecimal SHA-256
  made_by  TEXT    NOT NULL REFERENCES teammates (id),
  made_at  INTEGER NOT NULL,
  used_at  INTEGER,
  PRIMARY KEY (teammate, made_at, digest)
) STRICT, WITHOUT ROWID;
ALTER TABLE sessions ADD COLUMN link TEXT;                          -- digest of the link that it began with
ALTER TABLE sessions ADD COLUMN told_at INTEGER NOT NULL DEFAULT 0; -- it was told of the links made before
