//! The call that reaches a customer. Its marker was committed by the thread before it got here; whatever comes
//! back is reported to the thread, and a call that is lost on the way is found by the thread's alarm.

use tributary_connectors::{contract::Outgoing, http::HttpRequest, registry};
use tributary_domain::{
    account::Call,
    capability::{ErrorClass, PlatformError},
    event::Correlation,
    id::{RemoteId, ThreadId},
    outbound::{Part, SendOutcome},
    platform::Platform,
    reply::AUTHOR_DISABLED,
    thread::{CallOutcome, Thread},
};
use tributary_wire::objects::{CallItem, EffectItem, ThreadAnswer, ThreadCall};

use crate::{accounts, carry, clock, config::Unset, d1, edge::Edge, fault::Fault, media, objects, outbound};

/// A platform that has not answered by then leaves us in doubt.
const DEADLINE_MS: u32 = 20_000;
/// What the platforms need to fetch our files from.
const PUBLIC_URL: Unset = Unset { name: "PUBLIC_URL", how: "set it to the address at which platforms reach us" };
/// More parts than any reply has: a bound for the loop.
const MOST_CALLS: usize = 32;

/// Makes the calls that a thread's answer asks for, one after the other, until none is left.
pub(crate) async fn make_calls(edge: Edge, thread: ThreadId, answer: ThreadAnswer) {
    let mut answer = answer;
    for _ in 0..MOST_CALLS {
        let Some(call) = answer.news.effects.iter().find_map(|effect| match effect {
            EffectItem::Call(call) => Some(call.clone()),
            EffectItem::Label | EffectItem::Job { .. } => None,
        }) else {
            return;
        };
        let outcome = outcome(&edge, &answer, &call).await;
        let call = CallOutcome { reply: call.reply, part: call.part, attempt: call.attempt, outcome };
        match report(&edge, &thread, call).await {
            Ok(Some(next)) => answer = next,
            Ok(None) => return,
            Err(fault) => return fault.log("send"),
        }
    }
}

/// Tells the thread what came back, and carries what comes of it.
async fn report(edge: &Edge, thread: &ThreadId, call: CallOutcome) -> Result<Option<ThreadAnswer>, Fault> {
    let question = ThreadCall::Called { call };
    let answer: Option<ThreadAnswer> = match objects::thread::call(edge, thread, &question).await {
        Ok(answer) => answer,
        // The outcome is worth a second try: without it the reply is left in doubt.
        Err(fault) => {
            fault.log("send report");
            objects::thread::call(edge, thread, &question).await?
        }
    };
    if let Some(answer) = &answer
        && let Err(fault) = carry::carry(edge, std::slice::from_ref(&answer.news)).await
    {
        fault.log("send carry");
    }
    Ok(answer)
}

async fn outcome(edge: &Edge, answer: &ThreadAnswer, call: &CallItem) -> SendOutcome {
    // It may have waited: whoever had it sent may have lost their access since.
    match d1::teammates::find(edge, &call.by).await {
        Ok(Some(row)) if row.enabled() => {}
        Ok(_) => return refused(ErrorClass::Permission, AUTHOR_DISABLED),
        Err(fault) => {
            fault.log("send author");
            return refused(ErrorClass::Transient, "not_prepared");
        }
    }
    match prepare(edge, answer, call).await {
        Ok(Some((request, through))) => match outbound::fetch(edge, &request, DEADLINE_MS).await {
            Ok(response) => {
                let outcome = registry::outcome(answer.thread.platform, &response);
                let outcome = outcome.unwrap_or_else(|_| refused(ErrorClass::Invalid, "no_connector"));
                let outcome = match through {
                    Some(through) => through.named(outcome),
                    None => outcome,
                };
                note_health(edge, answer, &outcome).await;
                outcome
            }
            Err(no_answer) => SendOutcome::Uncertain { cause: no_answer.cause() },
        },
        // Nothing has left: proved not sent.
        Ok(None) => refused(ErrorClass::TokenExpired, "not_connected"),
        Err(fault) => {
            fault.log("send prepare");
            refused(ErrorClass::Transient, "not_prepared")
        }
    }
}

/// The connection through which a chat is spoken with now, and the one that names the chat.
struct Through {
    platform: Platform,
    now: String,
    name: String,
}

impl Through {
    /// Of somebody who is spoken with through another connection than the one by which they are known.
    async fn of(edge: &Edge, thread: &Thread, recipient: &[String]) -> Result<Option<Self>, Fault> {
        let platform = thread.platform;
        let name = recipient.first().and_then(|identity| registry::connection(platform, identity));
        let Some(name) = name else { return Ok(None) };
        let current = d1::connections::current(edge, &thread.account, name).await?;
        let other = current.filter(|current| current.connection != name);
        Ok(other.map(|current| Self { platform, now: current.connection, name: name.to_owned() }))
    }

    fn recipient(&self, recipient: &[String]) -> Vec<String> {
        let through = |id: &String| registry::reconnected(self.platform, id, &self.name, &self.now);
        recipient.iter().map(|id| through(id).unwrap_or_else(|| id.clone())).collect()
    }

    /// What came back, by the names under which it is known.
    fn named(&self, outcome: SendOutcome) -> SendOutcome {
        let known = |id: RemoteId| {
            registry::reconnected(self.platform, id.as_str(), &self.now, &self.name).map_or(id, RemoteId::new)
        };
        match outcome {
            SendOutcome::Accepted { ids } => SendOutcome::Accepted { ids: ids.into_iter().map(known).collect() },
            other => other,
        }
    }
}

/// The request for a part, and the connection that it goes through; nothing when the account has no credentials.
async fn prepare(
    edge: &Edge,
    answer: &ThreadAnswer,
    call: &CallItem,
) -> Result<Option<(HttpRequest, Option<Through>)>, Fault> {
    let through = Through::of(edge, &answer.thread, &call.recipient).await?;
    let recipient = through.as_ref().map(|through| through.recipient(&call.recipient));
    let Some(connected) = accounts::credentials(edge, &answer.thread.account).await? else { return Ok(None) };
    let files = match &call.content {
        Part::Text { .. } => [].as_slice(),
        Part::Media { items, .. } => items.as_slice(),
    };
    let mut links = Vec::with_capacity(files.len());
    for item in files {
        let origin = edge.origin.as_deref().ok_or(PUBLIC_URL)?;
        links.push(media::grant_link(&edge.config, origin, &item.file, clock::now())?);
    }
    let account = registry::Account {
        id: &connected.remote,
        credentials: &connected.credentials,
        app_secret: edge.config.app_secret(connected.platform),
    };
    let correlation = Correlation { reply: call.reply.clone(), part: call.part };
    let outgoing = Outgoing {
        recipient: recipient.as_deref().unwrap_or(&call.recipient),
        part: &call.content,
        links: &links,
        human_agent: call.human_agent,
        correlation: &correlation,
        thread: &answer.thread.id,
        topic: call.topic.as_deref(),
    };
    Ok(Some((registry::send(&account, &outgoing), through)))
}

/// What a send tells of the account's health.
async fn note_health(edge: &Edge, answer: &ThreadAnswer, outcome: &SendOutcome) {
    let outcome = match outcome {
        SendOutcome::Accepted { .. } => Ok(()),
        SendOutcome::Refused { error } => Err(error.class),
        SendOutcome::RateLimited { .. } | SendOutcome::Uncertain { .. } => return,
    };
    accounts::noted(edge, &answer.thread.account, Call::Send, outcome).await;
}

fn refused(class: ErrorClass, code: &str) -> SendOutcome {
    SendOutcome::Refused { error: PlatformError { class, code: code.to_owned() } }
}
