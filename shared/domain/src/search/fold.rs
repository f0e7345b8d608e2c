//! Letters as they are compared: without case, accents and forms of writing that mean the same.

use std::ops::Range;

use caseless::Caseless;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A letter as it is compared, and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) folded: char,
    /// Bytes of the text.
    pub(crate) place: Range<usize>,
}

/// How far letters are made alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// As the index's own tokenizer does: small letters, Latin ones without accents.
    Tokenizer,
    /// All that means the same: full and half width, digits of any script, Arabic with and without vowels.
    Full,
}

/// All letters of a text, and what stands between them.
pub(crate) fn letters(text: &str, depth: Depth) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(text.len());
    let mut ahead = text.char_indices().peekable();
    while let Some((from, first)) = ahead.next() {
        let mut to = from + first.len_utf8();
        while let Some((_, mark)) = ahead.next_if(|(_, one)| extends(*one)) {
            to += mark.len_utf8();
        }
        let cluster = text.get(from..to).unwrap_or_default();
        let mut add = |folded: char| letters.push(Letter { folded, place: from..to });
        if cluster.is_ascii() {
            cluster.chars().for_each(|one| add(one.to_ascii_lowercase()));
        } else {
            fold(cluster, depth, &mut add);
        }
    }
    letters
}

/// What belongs to the letter before it.
fn extends(one: char) -> bool {
    is_combining_mark(one) || matches!(one, '\u{ff9e}' | '\u{ff9f}' | '\u{1160}'..='\u{11ff}')
}

fn fold(cluster: &str, depth: Depth, add: &mut impl FnMut(char)) {
    let mut each = |one: char| {
        let bare: &mut dyn FnMut(char) = &mut |one: char| {
            if !matches!(one, '\u{300}'..='\u{36f}') {
                one.to_lowercase().filter(|low| !matches!(low, '\u{300}'..='\u{36f}')).for_each(&mut *add);
            }
        };
        match one {
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => one.nfd().for_each(bare),
            _ => bare(one),
        }
    };
    match depth {
        Depth::Tokenizer => cluster.nfc().for_each(each),
        Depth::Full => cluster.nfkc().default_case_fold().for_each(|one| match one {
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => one.nfd().for_each(&mut each),
            // Vowels, lengthening and the choice of a picture's look, which are written or left out.
            '\u{591}'..='\u{5c7}' if is_combining_mark(one) => {}
            '\u{610}'..='\u{61a}'
            | '\u{640}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6ed}'
            | '\u{fe00}'..='\u{fe0f}' => {}
            'أ' | 'إ' | 'آ' | 'ٱ' => each('ا'),
            'ى' | 'ی' => each('ي'),
            'ک' => each('ك'),
            'ة' => each('ه'),
            'ё' => each('е'),
            other => each(digit(other)),
        }),
    }
}

/// Zeros of scripts with digits of their own: nine follow each.
const ZEROS: [char; 9] =
    ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ed0}', '\u{1040}', '\u{17e0}', '\u{1090}'];

fn digit(one: char) -> char {
    let above = ZEROS.iter().filter_map(|zero| u32::from(one).checked_sub(u32::from(*zero))).find(|above| *above < 10);
    above.and_then(|above| char::from_digit(above, 10)).unwrap_or(one)
}

/// Part of a word.
pub(crate) fn in_word(one: char) -> bool {
    one.is_alphanumeric() || is_combining_mark(one)
}

/// Of a script that is written without spaces, or in which words are put together without any: Thai, Lao, Burmese,
/// Khmer, Chinese, Japanese, Korean.
pub(crate) const fn is_unspaced(one: char) -> bool {
    matches!(one,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3100}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}
