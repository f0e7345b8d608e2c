//! Labels that money was lacking for; and how models have answered of late, kept per isolate.

use std::cell::RefCell;

use tributary_domain::{label::breaker::Breaker, time::Timestamp};

use crate::{app::AppContext, clock, d1::counters};

thread_local! {
    static BREAKER: RefCell<Breaker> = RefCell::new(Breaker::default());
}

/// Whether models may be asked now.
pub(super) fn may_ask(app: &AppContext, now: Timestamp) -> bool {
    BREAKER.with_borrow_mut(|breaker| {
        let (next, ask) = breaker.ask(now, &app.config.timings.breaker);
        *breaker = next;
        ask
    })
}

/// A model answered, or none did.
pub(super) fn noted(app: &AppContext, answered: bool) {
    let now = clock::now();
    BREAKER.with_borrow_mut(|breaker| {
        *breaker = if answered { breaker.succeeded() } else { breaker.failed(now, &app.config.timings.breaker) }
    });
}

/// Counts a label that money was lacking for: people are told of it.
pub(super) async fn capped(app: &AppContext) {
    if let Err(fault) = counters::add(app, &counters::today(), counters::LABELS_CAPPED, 1).await {
        fault.log("label budget");
    }
}
