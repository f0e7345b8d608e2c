use tributary_domain::{
    id::ContactId,
    insights::{Told, suggested},
    rules::Rules,
};

const RULES: &str =
    "[topics.returns]\ndescription = \"x\"\nkeywords = [\"refund*\"]\n[topics.orders]\ndescription = \"y\"\n";

fn told(topic: &str, contact: u8, text: &str) -> Told {
    Told { topic: topic.to_owned(), contact: ContactId::from_bytes(&[contact]), texts: vec![text.to_owned()] }
}

fn words(told: &[Told]) -> Vec<String> {
    suggested(&Rules::parse(RULES).unwrap(), told)
        .into_iter()
        .map(|one| format!("{} {}", one.topic, one.word))
        .collect()
}

#[test]
fn words_that_three_customers_threads_share_are_told() {
    let threads = [
        told("returns", 1, "The Zipper is broken, I want a refund"),
        told("returns", 2, "zipper came apart"),
        told("returns", 3, "my ZIPPER fell off! order 4411"),
        told("orders", 4, "the parcel is late"),
    ];
    assert_eq!(words(&threads), ["returns zipper"]);
}

#[test]
fn what_fewer_customers_write_is_never_told() {
    let mut threads = vec![told("returns", 1, "zipper"), told("returns", 1, "zipper"), told("returns", 1, "zipper")];
    assert!(words(&threads).is_empty(), "three threads of one customer");
    threads.push(told("returns", 2, "zipper"));
    assert!(words(&threads).is_empty(), "four threads of two customers");
    threads.push(told("returns", 3, "zipper"));
    assert_eq!(words(&threads), ["returns zipper"]);
}

#[test]
fn numbers_small_words_known_keywords_and_words_of_all_topics_tell_nothing() {
    let mut threads: Vec<Told> =
        (0..5).map(|n| told("returns", n, "what about this refund 4821 please seam")).collect();
    threads.extend((10..15).map(|n| told("orders", n, "seam")));
    threads.extend((20..25).map(|n| told("gone", n, "gizmo")));
    assert!(words(&threads).is_empty(), "{:?}", words(&threads));
}
