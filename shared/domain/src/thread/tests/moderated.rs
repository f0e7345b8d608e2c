//! What teammates have done to comments, beside what the platform reports of them.

use super::{ThreadHarness, noon, remote, session};
use crate::{
    audit::Action,
    authored::ModerationOrder,
    capability::{ErrorClass, Feature, PlatformError},
    event::{Content, Fact},
    id::{MessageId, RemoteId},
    message::Message,
    moderation::{ModerationAction, ModerationOutcome, NotTaken},
    outbound::UncertainCause,
    subject::{Subject, SubjectKind},
    thread::{Effect, Moderating, ModerationRefused, Work},
    time::{Span, Timestamp},
};

const ALL: &[Feature] = &[Feature::Hide, Feature::Delete, Feature::DeleteTheirs, Feature::Like];
const LOST: ModerationOutcome = ModerationOutcome::Uncertain { cause: UncertainCause::Transport };

/// A thread under a post, with one comment.
fn commented() -> ThreadHarness {
    let mut desk = ThreadHarness::new();
    let subject = Subject { kind: SubjectKind::Post, id: RemoteId::new("post") };
    desk.work.thread = desk.work.thread.clone().about(Some(subject));
    desk.message(1, 0);
    desk
}

impl ThreadHarness {
    fn comment(&self, number: u32) -> MessageId {
        MessageId::of(&self.thread().account, &remote(number))
    }

    fn known(&self, number: u32) -> &Message {
        &self.work.messages[&self.comment(number)]
    }

    fn wanted(&mut self, action: ModerationAction) -> (Result<(), ModerationRefused>, Vec<Effect>) {
        let order = ModerationOrder::by(&session("nora", self.now), action, self.comment(1)).unwrap();
        self.act(|work| work.moderate(order, ALL))
    }

    /// The number of the call that is made now.
    fn begun(&mut self) -> Option<u32> {
        let id = self.comment(1);
        self.act(|work| work.begin_moderation(&id)).0.map(|call| call.attempt)
    }

    fn call_came_back(&mut self, attempt: u32, outcome: &ModerationOutcome) {
        let id = self.comment(1);
        self.act(|work| work.moderated(&id, attempt, outcome));
    }

    fn done(&mut self, action: ModerationAction) {
        assert_eq!(self.wanted(action).0, Ok(()));
        let attempt = self.begun().unwrap();
        self.call_came_back(attempt, &ModerationOutcome::Done);
    }

    fn hidden(&mut self, hidden: bool, at: Timestamp) {
        self.event(at, Fact::Hidden { id: remote(1), hidden });
    }

    fn actions(&self) -> Vec<Action> {
        self.record.iter().map(crate::audit::Entry::action).collect()
    }
}

#[test]
fn a_comment_is_hidden_shown_again_and_liked() {
    let mut desk = commented();
    let (result, effects) = desk.wanted(ModerationAction::Hide);
    assert_eq!((result, effects), (Ok(()), vec![Effect::Moderate { message: desk.comment(1) }]));
    assert!(!desk.known(1).is_hidden(), "nothing is known yet");
    let attempt = desk.begun().unwrap();
    desk.call_came_back(attempt, &ModerationOutcome::Done);
    assert!(desk.known(1).is_hidden());
    assert!(desk.wanted(ModerationAction::Hide).1.is_empty(), "it is so");
    desk.done(ModerationAction::Unhide);
    assert!(!desk.known(1).is_hidden(), "within one second");
    desk.done(ModerationAction::Like);
    assert!(desk.known(1).liked);
    desk.done(ModerationAction::Unlike);
    assert!(!desk.known(1).liked);
    let expected = std::iter::repeat_n([Action::ModerationOrdered, Action::Moderated], 4).flatten().collect::<Vec<_>>();
    assert_eq!(desk.actions()[1..], expected);
}

#[test]
fn what_is_deleted_is_gone_and_no_customer_took_it_back() {
    let mut desk = commented();
    assert!(desk.thread().needs_answer());
    desk.done(ModerationAction::Delete);
    assert!(desk.known(1).unsent_at.is_some() && desk.known(1).text().is_none());
    assert!(!desk.thread().needs_answer(), "nobody waits for an answer to it");
    desk.event(desk.now, Fact::Unsent { id: remote(1) });
    assert!(!desk.actions().contains(&Action::Unsent), "{:?}", desk.actions());
    assert_eq!(desk.wanted(ModerationAction::Hide).0, Err(ModerationRefused::Gone));
    assert_eq!(desk.wanted(ModerationAction::Delete), (Ok(()), Vec::new()), "the answer was lost: asked again");
}

#[test]
fn the_report_of_our_own_deletion_may_come_before_its_answer() {
    let mut desk = commented();
    desk.wanted(ModerationAction::Delete).0.unwrap();
    let attempt = desk.begun().unwrap();
    desk.event(desk.now, Fact::Unsent { id: remote(1) });
    desk.call_came_back(attempt, &LOST);
    assert_eq!(desk.actions()[1..], [Action::ModerationOrdered, Action::Moderated]);
    assert_eq!(desk.thread().moderating, Moderating::default());
}

#[test]
fn another_admin_wins_over_what_we_did() {
    let mut desk = commented();
    desk.done(ModerationAction::Hide);
    desk.hidden(true, noon());
    desk.later(Span::seconds(2));
    desk.hidden(false, desk.now);
    assert!(!desk.known(1).is_hidden());
    assert!(desk.known(1).moderation.is_none(), "what we did counts no more");
    desk.hidden(true, noon());
    assert!(!desk.known(1).is_hidden(), "told again, late");
    desk.later(Span::seconds(1));
    desk.done(ModerationAction::Hide);
    assert!(desk.known(1).is_hidden(), "a teammate has the last word again");
}

#[test]
fn whatever_comes_first_the_comment_is_as_the_platform_has_it() {
    let at = |second| noon().plus(Span::seconds(second));
    let content = || Content { text: Some("first".to_owned()), ..Content::default() };
    let add = || Fact::Message { id: remote(1), content: content() };
    let edit =
        || Fact::Edited { id: remote(1), revision: None, text: Some("then".to_owned()), attachments: Vec::new() };
    let hide = |hidden| Fact::Hidden { id: remote(1), hidden };
    let unsent = || Fact::Unsent { id: remote(1) };
    let facts = [(0, add()), (1, edit()), (2, hide(true)), (3, hide(false)), (4, hide(true)), (5, unsent())];
    for last in 2..=facts.len() {
        let mut known: Option<Message> = None;
        for turn in 0..720_usize {
            let mut left: Vec<_> = facts[..last].to_vec();
            let mut desk = ThreadHarness::new();
            desk.later(Span::minutes(1));
            let mut turn = turn;
            while !left.is_empty() {
                let (second, fact) = left.remove(turn % left.len());
                turn /= left.len() + 1;
                desk.event(at(second), fact);
            }
            let mut message = desk.known(1).clone();
            message.written = 0;
            message.edit.iter_mut().for_each(|edit| edit.order = 0);
            assert_eq!(known.get_or_insert_with(|| message.clone()), &message, "{turn} of {last}");
        }
        let message = known.unwrap();
        assert_eq!(message.is_hidden(), last == 3 || last >= 5);
        assert_eq!(message.text(), (last < 6).then_some("then"));
    }
}

#[test]
fn a_lost_answer_is_found_by_the_alarm_and_the_call_made_again() {
    let mut desk = commented();
    desk.wanted(ModerationAction::Hide).0.unwrap();
    assert_eq!(desk.begun(), Some(1));
    assert_eq!(desk.begun(), None, "two jobs make one call");
    desk.later(Span::seconds(45));
    assert!(desk.act(Work::tick).1.iter().all(|effect| !matches!(effect, Effect::Moderate { .. })));
    desk.later(Span::seconds(2));
    let effects = desk.act(Work::tick).1;
    assert!(effects.contains(&Effect::Moderate { message: desk.comment(1) }));
    assert_eq!(desk.begun(), Some(2));
    desk.call_came_back(1, &ModerationOutcome::Done);
    assert!(!desk.known(1).is_hidden(), "that call was given up");
    desk.call_came_back(2, &ModerationOutcome::AlreadySo);
    assert!(desk.known(1).is_hidden());
}

#[test]
fn what_cannot_be_done_is_refused() {
    let mut desk = commented();
    let order = |desk: &ThreadHarness, action, number| {
        ModerationOrder::by(&session("nora", desk.now), action, desk.comment(number)).unwrap()
    };
    let unknown = order(&desk, ModerationAction::Hide, 7);
    assert_eq!(desk.act(|work| work.moderate(unknown, ALL)).0, Err(ModerationRefused::Unknown));
    let like = order(&desk, ModerationAction::Like, 1);
    assert_eq!(desk.act(|work| work.moderate(like, &[Feature::Hide])).0, Err(ModerationRefused::Incapable));
    desk.wanted(ModerationAction::Delete).0.unwrap();
    let refused = Err(ModerationRefused::NotTaken(NotTaken::BeingDeleted));
    assert_eq!(desk.wanted(ModerationAction::Hide).0, refused);

    let mut desk = ThreadHarness::new();
    desk.message(1, 0);
    assert_eq!(desk.wanted(ModerationAction::Delete).0, Err(ModerationRefused::Unknown), "it is no comment");
}

#[test]
fn a_refusal_is_kept_until_somebody_wants_it_again() {
    let mut desk = commented();
    desk.wanted(ModerationAction::Hide).0.unwrap();
    let attempt = desk.begun().unwrap();
    assert!(!desk.thread().moderating.needs_a_person());
    let error = PlatformError { class: ErrorClass::Permission, code: "200".to_owned() };
    desk.call_came_back(attempt, &ModerationOutcome::Refused { error });
    assert_eq!(desk.actions().last(), Some(&Action::ModerationFailed));
    assert!(desk.thread().moderating.needs_a_person(), "its row says so");
    assert_eq!(desk.known(1).moderation.as_ref().unwrap().tasks()[0].state().name(), "failed");
    desk.done(ModerationAction::Hide);
    assert!(desk.known(1).is_hidden());
    assert!(!desk.thread().moderating.needs_a_person());
}

#[test]
fn whoever_closes_the_thread_has_seen_what_failed() {
    let mut desk = commented();
    desk.wanted(ModerationAction::Hide).0.unwrap();
    let attempt = desk.begun().unwrap();
    let error = PlatformError { class: ErrorClass::Permission, code: "200".to_owned() };
    desk.call_came_back(attempt, &ModerationOutcome::Refused { error });
    desk.close();
    assert!(!desk.thread().moderating.needs_a_person());
    assert_eq!(desk.known(1).moderation.as_ref().unwrap().tasks()[0].state().name(), "failed", "the comment says it");
}
