//! Which accounts are connected, as this isolate last heard.

use std::cell::RefCell;
use tributary_domain::sorted::{Map, Set};

use tributary_domain::{
    id::AccountId,
    time::{Span, Timestamp},
};

use crate::{clock, d1, edge::Edge, fault::Fault};

/// An account that is known stays known for this long; one that is not is asked for again at once.
const AGE: Span = Span::seconds(60);

thread_local! {
    static KNOWN: RefCell<(Timestamp, Set<AccountId>)> = const { RefCell::new((Timestamp::from_millis(0), Set::new())) };
}

/// Those of `accounts` that are not connected. Disconnected ones count as known: their messages still come in.
pub(super) async fn strangers(edge: &Edge, accounts: &Set<AccountId>) -> Result<Set<AccountId>, Fault> {
    let now = clock::now();
    let missing = |known: &Set<AccountId>| {
        let mut missing = Set::new();
        missing.extend(accounts.difference(known).cloned());
        missing
    };
    let (fresh, unknown) = KNOWN.with_borrow(|(at, known)| (now.since(*at) < AGE, missing(known)));
    if fresh && unknown.is_empty() {
        return Ok(unknown);
    }
    let rows = d1::accounts::all(edge).await?;
    let mut known = Set::new();
    known.extend(rows.into_iter().map(|row| row.id));
    let unknown = missing(&known);
    KNOWN.set((now, known));
    Ok(unknown)
}

/// How often an isolate notes that an account was heard from.
const HOUR: Span = Span::hours(1);

thread_local! {
    static HEARD: RefCell<Map<AccountId, Timestamp>> = const { RefCell::new(Map::new()) };
}

/// Notes that something came in for these accounts. What is lost here is no message.
pub(super) async fn heard(edge: &Edge, accounts: &Set<AccountId>) {
    let now = clock::now();
    let quiet =
        |account: &&AccountId| HEARD.with_borrow(|heard| heard.get(*account).is_none_or(|at| now.since(*at) >= HOUR));
    let quiet: Vec<&AccountId> = accounts.iter().filter(quiet).collect();
    if quiet.is_empty() {
        return;
    }
    match d1::accounts::heard(edge, &quiet, now).await {
        Ok(()) => HEARD.with_borrow_mut(|heard| heard.extend(quiet.into_iter().map(|one| (one.clone(), now)))),
        Err(fault) => fault.log("heard"),
    }
}
