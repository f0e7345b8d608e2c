//! Connections through which an account speaks in somebody else's chats: whose they are, and whether it still may.
//!
//! Whoever connects anew gets a connection of another name. Of all connections of one owner the one that was known first
//! names the chats, so that they stay the same chats; what is sent goes through the one that is open.

use serde::Deserialize;
use tributary_connectors::contract::Connection;
use tributary_domain::{id::AccountId, platform::Platform, time::Timestamp};

use super::Statement;
use crate::{app::AppContext, error::InternalError};

const KEEP: &str = "INSERT INTO connections (account, connection, open, at, owner, first) \
   VALUES (?1, ?2, ?3, ?4, ?5, coalesce((SELECT min(coalesce(first, connection)) FROM connections \
     WHERE account = ?1 AND owner = ?5), ?2)) \
   ON CONFLICT (account, connection) DO UPDATE SET open = excluded.open, at = excluded.at, \
     owner = coalesce(excluded.owner, owner) WHERE excluded.at >= at";
const USED: &str = "INSERT OR IGNORE INTO connections (account, connection, open, at) VALUES (?1, ?2, 1, 0)";
const NAME: &str = "SELECT coalesce(first, connection) AS name FROM connections WHERE account = ?1 AND connection = ?2";
const OF_NAME: &str = "SELECT connection, open, at FROM connections \
   WHERE account = ?1 AND coalesce(first, connection) = ?2";

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// A connection as it is now.
#[derive(Deserialize)]
pub(crate) struct Current {
    pub(crate) connection: String,
    open: i64,
    at: i64,
}

impl Current {
    /// Whether the account may answer through it.
    pub(crate) fn is_open(&self) -> bool {
        self.open != 0
    }
}

/// Keeps how a connection is now, unless something later is known of it.
pub(crate) async fn keep(
    app: &AppContext,
    platform: Platform,
    one: &Connection,
    at: Timestamp,
) -> Result<(), InternalError> {
    let account = AccountId::of(platform, &one.account);
    let keep = Statement::new("keep_connection", KEEP).text(account.as_str()).text(&one.id);
    keep.int(i64::from(one.open)).time(at).maybe(one.owner.as_deref()).run(app).await
}

/// The connection that names the chats of this one's owner; none where this one was never heard of.
pub(crate) async fn name(
    app: &AppContext,
    account: &AccountId,
    connection: &str,
) -> Result<Option<String>, InternalError> {
    let find = Statement::new("name_connection", NAME).text(account.as_str()).text(connection);
    let row: Option<Named> = find.row(app).await?;
    Ok(row.map(|row| row.name))
}

/// Something came through a connection of which nobody told whose it is: it names its own chats.
pub(crate) async fn used(app: &AppContext, account: &AccountId, connection: &str) -> Result<(), InternalError> {
    Statement::new("use_connection", USED).text(account.as_str()).text(connection).run(app).await
}

/// The connection through which the chats that `name` names are spoken with now: one that is open, the latest of them.
pub(crate) async fn current(
    app: &AppContext,
    account: &AccountId,
    name: &str,
) -> Result<Option<Current>, InternalError> {
    let find = Statement::new("current_connection", OF_NAME).text(account.as_str()).text(name);
    let rows: Vec<Current> = find.rows(app).await?;
    Ok(rows.into_iter().max_by_key(|row| (row.open, row.at)))
}
