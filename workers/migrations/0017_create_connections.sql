-- Connections through which an account speaks in somebody else's chats, as last told.
CREATE TABLE connections (
  account    TEXT    NOT NULL,
  connection TEXT    NOT NULL, -- what the platform calls it
  open       INTEGER NOT NULL, -- whether the account may answer there
  at         INTEGER NOT NULL, -- milliseconds: when that reached us
  PRIMARY KEY (account, connection)
) STRICT, WITHOUT ROWID;
