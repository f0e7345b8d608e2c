//! What other rules would do, before they are saved: with the open threads, or with those of the past.

mod comments;

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::{
    id::{PostId, TeamId, TeammateId, ThreadId},
    label::{self, Labeler, LabelledBy},
    message::Direction,
    owner::Owner,
    platform::Channel,
    routing::{
        self, Candidate, Cause, Decision, Load, Member, RoutingRequest,
        replay::{LastAsked, Past, Replayed, labels, replay},
    },
    rules::Rules,
    time::{Span, Timestamp},
};
use tributary_wire::{
    api::{
        endpoints::DryRunRules,
        post::ListItem,
        rules::{ChangedItem, DryRunItem, DryRunRequest, MovedItem, OwnerCountItem},
        thread::{OwnerItem, OwnerKind, ReasonItem, ThreadItem, ThreadStatus},
    },
    objects::{LastAskedAnswer, ThreadCall},
};

use self::comments::{Tried, tried};
use super::{
    call::Call,
    handle::{Answer, By, Handle, Input},
    page::Names,
    problem::{Code, Refused},
    rules::parsed,
};
use crate::{d1, error::InternalError, objects};

/// Most threads that are looked at.
const TRIED: u32 = 500;
/// Of a replay, most that are open, and most that are snoozed: what is done with tells more.
const OPEN: u32 = 200;
const SNOOZED: u32 = 100;
/// Of posts, the comments of so long are looked at where no time is given: with the open threads, and with those named.
const OF_OPEN: Span = Span::days(1);
const OF_NAMED: Span = Span::days(30);

/// The threads that are looked at.
struct Picked {
    threads: Vec<ThreadItem>,
    /// Posts with held comments.
    posts: Vec<PostId>,
    /// Of posts, comments since then are looked at.
    since: Timestamp,
    more: bool,
    /// Not there.
    unknown: Vec<ThreadId>,
    /// They are decided as of their own time, by both documents; else as of now, against the owner they have.
    replayed: bool,
}

/// What a thread is, and would be.
struct Fate {
    owner: Owner,
    topic: String,
    urgency: label::Urgency,
    target: Span,
    would: Replayed,
}

impl Handle for DryRunRules {
    async fn handle(call: &Call, _: &By<Self>, Input { body: request, .. }: Input<Self>) -> Answer<Self> {
        let rules = parsed(&request.text)?;
        let picked = picked(call, &request).await?;
        let members = d1::teammates::members(&call.app).await?;
        let names = Names::load(call).await?;
        let current = d1::rules::current(&call.app).await?;
        let replay = picked.replayed;
        let (asked, unread) = asked(call, &picked.threads).await;
        let under = asked.iter().flatten().filter_map(|one| one.post.clone());
        let documents = (&current.rules, &rules);
        let posts = picked.posts.into_iter().chain(under);
        let comments = Box::pin(tried(&call.app, posts, picked.since, documents)).await;
        let mut looked: Vec<(ThreadItem, Past)> =
            picked.threads.into_iter().zip(asked).map(|(thread, asked)| past(thread, asked, replay)).collect();
        if replay {
            looked.sort_by(|(left, one), (right, other)| (one.at, &left.id).cmp(&(other.at, &right.id)));
        }
        let (threads, past): (Vec<ThreadItem>, Vec<Past>) = looked.into_iter().unzip();
        let by_model = past.iter().filter(|one| one.by.topic == Labeler::Model).count();
        let fates = if replay {
            replayed(&current.rules, &rules, &members, &past)
        } else {
            standing(&current.rules, &rules, &members, &threads, &past, call)
        };
        let shown = |owner: &Owner| shown(owner, &rules, &names);
        let Tried { posts, more: more_comments, changed: changed_posts } = comments;
        let mut answer = DryRunItem {
            threads: count(threads.len()),
            more: picked.more,
            unknown: picked.unknown,
            unread,
            by_model: count(by_model),
            moved: Vec::new(),
            changed: Vec::new(),
            counts: counts(&fates)
                .into_iter()
                .map(|(owner, (before, after))| OwnerCountItem { owner: shown(&owner), before, after })
                .collect(),
            posts,
            more_comments,
            changed_posts,
        };
        for (thread, fate) in threads.iter().zip(&fates) {
            answer.changed.extend(changed(thread, fate));
            if fate.would.decision.owner != fate.owner {
                answer.moved.push(MovedItem {
                    thread_id: thread.id.clone(),
                    name: thread.contact.name.clone(),
                    topic: thread.topic.clone(),
                    at: thread.last_message_at,
                    from: shown(&fate.owner),
                    to: shown(&fate.would.decision.owner),
                    reasons: reasons(&fate.would.decision),
                });
            }
        }
        Ok(answer)
    }
}

async fn picked(call: &Call, request: &DryRunRequest) -> Result<Picked, Refused> {
    let app = &call.app;
    match (request.days, &request.threads) {
        (None, None) => {
            let mut items = d1::threads::open(app, TRIED + 1).await?;
            let more = items.len() > TRIED as usize;
            items.truncate(TRIED as usize);
            let (threads, posts) = apart(items);
            let since = call.now.minus(OF_OPEN);
            Ok(Picked { threads, posts, since, more, unknown: Vec::new(), replayed: false })
        }
        (Some(days), None) => {
            let then = call.now.minus(Span::days(u64::from(days.get())));
            let (mut threads, mut posts, mut more) = (Vec::new(), Vec::new(), false);
            for (status, most) in
                [(ThreadStatus::Open, OPEN), (ThreadStatus::Snoozed, SNOOZED), (ThreadStatus::Closed, TRIED)]
            {
                let room = most.min(TRIED.saturating_sub(count(threads.len())));
                let (found, cut) = d1::threads::since(app, status, then, room).await?;
                let (found, listed) = apart(found);
                threads.extend(found);
                posts.extend(listed);
                more |= cut;
            }
            Ok(Picked { threads, posts, since: then, more, unknown: Vec::new(), replayed: true })
        }
        (None, Some(ids)) => {
            let mut wanted = BTreeSet::new();
            wanted.extend(ids.iter().cloned());
            let wanted: Vec<ThreadId> = wanted.iter().cloned().collect();
            let threads = d1::threads::some(app, &wanted, None).await?;
            let unknown = wanted.into_iter().filter(|id| threads.iter().all(|thread| thread.id != *id)).collect();
            let since = call.now.minus(OF_NAMED);
            Ok(Picked { threads, posts: Vec::new(), since, more: false, unknown, replayed: true })
        }
        (Some(_), Some(_)) => Err(Refused::new(Code::Invalid, "Give `days` or `threads`, not both.").field("threads")),
    }
}

/// The threads of a list, and its posts.
fn apart(items: Vec<ListItem>) -> (Vec<ThreadItem>, Vec<PostId>) {
    let (mut threads, mut posts) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            ListItem::Thread(thread) => threads.push(*thread),
            ListItem::Post(post) => posts.push(post.id.clone()),
        }
    }
    (threads, posts)
}

/// Asks each thread what its customer asked and who had answered them; and how many of them could not tell all of it.
async fn asked(call: &Call, threads: &[ThreadItem]) -> (Vec<Option<LastAskedAnswer>>, u32) {
    let ids: Vec<ThreadId> = threads.iter().map(|thread| thread.id.clone()).collect();
    let mut answers: Vec<Option<LastAskedAnswer>> = vec![None; ids.len()];
    for (place, answer) in Box::pin(objects::thread::each(&call.app, &ids, |_| ThreadCall::LastAsked)).await {
        let told = answer.and_then(|text| serde_json::from_str(&text).map_err(InternalError::form("dry run")));
        match (told, answers.get_mut(place)) {
            (Ok(told), Some(slot)) => *slot = told,
            (Err(fault), _) => fault.log("dry run"),
            (Ok(_), None) => {}
        }
    }
    let unread = answers.iter().filter(|answer| answer.as_ref().is_none_or(|one| one.more)).count();
    (answers, count(unread))
}

/// A thread as the decision found it: of a replay when its customer last asked, else now. Of one that cannot be asked,
/// the list knows the beginning of the last message.
fn past(thread: ThreadItem, asked: Option<LastAskedAnswer>, replay: bool) -> (ThreadItem, Past) {
    let now = asked.as_ref().and_then(|one| one.answered.clone());
    let unknown = LabelledBy { topic: Labeler::Nobody, urgency: Labeler::Nobody };
    let by = asked.as_ref().map_or(unknown, |one| one.by);
    let preview = || if thread.last_direction == Direction::Incoming { thread.preview.clone() } else { String::new() };
    let asked = asked.and_then(|one| one.asked).unwrap_or_else(|| LastAsked {
        at: thread.last_message_at,
        words: vec![preview()],
        answered: None,
    });
    let past = Past {
        request: RoutingRequest {
            thread: thread.id.clone(),
            account: thread.account_id.clone(),
            contact: thread.contact.id.clone(),
            topic: thread.topic.clone().unwrap_or_else(|| label::OTHER.to_owned()),
            urgency: thread.urgency,
            language: thread.language.clone().unwrap_or_else(|| label::UNDETERMINED.to_owned()),
            last_answered: if replay { asked.answered } else { now },
            cause: Cause::Asked,
        },
        channel: Channel { platform: thread.platform, surface: thread.surface },
        by,
        words: asked.words,
        at: asked.at,
    };
    (thread, past)
}

/// Each as of its own time, by both documents: what differs, differs by the rules alone.
fn replayed(current: &Rules, rules: &Rules, members: &[Member], past: &[Past]) -> Vec<Fate> {
    let (before, after) = (replay(current, current, members, past), replay(current, rules, members, past));
    let fate = |(was, would): (Replayed, Replayed)| Fate {
        owner: was.decision.owner,
        topic: was.topic,
        urgency: was.urgency,
        target: was.target,
        would,
    };
    before.into_iter().zip(after).map(fate).collect()
}

/// Each looked at by itself, with the load as it is now.
fn standing(
    current: &Rules,
    rules: &Rules,
    members: &[Member],
    threads: &[ThreadItem],
    past: &[Past],
    call: &Call,
) -> Vec<Fate> {
    let carried: Vec<(TeammateId, label::Urgency)> = threads
        .iter()
        .filter_map(|thread| match owner(&thread.owner) {
            Owner::Teammate { id } => Some((id, thread.urgency)),
            Owner::Team { .. } | Owner::Unassigned => None,
        })
        .collect();
    let fate = |(thread, past): (&ThreadItem, &Past)| {
        let before = owner(&thread.owner);
        let candidate = |member: &Member| {
            let own = before.teammate() == Some(&member.id);
            let of_member = carried.iter().filter(|(id, _)| *id == member.id);
            let mut weights: Vec<u32> = of_member.map(|(_, urgency)| rules.load.weights.of(*urgency)).collect();
            let itself = rules.load.weights.of(past.request.urgency);
            if let Some(place) = weights.iter().position(|weight| own && *weight == itself) {
                weights.swap_remove(place);
            }
            Candidate { member: member.clone(), weight: weights.iter().sum(), last_assigned: None }
        };
        let load = Load { candidates: members.iter().map(candidate).collect() };
        let (was_topic, was_urgency) = labels(current, current, past);
        let (topic, urgency) = labels(current, rules, past);
        let request = RoutingRequest { topic: topic.clone(), urgency, ..past.request.clone() };
        let decision = routing::decide(rules, &load, &request, call.now);
        let would = Replayed { topic, urgency, target: rules.targets.spans.of(urgency), decision };
        Fate {
            owner: before,
            topic: was_topic,
            urgency: was_urgency,
            target: current.targets.spans.of(was_urgency),
            would,
        }
    };
    threads.iter().zip(past).map(fate).collect()
}

/// How many threads each owner has before and after, of those who have any.
fn counts(fates: &[Fate]) -> BTreeMap<Owner, (u32, u32)> {
    let mut counts: BTreeMap<Owner, (u32, u32)> = BTreeMap::new();
    for fate in fates {
        counts.entry(fate.owner.clone()).or_insert_with(|| (0, 0)).0 += 1;
        counts.entry(fate.would.decision.owner.clone()).or_insert_with(|| (0, 0)).1 += 1;
    }
    counts
}

fn changed(thread: &ThreadItem, fate: &Fate) -> Option<ChangedItem> {
    let would = &fate.would;
    if (&fate.topic, fate.urgency, fate.target) == (&would.topic, would.urgency, would.target) {
        return None;
    }
    Some(ChangedItem {
        thread_id: thread.id.clone(),
        name: thread.contact.name.clone(),
        topic_from: fate.topic.clone(),
        topic_to: would.topic.clone(),
        urgency_from: fate.urgency,
        urgency_to: would.urgency,
        target_from: fate.target.as_millis() / 1000,
        target_to: would.target.as_millis() / 1000,
    })
}

/// Why, as the API tells it.
pub(super) fn reasons(decision: &Decision) -> Vec<ReasonItem> {
    let item = |one: &routing::Reason| ReasonItem {
        guardrail: one.guardrail.as_str().to_owned(),
        text: one.detail.clone(),
        verdict: Some(one.verdict.as_str().to_owned()),
    };
    decision.reasons.iter().map(item).collect()
}

/// With the names that are known; a team that is new is named by the new rules.
fn shown(owner: &Owner, rules: &Rules, names: &Names) -> OwnerItem {
    let mut item = OwnerItem::of(owner);
    names.owner(&mut item);
    if let Owner::Team { id } = owner {
        item.name = rules.teams.get(id).map(|team| team.name.clone()).or(item.name);
    }
    item
}

fn owner(item: &OwnerItem) -> Owner {
    let id = item.id.as_deref().unwrap_or_default();
    let owner = match item.kind {
        OwnerKind::Teammate => TeammateId::parse(id).ok().map(|id| Owner::Teammate { id }),
        OwnerKind::Team => TeamId::parse(id).ok().map(|id| Owner::Team { id }),
        OwnerKind::Unassigned => None,
    };
    owner.unwrap_or_default()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
