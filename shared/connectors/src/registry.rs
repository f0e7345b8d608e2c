//! The one place that lists all platforms. The edge speaks to connectors through here alone.

use tributary_domain::{
    capability::{Capabilities, Feature, PlatformError, WindowPolicy},
    id::RemoteId,
    json_error,
    outbound::{Draft, Part, SendOutcome, Unsendable},
    platform::{Channel, Platform},
};

use crate::{
    contract::{self, About, Connector, Harmless, Hook, Outgoing, Parsed, Probe, Profile, Rejection, Verified},
    facebook::{self, Facebook},
    http::{HttpRequest, HttpResponse},
    instagram::{self, Instagram},
    meta::signature,
    secret::Secret,
    telegram::{self, Telegram},
    whatsapp::{self, Whatsapp},
};

/// An account to act for, of whichever platform.
pub type Account<'a> = contract::Account<'a, Credentials>;

/// There is no connector for this platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{platform} is not available in this version; available are facebook, instagram, whatsapp and telegram")]
pub struct NotAvailable {
    /// The platform that was asked for.
    pub platform: Platform,
}

/// Why a webhook call is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// There is no connector.
    #[error(transparent)]
    NotAvailable(#[from] NotAvailable),
    /// This platform has no handshake.
    #[error("{0} has no webhook handshake")]
    NoHandshake(Platform),
    /// The proof is wanting.
    #[error(transparent)]
    Rejected(#[from] Rejection),
}

/// Why a reply is not cut into calls.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// There is no connector.
    #[error(transparent)]
    NotAvailable(#[from] NotAvailable),
    /// The reply is not acceptable to its channel.
    #[error(transparent)]
    Unsendable(#[from] Unsendable),
}

/// Why credentials cannot be used. Never shows them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// There is no connector.
    #[error(transparent)]
    NotAvailable(#[from] NotAvailable),
    /// They are not what the platform needs.
    #[error("{platform} credentials are {wanted}; {problem}")]
    Malformed {
        /// The platform.
        platform: Platform,
        /// What they have to look like.
        wanted: &'static str,
        /// What is wrong with these.
        problem: String,
    },
}

/// What is needed to speak for one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A Page's.
    Facebook(facebook::Credentials),
    /// An Instagram account's.
    Instagram(instagram::Credentials),
    /// A `WhatsApp` number's.
    Whatsapp(whatsapp::Credentials),
    /// A bot's.
    Telegram(telegram::Credentials),
}

/// Runs `$call` with `$Type` standing for the platform's connector.
macro_rules! with_connector {
    ($platform:expr, $Type:ident => $call:expr) => {
        match $platform {
            Platform::Facebook => {
                type $Type = Facebook;
                Ok($call)
            }
            Platform::Instagram => {
                type $Type = Instagram;
                Ok($call)
            }
            Platform::Whatsapp => {
                type $Type = Whatsapp;
                Ok($call)
            }
            Platform::Telegram => {
                type $Type = Telegram;
                Ok($call)
            }
            platform @ (Platform::X
            | Platform::Bluesky
            | Platform::Reddit
            | Platform::Threads
            | Platform::Youtube
            | Platform::Linkedin
            | Platform::Googlebusiness) => Err(NotAvailable { platform }),
        }
    };
}

/// Runs `$call` with `$Type` standing for the connector of these credentials and `$account` for the account.
macro_rules! with_account {
    ($whole:expr, $Type:ident, $account:ident => $call:expr) => {
        match $whole.credentials {
            Credentials::Facebook(credentials) => {
                type $Type = Facebook;
                let $account = narrowed($whole, credentials);
                $call
            }
            Credentials::Instagram(credentials) => {
                type $Type = Instagram;
                let $account = narrowed($whole, credentials);
                $call
            }
            Credentials::Whatsapp(credentials) => {
                type $Type = Whatsapp;
                let $account = narrowed($whole, credentials);
                $call
            }
            Credentials::Telegram(credentials) => {
                type $Type = Telegram;
                let $account = narrowed($whole, credentials);
                $call
            }
        }
    };
}

fn narrowed<'a, C>(account: &Account<'a>, credentials: &'a C) -> contract::Account<'a, C> {
    contract::Account { id: account.id, credentials, app_secret: account.app_secret }
}

impl Credentials {
    /// Reads what an administrator entered, or what was sealed. Unknown members are refused.
    pub fn read(platform: Platform, json: &str) -> Result<Self, CredentialsError> {
        let wanted = wanted(platform)?;
        let malformed = |problem: String| CredentialsError::Malformed { platform, wanted, problem };
        let unread = |error: serde_json::Error| malformed(complaint(&error));
        let credentials = match platform {
            Platform::Facebook => Self::Facebook(serde_json::from_slice(json.as_bytes()).map_err(unread)?),
            Platform::Instagram => Self::Instagram(serde_json::from_slice(json.as_bytes()).map_err(unread)?),
            Platform::Whatsapp => Self::Whatsapp(serde_json::from_slice(json.as_bytes()).map_err(unread)?),
            Platform::Telegram => Self::Telegram(serde_json::from_slice(json.as_bytes()).map_err(unread)?),
            Platform::X
            | Platform::Bluesky
            | Platform::Reddit
            | Platform::Threads
            | Platform::Youtube
            | Platform::Linkedin
            | Platform::Googlebusiness => return Err(NotAvailable { platform }.into()),
        };
        if !credentials.token().usable() {
            return Err(malformed("the token is empty, or has characters that no token has".to_owned()));
        }
        match &credentials {
            Self::Instagram(linked) if linked.kind == instagram::Kind::PageLinked && linked.page_id.is_none() => {
                Err(malformed("`pageId` is missing, which the kind `pageLinked` needs".to_owned()))
            }
            _ => Ok(credentials),
        }
    }

    /// Whether the account can be made to post to us with these. What was sealed by an earlier release may lack
    /// something that is asked for today, and still sends.
    pub fn can_subscribe(&self) -> Result<(), CredentialsError> {
        match self {
            Self::Whatsapp(whatsapp::Credentials { waba_id: None, .. }) => {
                let platform = self.platform();
                let problem = "`wabaId` is missing, the id of the WhatsApp business account that the number belongs to: \
                               without it the number's messages do not come here";
                Err(CredentialsError::Malformed { platform, wanted: wanted(platform)?, problem: problem.to_owned() })
            }
            Self::Facebook(_) | Self::Instagram(_) | Self::Whatsapp(_) | Self::Telegram(_) => Ok(()),
        }
    }

    /// As JSON, to be sealed at once.
    pub fn to_json(&self) -> String {
        match self {
            Self::Facebook(credentials) => crate::json::written(credentials),
            Self::Instagram(credentials) => crate::json::written(credentials),
            Self::Whatsapp(credentials) => crate::json::written(credentials),
            Self::Telegram(credentials) => crate::json::written(credentials),
        }
    }

    /// Whose they are.
    pub fn platform(&self) -> Platform {
        match self {
            Self::Facebook(_) => Platform::Facebook,
            Self::Instagram(_) => Platform::Instagram,
            Self::Whatsapp(_) => Platform::Whatsapp,
            Self::Telegram(_) => Platform::Telegram,
        }
    }

    fn token(&self) -> &Secret {
        match self {
            Self::Facebook(credentials) => &credentials.access_token,
            Self::Instagram(credentials) => &credentials.access_token,
            Self::Whatsapp(credentials) => &credentials.access_token,
            Self::Telegram(credentials) => &credentials.bot_token,
        }
    }
}

/// What credentials look like, for error messages and the form that asks for them.
pub fn wanted(platform: Platform) -> Result<&'static str, NotAvailable> {
    match platform {
        Platform::Facebook => Ok(r#"{"accessToken"}"#),
        Platform::Instagram => {
            Ok(r#"{"accessToken","kind":"instagramLogin"} or {"accessToken","kind":"pageLinked","pageId"}"#)
        }
        Platform::Whatsapp => Ok(r#"{"accessToken","wabaId"}"#),
        Platform::Telegram => Ok(r#"{"botToken"}"#),
        Platform::X
        | Platform::Bluesky
        | Platform::Reddit
        | Platform::Threads
        | Platform::Youtube
        | Platform::Linkedin
        | Platform::Googlebusiness => Err(NotAvailable { platform }),
    }
}

/// What is wrong with credentials. Names of members that are not known are not told: they might be a token that was
/// pasted in the wrong place.
fn complaint(error: &serde_json::Error) -> String {
    let told = json_error::complaint(error);
    match told.split_once('`') {
        Some((start @ ("unknown field " | "duplicate field "), _)) => format!("there is a {start}in it"),
        _ => told,
    }
}

/// The platforms that have a connector.
pub fn available() -> impl Iterator<Item = Platform> {
    Platform::ALL.iter().copied().filter(|platform| wanted(*platform).is_ok())
}

/// The header that proves a webhook's sender, in lower case.
pub fn signature_header(platform: Platform) -> Result<&'static str, NotAvailable> {
    with_connector!(platform, C => C::SIGNATURE_HEADER)
}

/// Hosts (and their sub-domains) from which the platform's media may be fetched.
pub fn media_hosts(platform: Platform) -> Result<&'static [&'static str], NotAvailable> {
    with_connector!(platform, C => C::MEDIA_HOSTS)
}

/// What the platform reports that is passed over, each kind with the reason.
pub fn harmless(platform: Platform) -> impl Iterator<Item = &'static Harmless> {
    with_connector!(platform, C => C::HARMLESS).unwrap_or_default().iter().copied().flatten()
}

/// Whether the same person may go by one id today and by another tomorrow.
pub fn aliases(platform: Platform) -> bool {
    with_connector!(platform, C => C::ALIASES).unwrap_or_default()
}

/// The connection through which a person is spoken with: see [`Connector::connection`].
pub fn connection(platform: Platform, identity: &str) -> Option<&str> {
    with_connector!(platform, C => C::connection(identity)).ok().flatten()
}

/// An id with another connection's name in it: see [`Connector::reconnected`].
pub fn reconnected(platform: Platform, id: &str, from: &str, to: &str) -> Option<String> {
    with_connector!(platform, C => C::reconnected(id, from, to)).ok().flatten()
}

/// Proves that `body` came from the platform: see [`Connector::verify`].
pub fn verify<'a>(
    platform: Platform,
    secrets: &[&[u8]],
    signature: Option<&str>,
    body: &'a [u8],
) -> Result<Verified<'a>, WebhookError> {
    Ok(with_connector!(platform, C => C::verify(secrets, signature, body))??)
}

/// Answers a webhook's handshake: the text to reply with, of a query's decoded names and values.
pub fn handshake(
    platform: Platform,
    query: &[(String, String)],
    verify_token: Option<&str>,
) -> Result<String, WebhookError> {
    let meta = [Platform::Facebook, Platform::Instagram, Platform::Whatsapp];
    if meta.contains(&platform) {
        return Ok(signature::handshake(query, verify_token)?);
    }
    signature_header(platform)?;
    Err(WebhookError::NoHandshake(platform))
}

/// The events of a verified body. `account` is the one that the webhook's address names, for platforms whose
/// bodies do not say which account they are for. What is longer than anything that is kept is cut here, once for all.
pub fn parse(platform: Platform, body: &Verified<'_>, account: Option<&RemoteId>) -> Result<Parsed, NotAvailable> {
    let mut parsed = match platform {
        Platform::Telegram => Telegram::parse_for(body, account),
        other => with_connector!(other, C => C::parse(body))?,
    };
    let mut events = Vec::with_capacity(parsed.events.len());
    for event in parsed.events {
        match event.bounded() {
            Ok(event) => events.push(event),
            Err(error) => parsed.unreadable.push(error.to_string()),
        }
    }
    parsed.events = events;
    Ok(parsed)
}

/// What a body is about. `account` is the one that the webhook's address names.
pub fn about(platform: Platform, body: &Verified<'_>, account: Option<&RemoteId>) -> About {
    let mut about = with_connector!(platform, C => C::about(body)).unwrap_or_default();
    about.accounts.extend(account.cloned());
    about
}

/// What a channel can do.
pub fn capabilities(channel: Channel) -> Result<&'static Capabilities, NotAvailable> {
    let all = with_connector!(channel.platform, C => C::capabilities())?;
    let found = all.iter().find(|one| one.channel == channel);
    found.ok_or(NotAvailable { platform: channel.platform })
}

/// How long a conversation may be answered: see [`Connector::window`].
pub fn window(channel: Channel, counterpart: &str) -> Result<WindowPolicy, NotAvailable> {
    let capabilities = capabilities(channel)?;
    with_connector!(channel.platform, C => C::window(capabilities, counterpart))
}

/// What every channel can do.
pub fn all_capabilities() -> impl Iterator<Item = &'static Capabilities> {
    available().flat_map(|platform| with_connector!(platform, C => C::capabilities()).unwrap_or_default())
}

/// The channels that can do something.
pub fn capable(feature: Feature) -> Vec<Channel> {
    all_capabilities().filter(|one| one.features.contains(&feature)).map(|one| one.channel).collect()
}

/// Whether a channel can do something; if not, the error names the channels that can.
pub fn require(channel: &Capabilities, feature: Feature) -> Result<(), Unsendable> {
    if channel.features.contains(&feature) {
        return Ok(());
    }
    let able: Vec<String> = capable(feature).iter().map(ToString::to_string).collect();
    Err(Unsendable::Incapable {
        channel: channel.channel.to_string(),
        feature: words(feature),
        able: if able.is_empty() { "none".to_owned() } else { able.join(", ") },
    })
}

fn words(feature: Feature) -> &'static str {
    match feature {
        Feature::Reply => "send replies",
        Feature::Attach => "send files",
        Feature::Quote => "answer one message in particular",
        Feature::Delete => "take messages back",
        Feature::Hide => "hide comments",
        Feature::React => "react to messages",
        Feature::Typing => "show that we are typing",
        Feature::MarkRead => "mark messages as read",
        Feature::ReadReceipts => "tell whether a message was read",
        Feature::Template => "send templates",
    }
}

/// Cuts a reply into the calls it takes, in order: see [`Connector::plan`].
pub fn plan(channel: Channel, draft: &Draft) -> Result<Vec<Part>, PlanError> {
    capabilities(channel)?;
    Ok(with_connector!(channel.platform, C => C::plan(channel.surface, draft))??)
}

/// The call that sends one part.
pub fn send(account: &Account<'_>, outgoing: &Outgoing<'_>) -> HttpRequest {
    with_account!(account, C, account => C::send(&account, outgoing))
}

/// What the answer to [`send`] means.
pub fn outcome(platform: Platform, response: &HttpResponse) -> Result<SendOutcome, NotAvailable> {
    with_connector!(platform, C => C::outcome(response))
}

/// The call that looks a person up, where the platform has one.
pub fn profile(account: &Account<'_>, identities: &[String]) -> Option<HttpRequest> {
    with_account!(account, C, account => C::profile(&account, identities))
}

/// What the answer to [`profile`] tells.
pub fn read_profile(account: &Account<'_>, response: &HttpResponse) -> Result<Profile, PlatformError> {
    with_account!(account, C, _account => C::read_profile(response))
}

/// The call that exchanges a media handle for an address, where media have handles.
pub fn locate(account: &Account<'_>, handle: &RemoteId) -> Option<HttpRequest> {
    with_account!(account, C, account => C::locate(&account, handle))
}

/// The download that the answer to [`locate`] leads to.
pub fn located(account: &Account<'_>, response: &HttpResponse) -> Result<HttpRequest, PlatformError> {
    with_account!(account, C, account => C::located(&account, response))
}

/// The call that proves that the credentials work and belong to the account.
pub fn probe(account: &Account<'_>) -> HttpRequest {
    with_account!(account, C, account => C::probe(&account))
}

/// What the answer to [`probe`] tells.
pub fn probed(account: &Account<'_>, response: &HttpResponse) -> Result<Probe, PlatformError> {
    with_account!(account, C, _account => C::probed(response))
}

/// The calls that make the platform post this account's events to us.
pub fn subscribe(account: &Account<'_>, hook: &Hook<'_>) -> Vec<HttpRequest> {
    with_account!(account, C, account => C::subscribe(&account, hook))
}

/// What the answer to a call of [`subscribe`] means.
pub fn subscribed(account: &Account<'_>, response: &HttpResponse) -> Result<(), PlatformError> {
    with_account!(account, C, _account => C::subscribed(response))
}
