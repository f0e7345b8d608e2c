//! What a message says and carries.

use tributary_domain::{
    event::{Attachment, AttachmentKind, Content, MediaSource, Pressed, Quote, Referral},
    id::RemoteId,
};

use super::wire;
use crate::json::{Text, filled};

/// The content of a message. A type that is not known, or holds nothing, is shown by its name.
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
            content.attachments = message.contacts.into_iter().map(card).collect();
            (!content.attachments.is_empty()).then_some(())
        }
        "interactive" => message.interactive.map(|answer| interactive(&mut content, answer)),
        "button" => message.button.map(|button| press(&mut content, button.text, button.payload)),
        "order" => message.order.map(|order| {
            content.attachments.push(basket(order.product_items));
            content.text = filled(order.text);
        }),
        _ => None,
    };
    if let Some(error) = message.errors.first() {
        let kind = message.unsupported.and_then(|unsupported| filled(unsupported.kind));
        // 131051: a type the business API does not carry. Others concern the type that is named.
        content.unsupported = Some(kind.unwrap_or_else(|| match error.code {
            131_051 => "unsupported".to_owned(),
            code => format!("{word} (error {code})"),
        }));
    } else if held.is_none() {
        content.unsupported =
            message.unsupported.and_then(|unsupported| filled(unsupported.kind)).or_else(|| Some(word));
    }
    content
}

/// The new words of an edited message.
pub(super) fn words(message: wire::Message<'_>) -> Option<String> {
    let media = [message.image, message.video, message.document];
    filled(message.text.and_then(|words| words.body))
        .or_else(|| media.into_iter().flatten().find_map(|media| filled(media.caption)))
}

fn framed(told: Option<wire::Context<'_>>, ad: Option<wire::Referral<'_>>) -> Content {
    let mut content = Content::default();
    if let Some(context) = told {
        content.forwarded = context.forwarded || context.frequently_forwarded;
        content.quote = filled(context.id).map(|id| Quote { id: Some(RemoteId::new(id)), text: None });
        content.referral = context.referred_product.map(|product| Referral {
            source: Some("product".to_owned()),
            reference: filled(product.product_retailer_id),
            ..Referral::default()
        });
    }
    if let Some(ad) = ad {
        content.referral = Some(Referral {
            source: filled(ad.source_type),
            reference: filled(ad.ctwa_clid),
            ad: filled(ad.source_id),
            title: filled(ad.headline),
            url: filled(ad.source_url),
            answers: Vec::new(),
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

fn card(card: wire::Card<'_>) -> Attachment {
    let phones = card.phones.into_iter().filter_map(|phone| filled(phone.phone));
    let emails = card.emails.into_iter().filter_map(|email| filled(email.email));
    let note = phones.chain(emails).collect::<Vec<_>>().join(", ");
    Attachment {
        name: card.name.and_then(|name| filled(name.formatted_name)),
        note: Some(note).filter(|note| !note.is_empty()),
        ..Attachment::bare(AttachmentKind::Contact)
    }
}

fn interactive(content: &mut Content, answer: wire::Interactive<'_>) {
    if let Some(choice) = answer.button_reply.or(answer.list_reply) {
        press(content, choice.title, choice.id);
    } else if let Some(form) = answer.nfm_reply {
        press(content, form.body, form.response_json);
    } else {
        content.unsupported = Some(answer.kind.map_or_else(|| "interactive".to_owned(), String::from));
    }
}

fn press(content: &mut Content, caption: Option<Text<'_>>, payload: Option<Text<'_>>) {
    content.text = filled(caption);
    content.pressed = Some(Pressed { payload: payload.map(String::from).unwrap_or_default() });
}

/// `2 × sku-1 at 10 EUR; …`
fn basket(items: Vec<wire::Product<'_>>) -> Attachment {
    let line = |item: wire::Product<'_>| {
        let mut line = filled(item.quantity).map_or_else(String::new, |quantity| format!("{quantity} × "));
        line.push_str(&filled(item.product_retailer_id).unwrap_or_default());
        let price = [filled(item.item_price), filled(item.currency)].into_iter().flatten().collect::<Vec<_>>();
        if !price.is_empty() {
            line.push_str(" at ");
            line.push_str(&price.join(" "));
        }
        line
    };
    let note = items.into_iter().map(line).collect::<Vec<_>>().join("; ");
    Attachment { note: Some(note).filter(|note| !note.is_empty()), ..Attachment::bare(AttachmentKind::Order) }
}
