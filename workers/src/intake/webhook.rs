//! `POST /webhooks/{platform}`: prove the sender, keep the bytes, answer. Nothing else happens before the answer.

use tributary_connectors::{
    contract::Rejection,
    limits, registry,
    webhook::{Handshake, WebhookEndpoint},
};
use tributary_domain::id::{AccountId, DeliveryId};
use tributary_wire::{
    api::address::is_relative,
    queue::{Delivery, DeliveryHeader, LARGEST_INLINE},
};
use worker::{QueueContentType, RawMessageBuilder, wasm_bindgen::JsValue, web_sys};

use super::body;
use crate::{
    accounts,
    app::AppContext,
    clock,
    config::IntakeCopy,
    error::InternalError,
    outbound::{NoAnswer, within},
};

const NOWHERE: &str = "nowhere to keep this just now: try again";

/// What is to be done with a request to a webhook.
pub(crate) enum Taken {
    Answered(web_sys::Response),
    /// Put this on the intake queue, and answer once it is there.
    Queue(String),
    /// Call [`keep`], and send what it gives.
    Keep,
}

/// Looks at a request to a webhook and its body.
pub(crate) fn receive(
    method: &str,
    url: &str,
    headers: Option<web_sys::Headers>,
    app: &AppContext,
    bytes: &[u8],
) -> Result<Taken, JsValue> {
    let Some(endpoint) = endpoint(url) else { return answer(404, "there is no such webhook") };
    match (method, headers) {
        ("GET", _) => handshake(url, app, &endpoint),
        ("POST", Some(headers)) => admit(&headers, app, endpoint, bytes),
        _ => answer(405, "webhooks take GET and POST"),
    }
}

/// The webhook at an address, when no segment of it stands for another place.
fn endpoint(url: &str) -> Option<WebhookEndpoint> {
    let address = web_sys::Url::new(url).ok().filter(|_| !is_relative(url))?;
    WebhookEndpoint::at(&address.pathname())
}

fn handshake(url: &str, app: &AppContext, endpoint: &WebhookEndpoint) -> Result<Taken, JsValue> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let platform = endpoint.platform;
    let secrets = app.config.webhook_secrets(platform);
    let verify_token = app.config.verify_token(platform);
    let asked = Handshake { query: &body::query(query), secrets: &secrets, verify_token };
    match registry::handshake(platform, &asked) {
        Ok(given) => {
            let answer = response(200, &given.text)?;
            answer.headers().set("content-type", given.content_type)?;
            Ok(Taken::Answered(answer))
        }
        Err(rejection @ Rejection::NoSecret) => {
            let unset =
                registry::webhook(platform).verify_token.map(|name| format!("{name} is not set: the door is closed"));
            answer(503, &unset.unwrap_or_else(|| rejection.to_string()))
        }
        Err(rejection @ Rejection::NoHandshake) => answer(404, &rejection.to_string()),
        Err(rejection) => answer(403, &rejection.to_string()),
    }
}

fn admit(
    headers: &web_sys::Headers,
    app: &AppContext,
    endpoint: WebhookEndpoint,
    bytes: &[u8],
) -> Result<Taken, JsValue> {
    // Without the key nothing that comes in could ever be answered: the platform keeps it and tries again.
    if let Err(unset) = app.config.sealing_key() {
        return answer(503, &unset.to_string());
    }
    if let Err(rejection) = proved(headers, app, &endpoint, bytes)? {
        let status = if rejection == Rejection::NoSecret { 503 } else { 401 };
        return answer(status, &rejection.to_string());
    }
    if let Err(excess) = limits::check_body(bytes, limits::MAX_BYTES, limits::MAX_DEPTH) {
        return answer(413, &excess.to_string());
    }
    let written = match inline(app, bytes) {
        None => return Ok(Taken::Keep),
        Some(text) => header(endpoint).and_then(|header| {
            Delivery { header, body: Some(text) }.to_text().map_err(InternalError::form("delivery"))
        }),
    };
    match written {
        Ok(text) => Ok(Taken::Queue(text)),
        Err(fault) => nowhere(&fault),
    }
}

/// The body, when the queue alone carries it: text, not too large, and no copy asked for.
fn inline<'a>(app: &AppContext, bytes: &'a [u8]) -> Option<&'a str> {
    if app.config.intake_copy == IntakeCopy::Always {
        return None;
    }
    text_of(bytes)
}

fn text_of(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LARGEST_INLINE)
}

/// Holds the signature against the secrets of this endpoint.
fn proved(
    headers: &web_sys::Headers,
    app: &AppContext,
    endpoint: &WebhookEndpoint,
    bytes: &[u8],
) -> Result<Result<(), Rejection>, JsValue> {
    let platform = endpoint.platform;
    let signature = headers.get(registry::webhook(platform).signature_header)?;
    let own;
    let secrets = match &endpoint.account {
        None => app.config.webhook_secrets(platform),
        Some(remote) => {
            own = accounts::hook_secret(&app.config, platform, &AccountId::of(platform, remote)).unwrap_or_default();
            vec![own.as_bytes()]
        }
    };
    Ok(registry::verify(platform, &secrets, signature.as_deref(), bytes).map(|_| ()))
}

fn header(endpoint: WebhookEndpoint) -> Result<DeliveryHeader, InternalError> {
    Ok(DeliveryHeader {
        v: 1,
        id: DeliveryId::from_bytes(&clock::random::<16>()?),
        platform: endpoint.platform,
        account: endpoint.account,
        feed: None,
        received_at: clock::arrival(),
        stored: None,
    })
}

/// Writes what [`receive`] has let in to R2, and tells the queue, unless it has just failed.
pub(crate) async fn keep(
    url: String,
    app: AppContext,
    bytes: Vec<u8>,
    queue_failed: bool,
) -> Result<web_sys::Response, JsValue> {
    let Some(endpoint) = endpoint(&url) else { return response(404, "there is no such webhook") };
    match store(&app, endpoint, &bytes, queue_failed).await {
        Ok(()) => response(200, ""),
        Err(fault) => {
            fault.log("webhook");
            response(503, NOWHERE)
        }
    }
}

/// A durable copy, or an error: never an answer without one.
async fn store(
    app: &AppContext,
    endpoint: WebhookEndpoint,
    bytes: &[u8],
    queue_failed: bool,
) -> Result<(), InternalError> {
    let mut header = header(endpoint)?;
    body::store(app, &mut header, bytes).await?;
    // Left over, the sweep finds it.
    if !queue_failed && let Err(fault) = enqueue(app, &Delivery { header, body: text_of(bytes) }).await {
        fault.log("webhook queue");
    }
    Ok(())
}

async fn enqueue(app: &AppContext, delivery: &Delivery<'_>) -> Result<(), InternalError> {
    let failed = |source| InternalError::Queue { binding: "INTAKE", source: Box::new(source) };
    let text = delivery.to_text().map_err(InternalError::form("delivery"))?;
    let queue = app.queue("INTAKE")?;
    let message = RawMessageBuilder::new(JsValue::from_str(&text)).build_with_content_type(QueueContentType::Text);
    let sent = async { Ok(queue.send_raw(message).await) };
    match within(app.config.timings.timeout.queue, sent).await {
        Ok(sent) => sent.map_err(failed),
        Err(NoAnswer::Deadline | NoAnswer::Transport) => {
            Err(failed(worker::Error::RustError("the queue did not answer in time".to_owned())))
        }
    }
}

fn nowhere(fault: &InternalError) -> Result<Taken, JsValue> {
    fault.log("webhook");
    answer(503, NOWHERE)
}

fn answer(status: u16, text: &str) -> Result<Taken, JsValue> {
    response(status, text).map(Taken::Answered)
}

fn response(status: u16, text: &str) -> Result<web_sys::Response, JsValue> {
    let init = web_sys::ResponseInit::new();
    init.set_status(status);
    let response = web_sys::Response::new_with_opt_str_and_init(Some(text), &init)?;
    if status == 503 {
        response.headers().set("retry-after", "10")?;
    }
    Ok(response)
}
