//! Keeps the counts of what happened: hour by hour, each whole, so that counting again changes nothing.

use tributary_domain::{
    insights::{RollupTable, Tally, hour_of, next_hour},
    rules::zone::Zone,
    time::Timestamp,
};

use crate::{
    app::AppContext,
    clock,
    d1::{
        self,
        facts::{self, HourlyRollup, Mark},
    },
    error::InternalError,
};

/// Most hours counted in one run, and most rows read before it ends: the next run goes on from there.
const HOURS: usize = 50;
const ROWS: u64 = 5_000;

/// Counts what is new, and what may have changed.
pub(crate) async fn roll(app: &AppContext) -> Result<(), InternalError> {
    let now = clock::now();
    let rules = d1::rules::current(app).await?;
    let zone = &rules.rules.workspace.hours.zone;
    let begin = match facts::mark(app).await? {
        Some(mark) => mark.up_to,
        None => match facts::next(app, Timestamp::default()).await? {
            Some(first) => first,
            None => return Ok(()),
        },
    };
    let (mut hour, end) = (hour_of(zone, begin.min(now)), next_hour(hour_of(zone, now)));
    let (mut counts, mut read) = (Vec::new(), 0_u64);
    for _ in 0..HOURS {
        if hour >= end || read >= ROWS {
            break;
        }
        let rows = count(app, hour, now, &mut counts).await?;
        read += rows;
        hour = next_hour(hour);
        if rows == 0 && hour < end {
            // Days on which nothing happened are not walked hour by hour.
            let next = facts::next(app, hour).await?.unwrap_or(now);
            hour = hour.max(hour_of(zone, next)).min(hour_of(zone, now));
        }
    }
    let settled = hour_of(zone, now.minus(app.config.timings.insights.unsettled));
    let up_to = if hour >= end { settled.max(begin.min(settled)) } else { hour };
    facts::keep(app, &counts, Mark { up_to, rolled_at: now }).await
}

/// Counts the hour of a day ago again: what came late is in it by now.
pub(crate) async fn roll_late(app: &AppContext) -> Result<(), InternalError> {
    let now = clock::now();
    let rules = d1::rules::current(app).await?;
    let Some(mark) = facts::mark(app).await? else { return Ok(()) };
    let hour = hour_of(&rules.rules.workspace.hours.zone, now.minus(app.config.timings.insights.late));
    if hour >= mark.up_to {
        return Ok(());
    }
    let mut counts = Vec::new();
    count(app, hour, now, &mut counts).await?;
    facts::keep(app, &counts, Mark { up_to: mark.up_to, rolled_at: mark.rolled_at }).await
}

/// Counts what is new before it is shown, unless that was done a moment ago. How far the counts go.
pub(crate) async fn freshened(app: &AppContext, zone: &Zone) -> Result<Option<Timestamp>, InternalError> {
    let now = clock::now();
    let fresh = |mark: &Mark| now.since(mark.rolled_at) < app.config.timings.insights.ttl;
    let before = facts::mark(app).await?;
    let mark = if before.as_ref().is_some_and(fresh) {
        before
    } else {
        roll(app).await?;
        facts::mark(app).await?
    };
    let whole = |mark: &Mark| mark.up_to >= hour_of(zone, now.minus(app.config.timings.insights.unsettled));
    Ok(mark.map(|mark| if whole(&mark) { mark.rolled_at } else { mark.up_to }))
}

/// Counts one hour; how many rows that took.
async fn count(
    app: &AppContext,
    hour: Timestamp,
    now: Timestamp,
    counts: &mut Vec<HourlyRollup>,
) -> Result<u64, InternalError> {
    let mut tally = Tally::default();
    let end = next_hour(hour);
    let rows = facts::entries(app, hour, end, &mut |line| tally.add(line)).await?
        + facts::messages(app, hour, end, &mut |line| tally.add(line)).await?;
    counts.extend(RollupTable::ALL.map(|sheet| HourlyRollup {
        sheet: sheet.as_str(),
        at: hour.millis(),
        rolled_at: now.millis(),
        cells: tally.cells(sheet),
    }));
    Ok(rows)
}
