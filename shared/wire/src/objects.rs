//! Methods of the Durable Objects. Caller and object share these types, so they cannot drift apart.
//!
//! | object | named by | binding |
//! | --- | --- | --- |
//! | Thread | the thread's id | `THREAD` |
//! | Roster | `roster` | `ROSTER` |
//! | Account | the account's id | `ACCOUNT` |
//! | Post | the post's id | `POST` |
//! | Live | `live` | `LIVE` |

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tributary_domain::{
    audit::{Entry, Program},
    authored::{Authored, ModerationOrder},
    capability::MediaPolicy,
    event::{Attachment, Received},
    id::{AccountId, AuditId, ContactId, MessageId, PostId, RemoteId, ReplyId, TeammateId, ThreadId},
    label::LabelledBy,
    message::{Place, PrivateReply},
    moderation::{ModerationAction, ModerationOutcome},
    outbound::{Draft, Part},
    owner::Claim,
    platform::{Platform, Surface},
    post::{
        Beside, CameIn, Claim as CommentClaim, CommentRules, Handover, HeldCall, HeldResult, Intent, Look, Merit,
        Picture, Placed, Placement, PostName, PostRecord, PrivateMark,
    },
    publish, reply,
    roster::{Proposal, RosterEffect, RosterView},
    routing::{Answered, replay::LastAsked},
    subject::Subject,
    thread::{CallOutcome, Command, ModerationCall, Thread, machine::Acked},
    time::Timestamp,
};

use crate::api::{
    audit::{ActorItem, AuditItem},
    message::MessageItem,
    post::{BulkAction, PostComment, PostItem},
    reply::ReplyItem,
    thread::ThreadItem,
};

/// What can be asked of a Thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ThreadCall {
    Ingest {
        account: AccountId,
        platform: Platform,
        /// Which kind of conversation.
        surface: Surface,
        /// The other side's canonical id.
        counterpart: String,
        /// What the conversation is about, where it is a public one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<Subject>,
        events: Vec<Received>,
        /// What the rules say of the channel's media, if they do.
        media: Option<MediaPolicy>,
        /// Only if there is such a thread: our own reference in each of the events says so, and somebody else's may look alike.
        known: bool,
    },
    /// What was said, as events for another thread of the same person.
    Retell,
    Command {
        command: Command,
        /// Only if nobody else wrote since.
        expected: Option<u64>,
        /// The program that does it in a teammate's name.
        through: Option<Program>,
    },
    /// Take a reply that a person wrote.
    Reply {
        id: ReplyId,
        /// That somebody wrote it.
        authored: Authored,
        draft: Draft,
        /// The template it began from.
        template: Option<String>,
        /// Whether the template's own words were changed, where the rules have it.
        changed: Option<bool>,
        /// The calls it takes.
        parts: Vec<Part>,
        /// The version that was seen.
        expected_version: u64,
        /// The thread as it is made, where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new: Option<Box<Thread>>,
        /// What the author may take by replying first, where the rules give anything that way.
        claim: Option<Claim>,
    },
    /// A person settles a reply in doubt.
    Resolve {
        id: ReplyId,
        verdict: reply::Event,
        /// How many calls had been made when they looked.
        attempts: u32,
        /// That a person says so.
        authored: Authored,
    },
    /// What is in doubt of a reply that the platform can be asked about.
    Doubt { reply: ReplyId },
    /// The platform was asked for it.
    Checked {
        reply: ReplyId,
        part: u32,
        /// Number of the call.
        attempt: u32,
        /// What the platform calls it; empty where it does not have it, or not yet.
        found: Vec<RemoteId>,
    },
    /// A person wants something done to a comment.
    Moderate { order: ModerationOrder },
    /// It may be time for what is to be done to a comment.
    BeginModeration { message: MessageId },
    /// The call for it came back.
    Moderated {
        message: MessageId,
        /// Number of the call.
        attempt: u32,
        outcome: ModerationOutcome,
    },
    /// It may be a reply's turn.
    Begin,
    /// A call came back.
    Called {
        /// Which, and with what.
        call: CallOutcome,
    },
    /// The thread as it is, with everything that the index may lack.
    Read,
    /// The clock looks after it. Nothing comes of it where the index holds what it should.
    Visit {
        /// The version that the index holds; 0 where it has none.
        indexed: u64,
    },
    /// Go by the rules of this version, or later ones.
    Replan { rules: u64 },
    /// A page of messages, newest page first, oldest first within it.
    Messages {
        /// Older than this message.
        before: Option<Place>,
        /// At most so many.
        limit: u32,
    },
    /// A page of the audit, newest first.
    Audit {
        /// Below this number.
        before: Option<u64>,
        /// At most so many.
        limit: u32,
    },
    /// The customer's words that are to be labelled.
    Turn,
    /// The last that the customer asked, and who had answered them.
    LastAsked,
    /// Where a reply stands, and what was written.
    ReplyState { id: ReplyId },
    /// What is needed to fetch an attachment.
    Attachment { message: MessageId, place: u32 },
    /// What the platform calls a message: [`NamedMessage`].
    Remote { message: MessageId },
    /// What a private reply has to know of the comment that it answers.
    Comment { message: MessageId },
}

/// How a Thread is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRequest<C> {
    /// What the caller has brought of the thread to others before, as far as it remembers.
    pub last_acked: Acked,
    pub call: C,
}

/// What everybody else has to learn of a Thread that may have changed, as it travels.
pub type CommitOutcome = publish::CommitOutcome<Projection>;

/// What a Thread answers to who asks for it, or changes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadAnswer {
    /// As it is now.
    pub thread: Thread,
    /// What others have to learn of it.
    pub outcome: CommitOutcome,
    /// Why it was not done.
    pub refused: Option<Refusal>,
    /// For replies: where it stands.
    pub reply: Option<ReplyItem>,
    /// For `Read`: some reply needs a person.
    pub trouble: bool,
    /// For a moderation action: its comment.
    pub comment: Option<MessageItem>,
    /// The call to make for a comment.
    pub moderation: Option<ModerationCall>,
}

/// Why a thread did not do what was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// A stable word.
    pub code: String,
    /// What is wrong and how to mend it.
    pub detail: String,
    /// What others wrote since the version that was seen.
    pub since: Vec<MessageItem>,
}

/// What the index has to hold of a thread. Written with version guards: doing it twice or late does no
/// harm. The rows are text already: whoever publishes them has nothing to read in them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Projection {
    /// The row of the inbox: [`ThreadRow`].
    pub row: Box<RawValue>,
    /// The contact, when it changed: [`ContactRow`].
    pub contact: Option<Box<RawValue>>,
    /// The record: [`AuditRow`].
    pub audit: Vec<Box<RawValue>>,
    /// Messages to search: [`SearchRow`].
    pub search: Vec<Box<RawValue>>,
    /// Messages to forget: [`SearchRow`], without text.
    pub forget: Vec<Box<RawValue>>,
}

/// A thread's row in the index.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRow {
    pub id: ThreadId,
    pub version: u64,
    /// `open`, `snoozed` or `closed`.
    pub status: String,
    /// Id of the owner, or `unassigned`.
    pub queue: String,
    /// Order within a queue, ascending.
    pub rank: i64,
    /// What lists are narrowed by: see [`crate::view::facet`].
    pub facets: String,
    /// As the list shows it.
    pub item: ThreadItem,
    /// How many messages are unread for each teammate who has looked at it; for all others the item says it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unread: BTreeMap<TeammateId, u32>,
}

/// A contact's row in the index.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactRow {
    pub id: ContactId,
    /// The thread's version that this was taken from.
    pub version: u64,
    pub thread: ThreadId,
    pub account: AccountId,
    pub platform: Platform,
    /// The best name known.
    pub name: String,
    pub username: Option<String>,
    /// As label and value.
    pub facts: Vec<(String, String)>,
    /// When they first wrote, in milliseconds.
    pub first_seen: i64,
    /// Their place among all people that can be searched.
    pub row: i64,
    /// Ends of their telephone numbers, which they are found by.
    pub numbers: String,
    /// What else their name and handle are found by: see `domain::search`.
    pub extra: String,
}

/// An entry's row in the index.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditRow<'a> {
    pub id: &'a AuditId,
    /// When, in milliseconds.
    pub at: i64,
    pub thread: &'a ThreadId,
    pub entry: &'a Entry,
}

/// A message or a note to search; without text it is to be forgotten.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchRow<T = ThreadId> {
    /// Grows with time; the same for the same message.
    pub row: i64,
    /// The thread's version that this was taken from.
    pub version: u64,
    /// The thread, or the post where it is held.
    pub thread: T,
    /// Which message, or which entry of the audit.
    pub message: String,
    /// Which way; [`crate::view::NOTE`] of notes, [`crate::view::HELD`] of what is held.
    pub direction: String,
    /// When, in milliseconds.
    pub at: i64,
    /// The words as they stand now.
    pub text: Option<String>,
    /// What else it is found by: see `domain::search`.
    pub extra: String,
}

/// What can be asked of the Roster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RosterCall {
    /// Threads as they are now; those without an owner are given one.
    Sync {
        /// In any order.
        views: Vec<RosterView>,
    },
    /// The rules are others than before.
    RulesChanged,
    /// Somebody was invited, disabled, enabled, or has another role.
    MembersChanged,
    /// A notice of the roster's is written down.
    Notified { key: String },
    /// The ids of all threads that it ever heard of.
    Register {
        /// From this one on.
        from: String,
        /// Up to this one, which is left out.
        to: String,
    },
    /// Who could take threads when somebody's shift ends.
    Handover { from: TeammateId, threads: Vec<ThreadId>, at: Timestamp },
}

/// What the Roster answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RosterAnswer {
    /// What to do about it.
    pub effects: Vec<RosterEffect>,
    /// When asked for: who could take which thread.
    pub proposals: Vec<Proposal>,
    /// When asked for: threads, by their ids.
    pub threads: Vec<ThreadId>,
}

/// A page of messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessagePage {
    /// Oldest first.
    pub items: Vec<MessageItem>,
    /// There are older ones.
    pub more: bool,
}

/// A page of the audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// Newest first.
    pub items: Vec<AuditItem>,
    /// There are older ones.
    pub more: bool,
}

/// The customer's words that are to be labelled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnAnswer {
    /// The thread, for routing.
    pub thread: Thread,
    /// Which turn; nothing to label when it is labelled already.
    pub turn: u64,
    /// Oldest first.
    pub texts: Vec<String>,
}

/// The last that the customer asked, and who had answered them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastAskedAnswer {
    /// What, and who had answered by then; nothing where all of it was taken back.
    pub asked: Option<LastAsked>,
    /// Which teammate answered them last, until now.
    pub answered: Option<Answered>,
    pub by: LabelledBy,
    /// The post that it stands under.
    pub post: Option<PostId>,
    /// There may be more to it in messages that were not looked at.
    pub more: bool,
}

/// What was written in a reply, and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplyAnswer {
    /// As the API shows it.
    pub item: ReplyItem,
    pub draft: Draft,
    pub author: TeammateId,
    /// When it was written.
    pub at: Timestamp,
}

/// What a private reply has to know of the comment that it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentAnswer {
    /// What the platform calls it.
    pub remote: RemoteId,
    /// When it was written.
    pub at: Timestamp,
    /// Its author can be answered: it is a customer's, and was not deleted.
    pub answerable: bool,
    /// Who has answered it privately.
    pub answered: Option<PrivateReply>,
}

/// What the platform calls a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedMessage {
    pub remote: RemoteId,
    /// It is hidden from others.
    pub hidden: bool,
}

/// A part of a reply of which nobody knows whether it was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Doubt {
    pub thread: Thread,
    /// Its number in the reply.
    pub part: u32,
    /// Number of the call.
    pub attempt: u32,
    /// What was to be sent.
    pub content: Part,
    /// When the answer to the call was missed.
    pub at: Timestamp,
}

/// What is needed to fetch an attachment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentAnswer {
    pub account: AccountId,
    pub platform: Platform,
    /// Which kind of conversation.
    pub surface: Surface,
    /// The attachment as the platform describes it.
    pub attachment: Attachment,
    /// It is still to be fetched.
    pub pending: bool,
    /// When its message reached us.
    pub received_at: Option<Timestamp>,
}

/// What can be asked of an Account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AccountCall {
    /// Keep the sealed credentials of this account.
    Connect {
        platform: Platform,
        /// What the platform calls it.
        remote: RemoteId,
        /// Sealed; worthless without the installation's key.
        sealed: String,
    },
    Disconnect,
    Credentials,
    /// The canonical id for each list of ids that stand for one person, in order.
    Canonical {
        /// One list per person.
        peers: Vec<Vec<String>>,
        /// For each, whether it is told that their ids changed.
        changed: Vec<bool>,
    },
}

/// Two who turned out to be one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Merged {
    /// The id that stood for one of them until now.
    pub former: String,
    /// The id that stands for both from now on.
    pub canonical: String,
}

/// What an Account holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountAnswer {
    pub platform: Option<Platform>,
    /// What the platform calls it.
    pub remote: Option<RemoteId>,
    /// Sealed credentials, when they were asked for and are there.
    pub sealed: Option<String>,
    /// Canonical ids, when they were asked for.
    pub canonical: Vec<String>,
    /// Those who turned out to be one person with that call.
    pub merged: Vec<Merged>,
}

/// What is sent to the browsers: a hint to ask again, never any content. It names a thread or a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hint {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<PostId>,
    pub version: u64,
}

impl Hint {
    /// That a thread has this version.
    pub const fn of_thread(thread: ThreadId, version: u64) -> Self {
        Self { thread: Some(thread), post: None, version }
    }

    /// That a post has this version.
    pub const fn of_post(post: PostId, version: u64) -> Self {
        Self { thread: None, post: Some(post), version }
    }
}

/// An event about a comment, and what speaks for giving it a thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Weighed {
    /// What happened.
    pub received: Received,
    /// What speaks for it.
    pub merit: Merit,
}

/// What can be asked of a Post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PostCall {
    /// Take events about its comments in, and say where each goes on.
    Take {
        /// Which post.
        name: PostName,
        /// What the rules say of comments on its channel.
        rules: CommentRules,
        /// What happened.
        events: Vec<Weighed>,
        /// The answer is to have what the index lacks: no more follows at once.
        publish: bool,
    },
    /// What is known of the post.
    Context,
    /// The newest comments of customers that were written since then, at most so many: [`CameAnswer`].
    Came { since: Timestamp, most: u32 },
    /// The same, and what others wrote beside this customer's comments.
    Beside {
        /// The id of the thread's customer on the account.
        author: String,
        thread: ThreadId,
    },
    /// Somebody looked at the post.
    Looked {
        look: Look,
        /// Our copy of its picture, if there is a new one.
        picture: Option<Picture>,
    },
    /// An answer of ours is about to be written.
    Intend { name: PostName, intent: Intent },
    /// This comment is a part of a reply of ours. Granted where the placement says so: it may be another's already.
    Claim { name: PostName, claim: CommentClaim },
    /// What became of a reply is known, and what the platform calls it is not.
    End {
        name: PostName,
        reply: ReplyId,
        /// It is proved that nothing of it was written.
        refused: bool,
    },
    /// Somebody is about to answer this comment privately. Granted where the holder is who asks.
    TakePrivate { name: PostName, comment: RemoteId, mark: PrivateMark },
    /// The private reply of this comment is proved not sent.
    FreePrivate { name: PostName, comment: RemoteId, reply: ReplyId },
    /// Threads were told what waited of these comments, by its keys.
    Handed {
        /// Which comments.
        comments: Vec<(RemoteId, Vec<String>)>,
    },
    /// The post as lists show it.
    Read,
    /// A page of its comments, newest first.
    Page {
        /// Which.
        which: Which,
        /// Older than the one written then with this id.
        before: Option<(Timestamp, String)>,
        /// At most so many.
        limit: u32,
    },
    /// Put it away, or take it up again.
    Close {
        /// Away.
        closed: bool,
        /// Who wants it.
        by: ActorItem,
    },
    /// Do one thing to held comments: to those that are named, or else to those that fit, some at a time.
    Change {
        /// What.
        action: BulkAction,
        /// These.
        comments: Vec<MessageId>,
        /// Or these.
        which: Option<Which>,
        /// Who wants it.
        by: ActorItem,
    },
    /// Those of the held comments that fit and to which this could be done: [`PostAnswer::meant`].
    Meant { action: ModerationAction, which: Which },
    /// A person wants something done to held comments.
    Moderate { orders: Vec<ModerationOrder> },
    /// Calls for that came back; it may be time for others.
    GoOn {
        /// What the platform calls our account.
        account: RemoteId,
        results: Vec<HeldResult>,
        /// Begin at most so many.
        most: u32,
    },
    /// What has not begun is wanted no more.
    Stop {
        /// Who says so.
        by: ActorItem,
    },
    /// Something is wanted of a comment in its thread: what the post was to do to it is wanted no more.
    Leave { comment: MessageId },
    /// That more came in this hour than anything is open for is written down.
    Notified { hour: i64 },
}

/// Which comments of a post are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "each narrows by itself")]
pub struct Which {
    /// Where they are.
    pub place: Option<Placed>,
    /// Only those that ask something.
    pub question: bool,
    /// Only those with a link.
    pub link: bool,
    /// Only those of people who had an open thread.
    pub known: bool,
    /// Only held ones that nobody has looked at.
    pub unseen: bool,
    /// Only those with these words, as they stand.
    pub words: Option<String>,
}

/// How a Post is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostRequest<C> {
    /// The version that the caller has brought to the index, as far as it remembers.
    pub last_acked: u64,
    pub call: C,
}

/// What the index lacks of a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostPublication {
    pub post: PostId,
    pub version: u64,
    /// What to write.
    pub projection: Projection,
}

/// A post's row in the index, among those of threads.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PostRow {
    pub id: PostId,
    pub version: u64,
    /// `open` or `closed`.
    pub status: String,
    /// `unassigned`: posts are everybody's.
    pub queue: String,
    /// Order within a queue, ascending.
    pub rank: i64,
    /// What lists are narrowed by: see [`crate::view::facet`].
    pub facets: String,
    /// As the list shows it.
    pub item: PostItem,
}

/// A page of a post's comments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentPage {
    /// Newest first.
    pub items: Vec<PostComment>,
    /// Where it goes on, if it does.
    pub next: Option<(Timestamp, String)>,
}

/// What came under a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CameAnswer {
    pub record: PostRecord,
    /// Oldest first.
    pub came: Vec<CameIn>,
    /// There are older ones.
    pub more: bool,
}

/// What a Post answers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PostAnswer {
    /// Where each event goes on, in their order.
    pub placements: Vec<Placement>,
    /// What threads are to be told besides.
    pub handovers: Vec<Handover>,
    /// Whoever asked is to have the post looked at.
    pub look: bool,
    /// For `Context` and `Beside`: what is known of the post.
    pub record: Option<PostRecord>,
    /// For `Beside`: comments of others in the customer's branches, oldest first.
    pub beside: Beside,
    /// What the index lacks.
    pub publication: Option<PostPublication>,
    /// The team is to be told that more came in this hour than anything is open for.
    pub alarming: Option<i64>,
    /// What the post is known by.
    pub name: Option<PostName>,
    /// The post as it is now, where that was asked for.
    pub item: Option<PostItem>,
    /// How many comments are others now.
    pub changed: u32,
    /// There are more that fit.
    pub more: bool,
    /// Who has taken the one private reply of the comment that was asked about; nobody where there is no such comment.
    pub holder: Option<PrivateMark>,
    /// For `Meant`: their ids.
    pub meant: Vec<MessageId>,
    /// For `GoOn`: the calls to make; their markers are committed.
    pub calls: Vec<HeldCall>,
    /// A job is to be begun that does what is to be done to comments.
    pub idle: bool,
    /// For `Leave`: so many calls for the comment are on their way.
    pub under_way: u32,
}
