//! The built-in labeler and the codec of the model, against tables of invented sentences and hostile texts.

mod builtin;
mod hostile;
mod model;

use tributary_domain::rules::{DEFAULT, Rules};

fn rules() -> Rules {
    Rules::parse(DEFAULT).unwrap()
}
