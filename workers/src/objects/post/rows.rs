//! What the object's tables hold.

use std::cell::{Cell, OnceCell};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use tributary_domain::{
    id::{AccountId, MessageId, RemoteId},
    post::{Author, Comment, CommentPlace, Placed, PostRecord, Step, Storage},
    time::Timestamp,
};
use worker::{SqlStorage, SqlStorageValue};

use super::super::{rows, text};
use crate::error::InternalError;

/// Comments of a branch that are looked at for whom an answer is for.
const BRANCH: i64 = 500;

pub(super) struct Rows {
    pub(super) sql: SqlStorage,
    ready: Cell<bool>,
    /// Whose post it is: ids of comments are made with it.
    account: OnceCell<AccountId>,
}

/// A statement with its values.
pub(super) type Write = (&'static str, Vec<SqlStorageValue>);

impl Rows {
    pub(super) fn new(sql: SqlStorage) -> Self {
        Self { sql, ready: Cell::new(false), account: OnceCell::new() }
    }

    pub(super) fn prepare(&self) -> Result<(), InternalError> {
        if !self.ready.replace(true) {
            self.sql.exec(include_str!("schema.sql"), None).map_err(InternalError::storage("post schema"))?;
        }
        Ok(())
    }

    pub(super) fn record(&self) -> Result<Option<PostRecord>, InternalError> {
        let record: Option<PostRecord> = self.one("SELECT json FROM post", Vec::new())?;
        if let Some(record) = &record {
            self.is_of(&record.name.account);
        }
        Ok(record)
    }

    pub(super) fn is_of(&self, account: &AccountId) {
        self.account.get_or_init(|| account.clone());
    }

    fn key(&self, id: &RemoteId) -> Result<SqlStorageValue, InternalError> {
        let account = self.account.get().ok_or(InternalError::Binding("POST"))?;
        Ok(MessageId::of(account, id).as_str().into())
    }

    /// A comment by its id as a message.
    pub(super) fn named(&self, id: &MessageId) -> Result<Option<Comment>, InternalError> {
        self.one("SELECT json FROM comments WHERE id = ?", vec![id.as_str().into()])
    }

    /// Comments whose threads have yet to be told something, oldest first.
    pub(super) fn owing(&self, most: i64) -> Result<Vec<Comment>, InternalError> {
        let statement = "SELECT json FROM comments INDEXED BY comments_owing WHERE owing = 1 ORDER BY at, id LIMIT ?";
        self.all(statement, vec![most.into()])
    }

    /// Comments whose words the index was to learn of after this version, in the order of versions.
    pub(super) fn changed(&self, after: u64, most: i64) -> Result<Vec<Comment>, InternalError> {
        let statement =
            "SELECT json FROM comments INDEXED BY comments_changed WHERE changed > ? ORDER BY changed, id LIMIT ?";
        self.all(statement, vec![number(after), most.into()])
    }

    /// The same of one version alone.
    pub(super) fn changed_in(&self, version: u64) -> Result<Vec<Comment>, InternalError> {
        let statement = "SELECT json FROM comments INDEXED BY comments_changed WHERE changed = ? ORDER BY id";
        self.all(statement, vec![number(version)])
    }

    /// When the first comment is to be looked at to which something is to be done.
    pub(super) fn first_due(&self) -> Result<Option<Timestamp>, InternalError> {
        let Some(id) = self.moderating(Timestamp::from_millis(i64::MAX), 1)?.pop() else { return Ok(None) };
        Ok(self.comment(&id)?.and_then(|comment| comment.moderating?.due))
    }

    /// The newest of what is held.
    pub(super) fn newest_held(&self) -> Result<Option<Comment>, InternalError> {
        Ok(self.older(Placed::Held, None, 1)?.into_iter().next())
    }

    /// Comments in a place, newest first, older than the one written then with this id.
    pub(super) fn older(
        &self,
        place: Placed,
        before: Option<&(Timestamp, String)>,
        most: i64,
    ) -> Result<Vec<Comment>, InternalError> {
        let (at, id) = before.map_or((i64::MAX, ""), |(at, id)| (at.millis(), id));
        let statement = "SELECT json FROM comments INDEXED BY comments_by_place \
                         WHERE place = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?";
        self.all(statement, vec![place.as_str().into(), at.into(), id.into(), most.into()])
    }

    /// What was done up to this version and the index may lack.
    pub(super) fn entries(&self, through: u64) -> Result<Vec<Box<RawValue>>, InternalError> {
        self.all("SELECT json FROM entries WHERE version <= ?", vec![number(through)])
    }

    /// What a step has to be written.
    pub(super) fn writes(&self, step: &Step) -> Result<Vec<Write>, InternalError> {
        let mut writes = Vec::new();
        for comment in step.comments.values() {
            let held = comment.place == CommentPlace::Held;
            let due = comment.moderating.as_ref().and_then(|one| one.due);
            let owing = comment.thread().is_some() && !comment.waiting.is_empty();
            writes.push((
                "INSERT OR REPLACE INTO comments (id, top, at, place, holder, owing, changed, due, json) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                vec![
                    self.key(&comment.id)?,
                    comment.top.as_str().into(),
                    comment.at.millis().into(),
                    comment.place.placed().map_or("", Placed::as_str).into(),
                    comment.author.as_deref().filter(|_| held).map_or(SqlStorageValue::Null, Into::into),
                    i64::from(owing).into(),
                    comment.changed.map_or(SqlStorageValue::Null, number),
                    due.map_or(SqlStorageValue::Null, |at| at.millis().into()),
                    json(comment)?,
                ],
            ));
        }
        for (key, author) in &step.authors {
            let values = vec![key.as_str().into(), json(author)?];
            writes.push(("INSERT OR REPLACE INTO authors (key, json) VALUES (?, ?)", values));
        }
        writes.push(of_record(&step.record)?);
        Ok(writes)
    }

    fn one<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Option<T>, InternalError> {
        Ok(self.all(statement, values)?.into_iter().next())
    }

    fn all<T: DeserializeOwned>(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<Vec<T>, InternalError> {
        let rows = rows(self.sql.exec(statement, values), "post rows")?;
        let texts = rows.into_iter().filter_map(|mut row| text(&mut row, 0));
        texts.map(|text| serde_json::from_str(&text).map_err(InternalError::form("post"))).collect()
    }

    fn ids(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<Vec<RemoteId>, InternalError> {
        let rows = rows(self.sql.exec(statement, values), "post ids")?;
        Ok(rows.into_iter().filter_map(|mut row| text(&mut row, 0)).map(RemoteId::new).collect())
    }
}

/// The row of the post as a whole.
pub(super) fn of_record(record: &PostRecord) -> Result<Write, InternalError> {
    Ok(("INSERT OR REPLACE INTO post (only, json) VALUES (1, ?)", vec![json(record)?]))
}

pub(super) fn number(version: u64) -> SqlStorageValue {
    i64::try_from(version).unwrap_or(i64::MAX).into()
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<SqlStorageValue, InternalError> {
    Ok(serde_json::to_string(value).map_err(InternalError::form("post"))?.into())
}

impl Storage for Rows {
    type Error = InternalError;

    fn comment(&self, id: &RemoteId) -> Result<Option<Comment>, InternalError> {
        self.one("SELECT json FROM comments WHERE id = ?", vec![self.key(id)?])
    }

    fn author(&self, key: &str) -> Result<Option<Author>, InternalError> {
        self.one("SELECT json FROM authors WHERE key = ?", vec![key.into()])
    }

    fn branch(&self, top: &RemoteId) -> Result<Vec<RemoteId>, InternalError> {
        let statement = "SELECT json ->> '$.id' FROM comments INDEXED BY comments_by_branch \
                         WHERE top = ? ORDER BY at DESC, id LIMIT ?";
        self.ids(statement, vec![top.as_str().into(), BRANCH.into()])
    }

    fn held_of(&self, author: &str) -> Result<Vec<RemoteId>, InternalError> {
        let statement = "SELECT json ->> '$.id' FROM comments INDEXED BY comments_held \
                         WHERE holder = ? ORDER BY at, id";
        self.ids(statement, vec![author.into()])
    }

    fn moderating(&self, by: Timestamp, most: usize) -> Result<Vec<RemoteId>, InternalError> {
        let statement = "SELECT json ->> '$.id' FROM comments INDEXED BY comments_due \
                         WHERE due <= ? ORDER BY due, id LIMIT ?";
        self.ids(statement, vec![by.millis().into(), i64::try_from(most).unwrap_or(i64::MAX).into()])
    }
}
