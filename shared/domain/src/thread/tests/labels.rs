//! Which messages the labels are about.

use super::*;
use crate::message::Message;

/// The words that labels go by, oldest first.
fn to_label(desk: &ThreadHarness) -> Vec<String> {
    let mut messages: Vec<Message> = desk.work.messages.values().cloned().collect();
    messages.sort_by_key(|message| message.body.as_ref().map(|body| body.at));
    desk.thread().to_label(&messages).into_iter().map(|one| one.text().unwrap_or_default().to_owned()).collect()
}

fn answer(desk: &mut ThreadHarness, id: &str, number: u32) {
    let seen = desk.thread().version;
    desk.reply(id, "nora", "Every Friday", seen).0.unwrap();
    desk.came_back(id, 1, SendOutcome::Accepted { ids: vec![remote(number)] });
    desk.later(Span::seconds(1));
}

#[test]
fn labels_are_about_what_waits() {
    let mut desk = ThreadHarness::settled();
    answer(&mut desk, "reply-0001", 900);
    desk.message(2, 0);
    desk.later(Span::seconds(1));
    desk.message(3, 0);
    assert_eq!(to_label(&desk), ["Question 2", "Question 3"]);
    desk.labelled(3, Urgency::Normal);
    desk.later(Span::seconds(1));
    desk.message(4, 0);
    assert_eq!(to_label(&desk), ["Question 2", "Question 3", "Question 4"]);
}

#[test]
fn what_was_answered_before_there_were_labels_is_heard_all_the_same() {
    let mut desk = ThreadHarness::new();
    desk.message(1, 0);
    desk.later(Span::seconds(1));
    answer(&mut desk, "reply-0001", 900);
    desk.picture(2);
    assert_eq!(to_label(&desk), ["Question 1", ""], "a picture alone says not what it is about");
    desk.labelled(2, Urgency::Normal);
    desk.later(Span::seconds(1));
    answer(&mut desk, "reply-0002", 901);
    desk.message(3, 0);
    desk.later(Span::seconds(1));
    answer(&mut desk, "reply-0003", 902);
    desk.picture(4);
    assert_eq!(to_label(&desk), ["Question 3", ""], "and nothing is heard twice");
}

#[test]
fn where_nothing_waits_and_nothing_is_new_labels_are_about_all_that_was_asked() {
    let mut desk = ThreadHarness::settled();
    desk.later(Span::seconds(1));
    desk.message(2, 0);
    desk.labelled(2, Urgency::Normal);
    desk.later(Span::seconds(1));
    answer(&mut desk, "reply-0001", 900);
    assert_eq!(to_label(&desk), ["Question 1", "Question 2"]);
}
