//! The outbox of the team's channels: notices and digests, and how far each has come with its receiver.

use serde::Deserialize;
use tributary_domain::{
    id::{DigestId, ThreadId},
    time::{Span, Timestamp},
};
use tributary_notify::delivery::{Cause, DeliveryProgress, DeliveryWay, OutboxState};
use tributary_wire::api::{
    digest::{DigestDeliveryItem, DigestReader},
    notice::NoticeItem,
};

use super::Statement;
use crate::{app::AppContext, error::InternalError};

/// Most messages that one run looks at.
const RUN: i64 = 100;

/// A notice as stored.
#[derive(Debug, Deserialize)]
pub(crate) struct NoticeRow {
    pub(crate) id: String,
    kind: String,
    thread: Option<ThreadId>,
    target: Option<String>,
    pub(crate) state: OutboxState,
    tries: u32,
    cause: Option<Cause>,
    pub(crate) job: String,
    created_at: i64,
    tried_at: Option<i64>,
    next_at: i64,
    contact: Option<String>,
}

impl NoticeRow {
    pub(crate) fn item(&self) -> NoticeItem {
        NoticeItem {
            id: self.id.clone(),
            kind: self.kind.clone(),
            thread_id: self.thread.clone(),
            contact: self.contact.clone(),
            channel: self.target.clone(),
            state: self.state,
            attempts: self.tries,
            error: self.cause.map(|cause| NoticeItem::error_word(cause).to_owned()),
            created_at: self.created_at(),
            posted_at: self.tried_at.map(Timestamp::from_millis),
        }
    }

    pub(crate) fn created_at(&self) -> Timestamp {
        Timestamp::from_millis(self.created_at)
    }

    pub(crate) fn next_at(&self) -> Timestamp {
        Timestamp::from_millis(self.next_at)
    }
}

/// How far a digest has come with one of its readers.
#[derive(Debug, Deserialize)]
pub(crate) struct DigestDelivery {
    /// By which a provider knows a repeated request.
    pub(crate) id: String,
    pub(crate) digest: DigestId,
    pub(crate) way: DeliveryWay,
    pub(crate) target: String,
    state: OutboxState,
    cause: Option<Cause>,
    tries: u32,
    next_at: i64,
    tried_at: Option<i64>,
}

impl DigestDelivery {
    pub(crate) fn item(&self) -> DigestDeliveryItem {
        let waits = self.state == OutboxState::Waiting;
        DigestDeliveryItem {
            way: self.way,
            to: self.target.clone(),
            status: self.state,
            cause: self.cause,
            tries: self.tries,
            next_try_at: waits.then(|| Timestamp::from_millis(self.next_at)),
            settled_at: self.tried_at.filter(|_| !waits).map(Timestamp::from_millis),
        }
    }
}

const NOTICE: &str = "id, kind, thread, target, state, tries, cause, job, created_at, tried_at, next_at";
const DIGEST: &str = "id, digest, way, target, state, cause, tries, next_at, tried_at";

/// Writes a notice down, once.
pub(crate) async fn keep_notice(
    app: &AppContext,
    id: &str,
    kind: &str,
    thread: Option<&ThreadId>,
    job: &str,
    now: Timestamp,
) -> Result<(), InternalError> {
    let sql = "INSERT INTO outbox (id, kind, thread, way, state, job, created_at, next_at) \
               VALUES (?1, ?2, ?3, 'channel', 'waiting', ?4, ?5, ?5) ON CONFLICT (id) DO NOTHING";
    let statement = Statement::new("keep_notice", sql).text(id).text(kind);
    statement.maybe(thread.map(ThreadId::as_str)).text(job).time(now).run(app).await
}

/// Addresses a digest to its readers, if the statement before it in the same transaction changed something.
pub(crate) fn add_digest(id: &DigestId, readers: &[DigestReader], now: Timestamp) -> Result<Statement, InternalError> {
    let readers = serde_json::to_string(readers).map_err(InternalError::form("outbox.readers"))?;
    let sql = "INSERT INTO outbox (id, kind, digest, way, target, state, created_at, next_at) \
               SELECT 'digest-' || lower(hex(randomblob(16))), 'digest', ?1, value ->> 'way', value ->> 'to', 'waiting', ?2, ?2 \
               FROM json_each(?3) WHERE changes() > 0";
    Ok(Statement::new("add_digest", sql).text(id.as_str()).time(now).text(&readers))
}

/// An attempt that has begun.
#[derive(Debug, Deserialize)]
pub(crate) struct Begun {
    pub(crate) tries: u32,
    trying: u32,
}

impl Begun {
    /// The attempt before it began, and whoever made it never said how it ended.
    pub(crate) fn after_lost(&self) -> bool {
        self.trying > 1
    }
}

/// Begins an attempt: nobody else does before its lease is over. None where it is not the message's turn: it is sent,
/// given up, or in others' hands.
pub(crate) async fn begin(
    app: &AppContext,
    id: &str,
    target: Option<&str>,
    now: Timestamp,
    lease: Span,
) -> Result<Option<Begun>, InternalError> {
    let sql = "UPDATE outbox SET tries = tries + 1, trying = trying + 1, target = ?2, next_at = ?4 \
               WHERE id = ?1 AND state = 'waiting' AND next_at <= ?3 RETURNING tries, trying";
    Statement::new("begin_attempt", sql).text(id).maybe(target).time(now).time(now.plus(lease)).row(app).await
}

/// Ends attempt number `tries`, unless another has begun since.
pub(crate) async fn end(
    app: &AppContext,
    id: &str,
    tries: u32,
    progress: DeliveryProgress,
    now: Timestamp,
) -> Result<(), InternalError> {
    let (state, cause, next_at) = match progress {
        DeliveryProgress::Sent => (OutboxState::Sent, None, now),
        DeliveryProgress::Failed { cause } => (OutboxState::Failed, Some(cause), now),
        DeliveryProgress::Waiting { cause, until } => (OutboxState::Waiting, Some(cause), until),
    };
    let sql = "UPDATE outbox SET state = ?3, cause = ?4, next_at = ?5, trying = 0, tried_at = ?6 \
               WHERE id = ?1 AND state = 'waiting' AND tries = ?2";
    let statement = Statement::new("end_attempt", sql).text(id).int(i64::from(tries)).text(state.as_str());
    statement.maybe(cause.map(Cause::as_str)).time(next_at).time(now).run(app).await
}

/// There is no channel any more: a notice that was written down while there was one is shown to have failed.
pub(crate) async fn give_up(app: &AppContext, id: &str, now: Timestamp) -> Result<(), InternalError> {
    let sql = "UPDATE outbox SET state = 'failed', cause = ?2, target = NULL, trying = 0, tried_at = ?3 \
               WHERE id = ?1 AND state = 'waiting'";
    Statement::new("give_up_notice", sql).text(id).text(Cause::NoChannel.as_str()).time(now).run(app).await
}

pub(crate) async fn find_notice(app: &AppContext, id: &str) -> Result<Option<NoticeRow>, InternalError> {
    let sql = format!("SELECT {NOTICE} FROM outbox WHERE id = ?1 AND digest IS NULL");
    Statement::new("find_notice", &sql).text(id).row(app).await
}

/// A page of notices, newest first, after the one that came `at` with this id; in one state, where one is named.
pub(crate) async fn notices(
    app: &AppContext,
    state: Option<OutboxState>,
    (at, id): (i64, &str),
    limit: u32,
) -> Result<Vec<NoticeRow>, InternalError> {
    let sql = format!(
        "SELECT {NOTICE}, (SELECT t.item ->> '$.contact.name' FROM threads t WHERE t.id = thread) AS contact \
         FROM outbox INDEXED BY outbox_notices WHERE digest IS NULL AND created_at <= ?1 \
           AND (created_at < ?1 OR id > ?2) AND state = coalesce(?4, state) \
         ORDER BY created_at DESC, id LIMIT ?3"
    );
    let statement = Statement::new("list_notices", &sql).int(at).text(id).int(i64::from(limit));
    statement.maybe(state.map(OutboxState::as_str)).rows(app).await
}

/// A notice is to be told again, from the beginning.
pub(crate) fn again(id: &str, now: Timestamp) -> Statement {
    let sql = "UPDATE outbox SET state = 'waiting', tries = 0, next_at = ?2 \
               WHERE id = ?1 AND digest IS NULL AND state = 'failed'";
    Statement::new("retry_notice", sql).text(id).time(now)
}

/// The jobs of notices that nobody has in hand although their time has come: their queue message was lost.
pub(crate) async fn left_over_notices(app: &AppContext, now: Timestamp) -> Result<Vec<String>, InternalError> {
    #[derive(Deserialize)]
    struct Left {
        job: String,
    }
    let sql = "SELECT job FROM outbox INDEXED BY outbox_waiting \
               WHERE state = 'waiting' AND next_at < ?1 AND digest IS NULL ORDER BY next_at LIMIT ?2";
    let left_over = app.config.timings.outbox.notice_left_over_after;
    let statement = Statement::new("left_over_notices", sql).time(now.minus(left_over)).int(RUN);
    let rows: Vec<Left> = statement.rows(app).await?;
    Ok(rows.into_iter().map(|row| row.job).collect())
}

/// Digests whose turn it is.
pub(crate) async fn due_digests(app: &AppContext, now: Timestamp) -> Result<Vec<DigestDelivery>, InternalError> {
    let sql = format!(
        "SELECT {DIGEST} FROM outbox INDEXED BY outbox_waiting \
         WHERE state = 'waiting' AND next_at <= ?1 AND digest IS NOT NULL \
         ORDER BY next_at, digest, way, target LIMIT ?2"
    );
    Statement::new("due_digests", &sql).time(now).int(RUN).rows(app).await
}

/// How far these digests have come.
pub(crate) async fn of_digests(app: &AppContext, ids: &[&DigestId]) -> Result<Vec<DigestDelivery>, InternalError> {
    let list = serde_json::to_string(ids).map_err(InternalError::form("digests.ids"))?;
    let sql = "SELECT o.id, o.digest, way, target, state, cause, tries, next_at, tried_at \
               FROM json_each(?1) j CROSS JOIN outbox o ON o.digest = j.value ORDER BY way, target";
    Statement::new("list_digest_deliveries", sql).text(&list).rows(app).await
}
