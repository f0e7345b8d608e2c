//! The month's spending on labels, kept in the index; and how models have answered of late, kept per isolate.

use std::cell::RefCell;

use tributary_domain::{label::breaker::Breaker, time::Timestamp};

use crate::{clock, d1, edge::Edge, fault::Fault};

thread_local! {
    static BREAKER: RefCell<Breaker> = RefCell::new(Breaker::default());
}

/// Whether models may be asked now.
pub(super) fn may_ask(now: Timestamp) -> bool {
    BREAKER.with_borrow_mut(|breaker| {
        let (next, ask) = breaker.ask(now);
        *breaker = next;
        ask
    })
}

/// A model answered, or none did.
pub(super) fn noted(answered: bool) {
    let now = clock::now();
    BREAKER.with_borrow_mut(|breaker| *breaker = if answered { breaker.succeeded() } else { breaker.failed(now) });
}

/// Adds to the month's spending, in millionths of a dollar, and tells what it is then. A call is paid for before
/// it is made, by estimate, so that calls at the same time cannot overspend together; the difference comes after.
pub(super) async fn spend(edge: &Edge, amount: i64) -> Result<i64, Fault> {
    let day = d1::counters::today();
    let month = day.get(..7).unwrap_or(&day);
    d1::counters::add_to_both(edge, month, &day, "label.spend", amount).await
}
