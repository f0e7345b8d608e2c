//! How much of anything is kept. Whatever grows by what others send has a bound here: a thread is one row of its object's
//! storage, and so is each of its messages, and a row holds two megabytes. What is beyond is cut or left out and said so,
//! never refused where a customer writes.

use crate::{
    detail::Detail,
    event::{Attachment, AttachmentKind, Content, Event, Fact, MediaSource, Referral, Toward},
    id::RemoteId,
};

/// Most tags of a thread.
pub const TAGS: usize = 50;
/// Longest tag, in characters.
pub const TAG: usize = 40;
/// Most tags that one request puts on or takes away.
pub const TAGS_AT_ONCE: usize = 20;
/// Longest reply, in characters: no platform takes as much.
pub const REPLY: usize = 10_000;
/// Most files of one reply.
pub const FILES: usize = 30;
/// Longest name of a teammate, an account, a token, in characters.
pub const TEAMMATE_NAME: usize = 100;
/// Longest e-mail address: RFC 5321, section 4.5.3.1.3.
pub const EMAIL: usize = 254;
/// Longest note on a version of the rules, in characters.
pub const RULES_NOTE: usize = 400;
/// Longest note, in characters.
pub const NOTE: usize = 4000;
/// Most entries of a thread's history. Beyond it only messages and replies are added.
pub const HISTORY: u64 = 50_000;
/// Most threads that one is linked to.
pub const LINKS: usize = 50;
/// Most threads that look like one.
pub const SUGGESTIONS: usize = 20;
/// Longest name or handle of a contact, in characters.
pub const NAME: usize = 200;
/// Most ids under which one person is known: those that were in use last.
pub const IDENTITIES: usize = 32;
/// Most facts that a look-up tells of a contact.
pub const FACTS: usize = 20;
/// Longest of these, in characters.
pub const FACT: usize = 300;
/// Most lines that say why a thread is whose it is.
pub const REASONS: usize = 20;
/// Longest of these, in characters.
pub const REASON: usize = 500;
/// Most writers of a thread that are known one by one.
pub const WRITERS: usize = 200;
/// Most comments of one thread to which something is still to be done.
pub const MODERATING: usize = 200;
/// Most copies of files that one thread waits to see deleted.
pub const DROPPING: usize = 1000;
/// Most attachments of one message.
pub const ATTACHMENTS: usize = 30;

/// Most bytes of a message's words, as they are stored. No platform takes a hundredth of it.
pub const TEXT_BYTES: usize = 1_000_000;
/// Most bytes of what an edit says instead.
pub const EDIT_BYTES: usize = 200_000;
/// Most bytes of a message's words that can be searched.
pub const SEARCHED_BYTES: usize = 10_000;
/// Longest id that a platform may give, in bytes.
const ID_BYTES: usize = 2000;
/// Longest id of a person, in bytes.
const IDENTITY_BYTES: usize = 300;
/// Longest web address, in bytes: half of one leads nowhere.
const ADDRESS_BYTES: usize = 4000;
/// Most bytes of what stands beside a message: a note, a quote, a button's payload.
const BESIDE_BYTES: usize = 4000;
/// Most bytes of a name, a title, a kind.
const WORD_BYTES: usize = 500;
/// Most bytes of all lines beside a message and its attachments.
const LINES_BYTES: usize = 100_000;
/// Most attachments that an edit brings: platforms change one file at a time.
const EDITED_ATTACHMENTS: usize = 4;

/// The first `most` characters of a text.
pub fn characters(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// As much of a text as is stored in `most` bytes of JSON.
pub fn bytes(text: &str, most: usize) -> &str {
    // No character takes more than six bytes for each of its own.
    if text.len() <= most / 6 {
        return text;
    }
    let mut left = most;
    for (at, letter) in text.char_indices() {
        let cost = cost(letter);
        let Some(rest) = left.checked_sub(cost) else { return text.get(..at).unwrap_or_default() };
        left = rest;
    }
    text
}

/// How many bytes of JSON a letter takes.
const fn cost(letter: char) -> usize {
    match letter {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        control if control < ' ' => 6,
        other => other.len_utf8(),
    }
}

fn stored_bytes(text: &str) -> usize {
    text.chars().map(cost).sum()
}

/// Cuts a text to what is stored in `most` bytes, and says whether that took anything away.
fn cut(text: &mut String, most: usize) -> bool {
    let kept = bytes(text, most).len();
    let longer = kept < text.len();
    text.truncate(kept);
    longer
}

fn cut_some(text: &mut Option<String>, most: usize) -> bool {
    text.as_mut().is_some_and(|text| cut(text, most))
}

/// Leaves an address out that is too long to be one.
fn address(text: &mut Option<String>) -> bool {
    let gone = text.as_ref().is_some_and(|text| bytes(text, ADDRESS_BYTES) != text);
    if gone {
        *text = None;
    }
    gone
}

/// Cuts lines, and leaves out those for which there is no room any more.
fn cut_lines(lines: &mut Vec<Detail>, room: &mut usize) -> bool {
    let (mut cut_off, before) = (false, lines.len());
    lines.retain_mut(|line| {
        cut_off |= cut(&mut line.label, WORD_BYTES) | cut(&mut line.value, BESIDE_BYTES) | address(&mut line.link);
        let size = [line.label.as_str(), &line.value, line.link.as_deref().unwrap_or_default()].map(stored_bytes);
        // What names and marks take around each of them.
        let left = room.checked_sub(size.iter().sum::<usize>() + 40);
        *room = left.unwrap_or_default();
        left.is_some()
    });
    cut_off || lines.len() < before
}

/// Leaves an id out that is too long to be one.
fn some_id(id: &mut Option<RemoteId>) -> bool {
    let gone = id.as_ref().is_some_and(|id| id.as_str().len() > ID_BYTES);
    if gone {
        *id = None;
    }
    gone
}

/// Whether an id is no longer than any platform's.
fn is_id(id: &RemoteId) -> bool {
    id.as_str().len() <= ID_BYTES
}

/// Why an event cannot be kept at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id in it is longer than any platform's")]
pub struct TooLong;

impl Event {
    /// The same within bounds. An id cannot be cut: with a half of it nobody is found.
    pub fn bounded(mut self) -> Result<Self, TooLong> {
        let told = match &mut self.toward {
            // Where our own reference names the thread, the other side has no need of a name.
            Toward::Person(peer) => {
                let named = !peer.identities.is_empty();
                peer.identities.retain(|identity| identity.len() <= IDENTITY_BYTES);
                peer.identities.truncate(IDENTITIES);
                for name in [&mut peer.name, &mut peer.username].into_iter().flatten() {
                    name.truncate(characters(name, NAME).len());
                }
                !named || !peer.identities.is_empty()
            }
            Toward::Comment(id) => is_id(id),
        };
        if !told || !self.subject.as_ref().is_none_or(|subject| is_id(&subject.id)) || !self.fact.is_named() {
            return Err(TooLong);
        }
        self.fact.cut();
        Ok(self)
    }
}

impl Fact {
    /// Whether the id of the message that it speaks of is one.
    fn is_named(&self) -> bool {
        self.message().is_none_or(is_id)
    }

    fn cut(&mut self) {
        match self {
            Self::Message { content, .. } | Self::Echo { content, .. } => content.cut(),
            Self::Edited { text, attachments, .. } => {
                cut_some(text, EDIT_BYTES);
                attachments.truncate(EDITED_ATTACHMENTS);
                let mut room = LINES_BYTES / 5;
                for attachment in attachments {
                    attachment.cut();
                    cut_lines(&mut attachment.details, &mut room);
                }
            }
            Self::Reacted { emoji, .. } => {
                cut_some(emoji, WORD_BYTES);
            }
            Self::Undelivered { error, .. } => {
                cut(&mut error.code, WORD_BYTES);
            }
            Self::Referred { referral } => {
                referral.cut();
            }
            Self::Unsent { .. }
            | Self::Hidden { .. }
            | Self::Receipt { .. }
            | Self::HandedOver { .. }
            | Self::HandoverAsked
            | Self::PeerChanged { .. } => {}
        }
    }
}

impl Content {
    /// Cuts what is too long to be kept, and notes that it was.
    pub fn cut(&mut self) {
        let mut cut_off = cut_some(&mut self.text, TEXT_BYTES);
        cut_off |= self.attachments.len() > ATTACHMENTS;
        self.attachments.truncate(ATTACHMENTS);
        let mut room = LINES_BYTES;
        cut_off |= cut_lines(&mut self.details, &mut room);
        for attachment in &mut self.attachments {
            cut_off |= attachment.cut() | cut_lines(&mut attachment.details, &mut room);
        }
        if let Some(quote) = &mut self.quote {
            cut_some(&mut quote.text, BESIDE_BYTES);
            some_id(&mut quote.id);
        }
        if let Some(story) = &mut self.story {
            cut_off |= address(&mut story.url);
            some_id(&mut story.id);
        }
        if let Some(pressed) = &mut self.pressed {
            cut_off |= cut(&mut pressed.payload, BESIDE_BYTES);
        }
        if let Some(referral) = &mut self.referral {
            cut_off |= referral.cut();
        }
        cut_some(&mut self.album, WORD_BYTES);
        cut_off |= cut_some(&mut self.unsupported, WORD_BYTES);
        self.not_read.truncate(ATTACHMENTS);
        for name in &mut self.not_read {
            cut(name, WORD_BYTES);
        }
        self.cut |= cut_off;
    }
}

impl Attachment {
    fn cut(&mut self) -> bool {
        let mut cut_off = cut_some(&mut self.name, WORD_BYTES);
        cut_off |= cut_some(&mut self.note, BESIDE_BYTES);
        cut_off |= address(&mut self.link);
        cut_some(&mut self.mime, WORD_BYTES);
        if let AttachmentKind::Unknown(kind) = &mut self.kind {
            cut(kind, WORD_BYTES);
        }
        let unreachable = match &self.source {
            Some(MediaSource::Link { url }) => bytes(url, ADDRESS_BYTES) != url,
            Some(MediaSource::Handle { id }) => id.as_str().len() > ID_BYTES,
            None => false,
        };
        if unreachable {
            self.source = None;
        }
        cut_off || unreachable
    }
}

impl Referral {
    fn cut(&mut self) -> bool {
        let mut cut_off = address(&mut self.url) | cut_some(&mut self.text, BESIDE_BYTES);
        for text in [&mut self.source, &mut self.reference, &mut self.ad, &mut self.title] {
            cut_off |= cut_some(text, WORD_BYTES);
        }
        cut_off
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        event::{Peer, Pressed, Quote, Story, StoryKind},
        id::AccountId,
        id::MessageId,
        message::{Author, Body, Direction, Edit, MediaState, Message, Reaction},
        platform::{Platform, Surface},
        subject::{Subject, SubjectKind},
        time::Timestamp,
    };

    /// What a row of the object's storage holds, with room to spare.
    const ROW: usize = 1_950_000;

    fn event(content: Content) -> Event {
        Event::new(
            RemoteId::new("1784"),
            Surface::Messages,
            Toward::Person(Peer {
                identities: vec!["igsid:7".to_owned()],
                name: Some("n".repeat(500_000)),
                ..Peer::default()
            }),
            None,
            Fact::Message { id: RemoteId::new("mid.1"), content },
        )
    }

    fn kept(content: Content) -> Content {
        match event(content).bounded().unwrap().fact {
            Fact::Message { content, .. } => content,
            _ => unreachable!("it was a message"),
        }
    }

    /// Everything that a message can hold, all of it so long.
    fn full(words: &str, text: &str, attachments: usize) -> Content {
        let some = || Some(text.to_owned());
        let remote = || Some(RemoteId::new(text));
        Content {
            text: Some(words.to_owned()),
            details: vec![Detail::linked(text, text, some()); 300],
            attachments: (0..attachments)
                .map(|_| Attachment {
                    source: Some(MediaSource::Link { url: text.to_owned() }),
                    mime: some(),
                    name: some(),
                    size: Some(u64::MAX),
                    note: some(),
                    link: some(),
                    details: vec![Detail::new(text, text); 30],
                    ..Attachment::bare(AttachmentKind::Unknown(text.to_owned()))
                })
                .collect(),
            quote: Some(Quote { id: remote(), text: some() }),
            story: Some(Story { kind: StoryKind::Reply, id: remote(), url: some() }),
            pressed: Some(Pressed { payload: text.to_owned() }),
            referral: Some(Referral {
                source: some(),
                reference: some(),
                ad: some(),
                title: some(),
                url: some(),
                text: some(),
            }),
            album: some(),
            unsupported: some(),
            ..Content::default()
        }
    }

    /// The message that keeps all of it, with an edit and whatever else is told of it.
    fn row(content: Content) -> usize {
        let remote = RemoteId::new("m".repeat(ID_BYTES));
        let id = MessageId::of(&AccountId::of(Platform::Instagram, &remote), &remote);
        let mut message = Message::new(id.clone(), remote);
        let at = Timestamp::from_seconds(0);
        let edit = Fact::Edited {
            id: RemoteId::new("1"),
            revision: Some(1),
            text: content.text.clone(),
            attachments: content.attachments.clone(),
        };
        let Fact::Edited { text, attachments, .. } =
            (Event { fact: edit, ..event(Content::default()) }).bounded().unwrap().fact
        else {
            unreachable!("it was an edit");
        };
        let content = kept(content);
        for place in 0..u32::try_from(content.attachments.len()).unwrap() {
            let state = MediaState::Stored { id: crate::id::MediaId::of(&id, place), mime: "m".repeat(100), size: 1 };
            message.media_is(place, state);
        }
        message.learn(Body {
            direction: Direction::Incoming,
            author: Author::Customer,
            at,
            received_at: at,
            clock: None,
            order: 0,
            content,
            correlation: None,
        });
        message.edited(Edit { revision: 1, order: 0, text, attachments });
        message.reacted(crate::event::Side::Customer, Reaction { at, order: 0, emoji: Some("e".repeat(WORD_BYTES)) });
        serde_json::to_string(&message).unwrap().len()
    }

    #[test]
    fn the_fullest_message_fits_its_row_and_says_that_it_was_cut() {
        for text in ["x", "\n", "\u{1}", "ä", "😀", "\"", "\u{2028}"] {
            let content = full(&text.repeat(1_100_000), &text.repeat(9000), 100);
            let cut = kept(content.clone());
            assert!(cut.cut && cut.attachments.len() == ATTACHMENTS);
            assert!(row(content) < ROW, "{text:?}");
        }
    }

    #[test]
    fn what_platforms_send_is_kept_as_it_is() {
        let content = full(&"Grüße\n".repeat(600), "Grüße\n", 10);
        assert_eq!(kept(content.clone()), content);
    }

    #[test]
    fn a_name_is_cut_and_an_id_that_is_none_is_refused() {
        let mut one = event(Content::default()).bounded().unwrap();
        assert_eq!(one.person_mut().unwrap().name.take().unwrap().chars().count(), NAME);
        let mut nobody = event(Content::default());
        nobody.person_mut().unwrap().identities = vec!["i".repeat(IDENTITY_BYTES + 1)];
        assert_eq!(nobody.bounded(), Err(TooLong));
        let long = || RemoteId::new("m".repeat(ID_BYTES + 1));
        let under = |comment| Event { toward: Toward::Comment(comment), ..event(Content::default()) };
        assert!(under(RemoteId::new("c_1")).bounded().is_ok());
        assert_eq!(under(long()).bounded(), Err(TooLong));
        let subject = Some(Subject { kind: SubjectKind::Post, id: long() });
        assert_eq!(Event { subject, ..event(Content::default()) }.bounded(), Err(TooLong));
        let fact = Fact::Unsent { id: long() };
        assert_eq!(Event { fact, ..event(Content::default()) }.bounded(), Err(TooLong));
    }

    proptest! {
        #[test]
        fn a_cut_text_is_a_beginning_that_fits_and_no_shorter_than_it_must_be(text in "(?s).{0,200}", most in 0..400_usize) {
            let kept = bytes(&text, most);
            prop_assert!(text.starts_with(kept));
            let stored = |text: &str| serde_json::to_string(&text.to_owned()).unwrap().len() - 2;
            prop_assert!(stored(kept) <= most);
            if let Some(next) = text[kept.len()..].chars().next() {
                let more = [kept, next.to_string().as_str()].concat();
                prop_assert!(stored(&more) > most);
            }
            prop_assert_eq!(characters(&text, most).chars().count(), text.chars().count().min(most));
        }
    }
}
