//! A thread's messages as the facts that they came of: for the thread that its customer turns out to have already.

use super::state::Thread;
use crate::{
    event::{Event, Fact, Origin, Scope, Toward},
    message::{Author, Body, Direction, Hiding, Message},
    time::Timestamp,
};

/// What is known of a message, told again, each with when it reached us.
pub fn retold(thread: &Thread, message: &Message) -> Vec<(Event, Timestamp)> {
    let Some(body) = &message.body else { return Vec::new() };
    let id = || message.remote.clone();
    // What the platform's clock said is held against the receipt again.
    let mut facts = vec![(said(message, body), body.clock.unwrap_or(body.at), body.received_at, body.order())];
    if let Some(edit) = &message.edit {
        let (text, attachments) = (edit.text.clone(), edit.attachments.clone());
        let fact = Fact::Edited { id: id(), revision: Some(edit.revision), text, attachments };
        facts.push((fact, body.at, body.received_at, edit.order));
    }
    for (by, reaction) in &message.reactions {
        let fact = Fact::Reacted { id: id(), by: *by, emoji: reaction.emoji.clone() };
        facts.push((fact, reaction.at, reaction.at, reaction.order));
    }
    if let Some(Hiding { at, order, hidden }) = message.hidden {
        facts.push((Fact::Hidden { id: id(), hidden }, at, at, order));
    }
    if let Some(stage) = message.stage {
        let fact = Fact::Receipt { stage, scope: Scope::Message { id: id() }, correlation: None };
        facts.push((fact, body.at, body.received_at, body.order()));
    }
    if let Some(at) = message.unsent_at {
        facts.push((Fact::Unsent { id: id() }, at, at, body.order()));
    }
    let event = |(fact, at, received_at, order)| {
        let event = Event {
            subject: thread.subject.clone(),
            sequence: Some(order),
            ..Event::new(
                message.remote.clone(),
                thread.surface,
                Toward::Person(thread.contact.peer.clone()),
                Some(at),
                fact,
            )
        };
        (event, received_at)
    };
    facts.into_iter().map(event).collect()
}

fn said(message: &Message, body: &Body) -> Fact {
    let (id, content) = (message.remote.clone(), body.content.clone());
    let origin = if body.author == Author::OtherApp { Origin::OtherApp } else { Origin::NativeApp };
    match body.direction {
        Direction::Incoming => Fact::Message { id, content },
        Direction::Outgoing => Fact::Echo { id, content, correlation: None, origin },
    }
}
