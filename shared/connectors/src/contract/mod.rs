//! The contract every connector obeys.

mod call;
mod delivery;
mod parsed;

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use tributary_domain::{
    capability::{Capabilities, ErrorClass, PlatformError, WindowPolicy},
    form::ConnectForm,
    id::RemoteId,
    moderation::{ModerationAction, ModerationOutcome},
    outbound::{Draft, Part, SendOutcome, Unsendable},
    platform::Platform,
    post::PostContext,
    time::Timestamp,
};

pub use self::{
    call::{Account, Hook, Moderating, Outgoing, To},
    delivery::{Harmless, Inbound, Rejection, Verified, Via},
    parsed::{About, Connection, Kept, Parsed},
};
use crate::{
    http::{BaseSpec, HttpRequest, HttpResponse},
    plan,
    secret::Secret,
    webhook::{Answer, Handshake, Webhook},
};

/// One platform. Implemented by an empty type; every function is a pure function of its arguments.
pub trait Connector {
    const PLATFORM: Platform;
    /// Where the platform posts, and how what it posts is proved.
    const WEBHOOK: Webhook;
    /// The addresses of its API.
    const BASES: &'static [BaseSpec];
    /// The headers of answers that are read, beside `Retry-After`; in lower case.
    const HEADERS: &'static [&'static str] = &[];
    /// The variables that may hold the secret which proves our app with each call; the first that is set is used.
    const APP_SECRETS: &'static [&'static str] = &[];
    /// What a person is asked for when an account is connected.
    const FORM: ConnectForm;
    /// Hosts (and their sub-domains) from which this platform's media may be fetched.
    const MEDIA_HOSTS: &'static [&'static str];
    /// What this platform reports that is passed over and only counted, each with the reason. Whatever is neither read
    /// nor on these lists is kept: see [`Kept`].
    const HARMLESS: &'static [&'static [Harmless]];
    /// Whether the same person may go by one id today and by another tomorrow.
    const ALIASES: bool = false;
    /// What each surface of this platform can do.
    const CAPABILITIES: &'static [Capabilities];
    /// How a reply is cut into calls.
    const RULES: plan::Rules;
    /// What is needed to speak for one account. Sealed at rest; never shown.
    type Credentials: AccountCredentials;

    /// How long a conversation with this counterpart may be answered: the channel's rule, but for platforms that have
    /// two kinds of conversation on one channel.
    fn window(channel: &Capabilities, _counterpart: &str) -> WindowPolicy {
        channel.window
    }

    /// The connection through which a person is spoken with, where an account speaks through several.
    fn connection(_identity: &str) -> Option<&str> {
        None
    }

    /// An id of a person or a message that holds the name of the connection `from`, with `to` in its place; none where it
    /// holds no such name.
    fn reconnected(_id: &str, _from: &str, _to: &str) -> Option<String> {
        None
    }

    /// Proves that `body` came from the platform: `signature` against each of `secrets`, in constant time.
    /// No secret at all is [`Rejection::NoSecret`], never a pass.
    fn verify<'a>(secrets: &[&[u8]], signature: Option<&str>, body: &'a [u8]) -> Result<Verified<'a>, Rejection>;

    /// Answers the question by which the platform proves that a webhook is ours.
    fn handshake(_asked: &Handshake<'_>) -> Result<Answer, Rejection> {
        Err(Rejection::NoHandshake)
    }

    /// The events of a delivery. One bad entry never hides the good ones.
    fn parse(inbound: &Inbound<'_>) -> Parsed;

    /// What a body is about, as far as that can be told where not all of it can be read.
    fn about(body: &Verified<'_>) -> About;

    /// Cuts a reply into the calls it takes on a channel of this platform, in order, or says why it cannot be sent.
    fn plan(channel: &Capabilities, draft: &Draft) -> Result<Vec<Part>, Unsendable> {
        plan::parts(channel, &Self::RULES, draft)
    }

    /// The call that sends one part; refused where the surface has no such target.
    fn send(account: &Account<'_, Self::Credentials>, outgoing: &Outgoing<'_>) -> Result<HttpRequest, PlatformError>;

    /// What the answer to [`Connector::send`] means. `outgoing` is what was sent.
    fn outcome(outgoing: &Outgoing<'_>, response: &HttpResponse) -> SendOutcome;

    /// The call that asks whether the platform has a part whose answer was lost, where it can be asked.
    fn check(
        _account: &Account<'_, Self::Credentials>,
        _outgoing: &Outgoing<'_>,
        _since: Timestamp,
    ) -> Option<HttpRequest> {
        None
    }

    /// What of the answer to [`Connector::check`] may be that part, written since then: oldest first.
    fn checked(
        _account: &Account<'_, Self::Credentials>,
        _outgoing: &Outgoing<'_>,
        _since: Timestamp,
        _response: &HttpResponse,
    ) -> Vec<RemoteId> {
        Vec::new()
    }

    /// The call that does something to a comment, where the platform has one.
    fn moderate(_account: &Account<'_, Self::Credentials>, _moderating: &Moderating<'_>) -> Option<HttpRequest> {
        None
    }

    /// What the answer to [`Connector::moderate`] means. "Be hidden" can be said twice: what proves nothing is said again.
    fn moderated(_action: ModerationAction, _response: &HttpResponse) -> ModerationOutcome {
        ModerationOutcome::Refused { error: never_asked("no-moderation") }
    }

    /// How much of what the platform allows the account was used, in percent, where an answer says so.
    fn spent(_response: &HttpResponse) -> Option<u64> {
        None
    }

    /// The call that looks a person up, where the platform has one.
    fn profile(_account: &Account<'_, Self::Credentials>, _identities: &[String]) -> Option<HttpRequest> {
        None
    }

    /// What the answer to [`Connector::profile`] tells.
    fn read_profile(_response: &HttpResponse) -> Result<Profile, PlatformError> {
        Err(never_asked("no-profiles"))
    }

    /// The call that reads a post that people comment under, where the platform shows it; `mention`: it is somebody else's.
    fn post(_account: &Account<'_, Self::Credentials>, _post: &RemoteId, _mention: bool) -> Option<HttpRequest> {
        None
    }

    /// What the answer to [`Connector::post`] tells.
    fn read_post(_response: &HttpResponse) -> Result<PostContext, PlatformError> {
        Err(never_asked("no-posts"))
    }

    /// The call that exchanges a media handle for an address, where media have handles.
    fn locate(_account: &Account<'_, Self::Credentials>, _handle: &RemoteId) -> Option<HttpRequest> {
        None
    }

    /// The download that the answer to [`Connector::locate`] leads to.
    fn located(
        _account: &Account<'_, Self::Credentials>,
        _response: &HttpResponse,
    ) -> Result<HttpRequest, PlatformError> {
        Err(never_asked("no-handles"))
    }

    /// The call that proves that the credentials work and belong to the account.
    fn probe(account: &Account<'_, Self::Credentials>) -> HttpRequest;

    /// What the answer to [`Connector::probe`] tells.
    fn probed(response: &HttpResponse) -> Result<Probe, PlatformError>;

    /// The calls that make the platform post this account's events to us.
    fn subscribe(account: &Account<'_, Self::Credentials>, hook: &Hook<'_>) -> Vec<HttpRequest>;

    /// What the answer to a call of [`Connector::subscribe`] means.
    fn subscribed(response: &HttpResponse) -> Result<(), PlatformError>;
}

/// The answer to a call that a platform does not have.
fn never_asked(code: &str) -> PlatformError {
    PlatformError { class: ErrorClass::Invalid, code: code.to_owned() }
}

/// What is needed to speak for one account, as each platform has it.
pub trait AccountCredentials: DeserializeOwned + Serialize + Clone + PartialEq + Eq + fmt::Debug {
    /// The token that opens the API.
    fn token(&self) -> &Secret;

    /// What is wrong with them, beside what their form tells.
    fn check(&self) -> Result<(), &'static str> {
        Ok(())
    }

    /// What is missing to have the platform post to us.
    fn can_subscribe(&self) -> Result<(), &'static str> {
        Ok(())
    }
}

/// What a look-up tells of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    pub name: Option<String>,
    /// Handle without `@`.
    pub username: Option<String>,
    /// Facts worth showing beside the name, as label and value.
    #[serde(default)]
    pub facts: Vec<(String, String)>,
}

/// What the platform says of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Its id, which must be the one that is being connected.
    pub id: RemoteId,
    pub name: Option<String>,
}
