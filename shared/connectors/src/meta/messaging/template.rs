//! Templates: messages of other apps with cards and buttons, and the products that customers ask about.
//! <https://developers.facebook.com/docs/messenger-platform/send-messages/templates>

use tributary_domain::event::{Attachment, AttachmentKind, Content};

use super::{attachment::button, wire};
use crate::{
    json::{Text, filled},
    lines,
};

/// Members that are read one by one, or are about the form alone.
const READ: &[&str] = &[
    "text",
    "elements",
    "buttons",
    "product",
    "generic",
    "template_type",
    "sharable",
    "image_aspect_ratio",
    "top_element_style",
];

/// Takes in what a template says: its text, its cards, its buttons, and whatever else its kind has (the sums of a
/// receipt, the code of a coupon, the questions of a survey).
pub(super) fn read(template: wire::Payload<'_>, json: &str, title: Option<Text<'_>>, content: &mut Content) {
    let mut cards = template.elements;
    cards.extend(template.product.into_iter().chain(template.generic).flat_map(|cards| cards.elements));
    if content.text.is_none() {
        content.text = filled(template.text).or_else(|| filled(title).filter(|_| cards.is_empty()));
    }
    content.details.extend(lines::of_any(json, READ));
    content.details.extend(template.buttons.into_iter().filter_map(button));
    content.attachments.extend(cards.into_iter().map(card));
    if content.text.is_none() && content.details.is_empty() && content.attachments.is_empty() {
        content.attachments.push(Attachment::bare(AttachmentKind::Unknown("template".to_owned())));
    }
}

fn card(from: wire::Element<'_>) -> Attachment {
    let quantity = filled(from.quantity).map(|quantity| format!("{quantity} ×"));
    let price = [filled(from.price), filled(from.currency)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let note = [filled(from.subtitle), quantity, Some(price).filter(|price| !price.is_empty())];
    let note = note.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let address = from.default_action.and_then(|action| filled(action.url)).or_else(|| filled(from.url));
    Attachment {
        name: filled(from.title).or_else(|| filled(from.retailer_id)).or_else(|| filled(from.media_type)),
        note: Some(note).filter(|note| !note.is_empty()),
        link: address,
        details: from.buttons.into_iter().filter_map(button).collect(),
        ..Attachment::bare(AttachmentKind::Card)
    }
}
