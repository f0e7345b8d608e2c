//! What is kept of a post as a whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Intent, Moderated, Picture, PostContext, PostName};
use crate::{
    event::PostNote,
    id::RemoteId,
    thread::resting,
    time::{Span, Timestamp},
};

/// What is held stands in the list as if it had to be looked at this long after the first of it came.
const LOOKED_AT_WITHIN: Span = Span::hours(4);
/// Hours whose counts are kept.
const HOURS: usize = 24;

/// What is kept of a post as a whole; its comments are kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostRecord {
    /// What it is known by.
    pub name: PostName,
    /// Grows by one with every commit that changes anything that is shown.
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
    /// Of what is held, so much nobody has looked at.
    #[serde(default)]
    pub unseen: u64,
    /// Since when there is something of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen_since: Option<Timestamp>,
    /// Of what is held, so much is counted alone: its words are not kept.
    #[serde(default)]
    pub counted: u64,
    /// Something was held, so that lists show the post.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub listed: bool,
    /// Somebody has put it away, or nothing is held any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
    /// The index is known to hold this version.
    #[serde(default)]
    pub acked: u64,
    /// That more came than anything is open for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<FloodAlarm>,
    /// How far what is to be done to its comments has come.
    #[serde(default)]
    pub moderated: Moderated,
}

/// More that presses came under a post in an hour than becomes threads: the team is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FloodAlarm {
    /// The hour, counted from 1970.
    pub hour: i64,
    /// That it was is written down.
    #[serde(default)]
    pub told: bool,
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
    /// Comments of customers.
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
            unseen: 0,
            unseen_since: None,
            counted: 0,
            listed: false,
            closed: false,
            acked: 0,
            alarm: None,
            moderated: Moderated::default(),
        }
    }

    /// What came in during the hour of this time.
    pub fn in_hour(&self, now: Timestamp) -> Hour {
        self.hours.get(&super::flood::hour(now)).copied().unwrap_or_default()
    }

    /// When somebody should have looked at what is held; none where there is nothing to look at.
    pub fn due(&self) -> Option<Timestamp> {
        self.unseen_since.filter(|_| !self.closed).map(|since| since.plus(LOOKED_AT_WITHIN))
    }

    /// Its place in a list, as a thread has one.
    pub fn rank(&self) -> i64 {
        match self.due() {
            Some(due) => due.millis(),
            None => resting(self.last_at.unwrap_or_default()),
        }
    }

    /// Whether the index lacks something. It holds nothing of a post of which nothing was ever held.
    pub const fn is_behind(&self) -> bool {
        self.listed && self.acked < self.version
    }

    /// The team is to be told that more came than anything is open for: of this hour.
    pub fn alarming(&self) -> Option<i64> {
        self.alarm.filter(|alarm| !alarm.told).map(|alarm| alarm.hour)
    }

    /// The team was told of this hour.
    pub fn is_told(&mut self, hour: i64) {
        if let Some(alarm) = self.alarm.as_mut().filter(|alarm| alarm.hour == hour) {
            alarm.told = true;
        }
    }

    /// A person puts it away, or takes it up again. False where it is so already.
    pub fn close(&mut self, closed: bool) -> bool {
        let other = self.closed != closed;
        self.closed = closed;
        self.version += u64::from(other);
        other
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
