//! What Telegram reports that is passed over.

use crate::contract::Harmless;

/// Kinds of update, of chats and of messages that hold no words of a customer's to us and nothing to answer.
/// <https://core.telegram.org/bots/api#update>
pub(super) const HARMLESS: &[Harmless] = &[
    ("channel_post", "a post in a channel, which its owner writes"),
    ("edited_channel_post", "a post in a channel, which its owner writes"),
    ("channel", "what happens in a channel, which its owner writes"),
    ("inline_query", "what somebody types to search, letter by letter, and sends to nobody"),
    ("chosen_inline_result", "which result of a search somebody sent to somebody else"),
    ("poll", "the counts of a poll"),
    ("chat_member", "who came into or left a chat with several people"),
    ("my_chat_member", "the bot's own place in a chat"),
    ("chat_boost", "a chat was boosted"),
    ("removed_chat_boost", "a chat is boosted no more"),
    ("message_reaction_count", "how many reacted, without saying who"),
    ("managed_bot", "a bot that this one manages"),
    ("live_location", "the next place of a live location, which the message shows"),
    ("pinned_message", "a note of the service's"),
    ("message_auto_delete_timer_changed", "a note of the service's"),
    ("write_access_allowed", "a note of the service's"),
    ("connected_website", "a note of the service's"),
    ("chat_background_set", "a note of the service's"),
    ("users_shared", "a note of the service's"),
    ("chat_shared", "a note of the service's"),
    ("proximity_alert_triggered", "a note of the service's"),
    ("boost_added", "a note of the service's"),
    ("forum_topic_created", "a note of the service's: what is said in the topic comes by itself"),
    ("forum_topic_edited", "a note of the service's"),
    ("forum_topic_closed", "a note of the service's"),
    ("forum_topic_reopened", "a note of the service's"),
    ("general_forum_topic_hidden", "a note of the service's"),
    ("general_forum_topic_unhidden", "a note of the service's"),
];
