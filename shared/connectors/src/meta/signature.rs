//! Proof that Meta sent something, and proof to Meta that we hold the app's secret.

use tributary_domain::form::Dashboard;

use crate::{
    contract::{Rejection, Verified},
    crypto,
    webhook::{Address, Answer, Handshake, Webhook},
};

/// The variable of what is shown in a handshake.
const VERIFY_TOKEN: &str = "META_VERIFY_TOKEN";

/// One address for all accounts of an app; `secrets` are the variables of those that it may sign with.
pub(crate) const fn webhook(secrets: &'static [&'static str]) -> Webhook {
    Webhook {
        address: Address::Shared,
        signature_header: "x-hub-signature-256",
        secrets,
        verify_token: Some(VERIFY_TOKEN),
    }
}

/// What is left to be done in the app's dashboard.
pub(crate) const fn dashboard(events: &'static [&'static str]) -> Dashboard {
    Dashboard { place: "developers.facebook.com under Webhooks", verify_token: VERIFY_TOKEN, events }
}

/// Checks `sha256=<64 hexadecimal digits>`, the HMAC of the raw body under the app's secret. Instagram's
/// own product may sign with either of two secrets, so each is tried, and all of them always are.
/// <https://developers.facebook.com/docs/graph-api/webhooks/getting-started>
pub(crate) fn verify<'a>(
    secrets: &[&[u8]],
    signature: Option<&str>,
    body: &'a [u8],
) -> Result<Verified<'a>, Rejection> {
    let mut secrets = secrets.iter().filter(|secret| !secret.is_empty()).peekable();
    if secrets.peek().is_none() {
        return Err(Rejection::NoSecret);
    }
    let digits = signature.and_then(|signature| signature.strip_prefix("sha256=")).ok_or(Rejection::NoSignature)?;
    let mut claimed = [0; 32];
    hex::decode_to_slice(digits, &mut claimed).map_err(|_| Rejection::NoSignature)?;
    let matched =
        secrets.fold(false, |matched, secret| matched | crypto::same(&crypto::hmac_sha256(secret, body), &claimed));
    if matched { Ok(Verified::new(body)) } else { Err(Rejection::Mismatch) }
}

/// Whether a text is what the platform writes as a challenge: letters, digits, `_` and `-`, at most 128 of them. Nothing
/// else is given back, so that no answer of ours ever has somebody else's markup in it.
fn challenging(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

/// Answers the handshake: the challenge, when the mode is `subscribe` and the token is ours.
pub(crate) fn handshake(asked: &Handshake<'_>) -> Result<Answer, Rejection> {
    let token = asked.verify_token.filter(|token| !token.is_empty()).ok_or(Rejection::NoSecret)?;
    let value = |name: &str| asked.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let given = value("hub.verify_token").unwrap_or_default();
    if value("hub.mode") != Some("subscribe") || !crypto::same(given.as_bytes(), token.as_bytes()) {
        return Err(Rejection::Token);
    }
    let challenge = value("hub.challenge").filter(|text| challenging(text)).ok_or(Rejection::Challenge)?;
    Ok(Answer { content_type: "text/plain; charset=utf-8", text: challenge.to_owned() })
}

/// `appsecret_proof`: the HMAC of the access token under the app's secret.
pub(crate) fn proof(app_secret: &str, token: &str) -> String {
    hex::encode(crypto::hmac_sha256(app_secret.as_bytes(), token.as_bytes()))
}
