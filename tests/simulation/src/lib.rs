//! Seeded simulation of the protocol.
