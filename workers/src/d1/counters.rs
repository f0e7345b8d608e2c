//! Counters by day or month: what was passed over by rule, what labelling cost, which alarms were raised.

use tributary_domain::sorted::Map;

use serde_json::json;
use tributary_domain::json::Read;

use super::Statement;
use crate::{clock, edge::Edge, fault::Fault};

#[derive(Read)]
struct Row {
    value: i64,
}

#[derive(Read)]
struct OfPeriod {
    day: String,
    value: i64,
}

/// Adds to a counter of a month and to that of a day, in one statement. Tells what the month's is then.
pub(crate) async fn add_to_both(edge: &Edge, month: &str, day: &str, name: &str, amount: i64) -> Result<i64, Fault> {
    let sql = "INSERT INTO counters (day, name, value) VALUES (?1, ?3, ?4), (?2, ?3, ?4)
        ON CONFLICT (day, name) DO UPDATE SET value = value + excluded.value RETURNING day, value";
    let statement = Statement::new("add_to_counters", sql).text(month).text(day).text(name).int(amount);
    let rows: Vec<OfPeriod> = statement.rows(edge).await?;
    Ok(rows.iter().find(|row| row.day == month).map_or(amount, |row| row.value))
}

/// Adds to a counter and tells what it is then.
pub(crate) async fn add(edge: &Edge, period: &str, name: &str, amount: i64) -> Result<i64, Fault> {
    let sql = "INSERT INTO counters (day, name, value) VALUES (?1, ?2, ?3)
        ON CONFLICT (day, name) DO UPDATE SET value = value + excluded.value RETURNING value";
    let row: Option<Row> = Statement::new("add_to_counter", sql).text(period).text(name).int(amount).row(edge).await?;
    Ok(row.map_or(amount, |row| row.value))
}

/// Adds one to today's counter of each name, in one statement.
pub(crate) async fn count(edge: &Edge, names: &[String]) -> Result<(), Fault> {
    if names.is_empty() {
        return Ok(());
    }
    let mut sums: Map<&str, i64> = Map::new();
    for name in names {
        let sum = sums.get_or_insert_with(name, i64::default);
        *sum = sum.saturating_add(1);
    }
    let rows: Vec<_> = sums.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let sql = "INSERT INTO counters (day, name, value)
        SELECT ?1, value->>'name', value->>'value' FROM json_each(?2) WHERE true
        ON CONFLICT (day, name) DO UPDATE SET value = value + excluded.value";
    Statement::new("count_by_day", sql).text(&today()).text(&json!(rows).to_string()).run(edge).await?;
    Ok(())
}

/// The day in UTC, as `2026-01-31`.
pub(crate) fn today() -> String {
    clock::now().to_string().chars().take(10).collect()
}
