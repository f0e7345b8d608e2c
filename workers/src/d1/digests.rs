//! Digests that were made, and how far each has come.

use serde::Deserialize;
use tributary_domain::{
    digest::{
        Digest, Numbers,
        delivery::{Cause, DeliveryStatus, LEASE, Outcome},
    },
    id::{DigestId, TeammateId},
    time::Timestamp,
};
use tributary_wire::api::digest::{DigestDeliveryItem, DigestItem, DigestReader, DigestWay};

use super::{Statement, audit, gave, together};
use crate::{edge::Edge, fault::Fault};

/// Most deliveries that one run looks at.
const RUN: i64 = 100;

/// A digest as stored, without what it says.
#[derive(Debug, Deserialize)]
pub(crate) struct DigestRow {
    pub(crate) id: DigestId,
    day: String,
    made_at: i64,
    sent_by: Option<TeammateId>,
    numbers: String,
}

/// How far a digest has come with one of its readers.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DeliveryRow {
    pub(crate) digest: DigestId,
    pub(crate) way: DigestWay,
    pub(crate) target: String,
    /// By which a provider knows a repeated request.
    pub(crate) request: String,
    status: DeliveryStatus,
    cause: Option<Cause>,
    tries: u32,
    trying: u32,
    next_at: i64,
    settled_at: Option<i64>,
}

impl DigestRow {
    pub(crate) fn made_at(&self) -> i64 {
        self.made_at
    }

    pub(crate) fn item(self, deliveries: &[DeliveryRow]) -> Result<DigestItem, Fault> {
        let numbers: Numbers =
            serde_json::from_slice(self.numbers.as_bytes()).map_err(Fault::form("digests.numbers"))?;
        Ok(DigestItem {
            deliveries: deliveries.iter().filter(|one| one.digest == self.id).map(DeliveryRow::item).collect(),
            id: self.id,
            day: self.day,
            made_at: Timestamp::from_millis(self.made_at),
            sent_by: self.sent_by,
            numbers,
        })
    }
}

impl DeliveryRow {
    fn item(&self) -> DigestDeliveryItem {
        let waits = self.status == DeliveryStatus::Waiting;
        DigestDeliveryItem {
            way: self.way,
            to: self.target.clone(),
            status: self.status,
            cause: self.cause,
            tries: self.tries,
            next_try_at: waits.then(|| Timestamp::from_millis(self.next_at)),
            settled_at: self.settled_at.map(Timestamp::from_millis),
        }
    }

    /// A try began, and whoever made it never said how it ended.
    pub(crate) fn lost(&self) -> bool {
        self.trying != 0
    }

    /// The number of the next try.
    pub(crate) fn next_try(&self) -> u32 {
        self.tries.saturating_add(1)
    }
}

const COLUMNS: &str = "id, day, made_at, sent_by, body -> '$.numbers' AS numbers";
const DELIVERY: &str = "digest, way, target, request, status, cause, tries, trying, next_at, settled_at";

const fn word(way: DigestWay) -> &'static str {
    match way {
        DigestWay::Channel => "channel",
        DigestWay::Email => "email",
    }
}

/// Whether this digest was made.
pub(crate) async fn exists(edge: &Edge, id: &DigestId) -> Result<bool, Fault> {
    Ok(find(edge, id).await?.is_some())
}

/// One of them.
pub(crate) async fn find(edge: &Edge, id: &DigestId) -> Result<Option<DigestRow>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM digests WHERE id = ?1");
    Statement::new("find_digest", &sql).text(id.as_str()).row(edge).await
}

/// What one of them says.
pub(crate) async fn body(edge: &Edge, id: &DigestId) -> Result<Option<Digest>, Fault> {
    #[derive(Deserialize)]
    struct Body {
        body: String,
    }
    let sql = "SELECT body FROM digests WHERE id = ?1";
    let row: Option<Body> = Statement::new("read_digest", sql).text(id.as_str()).row(edge).await?;
    row.map(|row| serde_json::from_slice(row.body.as_bytes()).map_err(Fault::form("digests.body"))).transpose()
}

/// A page, newest first, after the digest made `at` with this id.
pub(crate) async fn page(edge: &Edge, at: i64, id: &str, limit: u32) -> Result<Vec<DigestRow>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM digests INDEXED BY digests_by_time \
         WHERE made_at <= ?1 AND (made_at < ?1 OR id > ?2) ORDER BY made_at DESC, id LIMIT ?3"
    );
    Statement::new("list_digests", &sql).int(at).text(id).int(i64::from(limit)).rows(edge).await
}

/// The deliveries of these.
pub(crate) async fn deliveries(edge: &Edge, ids: &[&DigestId]) -> Result<Vec<DeliveryRow>, Fault> {
    let list = serde_json::to_string(ids).map_err(Fault::form("digests.ids"))?;
    let sql = format!(
        "SELECT {DELIVERY} FROM json_each(?1) j CROSS JOIN digest_deliveries d ON d.digest = j.value ORDER BY way, target"
    );
    Statement::new("list_digest_deliveries", &sql).text(&list).rows(edge).await
}

/// Writes a digest and whom it goes to, unless it is there. Tells whether it was written: then, and only then, it is
/// the writer's to send.
pub(crate) async fn claim(
    edge: &Edge,
    id: &DigestId,
    digest: &Digest,
    sent_by: Option<&TeammateId>,
    readers: &[DigestReader],
) -> Result<bool, Fault> {
    let body = serde_json::to_string(digest).map_err(Fault::form("digests.body"))?;
    let list = serde_json::to_string(readers).map_err(Fault::form("digests.readers"))?;
    let insert = "INSERT INTO digests (id, day, made_at, sent_by, body) VALUES (?1, ?2, ?3, ?4, ?5) \
                  ON CONFLICT (id) DO NOTHING RETURNING id";
    let add = "INSERT INTO digest_deliveries (digest, way, target, request, status, next_at) \
               SELECT ?1, value ->> 'way', value ->> 'to', 'digest-' || lower(hex(randomblob(16))), 'waiting', ?2 \
               FROM json_each(?3) WHERE changes() > 0";
    let detail = serde_json::json!({ "digest": id, "readers": readers.len() });
    let statements = vec![
        Statement::new("claim_digest", insert)
            .text(id.as_str())
            .text(&digest.day)
            .time(digest.made_at)
            .maybe(sent_by.map(TeammateId::as_str))
            .text(&body),
        audit::entry_if_changed(digest.made_at, sent_by, "digestSent", detail)?,
        Statement::new("add_digest_deliveries", add).text(id.as_str()).time(digest.made_at).text(&list),
    ];
    let results = together(edge, "claim_digest", statements).await?;
    gave("claim_digest", &results, 0)
}

/// Deliveries whose turn it is.
pub(crate) async fn due(edge: &Edge, now: Timestamp) -> Result<Vec<DeliveryRow>, Fault> {
    let sql = "SELECT digest, way, target, request, status, cause, tries, trying, next_at, settled_at \
               FROM digest_deliveries INDEXED BY digest_deliveries_due \
               WHERE status = 'waiting' AND next_at <= ?1 ORDER BY next_at LIMIT ?2";
    Statement::new("due_digest_deliveries", sql).time(now).int(RUN).rows(edge).await
}

/// Begins a try, unless somebody else has begun one since it was read.
pub(crate) async fn begin(edge: &Edge, row: &DeliveryRow, now: Timestamp) -> Result<bool, Fault> {
    let sql = "UPDATE digest_deliveries SET tries = tries + 1, trying = 1, next_at = ?5 \
               WHERE digest = ?1 AND way = ?2 AND target = ?3 AND status = 'waiting' AND tries = ?4 RETURNING tries";
    let statement = Statement::new("begin_digest_delivery", sql)
        .text(row.digest.as_str())
        .text(word(row.way))
        .text(&row.target)
        .int(i64::from(row.tries))
        .time(now.plus(LEASE));
    let begun: Vec<serde::de::IgnoredAny> = statement.rows(edge).await?;
    Ok(!begun.is_empty())
}

/// Ends try number `tries`, unless another has begun since.
pub(crate) async fn end(
    edge: &Edge,
    row: &DeliveryRow,
    tries: u32,
    outcome: Outcome,
    now: Timestamp,
) -> Result<(), Fault> {
    let (status, cause, next_at, settled) = match outcome {
        Outcome::Sent => ("sent", None, now, true),
        Outcome::Failed { cause } => ("failed", Some(cause), now, true),
        Outcome::Waiting { cause, until } => ("waiting", Some(cause), until, false),
    };
    let sql = "UPDATE digest_deliveries SET status = ?5, cause = ?6, next_at = ?7, trying = 0, \
               settled_at = CASE WHEN ?8 = 1 THEN ?9 END \
               WHERE digest = ?1 AND way = ?2 AND target = ?3 AND status = 'waiting' AND tries = ?4";
    Statement::new("end_digest_delivery", sql)
        .text(row.digest.as_str())
        .text(word(row.way))
        .text(&row.target)
        .int(i64::from(tries))
        .text(status)
        .maybe(cause.map(Cause::as_str))
        .time(next_at)
        .int(i64::from(settled))
        .time(now)
        .run(edge)
        .await
}

/// Whether the workspace was there `at`.
pub(crate) async fn founded(edge: &Edge, at: Timestamp) -> Result<bool, Fault> {
    let sql = "SELECT 1 AS one FROM teammates WHERE created_at <= ?1 LIMIT 1";
    let found: Option<serde::de::IgnoredAny> = Statement::new("founded", sql).time(at).row(edge).await?;
    Ok(found.is_some())
}
