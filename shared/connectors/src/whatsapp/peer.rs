//! Who is on the other side.

use tributary_domain::event::Peer;

use super::wire;
use crate::json::{Text, filled};

/// The person behind a number or a business-scoped id, with what the contact entry for them adds.
pub(super) fn peer(contacts: &[wire::Contact<'_>], phone: Option<&str>, user: Option<&str>) -> Peer {
    let phone = phone.filter(|phone| !phone.is_empty());
    let user = user.filter(|user| !user.is_empty());
    let same = |one: &Option<Text<'_>>, other: Option<&str>| other.is_some() && one.as_deref() == other;
    let contact = contacts
        .iter()
        .find(|contact| same(&contact.user_id, user) || same(&contact.wa_id, phone) || same(&contact.user_id, phone))
        // Who has a username may hide the number; the only contact then is the one.
        .or_else(|| contacts.first().filter(|_| contacts.len() == 1 && phone.is_none() && user.is_none()));
    let Some(contact) = contact else {
        return Peer { identities: identities(phone, user), name: None, username: None };
    };
    let profile = contact.profile.as_ref();
    Peer {
        identities: identities(contact.wa_id.as_deref().or(phone), contact.user_id.as_deref().or(user)),
        name: profile.and_then(|profile| filled(profile.name.clone())),
        username: profile.and_then(|profile| filled(profile.username.clone())),
    }
}

/// `bsuid:US.1` before `wa:1650…`. A business-scoped id may also stand where a number is expected.
pub(super) fn identities(phone: Option<&str>, user: Option<&str>) -> Vec<String> {
    let phone = phone.filter(|phone| !phone.is_empty());
    let (phone, user) = match (phone, user.filter(|user| !user.is_empty())) {
        (Some(phone), None) if phone.contains('.') => (None, Some(phone)),
        (Some(phone), user) if user == Some(phone) => (None, user),
        both => both,
    };
    let user = user.map(|user| format!("bsuid:{user}"));
    user.into_iter().chain(phone.map(|phone| format!("wa:{phone}"))).collect()
}
