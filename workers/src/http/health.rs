//! Whether the parts are there.

use serde_json::json;
use worker::Response;

use super::{
    call::{self, Call},
    problem::Refused,
};
use crate::{d1, edge::Edge};

const QUEUES: [&str; 3] = ["INTAKE", "LABELS", "JOBS"];
const OBJECTS: [&str; 4] = ["THREAD", "ROSTER", "ACCOUNT", "LIVE"];

/// 200 when everything is there that the Worker needs to do its work, else 503 with the names of what is not. What is
/// made up for is named beside: rules that cannot be read, in whose place earlier ones hold.
pub(super) async fn check(call: &Call) -> Result<Response, Refused> {
    let broken = broken(&call.edge).await;
    if broken.is_empty() && d1::rules::current(&call.edge).await?.faults.is_some() {
        return call::json(200, &json!({ "status": "ok", "degraded": ["RULES"] }));
    }
    if broken.is_empty() {
        return call::json(200, &json!({ "status": "ok" }));
    }
    let answer = call::json(503, &json!({ "status": "broken", "broken": broken }))?;
    call::with(answer, "retry-after", "5")
}

async fn broken(edge: &Edge) -> Vec<&'static str> {
    let mut broken = Vec::new();
    if edge.config.sealing_key().is_err() {
        broken.push("SEALING_KEY");
    }
    if let Err(fault) = d1::answers(edge).await {
        fault.log("health");
        broken.push("DB");
    }
    if edge.blobs().is_err() {
        broken.push("BLOBS");
    }
    broken.extend(QUEUES.into_iter().filter(|binding| edge.queue(binding).is_err()));
    broken.extend(OBJECTS.into_iter().filter(|binding| edge.env.durable_object(binding).is_err()));
    broken
}
