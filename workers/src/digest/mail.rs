//! Mail: by a provider's HTTPS API in the form of Resend's, else by Cloudflare's own binding.
//!
//! <https://resend.com/docs/api-reference/emails/send-email>,
//! <https://developers.cloudflare.com/email-service/api/send-emails/workers-api/>

use serde::Deserialize;
use serde_json::json;
use tributary_connectors::http::Method;
use tributary_domain::digest::delivery::{Answer, Cause, of_binding, of_status};
use worker::{EmailAddress, SendEmail, SendEmailBuilder, js_sys::Reflect, wasm_bindgen::JsValue};

use tributary_domain::time::Span;

use crate::{
    config::{Email, Secret},
    edge::Edge,
    outbound::{NoAnswer, header, open, within},
};

const TIMEOUT: Span = Span::seconds(10);
/// Most bytes of an error that are read.
const ERROR_BYTES: usize = 8 * 1024;

/// What a provider calls an error.
#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: Option<String>,
}

/// Whether this installation can send mail.
pub(crate) fn possible(edge: &Edge) -> bool {
    edge.config.email.as_ref().is_some_and(|email| email.key.is_some() || binding(edge).is_some())
}

/// Whether a repeated request is known to be the same mail.
pub(super) fn repeatable(edge: &Edge) -> bool {
    edge.config.email.as_ref().is_some_and(|email| email.key.is_some())
}

/// What is mailed.
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: Option<String>,
}

/// Sends a letter to one address. `request` is the same at every try.
pub(crate) async fn send(edge: &Edge, to: &str, letter: &Letter, request: &str) -> Answer {
    let Some(email) = &edge.config.email else { return Answer::Never(Cause::NotConfigured) };
    let answer = match (&email.key, binding(edge)) {
        (Some(key), _) => within(TIMEOUT, by_api(email, key, to, letter, request)).await,
        (None, Some(binding)) => within(TIMEOUT, by_binding(email, &binding, to, letter)).await,
        (None, None) => Ok(Answer::Never(Cause::NotConfigured)),
    };
    answer.unwrap_or(Answer::Silence)
}

async fn by_api(email: &Email, key: &Secret, to: &str, letter: &Letter, request: &str) -> Result<Answer, NoAnswer> {
    let headers = [
        ("authorization", format!("Bearer {}", key.expose())),
        ("content-type", "application/json".to_owned()),
        ("idempotency-key", request.to_owned()),
        // Requests without one are refused.
        ("user-agent", "Tributary/1".to_owned()),
    ];
    let mut body = json!({ "from": email.from, "to": [to], "subject": letter.subject, "text": letter.text });
    if let (Some(html), Some(members)) = (&letter.html, body.as_object_mut()) {
        members.insert("html".to_owned(), json!(html));
    }
    let url = format!("{}/emails", email.base);
    let mut response = open(Method::POST, &url, &headers, Some(&body.to_string()), None).await?;
    let status = response.status_code();
    let retry_after = header(&response, "retry-after").and_then(|value| value.trim().parse().ok());
    let mut bytes = response.bytes().await.map_err(|_| NoAnswer::Transport)?;
    bytes.truncate(ERROR_BYTES);
    let named: Option<Named> = serde_json::from_slice(&bytes).ok();
    Ok(of_status(status, retry_after, named.and_then(|named| named.name).as_deref()))
}

async fn by_binding(email: &Email, binding: &SendEmail, to: &str, letter: &Letter) -> Result<Answer, NoAnswer> {
    let mail = match email.from.trim_end_matches('>').split_once('<') {
        Some((name, address)) => {
            let from = EmailAddress::new(name.trim().trim_matches('"'), address.trim());
            SendEmailBuilder::new_with_email_address_and_str(&from, to, &letter.subject)
        }
        None => SendEmailBuilder::new(&email.from, to, &letter.subject),
    };
    mail.set_text(&letter.text);
    if let Some(html) = &letter.html {
        mail.set_html(html);
    }
    Ok(match binding.send_with_builder(&mail).await {
        Ok(_) => Answer::Taken,
        Err(error) => {
            let code = Reflect::get(&error, &JsValue::from_str("code")).ok().and_then(|code| code.as_string());
            of_binding(code.as_deref())
        }
    })
}

fn binding(edge: &Edge) -> Option<SendEmail> {
    edge.env.send_email("EMAIL").ok()
}
