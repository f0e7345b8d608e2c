//! What a message says beside its text, and that every message says something.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    event::{Attachment, AttachmentKind, Content, MediaSource},
    file_name,
    message::Message,
};

/// The most lines of one message or attachment. The last one then tells how many there are beyond.
pub const MOST: usize = 300;

/// One line of what a message says: an answer in a form, an item of an order, where it was forwarded from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    /// What the value is: the question of a form, or our word for it. Empty where the value speaks for itself.
    pub label: String,
    pub value: String,
    /// The web address that the value leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Detail {
    /// A line.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), link: None }
    }

    /// A line with an address behind it.
    pub fn linked(label: impl Into<String>, value: impl Into<String>, link: Option<String>) -> Self {
        Self { link, ..Self::new(label, value) }
    }

    /// As it is read out, searched and labelled.
    fn written(&self) -> String {
        let mut line = match (self.label.trim(), self.value.trim()) {
            ("", value) => value.to_owned(),
            (label, "") => label.to_owned(),
            (label, value) => format!("{label}: {value}"),
        };
        if let Some(link) = self.link.as_deref().filter(|link| !line.contains(link)) {
            line = format!("{line} ({link})");
        }
        line
    }
}

/// Whether a person sees anything of a text.
pub fn is_seen(text: &str) -> bool {
    text.chars().any(|one| !one.is_whitespace() && !one.is_control() && !file_name::is_unseen(one))
}

/// Whether a browser can be sent to an address. Whatever else is called one is no more than text.
pub fn is_web_address(text: &str) -> bool {
    let scheme = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    (scheme("https://") || scheme("http://")) && !text.chars().any(|one| one.is_whitespace() || one.is_control())
}

impl Content {
    /// Whether a person who looks at the message sees anything.
    pub fn is_seen(&self) -> bool {
        self.text.as_deref().is_some_and(is_seen)
            || self.details.iter().any(|line| is_seen(&line.label) || is_seen(&line.value))
            || !self.attachments.is_empty()
            || self.story.is_some()
            || self.unsupported.as_deref().is_some_and(is_seen)
    }

    /// As it may be shown: addresses lead to the web or are text, files have names that read as what they are, and a
    /// message in which a person would see nothing says so.
    #[must_use]
    pub fn settled(mut self) -> Self {
        self.attachments = self.attachments.into_iter().map(Attachment::settled).collect();
        self.details = settled(self.details);
        if let Some(story) = &mut self.story {
            let address = story.url.take();
            story.url = address.filter(|url| is_web_address(url));
        }
        if let Some(referral) = &mut self.referral
            && let Some(url) = referral.url.take_if(|url| !is_web_address(url))
        {
            self.details.push(Detail::new("Address", url));
        }
        if !self.is_seen() {
            self.unsupported = Some("empty".to_owned());
        }
        self
    }

    /// What it says beside its text.
    fn beside(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.details.iter().map(Detail::written).collect();
        if let Some(referral) = &self.referral {
            lines.extend(referral.title.iter().chain(&referral.text).cloned());
        }
        for attachment in &self.attachments {
            lines.extend(attachment.name.iter().chain(&attachment.note).chain(&attachment.link).cloned());
            lines.extend(attachment.details.iter().map(Detail::written));
        }
        lines.retain(|line| is_seen(line));
        lines
    }
}

impl Attachment {
    fn settled(mut self) -> Self {
        let nowhere = self.link.take_if(|link| !is_web_address(link));
        let unreachable =
            |source: &mut MediaSource| matches!(source, MediaSource::Link { url } if !is_web_address(url));
        let unfetched = match self.source.take_if(unreachable) {
            Some(MediaSource::Link { url }) => Some(url),
            Some(MediaSource::Handle { .. }) | None => None,
        };
        let text = nowhere.into_iter().chain(unfetched).filter(|text| is_seen(text));
        self.details.extend(text.map(|text| Detail::new("Address", text)));
        self.details = settled(self.details);
        if self.is_file() {
            self.name = self.name.map(|name| file_name::tidy(&name));
        }
        self
    }

    /// Whether its name is that of a file.
    fn is_file(&self) -> bool {
        match self.kind {
            AttachmentKind::Image
            | AttachmentKind::Video
            | AttachmentKind::Audio
            | AttachmentKind::Voice
            | AttachmentKind::File
            | AttachmentKind::Sticker => true,
            AttachmentKind::Share
            | AttachmentKind::Card
            | AttachmentKind::Location
            | AttachmentKind::Contact
            | AttachmentKind::Call
            | AttachmentKind::Order
            | AttachmentKind::Ephemeral
            | AttachmentKind::Unknown(_) => false,
        }
    }
}

fn settled(mut lines: Vec<Detail>) -> Vec<Detail> {
    lines.retain(|line| is_seen(&line.label) || is_seen(&line.value) || line.link.is_some());
    if lines.len() > MOST {
        let beyond = lines.len() - MOST;
        lines.truncate(MOST);
        lines.push(Detail::new("", format!("and {beyond} more")));
    }
    for line in &mut lines {
        if let Some(link) = line.link.take_if(|link| !is_web_address(link))
            && !line.value.contains(&link)
        {
            line.value = if is_seen(&line.value) { format!("{} ({link})", line.value) } else { link };
        }
        if !is_seen(&line.value)
            && let Some(link) = &line.link
        {
            line.value.clone_from(link);
        }
    }
    lines
}

impl Message {
    /// All that it says, to search and to label by: its text, and below it what stands beside it, line by line.
    pub fn words(&self) -> Option<Cow<'_, str>> {
        let text = self.text().filter(|text| is_seen(text));
        let content = self.body.as_ref().filter(|_| self.unsent_at.is_none()).map(|body| &body.content);
        let beside = content.map(Content::beside).unwrap_or_default();
        if beside.is_empty() {
            return text.map(Cow::Borrowed);
        }
        Some(text.into_iter().map(str::to_owned).chain(beside).collect::<Vec<_>>().join("\n").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::Referral,
        id::{AccountId, MessageId, RemoteId},
        message::{Author, Body, Direction},
        platform::Platform,
        time::Timestamp,
    };

    #[test]
    fn a_message_in_which_nothing_is_seen_says_so() {
        for text in [None, Some(""), Some(" \n"), Some("\u{200b}\u{2060}"), Some("\u{202e}"), Some("\u{3164}")] {
            let content = Content { text: text.map(str::to_owned), ..Content::default() }.settled();
            assert_eq!(content.unsupported.as_deref(), Some("empty"), "{text:?}");
        }
        let said = [
            Content { text: Some("👍".to_owned()), ..Content::default() },
            Content { details: vec![Detail::new("City?", "")], ..Content::default() },
            Content { attachments: vec![Attachment::bare(AttachmentKind::Image)], ..Content::default() },
        ];
        for content in said {
            assert_eq!(content.clone().settled(), content);
        }
    }

    #[test]
    fn an_address_leads_to_the_web_or_is_text() {
        for address in ["javascript:alert(1)", "data:text/html,x", "tg://resolve?domain=x", "//shop.example", "x"] {
            let link = Attachment {
                link: Some(address.to_owned()),
                source: Some(MediaSource::Link { url: address.to_owned() }),
                ..Attachment::bare(AttachmentKind::Share)
            };
            let referral = Referral { url: Some(address.to_owned()), ..Referral::default() };
            let content = Content {
                attachments: vec![link],
                details: vec![Detail::linked("Link", "here", Some(address.to_owned()))],
                referral: Some(referral),
                ..Content::default()
            };
            let content = content.settled();
            let one = &content.attachments[0];
            assert!(one.link.is_none() && one.source.is_none() && content.referral.unwrap().url.is_none());
            assert_eq!(one.details[0], Detail::new("Address", address));
            assert_eq!(content.details[0], Detail::new("Link", format!("here ({address})")));
        }
        for address in ["https://shop.example/a?b=c#d", "HTTP://shop.example"] {
            assert!(is_web_address(address), "{address}");
        }
    }

    #[test]
    fn words_are_the_text_and_all_that_stands_beside_it() {
        let remote = RemoteId::new("m_1");
        let account = AccountId::of(Platform::Facebook, &RemoteId::new("106"));
        let mut message = Message::new(MessageId::of(&account, &remote), remote);
        let mut said = |content: Content| {
            let (direction, author, at) = (Direction::Incoming, Author::Customer, Timestamp::from_seconds(1));
            message.body = Some(Body {
                direction,
                author,
                at,
                clock: None,
                received_at: at,
                order: 0,
                content,
                correlation: None,
            });
            message.words().map(Cow::into_owned)
        };
        assert_eq!(said(Content::default()), None);
        assert_eq!(said(Content { text: Some("Hi".to_owned()), ..Content::default() }).as_deref(), Some("Hi"));
        let full = Content {
            text: Some("Sent".to_owned()),
            details: vec![Detail::new("City?", "Bonn"), Detail::new("Open?", "")],
            attachments: vec![Attachment {
                name: Some("Desk lamp".to_owned()),
                details: vec![Detail::linked("Button", "Buy", Some("https://shop.example/b".to_owned()))],
                ..Attachment::bare(AttachmentKind::Card)
            }],
            referral: Some(Referral { text: Some("Half price".to_owned()), ..Referral::default() }),
            ..Content::default()
        };
        let words = "Sent\nCity?: Bonn\nOpen?\nHalf price\nDesk lamp\nButton: Buy (https://shop.example/b)";
        assert_eq!(said(full).as_deref(), Some(words));
        message.unsent(Timestamp::from_seconds(2));
        assert_eq!(message.words(), None, "what was taken back says nothing");
    }

    #[test]
    fn lines_beyond_the_most_are_counted() {
        let lines = (0..MOST + 7).map(|number| Detail::new("Item", number.to_string())).collect();
        let content = Content { details: lines, ..Content::default() }.settled();
        assert_eq!(content.details.len(), MOST + 1);
        assert_eq!(content.details[MOST].value, "and 7 more");
    }
}
