//! Labelling and routing: a queue of its own, so that a slow model holds nothing up.

mod bedrock;
mod budget;
mod consume;
mod learned;
mod link;

pub(crate) use consume::consume;
