//! Identifiers: opaque strings with a prefix that names the noun.
//!
//! Ids of accounts, threads and messages are derived from what the platform calls them, so that every
//! part of the system arrives at the same id without asking anybody, and a re-delivery cannot make a second one.
//! Copies share the text: ids are copied more than anything else.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::{
    platform::{Platform, Surface},
    subject::Subject,
};

/// The text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {kind} id: it must start with `{prefix}_` followed by 1 to 64 letters, digits or `-`")]
pub struct InvalidId {
    kind: &'static str,
    prefix: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// What every id of this kind starts with, before the `_`.
            pub const PREFIX: &'static str = $prefix;

            /// The id made of this kind's prefix and `bytes` in hexadecimal.
            pub fn from_bytes(bytes: &[u8]) -> Self {
                Self(prefixed($prefix, bytes).into())
            }

            /// Reads an id and checks its form.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                if well_formed($prefix, text) {
                    Ok(Self(text.into()))
                } else {
                    Err(InvalidId { kind: stringify!($name), prefix: $prefix })
                }
            }

            /// The id as stored and shown.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "pattern": concat!("^", $prefix, "_[0-9A-Za-z-]{1,64}$"),
                })
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

id!(/// A connected platform account.
    AccountId, "acc");
id!(/// One counterpart on one account and surface, about one subject where it is a public conversation.
    ThreadId, "thr");
id!(/// One message of a thread.
    MessageId, "msg");
id!(/// A post under which people comment.
    PostId, "pst");
id!(/// A person on the other side.
    ContactId, "ctc");
id!(/// A teammate.
    TeammateId, "tm");
id!(/// A team.
    TeamId, "team");
id!(/// One entry of the audit.
    AuditId, "aud");
id!(/// One verified webhook body or poll answer.
    DeliveryId, "dlv");
id!(/// One stored attachment.
    MediaId, "med");
id!(/// One digest: that of a local day, or one that a person sent by hand.
    DigestId, "dig");
id!(/// A token by which a program uses the API.
    TokenId, "tok");
id!(/// A kind of thing that is kept until a release reads it.
    KindId, "knd");
id!(/// A session of somebody who is signed in. Nothing can be done with it but end the session.
    SessionId, "ses");

/// One reply a teammate wrote. The client that wrote it makes the id (a UUID, say), so that a repeated
/// request is known to be the same reply.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReplyId(String);

/// The text is not a reply id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a reply id: it must have 8 to 64 letters, digits, `-` or `_`, as a UUID has")]
pub struct InvalidReplyId;

impl ReplyId {
    /// Reads an id and checks its form.
    pub fn parse(text: &str) -> Result<Self, InvalidReplyId> {
        let fits = (8..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidReplyId) }
    }

    /// The id as stored and shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ReplyId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ReplyId".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9A-Za-z_-]{8,64}$" })
    }
}

impl fmt::Display for ReplyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ReplyId {
    type Error = InvalidReplyId;
    fn try_from(text: String) -> Result<Self, InvalidReplyId> {
        Self::parse(&text)
    }
}

impl From<ReplyId> for String {
    fn from(id: ReplyId) -> Self {
        id.0
    }
}

impl AccountId {
    /// The id of the account that `platform` calls `remote`.
    pub fn of(platform: Platform, remote: &RemoteId) -> Self {
        Self::from_bytes(&digest(&[platform.as_str(), remote.as_str()]))
    }
}

impl ThreadId {
    /// The id of the thread with `counterpart` on `surface` of `account`, about `subject` where it is a public one.
    pub fn of(account: &AccountId, surface: Surface, counterpart: &str, subject: Option<&Subject>) -> Self {
        let mut parts = vec![account.as_str(), surface.as_str(), counterpart];
        parts.extend(subject.iter().flat_map(|subject| [subject.kind.as_str(), subject.id.as_str()]));
        Self::from_bytes(&digest(&parts))
    }
}

impl MessageId {
    /// The id of the message that the platform of `account` calls `remote`.
    pub fn of(account: &AccountId, remote: &RemoteId) -> Self {
        Self::from_bytes(&digest(&[account.as_str(), remote.as_str()]))
    }
}

impl PostId {
    /// The id of what `subject` is on this account.
    pub fn of(account: &AccountId, subject: &Subject) -> Self {
        Self::from_bytes(&digest(&[account.as_str(), subject.kind.as_str(), subject.id.as_str()]))
    }
}

impl MediaId {
    /// The id of our copy of an attachment: whoever fetches it again writes over it.
    pub fn of(message: &MessageId, place: u32) -> Self {
        Self::from_bytes(&digest(&[message.as_str(), &place.to_string()]))
    }
}

impl ContactId {
    /// The id of the contact behind `counterpart` on `account`, until a person links it to another.
    pub fn of(account: &AccountId, counterpart: &str) -> Self {
        Self::from_bytes(&digest(&[account.as_str(), counterpart]))
    }
}

impl AuditId {
    /// The id of entry number `sequence` of `thread`.
    pub fn of(thread: &ThreadId, sequence: u64) -> Self {
        Self::from_bytes(&digest(&[thread.as_str(), &sequence.to_string()]))
    }
}

impl DigestId {
    /// The digest of a local day, as `2026-01-31`. Whoever makes the day's digest makes this id.
    pub fn of_day(day: &str) -> Result<Self, InvalidId> {
        Self::parse(&format!("{}_{day}", Self::PREFIX))
    }

    /// Whether it is long enough to be made once per press of a button, and cannot be a day's.
    pub fn is_by_hand(&self) -> bool {
        self.0.len() >= Self::PREFIX.len() + 17
    }
}

/// An identifier a platform made. It is compared and handed back, never taken apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct RemoteId(String);

impl RemoteId {
    /// Wraps what the platform calls something.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The platform's own text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RemoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 of the parts, each preceded by its length so that no two lists share a digest; 16 bytes are kept.
fn digest(parts: &[&str]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let full: [u8; 32] = hash.finalize().into();
    let mut kept = [0; 16];
    kept.iter_mut().zip(full).for_each(|(to, from)| *to = from);
    kept
}

fn prefixed(prefix: &str, bytes: &[u8]) -> String {
    format!("{prefix}_{}", hex::encode(bytes))
}

fn well_formed(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).is_some_and(|rest| {
        (1..=64).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_same_for_the_same_names_on_every_machine() {
        let account = AccountId::of(Platform::Telegram, &RemoteId::new("700"));
        assert_eq!(account.as_str(), AccountId::of(Platform::Telegram, &RemoteId::new("700")).as_str());
        assert_ne!(account, AccountId::of(Platform::Whatsapp, &RemoteId::new("700")));
        let thread = ThreadId::of(&account, Surface::Messages, "5551", None);
        assert!(thread.as_str().starts_with("thr_"));
        assert_eq!(thread.as_str().len(), 4 + 32);
    }

    #[test]
    fn a_person_has_a_thread_per_subject_and_is_one_contact_in_all_of_them() {
        use crate::{subject::SubjectKind, thread::Thread};
        let account = AccountId::of(Platform::Instagram, &RemoteId::new("700"));
        let post = |kind, id: &str| Subject { kind, id: RemoteId::new(id) };
        let about = |surface, subject: Option<Subject>| {
            Thread::new(account.clone(), Platform::Instagram, surface, "5551".to_owned()).about(subject)
        };
        let threads = [
            about(Surface::Messages, None),
            about(Surface::Comments, None),
            about(Surface::Comments, Some(post(SubjectKind::Post, "1"))),
            about(Surface::Comments, Some(post(SubjectKind::Post, "2"))),
            about(Surface::Reviews, Some(post(SubjectKind::Review, "1"))),
        ];
        let ids: std::collections::BTreeSet<_> = threads.iter().map(|thread| &thread.id).collect();
        assert_eq!(ids.len(), threads.len());
        assert!(threads.iter().all(|thread| thread.contact_id() == threads[0].contact_id()));
        // The ids of messages are made of what they always were.
        assert_eq!(threads[0].id.as_str(), "thr_7aed79489d31fe3472247aaeb3b5ebe6");
        let text = serde_json::to_string(&threads[2]).unwrap();
        assert!(
            text.contains(r#""subject":{"kind":"post","id":"1"}"#)
                && serde_json::from_str::<Thread>(&text).unwrap() == threads[2]
        );
    }

    #[test]
    fn parts_cannot_run_into_each_other() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
    }

    #[test]
    fn only_well_formed_ids_are_read() {
        assert!(MessageId::parse("msg_0a-9Z").is_ok());
        for text in ["", "msg_", "msg", "thr_1", "msg_a b", "msg_ä", &format!("msg_{}", "a".repeat(65))] {
            assert!(MessageId::parse(text).is_err(), "{text}");
        }
        assert!(ReplyId::parse("0d9f2c4e-6a37-4d1f-8f7d-2a55f0a3c111").is_ok());
        for text in ["", "short", "has a space", "has.a.dot", &"a".repeat(65)] {
            assert!(ReplyId::parse(text).is_err(), "{text}");
        }
    }
}
