//! How far a reply has come, by what its messages became.

use tributary_domain::{
    capability::{ErrorClass, PlatformError},
    event::{Correlation, Fact, Scope, Stage},
    id::{RemoteId, ReplyId},
    message::Message,
    outbound::{SendOutcome, UncertainCause},
    reply::{AUTHOR_DISABLED, Event},
};
use tributary_wire::{api::message::MessageStatus, view};

use crate::desk::{ThreadHarness, refused};

fn reaches(desk: &mut ThreadHarness, remote: &str, stage: Stage) {
    desk.happens(Fact::Receipt { stage, scope: Scope::Message { id: RemoteId::new(remote) }, correlation: None });
}

#[test]
fn a_reply_goes_on_with_its_message_to_delivered_and_read() {
    let mut desk = ThreadHarness::new();
    desk.asks("in.1");
    desk.answers("reply-0001", None, &["It leaves today."]);
    assert_eq!(desk.shown("reply-0001").status, MessageStatus::Sending);
    desk.taken("reply-0001", "out.1");
    assert_eq!(desk.shown("reply-0001").status, MessageStatus::Sent);
    reaches(&mut desk, "out.1", Stage::Delivered);
    assert_eq!(desk.shown("reply-0001").status, MessageStatus::Delivered);
    reaches(&mut desk, "out.1", Stage::Read);
    let shown = desk.shown("reply-0001");
    assert_eq!((shown.status, shown.message.status), (MessageStatus::Read, Some(MessageStatus::Read)));
}

#[test]
fn a_receipt_for_all_up_to_a_time_counts_as_well() {
    let mut desk = ThreadHarness::new();
    desk.asks("in.1");
    desk.answers("reply-0001", None, &["It leaves today."]);
    desk.taken("reply-0001", "out.1");
    let at = desk.now;
    desk.happens(Fact::Receipt { stage: Stage::Read, scope: Scope::UpTo { at }, correlation: None });
    assert_eq!(desk.shown("reply-0001").status, MessageStatus::Read);
}

#[test]
fn of_several_parts_the_furthest_counts_once_all_are_sent() {
    let mut desk = ThreadHarness::new();
    desk.asks("in.1");
    desk.answers("reply-0001", None, &["It leaves today.", "Here is the slip."]);
    desk.taken("reply-0001", "out.1");
    reaches(&mut desk, "out.1", Stage::Read);
    assert_eq!(desk.shown("reply-0001").status, MessageStatus::Sending, "the second part is still on its way");
    desk.taken("reply-0001", "out.2");
    let shown = desk.shown("reply-0001");
    assert_eq!(shown.status, MessageStatus::Read);
    assert_eq!(shown.message.text.as_deref(), Some("Here is the slip."), "the last part stands for the reply");
}

#[test]
fn a_part_that_did_not_arrive_outweighs_the_others() {
    let mut desk = ThreadHarness::new();
    desk.asks("in.1");
    desk.answers("reply-0001", None, &["It leaves today.", "Here is the slip."]);
    desk.taken("reply-0001", "out.1");
    desk.taken("reply-0001", "out.2");
    reaches(&mut desk, "out.1", Stage::Read);
    let error = refused(ErrorClass::Blocked);
    desk.happens(Fact::Undelivered { id: RemoteId::new("out.2"), error, correlation: None });
    assert_eq!(desk.shown("reply-0001").status, MessageStatus::Failed);
}

#[test]
fn what_a_person_saw_arrive_is_sent_and_no_more() {
    let mut desk = ThreadHarness::new();
    desk.asks("in.1");
    desk.answers("reply-0001", None, &["It leaves today."]);
    desk.came_back("reply-0001", SendOutcome::Uncertain { cause: UncertainCause::Deadline });
    assert_eq!(desk.shown("reply-0001").status, MessageStatus::Uncertain);
    desk.settles("reply-0001", &Event::Arrived);
    assert_eq!(desk.shown("reply-0001").status, MessageStatus::Sent);
}

/// What a page of the thread says, from its `from`th message on to its `to`th by the time they came.
fn page(desk: &ThreadHarness, range: std::ops::Range<usize>) -> Vec<String> {
    let mut messages: Vec<_> = desk.work.messages.values().cloned().collect();
    messages.sort_by_key(|message| message.body.as_ref().map(|body| body.at));
    let at = |message: &Message| message.body.as_ref().unwrap().at;
    let until = messages.get(range.end).map(at);
    let of_page: Vec<_> = messages[range.clone()].iter().rev().cloned().collect();
    let replies: Vec<_> = desk.work.replies.values().cloned().collect();
    let items = view::message_page(&desk.work.thread, &of_page, &replies, (until, range.start > 0));
    items.into_iter().map(|item| item.text.unwrap_or_default()).collect()
}

#[test]
fn what_a_person_saw_arrive_stays_where_it_was_said_on_one_page_alone() {
    let mut desk = ThreadHarness::new();
    desk.asks("in.1");
    desk.answers("reply-0001", None, &["It leaves today."]);
    desk.came_back("reply-0001", SendOutcome::Uncertain { cause: UncertainCause::Deadline });
    desk.settles("reply-0001", &Event::Arrived);
    desk.asks("in.2");
    desk.answers("reply-0002", None, &["Tomorrow, sorry."]);
    desk.came_back("reply-0002", SendOutcome::Uncertain { cause: UncertainCause::Deadline });
    desk.asks("in.3");
    // The one in doubt waits for a person: it is at the end, not among what was said.
    assert_eq!(
        page(&desk, 0..3),
        ["Question in.1", "It leaves today.", "Question in.2", "Question in.3", "Tomorrow, sorry."]
    );
    assert_eq!(page(&desk, 2..3), ["Question in.3", "Tomorrow, sorry."]);
    assert_eq!(page(&desk, 1..2), ["Question in.2"]);
    assert_eq!(page(&desk, 0..1), ["Question in.1", "It leaves today."]);
}

#[test]
fn what_the_platform_took_and_did_not_deliver_is_a_reply_to_be_settled() {
    let mut desk = ThreadHarness::new();
    desk.asks("in.1");
    desk.answers("reply-0001", None, &["It leaves today.", "Here is the slip."]);
    desk.taken("reply-0001", "out.1");
    desk.taken("reply-0001", "out.2");
    let correlation = Some(Correlation { reply: ReplyId::parse("reply-0001").unwrap(), part: 1 });
    let error = refused(ErrorClass::Blocked);
    desk.happens(Fact::Undelivered { id: RemoteId::new("out.2"), error, correlation });
    let shown = desk.shown("reply-0001");
    let trouble = shown.message.trouble.unwrap();
    assert_eq!((shown.status, trouble.code.as_str(), trouble.attempts), (MessageStatus::Failed, "blocked", 2));
    assert_eq!(shown.message.text.as_deref(), Some("Here is the slip."));
    assert!(
        trouble.detail.starts_with("The platform took it, and reports that it did not arrive."),
        "{}",
        trouble.detail
    );
    // What became of the message itself is no reply to be settled, and what reached the phone is no trouble.
    reaches(&mut desk, "out.2", Stage::Delivered);
    let shown = desk.shown("reply-0001");
    assert_eq!((shown.status, shown.message.trouble.is_none()), (MessageStatus::Delivered, true));
}

#[test]
fn a_reply_whose_sender_may_not_sign_in_any_more_says_so() {
    let mut desk = ThreadHarness::new();
    desk.asks("in.1");
    desk.answers("reply-0001", None, &["It leaves today."]);
    let error = PlatformError { class: ErrorClass::Permission, code: AUTHOR_DISABLED.to_owned() };
    desk.came_back("reply-0001", SendOutcome::Refused { error });
    let trouble = desk.shown("reply-0001").message.trouble.unwrap();
    assert_eq!((trouble.code.as_str(), trouble.attempts), (AUTHOR_DISABLED, 1));
}
