//! What the `value` of a change looks like.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components>
#![expect(clippy::struct_field_names, reason = "the platform's own names")]

use serde::{Deserialize, de::IgnoredAny};

use crate::{
    json::{Moment, Text, or_default},
    meta::error::Fault,
};

#[derive(Debug, Deserialize)]
pub(crate) struct Value<'a> {
    #[serde(borrow)]
    pub(crate) metadata: Option<Metadata<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) contacts: Vec<Contact<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) messages: Vec<Message<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) message_echoes: Vec<Message<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) statuses: Vec<Status<'a>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) errors: Vec<IgnoredAny>,
}

/// The same, with its elements unread: for a value of which some element cannot be read.
#[derive(Deserialize)]
pub(crate) struct Loose<'a> {
    #[serde(borrow)]
    pub(crate) metadata: Option<Metadata<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) contacts: Vec<&'a serde_json::value::RawValue>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) messages: Vec<&'a serde_json::value::RawValue>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) message_echoes: Vec<&'a serde_json::value::RawValue>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) statuses: Vec<&'a serde_json::value::RawValue>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Metadata<'a> {
    #[serde(borrow)]
    pub(crate) phone_number_id: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Contact<'a> {
    #[serde(borrow)]
    pub(crate) profile: Option<Profile<'a>>,
    #[serde(borrow)]
    pub(crate) wa_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) user_id: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Profile<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) username: Option<Text<'a>>,
}

/// A message; its `type` names the member that holds what it says.
#[derive(Debug, Deserialize)]
pub(crate) struct Message<'a> {
    #[serde(borrow)]
    pub(crate) from: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) from_user_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) to: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) to_user_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    pub(crate) timestamp: Option<Moment>,
    pub(crate) group_id: Option<IgnoredAny>,
    #[serde(borrow)]
    pub(crate) message_creation_type: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) context: Option<Context<'a>>,
    #[serde(borrow)]
    pub(crate) referral: Option<Referral<'a>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) errors: Vec<Fault>,
    #[serde(borrow)]
    pub(crate) reaction: Option<Reaction<'a>>,
    #[serde(borrow)]
    pub(crate) system: Option<System<'a>>,
    #[serde(borrow)]
    pub(crate) edit: Option<Box<Edit<'a>>>,
    #[serde(borrow)]
    pub(crate) revoke: Option<Revoke<'a>>,
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) text: Option<Words<'a>>,
    #[serde(borrow)]
    pub(crate) image: Option<Media<'a>>,
    #[serde(borrow)]
    pub(crate) video: Option<Media<'a>>,
    #[serde(borrow)]
    pub(crate) audio: Option<Media<'a>>,
    #[serde(borrow)]
    pub(crate) document: Option<Media<'a>>,
    #[serde(borrow)]
    pub(crate) sticker: Option<Media<'a>>,
    #[serde(borrow)]
    pub(crate) location: Option<Location<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) contacts: Vec<Card<'a>>,
    #[serde(borrow)]
    pub(crate) interactive: Option<Interactive<'a>>,
    #[serde(borrow)]
    pub(crate) button: Option<Button<'a>>,
    #[serde(borrow)]
    pub(crate) order: Option<Order<'a>>,
    #[serde(borrow)]
    pub(crate) unsupported: Option<Unsupported<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Words<'a> {
    #[serde(borrow)]
    pub(crate) body: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Media<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) mime_type: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) caption: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) filename: Option<Text<'a>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) voice: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Location<'a> {
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
    #[serde(borrow)]
    pub(crate) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) address: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) url: Option<Text<'a>>,
}

/// An address-book entry.
#[derive(Debug, Deserialize)]
pub(crate) struct Card<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<CardName<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) phones: Vec<Phone<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) emails: Vec<Email<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CardName<'a> {
    #[serde(borrow)]
    pub(crate) formatted_name: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Phone<'a> {
    #[serde(borrow)]
    pub(crate) phone: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Email<'a> {
    #[serde(borrow)]
    pub(crate) email: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Interactive<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) button_reply: Option<Choice<'a>>,
    #[serde(borrow)]
    pub(crate) list_reply: Option<Choice<'a>>,
    #[serde(borrow)]
    pub(crate) nfm_reply: Option<Form<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Choice<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) title: Option<Text<'a>>,
}

/// A filled form.
#[derive(Debug, Deserialize)]
pub(crate) struct Form<'a> {
    #[serde(borrow)]
    pub(crate) body: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) response_json: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Button<'a> {
    #[serde(borrow)]
    pub(crate) payload: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Order<'a> {
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) product_items: Vec<Product<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Product<'a> {
    #[serde(borrow)]
    pub(crate) product_retailer_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) quantity: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) item_price: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) currency: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Unsupported<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Context<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) forwarded: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) frequently_forwarded: bool,
    #[serde(borrow)]
    pub(crate) referred_product: Option<ReferredProduct<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ReferredProduct<'a> {
    #[serde(borrow)]
    pub(crate) product_retailer_id: Option<Text<'a>>,
}

/// A click-to-WhatsApp ad.
#[derive(Debug, Deserialize)]
pub(crate) struct Referral<'a> {
    #[serde(borrow)]
    pub(crate) source_url: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) source_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) source_type: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) headline: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) ctwa_clid: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reaction<'a> {
    #[serde(borrow)]
    pub(crate) message_id: Text<'a>,
    #[serde(borrow)]
    pub(crate) emoji: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct System<'a> {
    #[serde(borrow)]
    pub(crate) wa_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) user_id: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Edit<'a> {
    #[serde(borrow)]
    pub(crate) original_message_id: Text<'a>,
    #[serde(borrow)]
    pub(crate) message: Option<Message<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Revoke<'a> {
    #[serde(borrow)]
    pub(crate) original_message_id: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Status<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) status: Option<Text<'a>>,
    pub(crate) timestamp: Option<Moment>,
    #[serde(borrow)]
    pub(crate) recipient_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) recipient_user_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) biz_opaque_callback_data: Option<Text<'a>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) errors: Vec<Fault>,
}
