//! What a thread keeps about itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    unanswered::{UnansweredMessage, UnansweredMessages},
    unread::Position,
};
use crate::{
    audit::Head,
    escalation::Escalation,
    event::{Holder, Peer, Referral, Stage},
    id::{AccountId, ContactId, MediaId, MessageId, ReplyId, TeamId, TeammateId, ThreadId},
    label::{LabelState, Urgency},
    message::{Author, Direction, Place},
    owner::{Owner, Reason},
    platform::{Platform, Surface},
    rules,
    subject::Subject,
    time::{Span, Timestamp},
};

/// A thread's own state. Its messages, replies and audit entries are kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// Our account.
    pub account: AccountId,
    /// Where.
    pub platform: Platform,
    /// Which kind of conversation.
    pub surface: Surface,
    /// The other side's canonical id on the account.
    pub counterpart: String,
    /// What the conversation is about, where it is a public one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Grows by one with every commit that changes anything.
    pub version: u64,
    /// The version that the index is known to hold.
    pub index_version_acked: u64,
    /// The version that the roster is known to hold.
    #[serde(default)]
    pub roster_version_acked: u64,
    /// The version in which owner, urgency or status last changed.
    #[serde(default)]
    pub roster_due: u64,
    /// When the first message came; a thread without is not shown.
    pub opened_at: Option<Timestamp>,
    /// When it was opened, or opened again after it was closed.
    #[serde(default)]
    pub began_at: Option<Timestamp>,
    /// The other side, as deliveries name them.
    pub peer: Peer,
    /// When each of their ids was last seen in use, and whether that was said to be a new one: of the same second, it is
    /// the later.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub in_use: BTreeMap<String, (Timestamp, bool)>,
    /// When they were last said to have other ids: those that were not in use since may be somebody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_ids_at: Option<Timestamp>,
    /// When their name was last told.
    pub peer_at: Timestamp,
    /// When their handle was last told.
    #[serde(default)]
    pub username_at: Timestamp,
    /// The version in which what is known of them last changed.
    #[serde(default)]
    pub peer_version: u64,
    /// What a look-up told of them, and when.
    #[serde(default)]
    pub profile: ContactProfile,
    /// They refuse our messages, as last reported.
    #[serde(default)]
    pub blocked: Option<(Timestamp, bool)>,
    /// Who has the conversation, as last told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<(Timestamp, Holder)>,
    /// The latest handovers that are on record, and to whom; one that names nobody asked for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handovers: Vec<(Timestamp, Option<Holder>)>,
    /// The topic of the customer's latest message, and when that was, in chats that have topics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<(Timestamp, Option<String>)>,
    /// The ad or link that led here last.
    #[serde(default)]
    pub referral: Option<(Timestamp, Referral)>,
    /// Whether it asks for anything.
    pub status: Status,
    /// Whose it is.
    pub owner: Owner,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Who chose the owner, when a person did; rules do not take it away.
    #[serde(default)]
    pub owner_by: Option<TeammateId>,
    /// The version in which a person last chose the owner.
    #[serde(default)]
    pub owner_chosen: u64,
    /// The team that a person handed it to: it stays among its members.
    #[serde(default)]
    pub team: Option<TeamId>,
    /// The rules have yet to choose an owner.
    #[serde(default)]
    pub to_route: bool,
    /// What it is about.
    pub labels: LabelState,
    /// Grows with every change of what the customer says.
    pub turn: u64,
    /// When somebody was last asked to label or route it.
    #[serde(default)]
    pub label_asked_at: Option<Timestamp>,
    /// When somebody was last asked to look the contact up.
    #[serde(default)]
    pub profile_asked_at: Option<Timestamp>,
    /// How fast each urgency must be answered, by the rules as they were last looked at for it.
    #[serde(default)]
    pub targets: Targets,
    /// What was done because nobody answered, and what comes next.
    #[serde(default)]
    pub escalation: Escalation,
    /// The last message.
    pub last: Option<Last>,
    /// The customer's last sign of life that opens the platform's window.
    pub window_opened_at: Option<Timestamp>,
    /// When we last answered, by whatever app.
    pub answered_at: Option<Timestamp>,
    /// The version that a reply from here was last written to: how long questions until then waited is told.
    #[serde(default)]
    pub wait_told: u64,
    /// When we last answered by another app than this one.
    #[serde(default)]
    pub answered_elsewhere_at: Option<Timestamp>,
    /// Which teammate answered last from here, and when.
    #[serde(default)]
    pub answered_by: Option<(Timestamp, TeammateId)>,
    /// The customer's messages that wait for an answer. Of what is closed they do not count, and are kept for whoever
    /// takes that back.
    pub waiting: UnansweredMessages,
    /// Those that replies from here have answered: they wait again if all of those turn out not to have arrived.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answered: BTreeMap<MessageId, Answered>,
    /// The customer's messages that have been unread since we last answered, to whoever has not looked.
    pub unseen: UnansweredMessages,
    /// How far teammates have read, while anything is unread: see [`Thread::unread_for`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub read: BTreeMap<TeammateId, Position>,
    /// Receipts up to a time: all of ours sent until then have reached the stage.
    #[serde(default)]
    pub reached: BTreeMap<Stage, Timestamp>,
    /// In which version each writer last wrote.
    #[serde(default)]
    pub wrote: BTreeMap<Writer, u64>,
    /// Words of ours on it.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// The same question by another door.
    #[serde(default)]
    pub linked: BTreeSet<ThreadId>,
    /// Look-alikes, for a person to judge.
    #[serde(default)]
    pub suggested: BTreeSet<ThreadId>,
    /// Copies of attachments that were taken back, and that nobody has said to be gone.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub dropping: BTreeSet<MediaId>,
    /// The end of the audit.
    pub audit: Head,
    /// Number of the last audit entry that the index is known to hold.
    #[serde(default)]
    pub audit_acked: u64,
}

/// What a look-up told of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactProfile {
    /// Display name.
    pub name: Option<String>,
    /// Handle without `@`.
    pub username: Option<String>,
    /// As label and value.
    #[serde(default)]
    pub facts: Vec<(String, String)>,
    /// When it was told.
    pub at: Option<Timestamp>,
}

/// A message that replies from here have answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// As it waited.
    pub asked: UnansweredMessage,
    /// By which.
    pub by: BTreeSet<ReplyId>,
}

/// Whether a thread asks for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Somebody has to answer, or to wait.
    Open,
    /// Put aside until a time or the customer's next message.
    Snoozed {
        /// Until when.
        until: Timestamp,
    },
    /// Done.
    Closed {
        /// Since when.
        at: Timestamp,
    },
}

impl Status {
    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed { .. } => "snoozed",
            Self::Closed { .. } => "closed",
        }
    }
}

/// The last message, by [`Place`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Last {
    /// Which.
    pub id: MessageId,
    /// When.
    pub at: Timestamp,
    /// Of those of the same time.
    #[serde(default)]
    pub order: u64,
    /// Which way.
    pub direction: Direction,
    /// Who wrote it; none where that was not written down yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Author>,
    /// Its first words.
    pub preview: String,
}

impl Last {
    /// Where it stands in its thread.
    pub fn place(&self) -> Option<Place> {
        Some(Place { at: self.at, order: self.order, id: self.id.clone() })
    }
}

/// Somebody who writes into a thread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Writer {
    /// The contact.
    Customer,
    /// Somebody of ours elsewhere.
    Elsewhere,
    /// A teammate, here.
    Teammate(TeammateId),
}

impl From<Writer> for String {
    fn from(writer: Writer) -> Self {
        match writer {
            Writer::Customer => "customer".to_owned(),
            Writer::Elsewhere => "elsewhere".to_owned(),
            Writer::Teammate(id) => id.into(),
        }
    }
}

impl TryFrom<String> for Writer {
    type Error = crate::id::InvalidId;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "customer" => Ok(Self::Customer),
            "elsewhere" => Ok(Self::Elsewhere),
            id => TeammateId::parse(id).map(Self::Teammate),
        }
    }
}

/// How fast each urgency must be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Targets {
    /// Low.
    pub low: Span,
    /// Normal, and whatever is not labelled yet.
    pub normal: Span,
    /// High.
    pub high: Span,
    /// Urgent.
    pub urgent: Span,
}

impl Default for Targets {
    fn default() -> Self {
        Self { low: Span::days(1), normal: Span::hours(4), high: Span::hours(1), urgent: Span::minutes(15) }
    }
}

impl From<&rules::Targets> for Targets {
    fn from(rules: &rules::Targets) -> Self {
        Self { low: rules.low, normal: rules.normal, high: rules.high, urgent: rules.urgent }
    }
}

impl Targets {
    /// The one of an urgency.
    pub const fn of(&self, urgency: Urgency) -> Span {
        match urgency {
            Urgency::Low => self.low,
            Urgency::Normal => self.normal,
            Urgency::High => self.high,
            Urgency::Urgent => self.urgent,
        }
    }
}

impl Thread {
    /// The same about a subject, which is part of what it is known by.
    #[must_use]
    pub fn about(self, subject: Option<Subject>) -> Self {
        let id = ThreadId::of(&self.account, self.surface, &self.counterpart, subject.as_ref());
        Self { id, subject, ..self }
    }

    /// The contact, who may have other threads as well.
    pub fn contact(&self) -> ContactId {
        ContactId::of(&self.account, &self.counterpart)
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
            index_version_acked: 0,
            roster_version_acked: 0,
            roster_due: 0,
            opened_at: None,
            began_at: None,
            peer: Peer::default(),
            in_use: BTreeMap::new(),
            changed_ids_at: None,
            peer_at: Timestamp::default(),
            username_at: Timestamp::default(),
            peer_version: 0,
            profile: ContactProfile::default(),
            blocked: None,
            held: None,
            handovers: Vec::new(),
            topic: None,
            referral: None,
            status: Status::Open,
            owner: Owner::Unassigned,
            reasons: Vec::new(),
            owner_by: None,
            owner_chosen: 0,
            team: None,
            to_route: false,
            labels: LabelState::default(),
            turn: 0,
            label_asked_at: None,
            profile_asked_at: None,
            targets: Targets::default(),
            escalation: Escalation::default(),
            last: None,
            window_opened_at: None,
            answered_at: None,
            wait_told: 0,
            answered_elsewhere_at: None,
            answered_by: None,
            waiting: UnansweredMessages::default(),
            answered: BTreeMap::new(),
            unseen: UnansweredMessages::default(),
            read: BTreeMap::new(),
            reached: BTreeMap::new(),
            wrote: BTreeMap::new(),
            tags: BTreeSet::new(),
            linked: BTreeSet::new(),
            suggested: BTreeSet::new(),
            dropping: BTreeSet::new(),
            audit: Head::default(),
            audit_acked: 0,
        }
    }

    /// When the oldest question that waits was asked.
    pub fn asked_at(&self) -> Option<Timestamp> {
        self.waiting.oldest().map(|oldest| oldest.at)
    }

    /// Whether somebody has to answer.
    pub fn needs_answer(&self) -> bool {
        !self.waiting.is_empty() && !matches!(self.status, Status::Closed { .. })
    }

    /// How urgent it is; `normal` until labelled.
    pub fn urgency(&self) -> Urgency {
        self.labels.current().map_or(Urgency::Normal, |set| set.labels.urgency)
    }

    /// The turn that was labelled last.
    pub fn labelled_turn(&self) -> u64 {
        self.labels.machine.as_ref().map_or(0, |machine| machine.turn)
    }

    /// The best name known of the other side.
    pub fn contact_name(&self) -> &str {
        let names = [
            self.profile.name.as_deref(),
            self.peer.name.as_deref(),
            self.profile.username.as_deref(),
            self.peer.username.as_deref(),
        ];
        names.into_iter().flatten().find(|name| !name.trim().is_empty()).unwrap_or_else(|| {
            let id = self.counterpart.rsplit(':').next().unwrap_or_default();
            if id.is_empty() { "Somebody" } else { id }
        })
    }

    /// The other side's handle.
    pub fn contact_username(&self) -> Option<&str> {
        self.profile.username.as_deref().or(self.peer.username.as_deref())
    }

    /// Whether somebody other than `reader` wrote since `version`.
    pub fn others_wrote_since(&self, version: u64, reader: &TeammateId) -> bool {
        let reader = Writer::Teammate(reader.clone());
        self.wrote.iter().any(|(writer, wrote)| *writer != reader && *wrote > version)
    }
}
