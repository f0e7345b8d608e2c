//! Holds the parts of a document against each other.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::{
    ChannelAddress, ChannelRules, LabelRules, LoadRules, Rules, Targets, Team, TeamChannel, Teammate, Workspace,
    document::{self, Document, Table, Text},
    error::Fault,
    hours::{Hours, Shift},
    read, topics,
    zone::Zone,
};
use crate::{
    id::{AccountId, ContactId, TeamId},
    label::{UNDETERMINED, Urgency, language_tag},
    platform::Channel,
    time::Span,
};

/// Reads and checks a whole document.
pub(super) fn rules(text: &str) -> Result<Rules, Fault> {
    if text.len() > super::DOCUMENT_BYTES {
        return Err(Fault::new(0..0, format!("the document has more than {} bytes", super::DOCUMENT_BYTES)));
    }
    let document: Document = toml::from_str(text)?;
    let team_channels = team_channels(document.team_channels)?;
    let workspace = workspace(document.workspace, document.hours, &team_channels)?;
    let load = load(&document.load)?;
    let teams = teams(document.teams, &team_channels)?;
    let teammates = teammates(document.teammates, &workspace, &teams, load)?;
    let names = Names { teams: &teams, teammates: &teammates };
    let pins = pins(&document.pins, &names)?;
    let topics = topics::topics(document.topics, &names)?;
    let triage = topics::triage(&document.triage, &names)?;
    let urgency = topics::urgency(&document.urgency)?;
    Ok(Rules {
        workspace,
        topics,
        triage,
        urgency,
        targets: targets(&document.targets)?,
        load,
        pins,
        returning: returning(&document.returning)?,
        fingerprint_window: span_or(document.duplicates.window.as_ref(), Span::minutes(30))?,
        labels: labels(&document.labels)?,
        channels: channels(document.channels),
        team_channels,
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
        Err(fault.meant(&lower, self.teammates.keys().map(String::as_str)).or_hint(format!(
            "add [teammates.\"{lower}\"], which may be empty, or name somebody who is there"
        )))
    }
}

impl Fault {
    fn or_hint(self, suggestion: String) -> Self {
        if self.suggestion.is_some() { self } else { self.hint(suggestion) }
    }
}

fn team_of(name: &Text, teams: &BTreeMap<TeamId, Team>) -> Result<TeamId, Fault> {
    let known = TeamId::parse(&format!("{}_{}", TeamId::PREFIX, name.get_ref())).ok();
    known.filter(|id| teams.contains_key(id)).ok_or_else(|| {
        let names = teams.keys().map(|id| id.as_str().trim_start_matches("team_"));
        Fault::new(name.span(), format!("there is no team `{}`", name.get_ref()))
            .meant(name.get_ref(), names)
            .or_hint(format!("add [teams.{}]", name.get_ref()))
    })
}

/// Names of the document's own making: topics, teams, channels.
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

fn span_or(text: Option<&Text>, otherwise: Span) -> Result<Span, Fault> {
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
        digest_at: from.digest_at.as_ref().map_or(Ok(9 * 60), read::minutes)?,
        channel: from.channel.as_ref().map(|name| known_channel(name, channels)).transpose()?,
    })
}

fn known_channel(name: &Text, channels: &BTreeMap<String, TeamChannel>) -> Result<String, Fault> {
    if channels.contains_key(name.get_ref()) {
        return Ok(name.get_ref().clone());
    }
    Err(Fault::new(name.span(), format!("there is no team channel `{}`", name.get_ref()))
        .meant(name.get_ref(), channels.keys().map(String::as_str))
        .or_hint(format!("add [team_channels.{}]", name.get_ref())))
}

fn team_channels(from: Table<document::TeamChannel>) -> Result<BTreeMap<String, TeamChannel>, Fault> {
    let read = |(name, channel): (Text, document::TeamChannel)| {
        slug(&name)?;
        let address = match (channel.url, channel.secret) {
            (Some(url), None) => ChannelAddress::Url(address(&url)?),
            (None, Some(secret)) => ChannelAddress::Secret(secret.into_inner()),
            (Some(_), Some(_)) | (None, None) => {
                return Err(Fault::new(name.span(), format!("team channel `{}` has no single address", name.get_ref()))
                    .hint("give it a `url`, or a `secret` that names one kept out of the rules"));
            }
        };
        Ok((name.into_inner(), TeamChannel { kind: channel.kind, address }))
    };
    from.into_iter().map(read).collect()
}

/// Only addresses that a notice cannot be read on the way to; the machine itself excepted.
fn address(url: &Text) -> Result<String, Fault> {
    let text = url.get_ref();
    let host = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    let fits = if let Some(rest) = text.strip_prefix("https://") {
        !host(rest).is_empty()
    } else if let Some(rest) = text.strip_prefix("http://") {
        matches!(host(rest).split(':').next(), Some("localhost" | "127.0.0.1"))
    } else {
        false
    };
    if fits && !text.contains(|one: char| one.is_whitespace() || one.is_control()) {
        return Ok(text.clone());
    }
    Err(Fault::new(url.span(), "this is no address that notices can go to").hint("it must begin with https://"))
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
    let rules = LoadRules {
        low: weight(&weights.low, 1, "low")?,
        normal: weight(&weights.normal, 2, "normal")?,
        high: weight(&weights.high, 4, "high")?,
        urgent: weight(&weights.urgent, 8, "urgent")?,
        cap: 0,
    };
    let cap = from.cap.as_ref().map_or(Ok(40.max(heaviest(rules))), |value| cap(value, rules))?;
    Ok(LoadRules { cap, ..rules })
}

fn heaviest(load: LoadRules) -> u32 {
    Urgency::ALL.into_iter().map(|urgency| load.weight(urgency)).max().unwrap_or_default()
}

fn cap(value: &Spanned<i64>, load: LoadRules) -> Result<u32, Fault> {
    let heaviest = heaviest(load);
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

fn teams(from: Table<document::Team>, channels: &BTreeMap<String, TeamChannel>) -> Result<BTreeMap<TeamId, Team>, Fault> {
    let read = |(name, team): (Text, document::Team)| {
        slug(&name)?;
        let id = TeamId::parse(&format!("{}_{}", TeamId::PREFIX, name.get_ref()))
            .map_err(|error| Fault::new(name.span(), error.to_string()))?;
        let channel = team.channel.as_ref().map(|name| known_channel(name, channels)).transpose()?;
        Ok((id, Team { name: team.name.map_or_else(|| name.into_inner(), Spanned::into_inner), channel }))
    };
    from.into_iter().map(read).collect()
}

fn teammates(
    from: Table<document::Teammate>,
    workspace: &Workspace,
    teams: &BTreeMap<TeamId, Team>,
    load: LoadRules,
) -> Result<BTreeMap<String, Teammate>, Fault> {
    let mut read = BTreeMap::new();
    for (email, one) in from {
        let lower = email.get_ref().trim().to_lowercase();
        let parts = lower.split_once('@').filter(|(name, host)| !name.is_empty() && host.contains('.'));
        if parts.is_none() || lower.contains(char::is_whitespace) {
            return Err(Fault::new(email.span(), format!("`{}` is no e-mail address", email.get_ref()))
                .hint("teammates are named by the address they sign in with"));
        }
        let mut holidays = workspace.hours.holidays.clone();
        for day in &one.holidays {
            holidays.insert(read::date(day)?);
        }
        let shifts = one.shifts.map_or_else(|| Ok(workspace.hours.shifts.clone()), shifts)?;
        let zone = one.time_zone.as_ref().map_or_else(|| Ok(workspace.hours.zone.clone()), zone)?;
        let leave = one.leave.iter().map(leave).collect::<Result<_, _>>()?;
        let teammate = Teammate {
            teams: one.teams.iter().map(|team| team_of(team, teams)).collect::<Result<_, _>>()?,
            hours: Hours { zone, shifts, holidays, leave },
            cap: one.cap.as_ref().map_or(Ok(load.cap), |value| cap(value, load))?,
            languages: one.languages.iter().map(language).collect::<Result<_, _>>()?,
            accounts: one.accounts.iter().map(account).collect::<Result<_, _>>()?,
        };
        if read.insert(lower, teammate).is_some() {
            return Err(Fault::new(email.span(), format!("`{}` is named twice", email.get_ref()))
                .hint("capital letters make no other address"));
        }
    }
    Ok(read)
}

fn language(text: &Text) -> Result<String, Fault> {
    let tag = language_tag(text.get_ref());
    if tag == UNDETERMINED {
        return Err(Fault::new(text.span(), format!("`{}` is no language tag", text.get_ref()))
            .hint("write BCP 47 tags, as in \"en\", \"pt-BR\" or \"zh-Hant\""));
    }
    Ok(tag)
}

fn account(text: &Text) -> Result<AccountId, Fault> {
    AccountId::parse(text.get_ref()).map_err(|error| Fault::new(text.span(), error.to_string()))
}

fn leave(from: &Spanned<document::Leave>) -> Result<std::ops::RangeInclusive<super::NaiveDate>, Fault> {
    let (first, last) = (read::date(&from.get_ref().from)?, read::date(&from.get_ref().to)?);
    if last < first {
        return Err(Fault::new(from.get_ref().to.span(), format!("this leave ends on {last}, before it begins on {first}"))
            .hint("`to` is the last day away"));
    }
    Ok(first..=last)
}

/// Shifts, none of which runs into another.
fn shifts(from: Vec<Spanned<document::Shift>>) -> Result<Vec<Shift>, Fault> {
    const WEEK: u32 = 7 * read::DAY_MINUTES as u32;
    let mut taken: Vec<(u32, u32)> = Vec::new();
    let mut read = Vec::new();
    for one in from {
        let span = one.span();
        let one = one.into_inner();
        let (from, to) = (read::minutes(&one.from)?, read::minutes(&one.to)?);
        if from == to || from == read::DAY_MINUTES {
            return Err(Fault::new(span, "this shift has no length").hint("the whole day is from \"00:00\" to \"24:00\""));
        }
        let days: BTreeSet<u8> =
            one.days.iter().map(read::days).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        if days.is_empty() {
            return Err(Fault::new(span, "this shift is on no day").hint("name days, as in days = [\"mon-fri\"]"));
        }
        let shift = Shift { days, from, to };
        let mut mine: Vec<(u32, u32)> = Vec::new();
        for day in &shift.days {
            let start = u32::from(*day) * u32::from(read::DAY_MINUTES) + u32::from(from);
            let end = start + u32::from(shift.minutes());
            // A night from Sunday to Monday is held against the beginning of the week as well.
            for (start, end) in [(start, end.min(WEEK)), (0, end.saturating_sub(WEEK))] {
                if start < end && taken.iter().chain(&mine).any(|(from, to)| start < *to && *from < end) {
                    let name = read::DAYS.get(usize::from(*day)).copied().unwrap_or_default();
                    return Err(Fault::new(span, format!("this shift overlaps another on {name}"))
                        .hint("end the one before the other begins"));
                }
                mine.push((start, end));
            }
        }
        taken.extend(mine);
        read.push(shift);
    }
    Ok(read)
}

fn pins(from: &Table<Text>, names: &Names<'_>) -> Result<BTreeMap<ContactId, String>, Fault> {
    let read = |(contact, email): (&Text, &Text)| {
        let id = ContactId::parse(contact.get_ref())
            .map_err(|error| Fault::new(contact.span(), format!("`{}` is {error}", contact.get_ref())))?;
        Ok((id, names.teammate(email)?))
    };
    from.iter().map(read).collect()
}

fn targets(from: &document::Targets) -> Result<Targets, Fault> {
    let targets = Targets {
        urgent: span_or(from.urgent.as_ref(), Span::minutes(15))?,
        high: span_or(from.high.as_ref(), Span::hours(1))?,
        normal: span_or(from.normal.as_ref(), Span::hours(4))?,
        low: span_or(from.low.as_ref(), Span::days(1))?,
        warn_before: span_or(from.warn_before.as_ref(), Span::minutes(5))?,
    };
    let fields = [&from.low, &from.normal, &from.high, &from.urgent];
    for ((slow, quick), (field, slower)) in
        Urgency::ALL.iter().zip(Urgency::ALL.iter().skip(1)).zip(fields.iter().skip(1).zip(fields))
    {
        if targets.of(*quick) > targets.of(*slow) {
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
    let money = |value: &Option<Spanned<toml::Value>>, otherwise| value.as_ref().map_or(Ok(otherwise), read::micros);
    Ok(LabelRules {
        summary_language: from.summary_language.as_ref().map(language).transpose()?,
        monthly_budget: money(&from.monthly_budget, 20_000_000)?,
        input_price: money(&from.input_price, 1_000_000)?,
        output_price: money(&from.output_price, 5_000_000)?,
    })
}

fn channels(
    from: BTreeMap<crate::platform::Platform, BTreeMap<crate::platform::Surface, document::Channel>>,
) -> BTreeMap<Channel, ChannelRules> {
    from.into_iter()
        .flat_map(|(platform, surfaces)| surfaces.into_iter().map(move |(surface, rules)| (platform, surface, rules)))
        .map(|(platform, surface, rules)| (Channel { platform, surface }, ChannelRules { media: rules.media }))
        .collect()
}
