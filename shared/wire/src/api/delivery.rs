//! Dead letters: deliveries that could not be taken in; and those that are kept for a release that reads what is in them.

use serde::Deserialize;
use tributary_domain::{
    id::{AccountId, DeliveryId, KindId, RemoteId, TeammateId},
    platform::Platform,
    time::Timestamp,
};

use super::bounded::Text;
use super::page::{Cursor, Limit};

super::body! {
    /// A delivery that waits for a person.
    pub struct DeliveryItem {
        pub id: DeliveryId,
        /// Where it came from; none when nobody can tell: what lay on the queue is no delivery.
        pub platform: Option<Platform>,
        /// The first of its accounts.
        pub account_id: Option<AccountId>,
        /// The accounts that it is for, as far as that can be told, up to ten.
        pub accounts: Vec<DeliveryAccountItem>,
        /// What the platform calls what is in it, as far as that can be told, up to ten.
        pub kinds: Vec<String>,
        pub state: DeliveryState,
        /// What went wrong at the last try, without any of its words.
        pub reason: String,
        /// Bytes.
        pub size: u64,
        pub received_at: Timestamp,
        /// How often it was replayed.
        pub replays: u32,
        /// When it was last tried; unknown of those of older releases.
        pub tried_at: Option<Timestamp>,
        /// When somebody dismissed it.
        pub dismissed_at: Option<Timestamp>,
        pub dismissed_by: Option<TeammateId>,
        /// Why, in their words.
        pub dismissal: Option<String>,
    }

    /// An account that a delivery is for. It need not be connected.
    pub struct DeliveryAccountItem {
        /// Our id.
        pub id: AccountId,
        /// What the platform calls it.
        pub platform_account_id: RemoteId,
    }

    /// Puts a dead letter away.
    pub struct DismissRequest {
        pub reason: Text<1, 500>,
    }
}

super::body! {
    /// A kind of thing that this release does not read, and that came for an account.
    pub struct KeptKindItem {
        pub id: KindId,
        pub platform: Platform,
        /// The account, where the platform says which. It need not be connected.
        pub account_id: Option<AccountId>,
        /// What the platform calls the account.
        pub platform_account_id: Option<RemoteId>,
        /// What the platform calls the kind, as in `feed` or `messages.hologram`.
        pub kind: String,
        /// How many deliveries with it are kept: at most 10,000, for at most 30 days.
        pub held: u64,
        /// How many came when there was no more room: counted, and not kept.
        pub beyond: u64,
        /// When the oldest of those that are kept came.
        pub oldest_at: Option<Timestamp>,
        /// When the last one came, kept or not.
        pub newest_at: Timestamp,
        /// When somebody put it away.
        pub dismissed_at: Option<Timestamp>,
        pub dismissed_by: Option<TeammateId>,
        pub dismissal: Option<String>,
    }

    /// A delivery that is kept.
    pub struct KeptDeliveryItem {
        pub id: DeliveryId,
        pub received_at: Timestamp,
        /// Bytes.
        pub size: u64,
    }

    /// Kept deliveries were put on the intake queue again.
    pub struct ReplayedItem {
        pub replayed: u32,
        /// There are more: pass it as `cursor`.
        pub next_cursor: Option<String>,
    }

    /// A kind of thing that is passed over by rule, and how often it came in thirty days.
    pub struct PassedOverItem {
        pub platform: Platform,
        /// What the platform calls it; `sample` is what its dashboard sends to try the address.
        pub kind: String,
        /// Why it is passed over.
        pub why: String,
        /// How often it came.
        pub count: u64,
        /// The last day on which it did, in UTC.
        pub last_day: String,
    }
}

super::body! {
    /// What came, as it came. It may hold customers' words.
    pub struct DeliveryBody {
        /// As text; what is no text is replaced.
        pub text: String,
        /// Whether that is all of it.
        pub whole: bool,
    }
}

tributary_domain::names! {
    /// Why a delivery waits.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum DeliveryState {
        /// It could not be read, or names an account that is not connected.
        Parked = "parked",
        /// It was tried as often as the queue allows.
        Dead = "dead",
        /// It was taken in on a later try.
        Recovered = "recovered",
        /// Somebody put it away. It is deleted thirty days after it came.
        Dismissed = "dismissed",
    }
}

super::parameters! {
    /// Which dead letters, and which page of them.
    pub struct DeliveriesQuery {
        /// Which state; all of them when left out.
        pub state: Option<DeliveryFilter>,
        /// Where the last page ended: its `nextCursor`.
        pub cursor: Option<Cursor>,
        /// How many at most.
        #[serde(default)]
        pub limit: Limit<100>,
    }

    /// Where to go on with trying kept deliveries again.
    pub struct ReplayQuery {
        /// Where the last call ended: its `nextCursor`.
        pub cursor: Option<Cursor>,
    }
}

/// A state that a list may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum DeliveryFilter {
    /// Parked or dead.
    Waiting,
    /// Those that could not be read.
    Parked,
    /// Those that were tried as often as the queue allows.
    Dead,
    /// Those that were taken in on a later try.
    Recovered,
    /// Those that somebody put away.
    Dismissed,
}
