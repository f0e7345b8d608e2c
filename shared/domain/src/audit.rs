//! The record of what was done: one entry per action, numbered without gaps, each holding a hash over its
//! predecessor, so that no entry can be changed, dropped or slipped in unseen.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    id::{AuditId, TeammateId, ThreadId, TokenId},
    time::Timestamp,
};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Actor {
    /// A signed-in teammate.
    Teammate {
        /// Who.
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
    /// Tributary by itself.
    System,
}

/// A program that acts for a teammate, by its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Program {
    /// The token's id.
    pub token: TokenId,
    /// The token's name.
    pub name: String,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The first message opened the thread.
    Opened,
    /// A machine labelled it.
    Labelled,
    /// A teammate corrected the labels.
    Corrected,
    /// Changed rules know a higher floor: the urgency was raised to it.
    Raised,
    /// The rules chose an owner.
    Routed,
    /// A teammate gave it to somebody.
    Reassigned,
    /// A teammate wrote a reply.
    Replied,
    /// The platform took the reply.
    Sent,
    /// The reply is proved not sent.
    SendFailed,
    /// Nobody knows whether the reply was sent.
    SendUncertain,
    /// A teammate settled a reply in doubt.
    Settled,
    /// A reply that was given up, or sent again, had arrived after all.
    ArrivedAfterAll,
    /// A reply that was sent again in doubt went out twice.
    SentTwice,
    /// Somebody answered outside of Tributary.
    AnsweredElsewhere,
    /// The platform reports that a sent message did not arrive.
    Undelivered,
    /// The platform sent other words under the id of a message that was there, and no edit.
    Contradicted,
    /// The customer took a message back.
    Unsent,
    /// A teammate closed it.
    Closed,
    /// A teammate, the customer's new message or a timer reopened it.
    Reopened,
    /// A teammate wrote a note.
    Noted,
    /// A teammate put it aside.
    Snoozed,
    /// A teammate changed tags.
    Tagged,
    /// The same question came by another door.
    Linked,
    /// It will be due soon, and the owner is told.
    Warned,
    /// Nobody answered in time: a step of the chain.
    Escalated,
    /// The platform handed the conversation from one app to another.
    HandedOver,
    /// Another app asked for the conversation.
    HandoverAsked,
    /// Something that another release can do, by its name. It is written again as it was read, so that the chain holds.
    #[serde(untagged)]
    Other(String),
}

/// One entry of a thread's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its id.
    pub id: AuditId,
    /// The thread.
    pub thread: ThreadId,
    /// From 1 without gaps.
    pub sequence: u64,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// Particulars: ids, codes and words of ours. A customer's words have no place here.
    pub detail: Value,
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

impl Head {
    /// Appends an entry and moves the head to it.
    pub fn append(&mut self, thread: &ThreadId, at: Timestamp, actor: Actor, action: Action, detail: Value) -> Entry {
        let sequence = self.sequence.saturating_add(1);
        let mut entry = Entry {
            id: AuditId::of(thread, sequence),
            thread: thread.clone(),
            sequence,
            at,
            actor,
            action,
            detail,
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

    fn record() -> Vec<Entry> {
        let thread = ThreadId::from_bytes(&[1]);
        let mut head = Head::default();
        (0..5)
            .map(|n| head.append(&thread, Timestamp::from_seconds(n), Actor::System, Action::Noted, json!({ "n": n })))
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
        let hid = Action::Other("hidComment".to_owned());
        let thread = entries[0].thread.clone();
        entries.push(head.append(&thread, Timestamp::from_seconds(9), Actor::System, hid.clone(), json!({})));
        let written = serde_json::to_string(&entries).unwrap();
        assert!(written.contains(r#""action":"hidComment""#), "{written}");
        let read: Vec<Entry> = serde_json::from_str(&written).unwrap();
        assert_eq!((&read[5].action, verify(&read).unwrap().sequence), (&hid, 6));
        assert_eq!(read[0].action, Action::Noted, "what is known is no other");
    }

    #[test]
    fn any_change_gap_or_swap_is_found() {
        let mut changed = record();
        changed[2].detail = json!({ "n": 7 });
        assert_eq!(verify(&changed), Err(3));
        let mut dropped = record();
        dropped.remove(1);
        assert_eq!(verify(&dropped), Err(2));
        let mut swapped = record();
        swapped.swap(3, 4);
        assert_eq!(verify(&swapped), Err(4));
    }
}
