//! From the domain's states to what the API and the index show.

mod conversation;
pub mod facet;
mod hosts;
mod message;
mod reply;
mod thread;

pub use conversation::message_page;
pub use hosts::held_to_hosts;
pub use message::{audit_item, message_item, pending_items};
pub use reply::reply_item;
pub use thread::{NOTE, SearchKey, audit_row, contact_row, note_row, projection, search_row, thread_item, thread_row};
