//! What the object's tables hold.

use std::{
    cell::{Cell, OnceCell},
    collections::BTreeMap,
};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};
use tributary_domain::{
    event::{Received, Toward},
    id::{AccountId, MessageId, RemoteId},
    post::{Author, Comment, CommentPlace, Merit, Placed, PostRecord, Step, Storage},
    time::Timestamp,
};
use worker::{SqlStorage, SqlStorageValue};

use super::super::{rows, text};
use crate::{d1::publish::lists, error::InternalError};

/// Behind every time that a comment has: the largest whole number that JavaScript passes on as it is.
const BEHIND_ALL: i64 = (1 << 53) - 1;
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

/// A row of `comments`.
#[derive(Serialize)]
struct CommentRow<'a> {
    id: MessageId,
    top: &'a str,
    at: i64,
    place: &'static str,
    holder: Option<&'a str>,
    owing: u8,
    changed: Option<u64>,
    due: Option<i64>,
    json: &'a Comment,
}

/// A row of `authors`.
#[derive(Serialize)]
struct AuthorRow<'a> {
    key: &'a str,
    json: &'a Author,
}

/// What is stored, with a part of it at hand.
pub(super) struct Holding<'a> {
    rows: &'a Rows,
    comments: BTreeMap<RemoteId, Option<Comment>>,
    authors: BTreeMap<String, Option<Author>>,
}

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

    fn message(&self, id: &RemoteId) -> Result<MessageId, InternalError> {
        let account = self.account.get().ok_or(InternalError::Binding("POST"))?;
        Ok(MessageId::of(account, id))
    }

    fn key(&self, id: &RemoteId) -> Result<SqlStorageValue, InternalError> {
        Ok(self.message(id)?.as_str().into())
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
        let (at, id) = before.map_or((BEHIND_ALL, ""), |(at, id)| (at.millis(), id));
        let statement = "SELECT json FROM comments INDEXED BY comments_by_place \
                         WHERE place = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?";
        self.all(statement, vec![place.as_str().into(), at.into(), id.into(), most.into()])
    }

    /// What was done up to this version and the index may lack.
    pub(super) fn entries(&self, through: u64) -> Result<Vec<Box<RawValue>>, InternalError> {
        self.all("SELECT json FROM entries WHERE version <= ?", vec![number(through)])
    }

    /// What a step has to be written: a statement of each kind, however much there is.
    pub(super) fn writes(&self, step: &Step) -> Result<Vec<Write>, InternalError> {
        let mut writes = Vec::new();
        let comments: Vec<Box<RawValue>> =
            step.comments.values().map(|comment| raw(&self.row(comment)?)).collect::<Result<_, _>>()?;
        for rows in lists(comments.iter().map(|row| &**row)) {
            writes.push((
                "INSERT OR REPLACE INTO comments (id, top, at, place, holder, owing, changed, due, json) \
                 SELECT value->>'id', value->>'top', value->>'at', value->>'place', value->>'holder', value->>'owing', \
                   value->>'changed', value->>'due', value->'json' FROM json_each(?)",
                vec![rows.into()],
            ));
        }
        let authors: Vec<Box<RawValue>> =
            step.authors.iter().map(|(key, json)| raw(&AuthorRow { key, json })).collect::<Result<_, _>>()?;
        for rows in lists(authors.iter().map(|row| &**row)) {
            writes.push((
                "INSERT OR REPLACE INTO authors (key, json) SELECT value->>'key', value->'json' FROM json_each(?)",
                vec![rows.into()],
            ));
        }
        writes.push(of_record(&step.record)?);
        Ok(writes)
    }

    fn row<'a>(&self, comment: &'a Comment) -> Result<CommentRow<'a>, InternalError> {
        let held = comment.place == CommentPlace::Held;
        Ok(CommentRow {
            id: self.message(&comment.id)?,
            top: comment.top.as_str(),
            at: comment.at.millis(),
            place: comment.place.placed().map_or("", Placed::as_str),
            holder: comment.author.as_deref().filter(|_| held),
            owing: u8::from(comment.thread().is_some() && !comment.waiting.is_empty()),
            changed: comment.changed,
            due: comment.moderating.as_ref().and_then(|one| one.due).map(Timestamp::millis),
            json: comment,
        })
    }

    /// The rows with what these events will ask for at hand, which is read by two statements.
    pub(super) fn holding(&self, events: &[(Received, Merit)]) -> Result<Holding<'_>, InternalError> {
        let (mut ids, mut keys) = (Vec::new(), Vec::new());
        for (told, _) in events {
            ids.extend(told.event.fact.message().cloned());
            if let Toward::Person(peer) = &told.event.toward {
                keys.extend(peer.identities.first().cloned());
            }
        }
        let messages: Vec<MessageId> = ids.iter().map(|id| self.message(id)).collect::<Result<_, _>>()?;
        let known: Vec<Comment> = self
            .all("SELECT c.json FROM json_each(?) j CROSS JOIN comments c ON c.id = j.value", vec![json(&messages)?])?;
        let known_authors: Vec<(String, Author)> = self.pairs(
            "SELECT a.key, a.json FROM json_each(?) j CROSS JOIN authors a ON a.key = j.value",
            vec![json(&keys)?],
        )?;
        let mut comments: BTreeMap<RemoteId, Option<Comment>> = ids.into_iter().map(|id| (id, None)).collect();
        comments.extend(known.into_iter().map(|comment| (comment.id.clone(), Some(comment))));
        let mut authors: BTreeMap<String, Option<Author>> = keys.into_iter().map(|key| (key, None)).collect();
        authors.extend(known_authors.into_iter().map(|(key, author)| (key, Some(author))));
        Ok(Holding { rows: self, comments, authors })
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

    fn pairs<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<(String, T)>, InternalError> {
        let rows = rows(self.sql.exec(statement, values), "post pairs")?;
        let texts = rows.into_iter().filter_map(|mut row| Some((text(&mut row, 0)?, text(&mut row, 1)?)));
        let read = |text: String| serde_json::from_str(&text).map_err(InternalError::form("post"));
        texts.map(|(key, text)| Ok((key, read(text)?))).collect()
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

fn raw<T: Serialize>(row: &T) -> Result<Box<RawValue>, InternalError> {
    to_raw_value(row).map_err(InternalError::form("post"))
}

impl Storage for Holding<'_> {
    type Error = InternalError;

    fn comment(&self, id: &RemoteId) -> Result<Option<Comment>, InternalError> {
        self.comments.get(id).map_or_else(|| self.rows.comment(id), |known| Ok(known.clone()))
    }

    fn author(&self, key: &str) -> Result<Option<Author>, InternalError> {
        self.authors.get(key).map_or_else(|| self.rows.author(key), |known| Ok(known.clone()))
    }

    fn branch(&self, top: &RemoteId) -> Result<Vec<RemoteId>, InternalError> {
        self.rows.branch(top)
    }

    fn held_of(&self, author: &str) -> Result<Vec<RemoteId>, InternalError> {
        self.rows.held_of(author)
    }

    fn moderating(&self, by: Timestamp, most: usize) -> Result<Vec<RemoteId>, InternalError> {
        self.rows.moderating(by, most)
    }
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
