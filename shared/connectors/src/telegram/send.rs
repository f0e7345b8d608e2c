//! Calls that send. <https://core.telegram.org/bots/api#available-methods>

use serde::Serialize;
use tributary_domain::{
    capability::PlatformError,
    event::AttachmentKind,
    id::RemoteId,
    outbound::{Part, PartMedia},
};

use crate::{
    contract::Outgoing,
    http::{Body, HttpRequest, segment},
    json::written,
    plan::Rules,
    secret::Secret,
};

/// Pictures and films make an album together, documents and sounds each with their like; animations and
/// voice notes travel alone. <https://core.telegram.org/bots/api#sendmediagroup>
pub(super) const RULES: Rules = Rules { captioned: |_| true, family, together: 10 };

fn family(item: &PartMedia) -> Option<u8> {
    match method(item) {
        "sendPhoto" | "sendVideo" => Some(1),
        "sendDocument" => Some(2),
        "sendAudio" => Some(3),
        _ => None,
    }
}

fn method(item: &PartMedia) -> &'static str {
    match item.kind {
        AttachmentKind::Image if item.file.mime == "image/gif" => "sendAnimation",
        AttachmentKind::Image => "sendPhoto",
        AttachmentKind::Video => "sendVideo",
        AttachmentKind::Audio => "sendAudio",
        AttachmentKind::Voice => "sendVoice",
        AttachmentKind::Sticker => "sendSticker",
        AttachmentKind::File
        | AttachmentKind::Share
        | AttachmentKind::Card
        | AttachmentKind::Location
        | AttachmentKind::Contact
        | AttachmentKind::Call
        | AttachmentKind::Order
        | AttachmentKind::Ephemeral
        | AttachmentKind::Unknown(_) => "sendDocument",
    }
}

/// `photo` for `sendPhoto`, and so on: the member that takes the file, and the type within an album.
fn member(method: &str) -> &'static str {
    match method {
        "sendAnimation" => "animation",
        "sendPhoto" => "photo",
        "sendVideo" => "video",
        "sendAudio" => "audio",
        "sendVoice" => "voice",
        "sendSticker" => "sticker",
        _ => "document",
    }
}

#[derive(Serialize, Default)]
struct Call<'a> {
    chat_id: ChatId<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_connection_id: Option<&'a str>,
    /// The topic of a private chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    message_thread_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    animation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audio: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sticker: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    media: Vec<Media<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_parameters: Option<ReplyParameters>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the platform's own names")]
struct Media<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    media: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<&'a str>,
}

#[derive(Serialize)]
struct ReplyParameters {
    message_id: i64,
    allow_sending_without_reply: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ChatId<'a> {
    Number(i64),
    Text(&'a str),
}

impl Default for ChatId<'_> {
    fn default() -> Self {
        Self::Text("")
    }
}

/// The call that sends one part.
pub(super) fn request(token: &Secret, outgoing: &Outgoing<'_>) -> Result<HttpRequest, PlatformError> {
    let identity = outgoing.person()?.first().map_or("", String::as_str);
    let (connection, chat) = match identity.rsplit_once('/') {
        Some((connection, chat)) => (Some(connection), chat),
        None => (None, identity),
    };
    let mut call = Call {
        chat_id: chat.parse().map_or(ChatId::Text(chat), ChatId::Number),
        business_connection_id: connection,
        ..Call::default()
    };
    if connection.is_none() {
        call.message_thread_id = outgoing.topic.and_then(|topic| topic.parse().ok());
    }
    let (method, quote) = match outgoing.part {
        Part::Text { text, quote } => {
            call.text = Some(text);
            ("sendMessage", quote)
        }
        Part::Media { items, caption, quote } => (files(&mut call, items, caption.as_deref(), outgoing.links), quote),
    };
    call.reply_parameters = quote.as_ref().and_then(replied);
    Ok(HttpRequest::post(super::BASE, path(token, method), Body::Json(written(&call))))
}

fn files<'a>(
    call: &mut Call<'a>,
    items: &'a [PartMedia],
    caption: Option<&'a str>,
    links: &'a [String],
) -> &'static str {
    let methods = items.iter().map(method);
    let mut media: Vec<Media<'a>> = methods
        .clone()
        .zip(links)
        .map(|(method, link)| Media { kind: member(method), media: link, caption: None })
        .collect();
    if items.len() > 1 {
        if let Some(first) = media.first_mut() {
            first.caption = caption;
        }
        call.media = media;
        return "sendMediaGroup";
    }
    call.caption = caption;
    let link = links.first().map(String::as_str);
    let method = methods.into_iter().next().unwrap_or("sendDocument");
    match method {
        "sendPhoto" => call.photo = link,
        "sendAnimation" => call.animation = link,
        "sendVideo" => call.video = link,
        "sendAudio" => call.audio = link,
        "sendVoice" => call.voice = link,
        "sendSticker" => call.sticker = link,
        _ => call.document = link,
    }
    method
}

/// The message's number is the last piece of its id. A message that is gone is answered without a quote.
fn replied(id: &RemoteId) -> Option<ReplyParameters> {
    let (chat, number) = id.as_str().rsplit_once('/')?;
    // The press of a button and the like have ids of our making.
    chat.rsplit('/').next()?.parse::<i64>().ok()?;
    let message_id = number.parse().ok()?;
    Some(ReplyParameters { message_id, allow_sending_without_reply: true })
}

/// `/bot<token>/<method>`.
pub(super) fn path(token: &Secret, method: &str) -> String {
    format!("/bot{}/{method}", segment(token.expose()))
}
