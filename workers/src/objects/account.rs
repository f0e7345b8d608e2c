//! One connected account: its sealed token, and who its customers' ids stand for.
//!
//! | table | holds |
//! | --- | --- |
//! | `account` | one row: platform, the platform's id, sealed credentials |
//! | `aliases` | every id under which a customer was ever seen -> the id that stands for them |
//!
//! An alias is written once and never changed: a thread is named by the id that stands for its customer, so a
//! change would tear a conversation in two.

use std::cell::Cell;

use tributary_domain::{id::RemoteId, platform::Platform};
use tributary_wire::objects::{AccountAnswer, AccountCall};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{SqlStorage, SqlStorageValue, State, worker_sys::DurableObjectState};

use super::{answer, question, text};
use crate::fault::Fault;

const SCHEMA: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS account (
       one      INTEGER PRIMARY KEY CHECK (one = 1),
       platform TEXT,
       remote   TEXT,
       sealed   TEXT,
       trouble  TEXT -- of earlier releases
     ) STRICT",
    "CREATE TABLE IF NOT EXISTS aliases (
       seen      INTEGER PRIMARY KEY, -- in the order of their first sight
       identity  TEXT NOT NULL UNIQUE,
       canonical TEXT NOT NULL
     ) STRICT",
];

#[wasm_bindgen]
pub struct AccountObject {
    state: State,
    ready: Cell<bool>,
}

#[derive(Debug, Default)]
struct AccountRow {
    platform: Option<Platform>,
    remote: Option<RemoteId>,
    sealed: Option<String>,
}

#[wasm_bindgen]
impl AccountObject {
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState) -> Self {
        Self { state: state.into(), ready: Cell::new(false) }
    }

    pub fn ask(&self, text: &str) -> Result<String, JsValue> {
        answer(self.handle(question(text)?), "account")
    }
}

impl AccountObject {
    fn sql(&self) -> SqlStorage {
        self.state.storage().sql()
    }

    fn run(&self, site: &'static str, sql: &str, values: Vec<SqlStorageValue>) -> Result<(), Fault> {
        self.sql().exec(sql, values).map(|_| ()).map_err(Fault::storage(site))
    }

    fn prepare(&self) -> Result<(), Fault> {
        if !self.ready.get() {
            for statement in SCHEMA {
                self.run("account.schema", statement, Vec::new())?;
            }
            self.ready.set(true);
        }
        Ok(())
    }

    fn row(&self) -> Result<AccountRow, Fault> {
        let cursor = self.sql().exec("SELECT platform, remote, sealed FROM account WHERE one = 1", None);
        let rows = super::rows(cursor, "account.row")?;
        let row = rows.into_iter().next().map(|mut row| AccountRow {
            platform: text(&mut row, 0).and_then(|name| Platform::from_name(&name)),
            remote: text(&mut row, 1).map(RemoteId::new),
            sealed: text(&mut row, 2),
        });
        Ok(row.unwrap_or_default())
    }

    fn handle(&self, call: AccountCall) -> Result<AccountAnswer, Fault> {
        self.prepare()?;
        let mut canonical = Vec::new();
        let mut wants_credentials = false;
        match call {
            AccountCall::Connect { platform, remote, sealed } => {
                let sql = "INSERT INTO account (one, platform, remote, sealed) VALUES (1, ?, ?, ?) \
                           ON CONFLICT (one) DO UPDATE SET platform = excluded.platform, remote = excluded.remote, \
                           sealed = excluded.sealed";
                self.run(
                    "account.connect",
                    sql,
                    vec![platform.as_str().into(), remote.as_str().into(), sealed.into()],
                )?;
            }
            AccountCall::Disconnect => {
                self.run("account.disconnect", "UPDATE account SET sealed = NULL", Vec::new())?;
            }
            AccountCall::Credentials => wants_credentials = true,
            AccountCall::Canonical { peers } => {
                canonical = peers.iter().map(|peer| self.canonical(peer)).collect::<Result<_, _>>()?;
            }
        }
        let row = self.row()?;
        Ok(AccountAnswer {
            platform: row.platform,
            remote: row.remote,
            sealed: row.sealed.filter(|_| wants_credentials),
            canonical,
        })
    }

    /// The id that stands for somebody who is known by all of these: of those that stand for any of them, the
    /// one that was seen first; else the first given. Ids that are new stand for the same from now on.
    fn canonical(&self, identities: &[String]) -> Result<String, Fault> {
        let mut oldest: Option<(i64, String)> = None;
        let mut fresh = Vec::new();
        for identity in identities {
            match self.alias(identity)? {
                Some(canonical) => {
                    let seen = self.seen(&canonical)?;
                    if oldest.as_ref().is_none_or(|(first, _)| seen < *first) {
                        oldest = Some((seen, canonical));
                    }
                }
                None => fresh.push(identity),
            }
        }
        let canonical = match (oldest, identities.first()) {
            (Some((_, canonical)), _) => canonical,
            (None, first) => first.cloned().unwrap_or_default(),
        };
        for identity in fresh {
            let sql = "INSERT INTO aliases (identity, canonical) VALUES (?, ?) ON CONFLICT (identity) DO NOTHING";
            self.run("account.alias", sql, vec![identity.as_str().into(), canonical.as_str().into()])?;
        }
        Ok(canonical)
    }

    fn alias(&self, identity: &str) -> Result<Option<String>, Fault> {
        let cursor = self.sql().exec("SELECT canonical FROM aliases WHERE identity = ?", vec![identity.into()]);
        let rows = super::rows(cursor, "account.aliases")?;
        Ok(rows.into_iter().next().and_then(|mut row| text(&mut row, 0)))
    }

    fn seen(&self, canonical: &str) -> Result<i64, Fault> {
        let cursor = self.sql().exec("SELECT seen FROM aliases WHERE identity = ?", vec![canonical.into()]);
        match super::rows(cursor, "account.seen")?.first().and_then(|row| row.first()) {
            Some(SqlStorageValue::Integer(seen)) => Ok(*seen),
            _ => Ok(i64::MAX),
        }
    }
}
