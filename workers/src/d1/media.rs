//! What is known of stored files; their bytes are in R2.

use serde::Deserialize;
use tributary_domain::{
    id::{MediaId, MessageId, ThreadId},
    platform::Channel,
    time::Timestamp,
};

use super::Statement;
use crate::{app::AppContext, error::InternalError, media::Attached};

/// A file as stored.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct MediaRow {
    pub(crate) id: MediaId,
    /// By the file's own bytes.
    pub(crate) mime: String,
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// Keeps what is known of a file.
pub(crate) fn add(row: &MediaRow, of: Option<&Attached<'_>>, now: Timestamp) -> Statement {
    let sql = "INSERT INTO media (id, mime, name, size, thread, created_at, channel, message, place) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
               ON CONFLICT (id) DO UPDATE SET mime = excluded.mime, name = excluded.name, size = excluded.size";
    Statement::new("add_media", sql)
        .text(row.id.as_str())
        .text(&row.mime)
        .text(&row.name)
        .int(i64::try_from(row.size).unwrap_or(i64::MAX))
        .maybe(of.map(|of| of.thread.as_str()))
        .time(now)
        .maybe(of.map(|of| channel_word(of.channel)).as_deref())
        .maybe(of.map(|of| of.message.as_str()))
        .int(of.map_or(0, |of| i64::from(of.place)))
}

pub(crate) async fn find(app: &AppContext, id: &MediaId) -> Result<Option<MediaRow>, InternalError> {
    let sql = "SELECT id, mime, name, size FROM media WHERE id = ?1";
    Statement::new("find_media", sql).text(id.as_str()).row(app).await
}

/// Several files, by their ids, in any order.
pub(crate) async fn some(app: &AppContext, ids: &[MediaId]) -> Result<Vec<MediaRow>, InternalError> {
    let list = serde_json::to_string(ids).map_err(InternalError::form("media.ids"))?;
    let sql = "SELECT m.id, m.mime, m.name, m.size FROM json_each(?1) j CROSS JOIN media m ON m.id = j.value";
    Statement::new("some_media", sql).text(&list).rows(app).await
}

/// The name of a channel in storage.
fn channel_word(channel: Channel) -> String {
    format!("{}.{}", channel.platform.as_str(), channel.surface.as_str())
}

/// A file whose time is over.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OldRow {
    pub(crate) id: MediaId,
    pub(crate) thread: ThreadId,
    pub(crate) message: MessageId,
    pub(crate) place: u32,
}

/// Files of a channel that were kept since before `then`, the oldest first.
pub(crate) async fn old(
    app: &AppContext,
    channel: Channel,
    then: Timestamp,
    limit: u32,
) -> Result<Vec<OldRow>, InternalError> {
    let sql = "SELECT id, thread, message, place FROM media INDEXED BY media_by_channel \
               WHERE channel = ?1 AND created_at < ?2 ORDER BY created_at LIMIT ?3";
    Statement::new("old_media", sql).text(&channel_word(channel)).time(then).int(i64::from(limit)).rows(app).await
}

/// Forgets a file.
pub(crate) fn remove(id: &MediaId) -> Statement {
    Statement::new("remove_media", "DELETE FROM media WHERE id = ?1").text(id.as_str())
}
