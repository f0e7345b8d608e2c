//! Rich messages: blocks of formatted text. <https://core.telegram.org/bots/api#richmessage>

use serde_json::value::RawValue;

use crate::{json::Text, lines::Object};

/// Deeper than blocks lie in blocks.
const DEPTH: usize = 32;

/// Object that hold words. All others hold blocks, or what words look like.
const WORDS: &[&str] =
    &["text", "caption", "credit", "title", "summary", "expression", "label", "alternative_text", "author", "address"];
/// Object that hold what stands below each other.
const BLOCKS: &[&str] = &["blocks", "items", "rows", "cells", "photos", "media"];

/// The words of a rich message, each block on a line of its own, with the addresses that lie behind words.
pub(super) fn written(json: &str) -> Option<String> {
    let mut words = String::new();
    block(json, &mut words, 0);
    let words: Vec<&str> = words.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("\n"))
}

fn block(value: &str, words: &mut String, depth: usize) {
    let value = value.trim();
    if depth > DEPTH {
        return;
    }
    match value.as_bytes().first() {
        Some(b'"') => {
            if let Ok(text) = serde_json::from_str::<Text<'_>>(value) {
                words.push_str(&text);
            }
        }
        Some(b'[') => {
            let parts: Vec<&RawValue> = serde_json::from_str(value).unwrap_or_default();
            for part in parts {
                block(part.get(), words, depth + 1);
            }
        }
        Some(b'{') => {
            let Ok(members) = serde_json::from_str::<Object<'_>>(value) else { return };
            let before = words.len();
            for (name, raw) in &members {
                if WORDS.contains(&&**name) {
                    block(raw.get(), words, depth + 1);
                } else if BLOCKS.contains(&&**name) {
                    let parts: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
                    for part in parts {
                        words.push('\n');
                        block(part.get(), words, depth + 1);
                        // Cells of a table stand beside each other.
                        words.push(' ');
                    }
                }
            }
            let url = members.get("url").map(|raw| raw.get());
            if let Some(url) = url.and_then(|url| serde_json::from_str::<Text<'_>>(url).ok())
                && !words.get(before..).is_some_and(|said| said.contains(&*url))
            {
                words.extend([" (", &*url, ")"]);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn blocks_are_read_with_their_addresses() {
        let message = r#"{"blocks":[
            {"type":"heading","size":1,"text":"Order"},
            {"type":"paragraph","text":["See ",{"type":"bold","text":"this"}," ",{"type":"url","text":"page","url":"https://shop.example/a"},"."]},
            {"type":"list","items":[{"blocks":[{"type":"paragraph","text":"one"}]},{"blocks":[{"type":"paragraph","text":"two"}]}]},
            {"type":"photo","caption":{"caption":"the box","credit":"Kim"}}]}"#;
        let words = written(message).unwrap();
        assert_eq!(words, "Order\nSee this page (https://shop.example/a).\none\ntwo\nthe boxKim");
        for odd in ["", "[]", "{", "5", r#"{"blocks":{}}"#] {
            assert_eq!(written(odd), None, "{odd}");
        }
        let deep = "[".repeat(3000) + &"]".repeat(3000);
        assert_eq!(written(&deep), None);
    }
}
