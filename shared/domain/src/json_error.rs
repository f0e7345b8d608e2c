//! What may be said of a JSON text that could not be read. The reader quotes what it found, and that may be a token or
//! somebody's words.

use serde_json::error::Category;

/// Complaints that begin so quote the name of a member, and nothing that the text holds.
const OF_NAMES: &[&str] = &["missing field", "unknown field", "duplicate field"];

/// What is wrong with the text, for whoever wrote it: without what was found there.
pub fn complaint(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // What is wrong with the whole has no place.
    let place = match error.line() {
        0 => String::new(),
        line => format!(" at line {line} column {}", error.column()),
    };
    let text = text.strip_suffix(&place).unwrap_or(&text);
    if error.classify() != Category::Data || OF_NAMES.iter().any(|start| text.starts_with(start)) {
        return format!("{text}{place}");
    }
    // "invalid type: string "found", expected a number": the kind of what was found ends where it is quoted.
    let told = match text.rsplit_once(", expected ") {
        Some((found, expected)) => {
            let kind = found.split(['"', '`']).next().unwrap_or_default().trim_end();
            format!("{kind}, expected {expected}")
        }
        None => text.to_owned(),
    };
    format!("{told}{place}")
}

/// Where and how reading failed, for a log: nothing of the text, and no names.
pub fn fault(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        Category::Io => "cannot be read",
        Category::Syntax => "is not JSON",
        Category::Data => "has a member of an unexpected type",
        Category::Eof => "ends too early",
    };
    format!("{kind} (line {}, column {})", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "it is never read")]
    struct Form {
        count: u32,
        kind: Option<Kind>,
        names: Option<BTreeMap<u32, bool>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Kind {
        Plain,
        Bold,
    }

    #[test]
    fn it_says_what_is_wrong_and_never_what_was_found() {
        for (text, told) in [
            (r#"{"count":"secret, expected words"}"#, "invalid type: string, expected u32 at line 1 column 33"),
            (r#"{"count":-5551234}"#, "invalid value: integer, expected u32 at line 1 column 17"),
            (r#"{"count":1,"kind":"secret"}"#, "unknown variant, expected `plain` or `bold` at line 1 column 26"),
            (
                r#"{"count":1,"names":{"secret":true}}"#,
                "invalid value: expected key to be a number in quotes at line 1 column 21",
            ),
            (r#"{"kind":null}"#, "missing field `count` at line 1 column 13"),
            (
                r#"{"count":1,"more":"secret"}"#,
                "unknown field `more`, expected one of `count`, `kind`, `names` at line 1 column 17",
            ),
            (r#"{"count":secret"#, "expected value at line 1 column 10"),
        ] {
            let error = serde_json::from_str::<Form>(text).unwrap_err();
            assert_eq!(complaint(&error), told);
            for said in [complaint(&error), fault(&error)] {
                assert!(!said.contains("secret") && !said.contains("5551234"), "{said}");
            }
        }
    }
}
