//! The built-in labeler and the codec of the model, against tables of invented sentences and hostile texts.
#![expect(clippy::unwrap_used, reason = "what a test does not expect stops it")]

mod builtin;
mod courtesy;
mod hostile;
mod learned;
mod model;

use tributary_domain::rules::{DEFAULT, Rules};

fn rules() -> Rules {
    Rules::parse(DEFAULT).unwrap()
}
