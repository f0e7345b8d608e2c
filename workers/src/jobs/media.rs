//! Fetching an attachment into R2: allow-listed hosts at every hop, size and time bounded, type by its own bytes.

use tributary_connectors::{
    http::{Body, HttpRequest, Method, StatusCode, Target, header::AUTHORIZATION},
    registry,
};
use tributary_domain::{
    account::Call,
    capability::{ErrorClass, PlatformError},
    event::MediaSource,
    id::{AccountId, MediaId, MessageId, ThreadId},
    message::MediaState,
    platform::{Channel, Platform},
    thread::Command,
    time::Span,
    timings::JobTimings,
};
use tributary_wire::objects::{AttachmentAnswer, ThreadCall};
use worker::Response;

use super::Outcome;
use crate::{
    accounts,
    app::AppContext,
    clock,
    error::InternalError,
    media, objects,
    outbound::{self, NoAnswer, header, open, within},
    publish, web,
};

/// Larger files stay with the platform.
const MOST_BYTES: usize = 25 << 20;
/// Redirects that are followed.
const HOPS: usize = 3;

/// Why an attachment was not fetched.
enum MediaError {
    /// It may work later.
    Later,
    /// It never will: refused, too large, or at a place we do not go to.
    Never,
    /// There is nothing at this address any more.
    Gone,
}

pub(super) async fn fetch(
    app: &AppContext,
    thread: &ThreadId,
    message: &MessageId,
    place: u32,
) -> Result<Outcome, InternalError> {
    let Some(answer) = wanted(app, thread, message, place).await? else { return Ok(Outcome::Done) };
    let name = answer.attachment.name.clone().unwrap_or_default();
    let state = match download(app, &answer).await {
        Ok(bytes) => {
            let channel = Channel { platform: answer.platform, surface: answer.surface };
            let attached = media::Attached { thread, channel, message, place };
            let stored = media::store(app, bytes, &name, Some(&attached)).await?;
            MediaState::Stored { id: stored.id, mime: stored.mime, size: stored.size }
        }
        Err(MediaError::Later) => return Ok(later(&answer, &app.config.timings.jobs)),
        Err(MediaError::Never | MediaError::Gone) => MediaState::Failed,
    };
    publish::command(app, thread, Command::Media { message: message.clone(), place, state }).await?;
    Ok(Outcome::Done)
}

/// The attachment, while it is still to be fetched. Of a message that was taken back, nothing is left behind that an
/// earlier try may have stored without living to tell of it.
pub(super) async fn wanted(
    app: &AppContext,
    thread: &ThreadId,
    message: &MessageId,
    place: u32,
) -> Result<Option<AttachmentAnswer>, InternalError> {
    let call = ThreadCall::Attachment { message: message.clone(), place };
    let answer: Option<AttachmentAnswer> = objects::thread::call(app, thread, &call).await?;
    if answer.is_none() {
        media::drop(app, &MediaId::of(message, place)).await?;
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

/// The account through which a file is fetched.
#[derive(Clone, Copy)]
struct Whose<'a> {
    platform: Platform,
    account: &'a AccountId,
}

/// Fetches a picture that a platform shows without a key; none where it cannot be had now.
pub(super) async fn picture(app: &AppContext, platform: Platform, account: &AccountId, url: &str) -> Option<Vec<u8>> {
    let request = HttpRequest::new(Method::GET, Target::Media(url.to_owned()), Body::Empty);
    load(app, Whose { platform, account }, &request).await.ok()
}

async fn download(app: &AppContext, answer: &AttachmentAnswer) -> Result<Vec<u8>, MediaError> {
    let whose = Whose { platform: answer.platform, account: &answer.account };
    match &answer.attachment.source {
        Some(MediaSource::Link { url }) => {
            let target = Target::Media(url.clone());
            load(app, whose, &HttpRequest::new(Method::GET, target, Body::Empty)).await
        }
        // An address lives for minutes: where there is nothing any more, a new one is asked for, once.
        Some(MediaSource::Handle { id }) => match load(app, whose, &locate(app, whose, id).await?).await {
            Err(MediaError::Gone) => load(app, whose, &locate(app, whose, id).await?).await,
            loaded => loaded,
        },
        None => Err(MediaError::Never),
    }
}

async fn load(app: &AppContext, whose: Whose<'_>, request: &HttpRequest) -> Result<Vec<u8>, MediaError> {
    within(app.config.timings.timeout.media, async { Ok(follow(app, whose, request).await) })
        .await
        .unwrap_or(Err(MediaError::Later))
}

/// Exchanges a platform's handle for an address.
async fn locate(
    app: &AppContext,
    whose: Whose<'_>,
    handle: &tributary_domain::id::RemoteId,
) -> Result<HttpRequest, MediaError> {
    let connected = accounts::credentials(app, whose.account).await.map_err(|_| MediaError::Later)?;
    let Some(connected) = connected else { return Err(MediaError::Later) };
    let account = connected.account(&app.config);
    let request = registry::locate(&account, handle).ok_or(MediaError::Never)?;
    let response = outbound::fetch(app, whose.platform, request, app.config.timings.timeout.media)
        .await
        .map_err(|_| MediaError::Later)?;
    if response.status == StatusCode::TOO_MANY_REQUESTS || response.status.is_server_error() {
        return Err(MediaError::Later);
    }
    let located = registry::located(&account, &response);
    let outcome = located.as_ref().map(|_| ()).map_err(|error| error.class);
    accounts::noted(app, whose.account, Call::Media, outcome).await;
    let miss = |error: PlatformError| if error.class.passes() { MediaError::Later } else { MediaError::Never };
    located.map_err(miss)
}

/// Follows redirects by hand: each hop's host is held against the allow-list.
async fn follow(app: &AppContext, whose: Whose<'_>, request: &HttpRequest) -> Result<Vec<u8>, MediaError> {
    let platform = whose.platform;
    let mut url = request.target.url(|spec| app.config.base(spec));
    // The platform's own API is where it always is; the address of a file came from outside.
    if !matches!(request.target, Target::Api(..)) && !media::allowed(app, platform, &url) {
        return Err(MediaError::Never);
    }
    let authorization = request.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let headers: Vec<_> = authorization.map(|value| ("authorization", value.to_owned())).into_iter().collect();
    let mut headers = headers.as_slice();
    for _ in 0..HOPS {
        let response = open(Method::GET, &url, headers, None, None).await.map_err(|_: NoAnswer| MediaError::Later)?;
        match response.status_code() {
            200 => return read(response).await,
            301 | 302 | 303 | 307 | 308 => {
                let location = header(&response, "location").ok_or(MediaError::Never)?;
                let next = web::joined(&url, &location).ok_or(MediaError::Never)?;
                if !media::allowed(app, platform, &next) {
                    return Err(MediaError::Never);
                }
                // A token is for the host it was meant for.
                headers = &[];
                url = next;
            }
            404 | 410 => return Err(MediaError::Gone),
            401 if !headers.is_empty() => {
                accounts::noted(app, whose.account, Call::Media, Err(ErrorClass::TokenExpired)).await;
                return Err(MediaError::Later);
            }
            401 | 429 | 500..=599 => return Err(MediaError::Later),
            _ => return Err(MediaError::Never),
        }
    }
    Err(MediaError::Never)
}

/// Reads no more than may be kept.
async fn read(response: Response) -> Result<Vec<u8>, MediaError> {
    match outbound::read(response, MOST_BYTES).await {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(MediaError::Never),
        Err(_) => Err(MediaError::Later),
    }
}
