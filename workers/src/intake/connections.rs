//! Chats that an account is let into: they stay the same chats when their owner connects anew.

use tributary_connectors::{connection, registry};
use tributary_domain::{event::Event, id::AccountId, platform::Platform, time::Timestamp};

use crate::{app::AppContext, cache::TtlCache, clock, d1, error::InternalError};

/// More connections than one isolate hears of.
const REMEMBERED: usize = 512;

thread_local! {
    /// The connection that names the chats, by account and connection. It never becomes another.
    static KNOWN: TtlCache<(AccountId, String), String> = const { TtlCache::new(REMEMBERED) };
}

/// The events with the names by which their chats are known; none where that can be told a moment later.
pub(super) async fn named(
    app: &AppContext,
    platform: Platform,
    events: Vec<Event>,
    received_at: Timestamp,
) -> Result<Option<Vec<Event>>, InternalError> {
    let mut named = Vec::with_capacity(events.len());
    for mut event in events {
        let identity = event.identities().first();
        let known_by = identity.and_then(|identity| registry::connection(platform, identity)).map(str::to_owned);
        if let Some(known_by) = known_by {
            let account = AccountId::of(platform, &event.account);
            let Some(name) = name(app, account, &known_by, received_at).await? else { return Ok(None) };
            if name != known_by {
                connection::reconnect(platform, &mut event, &known_by, &name);
            }
        }
        named.push(event);
    }
    Ok(Some(named))
}

async fn name(
    app: &AppContext,
    account: AccountId,
    connection: &str,
    received_at: Timestamp,
) -> Result<Option<String>, InternalError> {
    let key = (account, connection.to_owned());
    let now = clock::now();
    if let Some(name) = KNOWN.with(|known| known.last(&key)) {
        return Ok(Some(name));
    }
    let name = match d1::connections::name(app, &key.0, connection).await? {
        Some(name) => name,
        None if now.since(received_at) < app.config.timings.intake.connection_wait => return Ok(None),
        None => {
            d1::connections::used(app, &key.0, connection).await?;
            connection.to_owned()
        }
    };
    KNOWN.with(|known| known.put(key, now, name.clone()));
    Ok(Some(name))
}
