//! Queues of threads.

use tributary_domain::{
    id::{AccountId, TeamId, TeammateId},
    platform::{Platform, Surface},
    search,
};
use tributary_wire::api::thread::{CountsItem, ThreadStatus, Urgency};
use worker::Response;

use super::{
    call::{self, Call},
    guard::Asker,
    page::{self, Names},
    problem::Refused,
    query::{self, parameter},
};
use crate::d1::{
    self,
    threads::{Narrowed, Place},
};

const STATUS: [(&str, ThreadStatus); 3] =
    [("open", ThreadStatus::Open), ("snoozed", ThreadStatus::Snoozed), ("closed", ThreadStatus::Closed)];
const URGENCY: [(&str, Urgency); 4] =
    [("low", Urgency::Low), ("normal", Urgency::Normal), ("high", Urgency::High), ("urgent", Urgency::Urgent)];
/// Longest free text of a parameter, in bytes.
const TEXT: usize = 200;

pub(super) async fn list(call: &Call, asker: &Asker) -> Result<Response, Refused> {
    let query = &call.query;
    let status = query.one_of("status", &STATUS)?.unwrap_or(ThreadStatus::Open);
    let queue = queue(call, asker)?;
    query.one_of("sort", &[("due", ())])?;
    let limit = query.limit(100)?;
    let after = query.cursor()?.map_or_else(Place::start, |(rank, id)| Place { rank, id });
    let Some(narrowed) = narrowed(call)? else {
        return call::json(200, &page::page::<()>(call, Vec::new(), None).await?);
    };
    let found =
        d1::threads::page(&call.edge, status, queue.as_deref(), &narrowed, &after, limit, Some(asker.teammate()))
            .await?;
    let mut items = found.items;
    Names::load(call).await?.threads(&mut items);
    let next = found.next.map(|place| query::cursor(place.rank, &place.id));
    call::json(200, &page::page(call, items, next).await?)
}

/// What waits in the queues, by the index that their lists are read from.
pub(super) async fn counts(call: &Call) -> Result<Response, Refused> {
    let queues = d1::threads::counts(&call.edge).await?;
    let failed_accounts = page::meta(call).await?.failed_accounts;
    call::json(200, &CountsItem { queues, failed_accounts })
}

/// The queue that is asked for; none for all of them.
fn queue(call: &Call, asker: &Asker) -> Result<Option<String>, Refused> {
    let queue = call.query.get("queue").map(|name| known_queue("queue", name, asker)).transpose()?;
    let assignee = call.query.get("assignee").map(|name| known_queue("assignee", name, asker)).transpose()?;
    match (queue, assignee) {
        (Some(Some(queue)), Some(Some(assignee))) if queue != assignee => {
            Err(parameter("assignee", "`assignee` and `queue` name different people: give one of them."))
        }
        (queue, assignee) => Ok(assignee.flatten().or(queue.flatten())),
    }
}

fn known_queue(parameter_name: &str, name: &str, asker: &Asker) -> Result<Option<String>, Refused> {
    match name {
        "mine" => match asker {
            Asker::Person(person) => Ok(Some(person.teammate.id.to_string())),
            Asker::Program(_) => Err(parameter(parameter_name, "A program has no queue of its own: give an id.")),
        },
        "all" => Ok(None),
        "unassigned" => Ok(Some(name.to_owned())),
        id if TeammateId::parse(id).is_ok() || TeamId::parse(id).is_ok() => Ok(Some(id.to_owned())),
        _ => {
            let detail = format!(
                "`{parameter_name}` is one of: mine, unassigned, all, or the id of a teammate (tm_...) or team (team_...)."
            );
            Err(parameter(parameter_name, detail))
        }
    }
}

/// What narrows the queue; nothing when no thread can fit.
fn narrowed(call: &Call) -> Result<Option<Narrowed>, Refused> {
    let query = &call.query;
    let platforms: Vec<(&str, Platform)> = Platform::ALL.iter().map(|one| (one.as_str(), *one)).collect();
    let surfaces: Vec<(&str, Surface)> = Surface::ALL.iter().map(|one| (one.as_str(), *one)).collect();
    let account = query
        .get("account")
        .map(AccountId::parse)
        .transpose()
        .map_err(|_| parameter("account", "`account` is an account's id (acc_...)."))?;
    let words = text(call, "q")?;
    let words = match words {
        Some(words) => match search::expression(words) {
            Some(expression) => Some((expression, words.to_owned())),
            None => return Ok(None),
        },
        None => None,
    };
    Ok(Some(Narrowed {
        platform: query.one_of("platform", &platforms)?,
        account,
        surface: query.one_of("surface", &surfaces)?,
        topic: text(call, "topic")?.map(str::to_owned),
        urgency: query.one_of("urgency", &URGENCY)?,
        language: text(call, "language")?.map(str::to_owned),
        words,
    }))
}

/// A bounded text without control characters.
pub(super) fn text<'a>(call: &'a Call, name: &str) -> Result<Option<&'a str>, Refused> {
    let Some(text) = call.query.get(name) else { return Ok(None) };
    if text.len() > TEXT || text.chars().any(char::is_control) {
        return Err(parameter(name, format!("`{name}` is a text of at most {TEXT} bytes.")));
    }
    Ok(Some(text))
}
