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
    id::RemoteId,
    outbound::{Draft, Part, SendOutcome, Unsendable},
    platform::{Platform, Surface},
};

pub use self::credentials::Credentials;
use crate::{
    contract::{About, Account, Connector, Harmless, Hook, Outgoing, Parsed, Probe, Profile, Rejection, Verified},
    crypto,
    http::{Base, HttpRequest, HttpResponse, segment},
    json::{Members, Text, filled, written},
    plan,
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

impl Telegram {
    /// The events of a body that came in for `account`.
    pub fn parse_for(body: &Verified<'_>, account: Option<&RemoteId>) -> Parsed {
        parse::parse(body.bytes(), account)
    }
}

impl Connector for Telegram {
    const PLATFORM: Platform = Platform::Telegram;
    const SIGNATURE_HEADER: &'static str = "x-telegram-bot-api-secret-token";
    /// Files come from the API's own host.
    const MEDIA_HOSTS: &'static [&'static str] = &[];
    const HARMLESS: &'static [&'static [Harmless]] = &[harmless::HARMLESS];
    type Credentials = Credentials;

    fn capabilities() -> &'static [Capabilities] {
        &capabilities::CAPABILITIES
    }

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

    fn parse(body: &Verified<'_>) -> Parsed {
        Self::parse_for(body, None)
    }

    fn about(body: &Verified<'_>) -> About {
        let mut about = About::default();
        let members: Members<'_> = serde_json::from_slice(body.bytes()).unwrap_or_default();
        members.names().filter(|member| &***member != "update_id").for_each(|member| about.kind(member));
        about
    }

    fn plan(_surface: Surface, draft: &Draft) -> Result<Vec<Part>, Unsendable> {
        let [messages] = &capabilities::CAPABILITIES;
        plan::parts(messages, &send::RULES, draft)
    }

    fn send(account: &Account<'_, Credentials>, outgoing: &Outgoing<'_>) -> HttpRequest {
        send::request(&account.credentials.bot_token, outgoing)
    }

    fn outcome(response: &HttpResponse) -> SendOutcome {
        errors::outcome(response)
    }

    /// Every update carries the person's name.
    fn profile(_account: &Account<'_, Credentials>, _identities: &[String]) -> Option<HttpRequest> {
        None
    }

    fn read_profile(_response: &HttpResponse) -> Result<Profile, PlatformError> {
        Err(PlatformError { class: ErrorClass::Invalid, code: "no-profiles".to_owned() })
    }

    fn locate(account: &Account<'_, Credentials>, handle: &RemoteId) -> Option<HttpRequest> {
        let method = format!("getFile?file_id={}", segment(handle.as_str()));
        Some(HttpRequest::get(Base::Telegram, send::path(&account.credentials.bot_token, &method)))
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
        Ok(HttpRequest::get(Base::Telegram, format!("/file/bot{token}/{path}")))
    }

    fn probe(account: &Account<'_, Credentials>) -> HttpRequest {
        HttpRequest::get(Base::Telegram, send::path(&account.credentials.bot_token, "getMe"))
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
        vec![HttpRequest::post(Base::Telegram, path, Some(written(&webhook)))]
    }

    fn subscribed(response: &HttpResponse) -> Result<(), PlatformError> {
        let agreed: bool = errors::success(response)?;
        if agreed { Ok(()) } else { Err(PlatformError { class: ErrorClass::Invalid, code: "no-success".to_owned() }) }
    }
}
