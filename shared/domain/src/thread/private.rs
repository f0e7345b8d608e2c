//! Private replies: they answer a comment, which stands in another thread of the same person.

use super::{
    state::Thread,
    transcript::Writer,
    work::{Effect, Work, teammate},
};
use crate::{
    audit::AuditDetail,
    id::{MessageId, ReplyId, TeammateId},
    message::PrivateReply,
    platform::Surface,
};

impl Thread {
    /// The thread of messages of the same person, as it begins.
    #[must_use]
    pub fn in_private(&self) -> Self {
        let mut new = Self::new(self.account.clone(), self.platform, Surface::Messages, self.counterpart.clone());
        new.contact.clone_from(&self.contact);
        (new.contact.version, new.contact.referral) = (1, None);
        new
    }
}

impl Work {
    /// A teammate is about to answer privately what they have seen here. Whoever has not heard of that has missed
    /// something.
    pub(super) fn answers_privately(&mut self, by: &TeammateId) {
        let version = self.touch();
        self.thread.transcript.wrote(Writer::Teammate(by.clone()), version);
    }

    /// A comment was answered privately. That answers what its author had asked until then, as a public answer does:
    /// they have what they asked for, and nobody else waits for it.
    pub(super) fn answered_privately(&mut self, id: &MessageId, private: PrivateReply) {
        let Some(mut message) = self.messages.get(id).filter(|one| one.private_reply.is_none()).cloned() else {
            return;
        };
        let PrivateReply { reply, thread, by, at } = private.clone();
        let wait = self.thread.wait(at);
        self.thread.questions.wait_told(self.thread.version);
        message.private_reply = Some(Box::new(private));
        self.keep_message(message);
        let done = AuditDetail::AnsweredPrivately { message: id.clone(), reply: reply.clone(), thread, wait };
        self.record(teammate(&by), done);
        self.thread.questions.answered_from_here(at, &by);
        self.answered_as(&reply, at, &by);
    }

    /// Whoever tells the threads of comments has told this one's.
    pub(super) fn told_comment(&mut self, id: &ReplyId) {
        if let Some(mut reply) = self.replies.get(id).filter(|reply| reply.is_to_be_told()).cloned() {
            reply.told = true;
            self.keep_reply(reply);
        }
    }

    /// Has the threads of comments told of private replies that were sent.
    pub(super) fn tell_comments(&mut self) {
        let due = self.replies.values().filter(|reply| reply.is_to_be_told());
        let due: Vec<ReplyId> = due.map(|reply| reply.id.clone()).collect();
        for reply in due {
            self.effect(Effect::TellComment { reply });
        }
    }
}
