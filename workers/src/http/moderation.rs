//! What people have done to comments on their platform: checked, signed, handed to the thread.

use tributary_domain::{authored::ModerationOrder, id::MessageId};
use tributary_wire::{
    api::{endpoints::Moderate, message::ModerationRequest},
    objects::{ThreadAnswer, ThreadCall},
};

use super::{
    call::Call,
    guard::Person,
    handle::{Answer, Handle, Input},
    page::Names,
    problem::{Code, Refused},
    reply, thread,
};
use crate::objects;

impl Handle for Moderate {
    async fn handle(
        call: &Call,
        person: &Person,
        Input { path: (id, message), body: request, .. }: Input<Self>,
    ) -> Answer<Self> {
        let current = thread::current(call, &id).await?;
        reply::connected(call, person, &current.thread).await?;
        let order = signed(person, &request, message)?;
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

/// The person's name under what they want.
fn signed(person: &Person, request: &ModerationRequest, message: MessageId) -> Result<ModerationOrder, Refused> {
    ModerationOrder::by(&person.signed_in, request.action, message)
        .map_err(|refused| Refused::new(Code::RoleTooLow, format!("{refused}. Ask an owner.")))
}
