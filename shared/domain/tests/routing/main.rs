//! Routing and the roster: stories, and properties over random teams and histories.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what a test does not expect stops it")]

mod decisions;
mod histories;
mod replay;
mod stories;

use tributary_domain::{
    id::{AccountId, ContactId, TeammateId, ThreadId},
    label::Urgency,
    routing::{Answered, Candidate, Cause, Load, Member, RoutingRequest},
    rules::Rules,
    time::Timestamp,
};

/// Mia and Jon own orders in two shifts a day, Kim stands in; Ann works nights for the returns team; Max is not named.
const RULES: &str = r#"
[workspace]
time_zone = "Europe/Berlin"
channel = "all"
[hours]
shifts = [{ days = ["mon-fri"], from = "09:00", to = "17:00" }]
[teams.returns]
channel = "returns"
[teams.night]
[teammates."mia@example.com"]
shifts = [
  { days = ["mon-fri"], from = "09:00", to = "12:00" },
  { days = ["mon-fri"], from = "13:00", to = "17:00" },
]
languages = ["en", "de"]
[teammates."jon@example.com"]
cap = 9
languages = ["en"]
[teammates."kim@example.com"]
shifts = [{ days = ["mon-sun"], from = "00:00", to = "24:00" }]
cap = 10
[teammates."ann@example.com"]
teams = ["returns", "night"]
shifts = [{ days = ["mon-sun"], from = "22:00", to = "06:00" }]
holidays = ["2026-03-06"]
[topics.orders]
description = "Orders"
owners = ["mia@example.com", "jon@example.com"]
backup = "kim@example.com"
[topics.returns]
description = "Returns"
team = "returns"
[topics.jobs]
description = "Jobs"
[pins]
ctc_vip = "kim@example.com"
[team_channels.all]
kind = "json"
secret = "ALL_CHANNEL_URL"
[team_channels.returns]
kind = "slack"
secret = "RETURNS_CHANNEL_URL"
"#;

fn rules() -> Rules {
    Rules::parse(RULES).unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn tm(name: &str) -> TeammateId {
    TeammateId::parse(&format!("tm_{name}")).unwrap()
}

fn thr(name: impl std::fmt::Display) -> ThreadId {
    ThreadId::parse(&format!("thr_{name}")).unwrap()
}

fn member(name: &str) -> Member {
    let mut shown = name.to_owned();
    shown[..1].make_ascii_uppercase();
    Member {
        id: tm(name),
        email: format!("{shown}@Example.com"),
        name: shown,
        enabled: true,
        can_reply: true,
        invited: false,
    }
}

fn members() -> Vec<Member> {
    ["mia", "jon", "kim", "ann", "max"].map(member).into()
}

fn load(weights: &[(&str, u32)]) -> Load {
    let candidate = |member: Member| {
        let weight = weights.iter().find(|(name, _)| tm(name) == member.id).map_or(0, |(_, weight)| *weight);
        Candidate { member, weight, last_assigned: None }
    };
    Load { candidates: members().into_iter().map(candidate).collect() }
}

fn request(topic: &str) -> RoutingRequest {
    RoutingRequest {
        thread: thr("1"),
        account: AccountId::parse("acc_1").unwrap(),
        contact: ContactId::parse("ctc_1").unwrap(),
        topic: topic.into(),
        urgency: Urgency::Normal,
        language: "en".into(),
        last_answered: None,
        cause: Cause::Asked,
    }
}

fn answered(by: &str, when: &str) -> Answered {
    Answered { by: tm(by), at: at(when) }
}

/// Wednesday, 4 March 2026, 10:00 in Berlin.
const MORNING: &str = "2026-03-04T09:00:00Z";
/// The same day at 12:30, when Mia is at lunch.
const NOON: &str = "2026-03-04T11:30:00Z";
/// The same day at 23:00.
const NIGHT: &str = "2026-03-04T22:00:00Z";
