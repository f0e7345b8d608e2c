//! The record of what was done: one entry per action, numbered without gaps, each holding a hash over its
//! predecessor, so that no entry can be changed, dropped or slipped in unseen.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    capability::ErrorClass,
    event::{Holder, Origin},
    id::{AuditId, MessageId, ReplyId, TeammateId, ThreadId, TokenId},
    label::{About, LabelSource, Labels, LookedAt, Urgency},
    moderation::ModerationAction,
    notice::NoticeKind,
    outbound::UncertainCause,
    owner::{Owner, Reason},
    time::Timestamp,
};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Actor {
    Teammate {
        id: TeammateId,
    },
    /// A program with a teammate's token.
    Program {
        /// The token, and what it was called when this was done.
        program: Program,
        /// Who made the token.
        by: TeammateId,
    },
    /// The contact, through the platform.
    Customer,
    /// Somebody of ours in the platform's own app.
    NativeApp,
    System,
}

/// A program that acts for a teammate, by its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Program {
    pub token: TokenId,
    pub name: String,
}

macro_rules! details {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[$about:meta])* $field:ident: $type:ty,)* })+) => {
        /// What was done, by its name.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub enum Action {
            $($(#[doc = $doc])+ $name,)+
            /// Something that another release can do.
            #[serde(untagged)]
            Other(String),
        }

        /// What was done, with its particulars: ids, codes and words of ours. A customer's words have no place here.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "action", content = "detail", rename_all = "camelCase", rename_all_fields = "camelCase")]
        pub enum AuditDetail {
            $($(#[doc = $doc])+ $name { $($(#[$about])* $field: $type,)* },)+
            /// Something that another release can do. It is written again as it was read.
            #[serde(untagged)]
            Other {
                /// What that release calls it.
                action: String,
                detail: Value,
            },
        }

        impl AuditDetail {
            /// What was done, without the particulars.
            pub fn action(&self) -> Action {
                match self {
                    $(Self::$name { .. } => Action::$name,)+
                    Self::Other { action, .. } => Action::Other(action.clone()),
                }
            }
        }
    };
}

details! {
    /// The first message opened the thread.
    Opened {}
    /// A machine labelled it.
    Labelled {
        topic: String,
        /// How much it presses.
        urgency: Urgency,
        language: String,
        source: LabelSource,
    }
    /// A teammate corrected the labels.
    Corrected {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Labelled>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Labelled>,
        /// What the machine had said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<Labelled>,
        /// The messages that the machine had read.
        #[serde(default)]
        about: Vec<About>,
        /// What the teammate had before them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<LookedAt>,
    }
    /// Changed rules know a higher floor: the urgency was raised to it.
    Raised {
        from: Urgency,
        to: Urgency,
    }
    /// The rules chose an owner.
    Routed {
        from: Owner,
        to: Owner,
        reasons: Vec<Reason>,
    }
    /// A teammate gave it to somebody.
    Reassigned {
        from: Owner,
        to: Owner,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// What led to it, if not the teammate's wish.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<Because>,
    }
    /// A teammate wrote a reply.
    Replied {
        reply: ReplyId,
        /// A digest of its words.
        words: String,
        /// The template that it was begun with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        template: Option<String>,
        /// How many calls it takes.
        parts: usize,
        /// Whether the template's own words were changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        changed: Option<bool>,
        /// How long the customer waited.
        #[serde(flatten)]
        wait: Option<Wait>,
        /// The labels that the teammate had before them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<LookedAt>,
    }
    /// The platform took the reply.
    Sent {
        reply: ReplyId,
    }
    /// The reply is proved not sent.
    SendFailed {
        reply: ReplyId,
        code: String,
        class: ErrorClass,
    }
    /// Nobody knows whether the reply was sent.
    SendUncertain {
        reply: ReplyId,
        /// What was seen instead of an answer.
        cause: UncertainCause,
    }
    /// A teammate settled a reply in doubt.
    Settled {
        reply: ReplyId,
        was: String,
        /// What the teammate said.
        verdict: String,
    }
    /// A reply that was given up, or sent again, had arrived after all.
    ArrivedAfterAll {
        reply: ReplyId,
        was: String,
    }
    /// A reply that was sent again in doubt went out twice.
    SentTwice {
        reply: ReplyId,
    }
    /// Somebody answered outside of Tributary.
    AnsweredElsewhere {
        origin: Origin,
        /// How long the customer waited.
        #[serde(flatten)]
        wait: Option<Wait>,
    }
    /// A teammate answered a comment in the messages between its author and us.
    AnsweredPrivately {
        message: MessageId,
        reply: ReplyId,
        /// Where it stands.
        thread: ThreadId,
        /// How long the customer waited.
        #[serde(flatten)]
        wait: Option<Wait>,
    }
    /// The platform reports that a sent message did not arrive.
    Undelivered {
        code: String,
        class: ErrorClass,
    }
    /// The platform sent other words under the id of a message that was there, and no edit.
    Contradicted {
        message: MessageId,
    }
    /// The customer took a message back.
    Unsent {
        message: MessageId,
    }
    /// A teammate closed it.
    Closed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// What led to it, if not the teammate's wish.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<Because>,
        /// For how many seconds it was open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        open: Option<u64>,
        /// The labels that the teammate had before them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<LookedAt>,
    }
    /// A teammate, the customer's new message or a timer reopened it.
    Reopened {
        was: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// What led to it, if neither the teammate's wish, nor a message, nor a timer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<Because>,
        /// The reply that led to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply: Option<ReplyId>,
    }
    /// A teammate wrote a note.
    Noted {
        text: String,
    }
    /// A teammate snoozed it.
    Snoozed {
        until: Timestamp,
    }
    /// A teammate changed tags.
    Tagged {
        /// Those that it has now.
        add: Vec<String>,
        /// Those that it has no longer.
        remove: Vec<String>,
    }
    /// The same question came by another channel.
    Linked {
        threads: Vec<ThreadId>,
        /// What led to it, if not the words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<Because>,
    }
    /// It will be due soon, and the owner is told.
    Warned {
        /// How many steps were taken before.
        step: u32,
        kind: NoticeKind,
        /// When it has to be answered.
        due: Timestamp,
        owner: Owner,
    }
    /// Nobody answered in time: a step of the chain.
    Escalated {
        step: u32,
        kind: NoticeKind,
        /// When it had to be answered.
        due: Timestamp,
        owner: Owner,
    }
    /// The platform handed the conversation from one app to another.
    HandedOver {
        /// Who has it now.
        to: Holder,
        /// Who had it, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Holder>,
    }
    /// Another app asked for the conversation.
    HandoverAsked {}
    /// A teammate wants something done to a comment.
    ModerationOrdered {
        message: MessageId,
        act: ModerationAction,
        /// It is a comment of ours.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        own: bool,
    }
    /// It is done.
    Moderated {
        message: MessageId,
        act: ModerationAction,
    }
    /// The platform does not do it.
    ModerationFailed {
        message: MessageId,
        act: ModerationAction,
        code: String,
        class: ErrorClass,
    }
    /// Nobody knows whether it is done.
    ModerationUnknown {
        message: MessageId,
        act: ModerationAction,
    }
}

/// Where SQL finds parts of a stored entry.
pub mod path {
    /// What was done.
    pub const ACTION: &str = "$.action";
    /// The labels that a teammate had before them.
    pub const SEEN: &str = "$.detail.seen";
    /// What the machine had said that a teammate corrected.
    pub const SAID: &str = "$.detail.said";
}

/// What led to an action, where that is no teammate's plain wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Because {
    /// Whoever replied first took the thread.
    RepliedFirst,
    /// A reply was written to a closed thread.
    Replied,
    /// A message of ours did not arrive.
    Undelivered,
    /// The platform handed the conversation to us.
    HandedOver,
    /// Two threads turned out to be one person's.
    Person,
}

/// What a thread was said to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labelled {
    pub topic: String,
    /// How much it presses.
    pub urgency: Urgency,
    pub language: String,
}

impl From<Labels> for Labelled {
    fn from(Labels { topic, urgency, language, .. }: Labels) -> Self {
        Self { topic, urgency, language }
    }
}

/// How long a customer waited for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// In seconds.
    pub waited: u64,
    /// How many seconds an answer of this urgency may take.
    pub target: u64,
    /// Whether it came in time.
    pub met: bool,
    /// How much it pressed.
    pub urgency: Urgency,
    /// It is the thread's first answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
}

/// One entry of a thread's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    pub id: AuditId,
    pub thread: ThreadId,
    /// From 1 without gaps.
    pub sequence: u64,
    /// When it was done.
    pub at: Timestamp,
    pub actor: Actor,
    /// What was done, as its `action` and its `detail`.
    #[serde(flatten)]
    pub done: AuditDetail,
    /// Hexadecimal SHA-256 over the entry before it and this one.
    pub hash: String,
}

/// The end of a thread's record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// Number of the last entry; 0 when there is none.
    pub sequence: u64,
    /// Its hash; empty when there is none.
    pub hash: String,
}

impl Entry {
    /// What was done, without the particulars.
    pub fn action(&self) -> Action {
        self.done.action()
    }
}

impl Head {
    /// Appends an entry and moves the head to it.
    pub fn append(&mut self, thread: &ThreadId, at: Timestamp, actor: Actor, done: AuditDetail) -> Entry {
        let sequence = self.sequence.saturating_add(1);
        let mut entry = Entry {
            id: AuditId::of(thread, sequence),
            thread: thread.clone(),
            sequence,
            at,
            actor,
            done,
            hash: String::new(),
        };
        entry.hash = chain(&self.hash, &entry);
        *self = Self { sequence, hash: entry.hash.clone() };
        entry
    }
}

/// Where a record is broken: the number of the first entry that does not follow from those before it.
pub fn verify<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Head, u64> {
    let mut head = Head::default();
    for entry in entries {
        let follows = entry.sequence == head.sequence.saturating_add(1) && entry.hash == chain(&head.hash, entry);
        if !follows {
            return Err(head.sequence.saturating_add(1));
        }
        head = Head { sequence: entry.sequence, hash: entry.hash.clone() };
    }
    Ok(head)
}

fn chain(before: &str, entry: &Entry) -> String {
    let unhashed = Entry { hash: before.to_owned(), ..entry.clone() };
    // An entry is made of strings, numbers and JSON: writing it cannot fail, and an empty text would break the chain.
    let text = serde_json::to_string(&unhashed).unwrap_or_default();
    let digest: [u8; 32] = Sha256::digest(&text).into();
    hex::encode(digest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::label::LabelField;

    fn record() -> Vec<Entry> {
        let thread = ThreadId::from_bytes(&[1]);
        let mut head = Head::default();
        (0..5)
            .map(|n| {
                head.append(
                    &thread,
                    Timestamp::from_seconds(n),
                    Actor::System,
                    AuditDetail::Noted { text: n.to_string() },
                )
            })
            .collect()
    }

    #[test]
    fn an_untouched_record_holds() {
        assert_eq!(verify(&record()).unwrap().sequence, 5);
    }

    #[test]
    fn what_another_release_did_is_read_and_the_record_holds() {
        let text = serde_json::to_string(&record()).unwrap();
        let mut entries: Vec<Entry> = serde_json::from_str(&text).unwrap();
        assert_eq!(verify(&entries).unwrap().sequence, 5);
        let mut head = verify(&entries).unwrap();
        let detail = json!({ "comment": "7", "at": 9, "a": { "z": 1, "b": null } });
        let hid = AuditDetail::Other { action: "hidComment".to_owned(), detail };
        let thread = entries[0].thread.clone();
        entries.push(head.append(&thread, Timestamp::from_seconds(9), Actor::System, hid.clone()));
        let written = serde_json::to_string(&entries).unwrap();
        assert!(written.contains(r#""action":"hidComment""#), "{written}");
        let read: Vec<Entry> = serde_json::from_str(&written).unwrap();
        assert_eq!((&read[5].done, verify(&read).unwrap().sequence), (&hid, 6));
        assert_eq!(read[0].action(), Action::Noted, "what is known is no other");
    }

    #[test]
    fn what_sql_counts_is_where_it_looks() {
        let labelled = || Labelled { topic: "orders".into(), urgency: Urgency::High, language: "en".into() };
        let Labelled { topic, urgency, language } = labelled();
        let seen = LookedAt { topic, urgency, language, given: vec![LabelField::Topic] };
        let done = AuditDetail::Corrected {
            from: None,
            to: Some(labelled()),
            said: Some(labelled()),
            about: Vec::new(),
            seen: Some(seen),
        };
        let thread = ThreadId::from_bytes(&[1]);
        let entry = Head::default().append(&thread, Timestamp::from_seconds(1), Actor::System, done);
        let stored = serde_json::to_value(&entry).unwrap();
        let at = |path: &str| stored.pointer(&path.replace(['$', '.'], "/").replace("//", "/")).cloned().unwrap();
        assert_eq!(at(path::ACTION), "corrected");
        let said = json!({ "topic": "orders", "urgency": "high", "language": "en" });
        assert_eq!(at(path::SAID), said);
        assert_eq!(at(path::SEEN)["given"], json!(["topic"]));
        assert_eq!(serde_json::from_value::<Entry>(stored).unwrap(), entry);
    }

    #[test]
    fn a_form_that_is_not_known_is_of_another_release() {
        let later = json!({ "action": "closed", "detail": { "note": 7 } });
        let read: AuditDetail = serde_json::from_value(later.clone()).unwrap();
        assert_eq!(read.action(), Action::Other("closed".to_owned()));
        assert_eq!(serde_json::to_value(&read).unwrap(), later);
    }

    #[test]
    fn any_change_gap_or_swap_is_found() {
        let mut changed = record();
        changed[2].done = AuditDetail::Noted { text: "7".to_owned() };
        assert_eq!(verify(&changed), Err(3));
        let mut dropped = record();
        dropped.remove(1);
        assert_eq!(verify(&dropped), Err(2));
        let mut swapped = record();
        swapped.swap(3, 4);
        assert_eq!(verify(&swapped), Err(4));
    }
}
