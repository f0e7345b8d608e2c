//! Which accounts are connected, as this isolate last heard.

use std::{cell::RefCell, collections::BTreeSet};

use tributary_domain::{account::Call, id::AccountId, time::Timestamp, timings::CacheTimings};

use crate::{accounts, app::AppContext, cache::TtlCache, clock, d1, outbound::within};

/// What this isolate last heard.
struct Known {
    accounts: BTreeSet<AccountId>,
    /// Good for those in it until then.
    until: Timestamp,
}

thread_local! {
    static KNOWN: RefCell<Known> =
        const { RefCell::new(Known { accounts: BTreeSet::new(), until: Timestamp::from_millis(0) }) };
}

/// Accounts that are not among those that are known.
pub(super) struct Strangers {
    pub(super) accounts: BTreeSet<AccountId>,
    /// The index was asked. Else they may have been connected since.
    pub(super) sure: bool,
}

impl Known {
    fn missing(&self, accounts: &BTreeSet<AccountId>) -> BTreeSet<AccountId> {
        let mut missing = BTreeSet::new();
        missing.extend(accounts.difference(&self.accounts).cloned());
        missing
    }

    /// Whether the index need not be asked.
    fn enough(&self, accounts: &BTreeSet<AccountId>, now: Timestamp) -> bool {
        now < self.until && self.missing(accounts).is_empty()
    }

    /// The index was asked. Where it failed, what was heard before holds on: no account is ever taken away.
    fn asked(
        &mut self,
        answer: Option<BTreeSet<AccountId>>,
        accounts: &BTreeSet<AccountId>,
        now: Timestamp,
        timings: &CacheTimings,
    ) -> Strangers {
        let sure = answer.is_some();
        self.until = now.plus(if sure { timings.known_account_ttl } else { timings.known_account_retry_after });
        if let Some(answer) = answer {
            self.accounts = answer;
        }
        Strangers { accounts: self.missing(accounts), sure }
    }
}

/// Those of `accounts` that are not connected. Disconnected ones count as known: their messages still come in.
pub(super) async fn strangers(app: &AppContext, accounts: &BTreeSet<AccountId>) -> Strangers {
    if KNOWN.with_borrow(|known| known.enough(accounts, clock::now())) {
        return Strangers { accounts: BTreeSet::new(), sure: true };
    }
    let answer = match within(app.config.timings.timeout.accounts, async { Ok(d1::accounts::all(app).await) }).await {
        Ok(Ok(rows)) => {
            let mut found = BTreeSet::new();
            found.extend(rows.into_iter().map(|row| row.id));
            Some(found)
        }
        Ok(Err(fault)) => {
            fault.log("intake accounts");
            None
        }
        Err(none) => {
            worker::console_error!("intake accounts: {none}");
            None
        }
    };
    KNOWN.with_borrow_mut(|known| known.asked(answer, accounts, clock::now(), &app.config.timings.cache))
}

/// More accounts than one isolate hears from.
const REMEMBERED: usize = 4096;

thread_local! {
    static HEARD: TtlCache<AccountId, ()> = const { TtlCache::new(REMEMBERED) };
}

/// Notes that something came in for these accounts. What is lost here is no message.
pub(super) async fn heard(app: &AppContext, from: &BTreeSet<AccountId>) {
    let now = clock::now();
    let quiet = |account: &&AccountId| {
        HEARD.with(|heard| heard.fresh(account, now, app.config.timings.cache.heard_every)).is_none()
    };
    let quiet: Vec<&AccountId> = from.iter().filter(quiet).collect();
    if quiet.is_empty() {
        return;
    }
    match d1::accounts::heard(app, &quiet, now).await {
        Ok(()) => HEARD.with(|heard| quiet.iter().for_each(|one| heard.put((*one).clone(), now, ()))),
        Err(fault) => fault.log("heard"),
    }
    for account in quiet {
        accounts::noted(app, account, Call::Event, Ok(())).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_domain::{id::RemoteId, platform::Platform};

    fn accounts(names: &[&str]) -> BTreeSet<AccountId> {
        let mut accounts = BTreeSet::new();
        accounts.extend(names.iter().map(|name| AccountId::of(Platform::Facebook, &RemoteId::new(*name))));
        accounts
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn what_was_heard_holds_for_as_long_as_the_index_is_away() {
        let timings = CacheTimings::default();
        let mut known = Known { accounts: BTreeSet::new(), until: at(0) };
        let (page, both) = (accounts(&["page"]), accounts(&["page", "new"]));
        assert!(!known.enough(&page, at(0)));
        let unsure = known.asked(None, &page, at(0), &timings);
        assert_eq!((unsure.accounts, unsure.sure), (page.clone(), false), "nobody could tell");

        let sure = known.asked(Some(page.clone()), &page, at(10), &timings);
        assert_eq!((sure.accounts, sure.sure), (BTreeSet::new(), true));
        assert!(known.enough(&page, at(69)) && !known.enough(&page, at(70)) && !known.enough(&both, at(11)));

        for away in [70, 700, 70_000] {
            let answer = known.asked(None, &both, at(away), &timings);
            assert_eq!((answer.accounts, answer.sure), (accounts(&["new"]), false), "{away} s");
            assert!(known.enough(&page, at(away + 4)), "it is not asked again at once");
            assert!(!known.enough(&page, at(away + 5)), "but soon");
        }
        let sure = known.asked(Some(page.clone()), &both, at(80_000), &timings);
        assert_eq!((sure.accounts, sure.sure), (accounts(&["new"]), true));
    }
}
