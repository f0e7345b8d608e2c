//! Events of a value.

use serde::de::IgnoredAny;
use tributary_domain::{
    event::{Event, Fact, Origin, Peer, PeerChange, Side},
    id::RemoteId,
    json::{Error, Raw, Stopped, from_str, traced},
    platform::Surface,
    time::Timestamp,
};

use super::{
    content, harmless,
    peer::{identities, peer},
    wire,
};
use crate::{
    contract::Parsed,
    json::{Members, fault, filled},
    lenient,
    meta::envelope,
};

/// The number that the dashboard's "Test" button writes.
const SAMPLE_NUMBER: &str = "123456123";
/// Its entry.
const SAMPLE_ENTRY: &str = "0";

/// The events of a body.
pub(super) fn parse(body: &[u8]) -> Parsed {
    let mut sink = Sink::default();
    envelope::read(body, &mut sink);
    sink.parsed
}

#[derive(Default)]
pub(super) struct Sink {
    pub(super) parsed: Parsed,
}

impl envelope::Reader for Sink {
    const OBJECT: &'static str = "whatsapp_business_account";
    const FIELD: &'static str = "messages";
    type Item<'i> = IgnoredAny;
    type Value<'i> = wire::Value<'i>;

    fn item(&mut self, entry: &str, _item: IgnoredAny, _left_out: &[String], _standby: bool) {
        self.parsed.keep("messaging", entry);
    }

    fn change(&mut self, entry: &str, field: &str, value: wire::Value<'_>) {
        let sample = entry == SAMPLE_ENTRY;
        let Some(account) = self.account(field, sample, value.metadata) else {
            return;
        };
        if !value.errors.is_empty() {
            self.parsed.keep("messages.errors", account.as_str());
        }
        self.members(field, &value.members, &account);
        let frame = Frame { account: &account, contacts: &value.contacts, left_out: &[] };
        value.messages.into_iter().for_each(|message| self.message(&frame, message, false));
        value.message_echoes.into_iter().for_each(|message| self.message(&frame, message, true));
        value.statuses.into_iter().for_each(|status| self.status(&frame, status));
    }

    fn rescue(&mut self, entry: &str, field: &str, value: Raw<'_>, _error: &Error) {
        let read = lenient::read(value.get(), |text, left_out| {
            self.pieces(entry, field, traced::<wire::Loose<'_>>(text)?, left_out);
            Ok(())
        });
        if let Err(error) = read {
            self.parsed.unreadable.push(format!("a change {}", fault(&error)));
        }
    }

    fn passed_over(field: &str) -> Option<&'static str> {
        harmless::HARMLESS.iter().map(|(known, _)| *known).find(|known| *known == field)
    }

    fn reads(field: &str) -> bool {
        matches!(field, "messages" | "smb_message_echoes" | "message_echoes")
    }

    /// Its number, or else the business account.
    fn account<'v>(entry: &'v str, value: Option<&'v wire::Value<'_>>) -> &'v str {
        let number = value.and_then(|value| value.metadata.as_ref()?.phone_number_id.as_deref());
        number.filter(|number| !number.is_empty()).unwrap_or(entry)
    }

    fn parsed(&mut self) -> &mut Parsed {
        &mut self.parsed
    }
}

/// What all elements of one value have in common.
#[derive(Clone, Copy)]
pub(super) struct Frame<'f> {
    pub(super) account: &'f RemoteId,
    pub(super) contacts: &'f [wire::Contact<'f>],
    /// Members that were left out, because they are not what they should be.
    left_out: &'f [String],
}

impl Sink {
    fn account(&mut self, field: &str, sample: bool, metadata: Option<wire::Metadata<'_>>) -> Option<RemoteId> {
        let account = metadata.and_then(|metadata| filled(metadata.phone_number_id));
        if sample || account.as_deref() == Some(SAMPLE_NUMBER) {
            self.parsed.sample = true;
            return None;
        }
        if account.is_none() {
            let field = if field == "messages" { "messages" } else { "echoes" };
            self.parsed.unreadable.push(format!("a change of {field} names no number of ours"));
        }
        account.map(RemoteId::new)
    }

    /// Members of a value that are not known.
    fn members(&mut self, field: &str, members: &Members<'_>, account: &RemoteId) {
        for name in members.0.iter().filter(|name| !wire::MEMBERS.contains(&&***name)) {
            self.parsed.keep(&format!("{field}.{}", &**name), account.as_str());
        }
    }

    /// The elements of a value, each by itself.
    fn pieces(&mut self, entry: &str, field: &str, value: wire::Loose<'_>, left_out: &[String]) {
        let Some(account) = self.account(field, entry == SAMPLE_ENTRY, value.metadata) else {
            return;
        };
        self.members(field, &value.members, &account);
        // Who is not told of is only not named. What else was left out may have held messages.
        let (mut unnamed, lost): (Vec<_>, Vec<_>) =
            left_out.iter().cloned().partition(|name| name.starts_with("contacts"));
        self.parsed.unreadable.extend(lost.iter().map(|name| format!("a change: `{name}` is not what it should be")));
        let texts: Vec<String> = (0..)
            .zip(value.contacts)
            .filter_map(|(place, raw)| {
                let mut text = None;
                let read = lenient::read(raw.get(), |contact, left_out| {
                    traced::<wire::Contact<'_>>(contact)?;
                    unnamed.extend(left_out.iter().map(|name| format!("contacts.{place}.{name}")));
                    text = Some(contact.to_owned());
                    Ok(())
                });
                unnamed.extend(read.err().map(|_| format!("contacts.{place}")));
                text
            })
            .collect();
        let contacts: Vec<_> = texts.iter().filter_map(|text| from_str(text).ok()).collect();
        let frame = Frame { account: &account, contacts: &contacts, left_out: &unnamed };
        for (list, echo) in [(value.messages, false), (value.message_echoes, true)] {
            for raw in list {
                self.piece("a message", raw, |sink, text, left_out| {
                    let message = traced(text)?;
                    let left_out = [frame.left_out, left_out].concat();
                    sink.message(&Frame { left_out: &left_out, ..frame }, message, echo);
                    Ok(())
                });
            }
        }
        for raw in value.statuses {
            self.piece("a status", raw, |sink, text, _| {
                sink.status(&frame, traced(text)?);
                Ok(())
            });
        }
    }

    fn piece(
        &mut self,
        what: &str,
        raw: Raw<'_>,
        mut take: impl FnMut(&mut Self, &str, &[String]) -> Result<(), Stopped>,
    ) {
        if let Err(error) = lenient::read(raw.get(), |text, left_out| take(self, text, left_out)) {
            self.parsed.unreadable.push(format!("{what} {}", fault(&error)));
        }
    }

    fn message(&mut self, frame: &Frame<'_>, mut message: wire::Message<'_>, echo: bool) {
        if message.group_id.is_some() {
            return self.parsed.keep("messages.group", frame.account.as_str());
        }
        let (phone, user) = if echo {
            (message.to.take(), message.to_user_id.take())
        } else {
            (message.from.take(), message.from_user_id.take())
        };
        let peer = peer(frame.contacts, phone.as_deref(), user.as_deref());
        let (Some(id), false) = (filled(message.id.take()), peer.identities.is_empty()) else {
            return self.parsed.unreadable.push("a message has no id or names no person".to_owned());
        };
        let at = message.timestamp.map(|moment| moment.0);
        let kind = message.says().to_owned();
        match &*kind {
            "reaction" if message.reaction.is_some() => {
                self.reaction(frame, peer, at, echo, message.reaction);
            }
            "edit" if message.edit.is_some() => self.edit(frame, peer, at, &id, message.edit),
            "revoke" if message.revoke.is_some() => {
                if let Some(revoke) = message.revoke {
                    let key = format!("unsent:{}", &*revoke.original_message_id);
                    let id = RemoteId::new(revoke.original_message_id);
                    self.push(frame, peer, key, at, Fact::Unsent { id });
                }
            }
            "system" => self.system(frame, peer, at, &id, message.system),
            "request_welcome" => self.parsed.ignored.push("request_welcome"),
            _ => {
                let automatic = message.message_creation_type.is_some();
                let explained =
                    message.errors.as_ref().is_some_and(|errors| !errors.is_empty()) || kind == "unsupported";
                let name = format!("messages.{kind}");
                let content = content::read(message);
                if content.unsupported.is_some() && !explained {
                    self.parsed.keep(&name, frame.account.as_str());
                }
                let key = format!("message:{id}");
                let id = RemoteId::new(id);
                let fact = if echo {
                    let origin = if automatic { Origin::OtherApp } else { Origin::NativeApp };
                    Fact::Echo { id, content, correlation: None, origin }
                } else {
                    Fact::Message { id, content }
                };
                self.push(frame, peer, key, at, fact);
            }
        }
    }

    fn reaction(
        &mut self,
        frame: &Frame<'_>,
        peer: Peer,
        at: Option<Timestamp>,
        echo: bool,
        reaction: Option<wire::Reaction<'_>>,
    ) {
        let Some(reaction) = reaction else { return };
        let by = if echo { Side::Business } else { Side::Customer };
        let emoji = filled(reaction.emoji);
        let who = if echo { frame.account.as_str() } else { peer.identities.first().map_or("", String::as_str) };
        let mark = emoji.as_deref().unwrap_or("-");
        let key = format!("reaction:{}:{who}:{}:{mark}", &*reaction.message_id, millis(at));
        let id = RemoteId::new(reaction.message_id);
        self.push(frame, peer, key, at, Fact::Reacted { id, by, emoji });
    }

    /// An edit has an id of its own beside the edited message's.
    fn edit(
        &mut self,
        frame: &Frame<'_>,
        peer: Peer,
        at: Option<Timestamp>,
        event: &str,
        edit: Option<Box<wire::Edit<'_>>>,
    ) {
        let Some(edit) = edit else { return };
        // An edit that does not say what it changed must not wipe what is there. A file may have lost its caption.
        let says = |message: &wire::Message<'_>| {
            let words = message.text.as_ref().and_then(|words| words.body.as_ref());
            let file = message.image.is_some() || message.video.is_some() || message.document.is_some();
            file || words.is_some_and(|words| !words.is_empty())
        };
        if !edit.message.as_ref().is_some_and(says) {
            return self.parsed.keep("messages.edit", frame.account.as_str());
        }
        let key = format!("edit:{}:{event}", &*edit.original_message_id);
        let id = RemoteId::new(edit.original_message_id);
        let revision = millis(at).unsigned_abs();
        let text = edit.message.and_then(content::words);
        self.push(frame, peer, key, at, Fact::Edited { id, revision, text });
    }

    /// The number changed: both the new and the old one stand for the person.
    fn system(
        &mut self,
        frame: &Frame<'_>,
        mut peer: Peer,
        at: Option<Timestamp>,
        id: &str,
        system: Option<wire::System<'_>>,
    ) {
        let (phone, user) = system.map_or((None, None), |system| (system.wa_id, system.user_id));
        let mut new = identities(phone.as_deref(), user.as_deref());
        new.retain(|one| !peer.identities.contains(one));
        if new.is_empty() {
            return self.parsed.keep("messages.system", frame.account.as_str());
        }
        new.append(&mut peer.identities);
        // Business-scoped ids outlast numbers.
        let (mut lasting, numbers): (Vec<_>, Vec<_>) = new.into_iter().partition(|one| one.starts_with("bsuid:"));
        lasting.extend(numbers);
        peer.identities = lasting;
        self.push(frame, peer, format!("peer:{id}"), at, Fact::PeerChanged { change: PeerChange::NewIdentity });
    }

    pub(super) fn push(&mut self, frame: &Frame<'_>, peer: Peer, key: String, at: Option<Timestamp>, fact: Fact) {
        let account = frame.account.clone();
        self.parsed.push(Event { account, surface: Surface::Messages, key, peer, at, fact }, frame.left_out);
    }
}

fn millis(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::millis)
}
