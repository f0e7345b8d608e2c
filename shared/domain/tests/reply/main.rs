//! What a reply on its way out may and may not do.
#![cfg(test)]

mod authorship;
mod exhaustive;
mod fixture;
mod semantics;
mod sequences;
mod table;
