//! What people and our own workers do to a thread, replies apart.

use super::{
    marks,
    state::{ContactProfile, Status, Targets},
    work::{Effect, Work, teammate},
};
use crate::{
    audit::{Actor, AuditDetail, Because},
    bounds,
    escalation::Plan,
    id::{MediaId, MessageId, TeammateId, ThreadId},
    label::{Correction, LabelSet},
    message::MediaState,
    owner::{Owner, Reason},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Something to do to a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Give it to somebody.
    Reassign {
        /// To whom.
        to: Owner,
        /// Why.
        note: Option<String>,
        /// Who says so.
        by: TeammateId,
    },
    /// It is done.
    Close {
        /// Why.
        note: Option<String>,
        /// Who says so.
        by: TeammateId,
    },
    /// It is not done.
    Reopen {
        /// Why.
        note: Option<String>,
        /// Who says so.
        by: TeammateId,
    },
    /// A note that only the team sees.
    Note {
        /// The words.
        text: String,
        /// Whose.
        by: TeammateId,
    },
    /// Put it aside.
    Snooze {
        /// Until when.
        until: Timestamp,
        /// Who says so.
        by: TeammateId,
    },
    /// Put its labels right.
    Correct {
        /// What is right.
        correction: Correction,
        /// Who says so.
        by: TeammateId,
    },
    /// Change its tags.
    Tag {
        /// To add.
        add: Vec<String>,
        /// To remove.
        remove: Vec<String>,
        /// Who says so.
        by: TeammateId,
    },
    /// Somebody looked at it.
    Read {
        /// The version they saw.
        version: u64,
        /// Who looked.
        by: TeammateId,
    },
    /// They want to look at it again.
    Unread {
        /// Who.
        by: TeammateId,
    },
    /// A machine labelled a turn.
    Labelled {
        /// Which turn.
        turn: u64,
        /// With what.
        set: LabelSet,
        /// How fast each urgency must be answered by the rules as they are.
        targets: Targets,
        /// What the rules come to for this turn.
        #[serde(default)]
        plan: Option<Box<Plan>>,
        /// The owner, where they are away: somebody else is looked for.
        #[serde(default)]
        away: Option<TeammateId>,
    },
    /// The rules chose an owner.
    Routed {
        /// Whom.
        owner: Owner,
        /// Why.
        reasons: Vec<Reason>,
        /// The version of the thread that they knew.
        version: u64,
    },
    /// The contact was looked up.
    ProfileFetched {
        /// What was found, if anything.
        facts: ContactProfile,
    },
    /// What became of the bytes of an attachment.
    Media {
        /// Of which message.
        message: MessageId,
        /// Its place.
        place: u32,
        /// What became of them.
        state: MediaState,
    },
    /// Our copy of an attachment is deleted.
    Dropped {
        /// Which.
        id: MediaId,
    },
    /// Its customer turned out to have another thread already: what was said is told there, and goes on there.
    GoesOnIn {
        /// Which.
        thread: ThreadId,
    },
    /// The same question came by other doors, or may have.
    Links {
        /// Certainly.
        linked: Vec<ThreadId>,
        /// Perhaps.
        suggested: Vec<ThreadId>,
    },
    /// A notice is written down where it cannot be lost.
    Notified {
        /// Which.
        key: String,
    },
}

/// Why something is not done to a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The thread changed since the version that was seen.
    #[error("the thread changed since you opened it")]
    Changed,
    /// Nobody can have seen a version that there has not been.
    #[error("the thread has no such version yet: give the version of the thread that you read")]
    NotYet,
    /// It has as many tags as a thread can have.
    #[error("a thread has at most {} tags: take some away first", bounds::TAGS)]
    TooManyTags,
    /// Its history is as long as it can be.
    #[error(
        "the history of this thread is full, at {} entries: no more notes, tags, labels and snoozing",
        bounds::HISTORY
    )]
    HistoryFull,
}

impl Work {
    /// Does one thing. With an expected version, only if nobody else wrote or acted on it since.
    pub fn command(&mut self, command: Command, expected: Option<u64>) -> Result<(), Refused> {
        if expected.is_some_and(|expected| expected > self.thread.version) {
            return Err(Refused::NotYet);
        }
        if let Some(expected) = expected
            && let Some(by) = command.by()
            && self.thread.others_wrote_since(expected, by)
        {
            return Err(Refused::Changed);
        }
        if command.adds_up() && self.thread.audit.sequence >= bounds::HISTORY {
            return Err(Refused::HistoryFull);
        }
        match command {
            Command::Reassign { to, note, by } => self.reassign(to, note.as_deref(), &by),
            Command::Close { note, by } => self.close(note.as_deref(), &by),
            Command::Reopen { note, by } => self.reopen(note.as_deref(), &by),
            Command::Note { text, by } => self.record(teammate(&by), AuditDetail::Noted { text }),
            Command::Snooze { until, by } => self.snooze(until, &by),
            Command::Correct { correction, by } => self.correct(correction, &by),
            Command::Tag { add, remove, by } => self.tag(&add, &remove, &by)?,
            Command::Read { version, by } => self.read(version, &by),
            Command::Unread { by } => self.unread(&by),
            Command::Labelled { turn, set, targets, plan, away } => {
                self.labelled(turn, set, targets, plan.map(|plan| *plan));
                self.owner_away(away.as_ref());
            }
            Command::Routed { owner, reasons, version } => self.routed(owner, reasons, version),
            Command::ProfileFetched { facts } => self.looked(facts),
            Command::Media { message, place, state } => self.media(&message, place, state),
            Command::Dropped { id } => self.dropped(&id),
            Command::GoesOnIn { thread } => self.goes_on_in(&thread),
            Command::Links { linked, suggested } => self.links(linked, suggested),
            Command::Notified { key } => self.notified(&key),
        }
        Ok(())
    }

    fn reassign(&mut self, to: Owner, note: Option<&str>, by: &TeammateId) {
        if self.thread.owner == to && note.is_none() {
            return;
        }
        let reason = match &self.through {
            Some(program) => format!("The program “{}” chose the owner.", program.name),
            None => "A teammate chose the owner.".to_owned(),
        };
        self.give(to, by, note, None, reason);
    }

    /// Whoever replies first to a thread that is nobody's becomes its owner, where the rules say so.
    pub(super) fn claim(&mut self, by: &TeammateId) {
        let free = match (&self.claim, &self.thread.owner) {
            (Some(_), Owner::Unassigned) => true,
            (Some(claim), Owner::Team { id }) => claim.teams.contains(id),
            (Some(_), Owner::Teammate { .. }) | (None, _) => false,
        };
        if free {
            let to = Owner::Teammate { id: by.clone() };
            self.give(to, by, None, Some(Because::RepliedFirst), "They were the first to reply.".to_owned());
        }
    }

    /// A person's choice of an owner, whatever led to it.
    fn give(&mut self, to: Owner, by: &TeammateId, note: Option<&str>, because: Option<Because>, reason: String) {
        let (from, note) = (self.thread.owner.clone(), note.map(str::to_owned));
        self.record(teammate(by), AuditDetail::Reassigned { from, to: to.clone(), note, because });
        self.thread.team = match &to {
            Owner::Team { id } => Some(id.clone()),
            Owner::Teammate { .. } | Owner::Unassigned => None,
        };
        self.thread.owner = to;
        self.chosen_by(by);
        self.thread.escalation.acted(self.now);
        self.thread.to_route = false;
        self.ask_for_labels();
        self.thread.reasons = vec![Reason { guardrail: "person".to_owned(), text: reason, verdict: None }];
        self.roster_changed();
    }

    fn close(&mut self, note: Option<&str>, by: &TeammateId) {
        if matches!(self.thread.status, Status::Closed { .. }) {
            return;
        }
        let open = self.thread.began_at.map(|began| self.now.since(began).as_millis() / 1000);
        let (note, seen) = (note.map(str::to_owned), self.thread.labels.look());
        self.record(teammate(by), AuditDetail::Closed { note, because: None, open, seen });
        self.thread.status = Status::Closed { at: self.now };
        // What was asked stays, with all that was done about it: whoever takes this back has to answer it.
        self.thread.escalation.dropped();
        self.thread.unseen.clear();
        self.thread.read.clear();
        self.thread.to_route = false;
        self.ask_for_labels();
        self.roster_changed();
    }

    fn reopen(&mut self, note: Option<&str>, by: &TeammateId) {
        if self.thread.status == Status::Open {
            return;
        }
        let (was, note) = (self.thread.status.as_str().to_owned(), note.map(str::to_owned));
        self.record(teammate(by), AuditDetail::Reopened { was, note, because: None, reply: None });
        self.begin_again();
        self.thread.status = Status::Open;
        self.thread.escalation.resumed(self.now);
        if self.thread.owner == Owner::Unassigned {
            self.thread.to_route = true;
            self.ask_for_labels();
        } else {
            self.chosen_by(by);
        }
        self.roster_changed();
    }

    /// A person chose the owner.
    fn chosen_by(&mut self, by: &TeammateId) {
        self.thread.owner_chosen = self.touch();
        self.thread.owner_by = Some(by.clone());
    }

    fn snooze(&mut self, until: Timestamp, by: &TeammateId) {
        if self.thread.status == (Status::Snoozed { until }) {
            return;
        }
        self.record(teammate(by), AuditDetail::Snoozed { until });
        self.thread.status = Status::Snoozed { until };
        self.thread.escalation.paused(self.now);
        self.roster_changed();
    }

    fn routed(&mut self, owner: Owner, reasons: Vec<Reason>, version: u64) {
        // A person has chosen since the rules did: the roster hears of it and chooses again where it has to.
        if self.thread.owner_by.is_some() && version < self.thread.owner_chosen {
            self.ask_for_labels();
            return;
        }
        // What the roster said before it was asked for somebody else is no answer to that.
        if self.thread.escalation.routing.as_ref().is_some_and(|(_, asked)| version < *asked) {
            self.ask_for_labels();
            return;
        }
        let same = self.thread.owner == owner;
        if same && !self.thread.to_route {
            if version >= self.thread.roster_due {
                // The roster went another way and came back: it waits to hear that this is known.
                self.roster_changed();
            }
            return;
        }
        let confirmed = same && self.thread.owner_by.is_some();
        if !confirmed {
            let (from, to) = (self.thread.owner.clone(), owner.clone());
            self.record(Actor::System, AuditDetail::Routed { from, to, reasons: reasons.clone() });
            self.thread.owner = owner;
            self.thread.reasons = marks::reasons(reasons);
            self.thread.owner_by = None;
        }
        self.looked_for_somebody(!same && self.thread.owner.teammate().is_some());
        self.thread.to_route = false;
        self.ask_for_labels();
        self.roster_changed();
    }

    fn looked(&mut self, facts: ContactProfile) {
        if self.thread.profile.at.is_some_and(|known| Some(known) >= facts.at) {
            return;
        }
        let facts = facts.bounded();
        // What is not told any more is still the best that is known.
        let known = self.thread.profile.clone();
        let looked = ContactProfile {
            name: facts.name.or_else(|| known.name.clone()),
            username: facts.username.or_else(|| known.username.clone()),
            facts: if facts.facts.is_empty() { known.facts.clone() } else { facts.facts },
            at: facts.at,
        };
        let version = self.touch();
        if (ContactProfile { at: known.at, ..looked.clone() }) != known {
            self.thread.peer_version = version;
        }
        let named = (looked.name.as_ref(), looked.username.as_ref()) != (known.name.as_ref(), known.username.as_ref());
        self.thread.profile = looked;
        if named && self.thread.needs_answer() {
            // Now that it is known who asks, the same question by another door is theirs.
            self.effect(Effect::Label);
        }
    }

    fn media(&mut self, id: &MessageId, place: u32, state: MediaState) {
        let Some(message) = self.messages.get(id) else { return };
        let mut message = message.clone();
        let known = message.media.get(&place).cloned();
        let taken_back = message.unsent_at.is_some() || known == Some(MediaState::Expired);
        if message.media_is(place, state.clone()) {
            self.keep_message(message);
            if let (Some(MediaState::Stored { id, .. }), MediaState::Expired) = (known, state) {
                self.forget_media(id);
            }
        } else if let (true, MediaState::Stored { id, .. }) = (taken_back, state) {
            // It was taken back, or its time was over, while we were fetching.
            self.forget_media(id);
        }
    }

    fn dropped(&mut self, id: &MediaId) {
        if self.thread.dropping.remove(id) {
            self.touch();
        }
    }

    /// A thread with a reply that is not settled stays open for it.
    fn goes_on_in(&mut self, other: &ThreadId) {
        if *other == self.thread.id || !self.thread.linked.insert(other.clone()) {
            return;
        }
        let because = Some(Because::Person);
        self.record(Actor::System, AuditDetail::Linked { threads: vec![other.clone()], because });
        let unsettled = self.replies.values().any(|reply| reply.holds_the_line() || reply.needs_a_person());
        if !unsettled && !matches!(self.thread.status, Status::Closed { .. }) {
            self.record(Actor::System, AuditDetail::Closed { note: None, because, open: None, seen: None });
            self.thread.status = Status::Closed { at: self.now };
            self.thread.waiting.clear();
            self.thread.unseen.clear();
            self.thread.escalation.dropped();
            self.thread.to_route = false;
            self.roster_changed();
        }
    }

    /// Has the contact looked up, unless somebody was asked just now, or answered not long ago.
    pub(super) fn ask_for_profile(&mut self) {
        let asked_lately = self
            .thread
            .profile_asked_at
            .is_some_and(|asked| self.now.since(asked) < self.timings.thread.profile_retry_after);
        let fresh = self.thread.profile.at.is_some_and(|at| self.now.since(at) < self.timings.thread.profile_ttl);
        if self.thread.opened_at.is_some() && !asked_lately && !fresh {
            self.thread.profile_asked_at = Some(self.now);
            self.touch();
            self.effect(Effect::Profile);
        }
    }
}

impl Command {
    /// The teammate who gives it, when one does.
    pub fn by(&self) -> Option<&TeammateId> {
        match self {
            Self::Reassign { by, .. }
            | Self::Close { by, .. }
            | Self::Reopen { by, .. }
            | Self::Note { by, .. }
            | Self::Snooze { by, .. }
            | Self::Correct { by, .. }
            | Self::Tag { by, .. }
            | Self::Read { by, .. }
            | Self::Unread { by } => Some(by),
            Self::Labelled { .. }
            | Self::Routed { .. }
            | Self::ProfileFetched { .. }
            | Self::Media { .. }
            | Self::Dropped { .. }
            | Self::GoesOnIn { .. }
            | Self::Links { .. }
            | Self::Notified { .. } => None,
        }
    }

    /// Whether people and programs do it as often as they like, and each time is kept. Who has a thread and whether it is
    /// done can always be said.
    const fn adds_up(&self) -> bool {
        matches!(self, Self::Note { .. } | Self::Snooze { .. } | Self::Correct { .. } | Self::Tag { .. })
    }

    /// The message it concerns, to be loaded before.
    pub fn message(&self) -> Option<&MessageId> {
        match self {
            Self::Media { message, .. } => Some(message),
            _ => None,
        }
    }
}
