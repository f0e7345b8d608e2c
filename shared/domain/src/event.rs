//! Events: what connectors make of deliveries. One normalised fact each, whatever the platform calls it.

use serde::{Deserialize, Serialize};

use crate::{
    detail::Detail,
    id::{RemoteId, ReplyId, ThreadId},
    outbound::CommentRef,
    platform::Surface,
    subject::Subject,
    time::Timestamp,
};

/// One fact out of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The platform's id of the account it belongs to.
    pub account: RemoteId,
    /// Which kind of conversation.
    pub surface: Surface,
    /// What the conversation is about, where it is a public one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// What the delivery tells of the post that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<PostNote>,
    /// The same for every delivery of the same fact, and for no other fact of this account.
    pub key: String,
    /// The thread that our own reference in it names: it is that one's, whatever it calls the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadId>,
    #[serde(flatten)]
    pub toward: Toward,
    /// The platform's time, where it gives one; else the time of receipt stands in.
    pub at: Option<Timestamp>,
    /// The platform's own number, for platforms that number what happens in a conversation as it happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// Its place in the delivery.
    #[serde(default, skip_serializing_if = "is_first")]
    pub place: u32,
    pub fact: Fact,
}

/// Something that happened, and when we heard of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Received {
    /// What.
    pub event: Event,
    /// When it reached us.
    pub at: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_first(place: &u32) -> bool {
    *place == 0
}

/// Whom an event concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Toward {
    /// The person on the other side, as the delivery names them.
    #[serde(rename = "peer")]
    Person(Peer),
    /// Whoever wrote this comment, or the comment at the top of its branch: the delivery names nobody.
    #[serde(rename = "under")]
    Comment(RemoteId),
}

impl Event {
    /// A fact of a conversation. Whoever knows more of it says so: which thread it names, its key, its place in an order.
    pub const fn new(account: RemoteId, surface: Surface, toward: Toward, at: Option<Timestamp>, fact: Fact) -> Self {
        let key = String::new();
        Self {
            account,
            surface,
            subject: None,
            post: None,
            key,
            thread: None,
            toward,
            at,
            sequence: None,
            place: 0,
            fact,
        }
    }

    /// The ids by which the delivery names the person; none where it names a comment.
    pub fn identities(&self) -> &[String] {
        match &self.toward {
            Toward::Person(peer) => &peer.identities,
            Toward::Comment(_) => &[],
        }
    }

    /// The person, where the delivery names one.
    pub const fn person_mut(&mut self) -> Option<&mut Peer> {
        match &mut self.toward {
            Toward::Person(peer) => Some(peer),
            Toward::Comment(_) => None,
        }
    }
}

/// The person on the other side, as the delivery names them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Peer {
    /// Account-scoped ids, never empty but where our own reference names the thread: the most lasting kind first, and of one kind theirs now before those they had. More than one where a platform knows a
    /// person by several (a business-scoped user id and a phone number), written `kind:value`.
    pub identities: Vec<String>,
    /// Display name, when told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Handle without `@`, when told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// They were told of in full, and without a handle: one that they had is given up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_username: bool,
}

impl Peer {
    /// Somebody whom the platform does not name, by the comment at the top of the branch that they write in.
    pub fn unknown(top: &str) -> Self {
        Self { identities: vec![format!("{UNKNOWN}{top}")], ..Self::default() }
    }
}

/// Begins the id of somebody whom the platform does not name.
const UNKNOWN: &str = "comment:";

/// Whether an id stands for somebody whom the platform does not name.
pub fn is_unknown(identity: &str) -> bool {
    identity.starts_with(UNKNOWN)
}

/// What a delivery tells of a post, beside what was written under it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PostNote {
    /// The ad that it is shown as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ad: Option<Ad>,
    /// It is a broadcast that runs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub live: bool,
    /// It is somebody else's, and mentions us.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mention: bool,
    /// Where it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
}

/// An ad, as far as the platform tells.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Ad {
    /// What the platform calls it.
    pub id: Option<String>,
    /// Its title.
    pub title: Option<String>,
}

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The contact.
    Customer,
    /// Us, by whatever app.
    Business,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Fact {
    /// The customer wrote (or pressed, or mentioned: anything that asks for an answer).
    Message {
        /// The platform's id of the message.
        id: RemoteId,
        content: Content,
    },
    /// A message of ours, whether sent from here, from the platform's own app or by another app.
    Echo {
        /// The platform's id of the message.
        id: RemoteId,
        content: Content,
        /// The reply of ours this is the echo of, where the platform gave our reference back.
        correlation: Option<Correlation>,
        /// Which app sent it.
        origin: Origin,
    },
    /// The text (or caption) of a message was changed, or its files were.
    Edited {
        id: RemoteId,
        /// The platform's count of the edits of this message, where it counts them; else they go by their time.
        revision: Option<u64>,
        /// The text as it is now.
        text: Option<String>,
        /// The files as they are now, where the edit tells of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
    },
    /// A message was taken back by its sender.
    Unsent { id: RemoteId },
    /// A comment was hidden from others, or is shown again.
    Hidden { id: RemoteId, hidden: bool },
    /// Somebody reacted to a message, or took the reaction back.
    Reacted {
        id: RemoteId,
        by: Side,
        /// The reaction as an emoji (or the platform's word where it has none); `None` takes it back.
        emoji: Option<String>,
    },
    /// Our message reached a stage.
    Receipt {
        stage: Stage,
        scope: Scope,
        /// Our reference, where the platform gave it back.
        correlation: Option<Correlation>,
    },
    /// The platform reports, after accepting it, that our message was not delivered.
    Undelivered {
        id: RemoteId,
        /// The platform's code and its class.
        error: crate::capability::PlatformError,
        /// Our reference, where the platform gave it back.
        correlation: Option<Correlation>,
    },
    /// The customer came by an ad or a link, without writing.
    Referred { referral: Referral },
    /// The conversation was handed from one app to another.
    HandedOver {
        /// Who has it now.
        to: Holder,
        /// Who had it, when told.
        from: Option<Holder>,
    },
    /// Another app asks for the conversation.
    HandoverAsked,
    /// The contact changed: a new number, blocked us, is back.
    PeerChanged { change: PeerChange },
}

impl Fact {
    /// The message that it speaks of, where it is one.
    pub const fn message(&self) -> Option<&RemoteId> {
        match self {
            Self::Message { id, .. }
            | Self::Echo { id, .. }
            | Self::Edited { id, .. }
            | Self::Unsent { id }
            | Self::Hidden { id, .. }
            | Self::Reacted { id, .. }
            | Self::Undelivered { id, .. }
            | Self::Receipt { scope: Scope::Message { id }, .. } => Some(id),
            Self::Receipt { .. }
            | Self::Referred { .. }
            | Self::HandedOver { .. }
            | Self::HandoverAsked
            | Self::PeerChanged { .. } => None,
        }
    }
}

/// Who has a conversation, on platforms where one app at a time answers and the others watch. Of two that are told of the
/// same moment, the greater counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Holder {
    /// Another app, or the platform's own inbox.
    OtherApp,
    /// The platform's own automatic agent.
    Agent,
    /// This inbox.
    Us,
}

/// How a contact changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum PeerChange {
    /// Another id now stands for the same person; the event's peer has both.
    NewIdentity,
    /// They no longer want messages of ours.
    Blocked,
    /// They accept messages again.
    Unblocked,
}

/// Which app sent a message of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// This installation (the platform named our app).
    Ours,
    /// A person in the platform's own app or page inbox.
    NativeApp,
    /// Another app or an automation of the platform.
    OtherApp,
    /// The platform does not say.
    Unknown,
}

/// How far a message of ours has come. Only ever moves up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The platform took it.
    Sent,
    /// It is on the customer's device.
    Delivered,
    /// The customer saw it (or played it).
    Read,
}

/// Which messages a receipt speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// One message.
    Message { id: RemoteId },
    /// All of ours sent up to a time.
    UpTo {
        /// That time, included.
        at: Timestamp,
    },
}

/// Our reference to one part of one reply, sent along where a platform gives it back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Correlation {
    pub reply: ReplyId,
    /// Which of its parts, from 0.
    pub part: u32,
}

/// Begins each of our references.
const MARK: &str = "tributary.";

impl Correlation {
    /// As it travels: `tributary.{reply}.{part}.{thread}`. The mark tells our references from other apps'. The thread is
    /// named because what comes back may name the person by another id than the reply went to.
    pub fn to_wire(&self, thread: &ThreadId) -> String {
        format!("{MARK}{}.{}.{thread}", self.reply, self.part)
    }

    /// Reads what came back; other apps' references are `None`. Earlier releases named no thread.
    pub fn from_wire(text: &str) -> Option<(Self, Option<ThreadId>)> {
        let mut pieces = text.strip_prefix(MARK)?.split('.');
        let (reply, part, thread) = (pieces.next()?, pieces.next()?, pieces.next());
        let correlation = Self { reply: ReplyId::parse(reply).ok()?, part: part.parse().ok()? };
        let thread = thread.map(ThreadId::parse).transpose().ok()?;
        pieces.next().is_none().then_some((correlation, thread))
    }
}

/// What a message says and carries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "marks of a message that have nothing to do with each other")]
pub struct Content {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What it says beside its text, line by line: what was filled in, chosen or ordered, and where it is from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
    /// In the platform's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// The story of ours it answers, or that mentions us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<Story>,
    /// The button or list entry that was pressed; its caption is `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pressed: Option<Pressed>,
    /// The ad or link that led here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
    /// It was forwarded by its sender.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
    /// The topic of the chat it was said in, where a chat has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Groups the parts of an album.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// Another app has this conversation; the platform lets us watch.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub standby: bool,
    /// The other app is the platform's own automatic agent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub agent: bool,
    /// What cannot be shown, by the platform's own word: shown as a placeholder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsupported: Option<String>,
    /// Members of the delivery that are not what the platform's reference says, and were left out: `timestamp`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_read: Vec<String>,
    /// It was longer than anything that is kept: its beginning is here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// The comment that it answers, which stands in another thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Box<CommentRef>>,
}

impl Content {
    /// Whether nothing of what was said is there: neither words nor files, nor anything that was pressed.
    pub const fn says_nothing(&self) -> bool {
        self.text.is_none()
            && self.details.is_empty()
            && self.attachments.is_empty()
            && self.pressed.is_none()
            && self.story.is_none()
    }
}

impl Content {
    /// Who had the conversation when this was said, where another than this inbox had it.
    pub fn holder(&self) -> Option<Holder> {
        self.standby.then_some(if self.agent { Holder::Agent } else { Holder::OtherApp })
    }
}

/// A message that is answered by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// The platform's id, when told.
    pub id: Option<RemoteId>,
    /// The quoted words, when told.
    pub text: Option<String>,
}

/// A story, which the platform deletes after a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Story {
    /// A reply to our story, or a mention of us in theirs.
    pub kind: StoryKind,
    /// The platform's id, when told.
    pub id: Option<RemoteId>,
    /// The picture or film, for as long as the platform keeps it.
    pub url: Option<String>,
}

/// How a story came into a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum StoryKind {
    /// They answered a story of ours.
    Reply,
    /// They mentioned us in a story of theirs.
    Mention,
}

/// A pressed button, list entry or quick reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pressed {
    /// What the button carries for its app.
    pub payload: String,
}

/// An ad, link or product that led to a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Referral {
    /// The platform's word for where from (`ADS`, `SHORTLINK`, `post`, ...).
    pub source: Option<String>,
    /// The reference set in the link.
    pub reference: Option<String>,
    pub ad: Option<String>,
    pub title: Option<String>,
    /// What it says below that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    pub url: Option<String>,
}

/// Something that comes with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    pub kind: AttachmentKind,
    /// Where its bytes are, when it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<MediaSource>,
    /// Media type as the platform claims it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// File name or title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Bytes, as the platform claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The same for the same bytes, for platforms whose handles and addresses change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<String>,
    /// What it says in words: an address, a phone number, a shared post's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// A web address it points to (a shared post, a map).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What else it says, line by line: the items of an order, the options of a poll, the buttons of a card.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
}

impl Attachment {
    /// An attachment of which nothing but the kind is known.
    pub fn bare(kind: AttachmentKind) -> Self {
        Self {
            kind,
            source: None,
            mime: None,
            name: None,
            size: None,
            unique: None,
            note: None,
            link: None,
            details: Vec::new(),
        }
    }

    /// Whether both have the same bytes.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.unique, &other.unique) {
            (Some(one), Some(another)) => one == another,
            _ => self.source == other.source,
        }
    }
}

/// What an attachment is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AttachmentKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Sound.
    Audio,
    /// A voice note.
    Voice,
    /// Any other file.
    File,
    /// A sticker.
    Sticker,
    /// A shared post, reel or link.
    Share,
    /// A card of a template: a product, an offer.
    Card,
    /// A place.
    Location,
    /// An address-book entry.
    Contact,
    /// A telephone call; its note says what became of it.
    Call,
    /// An order or product list.
    Order,
    /// A picture that may be seen once, and never by us.
    Ephemeral,
    /// A kind we do not know, by the platform's own word.
    Unknown(String),
}

/// Where the bytes of an attachment are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum MediaSource {
    /// At an address that needs no key.
    Link { url: String },
    /// Behind an id that the connector can exchange for the bytes.
    Handle {
        /// The platform's id.
        id: RemoteId,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_reference_names_reply_part_and_thread_and_an_earlier_releases_is_read() {
        let reply = ReplyId::parse("0d9f2c4e-6a37-4d1f-8f7d-2a55f0a3c111").unwrap();
        let thread = ThreadId::from_bytes(&[1, 2]);
        let correlation = Correlation { reply, part: 3 };
        let wire = correlation.to_wire(&thread);
        assert_eq!(Correlation::from_wire(&wire), Some((correlation.clone(), Some(thread))));
        let before = "tributary.0d9f2c4e-6a37-4d1f-8f7d-2a55f0a3c111.3";
        assert_eq!(Correlation::from_wire(before), Some((correlation, None)));
        for other in
            ["campaign-7", "tributary.0d9f2c4e", "tributary.0d9f2c4e-6a37.3.no", "tributary.0d9f2c4e-6a37.3.thr_1.4"]
        {
            assert_eq!(Correlation::from_wire(other), None, "{other}");
        }
    }
}
