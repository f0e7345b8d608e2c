//! Events of Messenger and Instagram messaging.

use serde_json::value::RawValue;
use tributary_domain::{
    event::{Event, Fact, Peer, Stage, Toward},
    id::RemoteId,
    json_error::fault,
    platform::Surface,
    time::Timestamp,
};

use super::{Flavor, attachment, wire};
use crate::{
    contract::Parsed,
    json::{Other, filled},
    lenient::{self, traced},
    meta::{
        comments,
        envelope::{self, Head},
    },
};

/// What the dashboard's "Test" button writes: entry `0`, or these two parties.
const SAMPLE_ENTRY: &str = "0";
const SAMPLE_PARTIES: (&str, &str) = ("12334", "23245");
/// Kinds that are kept, and are no message: nobody wrote anything that could be answered.
const QUIET: &[&str] = &["optin", "policy_enforcement", "policy-enforcement"];

/// The events of a body.
pub(crate) fn parse(flavor: Flavor, body: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    match flavor {
        Flavor::Messenger => envelope::read(body, &mut Page(Sink { flavor, parsed: &mut parsed })),
        Flavor::Instagram => envelope::read(body, &mut Instagram(Sink { flavor, parsed: &mut parsed })),
    }
    parsed
}

struct Page<'p>(Sink<'p>);
struct Instagram<'p>(Sink<'p>);

macro_rules! reader {
    ($name:ident, $object:literal, $flavor:expr) => {
        impl envelope::Reader for $name<'_> {
            const OBJECT: &'static str = $object;
            const FIELD: &'static str = "messages";
            type Item<'i> = wire::Item<'i>;
            type Value<'i> = &'i RawValue;

            fn item(&mut self, entry: &str, item: wire::Item<'_>, left_out: &[String], standby: bool) {
                self.0.item(entry, item, left_out, standby);
            }
            fn change(&mut self, entry: Head<'_>, field: &str, value: &RawValue) {
                self.0.change(entry, field, value);
            }
            fn passed_over(field: &str) -> Option<&'static str> {
                harmless($flavor, field)
            }
            /// Some Instagram accounts get messaging events as changes.
            fn reads(field: &str) -> bool {
                field.starts_with("messag") || field.starts_with("standby") || comments::reads($flavor, field)
            }
            fn parsed(&mut self) -> &mut Parsed {
                self.0.parsed
            }
        }
    };
}

reader!(Page, "page", Flavor::Messenger);
reader!(Instagram, "instagram", Flavor::Instagram);

/// The kind, when it is on the list of harmless ones.
fn harmless(flavor: Flavor, kind: &str) -> Option<&'static str> {
    flavor.harmless().iter().copied().flatten().map(|(known, _)| *known).find(|known| *known == kind)
}

pub(super) struct Sink<'p> {
    pub(super) flavor: Flavor,
    pub(super) parsed: &'p mut Parsed,
}

/// What all events of one element have in common.
#[derive(Clone)]
pub(super) struct Frame<'e> {
    pub(super) account: &'e str,
    pub(super) peer: String,
    pub(super) ours: bool,
    pub(super) standby: bool,
    pub(super) at: Option<Timestamp>,
    /// Members that were left out, because they are not what they should be.
    pub(super) left_out: &'e [String],
}

impl Sink<'_> {
    /// The value of a change is a comment, or else an element of `messaging`.
    fn change(&mut self, entry: Head<'_>, field: &str, value: &RawValue) {
        let read = lenient::read(value.get(), |item, left_out| {
            if comments::reads(self.flavor, field) {
                return comments::parse(self.flavor, entry, field, item, left_out, self.parsed);
            }
            self.item(entry.id, traced(item)?, left_out, field == "standby");
            Ok(())
        });
        if let Err(error) = read {
            self.parsed.unreadable.push(format!("a change {}", fault(&error)));
        }
    }

    fn item(&mut self, entry: &str, mut item: wire::Item<'_>, left_out: &[String], standby: bool) {
        let sender = item.sender.take().and_then(|party| filled(party.id)).unwrap_or_default();
        let recipient = item.recipient.take().and_then(|party| filled(party.id)).unwrap_or_default();
        if entry == SAMPLE_ENTRY || (sender.as_str(), recipient.as_str()) == SAMPLE_PARTIES {
            self.parsed.sample = true;
            return;
        }
        if !self.sorted(entry, &mut item) {
            return;
        }
        if item.is_self == Some(true) || item.message.as_ref().is_some_and(|message| message.is_self == Some(true)) {
            return self.parsed.ignored.push("is_self");
        }
        let echo = item.message.as_ref().is_some_and(|message| message.is_echo == Some(true));
        let ours = echo || sender == entry;
        let (peer, own) = if ours { (recipient, sender) } else { (sender, recipient) };
        if peer.is_empty() && !item.is_known() && item.other.is_some() {
            // Nobody's: it is kept, and that is all.
            return;
        }
        let unchanged = |edit: &wire::Edit<'_>| edit.num_edit == Some(0);
        if peer.is_empty() && item.message_edit.as_ref().is_some_and(unchanged) {
            return self.parsed.ignored.push("message_edit_of_nothing");
        }
        if peer.is_empty() {
            return self.parsed.unreadable.push("an event names no person".to_owned());
        }
        let account = if entry.is_empty() { own.as_str() } else { entry };
        if account.is_empty() {
            return self.parsed.unreadable.push("an event names no account".to_owned());
        }
        let at = item.timestamp.map(|moment| moment.0);
        let frame = Frame { account, peer, ours, standby, at, left_out };
        self.facts(&frame, item);
    }

    /// Sorts out the members that are not known: those that are harmless are counted where they are all there is, and the
    /// delivery is kept for the sake of the others. Whether there is anything left to be read.
    fn sorted(&mut self, entry: &str, item: &mut wire::Item<'_>) -> bool {
        let known = item.is_known();
        let words: Vec<Other<'_>> = item.other.take().into_iter().chain(std::mem::take(&mut item.more)).collect();
        if words.is_empty() {
            return true;
        }
        for word in words {
            match harmless(self.flavor, &word.name) {
                Some(harmless) if !known => self.parsed.ignored.push(harmless),
                Some(_) => {}
                None if wire::FORMS.contains(&&*word.name) => item.other = Some(word),
                None => {
                    self.parsed.keep(&format!("messaging.{}", &*word.name), entry);
                    if !QUIET.contains(&&*word.name) && item.other.is_none() {
                        item.other = Some(word);
                    }
                }
            }
        }
        known || item.other.is_some()
    }

    fn facts(&mut self, frame: &Frame<'_>, item: wire::Item<'_>) {
        if let Some(message) = item.message {
            self.message(frame, message);
        } else if let Some(edit) = item.message_edit {
            self.edit(frame, edit);
        } else if let Some(reaction) = item.reaction {
            self.reaction(frame, reaction);
        } else if let Some(delivery) = item.delivery {
            self.receipt(frame, Stage::Delivered, delivery.watermark.map(|at| at.0), delivery.mids);
        } else if let Some(read) = item.read {
            self.receipt(frame, Stage::Read, read.watermark.map(|at| at.0), read.mid.into_iter().collect());
        } else if item.pass_thread_control.is_some() || item.take_thread_control.is_some() {
            self.handover(frame, item.pass_thread_control);
        } else if item.request_thread_control.is_some() {
            let key = format!("handover:{}:{}:asked", frame.peer, millis(frame.at));
            self.push(frame, key, Fact::HandoverAsked);
        } else if frame.ours {
            // Whatever else we do is no sign of life of the customer.
            self.parsed.ignored.push("own_event");
        } else if let Some(postback) = item.postback {
            self.postback(frame, postback);
        } else if let Some(referral) = item.referral {
            if let Some(lead) = item.lead {
                return self.filled_in(frame, "lead", lead.get(), Some(referral));
            }
            let key = format!("referral:{}:{}", frame.peer, millis(frame.at));
            self.push(frame, key, Fact::Referred { referral: attachment::referral(referral) });
        } else if let Some(lead) = item.lead {
            self.filled_in(frame, "lead", lead.get(), None);
        } else if let Some(other) = item.other {
            if wire::FORMS.contains(&&*other.name) {
                return self.filled_in(frame, &other.name, other.value.get(), None);
            }
            self.unknown(frame, other);
        } else {
            self.parsed.unreadable.push("an event has no kind".to_owned());
        }
    }

    pub(super) fn push(&mut self, frame: &Frame<'_>, key: String, fact: Fact) {
        let event = Event {
            key,
            ..Event::new(
                RemoteId::new(frame.account),
                Surface::Messages,
                Toward::Person(Peer { identities: vec![frame.peer.clone()], ..Peer::default() }),
                frame.at,
                fact,
            )
        };
        self.parsed.push(event, frame.left_out);
    }
}

pub(super) fn millis(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::millis)
}
