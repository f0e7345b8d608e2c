//! Search over messages.

use std::collections::HashMap;

use tributary_domain::{id::ThreadId, sorted::Set, time::Timestamp};
use tributary_wire::api::{message::Direction, search::SearchItem, thread::ThreadItem};
use worker::Response;

use super::{
    call::{self, Call},
    page::{self, Names},
    problem::{Code, Refused},
    query::parameter,
    threads,
};
use crate::d1::{self, search::Hit};

pub(super) async fn messages(call: &Call) -> Result<Response, Refused> {
    let limit = call.query.limit(50)?;
    let words = threads::text(call, "q")?.ok_or_else(|| parameter("q", "Give the words to search for in `q`."))?;
    let before = cursor(call)?;
    let Some(expression) = d1::search::expression(words) else {
        return call::json(200, &page::page::<SearchItem>(call, Vec::new(), None).await?);
    };
    let mut hits = d1::search::messages(&call.edge, &expression, before, limit + 1).await?;
    let more = hits.len() > limit as usize;
    hits.truncate(limit as usize);
    let next = hits.last().filter(|_| more).map(|hit| hit.row.clone());
    let items = items(call, hits).await?;
    call::json(200, &page::page(call, items, next).await?)
}

/// The key of the last message of the page before.
fn cursor(call: &Call) -> Result<Option<&str>, Refused> {
    let Some(text) = call.query.get("cursor") else { return Ok(None) };
    if text.len() <= 19 && text.parse::<i64>().is_ok_and(|key| key >= 0) {
        return Ok(Some(text));
    }
    Err(Refused::new(Code::InvalidCursor, "Pass `nextCursor` of the page before, unchanged.").field("cursor"))
}

async fn items(call: &Call, hits: Vec<Hit>) -> Result<Vec<SearchItem>, Refused> {
    let ids: Set<ThreadId> = hits.iter().map(|hit| hit.thread.clone()).collect();
    let ids: Vec<ThreadId> = ids.into_iter().collect();
    let mut threads = d1::threads::some(&call.edge, &ids).await?;
    Names::load(call).await?.threads(&mut threads);
    let threads: HashMap<ThreadId, ThreadItem> = threads.into_iter().map(|item| (item.id.clone(), item)).collect();
    let item = |hit: Hit| {
        Some(SearchItem {
            thread: threads.get(&hit.thread)?.clone(),
            message_id: hit.message,
            direction: if hit.direction == "outgoing" { Direction::Outgoing } else { Direction::Incoming },
            at: Timestamp::from_millis(hit.at),
            excerpt: hit.excerpt,
        })
    };
    Ok(hits.into_iter().filter_map(item).collect())
}
