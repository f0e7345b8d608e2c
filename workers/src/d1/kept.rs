//! Deliveries that are kept for a release that reads what is in them, by kind and account.

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tributary_domain::{
    id::{AccountId, DeliveryId, KindId, RemoteId, TeammateId},
    platform::Platform,
    time::Timestamp,
};
use tributary_wire::api::delivery::{KeptDeliveryItem, KeptKindItem};

use super::{Statement, together};
use crate::{app::AppContext, error::InternalError};

/// Most deliveries of one kind and account. Beyond, they are counted.
pub(crate) const MOST: i64 = 10_000;
/// Most kinds of one account. What is beyond has one name.
pub(crate) const MOST_KINDS: usize = 100;
/// Most rows of a kind that one run of the clock deletes.
const SWEPT: i64 = 2_000;
/// Most kinds that are listed.
const LISTED: i64 = 5_000;

/// The id of a kind of an account: it follows from what they are.
pub(crate) fn id(platform: Platform, account: &str, kind: &str) -> String {
    let digest = Sha256::digest(format!("{platform}\n{account}\n{kind}"));
    format!("knd_{}", digest.first_chunk::<16>().map(hex::encode).unwrap_or_default())
}

/// A kind of an account, as stored.
#[derive(Debug, Deserialize)]
pub(crate) struct KindRow {
    pub(crate) id: String,
    platform: String,
    pub(crate) account: String,
    pub(crate) kind: String,
    pub(crate) held: i64,
    beyond: u64,
    last_at: i64,
    oldest: Option<i64>,
    dismissed_at: Option<i64>,
    dismissed_by: Option<TeammateId>,
    dismissal: Option<String>,
}

impl KindRow {
    pub(crate) fn platform(&self) -> Option<Platform> {
        Platform::from_name(&self.platform)
    }

    pub(crate) fn item(&self) -> Option<KeptKindItem> {
        let platform = self.platform()?;
        let account = Some(self.account.as_str()).filter(|account| !account.is_empty()).map(RemoteId::new);
        Some(KeptKindItem {
            id: KindId::parse(&self.id).ok()?,
            platform,
            account_id: account.as_ref().map(|account| AccountId::of(platform, account)),
            platform_account_id: account,
            kind: self.kind.clone(),
            held: u64::try_from(self.held).unwrap_or_default(),
            beyond: self.beyond,
            oldest_at: self.oldest.map(Timestamp::from_millis),
            newest_at: Timestamp::from_millis(self.last_at),
            dismissed_at: self.dismissed_at.map(Timestamp::from_millis),
            dismissed_by: self.dismissed_by.clone(),
            dismissal: self.dismissal.clone(),
        })
    }
}

/// All kinds, the one that came last first. An index in that order would cost a row with each delivery that is kept; there
/// are few kinds, so they are sorted here.
pub(crate) async fn kinds(app: &AppContext) -> Result<Vec<KindRow>, InternalError> {
    let sql = "SELECT id, platform, account, kind, held, beyond, last_at, dismissed_at, dismissed_by, dismissal, \
               (SELECT min(received_at) FROM kept_deliveries WHERE kind = kept_kinds.id) AS oldest \
               FROM kept_kinds LIMIT ?1";
    let mut rows: Vec<KindRow> = Statement::new("list_kept_kinds", sql).int(LISTED).rows(app).await?;
    rows.sort_by(|one, other| other.last_at.cmp(&one.last_at).then_with(|| one.id.cmp(&other.id)));
    Ok(rows)
}

/// Somebody puts a kind away, and says why. It is kept and counted as before, and those of it can be tried again.
pub(crate) fn dismiss(id: &str, by: &TeammateId, reason: &str, now: Timestamp) -> Statement {
    let sql = "UPDATE kept_kinds SET dismissed_at = ?2, dismissed_by = ?3, dismissal = ?4 WHERE id = ?1";
    Statement::new("dismiss_kind", sql).text(id).time(now).text(by.as_str()).text(reason)
}

/// Who tries those of a kind again wants to see what comes of it: it is not put away any more.
pub(crate) fn taken_up(id: &str) -> Statement {
    let sql = "UPDATE kept_kinds SET dismissed_at = NULL, dismissed_by = NULL, dismissal = NULL WHERE id = ?1";
    Statement::new("take_kind_up", sql).text(id)
}

/// What of one kind and account comes into the lists.
#[derive(Debug)]
pub(crate) struct Addition {
    pub(crate) platform: Platform,
    pub(crate) account: String,
    pub(crate) kind: String,
    pub(crate) rows: Vec<Value>,
    /// How many came for which there was no room.
    pub(crate) beyond: i64,
    pub(crate) last_at: Timestamp,
}

/// A row of an addition.
pub(crate) fn row(delivery: &DeliveryId, door: Option<&RemoteId>, size: usize, at: Timestamp) -> Value {
    json!({ "delivery": delivery, "door": door, "size": size, "at": at.millis() })
}

/// Adds them in one transaction, each kind up to its bound. Again and again does no harm.
pub(crate) async fn add(app: &AppContext, additions: &[Addition]) -> Result<(), InternalError> {
    let rows = "INSERT INTO kept_deliveries (kind, received_at, delivery, door, size) \
                SELECT ?1, value ->> 'at', value ->> 'delivery', value ->> 'door', value ->> 'size' FROM json_each(?2) \
                WHERE key + coalesce((SELECT held FROM kept_kinds WHERE id = ?1), 0) < ?3 ON CONFLICT DO NOTHING";
    let kind = "INSERT INTO kept_kinds (id, platform, account, kind, held, beyond, last_at) \
                VALUES (?1, ?2, ?3, ?4, changes(), ?5, ?6) ON CONFLICT (id) DO UPDATE SET \
                beyond = beyond + excluded.beyond + max(0, held + ?7 - ?8), held = held + excluded.held, \
                last_at = max(last_at, excluded.last_at)";
    let statements = additions.iter().flat_map(|one| {
        let id = id(one.platform, &one.account, &one.kind);
        let count = i64::try_from(one.rows.len()).unwrap_or(MOST);
        [
            Statement::new("keep_deliveries", rows).text(&id).text(&json!(one.rows).to_string()).int(MOST),
            Statement::new("keep_kind", kind)
                .text(&id)
                .text(one.platform.as_str())
                .text(&one.account)
                .text(&one.kind)
                .int(one.beyond)
                .time(one.last_at)
                .int(count)
                .int(MOST),
        ]
    });
    together(app, "keep", statements.collect()).await.map(|_| ())
}

/// A kept delivery was tried again: it stays only for the sake of the kinds with these ids. Where it stands under none of
/// them (another release has other names for what it does not read), it stays as it is.
pub(crate) async fn settle(app: &AppContext, delivery: &DeliveryId, still: &[String]) -> Result<(), InternalError> {
    const STANDS: &str = "(?2 = '[]' OR EXISTS (SELECT 1 FROM kept_deliveries o WHERE o.delivery = ?1 \
                          AND o.kind IN (SELECT value FROM json_each(?2))))";
    let count = format!(
        "UPDATE kept_kinds SET held = max(0, held - 1) WHERE id IN (SELECT kind FROM kept_deliveries \
         WHERE delivery = ?1) AND id NOT IN (SELECT value FROM json_each(?2)) AND {STANDS}"
    );
    let delete = format!(
        "DELETE FROM kept_deliveries WHERE delivery = ?1 AND kind NOT IN (SELECT value FROM json_each(?2)) AND {STANDS}"
    );
    let still = json!(still).to_string();
    let statements = vec![
        Statement::new("count_kept", &count).text(delivery.as_str()).text(&still),
        Statement::new("settle_kept", &delete).text(delivery.as_str()).text(&still),
    ];
    together(app, "settle_kept", statements).await.map(|_| ())
}

/// A kept delivery, as stored.
#[derive(Debug, Deserialize)]
pub(crate) struct KeptRow {
    pub(crate) delivery: DeliveryId,
    platform: String,
    pub(crate) door: Option<RemoteId>,
    pub(crate) size: u64,
    received_at: i64,
}

impl KeptRow {
    pub(crate) fn platform(&self) -> Option<Platform> {
        Platform::from_name(&self.platform)
    }

    pub(crate) fn received_at(&self) -> Timestamp {
        Timestamp::from_millis(self.received_at)
    }

    pub(crate) fn item(&self) -> KeptDeliveryItem {
        KeptDeliveryItem { id: self.delivery.clone(), received_at: self.received_at(), size: self.size }
    }
}

const COLUMNS: &str = "SELECT d.delivery AS delivery, k.platform AS platform, d.door AS door, d.size AS size, \
                       d.received_at AS received_at FROM kept_deliveries d JOIN kept_kinds k ON k.id = d.kind";

/// Those of a kind, newest first, after the one that came `at` with this id.
pub(crate) async fn newest(
    app: &AppContext,
    kind: &str,
    (at, id): (i64, &str),
    limit: u32,
) -> Result<Vec<KeptRow>, InternalError> {
    let sql = format!(
        "{COLUMNS} WHERE d.kind = ?1 AND d.received_at <= ?2 AND (d.received_at < ?2 OR d.delivery < ?3) \
         ORDER BY d.received_at DESC, d.delivery DESC LIMIT ?4"
    );
    Statement::new("list_kept", &sql).text(kind).int(at).text(id).int(i64::from(limit)).rows(app).await
}

/// Those of a kind, oldest first, after the one that came `at` with this id.
pub(crate) async fn oldest(
    app: &AppContext,
    kind: &str,
    (at, id): (i64, &str),
    limit: u32,
) -> Result<Vec<KeptRow>, InternalError> {
    let sql = format!(
        "{COLUMNS} WHERE d.kind = ?1 AND d.received_at >= ?2 AND (d.received_at > ?2 OR d.delivery > ?3) \
         ORDER BY d.received_at, d.delivery LIMIT ?4"
    );
    Statement::new("replay_kept", &sql).text(kind).int(at).text(id).int(i64::from(limit)).rows(app).await
}

pub(crate) async fn find(app: &AppContext, id: &DeliveryId) -> Result<Option<KeptRow>, InternalError> {
    let sql = format!("{COLUMNS} WHERE d.delivery = ?1 LIMIT 1");
    Statement::new("find_kept", &sql).text(id.as_str()).row(app).await
}

/// Deletes rows that came before, some of each kind, and kinds of which nothing is left.
pub(crate) async fn sweep(app: &AppContext, before: Timestamp) -> Result<(), InternalError> {
    let rows = "DELETE FROM kept_deliveries WHERE (kind, received_at, delivery) IN (SELECT kind, received_at, delivery \
                FROM kept_deliveries WHERE kind = ?1 AND received_at < ?2 ORDER BY received_at LIMIT ?3)";
    let count = "UPDATE kept_kinds SET held = max(0, held - changes()) WHERE id = ?1";
    let mut statements = Vec::new();
    for old in kinds(app).await?.iter().filter(|kind| kind.oldest.is_some_and(|at| at < before.millis())) {
        statements.push(Statement::new("sweep_kept", rows).text(&old.id).time(before).int(SWEPT));
        statements.push(Statement::new("count_swept", count).text(&old.id));
    }
    let kinds = "DELETE FROM kept_kinds WHERE held = 0 AND last_at < ?1";
    statements.push(Statement::new("sweep_kept_kinds", kinds).time(before));
    together(app, "sweep_kept", statements).await.map(|_| ())
}
