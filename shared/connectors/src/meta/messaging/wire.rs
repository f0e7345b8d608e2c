//! What an element of `messaging` looks like.
//! <https://developers.facebook.com/docs/messenger-platform/reference/webhook-events>,
//! <https://developers.facebook.com/docs/instagram-platform/webhooks/examples>
#![expect(clippy::struct_field_names, reason = "the platform's own names")]

use tributary_domain::json::Read;

use crate::json::{Moment, Text, open};

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
        read: Watermark<'a>,
        postback: Postback<'a>,
        referral: Referral<'a>,
        lead: Lead<'a>,
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
    }
}

#[derive(Debug, Read)]
pub(crate) struct Party<'a> {
    pub(crate) id: Option<Text<'a>>,
}

#[derive(Debug, Read)]
#[expect(clippy::struct_excessive_bools, reason = "the platform's own flags")]
pub(crate) struct Message<'a> {
    pub(crate) mid: Option<Text<'a>>,
    pub(crate) text: Option<Text<'a>>,
    #[read(or_default)]
    pub(crate) attachments: Vec<Attachment<'a>>,
    pub(crate) reply_to: Option<ReplyTo<'a>>,
    pub(crate) quick_reply: Option<QuickReply<'a>>,
    pub(crate) referral: Option<Referral<'a>>,
    pub(crate) app_id: Option<Text<'a>>,
    pub(crate) metadata: Option<Text<'a>>,
    #[read(or_default)]
    pub(crate) is_echo: bool,
    #[read(or_default)]
    pub(crate) is_deleted: bool,
    #[read(or_default)]
    pub(crate) is_unsupported: bool,
    #[read(or_default)]
    pub(crate) is_self: bool,
}

#[derive(Debug, Read)]
pub(crate) struct Attachment<'a> {
    #[serde(rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) payload: Option<Payload<'a>>,
    /// Older shares carry title and address beside the payload.
    pub(crate) title: Option<Text<'a>>,
    pub(crate) url: Option<Text<'a>>,
}

#[derive(Debug, Default, Read)]
pub(crate) struct Payload<'a> {
    pub(crate) url: Option<Text<'a>>,
    pub(crate) title: Option<Text<'a>>,
    pub(crate) sticker_id: Option<Text<'a>>,
    pub(crate) coordinates: Option<Coordinates>,
}

#[derive(Debug, Clone, Copy, Read)]
pub(crate) struct Coordinates {
    pub(crate) lat: f64,
    pub(crate) long: f64,
}

#[derive(Debug, Read)]
pub(crate) struct ReplyTo<'a> {
    pub(crate) mid: Option<Text<'a>>,
    pub(crate) story: Option<Story<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Story<'a> {
    pub(crate) id: Option<Text<'a>>,
    pub(crate) url: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct QuickReply<'a> {
    pub(crate) payload: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Edit<'a> {
    pub(crate) mid: Text<'a>,
    pub(crate) text: Option<Text<'a>>,
    pub(crate) num_edit: Option<u64>,
}

#[derive(Debug, Read)]
pub(crate) struct Reaction<'a> {
    pub(crate) mid: Text<'a>,
    pub(crate) action: Option<Text<'a>>,
    pub(crate) reaction: Option<Text<'a>>,
    pub(crate) emoji: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Delivery<'a> {
    #[read(or_default)]
    pub(crate) mids: Vec<Text<'a>>,
    pub(crate) watermark: Option<Moment>,
}

#[derive(Debug, Read)]
pub(crate) struct Watermark<'a> {
    pub(crate) mid: Option<Text<'a>>,
    pub(crate) watermark: Option<Moment>,
}

#[derive(Debug, Read)]
pub(crate) struct Postback<'a> {
    pub(crate) mid: Option<Text<'a>>,
    pub(crate) title: Option<Text<'a>>,
    pub(crate) payload: Option<Text<'a>>,
    pub(crate) referral: Option<Referral<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Referral<'a> {
    #[serde(rename = "ref")]
    pub(crate) reference: Option<Text<'a>>,
    pub(crate) source: Option<Text<'a>>,
    pub(crate) ad_id: Option<Text<'a>>,
    pub(crate) referer_uri: Option<Text<'a>>,
    pub(crate) ads_context_data: Option<AdContext<'a>>,
    pub(crate) product: Option<Product<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct AdContext<'a> {
    pub(crate) ad_title: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Product<'a> {
    pub(crate) id: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Lead<'a> {
    #[read(or_default)]
    pub(crate) data: Vec<Answer<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Answer<'a> {
    pub(crate) question: Option<Text<'a>>,
    pub(crate) answer: Option<Text<'a>>,
}
