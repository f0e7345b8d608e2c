//! The same id with other words.

use super::*;
use crate::audit::Action;

fn says(text: Option<&str>, unsupported: Option<&str>) -> Fact {
    let content =
        Content { text: text.map(str::to_owned), unsupported: unsupported.map(str::to_owned), ..Content::default() };
    Fact::Message { id: remote(1), content }
}

/// The words that are shown, and how often the history tells of others.
fn told(desk: &ThreadHarness) -> (Option<String>, usize) {
    let message = desk.work.messages.values().next().unwrap();
    let noted = desk.record.iter().filter(|entry| entry.action() == Action::Contradicted).count();
    (message.text().map(str::to_owned), noted)
}

#[test]
fn other_words_under_the_same_id_are_noted_once_and_those_that_came_first_stand() {
    let mut desk = ThreadHarness::new();
    for (words, noted) in
        [("Yes, send it", 0), ("Yes, send it", 0), ("No, keep it", 1), ("No, keep it", 1), ("Yes, send it", 1)]
    {
        desk.event(noon(), says(Some(words), None));
        desk.later(Span::minutes(1));
        assert_eq!(told(&desk), (Some("Yes, send it".to_owned()), noted), "{words}");
    }
    let entry = desk.record.iter().find(|entry| entry.action() == Action::Contradicted).unwrap();
    assert!(!format!("{:?}", entry.done).contains("keep"), "the history holds nobody's words");
    assert_eq!(desk.thread().questions.waiting.latest().len(), 1, "it is one message");
}

#[test]
fn an_edit_and_taking_back_are_no_contradiction() {
    let mut desk = ThreadHarness::new();
    desk.event(noon(), says(Some("Yes"), None));
    desk.event(
        noon(),
        Fact::Edited { id: remote(1), revision: Some(1), text: Some("No".to_owned()), attachments: Vec::new() },
    );
    assert_eq!(told(&desk), (Some("No".to_owned()), 0));
    desk.event(noon(), says(Some("Yes"), None));
    assert_eq!(told(&desk), (Some("No".to_owned()), 0), "the same delivery again");
    desk.event(noon(), Fact::Unsent { id: remote(1) });
    desk.event(noon(), says(Some("Maybe"), None));
    assert_eq!(told(&desk), (None, 0), "what was taken back stays so");
}

#[test]
fn what_a_later_release_reads_takes_the_place_of_the_placeholder() {
    let mut desk = ThreadHarness::new();
    desk.event(noon(), says(None, Some("hologram")));
    desk.labelled(1, Urgency::Normal);
    assert_eq!(told(&desk), (None, 0));
    for _ in 0..2 {
        desk.event(noon(), says(Some("Where is it?"), None));
        assert_eq!(told(&desk), (Some("Where is it?".to_owned()), 0));
        assert_eq!(desk.thread().labelling.turn, 2, "its words want a label, once");
    }
    desk.event(noon(), says(None, Some("hologram")));
    assert_eq!(told(&desk), (Some("Where is it?".to_owned()), 0));
}
