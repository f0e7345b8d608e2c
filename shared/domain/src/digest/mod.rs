//! The daily digest: what is open, late or in doubt, gathered from counts and rows.
//!
//! Nothing in it reaches a customer. Of the customers' words it holds no more than the labels' summaries; those that are
//! made of a customer's own words leave the inbox only for a channel that may have them.

mod facts;
pub mod schedule;

use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, ThreadId},
    platform::{Platform, Surface},
    time::Timestamp,
};

pub use facts::{AccountFacts, DayFacts, Facts, Group, Maker, SPAN_DAYS};

/// Most threads that one list of a digest names.
pub const LISTED: usize = 10;

const fn messages() -> Surface {
    Surface::Messages
}

macro_rules! parts {
    ($($item:item)+) => {
        $(
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
            #[serde(rename_all = "camelCase")]
            $item
        )+
    };
}

parts! {
    /// What a digest says. The text, the mail and the page are made of this and nothing else.
    pub struct Digest {
        /// The local day it is for, as `2026-01-31`.
        pub day: String,
        /// When it was gathered.
        pub made_at: Timestamp,
        /// Whose clock its days and times go by.
        pub time_zone: String,
        /// What the team is called.
        pub workspace: String,
        /// Where its links lead, without a trailing slash; none when the address is not known.
        pub origin: Option<String>,
        pub numbers: Numbers,
        /// What should have been answered by now, the longest overdue first.
        pub overdue: Vec<Line>,
        /// What has no owner, what is due soonest first.
        pub unassigned: Vec<Line>,
        /// Conversations with a reply of ours that is uncertain or failed.
        pub in_doubt: Vec<Line>,
        /// Open threads by topic, the largest first.
        pub topics: Vec<Share>,
        /// Open threads by owner, the largest first.
        pub owners: Vec<Share>,
        /// Deliveries that wait for a person.
        pub deliveries: Stuck,
        /// Accounts in trouble, and accounts that have been silent for longer than usual.
        pub accounts: Vec<AccountNote>,
        /// Yesterday against the week before it.
        pub measures: Vec<Measure>,
        /// How the labels did.
        pub labels: Labels,
        /// What labels by a model cost.
        pub spend: Spend,
    }

    /// How many threads.
    #[cfg_attr(feature = "schema", schemars(rename = "DigestNumbers"))]
    pub struct Numbers {
        pub open: u64,
        pub snoozed: u64,
        /// Open, and should have been answered by now.
        pub overdue: u64,
        /// Open and nobody's.
        pub unassigned: u64,
        /// With a reply that is uncertain or failed.
        pub in_doubt: u64,
        /// Of the open ones, comments under posts.
        #[serde(default)]
        pub comments: u64,
        /// Comments that are held, in no thread.
        #[serde(default)]
        pub held: u64,
        /// The posts under which they are.
        #[serde(default)]
        pub posts: u64,
        /// There are more open threads than were looked at.
        pub at_least: bool,
    }

    /// One thread.
    #[cfg_attr(feature = "schema", schemars(rename = "DigestLine"))]
    pub struct Line {
        pub thread: ThreadId,
        pub platform: Platform,
        /// Which kind of conversation.
        #[serde(default = "messages")]
        pub surface: Surface,
        /// The label's summary; none until labelled.
        pub summary: Option<String>,
        /// The summary is a model's or a person's; else it is made of the customer's own words.
        pub summarized: bool,
        /// None until labelled.
        pub topic: Option<String>,
        /// `low`, `normal`, `high` or `urgent`.
        pub urgency: String,
        /// Whose it is, by name; nobody's when none.
        pub owner: Option<String>,
        /// By when it has to be answered.
        pub due_at: Option<Timestamp>,
        /// Replies of which nobody knows whether they arrived.
        pub uncertain: u32,
        /// Replies that were not sent.
        pub failed: u32,
    }

    /// A part of the open threads.
    #[cfg_attr(feature = "schema", schemars(rename = "DigestShare"))]
    pub struct Share {
        /// The topic; or `unassigned`, or the id of a teammate or team.
        pub id: String,
        pub name: String,
        pub open: u64,
        /// Of these, overdue.
        pub overdue: u64,
    }

    /// Deliveries that wait for a person.
    #[cfg_attr(feature = "schema", schemars(rename = "DigestStuck"))]
    pub struct Stuck {
        /// They could not be read, or are for an account that is not connected.
        pub parked: u64,
        /// They were tried as often as the queue allows.
        pub dead: u64,
        /// When the oldest of them came.
        pub oldest: Option<Timestamp>,
    }

    /// An account that somebody should look at.
    #[cfg_attr(feature = "schema", schemars(rename = "DigestAccount"))]
    pub struct AccountNote {
        pub account: AccountId,
        pub name: String,
        pub platform: Platform,
        /// A stable word for its trouble; none when it is only silent.
        pub trouble: Option<String>,
        /// When something last came from it; none when nothing ever did.
        pub last_event: Option<Timestamp>,
    }

    /// One number of yesterday, and what it was before.
    #[cfg_attr(feature = "schema", schemars(rename = "DigestMeasure"))]
    pub struct Measure {
        pub name: MeasureName,
        pub yesterday: u64,
        /// In the days before it, together.
        pub before: u64,
        /// How many days these are: up to seven, fewer where the workspace is younger.
        pub days: u32,
    }

    /// How the labels did: those that machines made, and those that people corrected.
    #[cfg_attr(feature = "schema", schemars(rename = "DigestLabels"))]
    pub struct Labels {
        pub made: u64,
        pub corrected: u64,
        /// Made in the last eight days.
        pub week_made: u64,
        /// Corrected in the last eight days.
        pub week_corrected: u64,
        /// Of those made, what a person had before them when they answered, corrected or closed, in the last eight days.
        pub week_looked: u64,
        /// Of these, what they left as it was.
        pub week_right: u64,
    }

    /// What labels by a model cost, in millionths of a dollar. Days and months are those of UTC.
    #[cfg_attr(feature = "schema", schemars(rename = "DigestSpend"))]
    pub struct Spend {
        pub yesterday: u64,
        /// In the days before it, together.
        pub before: u64,
        /// How many days these are.
        pub days: u32,
        /// This month so far.
        pub month: u64,
        /// Most in a month, by the rules.
        pub budget: u64,
    }
}

/// What a measure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DigestMeasureName"))]
#[serde(rename_all = "camelCase")]
pub enum MeasureName {
    /// New conversations.
    Opened,
    /// Replies that people wrote here.
    Replied,
    /// Conversations that were closed.
    Closed,
}

/// A text on one line, without characters that would do more than be read, of at most `most` characters.
fn one_line(text: &str, most: usize) -> String {
    let plain =
        |one: &char| !matches!(one, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let spaced: String = text.chars().filter(plain).map(|one| if one.is_control() { ' ' } else { one }).collect();
    let mut line = String::new();
    for word in spaced.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.chars().count() > most {
        let cut: String = line.chars().take(most.saturating_sub(1)).collect();
        return format!("{}…", cut.trim_end());
    }
    line
}
