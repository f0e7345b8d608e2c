//! Buttons, lists and forms: what a customer chose or filled in, and, in echoes, what they were offered.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components>

use std::collections::HashMap;

use tributary_domain::{
    detail::Detail,
    event::{Attachment, AttachmentKind, Content, MediaSource, Pressed},
    id::RemoteId,
    json::{self, Raw, Read},
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
    let text = json::from_str::<Text<'_>>(raw.get()).map(String::from);
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
    #[derive(Read)]
    struct File<'a> {
        id: Text<'a>,
        mime_type: Text<'a>,
        #[serde(rename = "file_name")]
        name: Option<Text<'a>>,
    }
    let members: HashMap<Text<'_>, Raw<'_>> = json::from_str(answers).unwrap_or_default();
    let mut lists: Vec<(Text<'_>, Vec<File<'_>>)> = members
        .into_iter()
        .filter_map(|(name, raw)| Some((name, json::from_str(raw.get()).ok()?)))
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
        content.details.extend(lines::of_any(action.get(), &["name", "mode", "flow_message_version", "flow_action"]));
    }
}

fn readable(word: &str) -> String {
    word.replace('_', " ")
}
