//! A thread with all that belongs to it, and a clock that moves on with every step.

use sha2::{Digest, Sha256};
use tributary_domain::{
    audit::{Entry, Program},
    authored::{Authored, ModerationOrder, Session, SignedIn},
    capability::{
        Capabilities, ErrorClass, Feature, Inbound, MediaPolicy, PlatformError, SendSemantics, TextLimit, TextUnit,
        WindowPolicy,
    },
    event::{Content, Event, Fact, Peer, Toward},
    id::{AccountId, MessageId, RemoteId, ReplyId, TeammateId, TokenId},
    message::Message,
    moderation::{ModerationAction, ModerationOutcome},
    outbound::{Draft, Part, SendOutcome},
    platform::{Channel, Platform, Surface},
    reply::{self, Reply, State},
    template::Begun,
    thread::{CallOutcome, Command, Thread, Work},
    time::{Span, Timestamp},
    timings::Timings,
};
use tributary_wire::{api::reply::ReplyItem, view};

static CHANNEL: Capabilities = Capabilities {
    channel: Channel { platform: Platform::Facebook, surface: Surface::Messages },
    features: &[],
    text: TextLimit { max: 2000, unit: TextUnit::Characters },
    caption: None,
    media: &[],
    attachments: 1,
    window: WindowPolicy::HumanAgent { standard: Span::hours(24), human_agent: Span::days(7) },
    semantics: SendSemantics::Correlatable,
    inbound: Inbound::Webhook,
    media_policy: MediaPolicy::Store,
    blind_spots: &[],
};

pub(crate) struct ThreadHarness {
    pub(crate) work: Work,
    pub(crate) now: Timestamp,
    pub(crate) record: Vec<Entry>,
}

pub(crate) fn person(name: &str) -> TeammateId {
    TeammateId::parse(&format!("tm_{name}")).unwrap()
}

pub(crate) fn reply_id(name: &str) -> ReplyId {
    ReplyId::parse(name).unwrap()
}

pub(crate) fn refused(class: ErrorClass) -> PlatformError {
    PlatformError { class, code: "100/33".to_owned() }
}

impl ThreadHarness {
    pub(crate) fn new() -> Self {
        let account = AccountId::of(Platform::Facebook, &RemoteId::new("1784"));
        let thread = Thread::new(account, Platform::Facebook, Surface::Messages, "psid:7".to_owned());
        let now = Timestamp::from_seconds(1_767_268_800);
        Self { work: Work::new(thread, now, Timings::default()), now, record: Vec::new() }
    }

    pub(crate) fn later(&mut self, span: Span) {
        self.now = self.now.plus(span);
    }

    pub(crate) fn act<T>(&mut self, method: impl FnOnce(&mut Work) -> T) -> T {
        self.later(Span::minutes(1));
        let mut work = Work::new(self.work.thread.clone(), self.now, Timings::default());
        work.messages.clone_from(&self.work.messages);
        work.replies.clone_from(&self.work.replies);
        work.claim.clone_from(&self.work.claim);
        let result = method(&mut work);
        self.record.extend(work.entries.iter().cloned());
        self.work = work;
        result
    }

    pub(crate) fn happens(&mut self, fact: Fact) {
        let peer = Peer { identities: vec!["psid:7".to_owned()], ..Peer::default() };
        let at = Some(self.now.plus(Span::minutes(1)));
        let account = RemoteId::new("1784");
        let event = Event::new(account, Surface::Messages, Toward::Person(peer), at, fact);
        let now = self.now.plus(Span::minutes(1));
        self.act(|work| work.ingest(&event, &CHANNEL, now));
    }

    pub(crate) fn asks(&mut self, name: &str) {
        let content = Content { text: Some(format!("Question {name}")), ..Content::default() };
        self.happens(Fact::Message { id: RemoteId::new(name), content });
    }

    pub(crate) fn command(&mut self, command: Command) {
        self.act(|work| work.command(command, None)).unwrap();
    }

    /// The same, by a teammate's token.
    pub(crate) fn by_program(&mut self, name: &str, command: Command) {
        let program = Program { token: TokenId::parse("tok_1").unwrap(), name: name.to_owned() };
        self.act(|work| {
            work.through = Some(program);
            work.command(command, None)
        })
        .unwrap();
    }

    fn signed_in(&self, by: &str) -> SignedIn {
        let session = Session {
            secret_digest: Sha256::digest(b"secret").into(),
            teammate: person(by),
            enabled: true,
            may_reply: true,
            expires_at: self.now.plus(Span::hours(1)),
        };
        SignedIn::check(&session, b"secret", self.now).unwrap()
    }

    fn sign(&self, by: &str, draft: &Draft) -> Authored {
        Authored::by(&self.signed_in(by), draft).unwrap()
    }

    /// A reply in as many parts as there are texts.
    pub(crate) fn answers(&mut self, name: &str, template: Option<&str>, texts: &[&str]) {
        let draft = Draft { text: texts.join("\n"), ..Draft::default() };
        let authored = self.sign("nora", &draft);
        let parts = texts.iter().map(|text| Part::Text { text: (*text).to_owned(), quote: None }).collect();
        let template = template.map(|name| Begun { name: name.to_owned(), changed: Some(true) });
        let version = self.work.thread.version;
        self.act(|work| work.reply(reply_id(name), authored, draft, template, parts, version)).unwrap();
    }

    /// Somebody wants something done to a comment, the call is made, and this comes back.
    pub(crate) fn moderates(&mut self, name: &str, action: ModerationAction, outcome: &ModerationOutcome) {
        let id = MessageId::of(&self.work.thread.account, &RemoteId::new(name));
        let person = self.signed_in("nora");
        let order = ModerationOrder::by(&person, action, id.clone()).unwrap();
        let features = [Feature::Hide, Feature::Delete, Feature::DeleteTheirs, Feature::Like];
        self.act(|work| work.moderate(order, &features)).unwrap();
        let call = self.act(|work| work.begin_moderation(&id)).unwrap();
        self.act(|work| work.moderated(&id, call.attempt, outcome));
    }

    pub(crate) fn came_back(&mut self, name: &str, outcome: SendOutcome) {
        let State::Sending { part, attempt, .. } = self.reply(name).state else { panic!("no call is being made") };
        let call = CallOutcome { reply: reply_id(name), part, attempt, outcome };
        self.act(|work| work.called(&call));
    }

    /// The platform takes the next part and calls it so.
    pub(crate) fn taken(&mut self, name: &str, remote: &str) {
        self.came_back(name, SendOutcome::Accepted { ids: vec![RemoteId::new(remote)] });
    }

    /// The answer of an earlier call comes after all.
    pub(crate) fn came_late(&mut self, name: &str, attempt: u32, remote: &str) {
        let outcome = SendOutcome::Accepted { ids: vec![RemoteId::new(remote)] };
        let call = CallOutcome { reply: reply_id(name), part: 0, attempt, outcome };
        self.act(|work| work.called(&call));
    }

    pub(crate) fn settles(&mut self, name: &str, event: &reply::Event) {
        let (draft, attempts) = (self.reply(name).draft.clone(), self.reply(name).attempts);
        let authored = self.sign("nora", &draft);
        self.act(|work| work.resolve(&reply_id(name), event, attempts, &authored)).unwrap();
    }

    pub(crate) fn reply(&self, name: &str) -> &Reply {
        &self.work.replies[&reply_id(name)]
    }

    /// As the API shows it.
    pub(crate) fn shown(&self, name: &str) -> ReplyItem {
        let reply = self.reply(name);
        let named = reply.parts.iter().filter_map(reply::PartState::named).flatten();
        let id = |remote| MessageId::of(&self.work.thread.account, remote);
        let messages: Vec<Message> = named.map(|remote| self.work.messages[&id(remote)].clone()).collect();
        view::reply_item(&self.work.thread, reply, &messages).unwrap()
    }
}
