//! What an element of `messaging` looks like.
//! <https://developers.facebook.com/docs/messenger-platform/reference/webhook-events>,
//! <https://developers.facebook.com/docs/instagram-platform/webhooks/examples>
#![expect(clippy::struct_field_names, reason = "the platform's own names")]

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Moment, Text, open};

/// Members of an element that are forms which the customer filled in: a survey, an address, a lead, a cart.
/// <https://developers.facebook.com/docs/messenger-platform/reference/webhook-events>
pub(crate) const FORMS: &[&str] = &[
    "messaging_feedback",
    "messaging_customer_information",
    "messaging_in_thread_lead_form_submit",
    "appointment",
    "order",
];

/// Members of a form that name it, and say nothing.
pub(crate) const FORM_NAMES: &[&str] = &["screen_id", "lead_id", "form_id", "ad_id", "page_id"];

open! {
    struct Item<'a> {
        sender: Party<'a>,
        recipient: Party<'a>,
        timestamp: Moment,
        message: Message<'a>,
        message_edit: Edit<'a>,
        reaction: Reaction<'a>,
        delivery: Delivery<'a>,
        read: Watermark<'a>,
        postback: Postback<'a>,
        referral: Referral<'a>,
        lead: &'a RawValue,
        pass_thread_control: Control<'a>,
        take_thread_control: Control<'a>,
        request_thread_control: Control<'a>,
        is_self: bool,
    }
    pass &[];
}

impl Item<'_> {
    /// Whether it has a member that is an event which is known.
    pub(crate) fn is_known(&self) -> bool {
        self.message.is_some()
            || self.message_edit.is_some()
            || self.reaction.is_some()
            || self.delivery.is_some()
            || self.read.is_some()
            || self.postback.is_some()
            || self.referral.is_some()
            || self.lead.is_some()
            || self.pass_thread_control.is_some()
            || self.take_thread_control.is_some()
            || self.request_thread_control.is_some()
    }
}

/// Whose a conversation was, and is.
#[derive(Debug, Deserialize)]
pub(crate) struct Control<'a> {
    #[serde(borrow)]
    pub(crate) new_owner_app_id: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Party<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
}

open! {
    /// One message, of either side.
    struct Message<'a> {
        mid: Text<'a>,
        text: Text<'a>,
        attachments: Vec<Attachment<'a>>,
        reply_to: ReplyTo<'a>,
        quick_reply: QuickReply<'a>,
        referral: Referral<'a>,
        app_id: Text<'a>,
        metadata: Text<'a>,
        is_echo: bool,
        is_deleted: bool,
        is_unsupported: bool,
        is_self: bool,
    }
    pass &["seq", "nlp", "tags", "traces", "sticker_id"];
}

#[derive(Debug, Deserialize)]
pub(crate) struct Attachment<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    /// Its shape is that of its kind.
    pub(crate) payload: Option<&'a RawValue>,
    /// Older shares carry title and address beside the payload.
    pub(crate) title: Option<Text<'a>>,
    pub(crate) url: Option<Text<'a>>,
}

/// What an attachment holds: a file, a place, or a template, which is text with buttons, or cards.
/// <https://developers.facebook.com/docs/messenger-platform/send-messages/templates>
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Payload<'a> {
    #[serde(borrow)]
    pub(crate) url: Option<Text<'a>>,
    pub(crate) title: Option<Text<'a>>,
    pub(crate) sticker_id: Option<Text<'a>>,
    pub(crate) coordinates: Option<Coordinates>,
    pub(crate) text: Option<Text<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) elements: Vec<Element<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) buttons: Vec<Button<'a>>,
    /// Products that a customer asks about.
    pub(crate) product: Option<Cards<'a>>,
    /// Instagram's generic templates.
    pub(crate) generic: Option<Cards<'a>>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Cards<'a> {
    #[serde(borrow, default, deserialize_with = "crate::json::or_default")]
    pub(crate) elements: Vec<Element<'a>>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Element<'a> {
    #[serde(borrow)]
    pub(crate) title: Option<Text<'a>>,
    pub(crate) subtitle: Option<Text<'a>>,
    pub(crate) url: Option<Text<'a>>,
    pub(crate) media_type: Option<Text<'a>>,
    pub(crate) retailer_id: Option<Text<'a>>,
    pub(crate) quantity: Option<Text<'a>>,
    pub(crate) price: Option<Text<'a>>,
    pub(crate) currency: Option<Text<'a>>,
    pub(crate) default_action: Option<Button<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) buttons: Vec<Button<'a>>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Button<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) title: Option<Text<'a>>,
    pub(crate) url: Option<Text<'a>>,
    pub(crate) payload: Option<Text<'a>>,
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
    pub(crate) story: Option<Story<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Story<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
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
    pub(crate) text: Option<Text<'a>>,
    pub(crate) num_edit: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reaction<'a> {
    #[serde(borrow)]
    pub(crate) mid: Text<'a>,
    pub(crate) action: Option<Text<'a>>,
    pub(crate) reaction: Option<Text<'a>>,
    pub(crate) emoji: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Delivery<'a> {
    #[serde(borrow, default, deserialize_with = "crate::json::or_default")]
    pub(crate) mids: Vec<Text<'a>>,
    pub(crate) watermark: Option<Moment>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Watermark<'a> {
    #[serde(borrow)]
    pub(crate) mid: Option<Text<'a>>,
    pub(crate) watermark: Option<Moment>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Postback<'a> {
    #[serde(borrow)]
    pub(crate) mid: Option<Text<'a>>,
    pub(crate) title: Option<Text<'a>>,
    pub(crate) payload: Option<Text<'a>>,
    pub(crate) referral: Option<Referral<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Referral<'a> {
    #[serde(borrow, rename = "ref")]
    pub(crate) reference: Option<Text<'a>>,
    pub(crate) source: Option<Text<'a>>,
    pub(crate) ad_id: Option<Text<'a>>,
    pub(crate) referer_uri: Option<Text<'a>>,
    pub(crate) ads_context_data: Option<AdContext<'a>>,
    pub(crate) product: Option<Product<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct AdContext<'a> {
    #[serde(borrow)]
    pub(crate) ad_title: Option<Text<'a>>,
    pub(crate) product_id: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Product<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
}
