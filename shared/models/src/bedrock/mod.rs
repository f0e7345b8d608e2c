//! Labels by a model behind Amazon Bedrock's Converse operation: what is asked, and how answers are read.
//!
//! Sources: the service model of `bedrock-runtime` 2023-09-30 and its `Converse` and error pages.

mod answer;
mod request;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use answer::{ModelAnswer, ModelFault, UnusableAnswer, read};
pub use request::{estimate, request};

/// The tool that a model is made to call with its labels.
const TOOL: &str = "label";

/// Most tokens a model may write. Unset, the service reserves its largest answer of the account's quota.
const MAX_TOKENS: u32 = 256;

/// What stays as it is in a path: letters, digits and these.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The path of a call to `model`, encoded once: `:` of an id is `%3A`, `/` of an ARN `%2F`.
pub fn path(model: &str) -> String {
    format!("/model/{}/converse", utf8_percent_encode(model, PLAIN))
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_are_encoded_once() {
        assert_eq!(
            super::path("global.anthropic.claude-haiku-4-5-20251001-v1:0"),
            "/model/global.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse"
        );
        assert_eq!(super::path("a/b ü?"), "/model/a%2Fb%20%C3%BC%3F/converse");
    }
}
