//! What stands around a public conversation. The post is asked; what it last saw is shown at once, and it is looked at
//! again afterwards where that is due.

use tributary_domain::{post::PostName, subject::SubjectKind, thread::Thread};
use tributary_wire::{
    api::{context::ContextItem, endpoints::ReadContext},
    objects::PostCall,
    queue::Job,
    view,
};

use super::{
    call::Call,
    handle::{Answer, By, Handle, Input},
    thread,
};
use crate::{objects, publish};

impl Handle for ReadContext {
    async fn handle(call: &Call, _: &By<Self>, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let answer = thread::current(call, &id).await?;
        let Some(name) = post_of(&answer.thread) else { return Ok(ContextItem { post: None, comments: Vec::new() }) };
        let question = PostCall::Beside { author: answer.thread.counterpart.clone(), thread: id };
        let answer = objects::post::call(&call.app, &name, &question).await?;
        let Some(record) = answer.record else { return Ok(ContextItem { post: None, comments: Vec::new() }) };
        if answer.look {
            let app = call.app.clone();
            call.afterwards("look at post", async move {
                publish::put(&app, "JOBS", &[Job::LookAtPost { post: name }], 0).await
            });
        }
        Ok(ContextItem { post: Some(view::post_context(&record)), comments: view::beside(&record, answer.beside) })
    }
}

/// The post that a thread is about.
fn post_of(thread: &Thread) -> Option<PostName> {
    let subject = thread.subject.clone().filter(|subject| subject.kind == SubjectKind::Post)?;
    Some(PostName { account: thread.account.clone(), platform: thread.platform, subject })
}
