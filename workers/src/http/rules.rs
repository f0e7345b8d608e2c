//! The rules document: read, saved, tried.

use serde_json::json;
use tributary_domain::{
    id::{TeamId, TeammateId},
    label,
    owner::Owner,
    routing::{self, Cause, Load, Question, Seat},
    rules::{Rules, RulesError, Template, Topic},
};
use tributary_wire::{
    api::{
        rules::{DryRunItem, DryRunRequest, MovedItem, RulesItem, RulesRequest, TemplateItem, TopicItem},
        thread::{OwnerItem, OwnerKind, ReasonItem, ThreadItem, Urgency},
    },
    objects::RosterCall,
};
use worker::Response;

use super::{
    body,
    call::{self, Call},
    guard::Person,
    page::{self, Names},
    problem::{Code, Refused},
    query,
};
use crate::{
    carry,
    d1::{self, audit, gave, rules::CurrentRules, together},
    edge::Edge,
    fault::Fault,
};

/// Most threads that new rules are tried on.
const TRIED: u32 = 500;
/// Longest note on a version, in characters.
const NOTE: usize = 400;

fn item(rules: &CurrentRules) -> RulesItem {
    RulesItem {
        version: rules.version,
        text: rules.text.clone(),
        saved_at: rules.saved_at,
        saved_by: rules.saved_by.clone(),
        note: rules.note.clone(),
    }
}

pub(super) async fn read(call: &Call) -> Result<Response, Refused> {
    call::json(200, &item(&*d1::rules::current(&call.edge).await?))
}

pub(super) async fn save(call: &mut Call, person: &Person) -> Result<Response, Refused> {
    let request: RulesRequest = body::json(call).await?;
    parsed(&request.text)?;
    let note = request.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    if note.is_some_and(|note| note.chars().count() > NOTE) {
        return Err(Refused::new(Code::Invalid, format!("A note may have at most {NOTE} characters.")).field("note"));
    }
    let by = &person.teammate.id;
    let statements = vec![
        d1::rules::save(&request.text, request.expected_version, call.now, by, note),
        audit::entry_if_changed(
            call.now,
            Some(by),
            "rulesSaved",
            json!({ "version": request.expected_version.saturating_add(1) }),
        )?,
    ];
    let results = together(&call.edge, "save_rules", statements).await?;
    d1::rules::forget();
    let current = d1::rules::current(&call.edge).await?;
    let saved = gave("save_rules", &results, 0)?;
    if !saved {
        let detail = format!(
            "The rules are at version {}, you began from {}. Read them again and make your change there.",
            current.version, request.expected_version
        );
        return Err(Refused::new(Code::RulesChanged, detail).version(current.version).field("expectedVersion"));
    }
    tell_roster(call, RosterCall::RulesChanged);
    call::json(200, &item(&current))
}

/// Tells the roster of a change, after the answer, and carries out what it decides.
pub(super) fn tell_roster(call: &Call, news: RosterCall) {
    let edge = call.edge.clone();
    call.afterwards("tell roster", async move { told(&edge, &news).await });
}

async fn told(edge: &Edge, news: &RosterCall) -> Result<(), Fault> {
    let answer = carry::roster(edge, news).await?;
    carry::decided(edge, &answer.effects).await
}

fn parsed(text: &str) -> Result<Rules, Refused> {
    Rules::parse(text).map_err(|error| {
        let RulesError { line, column, message, suggestion } = error;
        let hint = suggestion.map(|hint| format!(" ({hint})")).unwrap_or_default();
        Refused::new(Code::RulesInvalid, format!("Line {line}, column {column}: {message}{hint}."))
            .field("text")
            .place(line, column)
    })
}

pub(super) async fn versions(call: &Call) -> Result<Response, Refused> {
    let limit = call.query.limit(100)?;
    let before = call.query.cursor()?.map_or(1 << 52, |(version, _)| version);
    let mut rows = d1::rules::versions(&call.edge, before, limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| query::cursor(i64::try_from(row.version).unwrap_or(i64::MAX), ""));
    let items = rows
        .into_iter()
        .map(|row| RulesItem {
            version: row.version,
            saved_at: row.saved_at(),
            text: row.text,
            saved_by: row.saved_by,
            note: row.note,
        })
        .collect();
    call::json(200, &page::page(call, items, next).await?)
}

/// Where the open threads would go by other rules, each looked at by itself with the load as it is now.
pub(super) async fn dry_run(call: &mut Call) -> Result<Response, Refused> {
    let request: DryRunRequest = body::json(call).await?;
    let rules = parsed(&request.text)?;
    let threads = d1::threads::open(&call.edge, TRIED).await?;
    let members = d1::teammates::members(&call.edge).await?;
    let carried: Vec<(TeammateId, label::Urgency)> = threads
        .iter()
        .filter_map(|thread| match owner(&thread.owner) {
            Owner::Teammate { id } => Some((id, urgency(thread.urgency))),
            Owner::Team { .. } | Owner::Unassigned => None,
        })
        .collect();
    let names = Names::load(call).await?;
    let mut moved = Vec::new();
    for thread in &threads {
        let before = owner(&thread.owner);
        let seats = members.iter().map(|member| {
            let own = matches!(&before, Owner::Teammate { id } if *id == member.id);
            let mut weights: Vec<u32> = carried
                .iter()
                .filter(|(id, _)| *id == member.id)
                .map(|(_, urgency)| rules.load.weight(*urgency))
                .collect();
            let itself = rules.load.weight(urgency(thread.urgency));
            if let Some(place) = weights.iter().position(|weight| own && *weight == itself) {
                weights.swap_remove(place);
            }
            Seat {
                member: member.clone(),
                threads: u32::try_from(weights.len()).unwrap_or(u32::MAX),
                weight: weights.iter().sum(),
                last_assigned: None,
            }
        });
        let load = Load { seats: seats.collect() };
        let decision = routing::decide(&rules, &load, &question(thread), call.now);
        if decision.owner == before {
            continue;
        }
        let (mut from, mut to) = (thread.owner.clone(), owner_item(&decision.owner));
        names.owner(&mut from);
        names.owner(&mut to);
        if let (OwnerKind::Team, Owner::Team { id }) = (to.kind, &decision.owner) {
            to.name = rules.teams.get(id).map(|team| team.name.clone());
        }
        let reasons = decision
            .reasons
            .iter()
            .map(|one| ReasonItem { guardrail: one.guardrail.as_str().to_owned(), text: one.detail.clone() })
            .collect();
        moved.push(MovedItem { thread_id: thread.id.clone(), from, to, reasons });
    }
    call::json(200, &DryRunItem { threads: u32::try_from(threads.len()).unwrap_or(u32::MAX), moved })
}

fn question(thread: &ThreadItem) -> Question {
    Question {
        thread: thread.id.clone(),
        account: thread.account_id.clone(),
        contact: thread.contact.id.clone(),
        topic: thread.topic.clone().unwrap_or_else(|| label::OTHER.to_owned()),
        urgency: urgency(thread.urgency),
        language: thread.language.clone().unwrap_or_else(|| label::UNDETERMINED.to_owned()),
        last_answered: None,
        cause: Cause::Asked,
    }
}

fn urgency(urgency: Urgency) -> label::Urgency {
    match urgency {
        Urgency::Low => label::Urgency::Low,
        Urgency::Normal => label::Urgency::Normal,
        Urgency::High => label::Urgency::High,
        Urgency::Urgent => label::Urgency::Urgent,
    }
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

fn owner_item(owner: &Owner) -> OwnerItem {
    let (kind, id) = match owner {
        Owner::Unassigned => (OwnerKind::Unassigned, None),
        Owner::Team { id } => (OwnerKind::Team, Some(id.to_string())),
        Owner::Teammate { id } => (OwnerKind::Teammate, Some(id.to_string())),
    };
    OwnerItem { kind, id, name: None }
}

/// What threads can be about.
pub(super) async fn topics(call: &Call) -> Result<Response, Refused> {
    let current = d1::rules::current(&call.edge).await?;
    let item = |(id, topic): (&String, &Topic)| TopicItem { id: id.clone(), description: topic.description.clone() };
    let items: Vec<TopicItem> = current.rules.topics.iter().map(item).collect();
    call::json(200, &page::page(call, items, None).await?)
}

/// Beginnings of replies.
pub(super) async fn templates(call: &Call) -> Result<Response, Refused> {
    let current = d1::rules::current(&call.edge).await?;
    let item = |template: &Template| TemplateItem {
        id: template.name.clone(),
        title: template.title.clone(),
        text: template.text.clone(),
        topic: template.topic.clone(),
        language: template.language.clone(),
    };
    let items: Vec<TemplateItem> = current.rules.templates.iter().map(item).collect();
    call::json(200, &page::page(call, items, None).await?)
}
