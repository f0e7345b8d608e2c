//! What holds whenever a call begins, and what is left when the world has come to rest.

use tributary_domain::{
    audit::AuditDetail,
    id::RemoteId,
    message::Message,
    moderation::{Moderation, ModerationAction, State, Task},
    post::Comment,
};

use super::{World, people::Wanted, platform::Shown};
use crate::{Broken, laws::law};

impl World {
    /// A call is about to be made.
    pub(super) fn begins(&mut self, id: &RemoteId, action: ModerationAction) -> Result<(), Broken> {
        let wanted = self.wanted(id);
        law("no call without an order", wanted.is_some_and(|wanted| wanted.action == action), || {
            format!("{action} {id}: {:?}", self.orders.get(id))
        })?;
        let alone = !self.wall.is_called(id) && !self.is_about_to_call(id);
        law("one call at a time about a comment", alone, || format!("{action} {id}"))?;
        let wanted = self.orders.get_mut(id).and_then(|all| all.iter_mut().rfind(|wanted| !wanted.dropped));
        if let Some(wanted) = wanted {
            wanted.begun = true;
        }
        Ok(())
    }

    /// What is wanted of a comment: what was wanted last and not stopped.
    fn wanted(&self, id: &RemoteId) -> Option<&Wanted> {
        self.orders.get(id)?.iter().rev().find(|wanted| !wanted.dropped)
    }

    /// The post counts what is left to be done.
    pub(super) fn counted(&self) -> Result<(), Broken> {
        let tasks =
            |comment: &Comment| comment.moderating.iter().flat_map(|one| one.moderation.tasks().to_vec()).collect();
        let all: Vec<Vec<Task>> = self.post.comments.values().map(tasks).collect();
        let count =
            |is: fn(&Task) -> bool| u64::try_from(all.iter().filter(|one| one.iter().any(is)).count()).unwrap_or(0);
        let is_failed = |task: &Task| matches!(task.state(), State::Failed { .. } | State::Unknown { .. });
        let (waiting, failed) = (count(Task::is_open), count(is_failed));
        let kept = self.record().moderated;
        let right = (kept.waiting, kept.failed) == (waiting, failed);
        law("a post counts what is left to be done", right, || format!("{kept:?}: {waiting} wait, {failed} failed"))
    }

    /// At rest nothing is left to be done, each order has its result, and what is said of a comment is so.
    pub(super) fn rest(&self) -> Result<(), Broken> {
        self.counted()?;
        for (id, shown) in &self.wall.comments {
            let message = self.threads.iter().flat_map(|object| object.messages.values()).find(|one| one.remote == *id);
            let comment = self.post.comments.get(id);
            let of_post = comment.and_then(|one| one.moderating.as_ref()).map(|one| &one.moderation);
            let of_thread = message.and_then(|one| one.moderation.as_ref());
            let both = [of_post, of_thread];
            for task in both.into_iter().flatten().flat_map(Moderation::tasks) {
                law("an order comes to an end", !task.is_open(), || format!("{id}: {task:?}"))?;
            }
            self.known(id, *shown, message, comment)?;
            if let Some(wanted) = self.wanted(id) {
                self.ended(id, *shown, wanted, both)?;
            }
        }
        self.shown()
    }

    /// What the platform tells is known: by the post, and by the thread.
    fn known(
        &self,
        id: &RemoteId,
        shown: Shown,
        message: Option<&Message>,
        comment: Option<&Comment>,
    ) -> Result<(), Broken> {
        let of_thread = message.map(|one| Shown { hidden: one.is_hidden(), gone: one.unsent_at.is_some() });
        let of_post = comment.map(|one| Shown { hidden: one.is_hidden(), gone: one.deleted });
        for known in [of_thread, of_post].into_iter().flatten() {
            let same = if shown.gone { known.gone } else { known == shown };
            law("a comment is known as the platform shows it", same || !self.wall.reports, || {
                format!("{id} is {shown:?}: thread {of_thread:?}, post {of_post:?}")
            })?;
        }
        Ok(())
    }

    /// The last order on a comment is done, or people see why not; or somebody else has done otherwise since.
    fn ended(
        &self,
        id: &RemoteId,
        shown: Shown,
        wanted: &Wanted,
        both: [Option<&Moderation>; 2],
    ) -> Result<(), Broken> {
        if shown.gone {
            return Ok(());
        }
        let mut tasks = both.into_iter().flatten().flat_map(Moderation::tasks);
        let task = tasks.find(|task| task.wanted().action() == wanted.action && task.wanted().at() == wanted.at);
        let since = |at| at >= wanted.at;
        let elsewhere = self.admins.get(id).is_some_and(|at| since(*at));
        law("an order has its result", task.is_some() || elsewhere, || format!("{id}: {wanted:?}, {both:?}"))?;
        if task.is_some_and(|task| matches!(task.state(), State::Done { .. })) {
            let so = match wanted.action {
                ModerationAction::Hide => shown.hidden,
                ModerationAction::Unhide => !shown.hidden,
                _ => shown.gone,
            };
            law("what is said to be done is so", so, || format!("{id} is {shown:?}: {wanted:?}"))?;
            let mut messages = self.threads.iter().flat_map(|object| object.messages.values());
            let known = messages.find(|one| one.remote == *id).map(Message::is_hidden);
            let known = known.or_else(|| self.post.comments.get(id).map(Comment::is_hidden));
            law("what is done is known to be so", known == Some(shown.hidden), || format!("{id}: {known:?}"))?;
        }
        Ok(())
    }

    /// Of each order in a thread, its history tells the end, unless another took its place.
    fn shown(&self) -> Result<(), Broken> {
        for object in &self.threads {
            for message in object.messages.values() {
                let tasks = message.moderation.iter().flat_map(Moderation::tasks);
                for task in tasks {
                    let told = object.entries.iter().any(|entry| match (&entry.done, task.state()) {
                        (AuditDetail::Moderated { message: of, .. }, State::Done { .. })
                        | (AuditDetail::ModerationFailed { message: of, .. }, State::Failed { .. })
                        | (AuditDetail::ModerationUnknown { message: of, .. }, State::Unknown { .. }) => {
                            *of == message.id
                        }
                        _ => false,
                    });
                    law("the history tells how an order ended", told, || format!("{}: {task:?}", message.remote))?;
                }
            }
        }
        Ok(())
    }
}
