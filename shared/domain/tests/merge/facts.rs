//! Facts about a handful of messages. The same name always stands for the same fact.

use tributary_domain::{
    capability::{ErrorClass, PlatformError},
    event::{
        Attachment, AttachmentKind, Content, Correlation, Event, Fact, Holder, MediaSource, Origin, Peer, PeerChange,
        Referral, Scope, Side, Stage, Toward,
    },
    id::RemoteId,
    outbound::SendOutcome,
    platform::Surface,
    thread::CallOutcome,
    time::{Span, Timestamp},
};

use crate::desk::{Step, WORDS, noon, reply_id};

pub(crate) fn minute(minute: u64) -> Timestamp {
    noon().plus(Span::minutes(minute))
}

fn event(key: String, at: Timestamp, fact: Fact) -> Step {
    Step::Event(Box::new(Event {
        key,
        ..Event::new(
            RemoteId::new("1784"),
            Surface::Messages,
            Toward::Person(Peer { identities: vec!["igsid:77".to_owned()], ..Peer::default() }),
            Some(at),
            fact,
        )
    }))
}

pub(crate) fn named(mut step: Step, name: Option<&str>, username: Option<&str>) -> Step {
    if let Step::Event(event) = &mut step {
        let peer = event.person_mut().unwrap();
        peer.name = name.map(str::to_owned);
        peer.username = username.map(str::to_owned);
    }
    step
}

pub(crate) fn incoming(number: u64) -> RemoteId {
    RemoteId::new(format!("in.{number}"))
}

pub(crate) fn outgoing(number: u64) -> RemoteId {
    RemoteId::new(format!("out.{number}"))
}

pub(crate) fn message(number: u64, at: u64) -> Step {
    let picture = Attachment {
        source: Some(MediaSource::Link { url: "https://media.example/1.jpg".to_owned() }),
        ..Attachment::bare(AttachmentKind::Image)
    };
    let attachments = if number.is_multiple_of(2) { vec![picture] } else { Vec::new() };
    let content = Content { text: Some(format!("Question {number}")), attachments, ..Content::default() };
    event(format!("message {number}"), minute(at), Fact::Message { id: incoming(number), content })
}

/// Other words under the id of a message.
pub(crate) fn other_words(number: u64, at: u64) -> Step {
    let content = Content { text: Some(format!("Another question {number}")), ..Content::default() };
    event(format!("other words {number}"), minute(at), Fact::Message { id: incoming(number), content })
}

pub(crate) fn echo(number: u64, at: u64) -> Step {
    let content = Content { text: Some(format!("Answer {number}")), ..Content::default() };
    let fact = Fact::Echo { id: outgoing(number), content, correlation: None, origin: Origin::NativeApp };
    event(format!("echo {number}"), minute(at), fact)
}

/// The echo of our reply; its platform tells a little less of the words than we know.
pub(crate) fn our_echo(at: u64, with_reference: bool) -> Step {
    let content = Content { text: Some(WORDS.to_owned()), forwarded: true, ..Content::default() };
    let correlation = with_reference.then(|| Correlation { reply: reply_id(), part: 0 });
    event(
        "echo of ours".to_owned(),
        minute(at),
        Fact::Echo { id: outgoing(100), content, correlation, origin: Origin::Ours },
    )
}

pub(crate) fn accepted() -> Step {
    called(SendOutcome::Accepted { ids: vec![outgoing(100)] })
}

pub(crate) fn called(outcome: SendOutcome) -> Step {
    Step::Called(CallOutcome { reply: reply_id(), part: 0, attempt: 1, outcome })
}

pub(crate) fn status_of_ours(stage: Stage) -> Step {
    let correlation = Some(Correlation { reply: reply_id(), part: 0 });
    let fact = Fact::Receipt { stage, scope: Scope::Message { id: outgoing(100) }, correlation };
    event(format!("status {stage:?}"), minute(30), fact)
}

pub(crate) fn edit(id: RemoteId, revision: u64) -> Step {
    let text = Some(format!("Put better, {revision}"));
    event(
        format!("edit {id} {revision}"),
        minute(20 + revision),
        Fact::Edited { id, revision: Some(revision), text, attachments: Vec::new() },
    )
}

pub(crate) fn unsend(id: RemoteId) -> Step {
    event(format!("unsend {id}"), minute(40), Fact::Unsent { id })
}

pub(crate) fn reaction(id: RemoteId, by: Side, at: u64) -> Step {
    let emoji = (!at.is_multiple_of(3)).then(|| format!("{at}"));
    event(format!("reaction {id} {by:?} {at}"), minute(at), Fact::Reacted { id, by, emoji })
}

pub(crate) fn receipt(id: RemoteId, stage: Stage) -> Step {
    event(
        format!("receipt {id} {stage:?}"),
        minute(31),
        Fact::Receipt { stage, scope: Scope::Message { id }, correlation: None },
    )
}

pub(crate) fn watermark(stage: Stage, at: u64) -> Step {
    let fact = Fact::Receipt { stage, scope: Scope::UpTo { at: minute(at) }, correlation: None };
    event(format!("watermark {stage:?} {at}"), minute(at), fact)
}

pub(crate) fn undelivered(id: RemoteId, code: u64) -> Step {
    let error = PlatformError { class: ErrorClass::Blocked, code: code.to_string() };
    event(format!("undelivered {id} {code}"), minute(32), Fact::Undelivered { id, error, correlation: None })
}

pub(crate) fn ours_undelivered() -> Step {
    let error = PlatformError { class: ErrorClass::Blocked, code: "131026".to_owned() };
    let correlation = Some(Correlation { reply: reply_id(), part: 0 });
    event("ours undelivered".to_owned(), minute(33), Fact::Undelivered { id: outgoing(100), error, correlation })
}

/// By a clock that cannot be right.
pub(crate) fn by_clock(mut step: Step, said: i64) -> Step {
    if let Step::Event(event) = &mut step {
        event.at = Some(Timestamp::from_seconds(said));
    }
    step
}

/// The edit of a message of the customer's to the words that it has.
pub(crate) fn no_edit(number: u64, revision: u64) -> Step {
    let fact = Fact::Edited {
        id: incoming(number),
        revision: Some(revision),
        text: Some(format!("Question {number}")),
        attachments: Vec::new(),
    };
    event(format!("no edit {number} {revision}"), minute(20 + revision), fact)
}

/// The customer, by these ids, at that minute.
pub(crate) fn from(mut step: Step, identities: &[&str]) -> Step {
    if let Step::Event(event) = &mut step {
        event.person_mut().unwrap().identities = identities.iter().map(|id| (*id).to_owned()).collect();
    }
    step
}

pub(crate) fn referred(at: u64) -> Step {
    let referral = Referral { reference: Some(format!("link {at}")), ..Referral::default() };
    event(format!("referral {at}"), minute(at), Fact::Referred { referral })
}

pub(crate) fn handed_over(to: Holder, at: u64) -> Step {
    event(format!("handed over {to:?} {at}"), minute(at), Fact::HandedOver { to, from: None })
}

/// The same message, as an app hears of it that only watches.
pub(crate) fn watched(mut step: Step) -> Step {
    if let Step::Event(told) = &mut step
        && let Fact::Message { content, .. } | Fact::Echo { content, .. } = &mut told.fact
    {
        (content.standby, content.agent) = (true, true);
    }
    step
}

/// Told of in full, and without a handle.
pub(crate) fn without_handle(mut step: Step) -> Step {
    if let Step::Event(event) = &mut step {
        let peer = event.person_mut().unwrap();
        (peer.username, peer.no_username) = (None, true);
    }
    step
}

pub(crate) fn peer_changed(change: PeerChange, at: u64) -> Step {
    event(format!("peer {change:?} {at}"), minute(at), Fact::PeerChanged { change })
}
