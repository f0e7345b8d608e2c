//! Publishing threads to the index: a few statements per batch, each with one parameter, and one more of each for every
//! megabyte and a half.

use serde::Deserialize;
use serde_json::value::RawValue;
use tributary_domain::id::{PostId, ThreadId};
use tributary_wire::objects::Projection;
use worker::wasm_bindgen::JsValue;

use super::Statement;
use crate::{app::AppContext, error::InternalError};

/// Newer versions replace older ones; a late or repeated write changes nothing.
const THREADS: &str = "INSERT INTO threads (id, version, status, queue, rank, facets, item, unread)
    SELECT value->>'id', value->>'version', value->>'status', value->>'queue', value->>'rank', value->>'facets',
      value->'item', value->'unread'
    FROM json_each(?1) WHERE true
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, queue = excluded.queue,
      rank = excluded.rank, facets = excluded.facets, item = excluded.item, unread = excluded.unread
    WHERE excluded.version > threads.version";

const CONTACTS: &str = "INSERT INTO contacts
      (id, version, thread, account, platform, name, username, facts, first_seen_at)
    SELECT value->>'id', value->>'version', value->>'thread', value->>'account', value->>'platform',
      value->>'name', value->>'username', value->'facts', value->>'firstSeen'
    FROM json_each(?1) WHERE true
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name,
      username = excluded.username, facts = excluded.facts
    WHERE excluded.version > contacts.version";

/// Whom a search finds by name, handle or number: written with the contact, when what is known of them changes.
const PEOPLE: &str = "INSERT OR REPLACE INTO people (rowid, name, username, numbers, extra, thread)
    SELECT value->>'row', value->>'name', value->>'username', value->>'numbers', value->>'extra', value->>'thread'
    FROM json_each(?1)
    WHERE value->>'version' = (SELECT version FROM contacts WHERE id = value->>'id')";

const AUDIT: &str = "INSERT INTO audit (id, at, thread, entry)
    SELECT value->>'id', value->>'at', value->>'thread', value->'entry' FROM json_each(?1) WHERE true
    ON CONFLICT (id) DO NOTHING";

/// Messages without words are forgotten: unsent, or edited to nothing. Words of a late write, which the thread's
/// row was not taken from, are left alone: a newer write has brought what became of them.
const FORGET: &str = "DELETE FROM search WHERE rowid IN (
    SELECT value->>'row' FROM json_each(?1) WHERE value->>'text' IS NULL
      AND value->>'version' = (SELECT version FROM threads WHERE id = value->>'thread'))";

const SEARCH: &str = "INSERT OR REPLACE INTO search (rowid, text, extra, thread, message, direction, at)
    SELECT value->>'row', value->>'text', value->>'extra', value->>'thread', value->>'message', value->>'direction',
      value->>'at'
    FROM json_each(?1) WHERE value->>'text' IS NOT NULL
      AND value->>'version' = (SELECT version FROM threads WHERE id = value->>'thread')";

/// The words of comments that are held no more: they may be in a thread by now, which brings its own.
const FORGET_HELD: &str = "DELETE FROM search WHERE rowid IN (
    SELECT s.rowid FROM json_each(?1) j CROSS JOIN search s ON s.rowid = j.value->>'row'
    WHERE s.thread = j.value->>'thread'
      AND j.value->>'version' = (SELECT version FROM threads WHERE id = j.value->>'thread'))";

/// Words that a thread has brought are not replaced: the comment is in it.
const SEARCH_HELD: &str = "INSERT OR REPLACE INTO search (rowid, text, extra, thread, message, direction, at)
    SELECT value->>'row', value->>'text', value->>'extra', value->>'thread', value->>'message', value->>'direction',
      value->>'at'
    FROM json_each(?1)
    WHERE value->>'version' = (SELECT version FROM threads WHERE id = value->>'thread')
      AND NOT EXISTS (SELECT 1 FROM search WHERE rowid = value->>'row' AND direction <> 'held')";

/// Most bytes of one parameter; the database takes two million.
const PARAMETER: usize = 1_500_000;

const VERSION: &str = "SELECT version FROM threads WHERE id = ?1";

#[derive(Deserialize)]
struct Version {
    version: u64,
}

/// Writes what the index lacks of threads and of posts, in one transaction.
pub(crate) async fn write(
    app: &AppContext,
    projections: &[&Projection],
    posts: &[&Projection],
) -> Result<(), InternalError> {
    if projections.is_empty() && posts.is_empty() {
        return Ok(());
    }
    let index = app.index()?;
    let contacts = || lists(projections.iter().filter_map(|one| one.contact.as_deref()));
    let all = [
        (THREADS, lists(projections.iter().chain(posts).map(|one| &*one.row))),
        (CONTACTS, contacts()),
        (PEOPLE, contacts()),
        (AUDIT, lists(projections.iter().chain(posts).flat_map(|one| texts(&one.audit)))),
        (FORGET, lists(projections.iter().flat_map(|one| texts(&one.forget)))),
        (SEARCH, lists(projections.iter().flat_map(|one| texts(&one.search)))),
        (FORGET_HELD, lists(posts.iter().flat_map(|one| texts(&one.forget)))),
        (SEARCH_HELD, lists(posts.iter().flat_map(|one| texts(&one.search)))),
    ];
    let mut statements = Vec::with_capacity(all.len());
    for (sql, lists) in all {
        for rows in lists {
            let statement = index.prepare(sql).bind(&[JsValue::from_str(&rows)]);
            statements.push(statement.map_err(InternalError::index("publish"))?);
        }
    }
    index.batch(statements).await.map_err(InternalError::index("publish"))?;
    Ok(())
}

/// The version that the index holds of a thread.
pub(crate) async fn version(app: &AppContext, thread: &ThreadId) -> Result<Option<u64>, InternalError> {
    version_of(app, thread.as_str()).await
}

/// The version that the index holds of a post.
pub(crate) async fn version_of_post(app: &AppContext, post: &PostId) -> Result<Option<u64>, InternalError> {
    version_of(app, post.as_str()).await
}

async fn version_of(app: &AppContext, id: &str) -> Result<Option<u64>, InternalError> {
    let row: Option<Version> = Statement::new("published_version", VERSION).text(id).row(app).await?;
    Ok(row.map(|row| row.version))
}

fn texts(rows: &[Box<RawValue>]) -> impl Iterator<Item = &RawValue> {
    rows.iter().map(|row| &**row)
}

/// The rows as lists, each no longer than a parameter may be; one, where they are not exceptionally long.
pub(crate) fn lists<'a>(rows: impl Iterator<Item = &'a RawValue>) -> Vec<String> {
    let mut lists: Vec<String> = Vec::new();
    for row in rows {
        match lists.last_mut() {
            Some(list) if list.len() + row.get().len() < PARAMETER => list.push(','),
            _ => lists.push("[".to_owned()),
        }
        if let Some(list) = lists.last_mut() {
            list.push_str(row.get());
        }
    }
    for list in &mut lists {
        list.push(']');
    }
    lists
}

#[cfg(test)]
mod tests {
    use serde_json::value::to_raw_value;

    use super::*;

    #[test]
    fn no_list_is_longer_than_a_parameter_and_no_row_is_left_out() {
        let rows: Vec<Box<RawValue>> = (0..300).map(|number| to_raw_value(&"x".repeat(number * 60)).unwrap()).collect();
        let lists = lists(texts(&rows));
        assert!(lists.len() > 1 && lists.iter().all(|list| list.len() <= PARAMETER + 1));
        let read = lists.iter().flat_map(|list| serde_json::from_str::<Vec<String>>(list).unwrap());
        assert_eq!(
            read.map(|row| row.len()).collect::<Vec<_>>(),
            (0..300).map(|number| number * 60).collect::<Vec<_>>()
        );
        assert!(super::lists(std::iter::empty()).is_empty());
    }
}
