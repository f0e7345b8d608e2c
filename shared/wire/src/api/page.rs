//! Pages of lists: how one is asked for, and what it is.

use std::fmt;

use serde::{Deserialize, Serialize};
use tributary_domain::{
    id::{AccountId, MessageId},
    platform::Platform,
    time::Timestamp,
};

/// The parameter is not what a page was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// How many are asked for.
    #[error("a number from 1 to {0}")]
    Limit(u32),
    /// Where to go on.
    #[error("`nextCursor` of the page before, unchanged")]
    Cursor,
}

/// How many items a page may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Limit<const MOST: u32>(u32);

/// When nothing is said.
const LIMIT: u32 = 20;

impl<const MOST: u32> Limit<MOST> {
    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<const MOST: u32> Default for Limit<MOST> {
    fn default() -> Self {
        Self(LIMIT)
    }
}

impl<const MOST: u32> TryFrom<String> for Limit<MOST> {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        let number = text.parse().ok().filter(|number: &u32| (1..=MOST).contains(number) && number.to_string() == text);
        number.map(Self).ok_or(Unfit::Limit(MOST))
    }
}

super::form!(Limit<const MOST>, schemars::json_schema!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT }));

/// A condition that holds, or is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Only {
    /// `true`
    True,
}

super::form!(Only, schemars::json_schema!({ "type": "boolean", "enum": [true] }));

/// Where a page ended: a number by which the list is ordered, and which of those that share it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Cursor {
    pub number: i64,
    /// The id; nothing where the number tells all.
    pub id: String,
}

/// No list counts so far, and no number in JSON is exact much beyond it.
const FURTHEST: i64 = 9_000_000_000_000_000;

impl TryFrom<String> for Cursor {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        let read = || {
            let (number, id) = text.split_once('.')?;
            let digits = !number.is_empty() && number.bytes().all(|one| one.is_ascii_digit());
            let number = number.parse().ok().filter(|number| digits && *number < FURTHEST)?;
            let fits = id.len() <= 96 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
            fits.then(|| Self { number, id: id.to_owned() })
        };
        read().ok_or(Unfit::Cursor)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.number, self.id)
    }
}

super::form!(
    Cursor,
    schemars::json_schema!({
        "type": "string", "pattern": "^([0-9]{1,15}|[0-8][0-9]{15})\\.[0-9A-Za-z_-]{0,96}$"
    })
);

/// Where a page of a thread's messages began.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MessageCursor {
    /// When the first one there was written.
    pub at: Timestamp,
    /// Its order among those of that time.
    pub order: u64,
    pub id: MessageId,
}

impl TryFrom<String> for MessageCursor {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        let read = || {
            let Cursor { number, id } = Cursor::try_from(text).ok()?;
            let (order, id) = id.split_once('-')?;
            let digits = (1..=19).contains(&order.len()) && order.bytes().all(|one| one.is_ascii_digit());
            let order = order.parse().ok().filter(|_| digits)?;
            Some(Self { at: Timestamp::from_millis(number), order, id: MessageId::parse(id).ok()? })
        };
        read().ok_or(Unfit::Cursor)
    }
}

impl fmt::Display for MessageCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}-{}", self.at.millis(), self.order, self.id)
    }
}

super::form!(
    MessageCursor,
    schemars::json_schema!({
        "type": "string", "pattern": "^([0-9]{1,15}|[0-8][0-9]{15})\\.[0-9]{1,19}-msg_[0-9A-Za-z-]{1,64}$"
    })
);

super::parameters! {
    /// Which page of a list.
    pub struct PageQuery {
        /// Where the last page ended: its `nextCursor`.
        pub cursor: Option<Cursor>,
        /// How many at most.
        #[serde(default)]
        pub limit: Limit<100>,
    }

    /// Which page of a thread's messages.
    pub struct MessagesQuery {
        /// Where the last page ended: its `nextCursor`.
        pub cursor: Option<MessageCursor>,
        /// How many at most.
        #[serde(default)]
        pub limit: Limit<100>,
    }

    /// What takes no parameters.
    pub struct NoQuery {}
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{T}Page"))]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// In the list's order.
    pub items: Vec<T>,
    /// How to go on.
    pub pagination: Pagination,
    /// Whether the list is whole.
    pub meta: Meta,
}

super::body! {
    /// How to go on after a page.
    pub struct Pagination {
        /// Whether there is more.
        pub has_more: bool,
        /// Pass as `cursor` for the next page.
        pub next_cursor: Option<String>,
    }

    /// Whether a list is whole.
    pub struct Meta {
        /// How many connected accounts stand behind it.
        pub accounts_queried: u32,
        /// How many of them are in trouble, so that newer messages may be missing.
        pub accounts_failed: u32,
        pub failed_accounts: Vec<FailedAccount>,
        /// When this answer was made.
        pub last_updated: Timestamp,
    }

    /// An account in trouble.
    pub struct FailedAccount {
        pub account_id: AccountId,
        pub platform: Platform,
        pub name: String,
        /// A stable word for the trouble.
        pub code: String,
        /// What it means and how to mend it.
        pub error: String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_go_there_and_back() {
        let cursor = Cursor { number: 1 << 50, id: "thr_1a".to_owned() };
        assert_eq!(Cursor::try_from(cursor.to_string()), Ok(cursor));
        let id = MessageId::parse("msg_1a-").unwrap();
        let cursor = MessageCursor { at: Timestamp::from_millis(1 << 40), order: 1 << 60, id };
        assert_eq!(MessageCursor::try_from(cursor.to_string()), Ok(cursor));
        for bad in ["", "x", "5", ".a", "AAAA", "9000000000000000.a", "1.a'b", "-2.a", "+2.a", "1.ä"] {
            assert_eq!(Cursor::try_from(bad.to_owned()), Err(Unfit::Cursor), "{bad}");
        }
        for bad in ["1.a", "1.5-thr_1", "1.x-msg_1", "1.msg_1", "-1.5-msg_1"] {
            assert_eq!(MessageCursor::try_from(bad.to_owned()), Err(Unfit::Cursor), "{bad}");
        }
    }
}
