//! Bounds on what becomes threads, and what is done with the rest.

use super::*;
use crate::{
    post::{HELD_MOST, see},
    rules::Rules,
};

/// How many of so many comments of strangers become threads in one hour.
fn opened(post: &Post, merit: Merit, count: usize, from: &str) -> usize {
    let told: Vec<_> =
        (0..count).map(|one| (said(&format!("{from}{one}"), &format!("{from}{one}"), None, 1), merit)).collect();
    let step = post.take_all(&told, 1);
    step.placements.iter().filter(|placement| **placement != Placement::Kept).count()
}

#[test]
fn an_hour_of_a_post_opens_so_many_threads_and_no_more() {
    for most in [0, 1, 7, 50] {
        for (merit, times) in [(Merit::Ordinary, 1), (Merit::Question, 2), (Merit::Pressing, 4), (Merit::Known, 4)] {
            let post = Post::with(most);
            assert_eq!(opened(&post, merit, 300, "a"), 300.min(times * most as usize), "{merit:?} of {most}");
        }
        // Whatever comes first, all of them together open no more than what presses may.
        let post = Post::with(most);
        let all: usize = [Merit::Known, Merit::Ordinary, Merit::Pressing, Merit::Question]
            .map(|merit| opened(&post, merit, 300, &format!("{merit:?}")))
            .into_iter()
            .sum();
        assert_eq!(all, 4 * most as usize);
    }
}

#[test]
fn the_team_is_told_once_an_hour_that_more_presses_than_becomes_threads() {
    let post = Post::with(1);
    opened(&post, Merit::Ordinary, 50, "a");
    assert_eq!(post.record().alarming(), None, "ordinary comments set nothing on fire");
    opened(&post, Merit::Pressing, 50, "b");
    assert_eq!(post.record().alarming(), Some(0));
    let mut record = post.record();
    record.is_told(0);
    post.rows.borrow_mut().record = Some(record);
    opened(&post, Merit::Pressing, 50, "c");
    assert_eq!(post.record().alarming(), None);
    let later: Vec<_> =
        (0..9).map(|one| (said(&format!("d{one}"), &format!("d{one}"), None, HOUR), Merit::Known)).collect();
    post.take_all(&later, HOUR);
    assert_eq!(post.record().alarming(), Some(1), "another hour is another notice");
}

#[test]
fn a_post_is_listed_while_something_is_held_and_back_when_the_next_comes() {
    let post = Post::with(0);
    assert!(!post.record().listed);
    post.take(said("1", "kim", None, 1));
    post.take(said("2", "lee", None, 2));
    let due = Some(Timestamp::from_millis(1 + 4 * HOUR));
    assert_eq!((post.record().unseen, post.record().due(), post.record().closed), (2, due, false));
    let Ok(step) = see(&*post.rows.borrow(), &post.record(), &[id("1"), id("2"), id("9")], Timestamp::from_millis(3));
    assert_eq!(step.comments.len(), 2);
    post.keep(&step);
    assert_eq!((post.record().unseen, post.record().due()), (0, None));
    let Ok(again) = see(&*post.rows.borrow(), &post.record(), &[id("1")], Timestamp::from_millis(4));
    assert!(again.comments.is_empty() && again.record == post.record(), "it was seen");

    let mut record = post.record();
    assert!(record.close(true) && !record.close(true));
    post.rows.borrow_mut().record = Some(record);
    post.take(said("3", "noa", None, 5));
    assert!(!post.record().closed, "the next that is held opens it");

    for one in ["1", "2", "3"] {
        let Ok(step) = promote(&*post.rows.borrow(), &post.record(), &[id(one)], Timestamp::from_millis(6));
        post.keep(&step);
    }
    let record = post.record();
    assert_eq!((record.counts.held, record.counts.threads, record.unseen, record.closed), (0, 3, 0, true));
}

#[test]
fn beyond_so_many_comments_are_counted_and_their_words_are_not_kept() {
    let post = Post::with(0);
    let mut record = post.record();
    record.counts.held = HELD_MOST;
    post.rows.borrow_mut().record = Some(record);
    post.take(said("1", "kim", None, 1));
    post.take(edited("1", "other words", 2));
    let kept = post.rows.borrow().comments[&id("1")].clone();
    assert_eq!((kept.place, kept.text, kept.waiting.len(), kept.counted), (CommentPlace::Held, None, 0, true));
    assert_eq!((post.record().counts.held, post.record().counted), (HELD_MOST + 1, 1));
    assert_eq!(post.take(said("1", "kim", None, 1)), Placement::Kept, "told again it is counted once");
    let Ok(step) = promote(&*post.rows.borrow(), &post.record(), &[id("1")], Timestamp::from_millis(3));
    assert!(step.comments.is_empty(), "there is nothing to tell a thread");
    post.take(removed("1", 4));
    assert_eq!((post.record().counts.held, post.record().counted), (HELD_MOST, 0));
}

#[test]
fn what_is_held_says_what_it_is_looked_for_by() {
    let post = Post::with(0);
    let mut told = said("1", "kim", None, 1);
    if let Fact::Message { content, .. } = &mut told.event.fact {
        content.text = Some("Where? see www.example.com".to_owned());
    }
    post.take_as(told, Merit::Known);
    let kept = post.rows.borrow().comments[&id("1")].clone();
    assert!(kept.question && kept.link && kept.known && !kept.seen);
    assert_eq!(kept.changed, Some(1), "the index learns of its words");
    post.take(edited("1", "no more", 2));
    let kept = post.rows.borrow().comments[&id("1")].clone();
    assert!(!kept.question && !kept.link);
    assert_eq!(kept.changed, Some(2));
}

#[test]
fn other_rules_are_tried_on_what_came() {
    let came = |hour: i64, author: &str, text: &str| CameIn {
        at: Timestamp::from_millis(hour * HOUR),
        author: author.to_owned(),
        text: Some(text.to_owned()),
        known: false,
        answers_us: false,
    };
    let rules = |comments: &str| Rules::parse(&format!("[channels.facebook.comments]\n{comments}\n")).unwrap();
    let mut all: Vec<CameIn> = ["a", "b", "c", "a"].map(|author| came(0, author, "nice")).to_vec();
    all.push(came(0, "d", "how much?"));
    all.extend(["b", "e"].map(|author| came(1, author, "nice")));
    let became = |comments: &str, note: &PostNote| {
        let post = PostRecord { note: note.clone(), ..PostRecord::new(name()) };
        let Became { threads, held } = replay(&post, &all, &rules(comments));
        (threads, held)
    };
    let plain = PostNote::default();
    // One of any kind, one question more; in the next hour one whose held comment goes along.
    assert_eq!(became("threads_per_hour = 1", &plain), (3, 2));
    assert_eq!(became("threads_per_hour = 2", &plain), (4, 1));
    assert_eq!(became("threads_per_hour = 0", &plain), (0, 7));
    let ad = PostNote { ad: Some(crate::event::Ad::default()), ..PostNote::default() };
    assert_eq!((became("ads = \"hold\"", &ad), became("ads = \"hold\"", &plain)), ((0, 7), (5, 0)));
    let mention = PostNote { mention: true, ..PostNote::default() };
    assert_eq!((became("mentions = false", &mention), became("", &mention)), ((0, 7), (5, 0)));
    // Who is known, who answers us, and floor words press.
    for kind in 0..3 {
        let mut pressing = came(0, "f", if kind == 0 { "my lawyer will write" } else { "nice" });
        (pressing.known, pressing.answers_us) = (kind == 1, kind == 2);
        let came = [came(0, "a", "nice"), came(0, "b", "what?"), pressing];
        let floors = "threads_per_hour = 1\n[[urgency.floors]]\nwords = [\"lawyer\"]\nat_least = \"high\"";
        let told = replay(&PostRecord::new(name()), &came, &rules(floors));
        assert_eq!((told.threads, told.held), (3, 0), "kind {kind}");
    }
}

#[test]
fn what_came_is_replayed_as_it_was_taken_in() {
    for most in [0, 1, 3] {
        let post = Post::with(most);
        let told: Vec<_> = (0..40)
            .map(|one| (said(&one.to_string(), &format!("a{}", one % 20), None, one), Merit::Ordinary))
            .collect();
        post.take_all(&told, 1);
        let mut comments: Vec<Comment> = post.rows.borrow().comments.values().cloned().collect();
        comments.sort_by_key(|comment| comment.at);
        let came: Vec<CameIn> = comments.iter().filter_map(|comment| CameIn::of(comment, false)).collect();
        assert_eq!(came.len(), 40);
        let rules = Rules::parse(&format!("[channels.facebook.comments]\nthreads_per_hour = {most}")).unwrap();
        let Became { threads, held } = replay(&post.record(), &came, &rules);
        let record = post.record();
        assert_eq!((threads, u64::from(held)), (record.in_hour(Timestamp::from_millis(1)).threads, record.counts.held));
    }
}

/// Numbers that look random, the same at each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Every comment is in one place, the counts say how many are where, and the thread of a comment never changes: whatever
/// comes twice, out of order, or is forgotten with a process that dies before it wrote.
#[test]
fn every_comment_is_in_exactly_one_place_and_its_thread_never_changes() {
    for seed in 0..2000 {
        let mut dice = Dice(seed);
        let post = Post::with(u32::try_from(dice.roll(4)).unwrap());
        let mut threads: BTreeMap<RemoteId, ThreadId> = BTreeMap::new();
        for at in 0..40 {
            let (comment, author) = (dice.roll(12).to_string(), format!("a{}", dice.roll(5)));
            let author = if comment.len() > 1 { author } else { format!("a{comment}") };
            let at = at * HOUR / 8;
            let step = match dice.roll(8) {
                0..4 => post.tried(&[(said(&comment, &author, None, at), Merit::Ordinary)], at),
                4 => post.tried(&[(edited(&comment, "b?", at), Merit::Ordinary)], at),
                5 => post.tried(&[(removed(&comment, at), Merit::Ordinary)], at),
                6 => post.tried(&[(ours(&format!("o{comment}"), "thanks", &comment, at), Merit::Ordinary)], at),
                _ => {
                    let now = Timestamp::from_millis(at);
                    let Ok(step) = promote(&*post.rows.borrow(), &post.record(), &[id(&comment)], now);
                    step
                }
            };
            // One in four dies before it wrote.
            if dice.roll(4) > 0 {
                post.keep(&step);
            }
            holds(&post, &mut threads, seed);
        }
    }
}

fn holds(post: &Post, threads: &mut BTreeMap<RemoteId, ThreadId>, seed: u64) {
    let rows = post.rows.borrow();
    let (mut counts, mut unseen, mut counted) = (Counts::default(), 0, 0);
    for comment in rows.comments.values() {
        match &comment.place {
            CommentPlace::Thread(_) => counts.threads += 1,
            CommentPlace::Held => counts.held += 1,
            CommentPlace::Ours(_) => counts.ours += 1,
            CommentPlace::Gone => counts.gone += 1,
            CommentPlace::Early => {}
        }
        let held = comment.place == CommentPlace::Held;
        unseen += u64::from(held && !comment.seen);
        counted += u64::from(comment.counted);
        assert!(!held || comment.counted || !comment.waiting.is_empty(), "seed {seed}: held without its words");
        if let Some(thread) = comment.thread() {
            let before = threads.insert(comment.id.clone(), thread.clone());
            assert!(before.is_none_or(|before| before == *thread), "seed {seed}: {} changed its thread", comment.id);
        } else {
            assert!(!threads.contains_key(&comment.id), "seed {seed}: {} lost its thread", comment.id);
        }
    }
    let record = post.record();
    assert_eq!((record.counts, record.unseen, record.counted), (counts, unseen, counted), "seed {seed}");
    assert!(record.counts.held == 0 || record.listed, "seed {seed}: held and not listed");
}
