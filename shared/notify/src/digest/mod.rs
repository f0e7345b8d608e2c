//! A digest in words, for the team's channels and for mail.

mod html;
mod sections;
mod text;

pub(crate) use html::mail as html;
pub(crate) use sections::subject;
pub(crate) use text::{mail as text, post};
