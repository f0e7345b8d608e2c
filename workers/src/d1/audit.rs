//! The workspace's history: copies of the threads' entries, and entries of its own.

use std::{cell::RefCell, collections::BTreeMap};

use serde::{Deserialize, de::IgnoredAny};
use sha2::{Digest, Sha256};
use tributary_domain::{
    audit::{Entry, Program},
    id::{AuditId, TeammateId, TokenId},
    time::Timestamp,
};
use tributary_wire::{
    api::{
        audit::{ActorItem, ActorKind, AuditItem},
        endpoints::Operation,
        teammate::Role,
    },
    history::{WorkspaceDetail, WorkspaceEntry},
    view,
};

use super::{Statement, gave, together};
use crate::{app::AppContext, clock, error::InternalError};

/// So many refused attempts of one kind are counted and written down in one window. Beyond them nothing is written:
/// anybody can make such requests, and a day's written rows are not theirs to spend.
const MOST_REFUSED: i64 = 10;
/// The same of attempts by people and programs who are known.
const MOST_REFUSED_OF_KNOWN: i64 = 50;

#[derive(Deserialize)]
struct Row {
    thread: Option<String>,
    entry: String,
}

/// Newest first, after the entry made `at` with this id.
pub(crate) async fn page(app: &AppContext, at: i64, id: &str, limit: u32) -> Result<Vec<AuditItem>, InternalError> {
    let sql = "SELECT thread, entry FROM audit INDEXED BY audit_by_time \
               WHERE at <= ?1 AND (at < ?1 OR id > ?2) ORDER BY at DESC, id LIMIT ?3";
    let rows: Vec<Row> = Statement::new("list_audit", sql).int(at).text(id).int(i64::from(limit)).rows(app).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<AuditItem, InternalError> {
    let form = InternalError::form("audit.entry");
    if row.thread.is_none() {
        return serde_json::from_str(&row.entry).map(view::workspace_item).map_err(form);
    }
    serde_json::from_str(&row.entry).map(|entry: Entry| view::audit_item(&entry)).map_err(form)
}

/// An entry of the workspace's own, to be written together with what it tells of.
pub(crate) fn entry(
    now: Timestamp,
    by: Option<&TeammateId>,
    done: WorkspaceDetail,
) -> Result<Statement, InternalError> {
    let sql = "INSERT INTO audit (id, at, thread, entry) VALUES (?1, ?2, NULL, ?3)";
    written(Statement::new("add_audit", sql), now, by, done)
}

/// The same, written only if the statement before it in the same transaction changed something.
pub(crate) fn entry_if_changed(
    now: Timestamp,
    by: Option<&TeammateId>,
    done: WorkspaceDetail,
) -> Result<Statement, InternalError> {
    let sql = "INSERT INTO audit (id, at, thread, entry) SELECT ?1, ?2, NULL, ?3 WHERE changes() > 0";
    written(Statement::new("add_audit_if_changed", sql), now, by, done)
}

fn written(
    statement: Statement,
    at: Timestamp,
    by: Option<&TeammateId>,
    done: WorkspaceDetail,
) -> Result<Statement, InternalError> {
    let id = AuditId::from_bytes(&clock::random::<16>()?);
    let kind = if by.is_some() { ActorKind::Teammate } else { ActorKind::System };
    let entry = made(id, at, ActorItem { kind, id: by.cloned(), name: None, token: None }, done)?;
    let text = text(&entry)?;
    Ok(statement.text(entry.id.as_str()).time(at).text(&text))
}

/// An entry of the workspace's own.
pub(crate) fn made(
    id: AuditId,
    at: Timestamp,
    actor: ActorItem,
    done: WorkspaceDetail,
) -> Result<WorkspaceEntry, InternalError> {
    let mut entry = WorkspaceEntry { id, at, actor, done, hash: String::new() };
    entry.hash = hex::encode(Sha256::digest(text(&entry)?));
    Ok(entry)
}

fn text(entry: &WorkspaceEntry) -> Result<String, InternalError> {
    serde_json::to_string(entry).map_err(InternalError::form("audit.entry"))
}

/// An attempt that was refused. Secrets have no place in it.
#[derive(Debug)]
pub(crate) enum Attempt {
    Setup,
    SignIn,
    /// A program's token that is none, or no longer.
    Token(Option<TokenId>),
    /// A role that may not do this, or a program.
    Role {
        operation: Operation,
        role: Role,
        program: Option<Program>,
    },
    /// A request that another site's page sent.
    CrossSite {
        method: String,
    },
}

impl Attempt {
    /// How many are taken in one window.
    const fn most(&self) -> i64 {
        match self {
            Self::Setup | Self::SignIn | Self::Token(_) | Self::CrossSite { .. } => MOST_REFUSED,
            Self::Role { .. } => MOST_REFUSED_OF_KNOWN,
        }
    }

    /// The kind by which attempts are counted.
    const fn word(&self) -> &'static str {
        match self {
            Self::Setup => "setupRefused",
            Self::SignIn => "signInRefused",
            Self::Token(_) => "tokenRefused",
            Self::Role { .. } => "roleRefused",
            Self::CrossSite { .. } => "crossSiteRefused",
        }
    }

    fn done(self) -> WorkspaceDetail {
        match self {
            Self::Setup => WorkspaceDetail::SetupRefused {},
            Self::SignIn => WorkspaceDetail::SignInRefused {},
            Self::Token(token) => WorkspaceDetail::TokenRefused { token },
            Self::Role { operation, role, program } => WorkspaceDetail::RoleRefused { operation, role, program },
            Self::CrossSite { method } => WorkspaceDetail::CrossSiteRefused { method },
        }
    }
}

fn window(app: &AppContext, now: Timestamp) -> i64 {
    now.millis() / i64::try_from(app.config.timings.intake.refusal_window.as_millis()).unwrap_or(i64::MAX)
}

/// When the present window ends, in seconds from now.
pub(crate) fn window_left(app: &AppContext, now: Timestamp) -> u64 {
    let width = app.config.timings.intake.refusal_window.as_millis().max(1);
    let gone = u64::try_from(now.millis()).unwrap_or(0) % width;
    (width - gone).div_ceil(1000)
}

/// Whether no more attempts of this kind are taken in the present window.
pub(crate) async fn full(app: &AppContext, attempt: &Attempt, now: Timestamp) -> Result<bool, InternalError> {
    let sql = "SELECT 1 AS one FROM attempts WHERE kind = ?1 AND period = ?2 AND value >= ?3";
    let statement =
        Statement::new("count_attempts", sql).text(attempt.word()).int(window(app, now)).int(attempt.most());
    let found: Option<IgnoredAny> = statement.row(app).await?;
    Ok(found.is_some())
}

thread_local! {
    /// The last window in which this isolate saw no more attempts of a kind taken.
    static FULL: RefCell<BTreeMap<&'static str, i64>> = const { RefCell::new(BTreeMap::new()) };
}

/// Counts a refused attempt and writes it down, in one step: of many at once, too, no more are taken than may be. False
/// when there were too many in this window; then nothing is written, and soon nobody is asked.
pub(crate) async fn take(
    app: &AppContext,
    attempt: Attempt,
    by: Option<&TeammateId>,
    now: Timestamp,
) -> Result<bool, InternalError> {
    let (word, most, period) = (attempt.word(), attempt.most(), window(app, now));
    if FULL.with_borrow(|full| full.get(word) == Some(&period)) {
        return Ok(false);
    }
    let forget = "DELETE FROM attempts WHERE kind = ?1 AND period < ?2";
    let count = "INSERT INTO attempts (kind, period, value) VALUES (?1, ?2, 1) \
                 ON CONFLICT (kind, period) DO UPDATE SET value = value + 1 WHERE value < ?3 RETURNING value";
    let statements = vec![
        Statement::new("forget_attempts", forget).text(word).int(period),
        Statement::new("count_attempt", count).text(word).int(period).int(most),
        entry_if_changed(now, by, attempt.done())?,
    ];
    let taken = gave("count_attempt", &together(app, "refused_attempt", statements).await?, 1)?;
    if !taken {
        worker::console_warn!("more refused attempts than are taken in ten minutes: {word}");
        FULL.with_borrow_mut(|full| full.insert(word, period));
    }
    Ok(taken)
}
