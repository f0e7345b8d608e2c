//! What a digest is made of, read from the index: bounded, whatever the size of the workspace.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use tributary_domain::{
    digest::{
        AccountFacts, DayFacts, Facts, Group, LISTED, Line, SPAN_DAYS,
        schedule::{bounds, day_name, earlier},
    },
    id::{AccountId, ReplyId},
    platform::Platform,
    rules::{NaiveDate, Rules, Zone},
    time::{Span, Timestamp},
};
use tributary_wire::{
    api::{
        message::{MessageItem, MessageStatus},
        thread::ThreadItem,
    },
    objects::{MessagePage, ThreadCall},
};

use crate::{
    clock,
    d1::{Statement, read, threads::urgency_word, together},
    edge::Edge,
    fault::Fault,
    objects,
};

/// Most open threads that are counted.
const COUNTED: i64 = 10_000;
/// Most closed threads that are looked at for replies in doubt: those that were written in last.
const CLOSED: i64 = 400;
/// Most entries of the history that are counted for one day.
const ENTRIES: i64 = 50_000;
/// Messages of a thread that are looked at to tell what became of its replies.
const MESSAGES: u32 = 50;
/// A day is counted for good when it is over for this long: late entries have come by then.
const SETTLED: Span = Span::hours(1);

const GROUPS: &str = "SELECT item ->> '$.topic' AS topic, queue, count(*) AS open, \
    sum(rank < ?1) AS overdue, sum(item ->> '$.trouble') AS doubtful \
    FROM (SELECT item, queue, rank FROM threads INDEXED BY threads_by_status \
          WHERE status = 'open' ORDER BY rank, id LIMIT ?2) GROUP BY 1, 2";
const SNOOZED: &str = "SELECT count(*) AS number FROM (SELECT 1 FROM threads INDEXED BY threads_by_status \
    WHERE status = 'snoozed' LIMIT ?1)";
/// A rank below any time is the time at which a thread is due.
const OVERDUE: &str = "SELECT item FROM threads INDEXED BY threads_by_status \
    WHERE status = 'open' AND rank < ?1 ORDER BY rank, id LIMIT ?2";
const UNASSIGNED: &str = "SELECT item FROM threads INDEXED BY threads_by_queue \
    WHERE status = 'open' AND queue = 'unassigned' ORDER BY rank, id LIMIT ?1";
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
const DAY: &str = "SELECT entry ->> '$.action' AS action, count(*) AS number, \
    sum(entry ->> '$.detail.seen' IS NOT NULL) AS looked, \
    count(DISTINCT CASE WHEN entry ->> '$.detail.said' IS NOT NULL THEN thread END) AS put_right FROM \
    (SELECT entry, thread FROM audit INDEXED BY audit_by_time WHERE at >= ?1 AND at < ?2 LIMIT ?3) GROUP BY 1";
const KEEP_DAY: &str = "INSERT INTO digest_days (day, zone, facts) VALUES (?1, ?2, ?3) \
    ON CONFLICT (day) DO UPDATE SET zone = excluded.zone, facts = excluded.facts";

#[derive(Deserialize)]
struct GroupRow {
    topic: Option<String>,
    queue: String,
    open: u64,
    overdue: u64,
    doubtful: u64,
}

#[derive(Deserialize)]
struct Number {
    number: u64,
}

#[derive(Deserialize)]
struct Item {
    item: String,
}

#[derive(Deserialize)]
struct StuckRow {
    state: String,
    number: u64,
    oldest: i64,
}

#[derive(Deserialize)]
struct AccountRow {
    id: AccountId,
    name: String,
    platform: Platform,
    trouble: Option<String>,
    last_event: Option<i64>,
    connected_at: i64,
    usual_pause: Option<u64>,
}

#[derive(Deserialize)]
struct SpendRow {
    period: String,
    value: i64,
}

#[derive(Deserialize)]
struct DayRow {
    day: String,
    facts: String,
}

#[derive(Deserialize)]
struct ActionRow {
    action: String,
    number: u64,
    looked: u64,
    put_right: u64,
}

/// The facts of the digest of `day`, as of `now`.
pub(super) async fn facts(edge: &Edge, rules: &Rules, day: NaiveDate, now: Timestamp) -> Result<Facts, Fault> {
    let zone = &rules.digest.zone;
    let before: Vec<NaiveDate> = (1..=SPAN_DAYS).map(|back| earlier(day, back)).collect();
    let names: Vec<String> = before.iter().map(|day| day_name(*day)).collect();
    let month: String = now.to_string().chars().take(7).collect();
    let periods: Vec<&str> = names.iter().map(String::as_str).chain([month.as_str()]).collect();
    let text = |list: &[&str]| serde_json::to_string(list).map_err(Fault::form("digest.days"));
    let days: Vec<&str> = names.iter().map(String::as_str).collect();
    let listed = i64::try_from(LISTED).unwrap_or(i64::MAX);
    let site = "gather_digest";
    let results = together(
        edge,
        site,
        vec![
            Statement::new("digest_groups", GROUPS).time(now).int(COUNTED),
            Statement::new("digest_snoozed", SNOOZED).int(COUNTED),
            Statement::new("digest_overdue", OVERDUE).time(now).int(listed),
            Statement::new("digest_unassigned", UNASSIGNED).int(listed),
            Statement::new("digest_doubtful_open", DOUBTFUL).text("open").int(COUNTED),
            Statement::new("digest_doubtful_snoozed", DOUBTFUL).text("snoozed").int(COUNTED),
            Statement::new("digest_doubtful_closed", DOUBTFUL).text("closed").int(CLOSED),
            Statement::new("digest_stuck", STUCK),
            Statement::new("digest_accounts", ACCOUNTS),
            Statement::new("digest_spend", SPEND).text(&text(&periods)?),
            Statement::new("digest_days", KNOWN_DAYS).text(&text(&days)?).text(zone.name()),
        ],
    )
    .await?;
    let at = |place: usize| results.get(place).ok_or(Fault::Binding("DB"));
    let groups: Vec<GroupRow> = read(at(0)?, site)?;
    let snoozed: Vec<Number> = read(at(1)?, site)?;
    let mut doubtful: Vec<Line> = Vec::new();
    let mut doubts = groups.iter().map(|group| group.doubtful).sum::<u64>();
    for place in 4..=6 {
        let found = lines(read(at(place)?, site)?);
        if place > 4 {
            doubts = doubts.saturating_add(u64::try_from(found.len()).unwrap_or(u64::MAX));
        }
        doubtful.extend(found);
    }
    doubtful.truncate(LISTED);
    for line in &mut doubtful {
        tell_replies(edge, line).await;
    }
    let stuck: Vec<StuckRow> = read(at(7)?, site)?;
    let number = |state: &str| stuck.iter().filter(|row| row.state == state).map(|row| row.number).sum();
    let spend: Vec<SpendRow> = read(at(9)?, site)?;
    let cost = |period: &str| {
        let row = spend.iter().find(|row| row.period == period);
        row.and_then(|row| u64::try_from(row.value).ok()).unwrap_or_default()
    };
    let open: u64 = groups.iter().map(|group| group.open).sum();
    Ok(Facts {
        at_least: i64::try_from(open).is_ok_and(|open| open >= COUNTED),
        groups: groups
            .into_iter()
            .map(|row| Group { topic: row.topic, queue: row.queue, open: row.open, overdue: row.overdue })
            .collect(),
        snoozed: snoozed.first().map_or(0, |row| row.number),
        overdue: lines(read(at(2)?, site)?),
        unassigned: lines(read(at(3)?, site)?),
        in_doubt: doubtful,
        doubtful: doubts,
        parked: number("parked"),
        dead: number("dead"),
        oldest: stuck.iter().map(|row| Timestamp::from_millis(row.oldest)).min(),
        accounts: read::<AccountRow>(at(8)?, site)?.into_iter().map(account).collect(),
        days: history(edge, zone, &before, read(at(10)?, site)?, now).await?,
        spend: names.iter().map(|day| cost(day)).collect(),
        month: cost(&month),
    })
}

/// One that cannot be read is left out, and counted all the same.
fn lines(rows: Vec<Item>) -> Vec<Line> {
    let read = |row: Item| serde_json::from_slice(row.item.as_bytes()).map_err(Fault::form("threads.item"));
    let read = rows.into_iter().filter_map(|row| read(row).map_err(|fault| fault.log("digest line")).ok());
    read.map(line).collect()
}

fn line(item: ThreadItem) -> Line {
    Line {
        thread: item.id,
        platform: item.platform,
        summary: item.summary,
        summarized: item.summarized,
        topic: item.topic,
        urgency: urgency_word(item.urgency).to_owned(),
        owner: item.owner.id,
        due_at: item.due_at,
        uncertain: 0,
        failed: 0,
    }
}

/// What became of the replies of a thread: only the thread itself knows.
async fn tell_replies(edge: &Edge, line: &mut Line) {
    let call = ThreadCall::Messages { before: None, limit: MESSAGES };
    let page: MessagePage = match objects::thread::call(edge, &line.thread, &call).await {
        Ok(page) => page,
        Err(fault) => return fault.log("digest replies"),
    };
    line.uncertain = replies(&page.items, MessageStatus::Uncertain);
    line.failed = replies(&page.items, MessageStatus::Failed);
}

fn replies(items: &[MessageItem], status: MessageStatus) -> u32 {
    // A long reply is several messages.
    let of_status = items.iter().filter(|item| item.status == Some(status));
    let different: BTreeSet<&str> = of_status.filter_map(|item| item.reply_id.as_ref().map(ReplyId::as_str)).collect();
    u32::try_from(different.len()).unwrap_or(u32::MAX)
}

fn account(row: AccountRow) -> AccountFacts {
    AccountFacts {
        id: row.id,
        name: row.name,
        platform: row.platform,
        trouble: row.trouble,
        last_event: row.last_event.map(Timestamp::from_millis),
        connected_at: Timestamp::from_millis(row.connected_at),
        usual_pause: row.usual_pause.map(Span::millis),
    }
}

/// What was done on these days. A day that is over is counted once, and kept.
async fn history(
    edge: &Edge,
    zone: &Zone,
    days: &[NaiveDate],
    kept: Vec<DayRow>,
    now: Timestamp,
) -> Result<Vec<DayFacts>, Fault> {
    let kept: BTreeMap<String, String> = kept.into_iter().map(|row| (row.day, row.facts)).collect();
    let mut found = Vec::with_capacity(days.len());
    for day in days {
        let name = day_name(*day);
        let known = kept.get(&name).and_then(|text| serde_json::from_slice(text.as_bytes()).ok());
        if let Some(known) = known {
            found.push(known);
            continue;
        }
        let (start, end) = bounds(zone, *day);
        let statement = Statement::new("digest_day", DAY).time(start).time(end).int(ENTRIES);
        let facts = counted(&statement.rows(edge).await?);
        if now.min(clock::now()).since(end) > SETTLED {
            let text = serde_json::to_string(&facts).map_err(Fault::form("digest_days.facts"))?;
            Statement::new("keep_digest_day", KEEP_DAY).text(&name).text(zone.name()).text(&text).run(edge).await?;
        }
        found.push(facts);
    }
    Ok(found)
}

fn counted(rows: &[ActionRow]) -> DayFacts {
    let number = |action: &str| rows.iter().filter(|row| row.action == action).map(|row| row.number).sum();
    DayFacts {
        opened: number("opened"),
        replied: number("replied"),
        closed: number("closed"),
        labelled: number("labelled"),
        corrected: number("corrected"),
        looked: rows.iter().map(|row| row.looked).sum(),
        put_right: rows.iter().map(|row| row.put_right).sum(),
    }
}
