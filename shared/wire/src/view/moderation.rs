//! What is being done to comments, as the API shows it.

use tributary_domain::{
    capability::{ErrorClass, PlatformError},
    moderation::{Moderation, ModerationAction, State, Task},
    reply::AUTHOR_DISABLED,
};

use super::message::trouble;
use crate::api::message::{ModerationItem, ModerationState, Trouble};

/// What is being done to a comment, or was tried in vain.
pub(super) fn items<'a>(moderation: impl IntoIterator<Item = &'a Moderation>) -> Vec<ModerationItem> {
    moderation.into_iter().flat_map(Moderation::tasks).filter_map(item).collect()
}

fn item(task: &Task) -> Option<ModerationItem> {
    let order = task.wanted();
    let (state, trouble) = match task.state() {
        State::Done { .. } => return None,
        State::Wanted { .. } => (ModerationState::Wanted, None),
        State::Doing { .. } => (ModerationState::Doing, None),
        State::Failed { error, .. } => (ModerationState::Failed, Some(refused(order.action(), error))),
        State::Unknown { .. } => (ModerationState::Unknown, Some(unknown(task))),
    };
    Some(ModerationItem { action: order.action(), state, by: order.teammate().clone(), at: order.at(), trouble })
}

fn unknown(task: &Task) -> Trouble {
    let advice = "The platform was asked several times and did not answer. Look in its app whether it is done, or try \
                  again: asked twice, it is done once.";
    trouble("unknown", advice, task.attempts())
}

fn refused(action: ModerationAction, error: &PlatformError) -> Trouble {
    if error.code == AUTHOR_DISABLED {
        let advice = "Whoever wanted this may not sign in any more. Do it in your own name.";
        return trouble(AUTHOR_DISABLED, advice, 0);
    }
    let (code, advice) = match error.class {
        ErrorClass::RateLimited => ("rate_limited", "The platform does no more of this for now. Try again later."),
        ErrorClass::TokenExpired => ("token_expired", "The account has lost its access. It has to be connected again."),
        ErrorClass::Permission | ErrorClass::WindowClosed | ErrorClass::Blocked => {
            ("permission", "The account lacks the permission for this. Check its connection.")
        }
        ErrorClass::Gone => {
            ("gone", "The comment is not there any more, or the account may not see it. Look in the platform's app.")
        }
        ErrorClass::Restricted => {
            ("restricted", "The platform has restricted the account. It does nothing for it now.")
        }
        ErrorClass::Transient => ("not_done", "It was not done, by a passing fault. Try again."),
        ErrorClass::Invalid | ErrorClass::TooLong | ErrorClass::Media => match action {
            ModerationAction::Hide | ModerationAction::Unhide => (
                "invalid",
                "The platform does not do this with this comment. Comments of a live broadcast, for one, cannot be hidden.",
            ),
            ModerationAction::Delete | ModerationAction::Like | ModerationAction::Unlike => {
                ("invalid", "The platform does not do this with this comment.")
            }
        },
    };
    trouble(code, &format!("{advice} (The platform's code: {}.)", error.code), 0)
}
