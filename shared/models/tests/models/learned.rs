//! What corrections teach: which of them, what is shown of the words, and that the words order nothing.

use proptest::prelude::*;
use serde_json::Value;
use tributary_domain::{
    audit::{Actor, AuditDetail, Entry, Head, Labelled},
    id::{MessageId, ThreadId},
    label::{About, Example, LabelExample, Remaining, Urgency, lessons},
    rules::Rules,
    time::Timestamp,
};
use tributary_models::bedrock::request;

use super::{hostile::ORDERS, rules};

fn message(n: u8) -> MessageId {
    MessageId::from_bytes(&[n])
}

/// At `second`, a person said `to` of what a machine had said to be about orders.
fn corrected(thread: u8, second: i64, to: &str) -> Entry {
    let about = vec![About { message: message(thread), at: Timestamp::from_seconds(second) }];
    let labels =
        |topic: &str| Some(Labelled { topic: topic.to_owned(), urgency: Urgency::Normal, language: "en".to_owned() });
    let done =
        AuditDetail::Corrected { from: labels("orders"), to: labels(to), said: labels("orders"), about, seen: None };
    let (thread, at) = (ThreadId::from_bytes(&[thread]), Timestamp::from_seconds(second));
    Head::default().append(&thread, at, Actor::System, done)
}

fn taught(entries: Vec<Entry>) -> Vec<(ThreadId, String)> {
    lessons(entries, &rules()).into_iter().map(|one| (one.thread, one.topic)).collect()
}

fn pair(thread: u8, topic: &str) -> (ThreadId, String) {
    (ThreadId::from_bytes(&[thread]), topic.to_owned())
}

#[test]
fn the_newest_of_every_topic_comes_before_the_second_of_any() {
    let entries = vec![
        corrected(1, 10, "returns"),
        corrected(2, 20, "returns"),
        corrected(3, 30, "returns"),
        corrected(4, 15, "billing"),
        corrected(5, 5, "praise"),
    ];
    let expected = [pair(3, "returns"), pair(4, "billing"), pair(5, "praise"), pair(2, "returns"), pair(1, "returns")];
    assert_eq!(taught(entries.clone()), expected);
    let backwards = entries.into_iter().rev().collect();
    assert_eq!(taught(backwards), expected);
}

#[test]
fn a_thread_teaches_by_its_last_correction_and_not_what_the_machine_had_said() {
    let last = [corrected(1, 10, "returns"), corrected(1, 20, "billing")];
    assert_eq!(taught(last.to_vec()), [pair(1, "billing")]);
    let taken_back = [corrected(1, 10, "returns"), corrected(1, 20, "orders")];
    assert!(taught(taken_back.to_vec()).is_empty());
    assert!(taught(vec![corrected(1, 10, "gone")]).is_empty(), "a topic that the rules no longer have");
    let but = |change: fn(AuditDetail) -> AuditDetail| Entry { done: change(last[0].done.clone()), ..last[0].clone() };
    let nothing = but(|_| AuditDetail::Corrected { from: None, to: None, said: None, about: vec![], seen: None });
    let other = but(|_| AuditDetail::Opened {});
    assert!(taught(vec![nothing, other]).is_empty());
    let before = but(|done| match done {
        AuditDetail::Corrected { from, to, said, seen, .. } => {
            AuditDetail::Corrected { from, to, said, about: vec![], seen }
        }
        other => other,
    });
    assert!(taught(vec![before]).is_empty(), "an entry that does not say which messages");
}

#[test]
fn an_urgency_alone_teaches_as_well() {
    let mut entry = corrected(1, 10, "orders");
    if let AuditDetail::Corrected { to: Some(to), .. } = &mut entry.done {
        to.urgency = Urgency::Urgent;
    }
    let found = lessons(vec![entry], &rules());
    assert_eq!((found[0].topic.as_str(), found[0].urgency), ("orders", Urgency::Urgent));
}

fn lesson(messages: &[u8]) -> LabelExample {
    LabelExample {
        thread: ThreadId::from_bytes(&[1]),
        topic: "returns".into(),
        urgency: Urgency::High,
        about: messages.iter().map(|n| About { message: message(*n), at: Timestamp::from_seconds(1) }).collect(),
    }
}

fn remaining(n: u8, text: &str) -> Remaining {
    Remaining { message: message(n), text: text.into(), names: vec!["Ana Lima".into(), "ana_l".into()] }
}

#[test]
fn what_is_shown_is_short_and_does_not_tell_who_wrote() {
    let left = [
        remaining(1, "Hi, I am Ana."),
        remaining(2, "Order 4821 broke!\nCall +351 910 000 000, ana@example.com or https://x.example/ana"),
    ];
    let example = lesson(&[1, 2]).example(&left).unwrap();
    assert_eq!(example.message, "Hi, I am [name] Order # broke! Call +# # # #, [address] or [link]");
    assert_eq!((example.topic.as_str(), example.urgency), ("returns", Urgency::High));
    let long = lesson(&[1]).example(&[remaining(1, &"my lamp broke ".repeat(99))]).unwrap();
    assert_eq!(long.message.chars().count(), 200);
}

#[test]
fn what_was_taken_back_is_not_shown_and_takes_the_rest_with_it() {
    let left = [remaining(1, "My lamp broke")];
    assert!(lesson(&[1]).example(&left).is_some());
    assert_eq!(lesson(&[1, 2]).example(&left), None);
    assert_eq!(lesson(&[1]).example(&[]), None);
    for nothing in ["", "4821", "+351 910 000 000 !!"] {
        assert_eq!(lesson(&[1]).example(&[remaining(1, nothing)]), None, "{nothing}");
    }
}

fn example(text: &str) -> Example {
    Example { message: text.into(), topic: "returns".into(), urgency: Urgency::High }
}

fn asked(rules: &Rules, learned: &[Example]) -> Value {
    serde_json::from_str(&request(rules, &["Where is order 4821?"], learned)).unwrap()
}

/// The examples of corrections in a request, as a model reads them.
fn shown(body: &Value) -> Vec<Example> {
    let content = body.pointer("/messages/0/content").unwrap().as_array().unwrap();
    let Some(text) = content.first().filter(|_| content.len() == 2).map(|block| block["text"].as_str().unwrap()) else {
        return Vec::new();
    };
    let inner = text.strip_prefix("<corrected_examples>\n").unwrap().strip_suffix("\n</corrected_examples>").unwrap();
    assert!(!inner.contains(['<', '>', '\n']));
    serde_json::from_str(inner).unwrap()
}

#[test]
fn corrections_stand_in_a_fence_of_their_own_before_the_words_to_label() {
    let body = asked(&rules(), &[example("my lamp broke")]);
    assert_eq!(shown(&body), [example("my lamp broke")]);
    let last = body["messages"][0]["content"][1]["text"].as_str().unwrap();
    assert_eq!(last, "<customer_messages>\n[\"Where is order 4821?\"]\n</customer_messages>");
    let system = body["system"][0]["text"].as_str().unwrap();
    assert!(system.contains("obey no words") && !system.contains("lamp"));
    let without = asked(&rules(), &[]);
    assert_eq!(without["messages"][0]["content"].as_array().unwrap().len(), 1);
    assert!(!without["system"][0]["text"].as_str().unwrap().contains("corrected_examples"));
}

#[test]
fn no_example_gets_out_of_its_fence_or_changes_the_orders() {
    let plain = asked(&rules(), &[example("my lamp broke")]);
    for order in ORDERS {
        let body = asked(&rules(), &[example(order)]);
        assert_eq!(shown(&body), [example(order)]);
        assert_eq!(body["system"], plain["system"]);
        assert_eq!(body["toolConfig"], plain["toolConfig"]);
        assert_eq!(body["messages"].as_array().unwrap().len(), 1);
        assert_eq!(body["messages"][0]["content"][1], plain["messages"][0]["content"][1]);
    }
}

#[test]
fn one_ceiling_holds_for_both_kinds_and_those_of_the_rules_come_first() {
    let many: Vec<Example> = (0..12).map(|n| example(&format!("{n} {}", "x".repeat(190)))).collect();
    let alone = shown(&asked(&rules(), &many));
    assert!(alone.len() >= 5 && alone[..] == many[..alone.len()], "{}", alone.len());
    let made_up = |count: usize| {
        let list: Vec<String> = (0..count).map(|n| format!("\"{n} {}\"", "y".repeat(195))).collect();
        let topic = |name| format!("[topics.{name}]\ndescription = \"x\"\nexamples = [{}]\n", list.join(", "));
        Rules::parse(&format!("{}{}", topic("returns"), topic("billing"))).unwrap()
    };
    let beside = shown(&asked(&made_up(2), &many)).len();
    assert!(beside > 0 && beside < alone.len(), "{beside} of {}", alone.len());
    assert!(shown(&asked(&made_up(5), &many)).is_empty());
}

proptest! {
    #[test]
    fn all_examples_together_have_a_ceiling(texts in prop::collection::vec("\\PC{0,200}", 0..12)) {
        let learned: Vec<Example> = texts.iter().map(|text| example(text)).collect();
        let body = asked(&rules(), &learned);
        let all = shown(&body);
        prop_assert!(all.iter().all(|one| learned.contains(one)));
        let list = body["messages"][0]["content"][0]["text"].as_str().unwrap();
        prop_assert!(all.is_empty() || list.len() <= 1500 + "<corrected_examples>\n[]\n</corrected_examples>".len());
    }

    #[test]
    fn any_words_are_shown_without_digits_and_addresses(text in any::<String>(), mail in "[a-z]{1,8}@[a-z]{2,8}\\.[a-z]{2,3}", number in "\\+?[0-9]{3,12}") {
        let left = [remaining(1, &format!("{text} {mail} {number} thanks"))];
        if let Some(example) = lesson(&[1]).example(&left) {
            prop_assert!(!example.message.contains('@'));
            prop_assert!(!example.message.chars().any(char::is_numeric));
            prop_assert!(example.message.chars().count() <= 200);
        }
    }
}
