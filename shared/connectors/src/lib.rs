//! Connectors: one folder per platform, one contract for all.
//!
//! Sans-I/O: bytes and values in, requests and facts out. A connector never reads a clock, never calls a
//! network, and keeps nothing between two calls. Platforms are listed in one place only: [`registry`].
#![warn(missing_debug_implementations)]

pub mod connection;
pub mod contract;
mod crypto;
pub mod facebook;
pub mod http;
pub mod instagram;
mod json;
mod lenient;
pub mod limits;
mod lines;
mod meta;
mod plan;
mod press;
pub mod registry;
mod secret;
pub mod telegram;
pub mod webhook;
pub mod whatsapp;

pub use secret::Secret;
