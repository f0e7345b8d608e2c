//! Asking a platform whether it has a reply in doubt. Whatever it says, nothing is sent.

use tributary_connectors::{
    contract::{Outgoing, To},
    registry,
};
use tributary_domain::{
    event::Correlation,
    id::{RemoteId, ReplyId, ThreadId},
    outbound::Part,
    post::Claim,
};
use tributary_wire::objects::{Doubt, ThreadAnswer, ThreadCall};

use super::Outcome;
use crate::{accounts, app::AppContext, error::InternalError, objects, outbound, publish};

pub(super) async fn ask(app: &AppContext, thread: &ThreadId, reply: ReplyId) -> Result<Outcome, InternalError> {
    let question = ThreadCall::Doubt { reply: reply.clone() };
    let doubt: Option<Doubt> = objects::thread::call(app, thread, &question).await?;
    let Some(doubt) = doubt else { return Ok(Outcome::Done) };
    // Where it cannot be asked, that counts as a look: in the end a person is told that nobody knows.
    let found = found(app, &doubt, &reply).await.unwrap_or_else(|fault| {
        fault.log("check");
        Vec::new()
    });
    let question = ThreadCall::Checked { reply, part: doubt.part, attempt: doubt.attempt, found };
    let answer: Option<ThreadAnswer> = objects::thread::call(app, thread, &question).await?;
    if let Some(answer) = answer {
        publish::publish(app, std::slice::from_ref(&answer.outcome)).await?;
    }
    Ok(Outcome::Done)
}

/// What the platform calls the part, where it has it and no other thread does.
async fn found(app: &AppContext, doubt: &Doubt, reply: &ReplyId) -> Result<Vec<RemoteId>, InternalError> {
    let thread = &doubt.thread;
    let Some(connected) = accounts::credentials(app, &thread.account).await? else { return Ok(Vec::new()) };
    let account = connected.account(&app.config);
    let (text, quote) = match &doubt.content {
        Part::Text { text, quote } => (Some(text), quote),
        Part::Media { caption, quote, .. } => (caption.as_ref(), quote),
    };
    let (Some(subject), Some(parent)) = (&thread.subject, quote) else { return Ok(Vec::new()) };
    let outgoing = Outgoing {
        surface: thread.surface,
        to: To::Comment { id: parent, subject },
        part: &doubt.content,
        links: &[],
        human_agent: false,
        correlation: &Correlation { reply: reply.clone(), part: doubt.part },
        thread: &thread.id,
        topic: None,
        handle: None,
    };
    let since = doubt.at.minus(app.config.timings.timeout.send);
    let Some(request) = registry::check(&account, &outgoing, since) else { return Ok(Vec::new()) };
    let Ok(response) = outbound::fetch(app, thread.platform, request, app.config.timings.timeout.check).await else {
        return Ok(Vec::new());
    };
    let Some(name) = objects::post::of(thread) else { return Ok(Vec::new()) };
    for comment in registry::checked(&account, &outgoing, since, &response) {
        let claim = Claim {
            comment: comment.clone(),
            correlation: outgoing.correlation.clone(),
            thread: thread.id.clone(),
            parent: Some(parent.clone()),
            text: text.cloned(),
            named: false,
        };
        if objects::post::claim(app, &name, claim).await? {
            return Ok(vec![comment]);
        }
    }
    Ok(Vec::new())
}
