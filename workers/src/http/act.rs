//! What teammates do to a thread, replies apart.

use tributary_domain::{
    bounds::{NOTE, TAG, TAGS_AT_ONCE},
    id::ThreadId,
    label::{self, Correction},
    owner::Owner,
    routing,
    thread::{Command, Thread},
    time::Span,
};
use tributary_wire::{
    api::{
        route::{Operation, Route},
        thread::{
            LabelRequest, NoteRequest, ReadRequest, ReassignRequest, SnoozeRequest, StatusRequest, TagsRequest, Urgency,
        },
    },
    objects::{ThreadAnswer, ThreadCall},
};
use worker::Response;

use super::{
    body,
    call::{self, Call},
    guard::Asker,
    page::Names,
    problem::{Code, Refused},
    thread,
};
use crate::{d1, objects};

/// Longest a thread can be put aside.
const SNOOZED: Span = Span::days(366);

type Wanted = (Command, Option<u64>);

/// Does one thing to a thread, and answers with the thread as it is then.
pub(super) async fn act(call: &mut Call, route: &Route, asker: &Asker, given: &str) -> Result<Response, Refused> {
    let id = thread::id(given)?;
    let (command, expected) = command(call, route.operation, asker, &id).await?;
    let question = ThreadCall::Command { command, expected, through: asker.program() };
    let answer: Option<ThreadAnswer> = objects::thread::call(&call.edge, &id, &question).await?;
    let answer = answer.ok_or_else(|| Refused::not_found("thread"))?;
    thread::carried(call, &answer).await;
    if let Some(refused) = thread::refused(&answer) {
        return Err(refused);
    }
    let item = thread::item(&answer, &Names::load(call).await?, asker.teammate())?;
    call::json(route.response.0, &item)
}

async fn command(call: &mut Call, operation: Operation, asker: &Asker, id: &ThreadId) -> Result<Wanted, Refused> {
    let by = asker.teammate().clone();
    match operation {
        Operation::Reassign => {
            let request: ReassignRequest = body::json(call).await?;
            let expected = request.expected_version;
            let note = note(request.note.as_deref(), "note")?;
            let to = owner(call, &request, &thread::current(call, id).await?.thread).await?;
            Ok((Command::Reassign { to, note, by }, expected))
        }
        Operation::Close => {
            let request: StatusRequest = body::json(call).await?;
            let note = note(request.note.as_deref(), "note")?;
            Ok((Command::Close { note, by }, request.expected_version))
        }
        Operation::Reopen => {
            let request: StatusRequest = body::json(call).await?;
            let note = note(request.note.as_deref(), "note")?;
            Ok((Command::Reopen { note, by }, request.expected_version))
        }
        Operation::Note => {
            let request: NoteRequest = body::json(call).await?;
            let text = note(Some(&request.text), "text")?.ok_or_else(|| invalid("text", "The note is empty."))?;
            Ok((Command::Note { text, by }, None))
        }
        Operation::Snooze => {
            let request: SnoozeRequest = body::json(call).await?;
            if request.until <= call.now || request.until > call.now.plus(SNOOZED) {
                return Err(invalid("until", "Give a time in the future, within a year."));
            }
            Ok((Command::Snooze { until: request.until, by }, None))
        }
        Operation::CorrectLabels => {
            let request: LabelRequest = body::json(call).await?;
            Ok((Command::Correct { correction: correction(call, request).await?, by }, None))
        }
        Operation::Tag => {
            let request: TagsRequest = body::json(call).await?;
            let (add, remove) = (tags(&request.add, "add")?, tags(&request.remove, "remove")?);
            Ok((Command::Tag { add, remove, by }, None))
        }
        Operation::MarkRead => {
            let request: ReadRequest = body::json(call).await?;
            Ok((Command::Read { version: request.version, by }, None))
        }
        Operation::MarkUnread => Ok((Command::Unread { by }, None)),
        _ => Err(Refused::not_found("address")),
    }
}

fn invalid(field: &str, detail: impl Into<String>) -> Refused {
    Refused::new(Code::Invalid, detail).field(field)
}

/// A note; nothing when it has no words.
fn note(text: Option<&str>, field: &str) -> Result<Option<String>, Refused> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > NOTE {
        return Err(invalid(field, format!("A note may have at most {NOTE} characters.")));
    }
    Ok(Some(text.to_owned()))
}

fn tags(given: &[String], field: &str) -> Result<Vec<String>, Refused> {
    if given.len() > TAGS_AT_ONCE {
        return Err(invalid(field, format!("At most {TAGS_AT_ONCE} tags can be changed at once.")));
    }
    let tidy = |tag: &String| {
        let tag = tag.trim();
        let fits = !tag.is_empty() && tag.chars().count() <= TAG && !tag.chars().any(char::is_control);
        fits.then(|| tag.to_owned())
    };
    let tags: Option<Vec<String>> = given.iter().map(tidy).collect();
    tags.ok_or_else(|| invalid(field, format!("A tag is a word or two of at most {TAG} characters.")))
}

/// Whom a thread is given to: somebody who can answer it, or a team of the rules, or nobody.
async fn owner(call: &Call, request: &ReassignRequest, thread: &Thread) -> Result<Owner, Refused> {
    match (&request.teammate_id, &request.team_id) {
        (None, None) => Ok(Owner::Unassigned),
        (Some(_), Some(_)) => Err(invalid("teamId", "Name a teammate or a team, not both.")),
        (None, Some(id)) => {
            let rules = d1::rules::current(&call.edge).await?;
            if rules.rules.teams.contains_key(id) {
                return Ok(Owner::Team { id: id.clone() });
            }
            let teams: Vec<&str> = rules.rules.teams.keys().map(tributary_domain::id::TeamId::as_str).collect();
            Err(invalid("teamId", format!("The rules have no such team; there are: {}.", teams.join(", "))))
        }
        (Some(id), None) => {
            let rules = d1::rules::current(&call.edge).await?;
            let row = d1::teammates::find(&call.edge, id).await?;
            let member = row.ok_or_else(|| invalid("teammateId", "There is no such teammate."))?.member();
            if routing::may_answer(&rules.rules, &member, &thread.account) {
                return Ok(Owner::Teammate { id: id.clone() });
            }
            let detail = if member.invited {
                format!("{} was invited and has not signed in yet. They can take threads once they have.", member.name)
            } else {
                format!("{} is disabled, may only look, or does not answer for this account.", member.name)
            };
            Err(Refused::new(Code::CannotTake, detail).field("teammateId"))
        }
    }
}

async fn correction(call: &Call, request: LabelRequest) -> Result<Correction, Refused> {
    if let Some(topic) = &request.topic {
        let rules = d1::rules::current(&call.edge).await?;
        if !rules.rules.topics.contains_key(topic) {
            let topics: Vec<&str> = rules.rules.topics.keys().map(String::as_str).collect();
            return Err(invalid("topic", format!("The rules have no such topic; there are: {}.", topics.join(", "))));
        }
    }
    let language = request.language.as_deref().map(label::language_tag);
    if language.as_deref() == Some(label::UNDETERMINED) && request.language.as_deref() != Some(label::UNDETERMINED) {
        return Err(invalid("language", "Give a BCP 47 tag, as `en` or `pt-BR`; `und` when it cannot be told."));
    }
    let urgency = request.urgency.map(|urgency| match urgency {
        Urgency::Low => label::Urgency::Low,
        Urgency::Normal => label::Urgency::Normal,
        Urgency::High => label::Urgency::High,
        Urgency::Urgent => label::Urgency::Urgent,
    });
    Ok(Correction { topic: request.topic, urgency, language, summary: None })
}
