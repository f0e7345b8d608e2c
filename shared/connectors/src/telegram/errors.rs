//! What the Bot API's answers mean.
//!
//! `{"ok":false,"error_code":400,"description":"Bad Request: …","parameters":{"retry_after"?}}`. The Bot API has
//! no finer codes than HTTP's: where one of those stands for several things, the description's beginning
//! decides, by the table below and nothing else. <https://core.telegram.org/bots/api#making-requests>

use serde::Deserialize;
use tributary_domain::{
    capability::{ErrorClass, PlatformError},
    id::RemoteId,
    outbound::{SendOutcome, UncertainCause},
    time::Span,
};

use crate::{
    http::{HttpResponse, StatusCode, http_code},
    json::{Text, filled},
};

/// Beginnings of a 400's description after `Bad Request: `, in lower case, from
/// <https://github.com/tdlib/telegram-bot-api> (`Client.cpp`).
const BAD_REQUESTS: &[(&str, ErrorClass)] = &[
    ("message is too long", ErrorClass::TooLong),
    ("message caption is too long", ErrorClass::TooLong),
    ("media_caption_too_long", ErrorClass::TooLong),
    ("chat not found", ErrorClass::Blocked),
    ("user not found", ErrorClass::Blocked),
    ("peer_id_invalid", ErrorClass::Blocked),
    ("voice_messages_forbidden", ErrorClass::Blocked),
    ("message to be replied not found", ErrorClass::Gone),
    ("reply message not found", ErrorClass::Gone),
    ("message to reply not found", ErrorClass::Gone),
    ("group chat was upgraded", ErrorClass::Gone),
    ("business_peer_usage_missing", ErrorClass::WindowClosed),
    ("business_peer_", ErrorClass::Blocked),
    ("business_connection_", ErrorClass::Permission),
    ("not enough rights", ErrorClass::Permission),
    ("have no rights", ErrorClass::Permission),
    ("wrong file identifier", ErrorClass::Media),
    ("wrong remote file identifier", ErrorClass::Media),
    ("wrong type of the web page content", ErrorClass::Media),
    ("failed to get http url content", ErrorClass::Media),
    ("wrong http url", ErrorClass::Media),
    ("file is too big", ErrorClass::Media),
    ("image_process_failed", ErrorClass::Media),
    ("photo_invalid_dimensions", ErrorClass::Media),
    ("webpage_", ErrorClass::Media),
];

#[derive(Deserialize)]
struct Fault<'a> {
    error_code: u16,
    #[serde(borrow)]
    description: Option<Text<'a>>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

impl Fault<'_> {
    fn error(&self) -> PlatformError {
        let class = match self.error_code {
            // A malformed token is answered as an unknown path.
            401 | 404 => ErrorClass::TokenExpired,
            403 => ErrorClass::Blocked,
            413 => ErrorClass::Media,
            429 => ErrorClass::RateLimited,
            500.. => ErrorClass::Transient,
            _ => match self.known() {
                Some((prefix, class)) => {
                    let code = format!("{}/{}", self.error_code, prefix.trim_end_matches('_').replace(' ', "_"));
                    return PlatformError { class: *class, code };
                }
                None => ErrorClass::Invalid,
            },
        };
        PlatformError { class, code: self.error_code.to_string() }
    }

    fn known(&self) -> Option<&'static (&'static str, ErrorClass)> {
        let description = self.description.as_deref()?.to_ascii_lowercase();
        let told = description.strip_prefix("bad request: ").unwrap_or(&description);
        BAD_REQUESTS.iter().find(|(prefix, _)| told.starts_with(prefix))
    }

    fn retry_after(&self) -> Option<u64> {
        self.parameters.as_ref()?.retry_after
    }
}

fn fault(response: &HttpResponse) -> Option<Fault<'_>> {
    serde_json::from_slice(&response.body).ok()
}

#[derive(Deserialize)]
struct Success<T> {
    ok: bool,
    result: T,
}

/// Reads a successful answer to a look-up.
pub(super) fn success<'a, T: Deserialize<'a>>(response: &'a HttpResponse) -> Result<T, PlatformError> {
    if !response.status.is_success() {
        return Err(match fault(response) {
            Some(fault) => fault.error(),
            None => Fault { error_code: response.status.as_u16(), description: None, parameters: None }.error(),
        });
    }
    match serde_json::from_slice::<Success<T>>(&response.body) {
        Ok(Success { ok: true, result }) => Ok(result),
        Ok(_) | Err(_) => Err(PlatformError { class: ErrorClass::Transient, code: "unreadable".to_owned() }),
    }
}

/// What an answer to a send means.
pub(super) fn outcome(response: &HttpResponse) -> SendOutcome {
    match response.status.as_u16() {
        200..=299 => match accepted(&response.body) {
            Some(ids) if !ids.is_empty() => SendOutcome::Accepted { ids },
            _ => SendOutcome::Uncertain { cause: UncertainCause::Unreadable },
        },
        400..=499 => refused(response),
        500.. => SendOutcome::Uncertain { cause: UncertainCause::ServerError },
        _ => SendOutcome::Uncertain { cause: UncertainCause::Unreadable },
    }
}

/// What a 4xx to a send means. Only the Bot API's own error proves that nothing was sent; "slow down" is that, whoever
/// says it.
fn refused(response: &HttpResponse) -> SendOutcome {
    let Some(fault) = fault(response) else {
        return match response.status {
            StatusCode::TOO_MANY_REQUESTS => {
                let retry_after = response.retry_after().map(Span::seconds);
                SendOutcome::RateLimited { retry_after, code: http_code(response.status) }
            }
            _ => SendOutcome::Uncertain { cause: UncertainCause::Unreadable },
        };
    };
    let error = fault.error();
    if response.status == StatusCode::TOO_MANY_REQUESTS || error.class == ErrorClass::RateLimited {
        let wait = fault.retry_after().or(response.retry_after());
        return SendOutcome::RateLimited { retry_after: wait.map(Span::seconds), code: error.code };
    }
    SendOutcome::Refused { error }
}

#[derive(Deserialize)]
struct Sent<'a> {
    message_id: i64,
    chat: SentTo,
    #[serde(borrow)]
    business_connection_id: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct SentTo {
    id: i64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Delivered<'a> {
    One(#[serde(borrow)] Sent<'a>),
    Album(Vec<Sent<'a>>),
}

/// The ids of one sent message, or of each of an album.
fn accepted(body: &[u8]) -> Option<Vec<RemoteId>> {
    let answer: Success<Delivered<'_>> = serde_json::from_slice(body).ok().filter(|answer: &Success<_>| answer.ok)?;
    let sent = match answer.result {
        Delivered::One(one) => vec![one],
        Delivered::Album(all) => all,
    };
    let name = |sent: Sent<'_>| {
        RemoteId::new(match filled(sent.business_connection_id) {
            Some(connection) => format!("{connection}/{}/{}", sent.chat.id, sent.message_id),
            None => format!("{}/{}", sent.chat.id, sent.message_id),
        })
    };
    Some(sent.into_iter().map(name).collect())
}
