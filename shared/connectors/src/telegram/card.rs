//! Address-book entries. <https://core.telegram.org/bots/api#contact>

use tributary_domain::{
    detail::{Detail, is_seen},
    event::{Attachment, AttachmentKind},
};

use super::{content::full_name, wire};
use crate::json::filled;

/// An entry: name, number, and what else its card says.
pub(super) fn contact(from: wire::Contact<'_>) -> Attachment {
    let number = filled(from.phone_number);
    let vcard = filled(from.vcard).unwrap_or_default();
    let mut details = lines(&vcard);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    // The number is told once.
    details.retain(|line| {
        number.as_deref().is_none_or(|number| line.label != "Phone" || digits(&line.value) != digits(number))
    });
    Attachment {
        name: full_name(from.first_name, from.last_name),
        note: number,
        details,
        ..Attachment::bare(AttachmentKind::Contact)
    }
}

/// The lines of a vCard that a person would read. <https://www.rfc-editor.org/rfc/rfc6350#section-6>
fn lines(vcard: &str) -> Vec<Detail> {
    // Long lines are folded: what begins with a blank goes on the line before.
    let unfolded = vcard.replace("\r\n ", "").replace("\n ", "").replace("\r\n\t", "").replace("\n\t", "");
    let line = |line: &str| {
        let (property, value) = line.split_once(':')?;
        let name = property.split(';').next()?.rsplit('.').next()?.to_ascii_uppercase();
        let label = match &*name {
            "TEL" => "Phone",
            "EMAIL" => "Email",
            "ADR" => "Address",
            "ORG" => "Works at",
            "TITLE" | "ROLE" => "Position",
            "URL" => "Website",
            "BDAY" => "Birthday",
            "NOTE" => "Note",
            "NICKNAME" => "Called",
            _ => return None,
        };
        let parts = value.split(';').map(|part| part.replace("\\,", ",").replace("\\n", " ").trim().to_owned());
        let parts: Vec<String> = parts.filter(|part| is_seen(part)).collect();
        (!parts.is_empty()).then(|| Detail::new(label, parts.join(", ")))
    };
    unfolded.lines().filter_map(line).collect()
}
