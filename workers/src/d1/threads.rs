//! Queues of threads, read from the index by key, a page at a time.

use std::collections::BTreeMap;

use serde::Deserialize;
use tributary_domain::{
    id::{AccountId, TeammateId, ThreadId},
    platform::{Platform, Surface},
    thread::{BEHIND, resting},
    time::Timestamp,
};
use tributary_wire::api::thread::{CountItem, ThreadItem, ThreadStatus, Urgency};

use super::Statement;
use crate::{edge::Edge, fault::Fault};

/// Most rows that one request looks at for filters that no index has.
const SCANNED: i64 = 400;
/// Most messages that are looked at to find threads by words.
const WORDS: i64 = 60;

/// What a list of threads is narrowed by.
#[derive(Debug, Default)]
pub(crate) struct Narrowed {
    pub(crate) platform: Option<Platform>,
    pub(crate) account: Option<AccountId>,
    pub(crate) surface: Option<Surface>,
    pub(crate) topic: Option<String>,
    pub(crate) urgency: Option<Urgency>,
    pub(crate) language: Option<String>,
    /// A full-text expression, and the words as they were written.
    pub(crate) words: Option<(String, String)>,
}

/// Where a page begins: after this place.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) rank: i64,
    pub(crate) id: String,
}

impl Place {
    /// Before everything.
    pub(crate) fn start() -> Self {
        Self { rank: -1, id: String::new() }
    }
}

/// A page of a queue.
pub(crate) struct Threads {
    pub(crate) items: Vec<ThreadItem>,
    /// Where the next page begins, when there is one.
    pub(crate) next: Option<Place>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    rank: i64,
    item: String,
    unread: Option<String>,
}

impl Row {
    /// As `reader` sees it: what is unread is each one's own.
    fn read(&self, reader: Option<&TeammateId>) -> Result<ThreadItem, Fault> {
        let mut item = read(&self.item)?;
        if let (Some(reader), Some(unread)) = (reader, &self.unread) {
            let by_reader: BTreeMap<TeammateId, u32> =
                serde_json::from_slice(unread.as_bytes()).map_err(Fault::form("threads.unread"))?;
            item.unread = by_reader.get(reader).copied().unwrap_or(item.unread);
        }
        Ok(item)
    }
}

#[derive(Deserialize)]
struct PlaceRow {
    id: String,
    rank: i64,
}

impl Narrowed {
    fn is_empty(&self) -> bool {
        self.platform.is_none()
            && self.account.is_none()
            && self.surface.is_none()
            && self.topic.is_none()
            && self.urgency.is_none()
            && self.language.is_none()
            && self.words.is_none()
    }
}

/// The name used in storage.
pub(crate) const fn status_word(status: ThreadStatus) -> &'static str {
    match status {
        ThreadStatus::Open => "open",
        ThreadStatus::Snoozed => "snoozed",
        ThreadStatus::Closed => "closed",
    }
}

/// The name used in storage.
pub(crate) const fn urgency_word(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Low => "low",
        Urgency::Normal => "normal",
        Urgency::High => "high",
        Urgency::Urgent => "urgent",
    }
}

/// One queue (or all of them) from its index: as many rows read as are answered with. A list goes on behind `id!`, the
/// first id that could follow: from `id` itself, `SQLite` would read its row once more to pass over it.
const PAGE: &str = "SELECT id, rank, item, unread FROM threads INDEXED BY {index} \
                    WHERE status = ?1 {queue} AND (rank, id) > (?3, ?4 || '!') ORDER BY rank, id LIMIT ?5";

/// The same, narrowed: the rows looked at are bounded, and the reading stops as soon as the page is full.
const NARROWED: &str = "SELECT id, rank, item, unread FROM ( \
    SELECT id, rank, item, unread FROM threads INDEXED BY {index} \
    WHERE status = ?1 {queue} AND (rank, id) > (?3, ?4 || '!') ORDER BY rank, id LIMIT ?6 \
  ) WHERE (?7 IS NULL OR item ->> '$.platform' = ?7) \
    AND (?8 IS NULL OR item ->> '$.accountId' = ?8) \
    AND (?9 IS NULL OR item ->> '$.surface' = ?9) \
    AND (?10 IS NULL OR item ->> '$.topic' = ?10) \
    AND (?11 IS NULL OR item ->> '$.urgency' = ?11) \
    AND (?12 IS NULL OR item ->> '$.language' = ?12 \
         OR substr(item ->> '$.language', 1, length(?12) + 1) = ?12 || '-') \
    {words} LIMIT ?5";

/// Words of a name, a handle, a summary, a message or a note.
const HAS_WORDS: &str = "AND (instr(lower(item ->> '$.contact.name'), lower(?14)) > 0 \
         OR instr(lower(coalesce(item ->> '$.contact.username', '')), lower(?14)) > 0 \
         OR instr(lower(coalesce(item ->> '$.summary', '')), lower(?14)) > 0 \
         OR id IN (SELECT thread FROM people WHERE people MATCH ?13 ORDER BY rowid DESC LIMIT ?15) \
         OR id IN (SELECT thread FROM search WHERE search MATCH ?13 ORDER BY rowid DESC LIMIT ?15))";

/// The last row that a narrowed reading looked at, if it looked at as many as it may.
const LAST_SEEN: &str = "SELECT id, rank FROM threads INDEXED BY {index} \
    WHERE status = ?1 {queue} AND (rank, id) > (?3, ?4 || '!') ORDER BY rank, id LIMIT 1 OFFSET ?5";

fn for_queue(sql: &str, queue: Option<&str>) -> String {
    let (index, condition) = match queue {
        Some(_) => ("threads_by_queue", "AND queue = ?2"),
        None => ("threads_by_status", "AND ?2 IS NULL"),
    };
    sql.replace("{index}", index).replace("{queue}", condition)
}

/// A page of a queue, or of all of them.
pub(crate) async fn page(
    edge: &Edge,
    status: ThreadStatus,
    queue: Option<&str>,
    narrowed: &Narrowed,
    after: &Place,
    limit: u32,
    reader: Option<&TeammateId>,
) -> Result<Threads, Fault> {
    let status = status_word(status);
    let wanted = limit as usize;
    let begun = |name, sql: &str| {
        Statement::new(name, &for_queue(sql, queue)).text(status).maybe(queue).int(after.rank).text(&after.id)
    };
    let statement = if narrowed.is_empty() {
        begun("list_threads", PAGE).int(i64::from(limit) + 1)
    } else {
        let sql = NARROWED.replace("{words}", if narrowed.words.is_some() { HAS_WORDS } else { "" });
        narrow(begun("list_threads_narrowed", &sql).int(i64::from(limit) + 1).int(SCANNED), narrowed)
    };
    let mut rows: Vec<Row> = statement.rows(edge).await?;
    let mut next = None;
    if rows.len() > wanted {
        rows.truncate(wanted);
        next = rows.last().map(|row| Place { rank: row.rank, id: row.id.clone() });
    } else if !narrowed.is_empty() {
        // Fewer than asked for: because there are no more, or because the look was cut off here.
        let last: Option<PlaceRow> = begun("list_threads_seen", LAST_SEEN).int(SCANNED - 1).row(edge).await?;
        next = last.map(|row| Place { rank: row.rank, id: row.id });
    }
    let items = rows.iter().map(|row| row.read(reader)).collect::<Result<_, _>>()?;
    Ok(Threads { items, next })
}

fn narrow(statement: Statement, narrowed: &Narrowed) -> Statement {
    let statement = statement
        .maybe(narrowed.platform.map(Platform::as_str))
        .maybe(narrowed.account.as_ref().map(AccountId::as_str))
        .maybe(narrowed.surface.map(Surface::as_str))
        .maybe(narrowed.topic.as_deref())
        .maybe(narrowed.urgency.map(urgency_word))
        .maybe(narrowed.language.as_deref());
    match &narrowed.words {
        Some((expression, words)) => statement.text(expression).text(words).int(WORDS),
        None => statement,
    }
}

fn read(item: &str) -> Result<ThreadItem, Fault> {
    serde_json::from_slice(item.as_bytes()).map_err(Fault::form("threads.item"))
}

/// Open threads in the order of their queue, at most `limit`.
pub(crate) async fn open(edge: &Edge, limit: u32) -> Result<Vec<ThreadItem>, Fault> {
    let page = page(edge, ThreadStatus::Open, None, &Narrowed::default(), &Place::start(), limit, None).await?;
    Ok(page.items)
}

/// Places of threads that wait for an answer, in the order of all queues, behind a place.
pub(crate) async fn waiting(
    edge: &Edge,
    after: Option<(i64, ThreadId)>,
    limit: u32,
) -> Result<Vec<(i64, ThreadId)>, Fault> {
    let sql = "SELECT id, rank FROM threads INDEXED BY threads_by_status \
               WHERE status = 'open' AND rank < ?3 AND (rank, id) > (?1, ?2 || '!') ORDER BY rank, id LIMIT ?4";
    let after = after.map_or_else(Place::start, |(rank, id)| Place { rank, id: id.into() });
    let statement = Statement::new("waiting_threads", sql).int(after.rank).text(&after.id);
    let statement = statement.int(BEHIND).int(i64::from(limit));
    let rows: Vec<PlaceRow> = statement.rows(edge).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.rank, ThreadId::parse(&row.id).ok()?))).collect())
}

/// Most threads that are counted of one queue: whatever waits, a look at the counts stays a small one.
const COUNTED: i64 = 1000;

/// Threads that wait for an answer, by queue. From one queue to the next by the index, so that what is open and waits for
/// nothing is not read.
const COUNTS: &str = "WITH RECURSIVE queues (queue) AS ( \
    SELECT (SELECT queue FROM threads INDEXED BY threads_by_queue WHERE status = 'open' ORDER BY queue LIMIT 1) \
    UNION ALL \
    SELECT (SELECT queue FROM threads INDEXED BY threads_by_queue \
            WHERE status = 'open' AND queue > queues.queue ORDER BY queue LIMIT 1) \
    FROM queues WHERE queues.queue IS NOT NULL) \
  SELECT queue, (SELECT count(*) FROM (SELECT 1 FROM threads INDEXED BY threads_by_queue \
                 WHERE status = 'open' AND queue = queues.queue AND rank < ?1 LIMIT ?2)) AS waiting \
  FROM queues WHERE queue IS NOT NULL";

/// How many threads of each queue wait for an answer; those of which none does are left out.
pub(crate) async fn counts(edge: &Edge) -> Result<Vec<CountItem>, Fault> {
    let counts: Vec<CountItem> = Statement::new("count_threads", COUNTS).int(BEHIND).int(COUNTED).rows(edge).await?;
    Ok(counts.into_iter().filter(|count| count.waiting > 0).collect())
}

/// Into how many parts the threads are divided by their ids, so that a look at all of them is many small ones.
pub(crate) const PARTS: u8 = 32;

/// The ids of a part: from the first, to before the second.
pub(crate) fn bounds(part: u8) -> [String; 2] {
    let first = (part % PARTS).saturating_mul(u8::MAX / PARTS + 1);
    // Behind every digit.
    let to = format!("{}_{:02x}g", ThreadId::PREFIX, first.saturating_add(u8::MAX / PARTS));
    [format!("{}_{first:02x}", ThreadId::PREFIX), to]
}

/// A thread as the index has it.
#[derive(Deserialize)]
pub(crate) struct Indexed {
    /// Which.
    pub(crate) id: ThreadId,
    /// The version that the index holds.
    pub(crate) version: u64,
    /// It may have something due: it is not closed, or was when last somebody wrote not long ago.
    pub(crate) lively: u8,
}

/// The threads of a part, at most `limit`; lively are those in which somebody wrote since `then`.
pub(crate) async fn part(edge: &Edge, part: u8, then: Timestamp, limit: u32) -> Result<Vec<Indexed>, Fault> {
    let sql = "SELECT id, version, status <> 'closed' OR rank <= ?3 AS lively FROM threads \
               WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?4";
    let [from, to] = bounds(part);
    let statement = Statement::new("part_threads", sql).text(&from).text(&to).int(resting(then));
    statement.int(i64::from(limit)).rows(edge).await
}

/// Threads of a status in which somebody wrote since `then`, at most `limit`, and whether there may be more.
pub(crate) async fn since(
    edge: &Edge,
    status: ThreadStatus,
    then: Timestamp,
    limit: u32,
) -> Result<(Vec<ThreadItem>, bool), Fault> {
    let sql = "SELECT id, rank, item, unread FROM threads INDEXED BY threads_by_status \
               WHERE status = ?1 AND rank <= ?2 ORDER BY rank, id LIMIT ?3";
    let statement = Statement::new("threads_since", sql).text(status_word(status)).int(resting(then));
    let mut rows: Vec<Row> = statement.int(i64::from(limit) + 1).rows(edge).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let mut items = rows.iter().map(|row| row.read(None)).collect::<Result<Vec<_>, _>>()?;
    // What is due stands before all that rests, however long ago it was written.
    items.retain(|item| item.last_message_at >= then);
    Ok((items, more))
}

/// Which of these threads the index knows, by their ids.
pub(crate) async fn some(edge: &Edge, ids: &[ThreadId], reader: Option<&TeammateId>) -> Result<Vec<ThreadItem>, Fault> {
    let list = serde_json::to_string(ids).map_err(Fault::form("threads.ids"))?;
    let sql = "SELECT t.id AS id, t.rank AS rank, t.item AS item, t.unread AS unread \
               FROM json_each(?1) j CROSS JOIN threads t ON t.id = j.value";
    let rows: Vec<Row> = Statement::new("some_threads", sql).text(&list).rows(edge).await?;
    rows.iter().map(|row| row.read(reader)).collect()
}
