//! What people have done to comments on their platform: checked, signed, handed to the thread.

use tributary_connectors::registry;
use tributary_domain::{
    authored::ModerationOrder,
    id::MessageId,
    moderation::ModerationAction,
    platform::{Channel, Surface},
    post::PostName,
    thread::Thread,
};
use tributary_wire::{
    api::{
        audit::{ActorItem, ActorKind},
        endpoints::{Moderate, ModerateComments, StopModeration},
        post::BulkItem,
    },
    objects::{PostAnswer, PostCall, ThreadAnswer, ThreadCall},
    queue::Job,
};

use super::{
    call::Call,
    guard::Person,
    handle::{Answer, Handle, Input},
    page::Names,
    posts::{self, Meant},
    problem::{Code, Refused},
    reply, thread,
};
use crate::{objects, publish};

/// The post drops what has not begun some thousands at a time.
const MOST_STOPS: usize = 9;

impl Handle for Moderate {
    async fn handle(
        call: &Call,
        person: &Person,
        Input { path: (id, message), body: request, .. }: Input<Self>,
    ) -> Answer<Self> {
        let current = thread::current(call, &id).await?;
        reply::connected(call, person, &current.thread.account).await?;
        let order = signed(person, request.action, message.clone())?;
        alone(call, &current.thread, message).await?;
        let question = ThreadCall::Moderate { order };
        let answer: Option<ThreadAnswer> = objects::thread::call(&call.app, &id, &question).await?;
        let answer = answer.ok_or_else(|| Refused::not_found("thread"))?;
        thread::published(call, &answer).await;
        if let Some(refused) = thread::refused(&answer) {
            return Err(refused);
        }
        let mut comment = answer.comment.ok_or_else(|| Refused::not_found("message"))?;
        Names::load(call).await?.messages(std::slice::from_mut(&mut comment));
        Ok(comment)
    }
}

/// What the post was to do to a comment while it was held is wanted no more. A call that is on its way comes back first.
async fn alone(call: &Call, thread: &Thread, comment: MessageId) -> Result<(), Refused> {
    let Some(post) = objects::post::of(thread) else { return Ok(()) };
    let answer = objects::post::call(&call.app, &post, &PostCall::Leave { comment }).await?;
    if answer.under_way > 0 {
        let detail = "What was wanted of this comment while it was held is being done. Wait a moment, then try again.";
        return Err(Refused::new(Code::TooManyModerations, detail));
    }
    Ok(())
}

impl Handle for ModerateComments {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), body, .. }: Input<Self>) -> Answer<Self> {
        let action = body.action.action();
        let meant = posts::meant(body.ids, body.filter)?;
        let answer: PostAnswer = objects::post::ask(&call.app, &id, &PostCall::Context).await?;
        let PostName { account, platform, .. } = answer.record.ok_or_else(posts::no_post)?.name;
        reply::connected(call, person, &account).await?;
        if !registry::moderates(Channel { platform, surface: Surface::Comments }, action, false) {
            let detail = "This cannot be done to others' comments on this platform.";
            return Err(Refused::new(Code::NotCapable, detail).field("action"));
        }
        let (comments, more) = match meant {
            Meant::Named(comments) => (comments, false),
            Meant::Fitting(which) => {
                let question = PostCall::Meant { action, which };
                let answer: PostAnswer = objects::post::ask(&call.app, &id, &question).await?;
                (answer.meant, answer.more)
            }
        };
        let orders = comments.into_iter().map(|comment| signed(person, action, comment));
        let orders = orders.collect::<Result<Vec<_>, _>>()?;
        let (answer, post) = posts::act(call, &id, &PostCall::Moderate { orders }).await?;
        if answer.idle
            && let Some(name) = answer.name
        {
            let app = call.app.clone();
            let job = Job::ModerateHeld { post: name };
            // Where it is lost, the post's alarm asks for it again.
            call.afterwards("moderate held", async move { publish::put(&app, "JOBS", &[job], 0).await });
        }
        Ok(BulkItem { changed: answer.changed, more, post })
    }
}

impl Handle for StopModeration {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let by = Some(person.signed_in.teammate().clone());
        let by = ActorItem { kind: ActorKind::Teammate, id: by, name: None, token: None };
        for _ in 0..MOST_STOPS {
            let (answer, item) = posts::act(call, &id, &PostCall::Stop { by: by.clone() }).await?;
            if answer.changed == 0 || item.moderation.waiting == 0 {
                return Ok(item);
            }
        }
        posts::act(call, &id, &PostCall::Stop { by }).await.map(|(_, item)| item)
    }
}

/// The person's name under what they want.
fn signed(person: &Person, action: ModerationAction, message: MessageId) -> Result<ModerationOrder, Refused> {
    ModerationOrder::by(&person.signed_in, action, message)
        .map_err(|refused| Refused::new(Code::RoleTooLow, format!("{refused}. Ask an owner.")))
}
