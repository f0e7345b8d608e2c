//! Queues of threads, and of posts with held comments among them, read from the index by key, a page at a time.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, de::DeserializeOwned};
use tributary_domain::{
    id::{PostId, TeammateId, ThreadId},
    thread::{BEHIND, resting},
    time::Timestamp,
};
use tributary_wire::{
    api::{
        post::ListItem,
        thread::{CountItem, ThreadItem, ThreadStatus},
    },
    view::facet::Facet,
};

use super::Statement;
use crate::{app::AppContext, error::InternalError};

/// Most people, and most messages, that are looked at to find threads by words: as many as fill a page. Each costs three
/// rows, one for itself and two for its thread.
const WORDS: i64 = 26;

/// What a list of threads is narrowed by, beside its status and its queue.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrowed {
    /// Words of facets that a thread has all of.
    pub(crate) facets: Vec<String>,
    /// Something is unread for this teammate.
    pub(crate) unread_by: Option<TeammateId>,
    /// Expressions for the full-text indexes of people and of messages.
    pub(crate) words: Option<(String, String)>,
}

/// In the index of facets, threads stand so far behind posts of the same rank.
const OF_THREADS: u16 = 256;

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

    /// Behind all ids of one kind that begin with these two digits, the digits of an id being hexadecimal.
    fn behind(rank: i64, part: u16) -> Self {
        let prefix = if part >= OF_THREADS { ThreadId::PREFIX } else { PostId::PREFIX };
        Self { rank, id: format!("{prefix}_{:02x}g", part % OF_THREADS) }
    }

    /// The lower part of the place at which it stands in the index of facets, below its rank.
    fn within(&self, status: ThreadStatus) -> i64 {
        // Both kinds have prefixes of the same length.
        let digits = self.id.get(ThreadId::PREFIX.len() + 1..).and_then(|id| id.get(..2));
        let digits = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(0);
        let kind = if self.id.starts_with(ThreadId::PREFIX) { i64::from(OF_THREADS) } else { 0 };
        let status = match status {
            ThreadStatus::Open => 0,
            ThreadStatus::Snoozed => 1,
            ThreadStatus::Closed => 2,
        };
        status * 512 + kind + i64::from(digits)
    }
}

/// A page of a queue.
pub(crate) struct Threads {
    pub(crate) items: Vec<ListItem>,
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
    fn read(&self, reader: Option<&TeammateId>) -> Result<ListItem, InternalError> {
        if self.id.starts_with(PostId::PREFIX) {
            return Ok(ListItem::Post(read(&self.item)?));
        }
        let mut item: Box<ThreadItem> = read(&self.item)?;
        if let (Some(reader), Some(unread)) = (reader, &self.unread) {
            let by_reader: BTreeMap<TeammateId, u32> =
                serde_json::from_slice(unread.as_bytes()).map_err(InternalError::form("threads.unread"))?;
            item.unread = by_reader.get(reader).copied().unwrap_or(item.unread);
        }
        Ok(ListItem::Thread(item))
    }
}

/// The threads among what a list has rows of.
pub(crate) fn only_threads(items: Vec<ListItem>) -> Vec<ThreadItem> {
    let thread = |item| match item {
        ListItem::Thread(thread) => Some(*thread),
        ListItem::Post(_) => None,
    };
    items.into_iter().filter_map(thread).collect()
}

/// A row and the words of its facets. A place of the facets' index at which no thread of this status stands is a row
/// without a thread.
#[derive(Deserialize)]
struct FacetedRow {
    rank: i64,
    /// Which kind it is, and the first two digits of the id, as a number.
    digits: u16,
    id: Option<String>,
    item: Option<String>,
    unread: Option<String>,
    facets: Option<String>,
}

impl FacetedRow {
    /// The thread that stands here, if it is one that is meant.
    fn meant(self, narrowed: &Narrowed) -> Option<Row> {
        let Self { rank, id, item, unread, facets, .. } = self;
        let row = Row { id: id?, rank, item: item?, unread };
        narrowed.means(&facets?).then_some(row)
    }
}

#[derive(Deserialize)]
struct PlaceRow {
    id: String,
    rank: i64,
}

impl Narrowed {
    fn is_empty(&self) -> bool {
        self.facets.is_empty() && self.unread_by.is_none() && self.words.is_none()
    }

    /// What the facets' index is asked. It tells of all threads of a place together, so nothing is asked for that a thread
    /// must not have: those that the teammate has read are left out by [`Self::means`].
    fn expression(&self) -> String {
        let all = self.facets.join(" AND ");
        let Some(reader) = &self.unread_by else { return all };
        format!("{all} AND ({} OR {})", Facet::Unread.word(), Facet::UnreadBy(reader).word())
    }

    /// Whether a thread with these facets is meant.
    fn means(&self, facets: &str) -> bool {
        let facets: BTreeSet<&str> = facets.split(' ').collect();
        let has = |facet: Facet<'_>| facets.contains(facet.word().as_str());
        let is_unread = |reader| has(Facet::UnreadBy(reader)) || has(Facet::Unread) && !has(Facet::ReadBy(reader));
        self.facets.iter().all(|wanted| facets.contains(wanted.as_str()))
            && self.unread_by.as_ref().is_none_or(is_unread)
    }
}

/// One queue (or all of them) from its index: as many rows read as are answered with. A list goes on behind `id!`, the
/// first id that could follow: from `id` itself, `SQLite` would read its row once more to pass over it.
const PAGE: &str = "SELECT id, rank, item, unread FROM threads INDEXED BY {index} \
                    WHERE status = ?1 {queue} AND (rank, id) > (?3, ?4 || '!') ORDER BY rank, id LIMIT ?5";

/// Narrowed by facets: the places of the first threads that have all of them, and the threads that stand there. Several
/// may stand at one place. The reading goes on from where it ended, whatever the size of the index. A place is larger than
/// the numbers of JSON: it is given and told in parts.
const FACETED: &str = "SELECT f.place >> 11 AS rank, f.place & 511 AS digits, t.id AS id, t.item AS item, \
      t.unread AS unread, t.facets AS facets \
    FROM (SELECT rowid AS place FROM facets \
          WHERE facets MATCH ?2 AND rowid >= (CAST(?3 AS INTEGER) << 11) + CAST(?5 AS INTEGER) ORDER BY rowid LIMIT ?6) f \
    LEFT JOIN threads t INDEXED BY threads_by_status \
      ON t.status = ?1 AND t.rank = f.place >> 11 \
        AND t.id >= printf('%s_%02x', iif(f.place & 256, 'thr', 'pst'), f.place & 255) \
        AND t.id < printf('%s_%02xg', iif(f.place & 256, 'thr', 'pst'), f.place & 255) AND (t.rank, t.id) > (?3, ?4 || '!')";

/// Narrowed by words: the threads of the latest people and messages that have them.
const WITH_WORDS: &str = "SELECT t.rank AS rank, 0 AS digits, t.id AS id, t.item AS item, t.unread AS unread, \
      t.facets AS facets \
    FROM (SELECT thread FROM (SELECT thread FROM people WHERE people MATCH ?5 ORDER BY rowid DESC LIMIT ?6) \
          UNION SELECT thread FROM (SELECT thread FROM search WHERE search MATCH ?2 ORDER BY rowid DESC LIMIT ?6)) f \
    CROSS JOIN threads t ON t.id = f.thread \
    WHERE t.status = ?1 AND (t.rank, t.id) > (?3, ?4 || '!')";

fn for_queue(sql: &str, queue: Option<&str>) -> String {
    let (index, condition) = match queue {
        Some(_) => ("threads_by_queue", "AND queue = ?2"),
        None => ("threads_by_status", "AND ?2 IS NULL"),
    };
    sql.replace("{index}", index).replace("{queue}", condition)
}

/// A page of a queue, or of all of them.
pub(crate) async fn page(
    app: &AppContext,
    status: ThreadStatus,
    queue: Option<&str>,
    narrowed: &Narrowed,
    after: &Place,
    limit: u32,
    reader: Option<&TeammateId>,
) -> Result<Threads, InternalError> {
    let (rows, next) = if narrowed.is_empty() {
        let statement = Statement::new("list_threads", &for_queue(PAGE, queue)).text(status.as_str()).maybe(queue);
        let rows = statement.int(after.rank).text(&after.id).int(i64::from(limit) + 1).rows(app).await?;
        cut(rows, limit, None)
    } else {
        let mut narrowed = narrowed.clone();
        narrowed.facets.push(Facet::Status(status).word());
        narrowed.facets.extend(queue.map(|queue| Facet::Queue(queue).word()));
        narrowed_page(app, status, &narrowed, after, limit).await?
    };
    let items = rows.iter().map(|row| row.read(reader)).collect::<Result<_, _>>()?;
    Ok(Threads { items, next })
}

async fn narrowed_page(
    app: &AppContext,
    status: ThreadStatus,
    narrowed: &Narrowed,
    after: &Place,
    limit: u32,
) -> Result<(Vec<Row>, Option<Place>), InternalError> {
    let begun = |name, sql, expression: &str| {
        Statement::new(name, sql).text(status.as_str()).text(expression).int(after.rank).text(&after.id)
    };
    let most = i64::from(limit) + 1;
    let statement = match &narrowed.words {
        Some((people, messages)) => begun("list_threads_with_words", WITH_WORDS, messages).text(people).int(WORDS),
        None => begun("list_threads_by_facets", FACETED, &narrowed.expression()).int(after.within(status)).int(most),
    };
    let mut found: Vec<FacetedRow> = statement.rows(app).await?;
    found.sort_by(|one, other| (one.rank, &one.id).cmp(&(other.rank, &other.id)));
    let mut places: Vec<(i64, u16)> = found.iter().map(|row| (row.rank, row.digits)).collect();
    places.sort_unstable();
    places.dedup();
    // As many places as were asked for: behind the last of them there may be more.
    let full = narrowed.words.is_none() && i64::try_from(places.len()).is_ok_and(|len| len >= most);
    let behind = places.last().filter(|_| full).map(|&(rank, digits)| Place::behind(rank, digits));
    Ok(cut(found.into_iter().filter_map(|row| row.meant(narrowed)).collect(), limit, behind))
}

/// The rows of a page, and where the next one begins: behind the last of them where there are more, else `behind`.
fn cut(mut rows: Vec<Row>, limit: u32, behind: Option<Place>) -> (Vec<Row>, Option<Place>) {
    if rows.len() <= limit as usize {
        return (rows, behind);
    }
    rows.truncate(limit as usize);
    let next = rows.last().map(|row| Place { rank: row.rank, id: row.id.clone() });
    (rows, next)
}

fn read<T: DeserializeOwned>(item: &str) -> Result<T, InternalError> {
    serde_json::from_slice(item.as_bytes()).map_err(InternalError::form("threads.item"))
}

/// Open threads, and posts with held comments, in the order of their queue, at most `limit`.
pub(crate) async fn open(app: &AppContext, limit: u32) -> Result<Vec<ListItem>, InternalError> {
    let page = page(app, ThreadStatus::Open, None, &Narrowed::default(), &Place::start(), limit, None).await?;
    Ok(page.items)
}

/// Places of threads that wait for an answer, in the order of all queues, behind a place.
pub(crate) async fn waiting(
    app: &AppContext,
    after: Option<(i64, ThreadId)>,
    limit: u32,
) -> Result<Vec<(i64, ThreadId)>, InternalError> {
    let sql = "SELECT id, rank FROM threads INDEXED BY threads_by_status \
               WHERE status = 'open' AND rank < ?3 AND (rank, id) > (?1, ?2 || '!') AND id >= 'thr' ORDER BY rank, id LIMIT ?4";
    let after = after.map_or_else(Place::start, |(rank, id)| Place { rank, id: id.into() });
    let statement = Statement::new("waiting_threads", sql).int(after.rank).text(&after.id);
    let statement = statement.int(BEHIND).int(i64::from(limit));
    let rows: Vec<PlaceRow> = statement.rows(app).await?;
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
pub(crate) async fn counts(app: &AppContext) -> Result<Vec<CountItem>, InternalError> {
    let counts: Vec<CountItem> = Statement::new("count_threads", COUNTS).int(BEHIND).int(COUNTED).rows(app).await?;
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
    pub(crate) id: ThreadId,
    /// The version that the index holds.
    pub(crate) version: u64,
    /// It may have something due: it is not closed, or was when last somebody wrote not long ago.
    pub(crate) lively: u8,
}

/// The threads of a part, without posts, at most `limit`; lively are those in which somebody wrote since `then`.
pub(crate) async fn part(
    app: &AppContext,
    part: u8,
    then: Timestamp,
    limit: u32,
) -> Result<Vec<Indexed>, InternalError> {
    let sql = "SELECT id, version, status <> 'closed' OR rank <= ?3 AS lively FROM threads \
               WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?4";
    let [from, to] = bounds(part);
    let statement = Statement::new("part_threads", sql).text(&from).text(&to).int(resting(then));
    statement.int(i64::from(limit)).rows(app).await
}

/// Threads of a status in which somebody wrote since `then`, and posts, at most `limit`, and whether there may be more.
pub(crate) async fn since(
    app: &AppContext,
    status: ThreadStatus,
    then: Timestamp,
    limit: u32,
) -> Result<(Vec<ListItem>, bool), InternalError> {
    let sql = "SELECT id, rank, item, unread FROM threads INDEXED BY threads_by_status \
               WHERE status = ?1 AND rank <= ?2 ORDER BY rank, id LIMIT ?3";
    let statement = Statement::new("threads_since", sql).text(status.as_str()).int(resting(then));
    let mut rows: Vec<Row> = statement.int(i64::from(limit) + 1).rows(app).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let mut items = rows.iter().map(|row| row.read(None)).collect::<Result<Vec<_>, _>>()?;
    // What is due stands before all that rests, however long ago it was written.
    items.retain(|item| match item {
        ListItem::Thread(thread) => thread.last_message_at >= then,
        ListItem::Post(post) => post.last_at >= Some(then),
    });
    Ok((items, more))
}

/// Which of these threads the index knows, by their ids.
pub(crate) async fn some(
    app: &AppContext,
    ids: &[ThreadId],
    reader: Option<&TeammateId>,
) -> Result<Vec<ThreadItem>, InternalError> {
    let ids: Vec<&str> = ids.iter().map(ThreadId::as_str).collect();
    Ok(only_threads(some_items(app, &ids, reader).await?))
}

/// Which of these threads and posts the index knows, by their ids.
pub(crate) async fn some_items(
    app: &AppContext,
    ids: &[&str],
    reader: Option<&TeammateId>,
) -> Result<Vec<ListItem>, InternalError> {
    let list = serde_json::to_string(ids).map_err(InternalError::form("threads.ids"))?;
    let sql = "SELECT t.id AS id, t.rank AS rank, t.item AS item, t.unread AS unread \
               FROM json_each(?1) j CROSS JOIN threads t ON t.id = j.value";
    let rows: Vec<Row> = Statement::new("some_threads", sql).text(&list).rows(app).await?;
    rows.iter().map(|row| row.read(reader)).collect()
}
