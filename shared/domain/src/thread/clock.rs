//! What a platform's clock says, held against the time of receipt. A platform's time enters here, and nowhere else.

use crate::{
    event::Event,
    message::{Body, order},
    time::Timestamp,
    timings::ThreadTimings,
};

/// When something happened, as far as that can be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// The platform's time, not later than the receipt; where it cannot be, the receipt's.
    pub(super) at: Timestamp,
    /// When it reached us.
    pub(super) received_at: Timestamp,
    /// Its place among what has the same time.
    pub(super) order: u64,
    /// What the platform's clock said, where that cannot be.
    pub(super) clock: Option<Timestamp>,
}

impl Told {
    /// Of an event that reached us at `received_at`. `known`: the message it tells of, where it was told before; the
    /// first receipt holds.
    pub(super) fn of(event: &Event, received_at: Timestamp, known: Option<&Body>, timings: &ThreadTimings) -> Self {
        let order = order(event.sequence, received_at, event.place);
        let (at, clock) = match event.at {
            Some(said) if can_be(said, received_at, timings) => (said.min(received_at), None),
            said => (received_at, said),
        };
        let first = known.map_or(at, |known| known.at.min(at));
        Self { at: first, received_at, order, clock }
    }

    /// A time that the event speaks of beside its own: no later than that.
    pub(super) fn until(&self, said: Timestamp) -> Timestamp {
        if said > self.received_at { self.at } else { said }
    }

    /// What orders the edits of a message: the platform's count of them, or their time to the second and then their
    /// number, of which 22 bits are left below 2^53, up to where numbers in JSON are exact.
    pub(super) fn revision(&self, counted: Option<u64>, sequence: Option<u64>) -> u64 {
        let millis = self.at.millis().unsigned_abs();
        let within = sequence.unwrap_or(millis % 1000) & ((1 << 22) - 1);
        counted.unwrap_or(((millis / 1000) << 22) | within)
    }
}

fn can_be(said: Timestamp, received_at: Timestamp, timings: &ThreadTimings) -> bool {
    said >= received_at.minus(timings.oldest_event) && said <= received_at.plus(timings.clock_skew)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(second: i64) -> Told {
        let at = Timestamp::from_seconds(second);
        Told { at, received_at: at, order: 0, clock: None }
    }

    #[test]
    fn of_one_second_the_later_update_is_the_later_edit() {
        let second = 1_767_225_606;
        let edits = [
            told(second).revision(None, Some(900)),
            told(second).revision(None, Some(901)),
            told(second + 1).revision(None, Some(902)),
            told(second + 2).revision(None, Some(7)),
        ];
        assert!(edits.is_sorted(), "{edits:?}");
        assert!(edits[0] > second.unsigned_abs() * 1000, "later than what an earlier release made of the same second");
        assert!(edits[3] < 1 << 53);
        assert_eq!(told(second).revision(Some(2), None), 2);
    }
}
