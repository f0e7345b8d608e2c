//! The HTTP API: one type per body, one entry per operation.
//!
//! JSON is camelCase; times are RFC 3339 in UTC; ids are opaque strings with a prefix; unknown fields are refused.

pub mod account;
pub mod address;
pub mod audit;
pub mod bounded;
pub mod contact;
pub mod context;
pub mod delivery;
pub mod digest;
pub mod endpoint;
pub mod endpoints;
pub mod handover;
pub mod health;
pub mod insights;
pub mod message;
pub mod notice;
pub mod page;
pub mod platform;
pub mod post;
pub mod problem;
pub mod query;
pub mod reply;
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

/// What an operation takes behind the `?`.
macro_rules! parameters {
    ($($item:item)+) => {
        $(
            #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
            #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            $item
        )+
    };
}
pub(crate) use parameters;

/// A value of an address that has a form.
macro_rules! form {
    ($name:ident $(<const $most:ident>)?, $schema:expr) => {
        #[cfg(feature = "schema")]
        impl $(<const $most: u32>)? schemars::JsonSchema for $name $(<$most>)? {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $schema
            }
        }
    };
}
pub(crate) use form;
