//! Who the other side of an event is, by the one id that stands for them.

use std::collections::BTreeMap;

use tributary_connectors::registry;
use tributary_domain::{
    event::{Event, Fact, PeerChange},
    id::AccountId,
    platform::Platform,
};
use tributary_wire::objects::{AccountAnswer, AccountCall, Merged};

use crate::{app::AppContext, cache::TtlCache, clock, error::InternalError, objects};

/// More people than write within the life of most isolates. What is forgotten is asked again.
const REMEMBERED: usize = 2048;

/// The account at which somebody is known, and the ids by which an event names them.
type Named = (AccountId, Vec<String>);

thread_local! {
    static KNOWN: TtlCache<Named, String> = const { TtlCache::new(REMEMBERED) };
}

/// Who the other side of each event is.
pub(super) struct Counterparts {
    /// The id that stands for them; nothing for those of whom nobody can tell now.
    pub(super) canonical: Vec<Option<String>>,
    /// Those who were taken for two people until now.
    pub(super) merged: Vec<(AccountId, Merged)>,
}

/// The id that stands for the other side of each event. Where a platform knows people by more than one id, the
/// account's object keeps which of them stand for the same person.
pub(super) async fn of<'a>(
    app: &AppContext,
    events: impl Iterator<Item = (Option<Platform>, &'a Event)>,
) -> Counterparts {
    let now = clock::now();
    let mut merged = Vec::new();
    let mut canonical: Vec<Option<String>> = Vec::new();
    let mut asked: BTreeMap<AccountId, Vec<(usize, Vec<String>, bool)>> = BTreeMap::new();
    for (place, (platform, event)) in events.enumerate() {
        canonical.push(match (event.identities(), platform) {
            (_, None) => None,
            // Named by a comment or by our own reference.
            ([], Some(_)) => Some(String::new()),
            ([only], Some(platform)) if !registry::aliases(platform) => Some(only.clone()),
            (identities, Some(platform)) => {
                let named = (AccountId::of(platform, &event.account), identities.to_vec());
                let changed = matches!(event.fact, Fact::PeerChanged { change: PeerChange::NewIdentity });
                let known = if changed {
                    None
                } else {
                    KNOWN.with(|known| known.fresh(&named, now, app.config.timings.cache.counterpart_ttl))
                };
                if known.is_none() {
                    asked.entry(named.0).or_default().push((place, named.1, changed));
                }
                known
            }
        });
    }
    for (account, asked) in asked {
        let peers = asked.iter().map(|(_, identities, _)| identities.clone()).collect();
        let changed = asked.iter().map(|(_, _, changed)| *changed).collect();
        let call = AccountCall::Canonical { peers, changed };
        let answer: Result<AccountAnswer, InternalError> =
            objects::call(&app.env, "ACCOUNT", account.as_str(), &call).await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(fault) => {
                fault.log("intake counterparts");
                continue;
            }
        };
        if !answer.merged.is_empty() {
            KNOWN.with(TtlCache::clear);
        }
        merged.extend(answer.merged.into_iter().map(|one| (account.clone(), one)));
        for ((place, identities, _), name) in asked.into_iter().zip(answer.canonical) {
            if let Some(slot) = canonical.get_mut(place) {
                *slot = Some(name.clone());
            }
            KNOWN.with(|known| known.put((account.clone(), identities), now, name));
        }
    }
    Counterparts { canonical, merged }
}
