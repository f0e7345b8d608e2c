//! One line out of a text: its first sentence that says something.

use crate::label::summary_line;

/// Most characters of a sentence taken whole; a longer one is cut at a blank.
const CHARACTERS: usize = 140;

pub(super) fn of(text: &str) -> String {
    let sentences = sentences(text);
    let telling = sentences.iter().find(|sentence| says_something(sentence)).or(sentences.first());
    telling.map(|sentence| cut(&summary_line(sentence))).unwrap_or_default()
}

/// Three words, or eight letters of a script without blanks: more than a greeting.
fn says_something(sentence: &str) -> bool {
    let wide =
        sentence.chars().filter(|letter| matches!(letter, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{9fff}')).count();
    wide >= 8 || sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count() >= 3
}

fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next_is_blank = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
        let ends = match letter {
            '\n' | '\r' | '。' | '！' | '？' | '।' | '؟' => true,
            '.' | '!' | '?' | '…' => next_is_blank,
            _ => false,
        };
        if ends {
            let end = at + letter.len_utf8();
            found.extend(text.get(start..end).map(str::trim).filter(|part| !part.is_empty()));
            start = end;
        }
    }
    found.extend(text.get(start..).map(str::trim).filter(|part| !part.is_empty()));
    found.retain(|part| part.chars().any(char::is_alphanumeric));
    found
}

fn cut(line: &str) -> String {
    let Some((end, _)) = line.char_indices().nth(CHARACTERS) else {
        return line.to_owned();
    };
    let head = line.get(..end).unwrap_or(line);
    let at_blank = head.rsplit_once(' ').map_or(head, |(whole, _)| whole);
    // A text without blanks is cut anywhere.
    let kept = if at_blank.chars().count() * 2 < CHARACTERS { head } else { at_blank };
    format!("{}…", kept.trim_end_matches([',', ';', ':', '-', ' ']))
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_first_telling_sentence_is_taken() {
        for (text, line) in [
            ("Hi! Where is my order 4.5? Thanks.", "Where is my order 4.5?"),
            ("hello", "hello"),
            ("", ""),
            ("!!! ???", ""),
            ("Hallo,\n\nmein Paket ist nicht da\nGruß", "mein Paket ist nicht da"),
            ("你好！我的订单还没有收到呢。谢谢", "我的订单还没有收到呢。"),
        ] {
            assert_eq!(of(text), line);
        }
        let long = of(&"word ".repeat(100));
        assert!(long.ends_with("word…") && long.chars().count() <= 141, "{long}");
        assert!(of(&"字".repeat(500)).chars().count() <= 141);
    }
}
