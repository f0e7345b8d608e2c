//! Threads of the past, decided again.

use tributary_domain::{
    event::Content,
    id::{MessageId, RemoteId},
    label::{Labeler, LabelledBy, Urgency},
    message::{Author, Body, Direction, Message},
    owner::Owner,
    platform::{Channel, Platform, Surface},
    routing::{
        Answered,
        replay::{LastAsked, Past, labels, last_asked, replay},
    },
    rules::Rules,
    time::Span,
};

use super::{MORNING, NIGHT, RULES, at, members, request, rules, tm};

fn past(topic: &str, words: &str, when: &str) -> Past {
    let channel = Channel { platform: Platform::Facebook, surface: Surface::Messages };
    Past { request: request(topic), channel, by: by(Labeler::Model), words: vec![words.to_owned()], at: at(when) }
}

fn by(labeler: Labeler) -> LabelledBy {
    LabelledBy { topic: labeler, urgency: labeler }
}

fn owners(rules: &Rules, past: &[Past]) -> Vec<Owner> {
    replay(rules, rules, &members(), past).into_iter().map(|one| one.decision.owner).collect()
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
    let said: Vec<_> = replay(&rules(), &strict, &members(), &past)
        .into_iter()
        .map(|one| (one.topic, one.urgency, one.target))
        .collect();
    assert_eq!(
        said,
        [
            ("jobs".to_owned(), Urgency::Urgent, Span::minutes(15)),
            ("orders".to_owned(), Urgency::High, Span::minutes(30)),
            ("other".to_owned(), Urgency::Normal, Span::hours(4)),
        ]
    );
}

fn message(number: i64, author: Author, words: &str) -> Message {
    let remote = RemoteId::new(number.to_string());
    let mut message = Message::new(MessageId::from_bytes(&[u8::try_from(number).unwrap()]), remote);
    let at = at(MORNING).plus(Span::minutes(u64::try_from(number).unwrap()));
    let direction = if author == Author::Customer { Direction::Incoming } else { Direction::Outgoing };
    let content = Content { text: Some(words.to_owned()), ..Content::default() };
    message.learn(Body { direction, author, at, clock: None, received_at: at, order: 0, content, correlation: None });
    message
}

/// Newest first, as a thread has them.
fn asked(authors: &[Author]) -> Option<LastAsked> {
    let all = (1..).zip(authors).map(|(number, author)| message(number, author.clone(), &number.to_string()));
    let mut all: Vec<Message> = all.collect();
    all.reverse();
    last_asked(&all)
}

#[test]
fn what_was_asked_last_is_all_that_came_since_a_person_answered() {
    let (customer, app, other) = (Author::Customer, Author::NativeApp, Author::OtherApp);
    let mia = || Author::Teammate { id: tm("mia") };
    let one = asked(&[customer.clone(), mia(), customer.clone(), other.clone(), customer.clone(), other]).unwrap();
    assert_eq!((one.words, one.at), (vec!["3".to_owned(), "5".to_owned()], at(MORNING).plus(Span::minutes(5))));
    let by_mia = Answered { by: tm("mia"), at: at(MORNING).plus(Span::minutes(2)) };
    assert_eq!(one.answered, Some(by_mia.clone()));
    // An answer from elsewhere ends what was asked, and is nobody's whom the rules could choose.
    let one = asked(&[customer.clone(), mia(), app, customer.clone(), mia()]).unwrap();
    assert_eq!((one.words, one.answered), (vec!["4".to_owned()], Some(by_mia)), "who answered it had not before");
    assert_eq!(asked(&[customer]).unwrap().answered, None);
    assert_eq!(asked(&[mia()]), None);
    let mut gone = message(1, Author::Customer, "1");
    gone.unsent(at(MORNING));
    assert_eq!(last_asked(&[gone]), None, "it was taken back");
}

#[test]
fn who_answered_before_and_every_word_of_the_question_count() {
    let floors = "\n[[urgency.floors]]\nwords = [\"lawyer\"]\nat_least = \"urgent\"\n";
    let rules = Rules::parse(&format!("{RULES}{floors}")).unwrap();
    let mut one = past("orders", "My lawyer says", MORNING);
    one.words.push("that is all".to_owned());
    one.request.last_answered = Some(Answered { by: tm("mia"), at: one.at.minus(Span::hours(1)) });
    let told = replay(&rules, &rules, &members(), &[one.clone()]);
    assert_eq!((told[0].urgency, &told[0].decision.owner), (Urgency::Urgent, &mate("mia")));
    one.request.last_answered = Some(Answered { by: tm("jon"), at: one.at.minus(Span::hours(1)) });
    assert_eq!(owners(&rules, &[one]), [mate("jon")]);
}

/// The topic and the urgency of a thread by other rules, as it was labelled and by whom.
fn anew(was: &Rules, rules: &Rules, labeler: LabelledBy, words: &str) -> (String, Urgency) {
    let mut one = past("orders", words, MORNING);
    one.by = labeler;
    labels(was, rules, &one)
}

#[test]
fn what_the_built_in_labeler_said_it_says_anew() {
    let (parcel, urgent) = ("My parcel is broken", "\n[[urgency.floors]]\nwords = [\"broken\"]\nat_least = \"high\"\n");
    let keywords = |topic: &str, words: &str| {
        let name = format!("[topics.{topic}]");
        RULES.replace(&name, &format!("{name}\nkeywords = [{words}]"))
    };
    let was = Rules::parse(&keywords("orders", "\"parcel\"")).unwrap();
    let other = Rules::parse(&format!("{}{urgent}", keywords("returns", "\"broken\""))).unwrap();
    let told = |topic: &str, urgency| (topic.to_owned(), urgency);
    assert_eq!(anew(&was, &was, by(Labeler::BuiltIn), parcel), told("orders", Urgency::Normal));
    assert_eq!(anew(&was, &other, by(Labeler::BuiltIn), parcel), told("returns", Urgency::High));
    assert_eq!(anew(&other, &was, by(Labeler::BuiltIn), parcel), told("orders", Urgency::Normal), "and back");
    // A model is not asked again; floors hold for it.
    assert_eq!(anew(&was, &other, by(Labeler::Model), parcel), told("orders", Urgency::High));
    assert_eq!(anew(&was, &other, by(Labeler::Person), parcel), told("orders", Urgency::Normal), "a person's word");
    // Words that both documents read alike leave what was said, whatever made it so.
    assert_eq!(anew(&was, &other, by(Labeler::BuiltIn), "Hello there"), told("orders", Urgency::Normal));
    // A topic that is gone is nobody's word any more.
    let gone = Rules::parse(&keywords("returns", "\"broken\"").replace("[topics.orders]", "[topics.sales]")).unwrap();
    for labeler in [Labeler::BuiltIn, Labeler::Model, Labeler::Person] {
        assert_eq!(anew(&was, &gone, by(labeler), parcel), told("returns", Urgency::Normal), "{labeler:?}");
        assert_eq!(anew(&was, &gone, by(labeler), "Hello there").0, "other", "{labeler:?}");
    }
    let one = Past { by: by(Labeler::BuiltIn), ..past("orders", parcel, NIGHT) };
    let owners = |rules: &Rules| replay(&was, rules, &members(), std::slice::from_ref(&one))[0].decision.owner.clone();
    assert_eq!((owners(&was), owners(&other)), (mate("kim"), mate("ann")), "and it goes there");
}

#[test]
fn what_the_rules_say_of_comments_holds_for_threads_of_comments_alone() {
    let with = |comments: &str| Rules::parse(&format!("{RULES}\n[channels.facebook.comments]\n{comments}\n")).unwrap();
    let (was, capped, open) = (rules(), with("most_urgency = \"normal\""), with("most_urgency = \"urgent\""));
    let urgency = |rules: &Rules, surface, labeler, words: &str| {
        let mut one = past("orders", words, MORNING);
        one.channel.surface = surface;
        one.by = by(labeler);
        one.request.urgency = Urgency::High;
        labels(&was, rules, &one).1
    };
    let emergency = "This is an emergency, there is a fire, help me immediately";
    for labeler in [Labeler::BuiltIn, Labeler::Model] {
        assert_eq!(urgency(&capped, Surface::Comments, labeler, emergency), Urgency::Normal, "{labeler:?}");
        assert_eq!(urgency(&capped, Surface::Messages, labeler, emergency), Urgency::High, "{labeler:?}");
    }
    assert_eq!(urgency(&capped, Surface::Comments, Labeler::Person, emergency), Urgency::High);
    assert_eq!(urgency(&open, Surface::Comments, Labeler::BuiltIn, emergency), Urgency::Urgent);
    assert_eq!(urgency(&open, Surface::Comments, Labeler::Model, emergency), Urgency::High, "it is not asked again");
    // Where no model is to read comments, the built-in labeler has its say.
    let unread = with("label = false");
    assert_eq!(urgency(&unread, Surface::Comments, Labeler::Model, "Hello there"), Urgency::Normal);
    assert_eq!(urgency(&unread, Surface::Messages, Labeler::Model, "Hello there"), Urgency::High);
}
