//! How much of a burst is read.

use super::TEXT_BYTES;

/// Most messages of one burst that are read: the latest.
const MESSAGES: usize = 50;

/// The latest texts of a burst, together at most [`TEXT_BYTES`]: each gets an equal share of what the ones before it
/// have left, so a long one cannot hide what comes after.
pub fn capped<'a>(turn: &[&'a str]) -> Vec<&'a str> {
    let texts = turn.get(turn.len().saturating_sub(MESSAGES)..).unwrap_or_default();
    let mut left = TEXT_BYTES;
    let mut capped = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        let share = left / (texts.len() - index);
        let mut end = share.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        left -= end;
        capped.extend(text.get(..end).filter(|text| !text.trim().is_empty()));
    }
    capped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_letter_is_cut_and_no_message_hidden() {
        let long = "ä€😀".repeat(2000);
        let capped = capped(&["before", &long, "after"]);
        assert_eq!(capped.first(), Some(&"before"));
        assert_eq!(capped.last(), Some(&"after"));
        assert!(capped.iter().map(|text| text.len()).sum::<usize>() <= TEXT_BYTES);
        assert!(super::capped(&["x".repeat(9999).as_str()]).first().unwrap().len() == TEXT_BYTES);
        let many: Vec<&str> = std::iter::repeat_n("y", 5000).collect();
        assert_eq!(super::capped(&many).len(), MESSAGES);
        assert!(super::capped(&["", "  "]).is_empty());
    }
}
