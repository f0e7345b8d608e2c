//! Public answers to comments.
//! <https://developers.facebook.com/docs/graph-api/reference/object/comments>,
//! <https://developers.facebook.com/docs/instagram-platform/comment-moderation>

use serde::{Deserialize, Serialize};
use tributary_domain::{
    capability::{ErrorClass, PlatformError},
    id::RemoteId,
    outbound::Part,
    platform::Surface,
};

use super::page::comment_id;
use crate::{
    contract::{Outgoing, To},
    http::{Body, HttpRequest},
    json::{Text, written},
    meta::{graph::Caller, messaging::Flavor},
};

#[derive(Serialize)]
struct Comment<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment_url: Option<&'a str>,
}

/// The call that writes a comment of ours: under the comment that it answers, or under the post.
pub(crate) fn comment(
    flavor: Flavor,
    caller: Caller<'_>,
    outgoing: &Outgoing<'_>,
) -> Result<HttpRequest, PlatformError> {
    let (node, edge) = match (outgoing.surface, outgoing.to) {
        (Surface::Comments, To::Comment { id, .. }) if flavor == Flavor::Instagram => (id, "replies"),
        (Surface::Comments, To::Comment { id, .. }) => (id, "comments"),
        (Surface::Comments, To::Subject(subject)) => (&subject.id, "comments"),
        _ => return Err(PlatformError { class: ErrorClass::Invalid, code: "no-such-target".to_owned() }),
    };
    let message = match outgoing.part {
        Part::Text { text, .. } => Some(text.as_str()),
        Part::Media { caption, .. } => caption.as_deref(),
    };
    let comment = Comment { message, attachment_url: outgoing.links.first().map(String::as_str) };
    Ok(caller.post(node.as_str(), edge, &[], Body::Json(written(&comment))))
}

/// The id in `{"id"}`.
pub(crate) fn accepted(flavor: Flavor, outgoing: &Outgoing<'_>, body: &[u8]) -> Vec<RemoteId> {
    #[derive(Deserialize)]
    struct Accepted<'a> {
        #[serde(borrow)]
        id: Text<'a>,
    }
    let accepted = serde_json::from_slice::<Accepted<'_>>(body).ok().filter(|accepted| !accepted.id.is_empty());
    let named = |id: &str| match (flavor, outgoing.to) {
        (Flavor::Messenger, To::Comment { subject, .. } | To::Subject(subject)) => comment_id(subject.id.as_str(), id),
        _ => id.to_owned(),
    };
    accepted.map(|accepted| RemoteId::new(named(&accepted.id))).into_iter().collect()
}
