//! What a thread keeps of its messages, which are stored beside it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::preview::{in_short, preview};
use crate::{
    bounds,
    event::Stage,
    id::{InvalidId, MediaId, MessageId, TeammateId},
    message::{Author, Direction, Message, Place},
    mutant::{self, Mutant},
    reply::Reply,
    time::Timestamp,
};

/// What was written, by whom and how far it got, as far as that is known without the messages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transcript {
    pub last: Option<Last>,
    /// The customer's last sign of life that opens the platform's window.
    pub window_opened_at: Option<Timestamp>,
    /// The topic of the customer's latest message, and when that was, in chats that have topics.
    topic: Option<(Timestamp, Option<String>)>,
    /// Receipts up to a time: all of ours sent until then have reached the stage.
    pub reached: BTreeMap<Stage, Timestamp>,
    /// In which version each writer last wrote.
    pub(super) wrote: BTreeMap<Writer, u64>,
    /// Copies of attachments that were taken back, and that nobody has said to be gone.
    pub dropping: BTreeSet<MediaId>,
}

/// The last message, by [`Place`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Last {
    pub id: MessageId,
    pub at: Timestamp,
    /// Its place among those of the same time.
    pub order: u64,
    /// Which way it went.
    pub direction: Direction,
    pub author: Author,
    pub preview: String,
}

/// Somebody who writes into a thread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Writer {
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
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "customer" => Ok(Self::Customer),
            "elsewhere" => Ok(Self::Elsewhere),
            id => TeammateId::parse(id).map(Self::Teammate),
        }
    }
}

impl Transcript {
    /// The topic of the customer's latest message.
    pub fn topic(&self) -> Option<&String> {
        self.topic.as_ref().and_then(|(_, topic)| topic.as_ref())
    }

    /// In which version a teammate last wrote here.
    pub fn written_by(&self, teammate: &TeammateId) -> u64 {
        self.wrote.get(&Writer::Teammate(teammate.clone())).copied().unwrap_or_default()
    }

    /// Whether somebody other than `reader` wrote since `version`.
    pub fn others_wrote_since(&self, version: u64, reader: &TeammateId) -> bool {
        let reader = Writer::Teammate(reader.clone());
        self.wrote.iter().any(|(writer, wrote)| *writer != reader && *wrote > version)
    }

    pub(super) fn wrote(&mut self, writer: Writer, version: u64) {
        self.wrote.insert(writer, version);
        self.shed_writers();
    }

    /// The customer gave a sign of life: whether none later is known.
    pub(super) fn open_window(&mut self, at: Timestamp) -> bool {
        let later = self.window_opened_at.is_none_or(|known| known < at);
        if later {
            self.window_opened_at = Some(at);
        }
        later
    }

    /// The customer wrote under a topic, or under none in a chat that has topics.
    pub(super) fn under(&mut self, topic: Option<&String>, at: Timestamp) {
        let several = topic.is_some() || self.topic.is_some();
        self.topic = self.topic.take().max(several.then(|| (at, topic.cloned())));
    }

    /// All of ours sent until then have reached a stage: whether that is news.
    pub(super) fn reached(&mut self, stage: Stage, at: Timestamp) -> bool {
        let farther = self.reached.get(&stage).is_none_or(|known| *known < at) || mutant::on(Mutant::WatermarkBack);
        if farther {
            self.reached.insert(stage, at);
        }
        farther
    }

    /// A message is new, or another than before.
    pub(super) fn show(&mut self, message: &Message) {
        let Some(body) = &message.body else { return };
        let place = |last: &Last| Some(Place { at: last.at, order: last.order, id: last.id.clone() });
        if self.last.as_ref().is_none_or(|last| last.id == message.id || place(last) <= message.place()) {
            self.last = Some(Last {
                id: message.id.clone(),
                at: body.at,
                order: body.order(),
                direction: body.direction,
                author: body.author.clone(),
                preview: preview(message),
            });
        }
    }

    /// A reply is on its way where nothing was said yet: it is what there is to show, until it is a message, or another is.
    pub(super) fn begins_with(&mut self, id: MessageId, reply: &Reply) {
        if self.last.is_none() {
            self.last = Some(Last {
                id,
                at: reply.authored.at(),
                order: 0,
                direction: Direction::Outgoing,
                author: Author::Teammate { id: reply.authored.teammate().clone() },
                preview: in_short(&reply.draft.text),
            });
        }
    }

    /// Remembers a copy until it is gone. What is beyond is asked for once: the copy goes when its time is over.
    pub(super) fn dropping(&mut self, id: MediaId) {
        if self.dropping.len() < bounds::DROPPING {
            self.dropping.insert(id);
        }
    }

    pub(super) fn shed(&mut self) {
        while self.dropping.len() > bounds::DROPPING {
            self.dropping.pop_last();
        }
        self.shed_writers();
    }

    /// Of many writers, those who wrote first are known as one: whoever has not seen the last of them has missed something.
    fn shed_writers(&mut self) {
        let surplus = self.wrote.len().saturating_sub(bounds::WRITERS);
        if surplus == 0 {
            return;
        }
        let colleagues = self.wrote.iter().filter(|(writer, _)| matches!(writer, Writer::Teammate(_)));
        let mut colleagues: Vec<_> = colleagues.map(|(writer, version)| (*version, writer.clone())).collect();
        colleagues.sort();
        for (version, writer) in colleagues.into_iter().take(surplus.saturating_add(1)) {
            self.wrote.remove(&writer);
            let elsewhere = self.wrote.entry(Writer::Elsewhere).or_default();
            *elsewhere = version.max(*elsewhere);
        }
    }
}
