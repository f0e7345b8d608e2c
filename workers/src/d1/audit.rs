//! The workspace's history: copies of the threads' entries, and entries of its own.

use serde_json::Value;
use sha2::{Digest, Sha256};
use tributary_domain::json::Read;
use tributary_domain::{
    audit::Entry,
    id::{AuditId, TeammateId},
    json,
    time::{Span, Timestamp},
};
use tributary_wire::{
    api::audit::{ActorItem, ActorKind, AuditItem},
    view,
};

use super::{Statement, gave, together};
use crate::{clock, edge::Edge, fault::Fault, seal};

/// Refused attempts are counted within this span.
const WINDOW: Span = Span::minutes(10);
/// So many refused attempts of one kind are written down in one window; the rest is only counted.
const WRITTEN: i64 = 50;
/// After so many refused attempts of one kind no more are taken in the same window.
pub(crate) const MOST_REFUSED: u32 = 10;

#[derive(Read)]
struct Row {
    thread: Option<String>,
    entry: String,
}

/// Newest first, after the entry made `at` with this id.
pub(crate) async fn page(edge: &Edge, at: i64, id: &str, limit: u32) -> Result<Vec<AuditItem>, Fault> {
    let sql = "SELECT thread, entry FROM audit INDEXED BY audit_by_time \
               WHERE at <= ?1 AND (at < ?1 OR id > ?2) ORDER BY at DESC, id LIMIT ?3";
    let rows: Vec<Row> = Statement::new("list_audit", sql).int(at).text(id).int(i64::from(limit)).rows(edge).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<AuditItem, Fault> {
    let form = Fault::form("audit.entry");
    if row.thread.is_none() {
        return json::from_slice(row.entry.as_bytes()).map_err(form);
    }
    let entry: Entry = json::from_slice(row.entry.as_bytes()).map_err(form)?;
    Ok(view::audit_item(&entry))
}

/// An entry of the workspace's own, to be written together with what it tells of.
pub(crate) fn entry(
    now: Timestamp,
    actor: Option<&TeammateId>,
    action: &str,
    detail: Value,
) -> Result<Statement, Fault> {
    let (id, text) = written(now, actor, action, detail)?;
    let sql = "INSERT INTO audit (id, at, thread, entry) VALUES (?1, ?2, NULL, ?3)";
    Ok(Statement::new("add_audit", sql).text(id.as_str()).time(now).text(&text))
}

/// The same, written only if the statement before it in the same transaction changed something.
pub(crate) fn entry_if_changed(
    now: Timestamp,
    actor: Option<&TeammateId>,
    action: &str,
    detail: Value,
) -> Result<Statement, Fault> {
    let (id, text) = written(now, actor, action, detail)?;
    let sql = "INSERT INTO audit (id, at, thread, entry) SELECT ?1, ?2, NULL, ?3 WHERE changes() > 0";
    Ok(Statement::new("add_audit_if_changed", sql).text(id.as_str()).time(now).text(&text))
}

fn written(
    now: Timestamp,
    actor: Option<&TeammateId>,
    action: &str,
    detail: Value,
) -> Result<(AuditId, String), Fault> {
    let id = AuditId::from_bytes(&clock::random::<16>()?);
    let kind = if actor.is_some() { ActorKind::Teammate } else { ActorKind::System };
    let mut item = AuditItem {
        id: id.clone(),
        thread_id: None,
        sequence: 0,
        at: now,
        actor: ActorItem { kind, id: actor.cloned(), name: None, token: None },
        action: action.to_owned(),
        detail,
        hash: String::new(),
    };
    let form = |item: &AuditItem| json::to_string(item).map_err(Fault::form("audit.entry"));
    item.hash = seal::hex(&Sha256::digest(form(&item)?));
    Ok((id, form(&item)?))
}

/// What kind of attempt was refused.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Attempt {
    Setup,
    SignIn,
    /// A program's token that is none, or no longer.
    Token,
    /// A role that may not do this, or a program.
    Role,
    /// A request that another site's page sent.
    CrossSite,
}

impl Attempt {
    const fn word(self) -> &'static str {
        match self {
            Self::Setup => "setupRefused",
            Self::SignIn => "signInRefused",
            Self::Token => "tokenRefused",
            Self::Role => "roleRefused",
            Self::CrossSite => "crossSiteRefused",
        }
    }
}

fn window(now: Timestamp) -> i64 {
    now.millis() / i64::try_from(WINDOW.as_millis()).unwrap_or(i64::MAX)
}

/// When the present window ends, in seconds from now.
pub(crate) fn window_left(now: Timestamp) -> u64 {
    let width = WINDOW.as_millis();
    let gone = u64::try_from(now.millis()).unwrap_or(0) % width;
    (width - gone).div_ceil(1000)
}

/// How many attempts of this kind were refused in the present window.
pub(crate) async fn refusals(edge: &Edge, attempt: Attempt, now: Timestamp) -> Result<u32, Fault> {
    #[derive(Read)]
    struct Count {
        value: u32,
    }
    let sql = "SELECT value FROM attempts WHERE kind = ?1 AND period = ?2";
    let statement = Statement::new("count_attempts", sql).text(attempt.word()).int(window(now));
    let row: Option<Count> = statement.row(edge).await?;
    Ok(row.map_or(0, |row| row.value))
}

/// Counts a refused attempt and writes it down. Secrets have no place in `detail`.
pub(crate) async fn refused(
    edge: &Edge,
    attempt: Attempt,
    actor: Option<&TeammateId>,
    detail: Value,
    now: Timestamp,
) -> Result<(), Fault> {
    let (id, text) = written(now, actor, attempt.word(), detail)?;
    let period = window(now);
    let forget = "DELETE FROM attempts WHERE kind = ?1 AND period < ?2";
    let count = "INSERT INTO attempts (kind, period, value) VALUES (?1, ?2, 1) \
                 ON CONFLICT (kind, period) DO UPDATE SET value = value + 1";
    let write = "INSERT INTO audit (id, at, thread, entry) SELECT ?1, ?2, NULL, ?3 \
                 FROM attempts WHERE kind = ?4 AND period = ?5 AND value <= ?6 RETURNING id";
    let statements = vec![
        Statement::new("forget_attempts", forget).text(attempt.word()).int(period),
        Statement::new("count_attempt", count).text(attempt.word()).int(period),
        Statement::new("add_audit_refused", write)
            .text(id.as_str())
            .time(now)
            .text(&text)
            .text(attempt.word())
            .int(period)
            .int(WRITTEN),
    ];
    let results = together(edge, "refused_attempt", statements).await?;
    if !gave("add_audit_refused", &results, 2)? {
        worker::console_warn!("more refused attempts than are written down: {}", attempt.word());
    }
    Ok(())
}
