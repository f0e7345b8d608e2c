//! What rules would have done with threads of the past, one after the other as they came.

use super::{Decision, Load, Member, Question, Seat, decide};
use crate::{
    id::TeammateId,
    label::{OTHER, Urgency, floor},
    owner::Owner,
    rules::Rules,
    time::{Span, Timestamp},
};

/// How long a thread counts as carried by whoever it was given to: when it was done with is not asked.
pub const CARRIED: Span = Span::days(1);

/// A thread as it stood when the customer last wrote, or we did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// What was asked; its urgency is that which it was labelled with.
    pub question: Question,
    /// What is known of the customer's words.
    pub words: String,
    /// When.
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

/// The topic and the urgency that rules leave a thread: topics may be gone, floors may be higher. They do not lower
/// what somebody or something found urgent.
pub fn labels(rules: &Rules, past: &Past) -> (String, Urgency) {
    let Question { topic, urgency, .. } = &past.question;
    let topic = if rules.topics.contains_key(topic) { topic.as_str() } else { OTHER };
    (topic.to_owned(), (*urgency).max(floor(rules, topic, &[&past.words])))
}

/// Decides each of `past`, which is in the order of time, by the hours of its own time; teammates begin with nothing
/// and carry what they were given in the day before.
pub fn replay(rules: &Rules, members: &[Member], past: &[Past]) -> Vec<Replayed> {
    let mut given: Vec<(Timestamp, TeammateId, u32)> = Vec::new();
    let mut results = Vec::with_capacity(past.len());
    for one in past {
        let (topic, urgency) = labels(rules, one);
        given.retain(|(at, ..)| one.at.since(*at) < CARRIED);
        let seat = |member: &Member| {
            let own = || given.iter().filter(|(_, id, _)| *id == member.id);
            Seat {
                member: member.clone(),
                threads: u32::try_from(own().count()).unwrap_or(u32::MAX),
                weight: own().map(|(.., weight)| *weight).sum(),
                last_assigned: own().map(|(at, ..)| *at).max(),
            }
        };
        let load = Load { seats: members.iter().map(seat).collect() };
        let question = Question { topic: topic.clone(), urgency, ..one.question.clone() };
        let decision = decide(rules, &load, &question, one.at);
        if let Owner::Teammate { id } = &decision.owner {
            given.push((one.at, id.clone(), rules.load.weight(urgency)));
        }
        results.push(Replayed { topic, urgency, target: rules.targets.of(urgency), decision });
    }
    results
}
