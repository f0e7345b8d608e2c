//! Looking at a post that people comment under: its words, its picture, and whether comments are open. Nothing waits for it.

use tributary_connectors::{
    http::{HttpResponse, StatusCode},
    registry,
};
use tributary_domain::{
    account::Call,
    post::{Look, Picture, PostContext, PostName},
};
use tributary_wire::objects::PostCall;

use super::{Outcome, media::picture};
use crate::{accounts, app::AppContext, error::InternalError, media, objects, outbound};

pub(super) async fn look(app: &AppContext, name: &PostName) -> Result<Outcome, InternalError> {
    let before = objects::post::call(app, name, &PostCall::Context).await?;
    let Some(record) = before.record else { return Ok(Outcome::Done) };
    // Nobody can look now: the next comment, or whoever opens the thread, has it looked at again.
    let Some(connected) = accounts::credentials(app, &name.account).await? else { return Ok(Outcome::Done) };
    let account = connected.account(&app.config);
    let Some(request) = registry::post(&account, &name.subject.id, record.note.mention) else {
        return Ok(Outcome::Done);
    };
    let Ok(response) = outbound::fetch(app, name.platform, request, app.config.timings.timeout.profile).await else {
        return Ok(Outcome::Again { after_seconds: pause(app) });
    };
    let read = registry::read_post(&account, &response);
    let outcome = read.as_ref().map(|_| ()).map_err(|error| error.class);
    accounts::noted(app, &name.account, Call::Profile, outcome).await;
    let (look, kept) = match read {
        Ok(context) => {
            let kept = copied(app, name, record.picture.as_ref(), &context).await?;
            (Look::Shown(context), kept)
        }
        Err(error) if error.class.passes() => return Ok(later(app, &response)),
        Err(_) => (Look::NotShown, None),
    };
    let replaced = record.picture.filter(|_| kept.is_some());
    objects::post::call(app, name, &PostCall::Looked { look, picture: kept }).await?;
    if let Some(replaced) = replaced {
        media::drop(app, &replaced.id).await?;
    }
    Ok(Outcome::Done)
}

/// Our copy of the post's picture, where it shows another than before. What cannot be fetched now is tried with the next
/// look.
async fn copied(
    app: &AppContext,
    name: &PostName,
    before: Option<&Picture>,
    context: &PostContext,
) -> Result<Option<Picture>, InternalError> {
    let Some(url) = &context.picture else { return Ok(None) };
    // What follows the question mark is a signature that is another with each look.
    let from = url.split('?').next().unwrap_or(url).to_owned();
    if before.is_some_and(|before| before.from == from) {
        return Ok(None);
    }
    let Some(bytes) = picture(app, name.platform, &name.account, url).await else { return Ok(None) };
    let stored = media::store(app, bytes, "picture", None).await?;
    if !media::shown_inline(&stored.mime) {
        media::drop(app, &stored.id).await?;
        return Ok(None);
    }
    Ok(Some(Picture { id: stored.id, from }))
}

/// As long as for a file that could not be fetched.
fn pause(app: &AppContext) -> u32 {
    app.config.timings.jobs.media_retry_after.whole_seconds()
}

fn later(app: &AppContext, response: &HttpResponse) -> Outcome {
    if response.status == StatusCode::UNAUTHORIZED {
        return Outcome::Done;
    }
    let after = response.retry_after().and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(0);
    Outcome::Again { after_seconds: after.clamp(pause(app), 3600) }
}
