//! Keeps the counts of what happened: hour by hour, each whole, so that counting again changes nothing.

use tributary_domain::{
    insights::{Sheet, Tally, hour_of, next_hour},
    rules::zone::Zone,
    time::Timestamp,
};

use crate::{
    clock,
    d1::{
        self,
        facts::{self, Kept, Mark},
    },
    edge::Edge,
    fault::Fault,
};

/// Most hours counted in one run, and most rows read before it ends: the next run goes on from there.
const HOURS: usize = 50;
const ROWS: usize = 5_000;

/// Counts what is new, and what may have changed.
pub(crate) async fn roll(edge: &Edge) -> Result<(), Fault> {
    let now = clock::now();
    let rules = d1::rules::current(edge).await?;
    let zone = &rules.rules.workspace.hours.zone;
    let begin = match facts::mark(edge).await? {
        Some(mark) => mark.up_to,
        None => match facts::next(edge, Timestamp::default()).await? {
            Some(first) => first,
            None => return Ok(()),
        },
    };
    let (mut hour, end) = (hour_of(zone, begin.min(now)), next_hour(hour_of(zone, now)));
    let (mut counts, mut read) = (Vec::new(), 0);
    for _ in 0..HOURS {
        if hour >= end || read >= ROWS {
            break;
        }
        let rows = count(edge, hour, now, &mut counts).await?;
        read += rows;
        hour = next_hour(hour);
        if rows == 0 && hour < end {
            // Days on which nothing happened are not walked hour by hour.
            let next = facts::next(edge, hour).await?.unwrap_or(now);
            hour = hour.max(hour_of(zone, next)).min(hour_of(zone, now));
        }
    }
    let settled = hour_of(zone, now.minus(edge.config.timings.insights.unsettled));
    let up_to = if hour >= end { settled.max(begin.min(settled)) } else { hour };
    facts::keep(edge, &counts, Mark { up_to, rolled_at: now }).await
}

/// Counts the hour of a day ago again: what came late is in it by now.
pub(crate) async fn roll_late(edge: &Edge) -> Result<(), Fault> {
    let now = clock::now();
    let rules = d1::rules::current(edge).await?;
    let Some(mark) = facts::mark(edge).await? else { return Ok(()) };
    let hour = hour_of(&rules.rules.workspace.hours.zone, now.minus(edge.config.timings.insights.late));
    if hour >= mark.up_to {
        return Ok(());
    }
    let mut counts = Vec::new();
    count(edge, hour, now, &mut counts).await?;
    facts::keep(edge, &counts, Mark { up_to: mark.up_to, rolled_at: mark.rolled_at }).await
}

/// Counts what is new before it is shown, unless that was done a moment ago. How far the counts go.
pub(crate) async fn freshened(edge: &Edge, zone: &Zone) -> Result<Option<Timestamp>, Fault> {
    let now = clock::now();
    let fresh = |mark: &Mark| now.since(mark.rolled_at) < edge.config.timings.insights.ttl;
    let before = facts::mark(edge).await?;
    let mark = if before.as_ref().is_some_and(fresh) {
        before
    } else {
        roll(edge).await?;
        facts::mark(edge).await?
    };
    let whole = |mark: &Mark| mark.up_to >= hour_of(zone, now.minus(edge.config.timings.insights.unsettled));
    Ok(mark.map(|mark| if whole(&mark) { mark.rolled_at } else { mark.up_to }))
}

/// Counts one hour; how many rows that took.
async fn count(edge: &Edge, hour: Timestamp, now: Timestamp, counts: &mut Vec<Kept>) -> Result<usize, Fault> {
    let mut tally = Tally::default();
    let end = next_hour(hour);
    let rows = facts::entries(edge, hour, end, &mut |line| tally.add(line)).await?
        + facts::messages(edge, hour, end, &mut |line| tally.add(line)).await?;
    counts.extend(Sheet::ALL.map(|sheet| Kept {
        sheet: sheet.as_str(),
        at: hour.millis(),
        rolled_at: now.millis(),
        cells: tally.cells(sheet),
    }));
    Ok(rows)
}
