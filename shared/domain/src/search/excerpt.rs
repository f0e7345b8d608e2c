//! What of a text is shown of a search, and where in it the words are.

use std::ops::Range;

use super::{
    INNER, clean,
    fold::{Depth, Letter, in_word, is_unspaced, letters},
    number_alone, parts, words,
};

/// Most characters that are shown.
const SHOWN: usize = 180;
/// So many of them before the first word that was found.
const BEFORE: usize = 40;

/// Some of a text, around the words that were looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// On one line; `…` where something is left out.
    pub text: String,
    /// Where the words are, in order.
    pub highlights: Vec<Highlight>,
}

/// A part of an excerpt, in UTF-16 code units, as browsers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Highlight {
    pub start: usize,
    /// Before where it ends.
    pub end: usize,
}

/// What is shown of a text that was found by this search.
pub fn excerpt(text: &str, query: &str) -> Excerpt {
    let text = text.trim();
    let found = found(&letters(text, Depth::Full), query);
    let first = found.first().map_or(0, |place| place.start);
    let from = beginning(text, first);
    let to = text.get(from..).and_then(|rest| rest.char_indices().nth(SHOWN)).map_or(text.len(), |(at, _)| from + at);
    let mut shown = Excerpt { text: String::new(), highlights: Vec::new() };
    let mut units = 0;
    let mut add = |piece: &str| {
        let start = units;
        for one in piece.chars() {
            let one = if one.is_control() || one.is_whitespace() { ' ' } else { one };
            units += one.len_utf16();
            shown.text.push(one);
        }
        Highlight { start, end: units }
    };
    if from > 0 {
        add("…");
    }
    let mut at = from;
    for place in found {
        if place.end > to {
            break;
        }
        add(text.get(at..place.start).unwrap_or_default());
        shown.highlights.push(add(text.get(place.clone()).unwrap_or_default()));
        at = place.end;
    }
    add(text.get(at..to).unwrap_or_default());
    if to < text.len() {
        add("…");
    }
    shown
}

/// Where what is shown begins: not far before `first`, and with a whole word.
fn beginning(text: &str, first: usize) -> usize {
    let before = text.get(..first).unwrap_or_default();
    let Some((from, _)) = before.char_indices().rev().nth(BEFORE) else { return 0 };
    let rest = before.get(from..).unwrap_or_default();
    rest.char_indices().find(|(_, one)| one.is_whitespace()).map_or(from, |(at, space)| from + at + space.len_utf8())
}

/// Where the words of a search are in a text, in order and apart from each other.
fn found(text: &[Letter], query: &str) -> Vec<Range<usize>> {
    let query = clean(query);
    let asked = letters(&query, Depth::Full);
    let mut places: Vec<Range<usize>> = Vec::new();
    for part in words(&asked).flat_map(parts) {
        let begins = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| text.get(before)).map(|one| one.folded);
            let number = |one: &[Letter]| one.len() >= INNER && one.iter().all(|one| one.folded.is_ascii_digit());
            match before {
                None => true,
                Some(before) if !in_word(before) || is_unspaced(before) => true,
                Some(before) => {
                    part.first().is_some_and(|one| is_unspaced(one.folded)) || number(part) && !before.is_ascii_digit()
                }
            }
        };
        let same = |here: &[Letter]| here.iter().map(|one| one.folded).eq(part.iter().map(|one| one.folded));
        let fits = text.windows(part.len()).enumerate().filter(|(at, here)| same(here) && begins(*at));
        places.extend(fits.filter_map(|(_, here)| across(here)));
    }
    if let Some(number) = number_alone(&query) {
        let digits: Vec<Letter> = text.iter().filter(|one| one.folded.is_ascii_digit()).cloned().collect();
        let number = number.trim_start_matches('0').chars();
        let same = |here: &&[Letter]| here.iter().map(|one| one.folded).eq(number.clone());
        let close = |place: &Range<usize>| place.len() <= number.clone().count() * 2;
        let length = number.clone().count();
        if length >= INNER {
            places.extend(digits.windows(length).filter(same).filter_map(across).filter(close));
        }
    }
    places.sort_by_key(|place| (place.start, place.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for place in places {
        match apart.last_mut().filter(|last| place.start < last.end) {
            Some(last) => last.end = last.end.max(place.end),
            None => apart.push(place),
        }
    }
    apart
}

fn across(letters: &[Letter]) -> Option<Range<usize>> {
    Some(letters.first()?.place.start..letters.last()?.place.end)
}
