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
    capability::{Capabilities, PlatformError},
    form::{ConnectForm, Field},
    id::RemoteId,
    outbound::SendOutcome,
    platform::Platform,
};

pub use self::credentials::Credentials;
use crate::{
    contract::{Account, AccountCredentials, Connector, Harmless, Hook, Inbound, Outgoing, Parsed, Probe},
    http::{BaseSpec, Body, HttpRequest, HttpResponse, Method, Target},
    json::{Text, filled},
    meta::{
        self, error,
        graph::{APP_SECRET, Caller},
        signature,
    },
    plan,
    secret::Secret,
    webhook::Webhook,
};

/// The connector.
#[derive(Debug, Clone, Copy)]
pub struct Whatsapp;

/// Where numbers are spoken for.
const BASE: BaseSpec = BaseSpec { variable: "WHATSAPP_API_BASE", usual: "https://graph.facebook.com" };
/// An app that has a secret of its own for `WhatsApp` may sign with either.
const SECRETS: &[&str] = &["WHATSAPP_APP_SECRET", APP_SECRET];

fn caller<'a>(account: &Account<'a, Credentials>) -> Caller<'a> {
    Caller { base: BASE, token: &account.credentials.access_token, app_secret: account.app_secret }
}

impl AccountCredentials for Credentials {
    fn token(&self) -> &Secret {
        &self.access_token
    }

    fn can_subscribe(&self) -> Result<(), &'static str> {
        self.waba_id.as_ref().map(|_| ()).ok_or(
            "`wabaId` is missing, the id of the WhatsApp business account that the number belongs to: \
             without it the number's messages do not come here",
        )
    }
}

impl Connector for Whatsapp {
    const PLATFORM: Platform = Platform::Whatsapp;
    const WEBHOOK: Webhook = signature::webhook(SECRETS);
    const BASES: &'static [BaseSpec] = &[BASE];
    const APP_SECRETS: &'static [&'static str] = SECRETS;
    const FORM: ConnectForm = ConnectForm {
        id_label: "Phone number id",
        id_help: "WhatsApp Manager, API setup: not the number itself",
        id_from: None,
        fields: &[
            Field::secret("accessToken", "System user's access token"),
            Field::text(
                "wabaId",
                "WhatsApp business account id",
                "WhatsApp Manager, Account tools, API setup: it is subscribed, with all its numbers",
            ),
        ],
        link: "https://developers.facebook.com/docs/whatsapp/cloud-api/get-started",
        dashboard: Some(signature::dashboard(&[
            "messages",
            "smb_message_echoes",
            "standby",
            "messaging_handovers",
            "calls",
            "account_update",
            "message_template_status_update",
        ])),
    };
    const MEDIA_HOSTS: &'static [&'static str] = &["fbsbx.com", "fbcdn.net", "whatsapp.net"];
    const ALIASES: bool = true;
    const HARMLESS: &'static [&'static [Harmless]] = &[harmless::HARMLESS];
    const CAPABILITIES: &'static [Capabilities] = capabilities::CAPABILITIES;
    const RULES: plan::Rules = send::RULES;
    type Credentials = Credentials;

    meta::proofs!();

    fn parse(inbound: &Inbound<'_>) -> Parsed {
        parse::parse(inbound.body.bytes())
    }

    fn send(account: &Account<'_, Credentials>, outgoing: &Outgoing<'_>) -> Result<HttpRequest, PlatformError> {
        Ok(caller(account).post(account.id.as_str(), "messages", &[], Body::Json(send::body(outgoing)?)))
    }

    fn outcome(_outgoing: &Outgoing<'_>, response: &HttpResponse) -> SendOutcome {
        error::outcome(response, send::accepted)
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
        Ok(HttpRequest::new(Method::GET, target, Body::Empty).bearer(account.credentials.access_token.expose()))
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
        waba.map(|waba| caller(account).post(waba, "subscribed_apps", &[], Body::Empty)).into_iter().collect()
    }
}
