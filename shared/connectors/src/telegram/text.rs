//! Texts and their parts.

use super::wire;
use crate::json::{Text, filled};

/// A text with the addresses that lie behind its words, each after the words that lead there. Whoever reads it, finds
/// it by a search or labels it sees where the words lead.
/// <https://core.telegram.org/bots/api#messageentity>
pub(super) fn written(text: Option<Text<'_>>, entities: Option<Vec<wire::Entity<'_>>>) -> Option<String> {
    let text = filled(text)?;
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut links: Vec<(usize, String)> = Vec::new();
    for entity in entities.into_iter().flatten().filter(|one| one.kind.as_deref() == Some("text_link")) {
        let (Some(from), Some(length), Some(url)) = (entity.offset, entity.length, filled(entity.url)) else {
            continue;
        };
        let end = from.saturating_add(length).min(units.len());
        let words = String::from_utf16_lossy(units.get(from..end).unwrap_or_default());
        if !words.contains(url.trim_end_matches('/')) {
            links.push((end, url));
        }
    }
    if links.is_empty() {
        return Some(text);
    }
    links.sort_by_key(|(end, _)| *end);
    let mut links = links.into_iter().peekable();
    let (mut written, mut at) = (String::with_capacity(text.len() + 64), 0);
    for letter in text.chars() {
        while let Some((_, url)) = links.next_if(|(end, _)| *end <= at && at > 0) {
            written.extend([" (", &url, ")"]);
        }
        written.push(letter);
        at += letter.len_utf16();
    }
    links.for_each(|(_, url)| written.extend([" (", &url, ")"]));
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str, entities: &str) -> Option<String> {
        let text = serde_json::to_string(text).unwrap();
        let text = serde_json::from_str::<Text<'_>>(&text).unwrap();
        written(Some(text), serde_json::from_str(entities).unwrap())
    }

    #[test]
    fn the_address_behind_words_stands_after_them() {
        let link = r#"[{"type":"bold","offset":0,"length":2},{"type":"text_link","offset":3,"length":4,"url":"https://shop.example/a"}]"#;
        assert_eq!(made("👋 here it is", link).unwrap(), "👋 here (https://shop.example/a) it is");
        let whole = r#"[{"type":"text_link","offset":0,"length":4,"url":"https://shop.example/a"}]"#;
        assert_eq!(made("here", whole).unwrap(), "here (https://shop.example/a)");
    }

    #[test]
    fn what_needs_no_address_stays_as_it_is() {
        let same = r#"[{"type":"text_link","offset":0,"length":20,"url":"https://shop.example/"}]"#;
        assert_eq!(made("https://shop.example now", same).unwrap(), "https://shop.example now");
        assert_eq!(
            made("https://shop.example", r#"[{"type":"url","offset":0,"length":20}]"#).unwrap(),
            "https://shop.example"
        );
        assert_eq!(made("a", "null").unwrap(), "a");
        assert_eq!(made("", "null"), None);
    }

    #[test]
    fn places_outside_of_the_text_lose_no_address() {
        let beyond = r#"[{"type":"text_link","offset":900,"length":9,"url":"https://b.example"},{"type":"text_link","offset":0,"length":18446744073709551615,"url":"https://c.example"},{"type":"text_link","offset":1}]"#;
        assert_eq!(made("é", beyond).unwrap(), "é (https://b.example) (https://c.example)");
        let inside = r#"[{"type":"text_link","offset":0,"length":1,"url":"https://d.example"}]"#;
        assert_eq!(made("👋!", inside).unwrap(), "👋 (https://d.example)!", "half of a letter is a whole one");
    }
}
