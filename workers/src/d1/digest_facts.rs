//! What a digest is counted from: bounded, whatever the size of the workspace.

use serde::Deserialize;
use tributary_domain::{
    audit::{Action, path},
    digest::LISTED,
    id::AccountId,
    platform::Platform,
    time::Timestamp,
};

use super::{Statement, read, together};
use crate::{app::AppContext, error::InternalError};

/// Most open threads that are counted.
pub(crate) const COUNTED: i64 = 10_000;
/// Most closed threads that are looked at for replies in doubt: those that were written in last.
const CLOSED: i64 = 400;
/// Most entries of the history that are counted for one day.
const ENTRIES: i64 = 50_000;

/// A post with held comments is no thread; its row says how many they are.
const GROUPS: &str = "SELECT item ->> '$.topic' AS topic, queue, sum(id >= 'thr') AS open, \
    sum(id >= 'thr' AND rank < ?1) AS overdue, sum(coalesce(item ->> '$.trouble', 0)) AS doubtful, \
    sum(id >= 'thr' AND item ->> '$.surface' = 'comments') AS comments, \
    sum(coalesce(item ->> '$.counts.held', 0)) AS held, sum(id < 'thr') AS posts \
    FROM (SELECT id, item, queue, rank FROM threads INDEXED BY threads_by_status \
          WHERE status = 'open' ORDER BY rank, id LIMIT ?2) GROUP BY 1, 2";
const SNOOZED: &str = "SELECT count(*) AS number FROM (SELECT 1 FROM threads INDEXED BY threads_by_status \
    WHERE status = 'snoozed' LIMIT ?1)";
/// A rank below any time is the time at which a thread is due.
const OVERDUE: &str = "SELECT item FROM threads INDEXED BY threads_by_status \
    WHERE status = 'open' AND rank < ?1 AND id >= 'thr' ORDER BY rank, id LIMIT ?2";
const UNASSIGNED: &str = "SELECT item FROM threads INDEXED BY threads_by_queue \
    WHERE status = 'open' AND queue = 'unassigned' AND id >= 'thr' ORDER BY rank, id LIMIT ?1";
const DOUBTFUL: &str = "SELECT item FROM (SELECT item FROM threads INDEXED BY threads_by_status \
    WHERE status = ?1 ORDER BY rank, id LIMIT ?2) WHERE item ->> '$.trouble' LIMIT 200";
const STUCK: &str = "SELECT state, count(*) AS number, min(received_at) AS oldest FROM deliveries \
    INDEXED BY deliveries_waiting WHERE state <> 'recovered' AND dismissed_at IS NULL GROUP BY state";
const ACCOUNTS: &str = "SELECT id, name, platform, trouble, last_event, connected_at, usual_pause FROM accounts \
    WHERE state <> 'disconnected' ORDER BY name, id";
const SPEND: &str = "SELECT c.day AS period, c.value AS value FROM json_each(?1) j \
    CROSS JOIN counters c ON c.day = j.value AND c.name = 'label.spend'";
const KNOWN_DAYS: &str = "SELECT d.day AS day, d.facts AS facts FROM json_each(?1) j \
    CROSS JOIN digest_days d ON d.day = j.value WHERE d.zone = ?2";
const DAY: &str = "SELECT entry ->> ?4 AS action, count(*) AS number, sum(entry ->> ?5 IS NOT NULL) AS looked, \
    count(DISTINCT CASE WHEN entry ->> ?6 IS NOT NULL THEN thread END) AS put_right FROM \
    (SELECT entry, thread FROM audit INDEXED BY audit_by_time WHERE at >= ?1 AND at < ?2 LIMIT ?3) GROUP BY 1";
const KEEP_DAY: &str = "INSERT INTO digest_days (day, zone, facts) VALUES (?1, ?2, ?3) \
    ON CONFLICT (day) DO UPDATE SET zone = excluded.zone, facts = excluded.facts";

#[derive(Deserialize)]
pub(crate) struct GroupRow {
    pub(crate) topic: Option<String>,
    pub(crate) queue: String,
    pub(crate) open: u64,
    pub(crate) overdue: u64,
    pub(crate) doubtful: u64,
    pub(crate) comments: u64,
    pub(crate) held: u64,
    pub(crate) posts: u64,
}

#[derive(Deserialize)]
pub(crate) struct Number {
    pub(crate) number: u64,
}

#[derive(Deserialize)]
pub(crate) struct Item {
    pub(crate) item: String,
}

#[derive(Deserialize)]
pub(crate) struct StuckRow {
    pub(crate) state: String,
    pub(crate) number: u64,
    pub(crate) oldest: i64,
}

#[derive(Deserialize)]
pub(crate) struct AccountRow {
    pub(crate) id: AccountId,
    pub(crate) name: String,
    pub(crate) platform: Platform,
    pub(crate) trouble: Option<String>,
    pub(crate) last_event: Option<i64>,
    pub(crate) connected_at: i64,
    pub(crate) usual_pause: Option<u64>,
}

#[derive(Deserialize)]
pub(crate) struct SpendRow {
    pub(crate) period: String,
    pub(crate) value: i64,
}

#[derive(Deserialize)]
pub(crate) struct DayRow {
    pub(crate) day: String,
    pub(crate) facts: String,
}

#[derive(Deserialize)]
pub(crate) struct ActionRow {
    pub(crate) action: Action,
    pub(crate) number: u64,
    pub(crate) looked: u64,
    pub(crate) put_right: u64,
}

/// All that is counted of the present.
pub(crate) struct Present {
    pub(crate) groups: Vec<GroupRow>,
    pub(crate) snoozed: u64,
    pub(crate) overdue: Vec<Item>,
    pub(crate) unassigned: Vec<Item>,
    /// Open ones with replies in doubt; they are counted among their groups.
    pub(crate) doubtful_open: Vec<Item>,
    pub(crate) doubtful_others: Vec<Item>,
    pub(crate) stuck: Vec<StuckRow>,
    pub(crate) accounts: Vec<AccountRow>,
    pub(crate) spend: Vec<SpendRow>,
    /// Days that were counted for good.
    pub(crate) days: Vec<DayRow>,
}

/// Reads it all at once. `periods`: of which the cost is told.
pub(crate) async fn present(
    app: &AppContext,
    now: Timestamp,
    periods: &[&str],
    days: &[&str],
    zone: &str,
) -> Result<Present, InternalError> {
    let text = |list: &[&str]| serde_json::to_string(list).map_err(InternalError::form("digest.days"));
    let listed = i64::try_from(LISTED).unwrap_or(i64::MAX);
    let site = "gather_digest";
    let statements = vec![
        Statement::new("digest_groups", GROUPS).time(now).int(COUNTED),
        Statement::new("digest_snoozed", SNOOZED).int(COUNTED),
        Statement::new("digest_overdue", OVERDUE).time(now).int(listed),
        Statement::new("digest_unassigned", UNASSIGNED).int(listed),
        Statement::new("digest_doubtful_open", DOUBTFUL).text("open").int(COUNTED),
        Statement::new("digest_doubtful_snoozed", DOUBTFUL).text("snoozed").int(COUNTED),
        Statement::new("digest_doubtful_closed", DOUBTFUL).text("closed").int(CLOSED),
        Statement::new("digest_stuck", STUCK),
        Statement::new("digest_accounts", ACCOUNTS),
        Statement::new("digest_spend", SPEND).text(&text(periods)?),
        Statement::new("digest_days", KNOWN_DAYS).text(&text(days)?).text(zone),
    ];
    let results = together(app, site, statements).await?;
    let at = |place: usize| results.get(place).ok_or(InternalError::Binding("DB"));
    let mut doubtful_others: Vec<Item> = read(at(5)?, site)?;
    doubtful_others.extend(read::<Item>(at(6)?, site)?);
    Ok(Present {
        groups: read(at(0)?, site)?,
        snoozed: read::<Number>(at(1)?, site)?.first().map_or(0, |row| row.number),
        overdue: read(at(2)?, site)?,
        unassigned: read(at(3)?, site)?,
        doubtful_open: read(at(4)?, site)?,
        doubtful_others,
        stuck: read(at(7)?, site)?,
        accounts: read(at(8)?, site)?,
        spend: read(at(9)?, site)?,
        days: read(at(10)?, site)?,
    })
}

/// What was done between two times, by action.
pub(crate) async fn actions(
    app: &AppContext,
    start: Timestamp,
    end: Timestamp,
) -> Result<Vec<ActionRow>, InternalError> {
    let statement = Statement::new("digest_day", DAY).time(start).time(end).int(ENTRIES);
    statement.text(path::ACTION).text(path::SEEN).text(path::SAID).rows(app).await
}

/// A day that is over was counted for good.
pub(crate) async fn keep_day(app: &AppContext, day: &str, zone: &str, facts: &str) -> Result<(), InternalError> {
    Statement::new("keep_digest_day", KEEP_DAY).text(day).text(zone).text(facts).run(app).await
}
