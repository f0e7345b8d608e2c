//! Where a message is from: who said it first, and which message of another chat it answers.

use tributary_domain::{detail::Detail, event::Quote};

use super::{content::full_name, wire};
use crate::json::{Text, filled};

/// Who said first what was forwarded. <https://core.telegram.org/bots/api#messageorigin>
pub(super) fn forwarded(origin: wire::Origin<'_>) -> Detail {
    let link = public(origin.chat.as_ref().or(origin.sender_chat.as_ref()), origin.message_id);
    Detail::linked("Forwarded from", named(origin).unwrap_or_else(|| "somebody".to_owned()), link)
}

/// The message of another chat that is answered. <https://core.telegram.org/bots/api#externalreplyinfo>
pub(super) fn answered(external: wire::External<'_>, words: Option<Text<'_>>) -> (Quote, Detail) {
    let link = public(external.chat.as_ref(), external.message_id);
    let who = external.origin.and_then(named).or_else(|| external.chat.and_then(chat));
    let what = external.other.map(|other| other.name.replace('_', " "));
    let value = match (who, what) {
        (Some(who), Some(what)) => format!("{who} ({what})"),
        (who, what) => who.or(what).unwrap_or_else(|| "a message of another chat".to_owned()),
    };
    let address = external.link_preview_options.and_then(|preview| filled(preview.url));
    (Quote { id: None, text: filled(words) }, Detail::linked("Answers", value, link.or(address)))
}

fn named(origin: wire::Origin<'_>) -> Option<String> {
    let person = origin.sender_user.and_then(|user| user_name(user.first_name, user.last_name, user.username));
    let chat = origin.chat.or(origin.sender_chat).and_then(chat);
    let name = person.or_else(|| filled(origin.sender_user_name)).or(chat);
    match (name, filled(origin.author_signature)) {
        (Some(name), Some(author)) => Some(format!("{name} ({author})")),
        (name, author) => name.or(author),
    }
}

/// What somebody is called: by name, and by the handle that tells them from others.
pub(super) fn user_name(first: Option<Text<'_>>, last: Option<Text<'_>>, username: Option<Text<'_>>) -> Option<String> {
    match (full_name(first, last), filled(username)) {
        (Some(name), Some(username)) => Some(format!("{name} (@{username})")),
        (name, username) => name.or_else(|| username.map(|username| format!("@{username}"))),
    }
}

fn chat(chat: wire::Chat<'_>) -> Option<String> {
    filled(chat.title).or_else(|| user_name(chat.first_name, chat.last_name, chat.username))
}

/// The address of a message of a public channel.
fn public(chat: Option<&wire::Chat<'_>>, message: Option<i64>) -> Option<String> {
    let username = chat?.username.as_deref().filter(|username| !username.is_empty())?;
    Some(format!("https://t.me/{username}/{}", message?))
}
