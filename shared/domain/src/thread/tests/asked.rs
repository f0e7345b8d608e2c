//! What customers write: waiting, unread, due, taken back.

use super::{ThreadHarness, WINDOW, noon, person, remote};
use crate::{
    audit::AuditDetail,
    capability::{Window, WindowPolicy},
    event::{Content, Fact, Origin, Side},
    id::{MediaId, MessageId},
    label::Urgency,
    message::MediaState,
    outbound::SendOutcome,
    rules::Rules,
    thread::{Command, ContactProfile, Effect, READERS, Status, Work},
    time::Span,
};

#[test]
fn a_new_message_reopens_whatever_its_time_and_a_repeat_never_does() {
    for put_away in [
        Command::Close { note: None, by: person("nora") },
        Command::Snooze { until: noon().plus(Span::days(1)), by: person("nora") },
    ] {
        let mut desk = ThreadHarness::settled();
        desk.command(put_away);
        let away = desk.thread().status;
        desk.message(1, 0);
        assert_eq!(desk.thread().status, away, "told again");
        desk.message(2, 60 * 24 * 30);
        assert_eq!(desk.thread().status, Status::Open, "new, if a month old");
        assert!(desk.thread().assignment.to_route);
    }
}

#[test]
fn what_was_asked_waits_until_it_is_answered_by_whatever_app() {
    let mut desk = ThreadHarness::settled();
    desk.later(Span::minutes(5));
    desk.message(2, 0);
    assert_eq!(desk.thread().questions.asked_at(), Some(noon()));
    let content = Content { text: Some("By phone".into()), ..Content::default() };
    desk.event(
        noon().plus(Span::minutes(1)),
        Fact::Echo { id: remote(9), content, correlation: None, origin: Origin::NativeApp },
    );
    assert_eq!(
        desk.thread().questions.asked_at(),
        Some(noon().plus(Span::minutes(5))),
        "only what came before the answer"
    );
    let version = desk.thread().version;
    desk.reply("reply-0001", "nora", "Yes", version).0.unwrap();
    desk.later(Span::minutes(1));
    desk.message(3, 0);
    desk.later(Span::minutes(20));
    desk.came_back("reply-0001", 1, SendOutcome::Accepted { ids: vec![remote(10)] });
    assert_eq!(desk.thread().questions.waiting.len(), 1, "what was asked since it was written still waits");
}

#[test]
fn what_one_has_read_is_unread_for_the_others() {
    let mut desk = ThreadHarness::settled();
    let (mia, robin) = (person("mia"), person("robin"));
    let unread = |desk: &ThreadHarness| (desk.thread().unread.by(&mia), desk.thread().unread.by(&robin));
    let before = unread(&desk).0;
    let seen = desk.thread().version;
    desk.message(2, 0);
    desk.command(Command::Read { version: seen, by: robin.clone() });
    assert_eq!(unread(&desk), (before + 1, 1), "the one that came after the look");
    let version = desk.thread().version;
    desk.command(Command::Read { version, by: robin.clone() });
    assert_eq!(unread(&desk), (before + 1, 0));
    let version = desk.thread().version;
    desk.command(Command::Read { version, by: robin.clone() });
    desk.command(Command::Read { version: 1, by: robin.clone() });
    assert_eq!(desk.thread().version, version, "a second look changes nothing, nor does one that comes late");
    desk.message(3, 0);
    assert_eq!(unread(&desk), (before + 2, 1));
    desk.command(Command::Read { version: u64::MAX, by: mia.clone() });
    desk.message(4, 0);
    assert_eq!(unread(&desk), (1, 2), "nobody has read what has not come yet");

    let version = desk.thread().version;
    desk.reply("reply-0001", "nora", "Yes", version).0.unwrap();
    desk.came_back("reply-0001", 1, SendOutcome::Accepted { ids: vec![remote(10)] });
    assert_eq!(
        (unread(&desk), desk.thread().unread.positions.len()),
        ((0, 0), 0),
        "what is answered is unread for nobody"
    );
}

#[test]
fn whoever_marks_it_as_unread_finds_it_again() {
    let mut desk = ThreadHarness::settled();
    let (mia, robin) = (person("mia"), person("robin"));
    let read = |desk: &ThreadHarness| Command::Read { version: desk.thread().version, by: mia.clone() };
    let mark = || Command::Unread { by: person("mia") };
    desk.command(mark());
    assert!(desk.thread().unread.positions.is_empty(), "it is unread as it is");
    desk.command(read(&desk));
    desk.command(mark());
    assert_eq!(desk.thread().unread.by(&mia), 1);
    let version = desk.thread().version;
    desk.command(mark());
    assert_eq!(desk.thread().version, version);
    desk.message(2, 0);
    desk.message(3, 0);
    assert_eq!(desk.thread().unread.by(&mia), 2);
    let seen = desk.thread().version;
    desk.reply("reply-0001", "robin", "Yes", seen).0.unwrap();
    desk.came_back("reply-0001", 1, SendOutcome::Accepted { ids: vec![remote(10)] });
    assert_eq!(
        (desk.thread().unread.by(&mia), desk.thread().unread.by(&robin)),
        (1, 0),
        "a mark stays until they look"
    );
    desk.command(read(&desk));
    assert_eq!((desk.thread().unread.by(&mia), desk.thread().unread.positions.len()), (0, 0));
    desk.command(mark());
    assert_eq!(desk.thread().unread.by(&mia), 1, "what is answered can be marked as well");
    desk.close();
    assert_eq!(desk.thread().unread.by(&mia), 0);
}

#[test]
fn however_many_read_it_little_is_kept() {
    let mut desk = ThreadHarness::settled();
    for number in 0..300 {
        desk.message(number + 10, 0);
        let version = desk.thread().version;
        desk.command(Command::Read { version, by: person(&format!("reader{number}")) });
    }
    assert_eq!(desk.thread().unread.positions.len(), READERS);
    assert_eq!(desk.thread().unread.by(&person("reader299")), 0);
    assert_eq!(desk.thread().unread.by(&person("reader0")), desk.thread().unread.messages.len());
}

#[test]
fn it_is_due_at_the_target_or_when_the_window_closes() {
    let mut desk = ThreadHarness::settled();
    assert_eq!(desk.thread().due(WINDOW), Some(noon().plus(Span::hours(4))));
    let before = desk.thread().rank(WINDOW);
    desk.message(2, 0);
    desk.labelled(2, Urgency::Urgent);
    assert_eq!(desk.thread().due(WINDOW), Some(noon().plus(Span::minutes(15))));
    assert!(desk.thread().rank(WINDOW) < before, "the more urgent comes first");
    let closes = WindowPolicy::Closes { standard: Span::minutes(10) };
    assert_eq!(desk.thread().due(closes), Some(noon().plus(Span::minutes(10))), "the window closes before");
    let waiting = desk.thread().rank(WINDOW);
    desk.close();
    assert_eq!(desk.thread().due(WINDOW), None);
    assert!(desk.thread().rank(WINDOW) > waiting, "what waits for nothing stands behind");
}

#[test]
fn the_window_narrows_and_closes() {
    let at = |hours| WINDOW.at(Some(noon()), noon().plus(Span::hours(hours)));
    assert_eq!(at(23), Window::Open { until: noon().plus(Span::hours(24)) });
    assert_eq!(at(24), Window::HumanAgent { until: noon().plus(Span::days(7)) });
    assert_eq!(at(7 * 24), Window::Closed);
    assert_eq!(WINDOW.at(None, noon()), Window::Closed);
    let templates = WindowPolicy::TemplatesAfter { standard: Span::hours(24) };
    assert_eq!(templates.at(Some(noon()), noon().plus(Span::hours(24))), Window::TemplateOnly);
    assert_eq!(WindowPolicy::None.at(None, noon()), Window::Unlimited);
    let mut desk = ThreadHarness::settled();
    desk.message(2, 30);
    assert_eq!(desk.thread().transcript.window_opened_at, Some(noon()), "an older message opens nothing");
}

#[test]
fn attachments_are_fetched_asked_for_again_and_given_up() {
    let fetch = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Media { .. }));
    let mut desk = ThreadHarness::new();
    assert!(fetch(&desk.picture(1)));
    assert!(!fetch(&desk.picture(1)), "told again");
    desk.later(Span::minutes(10));
    assert!(fetch(&desk.act(Work::tick).1));
    desk.later(Span::days(1));
    assert!(!fetch(&desk.act(Work::tick).1));
    let media = desk.work.messages.values().next().unwrap().media.clone();
    assert_eq!(media[&0], MediaState::Failed);
}

#[test]
fn what_is_taken_back_is_gone_with_its_attachments() {
    let stored = |id: u8| MediaState::Stored { id: MediaId::from_bytes(&[id]), mime: "image/png".into(), size: 9 };
    let mut desk = ThreadHarness::new();
    desk.picture(1);
    let message = MessageId::of(&desk.thread().account, &remote(1));
    desk.command(Command::Media { message: message.clone(), place: 0, state: stored(1) });
    let effects = desk.event(desk.now, Fact::Unsent { id: remote(1) });
    assert!(effects.contains(&Effect::DropMedia { id: MediaId::from_bytes(&[1]) }));
    let one = &desk.work.messages[&message];
    assert!(one.media.is_empty() && one.body.as_ref().unwrap().content == Content::default() && one.text().is_none());
    assert!(desk.thread().questions.waiting.is_empty());
    assert_eq!(desk.thread().transcript.last.as_ref().unwrap().preview, "Message unsent");
    let effects = desk.command(Command::Media { message, place: 0, state: stored(2) });
    assert_eq!(effects, [Effect::DropMedia { id: MediaId::from_bytes(&[2]) }], "fetched too late");
    desk.picture(1);
    assert!(desk.work.messages.values().all(|one| one.media.is_empty()), "told again, it stays gone");
    desk.command(Command::Dropped { id: MediaId::from_bytes(&[1]) });
    desk.later(Span::minutes(10));
    let effects = desk.act(Work::tick).1;
    let dropped: Vec<&Effect> = effects.iter().filter(|one| matches!(one, Effect::DropMedia { .. })).collect();
    assert_eq!(dropped, [&Effect::DropMedia { id: MediaId::from_bytes(&[2]) }], "until it is known to be gone");
}

#[test]
fn a_copy_whose_time_is_over_is_deleted_once_and_remembered_until_it_is_gone() {
    let stored = |id: u8| MediaState::Stored { id: MediaId::from_bytes(&[id]), mime: "image/png".into(), size: 9 };
    let mut desk = ThreadHarness::new();
    desk.picture(1);
    let message = MessageId::of(&desk.thread().account, &remote(1));
    let media = |state: MediaState| Command::Media { message: message.clone(), place: 0, state };
    desk.command(media(stored(1)));
    let drop_of = |id: u8| Effect::DropMedia { id: MediaId::from_bytes(&[id]) };
    assert!(desk.command(media(MediaState::Expired)).contains(&drop_of(1)));
    assert!(!desk.command(media(MediaState::Expired)).contains(&drop_of(1)), "told again");
    assert_eq!(desk.work.messages[&message].media[&0], MediaState::Expired);
    assert!(desk.thread().transcript.dropping.contains(&MediaId::from_bytes(&[1])));
    desk.command(Command::Dropped { id: MediaId::from_bytes(&[1]) });
    assert!(desk.thread().transcript.dropping.is_empty());
    assert!(desk.command(media(stored(2))).contains(&drop_of(2)), "fetched too late");
    assert_eq!(desk.work.messages[&message].media[&0], MediaState::Expired);
}

#[test]
fn what_comes_in_the_same_second_stands_in_the_order_in_which_it_came() {
    let mut desk = ThreadHarness::new();
    let second = desk.now;
    let wrote = |number: u32| {
        let content = Content { text: Some(format!("Question {number}")), ..Content::default() };
        Fact::Message { id: remote(number), content }
    };
    for number in [4, 1, 3, 2] {
        desk.event(second, wrote(number));
        assert_eq!(desk.thread().transcript.last.as_ref().unwrap().preview, format!("Question {number}"));
        desk.later(Span::millis(90));
    }
    desk.event(second, wrote(1));
    let mut messages: Vec<_> = desk.work.messages.values().collect();
    messages.sort_by_key(|message| message.place());
    let texts: Vec<_> = messages.iter().filter_map(|message| message.text()).collect();
    assert_eq!(texts, ["Question 4", "Question 1", "Question 3", "Question 2"], "told again, it stays where it was");
    let emoji =
        |emoji: Option<&str>| Fact::Reacted { id: remote(1), by: Side::Customer, emoji: emoji.map(str::to_owned) };
    for (told, shown) in [(Some("👍"), Some("👍")), (None, None), (Some("🎉"), Some("🎉")), (None, None)] {
        desk.event(second, emoji(told));
        let message = &desk.work.messages[&MessageId::of(&desk.thread().account, &remote(1))];
        assert_eq!(message.reactions[&Side::Customer].emoji.as_deref(), shown);
        desk.later(Span::millis(90));
    }
}

#[test]
fn a_contact_is_looked_up_until_somebody_answers_and_again_after_a_week() {
    let looks = |effects: &[Effect]| effects.contains(&Effect::Profile);
    let mut desk = ThreadHarness::new();
    assert!(looks(&desk.message(1, 0)));
    assert!(!looks(&desk.message(2, 0)), "somebody was asked just now");
    desk.later(Span::minutes(11));
    assert!(looks(&desk.act(Work::tick).1), "nobody answered");
    desk.later(Span::minutes(11));
    let found = ContactProfile { name: Some("Ana".into()), at: Some(desk.now), ..ContactProfile::default() };
    desk.command(Command::ProfileFetched { facts: found });
    assert!(!looks(&desk.act(Work::tick).1) && !looks(&desk.message(3, 0)));
    desk.later(Span::days(7));
    assert!(!looks(&desk.act(Work::tick).1), "not before they write");
    assert!(looks(&desk.message(4, 0)));
    desk.command(Command::ProfileFetched { facts: ContactProfile { at: Some(desk.now), ..ContactProfile::default() } });
    assert_eq!(desk.thread().contact_name(), "Ana", "what is not told any more is still the best that is known");
}

/// Rules by which time stands still at night: they work from 09:00 to 17:00.
fn working() -> Rules {
    let text = "[hours]\nshifts = [{ days = [\"mon-sun\"], from = \"09:00\", to = \"17:00\" }]\n\
        [targets]\ncount = \"working\"\nnormal = \"6h\"\n";
    Rules::parse(text).unwrap()
}

impl ThreadHarness {
    /// What the record says of the last answer: how long they waited, whether in time, whether for the first time.
    fn wait_told(&self) -> (Option<u64>, Option<bool>, bool) {
        let wait = self.record.iter().rev().find_map(|entry| match &entry.done {
            AuditDetail::Replied { wait, .. } | AuditDetail::AnsweredElsewhere { wait, .. } => Some(wait.as_ref()),
            _ => None,
        });
        let wait = wait.unwrap();
        (wait.map(|wait| wait.waited), wait.map(|wait| wait.met), wait.is_some_and(|wait| wait.first))
    }

    fn answers(&mut self, number: u32) -> (Option<u64>, Option<bool>, bool) {
        let id = format!("reply-{number:04}");
        self.reply(&id, "nora", "Yes", self.thread().version).0.unwrap();
        self.wait_told()
    }
}

#[test]
fn an_answer_is_in_time_by_the_plan_of_its_question() {
    // Asked at noon: five hours of the six until the evening, and one the next morning.
    for (later, met) in [(Span::hours(22), true), (Span::hours(23), false)] {
        let mut desk = ThreadHarness::settled();
        desk.ring(&working());
        desk.later(later);
        assert_eq!(desk.answers(1), (Some(later.as_millis() / 1000), Some(met), true));
    }
    // Put aside at 13:00 it has time left, whenever that is answered.
    let mut desk = ThreadHarness::settled();
    desk.ring(&working());
    desk.later(Span::hours(1));
    desk.snooze(Span::days(3));
    desk.later(Span::days(2));
    assert_eq!(desk.answers(1).1, Some(true));
    // Nobody has looked at the rules yet: by the clock on the wall.
    let mut desk = ThreadHarness::settled();
    desk.later(Span::millis(4 * 3_600_000 + 1));
    assert_eq!(desk.answers(1).1, Some(false));
}

#[test]
fn how_long_a_question_waited_is_told_once() {
    let mut desk = ThreadHarness::settled();
    desk.later(Span::minutes(1));
    assert_eq!(desk.answers(1), (Some(60), Some(true), true));
    assert_eq!(desk.answers(2), (None, None, false), "the first is still on its way");
    let class = crate::capability::ErrorClass::TokenExpired;
    let error = crate::capability::PlatformError { class, code: "190".to_owned() };
    desk.came_back("reply-0001", 1, SendOutcome::Refused { error });
    desk.later(Span::hours(9));
    desk.message(2, 0);
    assert_eq!(desk.answers(3), (None, None, false), "it was not taken, and is told all the same");
    let mut desk = ThreadHarness::settled();
    let content = Content { text: Some("Thank you for your message".into()), ..Content::default() };
    desk.event(desk.now, Fact::Echo { id: remote(9), content, correlation: None, origin: Origin::OtherApp });
    assert_eq!(desk.wait_told().0, None, "a machine's answer is none");
    assert_eq!(desk.answers(1), (Some(0), Some(true), true));
    desk.came_back("reply-0001", 1, SendOutcome::Accepted { ids: vec![remote(10)] });
    desk.message(2, 0);
    desk.later(Span::minutes(2));
    assert_eq!(desk.answers(2), (Some(120), Some(true), false), "the next question is another");
}
