//! Which language a text is in: by its script, then by small words and telling letters.

use std::collections::BTreeMap;

use super::stopwords::{CYRILLIC, LATIN};
use crate::label::{UNDETERMINED, Words};

/// How much a word counts that only one language has; one that several share counts less.
const WORD: u32 = 60;

/// How much a letter counts that only one language has, for each of its first few occurrences.
const LETTER: u32 = 30;

/// What must come together before a language of the Latin script is named.
const ENOUGH: u32 = 40;

/// Most letters that are looked at.
const LETTERS: usize = 2000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Kana,
    Han,
    /// A script that stands for one language here.
    Of(&'static str),
}

/// The BCP 47 tag of the language of `text`, or [`UNDETERMINED`].
pub fn detect(text: &str) -> &'static str {
    let text: String = without_addresses(text).chars().take(LETTERS).collect();
    let mut scripts: BTreeMap<Script, usize> = BTreeMap::new();
    for letter in text.chars() {
        if let Some((script, weight)) = script(letter) {
            *scripts.entry(script).or_default() += weight;
        }
    }
    let count = |script| scripts.get(&script).copied().unwrap_or_default();
    // Japanese mixes both; a lone kana in Chinese is an ornament.
    if count(Script::Kana) > 0
        && count(Script::Kana) * 8 >= count(Script::Han)
        && count(Script::Kana) * 4 >= count(Script::Latin)
    {
        return "ja";
    }
    match scripts.into_iter().max_by_key(|(_, count)| *count).map(|(script, _)| script) {
        None => UNDETERMINED,
        Some(Script::Latin) => latin(&text),
        Some(Script::Cyrillic) => cyrillic(&text),
        Some(Script::Arabic) => arabic(&text),
        Some(Script::Kana) => "ja",
        Some(Script::Han) => "zh",
        Some(Script::Of(tag)) => tag,
    }
}

/// Web and mail addresses and handles are of no language.
fn without_addresses(text: &str) -> String {
    let is_address = |word: &&str| word.contains("://") || word.contains('@') || word.starts_with("www.");
    text.split_whitespace().filter(|word| !is_address(word)).collect::<Vec<_>>().join(" ")
}

/// The script of a letter, and how many Latin letters it is worth.
fn script(letter: char) -> Option<(Script, usize)> {
    if !letter.is_alphabetic() {
        return None;
    }
    Some(match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => (Script::Latin, 1),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => (Script::Of("el"), 1),
        '\u{400}'..='\u{52f}' => (Script::Cyrillic, 1),
        '\u{530}'..='\u{58f}' => (Script::Of("hy"), 1),
        '\u{590}'..='\u{5ff}' => (Script::Of("he"), 1),
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' => {
            (Script::Arabic, 1)
        }
        '\u{900}'..='\u{97f}' => (Script::Of("hi"), 1),
        '\u{980}'..='\u{9ff}' => (Script::Of("bn"), 1),
        '\u{a00}'..='\u{a7f}' => (Script::Of("pa"), 1),
        '\u{a80}'..='\u{aff}' => (Script::Of("gu"), 1),
        '\u{b80}'..='\u{bff}' => (Script::Of("ta"), 1),
        '\u{c00}'..='\u{c7f}' => (Script::Of("te"), 1),
        '\u{c80}'..='\u{cff}' => (Script::Of("kn"), 1),
        '\u{d00}'..='\u{d7f}' => (Script::Of("ml"), 1),
        '\u{e00}'..='\u{e7f}' => (Script::Of("th"), 1),
        '\u{10a0}'..='\u{10ff}' => (Script::Of("ka"), 1),
        '\u{3040}'..='\u{30ff}' => (Script::Kana, 2),
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => (Script::Of("ko"), 3),
        '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2ffff}' => (Script::Han, 3),
        _ => return None,
    })
}

fn latin(text: &str) -> &'static str {
    // The tones of Vietnamese are in a block of their own.
    if text.chars().filter(|letter| matches!(letter, '\u{1ea0}'..='\u{1ef9}')).count() >= 2 {
        return "vi";
    }
    let words = Words::of(text);
    let mut scores = vec![0; LATIN.len()];
    for word in words.iter() {
        let having: Vec<bool> =
            LATIN.iter().map(|one| one.words.split_ascii_whitespace().any(|known| known == word)).collect();
        add(&mut scores, &having, WORD);
    }
    let mut seen: BTreeMap<char, u32> = BTreeMap::new();
    for letter in text.chars().flat_map(char::to_lowercase).filter(|letter| !letter.is_ascii()) {
        let times = seen.entry(letter).or_default();
        *times += 1;
        if *times <= 3 {
            let having: Vec<bool> = LATIN.iter().map(|one| one.letters.contains(letter)).collect();
            add(&mut scores, &having, LETTER);
        }
    }
    let best = scores.iter().copied().zip(LATIN).max_by_key(|(score, _)| *score);
    let (score, tag) = best.map_or((0, UNDETERMINED), |(score, one)| (score, one.tag));
    let first = scores.iter().filter(|other| **other == score).count() == 1;
    if score >= ENOUGH && first { tag } else { UNDETERMINED }
}

/// Shares `worth` among those who have it.
fn add(scores: &mut [u32], having: &[bool], worth: u32) {
    let sharers = u32::try_from(having.iter().filter(|has| **has).count()).unwrap_or(u32::MAX).max(1);
    for (score, _) in scores.iter_mut().zip(having).filter(|(_, has)| **has) {
        *score += worth / sharers;
    }
}

fn cyrillic(text: &str) -> &'static str {
    let lower = text.to_lowercase();
    if lower.contains(['і', 'ї', 'є', 'ґ']) {
        return "uk";
    }
    if lower.contains(['ы', 'э', 'ё']) {
        return "ru";
    }
    let words = Words::of(text);
    let mut scores = vec![0; CYRILLIC.len()];
    for word in words.iter() {
        let having: Vec<bool> =
            CYRILLIC.iter().map(|(_, known)| known.split_whitespace().any(|known| known == word)).collect();
        add(&mut scores, &having, WORD);
    }
    // Bulgarian has this letter in common words, Russian seldom.
    let hard_signs = u32::try_from(lower.matches('ъ').count()).unwrap_or_default();
    let best = scores.iter().zip(CYRILLIC).map(|(score, (tag, _))| {
        let extra = if *tag == "bg" { hard_signs * LETTER } else { 0 };
        (score + extra, std::cmp::Reverse(*tag == "bg"), *tag)
    });
    // A few words that all three share are most likely Russian.
    let best = best.max_by_key(|(score, later, tag)| (*score, *later, *tag == "ru"));
    best.map_or("ru", |(_, _, tag)| tag)
}

fn arabic(text: &str) -> &'static str {
    if text.contains(['ٹ', 'ڈ', 'ڑ', 'ں', 'ے', 'ہ']) {
        "ur"
    } else if text.contains(['پ', 'چ', 'ژ', 'گ', 'ک', 'ی']) {
        "fa"
    } else {
        "ar"
    }
}
