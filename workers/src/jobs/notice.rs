//! Notices to team channels: written down first, posted, tried again, and given up for everybody to see.
//!
//! A post that was never answered may have arrived. It is posted again all the same: a notice that comes twice does
//! less harm than one that never came. Its key goes along, so that a receiver can tell.

use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tributary_connectors::http::Method;
use tributary_domain::{
    id::{TeamId, TeammateId, ThreadId},
    notice::{Disclosure, Notice, NoticeKind, bare},
    owner::Owner,
    rules::{ChannelAddress, Rules, TeamChannel, TeamChannelKind},
    thread::Command,
    time::{Span, Timestamp},
};
use tributary_wire::{
    api::{notice::NoticeState, teammate::Role},
    objects::{RosterCall, ThreadAnswer, ThreadCall},
    queue::Job,
    view::{self, Told},
};

use super::Outcome;
use crate::{
    carry, clock, config,
    d1::{self, notices},
    digest::mail,
    edge::Edge,
    fault::Fault,
    objects,
    outbound::{header, open, within},
};

const TIMEOUT: Span = Span::seconds(10);
/// Of a mail about the installation.
const SUBJECT: &str = "Your inbox needs an administrator";
/// Whoever takes a notice has it for so long.
const HELD: Span = Span::seconds(30);
/// It is given up after so many posts.
const MOST: u32 = 6;
/// After these it is tried again to note that a notice was taken.
const NOTED_AGAIN: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];

/// Where a notice goes.
pub(crate) struct Channel {
    /// In the rules; none for the installation's own.
    pub(crate) name: Option<String>,
    kind: TeamChannelKind,
    /// None where the secret is not set.
    url: Option<String>,
    pub(crate) disclosure: Disclosure,
}

/// What a post came to.
enum Posted {
    Taken,
    /// It may work later: why, and when the other side says.
    Later(&'static str, Option<u32>),
    Never(&'static str),
}

/// A thread's notice.
pub(super) async fn tell(edge: &Edge, notice: Notice) -> Result<Outcome, Fault> {
    let rules = d1::rules::current(edge).await?;
    let channel = channel(edge, &rules.rules, Some(&notice)).await?;
    let thread = notice.thread.clone();
    let key = notice.key.clone();
    let Some(channel) = channel else {
        give_up(edge, &key).await?;
        written_down(edge, notice).await?;
        return Ok(Outcome::Done);
    };
    let kind = notice.kind.as_str();
    let job = serde_json::to_string(&Job::Tell { notice: notice.clone() }).map_err(Fault::form("notice"))?;
    notices::keep(edge, &key, kind, Some(&thread), &job, clock::now()).await?;
    written_down(edge, notice.clone()).await?;
    let names = d1::teammates::members(edge).await?;
    let name = |id: &str| names.iter().find(|one| one.id.as_str() == id).map(|one| one.name.clone());
    let summary = summary(edge, &thread, channel.disclosure).await?;
    let text = view::told(&notice, &rules.rules, name);
    let told = Told { key, kind, text, parts: Vec::new(), link: link(edge, Some(&thread)), summary };
    post(edge, &told, &channel).await
}

/// From here on the row tells of a notice: whoever raised it need not remember.
async fn written_down(edge: &Edge, Notice { key, kind, thread, .. }: Notice) -> Result<(), Fault> {
    if kind == NoticeKind::Unassigned {
        let answer = carry::roster(edge, &RosterCall::Notified { key }).await?;
        return carry::decided(edge, &answer.effects).await;
    }
    carry::command(edge, &thread, Command::Notified { key }).await.map(|_| ())
}

/// A notice in words, about the installation.
pub(super) async fn tell_text(
    edge: &Edge,
    text: String,
    thread: Option<&ThreadId>,
    key: Option<String>,
) -> Result<Outcome, Fault> {
    let rules = d1::rules::current(edge).await?;
    let now = clock::now();
    // The same words on the same day are one notice, on whatever day it is told again.
    let key = key.unwrap_or_else(|| {
        let day = now.millis() / 86_400_000;
        let digest: [u8; 32] = Sha256::digest(format!("{day} {} {text}", thread.map_or("", ThreadId::as_str))).into();
        format!("text-{}", hex::encode(digest))
    });
    let Some(channel) = channel(edge, &rules.rules, None).await? else {
        give_up(edge, &key).await?;
        mail_administrators(edge, &text, &key).await?;
        return Ok(Outcome::Done);
    };
    let job = Job::Notice { text: text.clone(), thread: thread.cloned(), key: Some(key.clone()) };
    let job = serde_json::to_string(&job).map_err(Fault::form("notice"))?;
    notices::keep(edge, &key, "text", thread, &job, now).await?;
    let told = Told { key, kind: "text", text, parts: Vec::new(), link: link(edge, thread), summary: None };
    post(edge, &told, &channel).await
}

/// Without a channel, administrators hear of the installation by mail, where that is set up. One try: what it tells of is
/// in the inbox as well.
async fn mail_administrators(edge: &Edge, text: &str, key: &str) -> Result<(), Fault> {
    if !mail::possible(edge) {
        return Ok(());
    }
    let people = d1::teammates::all(edge).await?;
    for row in people.iter().filter(|row| row.enabled() && row.role >= Role::Admin) {
        let letter = mail::Letter { subject: SUBJECT.to_owned(), text: format!("{text}\n"), html: None };
        mail::send(edge, &row.email, &letter, &format!("{key}-{}", row.id)).await;
    }
    Ok(())
}

/// There is no channel any more: a notice that was written down while there was one is shown to have failed.
async fn give_up(edge: &Edge, key: &str) -> Result<(), Fault> {
    let now = clock::now();
    notices::posted(edge, key, NoticeState::Failed, Some("no_channel"), None, now, now).await
}

/// The channel that the rules name, else the installation's own.
async fn channel(edge: &Edge, rules: &Rules, notice: Option<&Notice>) -> Result<Option<Channel>, Fault> {
    let Some(notice) = notice else { return Ok(usual(edge, rules)) };
    if let Some(channel) = notice.channel.as_ref().and_then(|name| named(edge, rules, name)) {
        return Ok(Some(channel));
    }
    let of_team = rules.team_channel(team(edge, rules, notice).await?.as_ref());
    Ok(of_team.map(|(name, channel)| of_rules(edge, name, channel)).or_else(|| own(edge)))
}

/// A channel of the rules.
pub(crate) fn named(edge: &Edge, rules: &Rules, name: &str) -> Option<Channel> {
    rules.team_channels.get_key_value(name).map(|(name, channel)| of_rules(edge, name, channel))
}

/// Where what is about no thread goes: the workspace's channel, else the installation's own.
pub(crate) fn usual(edge: &Edge, rules: &Rules) -> Option<Channel> {
    rules.team_channel(None).map(|(name, channel)| of_rules(edge, name, channel)).or_else(|| own(edge))
}

fn of_rules(edge: &Edge, name: &str, channel: &TeamChannel) -> Channel {
    let url = match &channel.address {
        ChannelAddress::Url(url) => Some(url.clone()),
        ChannelAddress::Secret(secret) => config::named(&edge.env, secret).map(|url| url.expose().to_owned()),
    };
    Channel { name: Some(name.to_owned()), kind: channel.kind, url, disclosure: channel.disclosure }
}

fn own(edge: &Edge) -> Option<Channel> {
    let url = edge.config.team_channel.as_ref()?.expose().to_owned();
    Some(Channel { name: None, kind: view::kind_of(&url), url: Some(url), disclosure: Disclosure::Bare })
}

/// Whose channel hears of it: the owner's team's, else the topic's.
async fn team(edge: &Edge, rules: &Rules, notice: &Notice) -> Result<Option<TeamId>, Fault> {
    let of_owner = match &notice.owner {
        Owner::Team { id } => Some(id.clone()),
        Owner::Teammate { id } => with_channel(rules, &email(edge, id).await?),
        Owner::Unassigned => None,
    };
    let of_topic = || rules.topic(&notice.topic).and_then(|topic| topic.team.clone());
    Ok(of_owner.or_else(|| notice.team.clone()).or_else(of_topic).or_else(|| rules.triage.team.clone()))
}

async fn email(edge: &Edge, id: &TeammateId) -> Result<String, Fault> {
    let members = d1::teammates::members(edge).await?;
    let found = members.into_iter().find(|one| one.id == *id);
    Ok(found.map(|one| one.email.trim().to_lowercase()).unwrap_or_default())
}

/// The first of somebody's teams that has a channel of its own.
fn with_channel(rules: &Rules, email: &str) -> Option<TeamId> {
    let teams = &rules.teammates.get(email)?.teams;
    let has = |team: &&TeamId| rules.teams.get(*team).is_some_and(|team| team.channel.is_some());
    teams.iter().find(has).cloned()
}

/// One line on what the customer wants, as far as the channel may be told; what it is about where it may not.
async fn summary(edge: &Edge, thread: &ThreadId, disclosure: Disclosure) -> Result<Option<String>, Fault> {
    if disclosure == Disclosure::Bare {
        return Ok(None);
    }
    let answer: Option<ThreadAnswer> = objects::thread::call(edge, thread, &ThreadCall::Read).await?;
    let Some(thread) = answer.map(|answer| answer.thread) else { return Ok(None) };
    let Some(labels) = thread.labels.current().map(|set| set.labels) else { return Ok(None) };
    let told = disclosure.line(Some(&labels.summary), thread.labels.quotes()).map(str::to_owned);
    Ok(Some(told.unwrap_or_else(|| bare(Some(&labels.topic), thread.urgency().as_str(), thread.platform))))
}

fn link(edge: &Edge, thread: Option<&ThreadId>) -> Option<String> {
    Some(format!("{}/t/{}", edge.config.public_url.as_ref()?, thread?))
}

async fn post(edge: &Edge, told: &Told, channel: &Channel) -> Result<Outcome, Fault> {
    let now = clock::now();
    let Some(row) = notices::take(edge, &told.key, now, now.plus(HELD)).await? else {
        return not_now(edge, &told.key, now).await;
    };
    let posted = match &channel.url {
        Some(url) => call(url, channel.kind, told).await,
        None => Posted::Never("address_unset"),
    };
    let now = clock::now();
    let (state, error, after) = match posted {
        Posted::Taken => (NoticeState::Sent, None, None),
        Posted::Later(why, after) if row.attempts < MOST => {
            (NoticeState::Waiting, Some(why), Some(after.unwrap_or_else(|| backoff(row.attempts))))
        }
        Posted::Later(why, _) | Posted::Never(why) => (NoticeState::Failed, Some(why), None),
    };
    if state == NoticeState::Failed {
        worker::console_error!("notice: {} was given up: {}", told.key, error.unwrap_or_default());
    }
    let next = now.plus(Span::seconds(u64::from(after.unwrap_or(0))));
    let name = channel.name.as_deref();
    let mut noted = notices::posted(edge, &told.key, state, error, name, now, next).await;
    // What was taken and is not noted as such would be posted again when the lease is over.
    for pause in NOTED_AGAIN {
        if noted.is_ok() || state != NoticeState::Sent {
            break;
        }
        worker::Delay::from(pause).await;
        noted = notices::posted(edge, &told.key, state, error, name, now, next).await;
    }
    noted?;
    Ok(after.map_or(Outcome::Done, |after| Outcome::Again { after_seconds: after.saturating_add(1) }))
}

/// It is posted, given up, or somebody else has it: that one's outcome is looked at when it should be there.
async fn not_now(edge: &Edge, key: &str, now: Timestamp) -> Result<Outcome, Fault> {
    let row = notices::find(edge, key).await?;
    let wait = row.filter(|row| row.state == NoticeState::Waiting).map(|row| row.next_at().since(now).as_millis());
    Ok(wait.map_or(Outcome::Done, |wait| Outcome::Again {
        after_seconds: u32::try_from(wait / 1000).unwrap_or(3600).saturating_add(1),
    }))
}

/// 5 seconds, then three times as long each time.
fn backoff(attempts: u32) -> u32 {
    5_u32.saturating_mul(3_u32.saturating_pow(attempts.saturating_sub(1))).min(3600)
}

async fn call(url: &str, kind: TeamChannelKind, told: &Told) -> Posted {
    match ask(url, kind, told).await {
        None => Posted::Later("no_answer", None),
        Some((200..=299, _)) => Posted::Taken,
        Some((429, after)) => Posted::Later("rate_limited", after),
        Some((500.., after)) => Posted::Later("unavailable", after),
        Some(_) => Posted::Never("refused"),
    }
}

/// Posts to a channel: the status that it answers with, and in how many seconds it asks to be tried again.
async fn ask(url: &str, kind: TeamChannelKind, told: &Told) -> Option<(u16, Option<u32>)> {
    let body = view::body(kind, told).to_string();
    let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", told.key.clone())];
    let response = within(TIMEOUT, open(Method::POST, url, &headers, Some(&body), None)).await.ok()?;
    let after = header(&response, "retry-after").and_then(|value| value.trim().parse::<u32>().ok());
    Some((response.status_code(), after.map(|after| after.clamp(1, 3600))))
}

impl Channel {
    /// Posts what keeps its own account of how far it has come. `None`: nobody answered, or there is no address.
    pub(crate) async fn post(&self, told: &Told) -> Option<(u16, Option<u32>)> {
        ask(self.url.as_deref()?, self.kind, told).await
    }

    /// Whether there is an address to post to.
    pub(crate) fn reachable(&self) -> bool {
        self.url.is_some()
    }
}

/// Notices whose queue message was lost are put on the queue again.
pub(crate) async fn sweep(edge: &Edge) -> Result<(), Fault> {
    let rows = notices::left_over(edge, clock::now()).await?;
    let jobs: Vec<String> = rows.into_iter().map(|row| row.job).collect();
    carry::put_texts(edge, "JOBS", &jobs, 0).await
}
