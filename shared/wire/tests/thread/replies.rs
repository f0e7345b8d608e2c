//! How far a reply has come, by what its messages became.

use tributary_domain::{
    capability::ErrorClass,
    event::{Fact, Scope, Stage},
    id::RemoteId,
    outbound::{SendOutcome, UncertainCause},
    reply::Event,
};
use tributary_wire::api::message::MessageStatus;

use crate::desk::{Desk, refused};

fn reaches(desk: &mut Desk, remote: &str, stage: Stage) {
    desk.happens(Fact::Receipt { stage, scope: Scope::Message { id: RemoteId::new(remote) }, correlation: None });
}

#[test]
fn a_reply_goes_on_with_its_message_to_delivered_and_read() {
    let mut desk = Desk::new();
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
    let mut desk = Desk::new();
    desk.asks("in.1");
    desk.answers("reply-0001", None, &["It leaves today."]);
    desk.taken("reply-0001", "out.1");
    let at = desk.now;
    desk.happens(Fact::Receipt { stage: Stage::Read, scope: Scope::UpTo { at }, correlation: None });
    assert_eq!(desk.shown("reply-0001").status, MessageStatus::Read);
}

#[test]
fn of_several_parts_the_furthest_counts_once_all_are_sent() {
    let mut desk = Desk::new();
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
    let mut desk = Desk::new();
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
    let mut desk = Desk::new();
    desk.asks("in.1");
    desk.answers("reply-0001", None, &["It leaves today."]);
    desk.came_back("reply-0001", SendOutcome::Uncertain { cause: UncertainCause::Deadline });
    assert_eq!(desk.shown("reply-0001").status, MessageStatus::Uncertain);
    desk.settles("reply-0001", &Event::Arrived);
    assert_eq!(desk.shown("reply-0001").status, MessageStatus::Sent);
}
