//! What people ask for, and the calls that come of it.

use tributary_domain::{
    id::ReplyId,
    outbound::{Draft, Part, SendOutcome},
    owner::Claim,
    reply,
    thread::{CallOutcome, Writer},
};

use super::{Done, Process, Step};
use crate::{
    cast,
    laws::{self, Broken, law},
    mutant::Mutant,
    object::{Answer, Call, ThreadObject},
    people::Ask,
    platform::Taken,
    world::World,
};

impl World {
    pub(super) fn call(
        &mut self,
        process: &mut Process,
        thread: usize,
        call: &Call,
        late: Option<Box<ThreadObject>>,
    ) -> Done {
        let mut call = call.clone();
        if self.mutant == Some(Mutant::WordsCut) && call.text.len() > 14 {
            call.text.truncate(10);
        }
        laws::leaving(&call, &self.deeds)?;
        let sent = Taken { reply: call.reply.clone(), part: call.part, attempt: call.attempt, text: call.text.clone() };
        let fate = self.platform.call(thread, &sent, self.now, self.faults, &mut self.dice);
        laws::arrived(&self.platform.taken, &call, &self.deeds)?;
        process.until = Some(self.now.plus(fate.after));
        let outcome = CallOutcome { reply: call.reply, part: call.part, attempt: call.attempt, outcome: fate.outcome };
        process.steps.push(Step::Report(thread, outcome));
        if let Some(object) = late {
            process.steps.push(Step::Replace(thread, object));
        }
        Ok(())
    }

    pub(super) fn report(&mut self, process: &mut Process, thread: usize, outcome: &CallOutcome) -> Done {
        let (now, mutant) = (self.now, self.mutant);
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        let mut answer = object.called(outcome, now, mutant)?;
        if mutant == Some(Mutant::RetryUncertain) && matches!(outcome.outcome, SendOutcome::Uncertain { .. }) {
            answer = self.send_again(thread, &outcome.reply)?;
        }
        process.and_calls(thread, answer);
        Ok(())
    }

    /// What no code may do: a mutant's word for a person's.
    pub(super) fn send_again(&mut self, thread: usize, reply: &ReplyId) -> Result<Answer, Broken> {
        self.thread_with(thread, Some(reply), |work| {
            let Some(reply) = work.replies.get(reply).cloned() else { return false };
            work.resolve(&reply.id, &reply::Event::SendAgain, reply.attempts, &reply.authored).is_ok()
        })
    }

    /// What a person asks for reaches the thread.
    pub(super) fn serve(&mut self, process: &mut Process, number: usize) -> Done {
        let Some(request) = self.requests.get(number).cloned() else { return Ok(()) };
        let thread = request.thread;
        let answer = match request.ask {
            Ask::Do(command) => self.thread_with(thread, None, |work| work.command(*command, None).is_ok())?,
            Ask::Resolve { id, verdict } => {
                let Some(object) = self.threads.get(thread) else { return Ok(()) };
                let Some((draft, attempts)) =
                    object.replies.get(&id).map(|reply| (reply.draft.clone(), reply.attempts))
                else {
                    return Ok(());
                };
                let Some(authored) = cast::signed(request.by, &draft, self.now) else { return Ok(()) };
                let answer = self
                    .thread_with(thread, Some(&id), |work| work.resolve(&id, &verdict, attempts, &authored).is_ok())?;
                if !answer.refused {
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
        let (now, mutant) = (self.now, self.mutant);
        let Some(object) = self.threads.get_mut(thread) else { return Ok(()) };
        let expected = if mutant == Some(Mutant::StaleView) { object.thread.version } else { seen };
        let (known, written) = (object.replies.contains_key(id), object.written.clone());
        let before = (mutant == Some(Mutant::NoMarker)).then(|| object.clone());
        let author = authored.teammate().clone();
        let answer = object.with(Some(id), &[], now, mutant, |work| {
            work.claim = Some(Claim::default());
            work.reply(id.clone(), authored, draft, None, parts, expected).is_ok()
        })?;
        if !answer.refused && !known {
            let unseen =
                written.iter().find(|(version, writer)| *version > seen && *writer != Writer::Teammate(author.clone()));
            law("T34 nobody answers what they have not seen", unseen.is_none(), || {
                format!("{id} saw {seen}, not {unseen:?}")
            })?;
            object.written.push((answer.version, Writer::Teammate(author)));
        }
        if let (Some(before), Some(call)) = (before, answer.call.clone()) {
            let committed = std::mem::replace(object, before);
            process.steps.extend([Step::Respond(number), Step::Call(thread, call, Some(Box::new(committed)))]);
            return Ok(());
        }
        self.handed(process, number, answer);
        Ok(())
    }

    /// The answer is carried, the browser answered, and the call made by a process of its own.
    pub(super) fn handed(&mut self, process: &mut Process, number: usize, answer: Answer) {
        process.steps.push(Step::Respond(number));
        if let Some(call) = answer.call.clone() {
            self.processes.push(Process { steps: vec![Step::Call(answer.thread, call, None)], ..Process::default() });
        }
        process.steps.push(Step::Carry(Box::new(answer)));
    }
}
