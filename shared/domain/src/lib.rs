//! The nouns and the rules of Tributary: no clock, no randomness, no I/O, no async.
//!
//! Everything here is a pure function of its arguments; `now` and new ids are always passed in.
//! The Worker loads a state, calls one of these functions, commits what it returns and carries out its effects.
#![warn(missing_debug_implementations)]

mod names;

pub mod account;
pub mod audit;
pub mod authored;
pub mod bounds;
pub mod capability;
pub mod costs;
pub mod detail;
pub mod digest;
pub mod escalation;
pub mod event;
pub mod file_name;
pub mod fingerprint;
pub mod form;
pub mod id;
pub mod insights;
pub mod json_error;
pub mod label;
pub mod message;
pub mod moderation;
pub mod mutant;
pub mod notice;
pub mod outbound;
pub mod owner;
pub mod platform;
pub mod post;
pub mod publish;
pub mod reply;
pub mod roster;
pub mod routing;
pub mod rules;
pub mod search;
pub mod subject;
pub mod template;
pub mod thread;
pub mod time;
pub mod timings;
