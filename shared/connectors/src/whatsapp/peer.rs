//! Who is on the other side.

use std::borrow::Cow;

use tributary_domain::event::Peer;

use super::wire;
use crate::json::{Text, filled, handle};

/// What a piece of a delivery calls somebody. Any of the three may be missing, empty, or stand where another is expected.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Named<'n> {
    pub(super) phone: Option<&'n str>,
    /// Their business-scoped id.
    pub(super) user: Option<&'n str>,
    /// Their id among all portfolios of a parent business.
    pub(super) parent: Option<&'n str>,
}

impl<'n> Named<'n> {
    pub(super) fn of(phone: Option<&'n Text<'_>>, user: Option<&'n Text<'_>>, parent: Option<&'n Text<'_>>) -> Self {
        Self { phone: phone.map(|text| &**text), user: user.map(|text| &**text), parent: parent.map(|text| &**text) }
    }

    /// `bsuid:US.1`, then `parent:US.ENT.1`, then `wa:1650…`: the most lasting first.
    pub(super) fn identities(self) -> Vec<String> {
        let mut ids: Vec<String> =
            [self.user, self.parent, self.phone].into_iter().flatten().filter_map(identity).collect();
        ids.sort_by_key(|id| rank(id));
        ids.dedup();
        ids
    }

    fn is(self, contact: &wire::Contact<'_>) -> bool {
        let ours = self.identities();
        told(contact).identities().iter().any(|theirs| ours.contains(theirs))
    }
}

/// What an entry of `contacts` calls somebody.
fn told<'n>(contact: &'n wire::Contact<'_>) -> Named<'n> {
    Named::of(contact.wa_id.as_ref(), contact.user_id.as_ref(), contact.parent_user_id.as_ref())
}

/// The most lasting kind first.
pub(super) fn rank(identity: &str) -> u8 {
    match identity.split_once(':') {
        Some(("bsuid", _)) => 0,
        Some(("parent", _)) => 1,
        _ => 2,
    }
}

/// An id with its kind, which its form tells: the platform also writes one where it names another.
fn identity(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        None
    } else if text.contains(".ENT.") {
        Some(format!("parent:{text}"))
    } else if text.contains('.') {
        Some(format!("bsuid:{text}"))
    } else {
        Some(format!("wa:{}", digits(text)))
    }
}

/// `+1 (650) 555-0123` is 16505550123.
fn digits(text: &str) -> Cow<'_, str> {
    let written = text.starts_with('+') || text.contains([' ', '-', '(']);
    let number = written && text.chars().all(|one| one.is_ascii_digit() || "+ -()".contains(one));
    if number { Cow::Owned(text.chars().filter(char::is_ascii_digit).collect()) } else { Cow::Borrowed(text) }
}

/// The person who is named, with what the contact entry for them adds.
pub(super) fn peer(contacts: &[wire::Contact<'_>], named: Named<'_>) -> Peer {
    let mut identities = named.identities();
    let contact = contacts
        .iter()
        .find(|contact| named.is(contact))
        // Who has a username may hide the number; the only contact then is the one.
        .or_else(|| contacts.first().filter(|_| contacts.len() == 1 && identities.is_empty()));
    let Some(contact) = contact else {
        return Peer { identities, ..Peer::default() };
    };
    for id in told(contact).identities() {
        if !identities.contains(&id) {
            identities.push(id);
        }
    }
    identities.sort_by_key(|id| rank(id));
    let profile = contact.profile.as_ref();
    let username = profile.and_then(|profile| handle(profile.username.as_ref()));
    Peer {
        identities,
        name: profile.and_then(|profile| filled(profile.name.clone())),
        no_username: profile.is_some() && username.is_none(),
        username,
    }
}
