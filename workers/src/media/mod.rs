//! Files: customers' attachments that we keep, and uploads for replies. Bytes are in R2, facts in the database.

pub(crate) mod retention;
mod sniff;

use tributary_connectors::{
    http::{is_hosted_by, segment},
    registry,
};
use tributary_domain::{
    file_name,
    id::{MediaId, MessageId, ThreadId},
    outbound::DraftMedia,
    platform::{Channel, Platform},
    time::Timestamp,
};

use crate::{app::AppContext, clock, config::Config, d1, error::InternalError, seal, web};

pub(crate) use sniff::{UNKNOWN, shown_inline};

/// A file that was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) id: MediaId,
    /// By its own bytes.
    pub(crate) mime: String,
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// What an attachment that we keep belongs to.
#[derive(Debug)]
pub(crate) struct Attached<'a> {
    pub(crate) thread: &'a ThreadId,
    pub(crate) channel: Channel,
    pub(crate) message: &'a MessageId,
    /// Its place among the attachments of the message.
    pub(crate) place: u32,
}

/// Where the bytes of a file are.
pub(crate) fn key(id: &MediaId) -> String {
    format!("media/{id}")
}

/// Stores a file: an attachment under the id that follows from its place, so that a second try writes over the first;
/// an upload under a new one. Its type is decided by its bytes, whatever it claims to be.
pub(crate) async fn store(
    app: &AppContext,
    bytes: Vec<u8>,
    name: &str,
    of: Option<&Attached<'_>>,
) -> Result<Stored, InternalError> {
    let id = match of {
        Some(of) => MediaId::of(of.message, of.place),
        None => MediaId::from_bytes(&clock::random::<16>()?),
    };
    let mime = sniff::mime(&bytes, name);
    let row = d1::media::MediaRow {
        id: id.clone(),
        mime: mime.to_owned(),
        name: file_name::tidy(name),
        size: bytes.len() as u64,
    };
    app.blobs()?.put(key(&id), bytes).execute().await.map_err(InternalError::blobs("store_media"))?;
    d1::media::add(&row, of, clock::now()).run(app).await?;
    Ok(Stored { id, mime: row.mime, name: row.name, size: row.size })
}

/// Deletes a file. Again does no harm.
pub(crate) async fn drop(app: &AppContext, id: &MediaId) -> Result<(), InternalError> {
    app.blobs()?.delete(key(id)).await.map_err(InternalError::blobs("drop_media"))?;
    d1::media::remove(id).run(app).await?;
    Ok(())
}

/// A link from which a platform can fetch a file for a short while, without a session. It ends in the file's name:
/// platforms without a field for it call the file by the last piece of its address.
pub(crate) fn grant_link(
    config: &Config,
    origin: &str,
    file: &DraftMedia,
    now: Timestamp,
) -> Result<String, InternalError> {
    let expires = now.plus(config.timings.jobs.media_link_life).millis() / 1000;
    let grant = grant(config, &file.media, expires)?;
    let name = segment(&file_name::tidy(&file.name));
    Ok(format!("{origin}/media/{}/{name}?expires={expires}&grant={grant}", file.media))
}

/// Whether a link of [`grant_link`] still holds.
pub(crate) fn granted(
    config: &Config,
    id: &MediaId,
    expires: &str,
    shown: &str,
    now: Timestamp,
) -> Result<bool, InternalError> {
    let Ok(seconds) = expires.parse::<i64>() else { return Ok(false) };
    let real = grant(config, id, seconds)?;
    Ok(seal::same(&real, shown) && now < Timestamp::from_seconds(seconds))
}

fn grant(config: &Config, id: &MediaId, expires: i64) -> Result<String, InternalError> {
    seal::signature(config.sealing_key()?, &format!("media:{id}:{expires}"))
}

/// The bytes of a stored file.
pub(crate) async fn stored(app: &AppContext, id: &MediaId) -> Result<worker::Object, InternalError> {
    let found = app.blobs()?.get(key(id)).execute().await.map_err(InternalError::blobs("read_media"))?;
    found.ok_or(InternalError::Binding("BLOBS"))
}

/// Whether an address is one of the platform's, by https; or a stand-in's that the installation allows.
pub(crate) fn allowed(app: &AppContext, platform: Platform, url: &str) -> bool {
    web::host(url).is_some_and(|host| app.config.is_extra_media_host(&host))
        || is_hosted_by(url, registry::media_hosts(platform))
}
