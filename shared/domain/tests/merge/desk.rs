//! A thread with its store: loads what an input names, commits what changed, keeps the record.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tributary_domain::{
    audit::{self, Entry},
    authored::{Authored, Session, SignedIn},
    capability::{Capabilities, Inbound, MediaPolicy, SendSemantics, TextLimit, TextUnit, WindowPolicy},
    event::Event,
    id::{AccountId, MessageId, RemoteId, ReplyId, TeammateId},
    message::Message,
    outbound::{Draft, Part},
    platform::{Channel, Platform, Surface},
    reply::Reply,
    thread::{CallOutcome, Effect, Thread, Work, wanted},
    time::{Span, Timestamp},
    timings::Timings,
};

/// What is left out when two orders are compared: it counts or dates the order itself.
const ORDER: [(&str, &str); 11] = [
    ("", "version"),
    ("", "acks"),
    ("", "audit"),
    ("", "openedAt"),
    ("", "unread"),
    ("/transcript", "wrote"),
    ("/contact", "version"),
    ("/contact", "profileAskedAt"),
    ("/labelling", "turn"),
    ("/labelling", "askedAt"),
    ("/assignment", "reasons"),
];

static CHANNEL: Capabilities = Capabilities {
    channel: Channel { platform: Platform::Instagram, surface: Surface::Messages },
    features: &[],
    text: TextLimit { max: 1000, unit: TextUnit::Bytes },
    caption: None,
    media: &[],
    attachments: 1,
    window: WindowPolicy::HumanAgent { standard: Span::hours(24), human_agent: Span::days(7) },
    semantics: SendSemantics::Correlatable,
    inbound: Inbound::Webhook,
    media_policy: MediaPolicy::Store,
    blind_spots: &[],
};

pub(crate) const WORDS: &str = "Your parcel leaves today.";

/// One thing that happens to a thread.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Event(Box<Event>),
    Called(CallOutcome),
}

#[derive(Debug, Clone)]
pub(crate) struct ThreadHarness {
    pub(crate) thread: Thread,
    pub(crate) messages: BTreeMap<MessageId, Message>,
    pub(crate) replies: BTreeMap<ReplyId, Reply>,
    pub(crate) record: Vec<Entry>,
    pub(crate) effects: Vec<Effect>,
}

pub(crate) fn noon() -> Timestamp {
    Timestamp::from_seconds(1_767_268_800)
}

/// When everything that is told reaches us.
pub(crate) fn received() -> Timestamp {
    noon().plus(Span::hours(2))
}

pub(crate) fn reply_id() -> ReplyId {
    ReplyId::parse("reply-0001").unwrap()
}

impl ThreadHarness {
    pub(crate) fn new() -> Self {
        let account = AccountId::of(Platform::Instagram, &RemoteId::new("1784"));
        let thread = Thread::new(account, Platform::Instagram, Surface::Messages, "igsid:77".to_owned());
        Self { thread, messages: BTreeMap::new(), replies: BTreeMap::new(), record: Vec::new(), effects: Vec::new() }
    }

    /// A thread on which the call for a reply is being made.
    pub(crate) fn answering() -> Self {
        Self::new().answers()
    }

    /// The call for a reply to what was asked so far is being made.
    pub(crate) fn answers(mut self) -> Self {
        let desk = &mut self;
        let session = Session {
            secret_digest: Sha256::digest(b"secret").into(),
            teammate: TeammateId::parse("tm_nora").unwrap(),
            enabled: true,
            may_reply: true,
            expires_at: noon().plus(Span::hours(1)),
        };
        let draft = Draft { text: WORDS.to_owned(), ..Draft::default() };
        let person = SignedIn::check(&session, b"secret", noon()).unwrap();
        let authored = Authored::by(&person, &draft).unwrap();
        let parts = vec![Part::Text { text: WORDS.to_owned(), quote: None }];
        let seen = desk.thread.version;
        desk.work(None, Some(&reply_id()), |work| work.reply(reply_id(), authored, draft, None, parts, seen).unwrap());
        self
    }

    pub(crate) fn step(&mut self, step: &Step) {
        match step {
            Step::Event(event) => self.deliver(event),
            Step::Called(call) => {
                let named = call.messages(&self.thread.account);
                self.work(named, Some(&call.reply), |work| work.called(call));
            }
        }
    }

    pub(crate) fn deliver(&mut self, event: &Event) {
        self.deliver_at(event, received());
    }

    pub(crate) fn deliver_at(&mut self, event: &Event, received: Timestamp) {
        let (message, reply) = wanted(&self.thread.account, event);
        self.work(message, reply.as_ref(), |work| work.ingest(event, &CHANNEL, received));
    }

    /// The words of its messages, in their order.
    pub(crate) fn words(&self) -> Vec<&str> {
        let mut messages: Vec<_> = self.messages.values().collect();
        messages.sort_by_key(|message| message.place());
        messages.into_iter().filter_map(Message::text).collect()
    }

    fn work(
        &mut self,
        named: impl IntoIterator<Item = MessageId>,
        reply: Option<&ReplyId>,
        input: impl FnOnce(&mut Work),
    ) {
        let mut work = Work::new(self.thread.clone(), noon(), Timings::default());
        work.messages.extend(named.into_iter().filter_map(|id| Some((id.clone(), self.messages.get(&id)?.clone()))));
        let loaded =
            self.replies.iter().filter(|(id, one)| one.holds_the_line() || one.needs_a_person() || Some(*id) == reply);
        work.replies.extend(loaded.map(|(id, one)| (id.clone(), one.clone())));
        input(&mut work);
        if !work.changed() {
            self.note(&work);
            assert!(work.entries.is_empty() && work.changed_messages.is_empty() && work.changed_replies.is_empty());
            return;
        }
        assert_eq!(work.thread.version, self.thread.version + 1, "one version for one commit");
        for id in &work.changed_messages {
            self.messages.insert(id.clone(), work.messages[id].clone());
        }
        for id in &work.changed_replies {
            self.replies.insert(id.clone(), work.replies[id].clone());
        }
        self.note(&work);
        self.thread = work.thread;
        self.record.extend(work.entries);
        self.effects.extend(work.effects);
    }

    /// What makes no new version is kept all the same.
    fn note(&mut self, work: &Work) {
        for id in &work.noted_messages {
            self.messages.insert(id.clone(), work.messages[id].clone());
        }
    }

    /// Everything that must not depend on the order.
    pub(crate) fn digest(&self) -> Value {
        let mut thread = serde_json::to_value(&self.thread).unwrap();
        for (part, field) in ORDER {
            let fields = thread.pointer_mut(part).unwrap().as_object_mut().unwrap();
            assert!(fields.remove(field).is_some(), "{part}/{field}");
        }
        // The version with which a message came.
        let questions = &mut thread["questions"];
        for waiting in questions["waiting"]["latest"].as_object_mut().unwrap().values_mut() {
            waiting.as_array_mut().unwrap().truncate(1);
        }
        for answered in questions["answered"].as_object_mut().unwrap().values_mut() {
            answered["asked"].as_array_mut().unwrap().truncate(1);
        }
        let mut messages = serde_json::to_value(&self.messages).unwrap();
        for message in messages.as_object_mut().unwrap().values_mut() {
            message.as_object_mut().unwrap().remove("written");
        }
        serde_json::json!({ "thread": thread, "messages": messages, "replies": self.replies })
    }

    pub(crate) fn check_record(&self) {
        assert_eq!(
            audit::verify(&self.record).unwrap(),
            self.thread.audit,
            "the record is whole and ends where the thread says"
        );
    }
}
