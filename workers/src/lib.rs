//! The Worker: decodes, loads, lets the shared crates decide, saves, carries effects out, encodes.

mod accounts;
mod app;
mod cache;
mod clock;
mod config;
mod cron;
mod d1;
mod digest;
mod error;
mod http;
mod insights;
mod intake;
mod jobs;
mod labels;
mod media;
mod moderate;
mod objects;
mod outbound;
mod outbox;
mod publish;
mod seal;
mod send;
mod web;

use app::AppContext;
use intake::Taken;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Context, Env, MessageBatch, Request, Response, Result, ScheduleContext, ScheduledEvent, event, web_sys};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    http::serve(request, AppContext::new(env), context).await
}

/// A request to a webhook, looked at without a pause: the answer, or the text to put on the intake queue, or
/// `undefined` when [`keep`] is to be called. `entry.js` does what it says.
#[wasm_bindgen]
pub fn receive(
    method: &str,
    url: &str,
    headers: Option<web_sys::Headers>,
    env: Env,
    bytes: &[u8],
) -> std::result::Result<JsValue, JsValue> {
    Ok(match intake::receive(method, url, headers, &AppContext::new(env), bytes)? {
        Taken::Answered(response) => response.into(),
        Taken::Queue(text) => text.into(),
        Taken::Keep => JsValue::UNDEFINED,
    })
}

/// Keeps in R2 what [`receive`] has let in, and answers.
#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
pub async fn keep(
    url: String,
    env: Env,
    bytes: Vec<u8>,
    queue_failed: bool,
) -> std::result::Result<web_sys::Response, JsValue> {
    intake::keep(url, AppContext::new(env), bytes, queue_failed).await
}

#[event(queue)]
async fn queue(batch: MessageBatch<serde_json::Value>, env: Env, _context: Context) -> Result<()> {
    let app = AppContext::new(env);
    match batch.queue().as_str() {
        "tributary-intake" => intake::consume(&batch, &app).await,
        "tributary-labels" => labels::consume(&batch, &app).await,
        "tributary-jobs" => jobs::consume(&batch, &app).await,
        _ => intake::keep_dead_letters(&batch, &app).await,
    }
    Ok(())
}

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    cron::run(&event.cron(), event.schedule(), &AppContext::new(env)).await;
}
