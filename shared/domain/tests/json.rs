//! Our reader of JSON against `serde_json`: the same values, the same refusals at the same places.

use std::{borrow::Cow, collections::BTreeMap};

use proptest::prelude::*;
use serde::{Serialize, de::IgnoredAny};
use serde_json::Value;
use tributary_domain::json::{self, Raw, Read, Written};

#[derive(Debug, Clone, PartialEq, Serialize, Read)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Plain,
    Number(i64),
    Named { first: String, second: Option<u32> },
    Two(bool, f64),
}

#[derive(Debug, Clone, PartialEq, Serialize, Read)]
struct Whole {
    kinds: Vec<Kind>,
    by_number: BTreeMap<u32, Option<Kind>>,
    by_name: BTreeMap<String, (u64, i64)>,
    #[serde(default)]
    more: Option<Box<Whole>>,
    unit: (),
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Plain),
        any::<i64>().prop_map(Kind::Number),
        (any::<String>(), any::<Option<u32>>()).prop_map(|(first, second)| Kind::Named { first, second }),
        (any::<bool>(), any::<i16>()).prop_map(|(truth, number)| Kind::Two(truth, f64::from(number) / 4.0)),
    ]
}

fn flat() -> impl Strategy<Value = Whole> {
    (
        prop::collection::vec(kind(), 0..4),
        prop::collection::btree_map(any::<u32>(), prop::option::of(kind()), 0..4),
        prop::collection::btree_map(any::<String>(), any::<(u64, i64)>(), 0..4),
    )
        .prop_map(|(kinds, by_number, by_name)| Whole { kinds, by_number, by_name, more: None, unit: () })
}

fn whole() -> impl Strategy<Value = Whole> {
    (flat(), prop::option::of(flat())).prop_map(|(whole, more)| Whole { more: more.map(Box::new), ..whole })
}

/// Both read the same, or refuse for the same kind of reason.
fn agree(text: &str) -> Result<(), TestCaseError> {
    match (json::from_str::<Value>(text), serde_json::from_str::<Value>(text)) {
        (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs, "{}", text),
        (Err(ours), Err(theirs)) => {
            prop_assert_eq!(ours.line(), theirs.line(), "{} {} {}", text, ours, theirs);
            if serde_json::from_str::<IgnoredAny>(text).is_err() {
                prop_assert!(!ours.is_data(), "{} {}", text, ours);
            }
        }
        (ours, theirs) => return Err(TestCaseError::fail(format!("{text}: {ours:?}, but {theirs:?}"))),
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_was_written_is_read_and_written_as_it_was(whole in whole(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&whole) } else { serde_json::to_string(&whole) }.unwrap();
        prop_assert_eq!(json::to_string(&whole).unwrap(), serde_json::to_string(&whole).unwrap());
        prop_assert_eq!(Written::of(&whole).unwrap().as_str().to_owned(), serde_json::to_string(&whole).unwrap());
        prop_assert_eq!(json::from_slice::<Whole>(text.as_bytes()).unwrap(), whole);
        let value: Value = json::from_str(&text).unwrap();
        prop_assert_eq!(json::to_string(&value).unwrap(), value.to_string());
        agree(&text)?;
        prop_assert_eq!(json::from_str::<Raw<'_>>(&text).unwrap().get(), text.as_str());
        let written: Written = json::from_str(&text).unwrap();
        prop_assert_eq!(written.as_str(), text.as_str());
        prop_assert_eq!(json::to_string(&("a", written, "b")).unwrap(), format!("[\"a\",{text},\"b\"]"));
    }

    #[test]
    fn broken_texts_are_refused_alike(whole in whole(), at in any::<prop::sample::Index>(), put in "[\\]{}:,\"0-9.eE+nul\\\\x\u{1}é-]{0,2}") {
        let mut text = serde_json::to_string(&whole).unwrap();
        let place = text.char_indices().map(|(place, _)| place).nth(at.index(text.chars().count())).unwrap();
        let letter = text[place..].chars().next().unwrap();
        text.replace_range(place..place + letter.len_utf8(), &put);
        agree(&text)?;
        prop_assert_eq!(json::from_str::<IgnoredAny>(&text).is_ok(), serde_json::from_str::<IgnoredAny>(&text).is_ok(), "{}", text);
    }

    #[test]
    fn any_letters_are_read_or_refused_alike(text in "[\\[\\]{}:,\"0-9.eE+ntrueafls\\\\ -]{0,24}") {
        agree(&text)?;
    }
}

#[test]
fn corners_are_as_they_always_were() {
    for text in [
        "",
        " ",
        "-",
        "-0",
        "0",
        "01",
        "1.",
        "1e",
        "1e400",
        "-1e-400",
        "18446744073709551616",
        "-9223372036854775809",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\u00e9\\n\\/\"",
        "\"\\x\"",
        "\"a\u{7}\"",
        "\"\u{1F600}\"",
        "nul",
        "nulll",
        "true false",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\"}",
        "[,]",
        "{,}",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "\u{a0}1",
    ] {
        agree(text).unwrap();
    }
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    agree(&deep).unwrap();
    assert!(json::from_slice::<Value>(b"\"\xff\"").is_err());
    assert!(matches!(json::from_str::<Borrowed<'_>>("\"plain\"").unwrap(), Borrowed(Cow::Borrowed("plain"))));
}

#[derive(Debug, Read)]
struct Borrowed<'a>(Cow<'a, str>);

#[test]
fn a_refusal_says_where_and_why() {
    let error = json::from_str::<Whole>("{\n  \"kinds\": [{\"number\": \"x\"}]}").unwrap_err();
    assert_eq!(error.to_string(), "invalid type: string, expected i64 at line 2 column 26");
    let error = json::from_str::<Whole>("[]").unwrap_err();
    assert_eq!(error.to_string(), "invalid type: sequence, expected struct Whole at line 1 column 0");
    let error = json::from_str::<Kind>("{\"plane\":null}").unwrap_err();
    assert!(error.is_data() && error.to_string().starts_with("unknown variant, expected one of `"), "{error}");
    assert!(json::from_str::<Kind>("{\"number\":1").unwrap_err().is_eof());
    assert!(json::from_str::<Kind>("{\"number\":1,\"plain\":null}").is_err());
}

#[test]
fn a_refusal_never_quotes_what_it_found() {
    let refusals = [
        json::from_str::<u32>("\"my secret words\"").unwrap_err(),
        json::from_str::<u32>("-5550123").unwrap_err(),
        json::from_str::<u32>("5550123.5").unwrap_err(),
        json::from_str::<String>("5550123").unwrap_err(),
        json::from_str::<Vec<bool>>("[\"my secret words\"]").unwrap_err(),
        json::from_str::<Kind>("\"my secret words\"").unwrap_err(),
        json::from_str::<Kind>("{\"my secret words\":1}").unwrap_err(),
        json::from_str::<Whole>("{\"kinds\":\"my secret words\"}").unwrap_err(),
    ];
    for refusal in refusals {
        let told = refusal.to_string();
        assert!(!told.contains("secret") && !told.contains("555"), "{told}");
    }
}

#[derive(Debug, PartialEq, Read)]
#[serde(deny_unknown_fields)]
struct Strict {
    one: u8,
}

#[derive(Debug, PartialEq, Read)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
enum Tagged {
    One { one: u8 },
}

#[test]
fn a_member_without_a_name_is_as_unknown_as_any_other() {
    assert_eq!(json::from_str::<Strict>(r#"{"one":1}"#).unwrap(), Strict { one: 1 });
    assert_eq!(json::from_str::<Tagged>(r#"{"type":"one","one":1}"#).unwrap(), Tagged::One { one: 1 });
    for text in [r#"{"one":1,"":2}"#, r#"{"":null,"one":1}"#] {
        let error = json::from_str::<Strict>(text).unwrap_err();
        assert!(error.to_string().starts_with("unknown field ``"), "{error}");
    }
    let error = json::from_str::<Tagged>(r#"{"type":"one","one":1,"":2}"#).unwrap_err();
    assert!(error.to_string().starts_with("unknown field ``"), "{error}");
}
