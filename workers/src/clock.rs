//! The only place that reads the clock and draws random numbers.

use std::cell::Cell;

use tributary_domain::time::{Span, Timestamp};

use crate::error::InternalError;

/// The time now. Within one event it stands still until something is awaited.
#[expect(clippy::disallowed_methods, reason = "time enters here, and travels as an argument from here on")]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX))
}

thread_local! {
    /// When something last arrived at this isolate.
    static LAST: Cell<Timestamp> = Cell::new(Timestamp::default());
}

/// The time of an arrival: now, and later than that of everything that arrived here before, so that no two that came
/// within a millisecond lose their order.
pub(crate) fn arrival() -> Timestamp {
    let last = LAST.get();
    let arrival = now().max(last.plus(Span::millis(u64::from(last > Timestamp::default()))));
    LAST.set(arrival);
    arrival
}

/// `N` random bytes, fit for secrets.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], InternalError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| InternalError::Random)?;
    Ok(bytes)
}
