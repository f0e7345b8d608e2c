//! Pictures that a message names by an address: shown from the platform's own hosts, and from no other.

use crate::api::message::MessageItem;

/// Leaves out what a browser would load from anywhere but our own server and where `ours` says: whoever sends a link to a
/// place of their own would learn when it is looked at, and from where. A person can still open it.
pub fn held_to_hosts(items: &mut [MessageItem], ours: impl Fn(&str) -> bool) {
    let foreign = |url: &mut String| !ours(url) && (!url.starts_with('/') || url.starts_with("//"));
    for item in items {
        for attachment in &mut item.attachments {
            let url = attachment.url.take_if(foreign);
            attachment.link = attachment.link.take().or(url);
        }
        if let Some(story) = &mut item.story {
            story.url.take_if(foreign);
        }
    }
}

#[cfg(test)]
mod tests {
    use tributary_domain::{
        event::{Attachment, AttachmentKind, Content, MediaSource, Story, StoryKind},
        id::{AccountId, MessageId, RemoteId},
        message::{Author, Body, Direction, Message},
        platform::{Platform, Surface},
        thread::Thread,
        time::Timestamp,
    };

    use super::*;
    use crate::view::message_item;

    #[test]
    fn a_picture_of_another_host_is_a_link_and_a_story_of_another_host_is_not_shown() {
        let account = AccountId::of(Platform::Instagram, &RemoteId::new("1"));
        let thread = Thread::new(account.clone(), Platform::Instagram, Surface::Messages, "2".to_owned());
        let source = |url: &str| Some(MediaSource::Link { url: url.to_owned() });
        let picture = |url| Attachment { source: source(url), ..Attachment::bare(AttachmentKind::Image) };
        let mut message = Message::new(MessageId::of(&account, &RemoteId::new("m")), RemoteId::new("m"));
        let at = Timestamp::from_seconds(0);
        let (theirs, ours) = ("https://evil.example/pixel.png", "https://cdn.example/photo.jpg");
        message.learn(Body {
            direction: Direction::Incoming,
            author: Author::Customer,
            at,
            received_at: at,
            clock: None,
            order: 0,
            content: Content {
                attachments: vec![picture(theirs), picture(ours)],
                story: Some(Story { kind: StoryKind::Mention, id: None, url: Some(theirs.to_owned()) }),
                ..Content::default()
            },
            correlation: None,
        });
        let mut items = vec![message_item(&thread, &message).unwrap()];
        held_to_hosts(&mut items, |url| url == ours);
        let shown: Vec<_> = items[0].attachments.iter().map(|one| (one.url.as_deref(), one.link.as_deref())).collect();
        assert_eq!(shown, [(None, Some(theirs)), (Some(ours), None)]);
        assert_eq!(items[0].story.as_ref().unwrap().url, None);
        items[0].attachments[0].url = Some("/media/med_1".to_owned());
        items[0].attachments[1].url = Some("//evil.example/x".to_owned());
        held_to_hosts(&mut items, |_| false);
        assert_eq!(items[0].attachments[0].url.as_deref(), Some("/media/med_1"));
        assert_eq!(items[0].attachments[1].url, None);
    }
}
