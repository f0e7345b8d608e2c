//! Storage of one thread: rows to states and back. Every function is synchronous: nothing can come between.

use std::{cell::RefCell, rc::Rc};
use tributary_domain::sorted::{Map, Set};

use serde::Serialize;
use tributary_domain::json::Read;
use tributary_domain::json::ReadOwned;
use tributary_domain::{
    audit::Entry,
    id::{MessageId, ReplyId},
    json,
    message::{MediaState, Message, Place},
    reply::{PartState, Reply, State as ReplyState},
    thread::{Thread, Work},
    time::Timestamp,
};
use worker::{
    SqlStorage, SqlStorageValue, Storage, js_sys,
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
};

use crate::{fault::Fault, objects};

const SCHEMA: &str = include_str!("schema.sql");
const SCHEMA_VERSION: i32 = 1;
/// Most audit entries that are carried to the index in one go.
const MOST_ENTRIES: u64 = 200;
/// Most messages whose words are carried to the index in one go.
const MOST_MESSAGES: usize = 500;

/// What is kept beside the messages, in one row.
#[derive(Debug, Clone, PartialEq, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kept {
    pub(super) thread: Thread,
    /// Messages that changed since the version that the index is known to hold.
    #[serde(default)]
    pub(super) unprojected: Map<MessageId, u64>,
    /// Messages with attachments still to be fetched.
    #[serde(default)]
    pub(super) fetching: Set<MessageId>,
    /// When the alarm is set.
    #[serde(default)]
    pub(super) alarm_at: Option<Timestamp>,
    /// Some of what the index lacks went there, and some is left.
    #[serde(default)]
    in_pieces: bool,
}

impl Kept {
    pub(super) fn new(thread: Thread) -> Self {
        Self { thread, unprojected: Map::new(), fetching: Set::new(), alarm_at: None, in_pieces: false }
    }

    /// The same with the thread as it is now.
    pub(super) fn with(&self, thread: Thread) -> Self {
        let Self { thread: _, unprojected, fetching, alarm_at, in_pieces } = self;
        let (unprojected, fetching) = (unprojected.clone(), fetching.clone());
        Self { thread, unprojected, fetching, alarm_at: *alarm_at, in_pieces: *in_pieces }
    }

    /// Whether the index holds all of the thread where it holds its version. The first piece brings the version.
    pub(super) fn told_by_version(&self) -> bool {
        !self.in_pieces && self.goes_at_once()
    }

    fn goes_at_once(&self) -> bool {
        let entries = self.thread.audit.sequence - self.thread.audit_projected;
        entries <= MOST_ENTRIES && self.unprojected.len() <= MOST_MESSAGES
    }

    /// The messages whose words go to the index next.
    pub(super) fn next_messages(&self) -> impl Iterator<Item = &MessageId> {
        self.unprojected.keys().take(MOST_MESSAGES)
    }

    /// The index holds what it was last given: all of it, or as much as goes there in one go.
    pub(super) fn carried(&mut self) {
        self.in_pieces = !self.goes_at_once();
        if !self.in_pieces {
            self.thread.projected = self.thread.version;
            self.thread.audit_projected = self.thread.audit.sequence;
            self.unprojected.clear();
            return;
        }
        let entries = self.thread.audit_projected.saturating_add(MOST_ENTRIES);
        self.thread.audit_projected = entries.min(self.thread.audit.sequence);
        let carried: Vec<MessageId> = self.next_messages().cloned().collect();
        for id in &carried {
            self.unprojected.remove(id);
        }
    }
}

#[derive(Debug)]
pub(super) struct Store {
    storage: Storage,
    sql: SqlStorage,
    ready: RefCell<bool>,
}

impl Store {
    pub(super) fn new(storage: Storage) -> Self {
        let sql = storage.sql();
        Self { storage, sql, ready: RefCell::new(false) }
    }

    /// Makes the tables. Late, because an object that only exists on paper should cost nothing.
    fn prepare(&self) -> Result<(), Fault> {
        if !*self.ready.borrow() {
            self.sql.exec(SCHEMA, None).map_err(Fault::storage("schema"))?;
            *self.ready.borrow_mut() = true;
        }
        Ok(())
    }

    pub(super) fn kept(&self) -> Result<Option<Kept>, Fault> {
        self.one("SELECT json FROM state", Vec::new(), "state")
    }

    pub(super) fn message(&self, id: &MessageId) -> Result<Option<Message>, Fault> {
        self.one("SELECT json FROM messages WHERE id = ?", vec![id.as_str().into()], "messages")
    }

    pub(super) fn reply(&self, id: &ReplyId) -> Result<Option<Reply>, Fault> {
        self.one("SELECT json FROM replies WHERE id = ?", vec![id.as_str().into()], "replies")
    }

    pub(super) fn unsettled(&self) -> Result<Vec<Reply>, Fault> {
        self.all("SELECT json FROM replies WHERE settled = 0", Vec::new(), "replies")
    }

    /// Every message, by its id.
    pub(super) fn message_ids(&self) -> Result<Vec<MessageId>, Fault> {
        self.all("SELECT json_quote(id) FROM messages", Vec::new(), "messages")
    }

    /// Messages newest first, older than `before`.
    pub(super) fn messages_before(&self, before: Option<Place>, limit: u32) -> Result<Vec<Message>, Fault> {
        let limit = i64::from(limit).into();
        match before {
            None => self.all(
                "SELECT json FROM messages WHERE at IS NOT NULL ORDER BY at DESC, received_at DESC, id DESC LIMIT ?",
                vec![limit],
                "messages",
            ),
            Some(Place { at, order, id }) => self.all(
                "SELECT json FROM messages WHERE (at, received_at, id) < (?, ?, ?)
                    ORDER BY at DESC, received_at DESC, id DESC LIMIT ?",
                vec![at.millis().into(), number(order).into(), id.as_str().into(), limit],
                "messages",
            ),
        }
    }

    /// Entries newest first, below number `before`.
    pub(super) fn entries_before(&self, before: Option<u64>, limit: u32) -> Result<Vec<Entry>, Fault> {
        let before = before.and_then(|one| i64::try_from(one).ok()).unwrap_or(1 << 52);
        self.all(
            "SELECT json FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",
            vec![before.into(), i64::from(limit).into()],
            "audit",
        )
    }

    /// Entries oldest first, above number `after`.
    pub(super) fn entries_after(&self, after: u64) -> Result<Vec<Entry>, Fault> {
        let after = i64::try_from(after).unwrap_or(i64::MAX >> 11);
        let most = i64::try_from(MOST_ENTRIES).unwrap_or(i64::MAX >> 11);
        let statement = "SELECT json FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?";
        self.all(statement, vec![after.into(), most.into()], "audit")
    }

    /// Writes everything that a unit of work changed, or nothing of it.
    pub(super) fn commit(&self, kept: &Kept, work: &Work) -> Result<(), Fault> {
        let mut writes = vec![Write::state(kept)?];
        for id in work.changed_messages.iter().chain(&work.noted_messages) {
            if let Some(message) = work.messages.get(id) {
                writes.push(Write::message(message)?);
            }
        }
        for id in &work.changed_replies {
            if let Some(reply) = work.replies.get(id) {
                writes.push(Write::reply(reply)?);
            }
        }
        for entry in &work.entries {
            writes.push(Write::entry(entry)?);
        }
        self.write(writes)
    }

    /// Writes what makes no new version.
    pub(super) fn note(&self, work: &Work) -> Result<(), Fault> {
        let noted = work.noted_messages.iter().filter_map(|id| work.messages.get(id));
        let writes = noted.map(Write::message).collect::<Result<Vec<_>, _>>()?;
        if writes.is_empty() { Ok(()) } else { self.write(writes) }
    }

    /// Writes the state's row alone: what is known of the index, the roster and the alarm.
    pub(super) fn commit_kept(&self, kept: &Kept) -> Result<(), Fault> {
        self.write(vec![Write::state(kept)?])
    }

    fn write(&self, writes: Vec<Write>) -> Result<(), Fault> {
        self.prepare()?;
        let sql = self.sql.clone();
        atomically(&self.storage, move || {
            writes.into_iter().try_for_each(|write| sql.exec(write.statement, write.values).map(|_| ()))
        })
    }

    fn one<T: ReadOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
        site: &'static str,
    ) -> Result<Option<T>, Fault> {
        Ok(self.all(statement, values, site)?.into_iter().next())
    }

    fn all<T: ReadOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
        site: &'static str,
    ) -> Result<Vec<T>, Fault> {
        self.prepare()?;
        let rows = objects::rows(self.sql.exec(statement, values), site)?;
        let texts = rows.into_iter().filter_map(|mut row| objects::text(&mut row, 0));
        texts.map(|text| json::from_str(&text).map_err(Fault::form(site))).collect()
    }
}

struct Write {
    statement: &'static str,
    values: Vec<SqlStorageValue>,
}

impl Write {
    fn state(kept: &Kept) -> Result<Self, Fault> {
        Ok(Self {
            statement: "INSERT INTO state (only, schema, json) VALUES (1, ?, ?)
                ON CONFLICT (only) DO UPDATE SET schema = excluded.schema, json = excluded.json",
            values: vec![SCHEMA_VERSION.into(), text(kept, "state")?],
        })
    }

    fn message(message: &Message) -> Result<Self, Fault> {
        let body = message.body.as_ref();
        let at = body.map(|body| body.at.millis());
        let order = body.map(|body| number(body.order()));
        Ok(Self {
            statement: "INSERT INTO messages (id, at, received_at, json) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE
                SET at = excluded.at, received_at = excluded.received_at, json = excluded.json",
            values: vec![message.id.as_str().into(), at.into(), order.into(), text(message, "messages")?],
        })
    }

    fn reply(reply: &Reply) -> Result<Self, Fault> {
        let settled = match reply.state {
            // What the platform never named is no message: it is shown as the reply that it is.
            ReplyState::Sent { .. } => reply.parts.iter().all(PartState::is_named),
            ReplyState::Discarded { .. } => true,
            _ => false,
        };
        Ok(Self {
            statement: "INSERT INTO replies (id, settled, json) VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET settled = excluded.settled, json = excluded.json",
            values: vec![reply.id.as_str().into(), i32::from(settled).into(), text(reply, "replies")?],
        })
    }

    fn entry(entry: &Entry) -> Result<Self, Fault> {
        let sequence = i64::try_from(entry.sequence).unwrap_or(i64::MAX);
        Ok(Self {
            statement: "INSERT INTO audit (sequence, json) VALUES (?, ?)",
            values: vec![sequence.into(), text(entry, "audit")?],
        })
    }
}

/// As it stands in a row: orders are below 2^53.
fn number(order: u64) -> i64 {
    i64::try_from(order).unwrap_or(1 << 52)
}

fn text<T: Serialize>(value: &T, site: &'static str) -> Result<SqlStorageValue, Fault> {
    Ok(json::to_string(value).map_err(Fault::form(site))?.into())
}

/// Whether some attachment of `message` is still to be fetched.
pub(super) fn fetching(message: &Message) -> bool {
    message.media.values().any(|state| *state == MediaState::Pending)
}

/// Runs `work` in one transaction of the object's storage: a failure takes back what was written before it.
fn atomically(storage: &Storage, work: impl FnOnce() -> worker::Result<()> + 'static) -> Result<(), Fault> {
    let failure: Rc<RefCell<Option<worker::Error>>> = Rc::default();
    let seen = Rc::clone(&failure);
    let mut work = Some(work);
    let closure = Closure::<dyn FnMut() -> Result<(), JsValue>>::new(move || {
        let Some(work) = work.take() else { return Ok(()) };
        work().map_err(|error| {
            *seen.borrow_mut() = Some(error);
            // Thrown into the runtime, which rolls back and throws it on.
            JsValue::from_str("rolled back")
        })
    });
    let object: &JsValue = storage.as_raw().as_ref();
    let ran = js_sys::Reflect::get(object, &JsValue::from_str("transactionSync"))
        .and_then(JsCast::dyn_into::<js_sys::Function>)
        .and_then(|method| method.call1(object, closure.as_ref()));
    match (failure.take(), ran) {
        (Some(source), _) => Err(Fault::storage("commit")(source)),
        (None, Err(error)) => Err(Fault::storage("commit")(error.into())),
        (None, Ok(_)) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_domain::{
        id::{AccountId, RemoteId},
        platform::{Platform, Surface},
    };

    #[test]
    fn what_does_not_go_to_the_index_at_once_goes_piece_by_piece_and_nothing_is_left_out() {
        let account = AccountId::of(Platform::Telegram, &RemoteId::new("1"));
        let mut kept = Kept::new(Thread::new(account.clone(), Platform::Telegram, Surface::Messages, "2".to_owned()));
        (kept.thread.version, kept.thread.audit.sequence) = (7, 2 * MOST_ENTRIES + 1);
        for number in 0..=MOST_MESSAGES {
            kept.unprojected.insert(MessageId::of(&account, &RemoteId::new(number.to_string())), 7);
        }
        let mut seen = Set::new();
        let mut entries = Vec::new();
        while kept.thread.projected < kept.thread.version {
            assert!(!kept.told_by_version(), "the index has the version since the first piece");
            seen.extend(kept.next_messages().cloned());
            entries.push(kept.thread.audit_projected);
            kept.carried();
        }
        assert_eq!((seen.len(), entries), (MOST_MESSAGES + 1, vec![0, MOST_ENTRIES, 2 * MOST_ENTRIES]));
        assert_eq!((kept.thread.audit_projected, kept.unprojected.len()), (2 * MOST_ENTRIES + 1, 0));
        assert!(kept.told_by_version());
    }
}
