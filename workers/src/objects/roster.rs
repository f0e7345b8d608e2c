//! The Roster object: who is on shift, whose each open thread is, which threads wait. One per workspace.
//!
//! | table | holds |
//! | --- | --- |
//! | open | one row per open thread |
//! | settled | versions of threads that were closed not long ago |
//! | `pending_notices` | notices that nobody is known to have written down |
//! | register | the ids of all threads that it ever heard of, to hold the index against |
//! | facts | when each teammate was last given a thread, and when to look again |
//!
//! It reads the rules and the teammates from the index before it decides; then it loads, lets `domain::roster::machine`
//! decide, and commits without a pause, so that no two threads are given away on the same count.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use serde::{Serialize, de::DeserializeOwned};
use tributary_domain::{
    id::ThreadId,
    roster::{
        self, RosterEffect, RosterInput, RosterState,
        machine::{self, Alarm, RosterFacts, RosterWrite},
    },
    routing::Member,
    time::Timestamp,
};
use tributary_wire::objects::{RosterAnswer, RosterCall};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Env, SqlStorage, SqlStorageValue, State, worker_sys::DurableObjectState};

use super::{answer, in_millis, question};
use crate::{
    app::AppContext,
    clock,
    d1::{self, rules::CurrentRules},
    error::InternalError,
    publish,
};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS open (thread TEXT NOT NULL PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS settled (thread TEXT NOT NULL PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS pending_notices (key TEXT NOT NULL PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS register (thread TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS facts (name TEXT NOT NULL PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;";

#[wasm_bindgen]
pub struct RosterObject {
    state: State,
    app: AppContext,
    sql: SqlStorage,
    roster: RefCell<Option<RosterState>>,
}

#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
impl RosterObject {
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        let state = State::from(state);
        let sql = state.storage().sql();
        Self { state, app: AppContext::new(env), sql, roster: RefCell::new(None) }
    }

    pub async fn ask(&self, text: String) -> Result<String, JsValue> {
        answer(self.call(question(&text)?).await, "roster")
    }

    /// Never fails: see the thread's alarm.
    pub async fn alarm(&self) -> Result<(), JsValue> {
        if let Err(fault) = self.ring().await {
            fault.log("roster alarm");
            self.state.storage().set_alarm(in_millis(self.app.config.timings.alarm.retry_after)).await?;
        }
        Ok(())
    }
}

impl RosterObject {
    async fn call(&self, call: RosterCall) -> Result<RosterAnswer, InternalError> {
        if let RosterCall::Register { from, to } = call {
            return Ok(RosterAnswer { threads: self.registered(from, to)?, ..RosterAnswer::default() });
        }
        if matches!(call, RosterCall::RulesChanged | RosterCall::MembersChanged) {
            // Whoever says so wrote it from another isolate: what this one read before is not the news.
            d1::rules::forget();
            d1::teammates::forget();
        }
        let (rules, members) = self.around().await?;
        if let RosterCall::Handover { from, threads, at } = &call {
            let propose = |state: &RosterState| roster::propose(state, &rules.rules, &members, from, threads, *at);
            let proposals = self.look(propose)?;
            return Ok(RosterAnswer { proposals, ..RosterAnswer::default() });
        }
        let inputs = match call {
            RosterCall::Sync { views } => views.into_iter().map(Into::into).chain([RosterInput::ShiftTick]).collect(),
            RosterCall::RulesChanged => vec![RosterInput::RulesChanged],
            RosterCall::MembersChanged => vec![RosterInput::MembersChanged],
            RosterCall::Notified { key } => vec![RosterInput::Notified { key }],
            RosterCall::Handover { .. } | RosterCall::Register { .. } => return Ok(RosterAnswer::default()),
        };
        let effects = self.decide(inputs, &rules, &members).await?;
        Ok(RosterAnswer { effects, ..RosterAnswer::default() })
    }

    /// Threads of the register from `from` to before `to`.
    fn registered(&self, from: String, to: String) -> Result<Vec<ThreadId>, InternalError> {
        self.prepare()?;
        let statement = "SELECT thread FROM register WHERE thread >= ? AND thread < ? ORDER BY thread";
        let rows = super::rows(self.sql.exec(statement, vec![from.into(), to.into()]), "roster register")?;
        let ids = rows.into_iter().filter_map(|mut row| ThreadId::parse(&super::text(&mut row, 0)?).ok());
        Ok(ids.collect())
    }

    async fn ring(&self) -> Result<(), InternalError> {
        let (rules, members) = self.around().await?;
        let effects = self.decide(vec![RosterInput::ShiftTick], &rules, &members).await?;
        publish::decided(&self.app, &effects).await
    }

    /// The rules and the teammates as they are.
    async fn around(&self) -> Result<(Rc<CurrentRules>, Vec<Member>), InternalError> {
        Ok((d1::rules::current(&self.app).await?, d1::teammates::members(&self.app).await?))
    }

    /// Lets the domain decide, commits, and sets the alarm. Nothing is awaited before that.
    async fn decide(
        &self,
        inputs: Vec<RosterInput>,
        rules: &CurrentRules,
        members: &[Member],
    ) -> Result<Vec<RosterEffect>, InternalError> {
        // Taken out, not copied: there may be thousands of threads. After a failure the rows tell what is true.
        let state = match self.roster.take() {
            Some(state) => state,
            None => self.stored()?,
        };
        let step = machine::step(state, inputs, &rules.rules, members, clock::now(), &self.app.config.timings.roster);
        step.writes().try_for_each(|row| self.write(row))?;
        self.roster.replace(Some(step.state));
        self.arm(step.alarm).await?;
        Ok(step.effects)
    }

    /// Looks at the state as it is in memory, or else in storage.
    fn look<T>(&self, at: impl FnOnce(&RosterState) -> T) -> Result<T, InternalError> {
        let state = match self.roster.take() {
            Some(state) => state,
            None => self.stored()?,
        };
        let seen = at(&state);
        self.roster.replace(Some(state));
        Ok(seen)
    }

    fn prepare(&self) -> Result<(), InternalError> {
        self.sql.exec(SCHEMA, None).map(|_| ()).map_err(InternalError::storage("roster schema"))
    }

    fn stored(&self) -> Result<RosterState, InternalError> {
        self.prepare()?;
        let facts: RosterFacts = self.fact("state")?.unwrap_or_default();
        let thread = |id: String| ThreadId::parse(&id).ok();
        Ok(RosterState::stored(
            self.rows("SELECT thread, json FROM open", thread)?,
            self.rows("SELECT thread, json FROM settled", thread)?,
            self.rows("SELECT key, json FROM pending_notices", Some)?,
            facts,
        ))
    }

    /// The rows of a table, by what they are known by.
    fn rows<K: Ord, T: DeserializeOwned>(
        &self,
        statement: &str,
        known_by: impl Fn(String) -> Option<K>,
    ) -> Result<BTreeMap<K, T>, InternalError> {
        let rows = super::rows(self.sql.exec(statement, None), "roster rows")?;
        let mut read = BTreeMap::new();
        for mut row in rows {
            let key = super::text(&mut row, 0).and_then(&known_by);
            if let (Some(key), Some(text)) = (key, super::text(&mut row, 1)) {
                read.insert(key, serde_json::from_str(&text).map_err(InternalError::form("roster"))?);
            }
        }
        Ok(read)
    }

    fn fact<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, InternalError> {
        let statement = "SELECT json FROM facts WHERE name = ?";
        let rows = super::rows(self.sql.exec(statement, vec![name.into()]), "roster facts")?;
        let text = rows.into_iter().next().and_then(|mut row| super::text(&mut row, 0));
        text.map(|text| serde_json::from_str(&text).map_err(InternalError::form("roster"))).transpose()
    }

    fn write(&self, row: RosterWrite<'_>) -> Result<(), InternalError> {
        match row {
            RosterWrite::Register(id) => {
                self.exec("INSERT OR IGNORE INTO register (thread) VALUES (?)", vec![id.as_str().into()])
            }
            RosterWrite::Open(id, entry) => self.put(["open", "thread"], id.as_str(), entry),
            RosterWrite::Settled(id, settled) => self.put(["settled", "thread"], id.as_str(), settled),
            RosterWrite::PendingNotice(key, pending_notices) => {
                self.put(["pending_notices", "key"], key, pending_notices)
            }
            RosterWrite::Facts(facts) => self.put(["facts", "name"], "state", Some(&facts)),
        }
    }

    /// Writes a row of a table, by what it is known by; none deletes it.
    fn put<T: Serialize>(
        &self,
        [table, column]: [&'static str; 2],
        key: &str,
        value: Option<&T>,
    ) -> Result<(), InternalError> {
        let Some(value) = value else {
            return self.exec(&format!("DELETE FROM {table} WHERE {column} = ?"), vec![key.into()]);
        };
        let json = serde_json::to_string(value).map_err(InternalError::form("roster"))?;
        let statement = format!("INSERT OR REPLACE INTO {table} ({column}, json) VALUES (?, ?)");
        self.exec(&statement, vec![key.into(), json.into()])
    }

    fn exec(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<(), InternalError> {
        self.sql.exec(statement, values).map(|_| ()).map_err(InternalError::storage("roster commit"))
    }

    /// Sets the alarm where it is to be another.
    async fn arm(&self, alarm: Option<Alarm>) -> Result<(), InternalError> {
        let storage = self.state.storage();
        match alarm {
            None => Ok(()),
            Some(Alarm::Off) => storage.delete_alarm().await,
            Some(Alarm::At(at)) => storage.set_alarm(delay(at)).await,
        }
        .map_err(InternalError::storage("roster alarm"))
    }
}

fn delay(at: Timestamp) -> i64 {
    in_millis(at.since(clock::now())).max(1)
}
