//! What the platform delivers, and the proof that it did.

use std::fmt;

use tributary_domain::id::RemoteId;

/// One delivery, as a connector reads it.
#[derive(Debug, Clone, Copy)]
pub struct Inbound<'a> {
    pub body: Verified<'a>,
    /// The account that it came for, where the webhook's address names it; a poll always does.
    pub account: Option<&'a RemoteId>,
    pub via: Via<'a>,
}

/// How a delivery came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via<'a> {
    /// The platform posted it.
    Webhook,
    /// It is the answer of a feed that we asked.
    Feed(&'a str),
}

/// A kind that is passed over, and why: nobody says, chooses or presses anything in it, and nobody has to act on it.
pub type Harmless = (&'static str, &'static str);

/// Bytes that were proved to come from the platform. Only `verify` makes one, so nothing else can be parsed.
#[derive(Clone, Copy)]
pub struct Verified<'a>(&'a [u8]);

impl<'a> Verified<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Self {
        Self(body)
    }

    /// Bytes that were verified before they were put on our own queue.
    pub fn from_queue(body: &'a [u8]) -> Self {
        Self(body)
    }

    /// The bytes as received.
    pub fn bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for Verified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verified({} bytes)", self.0.len())
    }
}

/// Why a webhook is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The door is closed because no secret is set.
    #[error("no secret is configured for this platform")]
    NoSecret,
    /// There is no signature.
    #[error("the signature header is missing or malformed")]
    NoSignature,
    /// The signature is not the platform's.
    #[error("the signature does not match")]
    Mismatch,
    /// The platform asks no such question.
    #[error("this platform has no webhook handshake")]
    NoHandshake,
    /// The handshake's token is not ours.
    #[error("the verify token does not match")]
    Token,
    /// What the handshake asks to have given back is nothing that the platform asks for.
    #[error("hub.challenge is not 1 to 128 letters, digits, `_` or `-`")]
    Challenge,
}
