//! What other rules would have made of the comments under posts.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream};
use tributary_domain::{
    id::PostId,
    post::{Became, PostRecord, replay},
    rules::Rules,
    time::Timestamp,
};
use tributary_wire::{
    api::rules::ChangedPostItem,
    objects::{CameAnswer, PostCall},
};

use crate::{app::AppContext, error::InternalError, objects};

/// Most posts that are looked at, and most comments of each.
const POSTS: usize = 20;
const COMMENTS: u32 = 2000;
/// Posts asked at the same time: each answers with many words.
const CALLS: usize = 4;
/// Most characters that are told of a post.
const EXCERPT: usize = 140;

/// What was looked at, and what would be others.
pub(super) struct Tried {
    pub(super) posts: u32,
    pub(super) more: bool,
    pub(super) changed: Vec<ChangedPostItem>,
}

/// Tries both documents on what came under these posts since then.
pub(super) async fn tried(
    app: &AppContext,
    posts: impl Iterator<Item = PostId>,
    since: Timestamp,
    (current, rules): (&Rules, &Rules),
) -> Tried {
    let mut seen = BTreeSet::new();
    let mut wanted: Vec<PostId> = posts.filter(|post| seen.insert(post.clone())).collect();
    let more = wanted.len() > POSTS;
    wanted.truncate(POSTS);
    let mut tried = Tried { posts: 0, more, changed: Vec::new() };
    let calls = wanted.iter().map(|post| async move {
        let question = PostCall::Came { since, most: COMMENTS };
        let answer: Result<Option<CameAnswer>, InternalError> = objects::post::ask(app, post, &question).await;
        (post, answer)
    });
    let mut calls = stream::iter(calls).buffered(CALLS);
    while let Some((post, answer)) = calls.next().await {
        match answer {
            Ok(Some(CameAnswer { record, came, more })) => {
                tried.posts += 1;
                tried.more |= more;
                let (before, after) = (replay(&record, &came, current), replay(&record, &came, rules));
                tried.changed.extend((before != after).then(|| changed(post, &record, came.len(), before, after)));
            }
            Ok(None) => {}
            Err(fault) => {
                fault.log("dry run post");
                tried.more = true;
            }
        }
    }
    tried
}

fn changed(post: &PostId, record: &PostRecord, comments: usize, before: Became, after: Became) -> ChangedPostItem {
    let text = record.context.as_ref().and_then(|context| context.text.as_deref());
    ChangedPostItem {
        post_id: post.clone(),
        platform: record.name.platform,
        text: text.map(|text| text.chars().take(EXCERPT).collect()),
        comments: super::count(comments),
        threads_from: before.threads,
        threads_to: after.threads,
        held_from: before.held,
        held_to: after.held,
    }
}
