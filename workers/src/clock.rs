//! The only place that reads the clock and draws random numbers.

use tributary_domain::time::Timestamp;

use crate::fault::Fault;

/// The time now. Within one event it stands still until something is awaited.
#[expect(clippy::disallowed_methods, reason = "time enters here, and travels as an argument from here on")]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX))
}

/// `N` random bytes, fit for secrets.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Fault::Random)?;
    Ok(bytes)
}
