//! The end of a shift.

use tributary_domain::{
    id::{TeammateId, ThreadId},
    time::Timestamp,
};

use super::bounded::Few;
use super::thread::{OwnerItem, ReasonItem, ThreadItem};

super::body! {
    /// My open threads at the end of my shift.
    pub struct HandoverItem {
        /// When my shift ends, or the last one ended; none where it never does.
        pub ends_at: Option<Timestamp>,
        /// From when on my threads are offered to others.
        pub offered_from: Option<Timestamp>,
        /// Those that wait for an answer, the most pressing first; none before their time has come.
        pub items: Vec<HandoverThread>,
        /// There are more than are listed.
        pub more: bool,
    }

    /// One of them.
    pub struct HandoverThread {
        pub thread: ThreadItem,
        /// Who could take it; nobody where nobody is on shift then, or has room.
        pub taker: Option<OwnerItem>,
        pub reasons: Vec<ReasonItem>,
    }

    /// Threads to be handed over.
    pub struct HandoverRequest {
        /// Which, and to whom.
        pub items: Few<HandoverChoice, 1, 100>,
    }

    /// A thread to be handed over.
    pub struct HandoverChoice {
        pub thread_id: ThreadId,
        pub teammate_id: TeammateId,
        /// The version that was seen.
        pub expected_version: u64,
    }

    /// What became of it.
    pub struct HandedOverItem {
        /// Those that were handed over.
        pub done: Vec<ThreadId>,
        /// Those that were not.
        pub refused: Vec<HandoverRefusal>,
    }

    /// A thread that was not handed over.
    pub struct HandoverRefusal {
        pub thread_id: ThreadId,
        /// A stable word.
        pub code: String,
        /// What is the matter and how to mend it.
        pub detail: String,
    }
}
