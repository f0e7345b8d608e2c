//! The same question by another door: linked when the same person asks it within the window, suggested when
//! somebody who looks different does. Nothing is ever dropped for looking alike.

use tributary_domain::{fingerprint, id::ThreadId, thread::Command};
use tributary_wire::objects::TurnAnswer;

use crate::{
    clock,
    d1::{
        fingerprints::{self, Alike, Question},
        rules::CurrentRules,
    },
    edge::Edge,
    fault::Fault,
    publish,
};

pub(super) async fn link(edge: &Edge, rules: &CurrentRules, turn: &TurnAnswer) -> Result<(), Fault> {
    let Some(words) = fingerprint::words(&turn.texts) else { return Ok(()) };
    let thread = &turn.thread;
    let person = fingerprint::person(thread.contact_name(), thread.contact_username());
    let channel = format!("{}/{}", thread.account, thread.surface);
    let now = clock::now();
    let since = now.minus(rules.rules.fingerprint_window);
    let asked = Question { words: &words, thread: &thread.id, channel: &channel, person: &person };
    let found = fingerprints::note(edge, &asked, now, since).await?;
    let (same, others): (Vec<Alike>, Vec<Alike>) = found.into_iter().partition(|one| one.person == person);
    let ids = |found: &[Alike]| found.iter().map(|one| one.thread.clone()).collect::<Vec<_>>();
    tell(edge, &thread.id, ids(&same), ids(&others)).await?;
    for one in &same {
        tell(edge, &one.thread, vec![thread.id.clone()], Vec::new()).await?;
    }
    for one in &others {
        tell(edge, &one.thread, Vec::new(), vec![thread.id.clone()]).await?;
    }
    Ok(())
}

async fn tell(edge: &Edge, thread: &ThreadId, linked: Vec<ThreadId>, suggested: Vec<ThreadId>) -> Result<(), Fault> {
    if linked.is_empty() && suggested.is_empty() {
        return Ok(());
    }
    publish::command(edge, thread, Command::Links { linked, suggested }).await.map(|_| ())
}
