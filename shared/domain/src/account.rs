//! The health of a connected account: what each call to its platform says of it.
//!
//! Every call counts, whoever makes it: a send, a look-up of a person, the way to a file, a subscription, and what comes
//! in by itself. The first one that shows that the platform has taken something away marks the account.

use crate::capability::ErrorClass;

crate::names! {
    /// What an account is asked for, or tells by itself.
    pub enum Call {
        /// To send a reply.
        Send = "send",
        /// To look a person or a post up.
        Profile = "profile",
        /// To hand a file over.
        Media = "media",
        /// To post its events to us.
        Subscribe = "subscribe",
        /// Nothing: an event came in.
        Event = "event",
    }
}

crate::names! {
    /// What is wrong with an account, the least first: of two, the worse is shown.
    pub enum Trouble {
        /// The platform did not agree to post to us.
        NotSubscribed = "not_subscribed",
        /// A permission is missing.
        Permission = "permission",
        /// The platform restricts what the account may send.
        Restricted = "restricted",
        /// The platform takes the token no longer.
        TokenExpired = "token_expired",
    }
}

impl Trouble {
    /// What a refusal says of the whole account; none where it is about one person, file or text.
    pub const fn told_by(class: ErrorClass) -> Option<Self> {
        match class {
            ErrorClass::TokenExpired => Some(Self::TokenExpired),
            ErrorClass::Permission => Some(Self::Permission),
            ErrorClass::Restricted => Some(Self::Restricted),
            ErrorClass::RateLimited
            | ErrorClass::WindowClosed
            | ErrorClass::Blocked
            | ErrorClass::Gone
            | ErrorClass::Invalid
            | ErrorClass::TooLong
            | ErrorClass::Media
            | ErrorClass::Transient => None,
        }
    }

    /// Whether no reply can be sent: nothing is tried with a token that the platform refuses. Of anything else the
    /// platform may have changed its mind, and the next reply shows it.
    pub const fn stops_replies(self) -> bool {
        matches!(self, Self::TokenExpired)
    }

    /// What it means and how to mend it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::TokenExpired => {
                "The platform no longer accepts the account's token, so nothing can be sent. Connect the account again with a new one."
            }
            Self::Permission => {
                "The account lacks a permission that is needed. Grant it on the platform, then connect the account again."
            }
            Self::Restricted => {
                "The platform has restricted what the account may send. See its notices there; the next reply that goes through shows that it is over."
            }
            Self::NotSubscribed => {
                "The platform did not agree to send us this account's messages. Check its permissions there, then connect the account again."
            }
        }
    }
}

/// A trouble, and the kind of call that met with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ailing {
    pub trouble: Trouble,
    pub by: Call,
}

/// What becomes of an account's health by the outcome of a call.
///
/// A good call shows that the token is taken, and that what it asked for is allowed: a person who can be looked up does
/// not show that replies may be sent again. An event that comes in shows that the platform posts to us. Whether it does is
/// not shown by any other call, where the platform refused a subscription.
#[must_use]
pub fn health(before: Option<Ailing>, call: Call, outcome: Result<(), ErrorClass>) -> Option<Ailing> {
    match (before, outcome) {
        (before, Err(class)) => {
            let after = Trouble::told_by(class).map(|trouble| Ailing { trouble, by: call });
            match (before, after) {
                (Some(before), Some(after)) if after.trouble > before.trouble => Some(after),
                (Some(before), _) => Some(before),
                (None, after) => after,
            }
        }
        (Some(Ailing { trouble, by: Call::Subscribe }), Ok(())) if call == Call::Event => {
            (trouble == Trouble::TokenExpired).then_some(Ailing { trouble, by: Call::Send })
        }
        (Some(Ailing { trouble: Trouble::TokenExpired, by: Call::Subscribe }), Ok(())) if call != Call::Subscribe => {
            Some(Ailing { trouble: Trouble::NotSubscribed, by: Call::Subscribe })
        }
        (Some(before), Ok(())) if call != Call::Event => {
            let mended = before.trouble == Trouble::TokenExpired || before.by == call;
            (!mended).then_some(before)
        }
        (before, Ok(())) => before,
    }
}

/// What becomes of an account's health where the platform did not agree to post its events to us: the reason, where it
/// is one that tells of the account, and else that alone.
#[must_use]
pub fn unsubscribed(before: Option<Ailing>, class: ErrorClass) -> Ailing {
    let by = Call::Subscribe;
    health(before, by, Err(class)).unwrap_or(Ailing { trouble: Trouble::NotSubscribed, by })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLS: [Call; 4] = [Call::Send, Call::Profile, Call::Media, Call::Subscribe];

    fn ailing(trouble: Trouble, by: Call) -> Ailing {
        Ailing { trouble, by }
    }

    #[test]
    fn what_the_platform_took_away_marks_the_account_whoever_asked() {
        for call in CALLS {
            for (class, trouble) in [
                (ErrorClass::TokenExpired, Trouble::TokenExpired),
                (ErrorClass::Permission, Trouble::Permission),
                (ErrorClass::Restricted, Trouble::Restricted),
            ] {
                assert_eq!(health(None, call, Err(class)), Some(ailing(trouble, call)));
            }
            for class in [ErrorClass::Blocked, ErrorClass::Gone, ErrorClass::Transient, ErrorClass::RateLimited] {
                assert_eq!(health(None, call, Err(class)), None, "{class:?} is not about the account");
                let before = Some(ailing(Trouble::Permission, Call::Send));
                assert_eq!(health(before, call, Err(class)), before, "and it shows nothing to be mended");
            }
        }
    }

    #[test]
    fn any_good_call_shows_that_the_token_is_taken() {
        for by in [Call::Send, Call::Profile, Call::Media] {
            for call in CALLS {
                assert_eq!(health(Some(ailing(Trouble::TokenExpired, by)), call, Ok(())), None);
            }
        }
    }

    #[test]
    fn a_subscription_that_is_refused_marks_the_account_like_any_other_call() {
        for (class, trouble) in [
            (ErrorClass::TokenExpired, Trouble::TokenExpired),
            (ErrorClass::Permission, Trouble::Permission),
            (ErrorClass::Restricted, Trouble::Restricted),
            (ErrorClass::Invalid, Trouble::NotSubscribed),
            (ErrorClass::Gone, Trouble::NotSubscribed),
            (ErrorClass::Transient, Trouble::NotSubscribed),
        ] {
            let marked = ailing(trouble, Call::Subscribe);
            assert_eq!(unsubscribed(None, class), marked);
            assert_eq!(health(Some(marked), Call::Subscribe, Ok(())), None, "{class:?}");
        }
        let token = ailing(Trouble::TokenExpired, Call::Subscribe);
        let posts_nothing = Some(ailing(Trouble::NotSubscribed, Call::Subscribe));
        assert_eq!(health(Some(token), Call::Send, Ok(())), posts_nothing, "the token is taken, and nothing comes in");
        let comes_in = health(Some(token), Call::Event, Ok(()));
        assert_eq!(comes_in, Some(ailing(Trouble::TokenExpired, Call::Send)), "what comes in shows no good token");
        assert_eq!(health(comes_in, Call::Send, Ok(())), None);
        let permission = Some(ailing(Trouble::Permission, Call::Subscribe));
        assert_eq!(health(permission, Call::Send, Ok(())), permission);
        assert_eq!(health(permission, Call::Event, Ok(())), None);
    }

    #[test]
    fn a_permission_is_there_again_when_the_same_is_allowed_again() {
        for trouble in [Trouble::Permission, Trouble::Restricted] {
            assert_eq!(health(Some(ailing(trouble, Call::Send)), Call::Send, Ok(())), None);
            let before = Some(ailing(trouble, Call::Send));
            assert_eq!(health(before, Call::Profile, Ok(())), before, "being looked up is not being written to");
        }
    }

    #[test]
    fn what_comes_in_shows_that_the_platform_posts_and_nothing_else() {
        assert_eq!(health(Some(ailing(Trouble::NotSubscribed, Call::Subscribe)), Call::Event, Ok(())), None);
        let before = Some(ailing(Trouble::TokenExpired, Call::Send));
        assert_eq!(health(before, Call::Event, Ok(())), before);
    }

    #[test]
    fn of_two_troubles_the_worse_is_shown() {
        let restricted = Some(ailing(Trouble::Restricted, Call::Send));
        assert_eq!(health(restricted, Call::Profile, Err(ErrorClass::Permission)), restricted);
        let expired = health(restricted, Call::Profile, Err(ErrorClass::TokenExpired));
        assert_eq!(expired, Some(ailing(Trouble::TokenExpired, Call::Profile)));
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for trouble in [Trouble::NotSubscribed, Trouble::Permission, Trouble::Restricted, Trouble::TokenExpired] {
            assert_eq!(Trouble::from_name(trouble.as_str()), Some(trouble));
            assert!(trouble.advice().ends_with('.'));
        }
        assert_eq!(Trouble::from_name("silent"), None);
        assert!(Trouble::TokenExpired.stops_replies() && !Trouble::Restricted.stops_replies());
    }
}
