//! The people on the other side, newest first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use tributary_domain::{
    id::{AccountId, ContactId, ThreadId},
    platform::Platform,
    time::Timestamp,
};
use tributary_wire::api::contact::ContactItem;

use super::Statement;
use crate::{app::AppContext, error::InternalError};

#[derive(Deserialize)]
struct Row {
    id: ContactId,
    thread: ThreadId,
    account: AccountId,
    platform: Platform,
    name: String,
    username: Option<String>,
    facts: String,
    first_seen_at: i64,
}

impl TryFrom<Row> for ContactItem {
    type Error = InternalError;
    fn try_from(row: Row) -> Result<Self, InternalError> {
        Ok(Self {
            id: row.id,
            name: row.name,
            username: row.username,
            platform: row.platform,
            account_id: row.account,
            facts: serde_json::from_slice(row.facts.as_bytes()).map_err(InternalError::form("contacts.facts"))?,
            first_seen_at: Timestamp::from_millis(row.first_seen_at),
            threads: vec![row.thread],
        })
    }
}

const COLUMNS: &str = "id, thread, account, platform, name, username, facts, first_seen_at";

/// A page, after the contact that was first seen `at` with this id.
pub(crate) async fn page(app: &AppContext, at: i64, id: &str, limit: u32) -> Result<Vec<ContactItem>, InternalError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM contacts INDEXED BY contacts_by_age \
         WHERE first_seen_at <= ?1 AND (first_seen_at < ?1 OR id > ?2) ORDER BY first_seen_at DESC, id LIMIT ?3"
    );
    let rows: Vec<Row> = Statement::new("list_contacts", &sql).int(at).text(id).int(i64::from(limit)).rows(app).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn find(app: &AppContext, id: &ContactId) -> Result<Option<ContactItem>, InternalError> {
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE id = ?1");
    let row: Option<Row> = Statement::new("find_contact", &sql).text(id.as_str()).row(app).await?;
    row.map(TryInto::try_into).transpose()
}

/// Of these people, each with the thread of their messages, whoever has a thread that is not closed: the one of their
/// messages, or the one by which they were first known.
const OPEN: &str = "SELECT value ->> 0 AS id FROM json_each(?1)
    WHERE EXISTS (SELECT 1 FROM threads WHERE id = value ->> 1 AND status <> 'closed')
      OR EXISTS (SELECT 1 FROM contacts c JOIN threads t ON t.id = c.thread
                 WHERE c.id = value ->> 0 AND t.status <> 'closed')";

/// Who of these people has an open thread.
pub(crate) async fn with_open_threads(
    app: &AppContext,
    people: &BTreeMap<ContactId, ThreadId>,
) -> Result<BTreeSet<ContactId>, InternalError> {
    #[derive(Deserialize)]
    struct Open {
        id: ContactId,
    }
    let pairs: Vec<_> = people.iter().collect();
    let pairs = serde_json::to_string(&pairs).map_err(InternalError::form("contacts.open"))?;
    let rows: Vec<Open> = Statement::new("contacts_with_open_threads", OPEN).text(&pairs).rows(app).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
