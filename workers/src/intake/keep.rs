//! Deliveries of which something is not read: kept whole and quietly, for a release that reads it.
//!
//! The bytes go to R2 once per delivery, and a row per kind and account to D1, before the delivery is acknowledged. Beyond
//! the bounds of a kind nothing more is written than its count.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use tributary_connectors::contract::Kept;
use tributary_wire::queue::{Delivery, DeliveryHeader};

use super::{body, item::Item};
use crate::{
    app::AppContext,
    d1::{
        self,
        kept::{Addition, KindRow, MOST, MOST_KINDS},
    },
    error::InternalError,
};

/// Where the bytes are, under what [`body::key`] makes of the header.
pub(super) const PREFIX: &str = "kept/";
/// The name of all kinds for which an account has no room.
const OTHER: &str = "other";
/// Bytes written at the same time.
const WRITES: usize = 16;

/// Keeps what is to be kept of these deliveries. One that could not be kept comes again.
pub(super) async fn keep(app: &AppContext, items: &mut [Item]) {
    let wanted = |item: &Item| !item.unread.is_empty() && !item.failed && item.open == 0 && !is_kept(item);
    if !items.iter().any(wanted) {
        return;
    }
    let known = match d1::kept::kinds(app).await {
        Ok(known) => known,
        Err(fault) => return fail(items, wanted, &fault),
    };
    let rooms = Rooms(&known);
    let writes = items.iter().enumerate().filter(|(_, item)| wanted(item) && rooms.any(item));
    let writes: Vec<_> = writes.map(|(at, item)| async move { (at, write(app, item).await) }).collect();
    let outcomes: Vec<(usize, Result<(), InternalError>)> =
        stream::iter(writes).buffer_unordered(WRITES).collect().await;
    for (at, outcome) in outcomes {
        if let (Err(fault), Some(item)) = (outcome, items.get_mut(at)) {
            item.fail("intake keep", &fault);
        }
    }
    let additions = rooms.additions(items.iter().filter(|item| wanted(item)));
    if let Err(fault) = d1::kept::add(app, &additions).await {
        fail(items, wanted, &fault);
    }
}

/// It was kept before, and is being tried again.
fn is_kept(item: &Item) -> bool {
    let stored = item.header.as_ref().and_then(|header| header.stored.as_deref());
    stored.is_some_and(|key| key.starts_with(PREFIX))
}

fn fail(items: &mut [Item], wanted: impl Fn(&Item) -> bool, fault: &InternalError) {
    for item in items.iter_mut().filter(|item| wanted(item)) {
        item.fail("intake keep", fault);
    }
}

/// Writes the bytes of one.
async fn write(app: &AppContext, item: &Item) -> Result<(), InternalError> {
    let Some(header) = &item.header else { return Ok(()) };
    let bytes = match header.stored.as_deref() {
        Some(key) if !item.inline => match body::load(app, key).await? {
            Some(bytes) => bytes,
            // Another try of this very delivery was faster, and kept it.
            None => return Ok(()),
        },
        _ => {
            let text = item.text().unwrap_or_default();
            let delivery = Delivery::from_text(&text).ok();
            delivery.and_then(|delivery| delivery.body).unwrap_or_default().as_bytes().to_vec()
        }
    };
    let key = body::key(PREFIX, header);
    app.blobs()?.put(key, bytes).execute().await.map_err(InternalError::blobs("keep"))?;
    Ok(())
}

/// Which kinds have room.
struct Rooms<'k>(&'k [KindRow]);

impl<'k> Rooms<'k> {
    fn row(&self, header: &DeliveryHeader, account: &str, kind: &str) -> Option<&'k KindRow> {
        self.0.iter().find(|row| row.platform() == Some(header.platform) && row.account == account && row.kind == kind)
    }

    /// The name under which a kind is kept, and whether there is room for one more.
    fn room<'a>(&self, header: &DeliveryHeader, kept: &'a Kept) -> (&'a str, &'a str, bool) {
        let account = kept.account.as_ref().map_or("", |account| account.as_str());
        if let Some(row) = self.row(header, account, &kept.kind) {
            return (account, &kept.kind, row.held < MOST);
        }
        let kinds = self.0.iter().filter(|row| row.platform() == Some(header.platform) && row.account == account);
        let name = if kinds.count() < MOST_KINDS { kept.kind.as_str() } else { OTHER };
        (account, name, self.row(header, account, name).is_none_or(|row| row.held < MOST))
    }

    fn any(&self, item: &Item) -> bool {
        item.header.as_ref().is_some_and(|header| item.unread.iter().any(|kept| self.room(header, kept).2))
    }

    fn additions<'i>(&self, items: impl Iterator<Item = &'i Item>) -> Vec<Addition> {
        let mut additions: BTreeMap<String, Addition> = BTreeMap::new();
        for item in items {
            let Some(header) = &item.header else { continue };
            for kept in &item.unread {
                let (account, kind, room) = self.room(header, kept);
                let new = || Addition {
                    platform: header.platform,
                    account: account.to_owned(),
                    kind: kind.to_owned(),
                    rows: Vec::new(),
                    beyond: 0,
                    last_at: header.received_at,
                };
                let addition = additions.entry(d1::kept::id(header.platform, account, kind)).or_insert_with(new);
                addition.last_at = addition.last_at.max(header.received_at);
                if room {
                    addition.rows.push(d1::kept::row(
                        &header.id,
                        header.account.as_ref(),
                        item.size,
                        header.received_at,
                    ));
                } else {
                    addition.beyond = addition.beyond.saturating_add(1);
                }
            }
        }
        additions.into_values().collect()
    }
}

/// A kept delivery was tried again: what of it is read now is not kept for its sake any more. Whether all of it is.
pub(super) async fn settle(app: &AppContext, header: &DeliveryHeader, unread: &[Kept]) -> Result<bool, InternalError> {
    let account = |kept: &Kept| kept.account.as_ref().map_or(String::new(), |account| account.as_str().to_owned());
    let names = |kept: &Kept| [kept.kind.clone(), OTHER.to_owned()];
    let id = |kept: &Kept, name: String| d1::kept::id(header.platform, &account(kept), &name);
    let still: Vec<String> = unread.iter().flat_map(|kept| names(kept).map(|name| id(kept, name))).collect();
    d1::kept::settle(app, &header.id, &still).await?;
    Ok(unread.is_empty())
}

/// Where the bytes of a kept delivery are.
pub(crate) fn key_of(header: &DeliveryHeader) -> String {
    body::key(PREFIX, header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_domain::{
        id::{DeliveryId, RemoteId},
        platform::Platform,
        time::Timestamp,
    };

    fn row(account: &str, kind: &str, held: i64) -> KindRow {
        let row = serde_json::json!({ "id": "knd_0", "platform": "facebook", "account": account, "kind": kind,
            "held": held, "beyond": 0, "last_at": 0, "oldest": null });
        serde_json::from_str(&row.to_string()).unwrap()
    }

    fn room(known: &[KindRow], account: &str, kept: &Kept) -> (String, bool) {
        let header = DeliveryHeader {
            v: 1,
            id: DeliveryId::from_bytes(&[7]),
            platform: Platform::Facebook,
            account: None,
            feed: None,
            received_at: Timestamp::from_seconds(1_767_225_600),
            stored: None,
        };
        let (found, name, room) = Rooms(known).room(&header, kept);
        assert_eq!(found, account);
        (name.to_owned(), room)
    }

    #[test]
    fn a_kind_has_room_for_ten_thousand_and_an_account_for_a_hundred_kinds() {
        let kept = |kind: &str| Kept { kind: kind.to_owned(), account: Some(RemoteId::new("77")) };
        let feed = kept("feed");
        assert_eq!(room(&[], "77", &feed), ("feed".to_owned(), true));
        for (held, fits) in [(0, true), (9_999, true), (10_000, false), (10_100, false)] {
            assert_eq!(room(&[row("77", "feed", held)], "77", &feed), ("feed".to_owned(), fits), "{held}");
            assert_eq!(room(&[row("78", "feed", held)], "77", &feed), ("feed".to_owned(), true), "another's");
        }
        let mut many: Vec<KindRow> = (0..100).map(|n| row("77", &format!("kind_{n}"), 1)).collect();
        assert_eq!(room(&many, "77", &feed), (OTHER.to_owned(), true));
        assert_eq!(room(&many, "77", &kept("kind_7")), ("kind_7".to_owned(), true), "what is there goes on");
        many.push(row("77", OTHER, 10_000));
        assert_eq!(room(&many, "77", &feed), (OTHER.to_owned(), false));
        let nobodys = Kept { kind: "feed".to_owned(), account: None };
        assert_eq!(room(&many, "", &nobodys), ("feed".to_owned(), true));
    }
}
