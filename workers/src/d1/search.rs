//! Full-text search over messages.

use tributary_domain::{
    id::{MessageId, ThreadId},
    json::{self, Read},
    label::{Lesson, Remaining},
};
use tributary_wire::view::SearchKey;

use super::Statement;
use crate::{edge::Edge, fault::Fault};

/// Most words of one search.
const WORDS: usize = 8;

/// A message that was found.
#[derive(Debug, Read)]
pub(crate) struct Hit {
    /// Its key among all messages, as text: it is too large for the database's numbers.
    pub(crate) row: String,
    pub(crate) thread: ThreadId,
    pub(crate) message: MessageId,
    pub(crate) direction: String,
    pub(crate) at: i64,
    pub(crate) excerpt: String,
}

/// The expression that finds messages with all of these words; nothing when there is no word in it. Each word
/// becomes a quoted phrase, so that nothing of it is taken for an operator.
pub(crate) fn expression(words: &str) -> Option<String> {
    let clean: String = words.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    let phrases: Vec<String> = clean
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .take(WORDS)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    (!phrases.is_empty()).then(|| phrases.join(" "))
}

/// Messages that fit, newest first, older than `before`.
pub(crate) async fn messages(
    edge: &Edge,
    expression: &str,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Hit>, Fault> {
    let sql = "SELECT CAST(rowid AS TEXT) AS row, thread, message, direction, at, \
               snippet(search, 0, '', '', '…', 24) AS excerpt FROM search \
               WHERE search MATCH ?1 AND rowid < CAST(?2 AS INTEGER) ORDER BY rowid DESC LIMIT ?3";
    Statement::new("search_messages", sql)
        .text(expression)
        .text(before.unwrap_or("9223372036854775807"))
        .int(i64::from(limit))
        .rows(edge)
        .await
}

/// What is left of the messages that lessons are made of. A message that was taken back has no row; whose words they
/// are is told by the thread's row.
const REMAINING: &str = "SELECT s.message AS message, s.text AS text, t.item ->> '$.contact.name' AS name, \
      t.item ->> '$.contact.username' AS username \
    FROM json_each(?1) j CROSS JOIN search s ON s.rowid = j.value JOIN threads t ON t.id = s.thread \
    WHERE s.direction = 'incoming'";

/// What is left of the messages of these lessons.
pub(crate) async fn remaining(edge: &Edge, lessons: &[Lesson]) -> Result<Vec<Remaining>, Fault> {
    #[derive(Read)]
    struct Row {
        message: MessageId,
        text: String,
        name: Option<String>,
        username: Option<String>,
    }
    let about = lessons.iter().flat_map(|lesson| &lesson.about);
    let keys: Vec<i64> = about.map(|about| SearchKey::of(&about.message, about.at).0).collect();
    let keys = json::to_string(&keys).map_err(Fault::form("search.remaining"))?;
    let rows: Vec<Row> = Statement::new("remaining_words", REMAINING).text(&keys).rows(edge).await?;
    let left = |Row { message, text, name, username }: Row| Remaining {
        message,
        text,
        names: name.into_iter().chain(username).collect(),
    };
    Ok(rows.into_iter().map(left).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_words_whatever_they_look_like() {
        assert_eq!(expression("late parcel").as_deref(), Some("\"late\" \"parcel\""));
        assert_eq!(expression("a\" OR thread:x*").as_deref(), Some("\"a\"\"\" \"OR\" \"thread:x*\""));
        assert_eq!(expression(" \u{0} -- * \" "), None);
        assert_eq!(expression("NEAR(x\u{0}y)").as_deref(), Some("\"NEAR(x\" \"y)\""));
    }
}
