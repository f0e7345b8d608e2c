//! What an update looks like. <https://core.telegram.org/bots/api#update>
#![expect(clippy::struct_field_names, reason = "the platform's own names")]

use tributary_domain::json::Read;

use crate::json::{Moment, Text, open};

open! {
    /// One update. At most one of its members beside the number is there.
    struct Update<'a> {
        update_id: i64,
        message: Box<Message<'a>>,
        edited_message: Box<Message<'a>>,
        business_message: Box<Message<'a>>,
        edited_business_message: Box<Message<'a>>,
        deleted_business_messages: Deleted<'a>,
        callback_query: CallbackQuery<'a>,
        my_chat_member: MemberChange<'a>,
        message_reaction: Reaction<'a>,
    }
    pass &[];
}

/// Members that make a message of the service's own, which asks for no answer.
pub(crate) const SERVICE: &[&str] = &[
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "connected_website",
    "chat_background_set",
    "users_shared",
    "chat_shared",
    "proximity_alert_triggered",
    "boost_added",
];

open! {
    /// One message, of either side.
    struct Message<'a> {
        message_id: i64,
        from: User<'a>,
        chat: Chat<'a>,
        date: Moment,
        edit_date: Moment,
        business_connection_id: Text<'a>,
        sender_business_bot: User<'a>,
        is_from_offline: bool,
        forward_origin: serde::de::IgnoredAny,
        media_group_id: Text<'a>,
        reply_to_message: Box<Replied<'a>>,
        external_reply: serde::de::IgnoredAny,
        reply_to_story: Story<'a>,
        quote: Quote<'a>,
        text: Text<'a>,
        caption: Text<'a>,
        photo: Vec<File<'a>>,
        live_photo: File<'a>,
        video: File<'a>,
        animation: File<'a>,
        audio: File<'a>,
        voice: File<'a>,
        video_note: File<'a>,
        document: File<'a>,
        sticker: File<'a>,
        location: Location,
        venue: Venue<'a>,
        contact: Contact<'a>,
        poll: Poll<'a>,
        dice: Dice<'a>,
        story: Story<'a>,
        game: Titled<'a>,
        invoice: Titled<'a>,
        checklist: Titled<'a>,
        reply_markup: Markup<'a>,
    }
    pass &[
        "entities", "caption_entities", "link_preview_options", "has_protected_content", "show_caption_above_media",
        "has_media_spoiler", "author_signature", "sender_chat", "sender_boost_count", "message_thread_id",
        "is_topic_message", "is_automatic_forward", "via_bot", "effect_id", "paid_star_count", "is_paid_post",
        "direct_messages_topic", "suggested_post_info", "reply_to_checklist_task_id", "reply_to_poll_option_id",
        "sender_tag", "guest_query_id",
    ];
}

#[derive(Debug, Read)]
pub(crate) struct User<'a> {
    pub(crate) id: i64,
    pub(crate) first_name: Option<Text<'a>>,
    pub(crate) last_name: Option<Text<'a>>,
    pub(crate) username: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Chat<'a> {
    pub(crate) id: i64,
    #[serde(rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) first_name: Option<Text<'a>>,
    pub(crate) last_name: Option<Text<'a>>,
    pub(crate) username: Option<Text<'a>>,
}

/// The message that is answered; one level deep.
#[derive(Debug, Read)]
pub(crate) struct Replied<'a> {
    pub(crate) message_id: i64,
    pub(crate) text: Option<Text<'a>>,
    pub(crate) caption: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Quote<'a> {
    pub(crate) text: Text<'a>,
}

#[derive(Debug, Read)]
pub(crate) struct Story<'a> {
    pub(crate) id: i64,
    pub(crate) chat: Option<Chat<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct File<'a> {
    pub(crate) file_id: Option<Text<'a>>,
    pub(crate) file_name: Option<Text<'a>>,
    pub(crate) mime_type: Option<Text<'a>>,
    pub(crate) file_size: Option<u64>,
    pub(crate) width: Option<u64>,
    pub(crate) height: Option<u64>,
    pub(crate) title: Option<Text<'a>>,
    pub(crate) performer: Option<Text<'a>>,
    pub(crate) emoji: Option<Text<'a>>,
}

#[derive(Debug, Clone, Copy, Read)]
pub(crate) struct Location {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

#[derive(Debug, Read)]
pub(crate) struct Venue<'a> {
    pub(crate) location: Option<Location>,
    pub(crate) title: Option<Text<'a>>,
    pub(crate) address: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Contact<'a> {
    pub(crate) phone_number: Option<Text<'a>>,
    pub(crate) first_name: Option<Text<'a>>,
    pub(crate) last_name: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Poll<'a> {
    pub(crate) question: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Dice<'a> {
    pub(crate) emoji: Option<Text<'a>>,
    pub(crate) value: Option<i64>,
}

#[derive(Debug, Read)]
pub(crate) struct Titled<'a> {
    pub(crate) title: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Markup<'a> {
    #[read(or_default)]
    pub(crate) inline_keyboard: Vec<Vec<Button<'a>>>,
}

#[derive(Debug, Read)]
pub(crate) struct Button<'a> {
    pub(crate) text: Option<Text<'a>>,
    pub(crate) callback_data: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct CallbackQuery<'a> {
    pub(crate) id: Text<'a>,
    pub(crate) from: User<'a>,
    pub(crate) message: Option<Box<Message<'a>>>,
    pub(crate) data: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct MemberChange<'a> {
    pub(crate) chat: Chat<'a>,
    pub(crate) from: User<'a>,
    pub(crate) date: Option<Moment>,
    pub(crate) new_chat_member: Member<'a>,
}

#[derive(Debug, Read)]
pub(crate) struct Member<'a> {
    pub(crate) status: Text<'a>,
}

#[derive(Debug, Read)]
pub(crate) struct Reaction<'a> {
    pub(crate) chat: Chat<'a>,
    pub(crate) message_id: i64,
    pub(crate) user: Option<User<'a>>,
    pub(crate) date: Option<Moment>,
    #[read(or_default)]
    pub(crate) new_reaction: Vec<ReactionType<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct ReactionType<'a> {
    #[serde(rename = "type")]
    pub(crate) kind: Text<'a>,
    pub(crate) emoji: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Deleted<'a> {
    pub(crate) business_connection_id: Text<'a>,
    pub(crate) chat: Chat<'a>,
    #[read(or_default)]
    pub(crate) message_ids: Vec<i64>,
}

/// What tells whose an update of an unknown kind is.
#[derive(Debug, Read)]
pub(crate) struct Unknown<'a> {
    pub(crate) chat: Option<Chat<'a>>,
    pub(crate) from: Option<User<'a>>,
    pub(crate) user: Option<User<'a>>,
    pub(crate) business_connection_id: Option<Text<'a>>,
    pub(crate) date: Option<Moment>,
}
