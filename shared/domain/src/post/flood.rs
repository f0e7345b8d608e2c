//! How many of the comments under one post become threads.

use serde::{Deserialize, Serialize};

use super::{Author, PostRecord, record::FloodAlarm};
use crate::{
    label::{self, Urgency},
    rules::Rules,
    time::Timestamp,
};

/// Most comments of one author in an hour that become part of anything by themselves.
const OF_ONE_AUTHOR: u32 = 100;
/// So many times as many questions become threads as other comments.
const QUESTIONS: u32 = 2;
/// So many times as many of what nobody should wait with.
const PRESSING: u32 = 4;

/// What the rules say of the comments on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentRules {
    /// New threads of one post in an hour; 0: everything is held until somebody looks.
    pub threads_per_hour: u32,
    /// A comment is not more urgent than this by what a machine makes of it; the floors of the rules still hold.
    pub most_urgency: Urgency,
    /// Whether models label comments.
    pub label: bool,
    /// What becomes of comments under ads.
    pub ads: UnderAds,
    /// Whether mentions elsewhere become threads.
    pub mentions: bool,
}

crate::names! {
    /// What becomes of comments under ads.
    pub enum UnderAds {
        /// What becomes of others.
        Queue = "queue",
        /// They are held until somebody looks.
        Hold = "hold",
    }
}

impl Default for CommentRules {
    fn default() -> Self {
        Self { threads_per_hour: 50, most_urgency: Urgency::High, label: true, ads: UnderAds::Queue, mentions: true }
    }
}

impl CommentRules {
    /// The urgency of a comment that a machine calls so urgent, where the rules have a floor.
    pub fn capped(&self, urgency: Urgency, floor: Urgency) -> Urgency {
        urgency.min(self.most_urgency).max(floor)
    }
}

/// What speaks for giving a comment a thread of its own, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Merit {
    /// Nothing in particular.
    #[default]
    Ordinary,
    /// It asks something.
    Question,
    /// It answers an answer of ours, or has words that the rules call urgent.
    Pressing,
    /// Its author has an open thread on the account.
    Known,
}

impl Merit {
    /// What speaks for a comment with these words. `known`: its author has an open thread on the account.
    pub fn of(rules: Option<&Rules>, text: Option<&str>, known: bool) -> Self {
        let Some(text) = text else { return if known { Self::Known } else { Self::Ordinary } };
        if known {
            Self::Known
        } else if rules.is_some_and(|rules| label::floor(rules, label::OTHER, &[text]) >= Urgency::High) {
            Self::Pressing
        } else if label::asks(text) {
            Self::Question
        } else {
            Self::Ordinary
        }
    }
}

/// An hour, counted from 1970.
pub(super) const fn hour(at: Timestamp) -> i64 {
    at.millis().div_euclid(3_600_000)
}

/// Whether a comment of somebody without a thread becomes one. What was decided is counted.
pub(super) fn opens(
    record: &mut PostRecord,
    author: &mut Author,
    merit: Merit,
    rules: CommentRules,
    now: Timestamp,
) -> bool {
    let hour = hour(now);
    author.wrote = if author.wrote.0 == hour { (hour, author.wrote.1.saturating_add(1)) } else { (hour, 1) };
    let wanted = (rules.ads == UnderAds::Queue || record.note.ad.is_none()) && (rules.mentions || !record.note.mention);
    let most = rules.threads_per_hour.saturating_mul(match merit {
        Merit::Ordinary => 1,
        Merit::Question => QUESTIONS,
        Merit::Pressing | Merit::Known => PRESSING,
    });
    let one = record.this_hour(hour);
    let drowned = wanted && one.threads >= most && most > 0 && merit >= Merit::Pressing;
    let opens = wanted && one.threads < most && author.wrote.1 <= OF_ONE_AUTHOR;
    one.threads = one.threads.saturating_add(u32::from(opens));
    if drowned && record.alarm.is_none_or(|alarm| alarm.hour != hour) {
        record.alarm = Some(FloodAlarm { hour, told: false });
    }
    opens
}
