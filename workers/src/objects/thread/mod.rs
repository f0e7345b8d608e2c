//! The Thread object: the source of truth for one thread.
//!
//! | table | holds |
//! | --- | --- |
//! | state | the thread itself, what the index may lack of it, when the alarm is set |
//! | messages | one row per message of the platform, known in full or in part |
//! | replies | one row per reply a teammate wrote |
//! | audit | one row per action, hash-chained |
//!
//! Every method loads, lets the domain decide, and commits in one synchronous block; only then is anything awaited.

mod alarm;
mod methods;
mod store;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures_util::{StreamExt as _, stream};
use serde::{Serialize, de::DeserializeOwned};
use tributary_domain::{reply::Reply, thread::Kept, time::Timestamp};
use tributary_wire::objects::{News, ThreadCall, ThreadRequest};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Env, State, worker_sys::DurableObjectState};

use self::store::Store;
use super::{in_millis, question, told};
use crate::{carry, clock, d1, edge::Edge, fault::Fault, objects};

#[wasm_bindgen]
pub struct ThreadObject {
    state: State,
    edge: Edge,
    store: Store,
    kept: RefCell<Option<Rc<Kept>>>,
    /// The alarm that the last commit noted, still to be set.
    alarm: Cell<Option<Timestamp>>,
}

#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
impl ThreadObject {
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        let state = State::from(state);
        let store = Store::new(state.storage());
        Self { state, edge: Edge::new(env), store, kept: RefCell::new(None), alarm: Cell::new(None) }
    }

    pub async fn ask(&self, text: String) -> Result<String, JsValue> {
        let request: ThreadRequest<ThreadCall> = question(&text)?;
        let answered = match (self.remembered(request.carried), request.call) {
            (Err(fault), _) => Err(fault),
            (Ok(()), ThreadCall::Replan { rules }) => Box::pin(self.replan(rules)).await,
            (Ok(()), ThreadCall::Visit { indexed }) => Box::pin(self.visit(indexed)).await,
            (Ok(()), call) => self.answer(call),
        };
        if answered.is_err() {
            // What is kept in memory may no longer be what is stored.
            self.kept.take();
        }
        let answered = match answered {
            Ok(answer) => {
                if let Err(fault) = self.rearm() {
                    fault.log("thread alarm");
                }
                self.arm().await.map(|()| answer)
            }
            Err(fault) => Err(fault),
        };
        told(answered.map(|Answer(json)| json), "thread")
    }

    /// Never fails while another alarm can be set: the runtime gives an alarm up after a few failures, and with it
    /// whatever waits for it. Where none can be set, failing is what makes the runtime ring again.
    pub async fn alarm(&self) -> Result<(), JsValue> {
        if let Err(fault) = self.ring().await {
            fault.log("thread alarm");
            self.kept.take();
            self.state.storage().set_alarm(in_millis(self.edge.config.timings.alarm.retry_after)).await?;
        }
        Ok(())
    }
}

/// What a method answers: JSON text, made while the state was at hand.
struct Answer(String);

impl Answer {
    fn of<T: Serialize>(value: &T) -> Result<Self, Fault> {
        serde_json::to_string(value).map(Self).map_err(Fault::form("thread answer"))
    }
}

impl ThreadObject {
    /// The state as kept in memory or storage.
    fn kept(&self) -> Result<Option<Rc<Kept>>, Fault> {
        if let Some(kept) = self.kept.borrow().as_ref() {
            return Ok(Some(Rc::clone(kept)));
        }
        let kept = self.store.kept()?.map(Rc::new);
        self.kept.replace(kept.clone());
        Ok(kept)
    }

    /// This is the state from now on.
    fn keep(&self, kept: Kept) -> Rc<Kept> {
        let kept = Rc::new(kept);
        self.kept.replace(Some(Rc::clone(&kept)));
        kept
    }

    /// Goes by the rules of this version, or later ones. They are read first: nothing comes between loading and commit.
    async fn replan(&self, version: u64) -> Result<Answer, Fault> {
        let current = d1::rules::at_least(&self.edge, version).await?;
        self.replanned(&current.rules)
    }

    /// Who comes by says what the index held a while ago. What it holds now is asked before anything is carried again.
    async fn visit(&self, indexed: u64) -> Result<Answer, Fault> {
        let behind = self.kept()?.filter(|kept| indexed < kept.thread.projected);
        let Some(kept) = behind else { return Answer::of(&None::<News>) };
        let indexed = d1::carry::version(&self.edge, &kept.thread.id).await?.unwrap_or_default();
        Answer::of(&self.visited(indexed, clock::now())?)
    }

    /// Notes the alarm that `kept` needs, to be committed with it, unless it is set early enough.
    fn plan_alarm<'a>(&self, kept: &mut Kept, replies: impl IntoIterator<Item = &'a Reply>, now: Timestamp) {
        let Some(wake) = kept.thread.wakes_at(replies, !kept.fetching.is_empty(), now, &self.edge.config.timings)
        else {
            return;
        };
        let set = kept.alarm_at.is_some_and(|at| at > now && at <= wake.plus(self.edge.config.timings.alarm.slack));
        if !set {
            kept.alarm_at = Some(wake);
            self.alarm.set(Some(wake));
        }
    }

    /// Whoever asks finds work whose alarm was lost, and has it ring again.
    fn rearm(&self) -> Result<(), Fault> {
        let now = clock::now();
        let Some(kept) = self.kept()? else { return Ok(()) };
        if self.alarm.get().is_some()
            || kept.alarm_at.is_none_or(|at| at.plus(self.edge.config.timings.alarm.lost_after) > now)
        {
            return Ok(());
        }
        // It rang as it should, unless something is due all the same.
        let mut kept = Rc::unwrap_or_clone(kept);
        self.plan_alarm(&mut kept, &self.store.unsettled()?, now);
        if self.alarm.get().is_some() {
            self.store.commit_kept(&mut kept)?;
            self.keep(kept);
        }
        Ok(())
    }

    /// Sets the alarm that was noted. Nothing is awaited between the commit and this, so both are durable or neither.
    async fn arm(&self) -> Result<(), Fault> {
        let Some(wake) = self.alarm.take() else { return Ok(()) };
        let delay = in_millis(wake.since(clock::now())).max(1);
        self.state.storage().set_alarm(delay).await.map_err(Fault::storage("alarm"))
    }
}

/// The runtime allows six open connections per invocation.
const CALLS: usize = 6;

/// Asks each of these, a few at a time, by its place among them: the place, and the answer as it is written.
pub(crate) async fn each(
    edge: &Edge,
    threads: &[tributary_domain::id::ThreadId],
    call: impl Fn(usize) -> ThreadCall,
) -> Vec<(usize, Result<String, Fault>)> {
    let ask = |(place, thread): (usize, &tributary_domain::id::ThreadId)| {
        let request = serde_json::to_string(&ThreadRequest { carried: carry::remembered(thread), call: call(place) });
        let name = thread.clone();
        async move {
            let answer = match request {
                Ok(body) => objects::ask(&edge.env, "THREAD", name.as_str(), &body).await,
                Err(error) => Err(Fault::form("THREAD")(error)),
            };
            (place, answer)
        }
    };
    stream::iter(threads.iter().enumerate().map(ask)).buffer_unordered(CALLS).collect().await
}

/// Calls a thread.
pub(crate) async fn call<A: DeserializeOwned>(
    edge: &Edge,
    thread: &tributary_domain::id::ThreadId,
    call: &ThreadCall,
) -> Result<A, Fault> {
    let request = ThreadRequest { carried: carry::remembered(thread), call };
    objects::call(&edge.env, "THREAD", thread.as_str(), &request).await
}
