//! Words and phrases, compared without regard to case and accents, in every script.

/// Accented letters with the plain ones that people type instead.
const PLAIN: &[(&str, &str)] = &[
    ("àáâãäåāăąạảấầẩẫậắằẳẵặ", "a"),
    ("çćč", "c"),
    ("ďđ", "d"),
    ("èéêëēėęěẹẻẽếềểễệ", "e"),
    ("ğģ", "g"),
    ("ìíîïīįıỉịĩ", "i"),
    ("ķ", "k"),
    ("ļľł", "l"),
    ("ñńňņ", "n"),
    ("òóôõöøōőơọỏốồổỗộớờởỡợ", "o"),
    ("ŕř", "r"),
    ("śšşș", "s"),
    ("ťţț", "t"),
    ("ùúûüūůűųưụủũứừửữự", "u"),
    ("ýÿỳỵỷỹ", "y"),
    ("źžż", "z"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("ß", "ss"),
    ("ё", "е"),
    ("ς", "σ"),
    ("ά", "α"),
    ("έ", "ε"),
    ("ή", "η"),
    ("ίϊΐ", "ι"),
    ("ό", "ο"),
    ("ύϋΰ", "υ"),
    ("ώ", "ω"),
    ("أإآ", "ا"),
    ("ة", "ه"),
    ("ى", "ي"),
];

/// `text` in small letters without accents, so that what is the same to a reader compares equal.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii() {
            folded.push(letter);
        } else if is_dropped(letter) {
        } else if let Some((_, plain)) = PLAIN.iter().find(|(accented, _)| accented.contains(letter)) {
            folded.push_str(plain);
        } else {
            folded.push(letter);
        }
    }
    folded
}

/// Accents that stand alone, and marks that no reader sees.
fn is_dropped(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{652}' | '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{fe0f}' | '\u{feff}')
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '\u{900}'..='\u{e7f}')
}

/// Whether `letter` is of a script that writes words without spaces, or glues endings to them.
pub(super) fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
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
            match (start, is_word(letter)) {
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
    /// Whole words.
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
            .split(|letter: char| !is_word(letter) && letter != '*')
            .filter(|part| part.chars().any(is_word))
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
