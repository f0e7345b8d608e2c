//! Single values of the document: spans, dates, times of day, money, days of the week.

use chrono::NaiveDate;

use super::{
    de::{Loose, Text},
    error::Fault,
};
use crate::time::Span;

/// Minutes of a whole day.
pub(super) const DAY_MINUTES: u16 = 24 * 60;

/// The names of the days, Monday first.
pub(super) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// `15m`, `4h`, `1d`, `1h30m`: at least one second, at most a year.
pub(super) fn span(text: &Text) -> Result<Span, Fault> {
    let refused = |why: &str| {
        Fault::new(text.span(), format!("`{}` {why}", text.get_ref()))
            .hint("write a number and s, m, h, d or w, as in \"15m\", \"1h30m\" or \"1d\"")
            .with_stand_in("1h")
    };
    let mut seconds: u64 = 0;
    let mut rest = text.get_ref().trim();
    if rest.is_empty() {
        return Err(refused("is no span of time"));
    }
    while !rest.is_empty() {
        let unit_at = rest.find(|one: char| !one.is_ascii_digit()).ok_or_else(|| refused("lacks its unit"))?;
        let (digits, tail) = rest.split_at(unit_at);
        let number: u64 = digits.parse().map_err(|_| refused("is no span of time"))?;
        let mut letters = tail.chars();
        let unit = match letters.next() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            Some('w') => 7 * 86_400,
            _ => return Err(refused("is no span of time")),
        };
        seconds = seconds.saturating_add(number.saturating_mul(unit));
        rest = letters.as_str();
    }
    match seconds {
        0 => Err(refused("is no time at all")),
        1..=31_622_400 => Ok(Span::seconds(seconds)),
        _ => Err(refused("is longer than a year")),
    }
}

/// A day, as text or as TOML's own date.
pub(super) fn date(Loose(value): &Loose) -> Result<NaiveDate, Fault> {
    let text = value.get_ref();
    let read = || {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        let fits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-')) && text.len() == 10 && day.len() == 2;
        let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        date.filter(|_| fits && month.len() == 2)
    };
    read().ok_or_else(|| {
        Fault::new(value.span(), format!("`{text}` is no date"))
            .hint("write it as 2026-12-24")
            .with_stand_in("2026-12-24")
    })
}

/// A time of day in minutes, as text or as TOML's own time; 24:00 is the end of the day.
pub(super) fn minutes(Loose(value): &Loose) -> Result<u16, Fault> {
    let text = value.get_ref();
    // TOML's own times carry seconds.
    let short = text.strip_suffix(":00").filter(|short| short.contains(':')).unwrap_or(text);
    let parsed = short.split_once(':').and_then(|(hours, minutes)| {
        let two = |part: &str| part.parse::<u16>().ok().filter(|_| part.len() == 2);
        let (hours, minutes) = (two(hours)?, two(minutes)?);
        (minutes < 60 && hours * 60 + minutes <= DAY_MINUTES).then_some(hours * 60 + minutes)
    });
    parsed.ok_or_else(|| {
        Fault::new(value.span(), format!("`{text}` is no time of day"))
            .hint("write it as \"09:00\"; \"24:00\" is the end of the day")
            .with_stand_in("09:00")
    })
}

/// Money in millionths of a dollar.
pub(super) fn micros(Loose(value): &Loose) -> Result<u64, Fault> {
    let text = value.get_ref();
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = digits(whole) && digits(part) && part.len() <= 6 && whole.len() <= 6;
    let read = || format!("{whole}{part:0<6}").parse::<u64>().ok();
    fits.then(read).flatten().ok_or_else(|| {
        Fault::new(value.span(), format!("`{text}` is no sum of money"))
            .hint("write dollars without a currency sign, as in 5 or 0.25")
            .with_stand_in("1")
    })
}

/// `mon`, `mon-fri`, `sat-mon`: the days from 0 (Monday).
pub(super) fn days(text: &Text) -> Result<Vec<u8>, Fault> {
    let lower = text.get_ref().to_lowercase();
    let number = |name: &str| {
        let name = name.trim();
        DAYS.iter().zip(0u8..).find(|(day, _)| *day == &name).map(|(_, number)| number)
    };
    let (first, last) = lower.split_once('-').unwrap_or((&lower, &lower));
    let (Some(first), Some(last)) = (number(first), number(last)) else {
        return Err(Fault::new(text.span(), format!("`{}` is no day", text.get_ref()))
            .hint("write mon, tue, wed, thu, fri, sat, sun, or a range as in \"mon-fri\"")
            .with_stand_in("mon"));
    };
    let count = (last + 7 - first) % 7 + 1;
    Ok((0..count).map(|step| (first + step) % 7).collect())
}
