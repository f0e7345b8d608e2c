//! Durable Objects: each loads its state, lets the domain decide, commits, and answers. None calls a platform.

pub(crate) mod account;
pub(crate) mod live;
pub(crate) mod roster;
pub(crate) mod thread;

use serde::Serialize;
use tributary_domain::json;
use tributary_domain::json::ReadOwned;
use worker::{Env, Method, Request, RequestInit, Response, SqlCursor, SqlStorageValue, wasm_bindgen::JsValue};

use crate::fault::Fault;

/// Calls a method of the object `name` behind `binding`: JSON in, JSON out, a new stub each time.
pub(crate) async fn call<Q: Serialize, A: ReadOwned>(
    env: &Env,
    binding: &'static str,
    name: &str,
    question: &Q,
) -> Result<A, Fault> {
    let body = json::to_string(question).map_err(Fault::form(binding))?;
    json::from_slice(&ask(env, binding, name, &body).await?).map_err(Fault::form(binding))
}

/// The same, in bytes: apart from the reading, which there is of every kind of answer.
pub(crate) async fn ask(env: &Env, binding: &'static str, name: &str, body: &str) -> Result<Vec<u8>, Fault> {
    let failed = |source| Fault::Object { binding, source: Box::new(source) };
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(JsValue::from_str(body)));
    let request = Request::new_with_init("http://object/", &init).map_err(failed)?;
    let stub = env.durable_object(binding).and_then(|namespace| namespace.get_by_name(name)).map_err(failed)?;
    let mut response = stub.fetch_with_request(request).await.map_err(failed)?;
    let status = response.status_code();
    let bytes = response.bytes().await.map_err(failed)?;
    if status != 200 {
        let detail: String = String::from_utf8_lossy(&bytes).chars().take(200).collect();
        return Err(Fault::ObjectAnswer { binding, status, detail: detail.into() });
    }
    Ok(bytes)
}

/// The values of a statement's rows.
fn rows(cursor: worker::Result<SqlCursor>, site: &'static str) -> Result<Vec<Vec<SqlStorageValue>>, Fault> {
    cursor.and_then(|cursor| cursor.raw().collect()).map_err(Fault::storage(site))
}

/// A column of text, unless it is empty.
fn text(row: &mut [SqlStorageValue], column: usize) -> Option<String> {
    match row.get_mut(column) {
        Some(SqlStorageValue::String(text)) => Some(std::mem::take(text)),
        _ => None,
    }
}

/// What an object answers with.
fn answer<A: Serialize>(result: Result<A, Fault>, place: &'static str) -> worker::Result<Response> {
    match result {
        Ok(answer) => Response::ok(json::to_string(&answer)?),
        Err(fault) => {
            fault.log(place);
            Response::error(fault.to_string(), 500)
        }
    }
}
