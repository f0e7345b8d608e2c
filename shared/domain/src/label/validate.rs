//! From whatever a machine answered to labels that can be trusted in form: known topic, floor kept, clean one-line summary.

use super::{Labels, OTHER, SUMMARY_CHARACTERS, UNDETERMINED, Urgency, Words};
use crate::rules::Rules;
use serde::Deserialize;

/// What a machine answered, before anything of it is believed. An answer with more in it than was asked for is none:
/// whatever made it say more may have made it say the rest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLabels {
    /// Perhaps a topic.
    pub topic: String,
    /// Perhaps an urgency.
    pub urgency: String,
    /// Perhaps a language.
    pub language: String,
    /// Perhaps a summary.
    pub summary: String,
}

/// Why an answer cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The urgency is none of the four.
    #[error("the answer names no urgency that exists")]
    Urgency,
    /// There is markup in it, where plain words were asked for.
    #[error("the answer has markup in it")]
    Markup,
    /// Nothing is left of the summary once control characters are gone.
    #[error("the answer has no summary")]
    Summary,
}

/// Brings an answer about `texts` into form. A topic that is not in the rules becomes [`OTHER`], a malformed
/// language [`UNDETERMINED`]; the urgency is raised to the [`floor`].
pub fn validate(raw: &RawLabels, rules: &Rules, texts: &[&str]) -> Result<Labels, Unusable> {
    let urgency = Urgency::from_name(raw.urgency.trim()).ok_or(Unusable::Urgency)?;
    if [&raw.topic, &raw.language, &raw.summary].into_iter().any(|text| has_markup(text)) {
        return Err(Unusable::Markup);
    }
    let summary = summary_line(&raw.summary);
    if summary.is_empty() {
        return Err(Unusable::Summary);
    }
    let wanted = raw.topic.trim();
    let topic = if rules.topics.contains_key(wanted) { wanted } else { OTHER };
    Ok(Labels {
        topic: topic.to_owned(),
        urgency: urgency.max(floor(rules, topic, texts)),
        language: language_tag(&raw.language),
        summary,
    })
}

/// Whether a text has tags, character references, links or emphasis of HTML or Markdown in it. A heart, `<3`, has none.
fn has_markup(text: &str) -> bool {
    let opens =
        |rest: &str| rest.starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'));
    let refers = |rest: &str| {
        ["lt;", "gt;", "amp;", "quot;", "apos;", "nbsp;"].iter().any(|name| rest.starts_with(name))
            || rest
                .strip_prefix('#')
                .is_some_and(|code| code.starts_with(|one: char| one.is_ascii_digit() || one == 'x'))
    };
    text.split('<').skip(1).any(opens)
        || text.split('&').skip(1).any(refers)
        || ["](", "```", "**", "__", "{{", "${"].iter().any(|mark| text.contains(mark))
}

/// The least urgency that the rules set for `topic` and `texts`. It counts the floors of every topic whose keywords
/// occur, so that an answer with another topic, however it came about, cannot get below it.
pub fn floor(rules: &Rules, topic: &str, texts: &[&str]) -> Urgency {
    let words: Vec<Words> = texts.iter().map(|text| Words::of(text)).collect();
    let found =
        |phrases: &[super::Phrase]| phrases.iter().any(|phrase| words.iter().any(|text| text.find(phrase).is_some()));
    let of_topics = rules
        .topics
        .iter()
        .filter(|(name, one)| one.urgency_floor > Urgency::Low && (*name == topic || found(&one.keywords)))
        .map(|(_, one)| one.urgency_floor);
    let of_words = rules.urgency.floors.iter().filter(|floor| found(&floor.phrases)).map(|floor| floor.at_least);
    of_topics.chain(of_words).max().unwrap_or(Urgency::Low)
}

/// `text` as a well-formed BCP 47 tag in its usual spelling (`pt-BR`, `zh-Hant`), or [`UNDETERMINED`].
pub fn language_tag(text: &str) -> String {
    let mut tag = String::new();
    for (index, part) in text.trim().split(['-', '_']).enumerate() {
        let letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let fits = match index {
            0 => letters && (2..=3).contains(&part.len()),
            _ => (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        };
        if !fits || tag.len() + part.len() > 35 {
            return UNDETERMINED.to_owned();
        }
        if index > 0 {
            tag.push('-');
        }
        match (index, part.len()) {
            (1.., 2) => tag.push_str(&part.to_ascii_uppercase()),
            (1.., 4) if letters => {
                let (first, rest) = part.split_at(1);
                tag.push_str(&first.to_ascii_uppercase());
                tag.push_str(&rest.to_ascii_lowercase());
            }
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    // A one-letter part announces more; alone at the end it announces nothing.
    let open = tag.rsplit('-').next().is_some_and(|last| last.len() == 1);
    if open { UNDETERMINED.to_owned() } else { tag }
}

/// `text` on one line: control and direction-changing characters gone, blanks single, at most
/// [`SUMMARY_CHARACTERS`] characters with an ellipsis where it was cut.
pub fn summary_line(text: &str) -> String {
    let mut line = String::new();
    let mut count = 0;
    let mut blank = false;
    for letter in text.chars() {
        if letter.is_whitespace() || letter == '\u{85}' {
            blank = !line.is_empty();
            continue;
        }
        if letter.is_control() || is_hidden(letter) {
            continue;
        }
        if count + usize::from(blank) >= SUMMARY_CHARACTERS {
            while count >= SUMMARY_CHARACTERS {
                line.pop();
                count -= 1;
            }
            line.push('…');
            return line;
        }
        if blank {
            line.push(' ');
            count += 1;
            blank = false;
        }
        line.push(letter);
        count += 1;
    }
    line
}

/// Characters that change how others are shown, or show nothing; the joiners of emoji and of Indic scripts stay.
pub(super) fn is_hidden(letter: char) -> bool {
    matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_well_formed_or_undetermined() {
        for (text, tag) in [
            ("EN", "en"),
            ("pt_br", "pt-BR"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("sr-latn", "sr-Latn"),
            ("de-1996", "de-1996"),
            ("yue", "yue"),
            ("english", "und"),
            ("e", "und"),
            ("", "und"),
            ("en-", "und"),
            ("en-x", "und"),
            ("en-<script>", "und"),
            ("de-aaaaaaaaa", "und"),
        ] {
            assert_eq!(language_tag(text), tag, "{text}");
        }
    }

    #[test]
    fn markup_is_told_from_plain_words() {
        for text in [
            "<b>Asks</b>",
            "Asks <img src=x>",
            "a <!-- b",
            "&lt;b",
            "x &#60; y",
            "[a](https://shop.example)",
            "**Asks**",
            "```x",
        ] {
            assert!(has_markup(text), "{text}");
        }
        for text in
            ["Loves it <3", "Size < 40 & colour > 2", "Asks for A&B; then C", "5 * 3, [sic]", "R&D; why?", "a_b", ""]
        {
            assert!(!has_markup(text), "{text}");
        }
    }

    #[test]
    fn summaries_are_one_clean_line() {
        assert_eq!(summary_line("  a\r\n\tb\u{0}\u{202e}c\u{85}d "), "a bc d");
        let long = summary_line(&"é ".repeat(500));
        assert_eq!(long.chars().count(), SUMMARY_CHARACTERS);
        assert!(long.ends_with('…'));
        assert_eq!(summary_line(&"x".repeat(200)).chars().count(), 200);
        assert_eq!(summary_line(&"x".repeat(201)).chars().count(), 200);
    }
}
