//! What an outcome comes to, and that nothing is tried for ever or sent twice.

use proptest::prelude::*;
use tributary_domain::{
    time::{Span, Timestamp},
    timings::OutboxTimings,
};
use tributary_notify::{
    delivery::{
        Cause,
        DeliveryOutcome::{self, Later, Never, Silence, Taken},
        DeliveryPolicy, DeliveryProgress,
    },
    mail,
};

const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);

fn notice() -> DeliveryPolicy {
    DeliveryPolicy::notice(&OutboxTimings::default())
}

fn digest(idempotent: bool) -> DeliveryPolicy {
    DeliveryPolicy::digest(&OutboxTimings::default(), idempotent)
}

fn waits(policy: &DeliveryPolicy, outcome: DeliveryOutcome, attempt: u32) -> Option<Span> {
    match policy.settle(outcome, attempt, NOW) {
        DeliveryProgress::Waiting { until, .. } => Some(until.since(NOW)),
        _ => None,
    }
}

#[test]
fn what_is_not_taken_is_tried_a_bounded_number_of_times_within_a_day() {
    let limited = DeliveryOutcome::of_status(429, Some(Span::days(1)), None);
    for (policy, outcome) in [digest(true), notice()]
        .into_iter()
        .flat_map(|policy| [Silence, Later(Cause::Unavailable, None), limited].map(|outcome| (policy, outcome)))
    {
        let (mut now, mut attempts) = (NOW, 0);
        loop {
            attempts += 1;
            match policy.settle(outcome, attempts, now) {
                DeliveryProgress::Waiting { until, .. } => {
                    assert!(until > now);
                    now = until;
                }
                DeliveryProgress::Failed { .. } => break,
                DeliveryProgress::Sent => unreachable!("nothing was taken"),
            }
        }
        assert_eq!(attempts, policy.most_attempts);
        // A provider remembers a key for 24 hours; after that a repeated mail would be a second one.
        assert!(now.since(NOW) < Span::hours(20), "{outcome:?}");
    }
}

#[test]
fn pauses_grow_by_the_policy() {
    let pauses =
        |policy: DeliveryPolicy| (1..=6).map(move |attempt| waits(&policy, Later(Cause::Unavailable, None), attempt));
    let of = |spans: [Span; 5]| spans.into_iter().map(Some).chain([None]).collect::<Vec<_>>();
    assert_eq!(pauses(notice()).collect::<Vec<_>>(), of([5, 15, 45, 135, 405].map(Span::seconds)));
    assert_eq!(pauses(digest(false)).collect::<Vec<_>>(), of([5, 10, 20, 40, 80].map(Span::minutes)));
}

#[test]
fn a_notice_is_repeated_as_soon_as_it_is_asked_for_and_a_digest_no_sooner_than_usual() {
    let asks = |seconds| Later(Cause::RateLimited, Some(Span::seconds(seconds)));
    assert_eq!(waits(&notice(), asks(1), 4), Some(Span::seconds(1)));
    assert_eq!(waits(&notice(), asks(90_000), 1), Some(Span::hours(1)));
    assert_eq!(waits(&digest(false), asks(1), 1), Some(Span::minutes(5)));
    assert_eq!(waits(&digest(false), asks(900), 1), Some(Span::minutes(15)));
}

#[test]
fn what_may_have_arrived_is_repeated_only_where_that_does_no_harm() {
    let failed = DeliveryProgress::Failed { cause: Cause::NoAnswer };
    assert_eq!(digest(false).settle(Silence, 1, NOW), failed);
    assert_eq!(waits(&digest(true), Silence, 1), Some(Span::minutes(5)));
    assert_eq!(waits(&notice(), Silence, 1), Some(Span::seconds(5)));
    // The end of an attempt that was lost is no other than silence.
    assert_eq!(digest(false).after_lost(), Some(Silence));
    assert_eq!([digest(true), notice()].map(|policy| policy.after_lost()), [None, None]);
}

#[test]
fn answers_are_read_by_status_and_by_the_provider_s_own_word() {
    let of = |status, name: &str| mail::outcome(status, None, format!("{{\"name\":\"{name}\"}}").as_bytes());
    assert_eq!(of(200, ""), Taken);
    assert_eq!(of(401, "missing_api_key"), Never(Cause::Unauthorized));
    assert_eq!(of(403, "invalid_api_key"), Never(Cause::Unauthorized));
    assert_eq!(of(422, "invalid_from_address"), Never(Cause::Refused));
    assert_eq!(of(302, ""), Never(Cause::Refused));
    assert_eq!(of(409, "invalid_idempotent_request"), Never(Cause::Changed));
    assert_eq!(of(409, "concurrent_idempotent_requests"), Later(Cause::Unavailable, None));
    let asked = Some(Span::seconds(7));
    assert_eq!(mail::outcome(503, asked, b"no JSON"), Later(Cause::Unavailable, asked));
}

#[test]
fn errors_of_the_binding_are_read_by_their_code() {
    assert_eq!(DeliveryOutcome::of_binding(None), Silence);
    assert_eq!(DeliveryOutcome::of_binding(Some("E_RATE_LIMIT_EXCEEDED")), Later(Cause::RateLimited, None));
    assert_eq!(DeliveryOutcome::of_binding(Some("E_SENDER_NOT_VERIFIED")), Never(Cause::Unauthorized));
    assert_eq!(DeliveryOutcome::of_binding(Some("E_RECIPIENT_SUPPRESSED")), Never(Cause::Refused));
}

#[test]
fn a_mail_is_written_as_the_provider_takes_it() {
    let mail = tributary_notify::Mail { subject: "Hello".to_owned(), text: "Words".to_owned(), html: None };
    insta::assert_snapshot!(mail.body("Inbox <inbox@team.example>", "mia@team.example").unwrap());
}

proptest! {
    /// Whatever happens in whichever order, what may have arrived goes out once where a repeat is not known for one.
    #[test]
    fn nothing_goes_out_twice_where_a_repeat_is_not_known(
        outcomes in prop::collection::vec(
            prop_oneof![
                Just(Some(Taken)), Just(Some(Silence)), Just(None),
                Just(Some(Later(Cause::Unavailable, None))), Just(Some(Never(Cause::Refused))),
            ],
            1..12,
        ),
    ) {
        let policy = digest(false);
        let (mut now, mut may_have_arrived, mut lost) = (NOW, 0, false);
        for (attempt, outcome) in (1..).zip(outcomes) {
            let known = policy.after_lost().filter(|_| lost);
            if known.is_none() && outcome.is_none_or(|one| matches!(one, Taken | Silence)) {
                may_have_arrived += 1;
            }
            // `None`: whoever made the attempt never said how it ended.
            let Some(outcome) = known.or(outcome) else {
                lost = true;
                now = now.plus(policy.lease);
                continue;
            };
            lost = false;
            match policy.settle(outcome, attempt, now) {
                DeliveryProgress::Waiting { until, .. } => now = until,
                _ => break,
            }
        }
        prop_assert!(may_have_arrived <= 1);
    }
}
