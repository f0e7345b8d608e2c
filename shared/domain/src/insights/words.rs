//! Words that tell a topic, from threads that people gave it: for a person to put among its keywords.
//!
//! A word is told only when at least three threads of at least three contacts have it. What only one or two people
//! write is nobody else's business: names, numbers, addresses.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    id::ContactId,
    label::{Words, builtin},
    rules::Rules,
};

/// In so many threads, of so many contacts, at least.
const LEAST: usize = 3;
/// Most words for one topic.
const MOST: usize = 8;

/// A thread that a person gave a topic.
#[derive(Debug, Clone)]
pub struct Told {
    pub topic: String,
    /// Whose thread.
    pub contact: ContactId,
    pub texts: Vec<String>,
}

/// A word that may tell a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub topic: String,
    /// The word, in small letters without accents.
    pub word: String,
    /// In so many of the topic's threads.
    pub threads: u64,
}

/// Words that tell the topics of these threads, the likeliest of each topic first.
pub fn suggested(rules: &Rules, told: &[Told]) -> Vec<Suggestion> {
    // By topic and word: in how many threads, and whose.
    let mut seen: BTreeMap<(&str, String), (u64, BTreeSet<&ContactId>)> = BTreeMap::new();
    let mut everywhere: BTreeMap<String, u64> = BTreeMap::new();
    for one in told {
        let mut words: BTreeSet<String> = BTreeSet::new();
        for text in &one.texts {
            words.extend(Words::of(text).iter().filter(|word| fits(word)).map(str::to_owned));
        }
        for word in words {
            *everywhere.entry(word.clone()).or_default() += 1;
            let (threads, contacts) = seen.entry((&one.topic, word)).or_default();
            *threads += 1;
            contacts.insert(&one.contact);
        }
    }
    let mut found: Vec<Suggestion> = seen
        .into_iter()
        .filter(|((topic, word), (threads, contacts))| {
            let here = usize::try_from(*threads).unwrap_or(usize::MAX);
            // Words that other topics' threads have as often tell nothing.
            let telling = everywhere.get(word).is_some_and(|all| threads * 3 >= all * 2);
            here >= LEAST && contacts.iter().count() >= LEAST && telling && !known(rules, topic, word)
        })
        .map(|((topic, word), (threads, _))| Suggestion { topic: topic.to_owned(), word, threads })
        .collect();
    found.sort_by(|a, b| {
        (&a.topic, std::cmp::Reverse(a.threads), &a.word).cmp(&(&b.topic, std::cmp::Reverse(b.threads), &b.word))
    });
    let mut of_topic = (String::new(), 0);
    found.retain(|one| {
        if of_topic.0 != one.topic {
            of_topic = (one.topic.clone(), 0);
        }
        of_topic.1 += 1;
        of_topic.1 <= MOST
    });
    found
}

/// Neither short, nor with a digit, nor a small word of any language.
fn fits(word: &str) -> bool {
    (3..=40).contains(&word.chars().count()) && !word.contains(|one: char| one.is_numeric()) && !builtin::is_small(word)
}

/// Whether the topic's keywords find it already; a topic that the rules no longer have wants none.
fn known(rules: &Rules, topic: &str, word: &str) -> bool {
    let Some(topic) = rules.topics.get(topic) else { return true };
    let words = Words::of(word);
    topic.keywords.iter().any(|keyword| words.find(keyword).is_some())
}
