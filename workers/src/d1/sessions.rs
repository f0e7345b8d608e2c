//! Sessions and one-time links. Only digests of their secrets are stored.

use tributary_domain::json::Read;
use tributary_domain::{
    authored::Session,
    id::TeammateId,
    time::{Span, Timestamp},
};
use tributary_wire::api::teammate::Role;

use super::{Statement, teammates::TeammateRow};
use crate::{
    edge::Edge,
    fault::Fault,
    seal::{self, Token},
};

/// A session ends after this long without use.
const IDLE: Span = Span::hours(12);
/// A session ends after this long.
pub(crate) const ABSOLUTE: Span = Span::days(7);
/// Use is noted no more often than this.
const NOTED: Span = Span::minutes(10);
/// A link is worth nothing after this long.
pub(crate) const LINK: Span = Span::hours(48);

/// A session and whose it is.
pub(crate) struct Known {
    pub(crate) session: Session,
    pub(crate) teammate: TeammateRow,
    /// It was last noted as used so long ago that it is to be noted again.
    pub(crate) to_note: bool,
    /// When it ends however much it is used.
    absolute: Timestamp,
}

#[derive(Read)]
struct Row {
    digest: String,
    used_at: i64,
    expires_at: i64,
    #[serde(flatten)]
    teammate: TeammateRow,
}

/// The session that this token opens.
pub(crate) async fn find(edge: &Edge, token: &Token, now: Timestamp) -> Result<Option<Known>, Fault> {
    let sql = "SELECT s.digest, s.used_at, s.expires_at, t.id, t.email, t.name, t.role, t.enabled \
               FROM sessions s JOIN teammates t ON t.id = s.teammate WHERE s.digest = ?1";
    let row: Option<Row> = Statement::new("find_session", sql).text(&token.digest).row(edge).await?;
    let row = row.and_then(|row| Some((seal::unhex(&row.digest)?, row)));
    Ok(row.map(|(secret_digest, row)| {
        let used_at = Timestamp::from_millis(row.used_at);
        let absolute = Timestamp::from_millis(row.expires_at);
        let session = Session {
            secret_digest,
            teammate: row.teammate.id.clone(),
            enabled: row.teammate.enabled(),
            may_reply: row.teammate.role >= Role::Agent,
            expires_at: absolute.min(used_at.plus(IDLE)),
        };
        Known { session, teammate: row.teammate, to_note: now.since(used_at) >= NOTED, absolute }
    }))
}

/// When a session that is used now ends if it is not used again.
pub(crate) fn ends(known: &Known, now: Timestamp) -> Timestamp {
    known.absolute.min(now.plus(IDLE))
}

/// Notes that a session is in use.
pub(crate) fn note(hex: &str, now: Timestamp) -> Statement {
    Statement::new("note_session", "UPDATE sessions SET used_at = ?2 WHERE digest = ?1").text(hex).time(now)
}

/// Begins a session for somebody who was just added or found.
pub(crate) fn begin(hex: &str, teammate: &TeammateId, now: Timestamp) -> Statement {
    let sql = "INSERT INTO sessions (digest, teammate, created_at, used_at, expires_at) \
               SELECT ?1, id, ?3, ?3, ?4 FROM teammates WHERE id = ?2 AND enabled = 1";
    Statement::new("begin_session", sql).text(hex).text(teammate.as_str()).time(now).time(now.plus(ABSOLUTE))
}

/// Begins a session for whoever a link was made for, if it is still good.
pub(crate) fn begin_by_link(hex: &str, link: &str, now: Timestamp) -> Statement {
    let sql = "INSERT INTO sessions (digest, teammate, created_at, used_at, expires_at) \
               SELECT ?1, t.id, ?3, ?3, ?4 FROM links l JOIN teammates t ON t.id = l.teammate \
               WHERE l.digest = ?2 AND l.expires_at > ?3 AND t.enabled = 1 RETURNING digest";
    Statement::new("begin_session_by_link", sql).text(hex).text(link).time(now).time(now.plus(ABSOLUTE))
}

/// Uses a link up.
pub(crate) fn burn(link: &str) -> Statement {
    Statement::new("burn_link", "DELETE FROM links WHERE digest = ?1").text(link)
}

/// Ends one session.
pub(crate) fn end(hex: &str) -> Statement {
    Statement::new("end_session", "DELETE FROM sessions WHERE digest = ?1").text(hex)
}

/// Forgets sessions that are over.
pub(crate) fn sweep(now: Timestamp) -> Statement {
    let sql = "DELETE FROM sessions WHERE expires_at <= ?1 OR used_at <= ?2";
    Statement::new("sweep_sessions", sql).time(now).time(now.minus(IDLE))
}

/// Ends all sessions of somebody and their links, and tells the sessions' digests.
pub(crate) async fn end_all(edge: &Edge, teammate: &TeammateId) -> Result<Vec<String>, Fault> {
    #[derive(Read)]
    struct Digest {
        digest: String,
    }
    let sql = "DELETE FROM sessions WHERE teammate = ?1 RETURNING digest";
    let ended: Vec<Digest> = Statement::new("end_sessions", sql).text(teammate.as_str()).rows(edge).await?;
    forget_links(teammate).run(edge).await?;
    Ok(ended.into_iter().map(|row| row.digest).collect())
}

/// Makes the links of somebody worthless.
pub(crate) fn forget_links(teammate: &TeammateId) -> Statement {
    Statement::new("forget_links", "DELETE FROM links WHERE teammate = ?1").text(teammate.as_str())
}

/// Keeps a new link of somebody who is there.
pub(crate) fn add_link(digest: &str, teammate: &TeammateId, expires_at: Timestamp) -> Statement {
    let sql = "INSERT INTO links (digest, teammate, expires_at) \
               SELECT ?1, id, ?3 FROM teammates WHERE id = ?2 AND enabled = 1";
    Statement::new("add_link", sql).text(digest).text(teammate.as_str()).time(expires_at)
}
