//! Questions by their words, to find the same question on another channel.

use serde::Deserialize;
use tributary_domain::{
    id::{ContactId, ThreadId},
    time::{Span, Timestamp},
};

use super::{Statement, read, together};
use crate::{app::AppContext, error::InternalError};

/// How long a comment and a message of one contact may lie apart to be about the same.
pub(crate) const TOGETHER: Span = Span::days(1);

/// What a customer asks, as fingerprints tell.
pub(crate) struct Question<'a> {
    pub(crate) words: &'a str,
    pub(crate) thread: &'a ThreadId,
    /// Account and surface.
    pub(crate) channel: &'a str,
    pub(crate) person: &'a str,
}

/// Another thread with the same words.
#[derive(Deserialize)]
pub(crate) struct Alike {
    pub(crate) thread: ThreadId,
    pub(crate) person: String,
    pub(crate) channel: String,
}

/// Notes a question, and finds where else it was asked since `since`.
pub(crate) async fn note(
    app: &AppContext,
    asked: &Question<'_>,
    now: Timestamp,
    since: Timestamp,
) -> Result<Vec<Alike>, InternalError> {
    let keep = "INSERT INTO fingerprints (words, thread, channel, person, at) VALUES (?1, ?2, ?3, ?4, ?5) \
                ON CONFLICT (words, thread) DO UPDATE SET person = excluded.person, at = excluded.at";
    let alike = "SELECT thread, person, channel FROM fingerprints \
                 WHERE words = ?1 AND thread <> ?2 AND channel <> ?3 AND at >= ?4 LIMIT 10";
    let named = |name, sql| Statement::new(name, sql).text(asked.words).text(asked.thread.as_str()).text(asked.channel);
    let statements =
        vec![named("keep_fingerprint", keep).text(asked.person).time(now), named("find_alike", alike).time(since)];
    let results = together(app, "link", statements).await?;
    results.last().map_or_else(|| Ok(Vec::new()), |result| read(result, "link"))
}

/// Notes that a contact commented in this thread: the row stands under their id in place of words.
pub(crate) async fn note_comment(
    app: &AppContext,
    asked: &Question<'_>,
    contact: &ContactId,
    now: Timestamp,
) -> Result<(), InternalError> {
    let keep = "INSERT INTO fingerprints (words, thread, channel, person, at) VALUES (?1, ?2, ?3, ?4, ?5) \
                ON CONFLICT (words, thread) DO UPDATE SET at = excluded.at";
    let statement = Statement::new("keep_comment", keep).text(contact.as_str()).text(asked.thread.as_str());
    statement.text(asked.channel).text(asked.person).time(now).run(app).await
}

/// Threads in which a contact has commented since then.
pub(crate) async fn comments_of(
    app: &AppContext,
    contact: &ContactId,
    since: Timestamp,
) -> Result<Vec<ThreadId>, InternalError> {
    #[derive(Deserialize)]
    struct Row {
        thread: ThreadId,
    }
    let sql = "SELECT thread FROM fingerprints WHERE words = ?1 AND at >= ?2 LIMIT 5";
    let rows: Vec<Row> = Statement::new("comments_of", sql).text(contact.as_str()).time(since).rows(app).await?;
    Ok(rows.into_iter().map(|row| row.thread).collect())
}

/// Whether this thread was written in since then.
pub(crate) async fn is_alive(app: &AppContext, thread: &ThreadId, since: Timestamp) -> Result<bool, InternalError> {
    let sql = "SELECT 1 AS alive FROM threads WHERE id = ?1 AND item ->> '$.lastMessageAt' >= ?2";
    let statement = Statement::new("is_alive", sql).text(thread.as_str()).text(&since.to_string());
    Ok(statement.row::<serde_json::Value>(app).await?.is_some())
}
