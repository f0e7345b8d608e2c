//! Counters by day or month: what was passed over by rule, what labelling cost, which alarms were raised.

use std::collections::BTreeMap;

use serde::Deserialize;

use serde_json::json;
use tributary_domain::{costs::Usage, rules::LabelRules, time::Timestamp};

use super::Statement;
use crate::{app::AppContext, clock, error::InternalError};

#[derive(Deserialize)]
struct Row {
    value: i64,
}

#[derive(Deserialize)]
struct Period {
    day: String,
    value: i64,
}

/// Adds to a counter and tells what it is then.
pub(crate) async fn add(app: &AppContext, period: &str, name: &str, amount: i64) -> Result<i64, InternalError> {
    let sql = "INSERT INTO counters (day, name, value) VALUES (?1, ?2, ?3)
        ON CONFLICT (day, name) DO UPDATE SET value = value + excluded.value RETURNING value";
    let row: Option<Row> = Statement::new("add_to_counter", sql).text(period).text(name).int(amount).row(app).await?;
    Ok(row.map_or(amount, |row| row.value))
}

/// Adds one to today's counter of each name, in one statement.
pub(crate) async fn count(app: &AppContext, names: &[String]) -> Result<(), InternalError> {
    if names.is_empty() {
        return Ok(());
    }
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for name in names {
        let sum = sums.entry(name).or_default();
        *sum = sum.saturating_add(1);
    }
    let rows: Vec<_> = sums.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let sql = "INSERT INTO counters (day, name, value)
        SELECT ?1, value->>'name', value->>'value' FROM json_each(?2) WHERE true
        ON CONFLICT (day, name) DO UPDATE SET value = value + excluded.value";
    Statement::new("count_by_day", sql).text(&today()).text(&json!(rows).to_string()).run(app).await?;
    Ok(())
}

/// A kind that was passed over, and how often.
#[derive(Deserialize)]
pub(crate) struct PassedRow {
    pub(crate) name: String,
    pub(crate) value: u64,
    pub(crate) last: String,
}

/// Counters of what is passed over by rule begin so; the platform and the kind follow.
pub(crate) const PASSED_OVER: &str = "ignored.";

/// What was passed over since the day, by platform and kind.
pub(crate) async fn passed_over(app: &AppContext, since: &str) -> Result<Vec<PassedRow>, InternalError> {
    let sql = "SELECT substr(name, 9) AS name, sum(value) AS value, max(day) AS last FROM counters \
               WHERE day >= ?1 AND name >= 'ignored.' AND name < 'ignored/' GROUP BY name";
    let mut rows: Vec<PassedRow> = Statement::new("passed_over", sql).text(since).rows(app).await?;
    rows.sort_by(|one, other| other.value.cmp(&one.value).then_with(|| one.name.cmp(&other.name)));
    Ok(rows)
}

/// What labels cost, in millionths of a dollar: by month and by day.
pub(crate) const LABELS_SPENT: &str = "label.spend";
/// Tokens that models said they read and wrote, by month.
const TOKENS_IN: &str = "label.tokensIn";
const TOKENS_OUT: &str = "label.tokensOut";
/// Labels that money was lacking for, by day.
pub(crate) const LABELS_CAPPED: &str = "label.capped";

/// What labels cost so far, in millionths of a dollar.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    pub(crate) month: i64,
    pub(crate) day: i64,
}

impl Spent {
    /// Whether the rules allow as much.
    pub(crate) fn within(self, rules: &LabelRules) -> bool {
        let fits = |spent: i64, most: u64| spent <= i64::try_from(most).unwrap_or(i64::MAX);
        fits(self.month, rules.monthly_budget) && rules.daily_budget.is_none_or(|most| fits(self.day, most))
    }
}

/// Adds to what labels cost on `day` and in its month, in millionths of a dollar, and tells what that is then. A call is
/// paid for before it is made, by estimate, so that calls at the same time cannot overspend together; the difference
/// comes after, by [`settle`].
pub(crate) async fn spend(app: &AppContext, day: &str, amount: i64) -> Result<Spent, InternalError> {
    let sql = "INSERT INTO counters (day, name, value) VALUES (?1, ?3, ?4), (?2, ?3, ?4)
        ON CONFLICT (day, name) DO UPDATE SET value = value + excluded.value RETURNING day, value";
    let statement = Statement::new("spend_on_labels", sql).text(month_of(day)).text(day).text(LABELS_SPENT);
    Ok(spent(day, &statement.int(amount).rows::<Period>(app).await?))
}

/// What a call was found to cost more or less than what `day` was charged with before it, and the tokens it took.
pub(crate) async fn settle(app: &AppContext, day: &str, difference: i64, usage: Usage) -> Result<(), InternalError> {
    let sql = "INSERT INTO counters (day, name, value)
        SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1) WHERE value ->> 2 <> 0
        ON CONFLICT (day, name) DO UPDATE SET value = value + excluded.value";
    let month = month_of(day);
    let rows = json!([
        [month, LABELS_SPENT, difference],
        [day, LABELS_SPENT, difference],
        [month, TOKENS_IN, usage.input_tokens],
        [month, TOKENS_OUT, usage.output_tokens],
    ]);
    Statement::new("settle_labels", sql).text(&rows.to_string()).run(app).await
}

/// What a counter is.
pub(crate) async fn value(app: &AppContext, period: &str, name: &str) -> Result<i64, InternalError> {
    let sql = "SELECT value FROM counters WHERE day = ?1 AND name = ?2";
    let row: Option<Row> = Statement::new("read_counter", sql).text(period).text(name).row(app).await?;
    Ok(row.map_or(0, |row| row.value))
}

/// Tokens that models said they read and wrote in this month.
pub(crate) async fn tokens(app: &AppContext) -> Result<Usage, InternalError> {
    let day = today();
    let of = async |name| value(app, month_of(&day), name).await.map(|value| u64::try_from(value).unwrap_or_default());
    Ok(Usage { input_tokens: of(TOKENS_IN).await?, output_tokens: of(TOKENS_OUT).await? })
}

/// What labels cost in this month and on this day.
pub(crate) async fn spent_on_labels(app: &AppContext) -> Result<Spent, InternalError> {
    let sql = "SELECT day, value FROM counters WHERE day IN (?1, ?2) AND name = ?3";
    let day = today();
    let statement = Statement::new("spent_on_labels", sql).text(month_of(&day)).text(&day).text(LABELS_SPENT);
    Ok(spent(&day, &statement.rows::<Period>(app).await?))
}

fn spent(day: &str, rows: &[Period]) -> Spent {
    let of = |period: &str| rows.iter().find(|row| row.day == period).map_or(0, |row| row.value);
    Spent { month: of(month_of(day)), day: of(day) }
}

fn month_of(day: &str) -> &str {
    day.get(..7).unwrap_or(day)
}

/// The day in UTC, as `2026-01-31`.
pub(crate) fn today() -> String {
    day_of(clock::now())
}

/// The day of a time in UTC.
pub(crate) fn day_of(time: Timestamp) -> String {
    time.to_string().chars().take(10).collect()
}
