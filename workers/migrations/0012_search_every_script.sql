-- Words of messages and notes. `extra` is what the tokenizer cannot find in `text` by itself: pairs of letters of scripts
-- without spaces, and other forms of the same words and numbers (see domain::search). Marks belong to words. Beginnings of
-- two and three letters have an index of their own.
CREATE VIRTUAL TABLE words USING fts5 (
  text, extra, thread UNINDEXED, message UNINDEXED, direction UNINDEXED, at UNINDEXED,
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'", prefix = '2 3'
);
INSERT INTO words (rowid, text, extra, thread, message, direction, at)
  SELECT rowid, text, '', thread, message, direction, at FROM search;
DROP TABLE search;
ALTER TABLE words RENAME TO search;

-- People by name, handle and telephone number, one row each. rowid grows with the time they first wrote.
CREATE VIRTUAL TABLE people USING fts5 (
  name, username, numbers, extra, thread UNINDEXED,
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'", prefix = '2 3'
);

-- What is there is found in the new ways once its thread is carried again: the clock looks for threads of which the index
-- holds less than they have.
UPDATE threads SET version = 0;
