//! The Post object: which thread each comment under one post belongs to.
//!
//! | table | holds |
//! | --- | --- |
//! | post | one row: what is kept of the post as a whole |
//! | comments | one row per comment |
//! | authors | one row per person who writes there, with their thread |
//!
//! What becomes of a comment is decided by `domain::post`. This is its shell: storage, and the alarm that tells threads what
//! they have not heard.

use serde::{Serialize, de::DeserializeOwned};
use tributary_domain::{
    id::{PostId, RemoteId, ReplyId},
    post::{self, Author, Claim, Comment, CommentPlace, Handover, Placement, PostName, PostRecord, Step, Storage},
    subject::SubjectKind,
    thread::Thread,
};
use tributary_wire::objects::{CommitOutcome, PostAnswer, PostCall, ThreadCall};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Env, SqlStorage, SqlStorageValue, State, worker_sys::DurableObjectState};

use super::{answer, atomically::atomically, in_millis, question, text};
use crate::{app::AppContext, clock, error::InternalError, objects, publish};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS post (
      only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
      json TEXT    NOT NULL -- domain::post::PostRecord
    ) STRICT;
    CREATE TABLE IF NOT EXISTS comments (
      id     TEXT    NOT NULL PRIMARY KEY,
      top    TEXT    NOT NULL, -- the comment at the top of its branch
      at     INTEGER NOT NULL,
      holder TEXT,             -- the author of one that is held
      owing  INTEGER NOT NULL, -- its thread has yet to be told something
      json   TEXT    NOT NULL  -- domain::post::Comment
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS comments_by_branch ON comments (top, at, id);
    CREATE INDEX IF NOT EXISTS comments_held ON comments (holder, at, id) WHERE holder IS NOT NULL;
    CREATE INDEX IF NOT EXISTS comments_owing ON comments (at, id) WHERE owing = 1;
    CREATE TABLE IF NOT EXISTS authors (
      key  TEXT NOT NULL PRIMARY KEY,
      json TEXT NOT NULL -- domain::post::Author
    ) STRICT, WITHOUT ROWID;";

/// Comments of a branch that are looked at for whom an answer is for.
const BRANCH: i64 = 500;
/// Comments whose threads are told at one ring of the alarm.
const OWING: i64 = 50;

/// Calls a post.
pub(crate) async fn call(app: &AppContext, name: &PostName, call: &PostCall) -> Result<PostAnswer, InternalError> {
    objects::call(&app.env, "POST", PostId::of(&name.account, &name.subject).as_str(), call).await
}

/// The post that a thread is about, where it is about one.
pub(crate) fn of(thread: &Thread) -> Option<PostName> {
    let subject = thread.subject.clone().filter(|subject| subject.kind == SubjectKind::Post)?;
    Some(PostName { account: thread.account.clone(), platform: thread.platform, subject })
}

/// Whether a comment is this part of a reply of ours from now on, or was before.
pub(crate) async fn claim(app: &AppContext, name: &PostName, claim: Claim) -> Result<bool, InternalError> {
    let wanted = claim.correlation.clone();
    let answer = call(app, name, &PostCall::Claim { name: name.clone(), claim }).await?;
    tell(app, name, answer.handovers).await?;
    Ok(matches!(&answer.placements[..], [Placement::Ours { correlation, .. }] if *correlation == wanted))
}

/// The post hears that it is known what became of a reply.
pub(crate) async fn end(app: &AppContext, name: &PostName, reply: ReplyId, refused: bool) -> Result<(), InternalError> {
    let answer = call(app, name, &PostCall::End { name: name.clone(), reply, refused }).await?;
    tell(app, name, answer.handovers).await
}

async fn tell(app: &AppContext, name: &PostName, handovers: Vec<Handover>) -> Result<(), InternalError> {
    if handovers.is_empty() {
        return Ok(());
    }
    let outcomes = hand_over(app, name, handovers).await;
    publish::publish(app, &outcomes).await
}

/// Tells threads what their comments wait with, then the post that they were told. What fails now, the alarm makes good.
pub(crate) async fn hand_over(app: &AppContext, name: &PostName, handovers: Vec<Handover>) -> Vec<CommitOutcome> {
    let (told, outcomes) = told(app, name, handovers).await;
    if !told.is_empty()
        && let Err(fault) = call(app, name, &PostCall::Handed { comments: told }).await
    {
        fault.log("post handed");
    }
    outcomes
}

/// Tells threads what their comments wait with: what was told of which, and what came of it.
async fn told(
    app: &AppContext,
    name: &PostName,
    handovers: Vec<Handover>,
) -> (Vec<(RemoteId, usize)>, Vec<CommitOutcome>) {
    let (mut told, mut outcomes) = (Vec::new(), Vec::new());
    for Handover { thread, counterpart, comment, events } in handovers {
        let count = events.len();
        let question = ThreadCall::Ingest {
            account: name.account.clone(),
            platform: name.platform,
            surface: tributary_domain::platform::Surface::Comments,
            known: counterpart.is_empty(),
            counterpart,
            subject: Some(name.subject.clone()),
            events,
            media: None,
        };
        match objects::thread::call(app, &thread, &question).await {
            Ok(outcome) => {
                told.push((comment, count));
                outcomes.push(outcome);
            }
            Err(fault) => fault.log("post hand over"),
        }
    }
    (told, outcomes)
}

#[wasm_bindgen]
pub struct PostObject {
    state: State,
    app: AppContext,
    rows: Rows,
}

#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
impl PostObject {
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        let state = State::from(state);
        let rows = Rows { sql: state.storage().sql(), ready: std::cell::Cell::new(false) };
        Self { state, app: AppContext::new(env), rows }
    }

    pub async fn ask(&self, text: String) -> Result<String, JsValue> {
        answer(self.handle(question(&text)?).await, "post")
    }

    /// Never fails: see the thread's alarm.
    pub async fn alarm(&self) -> Result<(), JsValue> {
        if let Err(fault) = self.ring().await {
            fault.log("post alarm");
            self.state.storage().set_alarm(in_millis(self.app.config.timings.alarm.retry_after)).await?;
        }
        Ok(())
    }
}

impl PostObject {
    async fn handle(&self, call: PostCall) -> Result<PostAnswer, InternalError> {
        self.rows.prepare()?;
        let now = clock::now();
        let mut look = false;
        let step = match call {
            PostCall::Take { name, rules, events } => {
                let record = self.rows.record()?.unwrap_or_else(|| PostRecord::new(name));
                let events: Vec<_> = events.into_iter().map(|one| (one.received, one.merit)).collect();
                let mut step = post::take(&self.rows, &record, &events, &rules, now)?;
                look = step.record.is_look_due(now);
                step
            }
            PostCall::Intend { name, intent } => {
                let record = self.rows.record()?.unwrap_or_else(|| PostRecord::new(name));
                post::intend(&self.rows, &record, intent, now)?
            }
            PostCall::Claim { name, claim } => {
                let record = self.rows.record()?.unwrap_or_else(|| PostRecord::new(name));
                post::claim(&self.rows, &record, &claim, now)?
            }
            PostCall::End { name, reply, refused } => {
                let record = self.rows.record()?.unwrap_or_else(|| PostRecord::new(name));
                post::end(&self.rows, &record, &reply, refused, now)?
            }
            PostCall::Beside { author, thread } => {
                let Some(mut record) = self.rows.record()? else { return Ok(PostAnswer::default()) };
                let look = record.is_look_due(now);
                if look {
                    self.commit(&Step::of(record.clone()))?;
                }
                let beside = post::beside(&self.rows, &author, &thread)?;
                return Ok(PostAnswer { record: Some(record), beside, look, ..PostAnswer::default() });
            }
            PostCall::Context => return Ok(PostAnswer { record: self.rows.record()?, ..PostAnswer::default() }),
            PostCall::Looked { look, picture } => {
                let Some(mut record) = self.rows.record()? else { return Ok(PostAnswer::default()) };
                record.looked(look, picture, now);
                Step::of(record)
            }
            PostCall::Handed { comments } => {
                let Some(record) = self.rows.record()? else { return Ok(PostAnswer::default()) };
                post::acknowledge(&self.rows, &record, &comments, now)?
            }
        };
        self.commit(&step)?;
        if !step.handovers.is_empty() {
            let after = in_millis(self.app.config.timings.thread.publish_retry_after);
            self.state.storage().set_alarm(after).await.map_err(InternalError::storage("post alarm"))?;
        }
        let Step { placements, handovers, .. } = step;
        Ok(PostAnswer { placements, handovers, look, ..PostAnswer::default() })
    }

    /// Tells threads what they have not heard, whether or not whoever was to tell them is still alive.
    async fn ring(&self) -> Result<(), InternalError> {
        self.rows.prepare()?;
        let Some(record) = self.rows.record()? else { return Ok(()) };
        let owing: Vec<Comment> = self.rows.all(
            "SELECT json FROM comments INDEXED BY comments_owing WHERE owing = 1 ORDER BY at, id LIMIT ?",
            vec![OWING.into()],
        )?;
        if owing.is_empty() {
            return Ok(());
        }
        let handovers = owing.into_iter().filter_map(Comment::into_handover).collect();
        let (told, outcomes) = told(&self.app, &record.name, handovers).await;
        publish::publish(&self.app, &outcomes).await?;
        // Others may have written meanwhile.
        let Some(record) = self.rows.record()? else { return Ok(()) };
        self.commit(&post::acknowledge(&self.rows, &record, &told, clock::now())?)?;
        let after = in_millis(self.app.config.timings.alarm.retry_after);
        self.state.storage().set_alarm(after).await.map_err(InternalError::storage("post alarm"))
    }

    fn commit(&self, step: &Step) -> Result<(), InternalError> {
        let mut writes = Vec::new();
        for comment in step.comments.values() {
            let held = comment.place == CommentPlace::Held;
            let owing = comment.thread().is_some() && !comment.waiting.is_empty();
            writes.push((
                "INSERT OR REPLACE INTO comments (id, top, at, holder, owing, json) VALUES (?, ?, ?, ?, ?, ?)",
                vec![
                    comment.id.as_str().into(),
                    comment.top.as_str().into(),
                    comment.at.millis().into(),
                    comment.author.as_deref().filter(|_| held).map_or(SqlStorageValue::Null, Into::into),
                    i64::from(owing).into(),
                    json(comment)?,
                ],
            ));
        }
        for (key, author) in &step.authors {
            writes.push((
                "INSERT OR REPLACE INTO authors (key, json) VALUES (?, ?)",
                vec![key.as_str().into(), json(author)?],
            ));
        }
        writes.push(("INSERT OR REPLACE INTO post (only, json) VALUES (1, ?)", vec![json(&step.record)?]));
        let sql = self.rows.sql.clone();
        atomically(&self.state.storage(), move || {
            writes.into_iter().try_for_each(|(statement, values)| sql.exec(statement, values).map(|_| ()))
        })
    }
}

fn json<T: Serialize>(value: &T) -> Result<SqlStorageValue, InternalError> {
    Ok(serde_json::to_string(value).map_err(InternalError::form("post"))?.into())
}

/// What the object's tables hold.
struct Rows {
    sql: SqlStorage,
    ready: std::cell::Cell<bool>,
}

impl Rows {
    fn prepare(&self) -> Result<(), InternalError> {
        if !self.ready.replace(true) {
            self.sql.exec(SCHEMA, None).map_err(InternalError::storage("post schema"))?;
        }
        Ok(())
    }

    fn record(&self) -> Result<Option<PostRecord>, InternalError> {
        self.one("SELECT json FROM post", Vec::new())
    }

    fn one<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Option<T>, InternalError> {
        Ok(self.all(statement, values)?.into_iter().next())
    }

    fn all<T: DeserializeOwned>(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<Vec<T>, InternalError> {
        let rows = super::rows(self.sql.exec(statement, values), "post rows")?;
        let texts = rows.into_iter().filter_map(|mut row| text(&mut row, 0));
        texts.map(|text| serde_json::from_str(&text).map_err(InternalError::form("post"))).collect()
    }

    fn ids(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<Vec<RemoteId>, InternalError> {
        let rows = super::rows(self.sql.exec(statement, values), "post ids")?;
        Ok(rows.into_iter().filter_map(|mut row| text(&mut row, 0)).map(RemoteId::new).collect())
    }
}

impl Storage for Rows {
    type Error = InternalError;

    fn comment(&self, id: &RemoteId) -> Result<Option<Comment>, InternalError> {
        self.one("SELECT json FROM comments WHERE id = ?", vec![id.as_str().into()])
    }

    fn author(&self, key: &str) -> Result<Option<Author>, InternalError> {
        self.one("SELECT json FROM authors WHERE key = ?", vec![key.into()])
    }

    fn branch(&self, top: &RemoteId) -> Result<Vec<RemoteId>, InternalError> {
        let statement =
            "SELECT id FROM comments INDEXED BY comments_by_branch WHERE top = ? ORDER BY at DESC, id LIMIT ?";
        self.ids(statement, vec![top.as_str().into(), BRANCH.into()])
    }

    fn held_of(&self, author: &str) -> Result<Vec<RemoteId>, InternalError> {
        let statement = "SELECT id FROM comments INDEXED BY comments_held WHERE holder = ? ORDER BY at, id";
        self.ids(statement, vec![author.into()])
    }
}
