//! Events of an update.

use tributary_domain::{
    event::{Content, Event, Fact, Origin, Peer, PeerChange, Pressed, Quote, Side, Toward},
    id::RemoteId,
    json_error::fault,
    platform::Surface,
    time::Timestamp,
};

use super::{
    content::{self, full_name},
    harmless, wire,
};
use crate::{
    contract::{Connection, Parsed},
    json::{Other, Text, filled, handle},
    lenient::{self, traced},
    lines,
    press::unlabelled,
};

/// The events of a body. The body does not say which bot it is for: `account` does, and without it the
/// events' account is empty.
pub(super) fn parse(body: &[u8], account: Option<&RemoteId>) -> Parsed {
    let mut parsed = Parsed::default();
    let read = lenient::read(&lenient::readable(body), |body, left_out| {
        let update = traced::<wire::Update<'_>>(body)?;
        Sink { account, parsed: &mut parsed, left_out, sequence: None }.update(update);
        Ok(())
    });
    if let Err(error) = read {
        parsed.unreadable.push(format!("the update {}", fault(&error)));
    }
    parsed
}

/// Kinds that are kept, and are no message: nobody wrote anything that could be answered in a chat.
const QUIET: &[&str] =
    &["shipping_query", "pre_checkout_query", "purchased_paid_media", "poll_answer", "chat_join_request"];

/// The kind, when it is on the list of harmless ones.
fn harmless(kind: &str) -> Option<&'static str> {
    harmless::HARMLESS.iter().map(|(known, _)| *known).find(|known| *known == kind)
}

struct Sink<'p> {
    account: Option<&'p RemoteId>,
    parsed: &'p mut Parsed,
    /// Members that were left out, because they are not what they should be.
    left_out: &'p [String],
    /// The number of what comes next: messages of a chat, and updates, are numbered as they happen.
    sequence: Option<u64>,
}

/// A private chat, with the bot itself or, through a business connection, with its owner.
struct Chat {
    connection: Option<String>,
    id: i64,
}

impl Chat {
    fn of(id: i64, connection: Option<Text<'_>>) -> Self {
        Self { connection: filled(connection), id }
    }

    fn identity(&self) -> String {
        match &self.connection {
            Some(connection) => format!("{connection}/{}", self.id),
            None => self.id.to_string(),
        }
    }

    fn message(&self, id: i64) -> RemoteId {
        RemoteId::new(match &self.connection {
            Some(connection) => format!("{connection}/{}/{id}", self.id),
            None => format!("{}/{id}", self.id),
        })
    }

    fn peer(&self) -> Peer {
        Peer { identities: vec![self.identity()], ..Peer::default() }
    }
}

/// Whoever is told of is told of in full: without a handle, they have none.
fn name_handle(peer: &mut Peer, username: Option<&Text<'_>>) {
    peer.username = handle(username);
    peer.no_username = peer.username.is_none();
}

/// Whether an identity is of a business account's chat.
pub(super) fn is_business(identity: &str) -> bool {
    identity.contains('/')
}

impl Sink<'_> {
    fn update(&mut self, update: wire::Update<'_>) {
        // Messages have numbers of their own.
        let number = update.update_id.unwrap_or_default();
        if let Some(message) = update.message.or(update.business_message) {
            self.message(*message);
        } else if let Some(message) = update.edited_message.or(update.edited_business_message) {
            self.edited(number, *message);
        } else if let Some(deleted) = update.deleted_business_messages {
            self.deleted(deleted);
        } else if let Some(query) = update.callback_query {
            self.pressed(query);
        } else if let Some(change) = update.my_chat_member {
            self.member(number, change);
        } else if let Some(reaction) = update.message_reaction {
            self.reaction(number, reaction);
        } else if let Some(connection) = update.business_connection {
            self.connection(connection);
        } else if let Some(other) = update.other {
            match harmless(&other.name) {
                Some(known) => self.parsed.ignored.push(known),
                None if update.update_id.is_some() => self.unknown(number, &other),
                None => self.parsed.unreadable.push("the update has no number".to_owned()),
            }
        } else {
            self.parsed.unreadable.push("the update has no kind".to_owned());
        }
    }

    /// A business account lets the bot answer in its chats, or does so no more. Without `rights` nothing tells what the bot
    /// may do: it is tried.
    fn connection(&mut self, connection: wire::Connection<'_>) {
        let account = self.account.cloned().unwrap_or_else(|| RemoteId::new(""));
        let may = connection.rights.map(|rights| rights.can_reply).or(connection.can_reply).unwrap_or(true);
        let open = may && connection.is_enabled.unwrap_or(true);
        // A private chat has the id of the person in it.
        let owner = connection.user.map(|user| user.id).or(connection.user_chat_id).map(|id| id.to_string());
        self.parsed.connections.push(Connection { account, id: connection.id.into(), owner, open });
    }

    /// Notes a kind that is neither read nor harmless.
    fn keep(&mut self, kind: &str) {
        self.parsed.keep(kind, self.account.map_or("", RemoteId::as_str));
    }

    /// A kind that is not known is kept, and also shown by its name and its words when it says whose it is.
    fn unknown(&mut self, number: i64, other: &Other<'_>) {
        let raw = other.value.get();
        self.keep(&other.name);
        let shape = serde_json::from_str::<wire::Unknown<'_>>(raw).ok();
        let Some(shape) = shape.filter(|_| !QUIET.contains(&&*other.name)) else { return };
        if shape.chat.as_ref().is_some_and(|chat| !self.private(chat)) {
            return;
        }
        let person = shape.from.or(shape.user);
        let Some(id) = shape.chat.map(|chat| chat.id).or(person.as_ref().map(|person| person.id)) else { return };
        let mut peer = Chat::of(id, shape.business_connection_id).peer();
        if let Some(person) = person.filter(|person| person.id == id) {
            peer.name = full_name(person.first_name, person.last_name);
            name_handle(&mut peer, person.username.as_ref());
        }
        let id = RemoteId::new(format!("update/{number}"));
        let content = Content {
            details: lines::of_any(raw, &["from", "user", "chat", "date"]),
            unsupported: Some(String::from(other.name.clone())),
            ..Content::default()
        };
        let at = shape.date.map(|date| date.0);
        self.push(peer, format!("message:{id}"), at, Fact::Message { id, content });
    }

    /// Whether a chat is with one person. What comes from another is harmless or kept, by the chat's kind.
    fn private(&mut self, chat: &wire::Chat<'_>) -> bool {
        let kind = chat.kind.as_deref().unwrap_or("private");
        let shared = ["group", "supergroup", "channel"].contains(&kind);
        // The ids of people are greater than 0, those of all other chats are less.
        if kind == "private" || (!shared && chat.id > 0) {
            return true;
        }
        match harmless(kind) {
            Some(known) => self.parsed.ignored.push(known),
            None => self.keep(kind),
        }
        false
    }

    fn message(&mut self, message: wire::Message<'_>) {
        let Some((chat, mut message)) = self.opened(message) else {
            return;
        };
        let Some(id) = message.message_id else {
            return self.parsed.unreadable.push("a message has no id".to_owned());
        };
        if let Some(known) =
            message.other.as_ref().and_then(|other| wire::SERVICE.iter().find(|one| **one == &*other.name))
        {
            return self.parsed.ignored.push(known);
        }
        let from = message.from.take();
        // A private chat has the id of the person in it.
        let ours = from.as_ref().is_some_and(|from| from.id != chat.id);
        let name = message
            .chat
            .take()
            .and_then(|chat| full_name(chat.first_name, chat.last_name).map(|name| (name, chat.username)));
        let mut peer = chat.peer();
        match (from.filter(|_| !ours), name) {
            (Some(from), _) => {
                peer.name = full_name(from.first_name, from.last_name);
                name_handle(&mut peer, from.username.as_ref());
            }
            (None, Some((name, username))) => {
                peer.name = Some(name);
                name_handle(&mut peer, username.as_ref());
            }
            (None, None) => {}
        }
        let at = message.date.map(|date| date.0);
        let origin = self.origin(message.sender_business_bot.take(), message.is_from_offline == Some(true));
        for other in message.other.iter().chain(&message.more) {
            if !wire::SERVICE.contains(&&*other.name) {
                self.parsed.keep(&format!("message.{}", &*other.name), self.account.map_or("", RemoteId::as_str));
            }
        }
        let content = content::read(message, |id| chat.message(id));
        self.sequence = u64::try_from(id).ok();
        let id = chat.message(id);
        let key = format!("message:{id}");
        let fact =
            if ours { Fact::Echo { id, content, correlation: None, origin } } else { Fact::Message { id, content } };
        self.push(peer, key, at, fact);
    }

    /// A message's chat, when it is one that is shown.
    fn opened<'m>(&mut self, mut message: wire::Message<'m>) -> Option<(Chat, wire::Message<'m>)> {
        let Some(chat) = message.chat.as_ref() else {
            self.parsed.unreadable.push("a message has no chat".to_owned());
            return None;
        };
        let id = chat.id;
        if !self.private(chat) {
            return None;
        }
        Some((Chat::of(id, message.business_connection_id.take()), message))
    }

    /// Greetings and messages written beforehand are the platform's automation; a bot may be this one.
    fn origin(&self, bot: Option<wire::User<'_>>, automatic: bool) -> Origin {
        match bot {
            Some(bot) if self.account.is_some_and(|account| account.as_str() == bot.id.to_string()) => Origin::Ours,
            Some(_) => Origin::OtherApp,
            None if automatic => Origin::OtherApp,
            None => Origin::NativeApp,
        }
    }

    fn edited(&mut self, number: i64, message: wire::Message<'_>) {
        let Some((chat, message)) = self.opened(message) else {
            return;
        };
        let Some(id) = message.message_id else {
            return self.parsed.unreadable.push("an edited message has no id".to_owned());
        };
        if message.location.is_some() {
            // A live location moves by edits; there is no text to change.
            return self.parsed.ignored.push("live_location");
        }
        let at = message.edit_date.or(message.date).map(|date| date.0);
        let id = chat.message(id);
        // Two edits may fall into one second.
        let key = format!("edit:{id}:{}:{number}", at.map_or(0, Timestamp::millis));
        let Content { text, attachments, .. } = content::read(message, |id| chat.message(id));
        self.sequence = u64::try_from(number).ok();
        self.push(chat.peer(), key, at, Fact::Edited { id, revision: None, text, attachments });
    }

    fn deleted(&mut self, deleted: wire::Deleted<'_>) {
        if !self.private(&deleted.chat) {
            return;
        }
        let chat = Chat::of(deleted.chat.id, Some(deleted.business_connection_id));
        for id in deleted.message_ids {
            let id = chat.message(id);
            self.push(chat.peer(), format!("unsent:{id}"), None, Fact::Unsent { id });
        }
    }

    /// The press of a button has no time of its own: the message's is that of its sending.
    fn pressed(&mut self, query: wire::CallbackQuery<'_>) {
        let Some(message) = query.message else {
            return self.keep("callback_query.inline");
        };
        let Some((chat, message)) = self.opened(*message) else {
            return;
        };
        // A button that opens a game has the game's name and no data.
        let payload = filled(query.data).or_else(|| filled(query.game_short_name)).unwrap_or_default();
        let buttons = message.reply_markup.into_iter().flat_map(|markup| markup.inline_keyboard).flatten();
        let pressed = |button: &wire::Button<'_>| button.callback_data.as_deref() == Some(payload.as_str());
        let caption = buttons.filter(pressed).find_map(|button| filled(button.text));
        let quote = message.message_id.map(|id| Quote {
            id: Some(chat.message(id)),
            text: filled(message.text).or_else(|| filled(message.caption)),
        });
        let topic = filled(message.message_thread_id).filter(|_| message.is_topic_message != Some(false));
        let pressed = Some(Pressed { payload });
        let mut content = Content { text: caption, quote, topic, pressed, ..Content::default() };
        unlabelled(&mut content);
        let mut peer = chat.peer();
        peer.name = full_name(query.from.first_name, query.from.last_name);
        name_handle(&mut peer, query.from.username.as_ref());
        let id = RemoteId::new(format!("callback/{}", &*query.id));
        let key = format!("message:{id}");
        self.push(peer, key, None, Fact::Message { id, content });
    }

    fn member(&mut self, number: i64, change: wire::MemberChange<'_>) {
        if change.chat.kind.as_deref().is_some_and(|kind| kind != "private") {
            return self.parsed.ignored.push("my_chat_member");
        }
        let became = match &*change.new_chat_member.status {
            "kicked" => PeerChange::Blocked,
            "member" => PeerChange::Unblocked,
            _ => return self.parsed.ignored.push("my_chat_member"),
        };
        let mut peer = Chat::of(change.chat.id, None).peer();
        peer.name = full_name(change.from.first_name, change.from.last_name);
        name_handle(&mut peer, change.from.username.as_ref());
        let at = change.date.map(|date| date.0);
        let key = format!("peer:{}:{number}", change.chat.id);
        self.push(peer, key, at, Fact::PeerChanged { change: became });
    }

    /// The list is the person's reactions as they are now; the last is the newest.
    fn reaction(&mut self, number: i64, reaction: wire::Reaction<'_>) {
        if !self.private(&reaction.chat) {
            return;
        }
        let chat = Chat::of(reaction.chat.id, None);
        let theirs = reaction.user.as_ref().is_none_or(|user| user.id == chat.id);
        let by = if theirs { Side::Customer } else { Side::Business };
        let emoji = reaction
            .new_reaction
            .into_iter()
            .next_back()
            .map(|one| filled(one.emoji).unwrap_or_else(|| one.kind.into()));
        let id = chat.message(reaction.message_id);
        let mark = emoji.as_deref().unwrap_or("-");
        let who = reaction.user.as_ref().map_or(chat.id, |user| user.id);
        let key = format!("reaction:{id}:{who}:{number}:{mark}");
        let at = reaction.date.map(|date| date.0);
        self.sequence = u64::try_from(number).ok();
        self.push(chat.peer(), key, at, Fact::Reacted { id, by, emoji });
    }

    fn push(&mut self, peer: Peer, key: String, at: Option<Timestamp>, fact: Fact) {
        let account = self.account.cloned().unwrap_or_else(|| RemoteId::new(""));
        let sequence = self.sequence.take();
        let event = Event { key, sequence, ..Event::new(account, Surface::Messages, Toward::Person(peer), at, fact) };
        self.parsed.push(event, self.left_out);
    }
}
