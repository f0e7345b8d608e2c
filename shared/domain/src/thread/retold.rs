//! A thread's messages as the facts that they came of: for the thread that its customer turns out to have already.

use super::state::Thread;
use crate::{
    event::{Event, Fact, Origin, Scope},
    message::{Author, Body, Direction, Message},
    time::Timestamp,
};

/// What is known of a message, told again, each with when it reached us.
pub fn retold(thread: &Thread, message: &Message) -> Vec<(Event, Timestamp)> {
    let Some(body) = &message.body else { return Vec::new() };
    let id = || message.remote.clone();
    let mut facts = vec![(said(message, body), body.at, body.received_at)];
    if let Some(edit) = &message.edit {
        let fact = Fact::Edited { id: id(), revision: edit.revision, text: edit.text.clone() };
        facts.push((fact, body.at, body.received_at));
    }
    for (by, reaction) in &message.reactions {
        let fact = Fact::Reacted { id: id(), by: *by, emoji: reaction.emoji.clone() };
        facts.push((fact, reaction.at, reaction.received_at));
    }
    if let Some(stage) = message.stage {
        let fact = Fact::Receipt { stage, scope: Scope::Message { id: id() }, correlation: None };
        facts.push((fact, body.at, body.received_at));
    }
    if let Some(at) = message.unsent_at {
        facts.push((Fact::Unsent { id: id() }, at, body.received_at));
    }
    let event = |(fact, at, received_at)| {
        let event = Event {
            account: message.remote.clone(),
            surface: thread.surface,
            key: String::new(),
            thread: None,
            peer: thread.peer.clone(),
            at: Some(at),
            fact,
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
