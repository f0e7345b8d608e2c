//! The same question by another door: linked when the same person asks it within the window, suggested when
//! somebody who looks different does. Nothing is ever dropped for looking alike.

use serde::Deserialize;
use tributary_domain::{fingerprint, id::ThreadId, thread::Command};
use tributary_wire::objects::TurnAnswer;

use crate::{
    carry, clock,
    d1::{Statement, read, rules::CurrentRules, together},
    edge::Edge,
    fault::Fault,
};

const KEEP: &str = "INSERT INTO fingerprints (words, thread, channel, person, at) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (words, thread) DO UPDATE SET person = excluded.person, at = excluded.at";

const ALIKE: &str = "SELECT thread, person FROM fingerprints
    WHERE words = ?1 AND thread <> ?2 AND channel <> ?3 AND at >= ?4 LIMIT 10";

#[derive(Deserialize)]
struct Alike {
    thread: ThreadId,
    person: String,
}

pub(super) async fn link(edge: &Edge, rules: &CurrentRules, turn: &TurnAnswer) -> Result<(), Fault> {
    let Some(words) = fingerprint::words(&turn.texts) else { return Ok(()) };
    let thread = &turn.thread;
    let person = fingerprint::person(thread.contact_name(), thread.contact_username());
    let channel = format!("{}/{}", thread.account, thread.surface);
    let now = clock::now();
    let since = now.minus(rules.rules.fingerprint_window);
    let keep = Statement::new("keep_fingerprint", KEEP)
        .text(&words)
        .text(thread.id.as_str())
        .text(&channel)
        .text(&person)
        .time(now);
    let alike = Statement::new("find_alike", ALIKE).text(&words).text(thread.id.as_str()).text(&channel).time(since);
    let results = together(edge, "link", vec![keep, alike]).await?;
    let found: Vec<Alike> = match results.last() {
        Some(result) => read(result, "link")?,
        None => return Ok(()),
    };
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
    carry::command(edge, thread, Command::Links { linked, suggested }).await.map(|_| ())
}
