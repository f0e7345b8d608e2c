//! What a list of threads can be narrowed by, as words of a full-text index: a thread has the words of its facets, and a
//! list asks for the threads that have all of some words.

use tributary_domain::{
    id::TeammateId,
    label::Urgency,
    platform::{Platform, Surface},
};

use crate::{
    api::{
        post::PostItem,
        thread::{ThreadItem, ThreadStatus},
    },
    objects::ThreadRow,
};

/// One thing by which threads are told apart.
#[derive(Debug, Clone, Copy)]
pub enum Facet<'a> {
    Status(ThreadStatus),
    /// Id of the owner, or `unassigned`.
    Queue(&'a str),
    /// Where its customer writes.
    Platform(Platform),
    /// Which kind of conversation.
    Surface(Surface),
    /// Which account of ours it is on.
    Account(&'a str),
    /// A topic of the rules.
    Topic(&'a str),
    Urgency(Urgency),
    /// BCP 47.
    Language(&'a str),
    /// One of its tags.
    Tag(&'a str),
    /// Something is unread for whoever has not looked at it.
    Unread,
    /// This teammate has looked at it, and something is unread for them.
    UnreadBy(&'a TeammateId),
    /// This teammate has looked at it, and nothing is unread for them.
    ReadBy(&'a TeammateId),
}

impl Facet<'_> {
    /// As a word: a letter for what it is, and the value in hexadecimal digits, so that no script, case or sign of it
    /// means anything to the index.
    pub fn word(self) -> String {
        let (kind, value) = match self {
            Self::Status(status) => ('s', status.as_str()),
            Self::Queue(value) => ('q', value),
            Self::Platform(platform) => ('p', platform.as_str()),
            Self::Surface(surface) => ('k', surface.as_str()),
            Self::Account(value) => ('a', value),
            Self::Topic(value) => ('t', value),
            Self::Urgency(urgency) => ('u', urgency.as_str()),
            Self::Language(value) => ('l', value),
            Self::Tag(value) => ('g', value),
            Self::Unread => ('n', ""),
            Self::UnreadBy(id) => ('m', id.as_str()),
            Self::ReadBy(id) => ('z', id.as_str()),
        };
        format!("{kind}{}", hex::encode(value))
    }
}

/// The words of a thread's row, with spaces between them.
pub fn words(row: &ThreadRow) -> String {
    let ThreadItem { platform, surface, account_id, topic, urgency, language, tags, unread, status, .. } = &row.item;
    let mut facets = vec![
        Facet::Status(*status),
        Facet::Queue(&row.queue),
        Facet::Platform(*platform),
        Facet::Surface(*surface),
        Facet::Account(account_id.as_str()),
        Facet::Urgency(*urgency),
    ];
    facets.extend(topic.as_deref().map(Facet::Topic));
    if let Some(language) = language {
        facets.push(Facet::Language(language));
        // A language without a region stands for all of its regions.
        facets.extend(language.match_indices('-').filter_map(|(at, _)| language.get(..at)).map(Facet::Language));
    }
    facets.extend(tags.iter().map(|tag| Facet::Tag(tag)));
    facets.extend((*unread > 0).then_some(Facet::Unread));
    let looked = row.unread.iter();
    facets.extend(looked.map(|(id, unread)| if *unread > 0 { Facet::UnreadBy(id) } else { Facet::ReadBy(id) }));
    joined(&facets)
}

/// The words of a post's row.
pub fn words_of_post(item: &PostItem, queue: &str) -> String {
    let PostItem { platform, surface, account_id, status, counts, .. } = item;
    let mut facets = vec![
        Facet::Status(*status),
        Facet::Queue(queue),
        Facet::Platform(*platform),
        Facet::Surface(*surface),
        Facet::Account(account_id.as_str()),
    ];
    facets.extend((counts.unseen > 0).then_some(Facet::Unread));
    joined(&facets)
}

fn joined(facets: &[Facet<'_>]) -> String {
    let words: Vec<String> = facets.iter().map(|facet| facet.word()).collect();
    words.join(" ")
}
