//! What a reply on its way out may and may not do.

mod authorship;
mod exhaustive;
mod fixture;
mod sequences;
mod table;
