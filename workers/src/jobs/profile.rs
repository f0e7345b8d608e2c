//! Looking a contact up. Whatever comes of it, their messages are long in the inbox.

use tributary_connectors::{
    http::{HttpResponse, StatusCode},
    registry,
};
use tributary_domain::{
    account::Call,
    capability::ErrorClass,
    id::ThreadId,
    thread::{Command, ContactProfile},
};
use tributary_wire::objects::{ThreadAnswer, ThreadCall};

use super::Outcome;
use crate::{accounts, app::AppContext, clock, error::InternalError, objects, outbound, publish};

pub(super) async fn look_up(app: &AppContext, thread: &ThreadId) -> Result<Outcome, InternalError> {
    let answer: Option<ThreadAnswer> = objects::thread::call(app, thread, &ThreadCall::Read).await?;
    let Some(answer) = answer else { return Ok(Outcome::Done) };
    // Nobody can look now: the thread asks again, later each time.
    let Some(connected) = accounts::credentials(app, &answer.thread.account).await? else { return Ok(Outcome::Done) };
    let account = connected.account(&app.config);
    let Some(request) = registry::profile(&account, &answer.thread.contact.peer.identities) else {
        return nothing_found(app, thread).await;
    };
    let Ok(response) = outbound::fetch(app, answer.thread.platform, request, app.config.timings.timeout.profile).await
    else {
        return Ok(Outcome::Again { after_seconds: 60 });
    };
    let read = registry::read_profile(&account, &response);
    let outcome = read.as_ref().map(|_| ()).map_err(|error| error.class);
    accounts::noted(app, &answer.thread.account, Call::Profile, outcome).await;
    let profile = match read {
        Ok(profile) => profile,
        Err(error) => return failed(app, thread, error.class, &response).await,
    };
    let facts =
        ContactProfile { name: profile.name, username: profile.username, facts: profile.facts, at: Some(clock::now()) };
    publish::command(app, thread, Command::ProfileFetched { facts }).await?;
    Ok(Outcome::Done)
}

async fn failed(
    app: &AppContext,
    thread: &ThreadId,
    class: ErrorClass,
    response: &HttpResponse,
) -> Result<Outcome, InternalError> {
    if class == ErrorClass::TokenExpired {
        // Until the account is connected again; the thread asks for it.
        return Ok(Outcome::Done);
    }
    if class.passes() || response.status == StatusCode::TOO_MANY_REQUESTS || response.status.is_server_error() {
        let after = response.retry_after().and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(60);
        return Ok(Outcome::Again { after_seconds: after.clamp(5, 3600) });
    }
    // A person who may not be looked up (blocked, by phone number) stays the name that the message gave.
    nothing_found(app, thread).await
}

/// Says that somebody looked, so that nobody is asked again soon.
async fn nothing_found(app: &AppContext, thread: &ThreadId) -> Result<Outcome, InternalError> {
    let facts = ContactProfile { at: Some(clock::now()), ..ContactProfile::default() };
    publish::command(app, thread, Command::ProfileFetched { facts }).await?;
    Ok(Outcome::Done)
}
