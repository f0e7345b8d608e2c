//! A digest as plain text: for the team channel in short, and for mail.

use tributary_domain::{digest::Digest, notice::Disclosure};

use super::sections::{Item, Section, day, headline, link, right, sections, shares, spent, week, when};

/// Threads, owners or topics that a post names.
const NAMED: usize = 5;

/// For the team channel: its parts, each of some lines.
pub(crate) fn post(digest: &Digest, disclosure: Disclosure) -> Vec<String> {
    let mut parts = vec![format!("{} · {}", headline(digest), digest.workspace)];
    let pressing = |section: &Section| {
        ["Replies in doubt", "Overdue", "Needs a look"].iter().any(|start| section.title.starts_with(start))
    };
    for section in sections(digest, disclosure).into_iter().filter(pressing) {
        let named = section.items.iter().take(NAMED).map(|item| format!("• {}", plain(item)));
        parts.push(std::iter::once(format!("{}:", section.title)).chain(named).collect::<Vec<_>>().join("\n"));
    }
    let rest = [
        ("By owner", shares(digest, &digest.owners, true)),
        ("By topic", shares(digest, &digest.topics, false)),
        ("Yesterday", week(digest)),
        ("Labels", right(digest).into_iter().collect()),
        ("Spent", spent(digest).into_iter().collect()),
    ];
    let line = |(title, items): (&str, Vec<Item>)| {
        let items: Vec<String> = items.iter().take(NAMED).map(plain).collect();
        (!items.is_empty()).then(|| format!("{title}: {}", items.join("; ")))
    };
    let rest: Vec<String> = rest.into_iter().filter_map(line).collect();
    parts.extend((!rest.is_empty()).then(|| rest.join("\n")));
    parts
}

/// For mail.
pub(crate) fn mail(digest: &Digest) -> String {
    let mut text = format!("{}\n{}, {}\n", headline(digest), digest.workspace, day(digest));
    for section in sections(digest, Disclosure::Summaries) {
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
