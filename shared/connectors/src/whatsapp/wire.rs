//! What the `value` of a change looks like.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components>
#![expect(clippy::struct_field_names, reason = "the platform's own names")]

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::{
    json::{Members, Moment, Text, open},
    meta::error::Fault,
};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Value<'a> {
    #[serde(borrow)]
    pub(crate) metadata: Option<Metadata<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) contacts: Vec<Contact<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) messages: Vec<Message<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) message_echoes: Vec<Message<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) statuses: Vec<Status<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) errors: Vec<IgnoredAny>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) calls: Vec<Call<'a>>,
    /// What is told to an app that only watches, one level deeper.
    pub(crate) standby: Option<Box<Value<'a>>>,
    /// The members of a handover, which has no `metadata`.
    pub(crate) recipient: Option<Metadata<'a>>,
    pub(crate) sender: Option<Sender<'a>>,
    pub(crate) timestamp: Option<Moment>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) control_passed: Option<Control<'a>>,
    pub(crate) control_taken: Option<Control<'a>>,
    /// Those that are not known.
    #[serde(flatten)]
    pub(crate) members: Members<'a>,
}

/// A conversation changed hands.
#[derive(Debug)]
pub(crate) struct Handover<'a> {
    pub(crate) sender: Option<Sender<'a>>,
    pub(crate) timestamp: Option<Moment>,
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) control_passed: Option<Control<'a>>,
    pub(crate) control_taken: Option<Control<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Sender<'a> {
    #[serde(borrow)]
    pub(crate) phone_number: Option<Text<'a>>,
    pub(crate) wa_id: Option<Text<'a>>,
    pub(crate) user_id: Option<Text<'a>>,
    pub(crate) parent_user_id: Option<Text<'a>>,
}

/// Whose a conversation was, and is.
#[derive(Debug, Deserialize)]
pub(crate) struct Control<'a> {
    #[serde(borrow)]
    pub(crate) previous_owner_role: Option<Text<'a>>,
    pub(crate) previous_owner_app_role: Option<Text<'a>>,
    pub(crate) new_owner_role: Option<Text<'a>>,
    pub(crate) new_owner_app_role: Option<Text<'a>>,
}

/// An event of a call.
#[derive(Debug, Deserialize)]
pub(crate) struct Call<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    pub(crate) event: Option<Text<'a>>,
    pub(crate) direction: Option<Text<'a>>,
    pub(crate) from: Option<Text<'a>>,
    pub(crate) from_user_id: Option<Text<'a>>,
    pub(crate) from_parent_user_id: Option<Text<'a>>,
    pub(crate) to: Option<Text<'a>>,
    pub(crate) to_user_id: Option<Text<'a>>,
    pub(crate) to_parent_user_id: Option<Text<'a>>,
    pub(crate) timestamp: Option<Moment>,
    pub(crate) start_time: Option<Moment>,
    pub(crate) end_time: Option<Moment>,
    pub(crate) duration: Option<u64>,
}

/// Members of a value that are known. A delivery with any other is kept.
pub(crate) const MEMBERS: &[&str] = &[
    "messaging_product",
    "metadata",
    "contacts",
    "messages",
    "message_echoes",
    "statuses",
    "errors",
    "calls",
    "standby",
    "recipient",
    "sender",
    "timestamp",
    "type",
    "control_passed",
    "control_taken",
];

/// The same, with its elements unread: for a value of which some element cannot be read.
#[derive(Deserialize)]
pub(crate) struct Loose<'a> {
    #[serde(borrow)]
    pub(crate) metadata: Option<Metadata<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) contacts: Vec<&'a RawValue>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) messages: Vec<&'a RawValue>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) message_echoes: Vec<&'a RawValue>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) statuses: Vec<&'a RawValue>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) calls: Vec<&'a RawValue>,
    pub(crate) standby: Option<Box<Loose<'a>>>,
    #[serde(flatten)]
    pub(crate) members: Members<'a>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Metadata<'a> {
    #[serde(borrow)]
    pub(crate) phone_number_id: Option<Text<'a>>,
    pub(crate) display_phone_number: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Contact<'a> {
    #[serde(borrow)]
    pub(crate) profile: Option<Profile<'a>>,
    pub(crate) wa_id: Option<Text<'a>>,
    pub(crate) user_id: Option<Text<'a>>,
    pub(crate) parent_user_id: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Profile<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<Text<'a>>,
    pub(crate) username: Option<Text<'a>>,
}

open! {
    /// A message; its `type` names the member that holds what it says.
    struct Message<'a> {
        from: Text<'a>,
        from_user_id: Text<'a>,
        from_parent_user_id: Text<'a>,
        to: Text<'a>,
        to_user_id: Text<'a>,
        to_parent_user_id: Text<'a>,
        /// A business-scoped id, in what an app asked the platform to send.
        recipient: Text<'a>,
        id: Text<'a>,
        timestamp: Moment,
        /// An echo of Meta's agent wraps what the agent asked the platform to send.
        message: Box<Message<'a>>,
        group_id: IgnoredAny,
        message_creation_type: Text<'a>,
        context: Context<'a>,
        referral: Referral<'a>,
        errors: Vec<Fault>,
        reaction: Reaction<'a>,
        system: System<'a>,
        edit: Box<Edit<'a>>,
        revoke: Revoke<'a>,
        r#type: Text<'a>,
        text: Words<'a>,
        image: Media<'a>,
        video: Media<'a>,
        audio: Media<'a>,
        document: Media<'a>,
        sticker: Media<'a>,
        location: Location<'a>,
        contacts: Vec<Card<'a>>,
        interactive: Interactive<'a>,
        template: &'a RawValue,
        button: Button<'a>,
        order: Order<'a>,
        unsupported: Unsupported<'a>,
    }
    pass &["messaging_product", "identity", "biz_opaque_callback_data", "recipient_type"];
}

impl Message<'_> {
    /// The kind: what `type` names, where that is there. Else what is there, so that what was said is shown whatever
    /// became of the name.
    pub(crate) fn says(&self) -> &str {
        let named = self.r#type.as_deref().unwrap_or("unknown");
        let kinds = [
            ("text", self.text.is_some()),
            ("image", self.image.is_some()),
            ("video", self.video.is_some()),
            ("audio", self.audio.is_some()),
            ("document", self.document.is_some()),
            ("sticker", self.sticker.is_some()),
            ("location", self.location.is_some()),
            ("contacts", self.contacts.as_ref().is_some_and(|list| !list.is_empty())),
            ("interactive", self.interactive.is_some()),
            ("button", self.button.is_some()),
            ("order", self.order.is_some()),
            ("template", self.template.is_some()),
            ("reaction", self.reaction.is_some()),
            ("edit", self.edit.is_some()),
            ("revoke", self.revoke.is_some()),
            ("system", self.system.is_some()),
        ];
        if kinds.contains(&(named, true)) {
            return named;
        }
        kinds.into_iter().find(|(_, there)| *there).map_or(named, |(kind, _)| kind)
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Words<'a> {
    #[serde(borrow)]
    pub(crate) body: Option<Text<'a>>,
    /// Parts of interactive messages have it by this name.
    pub(crate) text: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Media<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    pub(crate) mime_type: Option<Text<'a>>,
    pub(crate) caption: Option<Text<'a>>,
    pub(crate) filename: Option<Text<'a>>,
    pub(crate) sha256: Option<Text<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) voice: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Location<'a> {
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
    #[serde(borrow)]
    pub(crate) name: Option<Text<'a>>,
    pub(crate) address: Option<Text<'a>>,
    pub(crate) url: Option<Text<'a>>,
}

/// An address-book entry.
#[derive(Debug, Deserialize)]
pub(crate) struct Card<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<CardName<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) phones: Vec<Phone<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) emails: Vec<Email<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) addresses: Vec<Address<'a>>,
    pub(crate) org: Option<Organisation<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) urls: Vec<Site<'a>>,
    pub(crate) birthday: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CardName<'a> {
    #[serde(borrow)]
    pub(crate) formatted_name: Option<Text<'a>>,
    pub(crate) prefix: Option<Text<'a>>,
    pub(crate) first_name: Option<Text<'a>>,
    pub(crate) middle_name: Option<Text<'a>>,
    pub(crate) last_name: Option<Text<'a>>,
    pub(crate) suffix: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Phone<'a> {
    #[serde(borrow)]
    pub(crate) phone: Option<Text<'a>>,
    pub(crate) wa_id: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Email<'a> {
    #[serde(borrow)]
    pub(crate) email: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Address<'a> {
    #[serde(borrow)]
    pub(crate) street: Option<Text<'a>>,
    pub(crate) city: Option<Text<'a>>,
    pub(crate) state: Option<Text<'a>>,
    pub(crate) zip: Option<Text<'a>>,
    pub(crate) country: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Organisation<'a> {
    #[serde(borrow)]
    pub(crate) company: Option<Text<'a>>,
    pub(crate) department: Option<Text<'a>>,
    pub(crate) title: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Site<'a> {
    #[serde(borrow)]
    pub(crate) url: Option<Text<'a>>,
}

open! {
    /// What a customer chose or filled in; in echoes, what they were offered.
    struct Interactive<'a> {
        r#type: Text<'a>,
        button_reply: Choice<'a>,
        list_reply: Choice<'a>,
        nfm_reply: Form<'a>,
        header: Words<'a>,
        body: Words<'a>,
        footer: Words<'a>,
        action: &'a RawValue,
    }
    pass &[];
}

#[derive(Debug, Deserialize)]
pub(crate) struct Choice<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    pub(crate) title: Option<Text<'a>>,
    /// The small print of a list's entry.
    pub(crate) description: Option<Text<'a>>,
}

/// A filled form.
#[derive(Debug, Deserialize)]
pub(crate) struct Form<'a> {
    #[serde(borrow)]
    pub(crate) body: Option<Text<'a>>,
    /// JSON, as a text or as it is.
    pub(crate) response_json: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Button<'a> {
    #[serde(borrow)]
    pub(crate) payload: Option<Text<'a>>,
    pub(crate) text: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Order<'a> {
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) product_items: Vec<Product<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Product<'a> {
    #[serde(borrow)]
    pub(crate) product_retailer_id: Option<Text<'a>>,
    pub(crate) quantity: Option<Text<'a>>,
    pub(crate) item_price: Option<Text<'a>>,
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
    /// The same, in what an app asked the platform to send.
    pub(crate) message_id: Option<Text<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) forwarded: bool,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) frequently_forwarded: bool,
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
    pub(crate) source_id: Option<Text<'a>>,
    pub(crate) source_type: Option<Text<'a>>,
    pub(crate) headline: Option<Text<'a>>,
    pub(crate) body: Option<Text<'a>>,
    pub(crate) ctwa_clid: Option<Text<'a>>,
    pub(crate) welcome_message: Option<Words<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reaction<'a> {
    #[serde(borrow)]
    pub(crate) message_id: Text<'a>,
    pub(crate) emoji: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct System<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) wa_id: Option<Text<'a>>,
    /// Older versions' word for `wa_id`.
    pub(crate) new_wa_id: Option<Text<'a>>,
    pub(crate) user_id: Option<Text<'a>>,
    pub(crate) parent_user_id: Option<Text<'a>>,
    pub(crate) previous_wa_id: Option<Text<'a>>,
    pub(crate) previous_user_id: Option<Text<'a>>,
    pub(crate) previous_parent_user_id: Option<Text<'a>>,
    /// The number before the change.
    pub(crate) customer: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Edit<'a> {
    #[serde(borrow)]
    pub(crate) original_message_id: Text<'a>,
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
    pub(crate) status: Option<Text<'a>>,
    pub(crate) timestamp: Option<Moment>,
    pub(crate) recipient_id: Option<Text<'a>>,
    pub(crate) recipient_user_id: Option<Text<'a>>,
    pub(crate) recipient_parent_user_id: Option<Text<'a>>,
    pub(crate) parent_recipient_user_id: Option<Text<'a>>,
    /// `call` for what becomes of a call.
    #[serde(rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) biz_opaque_callback_data: Option<Text<'a>>,
    #[serde(default, deserialize_with = "crate::json::or_default")]
    pub(crate) errors: Vec<Fault>,
}
