//! Parts on their way out, by the surface that they go to.

use tributary_domain::{capability::PlatformError, outbound::SendOutcome, platform::Surface};

use super::{
    comments, error,
    graph::Caller,
    messaging::{self, Flavor},
};
use crate::{
    contract::Outgoing,
    http::{Body, HttpRequest, HttpResponse},
    json::written,
};

/// The call that sends a part: as a comment, or as a message that `node` sends.
pub(crate) fn request(
    flavor: Flavor,
    (caller, node): (Caller<'_>, &str),
    outgoing: &Outgoing<'_>,
) -> Result<HttpRequest, PlatformError> {
    if outgoing.surface == Surface::Comments {
        return comments::comment(flavor, caller, outgoing);
    }
    let body = Body::Json(written(&messaging::message(flavor, outgoing)?));
    Ok(caller.post(node, "messages", &[], body))
}

/// What the answer to it means.
pub(crate) fn outcome(flavor: Flavor, outgoing: &Outgoing<'_>, response: &HttpResponse) -> SendOutcome {
    match outgoing.surface {
        Surface::Comments => error::outcome(response, |body| comments::accepted(flavor, outgoing, body)),
        _ => error::outcome(response, messaging::accepted),
    }
}
