//! Words and phrases, compared without regard to case and accents, in every script.

use crate::search::fold::{Depth, in_word, is_unspaced, letters};

/// Letters that Unicode does not take apart, with those that people type instead.
const PLAIN: [(char, &str); 6] = [('đ', "d"), ('ł', "l"), ('ø', "o"), ('ı', "i"), ('æ', "ae"), ('œ', "oe")];

/// `text` in small letters without accents, so that what is the same to a reader compares equal.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in letters(text, Depth::Full) {
        match PLAIN.iter().find(|(one, _)| *one == letter.folded) {
            Some((_, plain)) => folded.push_str(plain),
            None if is_unseen(letter.folded) => {}
            None => folded.push(letter.folded),
        }
    }
    folded
}

/// Marks that no reader sees.
const fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{feff}')
}

/// A text made ready for finding phrases.
#[derive(Debug)]
pub(crate) struct Words {
    folded: String,
    words: Vec<(usize, usize)>,
}

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let folded = fold(text);
        let mut words = Vec::new();
        let mut start = None;
        for (at, letter) in folded.char_indices() {
            match (start, in_word(letter)) {
                (None, true) => start = Some(at),
                (Some(from), false) => {
                    words.push((from, at));
                    start = None;
                }
                _ => {}
            }
        }
        words.extend(start.map(|from| (from, folded.len())));
        Self { folded, words }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().filter_map(|(from, to)| self.folded.get(*from..*to))
    }

    /// The place of the first `phrase`.
    pub(crate) fn find(&self, phrase: &Phrase) -> Option<usize> {
        match phrase {
            Phrase::Anywhere(part) => self.folded.find(part.as_str()),
            Phrase::Words(wanted) => {
                let first = wanted.first()?;
                let mut start = 0;
                // Every start is tried against the next words; phrases are short, so this stays linear in the text.
                while let Some(rest) = self.words.get(start..) {
                    let hit = rest.len() >= wanted.len()
                        && wanted.iter().zip(rest).all(|(want, (from, to))| {
                            self.folded.get(*from..*to).is_some_and(|word| want.matches(word))
                        });
                    if hit {
                        return rest.first().map(|(from, _)| *from);
                    }
                    let next = rest
                        .iter()
                        .skip(1)
                        .position(|(from, to)| self.folded.get(*from..*to).is_some_and(|word| first.matches(word)))?;
                    start += 1 + next;
                }
                None
            }
        }
    }
}

/// A keyword or cue of the rules: words in a row, each of which may end (or start) with `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phrase {
    Words(Vec<Pattern>),
    /// Any place, for scripts that write words without spaces.
    Anywhere(String),
}

/// One word of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    open_start: bool,
    open_end: bool,
}

impl Pattern {
    fn matches(&self, word: &str) -> bool {
        match (self.open_start, self.open_end) {
            (false, false) => word == self.text,
            (false, true) => word.starts_with(&self.text),
            (true, false) => word.ends_with(&self.text),
            (true, true) => word.contains(&self.text),
        }
    }
}

impl Phrase {
    /// Reads a phrase; `None` when it has no letter or digit.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let folded = fold(text);
        if folded.chars().any(is_unspaced) {
            return Some(Self::Anywhere(folded.replace('*', "").trim().to_owned()));
        }
        let patterns: Vec<Pattern> = folded
            .split(|letter: char| !in_word(letter) && letter != '*')
            .filter(|part| part.chars().any(in_word))
            .map(|part| Pattern {
                text: part.replace('*', ""),
                open_start: part.starts_with('*'),
                open_end: part.ends_with('*'),
            })
            .collect();
        (!patterns.is_empty()).then_some(Self::Words(patterns))
    }

    /// How much finding it tells: the number of its words.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Words(words) => words.len(),
            Self::Anywhere(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, phrase: &str) -> bool {
        Words::of(text).find(&Phrase::parse(phrase).unwrap()).is_some()
    }

    #[test]
    fn phrases_are_found_in_every_script_and_spelling() {
        for (text, phrase) in [
            ("Where is my ORDER?", "order"),
            ("ma commande n'est pas arrivée", "arrivee"),
            ("Straße 5", "strasse"),
            ("ΠΑΡΑΓΓΕΛΙΑΣ", "παραγγελίας"),
            ("Мой ЗАКАЗ не пришёл", "не пришел"),
            ("我的订单在哪里", "订单"),
            ("주문을 취소해 주세요", "주문"),
            ("मेरा ऑर्डर कहाँ है", "ऑर्डर"),
            ("i want my money back now", "money back"),
            ("refunding", "refund*"),
            ("siparişim nerede", "sipariş*"),
            ("والطلب", "*طلب"),
            ("money and money back", "money back"),
            ("cafe\u{301}", "café"),
        ] {
            assert!(found(text, phrase), "{text} {phrase}");
        }
    }

    #[test]
    fn parts_of_words_are_not_words() {
        for (text, phrase) in [
            ("reorder", "order"),
            ("border line", "order"),
            ("money, my back", "money back"),
            ("", "order"),
            ("refund", "refunds"),
        ] {
            assert!(!found(text, phrase), "{text} {phrase}");
        }
        assert_eq!(Phrase::parse(" *!? "), None);
    }
}
