//! How a digest reaches one of its readers: what an answer means, and when to try again.
//!
//! A digest is for the team: nothing here can reach a customer.

use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};

/// After so many tries it has failed.
pub const TRIES: u32 = 6;
/// How long a try may take before somebody else may take it over.
pub const LEASE: Span = Span::minutes(2);
/// The longest that a provider can make us wait.
const LONGEST: Span = Span::hours(2);

/// How far a digest has come with one of its readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DigestDeliveryStatus"))]
#[serde(rename_all = "camelCase")]
pub enum DeliveryStatus {
    /// It is being sent, or will be tried again.
    Waiting,
    /// It was taken.
    Sent,
    /// It will not be tried again.
    Failed,
}

macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident $word:literal;)+) => {
        /// Why a delivery waits or has failed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DigestCause"))]
        #[serde(rename_all = "camelCase")]
        pub enum Cause { $($(#[$doc])* $name),+ }

        impl Cause {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name used in the API and in storage.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The one with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }
    };
}

causes! {
    /// The installation has no way to send this.
    NotConfigured "notConfigured";
    /// No answer came: it may have arrived.
    NoAnswer "noAnswer";
    /// There were too many of late.
    RateLimited "rateLimited";
    /// The other side failed.
    Unavailable "unavailable";
    /// The key or the sender is not accepted.
    Unauthorized "unauthorized";
    /// The mail or the post is not accepted.
    Refused "refused";
    /// It was handed over before in another form: it has probably arrived.
    Changed "changed";
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It was taken.
    Taken,
    /// It was not, and may be later.
    Later(Cause, Option<Span>),
    /// It was not, and never will be.
    Never(Cause),
    /// Nobody knows.
    Silence,
}

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Sent,
    /// It is tried again.
    Waiting {
        /// Why.
        cause: Cause,
        /// Not before.
        until: Timestamp,
    },
    /// It is given up.
    Failed {
        /// Why.
        cause: Cause,
    },
}

/// What an answer to try number `tries` (from 1) comes to. `repeatable`: the other side knows a repeated request by its
/// key. Without that, what may have arrived is never sent again.
pub fn settle(answer: Answer, tries: u32, repeatable: bool, now: Timestamp) -> Outcome {
    let (cause, asked) = match answer {
        Answer::Taken => return Outcome::Sent,
        Answer::Never(cause) => return Outcome::Failed { cause },
        Answer::Silence if !repeatable => return Outcome::Failed { cause: Cause::NoAnswer },
        Answer::Silence => (Cause::NoAnswer, None),
        Answer::Later(cause, asked) => (cause, asked),
    };
    if tries >= TRIES {
        return Outcome::Failed { cause };
    }
    // 5, 10, 20, 40, 80 minutes: all tries lie well within the day for which a provider remembers a key.
    let usual = Span::minutes(5_u64 << tries.saturating_sub(1).min(4));
    let wait = asked.unwrap_or_default().max(usual).min(LONGEST);
    Outcome::Waiting { cause, until: now.plus(wait) }
}

/// What the status of an HTTP answer says. `name` is the provider's own word for what is wrong.
///
/// Of mail: <https://resend.com/docs/api-reference/errors>, <https://resend.com/docs/dashboard/emails/idempotency-keys>
pub fn of_status(status: u16, retry_after: Option<u64>, name: Option<&str>) -> Answer {
    let asked = retry_after.map(Span::seconds);
    match (status, name) {
        (200..=299, _) => Answer::Taken,
        (409, Some("invalid_idempotent_request")) => Answer::Never(Cause::Changed),
        (429, _) => Answer::Later(Cause::RateLimited, asked),
        (401 | 403, _) => Answer::Never(Cause::Unauthorized),
        (500..=599, _) | (409, Some("concurrent_idempotent_requests")) => Answer::Later(Cause::Unavailable, asked),
        _ => Answer::Never(Cause::Refused),
    }
}

/// What an error of Cloudflare's e-mail binding says, by its `code`; none when it carries none.
///
/// <https://developers.cloudflare.com/email-service/api/send-emails/workers-api/#error-codes>
pub fn of_binding(code: Option<&str>) -> Answer {
    match code {
        None => Answer::Silence,
        Some("E_RATE_LIMIT_EXCEEDED" | "E_DAILY_LIMIT_EXCEEDED") => Answer::Later(Cause::RateLimited, None),
        Some("E_INTERNAL_SERVER_ERROR") => Answer::Later(Cause::Unavailable, None),
        Some("E_SENDER_NOT_VERIFIED" | "E_SENDER_DOMAIN_NOT_AVAILABLE" | "E_RECIPIENT_NOT_ALLOWED") => {
            Answer::Never(Cause::Unauthorized)
        }
        Some(_) => Answer::Never(Cause::Refused),
    }
}
