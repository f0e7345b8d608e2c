//! `WhatsApp` numbers of the Cloud API.

mod call;
mod capabilities;
mod card;
mod content;
mod credentials;
mod handover;
mod harmless;
mod interactive;
mod parse;
mod peer;
mod send;
mod status;
mod wire;

use serde::Deserialize;
use tributary_domain::{
    capability::{Capabilities, ErrorClass, PlatformError},
    id::RemoteId,
    outbound::{Draft, Part, SendOutcome, Unsendable},
    platform::{Platform, Surface},
};

pub use self::credentials::Credentials;
use crate::{
    contract::{About, Account, Connector, Harmless, Hook, Outgoing, Parsed, Probe, Profile, Rejection, Verified},
    http::{Base, HttpRequest, HttpResponse, Method, Target},
    json::{Text, filled},
    meta::{about, error, graph::Caller, signature},
    plan,
};

/// The connector.
#[derive(Debug, Clone, Copy)]
pub struct Whatsapp;

fn caller<'a>(account: &Account<'a, Credentials>) -> Caller<'a> {
    Caller { base: Base::Whatsapp, token: &account.credentials.access_token, app_secret: account.app_secret }
}

impl Connector for Whatsapp {
    const PLATFORM: Platform = Platform::Whatsapp;
    const SIGNATURE_HEADER: &'static str = signature::HEADER;
    const MEDIA_HOSTS: &'static [&'static str] = &["fbsbx.com", "fbcdn.net", "whatsapp.net"];
    const ALIASES: bool = true;
    const HARMLESS: &'static [&'static [Harmless]] = &[harmless::HARMLESS];
    type Credentials = Credentials;

    fn capabilities() -> &'static [Capabilities] {
        &capabilities::CAPABILITIES
    }

    fn verify<'a>(secrets: &[&[u8]], signature: Option<&str>, body: &'a [u8]) -> Result<Verified<'a>, Rejection> {
        signature::verify(secrets, signature, body)
    }

    fn parse(body: &Verified<'_>) -> Parsed {
        parse::parse(body.bytes())
    }

    fn about(body: &Verified<'_>) -> About {
        about::read(body.bytes())
    }

    fn plan(_surface: Surface, draft: &Draft) -> Result<Vec<Part>, Unsendable> {
        let [messages] = &capabilities::CAPABILITIES;
        plan::parts(messages, &send::RULES, draft)
    }

    fn send(account: &Account<'_, Credentials>, outgoing: &Outgoing<'_>) -> HttpRequest {
        caller(account).post(account.id.as_str(), "messages", &[], Some(send::body(outgoing)))
    }

    fn outcome(response: &HttpResponse) -> SendOutcome {
        error::outcome(response, send::accepted)
    }

    /// Webhooks carry the name; there is nothing more to look up.
    fn profile(_account: &Account<'_, Credentials>, _identities: &[String]) -> Option<HttpRequest> {
        None
    }

    fn read_profile(_response: &HttpResponse) -> Result<Profile, PlatformError> {
        Err(PlatformError { class: ErrorClass::Invalid, code: "no-profiles".to_owned() })
    }

    /// <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media>
    fn locate(account: &Account<'_, Credentials>, handle: &RemoteId) -> Option<HttpRequest> {
        Some(caller(account).get(handle.as_str(), &[("phone_number_id", account.id.as_str())]))
    }

    /// The address lives for five minutes and wants the token, which is why it is held against the allow-list.
    fn located(account: &Account<'_, Credentials>, response: &HttpResponse) -> Result<HttpRequest, PlatformError> {
        #[derive(Deserialize)]
        struct Media<'a> {
            #[serde(borrow)]
            url: Text<'a>,
        }
        let media: Media<'_> = error::success(response)?;
        let target = Target::Media(media.url.into());
        let request = HttpRequest { method: Method::Get, target, headers: Vec::new(), body: None };
        Ok(request.bearer(account.credentials.access_token.expose()))
    }

    fn probe(account: &Account<'_, Credentials>) -> HttpRequest {
        caller(account).get(account.id.as_str(), &[("fields", "id,display_phone_number,verified_name")])
    }

    fn probed(response: &HttpResponse) -> Result<Probe, PlatformError> {
        #[derive(Deserialize)]
        #[expect(clippy::struct_field_names, reason = "the platform's own names")]
        struct Number<'a> {
            #[serde(borrow)]
            id: Text<'a>,
            verified_name: Option<Text<'a>>,
            display_phone_number: Option<Text<'a>>,
        }
        let number: Number<'_> = error::success(response)?;
        let name = filled(number.verified_name).or_else(|| filled(number.display_phone_number));
        Ok(Probe { id: RemoteId::new(number.id), name })
    }

    /// The business account is subscribed, with all its numbers.
    fn subscribe(account: &Account<'_, Credentials>, _hook: &Hook<'_>) -> Vec<HttpRequest> {
        let waba = account.credentials.waba_id.as_deref();
        waba.map(|waba| caller(account).post(waba, "subscribed_apps", &[], None)).into_iter().collect()
    }

    fn subscribed(response: &HttpResponse) -> Result<(), PlatformError> {
        error::agreed(response)
    }
}
