//! Posts under which people comment: their own pages, and what is done to what is held of a flood.

use tributary_domain::{
    id::{MessageId, PostId},
    post::Placed,
    time::Timestamp,
};
use tributary_wire::{
    api::{
        audit::{ActorItem, ActorKind, ActorToken},
        bounded::Few,
        endpoints::{ChangeComments, ClosePost, ListComments, ReadPost, ReopenPost},
        page::Cursor,
        post::{BulkItem, CommentFilter, PostItem},
    },
    objects::{CommentPage, PostAnswer, PostCall, Which},
};

use super::{
    call::Call,
    guard::Asker,
    handle::{Answer, By, Handle, Input},
    page,
    problem::{Code, Refused},
};
use crate::{objects, publish};

pub(super) fn no_post() -> Refused {
    Refused::not_found("post")
}

/// Has something done to a post, and brings what comes of it to where it belongs. What fails there, the post's alarm does.
pub(super) async fn act(call: &Call, id: &PostId, question: &PostCall) -> Result<(PostAnswer, PostItem), Refused> {
    let mut answer: PostAnswer = objects::post::ask(&call.app, id, question).await?;
    let item = answer.item.take().ok_or_else(no_post)?;
    let name = answer.name.clone().ok_or_else(no_post)?;
    let told = objects::post::hand_over(&call.app, &name, std::mem::take(&mut answer.handovers)).await;
    if let Err(fault) = publish::publish_with(&call.app, &told, answer.publication.as_slice()).await {
        fault.log("api publish");
    }
    Ok((answer, item))
}

/// Who asks, as the history has it.
fn actor(asker: &Asker) -> ActorItem {
    let token = asker.program().map(|program| ActorToken { id: program.token, name: program.name });
    let kind = if token.is_some() { ActorKind::Program } else { ActorKind::Teammate };
    ActorItem { kind, id: Some(asker.teammate().clone()), name: None, token }
}

impl Handle for ReadPost {
    async fn handle(call: &Call, _: &By<Self>, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let answer: PostAnswer = objects::post::ask(&call.app, &id, &PostCall::Read).await?;
        answer.item.ok_or_else(no_post)
    }
}

impl Handle for ListComments {
    async fn handle(call: &Call, _: &By<Self>, Input { path: (id,), query, .. }: Input<Self>) -> Answer<Self> {
        let which = Which {
            place: query.place,
            question: query.question.is_some(),
            link: query.link.is_some(),
            known: query.known.is_some(),
            unseen: query.unseen.is_some(),
            words: query.q.map(String::from),
        };
        let before = query.cursor.map(|Cursor { number, id }| (Timestamp::from_millis(number), id));
        let question = PostCall::Page { which, before, limit: query.limit.get() };
        let found: Option<CommentPage> = objects::post::ask(&call.app, &id, &question).await?;
        let CommentPage { items, next } = found.ok_or_else(no_post)?;
        let next = next.map(|(at, id)| Cursor { number: at.millis(), id }.to_string());
        page::page(call, items, next).await
    }
}

impl Handle for ChangeComments {
    async fn handle(call: &Call, asker: &Asker, Input { path: (id,), body, .. }: Input<Self>) -> Answer<Self> {
        let (comments, which) = match meant(body.ids, body.filter)? {
            Meant::Named(ids) => (ids, None),
            Meant::Fitting(which) => (Vec::new(), Some(which)),
        };
        let question = PostCall::Change { action: body.action, comments, which, by: actor(asker) };
        let (answer, post) = act(call, &id, &question).await?;
        Ok(BulkItem { changed: answer.changed, more: answer.more, post })
    }
}

/// The comments of which a request speaks.
pub(super) enum Meant {
    Named(Vec<MessageId>),
    Fitting(Which),
}

/// Those that are named, or those that fit: one of the two.
pub(super) fn meant<const LEAST: usize, const MOST: usize>(
    ids: Option<Few<MessageId, LEAST, MOST>>,
    filter: Option<CommentFilter>,
) -> Result<Meant, Refused> {
    match (ids, filter) {
        (Some(ids), None) => Ok(Meant::Named(ids.to_vec())),
        (None, Some(filter)) => Ok(Meant::Fitting(held(filter))),
        _ => {
            let detail = "Name comments, or say which are meant: one of the two.";
            Err(Refused::new(Code::Invalid, detail).field("ids"))
        }
    }
}

/// Those of the held comments that fit.
fn held(filter: CommentFilter) -> Which {
    let CommentFilter { question, link, known, unseen, q } = filter;
    Which { place: Some(Placed::Held), question, link, known, unseen, words: q.map(String::from) }
}

impl Handle for ClosePost {
    async fn handle(call: &Call, asker: &Asker, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        act(call, &id, &PostCall::Close { closed: true, by: actor(asker) }).await.map(|(_, item)| item)
    }
}

impl Handle for ReopenPost {
    async fn handle(call: &Call, asker: &Asker, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        act(call, &id, &PostCall::Close { closed: false, by: actor(asker) }).await.map(|(_, item)| item)
    }
}
