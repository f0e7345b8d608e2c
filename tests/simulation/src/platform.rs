//! Customers, the webhooks that tell of them, and the call that reaches them.

use tributary_domain::{
    capability::{ErrorClass, PlatformError},
    event::{
        Attachment, AttachmentKind, Content, Correlation, Event, Fact, MediaSource, Origin, Peer, Scope, Side, Stage,
        Toward,
    },
    id::{RemoteId, ReplyId},
    outbound::{SendOutcome, UncertainCause},
    platform::Surface,
    time::{Span, Timestamp},
};

use crate::{cast, dice::Dice};

/// A webhook body: facts about customers. Told until it was acknowledged, and now and then once more.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Of which customer, and what.
    pub told: Vec<(usize, Event)>,
    /// It cannot be read.
    pub poison: bool,
    /// We said that we have it.
    pub acked: bool,
}

/// A message that the platform took from us.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Of which reply.
    pub reply: ReplyId,
    /// Which part.
    pub part: u32,
    /// By which call.
    pub attempt: u32,
    /// The words as they came.
    pub text: String,
}

/// What the platform tells us of our own messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echoes {
    /// With our reference.
    WithReference,
    /// Without it.
    WithoutReference,
    /// Nothing.
    None,
}

/// The platform.
#[derive(Debug)]
pub struct Platform {
    /// All that it ever told, or will tell.
    pub deliveries: Vec<Delivery>,
    /// All that it ever took.
    pub taken: Vec<Taken>,
    /// What it calls those of them that did not arrive.
    pub lost: Vec<RemoteId>,
    /// What it tells of our own messages.
    pub echoes: Echoes,
}

/// What comes of a call.
#[derive(Debug)]
pub struct Fate {
    /// What is seen of it.
    pub outcome: SendOutcome,
    /// How long that takes.
    pub after: Span,
}

fn event(customer: usize, at: Timestamp, fact: Fact) -> (usize, Event) {
    let peer = Peer { identities: vec![cast::counterpart(customer)], ..Peer::default() };
    let account = RemoteId::new("1784");
    (customer, Event::new(account, Surface::Messages, Toward::Person(peer), Some(at), fact))
}

/// All that one customer will do, in the order of their own clock.
fn story(customer: usize, dice: &mut Dice) -> Vec<(usize, Event)> {
    // All of it was before anything reaches us: no clock is ahead of ours.
    let at = |seconds| cast::morning().minus(Span::minutes(10)).plus(Span::seconds(seconds));
    let id = |number: u64| RemoteId::new(format!("in.{customer}.{number}"));
    let mut story = Vec::new();
    for number in 0..=u64::try_from(dice.below(3)).unwrap_or(0) {
        let sent = 1 + number * 40;
        let picture = Attachment {
            source: Some(MediaSource::Link { url: "https://media.example/1".to_owned() }),
            ..Attachment::bare(AttachmentKind::Image)
        };
        let attachments = if dice.once_in(4) { vec![picture] } else { Vec::new() };
        let content = Content { text: Some(format!("Question {number}")), attachments, ..Content::default() };
        story.push(event(customer, at(sent), Fact::Message { id: id(number), content }));
        for revision in 1..=u64::try_from(dice.below(3)).unwrap_or(0) {
            let text = Some(format!("Question {number}, put better {revision}"));
            story.push(event(
                customer,
                at(sent + revision),
                Fact::Edited { id: id(number), revision: Some(revision), text, attachments: Vec::new() },
            ));
        }
        if dice.once_in(4) {
            let emoji = (!dice.once_in(3)).then(|| "+1".to_owned());
            story.push(event(customer, at(sent + 5), Fact::Reacted { id: id(number), by: Side::Customer, emoji }));
        }
        if dice.once_in(6) {
            story.push(event(customer, at(sent + 20), Fact::Unsent { id: id(number) }));
        }
        if dice.once_in(2) {
            let stage = if dice.once_in(2) { Stage::Delivered } else { Stage::Read };
            let scope = Scope::UpTo { at: at(sent) };
            story.push(event(customer, at(sent + 30), Fact::Receipt { stage, scope, correlation: None }));
        }
    }
    if dice.once_in(4) {
        let content = Content { text: Some("Answered by phone".to_owned()), ..Content::default() };
        let fact = Fact::Echo {
            id: RemoteId::new(format!("native.{customer}")),
            content,
            correlation: None,
            origin: Origin::NativeApp,
        };
        story.push(event(customer, at(60), fact));
    }
    story
}

impl Platform {
    /// A platform with customers who will do this and that.
    pub fn new(dice: &mut Dice) -> Self {
        let mut facts: Vec<_> = (0..cast::CUSTOMERS).flat_map(|customer| story(customer, dice)).collect();
        let mut deliveries = Vec::new();
        while !facts.is_empty() {
            let together = 1 + dice.below(3).saturating_sub(1);
            let told = (0..together).filter_map(|_| dice.take(&mut facts)).collect();
            deliveries.push(Delivery { told, poison: dice.once_in(30), acked: false });
        }
        let echoes = match dice.below(4) {
            0 => Echoes::None,
            1 => Echoes::WithoutReference,
            _ => Echoes::WithReference,
        };
        Self { deliveries, taken: Vec::new(), lost: Vec::new(), echoes }
    }

    /// A call for a part of a reply comes in.
    pub fn call(&mut self, customer: usize, call: &Taken, now: Timestamp, faults: bool, dice: &mut Dice) -> Fate {
        let uncertain = |cause| SendOutcome::Uncertain { cause };
        let soon = Span::seconds(1);
        if !faults {
            return Fate { outcome: self.take(customer, call, now, dice), after: soon };
        }
        match dice.below(14) {
            0 => {
                let error = PlatformError { class: ErrorClass::Invalid, code: "100".to_owned() };
                Fate { outcome: SendOutcome::Refused { error }, after: soon }
            }
            1 => {
                let retry_after = dice.once_in(2).then(|| Span::seconds(3));
                Fate { outcome: SendOutcome::RateLimited { retry_after, code: "613".to_owned() }, after: soon }
            }
            2 => Fate { outcome: uncertain(UncertainCause::Transport), after: soon },
            3 => {
                self.take(customer, call, now, dice);
                Fate { outcome: uncertain(UncertainCause::Transport), after: soon }
            }
            4 => {
                if dice.once_in(2) {
                    self.take(customer, call, now, dice);
                }
                Fate { outcome: uncertain(UncertainCause::ServerError), after: soon }
            }
            5 => {
                if dice.once_in(2) {
                    self.take(customer, call, now, dice);
                }
                Fate { outcome: uncertain(UncertainCause::Deadline), after: Span::seconds(20) }
            }
            // A caller that is stalled for longer than the thread waits for it.
            6 => Fate { outcome: self.take(customer, call, now, dice), after: Span::seconds(60) },
            _ => Fate { outcome: self.take(customer, call, now, dice), after: soon },
        }
    }

    /// Takes a message, and tells of it as this platform does: an echo, receipts, or nothing.
    fn take(&mut self, customer: usize, call: &Taken, now: Timestamp, dice: &mut Dice) -> SendOutcome {
        let id = RemoteId::new(format!("out.{}.{}.{}", call.reply, call.part, call.attempt));
        self.taken.push(call.clone());
        let reference = Correlation { reply: call.reply.clone(), part: call.part };
        let correlation = (self.echoes == Echoes::WithReference).then_some(reference);
        if self.echoes != Echoes::None && !dice.once_in(4) {
            let content = Content { text: Some(call.text.clone()), ..Content::default() };
            let fact = Fact::Echo { id: id.clone(), content, correlation: correlation.clone(), origin: Origin::Ours };
            self.tell(event(customer, now, fact));
        }
        // Taken, and then it does not arrive: as platforms say that give our reference back.
        if self.echoes == Echoes::WithReference && dice.once_in(8) {
            let error = PlatformError { class: ErrorClass::Blocked, code: "131026".to_owned() };
            let fact = Fact::Undelivered { id: id.clone(), error, correlation: correlation.clone() };
            self.tell(event(customer, now, fact));
            self.lost.push(id.clone());
            if dice.once_in(2) {
                let scope = Scope::Message { id: id.clone() };
                self.tell(event(customer, now, Fact::Receipt { stage: Stage::Sent, scope, correlation }));
            }
            return SendOutcome::Accepted { ids: vec![id] };
        }
        if self.echoes != Echoes::None && dice.once_in(2) {
            for stage in [Stage::Sent, Stage::Delivered, Stage::Read] {
                if dice.once_in(2) {
                    let fact = Fact::Receipt {
                        stage,
                        scope: Scope::Message { id: id.clone() },
                        correlation: correlation.clone(),
                    };
                    self.tell(event(customer, now, fact));
                }
            }
        }
        SendOutcome::Accepted { ids: vec![id] }
    }

    fn tell(&mut self, fact: (usize, Event)) {
        self.deliveries.push(Delivery { told: vec![fact], poison: false, acked: false });
    }
}
