//! What the `value` of a change looks like.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components>
#![expect(clippy::struct_field_names, reason = "the platform's own names")]

use serde::de::IgnoredAny;
use tributary_domain::json::{Raw, Read};

use crate::{
    json::{Members, Moment, Text},
    meta::error::Fault,
};

#[derive(Debug, Read)]
pub(crate) struct Value<'a> {
    pub(crate) metadata: Option<Metadata<'a>>,
    #[read(or_default)]
    pub(crate) contacts: Vec<Contact<'a>>,
    #[read(or_default)]
    pub(crate) messages: Vec<Message<'a>>,
    #[read(or_default)]
    pub(crate) message_echoes: Vec<Message<'a>>,
    #[read(or_default)]
    pub(crate) statuses: Vec<Status<'a>>,
    #[read(or_default)]
    pub(crate) errors: Vec<IgnoredAny>,
    /// The names of all of them.
    #[read(flatten)]
    pub(crate) members: Members<'a>,
}

/// Members of a value that are known. A delivery with any other is kept.
pub(crate) const MEMBERS: &[&str] =
    &["messaging_product", "metadata", "contacts", "messages", "message_echoes", "statuses", "errors"];

/// The same, with its elements unread: for a value of which some element cannot be read.
#[derive(Read)]
pub(crate) struct Loose<'a> {
    pub(crate) metadata: Option<Metadata<'a>>,
    #[read(or_default)]
    pub(crate) contacts: Vec<Raw<'a>>,
    #[read(or_default)]
    pub(crate) messages: Vec<Raw<'a>>,
    #[read(or_default)]
    pub(crate) message_echoes: Vec<Raw<'a>>,
    #[read(or_default)]
    pub(crate) statuses: Vec<Raw<'a>>,
    #[read(flatten)]
    pub(crate) members: Members<'a>,
}

#[derive(Debug, Read)]
pub(crate) struct Metadata<'a> {
    pub(crate) phone_number_id: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Contact<'a> {
    pub(crate) profile: Option<Profile<'a>>,
    pub(crate) wa_id: Option<Text<'a>>,
    pub(crate) user_id: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Profile<'a> {
    pub(crate) name: Option<Text<'a>>,
    pub(crate) username: Option<Text<'a>>,
}

/// A message; its `type` names the member that holds what it says.
#[derive(Debug, Read)]
pub(crate) struct Message<'a> {
    pub(crate) from: Option<Text<'a>>,
    pub(crate) from_user_id: Option<Text<'a>>,
    pub(crate) to: Option<Text<'a>>,
    pub(crate) to_user_id: Option<Text<'a>>,
    pub(crate) id: Option<Text<'a>>,
    pub(crate) timestamp: Option<Moment>,
    pub(crate) group_id: Option<IgnoredAny>,
    pub(crate) message_creation_type: Option<Text<'a>>,
    pub(crate) context: Option<Context<'a>>,
    pub(crate) referral: Option<Referral<'a>>,
    #[read(or_default)]
    pub(crate) errors: Vec<Fault>,
    pub(crate) reaction: Option<Reaction<'a>>,
    pub(crate) system: Option<System<'a>>,
    pub(crate) edit: Option<Box<Edit<'a>>>,
    pub(crate) revoke: Option<Revoke<'a>>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) text: Option<Words<'a>>,
    pub(crate) image: Option<Media<'a>>,
    pub(crate) video: Option<Media<'a>>,
    pub(crate) audio: Option<Media<'a>>,
    pub(crate) document: Option<Media<'a>>,
    pub(crate) sticker: Option<Media<'a>>,
    pub(crate) location: Option<Location<'a>>,
    #[read(or_default)]
    pub(crate) contacts: Vec<Card<'a>>,
    pub(crate) interactive: Option<Interactive<'a>>,
    pub(crate) button: Option<Button<'a>>,
    pub(crate) order: Option<Order<'a>>,
    pub(crate) unsupported: Option<Unsupported<'a>>,
}

impl Message<'_> {
    /// The kind: what `type` names, where that is there. Else what is there, so that what was said is shown whatever
    /// became of the name.
    pub(crate) fn says(&self) -> &str {
        let named = self.kind.as_deref().unwrap_or("unknown");
        let kinds = [
            ("text", self.text.is_some()),
            ("image", self.image.is_some()),
            ("video", self.video.is_some()),
            ("audio", self.audio.is_some()),
            ("document", self.document.is_some()),
            ("sticker", self.sticker.is_some()),
            ("location", self.location.is_some()),
            ("contacts", !self.contacts.is_empty()),
            ("interactive", self.interactive.is_some()),
            ("button", self.button.is_some()),
            ("order", self.order.is_some()),
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

#[derive(Debug, Read)]
pub(crate) struct Words<'a> {
    pub(crate) body: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Media<'a> {
    pub(crate) id: Option<Text<'a>>,
    pub(crate) mime_type: Option<Text<'a>>,
    pub(crate) caption: Option<Text<'a>>,
    pub(crate) filename: Option<Text<'a>>,
    #[read(or_default)]
    pub(crate) voice: bool,
}

#[derive(Debug, Read)]
pub(crate) struct Location<'a> {
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
    pub(crate) name: Option<Text<'a>>,
    pub(crate) address: Option<Text<'a>>,
    pub(crate) url: Option<Text<'a>>,
}

/// An address-book entry.
#[derive(Debug, Read)]
pub(crate) struct Card<'a> {
    pub(crate) name: Option<CardName<'a>>,
    #[read(or_default)]
    pub(crate) phones: Vec<Phone<'a>>,
    #[read(or_default)]
    pub(crate) emails: Vec<Email<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct CardName<'a> {
    pub(crate) formatted_name: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Phone<'a> {
    pub(crate) phone: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Email<'a> {
    pub(crate) email: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Interactive<'a> {
    #[serde(rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) button_reply: Option<Choice<'a>>,
    pub(crate) list_reply: Option<Choice<'a>>,
    pub(crate) nfm_reply: Option<Form<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Choice<'a> {
    pub(crate) id: Option<Text<'a>>,
    pub(crate) title: Option<Text<'a>>,
}

/// A filled form.
#[derive(Debug, Read)]
pub(crate) struct Form<'a> {
    pub(crate) body: Option<Text<'a>>,
    pub(crate) response_json: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Button<'a> {
    pub(crate) payload: Option<Text<'a>>,
    pub(crate) text: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Order<'a> {
    pub(crate) text: Option<Text<'a>>,
    #[read(or_default)]
    pub(crate) product_items: Vec<Product<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Product<'a> {
    pub(crate) product_retailer_id: Option<Text<'a>>,
    pub(crate) quantity: Option<Text<'a>>,
    pub(crate) item_price: Option<Text<'a>>,
    pub(crate) currency: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Unsupported<'a> {
    #[serde(rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Context<'a> {
    pub(crate) id: Option<Text<'a>>,
    #[read(or_default)]
    pub(crate) forwarded: bool,
    #[read(or_default)]
    pub(crate) frequently_forwarded: bool,
    pub(crate) referred_product: Option<ReferredProduct<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct ReferredProduct<'a> {
    pub(crate) product_retailer_id: Option<Text<'a>>,
}

/// A click-to-WhatsApp ad.
#[derive(Debug, Read)]
pub(crate) struct Referral<'a> {
    pub(crate) source_url: Option<Text<'a>>,
    pub(crate) source_id: Option<Text<'a>>,
    pub(crate) source_type: Option<Text<'a>>,
    pub(crate) headline: Option<Text<'a>>,
    pub(crate) ctwa_clid: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Reaction<'a> {
    pub(crate) message_id: Text<'a>,
    pub(crate) emoji: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct System<'a> {
    pub(crate) wa_id: Option<Text<'a>>,
    pub(crate) user_id: Option<Text<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Edit<'a> {
    pub(crate) original_message_id: Text<'a>,
    pub(crate) message: Option<Message<'a>>,
}

#[derive(Debug, Read)]
pub(crate) struct Revoke<'a> {
    pub(crate) original_message_id: Text<'a>,
}

#[derive(Debug, Read)]
pub(crate) struct Status<'a> {
    pub(crate) id: Option<Text<'a>>,
    pub(crate) status: Option<Text<'a>>,
    pub(crate) timestamp: Option<Moment>,
    pub(crate) recipient_id: Option<Text<'a>>,
    pub(crate) recipient_user_id: Option<Text<'a>>,
    pub(crate) biz_opaque_callback_data: Option<Text<'a>>,
    #[read(or_default)]
    pub(crate) errors: Vec<Fault>,
}
