//! How far messages of ours came.

use super::work::Work;
use crate::{
    audit::{Actor, AuditDetail},
    capability::PlatformError,
    event::{Correlation, Scope, Stage},
    id::RemoteId,
    mutant::{self, Mutant},
    reply,
};

impl Work {
    pub(super) fn receipt(&mut self, stage: Stage, scope: &Scope, correlation: Option<&Correlation>) {
        let correlation = correlation.filter(|_| !mutant::on(Mutant::EvidenceIgnored));
        match scope {
            Scope::Message { id } => {
                let mut message = self.message(id);
                let known = message.body.as_ref().and_then(|body| body.correlation.clone());
                if message.reached(stage) {
                    self.keep_message(message);
                }
                if let Some(Correlation { reply, part }) = correlation.cloned().or(known) {
                    let id = id.clone();
                    let event = match stage {
                        Stage::Sent => reply::Event::Evidence { part, id },
                        Stage::Delivered | Stage::Read => reply::Event::Delivered { part, id },
                    };
                    self.advance(&reply, &event);
                }
            }
            Scope::UpTo { at } => {
                if self.thread.transcript.reached(stage, *at) {
                    self.touch();
                }
            }
        }
    }

    /// The platform took a message of ours, and reports that it did not arrive. What is on the customer's device did.
    pub(super) fn undelivered(&mut self, id: &RemoteId, error: &PlatformError, correlation: Option<&Correlation>) {
        if mutant::on(Mutant::LossIgnored) {
            return;
        }
        let mut message = self.message(id);
        let known = message.body.as_ref().and_then(|body| body.correlation.clone());
        let first = message.undelivered.is_none();
        let arrived = message.stage >= Some(Stage::Delivered);
        if message.undelivered(error.clone()) {
            self.keep_message(message);
        }
        if first {
            let code = error.code.clone();
            self.record(Actor::System, AuditDetail::Undelivered { code, class: error.class });
        }
        if let Some(Correlation { reply, part }) = correlation.cloned().or(known) {
            let id = id.clone();
            let event = if arrived {
                reply::Event::Delivered { part, id }
            } else {
                reply::Event::Undelivered { part, id, error: error.clone() }
            };
            self.advance(&reply, &event);
        }
    }
}
