//! Languages, topics and urgencies that the built-in labeler finds.

use std::collections::BTreeMap;

use tributary_domain::label::{Urgency, builtin};

use super::rules;

const SENTENCES: &str = include_str!("sentences.txt");

#[test]
fn at_least_95_of_100_sentences_are_in_the_language_that_is_named() {
    let mut languages: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (tag, text) in SENTENCES.lines().filter_map(|line| line.split_once('\t')) {
        let found = builtin::language::detect(text);
        let counts = languages.entry(tag).or_default();
        counts.0 += u32::from(found == tag);
        counts.1 += 1;
        if found != tag {
            wrong.push(format!("{tag} taken for {found}: {text}"));
        }
    }
    assert!(languages.len() >= 30, "{} languages", languages.len());
    for (tag, (right, all)) in &languages {
        assert!(*all >= 5, "{tag} has {all} sentences");
        assert!(right * 10 >= all * 7, "{tag}: {right} of {all} right\n{}", wrong.join("\n"));
    }
    let (right, all) = languages.values().fold((0, 0), |(right, all), (r, a)| (right + r, all + a));
    assert!(right * 100 >= all * 95, "{right} of {all} right\n{}", wrong.join("\n"));
}

#[test]
fn what_has_no_language_is_undetermined() {
    for text in ["", "ok", "👍👍", "12345", "https://shop.example/de/wo-ist-meine-bestellung", "@mia", "???"] {
        assert_eq!(builtin::language::detect(text), "und", "{text}");
    }
}

#[test]
fn topics_and_urgencies_are_found_in_many_languages() {
    let rules = rules();
    for (text, topic, urgency) in [
        ("Where is my order?", "orders", Urgency::Normal),
        ("I want my money back, the vase arrived broken", "returns", Urgency::Normal),
        ("I need this parcel immediately!", "orders", Urgency::Urgent),
        ("How much is the blue one, is there a discount?", "billing", Urgency::Normal),
        ("Ich warte immer noch auf meine Bestellung", "orders", Urgency::High),
        ("Dringend: falsche Rechnung", "billing", Urgency::Urgent),
        ("Das ist Betrug, ich gehe zum Anwalt", "complaint", Urgency::High),
        ("Je n'ai toujours pas reçu ma commande", "orders", Urgency::High),
        ("¿Cuándo llega mi pedido?", "orders", Urgency::Normal),
        ("Quero o reembolso agora mesmo", "returns", Urgency::Urgent),
        ("Il pacco è arrivato rotto, vorrei un rimborso", "returns", Urgency::Normal),
        ("Siparişim nerede, acil lütfen", "orders", Urgency::Urgent),
        ("Где мой заказ? Срочно!", "orders", Urgency::Urgent),
        ("Πού είναι η παραγγελία μου;", "orders", Urgency::Normal),
        ("أين طلبي؟", "orders", Urgency::Normal),
        ("मेरा ऑर्डर कहाँ है?", "orders", Urgency::Normal),
        ("พัสดุของฉันอยู่ที่ไหน", "orders", Urgency::Normal),
        ("我的订单在哪里？马上回复", "orders", Urgency::Urgent),
        ("返品したいです", "returns", Urgency::Normal),
        ("주문을 취소해 주세요", "orders", Urgency::Normal),
        ("Thanks, love it", "praise", Urgency::Low),
        ("Danke!", "other", Urgency::Low),
        ("I had an allergic reaction to the cream", "other", Urgency::Urgent),
        ("WHERE IS IT YOU NEVER ANSWER ME", "other", Urgency::High),
        ("hmm", "other", Urgency::Normal),
        ("", "other", Urgency::Normal),
    ] {
        let labels = builtin::label(&rules, &[text]);
        assert_eq!((labels.topic.as_str(), labels.urgency), (topic, urgency), "{text}");
    }
}

#[test]
fn a_burst_is_one_question() {
    let labels = builtin::label(&rules(), &["hi", "", "where is my parcel", "it is urgent"]);
    assert_eq!((labels.topic.as_str(), labels.urgency), ("orders", Urgency::Urgent));
    assert_eq!((labels.language.as_str(), labels.summary.as_str()), ("en", "where is my parcel"));
}
