//! The team's channels: which of them a message goes to, and the post.

use tributary_connectors::http::Method;
use tributary_domain::{
    id::{TeamId, TeammateId},
    notice::{Disclosure, Notice},
    owner::Owner,
    rules::{ChannelAddress, Rules, TeamChannel, TeamChannelKind},
};
use tributary_notify::{
    NoticeMessage, channel,
    delivery::{Cause, DeliveryOutcome},
};

use crate::{
    app::AppContext,
    config, d1,
    error::InternalError,
    outbound::{open, retry_after, within},
};

/// What the installation's own channel is called where a digest goes there: it has no name in the rules.
const OWN: &str = "team";

/// Where a message goes.
pub(super) struct Channel {
    /// In the rules; none for the installation's own.
    pub(super) name: Option<String>,
    kind: TeamChannelKind,
    /// None where the secret is not set.
    url: Option<String>,
    pub(super) disclosure: Disclosure,
}

impl Channel {
    pub(super) async fn post(&self, app: &AppContext, message: &NoticeMessage) -> DeliveryOutcome {
        let Some(url) = &self.url else { return DeliveryOutcome::Never(Cause::NotConfigured) };
        let body = channel::body(self.kind, message).to_string();
        let headers = [("content-type", "application/json".to_owned()), ("idempotency-key", message.key.clone())];
        match within(app.config.timings.timeout.team_channel, open(Method::POST, url, &headers, Some(&body), None))
            .await
        {
            Ok(response) => DeliveryOutcome::of_status(response.status_code(), retry_after(&response), None),
            Err(_) => DeliveryOutcome::Silence,
        }
    }
}

/// The channel that a notice goes to: the one that the rules name, else the installation's own.
pub(super) async fn of_notice(
    app: &AppContext,
    rules: &Rules,
    notice: &Notice,
) -> Result<Option<Channel>, InternalError> {
    if let Some(channel) = notice.channel.as_ref().and_then(|name| named(app, rules, name)) {
        return Ok(Some(channel));
    }
    let of_team = rules.team_channel(team(app, rules, notice).await?.as_ref());
    Ok(of_team.map(|(name, channel)| of_rules(app, name, channel)).or_else(|| own(app)))
}

/// Where what is about no thread goes: the workspace's channel, else the installation's own.
pub(super) fn usual(app: &AppContext, rules: &Rules) -> Option<Channel> {
    rules.team_channel(None).map(|(name, channel)| of_rules(app, name, channel)).or_else(|| own(app))
}

/// What the channel is called that a digest is posted to, if there is one.
pub(crate) fn digest_target(app: &AppContext, rules: &Rules) -> Option<String> {
    let chosen = rules.digest.channel.as_deref().and_then(|name| named(app, rules, name));
    Some(chosen.or_else(|| usual(app, rules))?.name.unwrap_or_else(|| OWN.to_owned()))
}

/// The channel that was called so when a digest was addressed to it.
pub(super) fn of_target(app: &AppContext, rules: &Rules, target: &str) -> Option<Channel> {
    named(app, rules, target).or_else(|| usual(app, rules).filter(|_| target == OWN))
}

fn named(app: &AppContext, rules: &Rules, name: &str) -> Option<Channel> {
    rules.team_channels.get_key_value(name).map(|(name, channel)| of_rules(app, name, channel))
}

fn of_rules(app: &AppContext, name: &str, channel: &TeamChannel) -> Channel {
    let url = match &channel.address {
        ChannelAddress::Url(url) => Some(url.clone()),
        ChannelAddress::Secret(secret) => config::named(&app.env, secret).map(|url| url.expose().to_owned()),
    };
    Channel { name: Some(name.to_owned()), kind: channel.kind, url, disclosure: channel.disclosure }
}

fn own(app: &AppContext) -> Option<Channel> {
    let url = app.config.team_channel.as_ref()?.expose().to_owned();
    Some(Channel { name: None, kind: channel::kind_of(&url), url: Some(url), disclosure: Disclosure::Bare })
}

/// Whose channel hears of it: the owner's team's, else the topic's.
async fn team(app: &AppContext, rules: &Rules, notice: &Notice) -> Result<Option<TeamId>, InternalError> {
    let of_owner = match &notice.owner {
        Owner::Team { id } => Some(id.clone()),
        Owner::Teammate { id } => with_channel(rules, &email(app, id).await?),
        Owner::Unassigned => None,
    };
    let of_topic = || rules.topic(&notice.topic).and_then(|topic| topic.team.clone());
    Ok(of_owner.or_else(|| notice.team.clone()).or_else(of_topic).or_else(|| rules.triage.team.clone()))
}

async fn email(app: &AppContext, id: &TeammateId) -> Result<String, InternalError> {
    let members = d1::teammates::members(app).await?;
    let found = members.into_iter().find(|one| one.id == *id);
    Ok(found.map(|one| one.email.trim().to_lowercase()).unwrap_or_default())
}

/// The first of somebody's teams that has a channel of its own.
fn with_channel(rules: &Rules, email: &str) -> Option<TeamId> {
    let teams = &rules.teammates.get(email)?.teams;
    let has = |team: &&TeamId| rules.teams.get(*team).is_some_and(|team| team.channel.is_some());
    teams.iter().find(has).cloned()
}
