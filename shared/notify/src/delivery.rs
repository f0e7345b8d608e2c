//! The delivery machine of the outbox: what an answer means, when to try again, and when to give up.
//!
//! The marker of an attempt is stored before the attempt is made. It is a lease: once it has run out, the attempt is lost,
//! and nobody knows whether the message arrived.

use tributary_domain::{
    names,
    time::{Span, Timestamp},
    timings::OutboxTimings,
};

names! {
    /// How far a message has come with its receiver.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum OutboxState {
        /// It is to be sent, or to be sent again.
        Waiting = "waiting",
        /// It was taken.
        Sent = "sent",
        /// It was given up: somebody has to look.
        Failed = "failed",
    }
}

names! {
    /// By which way a message reaches people.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    #[cfg_attr(feature = "schema", schemars(rename = "DigestWay"))]
    pub enum DeliveryWay {
        /// The team channel.
        Channel = "channel",
        /// A mail.
        Email = "email",
    }
}

names! {
    /// Why a delivery waits or has failed.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    #[cfg_attr(feature = "schema", schemars(rename = "DigestCause"))]
    pub enum Cause {
        /// The installation has no way to send this.
        NotConfigured = "notConfigured",
        /// The channel it was for is not in the rules any more.
        NoChannel = "noChannel",
        /// No answer came: it may have arrived.
        NoAnswer = "noAnswer",
        /// There were too many of late.
        RateLimited = "rateLimited",
        /// The other side failed.
        Unavailable = "unavailable",
        /// The key or the sender is not accepted.
        Unauthorized = "unauthorized",
        /// The mail or the post is not accepted.
        Refused = "refused",
        /// It was handed over before in another form: it has probably arrived.
        Changed = "changed",
    }
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryOutcome {
    Taken,
    /// It was not, and may be later: why, and when the other side asks for it.
    Later(Cause, Option<Span>),
    /// It was not, and never will be.
    Never(Cause),
    /// Nobody knows.
    Silence,
}

/// What becomes of a message after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryProgress {
    Sent,
    /// It is tried again.
    Waiting {
        cause: Cause,
        /// Not before.
        until: Timestamp,
    },
    /// It is given up.
    Failed {
        cause: Cause,
    },
}

/// How a kind of message is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryPolicy {
    /// How long an attempt is its maker's.
    pub lease: Span,
    /// After so many attempts it has failed.
    pub most_attempts: u32,
    /// How long after the first attempt the second one begins.
    pub first_retry_after: Span,
    /// By how much each pause is longer than the one before.
    pub factor: u64,
    /// The longest that is waited, whoever asks for it.
    pub longest_retry_after: Span,
    /// What the other side asks for counts even where our own pause would be longer.
    pub asked_may_be_shorter: bool,
    /// What may have arrived is sent again.
    pub repeats_after_silence: bool,
}

impl DeliveryPolicy {
    /// For notices: one that comes twice does less harm than one that never came. Its key goes along, so that a receiver
    /// can tell.
    pub const fn notice(timings: &OutboxTimings) -> Self {
        Self {
            lease: timings.notice_lease,
            most_attempts: 6,
            first_retry_after: timings.notice_retry_after,
            factor: 3,
            longest_retry_after: timings.notice_longest_retry_after,
            asked_may_be_shorter: true,
            repeats_after_silence: true,
        }
    }

    /// For digests. `idempotent`: the other side knows a repeated request by its key. Without that, what may have arrived
    /// is never sent again.
    pub const fn digest(timings: &OutboxTimings, idempotent: bool) -> Self {
        Self {
            lease: timings.digest_lease,
            most_attempts: 6,
            first_retry_after: timings.digest_retry_after,
            factor: 2,
            longest_retry_after: timings.digest_longest_retry_after,
            asked_may_be_shorter: false,
            repeats_after_silence: idempotent,
        }
    }

    /// What is known without an attempt, where the end of the one before was lost.
    pub const fn after_lost(&self) -> Option<DeliveryOutcome> {
        if self.repeats_after_silence { None } else { Some(DeliveryOutcome::Silence) }
    }

    /// What the outcome of attempt number `attempt` (from 1) comes to.
    pub fn settle(&self, outcome: DeliveryOutcome, attempt: u32, now: Timestamp) -> DeliveryProgress {
        let (cause, asked) = match outcome {
            DeliveryOutcome::Taken => return DeliveryProgress::Sent,
            DeliveryOutcome::Never(cause) => return DeliveryProgress::Failed { cause },
            DeliveryOutcome::Silence if !self.repeats_after_silence => {
                return DeliveryProgress::Failed { cause: Cause::NoAnswer };
            }
            DeliveryOutcome::Silence => (Cause::NoAnswer, None),
            DeliveryOutcome::Later(cause, asked) => (cause, asked),
        };
        if attempt >= self.most_attempts {
            return DeliveryProgress::Failed { cause };
        }
        let grown = self.factor.saturating_pow(attempt.saturating_sub(1));
        let usual = Span::millis(self.first_retry_after.as_millis().saturating_mul(grown));
        let wait = asked.map_or(usual, |asked| if self.asked_may_be_shorter { asked } else { asked.max(usual) });
        DeliveryProgress::Waiting { cause, until: now.plus(wait.min(self.longest_retry_after)) }
    }
}

impl DeliveryOutcome {
    /// What the status of an HTTP answer says. `name` is the provider's own word for what is wrong.
    ///
    /// Of mail: <https://resend.com/docs/api-reference/errors>, <https://resend.com/docs/dashboard/emails/idempotency-keys>
    pub fn of_status(status: u16, retry_after: Option<Span>, name: Option<&str>) -> Self {
        match (status, name) {
            (200..=299, _) => Self::Taken,
            (409, Some("invalid_idempotent_request")) => Self::Never(Cause::Changed),
            (429, _) => Self::Later(Cause::RateLimited, retry_after),
            (401 | 403, _) => Self::Never(Cause::Unauthorized),
            (500.., _) | (409, Some("concurrent_idempotent_requests")) => Self::Later(Cause::Unavailable, retry_after),
            _ => Self::Never(Cause::Refused),
        }
    }

    /// What an error of Cloudflare's e-mail binding says, by its `code`; none when it carries none.
    ///
    /// <https://developers.cloudflare.com/email-service/api/send-emails/workers-api/#error-codes>
    pub fn of_binding(code: Option<&str>) -> Self {
        match code {
            None => Self::Silence,
            Some("E_RATE_LIMIT_EXCEEDED" | "E_DAILY_LIMIT_EXCEEDED") => Self::Later(Cause::RateLimited, None),
            Some("E_INTERNAL_SERVER_ERROR") => Self::Later(Cause::Unavailable, None),
            Some("E_SENDER_NOT_VERIFIED" | "E_SENDER_DOMAIN_NOT_AVAILABLE" | "E_RECIPIENT_NOT_ALLOWED") => {
                Self::Never(Cause::Unauthorized)
            }
            Some(_) => Self::Never(Cause::Refused),
        }
    }
}
