//! Reasons in words.

use super::{Candidate, Guardrail, Reason, Verdict};

/// How many people are named in one reason.
const NAMED: usize = 5;

pub(super) fn passed(guardrail: Guardrail, detail: impl Into<String>) -> Reason {
    Reason { guardrail, verdict: Verdict::Passed, detail: detail.into() }
}

pub(super) fn blocked(guardrail: Guardrail, detail: impl Into<String>) -> Reason {
    Reason { guardrail, verdict: Verdict::Blocked, detail: detail.into() }
}

/// `Mia, Jon and 3 others`.
pub(super) fn names(candidates: &[&Candidate]) -> String {
    let mut named: Vec<String> = candidates.iter().take(NAMED).map(|candidate| candidate.member.name.clone()).collect();
    if candidates.len() > NAMED {
        named.push(format!("{} others", candidates.len() - NAMED));
    }
    match named.split_last() {
        None => "nobody".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
