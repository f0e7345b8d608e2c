//! What a thread keeps about itself: what it is, where it stands, and its parts, each with rules of its own.

use serde::{Deserialize, Serialize};

use super::{
    acks::Acks, assignment::Assignment, contact::Contact, holding::Holding, labelling::Labelling,
    moderating::Moderating, questions::Questions, relations::Relations, status::Status, transcript::Transcript,
    unread::Unread,
};
use crate::{
    audit::Head,
    escalation::Escalation,
    id::{AccountId, ContactId, MessageId, ThreadId},
    message::Direction,
    platform::{Platform, Surface},
    subject::Subject,
    time::Timestamp,
};

/// A thread's own state. Its messages, replies and audit entries are kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// Made of the account, the surface, the counterpart and the subject.
    pub id: ThreadId,
    pub account: AccountId,
    /// Where the account is.
    pub platform: Platform,
    /// Which kind of conversation it is.
    pub surface: Surface,
    /// The other side's canonical id on the account.
    pub counterpart: String,
    /// What the conversation is about, where it is a public one.
    pub subject: Option<Subject>,
    /// Grows by one with every commit that changes anything.
    pub version: u64,
    /// How much of it others are known to hold.
    pub acks: Acks,
    /// The end of the audit.
    pub audit: Head,
    /// Whether it asks for anything.
    pub status: Status,
    /// When the first message came; a thread without is not shown.
    pub opened_at: Option<Timestamp>,
    /// When it was opened, or opened again after it was closed.
    pub began_at: Option<Timestamp>,
    pub contact: Contact,
    pub transcript: Transcript,
    /// What waits for an answer.
    pub questions: Questions,
    /// Who has yet to look at it.
    pub unread: Unread,
    /// Which app has the conversation.
    pub holding: Holding,
    pub labelling: Labelling,
    pub assignment: Assignment,
    /// What was done because nobody answered, and what comes next.
    pub escalation: Escalation,
    /// Its tags, and threads like it.
    pub relations: Relations,
    /// What is still to be done to comments.
    #[serde(default)]
    pub moderating: Moderating,
}

impl Thread {
    /// The comment that an answer is for, unless whoever writes it names another: the newest that waits, else the last
    /// where that is the customer's. Only an answer in public is for a single message.
    pub fn answers(&self) -> Option<&MessageId> {
        let last = self.transcript.last.as_ref().filter(|last| last.direction == Direction::Incoming);
        self.subject.as_ref()?;
        self.questions.waiting.newest().or(last.map(|last| &last.id))
    }

    /// A thread of which nothing is known yet.
    pub fn new(account: AccountId, platform: Platform, surface: Surface, counterpart: String) -> Self {
        Self {
            id: ThreadId::of(&account, surface, &counterpart, None),
            account,
            platform,
            surface,
            counterpart,
            subject: None,
            version: 0,
            acks: Acks::default(),
            audit: Head::default(),
            status: Status::Open,
            opened_at: None,
            began_at: None,
            contact: Contact::default(),
            transcript: Transcript::default(),
            questions: Questions::default(),
            unread: Unread::default(),
            holding: Holding::default(),
            labelling: Labelling::default(),
            assignment: Assignment::default(),
            escalation: Escalation::default(),
            relations: Relations::default(),
            moderating: Moderating::default(),
        }
    }

    /// The same about a subject, which is part of what it is known by.
    #[must_use]
    pub fn about(self, subject: Option<Subject>) -> Self {
        let id = ThreadId::of(&self.account, self.surface, &self.counterpart, subject.as_ref());
        Self { id, subject, ..self }
    }

    /// The id of the contact, who may have other threads as well.
    pub fn contact_id(&self) -> ContactId {
        ContactId::of(&self.account, &self.counterpart)
    }

    /// Lets go of what is beyond the bounds, and of what can be found again: a thread that hardly fits has to have room
    /// for what a customer writes.
    pub fn shed(&mut self) {
        self.contact.shed();
        self.transcript.shed();
        self.assignment.shed();
        self.relations.shed();
        self.escalation.pending_notices.clear();
    }
}
