//! Templates: beginnings of replies, with blanks that a person fills in.
//!
//! A blank is a name between double braces, `{{order}}`. A reply that began from a template is sent when none is left.

/// Longest name of a blank, in characters. What is longer is words.
const NAME: usize = 40;

/// A template as it was when a reply that began from it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    pub name: String,
    /// Whether its own words were changed, filled blanks apart. Not known of one that the rules no longer have.
    pub changed: Option<bool>,
}

/// The names of the blanks in a text, each once, in their order.
pub fn blanks(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (piece, blank) in pieces(text) {
        if let Some(name) = blank.then(|| inner(piece))
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// Whether `text` says something else than the template, whatever its blanks were filled with.
pub fn changed(template: &str, text: &str) -> bool {
    let pieces = pieces(template.trim());
    let words: Vec<&str> = pieces.iter().filter(|(_, blank)| !blank).map(|(words, _)| *words).collect();
    let text = text.trim();
    let opens = pieces.first().is_some_and(|(_, blank)| *blank);
    let ends = pieces.last().is_some_and(|(_, blank)| *blank);
    let (mut rest, last) = (text, words.len().saturating_sub(1));
    for (number, words) in words.iter().enumerate() {
        let found = match (number == 0 && !opens, number == last && !ends) {
            (true, true) => (rest == *words).then_some(""),
            (true, false) => rest.strip_prefix(words),
            (false, true) => rest.strip_suffix(words).map(|_| ""),
            (false, false) => rest.split_once(words).map(|(_, after)| after),
        };
        match found {
            Some(after) => rest = after,
            None => return true,
        }
    }
    words.is_empty() && !opens && !text.is_empty()
}

/// The text cut into words and blanks, as they follow each other.
fn pieces(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let (mut words, mut from) = (0, 0);
    while let Some(open) = text.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let Some(blank) = text.get(open..).and_then(blank_at) else {
            from = open + 1;
            continue;
        };
        let end = open + blank.len();
        pieces.extend(text.get(words..open).filter(|words| !words.is_empty()).map(|words| (words, false)));
        pieces.push((blank, true));
        (words, from) = (end, end);
    }
    pieces.extend(text.get(words..).filter(|words| !words.is_empty()).map(|words| (words, false)));
    pieces
}

/// The blank that a text begins with: on one line, with a name of words in it.
fn blank_at(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("{{")?;
    let end = inside.find("}}")?;
    let name = inside.get(..end)?;
    let fits = !name.trim().is_empty()
        && name.chars().count() <= NAME
        && !name.contains(['{', '}'])
        && !name.chars().any(char::is_control);
    fits.then(|| text.get(..end + 4)).flatten()
}

/// The name of a blank.
fn inner(blank: &str) -> &str {
    blank.trim_start_matches('{').trim_end_matches('}').trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_named_once_and_braces_alone_are_words() {
        assert_eq!(blanks("Hi {{name}}, {{ order number }} of {{name}}: {{größe}}"), ["name", "order number", "größe"]);
        assert_eq!(blanks("{{{name}}}"), ["name"]);
        for words in ["{name}", "{{}}", "{{ }}", "{{a\nb}}", "{{open", "}} {{", "{{a{b}}", ""] {
            assert!(blanks(words).is_empty(), "{words}");
        }
        assert!(blanks(&format!("{{{{{}}}}}", "x".repeat(NAME + 1))).is_empty());
    }

    #[test]
    fn filling_blanks_is_no_change_and_anything_else_is() {
        let template = "Hi {{name}},\nyour order {{order}} is on its way.";
        for same in ["Hi Ana,\nyour order 4821 is on its way.", " Hi Ana,\nyour order 4821 is on its way.\n", template]
        {
            assert!(!changed(template, same), "{same}");
        }
        for other in [
            "Hi Ana,\nyour order 4821 is on its way. Best, Mia",
            "Hello Ana,\nyour order 4821 is on its way.",
            "Hi Ana,\nyour order 4821 is late.",
            "",
        ] {
            assert!(changed(template, other), "{other}");
        }
        assert!(!changed("{{name}}", "Ana") && !changed("Thanks!", "Thanks!"));
        assert!(changed("Thanks!", "Thanks"));
        assert!(!changed("{{a}} and {{b}}", "x and y") && changed("{{a}} and {{b}}", "x or y"));
    }
}
