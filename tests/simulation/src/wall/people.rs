//! What people want done, in a thread or on the post's page, and what other admins do in the platform's own app.

use tributary_domain::{
    id::{MessageId, RemoteId},
    moderation::{ModerationAction, State},
    post::{CommentPlace, leave, moderate, promote, stop},
    thread::machine::ThreadInput,
    time::Timestamp,
};

use super::{World, step::Job};
use crate::{Broken, cast, post::name};

/// Something that a person wanted, and that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) action: ModerationAction,
    pub(super) at: Timestamp,
    /// Of many that were held.
    held: bool,
    /// A call for it was begun.
    pub(super) begun: bool,
    /// They stopped it before it began.
    pub(super) dropped: bool,
}

impl World {
    fn any_action(&mut self) -> ModerationAction {
        match self.dice.below(7) {
            0..=2 => ModerationAction::Hide,
            3..=5 => ModerationAction::Unhide,
            _ => ModerationAction::Delete,
        }
    }

    /// Somebody looks at the post, or at a thread of it.
    pub(super) fn people(&mut self) -> Result<(), Broken> {
        let action = self.any_action();
        let held: Vec<RemoteId> = self.held().collect();
        match self.dice.below(8) {
            0 => self.stops(),
            1 => self.picks(&held),
            2 | 3 if !held.is_empty() => self.wants_of_held(action, held),
            _ => self.wants(action),
        }
    }

    fn held(&self) -> impl Iterator<Item = RemoteId> {
        let held = self.post.comments.values().filter(|one| one.place == CommentPlace::Held);
        held.map(|one| one.id.clone())
    }

    /// Of one comment in its thread.
    fn wants(&mut self, action: ModerationAction) -> Result<(), Broken> {
        let author = self.dice.below(self.threads.len());
        let Some(object) = self.threads.get(author) else { return Ok(()) };
        let known: Vec<_> = object.messages.values().filter(|one| one.body.is_some()).collect();
        let Some(message) = known.get(self.dice.below(known.len())) else { return Ok(()) };
        let (id, remote) = (message.id.clone(), message.remote.clone());
        let Some(order) = cast::ordered(action, id, self.now) else { return Ok(()) };
        let before = object.entries.len();
        if self.is_busy(&remote)? {
            return Ok(());
        }
        self.ask(author, ThreadInput::Moderate { order })?;
        if self.threads.get(author).is_some_and(|object| object.entries.len() > before) {
            self.taken(remote, action, false);
        }
        Ok(())
    }

    /// Of all that are held.
    fn wants_of_held(&mut self, action: ModerationAction, held: Vec<RemoteId>) -> Result<(), Broken> {
        let account = name().account;
        let orders = held.into_iter().filter_map(|id| {
            let order = cast::ordered(action, MessageId::of(&account, &id), self.now)?;
            Some((id, order))
        });
        let orders = orders.collect();
        let (features, timings) = (cast::COMMENTS.features, &cast::timings().moderation);
        let Ok(step) = moderate(&self.post, &self.record(), orders, features, self.now, timings);
        self.commit(&step)?;
        for id in step.comments.into_keys() {
            self.taken(id, action, true);
        }
        if !self.chance(4) {
            self.jobs.push(Job::Held);
        }
        Ok(())
    }

    fn taken(&mut self, id: RemoteId, action: ModerationAction, held: bool) {
        self.note(|| format!("wanted: {action} {id}"));
        let wanted = Wanted { action, at: self.now, held, begun: false, dropped: false };
        self.orders.entry(id).or_default().push(wanted);
    }

    /// What has not begun is wanted no more.
    fn stops(&mut self) -> Result<(), Broken> {
        self.note(|| "stopped".to_owned());
        let ids: Vec<_> = self.post.comments.keys().cloned().collect();
        for id in ids {
            self.dropped(&id);
        }
        let Ok(step) = stop(&self.post, &self.record(), self.now);
        self.commit(&step)
    }

    /// Whether the post still does something to a comment. What waits there gives way.
    fn is_busy(&mut self, id: &RemoteId) -> Result<bool, Broken> {
        self.dropped(id);
        let Ok((step, busy)) = leave(&self.post, &self.record(), id, self.now);
        self.commit(&step)?;
        Ok(busy)
    }

    /// What was wanted of a comment while it was held, and waits, is about to be dropped: all of it, unless a call is on its
    /// way.
    fn dropped(&mut self, id: &RemoteId) {
        let moderating = self.post.comments.get(id).and_then(|comment| comment.moderating.as_ref());
        let Some(task) = moderating.and_then(|one| one.moderation.tasks().iter().find(|task| task.is_open())) else {
            return;
        };
        let waits = matches!(task.state(), State::Wanted { .. });
        for wanted in self.orders.get_mut(id).into_iter().flatten().filter(|one| one.held) {
            wanted.dropped |= waits || !wanted.begun;
        }
    }

    /// A person picks something that is held.
    fn picks(&mut self, held: &[RemoteId]) -> Result<(), Broken> {
        let Some(id) = held.get(self.dice.below(held.len())) else { return Ok(()) };
        self.note(|| format!("picked: {id}"));
        let Ok(step) = promote(&self.post, &self.record(), std::slice::from_ref(id), self.now);
        self.commit(&step)?;
        if !self.chance(3) {
            self.hand_over(step.handovers);
        }
        Ok(())
    }

    /// Another admin hides, shows or deletes something. Where the platform tells nothing, nobody could know of it.
    pub(super) fn admin(&mut self) {
        let action = self.any_action();
        let ids: Vec<_> = self.wall.comments.keys().cloned().collect();
        let Some(id) = ids.get(self.dice.below(ids.len())).filter(|_| self.wall.reports) else { return };
        self.note(|| format!("an admin: {action} {id}"));
        let (_, told) = self.wall.done(id, action, self.now);
        if told.is_some() {
            self.admins.insert(id.clone(), self.now);
        }
        self.tells(told);
    }
}
