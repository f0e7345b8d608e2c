//! What happened, counted by the hour, and what it is counted from.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tributary_domain::{
    audit::Entry,
    insights::{Counter, Line, RollupTable, What},
    platform::Surface,
    time::Timestamp,
};
use tributary_wire::view::SearchKey;

use super::{Statement, together};
use crate::{app::AppContext, error::InternalError};

/// Rows read at once.
const PAGE: i64 = 500;
/// The name of the row that says how far the counting has come.
const MARK: &str = "mark";

const ENTRIES: &str = "SELECT a.at AS at, a.id AS id, a.entry AS entry, coalesce(t.item ->> '$.platform', '') AS platform, \
      coalesce(t.item ->> '$.surface', 'messages') AS surface, \
      t.item ->> '$.topic' AS topic, coalesce(t.queue, 'unassigned') AS owner \
    FROM audit a INDEXED BY audit_by_time LEFT JOIN threads t ON t.id = a.thread \
    WHERE a.at <= ?1 AND (a.at < ?1 OR a.id > ?2) AND a.at >= ?3 AND a.thread IS NOT NULL \
    ORDER BY a.at DESC, a.id LIMIT ?4";

/// Messages are counted by their threads before anything is known of these: one row of each is read for all its messages.
const MESSAGES: &str = "SELECT m.row AS row, m.count AS count, m.direction AS direction, \
      coalesce(t.item ->> '$.platform', '') AS platform, coalesce(t.item ->> '$.surface', 'messages') AS surface, \
      t.item ->> '$.topic' AS topic, coalesce(t.queue, 'unassigned') AS owner \
    FROM (SELECT max(row) AS row, count(*) AS count, thread, direction \
          FROM (SELECT rowid AS row, thread, direction FROM search \
                WHERE rowid > ?1 AND rowid < ?2 AND direction <> 'note' ORDER BY rowid LIMIT ?3) \
          GROUP BY thread, direction) m \
    LEFT JOIN threads t ON t.id = m.thread";

/// What is held leaves no entry.
const NEXT: &str = "SELECT min(at) AS at FROM (SELECT min(at) AS at FROM audit WHERE at >= ?1 \
    UNION ALL SELECT at FROM (SELECT at FROM search WHERE rowid >= ?2 ORDER BY rowid LIMIT 1))";

/// An older count never replaces a newer one. An hour of nothing needs no row, unless there is one.
const KEEP: &str = "INSERT INTO facts (sheet, at, rolled_at, cells)
    SELECT j.value ->> 'sheet', j.value ->> 'at', j.value ->> 'rolledAt', j.value -> 'cells' FROM json_each(?1) j
    WHERE j.value -> 'cells' <> '[]'
      OR EXISTS (SELECT 1 FROM facts f WHERE f.sheet = j.value ->> 'sheet' AND f.at = j.value ->> 'at')
    ON CONFLICT (sheet, at) DO UPDATE SET rolled_at = excluded.rolled_at, cells = excluded.cells
    WHERE excluded.rolled_at >= facts.rolled_at AND excluded.cells <> facts.cells";

const KEEP_MARK: &str = "INSERT INTO facts (sheet, at, rolled_at, cells) VALUES ('mark', 0, ?1, ?2)
    ON CONFLICT (sheet, at) DO UPDATE SET rolled_at = excluded.rolled_at, cells = excluded.cells
    WHERE excluded.rolled_at >= facts.rolled_at";

const SHEETS: &str = "SELECT at, cells FROM facts WHERE sheet IN (SELECT value FROM json_each(?1)) \
    AND at >= ?2 AND at < ?3";

/// From the latest hours in which anything was corrected; other hours have no such row.
const CORRECTIONS: &str = "SELECT a.entry AS entry FROM \
      (SELECT at, cells FROM facts WHERE sheet = 'lessons' ORDER BY at DESC LIMIT ?1) f \
    CROSS JOIN json_each(f.cells) j CROSS JOIN audit a ON a.id = j.value ->> '$.x' LIMIT ?1";

const SPENT: &str = "SELECT day, value FROM counters WHERE day >= ?1 AND day <= ?2 AND name = ?3";

/// How far the counting has come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    /// Every hour before was counted.
    pub(crate) up_to: Timestamp,
    /// When the last counting began.
    pub(crate) rolled_at: Timestamp,
}

#[derive(Deserialize)]
struct SheetRow {
    at: i64,
    cells: String,
}

#[derive(Deserialize)]
struct EntryRow {
    at: i64,
    id: String,
    entry: String,
    platform: String,
    surface: Surface,
    topic: Option<String>,
    owner: String,
}

#[derive(Deserialize)]
struct EntryText {
    entry: String,
}

#[derive(Deserialize)]
struct MessageRow {
    /// The last of them.
    row: i64,
    count: u64,
    direction: String,
    platform: String,
    surface: Surface,
    topic: Option<String>,
    owner: String,
}

/// The counts of one hour, to be kept.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HourlyRollup {
    pub(crate) sheet: &'static str,
    pub(crate) at: i64,
    pub(crate) rolled_at: i64,
    pub(crate) cells: Vec<Counter>,
}

pub(crate) async fn mark(app: &AppContext) -> Result<Option<Mark>, InternalError> {
    #[derive(Deserialize)]
    struct Row {
        rolled_at: i64,
        cells: String,
    }
    let sql = "SELECT rolled_at, cells FROM facts WHERE sheet = ?1 AND at = 0";
    let row: Option<Row> = Statement::new("facts_mark", sql).text(MARK).row(app).await?;
    Ok(row.map(|row| Mark {
        up_to: Timestamp::from_millis(row.cells.parse().unwrap_or_default()),
        rolled_at: Timestamp::from_millis(row.rolled_at),
    }))
}

/// When the first thing was done or written at `from` or later.
pub(crate) async fn next(app: &AppContext, from: Timestamp) -> Result<Option<Timestamp>, InternalError> {
    #[derive(Deserialize)]
    struct Row {
        at: Option<i64>,
    }
    let row: Option<Row> = Statement::new("facts_next", NEXT).time(from).int(SearchKey::least(from).0).row(app).await?;
    Ok(row.and_then(|row| row.at).map(Timestamp::from_millis))
}

/// What was done from `from` until before `to`, told one by one; how much that was.
pub(crate) async fn entries(
    app: &AppContext,
    from: Timestamp,
    to: Timestamp,
    tell: &mut impl FnMut(&Line),
) -> Result<u64, InternalError> {
    let (mut at, mut id, mut count) = (to.millis() - 1, String::new(), 0);
    loop {
        let statement = Statement::new("facts_entries", ENTRIES).int(at).text(&id).time(from).int(PAGE);
        let rows: Vec<EntryRow> = statement.rows(app).await?;
        let full = rows.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
        for row in rows {
            let entry: Entry = serde_json::from_str(&row.entry).map_err(InternalError::form("facts.entry"))?;
            let what = What::Entry(Box::new(entry));
            tell(&Line { platform: row.platform, surface: row.surface, topic: row.topic, owner: row.owner, what });
            (at, id) = (row.at, row.id);
            count += 1;
        }
        if !full {
            return Ok(count);
        }
    }
}

/// The messages and held comments of that time, told by thread; how many they were.
pub(crate) async fn messages(
    app: &AppContext,
    from: Timestamp,
    to: Timestamp,
    tell: &mut impl FnMut(&Line),
) -> Result<u64, InternalError> {
    let (mut after, end) = (SearchKey::least(from).0 - 1, SearchKey::least(to).0);
    let mut all = 0;
    loop {
        let statement = Statement::new("facts_messages", MESSAGES).int(after).int(end).int(PAGE);
        let rows: Vec<MessageRow> = statement.rows(app).await?;
        let found: u64 = rows.iter().map(|row| row.count).sum();
        all += found;
        for MessageRow { row, count, direction, platform, surface, topic, owner } in rows {
            let what = match direction.as_str() {
                "held" => What::Held { count },
                direction => What::Messages { incoming: direction == "incoming", count },
            };
            tell(&Line { platform, surface, topic, owner, what });
            after = after.max(row);
        }
        if found < PAGE.unsigned_abs() {
            return Ok(all);
        }
    }
}

/// Keeps counts, and how far they go.
pub(crate) async fn keep(app: &AppContext, counts: &[HourlyRollup], mark: Mark) -> Result<(), InternalError> {
    let rows = serde_json::to_string(counts).map_err(InternalError::form("facts.keep"))?;
    let statements = vec![
        Statement::new("keep_facts", KEEP).text(&rows),
        Statement::new("keep_facts_mark", KEEP_MARK).time(mark.rolled_at).text(&mark.up_to.millis().to_string()),
    ];
    together(app, "keep_facts", statements).await.map(|_| ())
}

/// The counts of a span, by hour.
pub(crate) async fn sheets(
    app: &AppContext,
    sheets: &[RollupTable],
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<(Timestamp, Vec<Counter>)>, InternalError> {
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.as_str()).collect();
    let names = serde_json::to_string(&names).map_err(InternalError::form("facts.sheets"))?;
    let rows: Vec<SheetRow> = Statement::new("read_facts", SHEETS).text(&names).time(from).time(to).rows(app).await?;
    let read = |row: &SheetRow| Ok((Timestamp::from_millis(row.at), serde_json::from_str(&row.cells)?));
    rows.iter().map(read).collect::<Result<_, serde_json::Error>>().map_err(InternalError::form("facts.cells"))
}

/// The entries of the latest corrections, at most so many. It reads a row for each, and one for each of as many hours.
pub(crate) async fn corrections(app: &AppContext, most: i64) -> Result<Vec<Entry>, InternalError> {
    let rows: Vec<EntryText> = Statement::new("corrections", CORRECTIONS).int(most).rows(app).await?;
    let read = |row: &EntryText| serde_json::from_str(&row.entry);
    rows.iter().map(read).collect::<Result<_, serde_json::Error>>().map_err(InternalError::form("facts.entry"))
}

/// A counter by day (UTC).
pub(crate) async fn counted(
    app: &AppContext,
    name: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeMap<NaiveDate, u64>, InternalError> {
    #[derive(Deserialize)]
    struct Row {
        day: String,
        value: i64,
    }
    let statement = Statement::new("counted_by_day", SPENT);
    let rows: Vec<Row> = statement.text(&from.to_string()).text(&to.to_string()).text(name).rows(app).await?;
    let by_day = |row: Row| Some((row.day.parse().ok()?, u64::try_from(row.value).unwrap_or_default()));
    Ok(rows.into_iter().filter_map(by_day).collect())
}
