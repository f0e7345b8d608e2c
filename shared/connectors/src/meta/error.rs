//! Graph errors: `{"error":{"message","type","code","error_subcode"?,"is_transient"?,"fbtrace_id"}}`.

use std::collections::BTreeMap;

use serde::Deserialize;
use tributary_domain::{
    capability::{ErrorClass, PlatformError},
    outbound::{SendOutcome, UncertainCause},
    time::Span,
};

use crate::http::{HttpResponse, StatusCode, http_code};

/// The members an error is classified by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Fault {
    pub(crate) code: i64,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) error_subcode: i64,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) is_transient: bool,
}

impl Fault {
    /// `code`, or `code/subcode`.
    pub(crate) fn code(self) -> String {
        match self.error_subcode {
            0 => self.code.to_string(),
            subcode => format!("{}/{subcode}", self.code),
        }
    }

    /// Code and class for a message of ours that a platform reports as failed.
    pub(crate) fn error(self) -> PlatformError {
        PlatformError { class: self.class(), code: self.code() }
    }

    /// What it means, by code and subcode alone.
    /// <https://developers.facebook.com/docs/messenger-platform/error-codes>,
    /// <https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>
    pub(crate) fn class(self) -> ErrorClass {
        match (self.code, self.error_subcode) {
            (4 | 17 | 32 | 613 | 80_001 | 80_002 | 80_006..=80_008 | 130_429 | 131_048 | 131_056 | 133_016, _) => {
                ErrorClass::RateLimited
            }
            // 551 with 1545041 is an unreachable person; 1545041 alone is a closed window.
            // A private reply to a comment: 10900 says that it has one, 10901 that its time is over, 10902 that this is no
            // comment of somebody's, 10903 that they cannot be written to.
            (10_901, _) => ErrorClass::WindowClosed,
            (551 | 10_903 | 130_472 | 131_026 | 131_030 | 131_049 | 131_050, _) | (_, 2_018_108) | (100, 2_018_001) => {
                ErrorClass::Blocked
            }
            (_, 2_018_065 | 2_018_278 | 2_534_022 | 1_545_041) | (131_047, _) => ErrorClass::WindowClosed,
            (0 | 102 | 190, _) => ErrorClass::TokenExpired,
            // Meta takes the words for spam, or for a repetition: others may be sent.
            (368, 1_446_036) => ErrorClass::Invalid,
            // Under code 10, which is a missing permission otherwise: Meta keeps the account from messaging.
            (368 | 131_031 | 130_497 | 131_042, _) | (_, 1_893_063 | 2_534_029 | 2_534_122) => ErrorClass::Restricted,
            (100, 33 | 2_018_218) | (33, _) => ErrorClass::Gone,
            (100, 2_018_008 | 2_018_047 | 2_018_109 | 2_018_294) | (131_052 | 131_053, _) => ErrorClass::Media,
            // A Page's admin has to accept terms first.
            (2, 2_018_344) | (1, 99) | (3 | 10 | 200..=299 | 131_005, _) => ErrorClass::Permission,
            (1 | 2 | 1_200 | 131_000 | 131_016 | 131_057 | 133_004, _) => ErrorClass::Transient,
            _ if self.is_transient => ErrorClass::Transient,
            _ => ErrorClass::Invalid,
        }
    }
}

#[derive(Deserialize)]
struct Body {
    error: Fault,
}

/// The fault an answer tells of, if it can be read.
fn fault(response: &HttpResponse) -> Option<Fault> {
    serde_json::from_slice::<Body>(&response.body).ok().map(|body| body.error)
}

/// Reads a successful answer to a look-up.
pub(crate) fn success<'a, T: Deserialize<'a>>(response: &'a HttpResponse) -> Result<T, PlatformError> {
    if !response.status.is_success() {
        return Err(refusal(response));
    }
    let unreadable = |_| PlatformError { class: ErrorClass::Transient, code: "unreadable".to_owned() };
    serde_json::from_slice(&response.body).map_err(unreadable)
}

/// Reads the answer to a look-up of a person. Code 230 says here that this person has not agreed to be looked up; to a
/// send it says that the account lacks a permission.
/// <https://developers.facebook.com/docs/messenger-platform/instagram/features/user-profile>
pub(crate) fn person<'a, T: Deserialize<'a>>(response: &'a HttpResponse) -> Result<T, PlatformError> {
    success(response).map_err(|error| match error.class {
        ErrorClass::Permission if fault(response).is_some_and(|fault| fault.code == 230) => {
            PlatformError { class: ErrorClass::Blocked, ..error }
        }
        _ => error,
    })
}

/// What the answer to a subscription means: `{"success":true}`.
pub(crate) fn agreed(response: &HttpResponse) -> Result<(), PlatformError> {
    #[derive(Deserialize)]
    struct Agreed {
        success: bool,
    }
    let Agreed { success } = success(response)?;
    if success { Ok(()) } else { Err(PlatformError { class: ErrorClass::Invalid, code: "no-success".to_owned() }) }
}

/// What an answer to a look-up that is no success means.
fn refusal(response: &HttpResponse) -> PlatformError {
    let class = match (response.status.as_u16(), fault(response)) {
        (429, Some(fault)) => {
            return PlatformError { class: ErrorClass::RateLimited, code: fault.code() };
        }
        (429, None) => ErrorClass::RateLimited,
        (_, Some(fault)) => return fault.error(),
        (401, None) => ErrorClass::TokenExpired,
        (403, None) => ErrorClass::Permission,
        (404 | 410, None) => ErrorClass::Gone,
        (500.., None) => ErrorClass::Transient,
        (_, None) => ErrorClass::Invalid,
    };
    PlatformError { class, code: http_code(response.status) }
}

/// The header in which Meta tells how much of what it allows was used, beside `Retry-After`.
pub(crate) const USAGE: &str = "x-business-use-case-usage";

/// How much of what Meta allows was used, of which kind of call. Counts and times are percent of what an hour allows.
#[derive(Deserialize)]
struct Usage {
    #[serde(default, deserialize_with = "crate::json::or_default")]
    call_count: u64,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    total_time: u64,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    total_cputime: u64,
    /// Minutes; none while there is room.
    #[serde(default, deserialize_with = "crate::json::or_default")]
    estimated_time_to_regain_access: u64,
}

/// How long a refused call has to wait, where Meta says so: by `Retry-After`, or by its forecast of when there is room
/// again. <https://developers.facebook.com/docs/graph-api/overview/rate-limiting>
fn wait(response: &HttpResponse) -> Option<Span> {
    let minutes = usage(response).map(|one| one.estimated_time_to_regain_access).max().unwrap_or_default();
    let regained = (minutes > 0).then(|| Span::seconds(minutes.saturating_mul(60)));
    response.retry_after().map(Span::seconds).max(regained)
}

/// How much of what Meta allows the account in an hour was used, in percent.
pub(crate) fn spent(response: &HttpResponse) -> Option<u64> {
    usage(response).map(|one| one.call_count.max(one.total_time).max(one.total_cputime)).max()
}

fn usage(response: &HttpResponse) -> impl Iterator<Item = Usage> {
    let header = response.header(USAGE).unwrap_or_default();
    let usage: BTreeMap<String, Vec<Usage>> = serde_json::from_str(header).unwrap_or_default();
    usage.into_values().flatten()
}

/// What an answer to a send means. `accepted` finds the ids in a success.
pub(crate) fn outcome(
    response: &HttpResponse,
    accepted: impl FnOnce(&[u8]) -> Vec<tributary_domain::id::RemoteId>,
) -> SendOutcome {
    match response.status.as_u16() {
        200..=299 => match accepted(&response.body) {
            ids if ids.is_empty() => SendOutcome::Uncertain { cause: UncertainCause::Unreadable },
            ids => SendOutcome::Accepted { ids },
        },
        400..=499 => refused(response),
        500.. => SendOutcome::Uncertain { cause: UncertainCause::ServerError },
        _ => SendOutcome::Uncertain { cause: UncertainCause::Unreadable },
    }
}

/// What a 4xx to a send means. Only the platform's own error proves that nothing was sent: a page of something on the
/// way there, or no answer in time (408), does not. "Slow down" is that, whoever says it.
fn refused(response: &HttpResponse) -> SendOutcome {
    let fault = fault(response);
    let retry_after = wait(response);
    match fault {
        Some(fault) if response.status == StatusCode::TOO_MANY_REQUESTS || fault.class() == ErrorClass::RateLimited => {
            SendOutcome::RateLimited { retry_after, code: fault.code() }
        }
        Some(fault) => SendOutcome::Refused { error: fault.error() },
        None if response.status == StatusCode::TOO_MANY_REQUESTS => {
            SendOutcome::RateLimited { retry_after, code: http_code(response.status) }
        }
        None => SendOutcome::Uncertain { cause: UncertainCause::Unreadable },
    }
}
