//! Search.

use tributary_domain::message::Direction;

use super::{post::PostItem, thread::ThreadItem};
use serde::{Deserialize, Serialize};
use tributary_domain::{id::MessageId, time::Timestamp};

use super::{
    bounded::Line,
    page::{Limit, Unfit},
};

super::body! {
    /// What was found: a message or a note that has the words, or somebody who is called so.
    pub struct SearchItem {
        /// The thread that it stands in; none of a comment that is held.
        pub thread: Option<ThreadItem>,
        /// The post under which a comment is held.
        pub post: Option<PostItem>,
        pub found: Found,
        /// The message, when it is one.
        pub message_id: Option<MessageId>,
        /// Which way the message went, when it is one.
        pub direction: Option<Direction>,
        /// When it was written; of a contact, when the thread's last message was.
        pub at: Timestamp,
        /// The words around, plain text on one line; of a contact, the name, the handle and the number, as far as they tell
        /// why it was found.
        pub excerpt: String,
        /// Where in the excerpt the words are.
        pub highlights: Vec<Highlight>,
    }
}

super::body! {
    /// A part of an excerpt, in UTF-16 code units, as JavaScript counts.
    pub struct Highlight {
        pub start: u32,
        /// Before where it ends.
        pub end: u32,
    }
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Found {
    /// Somebody who is called so, or whose number it is.
    Contact,
    /// A message.
    Message,
    /// A note of the team's.
    Note,
}

super::parameters! {
    /// What is searched for, and which page of it.
    pub struct SearchQuery {
        /// Words, all of which must be there.
        pub q: Line<200>,
        /// Where the last page ended: its `nextCursor`.
        pub cursor: Option<SearchCursor>,
        /// How many at most.
        #[serde(default)]
        pub limit: Limit<50>,
    }
}

/// The key of the last message of a page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SearchCursor(String);

impl SearchCursor {
    /// As the index has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SearchCursor {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        let fits = (1..=18).contains(&text.len()) && text.bytes().all(|one| one.is_ascii_digit());
        if fits { Ok(Self(text)) } else { Err(Unfit::Cursor) }
    }
}

super::form!(SearchCursor, schemars::json_schema!({ "type": "string", "pattern": "^[0-9]{1,18}$" }));
