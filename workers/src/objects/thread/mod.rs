//! The Thread object: the source of truth for one thread.
//!
//! | table | holds |
//! | --- | --- |
//! | state | the thread itself, what the index may lack of it, when the alarm is set |
//! | messages | one row per message of the platform, known in full or in part |
//! | replies | one row per reply a teammate wrote |
//! | audit | one row per action, hash-chained |
//!
//! What happens to a thread is decided by `domain::thread::machine`. This is its shell: storage, the alarm, and the words of
//! its answers. Loading, deciding and committing are one synchronous block; only then is anything awaited.

mod alarm;
mod methods;
mod store;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures_util::{StreamExt as _, stream};
use serde::{Serialize, de::DeserializeOwned};
use tributary_connectors::registry;
use tributary_domain::{
    platform::Channel,
    thread::{
        ModerationCall, Thread, Work,
        machine::{self, Acked, Context, Limits, Page, Refused, ThreadInput, ThreadRecord},
    },
    time::Timestamp,
};
use tributary_wire::{
    objects::{CommitOutcome, ThreadCall, ThreadRequest},
    view,
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Env, State, worker_sys::DurableObjectState};

use self::store::Store;
use super::{in_millis, question, told};
use crate::{app::AppContext, clock, d1, error::InternalError, objects, publish};

/// How much goes at once.
static LIMITS: Limits = Limits::SHIPPED;

#[wasm_bindgen]
pub struct ThreadObject {
    state: State,
    app: AppContext,
    store: Store,
    record: RefCell<Option<Rc<ThreadRecord>>>,
    /// The alarm that the last commit noted, still to be set.
    alarm: Cell<Option<Timestamp>>,
}

#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
impl ThreadObject {
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        let state = State::from(state);
        let store = Store::new(state.storage());
        Self { state, app: AppContext::new(env), store, record: RefCell::new(None), alarm: Cell::new(None) }
    }

    pub async fn ask(&self, text: String) -> Result<String, JsValue> {
        let request: ThreadRequest<ThreadCall> = question(&text)?;
        let answered = match (self.last_acked(request.last_acked), request.call) {
            (Err(fault), _) => Err(fault),
            (Ok(()), ThreadCall::Replan { rules }) => Box::pin(self.replan(rules)).await,
            (Ok(()), ThreadCall::Visit { indexed }) => Box::pin(self.visit(indexed)).await,
            (Ok(()), call) => self.answer(call),
        };
        if answered.is_err() {
            // What is kept in memory may no longer be what is stored.
            self.record.take();
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
            self.record.take();
            self.state.storage().set_alarm(in_millis(self.app.config.timings.alarm.retry_after)).await?;
        }
        Ok(())
    }
}

/// What a method answers: JSON text, made while the state was at hand.
struct Answer(String);

impl Answer {
    fn of<T: Serialize>(value: &T) -> Result<Self, InternalError> {
        serde_json::to_string(value).map(Self).map_err(InternalError::form("thread answer"))
    }
}

/// What came of an input, once it is written.
struct Done {
    work: Work,
    outcome: CommitOutcome,
    page: Page,
    refused: Option<Refused>,
    moderation: Option<ModerationCall>,
    /// The index lacks nothing where it holds this version.
    by_version: bool,
}

impl ThreadObject {
    /// What is kept of the thread, in memory or storage.
    fn record(&self) -> Result<Option<Rc<ThreadRecord>>, InternalError> {
        if let Some(record) = self.record.borrow().as_ref() {
            return Ok(Some(Rc::clone(record)));
        }
        let record = self.store.record()?.map(Rc::new);
        self.record.replace(record.clone());
        Ok(record)
    }

    /// This is the record from now on, and this the alarm to set, where they are others.
    fn keep(&self, record: Option<ThreadRecord>, alarm: Option<Timestamp>) {
        if let Some(record) = record {
            self.record.replace(Some(Rc::new(record)));
        }
        self.alarm.set(alarm.or(self.alarm.get()));
    }

    /// Lets one thing happen to the thread, and commits what comes of it.
    fn step(&self, input: ThreadInput<'_>) -> Result<Option<Done>, InternalError> {
        let record = self.record()?;
        let thread = match (&record, &input) {
            (Some(record), _) => &record.thread,
            (None, ThreadInput::Reply { new: Some(new), .. }) => new,
            (None, _) => return Ok(None),
        };
        let context = self.context(thread)?;
        self.step_in(record.as_deref(), input, &context)
    }

    fn step_in(
        &self,
        record: Option<&ThreadRecord>,
        input: ThreadInput<'_>,
        context: &Context<'_>,
    ) -> Result<Option<Done>, InternalError> {
        let Some(mut step) = machine::step(&self.store, record, input, context)? else { return Ok(None) };
        let text = step.record_row().map_err(InternalError::form("state"))?;
        self.store.write(text, step.writes())?;
        let by_version = step.outcome.publication.is_some() && step.record.is_acked_by_version(context.limits);
        let outcome = step.outcome.map(|publication| view::projection(&publication, context.window));
        let outcome = outcome.map_err(InternalError::form("publication"))?;
        self.keep(Some(step.record), step.alarm);
        Ok(Some(Done {
            work: step.work,
            outcome,
            page: step.page,
            refused: step.refused,
            moderation: step.moderation,
            by_version,
        }))
    }

    /// What is around a thread now. Threads exist only on channels of this version.
    fn context(&self, thread: &Thread) -> Result<Context<'_>, InternalError> {
        let unknown = |_| InternalError::Binding("CHANNEL");
        let channel = Channel { platform: thread.platform, surface: thread.surface };
        Ok(Context {
            now: clock::now(),
            channel: registry::capabilities(channel).map_err(unknown)?,
            window: registry::window(channel, &thread.counterpart).map_err(unknown)?,
            limits: &LIMITS,
            timings: &self.app.config.timings,
        })
    }

    /// What the caller has published need not be published again. It is written with the next commit.
    fn last_acked(&self, acked: Acked) -> Result<(), InternalError> {
        let record = self.record()?.and_then(|record| record.acked(acked, &LIMITS));
        self.keep(record, None);
        Ok(())
    }

    /// Goes by the rules of this version, or later ones. They are read first: nothing comes between loading and commit.
    async fn replan(&self, version: u64) -> Result<Answer, InternalError> {
        let current = d1::rules::at_least(&self.app, version).await?;
        self.replanned(&current.rules)
    }

    /// Who comes by says what the index held a while ago. What it holds now is asked before anything is published again.
    async fn visit(&self, indexed: u64) -> Result<Answer, InternalError> {
        let behind = self.record()?.filter(|record| indexed < record.thread.acks.index);
        let Some(record) = behind else { return Answer::of(&None::<CommitOutcome>) };
        let indexed = d1::publish::version(&self.app, &record.thread.id).await?.unwrap_or_default();
        Answer::of(&self.step(ThreadInput::Visit { indexed })?.map(|done| done.outcome))
    }

    /// Whoever asks finds work whose alarm was lost, and has it ring again.
    fn rearm(&self) -> Result<(), InternalError> {
        let Some(record) = self.record()?.filter(|_| self.alarm.get().is_none()) else { return Ok(()) };
        let context = self.context(&record.thread)?;
        if let Some((mut record, alarm)) = machine::rearm(&self.store, &record, &context)? {
            let text = record.row().map_err(InternalError::form("state"))?;
            self.store.write(Some(text), std::iter::empty())?;
            self.keep(Some(record), Some(alarm));
        }
        Ok(())
    }

    /// Sets the alarm that was noted. Nothing is awaited between the commit and this, so both are durable or neither.
    async fn arm(&self) -> Result<(), InternalError> {
        let Some(wake) = self.alarm.take() else { return Ok(()) };
        let delay = in_millis(wake.since(clock::now())).max(1);
        self.state.storage().set_alarm(delay).await.map_err(InternalError::storage("alarm"))
    }
}

/// The runtime allows six open connections per invocation.
const CALLS: usize = 6;

/// Asks each of these, a few at a time, by its place among them: the place, and the answer as it is written.
pub(crate) async fn each(
    app: &AppContext,
    threads: &[tributary_domain::id::ThreadId],
    call: impl Fn(usize) -> ThreadCall,
) -> Vec<(usize, Result<String, InternalError>)> {
    let ask = |(place, thread): (usize, &tributary_domain::id::ThreadId)| {
        let request =
            serde_json::to_string(&ThreadRequest { last_acked: publish::last_acked(thread), call: call(place) });
        let name = thread.clone();
        async move {
            let answer = match request {
                Ok(body) => objects::ask(&app.env, "THREAD", name.as_str(), &body).await,
                Err(error) => Err(InternalError::form("THREAD")(error)),
            };
            (place, answer)
        }
    };
    stream::iter(threads.iter().enumerate().map(ask)).buffer_unordered(CALLS).collect().await
}

/// Calls a thread.
pub(crate) async fn call<A: DeserializeOwned>(
    app: &AppContext,
    thread: &tributary_domain::id::ThreadId,
    call: &ThreadCall,
) -> Result<A, InternalError> {
    let request = ThreadRequest { last_acked: publish::last_acked(thread), call };
    objects::call(&app.env, "THREAD", thread.as_str(), &request).await
}
