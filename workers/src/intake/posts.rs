//! Whose thread a comment belongs to: asked of the post that it stands under, once for each post and batch.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use tributary_domain::{
    event::{Event, Fact, Received},
    id::AccountId,
    platform::{Channel, Surface},
    post::{Placement, PostName},
    subject::SubjectKind,
};
use tributary_wire::{
    objects::{CommitOutcome, PostAnswer, PostCall, PostPublication, Weighed},
    queue::Job,
};

use super::{item::Item, merit::Weighing};
use crate::{app::AppContext, error::InternalError, objects, publish};

/// Posts asked at the same time.
const CALLS: usize = 32;
/// Events that a post is asked about at once.
const TAKEN: usize = 200;

/// The comments under one post in this batch, each with its place in the batch and its delivery.
struct Asked {
    name: PostName,
    events: Vec<(usize, Received)>,
}

/// Some of them, and what their post says of them.
type Taken = (Vec<(usize, Received)>, Result<PostAnswer, InternalError>);

/// What has to be published of posts, and of threads that they told something.
#[derive(Default)]
pub(super) struct Settled {
    pub(super) posts: Vec<PostPublication>,
    pub(super) outcomes: Vec<CommitOutcome>,
}

/// Whether an event is about a comment under a post.
pub(super) fn is_comment(event: &Event) -> bool {
    event.surface == Surface::Comments && event.subject.as_ref().is_some_and(|one| one.kind == SubjectKind::Post)
}

/// Whether any of these is.
pub(super) fn any(events: &[(usize, Event)]) -> bool {
    events.iter().any(|(_, event)| is_comment(event))
}

/// Finds the thread of every comment. What its post takes in goes no further; what it has for other threads is told to
/// them here. Where a post does not answer, the delivery comes again.
pub(super) async fn find_threads(
    app: &AppContext,
    items: &mut [Item],
    events: &mut Vec<(usize, Event)>,
    weighing: &Weighing<'_>,
) -> Settled {
    let (mut asked, mut others): (BTreeMap<_, Asked>, Vec<(usize, Event)>) = (BTreeMap::new(), Vec::new());
    for (index, event) in events.drain(..) {
        let header = items.get(index).and_then(|item| item.header.as_ref());
        let post = event.subject.clone().filter(|_| is_comment(&event));
        let (Some(header), Some(subject)) = (header, post) else {
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
    if asked.is_empty() {
        return Settled::default();
    }
    let calls = asked.into_values().map(|asked| take(app, weighing, asked));
    let (mut settled, mut looks) = (Settled::default(), Vec::new());
    let mut calls = stream::iter(calls).buffer_unordered(CALLS);
    while let Some((name, taken)) = calls.next().await {
        let mut publication = None;
        for (asked, answer) in taken {
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
            let placed = asked.into_iter().zip(answer.placements);
            events.extend(
                placed.filter_map(|((index, received), placement)| Some((index, onward(received, placement)?))),
            );
            if answer.look {
                looks.push(Job::LookAtPost { post: name.clone() });
            }
            settled.outcomes.extend(objects::post::hand_over(app, &name, answer.handovers).await);
            // The last has all that the index lacks; where that is too much at once, the post's alarm brings it.
            publication = answer.publication.or(publication);
        }
        settled.posts.extend(publication);
    }
    // Without it, whoever opens the thread has the post looked at.
    if let Err(fault) = publish::put(app, "JOBS", &looks, 0).await {
        fault.log("intake look");
    }
    events.sort_by_key(|(index, event)| (*index, event.place));
    settled
}

/// Has a post take its comments in, so many at a time.
async fn take(
    app: &AppContext,
    weighing: &Weighing<'_>,
    Asked { name, events: mut rest }: Asked,
) -> (PostName, Vec<Taken>) {
    let channel = Channel { platform: name.platform, surface: Surface::Comments };
    let rules = weighing.rules.map(|rules| rules.comments(channel)).unwrap_or_default();
    let mut taken = Vec::new();
    while !rest.is_empty() {
        let later = rest.split_off(rest.len().min(TAKEN));
        let now = std::mem::replace(&mut rest, later);
        let weighed = now.iter().map(|(_, received)| Weighed {
            received: received.clone(),
            merit: weighing.merit(&name.account, &received.event),
        });
        let (events, publish) = (weighed.collect(), rest.is_empty());
        let call = PostCall::Take { name: name.clone(), rules, events, publish };
        let answer = objects::post::call(app, &name, &call).await;
        taken.push((now, answer));
    }
    (name, taken)
}

/// An event on its way to its thread, if it goes to one.
fn onward(received: Received, placement: Placement) -> Option<Event> {
    let (thread, ours) = match placement {
        Placement::Thread(thread) => (thread, None),
        Placement::Ours { thread, correlation } => (thread, Some(correlation)),
        Placement::Kept => return None,
    };
    let mut event = received.event;
    if let Fact::Echo { correlation, .. } = &mut event.fact {
        *correlation = correlation.take().or(ours);
    }
    // A comment names its author, and makes their thread where there is none yet.
    let makes = matches!(event.fact, Fact::Message { .. });
    event.thread = (!makes).then_some(thread);
    Some(event)
}
