//! What is kept of a post as a whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Intent, Picture, PostContext, PostName};
use crate::{event::PostNote, id::RemoteId, time::Timestamp};

/// Hours whose counts are kept.
const HOURS: usize = 24;

/// What is kept of a post as a whole; its comments are kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostRecord {
    /// What it is known by.
    pub name: PostName,
    /// Grows by one with every commit that changes anything.
    pub version: u64,
    /// What deliveries tell of it.
    #[serde(default)]
    pub note: PostNote,
    /// How much there is of what.
    #[serde(default)]
    pub counts: Counts,
    /// What came in during each of the last hours.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hours: BTreeMap<i64, Hour>,
    /// When the last comment was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Timestamp>,
    /// The post itself was deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// What the platform shows of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<PostContext>,
    /// Our copy of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// When somebody was last told to look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
    /// When it was last looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// Answers of ours of which nobody knows yet what the platform calls them, the first told first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intents: Vec<Intent>,
    /// Comments of ours that may be any of several of those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubtful: Vec<RemoteId>,
}

/// How many comments are where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// In threads of whoever wrote them.
    pub threads: u64,
    /// Held.
    pub held: u64,
    /// Ours.
    pub ours: u64,
    /// Deleted before they were in a thread.
    pub gone: u64,
}

/// What came in during an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hour {
    /// Comments of people without a thread here.
    pub comments: u32,
    /// Threads that were opened for them.
    pub threads: u32,
}

impl PostRecord {
    /// A post of which nothing is known yet.
    pub fn new(name: PostName) -> Self {
        Self {
            name,
            version: 0,
            note: PostNote::default(),
            counts: Counts::default(),
            hours: BTreeMap::new(),
            last_at: None,
            deleted: false,
            context: None,
            picture: None,
            asked_at: None,
            read_at: None,
            intents: Vec::new(),
            doubtful: Vec::new(),
        }
    }

    /// The counts of an hour. Those of long ago are forgotten.
    pub(super) fn this_hour(&mut self, hour: i64) -> &mut Hour {
        while self.hours.len() >= HOURS && !self.hours.contains_key(&hour) {
            self.hours.pop_first();
        }
        self.hours.entry(hour).or_default()
    }

    /// Takes in what a delivery tells of the post. What was once told stays.
    pub(super) fn note(&mut self, told: &PostNote) {
        if let Some(ad) = &told.ad {
            let known = self.note.ad.get_or_insert_default();
            known.id = ad.id.clone().or(known.id.take());
            known.title = ad.title.clone().or(known.title.take());
        }
        self.note.live |= told.live;
        self.note.mention |= told.mention;
        self.note.permalink = told.permalink.clone().or(self.note.permalink.take());
    }
}
