//! What is found by what. The index is `SQLite`'s: here stands a small one that parts and folds words as its tokenizer
//! does, and reads the expressions that are made here. The same cases in the database itself: tests/e2e/search.test.ts.

use proptest::prelude::*;

use super::{Highlight, endings, excerpt, expression, extra, people_expression};

#[test]
fn a_script_without_spaces_goes_in_as_pairs() {
    assert_eq!(extra("返品したい"), "返品 品し した たい い");
    assert_eq!(extra("เงิน"), "เง งิ ิน น");
    assert_eq!(extra("환불 부탁"), "환불 불 부탁 탁");
    assert_eq!(extra("返"), "返");
    assert_eq!(extra("iPhone返品 please"), "iphone 返品 品");
    assert_eq!(extra("Where is my order, Ménard? Grüße"), "grusse", "the tokenizer finds the others by itself");
}

#[test]
fn the_same_word_in_another_form_goes_in_as_well() {
    assert_eq!(extra("ｶﾞﾗｽ"), extra("ガラス"));
    assert_eq!(extra("４７１１"), "4711");
    assert_eq!(extra("٤٧١١"), "4711");
    assert_eq!(extra("𝐒𝐚𝐥𝐞 today"), "sale");
    assert_eq!(extra("مُحَمَّد"), "محمد");
    assert_eq!(extra("أحمد"), "احمد");
    assert_eq!(extra("ἀγορά"), "αγορα");
    assert_eq!(extra("cafe\u{301} crème"), "");
}

#[test]
fn numbers_are_found_in_words_and_in_groups() {
    assert_eq!(extra("order TR4711 and A12"), "4711");
    assert_eq!(extra("call +49 170 123-45 67"), "491701234567");
    assert_eq!(extra("at 10:30, size 42"), "");
    assert_eq!(endings("491701"), "491701 91701 1701");
    assert_eq!(endings("ana"), "");
    let asked = "((\"0170\" * AND \"1234\" *) OR \"01701234\" *) OR numbers : \"1701234\" *";
    assert_eq!(people_expression("0170 1234").unwrap(), asked);
    assert_eq!(people_expression("471").unwrap(), "(\"471\" *) OR numbers : \"471\" *");
}

#[test]
fn words_are_words_whatever_they_look_like() {
    assert_eq!(expression("late parcel").as_deref(), Some("\"late\" * AND \"parcel\" *"));
    assert_eq!(expression("a\" OR thread:x*").as_deref(), Some("\"a\"\"\" AND \"OR\" * AND \"thread:x*\""));
    assert_eq!(expression(" \u{0} -- * \" "), None);
    assert_eq!(expression("NEAR(xx\u{0}y)").as_deref(), Some("\"NEAR(xx\" * AND \"y)\""));
    assert_eq!(expression("返品").as_deref(), Some("\"返品\""));
    assert_eq!(expression("返").as_deref(), Some("\"返\" *"));
    assert_eq!(expression("คืนเงิน").as_deref(), Some("\"คื ืน นเ เง งิ ิน\""));
    assert_eq!(expression("４７１").as_deref(), Some("(\"４７１\" * OR \"471\" *)"));
    assert_eq!(expression("iphone返品").as_deref(), Some("\"iphone\" * AND \"返品\""));
}

/// The highlighted parts of what is shown.
fn shown(text: &str, query: &str) -> (String, Vec<String>) {
    let excerpt = excerpt(text, query);
    let units: Vec<u16> = excerpt.text.encode_utf16().collect();
    let part = |&Highlight { start, end }: &Highlight| String::from_utf16(&units[start..end]).unwrap();
    (excerpt.text.clone(), excerpt.highlights.iter().map(part).collect())
}

#[test]
fn what_is_shown_says_why_it_was_found() {
    let hits = |text: &str, query: &str| shown(text, query).1;
    assert_eq!(hits("昨日届いた靴を返品したいです", "返品"), ["返品"]);
    assert_eq!(hits("ขอคืนเงินได้ไหม", "คืนเงิน"), ["คืนเงิน"]);
    assert_eq!(hits("Order #4711, or TR4711?", "471"), ["471", "471"]);
    assert_eq!(hits("Gänseblümchen 😀 und Ganse", "ganse"), ["Gänse", "Ganse"]);
    assert_eq!(hits("cafe\u{301}", "cafe"), ["cafe\u{301}"]);
    assert_eq!(hits("nothing of reorder", "order"), Vec::<String>::new(), "words are found by their beginnings");
    assert_eq!(hits("+49 170 123-45 67", "0170 1234567"), ["170 123-45 67"]);
    assert_eq!(hits("491701234567", "1234567"), ["1234567"]);
    assert_eq!(hits("Größe", "grösse"), ["Größe"]);
    let long = format!("{} the parcel is late {}", "words ".repeat(100), "and more ".repeat(100));
    let (text, hits) = shown(&long, "parcel late");
    assert!(text.starts_with("…words") && text.ends_with('…') && text.chars().count() < 190, "{text}");
    assert_eq!(hits, ["parcel", "late"]);
    assert_eq!(shown("one\n\ntwo", "two"), ("one  two".to_owned(), vec!["two".to_owned()]));
}

/// Whether a text is found by an expression of quoted phrases, `AND`, `OR` and brackets, as the database would.
fn finds(text: &str, expression: &str) -> bool {
    let columns = [tokens(text), tokens(&extra(text))];
    either(&columns, &mut tokenized(expression).into_iter().peekable())
}

type Tokens = std::iter::Peekable<std::vec::IntoIter<String>>;

fn either(columns: &[Vec<String>], rest: &mut Tokens) -> bool {
    let mut found = all(columns, rest);
    while rest.next_if(|one| one == "OR").is_some() {
        found |= all(columns, rest);
    }
    found
}

fn all(columns: &[Vec<String>], rest: &mut Tokens) -> bool {
    let mut found = one(columns, rest);
    while rest.next_if(|one| one == "AND").is_some() {
        found &= one(columns, rest);
    }
    found
}

fn one(columns: &[Vec<String>], rest: &mut Tokens) -> bool {
    let next = rest.next().unwrap();
    if next == "(" {
        let found = either(columns, rest);
        assert_eq!(rest.next().unwrap(), ")");
        return found;
    }
    let phrase = tokens(&next);
    let prefix = rest.next_if(|one| one == "*").is_some();
    let fits = |here: &[String]| {
        here.iter().zip(&phrase).enumerate().all(|(at, (is, wanted))| {
            is == wanted || prefix && at + 1 == phrase.len() && is.starts_with(wanted.as_str())
        })
    };
    !phrase.is_empty() && columns.iter().any(|column| column.windows(phrase.len()).any(fits))
}

fn tokenized(expression: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for (number, part) in expression.split('"').enumerate() {
        if number % 2 == 1 {
            parts.push(part.to_owned());
        } else {
            parts.extend(part.replace('(', " ( ").replace(')', " ) ").split_whitespace().map(str::to_owned));
        }
    }
    parts
}

fn tokens(text: &str) -> Vec<String> {
    let letters = super::letters(text, super::Depth::Tokenizer);
    super::words(&letters).map(super::spelled).collect()
}

const SENTENCES: &[(&str, &[&str])] = &[
    (
        "昨日届いた靴を返品したいです。注文番号は4711です",
        &["返品", "靴", "注文番号", "4711", "471", "返品 注文", "です"],
    ),
    ("我想退货，订单号A4711", &["退货", "订单", "4711", "a471", "货"]),
    ("ขอคืนเงินได้ไหมคะ", &["คืนเงิน", "เงิน", "ได้ไหม"]),
    ("상품환불 부탁드립니다 주문은 언제", &["환불", "주문", "부탁", "상품"]),
    ("ສິນຄ້າເສຍຫາຍ", &["ເສຍຫາຍ"]),
    ("Where is order ４７１１?", &["4711", "471", "４７１", "order wher"]),
    ("طلبي رقم ٤٧١١ يا أحمد", &["4711", "احمد", "أحمد", "طلبي"]),
    ("Größe 42, Straße", &["grosse", "strasse", "straße", "größe"]),
    ("Call me: 0170/123 45 67", &["0170 1234567", "01701234567", "0170", "123"]),
    ("Привет, ещё раз", &["еще", "ещё", "прив"]),
    ("ऑर्डर कहाँ है", &["ऑर्डर", "कहाँ"]),
];

#[test]
fn every_word_of_every_script_finds_its_sentence() {
    for (text, queries) in SENTENCES {
        for query in *queries {
            let asked = expression(query).unwrap();
            assert!(finds(text, &asked), "{query} does not find {text}: {asked}, {}", extra(text));
            let others = SENTENCES
                .iter()
                .filter(|(other, _)| other != text && !other.contains("4711") && !other.contains("４７１１"));
            for (other, _) in others.filter(|_| !query.contains(char::is_numeric) && query.chars().count() > 1) {
                assert!(!finds(other, &asked), "{query} finds {other}");
            }
            assert!(!excerpt(text, query).highlights.is_empty(), "nothing of {text} is marked for {query}");
        }
    }
}

proptest! {
    /// Any part of at least two letters of a sentence without spaces finds it, and is marked in it.
    #[test]
    fn any_part_of_a_sentence_finds_it(text in "[一-龥ぁ-んァ-ヶก-ฮ가-힣]{2,30}", from in 0_usize..30, length in 2_usize..8) {
        let letters: Vec<char> = text.chars().collect();
        let from = from.min(letters.len() - 2);
        let query: String = letters[from..(from + length).min(letters.len())].iter().collect();
        prop_assert!(finds(&text, &expression(&query).unwrap()), "{query} in {text}");
        let marked = shown(&text, &query).1;
        prop_assert!(marked.iter().any(|one| one.contains(&query)), "{query} in {text}: {marked:?}");
    }

    /// Whatever is written or looked for, nothing panics, and every mark lies within what is shown.
    #[test]
    fn any_text_can_be_searched(text in "\\PC{0,60}", query in "\\PC{0,20}") {
        let _ = extra(&text);
        if let Some(expression) = expression(&query) {
            prop_assert_eq!(expression.matches('"').count() % 2, 0);
        }
        let excerpt = excerpt(&text, &query);
        let units = excerpt.text.encode_utf16().count();
        let mut at = 0;
        for Highlight { start, end } in excerpt.highlights {
            prop_assert!(at <= start && start < end && end <= units);
            at = end;
        }
    }
}
