//! The methods of a thread: what is asked of it, in the words of its machine, and what it answers.

use std::borrow::Cow;

use tributary_domain::{
    event::Received,
    id::{MessageId, ReplyId, ThreadId},
    message::{Direction, MediaState, Place},
    reply::{PartState, Reply, State},
    routing::{Answered, replay::last_asked},
    rules::Rules,
    template::Begun,
    thread::{
        self, ModerationRefused, ReplyRefused, Thread,
        machine::{Refused, Storage as _, ThreadInput},
    },
};
use tributary_wire::{
    api::reply::ReplyItem,
    objects::{
        AttachmentAnswer, AuditPage, CommentAnswer, CommitOutcome, Doubt, LastAskedAnswer, MessagePage, NamedMessage,
        Refusal, ReplyAnswer, ThreadAnswer, ThreadCall, TurnAnswer,
    },
    view,
};

use super::{Answer, ThreadObject};
use crate::{error::InternalError, media, objects::post};

/// Most messages that are read to find the words of one turn.
const TURN_MESSAGES: u32 = 50;
/// Most messages that are shown of what changed since a version.
const SINCE_MESSAGES: u32 = 20;
/// Most messages that are told again to another thread of the same person. That one began before this.
const RETOLD_MESSAGES: u32 = 300;

type Done<T> = Result<T, InternalError>;

impl ThreadObject {
    pub(super) fn answer(&self, call: ThreadCall) -> Done<Answer> {
        let (input, reply) = match call {
            ThreadCall::Messages { before, limit } => return Answer::of(&self.messages(before, limit)?),
            ThreadCall::Audit { before, limit } => return Answer::of(&self.audit(before, limit)?),
            ThreadCall::Retell => return Answer::of(&self.retell()?),
            ThreadCall::Turn => return Answer::of(&self.turn()?),
            ThreadCall::LastAsked => return Answer::of(&self.last_asked()?),
            ThreadCall::ReplyState { id } => return Answer::of(&self.reply_state(&id)?),
            ThreadCall::Doubt { reply } => return Answer::of(&self.doubt(&reply)?),
            ThreadCall::Attachment { message, place } => return Answer::of(&self.attachment(&message, place)?),
            ThreadCall::Remote { message } => {
                let message = self.store.message(&message)?.filter(|one| one.body.is_some());
                return Answer::of(&message.map(|one| NamedMessage { hidden: one.is_hidden(), remote: one.remote }));
            }
            ThreadCall::Moderate { order } => {
                let message = order.message().clone();
                return Answer::of(&self.about(ThreadInput::Moderate { order }, &message)?);
            }
            ThreadCall::BeginModeration { message } => {
                let id = message.clone();
                return Answer::of(&self.about(ThreadInput::BeginModeration { message }, &id)?);
            }
            ThreadCall::Moderated { message, attempt, outcome } => {
                let id = message.clone();
                return Answer::of(&self.about(ThreadInput::Moderated { message, attempt, outcome }, &id)?);
            }
            ThreadCall::Comment { message } => return Answer::of(&self.comment(&message)?),
            ingest @ ThreadCall::Ingest { .. } => return Answer::of(&self.ingest(ingest)?),
            // These are asked before, as they wait for what is read elsewhere.
            ThreadCall::Replan { .. } | ThreadCall::Visit { .. } => return Answer::of(&None::<CommitOutcome>),
            ThreadCall::Read => (ThreadInput::Read, None),
            ThreadCall::Begin => (ThreadInput::Begin, None),
            ThreadCall::Command { command, expected, through } => {
                (ThreadInput::Command { command, expected, through }, None)
            }
            ThreadCall::Reply { id, authored, draft, template, changed, parts, expected_version, new, claim } => {
                let template = template.map(|name| Begun { name, changed });
                let (reply, expected) = (Some(id.clone()), expected_version);
                (ThreadInput::Reply { id, authored, draft, template, parts, expected, new, claim }, reply)
            }
            ThreadCall::Resolve { id, verdict, attempts, authored } => {
                let reply = Some(id.clone());
                (ThreadInput::Resolve { id, verdict, attempts, authored }, reply)
            }
            ThreadCall::Checked { reply, part, attempt, found } => {
                let id = Some(reply.clone());
                (ThreadInput::Checked { reply, part, attempt, found }, id)
            }
            ThreadCall::Called { call } => {
                let reply = Some(call.reply.clone());
                (ThreadInput::Called { call }, reply)
            }
        };
        Answer::of(&self.answered(input, reply)?)
    }

    /// Lets something happen, and says what has become of the thread, and of the reply that it is about.
    fn answered(&self, input: ThreadInput<'_>, reply: Option<ReplyId>) -> Done<Option<ThreadAnswer>> {
        let Some(done) = self.step(input)? else { return Ok(None) };
        Ok(Some(self.told(done, reply, None)?))
    }

    /// Lets something happen to a comment, and says what has become of it.
    fn about(&self, input: ThreadInput<'_>, comment: &MessageId) -> Done<Option<ThreadAnswer>> {
        let Some(done) = self.step(input)? else { return Ok(None) };
        Ok(Some(self.told(done, None, Some(comment))?))
    }

    fn told(&self, done: super::Done, reply: Option<ReplyId>, comment: Option<&MessageId>) -> Done<ThreadAnswer> {
        let super::Done { work, outcome, refused, moderation, .. } = done;
        let refused = refused.map(|refused| self.refusal(&work.thread, &refused)).transpose()?;
        let reply = reply.and_then(|id| work.replies.get(&id));
        let reply = reply.map(|reply| self.reply_item(&work.thread, reply)).transpose()?.flatten();
        let trouble = work.replies.values().any(Reply::needs_a_person);
        let comment = comment.and_then(|id| view::message_item(&work.thread, work.messages.get(id)?));
        let mut comments: Vec<_> = comment.into_iter().collect();
        view::held_to_hosts(&mut comments, |url| media::allowed(&self.app, work.thread.platform, url));
        let comment = comments.pop();
        Ok(ThreadAnswer { thread: work.thread, outcome, refused, reply, trouble, comment, moderation })
    }

    fn ingest(&self, call: ThreadCall) -> Done<Option<CommitOutcome>> {
        let ThreadCall::Ingest { account, platform, surface, counterpart, subject, events, media, known } = call else {
            return Ok(None);
        };
        let record = self.record()?;
        if known && record.is_none() {
            let id = ThreadId::of(&account, surface, &counterpart, subject.as_ref());
            return Ok(Some(CommitOutcome::missing(id)));
        }
        let new = Thread::new(account, platform, surface, counterpart).about(subject);
        let mut context = self.context(&new)?;
        let mut channel = context.channel.clone();
        channel.media_policy = media.unwrap_or(channel.media_policy);
        context.channel = &channel;
        let events: Vec<_> = events.into_iter().map(|Received { event, at }| (event, at)).collect();
        let input = ThreadInput::Ingest { new: Box::new(new), events: &events };
        Ok(self.step_in(record.as_deref(), input, &context)?.map(|done| done.outcome))
    }

    /// Nothing is answered where nothing is different: there is nothing to publish.
    pub(super) fn replanned(&self, rules: &Rules) -> Done<Answer> {
        let Some(record) = self.record()? else { return Answer::of(&None::<CommitOutcome>) };
        let words = self.asked(&record.thread)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Answer::of(&self.step(ThreadInput::Replan { rules, words: &words })?.map(|done| done.outcome))
    }

    fn audit(&self, before: Option<u64>, limit: u32) -> Done<AuditPage> {
        let mut entries = self.store.entries_before(before, limit.saturating_add(1))?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        Ok(AuditPage { items: entries.iter().map(view::audit_item).collect(), more })
    }

    fn messages(&self, before: Option<Place>, limit: u32) -> Done<MessagePage> {
        let Some(record) = self.record()? else { return Ok(MessagePage { items: Vec::new(), more: false }) };
        let end = before.as_ref().map(|place| place.at);
        let (messages, more) = self.store.messages_before(before, limit)?;
        let mut items = view::message_page(&record.thread, &messages, &self.store.unsettled()?, (end, more));
        let platform = record.thread.platform;
        view::held_to_hosts(&mut items, |url| media::allowed(&self.app, platform, url));
        Ok(MessagePage { items, more })
    }

    /// The latest of what was said, oldest first.
    fn retell(&self) -> Done<Vec<Received>> {
        let Some(record) = self.record()? else { return Ok(Vec::new()) };
        let (mut messages, _) = self.store.messages_before(None, RETOLD_MESSAGES)?;
        messages.reverse();
        let told = messages.iter().flat_map(|message| thread::retold(&record.thread, message));
        Ok(told.map(|(event, at)| Received { event, at }).collect())
    }

    fn turn(&self) -> Done<Option<TurnAnswer>> {
        let Some(record) = self.record()? else { return Ok(None) };
        let texts = self.asked(&record.thread)?;
        Ok(Some(TurnAnswer { turn: record.thread.labelling.turn, texts, thread: record.thread.clone() }))
    }

    /// The words that labels go by, oldest first.
    fn asked(&self, thread: &Thread) -> Done<Vec<String>> {
        let (mut messages, _) = self.store.messages_before(None, TURN_MESSAGES)?;
        messages.reverse();
        Ok(thread.to_label(&messages).into_iter().filter_map(|message| message.words().map(Cow::into_owned)).collect())
    }

    fn last_asked(&self) -> Done<Option<LastAskedAnswer>> {
        let Some(record) = self.record()? else { return Ok(None) };
        let (messages, more) = self.store.messages_before(None, TURN_MESSAGES)?;
        let asked = last_asked(&messages);
        // Whoever answered before ends the question: of what came earlier nothing is asked.
        let open = asked.as_ref().is_none_or(|one| one.answered.is_none());
        let answered = record.thread.questions.answered_by.clone().map(|(at, by)| Answered { by, at });
        let (by, more) = (record.thread.labelling.labels.by(), open && more);
        let post = post::of(&record.thread).map(|name| view::post_id(&name));
        Ok(Some(LastAskedAnswer { asked, answered, by, post, more }))
    }

    fn reply_state(&self, id: &ReplyId) -> Done<Option<ReplyAnswer>> {
        let (Some(record), Some(reply)) = (self.record()?, self.store.reply(id)?) else { return Ok(None) };
        let Some(item) = self.reply_item(&record.thread, &reply)? else { return Ok(None) };
        let (author, at) = (reply.authored.teammate().clone(), reply.authored.at());
        Ok(Some(ReplyAnswer { item, author, at, draft: reply.draft }))
    }

    fn comment(&self, id: &MessageId) -> Done<Option<CommentAnswer>> {
        let Some(message) = self.store.message(id)? else { return Ok(None) };
        let answerable = message.asks().is_some();
        let answer = |at| CommentAnswer {
            remote: message.remote.clone(),
            at,
            answerable,
            answered: message.private_reply.as_deref().cloned(),
        };
        Ok(message.body.as_ref().map(|body| answer(body.at)))
    }

    fn attachment(&self, id: &MessageId, place: u32) -> Done<Option<AttachmentAnswer>> {
        let (Some(record), Some(message)) = (self.record()?, self.store.message(id)?) else { return Ok(None) };
        let attachment = message.files().into_iter().find(|(key, _)| *key == place).map(|(_, attachment)| attachment);
        let pending = message.media.get(&place).is_some_and(|state| *state == MediaState::Pending);
        Ok(attachment.map(|attachment| AttachmentAnswer {
            account: record.thread.account.clone(),
            platform: record.thread.platform,
            surface: record.thread.surface,
            attachment: attachment.clone(),
            pending,
            received_at: message.body.as_ref().map(|body| body.received_at),
        }))
    }

    fn doubt(&self, id: &ReplyId) -> Done<Option<Doubt>> {
        let (Some(record), Some(reply)) = (self.record()?, self.store.reply(id)?) else { return Ok(None) };
        let State::Uncertain { part, attempt, at, .. } = reply.state else { return Ok(None) };
        let content = reply.parts.get(part as usize).map(|state| state.part.clone());
        let asks = reply.check_at(&self.app.config.timings.reply).is_some();
        let doubt = |content| Doubt { thread: record.thread.clone(), part, attempt, content, at };
        Ok(content.filter(|_| asks).map(doubt))
    }

    /// A reply as the API shows it.
    fn reply_item(&self, thread: &Thread, reply: &Reply) -> Done<Option<ReplyItem>> {
        let mut messages = Vec::new();
        for remote in reply.parts.iter().filter_map(PartState::named).flatten() {
            messages.extend(self.store.message(&MessageId::of(&thread.account, remote))?);
        }
        Ok(view::reply_item(thread, reply, &messages))
    }

    /// Why it was not done, with what others wrote where that is why.
    fn refusal(&self, thread: &Thread, refused: &Refused) -> Done<Refusal> {
        let (code, detail, seen) = match refused {
            Refused::Command(refused, seen) => (undone(*refused), refused.to_string(), *seen),
            Refused::Moderation(refused) => (not_moderated(*refused), refused.to_string(), None),
            Refused::Reply(refused, seen) => (unsent(refused), refused.to_string(), *seen),
        };
        let since = match seen {
            Some(seen) if code == "thread_changed" => self.written_since(thread, seen)?,
            _ => Vec::new(),
        };
        Ok(Refusal { code: code.to_owned(), detail, since })
    }

    /// What others wrote, changed or took back that a reader of version `seen` cannot have seen, oldest first, and what
    /// others have on its way.
    fn written_since(&self, thread: &Thread, seen: u64) -> Done<Vec<tributary_wire::api::message::MessageItem>> {
        let (mut messages, _) = self.store.messages_before(None, SINCE_MESSAGES)?;
        // An edit may be of any message that waits.
        for id in thread.questions.waiting.latest().keys() {
            if messages.iter().all(|message| message.id != *id) {
                messages.extend(self.store.message(id)?.filter(|message| message.written > seen));
            }
        }
        messages.sort_by_key(|message| std::cmp::Reverse(message.place()));
        let since = |id: &MessageId| {
            let unseen = thread.unread.messages.latest().get(id).or_else(|| thread.questions.waiting.latest().get(id));
            unseen.is_some_and(|one| one.version > seen)
        };
        let shown = messages.iter().rev().filter(|message| {
            let outgoing = message.body.as_ref().is_some_and(|body| body.direction == Direction::Outgoing);
            message.written > seen
                || since(&message.id)
                || (outgoing
                    && thread
                        .questions
                        .answered_at
                        .is_some_and(|at| message.body.as_ref().is_some_and(|body| body.at >= at)))
        });
        let mut items: Vec<_> = shown.filter_map(|message| view::message_item(thread, message)).collect();
        let replies = self.store.unsettled()?;
        let since = |reply: &&Reply| thread.transcript.written_by(reply.authored.teammate()) > seen;
        items.extend(replies.iter().filter(since).flat_map(|reply| view::pending_items(thread, reply)));
        view::held_to_hosts(&mut items, |url| media::allowed(&self.app, thread.platform, url));
        Ok(items)
    }
}

fn undone(refused: thread::Refused) -> &'static str {
    match refused {
        thread::Refused::Changed => "thread_changed",
        thread::Refused::NotYet => "version_unknown",
        thread::Refused::TooManyTags => "too_many_tags",
        thread::Refused::HistoryFull => "history_full",
    }
}

fn not_moderated(refused: ModerationRefused) -> &'static str {
    match refused {
        ModerationRefused::Unknown => "message_unknown",
        ModerationRefused::Gone | ModerationRefused::NotTaken(_) => "comment_gone",
        ModerationRefused::Incapable => "not_capable",
        ModerationRefused::TooMany => "too_many_moderations",
    }
}

fn unsent(refused: &ReplyRefused) -> &'static str {
    match refused {
        ReplyRefused::NotYet => "version_unknown",
        ReplyRefused::TooMany => "too_many_replies",
        ReplyRefused::IdReused => "reply_id_reused",
        ReplyRefused::Changed => "thread_changed",
        ReplyRefused::NotTheSame => "reply_not_signed",
        ReplyRefused::Unknown => "reply_unknown",
        ReplyRefused::TriedSince => "reply_changed",
        ReplyRefused::State(_) => "reply_state",
    }
}
