//! The one private reply of a comment.

use super::*;
use crate::id::{ReplyId, TeammateId};

fn mark(reply: &str, by: &str) -> PrivateMark {
    let reply = ReplyId::parse(&format!("rpl_0000{reply}")).unwrap();
    let (thread, by) = (thread_id("kim"), TeammateId::from_bytes(by.as_bytes()));
    PrivateMark { reply, thread, by, at: Timestamp::from_millis(5) }
}

impl Post {
    fn takes(&self, comment: &str, reply: &str, by: &str) -> Option<PrivateMark> {
        let now = Timestamp::from_millis(5);
        let step = take_private(&*self.rows.borrow(), &self.record(), &id(comment), mark(reply, by), now);
        let Ok(step) = step;
        self.keep(&step);
        step.holder
    }

    fn frees(&self, comment: &str, reply: &str) {
        let (reply, now) = (mark(reply, "x").reply, Timestamp::from_millis(6));
        let Ok(step) = free_private(&*self.rows.borrow(), &self.record(), &id(comment), &reply, now);
        self.keep(&step);
    }
}

#[test]
fn of_a_whole_team_one_has_it_until_it_is_free() {
    let post = Post::default();
    post.take(said("1", "kim", None, 1));
    post.take(said("2", "kim", None, 2));
    let version = post.record().version;
    assert_eq!(post.takes("1", "a", "nora"), Some(mark("a", "nora")));
    assert_eq!(post.record().version, version, "no list shows it");
    assert_eq!(post.takes("1", "b", "omar"), Some(mark("a", "nora")), "a colleague has it");
    assert_eq!(post.takes("1", "a", "nora"), Some(mark("a", "nora")), "asked again");
    assert_eq!(post.takes("2", "b", "omar"), Some(mark("b", "omar")), "another comment has its own");
    post.frees("1", "b");
    assert_eq!(post.takes("1", "c", "omar"), Some(mark("a", "nora")), "only who has it lets go of it");
    post.frees("1", "a");
    assert_eq!(post.takes("1", "c", "omar"), Some(mark("c", "omar")));
}

#[test]
fn what_is_gone_or_unknown_has_none() {
    let post = Post::default();
    post.take(said("1", "kim", None, 1));
    post.take(removed("1", 2));
    assert_eq!(post.takes("1", "a", "nora"), None);
    assert_eq!(post.takes("9", "a", "nora"), None);
    // What is told of a comment later leaves it to whoever has it.
    post.take(said("2", "kim", None, 3));
    post.takes("2", "a", "nora");
    post.take(edited("2", "other words", 4));
    post.take(said("2", "kim", None, 3));
    assert_eq!(post.takes("2", "b", "omar"), Some(mark("a", "nora")));
}
