//! Deliveries that could not be taken in: parked or dead, visible, replayable.

use serde::Serialize;
use tributary_domain::json::Read;
use tributary_domain::{
    id::{AccountId, DeliveryId},
    platform::Platform,
    time::Timestamp,
};

super::body! {
    /// A delivery that waits for a person.
    pub struct DeliveryItem {
        /// Its id.
        pub id: DeliveryId,
        /// Where it came from; none when nobody can tell: what lay on the queue is no delivery.
        pub platform: Option<Platform>,
        /// The account that its address named, where it named one.
        pub account_id: Option<AccountId>,
        /// Why it waits.
        pub state: DeliveryState,
        /// What went wrong, without any of its words.
        pub reason: String,
        /// Bytes.
        pub size: u64,
        /// When it came.
        pub received_at: Timestamp,
        /// How often it was replayed.
        pub replays: u32,
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

/// Why a delivery waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum DeliveryState {
    /// It could not be read, or names an account that is not connected.
    Parked,
    /// It was tried as often as the queue allows.
    Dead,
    /// It was taken in on a later try.
    Recovered,
}
