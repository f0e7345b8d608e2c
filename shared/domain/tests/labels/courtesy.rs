//! Turns for which no model is asked.

use tributary_domain::{
    label::{BuiltInReason, Labels, OTHER, Urgency, courtesy},
    rules::Rules,
};

use super::rules;

fn before() -> Labels {
    let (topic, language, summary) = ("orders".to_owned(), "en".to_owned(), "Asks where the parcel is".to_owned());
    Labels { topic, urgency: Urgency::High, language, summary }
}

#[test]
fn thanks_in_any_language_are_no_work_for_a_model_and_change_only_the_urgency() {
    let said = [
        "Thanks!",
        "thank you so much 🙏",
        "OK, thanks",
        "Vielen Dank!",
        "Merci beaucoup",
        "¡Muchas gracias!",
        "Obrigada",
        "Grazie mille",
        "dank je wel",
        "Bardzo dziękuję",
        "Köszönöm szépen",
        "Çok teşekkürler",
        "tusen takk",
        "Kiitos paljon",
        "Terima kasih",
        "Cảm ơn nhiều",
        "Спасибо большое",
        "Дуже дякую",
        "Ευχαριστώ πολύ",
        "תודה רבה",
        "شكرا جزيلا",
        "धन्यवाद",
        "ขอบคุณค่ะ",
        "நன்றி",
        "谢谢",
        "ありがとうございます",
        "감사합니다",
    ];
    for text in said {
        let (labels, reason) = courtesy::label(&rules(), &[text], Some(&before())).expect(text);
        assert_eq!(reason, BuiltInReason::Courtesy, "{text}");
        assert_eq!(labels, Labels { urgency: Urgency::Low, ..before() }, "{text}");
    }
}

#[test]
fn a_nod_and_what_has_no_words_change_nothing() {
    for (text, why) in [
        ("ok", BuiltInReason::Courtesy),
        ("Alles klar", BuiltInReason::Courtesy),
        ("👍", BuiltInReason::NoWords),
        ("", BuiltInReason::NoWords),
        ("...", BuiltInReason::NoWords),
    ] {
        assert_eq!(courtesy::label(&rules(), &[text], Some(&before())), Some((before(), why)), "{text}");
    }
}

#[test]
fn whatever_says_or_asks_anything_is_read() {
    for text in [
        "Thanks, but it never came",
        "ok?",
        "???",
        "OK!!!",
        "Thanks for nothing",
        "thank you, order 4821",
        "no",
        "ok cancel it",
        "Danke, und wann kommt es",
        "https://shop.example/ok",
        "thanks thanks thanks thanks thanks thanks thanks thanks thanks",
    ] {
        assert_eq!(courtesy::label(&rules(), &[text], Some(&before())), None, "{text}");
    }
    // One word too many in the burst, and all of it is read.
    assert_eq!(courtesy::label(&rules(), &["ok", "thanks", "it is broken"], Some(&before())), None);
}

#[test]
fn a_thread_that_begins_so_is_labelled_by_its_words() {
    let (labels, reason) = courtesy::label(&rules(), &["Merci beaucoup !"], None).unwrap();
    assert_eq!((labels.topic.as_str(), labels.urgency, reason), ("praise", Urgency::Low, BuiltInReason::Courtesy));
    let gone = Labels { topic: "a topic that the rules had once".into(), ..before() };
    assert_eq!(courtesy::label(&rules(), &["ok"], Some(&gone)).unwrap().0.topic, OTHER);
}

#[test]
fn thanks_do_not_go_below_the_floor_of_the_topic() {
    let rules = Rules::parse("[topics.orders]\ndescription = \"Orders\"\nurgency_floor = \"high\"\n").unwrap();
    let (labels, _) = courtesy::label(&rules, &["Thank you"], Some(&before())).unwrap();
    assert_eq!(labels.urgency, Urgency::High);
}
