//! What the comments of Pages and of Instagram have in common.

use tributary_domain::{
    event::{Content, Event, Fact, Origin, Peer, PostNote, Quote, Toward},
    id::RemoteId,
    platform::Surface,
    subject::{Subject, SubjectKind},
    time::Timestamp,
};

use crate::{
    contract::Parsed,
    json::{Other, filled, handle},
    lines,
    meta::envelope::Head,
};

use super::wire::Author;

/// Where what is read of one change goes.
pub(super) struct Sink<'p> {
    pub(super) entry: Head<'p>,
    pub(super) field: &'p str,
    /// Members that were left out, because they are not what they should be.
    pub(super) left_out: &'p [String],
    pub(super) parsed: &'p mut Parsed,
}

/// A comment, or a post that somebody else wrote: what both are known by.
pub(super) struct Place<'c> {
    /// Its own id.
    pub(super) id: &'c str,
    /// The post it is about.
    pub(super) post: &'c str,
    /// The comment above it.
    pub(super) parent: Option<String>,
    /// What the delivery tells of the post.
    pub(super) note: Option<PostNote>,
    /// When it happened.
    pub(super) at: Option<Timestamp>,
}

impl Place<'_> {
    /// The comment at the top of its branch, as far as the delivery tells.
    fn top(&self) -> &str {
        self.parent.as_deref().unwrap_or(self.id)
    }
}

impl Sink<'_> {
    /// Whether the account itself wrote it.
    pub(super) fn is_ours(&self, author: Option<&Author<'_>>) -> bool {
        author.and_then(|author| author.id.as_deref()).is_some_and(|id| id == self.entry.id)
    }

    /// Something that was written, by a customer or by us.
    pub(super) fn said(&mut self, place: &Place<'_>, author: Option<Author<'_>>, mut content: Content) {
        content.quote = place.parent.as_deref().map(|id| Quote { id: Some(RemoteId::new(id)), text: None });
        let (id, key) = (RemoteId::new(place.id), format!("comment:{}", place.id));
        if self.is_ours(author.as_ref()) {
            let fact = Fact::Echo { id, content, correlation: None, origin: Origin::Unknown };
            return self.push(place, key, Toward::Comment(RemoteId::new(place.top())), fact);
        }
        let toward = author_of(author, place);
        self.push(place, key, toward, Fact::Message { id, content });
    }

    /// It was hidden from others, or is shown again.
    pub(super) fn hidden(&mut self, place: &Place<'_>, hidden: bool) {
        let id = RemoteId::new(place.id);
        let word = if hidden { "hidden" } else { "shown" };
        let key = format!("{word}:{}:{}", place.id, place.at.map_or(0, Timestamp::millis));
        self.push(place, key, Toward::Comment(id.clone()), Fact::Hidden { id, hidden });
    }

    pub(super) fn push(&mut self, place: &Place<'_>, key: String, toward: Toward, fact: Fact) {
        let account = RemoteId::new(self.entry.id);
        let subject = Subject { kind: SubjectKind::Post, id: RemoteId::new(place.post) };
        let event = Event {
            subject: Some(subject),
            post: place.note.clone(),
            key,
            ..Event::new(account, Surface::Comments, toward, place.at, fact)
        };
        self.parsed.push(event, self.left_out);
    }

    /// Members that are not known: the delivery is kept for their sake. Where nothing else is said, they are shown.
    pub(super) fn unknown<'a>(&mut self, others: impl Iterator<Item = Other<'a>>, content: &mut Content) {
        for other in others {
            self.parsed.keep(&format!("{}.{}", self.field, &*other.name), self.entry.id);
            if !content.is_seen() {
                content.details = lines::of_any(other.value.get(), &[]);
                content.unsupported = Some(other.name.into());
            }
        }
    }

    /// What cannot be shown at all waits for a person.
    pub(super) fn unreadable(&mut self, what: &str) {
        self.parsed.unreadable.push(format!("a change of `{}` {what}", self.field));
    }
}

/// The person who wrote it. Where the platform does not say who, all of a branch is one unknown person's.
pub(super) fn author_of(author: Option<Author<'_>>, place: &Place<'_>) -> Toward {
    let Some(author) = author else { return Toward::Person(Peer::unknown(place.top())) };
    let username = handle(author.username.as_ref());
    match filled(author.id) {
        Some(id) => {
            Toward::Person(Peer { identities: vec![id], name: filled(author.name), username, no_username: false })
        }
        None => Toward::Person(Peer { name: filled(author.name), username, ..Peer::unknown(place.top()) }),
    }
}
