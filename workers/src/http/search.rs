//! Search over messages, notes and people.

use std::collections::{BTreeSet, HashMap};

use tributary_domain::{
    id::MessageId,
    message::Direction,
    search::{self, Excerpt},
    time::Timestamp,
};
use tributary_wire::{
    api::{
        endpoints::Search,
        post::{ListItem, PostItem},
        search::{Found, Highlight, SearchCursor, SearchItem},
        thread::ThreadItem,
    },
    view::NOTE,
};

use super::{
    call::Call,
    guard::Asker,
    handle::{Answer, Handle, Input},
    page::{self, Names},
    problem::Refused,
};
use crate::d1::{
    self,
    search::{Hit, Known},
};

impl Handle for Search {
    async fn handle(call: &Call, asker: &Asker, Input { query, .. }: Input<Self>) -> Answer<Self> {
        let limit = query.limit.get();
        let words = &*query.q;
        let before = query.cursor.as_ref().map(SearchCursor::as_str);
        let (Some(expression), Some(of_people)) = (search::expression(words), search::people_expression(words)) else {
            return page::page(call, Vec::new(), None).await;
        };
        // People stand before everything else, once.
        let people =
            async { if before.is_some() { Ok(Vec::new()) } else { d1::search::people(&call.app, &of_people).await } };
        let (hits, people) =
            futures_util::future::join(d1::search::messages(&call.app, &expression, before, limit + 1), people).await;
        let (mut hits, people) = (hits?, people?);
        let more = hits.len() > limit as usize;
        hits.truncate(limit as usize);
        let next = hits.last().filter(|_| more).map(|hit| hit.row.clone());
        let items = items(call, asker, words, hits, &people).await?;
        page::page(call, items, next).await
    }
}

async fn items(
    call: &Call,
    asker: &Asker,
    words: &str,
    hits: Vec<Hit>,
    people: &[Known],
) -> Result<Vec<SearchItem>, Refused> {
    let ids: BTreeSet<&str> =
        hits.iter().map(|hit| hit.thread.as_str()).chain(people.iter().map(|one| one.thread.as_str())).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut found = d1::threads::some_items(&call.app, &ids, Some(asker.teammate())).await?;
    Names::load(call).await?.items(&mut found);
    let (mut threads, mut posts): (HashMap<String, ThreadItem>, HashMap<String, PostItem>) = Default::default();
    for item in found {
        match item {
            ListItem::Thread(item) => drop(threads.insert(item.id.to_string(), *item)),
            ListItem::Post(item) => drop(posts.insert(item.id.to_string(), *item)),
        }
    }
    let people = people.iter();
    let people = people.filter_map(|one| Some(person(threads.get(one.thread.as_str())?.clone(), &one.number, words)));
    let hits = hits.into_iter().filter_map(|hit| {
        let (thread, post) = (threads.get(&hit.thread).cloned(), posts.get(&hit.thread).cloned());
        (thread.is_some() || post.is_some()).then(|| said(thread, post, &hit, words))
    });
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
        thread: Some(thread),
        post: None,
    }
}

fn said(thread: Option<ThreadItem>, post: Option<PostItem>, hit: &Hit, words: &str) -> SearchItem {
    let note = hit.direction == NOTE;
    let direction = if hit.direction == "outgoing" { Direction::Outgoing } else { Direction::Incoming };
    let (excerpt, highlights) = marked(search::excerpt(&hit.text, words));
    SearchItem {
        thread,
        post,
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
