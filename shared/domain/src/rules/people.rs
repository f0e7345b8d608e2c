//! Teammates of a document, and when they work.

use crate::sorted::{Map, Set};

use toml::Spanned;

use super::{
    LoadRules, NaiveDate, Team, Teammate, Workspace,
    check::{cap, team_of, zone},
    document,
    error::Fault,
    hours::{Hours, Shift},
    read,
    tree::{Table, Text, all},
};
use crate::{
    id::{AccountId, TeamId},
    label::{UNDETERMINED, language_tag},
};

pub(super) fn teammates(
    from: Table<document::Teammate>,
    workspace: &Workspace,
    teams: &Map<TeamId, Team>,
    load: LoadRules,
) -> Result<Map<String, Teammate>, Fault> {
    let mut read = Map::new();
    for (email, one) in from {
        let lower =
            address(&email).map_err(|fault| fault.hint("teammates are named by the address they sign in with"))?;
        let mut holidays = workspace.hours.holidays.clone();
        for day in &one.holidays {
            holidays.insert(read::date(day)?);
        }
        let shifts = one.shifts.map_or_else(|| Ok(workspace.hours.shifts.clone()), shifts)?;
        let zone = one.time_zone.as_ref().map_or_else(|| Ok(workspace.hours.zone.clone()), zone)?;
        let leave = one.leave.iter().map(leave).collect::<Result<_, _>>()?;
        let teammate = Teammate {
            teams: all(one.teams.iter().map(|team| team_of(team, teams)))?,
            hours: Hours { zone, shifts, holidays, leave },
            cap: one.cap.as_ref().map_or(Ok(load.cap), |value| cap(value, load))?,
            languages: all(one.languages.iter().map(language))?,
            accounts: all(one.accounts.iter().map(account))?,
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
            .hint("write BCP 47 tags, as in \"en\", \"pt-BR\" or \"zh-Hant\""));
    }
    Ok(tag)
}

fn account(text: &Text) -> Result<AccountId, Fault> {
    AccountId::parse(text.get_ref()).map_err(|_| {
        Fault::new(text.span(), format!("`{}` is no account's id", text.get_ref()))
            .hint("accounts are named by their ids, as in \"acc_0123abcd\"")
    })
}

fn leave(from: &Spanned<document::Leave>) -> Result<std::ops::RangeInclusive<NaiveDate>, Fault> {
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
        let (from, to) = (read::minutes(&one.from)?, read::minutes(&one.to)?);
        if from == to || from == read::DAY_MINUTES {
            return Err(
                Fault::new(span, "this shift has no length").hint("the whole day is from \"00:00\" to \"24:00\"")
            );
        }
        let mut days = Set::new();
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
