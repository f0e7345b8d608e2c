//! What is read from the counts: one table per report.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Counter, Histogram, Kind, RollupTable, accuracy::accuracy};
use crate::{platform::Surface, rules::zone::Zone, time::Timestamp};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Report {
    /// Messages and new threads by day.
    Volume,
    /// How long answers and closing took, by day.
    Answers,
    /// Answers within their targets, by day.
    Targets,
    /// What came in and what was answered, by hour of the week and whose.
    Load,
    /// What customers wrote about, by day.
    Topics,
    /// How often machines labelled right, by week.
    Accuracy,
    /// What labels cost, by day of UTC, for all of them together.
    Cost,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Words or an id.
    Text,
    Count,
    /// Seconds.
    Seconds,
    /// Of a hundred.
    Percent,
    /// US dollars.
    Dollars,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// A stable word.
    pub key: &'static str,
    pub title: &'static str,
    pub unit: Unit,
}

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What the cells of each row are.
    pub columns: &'static [Column],
    /// In order.
    pub rows: Vec<Vec<Value>>,
    /// The whole span as one row, where that says something.
    pub total: Option<Vec<Value>>,
}

/// What is looked at.
#[derive(Debug, Clone)]
pub struct Query<'a> {
    pub report: Report,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub zone: &'a Zone,
    /// On this platform only.
    pub platform: Option<&'a str>,
    /// Of this kind of conversation only.
    pub surface: Option<Surface>,
    /// About this topic only.
    pub topic: Option<&'a str>,
    /// Theirs only: teammates and teams.
    pub whose: Option<BTreeSet<String>>,
}

const fn column(key: &'static str, title: &'static str, unit: Unit) -> Column {
    Column { key, title, unit }
}

const VOLUME: &[Column] = &[
    column("day", "Day", Unit::Text),
    column("in", "Messages in", Unit::Count),
    column("out", "Messages out", Unit::Count),
    column("opened", "New threads", Unit::Count),
];
const ANSWERS: &[Column] = &[
    column("day", "Day", Unit::Text),
    column("first", "First answers", Unit::Count),
    column("firstMedian", "First answer, median", Unit::Seconds),
    column("first90", "First answer, 90th", Unit::Seconds),
    column("answers", "Answers", Unit::Count),
    column("answerMedian", "Answer, median", Unit::Seconds),
    column("answer90", "Answer, 90th", Unit::Seconds),
    column("resolved", "Closed", Unit::Count),
    column("resolvedMedian", "Open, median", Unit::Seconds),
    column("resolved90", "Open, 90th", Unit::Seconds),
];
const TARGETS: &[Column] = &[
    column("day", "Day", Unit::Text),
    column("met", "In time", Unit::Count),
    column("late", "Late", Unit::Count),
    column("share", "In time, of a hundred", Unit::Percent),
    column("urgentLate", "Late, urgent or high", Unit::Count),
];
const LOAD: &[Column] = &[
    column("weekday", "Weekday", Unit::Text),
    column("hour", "Hour", Unit::Count),
    column("who", "Whose", Unit::Text),
    column("in", "Messages in", Unit::Count),
    column("answered", "Answered", Unit::Count),
];
const TOPICS: &[Column] = &[
    column("day", "Day", Unit::Text),
    column("topic", "Topic", Unit::Text),
    column("in", "Messages in", Unit::Count),
    column("opened", "New threads", Unit::Count),
];
const ACCURACY: &[Column] = &[
    column("week", "Week from", Unit::Text),
    column("field", "Label", Unit::Text),
    column("value", "Said", Unit::Text),
    column("labelled", "Labelled", Unit::Count),
    column("looked", "Looked at", Unit::Count),
    column("corrected", "Corrected", Unit::Count),
    column("accuracy", "Right, of a hundred looked at", Unit::Percent),
];
const COST: &[Column] = &[
    column("day", "Day", Unit::Text),
    column("in", "Messages in", Unit::Count),
    column("labels", "Labels by a model", Unit::Count),
    column("builtIn", "Labels without a model", Unit::Count),
    column("spent", "Spent on labels", Unit::Dollars),
    column("perMessage", "Per message in", Unit::Dollars),
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Report {
    /// Every one of them, by name.
    pub const ALL: [(&'static str, Self); 7] = [
        ("volume", Self::Volume),
        ("answers", Self::Answers),
        ("targets", Self::Targets),
        ("load", Self::Load),
        ("topics", Self::Topics),
        ("accuracy", Self::Accuracy),
        ("cost", Self::Cost),
    ];

    /// What it is read from.
    pub const fn sheets(self) -> &'static [RollupTable] {
        match self {
            Self::Volume | Self::Topics => &[RollupTable::Flow],
            Self::Answers | Self::Targets => &[RollupTable::Answers],
            Self::Load => &[RollupTable::Flow, RollupTable::Answers],
            Self::Accuracy => &[RollupTable::Labels],
            Self::Cost => &[RollupTable::Flow, RollupTable::Labels],
        }
    }

    const fn columns(self) -> &'static [Column] {
        match self {
            Self::Volume => VOLUME,
            Self::Answers => ANSWERS,
            Self::Targets => TARGETS,
            Self::Load => LOAD,
            Self::Topics => TOPICS,
            Self::Accuracy => ACCURACY,
            Self::Cost => COST,
        }
    }
}

impl Query<'_> {
    /// From when to when that is.
    pub fn span(&self) -> (Timestamp, Timestamp) {
        let begin = |date: NaiveDate| {
            let local = date.and_hms_opt(0, 0, 0).map_or(0, |time| time.and_utc().timestamp());
            self.zone.instants(local).earliest
        };
        (begin(self.from), begin(self.to.checked_add_days(Days::new(1)).unwrap_or(self.to)))
    }

    fn takes(&self, cell: &Counter) -> bool {
        self.platform.is_none_or(|platform| cell.platform == platform)
            && self.surface.is_none_or(|surface| cell.surface == surface)
            && self.topic.is_none_or(|topic| cell.topic == topic)
            && self.whose.as_ref().is_none_or(|whose| whose.contains(&cell.who))
    }

    pub(super) fn local(&self, at: Timestamp) -> Local {
        let seconds = self.zone.local(at);
        let days = i32::try_from(seconds.div_euclid(86_400)).unwrap_or_default();
        let date = NaiveDate::from_epoch_days(days).unwrap_or(self.from);
        Local { date, hour: seconds.rem_euclid(86_400) / 3600 }
    }

    fn days(&self) -> impl Iterator<Item = NaiveDate> {
        let to = self.to;
        self.from.iter_days().take_while(move |day| *day <= to)
    }
}

pub(super) struct Local {
    pub(super) date: NaiveDate,
    hour: i64,
}

/// The counts of one day, or of all of them.
#[derive(Default, Clone)]
struct Sums {
    counts: BTreeMap<Kind, u64>,
    urgent_late: u64,
    by_model: u64,
    spreads: BTreeMap<Kind, Histogram>,
    spent: u64,
}

impl Sums {
    fn add(&mut self, cell: &Counter) {
        let sum = self.counts.entry(cell.kind).or_default();
        *sum = sum.saturating_add(cell.count);
        match cell.kind {
            Kind::First | Kind::Waited | Kind::Resolved => {
                let step = cell.part.parse().unwrap_or_default();
                self.spreads.entry(cell.kind).or_default().add(step, cell.count);
            }
            Kind::Late if matches!(cell.part.as_str(), "urgent" | "high") => {
                self.urgent_late = self.urgent_late.saturating_add(cell.count);
            }
            Kind::Labelled if cell.part == "model" => self.by_model = self.by_model.saturating_add(cell.count),
            _ => {}
        }
    }

    fn of(&self, kind: Kind) -> u64 {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    fn spread(&self, kind: Kind) -> [Value; 3] {
        let spread = self.spreads.get(&kind);
        let part = |hundredth| spread.and_then(|spread| spread.of_hundred(hundredth)).map_or(Value::Null, Value::from);
        [json!(spread.map_or(0, Histogram::count)), part(50), part(90)]
    }

    fn row(&self, report: Report, first: &str) -> Vec<Value> {
        let mut row = vec![json!(first)];
        match report {
            Report::Volume => row.extend([Kind::In, Kind::Out, Kind::Opened].map(|kind| json!(self.of(kind)))),
            Report::Answers => {
                for kind in [Kind::First, Kind::Waited, Kind::Resolved] {
                    row.extend(self.spread(kind));
                }
            }
            Report::Targets => {
                let (met, late) = (self.of(Kind::Met), self.of(Kind::Late));
                row.extend([json!(met), json!(late), share(met, met + late), json!(self.urgent_late)]);
            }
            Report::Cost => {
                let (messages, labels) = (self.of(Kind::In), self.of(Kind::Labelled));
                let built_in = labels.saturating_sub(self.by_model);
                let each = self.spent.checked_div(messages).map_or(Value::Null, dollars);
                row.extend([json!(messages), json!(self.by_model), json!(built_in), dollars(self.spent), each]);
            }
            Report::Load | Report::Topics | Report::Accuracy => {}
        }
        row
    }
}

/// The table of a report, from the counts of its hours. `spent`: what labels cost, by day, in millionths of a dollar.
pub fn table<'a>(
    query: &Query<'_>,
    hours: impl Iterator<Item = (Timestamp, &'a [Counter])>,
    spent: &BTreeMap<NaiveDate, u64>,
) -> Table {
    let (begin, end) = query.span();
    let taken = hours
        .filter(|(at, _)| *at >= begin && *at < end)
        .flat_map(|(at, cells)| cells.iter().map(move |cell| (at, cell)))
        .filter(|(_, cell)| query.takes(cell));
    let (rows, total) = match query.report {
        Report::Volume | Report::Answers | Report::Targets | Report::Cost => by_day(query, taken, spent),
        Report::Load => (load(query, taken), None),
        Report::Topics => (topics(query, taken), None),
        Report::Accuracy => (accuracy(query, taken), None),
    };
    Table { columns: query.report.columns(), rows, total }
}

pub(super) type Rows = Vec<Vec<Value>>;

fn by_day<'a>(
    query: &Query<'_>,
    cells: impl Iterator<Item = (Timestamp, &'a Counter)>,
    spent: &BTreeMap<NaiveDate, u64>,
) -> (Rows, Option<Vec<Value>>) {
    let mut days: BTreeMap<NaiveDate, Sums> = query.days().map(|day| (day, Sums::default())).collect();
    let mut total = Sums::default();
    for (at, cell) in cells {
        if let Some(day) = days.get_mut(&query.local(at).date) {
            day.add(cell);
            total.add(cell);
        }
    }
    for (day, micros) in spent {
        if let Some(sums) = days.get_mut(day) {
            sums.spent = sums.spent.saturating_add(*micros);
            total.spent = total.spent.saturating_add(*micros);
        }
    }
    let rows = days.iter().map(|(day, sums)| sums.row(query.report, &day.to_string())).collect();
    (rows, Some(total.row(query.report, "All")))
}

fn load<'a>(query: &Query<'_>, cells: impl Iterator<Item = (Timestamp, &'a Counter)>) -> Rows {
    let mut hours: BTreeMap<(u32, i64, &str), (u64, u64)> = BTreeMap::new();
    for (at, cell) in cells {
        let local = query.local(at);
        let key = (local.date.weekday().num_days_from_monday(), local.hour, cell.who.as_str());
        let (came, answered) = match cell.kind {
            Kind::In => (cell.count, 0),
            Kind::Answered => (0, cell.count),
            _ => continue,
        };
        let sums = hours.entry(key).or_default();
        *sums = (sums.0 + came, sums.1 + answered);
    }
    let row = |((weekday, hour, who), (came, answered)): (&(u32, i64, &str), &(u64, u64))| {
        let name = WEEKDAYS.get(*weekday as usize).copied().unwrap_or_default();
        vec![json!(name), json!(hour), json!(who), json!(came), json!(answered)]
    };
    hours.iter().map(row).collect()
}

fn topics<'a>(query: &Query<'_>, cells: impl Iterator<Item = (Timestamp, &'a Counter)>) -> Rows {
    let mut days: BTreeMap<(NaiveDate, &str), (u64, u64)> = BTreeMap::new();
    for (at, cell) in cells {
        let (came, opened) = match cell.kind {
            Kind::In => (cell.count, 0),
            Kind::Opened => (0, cell.count),
            _ => continue,
        };
        let sums = days.entry((query.local(at).date, &cell.topic)).or_default();
        *sums = (sums.0 + came, sums.1 + opened);
    }
    let row = |((day, topic), (came, opened)): (&(NaiveDate, &str), &(u64, u64))| {
        vec![json!(day.to_string()), json!(topic), json!(came), json!(opened)]
    };
    days.iter().map(row).collect()
}

/// Of a hundred, to a tenth.
#[expect(clippy::cast_precision_loss, reason = "a tenth of a hundredth is exact")]
pub(super) fn share(part: u64, whole: u64) -> Value {
    if whole == 0 {
        return Value::Null;
    }
    json!((u128::from(part) * 1000 / u128::from(whole)) as f64 / 10.0)
}

#[expect(clippy::cast_precision_loss, reason = "no bill comes near 2^53 millionths")]
fn dollars(micros: u64) -> Value {
    json!(micros as f64 / 1_000_000.0)
}
