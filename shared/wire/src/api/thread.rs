//! Threads and what can be done with them.

use serde::{Deserialize, Serialize};
use tributary_domain::{
    bounds,
    capability::{Feature, MediaPolicy, TextLimit, Window},
    event::{Holder, Referral},
    id::{AccountId, ContactId, TeamId, TeammateId, ThreadId},
    label::Urgency,
    message::Direction,
    owner::Owner,
    platform::{Platform, Surface},
    time::Timestamp,
};

use super::{
    bounded::{Few, Line, Text},
    page::{Cursor, Limit, Only},
};

super::body! {
    /// In how many open threads of each queue a customer waits for a reply.
    pub struct CountsItem {
        /// One for each queue in which anybody waits.
        pub queues: Vec<CountItem>,
        pub failed_accounts: Vec<super::page::FailedAccount>,
    }

    /// In how many open threads of a queue a customer waits for a reply.
    pub struct CountItem {
        /// `unassigned`, or the id of a teammate or team.
        pub queue: String,
        /// So many; no more than 1000 are counted.
        #[cfg_attr(feature = "schema", schemars(range(max = 1000)))]
        pub waiting: u32,
    }

    /// A thread as a list shows it.
    #[expect(clippy::struct_excessive_bools, reason = "marks of a thread that have nothing to do with each other")]
    pub struct ThreadItem {
        /// Tells it from a post.
        #[serde(default)]
        pub kind: ThreadKind,
        pub id: ThreadId,
        /// Grows with every change.
        pub version: u64,
        pub platform: Platform,
        /// Which kind of conversation.
        pub surface: Surface,
        /// Our account that they wrote to.
        pub account_id: AccountId,
        pub contact: ContactRef,
        /// Whether it asks for anything.
        pub status: ThreadStatus,
        /// When a snoozed thread comes back.
        pub snoozed_until: Option<Timestamp>,
        /// One line on what they want; none until labelled.
        pub summary: Option<String>,
        /// The summary is a model's or a person's; else it is made of the customer's own words.
        pub summarized: bool,
        /// The first words of the last message.
        #[cfg_attr(feature = "schema", schemars(length(max = 140)))]
        pub preview: String,
        /// Which way the last message went.
        pub last_direction: Direction,
        /// Who wrote the last message; none where that is not known.
        pub last_author: Option<super::message::AuthorItem>,
        /// None until labelled.
        pub topic: Option<String>,
        /// `normal` until labelled.
        pub urgency: Urgency,
        /// BCP 47; none until labelled.
        pub language: Option<String>,
        pub label_source: Option<LabelSourceKind>,
        pub owner: OwnerItem,
        /// The earlier of the answer target and the window's close; none while it waits on the customer.
        pub due_at: Option<Timestamp>,
        /// When the oldest message was written that waits for an answer; none while nothing waits.
        pub asked_at: Option<Timestamp>,
        /// When the last message came or went, by the platform's time.
        pub last_message_at: Timestamp,
        /// Messages of the customer since the last answer that whoever asks has not read; at least one where they marked the
        /// thread as unread.
        pub unread: u32,
        /// The customer waits for an answer.
        pub needs_answer: bool,
        /// Another app has this conversation; none when it is ours.
        pub held_by: Option<Holder>,
        /// A reply of ours is in doubt or failed: somebody has to look.
        pub trouble: bool,
        /// Something that was to be done to a comment failed, or is in doubt: somebody has to look.
        #[serde(default)]
        pub moderation_failed: bool,
        /// Words of ours on it.
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::TAGS), inner(length(max = bounds::TAG))))]
        pub tags: Vec<String>,
        /// The same question came by another door: these threads.
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::LINKS)))]
        pub linked: Vec<ThreadId>,
    }

    /// A thread, opened.
    pub struct ThreadDetail {
        /// As the list shows it.
        #[serde(flatten)]
        pub item: ThreadItem,
        pub account_name: String,
        /// How long the platform lets us answer.
        pub window: Window,
        /// What can be asked of this channel.
        pub channel: ChannelItem,
        /// Why it went to its owner, one line each.
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::REASONS)))]
        pub reasons: Vec<ReasonItem>,
        /// Threads that look alike, for a person to link or not.
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::SUGGESTIONS)))]
        pub suggested: Vec<ThreadId>,
        /// The ad or link by which the customer came last without writing.
        pub came_by: Option<CameBy>,
        /// How comments here can be answered privately, where they can.
        pub private_replies: Option<PrivateReplies>,
    }

    /// How comments can be answered in the messages between their author and us.
    pub struct PrivateReplies {
        /// Longest text.
        pub text: TextLimit,
        /// So many seconds after the comment at most.
        pub seconds: u64,
        /// Why none can be written to this person, if so.
        pub refused: Option<String>,
    }

    /// That a customer came by an ad or a link.
    pub struct CameBy {
        pub at: Timestamp,
        pub referral: Referral,
    }

    /// Who wrote.
    pub struct ContactRef {
        pub id: ContactId,
        /// The best name known.
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::NAME)))]
        pub name: String,
        /// Their handle, without `@`.
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::NAME)))]
        pub username: Option<String>,
    }

    /// Whose a thread is.
    pub struct OwnerItem {
        #[serde(rename = "type")]
        pub kind: OwnerKind,
        /// The teammate or team.
        pub id: Option<String>,
        pub name: Option<String>,
    }

    /// What can be asked of a channel.
    pub struct ChannelItem {
        /// Words for what it can do.
        pub features: Vec<Feature>,
        pub text: TextLimit,
        /// Media types taken, each with its most bytes.
        pub media: Vec<MediaLimitItem>,
        /// Most attachments of one reply.
        pub attachments: u32,
        /// What happens to the customers' media.
        pub media_policy: MediaPolicy,
        /// What this channel does not show us.
        pub blind_spots: Vec<String>,
    }

    /// A media type that may be attached.
    pub struct MediaLimitItem {
        /// Media type, or `*/*`.
        pub mime: String,
        pub max_bytes: u64,
    }

    /// One guardrail's verdict.
    pub struct ReasonItem {
        /// `who`, `hours`, `load`, `backup`, or `person`.
        pub guardrail: String,
        /// What it came to, in words.
        pub text: String,
        /// `passed` where somebody was left or chosen, `blocked` where nobody was; none of what a person decided.
        pub verdict: Option<String>,
    }

    /// Gives a thread to somebody else.
    pub struct ReassignRequest {
        /// To whom; nobody named puts it among the unassigned.
        pub teammate_id: Option<TeammateId>,
        /// Or to a team.
        pub team_id: Option<TeamId>,
        /// Why; kept inside.
        pub note: Option<Text<0, { bounds::NOTE }>>,
        /// The version that was seen; leave out to do it whatever happened since.
        pub expected_version: Option<u64>,
    }

    /// Closes or reopens a thread.
    pub struct StatusRequest {
        /// Why; kept inside.
        pub note: Option<Text<0, { bounds::NOTE }>>,
        /// The version that was seen; leave out to do it whatever happened since.
        pub expected_version: Option<u64>,
    }

    /// Adds a note that only the team sees.
    pub struct NoteRequest {
        /// The note, at most 4000 characters.
        pub text: Text<1, { bounds::NOTE }>,
    }

    /// Snoozes a thread.
    pub struct SnoozeRequest {
        pub until: Timestamp,
    }

    /// Corrects labels; what is left out stays.
    pub struct LabelRequest {
        /// One of the rules' topics.
        pub topic: Option<Line<40>>,
        /// How urgent it is.
        pub urgency: Option<Urgency>,
        /// BCP 47.
        #[cfg_attr(feature = "schema", schemars(length(max = 35)))]
        pub language: Option<String>,
    }

    /// Adds and removes tags.
    pub struct TagsRequest {
        #[serde(default)]
        pub add: Few<Line<{ bounds::TAG }>, 0, { bounds::TAGS_AT_ONCE }>,
        #[serde(default)]
        pub remove: Few<Line<{ bounds::TAG }>, 0, { bounds::TAGS_AT_ONCE }>,
    }

    /// Marks a thread as seen.
    pub struct ReadRequest {
        /// The version that was seen.
        pub version: u64,
    }
}

tributary_domain::names! {
    /// Whether a thread asks for anything.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum ThreadStatus {
        /// Somebody has to answer, or to wait.
        Open = "open",
        /// Out of the queue until a time or the customer's next message.
        Snoozed = "snoozed",
        /// Done.
        Closed = "closed",
    }
}

tributary_domain::names! {
    /// Tells a thread from a post.
    #[derive(Default)]
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum ThreadKind {
        /// It is a thread.
        #[default]
        Thread = "thread",
    }
}

/// Who labelled a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum LabelSourceKind {
    /// The model.
    Model,
    /// The built-in labeler.
    BuiltIn,
    /// A teammate.
    Teammate,
}

/// Which kind of owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum OwnerKind {
    /// A teammate.
    Teammate,
    /// A team, nobody of it in particular.
    Team,
    /// Nobody.
    Unassigned,
}

impl OwnerItem {
    /// An owner, without a name.
    pub fn of(owner: &Owner) -> Self {
        let (kind, id) = match owner {
            Owner::Unassigned => (OwnerKind::Unassigned, None),
            Owner::Team { id } => (OwnerKind::Team, Some(id.to_string())),
            Owner::Teammate { id } => (OwnerKind::Teammate, Some(id.to_string())),
        };
        Self { kind, id, name: None }
    }
}

super::parameters! {
    /// Which threads, and which page of them.
    pub struct ThreadsQuery {
        /// In which status; `open` when left out.
        pub status: Option<ThreadStatus>,
        /// `mine`, `unassigned`, `all`, or the id of a teammate or team.
        pub queue: Option<Queue>,
        pub platform: Option<Platform>,
        /// Which account of ours they write to.
        pub account: Option<AccountId>,
        /// Which kind of conversation.
        pub surface: Option<Surface>,
        /// A topic of the rules.
        pub topic: Option<Line<200>>,
        pub urgency: Option<Urgency>,
        /// BCP 47; a language without a region stands for all of its regions.
        pub language: Option<Line<200>>,
        /// One of its tags.
        pub tag: Option<Line<{ bounds::TAG }>>,
        /// Only what is unread for whoever asks.
        pub unread: Option<Only>,
        /// As `queue`.
        pub assignee: Option<Queue>,
        /// Words of a name, a handle, a number, a message or a note, by their beginnings: of the latest that have them.
        pub q: Option<Line<200>>,
        /// Soonest due first, then what was written last; there is no other order.
        pub sort: Option<Sort>,
        /// Where the last page ended: its `nextCursor`.
        pub cursor: Option<Cursor>,
        /// How many at most.
        #[serde(default)]
        pub limit: Limit<100>,
    }
}

/// The order of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Sort {
    /// Soonest due first, then what was written last.
    Due,
}

/// A queue, by its name or its owner.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Queue {
    /// That of whoever asks.
    Mine,
    /// What is nobody's.
    Unassigned,
    All,
    /// A teammate's or a team's, by their id.
    Of(String),
}

/// The text names no queue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("one of: mine, unassigned, all, or the id of a teammate (tm_...) or team (team_...)")]
pub struct NoQueue;

impl TryFrom<String> for Queue {
    type Error = NoQueue;

    fn try_from(name: String) -> Result<Self, NoQueue> {
        match name.as_str() {
            "mine" => Ok(Self::Mine),
            "unassigned" => Ok(Self::Unassigned),
            "all" => Ok(Self::All),
            id if TeammateId::parse(id).is_ok() || TeamId::parse(id).is_ok() => Ok(Self::Of(name)),
            _ => Err(NoQueue),
        }
    }
}

super::form!(
    Queue,
    schemars::json_schema!({
        "type": "string", "pattern": "^(mine|unassigned|all|(tm|team)_[0-9A-Za-z-]{1,64})$"
    })
);
