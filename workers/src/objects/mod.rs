//! Durable Objects: each loads its state, lets the domain decide, commits, and answers. None calls a platform.

pub(crate) mod account;
mod atomically;
pub(crate) mod live;
pub(crate) mod post;
pub(crate) mod roster;
pub(crate) mod thread;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tributary_domain::{json_error, time::Span};
use wasm_bindgen::{JsError, JsValue, prelude::wasm_bindgen};
use worker::{Env, SqlCursor, SqlStorageValue, js_sys::Promise, wasm_bindgen_futures::JsFuture};

use crate::error::InternalError;

#[wasm_bindgen]
extern "C" {
    /// An object, as its callers have it.
    type Stub;

    /// See `objects.js`.
    #[wasm_bindgen(method, catch)]
    fn ask(this: &Stub, question: &str) -> Result<Promise, JsValue>;
}

/// Calls a method of the object `name` behind `binding`: JSON in, JSON out, a new stub each time.
pub(crate) async fn call<Q: Serialize, A: DeserializeOwned>(
    env: &Env,
    binding: &'static str,
    name: &str,
    question: &Q,
) -> Result<A, InternalError> {
    let question = serde_json::to_string(question).map_err(InternalError::form(binding))?;
    serde_json::from_str(&ask(env, binding, name, &question).await?).map_err(InternalError::form(binding))
}

/// The same, in text: apart from the reading, which there is of every kind of answer.
pub(crate) async fn ask(env: &Env, binding: &'static str, name: &str, question: &str) -> Result<String, InternalError> {
    let failed = |source| InternalError::Object { binding, source: Box::new(source) };
    let stub = env.durable_object(binding).and_then(|namespace| namespace.get_by_name(name)).map_err(failed)?;
    let answer = stub.into_rpc::<Stub>().ask(question).map_err(|error| failed(error.into()))?;
    let answer = JsFuture::from(answer).await.map_err(|error| failed(error.into()))?;
    answer.as_string().ok_or_else(|| failed("it answered with something that is no text".into()))
}

/// The values of a statement's rows.
fn rows(cursor: worker::Result<SqlCursor>, site: &'static str) -> Result<Vec<Vec<SqlStorageValue>>, InternalError> {
    cursor.and_then(|cursor| cursor.raw().collect()).map_err(InternalError::storage(site))
}

/// A column of text, unless it is empty.
fn text(row: &mut [SqlStorageValue], column: usize) -> Option<String> {
    match row.get_mut(column) {
        Some(SqlStorageValue::String(text)) => Some(std::mem::take(text)),
        _ => None,
    }
}

/// As the runtime wants the delay of an alarm.
fn in_millis(span: Span) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// What is asked of an object.
fn question<'a, Q: Deserialize<'a>>(text: &'a str) -> Result<Q, JsValue> {
    serde_json::from_str(text)
        .map_err(|error| thrown(&format!("not a question to this object: it {}", json_error::fault(&error))))
}

/// What an object answers with.
fn answer<A: Serialize>(result: Result<A, InternalError>, place: &'static str) -> Result<String, JsValue> {
    told(result.and_then(|answer| serde_json::to_string(&answer).map_err(InternalError::form(place))), place)
}

/// The same, of what is text already.
fn told(result: Result<String, InternalError>, place: &'static str) -> Result<String, JsValue> {
    result.map_err(|fault| {
        fault.log(place);
        thrown(&fault.to_string())
    })
}

/// What went wrong, as whoever asked learns of it.
fn thrown(what: &str) -> JsValue {
    JsError::new(what).into()
}
