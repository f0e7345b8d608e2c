//! Where a thread stands in its queue.

use super::{state::Thread, status::Status};
use crate::{capability::WindowPolicy, routing::targets, time::Timestamp};

/// Threads that wait for nothing stand behind all that do: from this rank on.
pub const BEHIND: i64 = 1 << 50;

impl Thread {
    /// By when it has to be answered: the earlier of the urgency's target and the platform's window.
    pub fn due(&self, window: WindowPolicy) -> Option<Timestamp> {
        // Of what is put aside the time stands still.
        if self.status != Status::Open {
            return None;
        }
        Some(targets::due(self.target()?, window.closes(self.transcript.window_opened_at)))
    }

    /// The order within a queue, ascending: what is due soonest first, then what was written last.
    pub fn rank(&self, window: WindowPolicy) -> i64 {
        if let Some(due) = self.due(window) {
            return due.millis();
        }
        resting(self.transcript.last.as_ref().map_or(Timestamp::default(), |last| last.at))
    }
}

/// The rank of a thread that waits for nothing and was written last `at`: the later, the smaller.
pub const fn resting(at: Timestamp) -> i64 {
    BEHIND + (Timestamp::MAX.millis() - at.millis())
}
