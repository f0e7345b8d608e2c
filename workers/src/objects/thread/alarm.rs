//! The thread's alarm: what time brings.

use tributary_domain::{
    publish::Published,
    thread::machine::{self, Page, ThreadInput},
};

use super::ThreadObject;
use crate::{clock, d1, error::InternalError, publish};

impl ThreadObject {
    /// Asks again for what was asked for and has not come, sees to what nobody answers, and sees to it that the index
    /// and the roster hold what they should, whether or not the one who was to publish it is still alive.
    pub(super) async fn ring(&self) -> Result<(), InternalError> {
        let Some(record) = self.record()? else { return Ok(()) };
        let rules = if record.thread.wants_rules(clock::now()) {
            // Without the rules the plan that is there has to do.
            d1::rules::current(&self.app).await.map_err(|fault| fault.log("thread rules")).ok()
        } else {
            None
        };
        let rules = rules.as_deref().map(|current| &current.rules);
        let Some(mut done) = self.step(ThreadInput::Ring { rules })? else { return Ok(()) };
        let outcome = &mut done.outcome;
        if done.by_version && d1::publish::version(&self.app, &outcome.thread).await? == Some(outcome.version) {
            outcome.publication = None;
        }
        publish::publish(&self.app, std::slice::from_ref(outcome)).await?;
        let roster = Published { index: true, roster: true }.acked(outcome).roster;
        self.acknowledge(&done.page, roster)?;
        self.arm().await
    }

    /// The index is known to hold this page, and the roster this version.
    fn acknowledge(&self, page: &Page, roster: u64) -> Result<(), InternalError> {
        let Some(record) = self.record()? else { return Ok(()) };
        let context = self.context(&record.thread)?;
        let (mut changed, alarm) = machine::acknowledge(&self.store, &record, (page, roster), &context)?;
        if let Some(record) = &mut changed {
            let text = record.row().map_err(InternalError::form("state"))?;
            self.store.write(Some(text), std::iter::empty())?;
        }
        self.keep(changed, alarm);
        Ok(())
    }
}
