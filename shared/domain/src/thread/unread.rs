//! What each teammate has yet to look at. One who looks clears nothing for the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::unanswered::{UnansweredMessage, UnansweredMessages};
use crate::id::{MessageId, TeammateId};

/// Most teammates of whom it is known how far they have read. Of whoever read longest ago it is forgotten first: to them
/// all is unread that has not been answered.
pub const READERS: usize = 100;

/// What is unread, to whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// The customer's messages that have been unread since we last answered, to whoever has not looked.
    pub messages: UnansweredMessages,
    /// How far teammates have read, while anything is unread.
    pub(super) positions: BTreeMap<TeammateId, Position>,
}

/// How far a teammate has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Position {
    /// The version that they saw last.
    version: u64,
    /// They marked it as unread since.
    marked: bool,
}

impl Unread {
    /// How many of the customer's messages a teammate has yet to look at: of those that nobody has answered, what came
    /// since they last read. One at least where they marked it as unread.
    pub fn by(&self, reader: &TeammateId) -> usize {
        match self.positions.get(reader) {
            Some(position) => self.messages.after(position.version).max(position.marked.into()),
            None => self.messages.len(),
        }
    }

    /// The same of everybody for whom it is another number than for those who never looked.
    pub fn by_reader(&self) -> BTreeMap<TeammateId, u32> {
        let count = |reader| u32::try_from(self.by(reader)).unwrap_or(u32::MAX);
        self.positions.keys().map(|reader| (reader.clone(), count(reader))).collect()
    }

    /// Somebody saw the thread as it was at `version`: whether that changes anything.
    pub(super) fn read(&mut self, version: u64, by: &TeammateId) -> bool {
        let known = self.positions.get(by).copied().unwrap_or_default();
        let version = version.max(known.version);
        if !known.marked && self.by(by) == self.messages.after(version) {
            return false;
        }
        if self.messages.is_empty() {
            // Whatever comes from now on is later than this.
            self.positions.remove(by);
        } else {
            self.keep(by, Position { version, marked: false });
        }
        true
    }

    /// Somebody wants to look at it again, as it is at `version`: whether that changes anything.
    pub(super) fn mark(&mut self, version: u64, by: &TeammateId) -> bool {
        let changes = self.by(by) == 0;
        if changes {
            let version = self.positions.get(by).map_or(version, |known| known.version);
            self.keep(by, Position { version, marked: true });
        }
        changes
    }

    pub(super) fn remove(&mut self, id: &MessageId) {
        self.messages.remove(id);
        self.forget_positions();
    }

    /// These were answered.
    pub(super) fn settle(&mut self, settles: impl Fn(&UnansweredMessage) -> bool) {
        self.messages.settle(settles);
        self.forget_positions();
    }

    /// The thread is done with.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// All was answered: positions say nothing any more, but of who marked it.
    fn forget_positions(&mut self) {
        if self.messages.is_empty() {
            self.positions.retain(|_, position| position.marked);
        }
    }

    fn keep(&mut self, by: &TeammateId, position: Position) {
        self.positions.insert(by.clone(), position);
        while self.positions.len() > READERS {
            let others = self.positions.iter().filter(|(reader, _)| *reader != by);
            let Some(first) = others.min_by_key(|(_, position)| position.version).map(|(reader, _)| reader.clone())
            else {
                break;
            };
            self.positions.remove(&first);
        }
    }
}
