//! Messages to the Send API, which Messenger and Instagram share.
//! <https://developers.facebook.com/docs/messenger-platform/send-messages>,
//! <https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api>

use serde::{Deserialize, Serialize};
use tributary_domain::{
    capability::PlatformError, event::AttachmentKind, id::RemoteId, outbound::Part, platform::Surface,
};

use super::Flavor;
use crate::{
    contract::{Outgoing, To},
    json::Text,
};

/// The body of one call.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the platform's own names")]
pub(crate) struct Message<'a> {
    recipient: Recipient<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messaging_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<&'static str>,
    message: Body<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<ReplyTo<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Recipient<'a> {
    Id(&'a str),
    /// Whoever wrote this comment.
    /// <https://developers.facebook.com/docs/messenger-platform/discovery/private-replies>
    CommentId(&'a str),
}

#[derive(Serialize)]
struct ReplyTo<'a> {
    mid: &'a str,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment: Option<Attachment<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
    metadata: String,
}

#[derive(Serialize)]
struct Attachment<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    payload: Payload<'a>,
}

#[derive(Serialize)]
struct Payload<'a> {
    url: &'a str,
}

/// What one part looks like on the wire. Pictures on Instagram go as a list, everything else alone.
pub(crate) fn message<'a>(flavor: Flavor, outgoing: &Outgoing<'a>) -> Result<Message<'a>, PlatformError> {
    let recipient = match outgoing.to {
        To::Author { comment } if outgoing.surface == Surface::Messages => Recipient::CommentId(comment.as_str()),
        _ => Recipient::Id(outgoing.person()?.first().map_or("", String::as_str)),
    };
    let metadata = outgoing.correlation.to_wire(outgoing.thread);
    let (mut body, quote) = match outgoing.part {
        Part::Text { text, quote } => {
            let text = Some(text.as_str());
            (Body { text, attachment: None, attachments: Vec::new(), metadata }, quote)
        }
        Part::Media { items, quote, .. } => {
            let kinds = items.iter().map(|item| word(&item.kind));
            let urls = outgoing.links.iter().map(String::as_str);
            let attachments = kinds.zip(urls).map(|(kind, url)| Attachment { kind, payload: Payload { url } });
            (Body { text: None, attachment: None, attachments: attachments.collect(), metadata }, quote)
        }
    };
    let listed = flavor == Flavor::Instagram && body.attachments.iter().all(|one| one.kind == "image");
    if !listed {
        body.attachment = body.attachments.pop();
    }
    let (messaging_type, tag) = match (flavor, outgoing.human_agent) {
        (_, true) => (Some("MESSAGE_TAG"), Some("HUMAN_AGENT")),
        (Flavor::Messenger, false) => (Some("RESPONSE"), None),
        (Flavor::Instagram, false) => (None, None),
    };
    Ok(Message {
        recipient,
        messaging_type,
        tag,
        message: body,
        reply_to: quote.as_ref().map(|id| ReplyTo { mid: id.as_str() }),
    })
}

fn word(kind: &AttachmentKind) -> &'static str {
    match kind {
        AttachmentKind::Image | AttachmentKind::Sticker => "image",
        AttachmentKind::Video => "video",
        AttachmentKind::Audio | AttachmentKind::Voice => "audio",
        AttachmentKind::File
        | AttachmentKind::Share
        | AttachmentKind::Card
        | AttachmentKind::Location
        | AttachmentKind::Contact
        | AttachmentKind::Call
        | AttachmentKind::Order
        | AttachmentKind::Ephemeral
        | AttachmentKind::Unknown(_) => "file",
    }
}

/// The id in `{"recipient_id","message_id"}`.
pub(crate) fn accepted(body: &[u8]) -> Vec<RemoteId> {
    #[derive(Deserialize)]
    struct Accepted<'a> {
        #[serde(borrow)]
        message_id: Text<'a>,
    }
    serde_json::from_slice::<Accepted<'_>>(body)
        .ok()
        .filter(|accepted| !accepted.message_id.is_empty())
        .map(|accepted| RemoteId::new(accepted.message_id))
        .into_iter()
        .collect()
}
