//! The contract every connector obeys.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use tributary_domain::{
    capability::{Capabilities, ErrorClass, PlatformError, WindowPolicy},
    event::{Correlation, Event, Fact},
    form::ConnectForm,
    id::{RemoteId, ThreadId},
    moderation::{ModerationAction, ModerationOutcome},
    outbound::{Draft, Part, SendOutcome, Unsendable},
    platform::{Platform, Surface},
    post::PostContext,
    subject::Subject,
    time::Timestamp,
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

/// One delivery, as a connector reads it.
#[derive(Debug, Clone, Copy)]
pub struct Inbound<'a> {
    pub body: Verified<'a>,
    /// The account that it came for, where the webhook's address names it; a poll always does.
    pub account: Option<&'a RemoteId>,
    pub via: Via<'a>,
}

/// How a delivery came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via<'a> {
    /// The platform posted it.
    Webhook,
    /// It is the answer of a feed that we asked.
    Feed(&'a str),
}

/// A kind that is passed over, and why: nobody says, chooses or presses anything in it, and nobody has to act on it.
pub type Harmless = (&'static str, &'static str);

/// An account to act for.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a, C> {
    /// The platform's id of it.
    pub id: &'a RemoteId,
    pub credentials: &'a C,
    /// The secret of the platform's app, for platforms that want proof of it with each call.
    pub app_secret: Option<&'a str>,
}

/// One part on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// Where the conversation is.
    pub surface: Surface,
    /// Whom or what it answers.
    pub to: To<'a>,
    pub part: &'a Part,
    /// An https address for each file of the part, readable without a key for a short while.
    pub links: &'a [String],
    /// The window is past its free part: the human-agent tag is due.
    pub human_agent: bool,
    /// Our reference, for platforms that give it back.
    pub correlation: &'a Correlation,
    /// The thread, which is part of it.
    pub thread: &'a ThreadId,
    /// The topic of the chat that it belongs to, where it has topics.
    pub topic: Option<&'a str>,
    /// What [`SendOutcome::Continue`] gave back: this call is the next step of the same part.
    pub handle: Option<&'a str>,
}

/// What is done to which comment.
#[derive(Debug, Clone, Copy)]
pub struct Moderating<'a> {
    /// Where the comment is.
    pub surface: Surface,
    pub action: ModerationAction,
    /// The comment.
    pub on: &'a RemoteId,
    /// It is ours.
    pub own: bool,
}

/// Whom or what a part answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To<'a> {
    /// A person, by their ids on this account, the one last in use first.
    Person(&'a [String]),
    /// A comment under a post.
    Comment {
        id: &'a RemoteId,
        /// What it stands under.
        subject: &'a Subject,
    },
    /// A review, or a post as such.
    Subject(&'a Subject),
    /// The author of a comment, in the messages between them and us.
    Author { comment: &'a RemoteId },
}

impl<'a> Outgoing<'a> {
    /// The person it goes to; only messages go to persons.
    pub(crate) fn person(&self) -> Result<&'a [String], PlatformError> {
        match (self.surface, self.to) {
            (Surface::Messages, To::Person(identities)) => Ok(identities),
            _ => Err(never_asked("no-such-target")),
        }
    }
}

/// Where a platform is to post.
#[derive(Clone, Copy)]
pub struct Hook<'a> {
    pub url: &'a str,
    /// The secret it has to show, for platforms that do not sign.
    pub secret: &'a str,
}

impl fmt::Debug for Hook<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("url", &self.url).finish_non_exhaustive()
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

/// Bytes that were proved to come from the platform. Only `verify` makes one, so nothing else can be parsed.
#[derive(Clone, Copy)]
pub struct Verified<'a>(&'a [u8]);

impl<'a> Verified<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Self {
        Self(body)
    }

    /// Bytes that were verified before they were put on our own queue.
    pub fn from_queue(body: &'a [u8]) -> Self {
        Self(body)
    }

    /// The bytes as received.
    pub fn bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for Verified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verified({} bytes)", self.0.len())
    }
}

/// Why a webhook is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The door is closed because no secret is set.
    #[error("no secret is configured for this platform")]
    NoSecret,
    /// There is no signature.
    #[error("the signature header is missing or malformed")]
    NoSignature,
    /// The signature is not the platform's.
    #[error("the signature does not match")]
    Mismatch,
    /// The platform asks no such question.
    #[error("this platform has no webhook handshake")]
    NoHandshake,
    /// The handshake's token is not ours.
    #[error("the verify token does not match")]
    Token,
    /// What the handshake asks to have given back is nothing that the platform asks for.
    #[error("hub.challenge is not 1 to 128 letters, digits, `_` or `-`")]
    Challenge,
}

/// What a delivery holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parsed {
    /// The facts, in the order of the body.
    pub events: Vec<Event>,
    /// Kinds that are on the connector's list of harmless ones, one per occurrence.
    pub ignored: Vec<&'static str>,
    /// Kinds that are on no list, one per kind and account: the delivery is kept for a release that reads them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
    /// Connections through which an account speaks for others, as they are now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<Connection>,
    /// Entries that could not be read, each with what was wrong; the delivery is parked and shown.
    pub unreadable: Vec<String>,
    /// The platform's dashboard sent a sample: acknowledge, open nothing.
    pub sample: bool,
}

/// A connection through which an account speaks in the chats of somebody else's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// What the platform calls the account.
    pub account: RemoteId,
    /// What the platform calls the connection.
    pub id: String,
    /// Whose chats they are, as the platform calls them: whoever connects anew gets a connection of another name.
    pub owner: Option<String>,
    /// Whether it may answer there.
    pub open: bool,
}

/// What a delivery is about: whom it is for, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// What the platform calls the accounts.
    pub accounts: Vec<RemoteId>,
    /// What the platform calls what is in it.
    pub kinds: Vec<String>,
}

/// Most of either that are told.
const MOST_TOLD: usize = 10;

impl About {
    pub(crate) fn account(&mut self, account: &str) {
        let account = RemoteId::new(account);
        if !account.as_str().is_empty() && self.accounts.len() < MOST_TOLD && !self.accounts.contains(&account) {
            self.accounts.push(account);
        }
    }

    pub(crate) fn kind(&mut self, kind: &str) {
        let kind = plain(kind);
        if self.kinds.len() < MOST_TOLD && !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }
}

/// A name that came from outside: only its letters, digits, `_`, `-` and `.` are taken.
fn plain(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    name.chars().map(|letter| if plain(letter) { letter } else { '_' }).take(LONGEST_KIND).collect()
}

/// A kind that this release does not read, and that is not known to be harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// What the platform calls it, as in `feed` or `messages.hologram`.
    pub kind: String,
    /// What the platform calls the account it came for, where it says so.
    pub account: Option<RemoteId>,
}

/// Longest name of a kind.
const LONGEST_KIND: usize = 60;

impl Parsed {
    /// The event read last is of this thread, by our own reference in it.
    pub(crate) fn of_thread(&mut self, thread: Option<ThreadId>) {
        if let Some(event) = self.events.last_mut() {
            event.thread = thread;
        }
    }

    /// Notes a kind that is neither read nor harmless.
    pub(crate) fn keep(&mut self, kind: &str, account: &str) {
        let account = Some(account).filter(|account| !account.is_empty()).map(RemoteId::new);
        let kept = Kept { kind: plain(kind), account };
        if !self.kept.contains(&kept) {
            self.kept.push(kept);
        }
    }

    /// One more event; what it says is settled first, so that no message is one in which a person sees nothing. It is of an
    /// element without the members that `left_out` names: they are told with the message. Where
    /// nothing is left of what was said, the delivery waits for a person as well.
    pub(crate) fn push(&mut self, mut event: Event, left_out: &[String]) {
        if let Fact::Message { content, .. } | Fact::Echo { content, .. } = &mut event.fact {
            *content = std::mem::take(content).settled();
            content.not_read = left_out.to_vec();
            if content.says_nothing() {
                let lost = left_out.iter().map(|name| format!("a message's `{name}` is not what it should be"));
                self.unreadable.extend(lost);
            }
        }
        event.place = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        self.events.push(event);
    }
}
