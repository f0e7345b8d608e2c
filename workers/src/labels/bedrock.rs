//! Asking a model on Amazon Bedrock: signed by `aws-sigv4`, one after the other until one answers.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use tributary_connectors::http::Method;
use tributary_domain::{
    label::{
        BuiltInReason, Labels,
        bedrock::{self, ModelAnswer},
        budget::Usage,
    },
    rules::Rules,
    time::{Span, Timestamp},
};

use super::{budget, learned};
use crate::{
    clock,
    config::Bedrock,
    d1::{counters, rules::CurrentRules},
    edge::Edge,
    outbound::{NoAnswer, header, open, within},
};

/// A model that has not answered by then will not be waited for.
const DEADLINE_MS: u32 = 8_000;
/// Tries of one model that asks for patience.
const TRIES: u32 = 2;
/// Between two tries, at least and at most: the next model may be quicker than a patient one.
const PAUSE_MS: u64 = 400;
const LONGEST_PAUSE_MS: u64 = 3_000;

/// The labels and the model they are from, or why none was had.
pub(super) async fn ask(
    edge: &Edge,
    model: &Bedrock,
    current: &CurrentRules,
    texts: &[&str],
) -> Result<(Labels, String), BuiltInReason> {
    let rules = &current.rules;
    if !budget::may_ask(clock::now()) {
        return Err(BuiltInReason::Breaker);
    }
    let body = bedrock::request(rules, texts, &learned::examples(edge, current).await);
    let estimate = i64::try_from(bedrock::estimate(&body).cost(&rules.labels)).unwrap_or(i64::MAX);
    match budget::spend(edge, estimate).await {
        Ok(spent) if spent.within(&rules.labels) => {}
        Ok(_) => {
            settle(edge, estimate, 0).await;
            budget::capped(edge).await;
            return Err(BuiltInReason::Budget);
        }
        Err(fault) => {
            fault.log("label budget");
            return Err(BuiltInReason::Failed);
        }
    }
    let answered = first_answer(edge, model, rules, texts, &body).await;
    let cost = answered.as_ref().map_or(0, |(_, _, usage)| usage.cost(&rules.labels));
    settle(edge, estimate, i64::try_from(cost).unwrap_or(i64::MAX)).await;
    budget::noted(answered.is_ok());
    answered.map(|(labels, id, _)| (labels, id))
}

async fn settle(edge: &Edge, estimate: i64, cost: i64) {
    if let Err(fault) = budget::spend(edge, cost.saturating_sub(estimate)).await {
        fault.log("label budget");
    }
}

async fn first_answer(
    edge: &Edge,
    model: &Bedrock,
    rules: &Rules,
    texts: &[&str],
    body: &str,
) -> Result<(Labels, String, Usage), BuiltInReason> {
    let mut reason = BuiltInReason::Failed;
    for (place, id) in (1..).zip(&model.models) {
        for attempt in 1..=TRIES {
            let answer = match call(model, id, body).await {
                Ok((status, error_type, text)) => bedrock::read(status, error_type.as_deref(), &text, rules, texts),
                Err(NoAnswer::Deadline) => return Err(BuiltInReason::Timeout),
                Err(NoAnswer::Transport) => ModelAnswer::Retry { after: Span::millis(PAUSE_MS) },
            };
            match answer {
                ModelAnswer::Labelled { labels, usage } => return Ok((labels, id.clone(), usage)),
                ModelAnswer::Retry { after } if attempt < TRIES => {
                    let pause = after.as_millis().clamp(PAUSE_MS, LONGEST_PAUSE_MS);
                    worker::Delay::from(Duration::from_millis(pause)).await;
                }
                ModelAnswer::Retry { .. } => reason = BuiltInReason::Failed,
                ModelAnswer::NextModel { fault } => {
                    worker::console_error!("label: {id}: {fault}");
                    raise_alarm(edge, id, &fault.to_string(), place < model.models.len()).await;
                    break;
                }
                ModelAnswer::Unusable { reason: why, .. } => {
                    worker::console_error!("label: {id}: {why}");
                    return Err(BuiltInReason::Failed);
                }
            }
        }
    }
    Err(reason)
}

/// A model that is not available any more is worth telling the team, once a day.
async fn raise_alarm(edge: &Edge, id: &str, fault: &str, another: bool) {
    let name = format!("alarm.model.{id}");
    let first = counters::add(edge, &counters::today(), &name, 1).await;
    if matches!(first, Ok(1)) {
        let instead = if another { "The next one of the list is asked." } else { "The built-in labels stand in." };
        let text = format!("The labelling model {id} is not available: {fault}. {instead}");
        let notice = tributary_wire::queue::Job::Notice { text, thread: None, key: None };
        if let Err(fault) = crate::carry::put(edge, "JOBS", &[notice], 0).await {
            fault.log("alarm");
        }
    }
}

async fn call(model: &Bedrock, id: &str, body: &str) -> Result<(u16, Option<String>, String), NoAnswer> {
    let url = format!("{}{}", model.base, bedrock::path(id));
    let Some(headers) = signed(model, &url, body, clock::now()) else { return Err(NoAnswer::Transport) };
    let answer = async {
        let mut response = open(Method::Post, &url, &headers, Some(body), None).await?;
        let error_type = header(&response, "x-amzn-errortype");
        let text = response.text().await.map_err(|_| NoAnswer::Transport)?;
        Ok((response.status_code(), error_type, text))
    };
    within(DEADLINE_MS, answer).await
}

/// The headers of a signed request.
fn signed(model: &Bedrock, url: &str, body: &str, now: Timestamp) -> Option<Vec<(&'static str, String)>> {
    let identity = Credentials::new(
        model.access_key_id.clone(),
        model.secret_access_key.expose(),
        model.session_token.as_ref().map(|token| token.expose().to_owned()),
        None,
        "environment",
    )
    .into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(&model.region)
        .name("bedrock")
        .time(SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(now.millis()).unwrap_or(0)))
        .settings(SigningSettings::default())
        .build()
        .ok()?
        .into();
    let plain = [("content-type", "application/json")].into_iter();
    let request = SignableRequest::new("POST", url, plain, SignableBody::Bytes(body.as_bytes())).ok()?;
    let (instructions, _) = sign(request, &params).ok()?.into_parts();
    let mut headers = vec![("content-type", "application/json".to_owned())];
    for (name, value) in instructions.headers() {
        let name = match name {
            "authorization" => "authorization",
            "x-amz-date" => "x-amz-date",
            "x-amz-security-token" => "x-amz-security-token",
            "x-amz-content-sha256" => "x-amz-content-sha256",
            _ => continue,
        };
        headers.push((name, value.to_owned()));
    }
    Some(headers)
}
