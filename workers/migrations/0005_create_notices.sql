-- What the team channels were told, and what became of it. The source of truth is here from the moment that a row is written.
CREATE TABLE notices (
  id         TEXT    NOT NULL PRIMARY KEY, -- the notice's key: the same for the same notice
  kind       TEXT    NOT NULL,
  thread     TEXT,                         -- none for what is about no thread
  channel    TEXT,                         -- team channel of the rules; none for the installation's own
  state      TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts   INTEGER NOT NULL DEFAULT 0,
  error      TEXT,                         -- class of the last failure
  job        TEXT    NOT NULL,             -- JSON of queue::Job, to have it told again
  created_at INTEGER NOT NULL,
  posted_at  INTEGER,
  next_at    INTEGER NOT NULL              -- not posted again before; while it is being posted, when that is given up
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_by_time ON notices (created_at DESC, id);
CREATE INDEX notices_waiting ON notices (next_at) WHERE state = 'waiting';
