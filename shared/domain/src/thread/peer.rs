//! Who is on the other side, by what is told of them.

use super::{state::Thread, work::Work};
use crate::{
    event::{Event, Fact, PeerChange, Side, Toward},
    time::Timestamp,
};

impl Thread {
    /// The ids by which the other side can be reached, the one last in use first. Once they are said to have new ones, those
    /// that were not seen since may be somebody else's by now.
    pub fn recipients(&self) -> Vec<String> {
        let since = self.changed_ids_at.unwrap_or_default();
        // Clocks of platforms tell whole seconds: of the second of the change, only what the change itself named is theirs.
        let theirs =
            |id: &&String| self.in_use.get(*id).is_some_and(|(used, told)| *used > since || *told && *used == since);
        let now: Vec<String> = self.peer.identities.iter().filter(theirs).cloned().collect();
        if now.is_empty() { self.peer.identities.clone() } else { now }
    }
}

impl Work {
    /// Learns the names and ids under which the other side goes.
    pub(super) fn meet(&mut self, event: &Event, at: Timestamp) {
        let Toward::Person(known) = &event.toward else { return };
        let before = self.thread.peer.clone();
        let peer = &mut self.thread.peer;
        let mut news = false;
        for (place, identity) in known.identities.iter().enumerate() {
            if !peer.identities.contains(identity) {
                peer.identities.push(identity.clone());
            }
            // The first of a kind is theirs now, those after it were.
            let former = known.identities.iter().take(place).any(|other| kind(other) == kind(identity));
            let used = used(&event.fact, at).filter(|_| !former);
            let last = self.thread.in_use.get(identity).copied();
            if let Some(used) = used.filter(|used| last.is_none_or(|last| last < *used)) {
                self.thread.in_use.insert(identity.clone(), used);
                news = true;
            }
        }
        if matches!(&event.fact, Fact::PeerChanged { change: PeerChange::NewIdentity }) {
            news |= self.thread.changed_ids_at < Some(at);
            self.thread.changed_ids_at = self.thread.changed_ids_at.max(Some(at));
        }
        let in_use = &self.thread.in_use;
        peer.identities.sort_by(|one, other| in_use.get(other).cmp(&in_use.get(one)).then_with(|| one.cmp(other)));
        self.thread.shed_identities();
        let peer = &mut self.thread.peer;
        let named = told_later(&mut peer.name, &mut self.thread.peer_at, known.name.as_ref(), at);
        let handle = known.username.as_deref().map(|handle| handle.trim_start_matches('@').to_owned());
        let handled = if known.no_username {
            given_up(&mut peer.username, &mut self.thread.username_at, at)
        } else {
            told_later(&mut peer.username, &mut self.thread.username_at, handle.as_ref(), at)
        };
        if named || handled || news {
            self.touch();
        }
        if self.thread.peer != before {
            self.thread.peer_version = self.touch();
        }
    }

    pub(super) fn peer_changed(&mut self, change: &PeerChange, at: Timestamp) {
        let blocked = match change {
            PeerChange::NewIdentity => return,
            PeerChange::Blocked => (at, true),
            PeerChange::Unblocked => (at, false),
        };
        if self.thread.blocked.is_none_or(|known| known < blocked) {
            self.thread.blocked = Some(blocked);
            self.touch();
        }
    }
}

/// The kind of an id: `wa` of `wa:1650…`.
fn kind(identity: &str) -> &str {
    identity.split_once(':').map_or("", |(kind, _)| kind)
}

/// When what is told shows that the ids with it are the customer's, and whether they are said to be new. What is told of
/// our own messages may name those that they went by then.
fn used(fact: &Fact, at: Timestamp) -> Option<(Timestamp, bool)> {
    match fact {
        Fact::PeerChanged { change } => Some((at, *change == PeerChange::NewIdentity)),
        Fact::Message { .. } | Fact::Referred { .. } | Fact::Reacted { by: Side::Customer, .. } => Some((at, false)),
        Fact::Echo { .. }
        | Fact::Edited { .. }
        | Fact::Unsent { .. }
        | Fact::Reacted { by: Side::Business, .. }
        | Fact::Receipt { .. }
        | Fact::Undelivered { .. }
        | Fact::HandedOver { .. }
        | Fact::HandoverAsked => None,
    }
}

/// Forgets what was told before. Of the same moment what was told stays, so that their order does not matter.
fn given_up(known: &mut Option<String>, known_at: &mut Timestamp, at: Timestamp) -> bool {
    let later = at > *known_at;
    if later {
        *known = None;
        *known_at = at;
    }
    later
}

/// Keeps what was told last. Of two told at the same time the greater stays, so that their order does not matter.
fn told_later(known: &mut Option<String>, known_at: &mut Timestamp, told: Option<&String>, at: Timestamp) -> bool {
    let later = told.is_some() && (at, told) > (*known_at, known.as_ref());
    if later {
        *known = told.cloned();
        *known_at = at;
    }
    later
}
