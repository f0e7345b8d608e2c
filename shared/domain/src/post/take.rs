//! Which thread a comment belongs to, and what becomes of what is told of it later.

use std::collections::BTreeMap;

use super::{
    Author, Comment, CommentPlace, CommentRules, Merit, Placement, PostRecord, PrivateMark, Step, Storage, flood,
    intent,
};
use crate::{
    event::{Content, Event, Fact, Received, Toward},
    id::{RemoteId, ThreadId},
    mutant::{self, Mutant},
    platform::Surface,
    time::Timestamp,
};

/// Takes events about comments in. Received again, each goes where it went before.
pub fn take<S: Storage>(
    storage: &S,
    record: &PostRecord,
    events: &[(Received, Merit)],
    rules: CommentRules,
    now: Timestamp,
) -> Result<Step, S::Error> {
    let mut taking = Taking::new(storage, record, now);
    for (told, merit) in events {
        let placement = taking.event(told, *merit, rules)?;
        taking.placements.push(placement);
    }
    taking.done()
}

/// Gives the authors of these comments their threads: a person has picked them.
pub fn promote<S: Storage>(
    storage: &S,
    record: &PostRecord,
    comments: &[RemoteId],
    now: Timestamp,
) -> Result<Step, S::Error> {
    let mut taking = Taking::new(storage, record, now);
    for id in comments {
        let Some(comment) = taking.comment(id)?.filter(Comment::can_be_promoted) else { continue };
        if let Some(author) = comment.author {
            taking.open(&author)?;
        }
    }
    taking.done()
}

/// The threads of these comments were told what had these keys, perhaps not for the first time.
pub fn acknowledge<S: Storage>(
    storage: &S,
    record: &PostRecord,
    handed: &[(RemoteId, Vec<String>)],
    now: Timestamp,
) -> Result<Step, S::Error> {
    let mut taking = Taking::new(storage, record, now);
    for (id, told) in handed {
        if let Some(mut comment) = taking.comment(id)?.filter(|comment| comment.thread().is_some()) {
            comment.waiting.retain(|one| !mutant::on(Mutant::HandedAckedUnseen) && !told.contains(&one.event.key));
            taking.write(comment);
        }
    }
    taking.done_quietly()
}

pub(super) struct Taking<'a, S> {
    storage: &'a S,
    before: &'a PostRecord,
    pub(super) record: PostRecord,
    pub(super) now: Timestamp,
    pub(super) comments: BTreeMap<RemoteId, Comment>,
    authors: BTreeMap<String, Author>,
    pub(super) placements: Vec<Placement>,
    /// Comments whose thread is to be told what waits for it.
    pub(super) handed: Vec<RemoteId>,
    pub(super) holder: Option<PrivateMark>,
}

impl<'a, S: Storage> Taking<'a, S> {
    pub(super) fn new(storage: &'a S, record: &'a PostRecord, now: Timestamp) -> Self {
        let (comments, authors) = (BTreeMap::new(), BTreeMap::new());
        let (placements, handed, holder) = (Vec::new(), Vec::new(), None);
        Self { storage, before: record, record: record.clone(), now, comments, authors, placements, handed, holder }
    }

    pub(super) fn comment(&self, id: &RemoteId) -> Result<Option<Comment>, S::Error> {
        match self.comments.get(id) {
            Some(comment) => Ok(Some(comment.clone())),
            None => self.storage.comment(id),
        }
    }

    /// The version that what is done here makes.
    pub(super) const fn next_version(&self) -> u64 {
        self.before.version + 1
    }

    fn author(&self, key: &str) -> Result<Author, S::Error> {
        match self.authors.get(key) {
            Some(author) => Ok(author.clone()),
            None => Ok(self.storage.author(key)?.unwrap_or_default()),
        }
    }

    pub(super) fn write(&mut self, mut comment: Comment) {
        self.count_moderated(&mut comment);
        self.comments.insert(comment.id.clone(), comment);
    }

    fn event(&mut self, told: &Received, merit: Merit, rules: CommentRules) -> Result<Placement, S::Error> {
        if let Some(note) = &told.event.post {
            self.record.note(note);
        }
        let Some(id) = told.event.fact.message().cloned() else { return Ok(Placement::Kept) };
        let known = self.comment(&id)?;
        match &told.event.fact {
            Fact::Message { content, .. } => self.said(told, id, known, content, merit, rules),
            Fact::Echo { content, .. } => self.ours(told, id, known, content),
            _ => self.later(told, id, known),
        }
    }

    /// A customer's comment.
    fn said(
        &mut self,
        told: &Received,
        id: RemoteId,
        known: Option<Comment>,
        content: &Content,
        merit: Merit,
        rules: CommentRules,
    ) -> Result<Placement, S::Error> {
        let early = match known {
            None => None,
            Some(comment) if comment.place == CommentPlace::Early => Some(comment),
            Some(_) if mutant::on(Mutant::CommentTakenAnew) => None,
            Some(comment) => return Ok(self.again(&comment)),
        };
        let Toward::Person(peer) = &told.event.toward else { return Ok(Placement::Kept) };
        let Some(key) = peer.identities.first().cloned() else { return Ok(Placement::Kept) };
        let at = told.event.at.unwrap_or(told.at);
        let parent = content.quote.as_ref().and_then(|quote| quote.id.clone());
        let above = parent.as_ref().map(|parent| self.comment(parent)).transpose()?.flatten();
        let mut comment = Comment {
            top: above.as_ref().map(|above| above.top.clone()).or(parent.clone()).unwrap_or_else(|| id.clone()),
            parent,
            author: Some(key.clone()),
            at,
            ..early.unwrap_or_else(|| Comment::early(id, at))
        };
        comment.deleted |= comment.top != comment.id && self.is_deleted(Some(&comment.top))?;
        self.record.last_at = self.record.last_at.max(Some(at));
        let hour = self.record.this_hour(flood::hour(self.now));
        hour.comments = hour.comments.saturating_add(1);
        if comment.deleted {
            comment.waiting.clear();
            comment.place = CommentPlace::Gone;
            self.record.counts.gone += 1;
            self.write(comment);
            return Ok(Placement::Kept);
        }
        comment.says(content);
        let mut author = self.author(&key)?;
        author.name = peer.name.clone().or(author.name);
        author.username = peer.username.clone().or(author.username);
        super::context::remember(&mut author.branches, &comment.top);
        let answers_us = above.is_some_and(|above| matches!(above.place, CommentPlace::Ours(_)));
        let merit = if answers_us { merit.max(Merit::Pressing) } else { merit };
        comment.known = merit == Merit::Known;
        let opens = author.thread.is_some() || flood::opens(&mut self.record, &mut author, merit, rules, self.now);
        self.authors.insert(key.clone(), author);
        if opens {
            let thread = self.open(&key)?;
            comment.place = CommentPlace::Thread(thread.clone());
            self.record.counts.threads += 1;
            if !comment.waiting.is_empty() {
                self.handed.push(comment.id.clone());
            }
            self.write(comment);
            return Ok(Placement::Thread(thread));
        }
        self.hold(comment, told);
        Ok(Placement::Kept)
    }

    /// A comment that was told of before goes where it went then, with what its thread may not have heard.
    pub(super) fn again(&mut self, comment: &Comment) -> Placement {
        let Some(thread) = comment.thread().cloned() else { return Placement::Kept };
        if !comment.waiting.is_empty() {
            self.handed.push(comment.id.clone());
        }
        match comment.correlation.clone() {
            Some(correlation) => Placement::Ours { thread, correlation },
            None => Placement::Thread(thread),
        }
    }

    /// The thread of an author, who has one from now on: what was held of them belongs to it.
    fn open(&mut self, key: &str) -> Result<ThreadId, S::Error> {
        let mut author = self.author(key)?;
        let name = &self.record.name;
        let thread = ThreadId::of(&name.account, Surface::Comments, key, Some(&name.subject));
        if author.thread.is_none() {
            author.thread = Some(thread.clone());
            self.authors.insert(key.to_owned(), author);
            let mut held = self.storage.held_of(key)?;
            let here = self.comments.values().filter(|comment| comment.author.as_deref() == Some(key));
            held.extend(here.map(|comment| comment.id.clone()));
            held.sort();
            held.dedup();
            for id in held {
                let Some(mut comment) = self.comment(&id)?.filter(Comment::can_be_promoted) else { continue };
                self.release(&mut comment, CommentPlace::Thread(thread.clone()));
                self.record.counts.threads += 1;
                if mutant::on(Mutant::HandoverForgotten) {
                    comment.waiting.clear();
                }
                self.handed.push(id);
                self.write(comment);
            }
        }
        Ok(thread)
    }

    /// A comment of ours: it belongs to the thread of whoever it answers.
    fn ours(
        &mut self,
        told: &Received,
        id: RemoteId,
        known: Option<Comment>,
        content: &Content,
    ) -> Result<Placement, S::Error> {
        let early = match known {
            None => None,
            Some(comment) if comment.place == CommentPlace::Early => Some(comment),
            Some(mut comment) => {
                // The platform's answer came first, which does not say all that was written.
                if comment.is_unsaid() {
                    comment.says(content);
                    self.write(comment.clone());
                }
                return Ok(self.again(&comment));
            }
        };
        let at = told.event.at.unwrap_or(told.at);
        let parent = content.quote.as_ref().and_then(|quote| quote.id.clone());
        let mut comment = early.unwrap_or_else(|| Comment::early(id, at));
        comment.says(content);
        let candidates = self.candidates(parent.as_ref(), content, at)?;
        let thread = match (&told.event.thread, &candidates[..]) {
            (Some(thread), _) => Some(thread.clone()),
            (None, []) => self.answered(parent.as_ref(), content, at)?,
            (None, [only]) => {
                comment.correlation = Some(only.correlation.clone());
                self.over(&only.correlation);
                Some(only.thread.clone())
            }
            (None, _) if self.record.doubtful.len() >= intent::MOST => self.answered(parent.as_ref(), content, at)?,
            (None, _) => {
                comment.keep(told);
                self.record.doubtful.push(comment.id.clone());
                None
            }
        };
        let placement = match (thread.clone(), comment.correlation.clone()) {
            (Some(thread), Some(correlation)) => Placement::Ours { thread, correlation },
            (Some(thread), None) => Placement::Thread(thread),
            (None, _) => Placement::Kept,
        };
        if self.is_deleted(self.top(parent.as_ref())?.as_ref())? {
            let gone = unsent(&comment.id, told);
            comment.told(&gone);
            if thread.is_some() {
                comment.keep(&gone);
            }
        }
        self.wrote(comment, parent, thread, at)?;
        Ok(placement)
    }

    /// We wrote a comment, in this thread.
    pub(super) fn wrote(
        &mut self,
        comment: Comment,
        parent: Option<RemoteId>,
        thread: Option<ThreadId>,
        at: Timestamp,
    ) -> Result<(), S::Error> {
        let top = self.top(parent.as_ref())?;
        let hands = thread.is_some() && !comment.waiting.is_empty();
        let comment = Comment {
            top: top.unwrap_or_else(|| comment.id.clone()),
            parent,
            at,
            place: CommentPlace::Ours(thread),
            ..comment
        };
        self.record.counts.ours += 1;
        if hands {
            self.handed.push(comment.id.clone());
        }
        self.write(comment);
        Ok(())
    }

    /// Whether a comment is known to be deleted: what comes below it later went with it.
    fn is_deleted(&self, id: Option<&RemoteId>) -> Result<bool, S::Error> {
        let comment = id.map(|id| self.comment(id)).transpose()?.flatten();
        Ok(comment.is_some_and(|comment| comment.deleted))
    }

    /// Whose thread a comment of ours answers. Platforms put an answer to an answer below the comment at the top: a name
    /// at its beginning tells whom it is for, else it is for whoever wrote above it last.
    pub(super) fn answered(
        &self,
        parent: Option<&RemoteId>,
        content: &Content,
        at: Timestamp,
    ) -> Result<Option<ThreadId>, S::Error> {
        let Some(above) = parent.map(|parent| self.comment(parent)).transpose()?.flatten() else { return Ok(None) };
        let branch = self.branch(&above.top)?;
        if let Some(text) = &content.text {
            for key in branch.iter().filter_map(|comment| comment.author.as_ref()) {
                let author = self.author(key)?;
                if author.is_addressed(text) {
                    return Ok(author.thread);
                }
            }
        }
        if above.author.is_some() {
            return Ok(above.thread().cloned());
        }
        let before = branch.iter().filter(|comment| comment.author.is_some() && comment.at <= at);
        Ok(before.max_by_key(|comment| comment.at).and_then(Comment::thread).cloned())
    }

    fn branch(&self, top: &RemoteId) -> Result<Vec<Comment>, S::Error> {
        let mut ids = self.storage.branch(top)?;
        ids.extend(self.comments.values().filter(|comment| comment.top == *top).map(|comment| comment.id.clone()));
        ids.sort();
        ids.dedup();
        ids.iter().filter_map(|id| self.comment(id).transpose()).collect()
    }

    /// The same of what we did ourselves: its thread is told besides, where it has one by now.
    pub(super) fn told_later(&mut self, told: &Received, id: RemoteId) -> Result<(), S::Error> {
        let known = self.comment(&id)?;
        if let Placement::Thread(_) = self.later(told, id.clone(), known)?
            && let Some(mut comment) = self.comment(&id)?
        {
            comment.keep(told);
            self.write(comment);
            self.handed.push(id);
        }
        Ok(())
    }

    /// An edit, a hide, a deletion: it goes where its comment is.
    fn later(&mut self, told: &Received, id: RemoteId, known: Option<Comment>) -> Result<Placement, S::Error> {
        let deletes = matches!(told.event.fact, Fact::Unsent { .. });
        if known.is_none() && deletes && id == self.record.name.subject.id {
            self.record.deleted = true;
            return Ok(Placement::Kept);
        }
        let at = told.event.at.unwrap_or(told.at);
        let mut comment = known.unwrap_or_else(|| Comment::early(id, at));
        comment.told(told);
        let doubtful = comment.place == CommentPlace::Ours(None) && !comment.waiting.is_empty();
        if comment.place == CommentPlace::Held {
            if deletes {
                self.bury(&mut comment);
            } else {
                self.told_of_held(&mut comment, told);
            }
        } else if (comment.place == CommentPlace::Early && !mutant::on(Mutant::EarlyForgotten)) || doubtful {
            comment.keep(told);
        }
        let thread = comment.thread().cloned();
        let top = (comment.top == comment.id).then(|| comment.id.clone());
        self.write(comment);
        if let Some(top) = top.filter(|_| deletes && !mutant::on(Mutant::BranchNotCut)) {
            self.cut(&top, told)?;
        }
        Ok(thread.map_or(Placement::Kept, Placement::Thread))
    }

    /// With a comment go all that stand below it, of which the platform says nothing.
    fn cut(&mut self, top: &RemoteId, told: &Received) -> Result<(), S::Error> {
        for mut comment in self.branch(top)?.into_iter().filter(|comment| comment.id != *top && !comment.deleted) {
            let below = unsent(&comment.id, told);
            comment.told(&below);
            match comment.place {
                CommentPlace::Held => self.bury(&mut comment),
                CommentPlace::Thread(_) | CommentPlace::Ours(Some(_)) => {
                    comment.keep(&below);
                    self.handed.push(comment.id.clone());
                }
                CommentPlace::Ours(None) if !comment.waiting.is_empty() => comment.keep(&below),
                CommentPlace::Ours(None) | CommentPlace::Gone | CommentPlace::Early => {}
            }
            self.write(comment);
        }
        Ok(())
    }

    pub(super) fn done(mut self) -> Result<Step, S::Error> {
        let mut handovers = Vec::new();
        let mut handed = std::mem::take(&mut self.handed);
        handed.sort();
        handed.dedup();
        for id in handed {
            handovers.extend(self.comment(&id)?.and_then(Comment::into_handover));
        }
        if self.record != *self.before || !self.comments.is_empty() {
            self.record.version = self.next_version();
        }
        let ends = self.before.moderated.waiting > 0 && self.record.moderated.waiting == 0;
        let moderated = ends.then_some(self.record.moderated.ended);
        let Self { record, comments, authors, placements, holder, .. } = self;
        Ok(Step { record, comments, authors, placements, handovers, holder, moderated })
    }

    /// The same of what nobody else has to learn of: no list and no page shows it, so that the version stays and nothing is
    /// published.
    pub(super) fn done_quietly(self) -> Result<Step, S::Error> {
        let version = self.before.version;
        let step = self.done()?;
        Ok(Step { record: PostRecord { version, ..step.record }, ..step })
    }
}

/// That a comment went with the one above it, of which `told` tells.
fn unsent(id: &RemoteId, told: &Received) -> Received {
    let (toward, fact) = (Toward::Comment(id.clone()), Fact::Unsent { id: id.clone() });
    let event = Event { key: format!("unsent:{id}"), toward, fact, ..told.event.clone() };
    Received { event, at: told.at }
}
