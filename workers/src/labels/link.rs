//! The same question by another door: linked when the same person asks it within the window, suggested when
//! somebody who looks different does. Nothing is ever dropped for looking alike.

use tributary_domain::{fingerprint, id::ThreadId, thread::Command};
use tributary_wire::objects::TurnAnswer;

use crate::{
    app::AppContext,
    clock,
    d1::{
        fingerprints::{self, Alike, Question},
        rules::CurrentRules,
    },
    error::InternalError,
    publish,
};

pub(super) async fn link(app: &AppContext, rules: &CurrentRules, turn: &TurnAnswer) -> Result<(), InternalError> {
    let Some(words) = fingerprint::words(&turn.texts) else { return Ok(()) };
    let thread = &turn.thread;
    let person = fingerprint::person(thread.contact_name(), thread.contact.username());
    let channel = format!("{}/{}", thread.account, thread.surface);
    let now = clock::now();
    let since = now.minus(rules.rules.fingerprint_window);
    let asked = Question { words: &words, thread: &thread.id, channel: &channel, person: &person };
    let found = fingerprints::note(app, &asked, now, since).await?;
    let (same, others): (Vec<Alike>, Vec<Alike>) = found.into_iter().partition(|one| one.person == person);
    let ids = |found: &[Alike]| found.iter().map(|one| one.thread.clone()).collect::<Vec<_>>();
    tell(app, &thread.id, ids(&same), ids(&others)).await?;
    for one in &same {
        tell(app, &one.thread, vec![thread.id.clone()], Vec::new()).await?;
    }
    for one in &others {
        tell(app, &one.thread, Vec::new(), vec![thread.id.clone()]).await?;
    }
    Ok(())
}

async fn tell(
    app: &AppContext,
    thread: &ThreadId,
    linked: Vec<ThreadId>,
    suggested: Vec<ThreadId>,
) -> Result<(), InternalError> {
    if linked.is_empty() && suggested.is_empty() {
        return Ok(());
    }
    publish::command(app, thread, Command::Links { linked, suggested }).await.map(|_| ())
}
