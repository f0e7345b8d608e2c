//! Search.

use super::{message::Direction, thread::ThreadItem};
use tributary_domain::{id::MessageId, time::Timestamp};

super::body! {
    /// A message that has the words.
    pub struct SearchItem {
        /// Its thread.
        pub thread: ThreadItem,
        /// The message.
        pub message_id: MessageId,
        /// Which way it went.
        pub direction: Direction,
        /// When.
        pub at: Timestamp,
        /// The words around, plain text.
        pub excerpt: String,
    }
}
