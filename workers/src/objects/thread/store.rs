//! Storage of one thread: rows to states and back. Every function is synchronous: nothing can come between.

use serde::{Serialize, de::DeserializeOwned};
use std::cell::RefCell;
use tributary_domain::{
    audit::Entry,
    id::{MessageId, ReplyId},
    message::{Message, Place},
    reply::Reply,
    thread::machine::{self, ThreadRecord},
};
use worker::{SqlStorage, SqlStorageValue, Storage};

use super::super::atomically::atomically;
use crate::{error::InternalError, objects};

const SCHEMA: &str = include_str!("schema.sql");
const SCHEMA_VERSION: i32 = 1;
/// Most bytes of messages that are read at once.
const PAGE: usize = 4_000_000;

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
    fn prepare(&self) -> Result<(), InternalError> {
        if !*self.ready.borrow() {
            self.sql.exec(SCHEMA, None).map_err(InternalError::storage("schema"))?;
            *self.ready.borrow_mut() = true;
        }
        Ok(())
    }

    pub(super) fn record(&self) -> Result<Option<ThreadRecord>, InternalError> {
        self.one("SELECT json FROM state", Vec::new(), "state")
    }

    /// Messages newest first, older than `before`, and whether there are more: fewer where they are very long.
    pub(super) fn messages_before(
        &self,
        before: Option<Place>,
        limit: u32,
    ) -> Result<(Vec<Message>, bool), InternalError> {
        let (statement, values) = Self::older(before, limit.saturating_add(1));
        let (mut messages, cut) = self.some(statement, values, "messages", PAGE)?;
        let more = cut || messages.len() > limit as usize;
        messages.truncate(limit as usize);
        Ok((messages, more))
    }

    fn older(before: Option<Place>, limit: u32) -> (&'static str, Vec<SqlStorageValue>) {
        let limit = i64::from(limit).into();
        match before {
            None => (
                "SELECT json FROM messages WHERE at IS NOT NULL ORDER BY at DESC, received_at DESC, id DESC LIMIT ?",
                vec![limit],
            ),
            Some(Place { at, order, id }) => (
                "SELECT json FROM messages WHERE (at, received_at, id) < (?, ?, ?)
                    ORDER BY at DESC, received_at DESC, id DESC LIMIT ?",
                vec![at.millis().into(), number(order).into(), id.as_str().into(), limit],
            ),
        }
    }

    /// Entries newest first, below number `before`.
    pub(super) fn entries_before(&self, before: Option<u64>, limit: u32) -> Result<Vec<Entry>, InternalError> {
        let before = before.and_then(|one| i64::try_from(one).ok()).unwrap_or(1 << 52);
        self.all(
            "SELECT json FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",
            vec![before.into(), i64::from(limit).into()],
            "audit",
        )
    }

    /// Writes the record's text, where there is any, and all of these, or nothing of it.
    pub(super) fn write<'a>(
        &self,
        record: Option<String>,
        rows: impl Iterator<Item = machine::Write<'a>>,
    ) -> Result<(), InternalError> {
        let rows = rows.map(|row| match row {
            machine::Write::Message(message) => Write::message(message),
            machine::Write::Reply(reply) => Write::reply(reply),
            machine::Write::Entry(entry) => Write::entry(entry),
        });
        let writes =
            record.map(|text| Ok(Write::state(text))).into_iter().chain(rows).collect::<Result<Vec<_>, _>>()?;
        if writes.is_empty() {
            return Ok(());
        }
        self.prepare()?;
        let sql = self.sql.clone();
        atomically(&self.storage, move || {
            writes.into_iter().try_for_each(|write| sql.exec(write.statement, write.values).map(|_| ()))
        })
    }

    fn one<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
        site: &'static str,
    ) -> Result<Option<T>, InternalError> {
        Ok(self.all(statement, values, site)?.into_iter().next())
    }

    fn all<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
        site: &'static str,
    ) -> Result<Vec<T>, InternalError> {
        Ok(self.some(statement, values, site, usize::MAX)?.0)
    }

    /// Rows until they come to more than `most` bytes, at least one; and whether that left any out.
    fn some<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
        site: &'static str,
        most: usize,
    ) -> Result<(Vec<T>, bool), InternalError> {
        self.prepare()?;
        let rows = self.sql.exec(statement, values).map_err(InternalError::storage(site))?.raw();
        let (mut found, mut bytes) = (Vec::new(), 0_usize);
        for row in rows {
            let mut row = row.map_err(InternalError::storage(site))?;
            let Some(text) = objects::text(&mut row, 0) else { continue };
            bytes = bytes.saturating_add(text.len());
            if bytes > most && !found.is_empty() {
                return Ok((found, true));
            }
            found.push(serde_json::from_str(&text).map_err(InternalError::form(site))?);
        }
        Ok((found, false))
    }
}

impl machine::Storage for Store {
    type Error = InternalError;

    fn message(&self, id: &MessageId) -> Result<Option<Message>, InternalError> {
        self.one("SELECT json FROM messages WHERE id = ?", vec![id.as_str().into()], "messages")
    }

    fn reply(&self, id: &ReplyId) -> Result<Option<Reply>, InternalError> {
        self.one("SELECT json FROM replies WHERE id = ?", vec![id.as_str().into()], "replies")
    }

    fn unsettled(&self) -> Result<Vec<Reply>, InternalError> {
        self.all("SELECT json FROM replies WHERE settled = 0", Vec::new(), "replies")
    }

    fn ids_after(&self, after: &str, most: usize) -> Result<Vec<MessageId>, InternalError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX >> 11);
        let statement = "SELECT json_quote(id) FROM messages WHERE id > ? ORDER BY id LIMIT ?";
        self.all(statement, vec![after.into(), most.into()], "messages")
    }

    fn entries_after(&self, after: u64, most: u64) -> Result<Vec<Entry>, InternalError> {
        let [after, most] = [after, most].map(|number| i64::try_from(number).unwrap_or(i64::MAX >> 11));
        let statement = "SELECT json FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?";
        self.all(statement, vec![after.into(), most.into()], "audit")
    }
}

struct Write {
    statement: &'static str,
    values: Vec<SqlStorageValue>,
}

impl Write {
    fn state(text: String) -> Self {
        Self {
            statement: "INSERT INTO state (only, schema, json) VALUES (1, ?, ?)
                ON CONFLICT (only) DO UPDATE SET schema = excluded.schema, json = excluded.json",
            values: vec![SCHEMA_VERSION.into(), text.into()],
        }
    }

    fn message(message: &Message) -> Result<Self, InternalError> {
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

    fn reply(reply: &Reply) -> Result<Self, InternalError> {
        Ok(Self {
            statement: "INSERT INTO replies (id, settled, json) VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET settled = excluded.settled, json = excluded.json",
            values: vec![reply.id.as_str().into(), i32::from(reply.is_settled()).into(), text(reply, "replies")?],
        })
    }

    fn entry(entry: &Entry) -> Result<Self, InternalError> {
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

fn text<T: Serialize>(value: &T, site: &'static str) -> Result<SqlStorageValue, InternalError> {
    Ok(serde_json::to_string(value).map_err(InternalError::form(site))?.into())
}
