//! What is held back of a flood until somebody looks: kept with all that a thread would have to be told.

use super::{Comment, CommentPlace, PostRecord, Step, Storage, take::Taking};
use crate::{
    event::Received,
    id::RemoteId,
    mutant::{self, Mutant},
    time::Timestamp,
};

/// Most held comments of one post that are kept with their words; beyond them they are counted.
pub const HELD_MOST: u64 = 20_000;

/// Somebody has looked at these comments.
pub fn see<S: Storage>(
    storage: &S,
    record: &PostRecord,
    comments: &[RemoteId],
    now: Timestamp,
) -> Result<Step, S::Error> {
    let mut taking = Taking::new(storage, record, now);
    for id in comments {
        if let Some(mut comment) = taking.comment(id)?.filter(|one| one.place == CommentPlace::Held && !one.seen) {
            taking.record.looked_at();
            comment.seen = true;
            taking.write(comment);
        }
    }
    taking.done()
}

impl PostRecord {
    /// One of those that nobody had looked at is none of them any more.
    fn looked_at(&mut self) {
        self.unseen = self.unseen.saturating_sub(1);
        if self.unseen == 0 {
            self.unseen_since = None;
        }
    }
}

impl Comment {
    /// It is held, and its thread could be told of it.
    pub fn can_be_promoted(&self) -> bool {
        self.place == CommentPlace::Held && !self.counted
    }
}

impl<S: Storage> Taking<'_, S> {
    /// Keeps a comment back until somebody looks. What was put away is there again.
    pub(super) fn hold(&mut self, mut comment: Comment, told: &Received) {
        comment.place = CommentPlace::Held;
        comment.counted = self.record.counts.held - self.record.counted.min(self.record.counts.held) >= HELD_MOST;
        if comment.counted {
            comment.text = None;
            comment.waiting.clear();
            comment.seen = true;
            self.record.counted += 1;
        } else {
            comment.waiting.insert(0, told.clone());
            comment.changed = Some(self.next_version());
            self.record.unseen += 1;
            self.record.unseen_since.get_or_insert(self.now);
        }
        self.record.closed = false;
        self.record.counts.held += 1;
        self.record.listed = true;
        self.write(comment);
    }

    /// Something was told of a comment that is held.
    pub(super) fn told_of_held(&mut self, comment: &mut Comment, told: &Received) {
        if comment.counted {
            comment.text = None;
            return;
        }
        if !mutant::on(Mutant::HeldNotKept) {
            comment.keep(told);
        }
        comment.changed = Some(self.next_version());
    }

    /// A held comment is deleted, and its words with it.
    pub(super) fn bury(&mut self, comment: &mut Comment) {
        self.release(comment, CommentPlace::Gone);
        comment.waiting.clear();
        self.record.counts.gone += 1;
    }

    /// A held comment is somewhere else from now on. With the last of them there is nothing left to look at.
    pub(super) fn release(&mut self, comment: &mut Comment, place: CommentPlace) {
        comment.place = place;
        comment.changed = Some(self.next_version());
        if !comment.seen {
            self.record.looked_at();
        }
        self.record.counted = self.record.counted.saturating_sub(u64::from(std::mem::take(&mut comment.counted)));
        self.record.counts.held = self.record.counts.held.saturating_sub(1);
        self.record.closed |= self.record.counts.held == 0;
    }
}
