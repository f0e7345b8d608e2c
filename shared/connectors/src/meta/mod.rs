//! What Meta's platforms share: signature, handshake, envelope, errors, and the messaging events that
//! Messenger and Instagram have in common.

pub(crate) mod about;
pub(crate) mod envelope;
pub(crate) mod error;
pub(crate) mod graph;
pub(crate) mod messaging;
pub(crate) mod signature;
