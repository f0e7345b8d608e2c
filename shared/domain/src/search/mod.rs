//! Finding words: what the full-text index is given beside a text, what it is asked, and what it found.
//!
//! The index's own tokenizer parts words at spaces, and folds case and Latin accents. What it cannot do is done here, on
//! both sides alike: scripts without spaces go in as overlapping pairs of letters, so that any part of a sentence is a
//! phrase of pairs; and other ways to write the same word, or number, go in as well.

mod excerpt;
pub(crate) mod fold;

#[cfg(test)]
mod tests;

pub use excerpt::{Excerpt, Highlight, excerpt};

use fold::{Depth, Letter, in_word, is_unspaced, letters};

/// Most words of one search.
const WORDS: usize = 8;
/// Fewest and most digits of a number that is written in groups.
const GROUPED: std::ops::RangeInclusive<usize> = 7..=15;
/// Fewest digits of a number inside of a word, as in `TR4711`.
const INNER: usize = 3;
/// Fewest digits by whose end a telephone number is found.
const ENDING: usize = 4;

/// The words of a text that the tokenizer would not find in it, with spaces between them.
pub fn extra(text: &str) -> String {
    let mut extra = Words::default();
    let plain = letters(text, Depth::Tokenizer);
    let full = letters(text, Depth::Full);
    for word in words(&full) {
        let folded = spelled(word);
        if word.iter().any(|one| is_unspaced(one.folded)) {
            parts(word).for_each(|part| extra.part(part));
        } else if folded != spelled(covering(&plain, word)) {
            extra.add(&folded);
        }
        inner_numbers(word).for_each(|number| extra.add(&number));
    }
    for number in grouped(&full) {
        extra.add(&number);
    }
    extra.0
}

/// The ends of a number that telephone numbers are looked for by: from the whole to its last four digits.
pub fn endings(number: &str) -> String {
    let mut endings = Words::default();
    if number.bytes().all(|one| one.is_ascii_digit()) {
        (0..number.len()).filter(|from| number.len() - from >= ENDING).for_each(|from| {
            endings.add(number.get(from..).unwrap_or_default());
        });
    }
    endings.0
}

/// The expression that finds texts with all of these words, by their beginnings; nothing when there is no word in it.
/// Each word becomes a quoted phrase, so that nothing of it is taken for an operator.
pub fn expression(query: &str) -> Option<String> {
    let clean = clean(query);
    let asked = clean.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).take(WORDS);
    let all: Vec<String> = asked.filter_map(asked_for).collect();
    let all = (!all.is_empty()).then(|| all.join(" AND "))?;
    match grouped(&letters(&clean, Depth::Full)).as_slice() {
        [number] if number_alone(&clean).as_ref() == Some(number) => Some(format!("({all}) OR \"{number}\" *")),
        _ => Some(all),
    }
}

/// The same for people: whose number has these digits in it, too.
pub fn people_expression(query: &str) -> Option<String> {
    let all = expression(query)?;
    let number = number_alone(&clean(query)).map(|number| number.trim_start_matches('0').to_owned());
    Some(match number.filter(|number| number.len() >= INNER) {
        Some(number) => format!("({all}) OR numbers : \"{number}\" *"),
        None => all,
    })
}

fn clean(query: &str) -> String {
    query.chars().map(|one| if one.is_control() { ' ' } else { one }).collect()
}

/// One word of a search, as an expression.
fn asked_for(word: &str) -> Option<String> {
    let full = letters(word, Depth::Full);
    if full.iter().any(|one| is_unspaced(one.folded)) {
        let parts: Vec<String> = words(&full).flat_map(parts).map(asked_part).collect();
        return (!parts.is_empty()).then(|| parts.join(" AND "));
    }
    let quoted = |text: &str, letters: &[Letter]| {
        let last = words(letters).last().map_or(0, <[Letter]>::len);
        // Everything begins with some letter: one alone stands for itself.
        format!("\"{}\"{}", text.replace('"', "\"\""), if last > 1 { " *" } else { "" })
    };
    let plain = letters(word, Depth::Tokenizer);
    let (as_written, folded) = (quoted(word, &plain), spelled(&full));
    Some(if folded == spelled(&plain) { as_written } else { format!("({as_written} OR {})", quoted(&folded, &full)) })
}

fn asked_part(part: &[Letter]) -> String {
    match part {
        [only] => format!("\"{}\"{}", only.folded, if is_unspaced(only.folded) { " *" } else { "" }),
        [first, ..] if is_unspaced(first.folded) => {
            let pairs: Vec<String> = part.windows(2).map(spelled).collect();
            format!("\"{}\"", pairs.join(" "))
        }
        _ => format!("\"{}\" *", spelled(part)),
    }
}

/// Words with spaces between them.
#[derive(Default)]
struct Words(String);

impl Words {
    fn add(&mut self, word: &str) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(word);
    }

    /// A run of letters without spaces as overlapping pairs, and its last letter, so that one letter alone is found by
    /// what begins with it; other letters as they are.
    fn part(&mut self, part: &[Letter]) {
        match part {
            [first, .., last] if is_unspaced(first.folded) => {
                part.windows(2).for_each(|pair| self.add(&spelled(pair)));
                self.add(last.folded.encode_utf8(&mut [0; 4]));
            }
            _ => self.add(&spelled(part)),
        }
    }
}

fn spelled(letters: &[Letter]) -> String {
    letters.iter().map(|one| one.folded).collect()
}

/// The runs of letters and digits.
fn words(letters: &[Letter]) -> impl Iterator<Item = &[Letter]> {
    letters.split(|one| !in_word(one.folded)).filter(|word| !word.is_empty())
}

/// A word's parts with and without spaces in their script.
fn parts(word: &[Letter]) -> impl Iterator<Item = &[Letter]> {
    word.chunk_by(|one, next| is_unspaced(one.folded) == is_unspaced(next.folded))
}

/// What other letters of the same text stand where this word does.
fn covering<'a>(letters: &'a [Letter], word: &[Letter]) -> &'a [Letter] {
    let (Some(first), Some(last)) = (word.first(), word.last()) else { return &[] };
    let from = letters.partition_point(|one| one.place.start < first.place.start);
    let to = letters.partition_point(|one| one.place.end <= last.place.end);
    letters.get(from..to).unwrap_or_default()
}

/// Numbers that do not begin their word.
fn inner_numbers(word: &[Letter]) -> impl Iterator<Item = String> {
    let runs = word.chunk_by(|one, next| one.folded.is_ascii_digit() == next.folded.is_ascii_digit()).skip(1);
    runs.filter(|run| run.len() >= INNER && run.iter().all(|one| one.folded.is_ascii_digit())).map(spelled)
}

/// Between the groups of a number.
const fn parts_groups(one: char) -> bool {
    matches!(
        one,
        ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '-' | '\u{2011}' | '\u{2013}' | '.' | '/' | '(' | ')' | '+'
    )
}

/// Numbers that are written in groups, as telephone numbers are, without what is between.
fn grouped(letters: &[Letter]) -> Vec<String> {
    let mut numbers = Vec::new();
    let (mut digits, mut groups, mut gap) = (String::new(), 0_usize, usize::MAX);
    let mut over = |digits: &mut String, groups: &mut usize| {
        if *groups > 1 && GROUPED.contains(&digits.len()) {
            numbers.push(digits.clone());
        }
        digits.clear();
        *groups = 0;
    };
    for one in letters {
        if one.folded.is_ascii_digit() {
            if gap > 0 {
                groups += 1;
            }
            gap = 0;
            digits.push(one.folded);
        } else if parts_groups(one.folded) && gap < 2 {
            gap += 1;
        } else {
            over(&mut digits, &mut groups);
            gap = usize::MAX;
        }
    }
    over(&mut digits, &mut groups);
    numbers
}

/// The digits of a search that is a number and nothing else.
fn number_alone(query: &str) -> Option<String> {
    let letters = letters(query.trim(), Depth::Full);
    let alone = letters.iter().all(|one| one.folded.is_ascii_digit() || parts_groups(one.folded));
    let digits: String = letters.iter().map(|one| one.folded).filter(char::is_ascii_digit).collect();
    (alone && !digits.is_empty()).then_some(digits)
}
