//! Comments of ours, and the threads that they are in.

use super::*;

fn claimed(post: &Post, comment: &str, whose: &str) -> Placement {
    let parent = Some(id("1"));
    let step =
        claim(&*post.rows.borrow(), &post.record(), id(comment), parent, thread_id(whose), Timestamp::from_millis(9));
    let Ok(step) = step;
    post.keep(&step);
    step.placements.into_iter().next().unwrap()
}

#[test]
fn what_we_wrote_is_of_the_thread_that_wrote_it_and_of_no_other() {
    let post = Post::default();
    post.take(said("1", "kim", None, 1));
    assert_eq!(claimed(&post, "5", "lee"), thread_of("lee"));
    assert_eq!(claimed(&post, "5", "lee"), thread_of("lee"), "again");
    assert_eq!(claimed(&post, "5", "kim"), thread_of("lee"), "it is another's");
    // Its echo would go to whoever wrote the comment above it.
    assert_eq!(post.take(ours("5", "thanks", "1", 3)), thread_of("lee"));
    assert_eq!(post.record().counts.ours, 1);
}

#[test]
fn an_echo_that_came_first_decides() {
    let post = Post::default();
    post.take(said("1", "kim", None, 1));
    assert_eq!(post.take(ours("5", "thanks", "1", 3)), thread_of("kim"));
    assert_eq!(claimed(&post, "5", "lee"), thread_of("kim"));
}

#[test]
fn what_was_nobodys_is_of_whoever_wrote_it() {
    let post = Post::default();
    assert_eq!(post.take(ours("5", "thanks", "before", 3)), Placement::Kept);
    assert_eq!(claimed(&post, "5", "kim"), thread_of("kim"));
    assert_eq!(post.take(hidden("5", true, 4)), thread_of("kim"));
}
