//! What speaks for giving the comments of a batch threads of their own.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::{
    event::{Event, Fact, Toward},
    id::{AccountId, ContactId, RemoteId, ThreadId},
    platform::Surface,
    post::Merit,
    rules::Rules,
};

use super::{item::Item, posts};
use crate::{app::AppContext, d1, outbound::within};

/// Whoever wrote a comment, as a contact of the account.
fn author(account: &AccountId, event: &Event) -> Option<(ContactId, ThreadId)> {
    let (Toward::Person(peer), Fact::Message { .. }) = (&event.toward, &event.fact) else { return None };
    let key = peer.identities.first()?;
    Some((ContactId::of(account, key), ThreadId::of(account, Surface::Messages, key, None)))
}

/// What is known of the people of a batch, and what the rules say.
pub(super) struct Weighing<'a> {
    pub(super) rules: Option<&'a Rules>,
    known: BTreeSet<ContactId>,
}

/// Events with the places of their deliveries in the batch.
type Events = Vec<(usize, Event)>;

/// The account that an event is on, where it is about a comment under a post.
fn account(items: &[Item], (index, event): &(usize, Event)) -> Option<AccountId> {
    let header = items.get(*index)?.header.as_ref()?;
    posts::is_comment(event).then(|| AccountId::of(header.platform, &event.account))
}

impl<'a> Weighing<'a> {
    /// Asks the index once who has an open thread. While it does not answer, nobody is known, and nothing waits for it.
    pub(super) async fn of(
        app: &AppContext,
        rules: Option<&'a Rules>,
        items: &[Item],
        events: &[(usize, Event)],
    ) -> Self {
        let author = |one: &(usize, Event)| author(&account(items, one)?, &one.1);
        let people: BTreeMap<_, _> = events.iter().filter_map(author).collect();
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

    /// Comments of people who have an open thread, to be dealt with before all else of the batch, however much that is; and
    /// the rest. What answers a comment of the same batch comes after that.
    pub(super) fn overtaking(&self, items: &[Item], events: Events) -> (Events, Events) {
        if self.known.is_empty() {
            return (Vec::new(), events);
        }
        let mut here: BTreeSet<RemoteId> = BTreeSet::new();
        here.extend(events.iter().filter_map(|(_, event)| event.fact.message().cloned()));
        events.into_iter().partition(|one| {
            let Fact::Message { content, .. } = &one.1.fact else { return false };
            let above = content.quote.as_ref().and_then(|quote| quote.id.as_ref());
            let who = account(items, one).and_then(|account| author(&account, &one.1));
            who.is_some_and(|(contact, _)| self.known.contains(&contact)) && above.is_none_or(|id| !here.contains(id))
        })
    }

    pub(super) fn merit(&self, account: &AccountId, event: &Event) -> Merit {
        let Fact::Message { content, .. } = &event.fact else { return Merit::Ordinary };
        let known = author(account, event).is_some_and(|(contact, _)| self.known.contains(&contact));
        Merit::of(self.rules, content.text.as_deref(), known)
    }
}
