//! Whether the parts are there.

use tributary_wire::api::{endpoints::Health, health::HealthItem};

use super::{
    call::{self, Call},
    handle::{Answer, By, Handle, Input},
};
use crate::{app::AppContext, d1};

const QUEUES: [&str; 3] = ["INTAKE", "LABELS", "JOBS"];
const OBJECTS: [&str; 5] = ["THREAD", "POST", "ROSTER", "ACCOUNT", "LIVE"];

/// 200 when everything is there that the Worker needs to do its work, else 503 with the names of what is not. What is
/// made up for is named beside: rules that cannot be read, in whose place earlier ones hold; durations that cannot be
/// read, in whose place the defaults hold.
impl Handle for Health {
    async fn handle(call: &Call, (): &By<Self>, _: Input<Self>) -> Answer<Self> {
        let broken = broken(&call.app).await;
        if !broken.is_empty() {
            call.answer_with("retry-after", "5".to_owned());
            return call::json(503, &item("broken", &[], &broken));
        }
        let mut degraded = Vec::new();
        degraded.extend(d1::rules::current(&call.app).await?.faults.is_some().then_some("RULES"));
        degraded.extend(call.app.config.timings_fault.is_some().then_some("TIMINGS"));
        call::json(200, &item("ok", &degraded, &[]))
    }
}

fn item(status: &str, degraded: &[&str], broken: &[&str]) -> HealthItem {
    let owned = |parts: &[&str]| parts.iter().map(|&part| part.to_owned()).collect();
    HealthItem { status: status.to_owned(), degraded: owned(degraded), broken: owned(broken) }
}

async fn broken(app: &AppContext) -> Vec<&'static str> {
    let mut broken = Vec::new();
    if app.config.sealing_key().is_err() {
        broken.push("SEALING_KEY");
    }
    if let Err(fault) = d1::answers(app).await {
        fault.log("health");
        broken.push("DB");
    }
    if app.blobs().is_err() {
        broken.push("BLOBS");
    }
    broken.extend(QUEUES.into_iter().filter(|binding| app.queue(binding).is_err()));
    broken.extend(OBJECTS.into_iter().filter(|binding| app.env.durable_object(binding).is_err()));
    broken
}
