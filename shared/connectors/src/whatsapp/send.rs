//! Messages to the Cloud API. <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages>

use serde::{Deserialize, Serialize};
use tributary_domain::{
    capability::PlatformError,
    event::AttachmentKind,
    id::RemoteId,
    outbound::{Part, PartMedia},
};

use crate::{
    contract::Outgoing,
    json::{Text, written},
    plan::Rules,
};

/// Each file is a call of its own. Pictures, films and documents can carry words.
pub(super) const RULES: Rules = Rules {
    captioned: |kind| matches!(kind, AttachmentKind::Image | AttachmentKind::Video | AttachmentKind::File),
    family: |_| None,
    together: 1,
};

#[derive(Serialize)]
struct Message<'a> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    /// A business-scoped user id, for people whose number is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context<'a>>,
    biz_opaque_callback_data: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Words<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Media<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<Media<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio: Option<Media<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sticker: Option<Media<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<Media<'a>>,
}

#[derive(Serialize)]
struct Context<'a> {
    message_id: &'a str,
}

#[derive(Serialize)]
struct Words<'a> {
    preview_url: bool,
    body: &'a str,
}

#[derive(Serialize)]
struct Media<'a> {
    link: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<&'a str>,
}

/// The body of one call.
pub(super) fn body(outgoing: &Outgoing<'_>) -> Result<String, PlatformError> {
    let person = outgoing.person()?;
    let named = |prefix: &str| person.iter().find_map(|one| one.strip_prefix(prefix));
    // A number is known to work everywhere; the business-scoped id is for those without. Of several, the one last in use.
    let to = named("wa:");
    let mut message = Message {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to,
        recipient: if to.is_none() { named("bsuid:").or_else(|| named("parent:")) } else { None },
        context: None,
        biz_opaque_callback_data: outgoing.correlation.to_wire(outgoing.thread),
        kind: "text",
        text: None,
        image: None,
        video: None,
        audio: None,
        sticker: None,
        document: None,
    };
    let quote = match outgoing.part {
        Part::Text { text, quote } => {
            message.text = Some(Words { preview_url: false, body: text });
            quote
        }
        Part::Media { items, caption, quote } => {
            if let Some((item, link)) = items.iter().zip(outgoing.links).next() {
                attach(&mut message, item, link, caption.as_deref());
            }
            quote
        }
    };
    message.context = quote.as_ref().map(|id| Context { message_id: id.as_str() });
    Ok(written(&message))
}

fn attach<'a>(message: &mut Message<'a>, item: &'a PartMedia, link: &'a str, caption: Option<&'a str>) {
    let media = Some(Media { link, caption, filename: None });
    match item.kind {
        AttachmentKind::Image => (message.kind, message.image) = ("image", media),
        AttachmentKind::Video => (message.kind, message.video) = ("video", media),
        AttachmentKind::Audio | AttachmentKind::Voice => {
            (message.kind, message.audio) = ("audio", media);
        }
        AttachmentKind::Sticker => (message.kind, message.sticker) = ("sticker", media),
        AttachmentKind::File
        | AttachmentKind::Share
        | AttachmentKind::Card
        | AttachmentKind::Location
        | AttachmentKind::Contact
        | AttachmentKind::Call
        | AttachmentKind::Order
        | AttachmentKind::Ephemeral
        | AttachmentKind::Unknown(_) => {
            message.kind = "document";
            message.document = Some(Media { link, caption, filename: Some(&item.file.name) });
        }
    }
}

/// The ids in `{"messages":[{"id"}]}`.
pub(super) fn accepted(body: &[u8]) -> Vec<RemoteId> {
    #[derive(Deserialize)]
    struct Accepted<'a> {
        #[serde(borrow)]
        messages: Vec<Sent<'a>>,
    }
    #[derive(Deserialize)]
    struct Sent<'a> {
        #[serde(borrow)]
        id: Text<'a>,
    }
    let messages = serde_json::from_slice::<Accepted<'_>>(body).map(|accepted| accepted.messages).unwrap_or_default();
    messages.into_iter().filter(|sent| !sent.id.is_empty()).map(|sent| RemoteId::new(sent.id)).collect()
}
