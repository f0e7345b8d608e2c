//! Looks at the post, and what stands beside a conversation.

use super::*;
use crate::{
    id::MediaId,
    post::{Beside, Look, Picture, PostContext, beside},
};

const HOUR_LATER: i64 = HOUR + 1;

#[test]
fn a_post_is_looked_at_once_in_an_hour() {
    let mut record = PostRecord::new(name());
    let asked: Vec<bool> =
        [0, 1, HOUR - 1, HOUR_LATER, HOUR_LATER + 5].map(|at| record.is_look_due(Timestamp::from_millis(at))).into();
    assert_eq!(asked, [true, false, false, true, false]);
}

#[test]
fn what_an_earlier_look_brought_stays_where_the_platform_shows_nothing_now() {
    let mut record = PostRecord::new(name());
    let context = PostContext { text: Some("sale ".repeat(200)), closed: true, ..PostContext::default() };
    let picture = Picture { id: MediaId::from_bytes(&[1]), from: "https://x.fbcdn.net/a.jpg".to_owned() };
    record.looked(Look::Shown(context), Some(picture.clone()), Timestamp::from_millis(1));
    assert_eq!(record.context.as_ref().and_then(|context| context.text.as_ref()).map(String::len), Some(500));
    let before = record.clone();
    record.looked(Look::NotShown, None, Timestamp::from_millis(2));
    assert_eq!((&record.context, &record.picture), (&before.context, &Some(picture)));
    assert_eq!(record.read_at, Some(Timestamp::from_millis(2)));
    assert!(record.version > before.version);
}

#[test]
fn beside_a_conversation_stands_what_others_wrote_in_its_branches_alone() {
    let post = Post::default();
    post.take(said("1", "kim", None, 1));
    post.take(said("2", "lee", Some("1"), 2));
    post.take(ours("3", "lee, it costs 12", "2", 3));
    post.take(ours("4", "kim, it costs 13", "1", 4));
    post.take(said("5", "noa", None, 5));
    post.take(said("6", "lee", Some("1"), 6));
    post.take(removed("6", 7));
    let shown = |author: &str| {
        let Ok(Beside { comments, authors }) = beside(&*post.rows.borrow(), author, &thread_id(author));
        let ids: Vec<_> = comments.iter().map(|comment| comment.id.as_str().to_owned()).collect();
        (ids.join(" "), authors.keys().cloned().collect::<Vec<_>>().join(" "))
    };
    assert_eq!(shown("kim"), ("2 3".to_owned(), "lee".to_owned()));
    assert_eq!(shown("lee"), ("1 4".to_owned(), "kim".to_owned()));
    assert_eq!(shown("noa"), (String::new(), String::new()));
    assert_eq!(shown("nobody"), (String::new(), String::new()));
}

#[test]
fn of_a_long_branch_the_newest_fifty_are_shown() {
    let post = Post::default();
    post.take(said("top", "kim", None, 0));
    for one in 0..80 {
        post.take(said(&format!("c{one:02}"), &format!("a{one}"), Some("top"), one + 1));
    }
    let Ok(Beside { comments, authors }) = beside(&*post.rows.borrow(), "kim", &thread_id("kim"));
    assert_eq!((comments.len(), authors.len()), (50, 50));
    assert_eq!((comments[0].id.as_str(), comments[49].id.as_str()), ("c30", "c79"));
}

#[test]
fn of_somebody_who_writes_everywhere_the_last_branches_are_kept() {
    let post = Post::default();
    for one in 0..20 {
        post.take(said(&format!("c{one:02}"), "kim", None, one));
    }
    post.take(said("again", "kim", Some("c15"), 30));
    let rows = post.rows.borrow();
    let kept: Vec<_> = rows.authors["kim"].branches.iter().map(RemoteId::as_str).collect();
    assert_eq!(kept, ["c12", "c13", "c14", "c16", "c17", "c18", "c19", "c15"]);
}
