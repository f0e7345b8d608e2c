//! Digests that were made.

use serde::Deserialize;
use tributary_domain::{
    digest::{Digest, Numbers},
    id::{DigestId, TeammateId},
    time::Timestamp,
};
use tributary_wire::{
    api::digest::{DigestItem, DigestReader},
    history::WorkspaceDetail,
};

use super::{
    Statement, audit, gave,
    outbox::{self, DigestDelivery},
    together,
};
use crate::{app::AppContext, error::InternalError};

/// A digest as stored, without what it says.
#[derive(Debug, Deserialize)]
pub(crate) struct DigestRow {
    pub(crate) id: DigestId,
    day: String,
    made_at: i64,
    sent_by: Option<TeammateId>,
    numbers: String,
}

impl DigestRow {
    pub(crate) fn made_at(&self) -> i64 {
        self.made_at
    }

    pub(crate) fn item(self, deliveries: &[DigestDelivery]) -> Result<DigestItem, InternalError> {
        let numbers: Numbers =
            serde_json::from_slice(self.numbers.as_bytes()).map_err(InternalError::form("digests.numbers"))?;
        Ok(DigestItem {
            deliveries: deliveries.iter().filter(|one| one.digest == self.id).map(DigestDelivery::item).collect(),
            id: self.id,
            day: self.day,
            made_at: Timestamp::from_millis(self.made_at),
            sent_by: self.sent_by,
            numbers,
        })
    }
}

const COLUMNS: &str = "id, day, made_at, sent_by, body -> '$.numbers' AS numbers";

/// Whether this digest was made.
pub(crate) async fn exists(app: &AppContext, id: &DigestId) -> Result<bool, InternalError> {
    Ok(find(app, id).await?.is_some())
}

pub(crate) async fn find(app: &AppContext, id: &DigestId) -> Result<Option<DigestRow>, InternalError> {
    let sql = format!("SELECT {COLUMNS} FROM digests WHERE id = ?1");
    Statement::new("find_digest", &sql).text(id.as_str()).row(app).await
}

/// What one of them says.
pub(crate) async fn body(app: &AppContext, id: &DigestId) -> Result<Option<Digest>, InternalError> {
    #[derive(Deserialize)]
    struct Body {
        body: String,
    }
    let sql = "SELECT body FROM digests WHERE id = ?1";
    let row: Option<Body> = Statement::new("read_digest", sql).text(id.as_str()).row(app).await?;
    row.map(|row| serde_json::from_slice(row.body.as_bytes()).map_err(InternalError::form("digests.body"))).transpose()
}

/// A page, newest first, after the digest made `at` with this id.
pub(crate) async fn page(app: &AppContext, at: i64, id: &str, limit: u32) -> Result<Vec<DigestRow>, InternalError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM digests INDEXED BY digests_by_time \
         WHERE made_at <= ?1 AND (made_at < ?1 OR id > ?2) ORDER BY made_at DESC, id LIMIT ?3"
    );
    Statement::new("list_digests", &sql).int(at).text(id).int(i64::from(limit)).rows(app).await
}

/// Writes a digest and whom it goes to, unless it is there. Tells whether it was written: then, and only then, it is
/// the writer's to send.
pub(crate) async fn claim(
    app: &AppContext,
    id: &DigestId,
    digest: &Digest,
    sent_by: Option<&TeammateId>,
    readers: &[DigestReader],
) -> Result<bool, InternalError> {
    let body = serde_json::to_string(digest).map_err(InternalError::form("digests.body"))?;
    let insert = "INSERT INTO digests (id, day, made_at, sent_by, body) VALUES (?1, ?2, ?3, ?4, ?5) \
                  ON CONFLICT (id) DO NOTHING RETURNING id";
    let done = WorkspaceDetail::DigestSent { digest: id.clone(), readers: readers.len() };
    let statements = vec![
        Statement::new("claim_digest", insert)
            .text(id.as_str())
            .text(&digest.day)
            .time(digest.made_at)
            .maybe(sent_by.map(TeammateId::as_str))
            .text(&body),
        audit::entry_if_changed(digest.made_at, sent_by, done)?,
        outbox::add_digest(id, readers, digest.made_at)?,
    ];
    let results = together(app, "claim_digest", statements).await?;
    gave("claim_digest", &results, 0)
}

/// Whether the workspace was there `at`.
pub(crate) async fn founded(app: &AppContext, at: Timestamp) -> Result<bool, InternalError> {
    let sql = "SELECT 1 AS one FROM teammates WHERE created_at <= ?1 LIMIT 1";
    let found: Option<serde::de::IgnoredAny> = Statement::new("founded", sql).time(at).row(app).await?;
    Ok(found.is_some())
}
