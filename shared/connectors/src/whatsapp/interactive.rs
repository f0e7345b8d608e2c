//! Buttons, lists and forms: what a customer chose or filled in, and, in echoes, what they were offered.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components>

use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

use tributary_domain::{
    detail::Detail,
    event::{Attachment, AttachmentKind, Content, MediaSource, Pressed},
    id::RemoteId,
};

use super::wire;
use crate::{
    json::{Text, filled},
    lines,
    press::unlabelled,
};

/// Takes in an interactive message.
pub(super) fn read(content: &mut Content, mut answer: wire::Interactive<'_>) {
    if let Some(choice) = answer.button_reply.take().or_else(|| answer.list_reply.take()) {
        let description = filled(choice.description);
        press(content, choice.title, choice.id);
        content.details.extend(description.map(|words| Detail::new("", words)));
    } else if let Some(form) = answer.nfm_reply.take() {
        filled_in(content, form);
    } else if answer.body.is_some() || answer.action.is_some() {
        offered(content, answer);
    } else {
        let word = answer.r#type.map_or_else(|| "interactive".to_owned(), String::from);
        if let Some(other) = answer.other {
            content.details.extend(lines::of_any(other.value.get(), &[]));
        }
        // What it is about stands in its name where what it says is a single word: `call_permission_reply: accept`.
        if content.details.is_empty() {
            content.unsupported = Some(word);
        } else {
            content.details.insert(0, Detail::new("", readable(&word)));
        }
    }
}

/// A button that was pressed, or an entry that was chosen.
pub(super) fn press(content: &mut Content, caption: Option<Text<'_>>, payload: Option<Text<'_>>) {
    content.text = filled(caption);
    content.pressed = Some(Pressed { payload: payload.map(String::from).unwrap_or_default() });
    unlabelled(content);
}

/// A filled form: its answers, and the files that were put into it.
fn filled_in(content: &mut Content, form: wire::Form<'_>) {
    content.text = filled(form.body);
    let Some(raw) = form.response_json else {
        content.pressed = Some(Pressed { payload: String::new() });
        return unlabelled(content);
    };
    let text = serde_json::from_str::<Text<'_>>(raw.get()).map(String::from);
    let answers = text.unwrap_or_else(|_| raw.get().to_owned());
    let files = files(&answers);
    let named: Vec<&str> = files.iter().map(|(member, _)| member.as_str()).collect();
    content.details.extend(lines::of_form(&answers, &named));
    content.attachments.extend(files.into_iter().flat_map(|(_, files)| files));
    if content.details.is_empty() && content.attachments.is_empty() {
        content.details.push(Detail::new("Answers", answers.clone()));
    }
    content.pressed = Some(Pressed { payload: answers });
}

/// Pictures and documents of a form, by its members. They have the ids of files as in messages.
/// <https://developers.facebook.com/docs/whatsapp/flows/reference/components/media_upload>
fn files(answers: &str) -> Vec<(String, Vec<Attachment>)> {
    #[derive(Deserialize)]
    struct File<'a> {
        #[serde(borrow)]
        id: Text<'a>,
        mime_type: Text<'a>,
        #[serde(rename = "file_name")]
        name: Option<Text<'a>>,
    }
    let members: HashMap<Text<'_>, &RawValue> = serde_json::from_str(answers).unwrap_or_default();
    let mut lists: Vec<(Text<'_>, Vec<File<'_>>)> = members
        .into_iter()
        .filter_map(|(name, raw)| Some((name, serde_json::from_str(raw.get()).ok()?)))
        .filter(|(_, files): &(_, Vec<_>)| !files.is_empty())
        .collect();
    lists.sort_by(|(one, _), (other, _)| one.cmp(other));
    let attachment = |file: File<'_>| {
        let kind = match file.mime_type.split('/').next() {
            Some("image") => AttachmentKind::Image,
            Some("video") => AttachmentKind::Video,
            _ => AttachmentKind::File,
        };
        Attachment {
            source: Some(MediaSource::Handle { id: RemoteId::new(file.id) }),
            mime: Some(file.mime_type.into()),
            name: filled(file.name),
            ..Attachment::bare(kind)
        }
    };
    lists.into_iter().map(|(name, files)| (name.into(), files.into_iter().map(attachment).collect())).collect()
}

/// What another app of ours offered: text with buttons or a list.
fn offered(content: &mut Content, offer: wire::Interactive<'_>) {
    let words = |part: Option<wire::Words<'_>>| part.and_then(|part| filled(part.text));
    let parts = [words(offer.header), words(offer.body), words(offer.footer)];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
    content.text = Some(text).filter(|text| !text.is_empty());
    if let Some(action) = offer.action {
        let name = serde_json::from_str::<Action<'_>>(action.get()).ok().and_then(|action| filled(action.name));
        content.details.extend(name.as_deref().and_then(purpose));
        // Cards have actions of their own; what those are called says nothing.
        let named = |line: &Detail| {
            line.label == "Name" && (ACTIONS.contains(&&*line.value) || name.as_ref() == Some(&line.value))
        };
        content.details.extend(lines::of_any(action.get(), FORM).into_iter().filter(|line| !named(line)));
    }
}

/// What an offer or a template is called.
#[derive(Deserialize)]
struct Action<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
}

/// Members of an offer that are about its form alone.
const FORM: &[&str] = &[
    "mode",
    "flow_message_version",
    "flow_action",
    "flow_action_payload",
    "flow_name",
    "card_index",
    "ttl_minutes",
    "payment_settings",
];

/// Actions that need no word: what stands on them says what they do.
const ACTIONS: &[&str] = &["cta_url", "flow", "quick_reply"];

/// What an offer is for, where what stands on it does not say so.
fn purpose(action: &str) -> Option<Detail> {
    let (label, words) = match action {
        known if ACTIONS.contains(&known) => return None,
        "send_location" => ("", "Asks for their location".to_owned()),
        "address_message" => ("", "Asks for their address".to_owned()),
        "call_permission_request" => ("", "Asks whether we may call".to_owned()),
        "voice_call" => ("", "Offers a call".to_owned()),
        "catalog_message" => ("Button", "View catalog".to_owned()),
        "review_and_pay" => ("", "Asks to review and pay".to_owned()),
        "review_order" => ("", "Tells how an order stands".to_owned()),
        other => ("", readable(other)),
    };
    Some(Detail::new(label, words))
}

/// A template of ours, by its name, and what was put into it.
pub(super) fn template(content: &mut Content, template: &str) {
    let name = serde_json::from_str::<Action<'_>>(template).ok().and_then(|template| filled(template.name));
    content.details.extend(name.map(|name| Detail::new("Template", readable(&name))));
    content.details.extend(lines::of_any(template, TEMPLATE));
}

/// Members of a template that are about its form alone.
const TEMPLATE: &[&str] = &["name", "language", "namespace", "index", "sub_type", "parameter_name", "payload"];

fn readable(word: &str) -> String {
    word.replace('_', " ")
}
