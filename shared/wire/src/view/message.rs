//! Messages, replies on their way, and audit entries as the API shows them.

use tributary_domain::{
    capability::{ErrorClass, PlatformError},
    event::{Attachment, AttachmentKind, MediaSource, Stage},
    id::MessageId,
    message::{Author, Body, Direction, MediaState, Message, order},
    outbound::{CommentRef, Part, UncertainCause},
    reply::{AUTHOR_DISABLED, PRIVATE_REPLY_TAKEN, PartState, Reply, State},
    thread::Thread,
    time::Span,
};

use super::moderation;
use crate::api::message::{
    AttachmentItem, AttachmentState, AuthorItem, AuthorKind, FromCommentItem, MessageItem, MessageStatus,
    PrivateReplyItem, QuoteItem, ReactionItem, StoryItem, Trouble,
};

/// Platforms delete stories after a day.
const STORY_LIFE: Span = Span::days(1);

/// A message of a thread; nothing while only later facts about it are known.
pub fn message_item(thread: &Thread, message: &Message) -> Option<MessageItem> {
    let body = message.body.as_ref()?;
    let content = &body.content;
    let outgoing = body.direction == Direction::Outgoing;
    Some(MessageItem {
        id: message.id.clone(),
        direction: body.direction,
        author: author(&body.author, thread),
        at: body.at,
        clock: body.clock,
        received_at: body.received_at,
        order: body.order(),
        text: message.text().map(str::to_owned),
        details: content.details.clone(),
        edited: message.is_edited(),
        unsent_at: message.unsent_at,
        hidden: message.is_hidden(),
        liked: message.liked,
        moderation: moderation::items(&message.moderation),
        attachments: message.files().into_iter().map(|(key, one)| attachment(one, message.media.get(&key))).collect(),
        quote: content.quote.as_ref().map(|quote| QuoteItem {
            message_id: quote.id.as_ref().map(|id| MessageId::of(&thread.account, id)),
            text: quote.text.clone(),
        }),
        story: content.story.as_ref().map(|story| StoryItem {
            kind: story.kind,
            url: story.url.clone(),
            expires_at: body.at.plus(STORY_LIFE),
        }),
        pressed: content.pressed.is_some(),
        payload: content.pressed.as_ref().map(|pressed| pressed.payload.clone()).filter(|payload| !payload.is_empty()),
        referral: content.referral.clone(),
        forwarded: content.forwarded,
        standby: content.standby,
        agent: content.agent,
        unsupported: content.unsupported.clone(),
        not_read: content.not_read.clone(),
        cut: content.cut,
        reactions: message
            .reactions
            .iter()
            .filter_map(|(by, reaction)| Some(ReactionItem { by: *by, emoji: reaction.emoji.clone()? }))
            .collect(),
        status: outgoing.then(|| status(thread, message, body)),
        trouble: message
            .undelivered
            .as_ref()
            .filter(|_| outgoing && !reached(message))
            .map(|error| undelivered(error, 0)),
        reply_id: body.correlation.as_ref().map(|correlation| correlation.reply.clone()),
        private_reply: message.private_reply.as_deref().map(|one| PrivateReplyItem {
            reply_id: one.reply.clone(),
            thread_id: one.thread.clone(),
            by: one.by.clone(),
            name: None,
            at: one.at,
        }),
        from_comment: content.comment.as_deref().map(from_comment),
    })
}

/// The parts of a reply that no platform has named yet.
pub fn pending_items(thread: &Thread, reply: &Reply) -> Vec<MessageItem> {
    let (status, trouble) = standing(reply);
    let public = thread.subject.is_some();
    let trouble = trouble.map(|one| if public && one.code == "invalid" { not_published(&one) } else { one });
    let unnamed = (0_u32..).zip(&reply.parts).filter(|(_, part)| !part.is_named());
    unnamed.map(|(number, part)| pending(thread, reply, number, part, status, trouble.clone())).collect()
}

/// Why an answer in public is most often not acceptable: platforms give all of these the same code.
fn not_published(trouble: &Trouble) -> Trouble {
    let why = "Hidden comments cannot be answered: show it to others first. Neither can comments of a broadcast, nor any \
               under a post whose comments are switched off.";
    Trouble { detail: format!("{} {why}", trouble.detail), ..trouble.clone() }
}

fn pending(
    thread: &Thread,
    reply: &Reply,
    number: u32,
    state: &PartState,
    status: MessageStatus,
    trouble: Option<Trouble>,
) -> MessageItem {
    let arrived = state.arrived.is_some();
    let (text, files, quote) = match &state.part {
        Part::Text { text, quote } => (Some(text.clone()), [].as_slice(), quote),
        Part::Media { items, caption, quote } => (caption.clone(), items.as_slice(), quote),
    };
    MessageItem {
        id: pending_id(reply, number),
        direction: Direction::Outgoing,
        author: author(&Author::Teammate { id: reply.authored.teammate().clone() }, thread),
        at: reply.authored.at(),
        clock: None,
        received_at: reply.authored.at(),
        order: order(None, reply.authored.at(), number),
        text,
        details: Vec::new(),
        edited: false,
        unsent_at: None,
        hidden: false,
        liked: false,
        moderation: Vec::new(),
        attachments: files
            .iter()
            .map(|file| AttachmentItem {
                kind: file.kind.clone(),
                state: AttachmentState::Stored,
                url: Some(media_url(file.file.media.as_str())),
                mime: Some(file.file.mime.clone()),
                name: Some(file.file.name.clone()),
                size: Some(file.file.size),
                note: None,
                link: None,
                details: Vec::new(),
            })
            .collect(),
        quote: quote.as_ref().map(|id| QuoteItem { message_id: Some(MessageId::of(&thread.account, id)), text: None }),
        story: None,
        pressed: false,
        payload: None,
        referral: None,
        forwarded: false,
        standby: false,
        agent: false,
        unsupported: None,
        not_read: Vec::new(),
        cut: false,
        reactions: Vec::new(),
        status: Some(if arrived { MessageStatus::Sent } else { status }),
        trouble: trouble.filter(|_| !arrived),
        reply_id: Some(reply.id.clone()),
        private_reply: None,
        from_comment: reply.draft.private_to().map(from_comment),
    }
}

fn from_comment(comment: &CommentRef) -> FromCommentItem {
    FromCommentItem { thread_id: comment.thread.clone(), message_id: comment.message.clone() }
}

/// A reply's own id, until a platform names its message.
fn pending_id(reply: &Reply, number: u32) -> MessageId {
    let digest = reply
        .id
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut bytes = digest.to_be_bytes().to_vec();
    bytes.extend(number.to_be_bytes());
    MessageId::from_bytes(&bytes)
}

/// How far a reply has come, and what is known when it did not simply arrive.
pub(super) fn standing(reply: &Reply) -> (MessageStatus, Option<Trouble>) {
    let attempts = reply.attempts;
    match &reply.state {
        State::Queued => (MessageStatus::Queued, None),
        State::Sending { .. } => (MessageStatus::Sending, None),
        State::Waiting { .. } => (
            MessageStatus::Queued,
            Some(trouble("rate_limited", "The platform asked us to slow down. It will be sent in a moment.", attempts)),
        ),
        State::Sent { .. } => (MessageStatus::Sent, None),
        State::Failed { part, error, .. } => {
            let lost = reply.parts.get(*part as usize).is_some_and(PartState::is_lost);
            let trouble = if lost { undelivered(error, attempts) } else { refused(error, attempts) };
            (MessageStatus::Failed, Some(trouble))
        }
        State::Uncertain { cause, .. } => (MessageStatus::Uncertain, Some(doubt(*cause, attempts))),
        State::Discarded { .. } => (MessageStatus::Cancelled, None),
    }
}

/// On the customer's device, whatever else was reported.
fn reached(message: &Message) -> bool {
    message.stage >= Some(Stage::Delivered)
}

/// The platform had taken it.
fn undelivered(error: &PlatformError, attempts: u32) -> Trouble {
    let Trouble { code, detail, attempts } = refused(error, attempts);
    Trouble { code, detail: format!("The platform took it, and reports that it did not arrive. {detail}"), attempts }
}

fn refused(error: &PlatformError, attempts: u32) -> Trouble {
    if error.code == PRIVATE_REPLY_TAKEN {
        let advice = "Somebody else has answered this comment privately: a platform takes that once.";
        return trouble("answered_privately", advice, attempts);
    }
    if error.code == AUTHOR_DISABLED {
        let advice = "Whoever had it sent may not sign in any more. Send it again in your own name, or discard it.";
        return trouble(AUTHOR_DISABLED, advice, attempts);
    }
    if let Some((code, advice)) = known(&error.code) {
        return trouble(code, &format!("{advice} (The platform's code: {}.)", error.code), attempts);
    }
    let (code, advice) = match error.class {
        ErrorClass::RateLimited => {
            ("rate_limited", "The platform takes no more messages for now. Send it again later.")
        }
        ErrorClass::TokenExpired => ("token_expired", "The account has lost its access. It has to be connected again."),
        ErrorClass::Permission => ("permission", "The account lacks a permission for this. Check its connection."),
        ErrorClass::WindowClosed => ("window_closed", "The platform's time to answer has passed."),
        ErrorClass::Blocked => ("blocked", "This person cannot be reached: they blocked the account or left."),
        ErrorClass::Gone => ("gone", "What it refers to no longer exists. Send it without the quote."),
        ErrorClass::Invalid => ("invalid", "The platform does not accept it in this form."),
        ErrorClass::TooLong => ("too_long", "The text is too long for the platform. Shorten it."),
        ErrorClass::Media => ("media", "The platform does not take this file."),
        ErrorClass::Restricted => ("restricted", "The platform has restricted the account. Nothing can be sent."),
        ErrorClass::Transient => ("not_sent", "It was not sent, by a passing fault. Send it again."),
    };
    trouble(code, &format!("{advice} (The platform's code: {}.)", error.code), attempts)
}

/// What a platform says of a comment's words, or of a private reply to a comment.
fn known(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "368/1446036" => {
            ("invalid", "The platform takes these words for spam, or for a repetition. Say it in other words.")
        }
        "10900" => ("answered_privately", "This comment was answered privately already: a platform takes that once."),
        "10901" => ("window_closed", "The time for a private reply is over: seven days, or the end of the live video."),
        "10902" => ("invalid", "This comment cannot be answered privately."),
        "10903" => ("blocked", "This person takes no private reply."),
        _ => return None,
    })
}

fn doubt(cause: UncertainCause, attempts: u32) -> Trouble {
    let seen = match cause {
        UncertainCause::Transport => "The connection broke before the platform answered.",
        UncertainCause::Deadline => "The platform did not answer in time.",
        UncertainCause::ServerError => "The platform answered with a fault of its own.",
        UncertainCause::Unreadable => "The platform's answer could not be read.",
        UncertainCause::Interrupted => "Sending was interrupted.",
    };
    trouble(
        "uncertain",
        &format!("{seen} It may have arrived: look in the platform's app, then say what you found."),
        attempts,
    )
}

pub(super) fn trouble(code: &str, detail: &str, attempts: u32) -> Trouble {
    Trouble { code: code.to_owned(), detail: detail.to_owned(), attempts }
}

fn status(thread: &Thread, message: &Message, body: &Body) -> MessageStatus {
    let by_time = thread.transcript.reached.iter().filter(|(_, upto)| body.at <= **upto).map(|(stage, _)| *stage).max();
    match message.stage.max(by_time) {
        Some(Stage::Read) => MessageStatus::Read,
        Some(Stage::Delivered) => MessageStatus::Delivered,
        Some(Stage::Sent) | None if message.undelivered.is_some() => MessageStatus::Failed,
        Some(Stage::Sent) | None => MessageStatus::Sent,
    }
}

pub(super) fn author(author: &Author, thread: &Thread) -> AuthorItem {
    match author {
        Author::Customer => {
            AuthorItem { kind: AuthorKind::Customer, id: None, name: Some(thread.contact_name().to_owned()) }
        }
        Author::OtherApp => AuthorItem { kind: AuthorKind::OtherApp, id: None, name: None },
        Author::NativeApp => AuthorItem { kind: AuthorKind::NativeApp, id: None, name: None },
        Author::Teammate { id } => AuthorItem { kind: AuthorKind::Teammate, id: Some(id.clone()), name: None },
    }
}

fn attachment(attachment: &Attachment, state: Option<&MediaState>) -> AttachmentItem {
    let link = match &attachment.source {
        Some(MediaSource::Link { url }) => Some(url.clone()),
        Some(MediaSource::Handle { .. }) | None => None,
    };
    let (shown, url) = match state {
        Some(MediaState::Stored { id, .. }) => (AttachmentState::Stored, Some(media_url(id.as_str()))),
        Some(MediaState::Pending) => (AttachmentState::Pending, None),
        Some(MediaState::Failed) => (AttachmentState::Failed, link),
        Some(MediaState::Expired) => (AttachmentState::Expired, None),
        None if link.is_some() => (AttachmentState::Linked, link),
        None => (AttachmentState::None, None),
    };
    let (mime, size) = match state {
        Some(MediaState::Stored { mime, size, .. }) => (Some(mime.clone()), Some(*size)),
        _ => (attachment.mime.clone(), attachment.size),
    };
    AttachmentItem {
        kind: attachment.kind.clone(),
        state: if attachment.kind == AttachmentKind::Ephemeral { AttachmentState::None } else { shown },
        url,
        mime,
        name: attachment.name.clone(),
        size,
        note: attachment.note.clone(),
        link: attachment.link.clone(),
        details: attachment.details.clone(),
    }
}

/// Where the browser gets our copy of a file.
fn media_url(id: &str) -> String {
    format!("/media/{id}")
}
