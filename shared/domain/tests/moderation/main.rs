//! What is done to a comment, against a platform that loses answers, and admins who do the same elsewhere.
#![cfg(test)]

mod table;
mod world;

use sha2::{Digest, Sha256};
use tributary_domain::{
    authored::{ModerationOrder, Session, SignedIn},
    id::{MessageId, TeammateId},
    moderation::ModerationAction,
    time::{Span, Timestamp},
};

fn noon() -> Timestamp {
    Timestamp::from_seconds(1_767_268_800)
}

/// A teammate, who may answer or not, wants something at `now`.
fn session(may_reply: bool, now: Timestamp) -> SignedIn {
    let session = Session {
        secret_digest: Sha256::digest(b"secret").into(),
        teammate: TeammateId::parse("tm_nora").unwrap(),
        enabled: true,
        may_reply,
        expires_at: now.plus(Span::hours(1)),
    };
    SignedIn::check(&session, b"secret", now).unwrap()
}

fn order(action: ModerationAction, now: Timestamp) -> ModerationOrder {
    ModerationOrder::by(&session(true, now), action, MessageId::from_bytes(&[1])).unwrap()
}
