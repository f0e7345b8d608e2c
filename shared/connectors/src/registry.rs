//! The one place that lists the connectors. The Worker speaks to connectors through here alone.

use tributary_domain::{
    capability::{Capabilities, Feature, PlatformError, WindowPolicy},
    form::ConnectForm,
    id::RemoteId,
    json_error::{Misfit, Unreadable, read_object},
    moderation::{ModerationAction, ModerationOutcome},
    outbound::{Draft, Part, SendOutcome, Unsendable},
    platform::{Channel, Platform},
    post::PostContext,
    time::Timestamp,
};

use crate::{
    contract::{
        self, About, AccountCredentials as _, Connector, Harmless, Hook, Inbound, Moderating, Outgoing, Parsed, Probe,
        Profile, Rejection, Verified,
    },
    facebook,
    http::{BaseSpec, HttpRequest, HttpResponse},
    instagram, telegram,
    webhook::{Answer, Handshake, Webhook},
    whatsapp,
};

/// An account to act for, of whichever platform.
pub type Account<'a> = contract::Account<'a, Credentials>;

/// A platform has no such surface in this version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{channel} are not available in this version; available are {}", available())]
pub struct NotAvailable {
    /// The channel that was asked for.
    pub channel: Channel,
}

/// Every channel in words.
fn available() -> String {
    all_capabilities().map(|one| one.channel.to_string()).collect::<Vec<_>>().join(", ")
}

/// Why a reply is not cut into calls.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// There is no such channel.
    #[error(transparent)]
    NotAvailable(#[from] NotAvailable),
    /// The reply is not acceptable to its channel.
    #[error(transparent)]
    Unsendable(#[from] Unsendable),
}

/// Credentials are not what the platform needs. Never shows them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{platform} credentials are {wanted}; {problem}")]
pub struct CredentialsError {
    pub platform: Platform,
    /// What they have to look like.
    pub wanted: String,
    /// What is wrong with these.
    pub problem: String,
}

/// Makes everything that has to be said once per platform out of one list. `$` comes with the list because a macro that
/// makes macros cannot write it.
macro_rules! connectors {
    (($d:tt) $($Platform:ident => $module:ident::$Type:ident),+ $(,)?) => {
        /// What is needed to speak for one account.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Credentials {
            $(#[doc = concat!("Of an account of `", stringify!($Platform), "`.")]
            $Platform($module::Credentials)),+
        }

        /// Runs `$call` with `$C` standing for the platform's connector.
        macro_rules! with_connector {
            ($d platform:expr, $d C:ident => $d call:expr) => {
                match $d platform {
                    $(Platform::$Platform => {
                        type $d C = $module::$Type;
                        $d call
                    })+
                }
            };
        }

        /// Runs `$call` with `$C` standing for the connector of these credentials, and `$own` for them.
        macro_rules! with_credentials {
            ($d credentials:expr, $d C:ident, $d own:ident => $d call:expr) => {
                match $d credentials {
                    $(Credentials::$Platform($d own) => {
                        type $d C = $module::$Type;
                        $d call
                    })+
                }
            };
        }

        fn read(platform: Platform, json: &str) -> Result<Credentials, Unreadable> {
            match platform {
                $(Platform::$Platform => read_object(json.as_bytes()).map(Credentials::$Platform)),+
            }
        }
    };
}

connectors! { ($)
    Facebook => facebook::Facebook,
    Instagram => instagram::Instagram,
    Whatsapp => whatsapp::Whatsapp,
    Telegram => telegram::Telegram,
}

/// Runs `$call` with `$C` standing for the connector of an account, and `$account` for the account.
macro_rules! with_account {
    ($whole:expr, $C:ident, $account:ident => $call:expr) => {
        with_credentials!($whole.credentials, $C, credentials => {
            let $account = contract::Account { id: $whole.id, credentials, app_secret: $whole.app_secret };
            $call
        })
    };
}

impl Credentials {
    /// Reads what an administrator entered, or what was sealed. Unknown members are refused.
    pub fn read(platform: Platform, json: &str) -> Result<Self, CredentialsError> {
        let credentials = read(platform, json).map_err(|error| malformed(platform, complaint(&error)))?;
        with_credentials!(&credentials, C, own => {
            if !own.token().usable() {
                return Err(malformed(platform, "the token is empty, or has characters that no token has"));
            }
            own.check().map_err(|problem| malformed(C::PLATFORM, problem))?;
        });
        Ok(credentials)
    }

    /// Whether the account can be made to post to us with these.
    pub fn can_subscribe(&self) -> Result<(), CredentialsError> {
        with_credentials!(self, C, own => own.can_subscribe().map_err(|problem| malformed(C::PLATFORM, problem)))
    }

    /// As JSON, to be sealed at once.
    pub fn to_json(&self) -> String {
        with_credentials!(self, C, own => {
            let own: &<C as Connector>::Credentials = own;
            crate::json::written(own)
        })
    }

    /// Whose they are.
    pub fn platform(&self) -> Platform {
        with_credentials!(self, C, _own => C::PLATFORM)
    }
}

fn malformed(platform: Platform, problem: impl Into<String>) -> CredentialsError {
    CredentialsError { platform, wanted: form(platform).wanted(), problem: problem.into() }
}

/// What is wrong with credentials. Names of members that are not known are not told: they might be a token that was
/// pasted in the wrong place.
fn complaint(error: &Unreadable) -> String {
    match error.misfit {
        Misfit::Unknown { .. } => "there is an unknown field in it".to_owned(),
        _ => error.to_string(),
    }
}

/// What a person is asked for when an account is connected.
pub fn form(platform: Platform) -> &'static ConnectForm {
    with_connector!(platform, C => const { &C::FORM })
}

/// Where the platform posts, and how that is proved.
pub fn webhook(platform: Platform) -> &'static Webhook {
    with_connector!(platform, C => const { &C::WEBHOOK })
}

/// The addresses of a platform's API.
pub fn bases(platform: Platform) -> &'static [BaseSpec] {
    with_connector!(platform, C => C::BASES)
}

/// The headers of a platform's answers that are read.
pub fn headers(platform: Platform) -> &'static [&'static str] {
    with_connector!(platform, C => C::HEADERS)
}

/// The variables that may hold the secret which proves our app with each call.
pub fn app_secrets(platform: Platform) -> &'static [&'static str] {
    with_connector!(platform, C => C::APP_SECRETS)
}

/// Hosts (and their sub-domains) from which the platform's media may be fetched.
pub fn media_hosts(platform: Platform) -> &'static [&'static str] {
    with_connector!(platform, C => C::MEDIA_HOSTS)
}

/// What the platform reports that is passed over, each kind with the reason.
pub fn harmless(platform: Platform) -> impl Iterator<Item = &'static Harmless> {
    with_connector!(platform, C => C::HARMLESS).iter().copied().flatten()
}

/// Whether the same person may go by one id today and by another tomorrow.
pub fn aliases(platform: Platform) -> bool {
    with_connector!(platform, C => C::ALIASES)
}

/// The connection through which a person is spoken with: see [`Connector::connection`].
pub fn connection(platform: Platform, identity: &str) -> Option<&str> {
    with_connector!(platform, C => C::connection(identity))
}

/// An id with another connection's name in it: see [`Connector::reconnected`].
pub fn reconnected(platform: Platform, id: &str, from: &str, to: &str) -> Option<String> {
    with_connector!(platform, C => C::reconnected(id, from, to))
}

/// Proves that `body` came from the platform: see [`Connector::verify`].
pub fn verify<'a>(
    platform: Platform,
    secrets: &[&[u8]],
    signature: Option<&str>,
    body: &'a [u8],
) -> Result<Verified<'a>, Rejection> {
    with_connector!(platform, C => C::verify(secrets, signature, body))
}

/// Answers a webhook's handshake: see [`Connector::handshake`].
pub fn handshake(platform: Platform, asked: &Handshake<'_>) -> Result<Answer, Rejection> {
    with_connector!(platform, C => C::handshake(asked))
}

/// The events of a delivery. What is longer than anything that is kept is cut here, once for all.
pub fn parse(platform: Platform, inbound: &Inbound<'_>) -> Parsed {
    let mut parsed = with_connector!(platform, C => C::parse(inbound));
    let mut events = Vec::with_capacity(parsed.events.len());
    for event in parsed.events {
        match event.bounded() {
            Ok(event) => events.push(event),
            Err(error) => parsed.unreadable.push(error.to_string()),
        }
    }
    parsed.events = events;
    parsed
}

/// What a body is about. `account` is the one that the webhook's address names.
pub fn about(platform: Platform, body: &Verified<'_>, account: Option<&RemoteId>) -> About {
    let mut about = with_connector!(platform, C => C::about(body));
    about.accounts.extend(account.cloned());
    about
}

/// What a channel can do.
pub fn capabilities(channel: Channel) -> Result<&'static Capabilities, NotAvailable> {
    channels(channel.platform).iter().find(|one| one.channel == channel).ok_or(NotAvailable { channel })
}

/// How long a conversation may be answered: see [`Connector::window`].
pub fn window(channel: Channel, counterpart: &str) -> Result<WindowPolicy, NotAvailable> {
    let capabilities = capabilities(channel)?;
    Ok(with_connector!(channel.platform, C => C::window(capabilities, counterpart)))
}

/// What each surface of a platform can do.
pub fn channels(platform: Platform) -> &'static [Capabilities] {
    with_connector!(platform, C => C::CAPABILITIES)
}

/// What every channel can do.
pub fn all_capabilities() -> impl Iterator<Item = &'static Capabilities> {
    Platform::ALL.iter().flat_map(|platform| channels(*platform))
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
        Feature::DeleteTheirs => "delete what customers write",
        Feature::Hide => "hide comments",
        Feature::Like => "like comments",
        Feature::ReplyToHidden => "answer hidden comments",
        Feature::React => "react to messages",
        Feature::Typing => "show that we are typing",
        Feature::MarkRead => "mark messages as read",
        Feature::ReadReceipts => "tell whether a message was read",
        Feature::Template => "send templates",
        Feature::PrivateReply => "answer a comment privately",
    }
}

/// Cuts a reply into the calls it takes, in order: see [`Connector::plan`].
pub fn plan(channel: Channel, draft: &Draft) -> Result<Vec<Part>, PlanError> {
    let capabilities = capabilities(channel)?;
    if draft.private_to().is_some() {
        return Ok(crate::plan::private(capabilities, draft)?);
    }
    Ok(with_connector!(channel.platform, C => C::plan(capabilities, draft))?)
}

/// The call that sends one part: see [`Connector::send`].
pub fn send(account: &Account<'_>, outgoing: &Outgoing<'_>) -> Result<HttpRequest, PlatformError> {
    with_account!(account, C, account => C::send(&account, outgoing))
}

/// What the answer to [`send`] means.
pub fn outcome(platform: Platform, outgoing: &Outgoing<'_>, response: &HttpResponse) -> SendOutcome {
    with_connector!(platform, C => C::outcome(outgoing, response))
}

/// The call that asks for a part whose answer was lost: see [`Connector::check`].
pub fn check(account: &Account<'_>, outgoing: &Outgoing<'_>, since: Timestamp) -> Option<HttpRequest> {
    with_account!(account, C, account => C::check(&account, outgoing, since))
}

/// What of the answer to [`check`] may be that part.
pub fn checked(
    account: &Account<'_>,
    outgoing: &Outgoing<'_>,
    since: Timestamp,
    response: &HttpResponse,
) -> Vec<RemoteId> {
    with_account!(account, C, account => C::checked(&account, outgoing, since, response))
}

/// The call that does something to a comment, where the channel can: see [`Connector::moderate`].
pub fn moderate(account: &Account<'_>, moderating: &Moderating<'_>) -> Option<HttpRequest> {
    let channel = Channel { platform: account.credentials.platform(), surface: moderating.surface };
    if !moderates(channel, moderating.action, moderating.own) {
        return None;
    }
    with_account!(account, C, account => C::moderate(&account, moderating))
}

/// Whether a channel can do this to a comment of ours, or of others.
pub fn moderates(channel: Channel, action: ModerationAction, own: bool) -> bool {
    let able = |feature| capabilities(channel).is_ok_and(|one| one.features.contains(&feature));
    action.needs(own).is_some_and(able)
}

/// What the answer to [`moderate`] means.
pub fn moderated(platform: Platform, action: ModerationAction, response: &HttpResponse) -> ModerationOutcome {
    with_connector!(platform, C => C::moderated(action, response))
}

/// How much of what the platform allows the account was used, in percent, where an answer says so.
pub fn spent(platform: Platform, response: &HttpResponse) -> Option<u64> {
    with_connector!(platform, C => C::spent(response))
}

/// The call that looks a person up, where the platform has one.
pub fn profile(account: &Account<'_>, identities: &[String]) -> Option<HttpRequest> {
    with_account!(account, C, account => C::profile(&account, identities))
}

/// What the answer to [`profile`] tells.
pub fn read_profile(account: &Account<'_>, response: &HttpResponse) -> Result<Profile, PlatformError> {
    with_account!(account, C, _account => C::read_profile(response))
}

/// The call that reads a post that people comment under: see [`Connector::post`].
pub fn post(account: &Account<'_>, post: &RemoteId, mention: bool) -> Option<HttpRequest> {
    with_account!(account, C, account => C::post(&account, post, mention))
}

/// What the answer to [`post`] tells.
pub fn read_post(account: &Account<'_>, response: &HttpResponse) -> Result<PostContext, PlatformError> {
    with_account!(account, C, _account => C::read_post(response))
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
