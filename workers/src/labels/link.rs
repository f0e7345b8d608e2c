//! The same question by another door: linked when the same person asks it within the window, suggested when somebody who
//! looks different does, or when the same contact commented and wrote besides. Nothing is ever dropped for looking alike.

use tributary_connectors::registry;
use tributary_domain::{
    fingerprint,
    id::ThreadId,
    platform::{Channel, Surface},
    thread::{Command, Thread},
    time::Timestamp,
};
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
    let thread = &turn.thread;
    let person = fingerprint::person(thread.contact_name(), thread.contact.username());
    let channel = format!("{}/{}", thread.account, thread.surface);
    let now = clock::now();
    let words = fingerprint::words(&turn.texts);
    let asked = |words| Question { words, thread: &thread.id, channel: &channel, person: &person };
    let mut others = at_other_doors(app, thread, &asked(""), now).await?;
    let mut same = Vec::new();
    if let Some(words) = &words {
        let found = fingerprints::note(app, &asked(words), now, now.minus(rules.rules.fingerprint_window)).await?;
        for Alike { thread: other, person: by, channel } in found {
            if by == person {
                same.push(other);
            // What different people write in public in the same words ("price?") is not one question.
            } else if thread.surface == Surface::Messages || !channel.ends_with(Surface::Comments.as_str()) {
                others.push(other);
            }
        }
    }
    others.retain(|other| !same.contains(other));
    tell(app, &thread.id, same.clone(), others.clone()).await?;
    for one in &same {
        tell(app, one, vec![thread.id.clone()], Vec::new()).await?;
    }
    for one in &others {
        tell(app, one, Vec::new(), vec![thread.id.clone()]).await?;
    }
    Ok(())
}

/// Where else the same contact has written of late: a comment and a message of one person, whatever their words.
async fn at_other_doors(
    app: &AppContext,
    thread: &Thread,
    asked: &Question<'_>,
    now: Timestamp,
) -> Result<Vec<ThreadId>, InternalError> {
    let since = now.minus(fingerprints::TOGETHER);
    match thread.surface {
        Surface::Messages if has_comments(thread) => fingerprints::comments_of(app, &thread.contact_id(), since).await,
        Surface::Comments => {
            fingerprints::note_comment(app, asked, &thread.contact_id(), now).await?;
            let messages = ThreadId::of(&thread.account, Surface::Messages, &thread.counterpart, None);
            let alive = fingerprints::is_alive(app, &messages, since).await?;
            Ok(alive.then_some(messages).into_iter().collect())
        }
        Surface::Messages | Surface::Reviews => Ok(Vec::new()),
    }
}

/// Whether the thread's platform has comments at all: where it has none, nobody is looked for among them.
fn has_comments(thread: &Thread) -> bool {
    let comments = Channel { platform: thread.platform, surface: Surface::Comments };
    registry::capabilities(comments).is_ok()
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
