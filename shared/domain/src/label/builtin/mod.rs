//! The built-in labeler: keywords, cues and letters. It knows less than a model, costs nothing and is always there.

mod cues;
pub mod language;
mod stopwords;
mod summary;

pub use cues::asks;

use super::{Labels, OTHER, Phrase, Urgency, Words, capped, floor};
use crate::rules::{Rules, Topic};

/// Labels what a customer wrote in one burst. The texts may be empty: a picture alone has no words.
pub fn label(rules: &Rules, turn: &[&str]) -> Labels {
    let texts = capped(turn);
    let text = texts.join("\n");
    let (topic, urgency) = read(rules, &text);
    Labels {
        topic: topic.to_owned(),
        urgency: urgency.max(floor(rules, topic, &texts)),
        language: language::detect(&text).to_owned(),
        summary: summary::of(&text),
    }
}

/// What the rules have a say in, alone: the topic, and the urgency before any floor.
pub fn by_rules<'a>(rules: &'a Rules, turn: &[&str]) -> (&'a str, Urgency) {
    read(rules, &capped(turn).join("\n"))
}

fn read<'a>(rules: &'a Rules, text: &str) -> (&'a str, Urgency) {
    let words = Words::of(text);
    (topic(rules, &words), cues::urgency(rules, text, &words))
}

/// Whether `word`, in small letters without accents, is a small word of some language.
pub fn is_small(word: &str) -> bool {
    let latin = stopwords::LATIN.iter().map(|one| one.words);
    let mut all = latin.chain(stopwords::CYRILLIC.iter().map(|(_, words)| *words));
    all.any(|words| words.split_ascii_whitespace().any(|one| one == word))
}

/// The topic most of whose keywords occur; of several the one that is named first.
fn topic<'a>(rules: &'a Rules, words: &Words) -> &'a str {
    let score = |topic: &Topic| {
        let hits = topic.keywords.iter().filter_map(|phrase| Some((phrase.weight(), words.find(phrase)?)));
        hits.fold((0, usize::MAX), |(weight, first), (more, at)| (weight + more, first.min(at)))
    };
    rules
        .topics
        .iter()
        .map(|(name, topic)| (score(topic), name))
        .filter(|((weight, _), _)| *weight > 0)
        .min_by_key(|((weight, first), name)| (std::cmp::Reverse(*weight), *first, (*name).clone()))
        .map_or(OTHER, |(_, name)| name.as_str())
}

/// Whether any of `phrases` occurs.
fn any<'a>(words: &Words, phrases: impl IntoIterator<Item = &'a Phrase>) -> bool {
    phrases.into_iter().any(|phrase| words.find(phrase).is_some())
}
