//! What rules would have done with threads of the past, one after the other as they came.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Answered, Candidate, Decision, Load, Member, RoutingRequest, decide};
use crate::{
    id::TeammateId,
    label::{Labeler, LabelledBy, OTHER, Urgency, builtin, floor},
    message::{Author, Body, Direction, Message},
    owner::Owner,
    platform::{Channel, Surface},
    post::CommentRules,
    rules::Rules,
    time::{Span, Timestamp},
};

/// How long a thread counts as carried by whoever it was given to: when it was done with is not asked.
pub const CARRIED: Span = Span::days(1);

/// The last that a customer asked, and who had answered them by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastAsked {
    /// When the last of it came.
    pub at: Timestamp,
    /// All that they wrote since they were answered before, oldest first.
    pub words: Vec<String>,
    /// Which teammate had answered them last, from here.
    pub answered: Option<Answered>,
}

/// Finds it among a thread's messages, newest first.
pub fn last_asked(messages: &[Message]) -> Option<LastAsked> {
    let bodies = || messages.iter().filter_map(|message| Some((message, message.body.as_ref()?)));
    let ours = |(_, body): &(&Message, &Body)| body.direction == Direction::Outgoing;
    let by_a_person = |one: &(&Message, &Body)| ours(one) && one.1.author != Author::OtherApp;
    let since = bodies()
        .skip_while(ours)
        .take_while(|one| !by_a_person(one))
        .filter_map(|(one, _)| Some((one.asks()?, one.words())));
    let asked: Vec<(&Body, Option<Cow<'_, str>>)> = since.collect();
    let at = asked.iter().map(|(body, _)| body.at).max()?;
    let before = bodies().skip_while(ours).filter_map(|(_, body)| match &body.author {
        Author::Teammate { id } => Some(Answered { by: id.clone(), at: body.at }),
        Author::Customer | Author::OtherApp | Author::NativeApp => None,
    });
    let words = asked.iter().rev().filter_map(|(_, text)| text.as_deref().map(str::to_owned)).collect();
    Some(LastAsked { at, words, answered: before.max_by_key(|one| one.at) })
}

/// A thread as it stood when the customer last wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// What was asked; its topic and its urgency are those which it was labelled with.
    pub request: RoutingRequest,
    /// Where.
    pub channel: Channel,
    /// Who had labelled it.
    pub by: LabelledBy,
    /// What is known of the customer's words.
    pub words: Vec<String>,
    pub at: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// The topic; `other` where the rules do not have it.
    pub topic: String,
    /// The urgency, not below the floors.
    pub urgency: Urgency,
    /// By when after the question it is to be answered.
    pub target: Span,
    /// Whose it would be, and why.
    pub decision: Decision,
}

/// What the rules say of comments, where the thread is one of comments.
fn comments(rules: &Rules, channel: Channel) -> Option<CommentRules> {
    (channel.surface == Surface::Comments).then(|| rules.comments(channel))
}

/// The topic and the urgency that a thread labelled under the rules `was` has by `rules`. What the built-in labeler
/// said, it says anew; what it makes of the same words by both, differs by the rules alone. A model is not asked again:
/// its topic stays while there is one, its urgency is raised by floors. Where it is to read no comments any more, the
/// built-in labeler has its say. What a person said of the urgency stands.
pub fn labels(was: &Rules, rules: &Rules, past: &Past) -> (String, Urgency) {
    let Past { request: RoutingRequest { topic, urgency, .. }, channel, by, words, .. } = past;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (was_comments, comments) = (comments(was, *channel), comments(rules, *channel));
    // What a machine makes of the words, by the rules of either time.
    let said = |rules: &Rules, comments: Option<CommentRules>, topic: &str, urgency: Urgency| {
        let floor = floor(rules, topic, &words);
        comments.map_or_else(|| urgency.max(floor), |comments| comments.capped(urgency, floor))
    };
    let gone = !rules.topics.contains_key(topic) && topic != OTHER;
    let same = (&was.topics, &was.urgency, was_comments) == (&rules.topics, &rules.urgency, comments);
    let unread = was_comments.is_some_and(|was| was.label) && comments.is_some_and(|comments| !comments.label);
    let without_model = |by: Labeler| by == Labeler::Model && unread;
    let anew = |by: Labeler| by == Labeler::BuiltIn && !same;
    let (mut topic, mut urgency) = (topic.as_str(), *urgency);
    if gone || [by.topic, by.urgency].into_iter().any(|by| anew(by) || without_model(by)) {
        let (before, now) = (builtin::by_rules(was, &words), builtin::by_rules(rules, &words));
        let was_urgency = said(was, was_comments, topic, before.1);
        if gone || without_model(by.topic) || anew(by.topic) && before.0 != now.0 {
            topic = now.0;
        }
        let now_urgency = said(rules, comments, topic, now.1);
        if without_model(by.urgency) || anew(by.urgency) && was_urgency != now_urgency {
            urgency = now_urgency;
        }
    }
    if by.urgency != Labeler::Person {
        urgency = said(rules, comments, topic, urgency);
    }
    (topic.to_owned(), urgency)
}

/// Decides each of `past`, which is in the order of time, by the hours of its own time; teammates begin with nothing
/// and carry what they were given in the day before. They were labelled under the rules `was`.
pub fn replay(was: &Rules, rules: &Rules, members: &[Member], past: &[Past]) -> Vec<Replayed> {
    let mut given: Vec<(Timestamp, TeammateId, u32)> = Vec::new();
    let mut results = Vec::with_capacity(past.len());
    for one in past {
        let (topic, urgency) = labels(was, rules, one);
        given.retain(|(at, ..)| one.at.since(*at) < CARRIED);
        let candidate = |member: &Member| {
            let own = || given.iter().filter(|(_, id, _)| *id == member.id);
            Candidate {
                member: member.clone(),
                weight: own().map(|(.., weight)| *weight).sum(),
                last_assigned: own().map(|(at, ..)| *at).max(),
            }
        };
        let load = Load { candidates: members.iter().map(candidate).collect() };
        let request = RoutingRequest { topic: topic.clone(), urgency, ..one.request.clone() };
        let decision = decide(rules, &load, &request, one.at);
        if let Owner::Teammate { id } = &decision.owner {
            given.push((one.at, id.clone(), rules.load.weights.of(urgency)));
        }
        results.push(Replayed { topic, urgency, target: rules.targets.spans.of(urgency), decision });
    }
    results
}
