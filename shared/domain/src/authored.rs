//! The proof that a person wrote a reply, or wants something done to a comment.
//!
//! A [`Reply`](crate::reply::Reply) cannot be built without an [`Authored`], and nothing is hidden, deleted or liked
//! without a [`ModerationOrder`]. Neither can be built without a [`SignedIn`], and a `SignedIn` cannot be built without a
//! live session of an enabled teammate and the secret that only their browser holds. Rules, timers, labels, templates,
//! queues and API tokens have none of these.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    id::{MessageId, TeammateId},
    moderation::ModerationAction,
    outbound::Draft,
    time::Timestamp,
};

/// A stored session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the secret in the browser's cookie.
    pub secret_digest: [u8; 32],
    pub teammate: TeammateId,
    /// Whether they may sign in at all.
    pub enabled: bool,
    /// Whether their role lets them answer customers.
    pub may_reply: bool,
    /// It is worth nothing from then on.
    pub expires_at: Timestamp,
}

/// A teammate whose session was checked just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    teammate: TeammateId,
    may_reply: bool,
    at: Timestamp,
}

/// Why a session does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSignedIn {
    /// The secret is not the session's.
    #[error("the session's secret does not match")]
    Secret,
    /// It has run out.
    #[error("the session has expired")]
    Expired,
    /// The teammate was switched off.
    #[error("the teammate is disabled")]
    Disabled,
}

/// The teammate may look, but not answer, and not moderate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this role may not answer customers")]
pub struct MayNotReply;

impl SignedIn {
    /// Checks a session against the secret that the browser showed.
    pub fn check(session: &Session, secret: &[u8], now: Timestamp) -> Result<Self, NotSignedIn> {
        let digest: [u8; 32] = Sha256::digest(secret).into();
        // Digests of secrets: an early exit tells nothing about the secret itself.
        if digest != session.secret_digest {
            return Err(NotSignedIn::Secret);
        }
        if session.expires_at <= now {
            return Err(NotSignedIn::Expired);
        }
        if !session.enabled {
            return Err(NotSignedIn::Disabled);
        }
        Ok(Self { teammate: session.teammate.clone(), may_reply: session.may_reply, at: now })
    }

    /// Who it is.
    pub fn teammate(&self) -> &TeammateId {
        &self.teammate
    }
}

/// That a teammate wrote these words, and when. Read back from storage as it was made, never made otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authored {
    teammate: TeammateId,
    at: Timestamp,
    words: String,
}

impl Authored {
    /// The signed-in teammate puts their name to `draft`.
    pub fn by(person: &SignedIn, draft: &Draft) -> Result<Self, MayNotReply> {
        if !person.may_reply {
            return Err(MayNotReply);
        }
        Ok(Self { teammate: person.teammate.clone(), at: person.at, words: fingerprint(draft) })
    }

    /// Who.
    pub fn teammate(&self) -> &TeammateId {
        &self.teammate
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// SHA-256 of the words and files, hexadecimal: the same for the same content.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Whether it speaks of this draft.
    pub fn covers(&self, draft: &Draft) -> bool {
        self.words == fingerprint(draft)
    }
}

/// That a teammate wants this done to this comment, and since when. Read back from storage as it was made, never made
/// otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModerationOrder {
    teammate: TeammateId,
    at: Timestamp,
    action: ModerationAction,
    message: MessageId,
}

impl ModerationOrder {
    /// The signed-in teammate wants `action` done to `message`.
    pub fn by(person: &SignedIn, action: ModerationAction, message: MessageId) -> Result<Self, MayNotReply> {
        if !person.may_reply {
            return Err(MayNotReply);
        }
        Ok(Self { teammate: person.teammate.clone(), at: person.at, action, message })
    }

    /// Who.
    pub fn teammate(&self) -> &TeammateId {
        &self.teammate
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What.
    pub fn action(&self) -> ModerationAction {
        self.action
    }

    /// To which comment.
    pub fn message(&self) -> &MessageId {
        &self.message
    }
}

fn fingerprint(draft: &Draft) -> String {
    // A draft is made of strings and numbers: writing it cannot fail.
    let text = serde_json::to_string(draft).unwrap_or_default();
    let digest: [u8; 32] = Sha256::digest(&text).into();
    hex::encode(digest)
}
