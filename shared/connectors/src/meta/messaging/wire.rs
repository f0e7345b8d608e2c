//! What an element of `messaging` looks like.
//! <https://developers.facebook.com/docs/messenger-platform/reference/webhook-events>,
//! <https://developers.facebook.com/docs/instagram-platform/webhooks/examples>
#![expect(clippy::struct_field_names, reason = "the platform's own names")]

use serde::Deserialize;

use crate::json::{Moment, Text, open, or_default};

/// Members of an element that are known and never shown, each with the word it is counted under.
pub(crate) const PASSED_OVER: &[&str] = &[
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
    "app_roles",
    "policy_enforcement",
    "optin",
    "account_linking",
    "hop_context",
    "prior_message",
];

open! {
    /// One event.
    struct Item<'a> {
        sender: Party<'a>,
        recipient: Party<'a>,
        timestamp: Moment,
        message: Message<'a>,
        message_edit: Edit<'a>,
        reaction: Reaction<'a>,
        delivery: Delivery<'a>,
        read: Read<'a>,
        postback: Postback<'a>,
        referral: Referral<'a>,
        lead: Lead<'a>,
        is_self: bool,
    }
    pass &[];
}

#[derive(Debug, Deserialize)]
pub(crate) struct Party<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the platform's own flags")]
pub(crate) struct Message<'a> {
    #[serde(borrow)]
    pub(crate) mid: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) attachments: Vec<Attachment<'a>>,
    #[serde(borrow)]
    pub(crate) reply_to: Option<ReplyTo<'a>>,
    #[serde(borrow)]
    pub(crate) quick_reply: Option<QuickReply<'a>>,
    #[serde(borrow)]
    pub(crate) referral: Option<Referral<'a>>,
    #[serde(borrow)]
    pub(crate) app_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) metadata: Option<Text<'a>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) is_echo: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) is_deleted: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) is_unsupported: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) is_self: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Attachment<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) payload: Option<Payload<'a>>,
    /// Older shares carry title and address beside the payload.
    #[serde(borrow)]
    pub(crate) title: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) url: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Payload<'a> {
    #[serde(borrow)]
    pub(crate) url: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) title: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) sticker_id: Option<Text<'a>>,
    pub(crate) coordinates: Option<Coordinates>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Coordinates {
    pub(crate) lat: f64,
    pub(crate) long: f64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ReplyTo<'a> {
    #[serde(borrow)]
    pub(crate) mid: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) story: Option<Story<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Story<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) url: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct QuickReply<'a> {
    #[serde(borrow)]
    pub(crate) payload: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Edit<'a> {
    #[serde(borrow)]
    pub(crate) mid: Text<'a>,
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
    pub(crate) num_edit: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reaction<'a> {
    #[serde(borrow)]
    pub(crate) mid: Text<'a>,
    #[serde(borrow)]
    pub(crate) action: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) reaction: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) emoji: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Delivery<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) mids: Vec<Text<'a>>,
    pub(crate) watermark: Option<Moment>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Read<'a> {
    #[serde(borrow)]
    pub(crate) mid: Option<Text<'a>>,
    pub(crate) watermark: Option<Moment>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Postback<'a> {
    #[serde(borrow)]
    pub(crate) mid: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) title: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) payload: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) referral: Option<Referral<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Referral<'a> {
    #[serde(borrow, rename = "ref")]
    pub(crate) reference: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) source: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) ad_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) referer_uri: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) ads_context_data: Option<AdContext<'a>>,
    #[serde(borrow)]
    pub(crate) product: Option<Product<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct AdContext<'a> {
    #[serde(borrow)]
    pub(crate) ad_title: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Product<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Lead<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) data: Vec<Answer<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Answer<'a> {
    #[serde(borrow)]
    pub(crate) question: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) answer: Option<Text<'a>>,
}
