//! Sessions and one-time links. Only digests of their secrets are stored; a session is named by half of its own.

use serde::Deserialize;
use std::cmp::Reverse;

use tributary_domain::{
    authored::Session,
    id::{SessionId, TeammateId},
    time::Timestamp,
    timings::SessionTimings,
};
use tributary_wire::api::{
    session::{LinkMadeItem, SignedInItem},
    teammate::Role,
};
use worker::D1Result;

use super::{Statement, teammates::TeammateRow};
use crate::{
    app::AppContext,
    error::InternalError,
    seal::{self, Token},
};

/// A session and whose it is.
pub(crate) struct Known {
    pub(crate) session: Session,
    /// With the role that the session gives: never more than they had when it began, nor than they have now.
    pub(crate) teammate: TeammateRow,
    /// They have more rights now than it gives.
    pub(crate) outgrown: bool,
    /// It was last noted as used so long ago that it is to be noted again.
    pub(crate) to_note: bool,
    /// When it ends however much it is used.
    absolute: Timestamp,
}

#[derive(Deserialize)]
struct Row {
    digest: String,
    used_at: i64,
    expires_at: i64,
    made_for: Role,
    #[serde(flatten)]
    teammate: TeammateRow,
}

/// The session that this token opens.
pub(crate) async fn find(app: &AppContext, token: &Token, now: Timestamp) -> Result<Option<Known>, InternalError> {
    let sql = "SELECT s.digest, s.used_at, s.expires_at, s.role AS made_for, t.id, t.email, t.name, t.role, t.enabled, \
               t.signed_in_at \
               FROM sessions s JOIN teammates t ON t.id = s.teammate WHERE s.digest = ?1";
    let row: Option<Row> = Statement::new("find_session", sql).text(&token.digest).row(app).await?;
    let row = row.and_then(|row| Some((seal::unhex(&row.digest)?, row)));
    let timings = &app.config.timings.session;
    Ok(row.map(|(secret_digest, mut row)| {
        let used_at = Timestamp::from_millis(row.used_at);
        let absolute = Timestamp::from_millis(row.expires_at);
        let outgrown = row.teammate.role > row.made_for;
        row.teammate.role = row.teammate.role.min(row.made_for);
        let session = Session {
            secret_digest,
            teammate: row.teammate.id.clone(),
            enabled: row.teammate.enabled(),
            may_reply: row.teammate.role >= Role::Agent,
            expires_at: absolute.min(used_at.plus(timings.idle)),
        };
        Known { session, teammate: row.teammate, outgrown, to_note: now.since(used_at) >= timings.used_every, absolute }
    }))
}

/// When a session that is used now ends if it is not used again.
pub(crate) fn ends(known: &Known, now: Timestamp, timings: &SessionTimings) -> Timestamp {
    known.absolute.min(now.plus(timings.idle))
}

/// Notes that a session is in use.
pub(crate) fn note(hex: &str, now: Timestamp) -> Statement {
    Statement::new("note_session", "UPDATE sessions SET used_at = ?2 WHERE digest = ?1").text(hex).time(now)
}

/// Begins a session for somebody who was just added or found.
pub(crate) fn begin(hex: &str, teammate: &TeammateId, now: Timestamp, timings: &SessionTimings) -> Statement {
    let sql = "INSERT INTO sessions (digest, teammate, created_at, used_at, expires_at, role) \
               SELECT ?1, id, ?3, ?3, ?4, role FROM teammates WHERE id = ?2 AND enabled = 1";
    Statement::new("begin_session", sql).text(hex).text(teammate.as_str()).time(now).time(now.plus(timings.absolute))
}

/// Begins a session for whoever a link was made for, if it is still good.
pub(crate) fn begin_by_link(hex: &str, link: &str, now: Timestamp, timings: &SessionTimings) -> Statement {
    let sql = "INSERT INTO sessions (digest, teammate, created_at, used_at, expires_at, role, link) \
               SELECT ?1, t.id, ?3, ?3, ?4, t.role, l.digest FROM links l JOIN teammates t ON t.id = l.teammate \
               WHERE l.digest = ?2 AND l.expires_at > ?3 AND t.enabled = 1 RETURNING digest";
    Statement::new("begin_session_by_link", sql).text(hex).text(link).time(now).time(now.plus(timings.absolute))
}

/// Begins a session in place of one that gives less than its teammate may do now, unless another has already.
pub(crate) fn renew(hex: &str, old: &str, now: Timestamp, timings: &SessionTimings) -> Statement {
    let sql = "INSERT INTO sessions (digest, teammate, created_at, used_at, expires_at, role, link, told_at) \
               SELECT ?1, t.id, s.created_at, ?3, s.expires_at, t.role, s.link, s.told_at FROM sessions s JOIN teammates t \
               ON t.id = s.teammate WHERE s.digest = ?2 AND s.expires_at > ?4 AND t.enabled = 1 RETURNING digest";
    Statement::new("renew_session", sql).text(hex).text(old).time(now).time(now.plus(timings.renewal_grace))
}

/// Lets a session that was renewed run out.
pub(crate) fn run_out(hex: &str, now: Timestamp, timings: &SessionTimings) -> Statement {
    let sql = "UPDATE sessions SET expires_at = min(expires_at, ?2) WHERE digest = ?1";
    Statement::new("run_out_session", sql).text(hex).time(now.plus(timings.renewal_grace))
}

/// Uses a link up.
pub(crate) fn burn(link: &str) -> Statement {
    Statement::new("burn_link", "DELETE FROM links WHERE digest = ?1").text(link)
}

pub(crate) fn end(hex: &str) -> Statement {
    Statement::new("end_session", "DELETE FROM sessions WHERE digest = ?1").text(hex)
}

/// Where somebody is signed in, the latest used first.
pub(crate) async fn of(
    app: &AppContext,
    teammate: &TeammateId,
    here: &str,
    now: Timestamp,
) -> Result<Vec<SignedInItem>, InternalError> {
    #[derive(Deserialize)]
    struct Open {
        id: String,
        digest: String,
        created_at: i64,
        used_at: i64,
        expires_at: i64,
    }
    let sql = "SELECT 'ses_' || substr(digest, 1, 32) AS id, digest, created_at, used_at, expires_at FROM sessions \
               WHERE teammate = ?1 AND expires_at > ?2 AND used_at > ?3";
    let query = Statement::new("list_sessions", sql)
        .text(teammate.as_str())
        .time(now)
        .time(now.minus(app.config.timings.session.idle));
    let open: Vec<Open> = query.rows(app).await?;
    let item = |row: Open| {
        let (used_at, expires_at) = (Timestamp::from_millis(row.used_at), Timestamp::from_millis(row.expires_at));
        Some(SignedInItem {
            id: SessionId::parse(&row.id).ok()?,
            signed_in_at: Timestamp::from_millis(row.created_at),
            last_used_at: used_at,
            ends_at: expires_at.min(used_at.plus(app.config.timings.session.idle)),
            current: row.digest == here,
        })
    };
    let mut items: Vec<SignedInItem> = open.into_iter().filter_map(item).collect();
    items.sort_by_key(|item| Reverse(item.last_used_at));
    Ok(items)
}

/// Ends a session of somebody, and tells its digest.
pub(crate) fn end_one(teammate: &TeammateId, id: &SessionId) -> Statement {
    let sql = "DELETE FROM sessions WHERE teammate = ?1 AND 'ses_' || substr(digest, 1, 32) = ?2 RETURNING digest";
    Statement::new("end_one_session", sql).text(teammate.as_str()).text(id.as_str())
}

/// Forgets sessions that are over.
pub(crate) fn sweep(now: Timestamp, timings: &SessionTimings) -> Statement {
    let sql = "DELETE FROM sessions WHERE expires_at <= ?1 OR used_at <= ?2";
    Statement::new("sweep_sessions", sql).time(now).time(now.minus(timings.idle))
}

/// Ends all sessions of somebody, but for one that goes on, and tells their digests.
pub(crate) fn end_all(teammate: &TeammateId, but: Option<&str>) -> Statement {
    let sql = "DELETE FROM sessions WHERE teammate = ?1 AND digest <> ?2 RETURNING digest";
    Statement::new("end_sessions", sql).text(teammate.as_str()).text(but.unwrap_or_default())
}

/// Ends all sessions of somebody who is disabled, and tells their digests.
pub(crate) fn end_disabled(teammate: &TeammateId) -> Statement {
    let sql = "DELETE FROM sessions WHERE teammate = ?1 \
               AND NOT EXISTS (SELECT 1 FROM teammates WHERE id = ?1 AND enabled = 1) RETURNING digest";
    Statement::new("end_disabled_sessions", sql).text(teammate.as_str())
}

/// The digests of the sessions that the statement at this place of a transaction ended.
pub(crate) fn ended(results: &[D1Result], place: usize) -> Result<Vec<String>, InternalError> {
    #[derive(Deserialize)]
    struct Ended {
        digest: String,
    }
    let Some(result) = results.get(place) else { return Ok(Vec::new()) };
    let rows: Vec<Ended> = super::read(result, "ended_sessions")?;
    Ok(rows.into_iter().map(|row| row.digest).collect())
}

/// Makes the links of somebody worthless.
pub(crate) fn forget_links(teammate: &TeammateId) -> Statement {
    Statement::new("forget_links", "DELETE FROM links WHERE teammate = ?1").text(teammate.as_str())
}

/// Makes the links of somebody who is disabled worthless.
pub(crate) fn forget_disabled_links(teammate: &TeammateId) -> Statement {
    let sql = "DELETE FROM links WHERE teammate = ?1 \
               AND NOT EXISTS (SELECT 1 FROM teammates WHERE id = ?1 AND enabled = 1)";
    Statement::new("forget_disabled_links", sql).text(teammate.as_str())
}

/// Keeps a new link of somebody who is there.
pub(crate) fn add_link(digest: &str, teammate: &TeammateId, expires_at: Timestamp) -> Statement {
    let sql = "INSERT INTO links (digest, teammate, expires_at) \
               SELECT ?1, id, ?3 FROM teammates WHERE id = ?2 AND enabled = 1";
    Statement::new("add_link", sql).text(digest).text(teammate.as_str()).time(expires_at)
}

/// Keeps in mind that somebody made a link for somebody else.
pub(crate) fn made_link(digest: &str, teammate: &TeammateId, by: &TeammateId, now: Timestamp) -> Statement {
    let sql = "INSERT INTO made_links (teammate, digest, made_by, made_at) SELECT ?2, ?1, ?3, ?4 WHERE ?2 <> ?3";
    Statement::new("add_made_link", sql).text(digest).text(teammate.as_str()).text(by.as_str()).time(now)
}

/// A link that somebody made for another was used. Tells who made it.
pub(crate) fn used_link(digest: &str, now: Timestamp) -> Statement {
    let sql = "UPDATE made_links SET used_at = ?2 WHERE digest = ?1 AND used_at IS NULL RETURNING made_by";
    Statement::new("use_made_link", sql).text(digest).time(now)
}

/// Who made the link that the statement at this place of a transaction noted as used.
pub(crate) fn made_by(results: &[D1Result], place: usize) -> Result<Option<TeammateId>, InternalError> {
    #[derive(Deserialize)]
    struct Made {
        made_by: TeammateId,
    }
    let Some(result) = results.get(place) else { return Ok(None) };
    let rows: Vec<Made> = super::read(result, "use_made_link")?;
    Ok(rows.into_iter().next().map(|row| row.made_by))
}

/// Most links that a session is told of at once.
const TOLD: i64 = 10;

/// Links that others made for a session's teammate and that it has not been told of, newest first.
pub(crate) async fn links_made(app: &AppContext, session: &str) -> Result<Vec<LinkMadeItem>, InternalError> {
    #[derive(Deserialize)]
    struct Row {
        made_by: TeammateId,
        name: String,
        made_at: i64,
        used_at: Option<i64>,
    }
    let sql = "SELECT m.made_by, t.name, m.made_at, m.used_at FROM sessions s \
               JOIN made_links m ON m.teammate = s.teammate AND m.made_at > s.told_at AND m.digest IS NOT s.link \
               JOIN teammates t ON t.id = m.made_by WHERE s.digest = ?1 ORDER BY m.made_at DESC LIMIT ?2";
    let rows: Vec<Row> = Statement::new("list_made_links", sql).text(session).int(TOLD).rows(app).await?;
    let item = |row: Row| LinkMadeItem {
        by: row.made_by,
        by_name: row.name,
        made_at: Timestamp::from_millis(row.made_at),
        used_at: row.used_at.map(Timestamp::from_millis),
    };
    Ok(rows.into_iter().map(item).collect())
}

/// A session's browser has shown the links that were made so far.
pub(crate) fn told_of_links(session: &str, now: Timestamp) -> Statement {
    Statement::new("tell_of_links", "UPDATE sessions SET told_at = ?2 WHERE digest = ?1").text(session).time(now)
}
