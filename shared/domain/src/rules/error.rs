//! What is wrong with a rules document, where, and what was probably meant.

use std::ops::Range;

use serde::Serialize;

use super::suggest;
use crate::bounds;

/// Longest message or suggestion, in characters.
const MESSAGE: usize = 400;

/// Why a rules document is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
#[serde(rename_all = "camelCase")]
pub struct RulesError {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong, for the person who writes the rules.
    pub message: String,
    /// What to do about it, when it can be guessed.
    pub suggestion: Option<String>,
}

/// All that is wrong with a document, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// The first.
    pub first: RulesError,
    pub others: Vec<RulesError>,
}

/// A fault of the document, at a place in it. Small, since every result on the way carries it.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub(super) struct Fault(Box<Parts>);

#[derive(Debug)]
struct Parts {
    span: Range<usize>,
    message: String,
    suggestion: Option<String>,
    stand_in: Option<&'static str>,
}

impl Fault {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self(Box::new(Parts { span, message: message.into(), suggestion: None, stand_in: None }))
    }

    /// What is right in place of the value: with it, what is wrong beside it is found as well.
    pub(super) fn with_stand_in(mut self, value: &'static str) -> Self {
        self.0.stand_in = Some(value);
        self
    }

    pub(super) fn stand_in(&self) -> Option<&'static str> {
        self.0.stand_in
    }

    pub(super) fn hint(mut self, suggestion: impl Into<String>) -> Self {
        self.0.suggestion = Some(suggestion.into());
        self
    }

    /// At `place`, where nothing nearer is known.
    pub(super) fn at(mut self, place: Range<usize>) -> Self {
        if self.0.span.is_empty() {
            self.0.span = place;
        }
        self
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.0.span.clone()
    }

    pub(super) fn has_hint(&self) -> bool {
        self.0.suggestion.is_some()
    }

    /// Suggests the candidate that is most like `name`.
    pub(super) fn meant<'a>(mut self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        let known = self.0.suggestion.take();
        self.0.suggestion = known.or_else(|| suggest::closest(name, candidates).map(did_you_mean));
        self
    }

    /// A name that is none of those known, with the one that it resembles.
    pub(super) fn unknown(span: Range<usize>, what: &str, name: &str, known: &[&str]) -> Self {
        let quoted: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let expected = match quoted.as_slice() {
            [] => "none".to_owned(),
            [only] => only.clone(),
            [one, other] => format!("{one} or {other}"),
            _ => format!("one of {}", quoted.join(", ")),
        };
        Self::new(span, format!("unknown {what} `{name}`, expected {expected}")).meant(name, known.iter().copied())
    }

    pub(super) fn in_text(&self, text: &str) -> RulesError {
        let Parts { span, message, suggestion, stand_in: _ } = &*self.0;
        let before = text.get(..span.start).unwrap_or(text);
        RulesError {
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
            message: shortened(message),
            suggestion: suggestion.as_deref().map(shortened),
        }
    }
}

impl From<toml::de::Error> for Fault {
    fn from(error: toml::de::Error) -> Self {
        Self::new(error.span().unwrap_or(0..0), error.message().replace('\n', ", "))
    }
}

/// What a document names may be as long as the document; what is said of it is not.
fn shortened(text: &str) -> String {
    let kept = bounds::characters(text, MESSAGE);
    if kept.len() == text.len() { text.to_owned() } else { format!("{kept}…") }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}
