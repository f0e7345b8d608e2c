//! Who the other side of an event is, by the one id that stands for them.

use std::cell::RefCell;

use tributary_connectors::registry;
use tributary_domain::{event::Event, id::AccountId, platform::Platform, sorted::Map};
use tributary_wire::objects::{AccountAnswer, AccountCall};

use crate::{edge::Edge, fault::Fault, objects};

/// More people than write within the life of most isolates. What is forgotten is asked again.
const REMEMBERED: usize = 2048;

/// The account at which somebody is known, and the ids by which an event names them.
type Named = (AccountId, Vec<String>);

thread_local! {
    /// An id that stands for somebody never changes, so that what was heard once holds.
    static KNOWN: RefCell<Map<Named, String>> = const { RefCell::new(Map::new()) };
}

/// The id that stands for the other side of each event. Where a platform knows people by more than one id, the
/// account's object keeps which of them stand for the same person; nothing for those whose object cannot tell now.
pub(super) async fn of<'a>(
    edge: &Edge,
    events: impl Iterator<Item = (Option<Platform>, &'a Event)>,
) -> Vec<Option<String>> {
    let mut canonical: Vec<Option<String>> = Vec::new();
    let mut asked: Map<AccountId, Vec<(usize, Vec<String>)>> = Map::new();
    for (place, (platform, event)) in events.enumerate() {
        canonical.push(match (event.peer.identities.as_slice(), platform) {
            (_, None) => None,
            ([only], Some(platform)) if !registry::aliases(platform) => Some(only.clone()),
            (identities, Some(platform)) => {
                let named = (AccountId::of(platform, &event.account), identities.to_vec());
                let known = KNOWN.with_borrow(|known| known.get(&named).cloned());
                if known.is_none() {
                    asked.get_or_insert_with(named.0, Vec::new).push((place, named.1));
                }
                known
            }
        });
    }
    for (account, asked) in asked {
        let peers = asked.iter().map(|(_, identities)| identities.clone()).collect();
        let call = AccountCall::Canonical { peers };
        let answer: Result<AccountAnswer, Fault> = objects::call(&edge.env, "ACCOUNT", account.as_str(), &call).await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(fault) => {
                fault.log("intake counterparts");
                continue;
            }
        };
        for ((place, identities), name) in asked.into_iter().zip(answer.canonical) {
            if let Some(slot) = canonical.get_mut(place) {
                *slot = Some(name.clone());
            }
            remember((account.clone(), identities), name);
        }
    }
    canonical
}

fn remember(named: Named, canonical: String) {
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(named, canonical);
    });
}
