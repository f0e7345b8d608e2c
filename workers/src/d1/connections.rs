//! Connections through which an account speaks in somebody else's chats: whether it still may.

use tributary_connectors::contract::Connection;
use tributary_domain::{id::AccountId, json::Read, platform::Platform, time::Timestamp};

use super::Statement;
use crate::{edge::Edge, fault::Fault};

const KEEP: &str = "INSERT INTO connections (account, connection, open, at) VALUES (?1, ?2, ?3, ?4) \
   ON CONFLICT (account, connection) DO UPDATE SET open = excluded.open, at = excluded.at WHERE excluded.at >= at";
const FIND: &str = "SELECT open FROM connections WHERE account = ?1 AND connection = ?2";

#[derive(Read)]
struct Row {
    open: i64,
}

/// Keeps how a connection is now, unless something later is known of it.
pub(crate) async fn keep(edge: &Edge, platform: Platform, one: &Connection, at: Timestamp) -> Result<(), Fault> {
    let account = AccountId::of(platform, &one.account);
    let keep = Statement::new("keep_connection", KEEP).text(account.as_str()).text(&one.id);
    keep.int(i64::from(one.open)).time(at).run(edge).await
}

/// Whether it was switched off. One that was never told of is tried.
pub(crate) async fn is_off(edge: &Edge, account: &AccountId, connection: &str) -> Result<bool, Fault> {
    let find = Statement::new("find_connection", FIND).text(account.as_str()).text(connection);
    let row: Option<Row> = find.row(edge).await?;
    Ok(row.is_some_and(|row| row.open == 0))
}
