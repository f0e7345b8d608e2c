//! Teammates of a document, and when they work.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use toml::Spanned;

use super::{
    LoadRules, NaiveDate, Team, Teammate, Workspace,
    check::{cap, team_of, zone},
    de::Text,
    document::{self, Table},
    error::Fault,
    hours::{Hours, Shift},
    read,
    zone::Zone,
};
use crate::{
    id::{AccountId, TeamId},
    label::{UNDETERMINED, language_tag},
};

/// How somebody works, as far as it is said of them.
#[derive(Debug, Default)]
pub(super) struct Habits {
    zone: Option<Zone>,
    shifts: Option<Vec<Shift>>,
    holidays: Vec<NaiveDate>,
    leave: Vec<RangeInclusive<NaiveDate>>,
    cap: Option<u32>,
    languages: BTreeSet<String>,
}

/// What each team says of its members.
pub(super) fn habits(teams: &mut Table<document::Team>, load: LoadRules) -> Result<BTreeMap<String, Habits>, Fault> {
    let read = |(name, team): (&Text, &mut document::Team)| {
        let habits = Habits {
            zone: team.time_zone.as_ref().map(zone).transpose()?,
            shifts: team.shifts.take().map(shifts).transpose()?,
            holidays: team.holidays.iter().map(read::date).collect::<Result<_, _>>()?,
            leave: team.leave.iter().map(leave).collect::<Result<_, _>>()?,
            cap: team.cap.as_ref().map(|value| cap(value, load.weights)).transpose()?,
            languages: team.languages.iter().map(language).collect::<Result<_, _>>()?,
        };
        Ok((name.get_ref().clone(), habits))
    };
    teams.iter_mut().map(read).collect()
}

/// What a teammate does not say of themselves, the first of their teams says that does, and else the workspace; days
/// off add up.
pub(super) fn teammates(
    from: Table<document::Teammate>,
    workspace: &Workspace,
    teams: &BTreeMap<TeamId, Team>,
    habits: &BTreeMap<String, Habits>,
    load: LoadRules,
) -> Result<BTreeMap<String, Teammate>, Fault> {
    let mut read = BTreeMap::new();
    for (email, one) in from {
        let lower =
            address(&email).map_err(|fault| fault.hint("teammates are named by the address they sign in with"))?;
        let of_teams = || one.teams.iter().filter_map(|team| habits.get(team.get_ref()));
        let mut holidays = workspace.hours.holidays.clone();
        holidays.extend(of_teams().flat_map(|team| team.holidays.iter().copied()));
        for day in &one.holidays {
            holidays.insert(read::date(day)?);
        }
        let mut leave: Vec<_> = one.leave.iter().map(leave).collect::<Result<_, _>>()?;
        leave.extend(of_teams().flat_map(|team| team.leave.iter().cloned()));
        let zone = one.time_zone.as_ref().map(zone).transpose()?;
        let zone = zone.or_else(|| of_teams().find_map(|team| team.zone.clone()));
        let cap = one.cap.as_ref().map(|value| cap(value, load.weights)).transpose()?;
        let mut languages: BTreeSet<String> = one.languages.iter().map(language).collect::<Result<_, _>>()?;
        if languages.is_empty() {
            languages = of_teams().map(|team| &team.languages).find(|set| !set.is_empty()).cloned().unwrap_or_default();
        }
        let shifts = match one.shifts {
            Some(own) => shifts(own)?,
            None => of_teams().find_map(|team| team.shifts.clone()).unwrap_or_else(|| workspace.hours.shifts.clone()),
        };
        let teammate = Teammate {
            teams: one.teams.iter().map(|team| team_of(team, teams)).collect::<Result<_, _>>()?,
            hours: Hours { zone: zone.unwrap_or_else(|| workspace.hours.zone.clone()), shifts, holidays, leave },
            cap: cap.or_else(|| of_teams().find_map(|team| team.cap)).unwrap_or(load.cap),
            languages,
            accounts: one.accounts.iter().map(account).collect::<Result<_, _>>()?,
        };
        if read.insert(lower, teammate).is_some() {
            return Err(Fault::new(email.span(), format!("`{}` is named twice", email.get_ref()))
                .hint("capital letters make no other address"));
        }
    }
    Ok(read)
}

/// An e-mail address, in small letters.
pub(super) fn address(text: &Text) -> Result<String, Fault> {
    let lower = text.get_ref().trim().to_lowercase();
    let parts = lower.split_once('@').filter(|(name, host)| !name.is_empty() && host.contains('.'));
    if parts.is_none() || lower.contains(char::is_whitespace) {
        return Err(Fault::new(text.span(), format!("`{}` is no e-mail address", text.get_ref())));
    }
    Ok(lower)
}

pub(super) fn language(text: &Text) -> Result<String, Fault> {
    let tag = language_tag(text.get_ref());
    if tag == UNDETERMINED {
        return Err(Fault::new(text.span(), format!("`{}` is no language tag", text.get_ref()))
            .hint("write BCP 47 tags, as in \"en\", \"pt-BR\" or \"zh-Hant\"")
            .with_stand_in("en"));
    }
    Ok(tag)
}

fn account(text: &Text) -> Result<AccountId, Fault> {
    AccountId::parse(text.get_ref()).map_err(|_| {
        Fault::new(text.span(), format!("`{}` is no account's id", text.get_ref()))
            .hint("accounts are named by their ids, as in \"acc_0123abcd\"")
    })
}

fn leave(from: &Spanned<document::Leave>) -> Result<RangeInclusive<NaiveDate>, Fault> {
    let (first, last) = (read::date(&from.get_ref().from)?, read::date(&from.get_ref().to)?);
    if last < first {
        return Err(Fault::new(
            from.get_ref().to.0.span(),
            format!("this leave ends on {last}, before it begins on {first}"),
        )
        .hint("`to` is the last day away"));
    }
    Ok(first..=last)
}

/// Shifts, none of which runs into another.
pub(super) fn shifts(from: Vec<Spanned<document::Shift>>) -> Result<Vec<Shift>, Fault> {
    const WEEK: u32 = 7 * read::DAY_MINUTES as u32;
    let mut taken: Vec<(u32, u32)> = Vec::new();
    let mut read = Vec::new();
    for one in from {
        let span = one.span();
        let one = one.into_inner();
        let from = read::minutes(&one.from)?;
        // Later than the beginning, where that is no time either.
        let to = read::minutes(&one.to).map_err(|fault| fault.with_stand_in("17:00"))?;
        if from == to || from == read::DAY_MINUTES {
            return Err(
                Fault::new(span, "this shift has no length").hint("the whole day is from \"00:00\" to \"24:00\"")
            );
        }
        let mut days = BTreeSet::new();
        for text in &one.days {
            days.extend(read::days(text)?);
        }
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
