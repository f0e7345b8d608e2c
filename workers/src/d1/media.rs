//! What is known of stored files; their bytes are in R2.

use tributary_domain::json::Read;
use tributary_domain::{
    id::{MediaId, ThreadId},
    time::Timestamp,
};

use super::Statement;
use crate::{edge::Edge, fault::Fault};

/// A file as stored.
#[derive(Debug, Clone, Read)]
pub(crate) struct MediaRow {
    pub(crate) id: MediaId,
    /// By the file's own bytes.
    pub(crate) mime: String,
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// Keeps what is known of a file.
pub(crate) fn add(row: &MediaRow, thread: Option<&ThreadId>, now: Timestamp) -> Statement {
    let sql = "INSERT INTO media (id, mime, name, size, thread, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    Statement::new("add_media", sql)
        .text(row.id.as_str())
        .text(&row.mime)
        .text(&row.name)
        .int(i64::try_from(row.size).unwrap_or(i64::MAX))
        .maybe(thread.map(ThreadId::as_str))
        .time(now)
}

/// One file.
pub(crate) async fn find(edge: &Edge, id: &MediaId) -> Result<Option<MediaRow>, Fault> {
    let sql = "SELECT id, mime, name, size FROM media WHERE id = ?1";
    Statement::new("find_media", sql).text(id.as_str()).row(edge).await
}

/// Several files, by their ids, in any order.
pub(crate) async fn some(edge: &Edge, ids: &[MediaId]) -> Result<Vec<MediaRow>, Fault> {
    let list = tributary_domain::json::to_string(ids).map_err(Fault::form("media.ids"))?;
    let sql = "SELECT m.id, m.mime, m.name, m.size FROM json_each(?1) j CROSS JOIN media m ON m.id = j.value";
    Statement::new("some_media", sql).text(&list).rows(edge).await
}

/// Forgets a file.
pub(crate) fn remove(id: &MediaId) -> Statement {
    Statement::new("remove_media", "DELETE FROM media WHERE id = ?1").text(id.as_str())
}
