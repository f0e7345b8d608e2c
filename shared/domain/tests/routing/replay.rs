//! Threads of the past, decided again.

use tributary_domain::{
    label::Urgency,
    owner::Owner,
    routing::replay::{Past, replay},
    rules::Rules,
    time::Span,
};

use super::{MORNING, NIGHT, RULES, at, members, question, rules, tm};

fn past(topic: &str, words: &str, when: &str) -> Past {
    Past { question: question(topic), words: words.into(), at: at(when) }
}

fn owners(rules: &Rules, past: &[Past]) -> Vec<Owner> {
    replay(rules, &members(), past).into_iter().map(|one| one.decision.owner).collect()
}

fn mate(name: &str) -> Owner {
    Owner::Teammate { id: tm(name) }
}

#[test]
fn each_is_decided_by_the_hours_of_its_own_time() {
    let past = [past("orders", "", MORNING), past("orders", "", MORNING), past("orders", "", NIGHT)];
    assert_eq!(owners(&rules(), &past), [mate("jon"), mate("mia"), mate("kim")]);
}

#[test]
fn what_was_given_is_carried_for_a_day() {
    let rules =
        Rules::parse(&RULES.replace("\"mia@example.com\", \"jon@example.com\"", "\"jon@example.com\"")).unwrap();
    let mut all: Vec<Past> = (0..5).map(|_| past("orders", "", MORNING)).collect();
    all.push(Past { at: at(MORNING).plus(Span::days(1)), ..past("orders", "", MORNING) });
    // Jon's cap of 9 has room for four of weight 2; the fifth goes to the backup; the next day he is free again.
    let jon = mate("jon");
    assert_eq!(owners(&rules, &all), [jon.clone(), jon.clone(), jon.clone(), jon.clone(), mate("kim"), jon]);
}

#[test]
fn floors_and_topics_that_are_gone_change_what_is_asked() {
    let strict = Rules::parse(&format!(
        "{}\n[[urgency.floors]]\nwords = [\"lawyer\"]\nat_least = \"high\"\n[targets]\nhigh = \"30m\"\n",
        RULES
            .replace("description = \"Jobs\"", "description = \"Jobs\"\nurgency_floor = \"urgent\"")
            .replace("[topics.returns]", "[topics.refunds]")
    ))
    .unwrap();
    let past = [past("jobs", "", MORNING), past("orders", "My lawyer says", MORNING), past("returns", "", MORNING)];
    let said: Vec<_> =
        replay(&strict, &members(), &past).into_iter().map(|one| (one.topic, one.urgency, one.target)).collect();
    assert_eq!(
        said,
        [
            ("jobs".to_owned(), Urgency::Urgent, Span::minutes(15)),
            ("orders".to_owned(), Urgency::High, Span::minutes(30)),
            ("other".to_owned(), Urgency::Normal, Span::hours(4)),
        ]
    );
}
