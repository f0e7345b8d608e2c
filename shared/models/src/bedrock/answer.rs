//! How a model's answer is read.

use serde::Deserialize;
use serde_json::value::RawValue;
use tributary_domain::{
    costs::Usage,
    label::{Labels, RawLabels, Unusable, validate},
    rules::Rules,
    time::Span,
};

use super::TOOL;

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelAnswer {
    Labelled {
        labels: Labels,
        /// What they took; none when it does not say.
        usage: Option<Usage>,
    },
    /// A passing fault: the same call may work after a while.
    Retry {
        /// How long to wait at least.
        after: Span,
    },
    /// This model cannot be had; another may. Somebody has to look into it.
    NextModel { fault: ModelFault },
    /// No use in asking again.
    Unusable {
        reason: UnusableAnswer,
        /// What it took all the same; none when it does not say, though it may be billed.
        usage: Option<Usage>,
    },
}

/// Why a model cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModelFault {
    /// No permission for it, or no access was granted.
    #[error("access to the model is denied: check its permission and the account's model access")]
    AccessDenied,
    /// There is none of this id in this region.
    #[error("the model does not exist in this region, or is no longer offered")]
    NotFound,
    /// It does not take such calls: on-demand use, forced tools, or the id is malformed.
    #[error("the model does not take this call: check its id, and whether it needs an inference profile")]
    Refused,
    /// The account's quota for it is used up.
    #[error("the quota of the model is used up")]
    Quota,
}

/// Why an answer is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnusableAnswer {
    /// The key or its signature is not accepted: no other model would be.
    #[error("the credentials are not accepted: check the keys, and the clock")]
    Credentials,
    /// The body is not what the operation answers.
    #[error("the answer cannot be read")]
    Unreadable,
    /// The model stopped without labels.
    #[error("the model gave no labels")]
    NoLabels,
    /// The model gave labels more than once.
    #[error("the model gave more than one answer")]
    TwoAnswers,
    /// The labels are out of form.
    #[error(transparent)]
    Labels(#[from] Unusable),
    /// A status that the operation does not have.
    #[error("the service answered with status {0}")]
    Status(u16),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Converse {
    output: Output,
    stop_reason: String,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Output {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: Vec<Block>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Block {
    tool_use: Option<ToolUse>,
}

#[derive(Deserialize)]
struct ToolUse {
    name: String,
    input: Box<RawValue>,
}

/// Reads the answer to a call about `turn`. `error_type` is the header `x-amzn-errortype`.
pub fn read(status: u16, error_type: Option<&str>, body: &str, rules: &Rules, turn: &[&str]) -> ModelAnswer {
    if status == 200 {
        return labelled(body, rules, turn);
    }
    let unusable = |reason| ModelAnswer::Unusable { reason, usage: Some(Usage::default()) };
    // The header may go on with an address: `ThrottlingException:http://...`.
    let name = error_type.and_then(|name| name.split(':').next()).unwrap_or_default().trim();
    match (name, status) {
        ("ThrottlingException", _) => ModelAnswer::Retry { after: Span::seconds(2) },
        ("ModelNotReadyException", _) => ModelAnswer::Retry { after: Span::seconds(5) },
        ("ServiceQuotaExceededException", _) => ModelAnswer::NextModel { fault: ModelFault::Quota },
        ("ValidationException", _) => ModelAnswer::NextModel { fault: ModelFault::Refused },
        ("ResourceNotFoundException", _) | (_, 404) => ModelAnswer::NextModel { fault: ModelFault::NotFound },
        ("AccessDeniedException", _) => ModelAnswer::NextModel { fault: ModelFault::AccessDenied },
        (
            "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "UnrecognizedClientException"
            | "ExpiredTokenException"
            | "ExpiredToken"
            | "InvalidClientTokenId"
            | "IncompleteSignature"
            | "MissingAuthenticationTokenException",
            _,
        )
        | (_, 401) => unusable(UnusableAnswer::Credentials),
        (_, 403) => ModelAnswer::NextModel { fault: ModelFault::AccessDenied },
        (_, 400) => ModelAnswer::NextModel { fault: ModelFault::Refused },
        (_, 429) => ModelAnswer::Retry { after: Span::seconds(2) },
        (_, 408 | 424 | 500..=599) => ModelAnswer::Retry { after: Span::seconds(1) },
        (_, other) => unusable(UnusableAnswer::Status(other)),
    }
}

fn labelled(body: &str, rules: &Rules, turn: &[&str]) -> ModelAnswer {
    let Ok(answer) = serde_json::from_str::<Converse>(body) else {
        return ModelAnswer::Unusable { reason: UnusableAnswer::Unreadable, usage: None };
    };
    let usage = answer.usage;
    let calls = answer.output.message.content.into_iter().filter_map(|block| block.tool_use);
    let calls: Vec<ToolUse> = calls.filter(|call| call.name == TOOL && answer.stop_reason == "tool_use").collect();
    let call = match calls.as_slice() {
        [call] => call,
        [] => return ModelAnswer::Unusable { reason: UnusableAnswer::NoLabels, usage },
        // Which of them is meant, nobody can tell.
        _ => return ModelAnswer::Unusable { reason: UnusableAnswer::TwoAnswers, usage },
    };
    let labels = serde_json::from_str::<RawLabels>(call.input.get())
        .map_err(|_| UnusableAnswer::Unreadable)
        .and_then(|raw| Ok(validate(&raw, rules, turn)?));
    match labels {
        Ok(labels) => ModelAnswer::Labelled { labels, usage },
        Err(reason) => ModelAnswer::Unusable { reason, usage },
    }
}
