//! Edits that change something, and those that do not.

use tributary_domain::{
    event::{Attachment, AttachmentKind, Event, Fact, MediaSource},
    id::{RemoteId, TeammateId},
    message::MediaState,
    thread::Effect,
};

use crate::{
    desk::{Step, ThreadHarness},
    facts::{edit, incoming, message, no_edit},
};

fn nora() -> TeammateId {
    TeammateId::parse("tm_nora").unwrap()
}

#[test]
fn an_edit_that_changes_nothing_is_none() {
    let mut desk = ThreadHarness::new();
    desk.step(&message(1, 1));
    let seen = desk.thread.clone();
    desk.step(&no_edit(1, 3));
    assert_eq!(desk.thread, seen, "no new version, no new turn");
    assert!(
        !desk.thread.transcript.others_wrote_since(seen.version, &nora()),
        "no colleague's reply is refused for it"
    );
    assert!(desk.messages.values().all(|message| !message.is_edited()), "no label");
    // An earlier edit that comes late is not the last word all the same.
    desk.step(&edit(incoming(1), 2));
    assert_eq!(desk.words(), ["Question 1"]);
    // A later one is.
    desk.step(&edit(incoming(1), 4));
    assert_eq!(desk.words(), ["Put better, 4"]);
    assert!(desk.messages.values().all(tributary_domain::message::Message::is_edited));
    assert!(desk.thread.transcript.others_wrote_since(seen.version, &nora()));
    assert!(desk.messages.values().all(|message| message.written > seen.version), "who is refused is shown it");
    // Told before its message, it is none either.
    let mut desk = ThreadHarness::new();
    desk.step(&no_edit(1, 3));
    desk.step(&message(1, 1));
    assert!(desk.messages.values().all(|message| !message.is_edited()));
}

fn photo(handle: &str, unique: &str) -> Attachment {
    Attachment {
        source: Some(MediaSource::Handle { id: RemoteId::new(handle) }),
        unique: Some(unique.to_owned()),
        ..Attachment::bare(AttachmentKind::Image)
    }
}

/// A message with one photo, or its edit.
fn with_photo(revision: Option<u64>, photo: Attachment) -> Step {
    let Step::Event(event) = edit(incoming(1), revision.unwrap_or(0)) else { unreachable!() };
    let Step::Event(first) = message(1, 1) else { unreachable!() };
    let (text, attachments) = (Some("Question 1".to_owned()), vec![photo]);
    let fact = match (revision, first.fact) {
        (None, Fact::Message { id, mut content }) => {
            content.attachments = attachments;
            Fact::Message { id, content }
        }
        _ => Fact::Edited { id: incoming(1), revision, text, attachments },
    };
    Step::Event(Box::new(Event { fact, ..*event }))
}

fn fetched(desk: &mut ThreadHarness) -> Vec<u32> {
    let places = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Media { place, .. } => Some(*place),
        _ => None,
    });
    let places = places.collect();
    desk.effects.clear();
    places
}

#[test]
fn an_edit_with_a_new_photo_shows_and_fetches_it() {
    let mut desk = ThreadHarness::new();
    desk.step(&with_photo(None, photo("F1", "u1")));
    assert_eq!(fetched(&mut desk), [0]);
    let version = desk.thread.version;
    // The same photo by another handle: only words could have changed, and did not.
    desk.step(&with_photo(Some(1), photo("F1-again", "u1")));
    assert_eq!((desk.thread.version, fetched(&mut desk)), (version, vec![]));
    desk.step(&with_photo(Some(2), photo("F2", "u2")));
    let message = desk.messages.values().next().unwrap().clone();
    assert!(message.is_edited() && desk.thread.version > version);
    let files = message.files();
    assert_eq!(files.iter().map(|(_, file)| file.unique.as_deref()).collect::<Vec<_>>(), [Some("u2")]);
    assert_eq!(fetched(&mut desk), [files[0].0]);
    assert_eq!(message.media.get(&files[0].0), Some(&MediaState::Pending));
    // A third takes its place, and what was kept of the second goes.
    desk.step(&with_photo(Some(3), photo("F3", "u3")));
    let message = desk.messages.values().next().unwrap();
    assert!(!message.media.contains_key(&files[0].0));
    assert_eq!(fetched(&mut desk).len(), 1);
}

#[test]
fn photos_and_their_edits_come_to_the_same_in_any_order() {
    let steps = [
        with_photo(None, photo("F1", "u1")),
        with_photo(Some(1), photo("F2", "u2")),
        with_photo(Some(2), photo("F3", "u3")),
    ];
    let end = |order: [usize; 3]| {
        let mut desk = ThreadHarness::new();
        for at in &order {
            desk.step(&steps[*at]);
        }
        desk.digest()
    };
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(end(order), end([0, 1, 2]), "{order:?}");
    }
}
