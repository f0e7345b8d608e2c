//! What people ask for, and the calls that come of it.

use tributary_domain::{
    id::ReplyId,
    mutant::{self, Mutant},
    outbound::{Draft, Part},
    owner::Claim,
    reply,
    thread::{
        CallOutcome, Writer,
        machine::{CommittedCall, ThreadInput},
    },
};

use super::{Done, Process, Step};
use crate::{
    cast,
    laws::{self, law},
    object::{Answer, ThreadObject},
    people::Ask,
    platform::Taken,
    world::World,
};

impl World {
    pub(super) fn call(
        &mut self,
        process: &mut Process,
        thread: usize,
        call: CommittedCall,
        late: Option<Box<ThreadObject>>,
    ) -> Done {
        let CommittedCall { reply, part, attempt, content, .. } = call;
        let text = match content {
            Part::Text { text, .. } => text,
            Part::Media { .. } => String::new(),
        };
        let sent = Taken { reply: reply.clone(), part, attempt, text };
        laws::leaving(&sent, &self.deeds)?;
        let fate = self.platform.call(thread, &sent, self.now, self.faults, &mut self.dice);
        laws::arrived(&self.platform.taken, &sent, &self.deeds)?;
        process.until = Some(self.now.plus(fate.after));
        process.steps.push(Step::Report(thread, CallOutcome { reply, part, attempt, outcome: fate.outcome }));
        if let Some(object) = late {
            process.steps.push(Step::Replace(thread, object));
        }
        Ok(())
    }

    pub(super) fn report(&mut self, process: &mut Process, thread: usize, outcome: CallOutcome) -> Done {
        let answer = self.ask(thread, ThreadInput::Called { call: outcome })?;
        process.and_calls(thread, answer);
        Ok(())
    }

    /// What a person asks for reaches the thread.
    pub(super) fn serve(&mut self, process: &mut Process, number: usize) -> Done {
        let Some(request) = self.requests.get(number).cloned() else { return Ok(()) };
        let thread = request.thread;
        let answer = match request.ask {
            Ask::Do(command) => {
                self.ask(thread, ThreadInput::Command { command: *command, expected: None, through: None })?
            }
            Ask::Resolve { id, verdict } => {
                let Some(reply) = self.threads.get(thread).and_then(|object| object.replies.get(&id)) else {
                    return Ok(());
                };
                let (draft, attempts) = (reply.draft.clone(), reply.attempts);
                let Some(authored) = cast::signed(request.by, &draft, self.now) else { return Ok(()) };
                let input = ThreadInput::Resolve { id: id.clone(), verdict: verdict.clone(), attempts, authored };
                let answer = self.ask(thread, input)?;
                if answer.as_ref().is_some_and(|answer| !answer.refused) {
                    match verdict {
                        reply::Event::SendAgain => *self.deeds.sends.entry(id).or_default() += 1,
                        reply::Event::Arrived => drop(self.deeds.seen.insert(id)),
                        _ => {}
                    }
                }
                answer
            }
            Ask::Reply { id, text, seen } => return self.serve_reply(process, number, &id, text, seen),
        };
        self.handed(process, number, answer);
        Ok(())
    }

    pub(super) fn serve_reply(
        &mut self,
        process: &mut Process,
        number: usize,
        id: &ReplyId,
        text: String,
        seen: u64,
    ) -> Done {
        let Some((thread, by)) = self.requests.get(number).map(|request| (request.thread, request.by)) else {
            return Ok(());
        };
        let draft = Draft { text: text.clone(), ..Draft::default() };
        let Some(authored) = cast::signed(by, &draft, self.now) else { return Ok(()) };
        let parts = vec![Part::Text { text, quote: None }];
        let Some(object) = self.threads.get(thread) else { return Ok(()) };
        let (known, written) = (object.replies.contains_key(id), object.written.clone());
        let before = mutant::on(Mutant::NoMarker).then(|| object.clone());
        let author = authored.teammate().clone();
        let claim = Some(Claim::default());
        let input = ThreadInput::Reply {
            id: id.clone(),
            authored,
            draft,
            template: None,
            parts,
            expected: seen,
            new: None,
            claim,
        };
        let answer = self.ask(thread, input)?;
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        if let Some(answer) = answer.as_ref().filter(|answer| !answer.refused && !known) {
            let unseen =
                written.iter().find(|(version, writer)| *version > seen && *writer != Writer::Teammate(author.clone()));
            law("T34 nobody answers what they have not seen", unseen.is_none(), || {
                format!("{id} saw {seen}, not {unseen:?}")
            })?;
            object.written.push((answer.outcome.version, Writer::Teammate(author)));
        }
        let call = answer.as_ref().and_then(|answer| answer.outcome.call.clone());
        if let (Some(before), Some(call)) = (before, call) {
            let committed = std::mem::replace(object, before);
            process.steps.extend([Step::Respond(number), Step::Call(thread, call, Some(Box::new(committed)))]);
            return Ok(());
        }
        self.handed(process, number, answer);
        Ok(())
    }

    /// The answer is published, the browser answered, and the call made by a process of its own.
    pub(super) fn handed(&mut self, process: &mut Process, number: usize, answer: Option<Answer>) {
        process.steps.push(Step::Respond(number));
        let Some(answer) = answer else { return };
        if let Some(call) = answer.outcome.call.clone() {
            self.processes.push(Process { steps: vec![Step::Call(answer.thread, call, None)], ..Process::default() });
        }
        process.steps.push(Step::Publish(Box::new(answer)));
    }
}
