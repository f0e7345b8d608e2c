//! Deliveries that wait for a person.

use serde::Deserialize;
use serde_json::json;
use tributary_connectors::contract::About;
use tributary_domain::{
    id::{AccountId, DeliveryId, RemoteId, TeammateId},
    platform::Platform,
    time::Timestamp,
};
use tributary_wire::api::delivery::{DeliveryAccountItem, DeliveryItem, DeliveryState};

use super::Statement;
use crate::{app::AppContext, error::InternalError};

/// Stands where a platform's name would, of what is no delivery.
const UNKNOWN: &str = "unknown";

/// What is known of a delivery that is parked.
pub(crate) struct Parked {
    pub(crate) id: DeliveryId,
    /// None of what is no delivery at all.
    pub(crate) platform: Option<Platform>,
    pub(crate) account: Option<RemoteId>,
    pub(crate) received_at: Timestamp,
}

/// A delivery as stored.
#[derive(Debug, Deserialize)]
pub(crate) struct DeliveryRow {
    pub(crate) id: DeliveryId,
    platform: String,
    pub(crate) account: Option<RemoteId>,
    pub(crate) state: DeliveryState,
    pub(crate) reason: String,
    pub(crate) size: u64,
    /// Where its bytes are.
    pub(crate) stored: String,
    received_at: i64,
    pub(crate) replays: u32,
    /// JSON lists.
    accounts: Option<String>,
    kinds: Option<String>,
    tried_at: Option<i64>,
    dismissed_at: Option<i64>,
    dismissed_by: Option<TeammateId>,
    dismissal: Option<String>,
}

impl DeliveryRow {
    pub(crate) fn received_at(&self) -> Timestamp {
        Timestamp::from_millis(self.received_at)
    }

    /// Where it came from, if it is a delivery.
    pub(crate) fn platform(&self) -> Option<Platform> {
        Platform::from_name(&self.platform)
    }

    pub(crate) fn item(&self) -> DeliveryItem {
        let list = |text: &Option<String>| -> Vec<String> {
            text.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
        };
        let mut accounts: Vec<RemoteId> = list(&self.accounts).into_iter().map(RemoteId::new).collect();
        if accounts.is_empty() {
            accounts.extend(self.account.clone());
        }
        let account = |remote: &RemoteId| {
            let platform = self.platform()?;
            Some(DeliveryAccountItem { id: AccountId::of(platform, remote), platform_account_id: remote.clone() })
        };
        let accounts: Vec<_> = accounts.iter().filter_map(account).collect();
        DeliveryItem {
            id: self.id.clone(),
            platform: self.platform(),
            account_id: accounts.first().map(|account| account.id.clone()),
            accounts,
            kinds: list(&self.kinds),
            tried_at: self.tried_at.map(Timestamp::from_millis),
            dismissed_at: self.dismissed_at.map(Timestamp::from_millis),
            dismissed_by: self.dismissed_by.clone(),
            dismissal: self.dismissal.clone(),
            state: self.state,
            reason: self.reason.clone(),
            size: self.size,
            received_at: self.received_at(),
            replays: self.replays,
        }
    }
}

/// Dismissed is what somebody dismissed and was not taken in.
const STATE: &str = "CASE WHEN dismissed_at IS NOT NULL AND state <> 'recovered' THEN 'dismissed' ELSE state END";
const COLUMNS: &str = "id, platform, account, reason, size, stored, received_at, replays, accounts, kinds, tried_at, \
                       dismissed_at, dismissed_by, dismissal";

/// A page of those in these states (a list in JSON), newest first, after the delivery that came `at` with this id.
pub(crate) async fn page(
    app: &AppContext,
    states: &str,
    (at, id): (i64, &str),
    limit: u32,
) -> Result<Vec<DeliveryRow>, InternalError> {
    let sql = format!(
        "SELECT {COLUMNS}, {STATE} AS state FROM deliveries INDEXED BY deliveries_by_time \
         WHERE received_at <= ?1 AND (received_at < ?1 OR id > ?2) \
         AND {STATE} IN (SELECT value FROM json_each(?4)) ORDER BY received_at DESC, id LIMIT ?3"
    );
    let statement = Statement::new("list_deliveries", &sql).int(at).text(id).int(i64::from(limit));
    statement.text(states).rows(app).await
}

pub(crate) async fn find(app: &AppContext, id: &DeliveryId) -> Result<Option<DeliveryRow>, InternalError> {
    let sql = format!("SELECT {COLUMNS}, {STATE} AS state FROM deliveries WHERE id = ?1");
    Statement::new("find_delivery", &sql).text(id.as_str()).row(app).await
}

/// It is being tried again, and is not put away any more.
pub(crate) fn replayed(id: &DeliveryId) -> Statement {
    let sql = "UPDATE deliveries SET replays = replays + 1, dismissed_at = NULL, dismissed_by = NULL, dismissal = NULL \
               WHERE id = ?1";
    Statement::new("replay_delivery", sql).text(id.as_str())
}

/// Keeps a delivery that could not be taken in; its bytes are under `stored`. Again and again does no harm.
pub(crate) async fn park(
    app: &AppContext,
    parked: &Parked,
    (state, reason, now): (DeliveryState, &str, Timestamp),
    about: &About,
    size: usize,
    stored: &str,
) -> Result<(), InternalError> {
    let sql = "INSERT INTO deliveries (id, platform, account, state, reason, size, stored, received_at, \
               accounts, kinds, tried_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO UPDATE \
               SET state = excluded.state, reason = excluded.reason, size = excluded.size, stored = excluded.stored, \
               accounts = excluded.accounts, kinds = excluded.kinds, tried_at = excluded.tried_at";
    Statement::new("park_delivery", sql)
        .text(parked.id.as_str())
        .text(parked.platform.map_or(UNKNOWN, Platform::as_str))
        .maybe(parked.account.as_ref().map(RemoteId::as_str))
        .text(state.as_str())
        .text(reason)
        .int(i64::try_from(size).unwrap_or(i64::MAX))
        .text(stored)
        .time(parked.received_at)
        .text(&json!(about.accounts).to_string())
        .text(&json!(about.kinds).to_string())
        .time(now)
        .run(app)
        .await?;
    Ok(())
}

/// Somebody puts it away, and says why. One that was taken in meanwhile is none to be put away.
pub(crate) fn dismiss(id: &DeliveryId, by: &TeammateId, reason: &str, now: Timestamp) -> Statement {
    let sql = "UPDATE deliveries SET dismissed_at = ?2, dismissed_by = ?3, dismissal = ?4 \
               WHERE id = ?1 AND state <> 'recovered'";
    Statement::new("dismiss_delivery", sql).text(id.as_str()).time(now).text(by.as_str()).text(reason)
}

/// Some of those that came before and were dismissed.
pub(crate) async fn dismissed(
    app: &AppContext,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<DeliveryRow>, InternalError> {
    let sql = format!(
        "SELECT {COLUMNS}, {STATE} AS state FROM deliveries INDEXED BY deliveries_waiting \
         WHERE state <> 'recovered' AND dismissed_at < ?1 AND received_at < ?1 LIMIT ?2"
    );
    Statement::new("list_dismissed", &sql).time(before).int(i64::from(limit)).rows(app).await
}

pub(crate) async fn delete(app: &AppContext, rows: &[DeliveryRow]) -> Result<(), InternalError> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids = json!(rows.iter().map(|row| &row.id).collect::<Vec<_>>()).to_string();
    let sql = "DELETE FROM deliveries WHERE id IN (SELECT value FROM json_each(?1)) AND dismissed_at IS NOT NULL";
    Statement::new("delete_deliveries", sql).text(&ids).run(app).await
}

/// Notes what failed, of deliveries that will come again.
pub(crate) async fn tried(
    app: &AppContext,
    failing: &[(&DeliveryId, &str)],
    now: Timestamp,
) -> Result<(), InternalError> {
    if failing.is_empty() {
        return Ok(());
    }
    let rows = json!(failing).to_string();
    let sql = "INSERT INTO tries (delivery, fault, at) SELECT value ->> 0, value ->> 1, ?2 FROM json_each(?1) WHERE true \
               ON CONFLICT (delivery) DO UPDATE SET fault = excluded.fault, at = excluded.at";
    Statement::new("note_tries", sql).text(&rows).time(now).run(app).await
}

#[derive(Deserialize)]
struct TryRow {
    fault: String,
}

/// What the last try said.
pub(crate) async fn last_try(app: &AppContext, id: &DeliveryId) -> Result<Option<String>, InternalError> {
    let sql = "SELECT fault FROM tries WHERE delivery = ?1";
    let row: Option<TryRow> = Statement::new("last_try", sql).text(id.as_str()).row(app).await?;
    Ok(row.map(|row| row.fault))
}

/// Forgets tries of long ago.
pub(crate) async fn forget_tries(app: &AppContext, now: Timestamp) -> Result<(), InternalError> {
    Statement::new("sweep_tries", "DELETE FROM tries WHERE at < ?1")
        .time(now.minus(app.config.timings.retention.tries))
        .run(app)
        .await
}

/// A delivery that waited was taken in on a later try.
pub(crate) async fn recovered(app: &AppContext, id: &DeliveryId) -> Result<(), InternalError> {
    let sql = "UPDATE deliveries SET state = 'recovered' WHERE id = ?1 AND state <> 'recovered'";
    Statement::new("recover_delivery", sql).text(id.as_str()).run(app).await?;
    Ok(())
}
