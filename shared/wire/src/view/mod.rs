//! From the domain's states to what the API and the index show.

mod audit;
mod conversation;
pub mod facet;
mod hosts;
mod message;
mod moderation;
mod post;
mod reply;
mod thread;

pub use audit::{audit_item, workspace_item};
pub use conversation::message_page;
pub use hosts::held_to_hosts;
pub use message::{message_item, pending_items};
pub use post::{beside, post_comment, post_context, post_id, post_item, post_publication};
pub use reply::reply_item;
pub use thread::{
    HELD, NOTE, SearchKey, audit_row, contact_row, note_row, projection, search_row, thread_item, thread_row,
};
