//! How long things may take, how soon they are tried again, and how long they are kept: all of it in one place.
//!
//! Whoever decides something that depends on one of these is given them as an argument. The Worker reads overrides once,
//! from its configuration; the tests shorten what they would otherwise have to wait for. What a platform, a team's rules
//! or a form of the API fixes is not here: that is not ours to choose.

use serde::{Deserialize, Serialize};

use crate::time::Span;

/// Declares a group of durations: a struct with documented fields, and their defaults.
macro_rules! timings {
    ($($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $default:expr,)* })*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$doc])* pub $field: Span,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    )*};
}

/// Every duration that is ours to choose. In JSON: an object of these groups, each of its fields in milliseconds;
/// what is not named keeps its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Timings {
    /// What a thread waits for.
    pub thread: ThreadTimings,
    /// A reply on its way to a platform.
    pub reply: ReplyTimings,
    /// A moderation action on its way to a platform.
    pub moderation: ModerationTimings,
    /// What the roster waits for.
    pub roster: RosterTimings,
    /// Durable Objects' alarms.
    pub alarm: AlarmTimings,
    /// Deliveries on their way in.
    pub intake: IntakeTimings,
    /// Jobs on the queue.
    pub jobs: JobTimings,
    /// What the team is told, on its way to its channels and by mail.
    pub outbox: OutboxTimings,
    /// The circuit breaker before the models.
    pub breaker: BreakerTimings,
    /// Calls to others: how long each may take.
    pub timeout: Timeouts,
    /// What an isolate remembers.
    pub cache: CacheTimings,
    /// People's sessions and sign-in links, programs' tokens.
    pub session: SessionTimings,
    /// How long things are kept.
    pub retention: RetentionTimings,
    /// Reports.
    pub insights: InsightsTimings,
}

timings! {
    /// What a thread waits for.
    ThreadTimings {
        /// The index and the roster are looked after this long after a change, in case its publisher died.
        publish_retry_after: Span::seconds(15),
        /// Labels that were asked for are asked for again after this long.
        label_retry_after: Span::seconds(60),
        /// A profile that was asked for is asked for again after this long, and the longer it was in vain, the later.
        profile_retry_after: Span::minutes(10),
        /// The longest pause between two times that a profile is asked for.
        profile_longest_retry_after: Span::days(1),
        /// A profile that was asked for in vain for so long waits for the customer to write again.
        profile_give_up_after: Span::days(7),
        /// A profile younger than this is not looked up again.
        profile_ttl: Span::days(7),
        /// Attachments are asked for again after this long.
        media_retry_after: Span::minutes(10),
        /// Attachments are given up after this long: the platforms' links are dead by then.
        media_give_up_after: Span::days(1),
        /// An escalation plan that is missing is looked for after this long, unless a label is on its way and brings it.
        plan_retry_after: Span::seconds(5),
        /// A notice that nobody is known to have written down is told again after this long.
        notice_retry_after: Span::minutes(2),
        /// For how long it is remembered which reply answered which message, should that reply turn out to be lost.
        answered_retention: Span::days(30),
        /// No platform tries longer than a week to deliver something; what it dates earlier than this is not so.
        oldest_event: Span::days(30),
        /// Platforms' clocks that are off from ours by no more than this are in order.
        clock_skew: Span::minutes(1),
    }

    /// A reply on its way to a platform.
    ReplyTimings {
        /// A reply that nobody began to send is looked at again this long after it was written.
        begin_retry_after: Span::seconds(10),
        /// A call of which nothing was heard for so long leaves the reply in doubt. Longer than `timeout.send`.
        sending_timeout: Span::seconds(45),
        /// A comment that was taken for a private reply of which its thread does not know by then is free again: whoever was
        /// to write it died before.
        private_marker_timeout: Span::minutes(1),
        /// Where a platform can be asked about a call without an answer, it is asked for the first time after this long, and
        /// each further time six times as long later.
        check_after: Span::seconds(5),
        /// A platform that asks to slow down, and does not say for how long, is left alone for so long; four times as
        /// long at each further refusal.
        slow_down: Span::seconds(5),
        /// A platform that wants to be left alone for longer than this has refused.
        longest_slow_down: Span::minutes(15),
    }

    /// A moderation action on its way to a platform.
    ModerationTimings {
        /// An action that nobody began to carry out is looked at again this long after it was wanted.
        begin_retry_after: Span::seconds(10),
        /// A call of which nothing was heard for so long is made again. Longer than `timeout.send`.
        doing_timeout: Span::seconds(45),
        /// A call without an answer is made again after this long, and after four times as long at each further one. So is
        /// one to a platform that asks to slow down, and does not say for how long.
        retry_after: Span::seconds(2),
        /// A platform that wants to be left alone for longer than this has refused.
        longest_slow_down: Span::hours(1),
    }

    /// What the roster waits for.
    RosterTimings {
        /// What nobody is known to have heard is told again after this long: a thread its owner, the team a notice.
        notice_retry_after: Span::minutes(2),
        /// How long the version of a closed thread is kept, to tell what comes late. Queues keep nothing longer than
        /// four days.
        settled_retention: Span::days(7),
    }

    /// Durable Objects' alarms.
    AlarmTimings {
        /// An alarm is moved only when it would ring this much too late.
        slack: Span::millis(500),
        /// An alarm that has not rung by then was lost: the runtime gives one up that traps again and again.
        lost_after: Span::seconds(30),
        /// When nothing else is known, a failed alarm tries again after this long.
        retry_after: Span::seconds(30),
        /// A post that holds comments looks after so long whether the index still has it.
        look_again_after: Span::hours(3),
    }

    /// Deliveries on their way in.
    IntakeTimings {
        /// The first pause before a failed delivery is tried again. Later ones last half of the delivery's age.
        retry_after: Span::seconds(5),
        /// The longest such pause.
        longest_retry_after: Span::minutes(10),
        /// What comes before its business connection is known waits for it until it is this old.
        connection_wait: Span::seconds(4),
        /// A report on a message that no thread has waits for the message until it is this old.
        report_wait: Span::seconds(15),
        /// What is reported of a message is looked for among those that were written within so long before.
        report_look_back: Span::days(3),
        /// How far a platform's clock may be ahead of ours for such a message to be found.
        report_look_ahead: Span::hours(1),
        /// A refused sign-in or webhook is counted among those of the same span.
        refusal_window: Span::minutes(10),
    }

    /// Jobs on the queue.
    JobTimings {
        /// The first pause before a failed attachment is fetched again. Later ones last half of the message's age.
        media_retry_after: Span::seconds(15),
        /// The longest such pause.
        media_longest_retry_after: Span::minutes(5),
        /// The attachments of an older message are fetched only when the thread asks for them.
        media_retry_until: Span::minutes(10),
        /// How long a link to a file of ours works for a platform. Platforms fetch at once, and some again when a
        /// delivery is retried.
        media_link_life: Span::hours(1),
        /// After new rules were saved: whoever still goes by the rules before is done with them after this long.
        rules_settled_after: Span::seconds(7),
        /// A walk through the threads for new rules that has not ended by then was lost, and begins anew.
        replan_retry_after: Span::minutes(2),
        /// Closed threads in which nobody wrote for so long have nothing due, and are not visited.
        visit_until: Span::days(2),
    }

    /// What the team is told, on its way to its channels and by mail.
    OutboxTimings {
        /// How long an attempt to post a notice is its maker's.
        notice_lease: Span::seconds(30),
        /// A notice that was not taken is posted again after this long, and three times as long at each further attempt.
        notice_retry_after: Span::seconds(5),
        /// The longest such pause, whoever asks for it.
        notice_longest_retry_after: Span::hours(1),
        /// A notice whose time came so long ago has lost its queue message.
        notice_left_over_after: Span::minutes(2),
        /// How long an attempt to send a digest is its maker's.
        digest_lease: Span::minutes(2),
        /// A digest that was not taken is sent again after this long, and twice as long at each further attempt. All
        /// attempts lie well within the day for which a provider remembers a key.
        digest_retry_after: Span::minutes(5),
        /// The longest such pause, whoever asks for it.
        digest_longest_retry_after: Span::hours(2),
    }

    /// The circuit breaker before the models.
    BreakerTimings {
        /// For how long it opens at first; twice as long each time a probe fails.
        rest: Span::seconds(30),
        /// For how long at most.
        longest_rest: Span::minutes(15),
        /// How long an answer to a probe is waited for before another probe may be sent.
        probe_timeout: Span::seconds(30),
    }

    /// Calls to others: how long each may take.
    Timeouts {
        /// A platform that has not answered a send by then leaves us in doubt.
        send: Span::seconds(20),
        /// A platform's answer whether it has a reply in doubt.
        check: Span::seconds(10),
        /// The download of an attachment.
        media: Span::seconds(25),
        /// The look-up of a contact's profile.
        profile: Span::seconds(10),
        /// A platform's answer while an account is being connected.
        connect: Span::seconds(10),
        /// A team channel's answer to a post.
        team_channel: Span::seconds(10),
        /// A mail provider's answer.
        mail: Span::seconds(10),
        /// How long the queue may take before a delivery goes to R2 instead.
        queue: Span::seconds(2),
        /// How long the index may take to say which accounts are connected.
        accounts: Span::seconds(5),
        /// How long the index may take to say which commenters have an open thread.
        known: Span::seconds(2),
    }

    /// What an isolate remembers, and for how long.
    CacheTimings {
        /// Rules, teammates and accounts. Also the longest that a change by another isolate takes to be seen.
        workspace_ttl: Span::seconds(5),
        /// Which accounts are connected, where deliveries are taken in.
        known_account_ttl: Span::seconds(60),
        /// After the index failed, the accounts that are known are not asked for again for this long.
        known_account_retry_after: Span::seconds(5),
        /// Which ids of a platform stand for one person.
        counterpart_ttl: Span::seconds(60),
        /// Corrections that the model is given as examples. Another version of the rules ends it.
        example_ttl: Span::minutes(5),
        /// How often it is noted that an account was heard from.
        heard_every: Span::minutes(1),
    }

    /// People's sessions and sign-in links, programs' tokens.
    SessionTimings {
        /// A session ends after this long without use.
        idle: Span::days(30),
        /// A session ends after this long, however much it is used.
        absolute: Span::days(180),
        /// The use of a session is noted no more often than this.
        used_every: Span::minutes(10),
        /// A session that was renewed is good for this long, for what is on its way and for other tabs.
        renewal_grace: Span::minutes(1),
        /// A sign-in link is worth nothing after this long.
        link_life: Span::hours(48),
        /// The use of a token is noted no finer than this.
        token_used_every: Span::hours(1),
    }

    /// How long things are kept.
    RetentionTimings {
        /// Notices that were sent or given up.
        notices: Span::days(90),
        /// Who made a sign-in link for whom.
        made_links: Span::days(30),
        /// Deliveries that were taken in after all. Those that wait are kept until they are.
        recovered_deliveries: Span::days(30),
        /// How often a delivery was tried: longer than the queue tries.
        tries: Span::days(2),
        /// Deliveries with something that this release does not read.
        unread_deliveries: Span::days(30),
        /// What was given up longer ago is in the list, and calls nobody any more.
        attention: Span::days(7),
    }

    /// Reports.
    InsightsTimings {
        /// Hours are counted again for so long: the index may be behind the threads.
        unsettled: Span::hours(2),
        /// And once more after so long: platforms tell of some messages late.
        late: Span::hours(24),
        /// What was counted this short a time ago is new enough to be shown.
        ttl: Span::seconds(20),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_these() {
        insta::assert_json_snapshot!(Timings::default());
    }

    #[test]
    fn what_is_named_is_overridden_and_the_rest_stays() {
        let read: Timings = serde_json::from_str(r#"{"reply":{"sendingTimeout":1500}}"#).unwrap();
        let mut expected = Timings::default();
        expected.reply.sending_timeout = Span::millis(1500);
        assert_eq!(read, expected);
        assert!(serde_json::from_str::<Timings>(r#"{"reply":{"sendingTimout":1500}}"#).is_err(), "a name that is none");
    }
}
