//! Facebook Pages: Messenger, and comments under posts.

mod capabilities;
mod credentials;
mod harmless;

use serde::Deserialize;
use tributary_domain::{
    capability::{Capabilities, PlatformError},
    form::{ConnectForm, Field},
    id::RemoteId,
    platform::Platform,
};

pub use self::credentials::Credentials;
use crate::{
    contract::{Account, AccountCredentials, Connector, Harmless, Hook, Inbound, Outgoing, Parsed, Probe, Profile},
    http::{BaseSpec, Body, HttpRequest, HttpResponse},
    json::{Text, filled},
    meta::{
        self, error,
        graph::{APP_SECRET, Caller, GRAPH},
        messaging::{self, Flavor},
        send, signature,
    },
    plan::Rules,
    secret::Secret,
    webhook::Webhook,
};

/// The connector.
#[derive(Debug, Clone, Copy)]
pub struct Facebook;

/// Each file is a call of its own, and words are another; a comment holds both.
const RULES: Rules = Rules { captioned: |_| true, family: |_| None, together: 1 };

/// The fields of a Page that concern messages and comments.
/// <https://developers.facebook.com/docs/messenger-platform/webhooks>,
/// <https://developers.facebook.com/docs/graph-api/webhooks/reference/page>
const FIELDS: &str = "feed,mention,messages,message_echoes,message_edits,message_reactions,message_deliveries,message_reads,\
messaging_postbacks,messaging_referrals,messaging_handovers,standby";

fn caller<'a>(account: &Account<'a, Credentials>) -> Caller<'a> {
    Caller { base: GRAPH, token: &account.credentials.access_token, app_secret: account.app_secret }
}

impl AccountCredentials for Credentials {
    fn token(&self) -> &Secret {
        &self.access_token
    }
}

impl Connector for Facebook {
    const PLATFORM: Platform = Platform::Facebook;
    const WEBHOOK: Webhook = signature::webhook(&[APP_SECRET]);
    const BASES: &'static [BaseSpec] = &[GRAPH];
    const APP_SECRETS: &'static [&'static str] = &[APP_SECRET];
    const FORM: ConnectForm = ConnectForm {
        id_label: "Page id",
        id_help: "Page settings, About, Page transparency",
        id_from: None,
        fields: &[Field::secret("accessToken", "Page access token")],
        link: "https://developers.facebook.com/docs/messenger-platform/get-started",
        dashboard: Some(signature::dashboard(&[
            "feed",
            "mention",
            "messages",
            "message_echoes",
            "message_edits",
            "message_reactions",
            "message_deliveries",
            "message_reads",
            "messaging_postbacks",
            "messaging_referrals",
            "messaging_handovers",
            "standby",
        ])),
    };
    const MEDIA_HOSTS: &'static [&'static str] = &["fbcdn.net", "fbsbx.com"];
    const HARMLESS: &'static [&'static [Harmless]] = &[messaging::harmless::HARMLESS, harmless::HARMLESS];
    const CAPABILITIES: &'static [Capabilities] = capabilities::CAPABILITIES;
    const RULES: Rules = RULES;
    type Credentials = Credentials;

    meta::proofs!();
    meta::surfaces!(Flavor::Messenger, caller);

    fn parse(inbound: &Inbound<'_>) -> Parsed {
        messaging::parse(Flavor::Messenger, inbound.body.bytes())
    }

    fn send(account: &Account<'_, Credentials>, outgoing: &Outgoing<'_>) -> Result<HttpRequest, PlatformError> {
        send::request(Flavor::Messenger, (caller(account), account.id.as_str()), outgoing)
    }

    /// <https://developers.facebook.com/docs/messenger-platform/identity/user-profile>
    fn profile(account: &Account<'_, Credentials>, identities: &[String]) -> Option<HttpRequest> {
        let fields = "first_name,last_name,name,locale";
        Some(caller(account).get(identities.first()?, &[("fields", fields)]))
    }

    fn read_profile(response: &HttpResponse) -> Result<Profile, PlatformError> {
        #[derive(Deserialize)]
        struct Person<'a> {
            #[serde(borrow)]
            name: Option<Text<'a>>,
            first_name: Option<Text<'a>>,
            last_name: Option<Text<'a>>,
            locale: Option<Text<'a>>,
        }
        let person: Person<'_> = error::person(response)?;
        let parts = [person.first_name.as_deref(), person.last_name.as_deref()];
        let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Ok(Profile {
            name: filled(person.name).or_else(|| Some(joined).filter(|name| !name.trim().is_empty())),
            username: None,
            facts: filled(person.locale).map(|locale| ("locale".to_owned(), locale)).into_iter().collect(),
        })
    }

    /// `/me` of a Page token is its Page.
    fn probe(account: &Account<'_, Credentials>) -> HttpRequest {
        caller(account).get("me", &[("fields", "id,name")])
    }

    fn probed(response: &HttpResponse) -> Result<Probe, PlatformError> {
        #[derive(Deserialize)]
        struct Page<'a> {
            #[serde(borrow)]
            id: Text<'a>,
            name: Option<Text<'a>>,
        }
        let page: Page<'_> = error::success(response)?;
        Ok(Probe { id: RemoteId::new(page.id), name: filled(page.name) })
    }

    fn subscribe(account: &Account<'_, Credentials>, _hook: &Hook<'_>) -> Vec<HttpRequest> {
        let fields = [("subscribed_fields", FIELDS)];
        vec![caller(account).post(account.id.as_str(), "subscribed_apps", &fields, Body::Empty)]
    }
}
