//! One thread, with whoever carries its effects.

use tributary_domain::{
    audit::AuditDetail,
    capability::{Capabilities, Inbound, MediaPolicy, SendSemantics, TextLimit, TextUnit, WindowPolicy},
    escalation::Targets,
    event::{Content, Event, Fact, Origin, Peer, Toward},
    id::{AccountId, RemoteId, TeammateId},
    label::{BuiltInReason, LabelSet, LabelSource, Labels, Urgency},
    owner::Owner,
    platform::{Channel, Platform, Surface},
    rules::Rules,
    thread::{Command, Effect, Thread, Work},
    time::{Span, Timestamp},
    timings::Timings,
};

/// Nothing can be said a day after the customer's last word.
pub(crate) const WINDOW: WindowPolicy = WindowPolicy::Closes { standard: Span::hours(24) };

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

pub(crate) struct ThreadHarness {
    pub(crate) thread: Thread,
    /// What was done because nobody answered, by the record.
    pub(crate) done: Vec<(Timestamp, String)>,
    /// Notices, by their keys, once each.
    pub(crate) told: Vec<String>,
}

impl ThreadHarness {
    /// Asked at this time, labelled and owned.
    pub(crate) fn asked(at: Timestamp) -> Self {
        let account = AccountId::of(Platform::Instagram, &RemoteId::new("1784"));
        let thread = Thread::new(account, Platform::Instagram, Surface::Messages, "igsid:7".to_owned());
        let mut desk = Self { thread, done: Vec::new(), told: Vec::new() };
        let content = Content { text: Some("Where is it?".to_owned()), ..Content::default() };
        desk.event(at, Fact::Message { id: RemoteId::new("mid.1"), content });
        let labels =
            Labels { topic: "other".into(), urgency: Urgency::Normal, language: "en".into(), summary: String::new() };
        let set = LabelSet { labels, source: LabelSource::BuiltIn { reason: BuiltInReason::NotConfigured }, at };
        let turn = desk.thread.labelling.turn;
        desk.command(at, Command::Labelled { turn, set, targets: Targets::default(), plan: None, away: None });
        desk.settle(at);
        desk
    }

    pub(crate) fn answer(&mut self, at: Timestamp) {
        let content = Content { text: Some("It is on its way".to_owned()), ..Content::default() };
        let id = RemoteId::new("mid.2");
        self.event(at, Fact::Echo { id, content, correlation: None, origin: Origin::NativeApp });
        self.settle(at);
    }

    pub(crate) fn snooze(&mut self, now: Timestamp, until: Timestamp) {
        self.command(now, Command::Snooze { until, by: nora() });
        self.settle(now);
    }

    /// When it asks to be woken.
    pub(crate) fn wakes_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.thread.wakes_at([], false, now, &Timings::default())
    }

    /// The alarm rings: what was done, if anything.
    pub(crate) fn ring(&mut self, rules: &Rules, now: Timestamp) -> Option<String> {
        let before = self.done.len();
        self.work(now, |work| {
            work.tick();
            work.escalate(Some(rules), WINDOW);
        });
        self.settle(now);
        assert!(self.done.len() <= before + 1, "one thing at once");
        self.done.get(before).map(|(_, kind)| kind.clone())
    }

    /// Owner, index and notices are seen to.
    fn settle(&mut self, now: Timestamp) {
        if self.thread.assignment.to_route {
            let version = self.thread.version;
            self.command(now, Command::Routed { owner: Owner::Teammate { id: nora() }, reasons: Vec::new(), version });
        }
        for notice in self.thread.escalation.pending_notices.clone() {
            assert!(!self.told.contains(&notice.key), "{} was told twice", notice.key);
            self.told.push(notice.key.clone());
            self.command(now, Command::Notified { key: notice.key });
        }
        let thread = &mut self.thread;
        (thread.acks.index, thread.acks.roster) = (thread.version, thread.version);
        thread.contact.profile.at = Some(now);
    }

    fn event(&mut self, at: Timestamp, fact: Fact) {
        let peer = Peer { identities: vec!["igsid:7".to_owned()], ..Peer::default() };
        let account = RemoteId::new("1784");
        let event = Event::new(account, Surface::Messages, Toward::Person(peer), Some(at), fact);
        self.work(at, |work| work.ingest(&event, &CHANNEL, at));
    }

    fn command(&mut self, now: Timestamp, command: Command) {
        self.work(now, |work| work.command(command, None).unwrap());
    }

    fn work(&mut self, now: Timestamp, method: impl FnOnce(&mut Work)) {
        let mut work = Work::new(self.thread.clone(), now, Timings::default());
        method(&mut work);
        self.done.extend(work.entries.iter().filter_map(|one| match &one.done {
            AuditDetail::Warned { kind, .. } | AuditDetail::Escalated { kind, .. } => {
                Some((one.at, kind.as_str().to_owned()))
            }
            _ => None,
        }));
        assert!(work.effects.iter().all(|one| !matches!(one, Effect::Call { .. })), "no clock writes to a customer");
        self.thread = work.thread;
    }
}

fn nora() -> TeammateId {
    TeammateId::parse("tm_nora").unwrap()
}
