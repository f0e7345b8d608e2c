//! What can happen to a thread.

use crate::{
    audit::Program,
    authored::{Authored, ModerationOrder},
    event::Event,
    id::{MessageId, RemoteId, ReplyId},
    moderation::ModerationOutcome,
    outbound::{Draft, Part},
    owner::Claim,
    reply,
    rules::Rules,
    template::Begun,
    thread::{CallOutcome, Command, Thread},
    time::Timestamp,
};

/// One thing that happens to a thread.
#[derive(Debug, Clone)]
pub enum ThreadInput<'a> {
    /// Events, each with when we heard of it.
    Ingest {
        /// The thread as it is made, where there is none.
        new: Box<Thread>,
        /// What happened.
        events: &'a [(Event, Timestamp)],
    },
    /// Somebody does one thing.
    Command {
        command: Command,
        /// Only if nobody else wrote since.
        expected: Option<u64>,
        /// The program that does it in a teammate's name.
        through: Option<Program>,
    },
    /// A person wrote a reply.
    Reply {
        id: ReplyId,
        authored: Authored,
        draft: Draft,
        /// The template it began from.
        template: Option<Begun>,
        parts: Vec<Part>,
        /// The version that was seen.
        expected: u64,
        /// The thread as it is made, where there is none: a private reply may be the first message.
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
    /// It may be a reply's turn.
    Begin,
    /// A call came back.
    Called {
        /// Which, and with what.
        call: CallOutcome,
    },
    /// The platform was asked whether it has a part of a reply in doubt.
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
    /// Nothing: somebody looks.
    Read,
    /// Other rules hold. `words` are those that wait for an answer.
    Replan {
        /// The rules as they are.
        rules: &'a Rules,
        /// Oldest first.
        words: &'a [&'a str],
    },
    /// The alarm rings. Without rules the plan that is there has to do.
    Ring {
        /// The rules as they are.
        rules: Option<&'a Rules>,
    },
    /// The clock looks after the thread, and the index holds this version of it; 0 where it has none.
    Visit { indexed: u64 },
}
