//! The built-in labeler against tables of invented sentences.
#![expect(clippy::unwrap_used, reason = "what a test does not expect stops it")]

mod builtin;
mod courtesy;

use tributary_domain::rules::{DEFAULT, Rules};

fn rules() -> Rules {
    Rules::parse(DEFAULT).unwrap()
}
