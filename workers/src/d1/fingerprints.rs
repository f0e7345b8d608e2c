//! Questions by their words, to find the same question on another channel.

use serde::Deserialize;
use tributary_domain::{id::ThreadId, time::Timestamp};

use super::{Statement, read, together};
use crate::{app::AppContext, error::InternalError};

/// What a customer asks, as fingerprints tell.
pub(crate) struct Question<'a> {
    pub(crate) words: &'a str,
    pub(crate) thread: &'a ThreadId,
    /// Account and surface.
    pub(crate) channel: &'a str,
    pub(crate) person: &'a str,
}

/// Another thread with the same words.
#[derive(Deserialize)]
pub(crate) struct Alike {
    pub(crate) thread: ThreadId,
    pub(crate) person: String,
}

/// Notes a question, and finds where else it was asked since `since`.
pub(crate) async fn note(
    app: &AppContext,
    asked: &Question<'_>,
    now: Timestamp,
    since: Timestamp,
) -> Result<Vec<Alike>, InternalError> {
    let keep = "INSERT INTO fingerprints (words, thread, channel, person, at) VALUES (?1, ?2, ?3, ?4, ?5) \
                ON CONFLICT (words, thread) DO UPDATE SET person = excluded.person, at = excluded.at";
    let alike = "SELECT thread, person FROM fingerprints \
                 WHERE words = ?1 AND thread <> ?2 AND channel <> ?3 AND at >= ?4 LIMIT 10";
    let named = |name, sql| Statement::new(name, sql).text(asked.words).text(asked.thread.as_str()).text(asked.channel);
    let statements =
        vec![named("keep_fingerprint", keep).text(asked.person).time(now), named("find_alike", alike).time(since)];
    let results = together(app, "link", statements).await?;
    results.last().map_or_else(|| Ok(Vec::new()), |result| read(result, "link"))
}
