//! Durable Objects: each loads its state, lets the domain decide, commits, and answers. None calls a platform.

pub(crate) mod account;
pub(crate) mod live;
pub(crate) mod roster;
pub(crate) mod thread;

use serde::{Serialize, de::DeserializeOwned};
use worker::{Env, Method, Request, RequestInit, Response, wasm_bindgen::JsValue};

use crate::fault::Fault;

/// Calls a method of the object `name` behind `binding`: JSON in, JSON out, a new stub each time.
pub(crate) async fn call<Q: Serialize, A: DeserializeOwned>(
    env: &Env,
    binding: &'static str,
    name: &str,
    question: &Q,
) -> Result<A, Fault> {
    let failed = |source| Fault::Object { binding, source };
    let body = serde_json::to_string(question).map_err(Fault::form(binding))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(JsValue::from_str(&body)));
    let request = Request::new_with_init("http://object/", &init).map_err(failed)?;
    let stub = env.durable_object(binding).and_then(|namespace| namespace.get_by_name(name)).map_err(failed)?;
    let mut response = stub.fetch_with_request(request).await.map_err(failed)?;
    let status = response.status_code();
    let bytes = response.bytes().await.map_err(failed)?;
    if status != 200 {
        let detail = String::from_utf8_lossy(&bytes).chars().take(200).collect();
        return Err(Fault::ObjectAnswer { binding, status, detail });
    }
    serde_json::from_slice(&bytes).map_err(Fault::form(binding))
}

/// What an object answers with.
fn answer<A: Serialize>(result: Result<A, Fault>, place: &'static str) -> worker::Result<Response> {
    match result {
        Ok(answer) => Response::from_json(&answer),
        Err(fault) => {
            fault.log(place);
            Response::error(fault.to_string(), 500)
        }
    }
}
