//! The edge: decodes, loads, lets the shared crates decide, saves, carries effects out, encodes.

mod accounts;
mod carry;
mod clock;
mod config;
mod cron;
mod d1;
mod digest;
mod edge;
mod fault;
mod http;
mod intake;
mod jobs;
mod labels;
mod media;
mod objects;
mod outbound;
mod seal;
mod send;

use edge::Edge;
use worker::{Context, Env, MessageBatch, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    let edge = Edge::new(env);
    if request.path().starts_with("/webhooks/") {
        return intake::webhook(request, &edge).await;
    }
    // On the heap, so that a delivery does not carry the state of every handler.
    Box::pin(http::serve(request, edge, context)).await
}

#[event(queue)]
async fn queue(batch: MessageBatch<serde_json::Value>, env: Env, _context: Context) -> Result<()> {
    let edge = Edge::new(env);
    match batch.queue().as_str() {
        "tributary-intake" => intake::consume(&batch, &edge).await,
        "tributary-labels" => labels::consume(&batch, &edge).await,
        "tributary-jobs" => jobs::consume(&batch, &edge).await,
        _ => intake::bury(&batch, &edge).await,
    }
    Ok(())
}

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    cron::run(&event.cron(), event.schedule(), &Edge::new(env)).await;
}
