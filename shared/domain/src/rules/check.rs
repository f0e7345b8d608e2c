//! Holds the parts of a document against each other.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Spanned, de::DeTable};

use super::{
    ChannelRules, Count, Escalation, EscalationStep, LabelRules, LoadRules, Rules, Targets, Team, TeamChannel,
    Teammate, Workspace, costs,
    de::{Loose, Node, Text},
    digest,
    document::{self, Document, Table},
    error::Fault,
    hours::Hours,
    notices::{known_channel, team_channels},
    people::{habits, language, shifts, teammates},
    read, templates, topics,
    zone::Zone,
};
use crate::{
    escalation,
    id::{ContactId, TeamId},
    label::{ByUrgency, Urgency},
    platform::{Channel, Surface},
    post::CommentRules,
    time::Span,
};

/// Most characters that a model is told besides: each of its calls pays for them.
const INSTRUCTIONS: usize = 1000;
/// Most corrections that a model is shown.
const LEARNED: usize = 12;

/// Checks a whole document, up to the first fault.
pub(super) fn rules(root: Spanned<DeTable<'_>>) -> Result<Rules, Fault> {
    let mut document = Document::deserialize(Node::root(root))?;
    let team_channels = team_channels(document.team_channels)?;
    let workspace = workspace(document.workspace, document.hours, &team_channels)?;
    let digest = digest::digest(&document.digest, &workspace, &team_channels)?;
    let load = load(&document.load)?;
    let leads: Vec<(Text, Text)> =
        document.teams.iter().filter_map(|(name, team)| Some((name.clone(), team.lead.clone()?))).collect();
    let habits = habits(&mut document.teams, load)?;
    let mut teams = teams(document.teams, &team_channels)?;
    let teammates = teammates(document.teammates, &workspace, &teams, &habits, load)?;
    let names = Names { teams: &teams, teammates: &teammates };
    let pins = pins(&document.pins, &names)?;
    let topics = topics::topics(document.topics, &names)?;
    let templates = templates::templates(document.templates, &topics)?;
    let triage = topics::triage(&document.triage, &names)?;
    let urgency = topics::urgency(&document.urgency)?;
    let led = |(name, email): &(Text, Text)| Ok((names.team(name)?, names.teammate(email)?));
    let leads = leads.iter().map(led).collect::<Result<Vec<_>, Fault>>()?;
    for (team, lead) in leads {
        if let Some(team) = teams.get_mut(&team) {
            team.lead = Some(lead);
        }
    }
    Ok(Rules {
        workspace,
        topics,
        templates,
        triage,
        urgency,
        targets: targets(&document.targets)?,
        escalation: escalation(&document.escalation)?,
        handover: span_or(document.handover.before.as_ref(), Span::minutes(20))?,
        load,
        pins,
        returning: returning(&document.returning)?,
        claim_on_reply: document.routing.claim_on_reply.unwrap_or(true),
        fingerprint_window: span_or(document.duplicates.window.as_ref(), Span::minutes(30))?,
        labels: labels(&document.labels)?,
        channels: channels(document.channels)?,
        team_channels,
        digest,
        costs: costs::costs(&document.costs)?,
        teams,
        teammates,
    })
}

/// What other parts of the document may refer to.
pub(super) struct Names<'a> {
    teams: &'a BTreeMap<TeamId, Team>,
    teammates: &'a BTreeMap<String, Teammate>,
}

impl Names<'_> {
    pub(super) fn team(&self, name: &Text) -> Result<TeamId, Fault> {
        team_of(name, self.teams)
    }

    pub(super) fn teammate(&self, email: &Text) -> Result<String, Fault> {
        let lower = email.get_ref().trim().to_lowercase();
        if self.teammates.contains_key(&lower) {
            return Ok(lower);
        }
        let fault = Fault::new(email.span(), format!("`{}` is no teammate of these rules", email.get_ref()));
        Err(fault
            .meant(&lower, self.teammates.keys().map(String::as_str))
            .or_hint(format!("add [teammates.\"{lower}\"], which may be empty, or name somebody who is there")))
    }
}

impl Fault {
    pub(super) fn or_hint(self, suggestion: String) -> Self {
        if self.has_hint() { self } else { self.hint(suggestion) }
    }
}

pub(super) fn team_of(name: &Text, teams: &BTreeMap<TeamId, Team>) -> Result<TeamId, Fault> {
    let known = TeamId::parse(&format!("{}_{}", TeamId::PREFIX, name.get_ref())).ok();
    known.filter(|id| teams.contains_key(id)).ok_or_else(|| {
        let names = teams.keys().map(|id| id.as_str().trim_start_matches("team_"));
        Fault::new(name.span(), format!("there is no team `{}`", name.get_ref()))
            .meant(name.get_ref(), names)
            .or_hint(format!("add [teams.{}]", name.get_ref()))
    })
}

/// Names of the document's own making: topics, templates, teams, channels.
pub(super) fn slug(name: &Text) -> Result<(), Fault> {
    let text = name.get_ref();
    let fits = (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if fits {
        return Ok(());
    }
    Err(Fault::new(name.span(), format!("`{text}` is no name"))
        .hint("use 1 to 40 of a-z, 0-9 and -, as in \"lost-parcels\""))
}

pub(super) fn zone(name: &Text) -> Result<Zone, Fault> {
    Zone::parse(name.get_ref().trim()).map_err(|unknown| {
        let close = unknown.close.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
        let meant = if close.is_empty() { String::new() } else { format!("did you mean {close}? ") };
        Fault::new(name.span(), unknown.to_string())
            .hint(format!("{meant}A POSIX rule does as well, as in \"CET-1CEST,M3.5.0,M10.5.0/3\""))
    })
}

pub(super) fn span_or(text: Option<&Text>, otherwise: Span) -> Result<Span, Fault> {
    text.map_or(Ok(otherwise), read::span)
}

fn workspace(
    from: document::Workspace,
    hours: document::Hours,
    channels: &BTreeMap<String, TeamChannel>,
) -> Result<Workspace, Fault> {
    let hours = Hours {
        zone: from.time_zone.as_ref().map_or_else(|| Ok(Zone::utc()), zone)?,
        shifts: shifts(hours.shifts)?,
        holidays: from.holidays.iter().map(read::date).collect::<Result<_, _>>()?,
        leave: Vec::new(),
    };
    Ok(Workspace {
        name: from.name.map_or_else(|| "Our team".to_owned(), Spanned::into_inner),
        hours,
        channel: from.channel.as_ref().map(|name| known_channel(name, channels)).transpose()?,
    })
}

fn load(from: &document::Load) -> Result<LoadRules, Fault> {
    let weight = |value: &Option<Spanned<i64>>, otherwise: u32, name: &str| match value {
        None => Ok(otherwise),
        Some(value) => u32::try_from(*value.get_ref()).ok().filter(|one| (1..=1000).contains(one)).ok_or_else(|| {
            Fault::new(value.span(), format!("a weight of {} for {name} threads cannot be", value.get_ref()))
                .hint("weights are from 1 to 1000")
        }),
    };
    let weights = &from.weights;
    let weights = ByUrgency {
        low: weight(&weights.low, 1, "low")?,
        normal: weight(&weights.normal, 2, "normal")?,
        high: weight(&weights.high, 4, "high")?,
        urgent: weight(&weights.urgent, 8, "urgent")?,
    };
    let cap = from.cap.as_ref().map_or(Ok(40.max(heaviest(weights))), |value| cap(value, weights))?;
    Ok(LoadRules { weights, cap })
}

fn heaviest(weights: ByUrgency<u32>) -> u32 {
    Urgency::ALL.into_iter().map(|urgency| weights.of(urgency)).max().unwrap_or_default()
}

pub(super) fn cap(value: &Spanned<i64>, weights: ByUrgency<u32>) -> Result<u32, Fault> {
    let heaviest = heaviest(weights);
    let number = *value.get_ref();
    match u32::try_from(number) {
        Ok(cap) if cap >= heaviest => Ok(cap),
        Ok(0) | Err(_) => Err(Fault::new(value.span(), format!("a cap of {number} leaves room for no thread"))
            .hint("to take somebody off, give them no team and no topic, or leave")),
        Ok(cap) => Err(Fault::new(
            value.span(),
            format!("a cap of {cap} is less than the weight of one thread of the heaviest urgency ({heaviest})"),
        )
        .hint(format!("set it to {heaviest} or more"))),
    }
}

fn teams(
    from: Table<document::Team>,
    channels: &BTreeMap<String, TeamChannel>,
) -> Result<BTreeMap<TeamId, Team>, Fault> {
    let read = |(name, team): (Text, document::Team)| {
        slug(&name)?;
        let id = TeamId::parse(&format!("{}_{}", TeamId::PREFIX, name.get_ref()))
            .map_err(|error| Fault::new(name.span(), error.to_string()))?;
        let channel = team.channel.as_ref().map(|name| known_channel(name, channels)).transpose()?;
        Ok((id, Team { name: team.name.map_or_else(|| name.into_inner(), Spanned::into_inner), lead: None, channel }))
    };
    from.into_iter().map(read).collect()
}

fn pins(from: &Table<Text>, names: &Names<'_>) -> Result<BTreeMap<ContactId, String>, Fault> {
    let read = |(contact, email): (&Text, &Text)| {
        let id = ContactId::parse(contact.get_ref())
            .map_err(|_| Fault::new(contact.span(), format!("`{}` is no contact's id", contact.get_ref())))
            .map_err(|fault| fault.hint("contacts are named by their ids, as in ctc_0123abcd"))?;
        Ok((id, names.teammate(email)?))
    };
    from.iter().map(read).collect()
}

fn escalation(from: &document::Escalation) -> Result<Escalation, Fault> {
    let mut chain = Vec::new();
    for step in from.chain.iter().flatten() {
        if chain.contains(step.get_ref()) {
            return Err(Fault::new(step.span(), format!("`{}` is in the chain twice", step.get_ref().as_str()))
                .hint("name each step once: what comes after the last is told again by itself"));
        }
        chain.push(*step.get_ref());
    }
    if from.chain.is_none() {
        chain = EscalationStep::ALL.to_vec();
    }
    Ok(Escalation { chain, every: span_or(from.every.as_ref(), Span::minutes(30))? })
}

fn counts(from: &document::Targets) -> ByUrgency<Count> {
    let own = |count: Option<Count>| count.or(from.count).unwrap_or_default();
    let ByUrgency { low, normal, high, urgent } = from.counts;
    ByUrgency { low: own(low), normal: own(normal), high: own(high), urgent: own(urgent) }
}

fn targets(from: &document::Targets) -> Result<Targets, Fault> {
    let standard = escalation::Targets::default();
    let spans = ByUrgency {
        urgent: span_or(from.urgent.as_ref(), standard.urgent)?,
        high: span_or(from.high.as_ref(), standard.high)?,
        normal: span_or(from.normal.as_ref(), standard.normal)?,
        low: span_or(from.low.as_ref(), standard.low)?,
    };
    let targets = Targets {
        spans,
        warn_before: span_or(from.warn_before.as_ref(), Span::minutes(5))?,
        before_shift_end: span_or(from.before_shift_end.as_ref(), Span::minutes(30))?,
        counts: counts(from),
    };
    let fields = [&from.low, &from.normal, &from.high, &from.urgent];
    for ((slow, quick), (field, slower)) in
        Urgency::ALL.iter().zip(Urgency::ALL.iter().skip(1)).zip(fields.iter().skip(1).zip(fields))
    {
        if spans.of(*quick) > spans.of(*slow) {
            let place = field.as_ref().or(slower.as_ref()).map_or(0..0, Spanned::span);
            return Err(Fault::new(place, format!("{quick} threads would be given more time than {slow} ones"))
                .hint("give each urgency at most the time of the one below it"));
        }
    }
    Ok(targets)
}

fn returning(from: &document::Returning) -> Result<Option<Span>, Fault> {
    let within = span_or(from.within.as_ref(), Span::days(30))?;
    Ok(from.enabled.unwrap_or(true).then_some(within))
}

fn labels(from: &document::Labels) -> Result<LabelRules, Fault> {
    let money = |value: &Option<Loose>, otherwise| value.as_ref().map_or(Ok(otherwise), read::micros);
    Ok(LabelRules {
        summary_language: from.summary_language.as_ref().map(language).transpose()?,
        monthly_budget: money(&from.monthly_budget, 20_000_000)?,
        daily_budget: from.daily_budget.as_ref().map(read::micros).transpose()?,
        input_price: money(&from.input_price, 1_000_000)?,
        output_price: money(&from.output_price, 5_000_000)?,
        instructions: from.instructions.as_ref().map(instructions).transpose()?.flatten(),
        learn_examples: from.learn_examples.as_ref().map_or(Ok(0), learned)?,
    })
}

fn learned(value: &Spanned<i64>) -> Result<usize, Fault> {
    let number = *value.get_ref();
    usize::try_from(number).ok().filter(|one| *one <= LEARNED).ok_or_else(|| {
        Fault::new(value.span(), format!("{number} corrections cannot be shown with each call"))
            .hint(format!("show at most {LEARNED}; 0 shows none"))
    })
}

/// On lines as they are written; empty ones around them belong to the quotes.
fn instructions(text: &Text) -> Result<Option<String>, Fault> {
    let kept = text.get_ref().trim();
    if kept.chars().count() > INSTRUCTIONS {
        return Err(Fault::new(text.span(), format!("instructions have at most {INSTRUCTIONS} characters"))
            .hint("what belongs to a topic says its `description`"));
    }
    Ok((!kept.is_empty()).then(|| kept.to_owned()))
}

fn channels(from: document::Channels) -> Result<BTreeMap<Channel, ChannelRules>, Fault> {
    let mut channels = BTreeMap::new();
    for (platform, surfaces) in from {
        for (surface, rules) in surfaces {
            let span = |text: &Option<Text>| text.as_ref().map(read::span).transpose();
            let (retention, silence) = (span(&rules.retention)?, span(&rules.silence)?);
            let comments = comments(&rules, surface)?;
            let read = ChannelRules { media: rules.media, retention, silence, comments };
            channels.insert(Channel { platform, surface }, read);
        }
    }
    Ok(channels)
}

/// Most threads that the comments under one post may open in an hour.
const THREADS_PER_HOUR: u32 = 10_000;

fn comments(from: &document::Channel, surface: Surface) -> Result<CommentRules, Fault> {
    let document::Channel { threads_per_hour, most_urgency, label, ads, mentions, .. } = from;
    let places = [
        ("threads_per_hour", threads_per_hour.as_ref().map(Spanned::span)),
        ("most_urgency", most_urgency.as_ref().map(Spanned::span)),
        ("label", label.as_ref().map(Spanned::span)),
        ("ads", ads.as_ref().map(Spanned::span)),
        ("mentions", mentions.as_ref().map(Spanned::span)),
    ];
    let said = places.into_iter().find_map(|(name, place)| Some((name, place?)));
    if let Some((name, place)) = said.filter(|_| surface != Surface::Comments) {
        return Err(Fault::new(place, format!("`{name}` is a setting of comments, and these are {surface}"))
            .hint("give it to [channels.PLATFORM.comments]"));
    }
    let standard = CommentRules::default();
    Ok(CommentRules {
        threads_per_hour: threads_per_hour.as_ref().map_or(Ok(standard.threads_per_hour), threads)?,
        most_urgency: most_urgency.as_ref().map_or(standard.most_urgency, |urgency| *urgency.get_ref()),
        label: label.as_ref().map_or(standard.label, |label| *label.get_ref()),
        ads: ads.as_ref().map_or(standard.ads, |ads| *ads.get_ref()),
        mentions: mentions.as_ref().map_or(standard.mentions, |mentions| *mentions.get_ref()),
    })
}

fn threads(value: &Spanned<i64>) -> Result<u32, Fault> {
    let number = *value.get_ref();
    u32::try_from(number).ok().filter(|one| *one <= THREADS_PER_HOUR).ok_or_else(|| {
        Fault::new(value.span(), format!("one post cannot open {number} threads in an hour"))
            .hint(format!("give at most {THREADS_PER_HOUR}; 0 holds every comment until somebody looks"))
    })
}
