//! Events of a value.

use serde::de::IgnoredAny;
use serde_json::{Error, from_str, value::RawValue};
use tributary_domain::{
    event::{Content, Event, Fact, Origin, Peer, PeerChange, Side, Toward},
    id::RemoteId,
    json_error::fault,
    platform::Surface,
    time::Timestamp,
};

use super::{
    content, harmless,
    peer::{Named, peer, rank},
    wire,
};
use crate::{
    contract::Parsed,
    json::{Members, filled},
    lenient::{self, Stopped, traced},
    meta::envelope::{self, Head},
};

/// The number that the dashboard's "Test" button writes.
const SAMPLE_NUMBER: &str = "123456123";
/// Its entry.
const SAMPLE_ENTRY: &str = "0";

/// The field of what is told to an app that only watches.
const STANDBY: &str = "standby";
/// The field of conversations that change hands.
const HANDOVERS: &str = "messaging_handovers";

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

    fn change(&mut self, entry: Head<'_>, field: &str, value: wire::Value<'_>) {
        let sample = entry.id == SAMPLE_ENTRY;
        let metadata = value.metadata.or(value.recipient);
        let number = metadata.as_ref().and_then(|metadata| metadata.display_phone_number.clone());
        let Some(account) = self.account(field, sample, metadata) else {
            return;
        };
        if !value.errors.is_empty() {
            self.parsed.keep("messages.errors", account.as_str());
        }
        self.members(field, &value.members, &account);
        let number = number.as_deref();
        let standby = field == STANDBY;
        let frame = Frame { account: &account, number, contacts: &value.contacts, standby, left_out: &[] };
        if field == HANDOVERS {
            let wire::Value { sender, timestamp, kind, control_passed, control_taken, .. } = value;
            let told = wire::Handover { sender, timestamp, kind, control_passed, control_taken };
            return self.handover(&frame, told);
        }
        self.elements(&frame, value.messages, value.message_echoes, value.statuses, value.calls);
        if let Some(inner) = value.standby.map(|inner| *inner) {
            self.members(field, &inner.members, &account);
            let contacts = if inner.contacts.is_empty() { value.contacts } else { inner.contacts };
            let frame = Frame { account: &account, number, contacts: &contacts, standby: true, left_out: &[] };
            self.elements(&frame, inner.messages, inner.message_echoes, inner.statuses, inner.calls);
        }
    }

    fn rescue(&mut self, entry: Head<'_>, field: &str, value: &RawValue, _error: &Error) {
        let read = lenient::read(value.get(), |text, left_out| {
            if field == HANDOVERS {
                self.change(entry, field, traced::<wire::Value<'_>>(text)?);
            } else {
                self.pieces(entry.id, field, traced::<wire::Loose<'_>>(text)?, left_out);
            }
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
        matches!(field, "messages" | "smb_message_echoes" | "message_echoes" | "calls" | STANDBY | HANDOVERS)
    }

    /// Its number, or else the business account.
    fn account<'v>(entry: &'v str, value: Option<&'v wire::Value<'_>>) -> &'v str {
        let number =
            value.and_then(|value| value.metadata.as_ref().or(value.recipient.as_ref())?.phone_number_id.as_deref());
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
    /// Our own number.
    pub(super) number: Option<&'f str>,
    pub(super) contacts: &'f [wire::Contact<'f>],
    /// Meta's agent has the conversation.
    standby: bool,
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
            let known = ["messages", "calls", STANDBY, HANDOVERS].into_iter().find(|known| *known == field);
            let field = known.unwrap_or("echoes");
            self.parsed.unreadable.push(format!("a change of {field} names no number of ours"));
        }
        account.map(RemoteId::new)
    }

    /// Members of a value that are not known.
    fn members(&mut self, field: &str, members: &Members<'_>, account: &RemoteId) {
        for name in members.names().filter(|name| !wire::MEMBERS.contains(&&***name)) {
            self.parsed.keep(&format!("{field}.{}", &**name), account.as_str());
        }
    }

    /// The elements of a value, each by itself.
    fn pieces(&mut self, entry: &str, field: &str, value: wire::Loose<'_>, left_out: &[String]) {
        let number = value.metadata.as_ref().and_then(|metadata| metadata.display_phone_number.clone());
        let number = number.as_deref();
        let mut value = value;
        let Some(account) = self.account(field, entry == SAMPLE_ENTRY, value.metadata.take()) else {
            return;
        };
        let inner = value.standby.take();
        self.level(field, (&account, number, field == STANDBY), value, left_out);
        if let Some(inner) = inner {
            self.level(field, (&account, number, true), *inner, &[]);
        }
    }

    /// The elements that are told to whoever has the conversation, or to those who only watch.
    fn level(
        &mut self,
        field: &str,
        (account, number, standby): (&RemoteId, Option<&str>, bool),
        value: wire::Loose<'_>,
        left_out: &[String],
    ) {
        self.members(field, &value.members, account);
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
        let frame = Frame { account, number, contacts: &contacts, standby, left_out: &unnamed };
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
        for raw in value.calls {
            self.piece("a call", raw, |sink, text, _| {
                sink.call(&frame, traced(text)?);
                Ok(())
            });
        }
    }

    fn piece(
        &mut self,
        what: &str,
        raw: &RawValue,
        mut take: impl FnMut(&mut Self, &str, &[String]) -> Result<(), Stopped>,
    ) {
        if let Err(error) = lenient::read(raw.get(), |text, left_out| take(self, text, left_out)) {
            self.parsed.unreadable.push(format!("{what} {}", fault(&error)));
        }
    }

    fn elements(
        &mut self,
        frame: &Frame<'_>,
        messages: Vec<wire::Message<'_>>,
        echoes: Vec<wire::Message<'_>>,
        statuses: Vec<wire::Status<'_>>,
        calls: Vec<wire::Call<'_>>,
    ) {
        for message in messages {
            self.message(frame, message, false);
        }
        for message in echoes {
            self.message(frame, message, true);
        }
        for status in statuses {
            self.status(frame, status);
        }
        for call in calls {
            self.call(frame, call);
        }
    }

    fn message(&mut self, frame: &Frame<'_>, mut message: wire::Message<'_>, echo: bool) {
        if message.group_id.is_some() {
            return self.parsed.keep("messages.group", frame.account.as_str());
        }
        if let Some(sent) = message.message.take() {
            message = wire::Message { id: message.id, timestamp: message.timestamp, ..*sent };
        }
        if message.says() == "system" {
            return self.system(frame, message);
        }
        let named = if echo {
            let user = message.to_user_id.as_ref().or(message.recipient.as_ref());
            Named::of(message.to.as_ref(), user, message.to_parent_user_id.as_ref())
        } else {
            Named::of(message.from.as_ref(), message.from_user_id.as_ref(), message.from_parent_user_id.as_ref())
        };
        let peer = peer(frame.contacts, named);
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
            "request_welcome" => self.parsed.ignored.push("request_welcome"),
            _ => {
                let automatic = message.message_creation_type.is_some() || frame.standby;
                let explained =
                    message.errors.as_ref().is_some_and(|errors| !errors.is_empty()) || kind == "unsupported";
                let name = format!("messages.{kind}");
                let content = Content { standby: frame.standby, agent: frame.standby, ..content::read(message) };
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
        let Content { text, attachments, .. } = edit.message.map(content::read).unwrap_or_default();
        self.push(frame, peer, key, at, Fact::Edited { id, revision: None, text, attachments });
    }

    /// Somebody has another number or another id now: what they had and what they have stands for the same person. No
    /// contacts come with it, and where no number can be told, nothing but ids.
    /// <https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system>
    fn system(&mut self, frame: &Frame<'_>, message: wire::Message<'_>) {
        let wire::Message { from, from_user_id, from_parent_user_id, id, timestamp, system, .. } = message;
        let Some(system) = system else { return self.parsed.keep("messages.system", frame.account.as_str()) };
        let phone = system.wa_id.as_ref().or(system.new_wa_id.as_ref());
        let new = Named::of(phone, system.user_id.as_ref(), system.parent_user_id.as_ref()).identities();
        let changed = system.kind.as_deref().is_some_and(|kind| kind.contains("_changed_"));
        if new.is_empty() && !changed {
            return self.parsed.keep("messages.system", frame.account.as_str());
        }
        let before = [
            (&system.previous_wa_id, &system.previous_user_id, &system.previous_parent_user_id),
            (&from, &from_user_id, &from_parent_user_id),
            (&system.customer, &None, &None),
        ];
        let named = Named::of(from.as_ref(), from_user_id.as_ref(), from_parent_user_id.as_ref());
        let mut peer = peer(frame.contacts, named);
        let had =
            before.map(|(phone, user, parent)| Named::of(phone.as_ref(), user.as_ref(), parent.as_ref()).identities());
        let told = std::mem::take(&mut peer.identities);
        for id in new.into_iter().chain(had.into_iter().flatten()).chain(told) {
            if !peer.identities.contains(&id) {
                peer.identities.push(id);
            }
        }
        // Of one kind, the new before the old.
        peer.identities.sort_by_key(|id| rank(id));
        if peer.identities.is_empty() {
            return self.parsed.unreadable.push("a change of somebody's id names no person".to_owned());
        }
        let at = timestamp.map(|moment| moment.0);
        let id = filled(id).unwrap_or_else(|| format!("{}:{}", peer.identities.join(","), millis(at)));
        self.push(frame, peer, format!("peer:{id}"), at, Fact::PeerChanged { change: PeerChange::NewIdentity });
    }

    pub(super) fn push(&mut self, frame: &Frame<'_>, peer: Peer, key: String, at: Option<Timestamp>, fact: Fact) {
        let account = frame.account.clone();
        let event = Event { key, ..Event::new(account, Surface::Messages, Toward::Person(peer), at, fact) };
        self.parsed.push(event, frame.left_out);
    }
}

pub(super) fn millis(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::millis)
}
