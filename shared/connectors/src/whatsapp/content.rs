//! What a message says and carries.

use tributary_domain::{
    detail::Detail,
    event::{Attachment, AttachmentKind, Content, MediaSource, Quote, Referral},
    id::RemoteId,
};

use super::{card::card, interactive, wire};
use crate::{
    json::{Text, filled},
    lines,
};

/// The content of a message. A type that is not known, or holds nothing, is shown by its name and by what it says.
pub(super) fn read(message: wire::Message<'_>) -> Content {
    let word = message.says().to_owned();
    let mut content = framed(message.context, message.referral);
    let held = match &*word {
        "text" => message.text.map(|words| content.text = filled(words.body)),
        "image" => message.image.map(|media| file(&mut content, AttachmentKind::Image, media)),
        "video" => message.video.map(|media| file(&mut content, AttachmentKind::Video, media)),
        "audio" => message.audio.map(|media| {
            let kind = if media.voice { AttachmentKind::Voice } else { AttachmentKind::Audio };
            file(&mut content, kind, media);
        }),
        "document" => message.document.map(|media| file(&mut content, AttachmentKind::File, media)),
        "sticker" => message.sticker.map(|media| file(&mut content, AttachmentKind::Sticker, media)),
        "location" => message.location.map(|location| content.attachments.push(place(location))),
        "contacts" => {
            content.attachments = message.contacts.unwrap_or_default().into_iter().map(card).collect();
            (!content.attachments.is_empty()).then_some(())
        }
        "interactive" => message.interactive.map(|answer| interactive::read(&mut content, answer)),
        "button" => message.button.map(|button| interactive::press(&mut content, button.text, button.payload)),
        "order" => message.order.map(|order| {
            content.attachments.push(basket(order.product_items));
            content.text = filled(order.text);
        }),
        "template" => message.template.map(|template| interactive::template(&mut content, template.get())),
        _ => None,
    };
    let errors = message.errors.unwrap_or_default();
    if let Some(error) = errors.first() {
        let kind = message.unsupported.and_then(|unsupported| filled(unsupported.kind));
        // 131051: a type the business API does not carry. Others concern the type that is named.
        content.unsupported = Some(kind.unwrap_or_else(|| match error.code {
            131_051 => "unsupported".to_owned(),
            code => format!("{word} (error {code})"),
        }));
    } else if held.is_none() {
        content.unsupported = message.unsupported.and_then(|unsupported| filled(unsupported.kind)).or(Some(word));
        if let Some(other) = message.other {
            content.details.extend(lines::of_any(other.value.get(), &[]));
        }
    }
    content
}

fn framed(told: Option<wire::Context<'_>>, ad: Option<wire::Referral<'_>>) -> Content {
    let mut content = Content::default();
    if let Some(context) = told {
        content.forwarded = context.forwarded || context.frequently_forwarded;
        if context.frequently_forwarded {
            content.details.push(Detail::new("Forwarded", "many times"));
        }
        content.quote = filled(context.id)
            .or_else(|| filled(context.message_id))
            .map(|id| Quote { id: Some(RemoteId::new(id)), text: None });
        content.referral = context.referred_product.map(|product| Referral {
            source: Some("product".to_owned()),
            reference: filled(product.product_retailer_id),
            ..Referral::default()
        });
    }
    if let Some(ad) = ad {
        let greeting = ad.welcome_message.and_then(|words| filled(words.text));
        content.details.extend(greeting.map(|words| Detail::new("Greeted by the ad", words)));
        content.referral = Some(Referral {
            source: filled(ad.source_type),
            reference: filled(ad.ctwa_clid),
            ad: filled(ad.source_id),
            title: filled(ad.headline),
            text: filled(ad.body),
            url: filled(ad.source_url),
        });
    }
    content
}

fn file(content: &mut Content, kind: AttachmentKind, media: wire::Media<'_>) {
    content.text = filled(media.caption);
    content.attachments.push(Attachment {
        source: filled(media.id).map(|id| MediaSource::Handle { id: RemoteId::new(id) }),
        mime: filled(media.mime_type),
        name: filled(media.filename),
        unique: filled(media.sha256),
        ..Attachment::bare(kind)
    });
}

fn place(location: wire::Location<'_>) -> Attachment {
    let at = location.latitude.zip(location.longitude).map(|(lat, long)| format!("{lat}, {long}"));
    let note = [filled(location.address), at].into_iter().flatten().collect::<Vec<_>>().join("; ");
    Attachment {
        name: filled(location.name),
        note: Some(note).filter(|note| !note.is_empty()),
        link: filled(location.url),
        ..Attachment::bare(AttachmentKind::Location)
    }
}

/// Item by item: `2 × sku-1 at 10 EUR`.
fn basket(items: Vec<wire::Product<'_>>) -> Attachment {
    let line = |item: wire::Product<'_>| {
        let mut line = filled(item.quantity).map_or_else(String::new, |quantity| format!("{quantity} × "));
        line.push_str(&named(item.product_retailer_id));
        let price = [filled(item.item_price), filled(item.currency)].into_iter().flatten().collect::<Vec<_>>();
        if !price.is_empty() {
            line.push_str(" at ");
            line.push_str(&price.join(" "));
        }
        line
    };
    let lines: Vec<String> = items.into_iter().map(line).collect();
    Attachment {
        note: Some(lines.len())
            .filter(|items| *items > 0)
            .map(|items| if items == 1 { "1 item".to_owned() } else { format!("{items} items") }),
        details: lines.into_iter().map(|line| Detail::new("", line)).collect(),
        ..Attachment::bare(AttachmentKind::Order)
    }
}

fn named(product: Option<Text<'_>>) -> String {
    filled(product).unwrap_or_else(|| "an item without a name".to_owned())
}
