//! What an answer comes to, and that nothing is tried for ever or sent twice.

use tributary_domain::{
    digest::delivery::{Answer, Cause, Outcome, TRIES, of_binding, of_status, settle},
    time::{Span, Timestamp},
};

const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);

#[test]
fn what_is_not_taken_is_tried_a_bounded_number_of_times_within_a_day() {
    for answer in [Answer::Silence, Answer::Later(Cause::Unavailable, None), of_status(429, Some(86_400), None)] {
        let (mut now, mut tries) = (NOW, 0);
        let cause = loop {
            tries += 1;
            match settle(answer, tries, true, now) {
                Outcome::Waiting { until, .. } => {
                    assert!(until > now);
                    now = until;
                }
                Outcome::Failed { cause } => break cause,
                Outcome::Sent => unreachable!("nothing was taken"),
            }
        };
        assert_eq!(tries, TRIES);
        // A provider remembers a key for 24 hours; after that a repeated mail would be a second one.
        assert!(now.since(NOW) < Span::hours(20), "{answer:?} {cause:?}");
    }
}

#[test]
fn what_may_have_arrived_is_repeated_only_where_a_repeat_is_known() {
    assert_eq!(settle(Answer::Silence, 1, false, NOW), Outcome::Failed { cause: Cause::NoAnswer });
    let waiting = Outcome::Waiting { cause: Cause::NoAnswer, until: NOW.plus(Span::minutes(5)) };
    assert_eq!(settle(Answer::Silence, 1, true, NOW), waiting);
    // That nothing was taken is known here: a second try is no second mail.
    let limited = settle(of_status(429, Some(900), None), 1, false, NOW);
    assert_eq!(limited, Outcome::Waiting { cause: Cause::RateLimited, until: NOW.plus(Span::minutes(15)) });
}

#[test]
fn answers_are_read_by_status_and_by_the_provider_s_own_word() {
    let never = |status, name| match of_status(status, None, name) {
        Answer::Never(cause) => Some(cause),
        _ => None,
    };
    assert_eq!(of_status(200, None, None), Answer::Taken);
    assert_eq!(never(401, Some("missing_api_key")), Some(Cause::Unauthorized));
    assert_eq!(never(403, Some("invalid_api_key")), Some(Cause::Unauthorized));
    assert_eq!(never(422, Some("invalid_from_address")), Some(Cause::Refused));
    assert_eq!(never(302, None), Some(Cause::Refused));
    assert_eq!(never(409, Some("invalid_idempotent_request")), Some(Cause::Changed));
    assert_eq!(of_status(409, None, Some("concurrent_idempotent_requests")), Answer::Later(Cause::Unavailable, None));
    assert_eq!(of_status(503, Some(7), None), Answer::Later(Cause::Unavailable, Some(Span::seconds(7))));
}

#[test]
fn errors_of_the_binding_are_read_by_their_code() {
    assert_eq!(of_binding(None), Answer::Silence);
    assert_eq!(of_binding(Some("E_RATE_LIMIT_EXCEEDED")), Answer::Later(Cause::RateLimited, None));
    assert_eq!(of_binding(Some("E_SENDER_NOT_VERIFIED")), Answer::Never(Cause::Unauthorized));
    assert_eq!(of_binding(Some("E_RECIPIENT_SUPPRESSED")), Answer::Never(Cause::Refused));
}

#[test]
fn causes_are_found_by_their_names() {
    for cause in Cause::ALL {
        assert_eq!(Cause::from_name(cause.as_str()), Some(*cause));
        assert_eq!(serde_json::to_string(cause).unwrap(), format!("\"{}\"", cause.as_str()));
    }
}
