//! What a model is asked and how its answers are read, with hostile texts and with examples that people corrected.
#![expect(clippy::unwrap_used, reason = "what a test does not expect stops it")]

mod hostile;
mod learned;
mod model;

use tributary_domain::rules::{DEFAULT, Rules};

fn rules() -> Rules {
    Rules::parse(DEFAULT).unwrap()
}
