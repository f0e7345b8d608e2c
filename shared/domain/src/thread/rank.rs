//! Where a thread stands in its queue.

use super::state::{Status, Thread};
use crate::{capability::WindowPolicy, time::Timestamp};

/// Threads that wait for nothing stand behind all that do.
const BEHIND: i64 = 1 << 50;

impl Thread {
    /// By when it has to be answered: the earlier of the urgency's target and the platform's window.
    pub fn due(&self, window: WindowPolicy) -> Option<Timestamp> {
        if matches!(self.status, Status::Closed { .. }) {
            return None;
        }
        let target = self.asked_at()?.plus(self.targets.of(self.urgency()));
        Some(window.closes(self.window_opened_at).map_or(target, |closes| closes.min(target)))
    }

    /// The order within a queue, ascending: what is due soonest first, then what was written last.
    pub fn rank(&self, window: WindowPolicy) -> i64 {
        if let Some(due) = self.due(window) {
            return due.millis();
        }
        resting(self.last.as_ref().map_or(Timestamp::default(), |last| last.at))
    }
}

/// The rank of a thread that waits for nothing and was written last `at`: the later, the smaller.
pub const fn resting(at: Timestamp) -> i64 {
    BEHIND + (Timestamp::MAX.millis() - at.millis())
}
