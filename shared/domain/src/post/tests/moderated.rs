//! Many held comments to which a person has something done.

use sha2::{Digest as _, Sha256};

use super::*;
use crate::{
    authored::{ModerationOrder, Session, SignedIn},
    capability::{ErrorClass, Feature, PlatformError},
    id::{MessageId, TeammateId},
    moderation::{ModerationAction, ModerationOutcome},
    time::Span,
    timings::ModerationTimings,
};

const FEATURES: &[Feature] = &[Feature::Hide, Feature::DeleteTheirs];

fn order(comment: &str, action: ModerationAction, now: i64) -> (RemoteId, ModerationOrder) {
    let now = Timestamp::from_millis(now);
    let session = Session {
        secret_digest: Sha256::digest(b"secret").into(),
        teammate: TeammateId::from_bytes(&[7]),
        enabled: true,
        may_reply: true,
        expires_at: now.plus(Span::hours(1)),
    };
    let person = SignedIn::check(&session, b"secret", now).unwrap();
    let message = MessageId::of(&name().account, &id(comment));
    (id(comment), ModerationOrder::by(&person, action, message).unwrap())
}

impl Post {
    /// With so many held comments, named `c0` and so on.
    fn holding(count: usize) -> Self {
        let post = Self::with(0);
        for n in 0..count {
            post.take(said(&format!("c{n}"), &format!("a{n}"), None, 1000));
        }
        post
    }

    fn wanted(&self, action: ModerationAction, comments: &[&str], now: i64) -> usize {
        let orders = comments.iter().map(|comment| order(comment, action, now)).collect();
        let (timings, now) = (ModerationTimings::default(), Timestamp::from_millis(now));
        let Ok(step) = moderate(&*self.rows.borrow(), &self.record(), orders, FEATURES, now, &timings);
        self.keep(&step);
        step.comments.len()
    }

    fn gone_on(&self, results: Vec<HeldResult>, most: usize, now: i64) -> (Step, Vec<HeldCall>) {
        let (timings, now) = (ModerationTimings::default(), Timestamp::from_millis(now));
        let Ok(came) = go_on(&*self.rows.borrow(), &self.record(), &id("77"), results, most, now, &timings);
        self.keep(&came.0);
        came
    }

    fn comment(&self, comment: &str) -> Comment {
        self.rows.borrow().comments[&id(comment)].clone()
    }
}

fn came(calls: &[HeldCall], outcome: &ModerationOutcome) -> Vec<HeldResult> {
    came_at(calls, outcome, None)
}

fn came_at(calls: &[HeldCall], outcome: &ModerationOutcome, spent: Option<u64>) -> Vec<HeldResult> {
    let result = |call: &HeldCall| HeldResult {
        comment: call.comment.clone(),
        attempt: call.attempt,
        outcome: outcome.clone(),
        spent,
    };
    calls.iter().map(result).collect()
}

#[test]
fn each_is_done_once_some_at_a_time_by_one_job() {
    let post = Post::holding(5);
    let all = ["c0", "c1", "c2", "c3", "c4"];
    assert_eq!(post.wanted(ModerationAction::Hide, &all, 2000), 5);
    assert_eq!(post.wanted(ModerationAction::Hide, &all, 2000), 0, "wanted twice, it is wanted once");
    assert_eq!(post.record().moderated.waiting, 5);
    let (_, calls) = post.gone_on(Vec::new(), 3, 2000);
    assert_eq!(calls.len(), 3);
    assert!(post.gone_on(Vec::new(), 3, 2001).1.is_empty(), "another job has nothing to do");
    let (step, more) = post.gone_on(came(&calls, &ModerationOutcome::Done), 3, 3000);
    assert_eq!((more.len(), step.moderated), (2, None));
    assert!(more.iter().all(|call| calls.iter().all(|one| one.comment != call.comment)));
    let (step, none) = post.gone_on(came(&more, &ModerationOutcome::AlreadySo), 3, 4000);
    assert_eq!((none.len(), step.moderated), (0, Some((5, 0))));
    assert!(all.iter().all(|comment| post.comment(comment).is_hidden()));
    assert_eq!(post.record().counts.held, 5, "they stay held");
    assert_eq!(post.wanted(ModerationAction::Hide, &all, 5000), 0, "it is so already");
}

#[test]
fn a_platform_that_asks_to_slow_down_is_left_alone_for_all_of_them() {
    let post = Post::holding(3);
    post.wanted(ModerationAction::Hide, &["c0", "c1", "c2"], 2000);
    let (_, calls) = post.gone_on(Vec::new(), 1, 2000);
    let slow = ModerationOutcome::RateLimited { retry_after: Some(Span::seconds(30)), code: "4".to_owned() };
    assert!(post.gone_on(came(&calls, &slow), 3, 2000).1.is_empty());
    assert!(!post.record().moderated.is_idle(Timestamp::from_millis(31_999)));
    assert!(post.gone_on(Vec::new(), 3, 31_999).1.is_empty());
    assert!(post.record().moderated.is_idle(Timestamp::from_millis(32_000)));
    assert_eq!(post.gone_on(Vec::new(), 3, 32_000).1.len(), 3);
}

#[test]
fn what_an_account_has_left_is_for_peoples_replies() {
    let post = Post::holding(4);
    post.wanted(ModerationAction::Hide, &["c0", "c1", "c2", "c3"], 2000);
    let (_, calls) = post.gone_on(Vec::new(), 1, 2000);
    let (_, calls) = post.gone_on(came_at(&calls, &ModerationOutcome::Done, Some(79)), 1, 2000);
    assert_eq!(calls.len(), 1, "there is enough");
    let pause = i64::try_from(ModerationTimings::default().retry_after.as_millis()).unwrap();
    assert!(post.gone_on(came_at(&calls, &ModerationOutcome::Done, Some(80)), 3, 3000).1.is_empty());
    assert_eq!(post.record().moderated.waiting, 2, "what was done is done");
    let (_, calls) = post.gone_on(Vec::new(), 1, 3000 + pause);
    let again = 3000 + pause;
    assert!(post.gone_on(came_at(&calls, &ModerationOutcome::Done, Some(95)), 1, again).1.is_empty());
    assert!(post.gone_on(Vec::new(), 1, again + 4 * pause - 1).1.is_empty(), "it waits longer each time");
    assert_eq!(post.gone_on(Vec::new(), 1, again + 4 * pause).1.len(), 1);
}

#[test]
fn a_call_that_is_lost_with_its_job_is_made_again() {
    let post = Post::holding(1);
    post.wanted(ModerationAction::Hide, &["c0"], 2000);
    let (_, lost) = post.gone_on(Vec::new(), 3, 2000);
    assert_eq!(lost.len(), 1);
    let timings = ModerationTimings::default();
    let later = 2000 + i64::try_from(timings.doing_timeout.as_millis()).unwrap();
    assert!(post.gone_on(Vec::new(), 3, later - 1).1.is_empty());
    assert!(post.gone_on(Vec::new(), 3, later).1.is_empty(), "it is given up, and waits a moment");
    let again = later + i64::try_from(timings.retry_after.as_millis()).unwrap();
    let (_, calls) = post.gone_on(Vec::new(), 3, again);
    assert_eq!(calls.len(), 1);
    post.gone_on(came(&calls, &ModerationOutcome::Done), 3, again);
    post.gone_on(
        came(&lost, &ModerationOutcome::Uncertain { cause: crate::outbound::UncertainCause::Transport }),
        3,
        again,
    );
    assert!(post.comment("c0").is_hidden());
    assert_eq!(post.record().moderated.waiting, 0);
}

#[test]
fn a_deleted_one_is_gone_with_what_stands_below_it() {
    let post = Post::holding(2);
    post.take(said("below", "b", Some("c0"), 1500));
    post.wanted(ModerationAction::Delete, &["c0"], 2000);
    post.wanted(ModerationAction::Hide, &["below"], 2001);
    let (_, calls) = post.gone_on(Vec::new(), 1, 2000);
    assert_eq!(calls[0].comment, id("c0"));
    let gone = ModerationOutcome::Gone { code: "100".to_owned() };
    let (step, calls) = post.gone_on(came(&calls, &gone), 3, 3000);
    assert!(calls.is_empty(), "of what is gone nothing is wanted any more");
    assert_eq!(step.moderated, Some((2, 0)));
    for comment in ["c0", "below"] {
        let comment = post.comment(comment);
        assert_eq!((comment.place, comment.text), (CommentPlace::Gone, None));
    }
    assert_eq!((post.record().counts.held, post.record().counts.gone), (1, 2));
}

#[test]
fn what_has_not_begun_can_be_stopped() {
    let post = Post::holding(3);
    post.wanted(ModerationAction::Hide, &["c0", "c1", "c2"], 2000);
    let (_, calls) = post.gone_on(Vec::new(), 1, 2000);
    let Ok(step) = stop(&*post.rows.borrow(), &post.record(), Timestamp::from_millis(2000));
    post.keep(&step);
    assert_eq!((step.comments.len(), post.record().moderated.waiting), (2, 1));
    let (step, none) = post.gone_on(came(&calls, &ModerationOutcome::Done), 3, 2000);
    assert_eq!((none.len(), step.moderated), (0, Some((1, 0))));
}

#[test]
fn what_is_refused_is_counted_and_can_be_wanted_again() {
    let post = Post::holding(1);
    post.wanted(ModerationAction::Hide, &["c0"], 2000);
    let (_, calls) = post.gone_on(Vec::new(), 1, 2000);
    let error = PlatformError { class: ErrorClass::Permission, code: "200".to_owned() };
    let (step, _) = post.gone_on(came(&calls, &ModerationOutcome::Refused { error }), 1, 2000);
    assert_eq!((step.moderated, step.record.moderated.failed), (Some((0, 1)), 1));
    assert_eq!(post.wanted(ModerationAction::Hide, &["c0"], 3000), 1);
    assert_eq!((post.record().moderated.waiting, post.record().moderated.failed), (1, 0));
}

#[test]
fn what_the_platform_reports_stands_and_a_thread_that_came_meanwhile_is_told() {
    let post = Post::holding(2);
    post.wanted(ModerationAction::Hide, &["c0", "c1"], 2000);
    let hidden = Fact::Hidden { id: id("c0"), hidden: true };
    post.take(event("hidden".to_owned(), Toward::Comment(id("c0")), 3000, hidden));
    assert_eq!(post.record().moderated.waiting, 1, "somebody else did it");
    let Ok(step) = promote(&*post.rows.borrow(), &post.record(), &[id("c1")], Timestamp::from_millis(3000));
    post.keep(&step);
    let (_, calls) = post.gone_on(Vec::new(), 3, 4000);
    assert_eq!(calls.len(), 1, "what a person wanted is done wherever the comment is");
    let (step, _) = post.gone_on(came(&calls, &ModerationOutcome::Done), 3, 4000);
    let told = step.handovers.iter().flat_map(|one| &one.events);
    assert!(told.into_iter().any(|one| matches!(one.event.fact, Fact::Hidden { hidden: true, .. })));
}
