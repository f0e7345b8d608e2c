//! `POST /webhooks/{platform}`: prove the sender, keep the bytes, answer. Nothing else happens before the answer.

use tributary_connectors::{contract::Rejection, limits, registry};
use tributary_domain::{
    id::{AccountId, DeliveryId, RemoteId},
    platform::Platform,
};
use tributary_wire::queue::{Delivery, DeliveryHeader, LARGEST_INLINE};
use worker::{Method, QueueContentType, RawMessageBuilder, Request, Response, Result, wasm_bindgen::JsValue};

use super::body;
use crate::{
    accounts, clock,
    config::IntakeCopy,
    edge::Edge,
    fault::Fault,
    outbound::{NoAnswer, within},
};

/// Largest body that a platform posts (`WhatsApp`).
const MOST_BYTES: usize = 3 << 20;
/// Deeper than any platform nests.
const MOST_DEPTH: usize = 32;
/// How long the queue may take before the bytes go to R2 instead.
const QUEUE_DEADLINE_MS: u32 = 2_000;

/// The platform, and the account for platforms whose bodies do not name it.
struct Door {
    platform: Platform,
    account: Option<RemoteId>,
}

impl Door {
    fn of(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("/webhooks/")?;
        let (name, account) = match rest.split_once('/') {
            Some((name, account)) if !account.is_empty() && !account.contains('/') => (name, Some(account)),
            Some(_) => return None,
            None => (rest, None),
        };
        let platform = Platform::from_name(name)?;
        registry::signature_header(platform).ok()?;
        // Telegram's door is one per bot; the others have one for all accounts.
        ((platform == Platform::Telegram) == account.is_some())
            .then(|| Self { platform, account: account.map(RemoteId::new) })
    }
}

pub(crate) async fn webhook(mut request: Request, edge: &Edge) -> Result<Response> {
    let path = request.path();
    let Some(door) = Door::of(&path) else { return refuse(404, "there is no such webhook") };
    match request.method() {
        Method::Get => handshake(&request, edge, &door),
        Method::Post => receive(&mut request, edge, door).await,
        _ => refuse(405, "webhooks take GET and POST"),
    }
}

fn handshake(request: &Request, edge: &Edge, door: &Door) -> Result<Response> {
    let url = request.inner().url();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let token = edge.config.verify_token().map(crate::config::Secret::expose);
    match registry::handshake(door.platform, &body::query(query), token) {
        Ok(challenge) => Response::ok(challenge),
        Err(registry::WebhookError::Rejected(Rejection::NoSecret)) => {
            refuse(503, "META_VERIFY_TOKEN is not set: the door is closed")
        }
        Err(registry::WebhookError::Rejected(rejection)) => refuse(403, &rejection.to_string()),
        Err(error) => refuse(404, &error.to_string()),
    }
}

async fn receive(request: &mut Request, edge: &Edge, door: Door) -> Result<Response> {
    // Without the key nothing that comes in could ever be answered: the platform keeps it and tries again.
    if let Err(unset) = edge.config.sealing_key() {
        return refuse(503, &unset.to_string());
    }
    let declared = request.headers().get("content-length")?.and_then(|length| length.parse::<usize>().ok());
    if declared.is_some_and(|length| length > MOST_BYTES) {
        return refuse(413, "the body is larger than any platform posts");
    }
    let bytes = request.bytes().await?;
    if let Err(rejection) = proved(request, edge, &door, &bytes)? {
        let status = if rejection == Rejection::NoSecret { 503 } else { 401 };
        return refuse(status, &rejection.to_string());
    }
    if let Err(excess) = limits::check_body(&bytes, MOST_BYTES, MOST_DEPTH) {
        return refuse(413, &excess.to_string());
    }
    match keep(edge, door, &bytes).await {
        Ok(()) => Response::ok(""),
        Err(fault) => {
            fault.log("webhook");
            refuse(503, "nowhere to keep this just now: try again")
        }
    }
}

/// Holds the signature against the secrets of this door.
fn proved(request: &Request, edge: &Edge, door: &Door, bytes: &[u8]) -> Result<std::result::Result<(), Rejection>> {
    let header = registry::signature_header(door.platform).unwrap_or_default();
    let signature = request.headers().get(header)?;
    let own;
    let secrets = match &door.account {
        None => edge.config.webhook_secrets(door.platform),
        Some(remote) => {
            let account = AccountId::of(door.platform, remote);
            own = accounts::telegram_hook_secret(&edge.config, &account).unwrap_or_default();
            vec![own.as_bytes()]
        }
    };
    Ok(match registry::verify(door.platform, &secrets, signature.as_deref(), bytes) {
        Ok(_) => Ok(()),
        Err(registry::WebhookError::Rejected(rejection)) => Err(rejection),
        Err(_) => Err(Rejection::NoSecret),
    })
}

/// A durable copy, or an error: never an answer without one.
async fn keep(edge: &Edge, door: Door, bytes: &[u8]) -> std::result::Result<(), Fault> {
    let mut header = DeliveryHeader {
        v: 1,
        id: DeliveryId::from_bytes(&clock::random::<16>()?),
        platform: door.platform,
        account: door.account,
        received_at: clock::now(),
        stored: None,
    };
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LARGEST_INLINE);
    let Some(text) = text else {
        // Too large for the queue, or not text: the queue carries where it is. Left over, the sweep finds it.
        body::store(edge, &mut header, bytes).await?;
        if let Err(fault) = enqueue(edge, &Delivery { header, body: None }).await {
            fault.log("webhook queue");
        }
        return Ok(());
    };
    if edge.config.intake_copy == IntakeCopy::Always {
        body::store(edge, &mut header, bytes).await?;
        if let Err(fault) = enqueue(edge, &Delivery { header, body: Some(text) }).await {
            fault.log("webhook queue");
        }
        return Ok(());
    }
    match enqueue(edge, &Delivery { header: header.clone(), body: Some(text) }).await {
        Ok(()) => Ok(()),
        Err(fault) => {
            fault.log("webhook queue");
            body::store(edge, &mut header, bytes).await
        }
    }
}

async fn enqueue(edge: &Edge, delivery: &Delivery<'_>) -> std::result::Result<(), Fault> {
    let failed = |source| Fault::Queue { binding: "INTAKE", source: Box::new(source) };
    let text = delivery.to_text().map_err(Fault::form("delivery"))?;
    let queue = edge.queue("INTAKE")?;
    let message = RawMessageBuilder::new(JsValue::from_str(&text)).build_with_content_type(QueueContentType::Text);
    let sent = async { Ok(queue.send_raw(message).await) };
    match within(QUEUE_DEADLINE_MS, sent).await {
        Ok(sent) => sent.map_err(failed),
        Err(NoAnswer::Deadline | NoAnswer::Transport) => {
            Err(failed(worker::Error::RustError("the queue did not answer in time".to_owned())))
        }
    }
}

fn refuse(status: u16, detail: &str) -> Result<Response> {
    let response = Response::ok(detail)?.with_status(status);
    if status == 503 {
        response.headers().set("retry-after", "10")?;
    }
    Ok(response)
}
