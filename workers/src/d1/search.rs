//! Full-text search over messages, notes and people. What is asked is made in `domain::search`.

use serde::Deserialize;
use tributary_domain::{
    id::{MessageId, ThreadId},
    label::{LabelExample, Remaining},
    time::Timestamp,
};
use tributary_wire::view::SearchKey;

use super::Statement;
use crate::{app::AppContext, error::InternalError};

/// Most people that one search shows.
pub(crate) const PEOPLE: u32 = 5;

/// A message or a note that was found.
#[derive(Debug, Deserialize)]
pub(crate) struct Hit {
    /// Its key among all of them, as text: it is too large for the database's numbers.
    pub(crate) row: String,
    /// The thread; of a comment that is held, the post.
    pub(crate) thread: String,
    /// The message's id, or that of the note's entry in the audit.
    pub(crate) message: String,
    pub(crate) direction: String,
    pub(crate) at: i64,
    /// As much of it as an excerpt is looked for in.
    pub(crate) text: String,
}

/// Messages and notes that fit, newest first, older than `before`.
pub(crate) async fn messages(
    app: &AppContext,
    expression: &str,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Hit>, InternalError> {
    let sql = "SELECT CAST(rowid AS TEXT) AS row, thread, message, direction, at, substr(text, 1, 16000) AS text \
               FROM search WHERE search MATCH ?1 AND rowid < CAST(?2 AS INTEGER) ORDER BY rowid DESC LIMIT ?3";
    Statement::new("search_messages", sql)
        .text(expression)
        .text(before.unwrap_or("9223372036854775807"))
        .int(i64::from(limit))
        .rows(app)
        .await
}

/// Most messages that are looked at to find whose one is.
const LOOKED_AT: i64 = 1000;

/// In which thread a message stands.
#[derive(Debug, Deserialize)]
pub(crate) struct Standing {
    pub(crate) message: MessageId,
    pub(crate) thread: ThreadId,
}

/// The threads of those of these messages that were written not long before `now`.
pub(crate) async fn threads_of(
    app: &AppContext,
    messages: &[MessageId],
    now: Timestamp,
) -> Result<Vec<Standing>, InternalError> {
    let sql = "SELECT thread, message FROM (SELECT thread, message FROM search \
                 WHERE rowid BETWEEN ?1 AND ?2 ORDER BY rowid DESC LIMIT ?3) \
               WHERE message IN (SELECT value FROM json_each(?4)) AND thread >= 'thr'";
    let timings = &app.config.timings.intake;
    let from = SearchKey::least(now.minus(timings.report_look_back)).0;
    let to = SearchKey::least(now.plus(timings.report_look_ahead)).0;
    let ids = serde_json::to_string(messages).map_err(InternalError::form("search.threads_of"))?;
    Statement::new("threads_of_messages", sql).int(from).int(to).int(LOOKED_AT).text(&ids).rows(app).await
}

/// Somebody who was found.
#[derive(Debug, Deserialize)]
pub(crate) struct Known {
    pub(crate) thread: ThreadId,
    /// Their number; empty where they are known by none.
    pub(crate) number: String,
}

/// People who fit, the latest first. The first of the ends of their number is the whole.
pub(crate) async fn people(app: &AppContext, expression: &str) -> Result<Vec<Known>, InternalError> {
    let sql = "SELECT thread, substr(numbers, 1, instr(numbers || ' ', ' ') - 1) AS number \
               FROM people WHERE people MATCH ?1 ORDER BY rowid DESC LIMIT ?2";
    Statement::new("search_people", sql).text(expression).int(i64::from(PEOPLE)).rows(app).await
}

/// What is left of the messages that lessons are made of. A message that was taken back has no row; whose words they
/// are is told by the thread's row.
const REMAINING: &str = "SELECT s.message AS message, s.text AS text, t.item ->> '$.contact.name' AS name, \
      t.item ->> '$.contact.username' AS username \
    FROM json_each(?1) j CROSS JOIN search s ON s.rowid = j.value JOIN threads t ON t.id = s.thread \
    WHERE s.direction = 'incoming'";

/// What is left of the messages of these lessons.
pub(crate) async fn remaining(app: &AppContext, lessons: &[LabelExample]) -> Result<Vec<Remaining>, InternalError> {
    #[derive(Deserialize)]
    struct Row {
        message: MessageId,
        text: String,
        name: Option<String>,
        username: Option<String>,
    }
    let about = lessons.iter().flat_map(|lesson| &lesson.about);
    let keys: Vec<i64> = about.map(|about| SearchKey::of(about.message.as_str(), about.at).0).collect();
    let keys = serde_json::to_string(&keys).map_err(InternalError::form("search.remaining"))?;
    let rows: Vec<Row> = Statement::new("remaining_words", REMAINING).text(&keys).rows(app).await?;
    let left = |Row { message, text, name, username }: Row| Remaining {
        message,
        text,
        names: name.into_iter().chain(username).collect(),
    };
    Ok(rows.into_iter().map(left).collect())
}
