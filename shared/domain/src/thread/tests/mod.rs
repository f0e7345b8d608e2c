//! The rules of a thread, one by one.

mod answers;
mod asked;
mod bounds;
mod closing;
mod commands;
mod escalated;
mod flood;
mod held;
mod labels;
mod lost;
mod moderated;
mod moved;
mod private;
mod published;
mod replanned;
mod rounds;
mod twice;

use sha2::{Digest, Sha256};

use super::{Command, Effect, ReplyRefused, Status, Thread, Work, wanted};
use crate::{
    audit,
    authored::{Authored, Session, SignedIn},
    capability::{Capabilities, Inbound, MediaPolicy, SendSemantics, TextLimit, TextUnit, WindowPolicy},
    escalation::Targets,
    event::{Attachment, AttachmentKind, Content, Event, Fact, MediaSource, Peer, Toward},
    id::{AccountId, RemoteId, ReplyId, TeammateId, ThreadId},
    label::{BuiltInReason, LabelSet, LabelSource, Labels, Urgency},
    message::MediaState,
    outbound::{Draft, Part, SendOutcome, UncertainCause},
    owner::{Owner, Reason},
    platform::{Channel, Platform, Surface},
    reply::{self, State},
    thread::CallOutcome,
    time::{Span, Timestamp},
    timings::Timings,
};

const WINDOW: WindowPolicy = WindowPolicy::HumanAgent { standard: Span::hours(24), human_agent: Span::days(7) };

static CHANNEL: Capabilities = Capabilities {
    channel: Channel { platform: Platform::Instagram, surface: Surface::Messages },
    features: &[],
    text: TextLimit { max: 1000, unit: TextUnit::Bytes },
    caption: None,
    media: &[],
    attachments: 1,
    window: WINDOW,
    semantics: SendSemantics::Correlatable,
    inbound: Inbound::Webhook,
    media_policy: MediaPolicy::Store,
    blind_spots: &[],
};

fn noon() -> Timestamp {
    Timestamp::from_seconds(1_767_268_800)
}

fn person(name: &str) -> TeammateId {
    TeammateId::parse(&format!("tm_{name}")).unwrap()
}

fn remote(number: u32) -> RemoteId {
    RemoteId::new(format!("mid.{number}"))
}

/// A thread with its store and a clock that stands still until it is told to move on.
struct ThreadHarness {
    work: Work,
    now: Timestamp,
    record: Vec<audit::Entry>,
}

impl ThreadHarness {
    fn new() -> Self {
        let account = AccountId::of(Platform::Instagram, &RemoteId::new("1784"));
        let thread = Thread::new(account, Platform::Instagram, Surface::Messages, "igsid:7".to_owned());
        Self { work: Work::new(thread, noon(), Timings::default()), now: noon(), record: Vec::new() }
    }

    /// A thread that is labelled and owned.
    fn settled() -> Self {
        let mut desk = Self::new();
        desk.message(1, 0);
        desk.labelled(1, Urgency::Normal);
        desk.routed("nora");
        desk
    }

    fn later(&mut self, span: Span) {
        self.now = self.now.plus(span);
    }

    /// One unit of work: what it changed is kept, what it calls for is handed back.
    fn act<T>(&mut self, method: impl FnOnce(&mut Work) -> T) -> (T, Vec<Effect>) {
        let version = self.work.thread.version;
        let mut work = Work::new(self.work.thread.clone(), self.now, Timings::default());
        work.messages.clone_from(&self.work.messages);
        work.replies.clone_from(&self.work.replies);
        let result = method(&mut work);
        assert_eq!(work.thread.version, version + u64::from(work.changed()), "a version for each change");
        self.record.extend(work.entries.iter().cloned());
        assert_eq!(audit::verify(&self.record).unwrap(), work.thread.audit, "the record is whole");
        let effects = work.effects.clone();
        self.work = work;
        self.promised();
        (result, effects)
    }

    /// Whatever is unfinished has a time at which it is looked at again, and not before it is over.
    fn promised(&self) {
        let (thread, replies) = (&self.work.thread, self.work.replies.values());
        let fetching =
            self.work.messages.values().any(|one| one.media.values().any(|state| *state == MediaState::Pending));
        let open = thread.opened_at.is_some();
        let moderating = self.work.messages.values().filter_map(|one| one.moderation.as_ref());
        let unfinished = self.work.replies.values().any(|reply| reply.holds_the_line() || reply.is_to_be_told())
            || moderating.into_iter().any(|one| one.tasks().iter().any(crate::moderation::Task::is_open))
            || fetching
            || matches!(thread.status, Status::Snoozed { .. })
            || !thread.transcript.dropping.is_empty()
            || thread
                .contact
                .profile_asked_at
                .is_some_and(|asked| thread.contact.profile.at.is_none_or(|at| at < asked))
            || thread.basis().is_some()
                && thread.plan().is_none_or(|plan| thread.escalation.next(plan).is_some())
                && !self.work.replies.values().any(reply::Reply::holds_the_line)
            || !thread.escalation.pending_notices.is_empty()
            || open
                && (thread.acks.index < thread.version
                    || thread.labelling.turn > thread.labelling.labelled_turn()
                    || thread.assignment.to_route);
        assert_eq!(thread.wakes_at(replies, fetching, self.now, &Timings::default()).is_some(), unfinished);
    }

    /// Something happened at `at` by the platform's clock, and reaches us now.
    fn event(&mut self, at: Timestamp, fact: Fact) -> Vec<Effect> {
        let event = told(&["igsid:7"], at, fact);
        let now = self.now;
        assert!(wanted(&self.work.thread.account, &event).0.is_some());
        self.act(|work| work.ingest(&event, &CHANNEL, now)).1
    }

    fn message(&mut self, number: u32, ago: u64) -> Vec<Effect> {
        let content = Content { text: Some(format!("Question {number}")), ..Content::default() };
        self.event(self.now.minus(Span::minutes(ago)), Fact::Message { id: remote(number), content })
    }

    fn picture(&mut self, number: u32) -> Vec<Effect> {
        let source = Some(MediaSource::Link { url: "https://media.example/1".to_owned() });
        let attachments = vec![Attachment { source, ..Attachment::bare(AttachmentKind::Image) }];
        self.event(
            self.now,
            Fact::Message { id: remote(number), content: Content { attachments, ..Content::default() } },
        )
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        let (result, effects) = self.act(|work| work.command(command, None));
        result.unwrap();
        effects
    }

    fn labelled(&mut self, turn: u64, urgency: Urgency) -> Vec<Effect> {
        let labels = Labels { topic: "orders".into(), urgency, language: "en".into(), summary: String::new() };
        let source = LabelSource::BuiltIn { reason: BuiltInReason::NotConfigured };
        self.command(Command::Labelled {
            turn,
            set: LabelSet { labels, source, at: self.now },
            targets: Targets::default(),
            plan: None,
            away: None,
        })
    }

    /// The rules choose, knowing the thread as it is.
    fn routed(&mut self, name: &str) -> Vec<Effect> {
        self.routed_on(self.thread().version, name)
    }

    /// The rules chose when they knew the thread at `version`.
    fn routed_on(&mut self, version: u64, name: &str) -> Vec<Effect> {
        let reasons = vec![Reason { guardrail: "who".into(), text: "Owns the topic.".into(), verdict: None }];
        self.command(Command::Routed { owner: Owner::Teammate { id: person(name) }, reasons, version })
    }

    fn close(&mut self) {
        self.command(Command::Close { note: None, by: person("nora") });
    }

    fn sign(&self, name: &str, text: &str) -> (Authored, Draft) {
        let draft = Draft { text: text.to_owned(), ..Draft::default() };
        (Authored::by(&session(name, self.now), &draft).unwrap(), draft)
    }

    fn reply(&mut self, id: &str, by: &str, text: &str, seen: u64) -> (Result<(), ReplyRefused>, Vec<Effect>) {
        let (authored, draft) = self.sign(by, text);
        let parts = vec![Part::Text { text: text.to_owned(), quote: None }];
        self.act(|work| work.reply(reply_id(id), authored, draft, None, parts, seen))
    }

    fn came_back(&mut self, id: &str, attempt: u32, outcome: SendOutcome) -> Vec<Effect> {
        self.act(|work| work.called(&CallOutcome { reply: reply_id(id), part: 0, attempt, outcome })).1
    }

    fn state(&self, id: &str) -> &State {
        &self.work.replies[&reply_id(id)].state
    }

    fn thread(&self) -> &Thread {
        &self.work.thread
    }
}

/// Somebody who is signed in.
fn session(name: &str, now: Timestamp) -> SignedIn {
    let session = Session {
        secret_digest: Sha256::digest(b"secret").into(),
        teammate: person(name),
        enabled: true,
        may_reply: true,
        expires_at: now.plus(Span::hours(1)),
    };
    SignedIn::check(&session, b"secret", now).unwrap()
}

/// Something that happened, told of somebody by these ids.
fn told(identities: &[&str], at: Timestamp, fact: Fact) -> Event {
    let peer = Peer { identities: identities.iter().map(|id| (*id).to_owned()).collect(), ..Peer::default() };
    Event::new(RemoteId::new("1784"), Surface::Messages, Toward::Person(peer), Some(at), fact)
}

fn reply_id(id: &str) -> ReplyId {
    ReplyId::parse(id).unwrap()
}

fn calls(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Call { .. })).count()
}

fn lost() -> SendOutcome {
    SendOutcome::Uncertain { cause: UncertainCause::Transport }
}
