//! Address-book entries.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/messages/contacts-messages>

use tributary_domain::{
    detail::Detail,
    event::{Attachment, AttachmentKind},
};

use super::wire;
use crate::json::{Text, filled};

/// An entry. Not all have a name in one piece, and some have none.
pub(super) fn card(card: wire::Card<'_>) -> Attachment {
    let phones: Vec<_> =
        card.phones.into_iter().filter_map(|one| filled(one.phone).or_else(|| filled(one.wa_id))).collect();
    let emails: Vec<_> = card.emails.into_iter().filter_map(|one| filled(one.email)).collect();
    let note = phones.into_iter().chain(emails).collect::<Vec<_>>().join(", ");
    let organisation = card.org.and_then(|org| joined([org.title, org.department, org.company], ", "));
    let mut details = Vec::new();
    details.extend(organisation.clone().map(|line| Detail::new("Works at", line)));
    for one in card.addresses {
        let town = joined([one.zip, one.city], " ");
        let parts = [filled(one.street), town, filled(one.state), filled(one.country)];
        let address = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        if !address.is_empty() {
            details.push(Detail::new("Address", address));
        }
    }
    details.extend(card.urls.into_iter().filter_map(|site| filled(site.url)).map(|url| Detail::new("Website", url)));
    details.extend(filled(card.birthday).map(|day| Detail::new("Birthday", day)));
    Attachment {
        name: card.name.and_then(full_name).or(organisation),
        note: Some(note).filter(|note| !note.is_empty()),
        details,
        ..Attachment::bare(AttachmentKind::Contact)
    }
}

fn full_name(name: wire::CardName<'_>) -> Option<String> {
    let pieces = [name.prefix, name.first_name, name.middle_name, name.last_name, name.suffix];
    filled(name.formatted_name).or_else(|| joined(pieces, " "))
}

fn joined<const N: usize>(pieces: [Option<Text<'_>>; N], between: &str) -> Option<String> {
    let pieces: Vec<String> = pieces.into_iter().filter_map(filled).collect();
    (!pieces.is_empty()).then(|| pieces.join(between))
}
