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
//! It reads the rules and the teammates from the index before it decides; then it loads, decides and commits
//! without a pause, so that no two threads are given away on the same count.

use std::{cell::RefCell, collections::BTreeMap};

use serde::{Serialize, de::DeserializeOwned};
use tributary_domain::{
    id::{TeammateId, ThreadId},
    roster::{self, PendingNotice, RosterEffect, RosterInput, RosterState},
    routing::Member,
    time::Timestamp,
};
use tributary_wire::objects::{RosterAnswer, RosterCall, RosterView};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Env, SqlStorage, SqlStorageValue, State, worker_sys::DurableObjectState};

use super::{answer, in_millis, question};
use crate::{
    carry, clock,
    d1::{self, rules::CurrentRules},
    edge::Edge,
    fault::Fault,
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
    edge: Edge,
    sql: SqlStorage,
    roster: RefCell<Option<RosterState>>,
}

/// What is compared to see whether it is to be stored again.
struct Facts {
    last_assigned: BTreeMap<TeammateId, Timestamp>,
    wake_at: Option<Timestamp>,
    pending_notices: BTreeMap<String, PendingNotice>,
}

impl Facts {
    fn of(state: &RosterState) -> Self {
        let RosterState { last_assigned, wake_at, pending_notices, .. } = state;
        Self { last_assigned: last_assigned.clone(), wake_at: *wake_at, pending_notices: pending_notices.clone() }
    }
}

#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
impl RosterObject {
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        let state = State::from(state);
        let sql = state.storage().sql();
        Self { state, edge: Edge::new(env), sql, roster: RefCell::new(None) }
    }

    pub async fn ask(&self, text: String) -> Result<String, JsValue> {
        answer(self.call(question(&text)?).await, "roster")
    }

    /// Never fails: see the thread's alarm.
    pub async fn alarm(&self) -> Result<(), JsValue> {
        if let Err(fault) = self.ring().await {
            fault.log("roster alarm");
            self.state.storage().set_alarm(in_millis(self.edge.config.timings.alarm.retry_after)).await?;
        }
        Ok(())
    }
}

impl RosterObject {
    async fn call(&self, call: RosterCall) -> Result<RosterAnswer, Fault> {
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
        let effects = match call {
            RosterCall::Sync { views } => {
                let inputs = views.into_iter().map(input).chain([RosterInput::ShiftTick]);
                self.decide(inputs, &rules, &members)?
            }
            RosterCall::RulesChanged => self.decide([RosterInput::RulesChanged], &rules, &members)?,
            RosterCall::MembersChanged => self.decide([RosterInput::MembersChanged], &rules, &members)?,
            RosterCall::Notified { key } => self.decide([RosterInput::Notified { key }], &rules, &members)?,
            RosterCall::Handover { .. } | RosterCall::Register { .. } => Vec::new(),
        };
        self.arm(&effects).await?;
        Ok(RosterAnswer { effects, ..RosterAnswer::default() })
    }

    /// Threads of the register from `from` to before `to`.
    fn registered(&self, from: String, to: String) -> Result<Vec<ThreadId>, Fault> {
        self.prepare()?;
        let statement = "SELECT thread FROM register WHERE thread >= ? AND thread < ? ORDER BY thread";
        let rows = super::rows(self.sql.exec(statement, vec![from.into(), to.into()]), "roster register")?;
        let ids = rows.into_iter().filter_map(|mut row| ThreadId::parse(&super::text(&mut row, 0)?).ok());
        Ok(ids.collect())
    }

    async fn ring(&self) -> Result<(), Fault> {
        let (rules, members) = self.around().await?;
        let effects = self.decide([RosterInput::ShiftTick], &rules, &members)?;
        self.arm(&effects).await?;
        carry::decided(&self.edge, &effects).await
    }

    /// The rules and the teammates as they are.
    async fn around(&self) -> Result<(std::rc::Rc<CurrentRules>, Vec<Member>), Fault> {
        Ok((d1::rules::current(&self.edge).await?, d1::teammates::members(&self.edge).await?))
    }

    /// Lets the domain decide, and commits. Nothing is awaited in here.
    fn decide(
        &self,
        inputs: impl IntoIterator<Item = RosterInput>,
        rules: &CurrentRules,
        members: &[Member],
    ) -> Result<Vec<RosterEffect>, Fault> {
        let now = clock::now();
        // Taken out, not copied: there may be thousands of threads. After a failure the rows tell what is true.
        let mut state = match self.roster.take() {
            Some(state) => state,
            None => self.stored()?,
        };
        let before = Facts::of(&state);
        let mut effects = Vec::new();
        for input in inputs {
            let (next, more) =
                roster::apply(state, input, &rules.rules, members, now, &self.edge.config.timings.roster);
            state = next;
            effects.extend(more);
        }
        self.commit(&before, &state, &effects)?;
        self.roster.replace(Some(state));
        Ok(effects)
    }

    /// Looks at the state as it is in memory, or else in storage.
    fn look<T>(&self, at: impl FnOnce(&RosterState) -> T) -> Result<T, Fault> {
        let state = match self.roster.take() {
            Some(state) => state,
            None => self.stored()?,
        };
        let seen = at(&state);
        self.roster.replace(Some(state));
        Ok(seen)
    }

    fn prepare(&self) -> Result<(), Fault> {
        self.sql.exec(SCHEMA, None).map(|_| ()).map_err(Fault::storage("roster schema"))
    }

    fn stored(&self) -> Result<RosterState, Fault> {
        self.prepare()?;
        let mut state: RosterState = self.fact("state")?.unwrap_or_default();
        let thread = |id: String| ThreadId::parse(&id).ok();
        state.open = self.rows("SELECT thread, json FROM open", thread)?;
        state.settled = self.rows("SELECT thread, json FROM settled", thread)?;
        state.pending_notices = self.rows("SELECT key, json FROM pending_notices", Some)?;
        Ok(state)
    }

    /// The rows of a table, by what they are known by.
    fn rows<K: Ord, T: DeserializeOwned>(
        &self,
        statement: &str,
        known_by: impl Fn(String) -> Option<K>,
    ) -> Result<BTreeMap<K, T>, Fault> {
        let rows = super::rows(self.sql.exec(statement, None), "roster rows")?;
        let mut read = BTreeMap::new();
        for mut row in rows {
            let key = super::text(&mut row, 0).and_then(&known_by);
            if let (Some(key), Some(text)) = (key, super::text(&mut row, 1)) {
                read.insert(key, serde_json::from_str(&text).map_err(Fault::form("roster"))?);
            }
        }
        Ok(read)
    }

    fn fact<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Fault> {
        let statement = "SELECT json FROM facts WHERE name = ?";
        let rows = super::rows(self.sql.exec(statement, vec![name.into()]), "roster facts")?;
        let text = rows.into_iter().next().and_then(|mut row| super::text(&mut row, 0));
        text.map(|text| serde_json::from_str(&text).map_err(Fault::form("roster"))).transpose()
    }

    /// Writes the rows of the threads and notices that changed, and the facts when they did.
    fn commit(&self, before: &Facts, state: &RosterState, effects: &[RosterEffect]) -> Result<(), Fault> {
        for effect in effects {
            let RosterEffect::Changed { thread } = effect else { continue };
            self.write("INSERT OR IGNORE INTO register (thread) VALUES (?)", vec![thread.as_str().into()])?;
            self.keep(["open", "thread"], thread.as_str(), state.open.get(thread))?;
            self.keep(["settled", "thread"], thread.as_str(), state.settled.get(thread))?;
        }
        let (pending, known) = (&state.pending_notices, &before.pending_notices);
        for key in known.keys().chain(pending.keys()).filter(|key| pending.get(*key) != known.get(*key)) {
            self.keep(["pending_notices", "key"], key, pending.get(key))?;
        }
        if before.last_assigned != state.last_assigned || before.wake_at != state.wake_at {
            let (last_assigned, wake_at) = (state.last_assigned.clone(), state.wake_at);
            let facts = RosterState { last_assigned, wake_at, ..RosterState::default() };
            let json = serde_json::to_string(&facts).map_err(Fault::form("roster"))?;
            let statement = "INSERT OR REPLACE INTO facts (name, json) VALUES (?, ?)";
            self.write(statement, vec!["state".into(), json.into()])?;
        }
        Ok(())
    }

    /// Writes a row of a table, by what it is known by; none deletes it.
    fn keep<T: Serialize>(
        &self,
        [table, column]: [&'static str; 2],
        key: &str,
        value: Option<&T>,
    ) -> Result<(), Fault> {
        let Some(value) = value else {
            return self.write(&format!("DELETE FROM {table} WHERE {column} = ?"), vec![key.into()]);
        };
        let json = serde_json::to_string(value).map_err(Fault::form("roster"))?;
        let statement = format!("INSERT OR REPLACE INTO {table} ({column}, json) VALUES (?, ?)");
        self.write(&statement, vec![key.into(), json.into()])
    }

    fn write(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<(), Fault> {
        self.sql.exec(statement, values).map(|_| ()).map_err(Fault::storage("roster commit"))
    }

    /// Sets the alarm to the last time that was asked for.
    async fn arm(&self, effects: &[RosterEffect]) -> Result<(), Fault> {
        let asked = effects.iter().rev().find_map(|effect| match effect {
            RosterEffect::WakeAt { at } => Some(*at),
            _ => None,
        });
        let Some(at) = asked else { return Ok(()) };
        let storage = self.state.storage();
        match at {
            None => storage.delete_alarm().await,
            Some(at) => storage.set_alarm(delay(at)).await,
        }
        .map_err(Fault::storage("roster alarm"))
    }
}

fn delay(at: Timestamp) -> i64 {
    i64::try_from(at.since(clock::now()).as_millis()).unwrap_or(i64::MAX).max(1)
}

/// What a thread's state means for the roster.
fn input(view: RosterView) -> RosterInput {
    let RosterView { version, open, owner, owner_by, to_route, question, since } = view;
    match (open, to_route, owner_by) {
        (false, ..) => RosterInput::Released { thread: question.thread, version },
        (true, true, by) => {
            let chosen = owner.teammate().filter(|_| by.is_some()).cloned();
            RosterInput::Assign { question, version, since, chosen }
        }
        (true, false, Some(by)) => RosterInput::Reassigned { question, version, since, owner, by },
        (true, false, None) => RosterInput::Owned { question, version, since, owner },
    }
}
