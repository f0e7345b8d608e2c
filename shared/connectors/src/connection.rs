//! Chats under the name of another connection.

use tributary_domain::{
    event::{Event, Fact, Scope},
    id::RemoteId,
    platform::Platform,
};

use crate::registry::reconnected;

/// Gives every id in an event that holds the name of the connection `from` the one with `to` in its place.
pub fn reconnect(platform: Platform, event: &mut Event, from: &str, to: &str) {
    let renamed = |id: &str| reconnected(platform, id, from, to);
    for identity in event.person_mut().into_iter().flat_map(|peer| &mut peer.identities) {
        if let Some(other) = renamed(identity) {
            *identity = other;
        }
    }
    if let Some((kind, other)) = event.key.split_once(':').and_then(|(kind, id)| Some((kind, renamed(id)?))) {
        event.key = format!("{kind}:{other}");
    }
    let (id, quoted) = match &mut event.fact {
        Fact::Message { id, content } | Fact::Echo { id, content, .. } => {
            (Some(id), content.quote.as_mut().and_then(|quote| quote.id.as_mut()))
        }
        Fact::Edited { id, .. }
        | Fact::Unsent { id }
        | Fact::Hidden { id, .. }
        | Fact::Reacted { id, .. }
        | Fact::Undelivered { id, .. }
        | Fact::Receipt { scope: Scope::Message { id }, .. } => (Some(id), None),
        Fact::Receipt { .. }
        | Fact::Referred { .. }
        | Fact::HandedOver { .. }
        | Fact::HandoverAsked
        | Fact::PeerChanged { .. } => (None, None),
    };
    for id in id.into_iter().chain(quoted) {
        if let Some(other) = renamed(id.as_str()) {
            *id = RemoteId::new(other);
        }
    }
}
