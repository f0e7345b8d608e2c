//! Search over messages, notes and people.

use std::collections::BTreeSet;

use std::collections::HashMap;

use tributary_domain::{
    id::{MessageId, ThreadId},
    search::{self, Excerpt},
    time::Timestamp,
};
use tributary_wire::{
    api::{
        message::Direction,
        search::{Found, Highlight, SearchItem},
        thread::ThreadItem,
    },
    view::NOTE,
};
use worker::Response;

use super::{
    call::{self, Call},
    guard::Asker,
    page::{self, Names},
    problem::{Code, Refused},
    query::parameter,
    threads,
};
use crate::d1::{
    self,
    search::{Hit, Known},
};

pub(super) async fn messages(call: &Call, asker: &Asker) -> Result<Response, Refused> {
    let limit = call.query.limit(50)?;
    let words = threads::text(call, "q")?.ok_or_else(|| parameter("q", "Give the words to search for in `q`."))?;
    let before = cursor(call)?;
    let (Some(expression), Some(of_people)) = (search::expression(words), search::people_expression(words)) else {
        return call::json(200, &page::page::<SearchItem>(call, Vec::new(), None).await?);
    };
    // People stand before everything else, once.
    let people =
        async { if before.is_some() { Ok(Vec::new()) } else { d1::search::people(&call.edge, &of_people).await } };
    let (hits, people) =
        futures_util::future::join(d1::search::messages(&call.edge, &expression, before, limit + 1), people).await;
    let (mut hits, people) = (hits?, people?);
    let more = hits.len() > limit as usize;
    hits.truncate(limit as usize);
    let next = hits.last().filter(|_| more).map(|hit| hit.row.clone());
    let items = items(call, asker, words, hits, &people).await?;
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

async fn items(
    call: &Call,
    asker: &Asker,
    words: &str,
    hits: Vec<Hit>,
    people: &[Known],
) -> Result<Vec<SearchItem>, Refused> {
    let ids: BTreeSet<ThreadId> =
        hits.iter().map(|hit| hit.thread.clone()).chain(people.iter().map(|one| one.thread.clone())).collect();
    let ids: Vec<ThreadId> = ids.into_iter().collect();
    let mut threads = d1::threads::some(&call.edge, &ids, Some(asker.teammate())).await?;
    Names::load(call).await?.threads(&mut threads);
    let threads: HashMap<ThreadId, ThreadItem> = threads.into_iter().map(|item| (item.id.clone(), item)).collect();
    let people = people.iter().filter_map(|one| Some(person(threads.get(&one.thread)?.clone(), &one.number, words)));
    let hits = hits.into_iter().filter_map(|hit| Some(said(threads.get(&hit.thread)?.clone(), &hit, words)));
    Ok(people.chain(hits).collect())
}

/// Somebody whose name, handle or number fits. The number is shown where it is the reason.
fn person(thread: ThreadItem, number: &str, words: &str) -> SearchItem {
    let handle = thread.contact.username.as_ref().map(|handle| format!("@{handle}"));
    let mut shown = [Some(thread.contact.name.clone()), handle].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if !number.is_empty() && search::excerpt(&shown, words).highlights.is_empty() {
        shown = format!("{shown} · {number}");
    }
    let (excerpt, highlights) = marked(search::excerpt(&shown, words));
    SearchItem {
        found: Found::Contact,
        at: thread.last_message_at,
        message_id: None,
        direction: None,
        excerpt,
        highlights,
        thread,
    }
}

fn said(thread: ThreadItem, hit: &Hit, words: &str) -> SearchItem {
    let note = hit.direction == NOTE;
    let direction = if hit.direction == "outgoing" { Direction::Outgoing } else { Direction::Incoming };
    let (excerpt, highlights) = marked(search::excerpt(&hit.text, words));
    SearchItem {
        thread,
        found: if note { Found::Note } else { Found::Message },
        message_id: MessageId::parse(&hit.message).ok().filter(|_| !note),
        direction: (!note).then_some(direction),
        at: Timestamp::from_millis(hit.at),
        excerpt,
        highlights,
    }
}

fn marked(Excerpt { text, highlights }: Excerpt) -> (String, Vec<Highlight>) {
    let place = |unit| u32::try_from(unit).unwrap_or(u32::MAX);
    let highlights = highlights.into_iter().map(|one| Highlight { start: place(one.start), end: place(one.end) });
    (text, highlights.collect())
}
