//! Asking a model on Amazon Bedrock: signed by `aws-sigv4`, one after the other until one answers.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use tributary_connectors::http::Method;
use tributary_domain::{
    costs::Usage,
    label::{BuiltInReason, Labels},
    rules::Rules,
    time::{Span, Timestamp},
};
use tributary_models::bedrock::{self, ModelAnswer};

use super::{budget, learned};
use crate::{
    app::AppContext,
    clock,
    config::Bedrock,
    d1::{counters, rules::CurrentRules},
    error::InternalError,
    outbound::{ANSWER_BYTES, NoAnswer, header, open, read, within},
};

/// A model that has not answered by then will not be waited for.
const TIMEOUT: Span = Span::seconds(8);
/// Tries of one model that asks for patience.
const TRIES: u32 = 2;
/// Between two tries, at least and at most: the next model may be quicker than a patient one.
const PAUSE_MS: u64 = 400;
const LONGEST_PAUSE_MS: u64 = 3_000;

/// The labels and the model they are from, or why none was had.
pub(super) async fn ask(app: &AppContext, model: &Bedrock, current: &CurrentRules, texts: &[&str]) -> Answered {
    let rules = &current.rules;
    if !budget::may_ask(app, clock::now()) {
        return Err(BuiltInReason::Breaker);
    }
    let body = bedrock::request(rules, texts, &learned::examples(app, current).await);
    let estimate = cost(bedrock::estimate(&body), rules);
    // Whatever the call takes is settled on the day on which it was set aside.
    let day = counters::today();
    match counters::spend(app, &day, estimate).await {
        Ok(spent) if spent.within(&rules.labels) => {}
        Ok(_) => {
            settle(app, &day, estimate.saturating_neg(), Usage::default()).await;
            budget::capped(app).await;
            return Err(BuiltInReason::Budget);
        }
        Err(fault) => {
            fault.log("label budget");
            return Err(BuiltInReason::Failed);
        }
    }
    let (answer, usage) = first_answer(app, model, rules, texts, &body).await;
    // A call of which nobody says what it took may be billed all the same: its estimate stands.
    if let Some(usage) = usage {
        settle(app, &day, cost(usage, rules).saturating_sub(estimate), usage).await;
    }
    budget::noted(app, answer.is_ok());
    answer
}

fn cost(usage: Usage, rules: &Rules) -> i64 {
    i64::try_from(usage.cost(&rules.labels)).unwrap_or(i64::MAX)
}

async fn settle(app: &AppContext, day: &str, difference: i64, usage: Usage) {
    if let Err(fault) = counters::settle(app, day, difference, usage).await {
        fault.log("label budget");
    }
}

type Answered = Result<(Labels, String), BuiltInReason>;

/// The labels and the model they are from, or why none was had; and what that took, where it is known.
async fn first_answer(
    app: &AppContext,
    model: &Bedrock,
    rules: &Rules,
    texts: &[&str],
    body: &str,
) -> (Answered, Option<Usage>) {
    for (place, id) in (1..).zip(&model.models) {
        for attempt in 1..=TRIES {
            let answer = match call(model, id, body).await {
                Ok((status, error_type, text)) => bedrock::read(status, error_type.as_deref(), &text, rules, texts),
                Err(NoAnswer::Deadline) => return (Err(BuiltInReason::Timeout), None),
                Err(NoAnswer::Transport) => ModelAnswer::Retry { after: Span::millis(PAUSE_MS) },
            };
            match answer {
                ModelAnswer::Labelled { labels, usage } => return (Ok((labels, id.clone())), usage),
                ModelAnswer::Retry { after } if attempt < TRIES => {
                    let pause = after.as_millis().clamp(PAUSE_MS, LONGEST_PAUSE_MS);
                    worker::Delay::from(Duration::from_millis(pause)).await;
                }
                ModelAnswer::Retry { .. } => {}
                ModelAnswer::NextModel { fault } => {
                    worker::console_error!("label: {id}: {fault}");
                    raise_alarm(app, id, &fault.to_string(), place < model.models.len()).await;
                    break;
                }
                ModelAnswer::Unusable { reason, usage } => {
                    worker::console_error!("label: {id}: {reason}");
                    return (Err(BuiltInReason::Failed), usage);
                }
            }
        }
    }
    (Err(BuiltInReason::Failed), Some(Usage::default()))
}

/// A model that is not available any more is worth telling the team, once a day. It counts as told once its notice is
/// on the queue; two that come at once are the same notice.
async fn raise_alarm(app: &AppContext, id: &str, fault: &str, another: bool) {
    let (day, name) = (counters::today(), format!("alarm.model.{id}"));
    let told = async {
        if counters::value(app, &day, &name).await? > 0 {
            return Ok(());
        }
        let instead = if another { "The next one of the list is asked." } else { "The built-in labels stand in." };
        let text = format!("The labelling model {id} is not available: {fault}. {instead}");
        let notice = tributary_wire::queue::Job::Notice { text, thread: None, post: None, key: None };
        crate::publish::put(app, "JOBS", &[notice], 0).await?;
        counters::add(app, &day, &name, 1).await.map(|_| ())
    };
    let told: Result<(), InternalError> = told.await;
    if let Err(fault) = told {
        fault.log("alarm");
    }
}

async fn call(model: &Bedrock, id: &str, body: &str) -> Result<(u16, Option<String>, String), NoAnswer> {
    let url = format!("{}{}", model.base, bedrock::path(id));
    let Some(headers) = signed(model, &url, body, clock::now()) else { return Err(NoAnswer::Transport) };
    let answer = async {
        let response = open(Method::POST, &url, &headers, Some(body), None).await?;
        let (status, error_type) = (response.status_code(), header(&response, "x-amzn-errortype"));
        let body = read(response, ANSWER_BYTES).await?.unwrap_or_default();
        Ok((status, error_type, String::from_utf8_lossy(&body).into_owned()))
    };
    within(TIMEOUT, answer).await
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
