//! Fetching an attachment into R2: allow-listed hosts at every hop, size and time bounded, type by its own bytes.

use futures_util::StreamExt as _;
use tributary_connectors::{
    http::{HttpRequest, Method, Target},
    registry,
};
use tributary_domain::{
    event::MediaSource,
    id::{MessageId, ThreadId},
    message::MediaState,
    platform::{Channel, Platform},
    thread::Command,
};
use tributary_wire::objects::{AttachmentAnswer, ThreadCall};
use worker::Response;

use super::Outcome;
use crate::{
    accounts, carry,
    edge::Edge,
    fault::Fault,
    media, objects,
    outbound::{self, NoAnswer, header, open, within},
};

/// Larger files stay with the platform.
const MOST_BYTES: usize = 25 << 20;
/// A download that takes longer is tried again later.
const DEADLINE_MS: u32 = 25_000;
/// Redirects that are followed.
const HOPS: usize = 3;

/// Why an attachment was not fetched.
enum Miss {
    /// It may work later.
    Later,
    /// It never will: gone, too large, or at a place we do not go to.
    Never,
}

pub(super) async fn fetch(edge: &Edge, thread: &ThreadId, message: &MessageId, place: u32) -> Result<Outcome, Fault> {
    let call = ThreadCall::Attachment { message: message.clone(), place };
    let answer: Option<AttachmentAnswer> = objects::thread::call(edge, thread, &call).await?;
    let Some(answer) = answer.filter(|answer| answer.pending) else { return Ok(Outcome::Done) };
    let name = answer.attachment.name.clone().unwrap_or_default();
    let state = match download(edge, &answer).await {
        Ok(bytes) => {
            let channel = Channel { platform: answer.platform, surface: answer.surface };
            let attached = media::Attached { thread, channel, message, place };
            let stored = media::store(edge, bytes, &name, Some(&attached)).await?;
            MediaState::Stored { id: stored.id, mime: stored.mime, size: stored.size }
        }
        Err(Miss::Later) => return Ok(Outcome::Again { after_seconds: 30 }),
        Err(Miss::Never) => MediaState::Failed,
    };
    carry::command(edge, thread, Command::Media { message: message.clone(), place, state }).await?;
    Ok(Outcome::Done)
}

async fn download(edge: &Edge, answer: &AttachmentAnswer) -> Result<Vec<u8>, Miss> {
    let request = match &answer.attachment.source {
        Some(MediaSource::Link { url }) => {
            HttpRequest { method: Method::Get, target: Target::Media(url.clone()), headers: Vec::new(), body: None }
        }
        Some(MediaSource::Handle { id }) => locate(edge, answer, id).await?,
        None => return Err(Miss::Never),
    };
    within(DEADLINE_MS, async { Ok(follow(edge, answer.platform, &request).await) }).await.unwrap_or(Err(Miss::Later))
}

/// Exchanges a platform's handle for an address.
async fn locate(
    edge: &Edge,
    answer: &AttachmentAnswer,
    handle: &tributary_domain::id::RemoteId,
) -> Result<HttpRequest, Miss> {
    let connected = accounts::credentials(edge, &answer.account).await.map_err(|_| Miss::Later)?;
    let Some(connected) = connected else { return Err(Miss::Later) };
    let account = registry::Account {
        id: &connected.remote,
        credentials: &connected.credentials,
        app_secret: edge.config.app_secret(connected.platform),
    };
    let request = registry::locate(&account, handle).ok_or(Miss::Never)?;
    let response = outbound::fetch(edge, &request, DEADLINE_MS).await.map_err(|_| Miss::Later)?;
    if response.status == 429 || response.status >= 500 {
        return Err(Miss::Later);
    }
    registry::located(&account, &response).map_err(|_| Miss::Never)
}

/// Follows redirects by hand: each hop's host is held against the allow-list.
async fn follow(edge: &Edge, platform: Platform, request: &HttpRequest) -> Result<Vec<u8>, Miss> {
    let mut url = match &request.target {
        // The platform's own API, behind its token.
        Target::Api(base, path) => format!("{}{path}", edge.config.base(*base)),
        Target::Media(url) => allowed(edge, platform, url).then(|| url.clone()).ok_or(Miss::Never)?,
    };
    let mut headers = request.headers.as_slice();
    for _ in 0..HOPS {
        let response = open(Method::Get, &url, headers, None, None).await.map_err(|_: NoAnswer| Miss::Later)?;
        match response.status_code() {
            200 => return read(response).await,
            301 | 302 | 303 | 307 | 308 => {
                let next = header(&response, "location").ok_or(Miss::Never)?;
                if !allowed(edge, platform, &next) {
                    return Err(Miss::Never);
                }
                // A token is for the host it was meant for.
                headers = &[];
                url = next;
            }
            429 | 500..=599 => return Err(Miss::Later),
            _ => return Err(Miss::Never),
        }
    }
    Err(Miss::Never)
}

/// Reads no more than may be kept.
async fn read(mut response: Response) -> Result<Vec<u8>, Miss> {
    let declared = header(&response, "content-length").and_then(|length| length.parse::<usize>().ok());
    if declared.is_some_and(|length| length > MOST_BYTES) {
        return Err(Miss::Never);
    }
    let mut stream = response.stream().map_err(|_| Miss::Later)?;
    let mut bytes = Vec::with_capacity(declared.unwrap_or(0));
    while let Some(chunk) = stream.next().await {
        bytes.extend(chunk.map_err(|_| Miss::Later)?);
        if bytes.len() > MOST_BYTES {
            return Err(Miss::Never);
        }
    }
    Ok(bytes)
}

/// Whether an address is one of the platform's, by https; or a stand-in's that the installation allows.
fn allowed(edge: &Edge, platform: Platform, url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if edge.config.is_extra_media_host(authority) {
        return true;
    }
    // User names, ports and anything else that is no plain host name are not for us.
    let plain = authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let host = authority.to_ascii_lowercase();
    let within = |allowed: &str| host == allowed || host.strip_suffix(allowed).is_some_and(|rest| rest.ends_with('.'));
    scheme.eq_ignore_ascii_case("https")
        && plain
        && registry::media_hosts(platform).is_ok_and(|hosts| hosts.iter().any(|allowed| within(allowed)))
}
