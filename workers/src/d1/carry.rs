//! Carrying threads into the index: a few statements per batch, whatever its size, each with one parameter.

use tributary_domain::{
    id::ThreadId,
    json::{Read, Written},
};
use tributary_wire::objects::Projection;
use worker::wasm_bindgen::JsValue;

use super::Statement;
use crate::{edge::Edge, fault::Fault};

/// Newer versions replace older ones; a late or repeated write changes nothing.
const THREADS: &str = "INSERT INTO threads (id, version, status, queue, rank, item, unread)
    SELECT value->>'id', value->>'version', value->>'status', value->>'queue', value->>'rank', value->'item',
      value->'unread'
    FROM json_each(?1) WHERE true
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, queue = excluded.queue,
      rank = excluded.rank, item = excluded.item, unread = excluded.unread
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

const VERSION: &str = "SELECT version FROM threads WHERE id = ?1";

#[derive(Read)]
struct Version {
    version: u64,
}

/// Writes what the index lacks, in one transaction.
pub(crate) async fn write(edge: &Edge, projections: &[&Projection]) -> Result<(), Fault> {
    if projections.is_empty() {
        return Ok(());
    }
    let index = edge.index()?;
    let contacts = || list(projections.iter().filter_map(|one| one.contact.as_ref()));
    let all = [
        (THREADS, list(projections.iter().map(|one| &one.row))),
        (CONTACTS, contacts()),
        (PEOPLE, contacts()),
        (AUDIT, list(projections.iter().flat_map(|one| &one.audit))),
        (FORGET, list(projections.iter().flat_map(|one| &one.forget))),
        (SEARCH, list(projections.iter().flat_map(|one| &one.search))),
    ];
    let mut statements = Vec::with_capacity(all.len());
    for (sql, rows) in all {
        let Some(rows) = rows else { continue };
        let statement = index.prepare(sql).bind(&[JsValue::from_str(&rows)]);
        statements.push(statement.map_err(Fault::index("carry"))?);
    }
    index.batch(statements).await.map_err(Fault::index("carry"))?;
    Ok(())
}

/// The version that the index holds of a thread.
pub(crate) async fn version(edge: &Edge, thread: &ThreadId) -> Result<Option<u64>, Fault> {
    let row: Option<Version> = Statement::new("carried_version", VERSION).text(thread.as_str()).row(edge).await?;
    Ok(row.map(|row| row.version))
}

/// The rows as one list; nothing where there are none.
fn list<'a>(rows: impl Iterator<Item = &'a Written>) -> Option<String> {
    let mut list = String::new();
    for row in rows {
        list.push(if list.is_empty() { '[' } else { ',' });
        list.push_str(row.as_str());
    }
    if list.is_empty() {
        return None;
    }
    list.push(']');
    Some(list)
}
