//! What each teammate has yet to look at. One who looks clears nothing for the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{state::Thread, work::Work};
use crate::id::TeammateId;

/// Most teammates of whom it is known how far they have read. Of whoever read longest ago it is forgotten first: to them
/// all is unread that has not been answered.
pub const READERS: usize = 100;

/// How far a teammate has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Position {
    /// The version that they saw last.
    pub version: u64,
    /// They marked it as unread since.
    #[serde(default)]
    pub marked: bool,
}

impl Thread {
    /// How many of the customer's messages a teammate has yet to look at: of those that nobody has answered, what came
    /// since they last read. One at least where they marked it as unread.
    pub fn unread_for(&self, reader: &TeammateId) -> usize {
        match self.read.get(reader) {
            Some(position) => self.unseen.after(position.version).max(position.marked.into()),
            None => self.unseen.len(),
        }
    }

    /// The same of everybody for whom it is another number than for those who never looked.
    pub fn unread_by_reader(&self) -> BTreeMap<TeammateId, u32> {
        let mut unread = BTreeMap::new();
        for reader in self.read.keys() {
            unread.insert(reader.clone(), u32::try_from(self.unread_for(reader)).unwrap_or(u32::MAX));
        }
        unread
    }
}

impl Work {
    /// Somebody saw the thread as it was at `version`.
    pub(super) fn read(&mut self, version: u64, by: &TeammateId) {
        let known = self.thread.read.get(by).copied().unwrap_or_default();
        let version = version.min(self.thread.version).max(known.version);
        let seen = Position { version, marked: false };
        if !known.marked && self.thread.unread_for(by) == self.thread.unseen.after(version) {
            return;
        }
        self.touch();
        if self.thread.unseen.is_empty() {
            // Whatever comes from now on is later than this.
            self.thread.read.remove(by);
        } else {
            self.keep_position(by, seen);
        }
    }

    /// Somebody wants to look at it again.
    pub(super) fn unread(&mut self, by: &TeammateId) {
        if self.thread.unread_for(by) == 0 {
            let version = self.thread.read.get(by).map_or(self.thread.version, |known| known.version);
            self.touch();
            self.keep_position(by, Position { version, marked: true });
        }
    }

    /// All was answered, or the thread is done with: positions say nothing any more, but of who marked it.
    pub(super) fn forget_positions(&mut self) {
        if self.thread.unseen.is_empty() {
            self.thread.read.retain(|_, position| position.marked);
        }
    }

    fn keep_position(&mut self, by: &TeammateId, position: Position) {
        let read = &mut self.thread.read;
        read.insert(by.clone(), position);
        while read.len() > READERS {
            let others = read.iter().filter(|(reader, _)| *reader != by);
            let Some(first) = others.min_by_key(|(_, position)| position.version).map(|(reader, _)| reader.clone())
            else {
                break;
            };
            read.remove(&first);
        }
    }
}
