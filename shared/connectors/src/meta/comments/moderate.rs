//! Comments hidden, shown again, deleted and liked.
//! <https://developers.facebook.com/docs/graph-api/reference/comment>,
//! <https://developers.facebook.com/docs/instagram-platform/comment-moderation>

use serde::Deserialize;
use tributary_domain::{
    capability::ErrorClass,
    moderation::{ModerationAction, ModerationOutcome},
    outbound::{SendOutcome, UncertainCause},
    platform::Surface,
};

use crate::{
    contract::Moderating,
    http::{Body, HttpRequest, HttpResponse},
    meta::{error, graph::Caller, messaging::Flavor},
};

/// The call that does it, where the platform has one.
pub(crate) fn request(flavor: Flavor, caller: Caller<'_>, moderating: &Moderating<'_>) -> Option<HttpRequest> {
    if moderating.surface != Surface::Comments {
        return None;
    }
    let node = moderating.on.as_str();
    let hidden = moderating.action == ModerationAction::Hide;
    match (moderating.action, flavor) {
        (ModerationAction::Hide | ModerationAction::Unhide, Flavor::Messenger) => {
            Some(caller.update(node, &[], Body::Json(format!(r#"{{"is_hidden":{hidden}}}"#))))
        }
        (ModerationAction::Hide | ModerationAction::Unhide, Flavor::Instagram) => {
            Some(caller.update(node, &[("hide", if hidden { "true" } else { "false" })], Body::Empty))
        }
        (ModerationAction::Delete, _) => Some(caller.delete(node, None)),
        (ModerationAction::Like, Flavor::Messenger) => Some(caller.post(node, "likes", &[], Body::Empty)),
        (ModerationAction::Unlike, Flavor::Messenger) => Some(caller.delete(node, Some("likes"))),
        (ModerationAction::Like | ModerationAction::Unlike, Flavor::Instagram) => None,
    }
}

/// What its answer means: `{"success":true}`, or an error. A passing fault proves nothing, and the call can be made again.
pub(crate) fn outcome(response: &HttpResponse) -> ModerationOutcome {
    #[derive(Deserialize)]
    struct Answer {
        success: bool,
    }
    let agreed = |body: &[u8]| serde_json::from_slice::<Answer>(body).is_ok_and(|answer| answer.success);
    let uncertain = |cause| ModerationOutcome::Uncertain { cause };
    if response.status.is_success() && agreed(&response.body) {
        return ModerationOutcome::Done;
    }
    match error::outcome(response, |_| Vec::new()) {
        SendOutcome::Refused { error } => match error.class {
            ErrorClass::Gone => ModerationOutcome::Gone { code: error.code },
            ErrorClass::Transient => uncertain(UncertainCause::ServerError),
            _ if error.code.split('/').next() == Some(ALREADY_LIKED) => ModerationOutcome::AlreadySo,
            _ => ModerationOutcome::Refused { error },
        },
        SendOutcome::RateLimited { retry_after, code } => ModerationOutcome::RateLimited { retry_after, code },
        SendOutcome::Uncertain { cause } => uncertain(cause),
        SendOutcome::Accepted { .. } | SendOutcome::Continue { .. } => uncertain(UncertainCause::Unreadable),
    }
}

/// What is liked is liked once. Observed, in no table of Meta's.
const ALREADY_LIKED: &str = "3501";
