//! The thread's alarm: what time brings.

use tributary_domain::rules::Rules;
use tributary_wire::objects::News;

use super::{ThreadObject, methods::window};
use crate::{carry, clock, d1, fault::Fault};

impl ThreadObject {
    /// Asks again for what was asked for and has not come, sees to what nobody answers, and sees to it that the index
    /// and the roster hold what they should, whether or not the one who was to carry it there is still alive.
    pub(super) async fn ring(&self) -> Result<(), Fault> {
        let Some(kept) = self.kept()? else { return Ok(()) };
        let rules = if kept.thread.wants_rules(clock::now()) {
            // Without the rules the plan that is there has to do.
            d1::rules::current(&self.edge).await.map_err(|fault| fault.log("thread rules")).ok()
        } else {
            None
        };
        let mut news = self.tick(rules.as_deref().map(|current| &current.rules))?;
        let version = news.version;
        let (whole, roster_due) =
            self.kept()?.map_or((true, 0), |kept| (kept.told_by_version(), kept.thread.roster_due));
        if whole && news.projection.is_some() && d1::carry::version(&self.edge, &news.thread).await? == Some(version) {
            news.projection = None;
        }
        carry::carry(&self.edge, std::slice::from_ref(&news)).await?;
        self.carried(version, roster_due)?;
        self.arm().await
    }

    fn tick(&self, rules: Option<&Rules>) -> Result<News, Fault> {
        let Some(mut work) = self.work(clock::now())? else {
            return Err(Fault::Binding("THREAD"));
        };
        let fetching = self.kept()?.map(|kept| kept.fetching.clone()).unwrap_or_default();
        for id in &fetching {
            self.load_message(&mut work, id)?;
        }
        work.tick();
        let window = window(&work.thread)?;
        work.escalate(rules, window);
        self.commit(&work)
    }
}
