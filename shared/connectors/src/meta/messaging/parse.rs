//! Events of Messenger and Instagram messaging.

use serde_json::value::RawValue;
use tributary_domain::{
    event::{
        Content, Correlation, Event, Fact, Origin, Peer, Pressed, Quote, Scope, Side, Stage, Story,
        StoryKind,
    },
    id::RemoteId,
    platform::Surface,
    time::Timestamp,
};

use super::{Flavor, attachment, wire};
use crate::{
    contract::Parsed,
    json::{Text, fault, filled},
    meta::envelope,
};

/// The app that Meta names for messages written in a Page's own inbox.
const PAGE_INBOX_APP: &str = "26390203743090";
/// What the dashboard's "Test" button writes: entry `0`, or these two parties.
const SAMPLE_ENTRY: &str = "0";
const SAMPLE_PARTIES: (&str, &str) = ("12334", "23245");

/// The events of a body.
pub(crate) fn parse(flavor: Flavor, body: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    match flavor {
        Flavor::Messenger => envelope::read(
            body,
            &mut Page(Sink {
                flavor,
                parsed: &mut parsed,
            }),
        ),
        Flavor::Instagram => envelope::read(
            body,
            &mut Instagram(Sink {
                flavor,
                parsed: &mut parsed,
            }),
        ),
    }
    parsed
}

struct Page<'p>(Sink<'p>);
struct Instagram<'p>(Sink<'p>);

macro_rules! reader {
    ($name:ident, $object:literal, [$($field:literal),*]) => {
        impl<'a> envelope::Reader<'a> for $name<'_> {
            const OBJECT: &'static str = $object;
            type Item = wire::Item<'a>;
            type Value = &'a RawValue;

            fn item(&mut self, entry: &str, item: wire::Item<'a>, standby: bool) {
                self.0.item(entry, item, standby);
            }
            fn change(&mut self, entry: &str, field: &str, value: &'a RawValue) {
                self.0.change(entry, field, value);
            }
            fn passed_over(field: &str) -> Option<&'static str> {
                [$($field),*].into_iter().find(|known| *known == field)
            }
            fn parsed(&mut self) -> &mut Parsed {
                self.0.parsed
            }
        }
    };
}

// Fields that belong to other surfaces than messages.
reader!(
    Page,
    "page",
    [
        "feed",
        "mention",
        "ratings",
        "leadgen",
        "live_videos",
        "videos",
        "name",
        "picture"
    ]
);
reader!(
    Instagram,
    "instagram",
    ["comments", "live_comments", "mentions", "story_insights"]
);

struct Sink<'p> {
    flavor: Flavor,
    parsed: &'p mut Parsed,
}

/// What all events of one element have in common.
struct Frame<'e> {
    account: &'e str,
    peer: String,
    ours: bool,
    standby: bool,
    at: Option<Timestamp>,
}

impl Sink<'_> {
    /// Some Instagram accounts get messaging events as changes; the value is then an element of `messaging`.
    fn change(&mut self, entry: &str, field: &str, value: &RawValue) {
        if !(field.starts_with("messag") || field.starts_with("standby")) {
            return self.parsed.ignored.push("other_field");
        }
        match serde_json::from_str(value.get()) {
            Ok(item) => self.item(entry, item, field == "standby"),
            Err(error) => self
                .parsed
                .unreadable
                .push(format!("a change {}", fault(&error))),
        }
    }

    fn item(&mut self, entry: &str, mut item: wire::Item<'_>, standby: bool) {
        let sender = item
            .sender
            .take()
            .and_then(|party| filled(party.id))
            .unwrap_or_default();
        let recipient = item
            .recipient
            .take()
            .and_then(|party| filled(party.id))
            .unwrap_or_default();
        if entry == SAMPLE_ENTRY || (sender.as_str(), recipient.as_str()) == SAMPLE_PARTIES {
            self.parsed.sample = true;
            return;
        }
        if let Some(known) = item
            .other
            .as_ref()
            .and_then(|word| wire::PASSED_OVER.iter().find(|one| **one == &**word))
        {
            return self.parsed.ignored.push(known);
        }
        if item.is_self == Some(true)
            || item.message.as_ref().is_some_and(|message| message.is_self)
        {
            return self.parsed.ignored.push("is_self");
        }
        let echo = item.message.as_ref().is_some_and(|message| message.is_echo);
        let ours = echo || sender == entry;
        let (peer, own) = if ours {
            (recipient, sender)
        } else {
            (sender, recipient)
        };
        if peer.is_empty() {
            return self
                .parsed
                .unreadable
                .push("an event names no person".to_owned());
        }
        let account = if entry.is_empty() {
            own.as_str()
        } else {
            entry
        };
        if account.is_empty() {
            return self
                .parsed
                .unreadable
                .push("an event names no account".to_owned());
        }
        let frame = Frame {
            account,
            peer,
            ours,
            standby,
            at: item.timestamp.map(|moment| moment.0),
        };
        self.facts(&frame, item);
    }

    fn facts(&mut self, frame: &Frame<'_>, item: wire::Item<'_>) {
        if let Some(message) = item.message {
            self.message(frame, message);
        } else if let Some(edit) = item.message_edit {
            self.edit(frame, edit);
        } else if let Some(reaction) = item.reaction {
            self.reaction(frame, reaction);
        } else if let Some(delivery) = item.delivery {
            self.receipt(
                frame,
                Stage::Delivered,
                delivery.watermark.map(|at| at.0),
                delivery.mids,
            );
        } else if let Some(read) = item.read {
            self.receipt(
                frame,
                Stage::Read,
                read.watermark.map(|at| at.0),
                read.mid.into_iter().collect(),
            );
        } else if let Some(postback) = item.postback {
            self.postback(frame, postback);
        } else if let Some(referral) = item.referral {
            let key = format!("referral:{}:{}", frame.peer, millis(frame.at));
            self.push(
                frame,
                key,
                Fact::Referred {
                    referral: attachment::referral(referral, item.lead),
                },
            );
        } else if let Some(word) = item.other {
            let id = format!("{}:{}:{}", &*word, frame.peer, millis(frame.at));
            let content = Content {
                unsupported: Some(word.into()),
                standby: frame.standby,
                ..Content::default()
            };
            self.said(frame, id, content);
        } else {
            self.parsed
                .unreadable
                .push("an event has no kind".to_owned());
        }
    }

    fn message(&mut self, frame: &Frame<'_>, message: wire::Message<'_>) {
        let Some(mid) = filled(message.mid) else {
            return self
                .parsed
                .unreadable
                .push("a message has no id".to_owned());
        };
        if message.is_deleted {
            let id = RemoteId::new(mid.as_str());
            return self.push(frame, format!("unsent:{mid}"), Fact::Unsent { id });
        }
        let (attachments, mut story) = attachment::read(self.flavor, message.attachments);
        let mut quote = None;
        if let Some(reply) = message.reply_to {
            quote = filled(reply.mid).map(|id| Quote {
                id: Some(RemoteId::new(id)),
                text: None,
            });
            if let Some(to) = reply.story {
                let id = filled(to.id).map(RemoteId::new);
                story = Some(Story {
                    kind: StoryKind::Reply,
                    id,
                    url: filled(to.url),
                });
            }
        }
        let mut content = Content {
            text: filled(message.text),
            attachments,
            quote,
            story,
            pressed: message.quick_reply.map(|reply| Pressed {
                payload: reply.payload.map(String::from).unwrap_or_default(),
            }),
            referral: message
                .referral
                .map(|from| attachment::referral(from, None)),
            standby: frame.standby,
            ..Content::default()
        };
        let empty =
            content.text.is_none() && content.attachments.is_empty() && content.story.is_none();
        if message.is_unsupported || empty {
            content.unsupported = Some(
                if message.is_unsupported {
                    "unsupported"
                } else {
                    "empty"
                }
                .to_owned(),
            );
        }
        if frame.ours {
            let correlation = message.metadata.as_deref().and_then(Correlation::from_wire);
            let origin = origin(correlation.is_some(), message.app_id.as_deref());
            let id = RemoteId::new(mid.as_str());
            self.push(
                frame,
                format!("message:{mid}"),
                Fact::Echo {
                    id,
                    content,
                    correlation,
                    origin,
                },
            );
        } else {
            self.said(frame, mid, content);
        }
    }

    fn said(&mut self, frame: &Frame<'_>, id: String, content: Content) {
        let key = format!("message:{id}");
        self.push(
            frame,
            key,
            Fact::Message {
                id: RemoteId::new(id),
                content,
            },
        );
    }

    fn edit(&mut self, frame: &Frame<'_>, edit: wire::Edit<'_>) {
        // An edit that does not say what it changed must not wipe what is there.
        let Some(text) = filled(edit.text) else {
            return self.parsed.ignored.push("message_edit_without_text");
        };
        let revision = edit
            .num_edit
            .unwrap_or_else(|| millis(frame.at).unsigned_abs());
        let key = format!("edit:{}:{revision}", &*edit.mid);
        self.push(
            frame,
            key,
            Fact::Edited {
                id: RemoteId::new(edit.mid),
                revision,
                text: Some(text),
            },
        );
    }

    fn reaction(&mut self, frame: &Frame<'_>, reaction: wire::Reaction<'_>) {
        let shown = filled(reaction.emoji).or_else(|| filled(reaction.reaction));
        let emoji = shown.filter(|_| reaction.action.as_deref() != Some("unreact"));
        let by = if frame.ours {
            Side::Business
        } else {
            Side::Customer
        };
        let who = if frame.ours {
            frame.account
        } else {
            &frame.peer
        };
        let mark = emoji.as_deref().unwrap_or("-");
        let key = format!(
            "reaction:{}:{who}:{}:{mark}",
            &*reaction.mid,
            millis(frame.at)
        );
        self.push(
            frame,
            key,
            Fact::Reacted {
                id: RemoteId::new(reaction.mid),
                by,
                emoji,
            },
        );
    }

    /// A watermark speaks of everything before it and needs no ids beside it.
    fn receipt(
        &mut self,
        frame: &Frame<'_>,
        stage: Stage,
        watermark: Option<Timestamp>,
        mids: Vec<Text<'_>>,
    ) {
        let word = if stage == Stage::Read {
            "read"
        } else {
            "delivered"
        };
        if frame.ours {
            // Our own reading of theirs, in another app.
            return self.parsed.ignored.push("own_receipt");
        }
        if let Some(at) = watermark {
            let key = format!("{word}:{}:{}", frame.peer, at.millis());
            return self.push(
                frame,
                key,
                Fact::Receipt {
                    stage,
                    scope: Scope::UpTo { at },
                    correlation: None,
                },
            );
        }
        if mids.is_empty() {
            return self
                .parsed
                .unreadable
                .push("a receipt names no message".to_owned());
        }
        for mid in mids {
            let key = format!("{word}:{}", &*mid);
            let scope = Scope::Message {
                id: RemoteId::new(mid),
            };
            self.push(
                frame,
                key,
                Fact::Receipt {
                    stage,
                    scope,
                    correlation: None,
                },
            );
        }
    }

    fn postback(&mut self, frame: &Frame<'_>, postback: wire::Postback<'_>) {
        let id = filled(postback.mid)
            .unwrap_or_else(|| format!("postback:{}:{}", frame.peer, millis(frame.at)));
        let content = Content {
            text: filled(postback.title),
            pressed: Some(Pressed {
                payload: postback.payload.map(String::from).unwrap_or_default(),
            }),
            referral: postback
                .referral
                .map(|from| attachment::referral(from, None)),
            standby: frame.standby,
            ..Content::default()
        };
        self.said(frame, id, content);
    }

    fn push(&mut self, frame: &Frame<'_>, key: String, fact: Fact) {
        self.parsed.events.push(Event {
            account: RemoteId::new(frame.account),
            surface: Surface::Messages,
            key,
            peer: Peer {
                identities: vec![frame.peer.clone()],
                name: None,
                username: None,
            },
            at: frame.at,
            fact,
        });
    }
}

/// Our own app's id is not known here; our reference in the metadata is what tells.
fn origin(correlated: bool, app: Option<&str>) -> Origin {
    match app {
        _ if correlated => Origin::Ours,
        Some(PAGE_INBOX_APP) => Origin::NativeApp,
        Some(_) => Origin::OtherApp,
        None => Origin::Unknown,
    }
}

fn millis(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::millis)
}
