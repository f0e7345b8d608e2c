//! What the customer wrote and nobody has answered, or looked at, yet.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{id::MessageId, time::Timestamp};

/// The latest are known one by one: as many as are read to find the words of one turn.
const ONE_BY_ONE: usize = 50;

/// A message that waits, or that nobody has looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnansweredMessage {
    /// The platform's time.
    pub at: Timestamp,
    /// The version it came with.
    pub version: u64,
}

/// Messages of the customer. However many there are, they take little room: a thread is written with each message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UnansweredMessages {
    latest: BTreeMap<MessageId, UnansweredMessage>,
    before: Option<OlderUnanswered>,
}

/// Those before the latest, which are known together. Which they are is not known: they are done with when all are, and
/// until then the oldest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct OlderUnanswered {
    count: u32,
    oldest: UnansweredMessage,
    /// The latest time and the latest version among them.
    newest: UnansweredMessage,
}

impl UnansweredMessages {
    /// One more.
    pub fn insert(&mut self, id: MessageId, waiting: UnansweredMessage) {
        self.latest.insert(id, waiting);
        if self.latest.len() <= ONE_BY_ONE {
            return;
        }
        let earliest = self.latest.iter().min_by_key(|(id, one)| (one.at, *id)).map(|(id, one)| (id.clone(), *one));
        let Some((id, earliest)) = earliest else { return };
        self.latest.remove(&id);
        self.before = Some(OlderUnanswered::with(self.before, earliest));
    }

    /// It is none of them any more, as far as it is known by itself.
    pub fn remove(&mut self, id: &MessageId) {
        self.latest.remove(id);
    }

    /// Those that `done` says it of are none of them any more. What it says of a message, it must say of every one with
    /// an earlier time and an earlier version as well.
    pub fn settle(&mut self, done: impl Fn(&UnansweredMessage) -> bool) {
        self.latest.retain(|_, one| !done(one));
        self.before = self.before.filter(|before| !done(&before.newest));
    }

    /// None is left.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.latest.is_empty() && self.before.is_none()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.latest.len() + self.before.map_or(0, |before| before.count as usize)
    }

    /// How many came after a version. Of those that are known together, all did if any did.
    pub fn after(&self, version: u64) -> usize {
        let before = self.before.filter(|before| before.newest.version > version);
        self.latest.values().filter(|one| one.version > version).count()
            + before.map_or(0, |before| before.count as usize)
    }

    /// The oldest of them.
    pub fn oldest(&self) -> Option<UnansweredMessage> {
        let before = self.before.map(|before| before.oldest);
        self.latest.values().copied().chain(before).min_by_key(|one| one.at)
    }

    /// The newest of those that are known one by one.
    pub fn newest(&self) -> Option<&MessageId> {
        self.latest.iter().max_by_key(|(_, one)| (one.at, one.version)).map(|(id, _)| id)
    }

    /// Those that are known one by one.
    pub fn latest(&self) -> &BTreeMap<MessageId, UnansweredMessage> {
        &self.latest
    }
}

impl OlderUnanswered {
    fn with(before: Option<Self>, one: UnansweredMessage) -> Self {
        let Some(Self { count, oldest, newest }) = before else { return Self { count: 1, oldest: one, newest: one } };
        Self {
            count: count.saturating_add(1),
            oldest: if one.at < oldest.at { one } else { oldest },
            newest: UnansweredMessage { at: newest.at.max(one.at), version: newest.version.max(one.version) },
        }
    }
}

impl Extend<(MessageId, UnansweredMessage)> for UnansweredMessages {
    fn extend<I: IntoIterator<Item = (MessageId, UnansweredMessage)>>(&mut self, messages: I) {
        for (id, waiting) in messages {
            self.insert(id, waiting);
        }
    }
}

/// Milliseconds and version, without names.
impl Serialize for UnansweredMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.at.millis(), self.version).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for UnansweredMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (millis, version) = Deserialize::deserialize(deserializer)?;
        Ok(Self { at: Timestamp::from_millis(millis), version })
    }
}
