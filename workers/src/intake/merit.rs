//! What speaks for giving the comments of a batch threads of their own.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::{
    event::{Event, Fact, Toward},
    id::{AccountId, ContactId, ThreadId},
    platform::Surface,
    post::Merit,
    rules::Rules,
};

use crate::{app::AppContext, d1, outbound::within};

/// Whoever wrote a comment, as a contact of the account.
fn author(account: &AccountId, event: &Event) -> Option<(ContactId, ThreadId)> {
    let (Toward::Person(peer), Fact::Message { .. }) = (&event.toward, &event.fact) else { return None };
    let key = peer.identities.first()?;
    Some((ContactId::of(account, key), ThreadId::of(account, Surface::Messages, key, None)))
}

/// What is known of the people of a batch, and what the rules say.
pub(super) struct Weighing<'a> {
    rules: Option<&'a Rules>,
    known: BTreeSet<ContactId>,
}

impl<'a> Weighing<'a> {
    /// Asks the index once who has an open thread. While it does not answer, nobody is known, and nothing waits for it.
    pub(super) async fn of<'e>(
        app: &AppContext,
        rules: Option<&'a Rules>,
        events: impl Iterator<Item = (&'e AccountId, &'e Event)>,
    ) -> Self {
        let people: BTreeMap<_, _> = events.filter_map(|(account, event)| author(account, event)).collect();
        if people.is_empty() {
            return Self { rules, known: BTreeSet::new() };
        }
        let asked = async { Ok(d1::contacts::with_open_threads(app, &people).await) };
        let known = match within(app.config.timings.timeout.known, asked).await {
            Ok(Ok(known)) => known,
            Ok(Err(fault)) => {
                fault.log("intake known");
                BTreeSet::new()
            }
            Err(none) => {
                worker::console_error!("intake known: {none}");
                BTreeSet::new()
            }
        };
        Self { rules, known }
    }

    pub(super) fn merit(&self, account: &AccountId, event: &Event) -> Merit {
        let Fact::Message { content, .. } = &event.fact else { return Merit::Ordinary };
        let known = author(account, event).is_some_and(|(contact, _)| self.known.contains(&contact));
        Merit::of(self.rules, content.text.as_deref(), known)
    }
}
