//! The HTTP API: one type per body, one row per route.
//!
//! JSON is camelCase; times are RFC 3339 in UTC; ids are opaque strings with a prefix; unknown fields are refused.

pub mod account;
pub mod audit;
pub mod contact;
pub mod delivery;
pub mod digest;
pub mod handover;
pub mod insights;
pub mod message;
pub mod notice;
pub mod page;
pub mod platform;
pub mod problem;
pub mod reply;
pub mod route;
pub mod rules;
pub mod search;
pub mod session;
pub mod teammate;
pub mod thread;
pub mod token;

macro_rules! body {
    ($($item:item)+) => {
        $(
            #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
            #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            $item
        )+
    };
}
pub(crate) use body;
