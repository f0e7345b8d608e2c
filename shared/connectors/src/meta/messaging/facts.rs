//! What each kind of messaging event says.

use tributary_domain::{
    event::{
        AttachmentKind, Content, Correlation, Fact, Holder, Origin, Pressed, Quote, Scope, Side, Stage, Story,
        StoryKind,
    },
    id::RemoteId,
    time::Timestamp,
};

use super::{
    attachment,
    parse::{Frame, Sink, millis},
    wire,
};
use crate::{
    json::{Other, Text, filled},
    lines,
    press::unlabelled,
};

/// The apps that Meta names for messages written in a Page's own inbox.
const PAGE_INBOX_APPS: [&str; 2] = ["26390203743090", "263902037430900"];

impl Sink<'_> {
    pub(super) fn message(&mut self, frame: &Frame<'_>, message: wire::Message<'_>) {
        let Some(mid) = filled(message.mid) else {
            return self.parsed.unreadable.push("a message has no id".to_owned());
        };
        if message.is_deleted == Some(true) {
            let id = RemoteId::new(mid.as_str());
            return self.push(frame, format!("unsent:{mid}"), Fact::Unsent { id });
        }
        for other in message.other.iter().chain(&message.more) {
            self.parsed.keep(&format!("message.{}", &*other.name), frame.account);
        }
        let mut content = Content {
            text: filled(message.text),
            pressed: message
                .quick_reply
                .map(|reply| Pressed { payload: reply.payload.map(String::from).unwrap_or_default() }),
            referral: message.referral.map(attachment::referral),
            standby: frame.standby,
            ..Content::default()
        };
        let more = attachment::read(self.flavor, message.attachments.unwrap_or_default(), &mut content);
        let left_out = [frame.left_out, &more].concat();
        let frame = &Frame { left_out: &left_out, ..frame.clone() };
        for one in &content.attachments {
            if let AttachmentKind::Unknown(kind) = &one.kind {
                self.parsed.keep(&format!("message.{kind}"), frame.account);
            }
        }
        if let Some(reply) = message.reply_to {
            content.quote = filled(reply.mid).map(|id| Quote { id: Some(RemoteId::new(id)), text: None });
            if let Some(to) = reply.story {
                let id = filled(to.id).map(RemoteId::new);
                content.story = Some(Story { kind: StoryKind::Reply, id, url: filled(to.url) });
            }
        }
        if message.is_unsupported == Some(true) {
            content.unsupported = Some("unsupported".to_owned());
        }
        unlabelled(&mut content);
        if !content.is_seen()
            && let Some(other) = message.other
        {
            content.details = lines::of_any(other.value.get(), &[]);
            content.unsupported = Some(other.name.into());
        }
        if frame.ours {
            let reference = message.metadata.as_deref().and_then(Correlation::from_wire);
            let (correlation, thread) = reference.map_or((None, None), |(one, thread)| (Some(one), thread));
            let origin = origin(correlation.is_some(), message.app_id.as_deref());
            let id = RemoteId::new(mid.as_str());
            self.push(frame, format!("message:{mid}"), Fact::Echo { id, content, correlation, origin });
            self.parsed.of_thread(thread);
        } else {
            self.said(frame, mid, content);
        }
    }

    /// A conversation is passed to the app that is told of it, and taken from the app that is told of it.
    /// <https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messaging_handovers>
    pub(super) fn handover(&mut self, frame: &Frame<'_>, passed: Option<wire::Control<'_>>) {
        let inbox = |control: &wire::Control<'_>| {
            control.new_owner_app_id.as_deref().is_some_and(|app| PAGE_INBOX_APPS.contains(&app))
        };
        let ours = passed.is_some_and(|control| !inbox(&control)) && !frame.standby;
        let to = if ours { Holder::Us } else { Holder::OtherApp };
        let from = ours.then_some(Holder::OtherApp);
        let key = format!("handover:{}:{}:{to:?}", frame.peer, millis(frame.at));
        self.push(frame, key, Fact::HandedOver { to, from });
    }

    pub(super) fn said(&mut self, frame: &Frame<'_>, id: String, content: Content) {
        let key = format!("message:{id}");
        self.push(frame, key, Fact::Message { id: RemoteId::new(id), content });
    }

    pub(super) fn edit(&mut self, frame: &Frame<'_>, edit: wire::Edit<'_>) {
        // An edit that does not say what it changed must not wipe what is there.
        let Some(text) = filled(edit.text) else {
            return self.parsed.ignored.push("message_edit_without_text");
        };
        let revision = edit.num_edit;
        let key = format!("edit:{}:{}", &*edit.mid, revision.unwrap_or_else(|| millis(frame.at).unsigned_abs()));
        let (id, attachments) = (RemoteId::new(edit.mid), Vec::new());
        self.push(frame, key, Fact::Edited { id, revision, text: Some(text), attachments });
    }

    pub(super) fn reaction(&mut self, frame: &Frame<'_>, reaction: wire::Reaction<'_>) {
        let shown = filled(reaction.emoji).or_else(|| filled(reaction.reaction));
        let emoji = shown.filter(|_| reaction.action.as_deref() != Some("unreact"));
        let by = if frame.ours { Side::Business } else { Side::Customer };
        let who = if frame.ours { frame.account } else { &frame.peer };
        let mark = emoji.as_deref().unwrap_or("-");
        let key = format!("reaction:{}:{who}:{}:{mark}", &*reaction.mid, millis(frame.at));
        self.push(frame, key, Fact::Reacted { id: RemoteId::new(reaction.mid), by, emoji });
    }

    /// A watermark speaks of everything before it and needs no ids beside it.
    pub(super) fn receipt(
        &mut self,
        frame: &Frame<'_>,
        stage: Stage,
        watermark: Option<Timestamp>,
        mids: Vec<Text<'_>>,
    ) {
        let word = if stage == Stage::Read { "read" } else { "delivered" };
        if frame.ours {
            // Our own reading of theirs, in another app.
            return self.parsed.ignored.push("own_receipt");
        }
        if let Some(at) = watermark {
            let key = format!("{word}:{}:{}", frame.peer, at.millis());
            return self.push(frame, key, Fact::Receipt { stage, scope: Scope::UpTo { at }, correlation: None });
        }
        if mids.is_empty() {
            return self.parsed.unreadable.push("a receipt names no message".to_owned());
        }
        for mid in mids {
            let key = format!("{word}:{}", &*mid);
            let scope = Scope::Message { id: RemoteId::new(mid) };
            self.push(frame, key, Fact::Receipt { stage, scope, correlation: None });
        }
    }

    pub(super) fn postback(&mut self, frame: &Frame<'_>, postback: wire::Postback<'_>) {
        let id = filled(postback.mid).unwrap_or_else(|| format!("postback:{}:{}", frame.peer, millis(frame.at)));
        let mut content = Content {
            text: filled(postback.title),
            pressed: Some(Pressed { payload: postback.payload.map(String::from).unwrap_or_default() }),
            referral: postback.referral.map(attachment::referral),
            standby: frame.standby,
            ..Content::default()
        };
        unlabelled(&mut content);
        self.said(frame, id, content);
    }

    /// What the customer filled in: questions and answers. It waits for an answer as any message does.
    pub(super) fn filled_in(
        &mut self,
        frame: &Frame<'_>,
        word: &str,
        form: &str,
        referral: Option<wire::Referral<'_>>,
    ) {
        let details = lines::of_form(form, wire::FORM_NAMES);
        let referral = referral.map(attachment::referral);
        if details.is_empty()
            && let Some(referral) = referral
        {
            let key = format!("referral:{}:{}", frame.peer, millis(frame.at));
            return self.push(frame, key, Fact::Referred { referral });
        }
        let id = format!("{word}:{}:{}", frame.peer, millis(frame.at));
        let content = Content { details, referral, standby: frame.standby, ..Content::default() };
        self.said(frame, id, content);
    }

    /// A kind that is not known is shown by its name, and by what it says.
    pub(super) fn unknown(&mut self, frame: &Frame<'_>, other: Other<'_>) {
        let id = format!("{}:{}:{}", &*other.name, frame.peer, millis(frame.at));
        let content = Content {
            details: lines::of_any(other.value.get(), &[]),
            unsupported: Some(other.name.into()),
            standby: frame.standby,
            ..Content::default()
        };
        self.said(frame, id, content);
    }
}

/// Our own app's id is not known here; our reference in the metadata is what tells.
fn origin(correlated: bool, app: Option<&str>) -> Origin {
    match app {
        _ if correlated => Origin::Ours,
        Some(app) if PAGE_INBOX_APPS.contains(&app) => Origin::NativeApp,
        Some(_) => Origin::OtherApp,
        None => Origin::Unknown,
    }
}
