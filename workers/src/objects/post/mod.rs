//! The Post object: which thread each comment under one post belongs to, and what is held back of a flood.
//!
//! | table | holds |
//! | --- | --- |
//! | post | one row: what is kept of the post as a whole |
//! | comments | one row per comment |
//! | authors | one row per person who writes there, with their thread |
//! | entries | what was done to the post, until the index has it |
//!
//! What becomes of a comment is decided by `domain::post`. This is its shell: storage, and the alarm that tells threads and
//! the index what they have not heard.

mod moderating;
mod page;
mod private;
mod publishing;
mod rows;
mod telling;

use serde::{Serialize, de::DeserializeOwned};
use tributary_domain::{
    id::{AuditId, MessageId, PostId, ReplyId},
    post::{self, Claim, Handover, HeldCall, Placement, PostName, PostRecord, Step},
    subject::SubjectKind,
    thread::Thread,
    time::{Span, Timestamp},
};
use tributary_wire::{
    api::{
        audit::ActorItem,
        post::{BulkAction, PostItem},
    },
    history::{WorkspaceDetail, WorkspaceEntry},
    objects::{CameAnswer, CommentPage, PostAnswer, PostCall, PostRequest, Which},
    view,
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Env, State, worker_sys::DurableObjectState};

pub(crate) use self::{
    private::{free_private, named, take_private},
    telling::hand_over,
};
use self::{
    rows::{Rows, json, number, of_record},
    telling::told,
};
use super::{answer, atomically::atomically, in_millis, question};
use crate::{app::AppContext, clock, d1, error::InternalError, objects, publish};

/// Comments that whoever calls is to tell threads of.
const HANDED: usize = 100;

/// Calls a post.
pub(crate) async fn call(app: &AppContext, name: &PostName, call: &PostCall) -> Result<PostAnswer, InternalError> {
    ask(app, &view::post_id(name), call).await
}

/// The same by the post's id; it may not be there.
pub(crate) async fn ask<A: DeserializeOwned>(
    app: &AppContext,
    post: &PostId,
    call: &PostCall,
) -> Result<A, InternalError> {
    let request = PostRequest { last_acked: publish::last_acked_of_post(post), call };
    objects::call(&app.env, "POST", post.as_str(), &request).await
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
        let rows = Rows::new(state.storage().sql());
        Self { state, app: AppContext::new(env), rows }
    }

    pub async fn ask(&self, text: String) -> Result<String, JsValue> {
        let PostRequest { last_acked, call } = question(&text)?;
        match call {
            PostCall::Page { which, before, limit } => answer(self.page(&which, before.as_ref(), limit), "post page"),
            PostCall::Came { since, most } => answer(self.came(since, most), "post came"),
            call => answer(self.handle(last_acked, call).await, "post"),
        }
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

/// What a call came to.
struct Done {
    step: Step,
    /// What was done by somebody, to be written down.
    entry: Option<(ActorItem, WorkspaceDetail)>,
    changed: u32,
    more: bool,
    meant: Vec<MessageId>,
    calls: Vec<HeldCall>,
    busy: bool,
    /// The post is to be shown.
    shown: bool,
}

impl Done {
    fn of(step: Step) -> Self {
        let (meant, calls) = (Vec::new(), Vec::new());
        Self { step, entry: None, changed: 0, more: false, meant, calls, busy: false, shown: false }
    }
}

impl PostObject {
    /// What is kept of the post, and what the caller knows of the index.
    fn record(&self, last_acked: u64) -> Result<Option<PostRecord>, InternalError> {
        let mut record = self.rows.record()?;
        if let Some(record) = &mut record {
            record.acked = record.acked.max(last_acked.min(record.version));
        }
        Ok(record)
    }

    /// The same; a new one where there is none yet.
    fn named(&self, last_acked: u64, name: PostName) -> Result<PostRecord, InternalError> {
        let record = self.record(last_acked)?.unwrap_or_else(|| PostRecord::new(name));
        self.rows.is_of(&record.name.account);
        Ok(record)
    }

    async fn handle(&self, last_acked: u64, call: PostCall) -> Result<PostAnswer, InternalError> {
        self.rows.prepare()?;
        let now = clock::now();
        let (mut look, mut publish) = (false, true);
        let done = match call {
            PostCall::Take { name, rules, events, publish: last } => {
                publish = last;
                let record = self.named(last_acked, name)?;
                let events: Vec<_> = events.into_iter().map(|one| (one.received, one.merit)).collect();
                let mut step = post::take(&self.rows.holding(&events)?, &record, &events, rules, now)?;
                look = step.record.is_look_due(now);
                Done::of(step)
            }
            PostCall::Intend { name, intent } => {
                let record = self.named(last_acked, name)?;
                Done::of(post::intend(&self.rows, &record, intent, now)?)
            }
            PostCall::Claim { name, claim } => {
                let record = self.named(last_acked, name)?;
                Done::of(post::claim(&self.rows, &record, &claim, now)?)
            }
            PostCall::End { name, reply, refused } => {
                let record = self.named(last_acked, name)?;
                Done::of(post::end(&self.rows, &record, &reply, refused, now)?)
            }
            PostCall::TakePrivate { name, comment, mark } => {
                let record = self.named(last_acked, name)?;
                Done::of(post::take_private(&self.rows, &record, &comment, mark, now)?)
            }
            PostCall::FreePrivate { name, comment, reply } => {
                let record = self.named(last_acked, name)?;
                Done::of(post::free_private(&self.rows, &record, &comment, &reply, now)?)
            }
            PostCall::Beside { author, thread } => {
                let Some(mut record) = self.rows.record()? else { return Ok(PostAnswer::default()) };
                let look = record.is_look_due(now);
                if look {
                    self.write(vec![of_record(&record)?])?;
                }
                let beside = post::beside(&self.rows, &author, &thread)?;
                return Ok(PostAnswer { record: Some(record), beside, look, ..PostAnswer::default() });
            }
            PostCall::Context => return Ok(PostAnswer { record: self.rows.record()?, ..PostAnswer::default() }),
            call => {
                let Some(record) = self.record(last_acked)? else { return Ok(PostAnswer::default()) };
                self.known(record, call, now)?
            }
        };
        let ended = done.step.moderated.map(|ended| moderating::ended(&done.step.record, ended));
        let done_by: Vec<_> = done.entry.into_iter().chain(ended).collect();
        let entries = !done_by.is_empty();
        self.commit(&done.step, done_by, now)?;
        let record = &done.step.record;
        if !done.step.handovers.is_empty() || entries || record.is_behind() || record.alarming().is_some() {
            self.wake(self.app.config.timings.thread.publish_retry_after).await?;
        }
        if let Some(at) = self.moderates_at(record)? {
            self.wake(at.max(now.plus(self.app.config.timings.alarm.slack)).since(now)).await?;
        }
        let item = done.shown.then(|| self.item(record, now)).transpose()?;
        let mut handovers = done.step.handovers;
        // The alarm sees to the others.
        handovers.truncate(HANDED);
        Ok(PostAnswer {
            name: Some(record.name.clone()),
            publication: if publish { self.publication(record, now)? } else { None },
            alarming: record.alarming(),
            item,
            changed: done.changed,
            more: done.more,
            meant: done.meant,
            calls: done.calls,
            under_way: done.busy.into(),
            idle: record.moderated.is_idle(now),
            placements: done.step.placements,
            holder: done.step.holder,
            handovers,
            look,
            ..PostAnswer::default()
        })
    }

    /// What is asked of a post that there is.
    fn known(&self, mut record: PostRecord, call: PostCall, now: Timestamp) -> Result<Done, InternalError> {
        let post = view::post_id(&record.name);
        Ok(match call {
            PostCall::Handed { comments } => Done::of(post::acknowledge(&self.rows, &record, &comments, now)?),
            PostCall::Looked { look, picture } => {
                record.looked(look, picture, now);
                Done::of(Step::of(record))
            }
            PostCall::Notified { hour } => {
                record.is_told(hour);
                Done::of(Step::of(record))
            }
            PostCall::Close { closed, by } => {
                let detail =
                    if closed { WorkspaceDetail::PostClosed { post } } else { WorkspaceDetail::PostReopened { post } };
                let entry = record.close(closed).then_some((by, detail));
                Done { entry, shown: true, ..Done::of(Step::of(record)) }
            }
            PostCall::Change { action, comments, which, by } => {
                let page::Changed { step, count: changed, more } =
                    page::change(&self.rows, &record, action, &comments, which.as_ref(), now)?;
                let detail = match action {
                    BulkAction::Promote => WorkspaceDetail::CommentsPromoted { post, comments: changed },
                    BulkAction::Seen => WorkspaceDetail::CommentsSeen { post, comments: changed },
                };
                let entry = (changed > 0).then_some((by, detail));
                Done { entry, changed, more, shown: true, ..Done::of(step) }
            }
            PostCall::Meant { action, which } => {
                let (meant, more) = page::that_can_be(&self.rows, &record, action, &which)?;
                Done { more, meant, ..Done::of(Step::of(record)) }
            }
            call @ (PostCall::Moderate { .. }
            | PostCall::GoOn { .. }
            | PostCall::Stop { .. }
            | PostCall::Leave { .. }) => self.moderation(record, call, now)?,
            _ => Done { shown: true, ..Done::of(Step::of(record)) },
        })
    }

    fn page(
        &self,
        which: &Which,
        before: Option<&(Timestamp, String)>,
        limit: u32,
    ) -> Result<Option<CommentPage>, InternalError> {
        self.rows.prepare()?;
        let Some(record) = self.rows.record()? else { return Ok(None) };
        page::page(&self.rows, &record, which, before, limit).map(Some)
    }

    fn came(&self, since: Timestamp, most: u32) -> Result<Option<CameAnswer>, InternalError> {
        self.rows.prepare()?;
        let Some(record) = self.rows.record()? else { return Ok(None) };
        page::came(&self.rows, record, since, most).map(Some)
    }

    fn item(&self, record: &PostRecord, now: Timestamp) -> Result<PostItem, InternalError> {
        Ok(view::post_item(record, self.rows.newest_held()?.as_ref(), now))
    }

    /// Rings after this long, or sooner.
    async fn wake(&self, after: Span) -> Result<(), InternalError> {
        let storage = self.state.storage();
        let failed = || InternalError::storage("post alarm");
        let by = clock::now().plus(after).millis();
        match storage.get_alarm().await.map_err(failed())? {
            Some(at) if at <= by && at > clock::now().minus(self.app.config.timings.alarm.lost_after).millis() => {
                Ok(())
            }
            _ => storage.set_alarm(in_millis(after)).await.map_err(failed()),
        }
    }

    fn commit(
        &self,
        step: &Step,
        entries: Vec<(ActorItem, WorkspaceDetail)>,
        now: Timestamp,
    ) -> Result<(), InternalError> {
        let mut writes = self.rows.writes(step)?;
        for (by, done) in entries {
            let id = AuditId::from_bytes(&clock::random::<16>()?);
            let entry = d1::audit::made(id.clone(), now, by, done)?;
            let row = Entry { id: id.as_str(), at: now.millis(), thread: None, told: &entry };
            writes.push((
                "INSERT INTO entries (id, version, json) VALUES (?, ?, ?)",
                vec![id.as_str().into(), number(step.record.version), json(&row)?],
            ));
        }
        self.write(writes)
    }

    /// All of it, or nothing.
    fn write(&self, writes: Vec<rows::Write>) -> Result<(), InternalError> {
        let sql = self.rows.sql.clone();
        atomically(&self.state.storage(), move || {
            writes.into_iter().try_for_each(|(statement, values)| sql.exec(statement, values).map(|_| ()))
        })
    }

    /// The index holds this version, as far as anybody knows.
    fn is_acked(&self, version: u64) -> Result<(), InternalError> {
        let Some(mut record) = self.rows.record()? else { return Ok(()) };
        let acked = version.min(record.version);
        if record.acked == acked {
            return Ok(());
        }
        record.acked = acked;
        self.write(vec![of_record(&record)?, ("DELETE FROM entries WHERE version <= ?", vec![number(acked)])])
    }
}

/// An entry's row in the index: one of the workspace's own.
#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    at: i64,
    thread: Option<&'a str>,
    #[serde(rename = "entry")]
    told: &'a WorkspaceEntry,
}
