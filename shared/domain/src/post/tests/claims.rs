//! Comments of ours: which reply each is, and in which thread.

use super::*;
use crate::{fingerprint, id::ReplyId};

impl Post {
    fn step(&self, what: impl FnOnce(&Memory, &PostRecord) -> Result<Step, std::convert::Infallible>) -> Step {
        let Ok(step) = what(&self.rows.borrow(), &self.record());
        self.keep(&step);
        step
    }

    /// A reply to `parent` in somebody's thread is about to be written.
    fn intends(&self, reply: &str, whose: &str, parent: &str, text: &str) {
        let intent = Intent {
            correlation: part(reply),
            thread: thread_id(whose),
            parent: Some(id(parent)),
            words: fingerprint::exact(text),
            at: Timestamp::from_millis(HOUR),
        };
        self.step(|rows, record| intend(rows, record, intent, Timestamp::from_millis(5)));
    }

    fn claimed(&self, reply: &str, whose: &str, parent: &str, comment: &str, named: bool) -> Step {
        let (correlation, parent) = (part(reply), Some(id(parent)));
        let one = Claim { comment: id(comment), correlation, thread: thread_id(whose), parent, text: None, named };
        self.step(|rows, record| claim(rows, record, &one, Timestamp::from_millis(9)))
    }

    /// The platform named the comment that a reply became.
    fn named(&self, reply: &str, whose: &str, parent: &str, comment: &str) -> Placement {
        self.claimed(reply, whose, parent, comment, true).placements.remove(0)
    }

    /// A comment in the words of a reply in doubt was found.
    fn found(&self, reply: &str, whose: &str, parent: &str, comment: &str) -> Placement {
        self.claimed(reply, whose, parent, comment, false).placements.remove(0)
    }

    fn ended(&self, reply: &str, refused: bool) -> Step {
        let reply = reply_id(reply);
        self.step(|rows, record| end(rows, record, &reply, refused, Timestamp::from_millis(9)))
    }

    /// Kim's question, and Lee's below it.
    fn asked() -> Self {
        let post = Self::default();
        post.take(said("1", "kim", None, 1));
        post.take(said("2", "lee", Some("1"), 2));
        post
    }
}

fn reply_id(reply: &str) -> ReplyId {
    ReplyId::parse(&format!("rpl_0000{reply}")).unwrap()
}

fn part(reply: &str) -> Correlation {
    Correlation { reply: reply_id(reply), part: 0 }
}

fn reply_of(whose: &str, reply: &str) -> Placement {
    Placement::Ours { thread: thread_id(whose), correlation: part(reply) }
}

#[test]
fn an_echo_before_the_answer_goes_to_the_reply_that_says_it() {
    // (what we wrote, below which comment, when, what it is)
    let cases = [
        ("12 €", "1", HOUR, reply_of("lee", "a")),
        ("12  €\n", "2", HOUR, reply_of("lee", "a")),
        ("13 €", "1", HOUR, thread_of("kim")),
        ("12 €", "4", HOUR, thread_of("noa")),
        ("12 €", "unknown", HOUR, Placement::Kept),
        ("12 €", "1", 6, thread_of("kim")),
    ];
    for (text, below, at, expected) in cases {
        let post = Post::asked();
        post.take(said("4", "noa", None, 3));
        post.intends("a", "lee", "2", "12 €");
        let echo = ours("9", text, below, at);
        assert_eq!(post.take(echo.clone()), expected, "{text} below {below} at {at}");
        assert_eq!(post.take(echo), expected, "told again");
    }
}

#[test]
fn one_answer_is_one_comment() {
    let post = Post::asked();
    post.intends("a", "lee", "2", "12 €");
    post.intends("a", "lee", "2", "12 €");
    assert_eq!(post.take(ours("8", "12 €", "1", HOUR)), reply_of("lee", "a"));
    // The same again was written in the platform's own app.
    assert_eq!(post.take(ours("9", "12 €", "1", HOUR + 1)), thread_of("kim"));
    assert_eq!(post.named("a", "lee", "2", "8"), reply_of("lee", "a"));
}

#[test]
fn what_the_platform_named_is_the_replys_and_no_others() {
    let post = Post::asked();
    post.intends("a", "lee", "2", "12 €");
    assert_eq!(post.named("a", "lee", "2", "9"), reply_of("lee", "a"));
    assert_eq!(post.named("a", "lee", "2", "9"), reply_of("lee", "a"), "again");
    assert_eq!(post.named("b", "lee", "2", "9"), reply_of("lee", "a"), "another reply of the same thread");
    assert_eq!(post.take(ours("9", "12 €", "1", HOUR)), reply_of("lee", "a"));
    assert_eq!((post.record().counts.ours, post.record().intents.len()), (1, 0));
    assert_eq!(post.named("a", "lee", "2", "1"), thread_of("kim"), "a customer's");
}

#[test]
fn what_was_refused_is_nobodys() {
    let post = Post::asked();
    post.intends("a", "lee", "2", "12 €");
    post.ended("a", true);
    assert_eq!(post.take(ours("9", "12 €", "1", HOUR)), thread_of("kim"));
}

#[test]
fn what_was_nobodys_is_of_whoever_wrote_it() {
    let post = Post::asked();
    assert_eq!(post.take(ours("9", "thanks", "before", 3)), Placement::Kept);
    assert_eq!(post.named("a", "kim", "before", "9"), reply_of("kim", "a"));
    assert_eq!(post.take(hidden("9", true, 4)), thread_of("kim"));
}

#[test]
fn what_was_found_is_not_taken_for_a_reply_while_another_says_the_same() {
    let post = Post::asked();
    post.intends("a", "kim", "1", "12 €");
    post.intends("b", "lee", "2", "12 €");
    assert_eq!(post.found("a", "kim", "1", "9"), Placement::Kept, "it may be the other's");
    assert_eq!(post.named("b", "lee", "2", "9"), reply_of("lee", "b"));
    assert_eq!(post.found("a", "kim", "1", "9"), reply_of("lee", "b"));
    assert_eq!(post.found("a", "kim", "1", "8"), reply_of("kim", "a"), "nobody else says it any more");
}

#[test]
fn other_words_or_another_branch_are_no_rivals() {
    let post = Post::asked();
    post.take(said("4", "noa", None, 3));
    post.intends("a", "kim", "1", "12 €");
    post.intends("b", "lee", "2", "13 €");
    post.intends("c", "noa", "4", "12 €");
    assert_eq!(post.found("a", "kim", "1", "9"), reply_of("kim", "a"));
}

/// Two answers in the same words in one branch, of which one was echoed as comment 9.
fn mixed() -> Post {
    let post = Post::asked();
    post.intends("a", "kim", "1", "12 €");
    post.intends("b", "lee", "2", "12 €");
    assert_eq!(post.take(ours("9", "12 €", "1", HOUR)), Placement::Kept);
    post
}

/// What threads were told of comment 9 by a step: whose thread, as which reply.
fn told(step: &Step) -> Vec<(ThreadId, Option<Correlation>)> {
    let events = step.handovers.iter().flat_map(|one| one.events.iter().map(|told| (one.thread.clone(), told)));
    let echoes = events.map(|(thread, told)| match &told.event.fact {
        Fact::Echo { correlation, .. } => (thread, correlation.clone()),
        other => panic!("{other:?}"),
    });
    echoes.collect()
}

#[test]
fn an_echo_that_may_be_either_of_two_waits_until_it_can_be_one_alone() {
    let own = |whose: &str, reply: &str| vec![(thread_id(whose), Some(part(reply)))];
    assert_eq!(told(&mixed().claimed("a", "kim", "1", "9", true)), own("kim", "a"), "it is named");
    assert_eq!(told(&mixed().claimed("a", "kim", "1", "8", true)), own("lee", "b"), "the other is named");
    assert_eq!(told(&mixed().ended("a", true)), own("lee", "b"), "the other was refused");
}

#[test]
fn what_a_person_gave_up_may_have_arrived_so_nothing_is_settled_by_it() {
    let post = mixed();
    assert_eq!(told(&post.ended("a", false)), []);
    assert_eq!(told(&post.claimed("b", "lee", "2", "8", true)), [(thread_id("kim"), None)], "as what it answers says");
    let post = mixed();
    post.ended("a", false);
    assert_eq!(told(&post.claimed("b", "lee", "2", "9", true)), [(thread_id("lee"), Some(part("b")))]);
    assert!(post.record().doubtful.is_empty() && post.record().intents.is_empty());
}

#[test]
fn of_very_many_answers_on_their_way_the_first_are_forgotten() {
    let post = Post::asked();
    for number in 0..150 {
        post.intends(&format!("{number}"), "lee", "2", "12 €");
    }
    for number in 0..150 {
        post.take(ours(&format!("c{number}"), "12 €", "1", HOUR));
    }
    assert_eq!((post.record().intents.len(), post.record().doubtful.len()), (100, 100));
}

#[test]
fn what_no_list_shows_is_not_published() {
    let post = Post::asked();
    let version = || post.record().version;
    let before = version();
    post.intends("a", "kim", "1", "On its way.");
    post.intends("b", "lee", "2", "Yes.");
    post.ended("b", true);
    assert_eq!(version(), before, "answers on their way");
    assert_eq!(post.record().intents.len(), 1);
    post.named("a", "kim", "1", "9");
    assert_eq!(version(), before + 1, "an answer that is there");
}

/// What a comment of ours says is shown beside others' conversations, whoever tells of it first.
#[test]
fn what_we_answered_is_known_from_the_answer_or_its_echo() {
    let text = |post: &Post| post.rows.borrow().comments[&id("9")].text.clone();
    let post = Post::asked();
    post.intends("a", "lee", "2", "12 €");
    post.named("a", "lee", "2", "9");
    assert_eq!(text(&post), None, "a picture, say");
    post.take(ours("9", "12 €", "1", HOUR));
    assert_eq!(text(&post).as_deref(), Some("12 €"));

    let post = Post::asked();
    post.intends("a", "lee", "2", "12 €");
    let claim_ = Claim {
        comment: id("9"),
        correlation: part("a"),
        thread: thread_id("lee"),
        parent: Some(id("2")),
        text: Some("12 €".to_owned()),
        named: true,
    };
    post.step(|rows, record| claim(rows, record, &claim_, Timestamp::from_millis(9)));
    assert_eq!(text(&post).as_deref(), Some("12 €"));
}
