//! Mail: by a provider's HTTPS API in the form of Resend's, else by Cloudflare's own binding.
//!
//! <https://resend.com/docs/api-reference/emails/send-email>,
//! <https://developers.cloudflare.com/email-service/api/send-emails/workers-api/>

use tributary_connectors::http::Method;
use tributary_notify::{
    Mail,
    delivery::{Cause, DeliveryOutcome},
    mail::outcome,
};
use worker::{EmailAddress, SendEmail, SendEmailBuilder, js_sys::Reflect, wasm_bindgen::JsValue};

use crate::{
    app::AppContext,
    config::{Email, Secret},
    outbound::{NoAnswer, open, retry_after, within},
};

/// Most bytes of an error that are read.
const ERROR_BYTES: usize = 8 * 1024;

/// Whether this installation can send mail.
pub(crate) fn possible(app: &AppContext) -> bool {
    app.config.email.as_ref().is_some_and(|email| email.key.is_some() || binding(app).is_some())
}

/// Whether a repeated request is known to be the same mail.
pub(super) fn idempotent(app: &AppContext) -> bool {
    app.config.email.as_ref().is_some_and(|email| email.key.is_some())
}

/// Sends a mail to one address. `request` is the same at every try.
pub(crate) async fn send(app: &AppContext, to: &str, mail: &Mail, request: &str) -> DeliveryOutcome {
    let Some(email) = &app.config.email else { return DeliveryOutcome::Never(Cause::NotConfigured) };
    let answer = match (&email.key, binding(app)) {
        (Some(key), _) => within(app.config.timings.timeout.mail, by_api(email, key, to, mail, request)).await,
        (None, Some(binding)) => within(app.config.timings.timeout.mail, by_binding(email, &binding, to, mail)).await,
        (None, None) => Ok(DeliveryOutcome::Never(Cause::NotConfigured)),
    };
    answer.unwrap_or(DeliveryOutcome::Silence)
}

async fn by_api(
    email: &Email,
    key: &Secret,
    to: &str,
    mail: &Mail,
    request: &str,
) -> Result<DeliveryOutcome, NoAnswer> {
    let headers = [
        ("authorization", format!("Bearer {}", key.expose())),
        ("content-type", "application/json".to_owned()),
        ("idempotency-key", request.to_owned()),
        // Requests without one are refused.
        ("user-agent", "Tributary/1".to_owned()),
    ];
    let Ok(body) = mail.body(&email.from, to) else { return Ok(DeliveryOutcome::Never(Cause::Refused)) };
    let url = format!("{}/emails", email.base);
    let mut response = open(Method::POST, &url, &headers, Some(&body), None).await?;
    let (status, after) = (response.status_code(), retry_after(&response));
    let mut bytes = response.bytes().await.map_err(|_| NoAnswer::Transport)?;
    bytes.truncate(ERROR_BYTES);
    Ok(outcome(status, after, &bytes))
}

async fn by_binding(email: &Email, binding: &SendEmail, to: &str, mail: &Mail) -> Result<DeliveryOutcome, NoAnswer> {
    let builder = match email.from.trim_end_matches('>').split_once('<') {
        Some((name, address)) => {
            let from = EmailAddress::new(name.trim().trim_matches('"'), address.trim());
            SendEmailBuilder::new_with_email_address_and_str(&from, to, &mail.subject)
        }
        None => SendEmailBuilder::new(&email.from, to, &mail.subject),
    };
    builder.set_text(&mail.text);
    if let Some(html) = &mail.html {
        builder.set_html(html);
    }
    Ok(match binding.send_with_builder(&builder).await {
        Ok(_) => DeliveryOutcome::Taken,
        Err(error) => {
            let code = Reflect::get(&error, &JsValue::from_str("code")).ok().and_then(|code| code.as_string());
            DeliveryOutcome::of_binding(code.as_deref())
        }
    })
}

fn binding(app: &AppContext) -> Option<SendEmail> {
    app.env.send_email("EMAIL").ok()
}
