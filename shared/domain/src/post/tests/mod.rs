mod claims;
mod context;
mod flood;
mod moderated;
mod private;

use std::cell::RefCell;

use super::{memory::Memory, *};
use crate::{
    event::{Content, Event, Fact, Origin, Peer, PostNote, Quote, Toward},
    platform::Surface,
    subject::SubjectKind,
    time::Timestamp,
};

const HOUR: i64 = 3_600_000;

/// A post with what its object would keep.
#[derive(Default)]
struct Post {
    rows: RefCell<Memory>,
    rules: CommentRules,
}

fn name() -> PostName {
    let subject = Subject { kind: SubjectKind::Post, id: id("p") };
    PostName { account: AccountId::of(Platform::Facebook, &id("77")), platform: Platform::Facebook, subject }
}

impl Post {
    fn with(threads_per_hour: u32) -> Self {
        Self { rules: CommentRules { threads_per_hour, ..CommentRules::default() }, ..Self::default() }
    }

    fn record(&self) -> PostRecord {
        self.rows.borrow().record(name())
    }

    fn keep(&self, step: &Step) {
        self.rows.borrow_mut().commit(step);
    }

    fn take_all(&self, events: &[(Received, Merit)], now: i64) -> Step {
        let step = take(&*self.rows.borrow(), &self.record(), events, self.rules, Timestamp::from_millis(now));
        let Ok(step) = step;
        self.keep(&step);
        step
    }

    /// What would come of these, without keeping it.
    fn tried(&self, events: &[(Received, Merit)], now: i64) -> Step {
        let Ok(step) = take(&*self.rows.borrow(), &self.record(), events, self.rules, Timestamp::from_millis(now));
        step
    }

    fn take(&self, told: Received) -> Placement {
        self.take_as(told, Merit::Ordinary)
    }

    fn take_as(&self, told: Received, merit: Merit) -> Placement {
        let at = told.at.millis();
        self.take_all(&[(told, merit)], at).placements.remove(0)
    }

    fn place(&self, comment: &str) -> CommentPlace {
        self.rows.borrow().comments[&id(comment)].place.clone()
    }
}

fn id(text: &str) -> RemoteId {
    RemoteId::new(text)
}

fn thread_of(author: &str) -> Placement {
    Placement::Thread(thread_id(author))
}

fn thread_id(author: &str) -> ThreadId {
    ThreadId::of(&name().account, Surface::Comments, author, Some(&name().subject))
}

fn event(key: String, toward: Toward, at: i64, fact: Fact) -> Received {
    let at = Timestamp::from_millis(at);
    let event =
        Event { subject: Some(name().subject), key, ..Event::new(id("77"), Surface::Comments, toward, Some(at), fact) };
    Received { event, at }
}

fn content(text: &str, parent: Option<&str>) -> Content {
    let quote = parent.map(|parent| Quote { id: Some(id(parent)), text: None });
    Content { text: Some(text.to_owned()), quote, ..Content::default() }
}

fn said(comment: &str, author: &str, parent: Option<&str>, at: i64) -> Received {
    let peer = Peer { identities: vec![author.to_owned()], username: Some(author.to_owned()), ..Peer::default() };
    let fact = Fact::Message { id: id(comment), content: content("hello", parent) };
    event(format!("comment:{comment}"), Toward::Person(peer), at, fact)
}

fn ours(comment: &str, text: &str, parent: &str, at: i64) -> Received {
    let fact = Fact::Echo {
        id: id(comment),
        content: content(text, Some(parent)),
        correlation: None,
        origin: Origin::Unknown,
    };
    event(format!("comment:{comment}"), Toward::Comment(id(parent)), at, fact)
}

fn hidden(comment: &str, hidden: bool, at: i64) -> Received {
    let fact = Fact::Hidden { id: id(comment), hidden };
    event(format!("hidden:{comment}:{hidden}:{at}"), Toward::Comment(id(comment)), at, fact)
}

fn edited(comment: &str, text: &str, at: i64) -> Received {
    let fact = Fact::Edited { id: id(comment), revision: None, text: Some(text.to_owned()), attachments: Vec::new() };
    event(format!("edit:{comment}:{at}"), Toward::Comment(id(comment)), at, fact)
}

fn removed(comment: &str, at: i64) -> Received {
    event(format!("unsent:{comment}"), Toward::Comment(id(comment)), at, Fact::Unsent { id: id(comment) })
}

#[test]
fn a_comment_opens_the_thread_of_whoever_wrote_it_and_goes_there_again() {
    let post = Post::default();
    for _ in 0..3 {
        assert_eq!(post.take(said("1", "kim", None, 5)), thread_of("kim"));
    }
    assert_eq!(post.take(said("2", "kim", Some("1"), 6)), thread_of("kim"));
    assert_eq!(post.take(said("3", "lee", Some("1"), 7)), thread_of("lee"));
    assert_eq!(post.record().counts, Counts { threads: 3, ..Counts::default() });
}

#[test]
fn what_is_told_later_goes_where_its_comment_is() {
    let post = Post::default();
    post.take(said("1", "kim", None, 5));
    for told in [edited("1", "other words", 6), hidden("1", true, 7), removed("1", 8)] {
        assert_eq!(post.take(told), thread_of("kim"));
    }
    let kept = post.rows.borrow().comments[&id("1")].clone();
    assert_eq!((kept.is_hidden(), kept.deleted, kept.text), (true, true, None));
}

#[test]
fn beyond_so_many_an_hour_comments_are_held_and_the_next_hour_opens_again() {
    let post = Post::with(2);
    let open: Vec<bool> =
        (0..5).map(|one| post.take(said(&one.to_string(), &format!("a{one}"), None, one)) != Placement::Kept).collect();
    assert_eq!(open, [true, true, false, false, false]);
    assert_eq!(post.record().counts, Counts { threads: 2, held: 3, ..Counts::default() });
    assert_ne!(post.take(said("9", "a9", None, HOUR)), Placement::Kept);
    // Whoever has a thread is never held.
    assert_eq!(post.take(said("10", "a0", None, 5)), thread_of("a0"));
}

#[test]
fn questions_and_what_presses_have_more_room() {
    let post = Post::with(1);
    let taken = |comment: &str, merit| post.take_as(said(comment, comment, None, 1), merit) != Placement::Kept;
    assert!(taken("1", Merit::Ordinary));
    assert!(!taken("2", Merit::Ordinary));
    assert!(taken("3", Merit::Question));
    assert!(!taken("4", Merit::Question));
    assert!(taken("5", Merit::Pressing) && taken("6", Merit::Pressing));
    assert!(!taken("7", Merit::Pressing));
}

#[test]
fn whoever_answers_our_answer_presses() {
    let post = Post::with(1);
    post.take(said("1", "kim", None, 1));
    post.take(ours("2", "it costs 12", "1", 2));
    assert_eq!(post.take(said("3", "lee", Some("1"), 3)), Placement::Kept);
    assert_eq!(post.take(said("4", "noa", Some("2"), 3)), thread_of("noa"));
}

#[test]
fn nobody_floods_a_post_alone() {
    let post = Post::with(0);
    for one in 0..150 {
        assert_eq!(post.take(said(&one.to_string(), "kim", None, one)), Placement::Kept);
    }
    let post = Post::with(1000);
    post.rows.borrow_mut().authors.insert("kim".to_owned(), Author { wrote: (0, 100), ..Author::default() });
    assert_eq!(post.take(said("1", "kim", None, 5)), Placement::Kept);
}

#[test]
fn ads_and_mentions_are_held_where_the_rules_say_so() {
    let of = |rules: CommentRules, note: PostNote| {
        let post = Post { rules, ..Post::default() };
        let mut told = said("1", "kim", None, 1);
        told.event.post = Some(note);
        post.take(told) != Placement::Kept
    };
    let ad = || PostNote { ad: Some(crate::event::Ad::default()), ..PostNote::default() };
    let mention = || PostNote { mention: true, ..PostNote::default() };
    let (no_ads, no_mentions) = (
        CommentRules { ads: UnderAds::Hold, ..CommentRules::default() },
        CommentRules { mentions: false, ..CommentRules::default() },
    );
    assert!(of(CommentRules::default(), ad()) && of(CommentRules::default(), mention()));
    assert!(!of(no_ads, ad()) && of(no_ads, mention()));
    assert!(!of(no_mentions, mention()) && of(no_mentions, ad()));
}

#[test]
fn what_was_held_of_somebody_comes_into_their_thread_with_them() {
    let post = Post::with(0);
    post.take(said("1", "kim", None, 1));
    post.take(edited("1", "other words", 2));
    post.take(hidden("1", true, 3));
    post.take(said("2", "lee", None, 4));
    assert_eq!(post.place("1"), CommentPlace::Held);
    let step = promote(&*post.rows.borrow(), &post.record(), &[id("1")], Timestamp::from_millis(9));
    let Ok(step) = step;
    post.keep(&step);
    let [handover] = &step.handovers[..] else { panic!("{:?}", step.handovers) };
    assert_eq!((&handover.thread, handover.counterpart.as_str()), (&thread_id("kim"), "kim"));
    let keys: Vec<_> = handover.events.iter().map(|told| told.event.key.as_str()).collect();
    let told = ["comment:1", "edit:1:2", "hidden:1:true:3"];
    assert_eq!(keys, told);
    assert_eq!(post.record().counts, Counts { threads: 1, held: 1, ..Counts::default() });
    // Received again until the post hears that it was.
    let again = post.take_all(&[(said("1", "kim", None, 1), Merit::Ordinary)], 10);
    assert_eq!(again.handovers.len(), 1);
    let done = acknowledge(
        &*post.rows.borrow(),
        &post.record(),
        &[(id("1"), told.map(str::to_owned).to_vec())],
        Timestamp::from_millis(11),
    );
    let Ok(done) = done;
    post.keep(&done);
    assert!(post.take_all(&[(said("1", "kim", None, 1), Merit::Ordinary)], 12).handovers.is_empty());
    assert_eq!(post.place("2"), CommentPlace::Held);
}

#[test]
fn a_held_comment_that_is_deleted_is_gone_with_its_words() {
    let post = Post::with(0);
    post.take(said("1", "kim", None, 1));
    assert_eq!(post.take(removed("1", 2)), Placement::Kept);
    let kept = post.rows.borrow().comments[&id("1")].clone();
    assert_eq!((kept.place, kept.text, kept.waiting.len()), (CommentPlace::Gone, None, 0));
    assert_eq!(post.record().counts, Counts { gone: 1, ..Counts::default() });
    assert_eq!(post.take(said("1", "kim", None, 1)), Placement::Kept, "told again it stays gone");
}

#[test]
fn with_the_comment_at_the_top_goes_all_below_it() {
    let post = Post::with(2);
    post.take(said("1", "kim", None, 1));
    post.take(said("2", "lee", Some("1"), 2));
    post.take(ours("3", "thanks", "1", 3));
    post.take(said("4", "noa", Some("1"), 4));
    let step = post.take_all(&[(removed("1", 5), Merit::Ordinary)], 5);
    assert_eq!(step.placements, [thread_of("kim")]);
    let told: Vec<_> = step.handovers.iter().map(|one| (one.comment.as_str(), one.thread.clone())).collect();
    assert_eq!(told, [("2", thread_id("lee")), ("3", thread_id("kim"))]);
    assert_eq!(post.place("4"), CommentPlace::Gone);
}

#[test]
fn our_answer_goes_to_the_thread_of_whoever_it_answers() {
    // (what we wrote, under which comment, whose thread)
    let cases = [
        ("thanks", "1", Some("kim")),
        ("@lee thanks", "1", Some("lee")),
        ("Lee, thanks", "1", Some("lee")),
        ("leeds is nice", "1", Some("kim")),
        ("thanks", "2", Some("lee")),
        ("thanks", "3", Some("lee")),
        ("thanks", "unknown", None),
    ];
    for (text, parent, whose) in cases {
        let post = Post::default();
        post.take(said("1", "kim", None, 1));
        post.take(said("2", "lee", Some("1"), 2));
        post.take(ours("3", "all of you: thanks", "1", 3));
        let placed = post.take(ours("9", text, parent, 9));
        assert_eq!(placed, whose.map_or(Placement::Kept, thread_of), "{text} under {parent}");
    }
}

#[test]
fn a_post_of_ours_that_is_deleted_is_known_to_be() {
    let post = Post::default();
    post.take(removed("p", 1));
    assert!(post.record().deleted);
}

/// What a thread was told of a comment, whichever way, in the end.
fn heard(post: &Post, order: &[Received]) -> BTreeMap<String, Vec<String>> {
    let mut heard: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for told in order {
        let step = post.take_all(&[(told.clone(), Merit::Ordinary)], told.at.millis());
        if let Some(Placement::Thread(thread)) = step.placements.first() {
            heard.entry(thread.to_string()).or_default().push(told.event.key.clone());
        }
        for handover in &step.handovers {
            let keys = handover.events.iter().map(|told| told.event.key.clone());
            heard.entry(handover.thread.to_string()).or_default().extend(keys);
        }
    }
    for keys in heard.values_mut() {
        keys.sort();
        keys.dedup();
    }
    heard
}

fn permutations(of: &[Received]) -> Vec<Vec<Received>> {
    if of.len() <= 1 {
        return vec![of.to_vec()];
    }
    let mut all = Vec::new();
    for at in 0..of.len() {
        let mut rest = of.to_vec();
        let first = rest.remove(at);
        all.extend(permutations(&rest).into_iter().map(|tail| [vec![first.clone()], tail].concat()));
    }
    all
}

#[test]
fn in_whatever_order_a_thread_hears_of_all_of_it() {
    let told = [
        said("1", "kim", None, 1),
        edited("1", "a", 2),
        edited("1", "b", 3),
        hidden("1", true, 3),
        hidden("1", false, 4),
    ];
    let expected: Vec<_> = {
        let mut keys: Vec<_> = told.iter().map(|one| one.event.key.clone()).collect();
        keys.sort();
        keys
    };
    for order in permutations(&told) {
        let post = Post::default();
        let heard = heard(&post, &order);
        assert_eq!(heard.into_iter().collect::<Vec<_>>(), [(thread_id("kim").to_string(), expected.clone())]);
        let kept = post.rows.borrow().comments[&id("1")].clone();
        assert_eq!((kept.is_hidden(), kept.text.as_deref()), (false, Some("b")));
    }
}

#[test]
fn in_whatever_order_what_is_held_ends_the_same() {
    let told = [said("1", "kim", None, 1), edited("1", "a", 2), hidden("1", true, 3), removed("1", 4)];
    for order in permutations(&told) {
        let post = Post::with(0);
        assert!(heard(&post, &order).is_empty());
        let kept = post.rows.borrow().comments[&id("1")].clone();
        assert_eq!((kept.place, kept.text, kept.deleted), (CommentPlace::Gone, None, true));
        assert_eq!(post.record().counts, Counts { gone: 1, ..Counts::default() });
    }
}
