//! Who is on the other side, by what is told of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    state::Thread,
    work::{Effect, Work},
};
use crate::{
    bounds,
    event::{Event, Fact, Peer, PeerChange, Referral, Side, Toward, is_unknown},
    platform::Surface,
    time::{Span, Timestamp},
    timings::ThreadTimings,
};

/// What is known of the customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// The other side, as deliveries name them.
    pub peer: Peer,
    /// When each of their ids was last seen in use, and whether that was said to be a new one: of the same second, it is
    /// the later.
    pub(super) in_use: BTreeMap<String, (Timestamp, bool)>,
    /// When they were last said to have other ids: those that were not in use since may be somebody else's.
    changed_ids_at: Option<Timestamp>,
    /// When their name was last told.
    pub named_at: Timestamp,
    /// When their handle was last told.
    username_at: Timestamp,
    /// The version in which what is known of them last changed.
    pub version: u64,
    /// What a look-up told of them, and when.
    pub profile: ContactProfile,
    /// When somebody was last asked to look them up.
    pub(super) profile_asked_at: Option<Timestamp>,
    /// They refuse our messages, as last reported.
    blocked: Option<(Timestamp, bool)>,
    /// The ad or link that led here last.
    pub referral: Option<(Timestamp, Referral)>,
}

/// What a look-up told of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactProfile {
    pub name: Option<String>,
    /// Handle without `@`.
    pub username: Option<String>,
    /// As label and value.
    pub facts: Vec<(String, String)>,
    /// When it was told.
    pub at: Option<Timestamp>,
}

impl ContactProfile {
    /// Keeps as much of it as there is room for.
    fn shed(&mut self) {
        for name in [&mut self.name, &mut self.username].into_iter().flatten() {
            name.truncate(bounds::characters(name, bounds::NAME).len());
        }
        self.facts.truncate(bounds::FACTS);
        for (label, value) in &mut self.facts {
            label.truncate(bounds::characters(label, bounds::FACT).len());
            value.truncate(bounds::characters(value, bounds::FACT).len());
        }
    }
}

impl Contact {
    /// The best name known of them.
    pub fn name(&self) -> Option<&str> {
        let Self { profile, peer, .. } = self;
        let names = [&profile.name, &peer.name, &profile.username, &peer.username];
        names.into_iter().flatten().map(String::as_str).find(|name| !name.trim().is_empty())
    }

    /// Their handle.
    pub fn username(&self) -> Option<&str> {
        self.profile.username.as_deref().or(self.peer.username.as_deref())
    }

    /// Whether they refuse our messages.
    pub fn is_blocked(&self) -> bool {
        self.blocked.is_some_and(|(_, blocked)| blocked)
    }

    /// The ids by which they can be reached, the one last in use first. Once they are said to have new ones, those that
    /// were not seen since may be somebody else's by now.
    pub fn recipients(&self) -> Vec<String> {
        let since = self.changed_ids_at.unwrap_or_default();
        // Clocks of platforms tell whole seconds: of the second of the change, only what the change itself named is theirs.
        let theirs =
            |id: &&String| self.in_use.get(*id).is_some_and(|(used, told)| *used > since || *told && *used == since);
        let now: Vec<String> = self.peer.identities.iter().filter(theirs).cloned().collect();
        if now.is_empty() { self.peer.identities.clone() } else { now }
    }

    /// Learns the names and ids under which they go: whether anything is new.
    fn meet(&mut self, known: &Peer, fact: &Fact, at: Timestamp) -> bool {
        let mut news = false;
        for (place, identity) in known.identities.iter().enumerate() {
            if !self.peer.identities.contains(identity) {
                self.peer.identities.push(identity.clone());
            }
            // The first of a kind is theirs now, those after it were.
            let former = known.identities.iter().take(place).any(|other| kind(other) == kind(identity));
            let used = used(fact, at).filter(|_| !former);
            let last = self.in_use.get(identity).copied();
            if let Some(used) = used.filter(|used| last.is_none_or(|last| last < *used)) {
                self.in_use.insert(identity.clone(), used);
                news = true;
            }
        }
        if matches!(fact, Fact::PeerChanged { change: PeerChange::NewIdentity }) {
            news |= self.changed_ids_at < Some(at);
            self.changed_ids_at = self.changed_ids_at.max(Some(at));
        }
        let in_use = &self.in_use;
        let latest =
            |one: &String, other: &String| in_use.get(other).cmp(&in_use.get(one)).then_with(|| one.cmp(other));
        self.peer.identities.sort_by(latest);
        self.shed_identities();
        let peer = &mut self.peer;
        news |= told_later(&mut peer.name, &mut self.named_at, known.name.as_ref(), at);
        let handle = known.username.as_deref().map(|handle| handle.trim_start_matches('@').to_owned());
        news |= if known.no_username {
            given_up(&mut peer.username, &mut self.username_at, at)
        } else {
            told_later(&mut peer.username, &mut self.username_at, handle.as_ref(), at)
        };
        news
    }

    /// Takes what a look-up told: whether it is later than what is known. What is not told any more is still the best
    /// that is known.
    fn looked_up(&mut self, mut told: ContactProfile) -> bool {
        if self.profile.at.is_some_and(|known| Some(known) >= told.at) {
            return false;
        }
        told.shed();
        let known = std::mem::take(&mut self.profile);
        self.profile = ContactProfile {
            name: told.name.or(known.name),
            username: told.username.or(known.username),
            facts: if told.facts.is_empty() { known.facts } else { told.facts },
            at: told.at,
        };
        true
    }

    /// Whether to have them looked up now: not if somebody was asked just now, or answered not long ago.
    fn ask_for_profile(&mut self, now: Timestamp, timings: &ThreadTimings) -> bool {
        let asked_lately = self.profile_asked_at.is_some_and(|asked| now.since(asked) < timings.profile_retry_after);
        let fresh = self.profile.at.is_some_and(|at| now.since(at) < timings.profile_ttl);
        let asks = !asked_lately && !fresh;
        if asks {
            self.profile_asked_at = Some(now);
        }
        asks
    }

    /// When a look-up that nobody has answered is asked for again: the longer it was in vain since their last sign of
    /// life, the later. After a week in vain, only their next message has it asked for again.
    pub(super) fn asks_for_profile_at(
        &self,
        sign_of_life: Option<Timestamp>,
        timings: &ThreadTimings,
    ) -> Option<Timestamp> {
        let asked = self.profile_asked_at?;
        let in_vain = sign_of_life.map_or(Span::default(), |last| asked.since(last));
        let pending =
            self.profile.at.is_none_or(|answered| answered < asked) && in_vain < timings.profile_give_up_after;
        let again = in_vain.clamp(timings.profile_retry_after, timings.profile_longest_retry_after);
        pending.then(|| asked.plus(again))
    }

    /// Keeps as much as there is room for.
    pub(super) fn shed(&mut self) {
        for name in [&mut self.peer.name, &mut self.peer.username].into_iter().flatten() {
            name.truncate(bounds::characters(name, bounds::NAME).len());
        }
        self.profile.shed();
        self.shed_identities();
    }

    /// Only the ids that were in use last are kept.
    fn shed_identities(&mut self) {
        self.peer.identities.truncate(bounds::IDENTITIES);
        let known = &self.peer.identities;
        self.in_use.retain(|identity, _| known.contains(identity));
    }
}

impl Thread {
    /// The best name known of the other side: their id where there is no other.
    pub fn contact_name(&self) -> &str {
        let named = !is_unknown(&self.counterpart);
        let id = || self.counterpart.rsplit(':').next().filter(|id| named && !id.is_empty());
        self.contact.name().or_else(id).unwrap_or("Somebody")
    }
}

impl Work {
    pub(super) fn meet(&mut self, event: &Event, at: Timestamp) {
        let Toward::Person(known) = &event.toward else { return };
        let before = self.thread.contact.peer.clone();
        if self.thread.contact.meet(known, &event.fact, at) {
            self.touch();
        }
        if self.thread.contact.peer != before {
            self.thread.contact.version = self.touch();
        }
    }

    pub(super) fn peer_changed(&mut self, change: &PeerChange, at: Timestamp) {
        let blocked = match change {
            PeerChange::NewIdentity => return,
            PeerChange::Blocked => Some((at, true)),
            PeerChange::Unblocked => Some((at, false)),
        };
        if self.thread.contact.blocked < blocked {
            self.thread.contact.blocked = blocked;
            self.touch();
        }
    }

    pub(super) fn referred(&mut self, referral: &Referral, at: Timestamp) {
        if self.thread.contact.referral.as_ref().is_none_or(|(known, _)| *known < at) {
            self.thread.contact.referral = Some((at, referral.clone()));
            self.touch();
        }
    }

    pub(super) fn looked_up(&mut self, told: ContactProfile) {
        let before = self.thread.contact.profile.clone();
        if !self.thread.contact.looked_up(told) {
            return;
        }
        let version = self.touch();
        let contact = &mut self.thread.contact;
        let after = &contact.profile;
        let named = (&after.name, &after.username) != (&before.name, &before.username);
        if named || after.facts != before.facts {
            contact.version = version;
        }
        if named && self.thread.needs_answer() {
            // Now that it is known who asks, the same question on another channel is theirs.
            self.effect(Effect::Label);
        }
    }

    pub(super) fn ask_for_profile(&mut self) {
        let Self { thread, now, timings, .. } = self;
        // Comments tell of their authors themselves; most of these never wrote to the account, and cannot be looked up.
        let may = thread.opened_at.is_some() && thread.surface == Surface::Messages;
        if may && thread.contact.ask_for_profile(*now, &timings.thread) {
            self.touch();
            self.effect(Effect::Profile);
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
        | Fact::Hidden { .. }
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
