//! Telegram bots, in private chats and through business connections.

mod capabilities;
mod card;
mod content;
mod credentials;
mod errors;
mod harmless;
mod parse;
mod rich;
mod send;
mod service;
mod source;
mod text;
mod wire;

use serde::{Deserialize, Serialize};
use tributary_domain::{
    capability::{Capabilities, ErrorClass, PlatformError, WindowPolicy},
    form::{ConnectForm, Field},
    id::RemoteId,
    outbound::SendOutcome,
    platform::Platform,
};

pub use self::credentials::Credentials;
use crate::{
    contract::{
        About, Account, AccountCredentials, Connector, Harmless, Hook, Inbound, Outgoing, Parsed, Probe, Rejection,
        Verified,
    },
    crypto,
    http::{BaseSpec, Body, HttpRequest, HttpResponse, segment},
    json::{Members, Text, filled, written},
    plan,
    secret::Secret,
    webhook::{Address, Webhook},
};

/// The connector.
#[derive(Debug, Clone, Copy)]
pub struct Telegram;

/// The kinds of update that concern an inbox.
const ALLOWED_UPDATES: &[&str] = &[
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "message_reaction",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
];

/// Where bots are spoken for.
const BASE: BaseSpec = BaseSpec { variable: "TELEGRAM_API_BASE", usual: "https://api.telegram.org" };

impl AccountCredentials for Credentials {
    fn token(&self) -> &Secret {
        &self.bot_token
    }
}

impl Connector for Telegram {
    const PLATFORM: Platform = Platform::Telegram;
    /// A body does not say which bot it is for, so each bot has an address and a secret of its own.
    const WEBHOOK: Webhook = Webhook {
        address: Address::PerAccount,
        signature_header: "x-telegram-bot-api-secret-token",
        secrets: &[],
        verify_token: None,
    };
    const BASES: &'static [BaseSpec] = &[BASE];
    const FORM: ConnectForm = ConnectForm {
        id_label: "Bot id",
        id_help: "What stands before the colon of the token",
        id_from: Some("botToken"),
        fields: &[Field::secret("botToken", "Bot token from @BotFather")],
        link: "https://core.telegram.org/bots/features#creating-a-new-bot",
        dashboard: None,
    };
    /// Files come from the API's own host.
    const MEDIA_HOSTS: &'static [&'static str] = &[];
    const HARMLESS: &'static [&'static [Harmless]] = &[harmless::HARMLESS];
    const CAPABILITIES: &'static [Capabilities] = capabilities::CAPABILITIES;
    const RULES: plan::Rules = send::RULES;
    type Credentials = Credentials;

    fn window(channel: &Capabilities, counterpart: &str) -> WindowPolicy {
        if parse::is_business(counterpart) { capabilities::BUSINESS_WINDOW } else { channel.window }
    }

    fn connection(identity: &str) -> Option<&str> {
        identity.rsplit_once('/').map(|(connection, _)| connection)
    }

    fn reconnected(id: &str, from: &str, to: &str) -> Option<String> {
        let rest = id.strip_prefix(from).filter(|rest| rest.starts_with('/'))?;
        Some(format!("{to}{rest}"))
    }

    /// The header is the secret itself. <https://core.telegram.org/bots/api#setwebhook>
    fn verify<'a>(secrets: &[&[u8]], signature: Option<&str>, body: &'a [u8]) -> Result<Verified<'a>, Rejection> {
        let mut secrets = secrets.iter().filter(|secret| !secret.is_empty()).peekable();
        if secrets.peek().is_none() {
            return Err(Rejection::NoSecret);
        }
        let shown = signature.filter(|shown| !shown.is_empty()).ok_or(Rejection::NoSignature)?;
        let matched = secrets.fold(false, |matched, secret| matched | crypto::same(secret, shown.as_bytes()));
        if matched { Ok(Verified::new(body)) } else { Err(Rejection::Mismatch) }
    }

    fn parse(inbound: &Inbound<'_>) -> Parsed {
        parse::parse(inbound.body.bytes(), inbound.account)
    }

    fn about(body: &Verified<'_>) -> About {
        let mut about = About::default();
        let members: Members<'_> = serde_json::from_slice(body.bytes()).unwrap_or_default();
        members.names().filter(|member| &***member != "update_id").for_each(|member| about.kind(member));
        about
    }

    fn send(account: &Account<'_, Credentials>, outgoing: &Outgoing<'_>) -> Result<HttpRequest, PlatformError> {
        send::request(&account.credentials.bot_token, outgoing)
    }

    fn outcome(_outgoing: &Outgoing<'_>, response: &HttpResponse) -> SendOutcome {
        errors::outcome(response)
    }

    fn locate(account: &Account<'_, Credentials>, handle: &RemoteId) -> Option<HttpRequest> {
        let method = format!("getFile?file_id={}", segment(handle.as_str()));
        Some(HttpRequest::get(BASE, send::path(&account.credentials.bot_token, &method)))
    }

    /// The address holds the token, and lives for an hour at least. <https://core.telegram.org/bots/api#getfile>
    fn located(account: &Account<'_, Credentials>, response: &HttpResponse) -> Result<HttpRequest, PlatformError> {
        #[derive(Deserialize)]
        struct File<'a> {
            #[serde(borrow)]
            file_path: Option<Text<'a>>,
        }
        let file: File<'_> = errors::success(response)?;
        let path = filled(file.file_path)
            .filter(|path| !path.split('/').any(|piece| piece == ".."))
            .ok_or_else(|| PlatformError { class: ErrorClass::Gone, code: "no-file-path".to_owned() })?;
        let path = path.split('/').map(segment).collect::<Vec<_>>().join("/");
        let token = segment(account.credentials.bot_token.expose());
        Ok(HttpRequest::get(BASE, format!("/file/bot{token}/{path}")))
    }

    fn probe(account: &Account<'_, Credentials>) -> HttpRequest {
        HttpRequest::get(BASE, send::path(&account.credentials.bot_token, "getMe"))
    }

    fn probed(response: &HttpResponse) -> Result<Probe, PlatformError> {
        #[derive(Deserialize)]
        struct Bot<'a> {
            id: i64,
            #[serde(borrow)]
            first_name: Option<Text<'a>>,
            username: Option<Text<'a>>,
        }
        let bot: Bot<'_> = errors::success(response)?;
        let name = filled(bot.username).map(|name| format!("@{name}")).or_else(|| filled(bot.first_name));
        Ok(Probe { id: RemoteId::new(bot.id.to_string()), name })
    }

    fn subscribe(account: &Account<'_, Credentials>, hook: &Hook<'_>) -> Vec<HttpRequest> {
        #[derive(Serialize)]
        struct Webhook<'a> {
            url: &'a str,
            secret_token: &'a str,
            allowed_updates: &'a [&'a str],
        }
        let webhook = Webhook { url: hook.url, secret_token: hook.secret, allowed_updates: ALLOWED_UPDATES };
        let path = send::path(&account.credentials.bot_token, "setWebhook");
        vec![HttpRequest::post(BASE, path, Body::Json(written(&webhook)))]
    }

    fn subscribed(response: &HttpResponse) -> Result<(), PlatformError> {
        let agreed: bool = errors::success(response)?;
        if agreed { Ok(()) } else { Err(PlatformError { class: ErrorClass::Invalid, code: "no-success".to_owned() }) }
    }
}
