//! The people who answer.

use serde::Deserialize;
use std::rc::Rc;

use serde::de::IgnoredAny;
use tributary_domain::{id::TeammateId, routing::Member, time::Timestamp};
use tributary_wire::api::teammate::Role;

use super::Statement;
use crate::{app::AppContext, cache::TtlCache, clock, error::InternalError};

/// Open threads of one teammate are counted no further than this.
const COUNTED: i64 = 1000;

/// A teammate as stored.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TeammateRow {
    pub(crate) id: TeammateId,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    enabled: i64,
    /// When they first did.
    signed_in_at: Option<i64>,
}

impl TeammateRow {
    pub(crate) fn new(id: TeammateId, email: String, name: String, role: Role) -> Self {
        Self { id, email, name, role, enabled: 1, signed_in_at: None }
    }

    pub(crate) fn enabled(&self) -> bool {
        self.enabled != 0
    }

    /// They were invited, and have never signed in.
    pub(crate) fn invited(&self) -> bool {
        self.signed_in_at.is_none()
    }

    /// They sign in for the first time, with this.
    pub(crate) fn first_signed_in(self, now: Timestamp) -> Self {
        Self { signed_in_at: Some(now.millis()), ..self }
    }

    /// As routing knows them.
    pub(crate) fn member(&self) -> Member {
        Member {
            id: self.id.clone(),
            email: self.email.clone(),
            name: self.name.clone(),
            enabled: self.enabled(),
            can_reply: self.role >= Role::Agent,
            invited: self.invited(),
        }
    }
}

#[derive(Deserialize)]
struct CountRow {
    id: String,
    open: u32,
}

thread_local! {
    static KEPT: TtlCache<(), Rc<Vec<TeammateRow>>> = const { TtlCache::new(1) };
}

/// Everybody, by name. At most a few seconds old.
pub(crate) async fn all(app: &AppContext) -> Result<Rc<Vec<TeammateRow>>, InternalError> {
    let now = clock::now();
    if let Some(kept) = KEPT.with(|kept| kept.fresh(&(), now, app.config.timings.cache.workspace_ttl)) {
        return Ok(kept);
    }
    let sql = "SELECT id, email, name, role, enabled, signed_in_at FROM teammates ORDER BY name, id";
    let rows = Rc::new(Statement::new("list_teammates", sql).rows(app).await?);
    KEPT.with(|kept| kept.put((), now, Rc::clone(&rows)));
    Ok(rows)
}

/// Everybody, as routing knows them.
pub(crate) async fn members(app: &AppContext) -> Result<Vec<Member>, InternalError> {
    Ok(all(app).await?.iter().map(TeammateRow::member).collect())
}

pub(crate) async fn find(app: &AppContext, id: &TeammateId) -> Result<Option<TeammateRow>, InternalError> {
    let sql = "SELECT id, email, name, role, enabled, signed_in_at FROM teammates WHERE id = ?1";
    Statement::new("find_teammate", sql).text(id.as_str()).row(app).await
}

/// How many open threads each owns; up to a thousand.
pub(crate) async fn open_threads(
    app: &AppContext,
    only: Option<&TeammateId>,
) -> Result<Vec<(String, u32)>, InternalError> {
    let sql = "SELECT t.id AS id, (SELECT count(*) FROM (SELECT 1 FROM threads INDEXED BY threads_by_queue \
               WHERE status = 'open' AND queue = t.id LIMIT ?2)) AS open FROM teammates t WHERE ?1 IS NULL OR t.id = ?1";
    let statement = Statement::new("count_open_threads", sql).maybe(only.map(TeammateId::as_str)).int(COUNTED);
    let rows: Vec<CountRow> = statement.rows(app).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.open)).collect())
}

/// Adds the owner, if nobody is there yet.
pub(crate) fn add_first(row: &TeammateRow, now: Timestamp) -> Statement {
    let sql = "INSERT INTO teammates (id, email, name, role, enabled, created_at, signed_in_at) \
               SELECT ?1, ?2, ?3, ?4, 1, ?5, ?5 WHERE NOT EXISTS (SELECT 1 FROM teammates) RETURNING id";
    filled("add_first_owner", sql, row, now)
}

/// Adds somebody, unless the address is taken.
pub(crate) fn add(row: &TeammateRow, now: Timestamp) -> Statement {
    let sql = "INSERT INTO teammates (id, email, name, role, enabled, created_at) \
               VALUES (?1, ?2, ?3, ?4, 1, ?5) ON CONFLICT (email) DO NOTHING RETURNING id";
    filled("add_teammate", sql, row, now)
}

fn filled(name: &'static str, sql: &str, row: &TeammateRow, now: Timestamp) -> Statement {
    Statement::new(name, sql).text(row.id.as_str()).text(&row.email).text(&row.name).text(row.role.as_str()).time(now)
}

/// Whether anybody is there.
pub(crate) async fn any(app: &AppContext) -> Result<bool, InternalError> {
    let found: Option<IgnoredAny> =
        Statement::new("any_teammate", "SELECT 1 AS one FROM teammates LIMIT 1").row(app).await?;
    Ok(found.is_some())
}

/// Notes that somebody has signed in, if it is the first time.
pub(crate) fn signed_in(id: &TeammateId, now: Timestamp) -> Statement {
    let sql = "UPDATE teammates SET signed_in_at = ?2 WHERE id = ?1 AND signed_in_at IS NULL RETURNING id";
    Statement::new("first_signed_in", sql).text(id.as_str()).time(now)
}

/// Changes somebody, unless that would leave no owner who can sign in; also not when their role is no longer
/// the one that the change was allowed by.
pub(crate) fn change(before: &TeammateRow, name: &str, role: Role, enabled: bool) -> Statement {
    let sql = "UPDATE teammates SET name = ?2, role = ?3, enabled = ?4 WHERE id = ?1 AND role = ?5 \
               AND ((?3 = 'owner' AND ?4 = 1) OR role <> 'owner' OR EXISTS \
               (SELECT 1 FROM teammates o WHERE o.role = 'owner' AND o.enabled = 1 AND o.id <> ?1)) \
               RETURNING id";
    Statement::new("change_teammate", sql)
        .text(before.id.as_str())
        .text(name)
        .text(role.as_str())
        .int(i64::from(enabled))
        .text(before.role.as_str())
}

/// What is kept in this isolate is out of date.
pub(crate) fn forget() {
    KEPT.with(TtlCache::clear);
}
