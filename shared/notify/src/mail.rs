//! Mails, as a provider's API in the form of Resend's takes them.
//!
//! <https://resend.com/docs/api-reference/emails/send-email>

use serde::{Deserialize, Serialize};
use tributary_domain::{digest::Digest, time::Span};

use crate::{delivery::DeliveryOutcome, digest};

/// A mail to one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mail {
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// What a provider calls an error.
#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

impl Mail {
    /// The digest as a mail. Neither form of it has customers' own words; nothing in the HTML is fetched.
    pub fn of_digest(digest: &Digest) -> Self {
        Self { subject: digest::subject(digest), text: digest::text(digest), html: Some(digest::html(digest)) }
    }

    /// The body of the request that sends it.
    pub fn body(&self, from: &str, to: &str) -> Result<String, serde_json::Error> {
        #[derive(Serialize)]
        struct Request<'a> {
            from: &'a str,
            to: [&'a str; 1],
            #[serde(flatten)]
            mail: &'a Mail,
        }
        serde_json::to_string(&Request { from, to: [to], mail: self })
    }
}

/// What the provider's answer says.
pub fn outcome(status: u16, retry_after: Option<Span>, body: &[u8]) -> DeliveryOutcome {
    let named: Option<Named> = serde_json::from_slice(body).ok();
    DeliveryOutcome::of_status(status, retry_after, named.and_then(|named| named.name).as_deref())
}
