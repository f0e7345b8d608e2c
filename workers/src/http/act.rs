//! What teammates do to a thread, replies apart.

use tributary_domain::{
    bounds::{NOTE, TAG},
    id::ThreadId,
    label::{self, Correction},
    owner::Owner,
    routing,
    thread::{Command, Thread},
    time::Span,
};
use tributary_wire::{
    api::{
        bounded::{Line, Text},
        endpoints::{Close, CorrectLabels, MarkRead, MarkUnread, Note, Reassign, Reopen, Snooze, Tag},
        thread::{LabelRequest, ReassignRequest, ThreadItem},
    },
    objects::{ThreadAnswer, ThreadCall},
};

use super::{
    call::Call,
    guard::Asker,
    handle::{Answer, Handle, Input},
    page::Names,
    problem::{Code, Refused},
    thread,
};
use crate::{d1, objects};

/// Longest a thread can be put aside.
const SNOOZED: Span = Span::days(366);

/// Does one thing to a thread, and answers with the thread as it is then.
async fn act(
    call: &Call,
    asker: &Asker,
    id: &ThreadId,
    command: Command,
    expected: Option<u64>,
) -> Result<ThreadItem, Refused> {
    let question = ThreadCall::Command { command, expected, through: asker.program() };
    let answer: Option<ThreadAnswer> = objects::thread::call(&call.app, id, &question).await?;
    let answer = answer.ok_or_else(|| Refused::not_found("thread"))?;
    thread::published(call, &answer).await;
    if let Some(refused) = thread::refused(&answer) {
        return Err(refused);
    }
    thread::item(&answer, &Names::load(call).await?, asker.teammate())
}

/// The handler of something that is done to a thread: the command that it comes to, and the version that was seen.
macro_rules! acts {
    ($($name:ident($call:ident, $by:ident, $id:ident, $request:pat) $wanted:block)+) => {
        $(
            impl Handle for $name {
                async fn handle(
                    $call: &Call,
                    asker: &Asker,
                    Input { path: ($id,), body: $request, .. }: Input<Self>,
                ) -> Answer<Self> {
                    let $by = asker.teammate().clone();
                    let (command, expected) = $wanted;
                    act($call, asker, &$id, command, expected).await
                }
            }
        )+
    };
}

acts! {
    Reassign(call, by, id, request) {
        let to = owner(call, &request, &thread::current(call, &id).await?.thread).await?;
        (Command::Reassign { to, note: note(request.note), by }, request.expected_version)
    }
    Close(call, by, id, request) {
        let note = note(request.note);
        (Command::Close { note, by }, request.expected_version)
    }
    Reopen(call, by, id, request) {
        let note = note(request.note);
        (Command::Reopen { note, by }, request.expected_version)
    }
    Note(call, by, id, request) {
        (Command::Note { text: request.text.into(), by }, None)
    }
    Snooze(call, by, id, request) {
        if request.until <= call.now || request.until > call.now.plus(SNOOZED) {
            return Err(invalid("until", "Give a time in the future, within a year."));
        }
        (Command::Snooze { until: request.until, by }, None)
    }
    CorrectLabels(call, by, id, request) {
        (Command::Correct { correction: correction(call, request).await?, by }, None)
    }
    Tag(call, by, id, request) {
        (Command::Tag { add: tags(&request.add), remove: tags(&request.remove), by }, None)
    }
    MarkRead(call, by, id, request) {
        (Command::Read { version: request.version, by }, None)
    }
    MarkUnread(call, by, id, ()) {
        (Command::Unread { by }, None)
    }
}

fn invalid(field: &str, detail: impl Into<String>) -> Refused {
    Refused::new(Code::Invalid, detail).field(field)
}

/// A note; nothing when it has no words.
fn note(text: Option<Text<0, NOTE>>) -> Option<String> {
    text.map(String::from).filter(|text| !text.is_empty())
}

fn tags(given: &[Line<TAG>]) -> Vec<String> {
    given.iter().map(|tag| tag.as_str().to_owned()).collect()
}

/// Whom a thread is given to: somebody who can answer it, or a team of the rules, or nobody.
async fn owner(call: &Call, request: &ReassignRequest, thread: &Thread) -> Result<Owner, Refused> {
    match (&request.teammate_id, &request.team_id) {
        (None, None) => Ok(Owner::Unassigned),
        (Some(_), Some(_)) => Err(invalid("teamId", "Name a teammate or a team, not both.")),
        (None, Some(id)) => {
            let rules = d1::rules::current(&call.app).await?;
            if rules.rules.teams.contains_key(id) {
                return Ok(Owner::Team { id: id.clone() });
            }
            let teams: Vec<&str> = rules.rules.teams.keys().map(tributary_domain::id::TeamId::as_str).collect();
            Err(invalid("teamId", format!("The rules have no such team; there are: {}.", teams.join(", "))))
        }
        (Some(id), None) => {
            let rules = d1::rules::current(&call.app).await?;
            let row = d1::teammates::find(&call.app, id).await?;
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
    if let Some(topic) = &request.topic.as_deref() {
        let rules = d1::rules::current(&call.app).await?;
        if !rules.rules.topics.contains_key(*topic) {
            let topics: Vec<&str> = rules.rules.topics.keys().map(String::as_str).collect();
            return Err(invalid("topic", format!("The rules have no such topic; there are: {}.", topics.join(", "))));
        }
    }
    let language = request.language.as_deref().map(label::language_tag);
    if language.as_deref() == Some(label::UNDETERMINED) && request.language.as_deref() != Some(label::UNDETERMINED) {
        return Err(invalid("language", "Give a BCP 47 tag, as `en` or `pt-BR`; `und` when it cannot be told."));
    }
    Ok(Correction { topic: request.topic.map(String::from), urgency: request.urgency, language, summary: None })
}
