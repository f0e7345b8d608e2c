//! Deliveries that wait for a person.

use tributary_domain::json::Read;
use tributary_domain::{
    id::{AccountId, DeliveryId, RemoteId},
    platform::Platform,
    time::Timestamp,
};
use tributary_wire::api::delivery::{DeliveryItem, DeliveryState};

use super::Statement;
use crate::{edge::Edge, fault::Fault};

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
#[derive(Debug, Read)]
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
        DeliveryItem {
            id: self.id.clone(),
            platform: self.platform(),
            account_id: self
                .platform()
                .zip(self.account.as_ref())
                .map(|(platform, remote)| AccountId::of(platform, remote)),
            state: self.state,
            reason: self.reason.clone(),
            size: self.size,
            received_at: self.received_at(),
            replays: self.replays,
        }
    }
}

const COLUMNS: &str = "id, platform, account, state, reason, size, stored, received_at, replays";

/// A page of those in these states (a list in JSON), newest first, after the delivery that came `at` with this id.
pub(crate) async fn page(
    edge: &Edge,
    states: &str,
    (at, id): (i64, &str),
    limit: u32,
) -> Result<Vec<DeliveryRow>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deliveries INDEXED BY deliveries_by_time \
         WHERE received_at <= ?1 AND (received_at < ?1 OR id > ?2) \
         AND state IN (SELECT value FROM json_each(?4)) ORDER BY received_at DESC, id LIMIT ?3"
    );
    let statement = Statement::new("list_deliveries", &sql).int(at).text(id).int(i64::from(limit));
    statement.text(states).rows(edge).await
}

/// One of them.
pub(crate) async fn find(edge: &Edge, id: &DeliveryId) -> Result<Option<DeliveryRow>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE id = ?1");
    Statement::new("find_delivery", &sql).text(id.as_str()).row(edge).await
}

/// It is being tried again.
pub(crate) fn replayed(id: &DeliveryId) -> Statement {
    let sql = "UPDATE deliveries SET replays = replays + 1 WHERE id = ?1";
    Statement::new("replay_delivery", sql).text(id.as_str())
}

/// Keeps a delivery that could not be taken in; its bytes are under `stored`. Again and again does no harm.
pub(crate) async fn park(
    edge: &Edge,
    parked: &Parked,
    state: DeliveryState,
    reason: &str,
    size: usize,
    stored: &str,
) -> Result<(), Fault> {
    let sql = "INSERT INTO deliveries (id, platform, account, state, reason, size, stored, received_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE \
               SET state = excluded.state, reason = excluded.reason, size = excluded.size, stored = excluded.stored";
    Statement::new("park_delivery", sql)
        .text(parked.id.as_str())
        .text(parked.platform.map_or(UNKNOWN, Platform::as_str))
        .maybe(parked.account.as_ref().map(RemoteId::as_str))
        .text(word(state))
        .text(reason)
        .int(i64::try_from(size).unwrap_or(i64::MAX))
        .text(stored)
        .time(parked.received_at)
        .run(edge)
        .await?;
    Ok(())
}

/// A delivery that waited was taken in on a later try.
pub(crate) async fn recovered(edge: &Edge, id: &DeliveryId) -> Result<(), Fault> {
    let sql = "UPDATE deliveries SET state = 'recovered' WHERE id = ?1 AND state <> 'recovered'";
    Statement::new("recover_delivery", sql).text(id.as_str()).run(edge).await?;
    Ok(())
}

const fn word(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Parked => "parked",
        DeliveryState::Dead => "dead",
        DeliveryState::Recovered => "recovered",
    }
}
