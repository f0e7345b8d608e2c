//! What happened, counted: as tables, and as files for spreadsheets.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use futures_util::{StreamExt as _, stream};
use serde_json::Value;
use tributary_domain::{
    id::ThreadId,
    insights::{self, Counter, Kind, Query, Report, RollupTable, Table, Told, Unit, csv::csv},
    message::Direction,
    platform::Platform,
    rules::{LabelRules, Rules, Zone},
    time::{Span, Timestamp},
};
use tributary_wire::{
    api::{
        endpoints::{ReadInsights, SuggestKeywords},
        insights::{BudgetItem, ColumnItem, Format, InsightItem, InsightsQuery, KeywordItem, KeywordsItem},
        message::MessageItem,
        thread::ThreadItem,
    },
    objects::{MessagePage, ThreadCall},
};
use worker::{Response, ResponseBuilder};

use super::{
    call::{self, Call},
    handle::{Answer, By, Handle, Input, parameter},
    page::Names,
    problem::Refused,
};
use crate::{
    app::AppContext,
    d1::{self, counters, facts},
    error::InternalError,
    insights::freshened,
    objects,
};

/// Most days of one report.
const DAYS: i64 = 92;
/// Corrected threads that words are looked for in, at most: the latest.
const THREADS: usize = 60;
/// Messages of each that are read, and how far back corrections are looked for.
const MESSAGES: u32 = 20;
const LOOKED_BACK: Span = Span::days(90);
/// Calls at once.
const CALLS: usize = 6;

impl Handle for ReadInsights {
    async fn handle(call: &Call, _: &By<Self>, Input { query, .. }: Input<Self>) -> Answer<Self> {
        let accepts_csv = || call.header("accept").is_some_and(|kinds| kinds.starts_with("text/csv"));
        let as_csv = query.format.map_or_else(accepts_csv, |format| format == Format::Csv);
        let rules = d1::rules::current(&call.app).await?;
        let utc = Zone::utc();
        let query = asked(call, &query, &rules.rules, &utc).await?;
        let counted_until = freshened(&call.app, &rules.rules.workspace.hours.zone).await?;
        let hours = facts::sheets(&call.app, query.report.sheets(), query.span()).await?;
        let spent = match query.report {
            Report::Cost => facts::counted(&call.app, counters::LABELS_SPENT, query.from, query.to).await?,
            _ => BTreeMap::default(),
        };
        let lines = hours.iter().map(|(at, cells)| (*at, cells.as_slice()));
        let mut table = insights::table(&query, lines, &spent);
        named(call, &mut table).await?;
        let name = Report::ALL.iter().find(|(_, one)| *one == query.report).map_or("", |(name, _)| name);
        if as_csv {
            let text = csv(table.columns.iter().map(|column| column.title), &table.rows);
            return file(&format!("tributary-{name}-{}-{}.csv", query.from, query.to), text);
        }
        let column = |column: &insights::Column| ColumnItem {
            key: column.key.to_owned(),
            title: column.title.to_owned(),
            unit: unit(column.unit).to_owned(),
        };
        let item = InsightItem {
            report: name.to_owned(),
            from: query.from.to_string(),
            to: query.to.to_string(),
            zone: query.zone.name().to_owned(),
            counted_until,
            columns: table.columns.iter().map(column).collect(),
            rows: table.rows,
            total: table.total,
            budget: budget(&call.app, &rules.rules.labels).await?,
        };
        call::json(200, &item)
    }
}

const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Text => "text",
        Unit::Count => "count",
        Unit::Seconds => "seconds",
        Unit::Percent => "percent",
        Unit::Dollars => "dollars",
    }
}

fn file(name: &str, text: String) -> Result<Response, Refused> {
    let failed = || InternalError::runtime("answer");
    let builder = ResponseBuilder::new()
        .with_header("content-type", "text/csv; charset=utf-8")
        .and_then(|builder| builder.with_header("content-disposition", &format!("attachment; filename=\"{name}\"")))
        .map_err(failed())?;
    Ok(builder.fixed(text.into_bytes()))
}

async fn asked<'a>(
    call: &Call,
    query: &'a InsightsQuery,
    rules: &'a Rules,
    utc: &'a Zone,
) -> Result<Query<'a>, Refused> {
    let report = query.report.unwrap_or(Report::Volume);
    let zone = match report {
        // What is spent is counted by days of UTC, and for all labels together.
        Report::Cost => utc,
        _ => &rules.workspace.hours.zone,
    };
    let filters = [
        ("platform", query.platform.is_some()),
        ("surface", query.surface.is_some()),
        ("topic", query.topic.is_some()),
        ("teammate", query.teammate.is_some()),
        ("team", query.team.is_some()),
    ];
    if report == Report::Cost
        && let Some((name, _)) = filters.into_iter().find(|(_, given)| *given)
    {
        return Err(parameter(name, "What labels cost is counted for all of them: this report takes no filters."));
    }
    let today = i32::try_from(zone.local(call.now).div_euclid(86_400)).ok().and_then(NaiveDate::from_epoch_days);
    let today = today.ok_or_else(|| parameter("to", "The clock is out of order."))?;
    let to = query.to.map_or(today, |day| day.0);
    let from = query.from.map(|day| day.0).or_else(|| to.checked_sub_days(Days::new(27))).unwrap_or(to);
    let days = to.signed_duration_since(from).num_days();
    if days < 0 {
        return Err(parameter("from", "`from` is after `to`: exchange them."));
    }
    if days >= DAYS {
        return Err(parameter("from", format!("A report is of at most {DAYS} days: ask for several.")));
    }
    Ok(Query {
        report,
        from,
        to,
        zone,
        platform: query.platform.map(Platform::as_str),
        surface: query.surface,
        topic: query.topic.as_deref(),
        whose: whose(call, query, rules).await?,
    })
}

/// The ids that are asked for: a teammate's, or a team's and its members'.
async fn whose(call: &Call, query: &InsightsQuery, rules: &Rules) -> Result<Option<BTreeSet<String>>, Refused> {
    match (&query.teammate, &query.team) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(parameter("team", "Give `teammate` or `team`, not both.")),
        (Some(id), None) => Ok(Some(std::iter::once(id.to_string()).collect())),
        (None, Some(team)) => {
            let rows = d1::teammates::all(&call.app).await?;
            let belongs = |email: &str| rules.teammates.get(email).is_some_and(|one| one.teams.contains(team));
            let members = rows.iter().filter(|row| belongs(&row.email)).map(|row| row.id.to_string());
            Ok(Some(members.chain(std::iter::once(team.to_string())).collect()))
        }
    }
}

/// Puts people's names where their ids are.
async fn named(call: &Call, table: &mut Table) -> Result<(), Refused> {
    let Some(place) = table.columns.iter().position(|column| column.key == "who") else { return Ok(()) };
    let names = Names::load(call).await?;
    for cell in table.rows.iter_mut().filter_map(|row| row.get_mut(place)) {
        if let Value::String(id) = cell
            && let Some(name) = names.queue(id)
        {
            *cell = Value::String(name);
        }
    }
    Ok(())
}

/// What labels may cost, and did.
async fn budget(app: &AppContext, rules: &LabelRules) -> Result<BudgetItem, InternalError> {
    let spent = counters::spent_on_labels(app).await?;
    let today = counters::today();
    let capped = match today.parse::<NaiveDate>() {
        Ok(day) => facts::counted(app, counters::LABELS_CAPPED, day, day).await?.into_values().next(),
        Err(_) => None,
    };
    let of = |micros: i64| dollars(u64::try_from(micros).unwrap_or_default());
    Ok(BudgetItem {
        month_spent: of(spent.month),
        monthly_budget: dollars(rules.monthly_budget),
        day_spent: of(spent.day),
        daily_budget: rules.daily_budget.map(dollars),
        capped_today: u32::try_from(capped.unwrap_or_default()).unwrap_or(u32::MAX),
    })
}

/// Millionths as dollars.
#[expect(clippy::cast_precision_loss, reason = "no bill comes near 2^53 millionths")]
pub(super) fn dollars(micros: u64) -> f64 {
    micros as f64 / 1_000_000.0
}

/// Words that may tell topics. Nothing is kept of them: they are read from the threads each time.
impl Handle for SuggestKeywords {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let rules = d1::rules::current(&call.app).await?;
        freshened(&call.app, &rules.rules.workspace.hours.zone).await?;
        let hours = facts::sheets(&call.app, &[RollupTable::Labels], (call.now.minus(LOOKED_BACK), call.now)).await?;
        let ids = moved(hours);
        let threads = d1::threads::some(&call.app, &ids, None).await?;
        let app = &call.app;
        let read = threads.into_iter().map(|thread| async move { told(app, thread).await });
        let told: Vec<Option<Told>> = stream::iter(read).buffer_unordered(CALLS).collect().await;
        let told: Vec<Told> = told.into_iter().flatten().collect();
        let item = |one: insights::Suggestion| KeywordItem {
            topic: one.topic,
            word: one.word,
            threads: u32::try_from(one.threads).unwrap_or(u32::MAX),
        };
        let suggestions = insights::suggested(&rules.rules, &told).into_iter().map(item).collect();
        Ok(KeywordsItem { threads: u32::try_from(told.len()).unwrap_or(u32::MAX), suggestions })
    }
}

/// The threads that people gave another topic, each once, the latest first.
fn moved(mut hours: Vec<(Timestamp, Vec<Counter>)>) -> Vec<ThreadId> {
    hours.sort_by_key(|hour| std::cmp::Reverse(hour.0));
    let mut ids: Vec<ThreadId> = Vec::new();
    for cell in hours.iter().flat_map(|(_, cells)| cells).filter(|cell| cell.kind == Kind::Moved) {
        if let Ok(id) = ThreadId::parse(&cell.part)
            && !ids.contains(&id)
            && ids.len() < THREADS
        {
            ids.push(id);
        }
    }
    ids
}

/// What a thread's customer wrote, under the topic that the thread has now. One that cannot be read is passed over.
async fn told(app: &AppContext, thread: ThreadItem) -> Option<Told> {
    let ask = ThreadCall::Messages { before: None, limit: MESSAGES };
    let answer: Result<MessagePage, InternalError> = objects::thread::call(app, &thread.id, &ask).await;
    let answer = answer.map_err(|fault| fault.log("keywords")).ok()?;
    let theirs = |message: MessageItem| (message.direction == Direction::Incoming).then_some(message.text).flatten();
    let texts = answer.items.into_iter().filter_map(theirs).collect();
    Some(Told { topic: thread.topic?, contact: thread.contact.id, texts })
}
