//! The methods of a thread: load, decide, commit.

use std::{borrow::Cow, rc::Rc};

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use tributary_connectors::registry;
use tributary_domain::{
    capability::{Capabilities, MediaPolicy, Window, WindowPolicy},
    id::{MessageId, ReplyId, ThreadId},
    message::{Direction, Place},
    platform::{Channel, Platform, Surface},
    reply::{PartState, Reply},
    routing::{Answered, replay::last_asked},
    rules::Rules,
    template::Begun,
    thread::{self, Effect, Kept, ReplyRefused, Thread, Work, Writer},
    time::Timestamp,
};
use tributary_wire::{
    api::reply::ReplyItem,
    objects::{
        AttachmentAnswer, AuditPage, CallItem, Carried, EffectItem, LastAskedAnswer, MessagePage, News, Projection,
        Received, Refusal, ReplyAnswer, ThreadAnswer, ThreadCall, TurnAnswer,
    },
    queue::Job,
    view,
};

use super::{Answer, ThreadObject, store};
use crate::{clock, fault::Fault, media};

/// Most messages that are read to find the words of one turn.
const TURN_MESSAGES: u32 = 50;
/// Most messages that are shown of what changed since a version.
const SINCE_MESSAGES: u32 = 20;
/// Most messages that are told again to another thread of the same person. That one began before this.
const RETOLD_MESSAGES: u32 = 300;

type Done<T> = Result<T, Fault>;

impl ThreadObject {
    pub(super) fn answer(&self, call: ThreadCall) -> Done<Answer> {
        let now = clock::now();
        match call {
            ThreadCall::Ingest { account, platform, surface, counterpart, subject, events, media, known } => {
                let channel = Channel { platform, surface };
                if known && self.kept()?.is_none() {
                    let id = ThreadId::of(&account, surface, &counterpart, subject.as_ref());
                    return Answer::of(&News::missing(id));
                }
                let new = Thread::new(account, platform, surface, counterpart).about(subject);
                Answer::of(&self.ingest(new, channel, (&events, media), now)?)
            }
            ThreadCall::Messages { before, limit } => Answer::of(&self.messages(before, limit)?),
            ThreadCall::Audit { before, limit } => {
                let mut entries = self.store.entries_before(before, limit.saturating_add(1))?;
                let more = entries.len() > limit as usize;
                entries.truncate(limit as usize);
                Answer::of(&AuditPage { items: entries.iter().map(view::audit_item).collect(), more })
            }
            ThreadCall::Retell => Answer::of(&self.retell()?),
            ThreadCall::Turn => Answer::of(&self.turn()?),
            ThreadCall::LastAsked => Answer::of(&self.last_asked()?),
            ThreadCall::ReplyState { id } => Answer::of(&self.reply_state(&id)?),
            ThreadCall::Attachment { message, place } => Answer::of(&self.attachment(&message, place)?),
            ThreadCall::Remote { message } => {
                Answer::of(&self.store.message(&message)?.filter(|one| one.body.is_some()).map(|one| one.remote))
            }
            ThreadCall::Read => match self.work(now)? {
                Some(work) => Answer::of(&Some(self.finish(work, None, None)?)),
                None => Answer::of(&None::<ThreadAnswer>),
            },
            other => self.change(other, now),
        }
    }

    /// Methods that change a thread that exists.
    fn change(&self, call: ThreadCall, now: Timestamp) -> Done<Answer> {
        let Some(mut work) = self.work(now)? else { return Answer::of(&None::<ThreadAnswer>) };
        let (refused, reply) = match call {
            ThreadCall::Command { command, expected, through } => {
                work.through = through;
                if let Some(id) = command.message() {
                    self.load_message(&mut work, id)?;
                }
                let refused = work.command(command, expected).err().map(|refused| Refusal {
                    code: undone(refused).to_owned(),
                    detail: refused.to_string(),
                    since: Vec::new(),
                });
                (refused.map(|refusal| (refusal, expected)), None)
            }
            ThreadCall::Reply { id, authored, draft, template, changed, parts, expected_version, claim } => {
                work.claim = claim;
                work.semantics = capabilities(work.thread.platform, work.thread.surface)?.semantics;
                let template = template.map(|name| Begun { name, changed });
                self.load_reply(&mut work, &id)?;
                if let Some(quote) = &draft.quote {
                    let quoted = MessageId::of(&work.thread.account, quote);
                    self.load_message(&mut work, &quoted)?;
                }
                let refused = work.reply(id.clone(), authored, draft, template, parts, expected_version).err();
                (refused.map(|refused| (refusal(&refused), Some(expected_version))), Some(id))
            }
            ThreadCall::Resolve { id, verdict, attempts, authored } => {
                self.load_reply(&mut work, &id)?;
                let refused = work.resolve(&id, &verdict, attempts, &authored).err();
                (refused.map(|refused| (refusal(&refused), None)), Some(id))
            }
            ThreadCall::Begin => {
                work.begin_next();
                (None, None)
            }
            ThreadCall::Called { call } => {
                self.load_reply(&mut work, &call.reply)?;
                // An echo may have come before the answer: what it told must not be lost.
                for id in call.messages(&work.thread.account) {
                    self.load_message(&mut work, &id)?;
                }
                work.called(&call);
                (None, Some(call.reply))
            }
            _ => (None, None),
        };
        let refused = match refused {
            Some((mut refusal, Some(seen))) if refusal.code == "thread_changed" => {
                refusal.since = self.written_since(&work.thread, seen)?;
                Some(refusal)
            }
            Some((refusal, _)) => Some(refusal),
            None => None,
        };
        Answer::of(&Some(self.finish(work, refused, reply)?))
    }

    /// Nothing is answered where nothing is different: there is nothing to carry.
    pub(super) fn replanned(&self, rules: &Rules) -> Done<Answer> {
        let Some(mut work) = self.work(clock::now())? else { return Answer::of(&None::<News>) };
        let window = capabilities(work.thread.platform, work.thread.surface)?.window;
        let words = self.asked(&work.thread)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        work.replan(rules, &words, window);
        if !work.changed() {
            return Answer::of(&None::<News>);
        }
        Answer::of(&Some(self.commit(&work)?))
    }

    /// What the index lacks, where it lost what it is known to hold. It is all of the thread: how much was lost cannot
    /// be told. The version is a new one, so that nobody takes what was carried before for this.
    pub(super) fn visited(&self, indexed: u64, now: Timestamp) -> Done<Option<News>> {
        let Some(kept) = self.kept()?.filter(|kept| indexed < kept.thread.projected) else { return Ok(None) };
        let Some(mut work) = self.work(now)? else { return Ok(None) };
        work.project_anew();
        let mut kept = Rc::unwrap_or_clone(kept);
        kept.project_all();
        self.keep(kept);
        self.commit(&work).map(Some)
    }

    fn ingest(
        &self,
        new: Thread,
        channel: Channel,
        (events, media): (&[Received], Option<MediaPolicy>),
        now: Timestamp,
    ) -> Done<News> {
        let account = new.account.clone();
        let mut work = if let Some(work) = self.work(now)? {
            work
        } else {
            self.keep(Kept::new(new.clone()));
            Work::new(new, now, self.edge.config.timings)
        };
        let mut capabilities = capabilities(channel.platform, channel.surface)?.clone();
        capabilities.media_policy = media.unwrap_or(capabilities.media_policy);
        for Received { event, at } in events {
            let (message, reply) = thread::wanted(&account, event);
            if let Some(id) = message {
                self.load_message(&mut work, &id)?;
                // A report without our reference speaks of the reply that the message is of.
                let body = work.messages.get(&id).and_then(|message| message.body.as_ref());
                if let Some(id) = body.and_then(|body| Some(body.correlation.as_ref()?.reply.clone())) {
                    self.load_reply(&mut work, &id)?;
                }
            }
            if let Some(id) = reply {
                self.load_reply(&mut work, &id)?;
            }
            work.ingest(event, &capabilities, *at);
        }
        self.commit(&work)
    }

    /// What the caller remembers to have carried need not be carried again. It is kept with the next commit.
    pub(super) fn remembered(&self, carried: Carried) -> Done<()> {
        let news =
            |kept: &Rc<Kept>| carried.projected > kept.thread.projected || carried.rostered > kept.thread.rostered;
        let Some(kept) = self.kept()?.filter(news) else { return Ok(()) };
        let mut kept = Rc::unwrap_or_clone(kept);
        let whole = kept.told_by_version();
        let thread = &mut kept.thread;
        if whole && carried.projected > thread.projected && carried.projected <= thread.version {
            thread.projected = carried.projected;
            if carried.projected == thread.version {
                thread.audit_projected = thread.audit.sequence;
            }
            kept.unprojected.retain(|_, version| *version > carried.projected);
        }
        kept.thread.rostered = kept.thread.rostered.max(carried.rostered);
        self.keep(kept);
        Ok(())
    }

    /// The index and the roster are known to hold these versions.
    pub(super) fn carried(&self, projected: u64, rostered: u64) -> Done<()> {
        let Some(before) = self.kept()? else { return Ok(()) };
        let mut kept = Kept::clone(&before);
        if projected == kept.thread.version && projected > kept.thread.projected {
            kept.carried();
            kept.name_next(|after, most| self.store.ids_after(after, most))?;
        }
        kept.thread.rostered = kept.thread.rostered.max(rostered);
        self.plan_alarm(&mut kept, &self.store.unsettled()?, clock::now());
        if kept != *before {
            self.store.commit_kept(&mut kept)?;
            self.keep(kept);
        }
        Ok(())
    }

    pub(super) fn work(&self, now: Timestamp) -> Done<Option<Work>> {
        let Some(kept) = self.kept()? else { return Ok(None) };
        let mut work = Work::new(kept.thread.clone(), now, self.edge.config.timings);
        for reply in self.store.unsettled()? {
            work.replies.insert(reply.id.clone(), reply);
        }
        Ok(Some(work))
    }

    pub(super) fn load_message(&self, work: &mut Work, id: &MessageId) -> Done<()> {
        if !work.messages.contains_key(id)
            && let Some(message) = self.store.message(id)?
        {
            work.messages.insert(id.clone(), message);
        }
        Ok(())
    }

    fn load_reply(&self, work: &mut Work, id: &ReplyId) -> Done<()> {
        if !work.replies.contains_key(id)
            && let Some(reply) = self.store.reply(id)?
        {
            work.replies.insert(id.clone(), reply);
        }
        Ok(())
    }

    /// Commits, and says what has become of the thread.
    fn finish(&self, work: Work, refused: Option<Refusal>, reply: Option<ReplyId>) -> Done<ThreadAnswer> {
        let news = self.commit(&work)?;
        let trouble = trouble(&work);
        let reply = match reply {
            Some(id) => work.replies.get(&id).map(|reply| self.reply_item(&work.thread, reply)).transpose()?.flatten(),
            None => None,
        };
        Ok(ThreadAnswer { thread: work.thread, news, refused, reply, trouble })
    }

    /// Commits, and says what the rest of the system has to learn.
    pub(super) fn commit(&self, work: &Work) -> Done<News> {
        let before = self.kept()?.unwrap_or_else(|| Rc::new(Kept::new(work.thread.clone())));
        let kept = if work.changed() {
            let mut kept = before.with(work.thread.clone());
            for id in &work.changed_messages {
                kept.changed(id, work.messages.get(id).is_some_and(store::fetching));
            }
            kept.name_next(|after, most| self.store.ids_after(after, most))?;
            self.plan_alarm(&mut kept, work.replies.values(), clock::now());
            self.store.commit(&mut kept, work)?;
            self.keep(kept)
        } else {
            self.store.note(work)?;
            before
        };
        Ok(News {
            thread: work.thread.id.clone(),
            version: work.thread.version,
            projection: self.projection(&kept, work)?,
            roster: work.thread.roster_pending().then(|| view::roster_view(&work.thread)),
            effects: work.effects.iter().filter_map(|effect| item(work, effect)).collect(),
            missing: false,
            strays: work.strays.clone(),
        })
    }

    /// Everything that the index may lack, so that whoever carries it needs nothing from those before.
    fn projection(&self, kept: &Kept, work: &Work) -> Done<Option<Projection>> {
        let thread = &kept.thread;
        if thread.projected >= thread.version {
            return Ok(None);
        }
        let Some(row) = view::thread_row(thread, window(thread)?, trouble(work)) else { return Ok(None) };
        let (mut search, mut forget) = (Vec::new(), Vec::new());
        for id in kept.next_messages() {
            let message = match work.messages.get(id) {
                Some(message) => Some(message.clone()),
                None => self.store.message(id)?,
            };
            let Some(row) = message.as_ref().and_then(|message| view::search_row(thread, message)) else { continue };
            let rows = if row.text.is_some() { &mut search } else { &mut forget };
            rows.push(written(&row)?);
        }
        let entries = if thread.audit_projected < thread.audit.sequence {
            self.store.entries_after(thread.audit_projected)?
        } else {
            Vec::new()
        };
        for note in entries.iter().filter_map(|entry| view::note_row(thread, entry)) {
            search.push(written(&note)?);
        }
        let audit = entries.iter().map(|entry| written(&view::audit_row(entry))).collect::<Done<_>>()?;
        let contact = view::contact_row(thread).map(|row| written(&row)).transpose()?;
        Ok(Some(Projection { row: written(&row)?, contact, audit, search, forget }))
    }

    fn messages(&self, before: Option<Place>, limit: u32) -> Done<MessagePage> {
        let Some(kept) = self.kept()? else { return Ok(MessagePage { items: Vec::new(), more: false }) };
        let end = before.as_ref().map(|place| place.at);
        let (messages, more) = self.store.messages_before(before, limit)?;
        let mut items = view::message_page(&kept.thread, &messages, &self.store.unsettled()?, (end, more));
        let platform = kept.thread.platform;
        view::held_to_hosts(&mut items, |url| media::allowed(&self.edge, platform, url));
        Ok(MessagePage { items, more })
    }

    /// The latest of what was said, oldest first.
    fn retell(&self) -> Done<Vec<Received>> {
        let Some(kept) = self.kept()? else { return Ok(Vec::new()) };
        let (mut messages, _) = self.store.messages_before(None, RETOLD_MESSAGES)?;
        messages.reverse();
        let told = messages.iter().flat_map(|message| thread::retold(&kept.thread, message));
        Ok(told.map(|(event, at)| Received { event, at }).collect())
    }

    fn turn(&self) -> Done<Option<TurnAnswer>> {
        let Some(kept) = self.kept()? else { return Ok(None) };
        let texts = self.asked(&kept.thread)?;
        Ok(Some(TurnAnswer { turn: kept.thread.turn, texts, thread: kept.thread.clone() }))
    }

    /// The words that labels go by, oldest first.
    fn asked(&self, thread: &Thread) -> Done<Vec<String>> {
        let (mut messages, _) = self.store.messages_before(None, TURN_MESSAGES)?;
        messages.reverse();
        Ok(thread.to_label(&messages).into_iter().filter_map(|message| message.words().map(Cow::into_owned)).collect())
    }

    fn last_asked(&self) -> Done<Option<LastAskedAnswer>> {
        let Some(kept) = self.kept()? else { return Ok(None) };
        let (messages, more) = self.store.messages_before(None, TURN_MESSAGES)?;
        let asked = last_asked(&messages);
        // Whoever answered before ends the question: of what came earlier nothing is asked.
        let open = asked.as_ref().is_none_or(|one| one.answered.is_none());
        let answered = kept.thread.answered_by.clone().map(|(at, by)| Answered { by, at });
        let (by, more) = (kept.thread.labels.by(), open && more);
        Ok(Some(LastAskedAnswer { asked, answered, by, more }))
    }

    fn reply_state(&self, id: &ReplyId) -> Done<Option<ReplyAnswer>> {
        let (Some(kept), Some(reply)) = (self.kept()?, self.store.reply(id)?) else { return Ok(None) };
        let Some(item) = self.reply_item(&kept.thread, &reply)? else { return Ok(None) };
        Ok(Some(ReplyAnswer { item, author: reply.authored.teammate().clone(), draft: reply.draft }))
    }

    fn attachment(&self, id: &MessageId, place: u32) -> Done<Option<AttachmentAnswer>> {
        let (Some(kept), Some(message)) = (self.kept()?, self.store.message(id)?) else { return Ok(None) };
        let attachment = message.files().into_iter().find(|(key, _)| *key == place).map(|(_, attachment)| attachment);
        let pending =
            message.media.get(&place).is_some_and(|state| *state == tributary_domain::message::MediaState::Pending);
        Ok(attachment.map(|attachment| AttachmentAnswer {
            account: kept.thread.account.clone(),
            platform: kept.thread.platform,
            surface: kept.thread.surface,
            attachment: attachment.clone(),
            pending,
            received_at: message.body.as_ref().map(|body| body.received_at),
        }))
    }

    /// A reply as the API shows it.
    fn reply_item(&self, thread: &Thread, reply: &Reply) -> Done<Option<ReplyItem>> {
        let mut messages = Vec::new();
        for remote in reply.parts.iter().filter_map(PartState::named).flatten() {
            messages.extend(self.store.message(&MessageId::of(&thread.account, remote))?);
        }
        Ok(view::reply_item(thread, reply, &messages))
    }

    /// What others wrote, changed or took back that a reader of version `seen` cannot have seen, oldest first, and what
    /// others have on its way.
    fn written_since(&self, thread: &Thread, seen: u64) -> Done<Vec<tributary_wire::api::message::MessageItem>> {
        let (mut messages, _) = self.store.messages_before(None, SINCE_MESSAGES)?;
        // An edit may be of any message that waits.
        for id in thread.waiting.latest().keys() {
            if messages.iter().all(|message| message.id != *id) {
                messages.extend(self.store.message(id)?.filter(|message| message.written > seen));
            }
        }
        messages.sort_by_key(|message| std::cmp::Reverse(message.place()));
        let news = |id: &MessageId| {
            let unseen = thread.unseen.latest().get(id).or_else(|| thread.waiting.latest().get(id));
            unseen.is_some_and(|one| one.version > seen)
        };
        let shown = messages.iter().rev().filter(|message| {
            let outgoing = message.body.as_ref().is_some_and(|body| body.direction == Direction::Outgoing);
            message.written > seen
                || news(&message.id)
                || (outgoing
                    && thread.answered_at.is_some_and(|at| message.body.as_ref().is_some_and(|body| body.at >= at)))
        });
        let mut items: Vec<_> = shown.filter_map(|message| view::message_item(thread, message)).collect();
        let replies = self.store.unsettled()?;
        let since = |reply: &&Reply| {
            let author = Writer::Teammate(reply.authored.teammate().clone());
            thread.wrote.get(&author).is_some_and(|wrote| *wrote > seen)
        };
        items.extend(replies.iter().filter(since).flat_map(|reply| view::pending_items(thread, reply)));
        view::held_to_hosts(&mut items, |url| media::allowed(&self.edge, thread.platform, url));
        Ok(items)
    }
}

fn written<T: Serialize>(row: &T) -> Done<Box<RawValue>> {
    to_raw_value(row).map_err(Fault::form("projection"))
}

/// Whether some reply needs a person.
fn trouble(work: &Work) -> bool {
    work.replies.values().any(Reply::needs_a_person)
}

/// How long a thread may be answered.
pub(super) fn window(thread: &Thread) -> Done<WindowPolicy> {
    registry::window(Channel { platform: thread.platform, surface: thread.surface }, &thread.counterpart)
        .map_err(|_| Fault::Binding("CHANNEL"))
}

/// What a channel can do. Threads exist only on channels of this version.
fn capabilities(platform: Platform, surface: Surface) -> Done<&'static Capabilities> {
    registry::capabilities(Channel { platform, surface }).map_err(|_| Fault::Binding("CHANNEL"))
}

fn undone(refused: thread::Refused) -> &'static str {
    match refused {
        thread::Refused::Changed => "thread_changed",
        thread::Refused::NotYet => "version_unknown",
        thread::Refused::TooManyTags => "too_many_tags",
        thread::Refused::HistoryFull => "history_full",
    }
}

fn refusal(refused: &ReplyRefused) -> Refusal {
    let code = match refused {
        ReplyRefused::NotYet => "version_unknown",
        ReplyRefused::TooMany => "too_many_replies",
        ReplyRefused::IdReused => "reply_id_reused",
        ReplyRefused::Changed => "thread_changed",
        ReplyRefused::NotTheSame => "reply_not_signed",
        ReplyRefused::Unknown => "reply_unknown",
        ReplyRefused::TriedSince => "reply_changed",
        ReplyRefused::State(_) => "reply_state",
    };
    Refusal { code: code.to_owned(), detail: refused.to_string(), since: Vec::new() }
}

/// An effect with everything its carrier needs. The roster's view travels by itself.
fn item(work: &Work, effect: &Effect) -> Option<EffectItem> {
    let thread = work.thread.id.clone();
    let job = match effect {
        Effect::Label => return Some(EffectItem::Label),
        Effect::Roster => return None,
        Effect::Profile => Job::Profile { thread },
        Effect::Media { message, place } => Job::Media { thread, message: message.clone(), place: *place },
        Effect::DropMedia { id } => Job::DropMedia { thread, id: id.clone() },
        Effect::Tell { notice } => Job::Tell { notice: notice.as_ref().clone() },
        Effect::Resume { reply } => Job::Resume { thread, reply: reply.clone() },
        Effect::Call { reply, part, attempt } => return call(work, reply, *part, *attempt),
    };
    Some(EffectItem::Job { job })
}

fn call(work: &Work, reply: &ReplyId, part: u32, attempt: u32) -> Option<EffectItem> {
    let sent = work.replies.get(reply)?;
    let state = sent.parts.get(part as usize)?;
    let window = window(&work.thread).ok()?.at(work.thread.window_opened_at, clock::now());
    Some(EffectItem::Call(Box::new(CallItem {
        reply: reply.clone(),
        part,
        attempt,
        content: state.part.clone(),
        handle: state.step.as_ref().map(|step| step.handle.clone()),
        recipient: work.thread.recipients(),
        topic: sent.topic.clone(),
        by: sent.sent_by().clone(),
        human_agent: matches!(window, Window::HumanAgent { .. }),
    })))
}
