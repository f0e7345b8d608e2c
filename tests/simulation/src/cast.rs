//! What is the same in every world: two teammates, two customers, their account, the rules.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use tributary_domain::{
    authored::{Authored, ModerationOrder, Session, SignedIn},
    capability::{Capabilities, Feature, Inbound, MediaPolicy, SendSemantics, TextLimit, TextUnit, WindowPolicy},
    id::{AccountId, MessageId, RemoteId, TeammateId},
    moderation::ModerationAction,
    outbound::Draft,
    platform::{Channel, Platform, Surface},
    routing::Member,
    rules::Rules,
    thread::Thread,
    time::{Span, Timestamp},
    timings::Timings,
};

/// Customers, and so threads.
pub const CUSTOMERS: usize = 2;
/// Teammates.
pub const TEAMMATES: usize = 2;

/// Targets that are over within the minutes that a world lives.
const HURRY: &str = "[targets]\nurgent = \"10s\"\nhigh = \"20s\"\nnormal = \"45s\"\nlow = \"90s\"\nwarn_before = \"5s\"\n\
    [escalation]\nevery = \"40s\"\n";

/// A shift that begins two minutes after the world does.
const SOON: &str = "[hours]\nshifts = [{ days = [\"mon-sun\"], from = \"09:02\", to = \"17:00\" }]\n";
/// What the team makes of them later: other targets, another chain.
const RELAXED: &str = "[targets]\nurgent = \"30s\"\nhigh = \"30s\"\nnormal = \"60s\"\nlow = \"60s\"\nwarn_before = \"2s\"\n\
    [escalation]\nchain = [\"channel\", \"lead\", \"backup\"]\nevery = \"25s\"\n";

/// Both are of one team, which the first of them leads.
const TEAM: &str = "[teams.all]\nlead = \"teammate0@example.com\"\n[triage]\nteam = \"all\"\n\
    [teammates.\"teammate0@example.com\"]\nteams = [\"all\"]\n[teammates.\"teammate1@example.com\"]\nteams = [\"all\"]\n";

const SECRET: &[u8] = b"an invented secret";

/// The one channel there is.
pub static CHANNEL: Capabilities = Capabilities {
    channel: Channel { platform: Platform::Instagram, surface: Surface::Messages },
    features: &[],
    text: TextLimit { max: 1000, unit: TextUnit::Bytes },
    caption: None,
    media: &[],
    attachments: 1,
    window: WindowPolicy::HumanAgent { standard: Span::hours(24), human_agent: Span::days(7) },
    semantics: SendSemantics::Correlatable,
    inbound: Inbound::Webhook,
    media_policy: MediaPolicy::Store,
    blind_spots: &[],
};

/// Where people comment.
pub static COMMENTS: Capabilities = Capabilities {
    channel: Channel { platform: Platform::Facebook, surface: Surface::Comments },
    features: &[Feature::Hide, Feature::Delete, Feature::DeleteTheirs],
    window: WindowPolicy::None,
    ..CHANNEL
};

/// When every world begins.
pub fn morning() -> Timestamp {
    Timestamp::from_seconds(1_767_258_000)
}

/// Our account.
pub fn account() -> &'static AccountId {
    static ACCOUNT: OnceLock<AccountId> = OnceLock::new();
    ACCOUNT.get_or_init(|| AccountId::of(Platform::Instagram, &RemoteId::new("1784")))
}

/// What the platform calls a customer.
pub fn counterpart(customer: usize) -> String {
    format!("igsid:{customer}")
}

/// A customer's thread before anything is known.
pub fn blank(customer: usize) -> &'static Thread {
    static BLANK: OnceLock<[Thread; CUSTOMERS]> = OnceLock::new();
    let new = |customer| Thread::new(account().clone(), Platform::Instagram, Surface::Messages, counterpart(customer));
    let [first, second] = BLANK.get_or_init(|| std::array::from_fn(new));
    if customer == 0 { first } else { second }
}

/// The rules that the team begins with, and the others.
pub fn rules(others: bool) -> Option<&'static Rules> {
    static RULES: OnceLock<[Option<Rules>; 2]> = OnceLock::new();
    let [first, second] =
        RULES.get_or_init(|| [HURRY, RELAXED].map(|text| Rules::parse(&format!("{text}{TEAM}")).ok()));
    if others { second.as_ref() } else { first.as_ref() }
}

/// The rules that the roster decides by: somebody is always there, or from two minutes after the beginning on.
pub fn hours(always: bool) -> Option<&'static Rules> {
    static RULES: OnceLock<[Option<Rules>; 2]> = OnceLock::new();
    let [there, soon] =
        RULES.get_or_init(|| ["", SOON].map(|hours| Rules::parse(&format!("{HURRY}{hours}{TEAM}")).ok()));
    if always { there.as_ref() } else { soon.as_ref() }
}

/// How long things take.
pub fn timings() -> &'static Timings {
    static TIMINGS: OnceLock<Timings> = OnceLock::new();
    TIMINGS.get_or_init(Timings::default)
}

/// The teammates, as routing knows them.
pub fn members() -> &'static [Member] {
    static MEMBERS: OnceLock<Vec<Member>> = OnceLock::new();
    MEMBERS.get_or_init(|| {
        let member = |number| Member {
            id: teammate(number),
            email: format!("teammate{number}@example.com"),
            name: format!("Teammate {number}"),
            enabled: true,
            can_reply: true,
            invited: false,
        };
        (0..TEAMMATES).map(member).collect()
    })
}

/// A teammate's id.
pub fn teammate(number: usize) -> TeammateId {
    TeammateId::from_bytes(&[u8::try_from(number).unwrap_or(u8::MAX)])
}

/// A teammate, signed in, puts their name to words. Only this makes a reply possible.
pub fn signed(number: usize, draft: &Draft, now: Timestamp) -> Option<Authored> {
    Authored::by(&signed_in(number, now)?, draft).ok()
}

/// A teammate, signed in, wants something done to a comment.
pub fn ordered(action: ModerationAction, comment: MessageId, now: Timestamp) -> Option<ModerationOrder> {
    ModerationOrder::by(&signed_in(0, now)?, action, comment).ok()
}

fn signed_in(number: usize, now: Timestamp) -> Option<SignedIn> {
    let session = Session {
        secret_digest: Sha256::digest(SECRET).into(),
        teammate: teammate(number),
        enabled: true,
        may_reply: true,
        expires_at: now.plus(Span::hours(1)),
    };
    SignedIn::check(&session, SECRET, now).ok()
}
