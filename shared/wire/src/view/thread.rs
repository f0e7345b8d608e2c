//! Threads as lists show them.

use serde_json::value::to_raw_value;
use tributary_domain::{
    audit::{AuditDetail, Entry},
    bounds,
    capability::WindowPolicy,
    label::LabelSource,
    message::Message,
    search,
    thread::{Status, Thread, machine::Publication},
    time::Timestamp,
};

use super::facet;
use crate::{
    api::thread::{ContactRef, LabelSourceKind, OwnerItem, ThreadItem, ThreadKind, ThreadStatus},
    objects::{AuditRow, ContactRow, Projection, SearchRow, ThreadRow},
};

/// A thread as a list shows it to whoever has not looked at it; nothing before its first message. `trouble`: a reply
/// needs a person.
pub fn thread_item(thread: &Thread, window: WindowPolicy, trouble: bool) -> Option<ThreadItem> {
    let last = thread.transcript.last.as_ref()?;
    thread.opened_at?;
    let labels = thread.labelling.labels.current();
    let source = labels.as_ref().map(|set| match set.source {
        LabelSource::Model { .. } => LabelSourceKind::Model,
        LabelSource::BuiltIn { .. } => LabelSourceKind::BuiltIn,
        LabelSource::Teammate { .. } => LabelSourceKind::Teammate,
    });
    let labels = labels.map(|set| set.labels);
    Some(ThreadItem {
        kind: ThreadKind::Thread,
        id: thread.id.clone(),
        version: thread.version,
        platform: thread.platform,
        surface: thread.surface,
        account_id: thread.account.clone(),
        contact: ContactRef {
            id: thread.contact_id(),
            name: thread.contact_name().to_owned(),
            username: thread.contact.username().map(str::to_owned),
        },
        status: status(thread.status),
        snoozed_until: match thread.status {
            Status::Snoozed { until } => Some(until),
            Status::Open | Status::Closed { .. } => None,
        },
        summary: labels.as_ref().map(|labels| labels.summary.clone()).filter(|summary| !summary.is_empty()),
        summarized: !thread.labelling.labels.quotes(),
        preview: last.preview.clone(),
        last_direction: last.direction,
        last_author: Some(super::message::author(&last.author, thread)),
        topic: labels.as_ref().map(|labels| labels.topic.clone()),
        urgency: thread.labelling.urgency(),
        language: labels.map(|labels| labels.language),
        label_source: source,
        owner: OwnerItem::of(&thread.assignment.owner),
        due_at: thread.due(window),
        asked_at: thread.questions.asked_at().filter(|_| thread.needs_answer()),
        last_message_at: last.at,
        unread: u32::try_from(thread.unread.messages.len()).unwrap_or(u32::MAX),
        needs_answer: thread.needs_answer(),
        held_by: thread.holding.by_another(),
        trouble,
        moderation_failed: thread.moderating.needs_a_person(),
        tags: thread.relations.tags.iter().cloned().collect(),
        linked: thread.relations.linked.iter().cloned().collect(),
    })
}

/// A thread's row in the index.
pub fn thread_row(thread: &Thread, window: WindowPolicy, trouble: bool) -> Option<ThreadRow> {
    let mut row = ThreadRow {
        id: thread.id.clone(),
        version: thread.version,
        status: thread.status.as_str().to_owned(),
        queue: thread.assignment.owner.queue().to_owned(),
        rank: thread.rank(window),
        facets: String::new(),
        item: thread_item(thread, window, trouble)?,
        unread: thread.unread.by_reader(),
    };
    row.facets = facet::words(&row);
    Some(row)
}

/// What the index has to hold of a thread, as it travels.
pub fn projection(publication: &Publication, window: WindowPolicy) -> Result<Option<Projection>, serde_json::Error> {
    let Publication { thread, trouble, messages, entries } = publication;
    let Some(row) = thread_row(thread, window, *trouble) else { return Ok(None) };
    let (mut search, mut forget) = (Vec::new(), Vec::new());
    for row in messages.iter().filter_map(|message| search_row(thread, message)) {
        let rows = if row.text.is_some() { &mut search } else { &mut forget };
        rows.push(to_raw_value(&row)?);
    }
    for note in entries.iter().filter_map(|entry| note_row(thread, entry)) {
        search.push(to_raw_value(&note)?);
    }
    let audit = entries.iter().map(|entry| to_raw_value(&audit_row(entry))).collect::<Result<_, _>>()?;
    let contact = contact_row(thread).map(|row| to_raw_value(&row)).transpose()?;
    Ok(Some(Projection { row: to_raw_value(&row)?, contact, audit, search, forget }))
}

/// The contact's row in the index, while the index may lack what is known of them.
pub fn contact_row(thread: &Thread) -> Option<ContactRow> {
    let first_seen = thread.opened_at?.millis();
    (thread.contact.version > thread.acks.index).then(|| ContactRow {
        id: thread.contact_id(),
        version: thread.version,
        thread: thread.id.clone(),
        account: thread.account.clone(),
        platform: thread.platform,
        name: thread.contact_name().to_owned(),
        username: thread.contact.username().map(str::to_owned),
        facts: thread.contact.profile.facts.clone(),
        first_seen,
        row: SearchKey::of(thread.contact_id().as_str(), Timestamp::from_millis(first_seen)).0,
        numbers: numbers(thread),
        extra: search::extra(&format!("{} {}", thread.contact_name(), thread.contact.username().unwrap_or_default())),
    })
}

/// What telephone numbers of the contact are found by.
fn numbers(thread: &Thread) -> String {
    let values = thread.contact.peer.identities.iter().filter_map(|identity| identity.split_once(':'));
    let numbers: Vec<String> =
        values.map(|(_, value)| search::endings(value)).filter(|ends| !ends.is_empty()).collect();
    numbers.join(" ")
}

/// An entry's row in the index.
pub fn audit_row(entry: &Entry) -> AuditRow<'_> {
    AuditRow { id: &entry.id, at: entry.at.millis(), thread: &entry.thread, entry }
}

/// Where a message or a note stands among all that can be searched: later ones have greater keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchKey(pub i64);

impl SearchKey {
    /// 31 bits of time in seconds, then 22 bits of the id: the same message always has the same key, two of the
    /// same second share one in four million times, and none is beyond 2^53, where the runtime's numbers end.
    pub fn of(id: &str, at: Timestamp) -> Self {
        let id = id
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(Self::least(at).0 | i64::try_from(id >> 42).unwrap_or(0))
    }

    /// The least of all of the same second.
    pub fn least(at: Timestamp) -> Self {
        let seconds = (at.millis() / 1000 - YEAR_2020).clamp(0, (1 << 31) - 1);
        Self(seconds << 22)
    }
}

/// The start of 2020 in seconds: messages before share the first second.
const YEAR_2020: i64 = 1_577_836_800;

/// A message to search, or to forget.
pub fn search_row(thread: &Thread, message: &Message) -> Option<SearchRow> {
    let body = message.body.as_ref()?;
    // A picture has no words and is counted all the same.
    let words = |message: &Message| {
        let words = message.words().unwrap_or_default();
        bounds::bytes(words.trim(), bounds::SEARCHED_BYTES).to_owned()
    };
    let text = message.unsent_at.is_none().then(|| words(message));
    Some(SearchRow {
        row: SearchKey::of(message.id.as_str(), body.at).0,
        version: thread.version,
        thread: thread.id.clone(),
        message: message.id.to_string(),
        direction: body.direction.to_string(),
        at: body.at.millis(),
        extra: text.as_deref().map(search::extra).unwrap_or_default(),
        text,
    })
}

/// A note to search; nothing for other entries.
pub fn note_row(thread: &Thread, entry: &Entry) -> Option<SearchRow> {
    let AuditDetail::Noted { text } = &entry.done else { return None };
    let text = text.trim();
    Some(SearchRow {
        row: SearchKey::of(entry.id.as_str(), entry.at).0,
        version: thread.version,
        thread: thread.id.clone(),
        message: entry.id.to_string(),
        direction: NOTE.to_owned(),
        at: entry.at.millis(),
        extra: search::extra(text),
        text: Some(text.to_owned()),
    })
}

/// What a note has in place of a direction.
pub const NOTE: &str = "note";
/// What a comment that is held has in place of a direction: it is in no thread.
pub const HELD: &str = "held";

fn status(status: Status) -> ThreadStatus {
    match status {
        Status::Open => ThreadStatus::Open,
        Status::Snoozed { .. } => ThreadStatus::Snoozed,
        Status::Closed { .. } => ThreadStatus::Closed,
    }
}
