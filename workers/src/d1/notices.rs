//! What the team channels were told.

use serde::Deserialize;
use tributary_domain::{
    id::ThreadId,
    time::{Span, Timestamp},
};
use tributary_wire::api::notice::{NoticeItem, NoticeState};

use super::Statement;
use crate::{edge::Edge, fault::Fault};

/// A notice as stored.
#[derive(Debug, Deserialize)]
pub(crate) struct NoticeRow {
    pub(crate) id: String,
    kind: String,
    thread: Option<ThreadId>,
    channel: Option<String>,
    pub(crate) state: NoticeState,
    pub(crate) attempts: u32,
    error: Option<String>,
    pub(crate) job: String,
    created_at: i64,
    posted_at: Option<i64>,
    next_at: i64,
    #[serde(default)]
    contact: Option<String>,
}

impl NoticeRow {
    pub(crate) fn item(&self) -> NoticeItem {
        NoticeItem {
            id: self.id.clone(),
            kind: self.kind.clone(),
            thread_id: self.thread.clone(),
            contact: self.contact.clone(),
            channel: self.channel.clone(),
            state: self.state,
            attempts: self.attempts,
            error: self.error.clone(),
            created_at: self.created_at(),
            posted_at: self.posted_at.map(Timestamp::from_millis),
        }
    }

    pub(crate) fn created_at(&self) -> Timestamp {
        Timestamp::from_millis(self.created_at)
    }

    pub(crate) fn next_at(&self) -> Timestamp {
        Timestamp::from_millis(self.next_at)
    }
}

const COLUMNS: &str = "id, kind, thread, channel, state, attempts, error, job, created_at, posted_at, next_at";

/// Writes a notice down, once.
pub(crate) async fn keep(
    edge: &Edge,
    id: &str,
    kind: &str,
    thread: Option<&ThreadId>,
    job: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    let sql = "INSERT INTO notices (id, kind, thread, state, job, created_at, next_at) \
               VALUES (?1, ?2, ?3, 'waiting', ?4, ?5, ?5) ON CONFLICT (id) DO NOTHING";
    let statement = Statement::new("keep_notice", sql).text(id).text(kind);
    statement.maybe(thread.map(ThreadId::as_str)).text(job).time(now).run(edge).await
}

/// Takes a notice to post it: nobody else does before `until`. None where it is posted, given up, or in others' hands.
pub(crate) async fn take(edge: &Edge, id: &str, now: Timestamp, until: Timestamp) -> Result<Option<NoticeRow>, Fault> {
    let sql = format!(
        "UPDATE notices SET attempts = attempts + 1, next_at = ?3 \
         WHERE id = ?1 AND state = 'waiting' AND next_at <= ?2 RETURNING {COLUMNS}"
    );
    Statement::new("take_notice", &sql).text(id).time(now).time(until).row(edge).await
}

/// What became of a post.
pub(crate) async fn posted(
    edge: &Edge,
    id: &str,
    state: NoticeState,
    error: Option<&str>,
    channel: Option<&str>,
    now: Timestamp,
    next: Timestamp,
) -> Result<(), Fault> {
    let sql = "UPDATE notices SET state = ?2, error = ?3, channel = ?4, posted_at = ?5, next_at = ?6 \
               WHERE id = ?1 AND state = 'waiting'";
    let statement = Statement::new("notice_posted", sql).text(id).text(word(state)).maybe(error).maybe(channel);
    statement.time(now).time(next).run(edge).await
}

/// One of them.
pub(crate) async fn find(edge: &Edge, id: &str) -> Result<Option<NoticeRow>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM notices WHERE id = ?1");
    Statement::new("find_notice", &sql).text(id).row(edge).await
}

/// A page, newest first, after the one that came `at` with this id; in one state, where one is named.
pub(crate) async fn page(
    edge: &Edge,
    state: Option<NoticeState>,
    (at, id): (i64, &str),
    limit: u32,
) -> Result<Vec<NoticeRow>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS}, (SELECT t.item ->> '$.contact.name' FROM threads t WHERE t.id = thread) AS contact \
         FROM notices INDEXED BY notices_by_time WHERE created_at <= ?1 AND (created_at < ?1 OR id > ?2) AND state = coalesce(?4, state) \
         ORDER BY created_at DESC, id LIMIT ?3"
    );
    let statement = Statement::new("list_notices", &sql).int(at).text(id).int(i64::from(limit));
    statement.maybe(state.map(word)).rows(edge).await
}

/// It is to be told again, from the beginning.
pub(crate) fn again(id: &str, now: Timestamp) -> Statement {
    let sql = "UPDATE notices SET state = 'waiting', attempts = 0, next_at = ?2 WHERE id = ?1 AND state = 'failed'";
    Statement::new("retry_notice", sql).text(id).time(now)
}

/// Those that nobody has in hand although their time has come: their queue message was lost.
pub(crate) async fn left_over(edge: &Edge, now: Timestamp) -> Result<Vec<NoticeRow>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM notices INDEXED BY notices_waiting \
         WHERE state = 'waiting' AND next_at < ?1 ORDER BY next_at LIMIT 100"
    );
    Statement::new("left_over_notices", &sql).time(now.minus(Span::minutes(2))).rows(edge).await
}

/// A state as stored.
pub(crate) const fn word(state: NoticeState) -> &'static str {
    match state {
        NoticeState::Waiting => "waiting",
        NoticeState::Sent => "sent",
        NoticeState::Failed => "failed",
    }
}
