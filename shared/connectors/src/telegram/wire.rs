//! What an update looks like. <https://core.telegram.org/bots/api#update>
#![expect(clippy::struct_field_names, reason = "the platform's own names")]

use serde::Deserialize;
use serde_json::value::RawValue;

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
        business_connection: Connection<'a>,
    }
    pass &[];
}

/// Members that make a message of the service's own, which asks for no answer and in which nobody says anything.
pub(crate) const SERVICE: &[&str] = &[
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "connected_website",
    "chat_background_set",
    "proximity_alert_triggered",
    "boost_added",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
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
        message_thread_id: Text<'a>,
        is_topic_message: bool,
        forward_origin: Origin<'a>,
        via_bot: User<'a>,
        paid_star_count: u64,
        media_group_id: Text<'a>,
        reply_to_message: Box<Replied<'a>>,
        external_reply: External<'a>,
        reply_to_story: Story<'a>,
        quote: Quote<'a>,
        text: Text<'a>,
        entities: Vec<Entity<'a>>,
        caption: Text<'a>,
        caption_entities: Vec<Entity<'a>>,
        link_preview_options: Preview<'a>,
        photo: Vec<File<'a>>,
        live_photo: File<'a>,
        video: File<'a>,
        animation: File<'a>,
        audio: File<'a>,
        voice: File<'a>,
        video_note: File<'a>,
        document: File<'a>,
        sticker: File<'a>,
        paid_media: Paid<'a>,
        location: Location,
        venue: Venue<'a>,
        contact: Contact<'a>,
        poll: Poll<'a>,
        dice: Dice<'a>,
        story: Story<'a>,
        game: Titled<'a>,
        invoice: Invoice<'a>,
        checklist: Checklist<'a>,
        rich_message: &'a RawValue,
        gift: &'a RawValue,
        unique_gift: &'a RawValue,
        giveaway: &'a RawValue,
        giveaway_winners: &'a RawValue,
        successful_payment: Payment<'a>,
        refunded_payment: Payment<'a>,
        users_shared: Shared<'a>,
        chat_shared: Titled<'a>,
        web_app_data: AppData<'a>,
        pinned_message: Box<Replied<'a>>,
        reply_markup: Markup<'a>,
    }
    pass &[
        "has_protected_content", "show_caption_above_media",
        "has_media_spoiler", "author_signature", "sender_chat", "sender_boost_count",
        "is_automatic_forward", "effect_id", "is_paid_post",
        "direct_messages_topic", "suggested_post_info", "reply_to_checklist_task_id", "reply_to_poll_option_id",
        "sender_tag", "guest_query_id",
    ];
}

/// A part of a text. Offset and length count UTF-16 units.
#[derive(Debug, Deserialize)]
pub(crate) struct Entity<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) offset: Option<usize>,
    pub(crate) length: Option<usize>,
    pub(crate) url: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Preview<'a> {
    #[serde(borrow)]
    pub(crate) url: Option<Text<'a>>,
}

/// Where a message was first said. Which of the members are there depends on its kind.
#[derive(Debug, Deserialize)]
pub(crate) struct Origin<'a> {
    #[serde(borrow)]
    pub(crate) sender_user: Option<User<'a>>,
    pub(crate) sender_user_name: Option<Text<'a>>,
    pub(crate) sender_chat: Option<Chat<'a>>,
    pub(crate) chat: Option<Chat<'a>>,
    pub(crate) message_id: Option<i64>,
    pub(crate) author_signature: Option<Text<'a>>,
}

open! {
    /// A message of another chat that is answered. Beside these members it has those of what it holds.
    struct External<'a> {
        origin: Origin<'a>,
        chat: Chat<'a>,
        message_id: i64,
        link_preview_options: Preview<'a>,
    }
    pass &["has_media_spoiler"];
}

#[derive(Debug, Deserialize)]
pub(crate) struct Paid<'a> {
    pub(crate) star_count: Option<u64>,
    #[serde(borrow, default, deserialize_with = "crate::json::or_default")]
    pub(crate) paid_media: Vec<PaidMedia<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PaidMedia<'a> {
    #[serde(borrow, default, deserialize_with = "crate::json::or_default")]
    pub(crate) photo: Vec<File<'a>>,
    pub(crate) live_photo: Option<File<'a>>,
    pub(crate) video: Option<File<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Checklist<'a> {
    #[serde(borrow)]
    pub(crate) title: Option<Text<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) tasks: Vec<Task<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Task<'a> {
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
    pub(crate) completion_date: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Invoice<'a> {
    #[serde(borrow)]
    pub(crate) title: Option<Text<'a>>,
    pub(crate) description: Option<Text<'a>>,
    pub(crate) currency: Option<Text<'a>>,
    pub(crate) total_amount: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Payment<'a> {
    #[serde(borrow)]
    pub(crate) currency: Option<Text<'a>>,
    pub(crate) total_amount: Option<i64>,
    pub(crate) invoice_payload: Option<Text<'a>>,
    pub(crate) order_info: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Shared<'a> {
    #[serde(borrow, default, deserialize_with = "crate::json::or_default")]
    pub(crate) users: Vec<SharedUser<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SharedUser<'a> {
    #[serde(borrow)]
    pub(crate) user_id: Option<Text<'a>>,
    pub(crate) first_name: Option<Text<'a>>,
    pub(crate) last_name: Option<Text<'a>>,
    pub(crate) username: Option<Text<'a>>,
}

/// What a web app that the bot opened was given.
#[derive(Debug, Deserialize)]
pub(crate) struct AppData<'a> {
    #[serde(borrow)]
    pub(crate) data: Option<Text<'a>>,
    pub(crate) button_text: Option<Text<'a>>,
}

/// A business account connected the bot, or changed what it may do there.
#[derive(Debug, Deserialize)]
pub(crate) struct Connection<'a> {
    #[serde(borrow)]
    pub(crate) id: Text<'a>,
    pub(crate) user: Option<User<'a>>,
    pub(crate) user_chat_id: Option<i64>,
    pub(crate) is_enabled: Option<bool>,
    /// Before version 9.0.
    pub(crate) can_reply: Option<bool>,
    pub(crate) rights: Option<Rights>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Rights {
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) can_reply: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct User<'a> {
    pub(crate) id: i64,
    #[serde(borrow)]
    pub(crate) first_name: Option<Text<'a>>,
    pub(crate) last_name: Option<Text<'a>>,
    pub(crate) username: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Chat<'a> {
    pub(crate) id: i64,
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) title: Option<Text<'a>>,
    pub(crate) first_name: Option<Text<'a>>,
    pub(crate) last_name: Option<Text<'a>>,
    pub(crate) username: Option<Text<'a>>,
}

/// The message that is answered; one level deep.
#[derive(Debug, Deserialize)]
pub(crate) struct Replied<'a> {
    pub(crate) message_id: i64,
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
    pub(crate) caption: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Quote<'a> {
    #[serde(borrow)]
    pub(crate) text: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Story<'a> {
    pub(crate) id: i64,
    #[serde(borrow)]
    pub(crate) chat: Option<Chat<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct File<'a> {
    #[serde(borrow)]
    pub(crate) file_id: Option<Text<'a>>,
    pub(crate) file_unique_id: Option<Text<'a>>,
    pub(crate) file_name: Option<Text<'a>>,
    pub(crate) mime_type: Option<Text<'a>>,
    pub(crate) file_size: Option<u64>,
    pub(crate) width: Option<u64>,
    pub(crate) height: Option<u64>,
    pub(crate) title: Option<Text<'a>>,
    pub(crate) performer: Option<Text<'a>>,
    pub(crate) emoji: Option<Text<'a>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Location {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Venue<'a> {
    pub(crate) location: Option<Location>,
    #[serde(borrow)]
    pub(crate) title: Option<Text<'a>>,
    pub(crate) address: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Contact<'a> {
    #[serde(borrow)]
    pub(crate) phone_number: Option<Text<'a>>,
    pub(crate) first_name: Option<Text<'a>>,
    pub(crate) last_name: Option<Text<'a>>,
    /// Further lines, in the form of address books.
    pub(crate) vcard: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Poll<'a> {
    #[serde(borrow)]
    pub(crate) question: Option<Text<'a>>,
    pub(crate) description: Option<Text<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) options: Vec<PollOption<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PollOption<'a> {
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dice<'a> {
    #[serde(borrow)]
    pub(crate) emoji: Option<Text<'a>>,
    pub(crate) value: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Titled<'a> {
    #[serde(borrow)]
    pub(crate) title: Option<Text<'a>>,
    pub(crate) description: Option<Text<'a>>,
    pub(crate) text: Option<Text<'a>>,
    pub(crate) username: Option<Text<'a>>,
    pub(crate) chat_id: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Markup<'a> {
    #[serde(borrow, default, deserialize_with = "crate::json::or_default")]
    pub(crate) inline_keyboard: Vec<Vec<Button<'a>>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Button<'a> {
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
    pub(crate) callback_data: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CallbackQuery<'a> {
    #[serde(borrow)]
    pub(crate) id: Text<'a>,
    pub(crate) from: User<'a>,
    pub(crate) message: Option<Box<Message<'a>>>,
    pub(crate) data: Option<Text<'a>>,
    pub(crate) game_short_name: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct MemberChange<'a> {
    #[serde(borrow)]
    pub(crate) chat: Chat<'a>,
    pub(crate) from: User<'a>,
    pub(crate) date: Option<Moment>,
    pub(crate) new_chat_member: Member<'a>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Member<'a> {
    #[serde(borrow)]
    pub(crate) status: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reaction<'a> {
    #[serde(borrow)]
    pub(crate) chat: Chat<'a>,
    pub(crate) message_id: i64,
    pub(crate) user: Option<User<'a>>,
    pub(crate) date: Option<Moment>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) new_reaction: Vec<ReactionType<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ReactionType<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Text<'a>,
    pub(crate) emoji: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Deleted<'a> {
    #[serde(borrow)]
    pub(crate) business_connection_id: Text<'a>,
    pub(crate) chat: Chat<'a>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) message_ids: Vec<i64>,
}

/// What tells whose an update of an unknown kind is.
#[derive(Debug, Deserialize)]
pub(crate) struct Unknown<'a> {
    #[serde(borrow)]
    pub(crate) chat: Option<Chat<'a>>,
    pub(crate) from: Option<User<'a>>,
    pub(crate) user: Option<User<'a>>,
    pub(crate) business_connection_id: Option<Text<'a>>,
    pub(crate) date: Option<Moment>,
}
