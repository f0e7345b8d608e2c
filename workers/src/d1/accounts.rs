//! Connected accounts, without their secrets.

use serde::Deserialize;
use std::rc::Rc;

use tributary_domain::{
    account::{Ailing, Call, Trouble},
    id::{AccountId, RemoteId},
    platform::Platform,
    time::Timestamp,
};
use tributary_wire::api::account::AccountState;

use super::Statement;
use crate::{app::AppContext, cache::TtlCache, clock, error::InternalError};

/// An account as stored.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct AccountRow {
    pub(crate) id: AccountId,
    pub(crate) platform: Platform,
    pub(crate) remote: RemoteId,
    pub(crate) name: String,
    pub(crate) state: AccountState,
    /// A stable word.
    pub(crate) trouble: Option<String>,
    /// What kind of call met with it.
    troubled_by: Option<Call>,
    last_event: Option<i64>,
    connected_at: i64,
}

impl AccountRow {
    /// What is wrong with it. A word that this release does not know is as good as none.
    pub(crate) fn ailing(&self) -> Option<Ailing> {
        let trouble = self.trouble.as_deref().and_then(Trouble::from_name)?;
        Some(Ailing { trouble, by: self.troubled_by.unwrap_or(Call::Send) })
    }

    pub(crate) fn last_event(&self) -> Option<Timestamp> {
        self.last_event.map(Timestamp::from_millis)
    }

    pub(crate) fn connected_at(&self) -> Timestamp {
        Timestamp::from_millis(self.connected_at)
    }
}

const COLUMNS: &str = "id, platform, remote, name, state, trouble, troubled_by, last_event, connected_at";

thread_local! {
    static KEPT: TtlCache<(), Rc<Vec<AccountRow>>> = const { TtlCache::new(1) };
}

pub(crate) async fn all(app: &AppContext) -> Result<Vec<AccountRow>, InternalError> {
    let sql = format!("SELECT {COLUMNS} FROM accounts ORDER BY connected_at, id");
    Statement::new("list_accounts", &sql).rows(app).await
}

/// Every account, at most a few seconds old.
pub(crate) async fn known(app: &AppContext) -> Result<Rc<Vec<AccountRow>>, InternalError> {
    let now = clock::now();
    if let Some(kept) = KEPT.with(|kept| kept.fresh(&(), now, app.config.timings.cache.workspace_ttl)) {
        return Ok(kept);
    }
    let rows = Rc::new(all(app).await?);
    KEPT.with(|kept| kept.put((), now, Rc::clone(&rows)));
    Ok(rows)
}

pub(crate) async fn find(app: &AppContext, id: &AccountId) -> Result<Option<AccountRow>, InternalError> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1");
    Statement::new("find_account", &sql).text(id.as_str()).row(app).await
}

/// An account was connected, for the first time or again.
pub(crate) fn connected(
    id: &AccountId,
    platform: Platform,
    remote: &RemoteId,
    name: &str,
    now: Timestamp,
) -> Statement {
    forget();
    let sql = "INSERT INTO accounts (id, platform, remote, name, state, trouble, connected_at) \
               VALUES (?1, ?2, ?3, ?4, 'connected', NULL, ?5) ON CONFLICT (id) DO UPDATE \
               SET name = excluded.name, state = 'connected', trouble = NULL, troubled_by = NULL, connected_at = excluded.connected_at";
    Statement::new("connect_account", sql)
        .text(id.as_str())
        .text(platform.as_str())
        .text(remote.as_str())
        .text(name)
        .time(now)
}

/// A person disconnected it.
pub(crate) fn disconnected(id: &AccountId) -> Statement {
    forget();
    let sql = "UPDATE accounts SET state = 'disconnected', trouble = NULL WHERE id = ?1";
    Statement::new("disconnect_account", sql).text(id.as_str())
}

/// It is in trouble, or no longer; unless that has changed since `before`, or it was disconnected.
pub(crate) fn set_health(id: &AccountId, before: Option<Ailing>, after: Option<Ailing>) -> Statement {
    forget();
    let sql = "UPDATE accounts SET trouble = ?2, troubled_by = ?3, \
               state = CASE WHEN ?2 IS NULL THEN 'connected' ELSE 'reconnect' END \
               WHERE id = ?1 AND state <> 'disconnected' AND trouble IS ?4 RETURNING id";
    let word = |ailing: Option<Ailing>| ailing.map(|ailing| ailing.trouble.as_str());
    Statement::new("set_account_health", sql)
        .text(id.as_str())
        .maybe(word(after))
        .maybe(after.map(|ailing| ailing.by.as_str()))
        .maybe(word(before))
}

/// Something came in for these. Noted at most once a minute, which is what the page shows: a busy account costs 1,440
/// written rows a day, and a quiet one no more than one for each message.
pub(crate) async fn heard(app: &AppContext, ids: &[&AccountId], now: Timestamp) -> Result<(), InternalError> {
    let ids = serde_json::to_string(ids).map_err(InternalError::form("heard"))?;
    // The longest pause of late: each hour with an event takes a little off it, and no outage makes it a week.
    let sql = "UPDATE accounts SET last_event = ?1, usual_pause = max(min(?1 - coalesce(last_event, ?1), 604800000), \
               coalesce(usual_pause, 0) * iif(cast(?1 / 3600000 AS INTEGER) > coalesce(last_event, 0) / 3600000, 255, 256) / 256) \
               WHERE id IN (SELECT value FROM json_each(?2)) AND coalesce(last_event, 0) <= ?1 - 60000";
    Statement::new("hear_from_accounts", sql).time(now).text(&ids).run(app).await?;
    forget();
    Ok(())
}

/// What is kept in this isolate is out of date.
pub(crate) fn forget() {
    KEPT.with(TtlCache::clear);
}
