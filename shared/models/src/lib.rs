//! The wire formats of language models: what they are asked for labels, and how their answers are read. No call is made
//! here, and no price is known.
#![warn(missing_debug_implementations)]

pub mod bedrock;
