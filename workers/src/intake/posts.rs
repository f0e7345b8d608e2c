//! Whose thread a comment belongs to: asked of the post that it stands under, once for each post and batch.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use tributary_domain::{
    event::{Event, Fact, Received},
    id::AccountId,
    platform::Surface,
    post::{CommentRules, Merit, Placement, PostName},
    subject::SubjectKind,
};
use tributary_wire::{
    objects::{CommitOutcome, PostAnswer, PostCall, PostPublication, Weighed},
    queue::Job,
};

use super::item::Item;
use crate::{app::AppContext, error::InternalError, objects, publish};

/// Posts asked at the same time.
const CALLS: usize = 32;

/// The comments under one post in this batch, each with its place in the batch and its delivery.
struct Asked {
    name: PostName,
    events: Vec<(usize, Received)>,
}

/// What has to be published of posts, and of threads that they told something.
#[derive(Default)]
pub(super) struct Settled {
    pub(super) posts: Vec<PostPublication>,
    pub(super) outcomes: Vec<CommitOutcome>,
}

/// Finds the thread of every comment. What its post takes in goes no further; what it has for other threads is told to
/// them here. Where a post does not answer, the delivery comes again.
pub(super) async fn find_threads(app: &AppContext, items: &mut [Item], events: &mut Vec<(usize, Event)>) -> Settled {
    let (mut asked, mut others): (BTreeMap<_, Asked>, Vec<(usize, Event)>) = (BTreeMap::new(), Vec::new());
    for (index, event) in events.drain(..) {
        let header = items.get(index).and_then(|item| item.header.as_ref());
        let post = event.subject.clone().filter(|subject| subject.kind == SubjectKind::Post);
        let (Some(header), Some(subject), Surface::Comments) = (header, post, event.surface) else {
            others.push((index, event));
            continue;
        };
        let account = AccountId::of(header.platform, &event.account);
        let received = Received { event, at: header.received_at };
        let name = PostName { account, platform: header.platform, subject };
        let key = (name.account.clone(), name.subject.clone());
        asked.entry(key).or_insert_with(|| Asked { name, events: Vec::new() }).events.push((index, received));
    }
    *events = others;
    let calls = asked.into_values().map(|Asked { name, events: asked }| async move {
        let weighed = asked.iter().map(|(_, received)| Weighed { received: received.clone(), merit: Merit::Ordinary });
        let rules = CommentRules { threads_per_hour: u32::MAX, ..CommentRules::default() };
        let call = PostCall::Take { name: name.clone(), rules, events: weighed.collect() };
        let answer: Result<PostAnswer, InternalError> = objects::post::call(app, &name, &call).await;
        (name, asked, answer)
    });
    let (mut settled, mut looks) = (Settled::default(), Vec::new());
    let mut calls = stream::iter(calls).buffer_unordered(CALLS);
    while let Some((name, asked, answer)) = calls.next().await {
        let answer = match answer {
            Ok(answer) => answer,
            Err(fault) => {
                fault.log("intake post");
                for (index, _) in asked {
                    if let Some(item) = items.get_mut(index) {
                        item.failed(fault.to_string());
                    }
                }
                continue;
            }
        };
        for ((index, received), placement) in asked.into_iter().zip(answer.placements) {
            let (thread, ours) = match placement {
                Placement::Thread(thread) => (Some(thread), None),
                Placement::Ours { thread, correlation } => (Some(thread), Some(correlation)),
                Placement::Kept => (None, None),
            };
            if let Some(thread) = thread {
                let mut event = received.event;
                if let Fact::Echo { correlation, .. } = &mut event.fact {
                    *correlation = correlation.take().or(ours);
                }
                // A comment names its author, and makes their thread where there is none yet.
                let makes = matches!(event.fact, Fact::Message { .. });
                event.thread = (!makes).then_some(thread);
                events.push((index, event));
            }
        }
        if answer.look {
            looks.push(Job::LookAtPost { post: name.clone() });
        }
        settled.outcomes.extend(objects::post::hand_over(app, &name, answer.handovers).await);
        settled.posts.extend(answer.publication);
    }
    // Without it, whoever opens the thread has the post looked at.
    if let Err(fault) = publish::put(app, "JOBS", &looks, 0).await {
        fault.log("intake look");
    }
    events.sort_by_key(|(index, event)| (*index, event.place));
    settled
}
