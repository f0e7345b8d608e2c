//! A digest as plain text: for the team channel in short, and for mail.

use super::{
    Digest,
    sections::{Item, day, headline, link, sections, when},
};

/// Threads that a post names.
const NAMED: usize = 5;

/// For the team channel.
pub(super) fn post(digest: &Digest) -> String {
    let mut lines = vec![format!("{} · {}", headline(digest), digest.workspace)];
    for section in sections(digest).iter().filter(|section| {
        ["Replies in doubt", "Overdue", "Needs a look"].iter().any(|start| section.title.starts_with(start))
    }) {
        lines.push(format!("{}:", section.title));
        lines.extend(section.items.iter().take(NAMED).map(|item| format!("• {}", plain(item))));
    }
    lines.join("\n")
}

/// For mail.
pub(super) fn mail(digest: &Digest) -> String {
    let mut text = format!("{}\n{}, {}\n", headline(digest), digest.workspace, day(digest));
    for section in sections(digest) {
        text.push('\n');
        text.push_str(&section.title);
        text.push('\n');
        for item in &section.items {
            text.push_str("- ");
            text.push_str(&plain(item));
            text.push('\n');
            if let Some(link) = &item.link {
                text.push_str("  ");
                text.push_str(link);
                text.push('\n');
            }
        }
    }
    text.push('\n');
    text.push_str(&footing(digest));
    if let Some(link) = link(digest, "/digest") {
        text.push('\n');
        text.push_str(&link);
    }
    text.push('\n');
    text
}

fn plain(item: &Item) -> String {
    if item.aside.is_empty() { item.words.clone() } else { format!("{} ({})", item.words, item.aside) }
}

/// What stands at the end.
pub(super) fn footing(digest: &Digest) -> String {
    format!(
        "As of {} ({}). Sent to the recipients that the rules name under [digest].",
        when(digest, digest.made_at),
        digest.time_zone
    )
}
