//! One connected account: its sealed token, and who its customers' ids stand for.
//!
//! | table | holds |
//! | --- | --- |
//! | `account` | one row: platform, the platform's id, sealed credentials |
//! | `aliases` | every id under which a customer was ever seen -> the id that stands for them |
//!
//! A thread is named by the id that stands for its customer, so an alias is changed for one reason alone: it is told that
//! two ids, each of which stands for somebody, are one person's. From then on the one that was seen first stands for both,
//! and whoever asked is told which thread is one too many.

use std::cell::Cell;

use tributary_domain::{id::RemoteId, platform::Platform};
use tributary_wire::objects::{AccountAnswer, AccountCall, Merged};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{SqlStorage, SqlStorageValue, State, worker_sys::DurableObjectState};

use super::{answer, question, text};
use crate::error::InternalError;

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

    fn run(&self, site: &'static str, sql: &str, values: Vec<SqlStorageValue>) -> Result<(), InternalError> {
        self.sql().exec(sql, values).map(|_| ()).map_err(InternalError::storage(site))
    }

    fn prepare(&self) -> Result<(), InternalError> {
        if !self.ready.get() {
            for statement in SCHEMA {
                self.run("account.schema", statement, Vec::new())?;
            }
            self.ready.set(true);
        }
        Ok(())
    }

    fn row(&self) -> Result<AccountRow, InternalError> {
        let cursor = self.sql().exec("SELECT platform, remote, sealed FROM account WHERE one = 1", None);
        let rows = super::rows(cursor, "account.row")?;
        let row = rows.into_iter().next().map(|mut row| AccountRow {
            platform: text(&mut row, 0).and_then(|name| Platform::from_name(&name)),
            remote: text(&mut row, 1).map(RemoteId::new),
            sealed: text(&mut row, 2),
        });
        Ok(row.unwrap_or_default())
    }

    fn handle(&self, call: AccountCall) -> Result<AccountAnswer, InternalError> {
        self.prepare()?;
        let mut canonical = Vec::new();
        let mut merged = Vec::new();
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
            AccountCall::Canonical { peers, changed } => {
                for (place, peer) in peers.iter().enumerate() {
                    let changed = changed.get(place).copied().unwrap_or_default();
                    canonical.push(self.canonical(peer, changed, &mut merged)?);
                }
            }
        }
        let row = self.row()?;
        Ok(AccountAnswer {
            platform: row.platform,
            remote: row.remote,
            sealed: row.sealed.filter(|_| wants_credentials),
            canonical,
            merged,
        })
    }

    /// The id that stands for somebody who is known by all of these: of those that stand for any of them, the
    /// one that was seen first; else the first given. All of them stand for the same from now on. Only what is said to be a
    /// change makes one of two who each have an id of the same kind: else a number went from one person to another.
    fn canonical(
        &self,
        identities: &[String],
        changed: bool,
        merged: &mut Vec<Merged>,
    ) -> Result<String, InternalError> {
        let mut known: Vec<(i64, String)> = Vec::new();
        let mut fresh = Vec::new();
        for identity in identities {
            match self.alias(identity)? {
                Some(canonical) if known.iter().any(|(_, one)| *one == canonical) => {}
                Some(canonical) => known.push((self.seen(&canonical)?, canonical)),
                None => fresh.push(identity),
            }
        }
        // The first is that of the most lasting id.
        let lasting = known.first().map(|(_, canonical)| canonical.clone());
        known.sort();
        let mut known = known.into_iter().map(|(_, canonical)| canonical);
        let mut canonical = known.next().or_else(|| identities.first().cloned()).unwrap_or_default();
        for former in known {
            if !changed && self.alike(&canonical, &former)? {
                canonical = lasting.unwrap_or(canonical);
                break;
            }
            let sql = "UPDATE aliases SET canonical = ? WHERE canonical = ?";
            self.run("account.merge", sql, vec![canonical.as_str().into(), former.as_str().into()])?;
            merged.push(Merged { former, canonical: canonical.clone() });
        }
        for identity in fresh {
            let sql = "INSERT INTO aliases (identity, canonical) VALUES (?, ?) ON CONFLICT (identity) DO NOTHING";
            self.run("account.alias", sql, vec![identity.as_str().into(), canonical.as_str().into()])?;
        }
        Ok(canonical)
    }

    /// Whether each of two has an id of the same kind.
    fn alike(&self, one: &str, other: &str) -> Result<bool, InternalError> {
        let kinds = self.kinds(one)?;
        Ok(self.kinds(other)?.iter().any(|kind| kinds.contains(kind)))
    }

    /// The kinds of id under which somebody is known: `wa` of `wa:1650…`.
    fn kinds(&self, canonical: &str) -> Result<Vec<String>, InternalError> {
        let cursor = self.sql().exec("SELECT identity FROM aliases WHERE canonical = ?", vec![canonical.into()]);
        let rows = super::rows(cursor, "account.kinds")?;
        let kind = |mut row: Vec<SqlStorageValue>| text(&mut row, 0)?.split_once(':').map(|(kind, _)| kind.to_owned());
        Ok(rows.into_iter().filter_map(kind).collect())
    }

    fn alias(&self, identity: &str) -> Result<Option<String>, InternalError> {
        let cursor = self.sql().exec("SELECT canonical FROM aliases WHERE identity = ?", vec![identity.into()]);
        let rows = super::rows(cursor, "account.aliases")?;
        Ok(rows.into_iter().next().and_then(|mut row| text(&mut row, 0)))
    }

    fn seen(&self, canonical: &str) -> Result<i64, InternalError> {
        let cursor = self.sql().exec("SELECT seen FROM aliases WHERE identity = ?", vec![canonical.into()]);
        match super::rows(cursor, "account.seen")?.first().and_then(|row| row.first()) {
            Some(SqlStorageValue::Integer(seen)) => Ok(*seen),
            _ => Ok(i64::MAX),
        }
    }
}
