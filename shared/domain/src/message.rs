//! One message, as the sum of everything known about it.
//!
//! Facts arrive late, twice and in any order: an edit before its message, a receipt before both. A message
//! therefore is a record that facts are merged into, and merging is commutative and idempotent: the same
//! facts give the same record in whatever order and however often they come.

use std::{
    cmp::{Ordering, Reverse},
    collections::BTreeMap,
};

use serde::{Deserialize, Serialize};

use crate::{
    capability::PlatformError,
    event::{Attachment, Content, Correlation, Side, Stage},
    id::{MediaId, MessageId, RemoteId, ReplyId, TeammateId, ThreadId},
    moderation::Moderation,
    mutant::{self, Mutant},
    time::Timestamp,
};

crate::names! {
    /// Which way a message went.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum Direction {
        /// From the customer.
        Incoming = "incoming",
        /// From us.
        Outgoing = "outgoing",
    }
}

/// Who wrote a message. In the order of what is worth more to know: the greater wins a merge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Author {
    Customer,
    /// Another app, or nobody knows which.
    OtherApp,
    /// Somebody of ours in the platform's own app.
    NativeApp,
    Teammate {
        id: TeammateId,
    },
}

/// What is known of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Our id, derived from the platform's.
    pub id: MessageId,
    /// The platform's id.
    pub remote: RemoteId,
    /// The message itself; none while only later facts about it are known.
    pub body: Option<Body>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
    /// When its sender took it back. Its content is then dropped and never stored again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsent_at: Option<Timestamp>,
    /// The latest reaction of each side.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reactions: BTreeMap<Side, Reaction>,
    /// When it was last hidden from others or shown again, and which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Hiding>,
    /// What teammates had done to it on the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Moderation>,
    /// The account likes it, as far as we did that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub liked: bool,
    /// How far it has come by receipts of its own (receipts up to a time are kept by the thread).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The platform's report that it did not arrive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undelivered: Option<PlatformError>,
    /// What became of the bytes of its attachments, by the keys of [`Message::files`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub media: BTreeMap<u32, MediaState>,
    /// The platform sent other words under its id, which were no edit. Those that reached us first stand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub contradicted: bool,
    /// The version in which it was last written, changed or taken back by whoever wrote it.
    #[serde(default, skip_serializing_if = "is_never")]
    pub written: u64,
    /// The private reply that answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_reply: Option<Box<PrivateReply>>,
}

/// A private reply to a comment: it stands in the thread of messages of whoever wrote the comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateReply {
    pub reply: ReplyId,
    /// The thread that it stands in.
    pub thread: ThreadId,
    pub by: TeammateId,
    /// When it was written.
    pub at: Timestamp,
}

#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")
)]
const fn is_never(version: &u64) -> bool {
    *version == 0
}

/// Files of edits are kept track of by keys from here on, so that they are not taken for those of the message itself.
const EDITED_FILES: u32 = 1 << 31;

/// The message itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    pub direction: Direction,
    pub author: Author,
    /// The platform's time, not later than it first reached us; that time where the platform's cannot be.
    pub at: Timestamp,
    /// What the platform's clock said, where that cannot be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Timestamp>,
    /// When it first reached us.
    pub received_at: Timestamp,
    /// Of two with the same time, the one with the smaller stands first: see [`order`]. 0 in what an earlier release kept.
    #[serde(default)]
    pub order: u64,
    /// What it says and carries.
    pub content: Content,
    /// The part of a reply of ours that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<Correlation>,
}

/// The order of what has the same time, since some platforms count in seconds: the platform's own number, else when it
/// reached us and its place in what came then. Below 2^53 for as long as anybody will use this, so that it is exact in
/// JSON.
pub fn order(sequence: Option<u64>, received_at: Timestamp, place: u32) -> u64 {
    const PLACES: u64 = 1024;
    let arrived = || received_at.millis().unsigned_abs() * PLACES + u64::from(place).min(PLACES - 1);
    sequence.unwrap_or_else(arrived)
}

/// Where a message stands among those of its thread: by its time, then by [`order`]. The id only tells apart what nobody
/// can put in order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    pub at: Timestamp,
    /// Among those of the same time.
    pub order: u64,
    pub id: MessageId,
}

/// A change of the text, or of the files. The greater wins, by revision and then by order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// The platform's count, or made of the time.
    pub revision: u64,
    /// Of those of the same revision: see [`order`].
    #[serde(default)]
    pub order: u64,
    /// The text as it is now.
    pub text: Option<String>,
    /// The files as they are now, where the edit tells of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

impl Edit {
    /// Whether it is later than another. Of two that came at once, the one with the greater text.
    fn is_after(&self, other: &Self) -> bool {
        let place = |edit: &Self| (edit.revision, edit.order, edit.text.clone());
        place(self) > place(other)
    }
}

/// A reaction, or its being taken back. The later wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    /// The platform's time.
    pub at: Timestamp,
    /// Of those of the same time: see [`order`].
    #[serde(default)]
    pub order: u64,
    /// None: taken back.
    pub emoji: Option<String>,
}

/// A comment was hidden from others, or is shown again. The later wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hiding {
    /// The platform's time.
    pub at: Timestamp,
    /// Of those of the same time: see [`order`].
    pub order: u64,
    /// Whether it is hidden.
    pub hidden: bool,
}

/// What became of an attachment's bytes. The greater wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MediaState {
    Pending,
    /// Could not be fetched.
    Failed,
    /// We keep a copy.
    Stored {
        id: MediaId,
        /// Its type, by its own bytes.
        mime: String,
        /// Bytes.
        size: u64,
    },
    /// We kept a copy for as long as the rules say.
    Expired,
}

impl Message {
    /// Whether some attachment is still to be fetched.
    pub fn is_fetching(&self) -> bool {
        self.media.values().any(|state| *state == MediaState::Pending)
    }

    /// A message of which nothing but the name is known.
    pub fn new(id: MessageId, remote: RemoteId) -> Self {
        Self {
            id,
            remote,
            body: None,
            edit: None,
            unsent_at: None,
            reactions: BTreeMap::new(),
            hidden: None,
            moderation: None,
            liked: false,
            stage: None,
            undelivered: None,
            media: BTreeMap::new(),
            contradicted: false,
            written: 0,
            private_reply: None,
        }
    }

    /// Learns the message itself. Returns whether that is news.
    pub fn learn(&mut self, mut body: Body) -> bool {
        if self.unsent_at.is_some() {
            body.content = Content::default();
        }
        match &mut self.body {
            None => {
                self.body = Some(body);
                true
            }
            Some(known) => {
                let contradicted = known.contradicts(&body) && !self.contradicted;
                self.contradicted |= contradicted;
                known.merge(body) || contradicted
            }
        }
    }

    /// What it says and carries, where that is known.
    pub fn content(&self) -> Option<&Content> {
        self.body.as_ref().map(|body| &body.content)
    }

    /// Learns of an edit. Returns whether it is the latest.
    pub fn edited(&mut self, edit: Edit) -> bool {
        let late = self.edit.as_ref().is_some_and(|known| !edit.is_after(known));
        if self.unsent_at.is_some() || late && !mutant::on(Mutant::LastEditWins) {
            return false;
        }
        self.edit = Some(edit);
        true
    }

    /// Learns that it was taken back: words, edits and attachments go. Returns whether that is news.
    pub fn unsent(&mut self, at: Timestamp) -> bool {
        let news = self.unsent_at.is_none();
        self.unsent_at = Some(self.unsent_at.map_or(at, |known| known.min(at)));
        self.edit = None;
        self.contradicted = false;
        self.media.clear();
        if let Some(body) = &mut self.body {
            body.content = Content::default();
        }
        news
    }

    /// Learns of a reaction. Returns whether it is that side's latest.
    pub fn reacted(&mut self, by: Side, reaction: Reaction) -> bool {
        let told = |one: &Reaction| (one.at, one.emoji.clone());
        let known = self.reactions.get(&by);
        // Told again, it is no later than it was.
        if known.is_some_and(|known| *known >= reaction || told(known) == told(&reaction)) {
            return false;
        }
        self.reactions.insert(by, reaction);
        true
    }

    /// Learns that it was hidden, or is shown again. Returns whether that is the latest.
    pub fn hide(&mut self, hiding: Hiding) -> bool {
        let told = |one: &Hiding| (one.at, one.hidden);
        // Told again, it is no later than it was.
        if self.hidden.is_some_and(|known| known >= hiding || told(&known) == told(&hiding)) {
            return false;
        }
        self.hidden = Some(hiding);
        true
    }

    /// Whether it is hidden from others.
    pub fn is_hidden(&self) -> bool {
        self.hidden.is_some_and(|hiding| hiding.hidden)
    }

    /// Learns how far it came. Returns whether that is farther than known.
    pub fn reached(&mut self, stage: Stage) -> bool {
        if self.stage.is_some_and(|known| known >= stage) && !mutant::on(Mutant::StageBack) {
            return false;
        }
        self.stage = Some(stage);
        true
    }

    /// Learns that it did not arrive. Returns whether that changes anything.
    pub fn undelivered(&mut self, error: PlatformError) -> bool {
        // Of two reports the one with the smaller code is kept, so that their order does not matter.
        if self.undelivered.as_ref().is_some_and(|known| known.code <= error.code) {
            return false;
        }
        self.undelivered = Some(error);
        true
    }

    /// Learns what became of an attachment's bytes. Returns whether that is news.
    pub fn media_is(&mut self, place: u32, state: MediaState) -> bool {
        if self.unsent_at.is_some() || self.media.get(&place).is_some_and(|known| *known >= state) {
            return false;
        }
        self.media.insert(place, state);
        true
    }

    /// Where it stands in its thread; nowhere while only later facts are known.
    pub fn place(&self) -> Option<Place> {
        let body = self.body.as_ref()?;
        Some(Place { at: body.at, order: body.order(), id: self.id.clone() })
    }

    /// What comes with it as it stands now.
    pub fn attachments(&self) -> &[Attachment] {
        let edited = self.edit.as_ref().map(|edit| edit.attachments.as_slice()).filter(|edited| !edited.is_empty());
        let own = || self.body.as_ref().map_or(&[][..], |body| &body.content.attachments);
        edited.unwrap_or_else(own)
    }

    /// The same, each by the key under which its bytes are kept track of: its place, where it came with the message
    /// itself; else made of what it is.
    pub fn files(&self) -> Vec<(u32, &Attachment)> {
        let own = self.body.as_ref().map_or(&[][..], |body| &body.content.attachments);
        let key = |file: &Attachment| {
            let same = own.iter().position(|one| one.is_same(file)).and_then(|place| u32::try_from(place).ok());
            same.unwrap_or_else(|| EDITED_FILES | fingerprint(file))
        };
        if self.attachments().len() == own.len() && std::ptr::eq(self.attachments(), own) {
            return (0_u32..).zip(own).collect();
        }
        self.attachments().iter().map(|file| (key(file), file)).collect()
    }

    /// Forgets what became of files of edits that are no longer shown. The copies that were kept of them.
    pub fn drop_replaced(&mut self) -> Vec<MediaId> {
        let shown: Vec<u32> = self.files().into_iter().map(|(key, _)| key).collect();
        let gone = |key: &u32| *key >= EDITED_FILES && !shown.contains(key);
        let stored = self.media.iter().filter(|(key, _)| gone(key)).filter_map(|(_, state)| match state {
            MediaState::Stored { id, .. } => Some(id.clone()),
            _ => None,
        });
        let copies = stored.collect();
        self.media.retain(|key, _| !gone(key));
        copies
    }

    /// Whether it was changed since it was sent, so that a reader sees something else.
    pub fn is_edited(&self) -> bool {
        let (Some(edit), Some(body)) = (&self.edit, &self.body) else { return self.edit.is_some() };
        edit.text != body.content.text || !same_files(self.attachments(), &body.content.attachments)
    }

    /// The words as they stand now.
    pub fn text(&self) -> Option<&str> {
        if self.unsent_at.is_some() {
            return None;
        }
        match &self.edit {
            Some(edit) => edit.text.as_deref(),
            None => self.body.as_ref()?.content.text.as_deref(),
        }
    }

    /// The customer's message that waits for an answer, unless it was taken back.
    pub fn asks(&self) -> Option<&Body> {
        self.body.as_ref().filter(|body| body.direction == Direction::Incoming && self.unsent_at.is_none())
    }
}

/// Whether both show the same files.
pub fn same_files(one: &[Attachment], other: &[Attachment]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.is_same(other))
}

/// A number made of what a file is: FNV, which is the same everywhere.
fn fingerprint(file: &Attachment) -> u32 {
    let name = file.unique.clone().unwrap_or_else(|| format!("{:?}", file.source));
    name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

impl Body {
    /// How much its content weighs against another of the same message. Our own words come before what an echo makes of
    /// them. An app that watches and the app that owns the conversation are told of the same message. And what a later
    /// release makes of a delivery that is replayed says more than the placeholder of an earlier one.
    fn weight(&self) -> (&Author, bool, bool, bool, Reverse<usize>) {
        let content = &self.content;
        let (words, files) = (content.text.is_some(), !content.attachments.is_empty());
        (&self.author, !content.standby, words, files, Reverse(content.not_read.len()))
    }

    /// Whether the platform says two different things of one message. What somebody edited comes as an edit.
    fn contradicts(&self, other: &Self) -> bool {
        self.weight() == other.weight() && self.content.text != other.content.text
    }

    /// Its order among those of the same time.
    pub fn order(&self) -> u64 {
        if self.order == 0 { self.received_at.millis().unsigned_abs() } else { self.order }
    }

    fn merge(&mut self, other: Self) -> bool {
        let before = self.clone();
        self.received_at = self.received_at.min(other.received_at);
        if other.order() < self.order() {
            self.order = other.order();
        }
        (self.at, self.clock) = match (self.clock, other.clock) {
            // Of ours, the platform's time is the later one: we know when we called, it knows when it took it.
            (None, None) if self.direction == Direction::Outgoing => (self.at.max(other.at), None),
            (None, None) => (self.at.min(other.at), None),
            // A time that can be, before one that cannot; and of those, the first receipt.
            (None, Some(_)) => (self.at, None),
            (Some(_), None) => (other.at, None),
            (Some(_), Some(_)) => (self.at, self.clock).min((other.at, other.clock)),
        };
        let stands = match other.weight().cmp(&self.weight()) {
            // Of other words under the same id, those that reached us first.
            Ordering::Equal if before.contradicts(&other) => {
                (other.received_at, &other.content.text) < (before.received_at, &before.content.text)
            }
            order => order == Ordering::Greater,
        };
        if stands {
            self.content = other.content;
        }
        if other.author > self.author {
            self.author = other.author;
        }
        if self.correlation.is_none() {
            self.correlation = other.correlation;
        }
        *self != before
    }
}
