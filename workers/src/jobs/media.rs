//! Fetching an attachment into R2: allow-listed hosts at every hop, size and time bounded, type by its own bytes.

use tributary_connectors::{
    http::{Body, HttpRequest, Method, StatusCode, Target, header::AUTHORIZATION},
    registry,
};
use tributary_domain::{
    account::Call,
    capability::{ErrorClass, PlatformError},
    event::MediaSource,
    id::{MediaId, MessageId, ThreadId},
    message::MediaState,
    platform::Channel,
    thread::Command,
    time::Span,
    timings::JobTimings,
};
use tributary_wire::objects::{AttachmentAnswer, ThreadCall};
use worker::Response;

use super::Outcome;
use crate::{
    accounts, clock,
    edge::Edge,
    fault::Fault,
    media, objects,
    outbound::{self, NoAnswer, header, open, within},
    publish, web,
};

/// Larger files stay with the platform.
const MOST_BYTES: usize = 25 << 20;
/// Redirects that are followed.
const HOPS: usize = 3;

/// Why an attachment was not fetched.
enum Miss {
    /// It may work later.
    Later,
    /// It never will: refused, too large, or at a place we do not go to.
    Never,
    /// There is nothing at this address any more.
    Gone,
}

pub(super) async fn fetch(edge: &Edge, thread: &ThreadId, message: &MessageId, place: u32) -> Result<Outcome, Fault> {
    let Some(answer) = wanted(edge, thread, message, place).await? else { return Ok(Outcome::Done) };
    let name = answer.attachment.name.clone().unwrap_or_default();
    let state = match download(edge, &answer).await {
        Ok(bytes) => {
            let channel = Channel { platform: answer.platform, surface: answer.surface };
            let attached = media::Attached { thread, channel, message, place };
            let stored = media::store(edge, bytes, &name, Some(&attached)).await?;
            MediaState::Stored { id: stored.id, mime: stored.mime, size: stored.size }
        }
        Err(Miss::Later) => return Ok(later(&answer, &edge.config.timings.jobs)),
        Err(Miss::Never | Miss::Gone) => MediaState::Failed,
    };
    publish::command(edge, thread, Command::Media { message: message.clone(), place, state }).await?;
    Ok(Outcome::Done)
}

/// The attachment, while it is still to be fetched. Of a message that was taken back, nothing is left behind that an
/// earlier try may have stored without living to tell of it.
pub(super) async fn wanted(
    edge: &Edge,
    thread: &ThreadId,
    message: &MessageId,
    place: u32,
) -> Result<Option<AttachmentAnswer>, Fault> {
    let call = ThreadCall::Attachment { message: message.clone(), place };
    let answer: Option<AttachmentAnswer> = objects::thread::call(edge, thread, &call).await?;
    if answer.is_none() {
        media::drop(edge, &MediaId::of(message, place)).await?;
    }
    Ok(answer.filter(|answer| answer.pending))
}

/// After half of the message's age, as long as that is minutes; then the thread's alarm asks again, for a day.
fn later(answer: &AttachmentAnswer, timings: &JobTimings) -> Outcome {
    let Some(received_at) = answer.received_at else { return Outcome::Done };
    let age = clock::now().since(received_at);
    if age >= timings.media_retry_until {
        return Outcome::Done;
    }
    let half = Span::millis(age.as_millis() / 2);
    let pause = half.clamp(timings.media_retry_after, timings.media_longest_retry_after);
    Outcome::Again { after_seconds: pause.whole_seconds() }
}

async fn download(edge: &Edge, answer: &AttachmentAnswer) -> Result<Vec<u8>, Miss> {
    match &answer.attachment.source {
        Some(MediaSource::Link { url }) => {
            let target = Target::Media(url.clone());
            load(edge, answer, &HttpRequest::new(Method::GET, target, Body::Empty)).await
        }
        // An address lives for minutes: where there is nothing any more, a new one is asked for, once.
        Some(MediaSource::Handle { id }) => match load(edge, answer, &locate(edge, answer, id).await?).await {
            Err(Miss::Gone) => load(edge, answer, &locate(edge, answer, id).await?).await,
            loaded => loaded,
        },
        None => Err(Miss::Never),
    }
}

async fn load(edge: &Edge, answer: &AttachmentAnswer, request: &HttpRequest) -> Result<Vec<u8>, Miss> {
    within(edge.config.timings.timeout.media, async { Ok(follow(edge, answer, request).await) })
        .await
        .unwrap_or(Err(Miss::Later))
}

/// Exchanges a platform's handle for an address.
async fn locate(
    edge: &Edge,
    answer: &AttachmentAnswer,
    handle: &tributary_domain::id::RemoteId,
) -> Result<HttpRequest, Miss> {
    let connected = accounts::credentials(edge, &answer.account).await.map_err(|_| Miss::Later)?;
    let Some(connected) = connected else { return Err(Miss::Later) };
    let account = connected.account(&edge.config);
    let request = registry::locate(&account, handle).ok_or(Miss::Never)?;
    let response = outbound::fetch(edge, answer.platform, request, edge.config.timings.timeout.media)
        .await
        .map_err(|_| Miss::Later)?;
    if response.status == StatusCode::TOO_MANY_REQUESTS || response.status.is_server_error() {
        return Err(Miss::Later);
    }
    let located = registry::located(&account, &response);
    let outcome = located.as_ref().map(|_| ()).map_err(|error| error.class);
    accounts::noted(edge, &answer.account, Call::Media, outcome).await;
    let miss = |error: PlatformError| if error.class.passes() { Miss::Later } else { Miss::Never };
    located.map_err(miss)
}

/// Follows redirects by hand: each hop's host is held against the allow-list.
async fn follow(edge: &Edge, answer: &AttachmentAnswer, request: &HttpRequest) -> Result<Vec<u8>, Miss> {
    let platform = answer.platform;
    let mut url = request.target.url(|spec| edge.config.base(spec));
    // The platform's own API is where it always is; the address of a file came from outside.
    if !matches!(request.target, Target::Api(..)) && !media::allowed(edge, platform, &url) {
        return Err(Miss::Never);
    }
    let authorization = request.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let headers: Vec<_> = authorization.map(|value| ("authorization", value.to_owned())).into_iter().collect();
    let mut headers = headers.as_slice();
    for _ in 0..HOPS {
        let response = open(Method::GET, &url, headers, None, None).await.map_err(|_: NoAnswer| Miss::Later)?;
        match response.status_code() {
            200 => return read(response).await,
            301 | 302 | 303 | 307 | 308 => {
                let location = header(&response, "location").ok_or(Miss::Never)?;
                let next = web::joined(&url, &location).ok_or(Miss::Never)?;
                if !media::allowed(edge, platform, &next) {
                    return Err(Miss::Never);
                }
                // A token is for the host it was meant for.
                headers = &[];
                url = next;
            }
            404 | 410 => return Err(Miss::Gone),
            401 if !headers.is_empty() => {
                accounts::noted(edge, &answer.account, Call::Media, Err(ErrorClass::TokenExpired)).await;
                return Err(Miss::Later);
            }
            401 | 429 | 500..=599 => return Err(Miss::Later),
            _ => return Err(Miss::Never),
        }
    }
    Err(Miss::Never)
}

/// Reads no more than may be kept.
async fn read(response: Response) -> Result<Vec<u8>, Miss> {
    match outbound::read(response, MOST_BYTES).await {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(Miss::Never),
        Err(_) => Err(Miss::Later),
    }
}
