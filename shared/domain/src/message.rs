//! One message, as the sum of everything known about it.
//!
//! Facts arrive late, twice and in any order: an edit before its message, a receipt before both. A message
//! therefore is a record that facts are merged into, and merging is commutative and idempotent: the same
//! facts give the same record in whatever order and however often they come.

use std::cmp::Ordering;

use crate::sorted::Map;

use crate::json::Read;
use serde::Serialize;

use crate::{
    capability::PlatformError,
    event::{Content, Correlation, Side, Stage},
    id::{MediaId, MessageId, RemoteId, TeammateId},
    time::Timestamp,
};

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Read)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the customer.
    Incoming,
    /// From us.
    Outgoing,
}

/// Who wrote a message. In the order of what is worth more to know: the greater wins a merge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub enum Author {
    /// The contact.
    Customer,
    /// Another app, or nobody knows which.
    OtherApp,
    /// Somebody of ours in the platform's own app.
    NativeApp,
    /// A teammate, here.
    Teammate {
        /// Who.
        id: TeammateId,
    },
}

/// What is known of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Our id, derived from the platform's.
    pub id: MessageId,
    /// The platform's id.
    pub remote: RemoteId,
    /// The message itself; none while only later facts about it are known.
    pub body: Option<Body>,
    /// The latest edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
    /// When its sender took it back. Its content is then dropped and never stored again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsent_at: Option<Timestamp>,
    /// The latest reaction of each side.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub reactions: Map<Side, Reaction>,
    /// How far it has come by receipts of its own (receipts up to a time are kept by the thread).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The platform's report that it did not arrive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undelivered: Option<PlatformError>,
    /// What became of the bytes of its attachments, by their place.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub media: Map<u32, MediaState>,
    /// The platform sent other words under its id, which were no edit. Those that reached us first stand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub contradicted: bool,
}

/// The message itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// Which way.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// The platform's time.
    pub at: Timestamp,
    /// When it first reached us.
    pub received_at: Timestamp,
    /// What it says and carries.
    pub content: Content,
    /// The part of a reply of ours that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<Correlation>,
}

/// Where a message stands among those of its thread: by the platform's time, then by when it reached us, since some
/// platforms count in seconds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The platform's time.
    pub at: Timestamp,
    /// When it first reached us.
    pub received_at: Timestamp,
    /// Which.
    pub id: MessageId,
}

/// A change of the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// The greater wins.
    pub revision: u64,
    /// The new text.
    pub text: Option<String>,
}

/// A reaction, or its being taken back. The later wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    /// The platform's time.
    pub at: Timestamp,
    /// When it reached us.
    pub received_at: Timestamp,
    /// None: taken back.
    pub emoji: Option<String>,
}

/// What became of an attachment's bytes. The greater wins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub enum MediaState {
    /// To be fetched.
    Pending,
    /// Could not be fetched.
    Failed,
    /// We keep a copy.
    Stored {
        /// Where.
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
    /// A message of which nothing but the name is known.
    pub fn new(id: MessageId, remote: RemoteId) -> Self {
        Self {
            id,
            remote,
            body: None,
            edit: None,
            unsent_at: None,
            reactions: Map::new(),
            stage: None,
            undelivered: None,
            media: Map::new(),
            contradicted: false,
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
        if self.unsent_at.is_some() || self.edit.as_ref().is_some_and(|known| *known >= edit) {
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

    /// Learns how far it came. Returns whether that is farther than known.
    pub fn reached(&mut self, stage: Stage) -> bool {
        if self.stage.is_some_and(|known| known >= stage) {
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
        let Body { at, received_at, .. } = *self.body.as_ref()?;
        Some(Place { at, received_at, id: self.id.clone() })
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

impl Body {
    /// How much its content weighs against another of the same message. Our own words come before what an echo makes of
    /// them. An app that watches and the app that owns the conversation are told of the same message. And what a later
    /// release makes of a delivery that is replayed says more than the placeholder of an earlier one.
    fn weight(&self) -> (&Author, bool, bool, bool) {
        let content = &self.content;
        (&self.author, !content.standby, content.text.is_some(), !content.attachments.is_empty())
    }

    /// Whether the platform says two different things of one message. What somebody edited comes as an edit.
    fn contradicts(&self, other: &Self) -> bool {
        self.weight() == other.weight() && self.content.text != other.content.text
    }

    fn merge(&mut self, other: Self) -> bool {
        let before = self.clone();
        self.received_at = self.received_at.min(other.received_at);
        // Of ours, the platform's time is the later one: we know when we called, it knows when it took it.
        self.at = match self.direction {
            Direction::Incoming => self.at.min(other.at),
            Direction::Outgoing => self.at.max(other.at),
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
