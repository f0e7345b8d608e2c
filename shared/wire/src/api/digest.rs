//! The daily digest, and how far it has come.

use serde::{Deserialize, Serialize};
use tributary_domain::{
    digest::{Digest, Numbers},
    id::{DigestId, TeammateId},
    time::Timestamp,
};
use tributary_notify::delivery::{Cause, DeliveryWay, OutboxState};

super::body! {
    /// A digest as a list shows it.
    pub struct DigestItem {
        /// Its id; that of a day's digest is made of the day.
        pub id: DigestId,
        /// The local day it is for, as `2026-01-31`.
        pub day: String,
        /// When it was made.
        pub made_at: Timestamp,
        /// Who sent it by hand; nobody for the one that goes out by itself.
        pub sent_by: Option<TeammateId>,
        pub numbers: Numbers,
        /// Whom it goes to.
        pub deliveries: Vec<DigestDeliveryItem>,
    }

    /// A digest, opened.
    pub struct DigestDetail {
        /// As the list shows it.
        #[serde(flatten)]
        pub item: DigestItem,
        pub digest: Digest,
    }

    /// What a digest would say now. Nothing is sent.
    pub struct DigestPreview {
        pub digest: Digest,
        /// When the next one goes out by itself.
        pub next_at: Option<Timestamp>,
        /// Whom it would go to.
        pub readers: Vec<DigestReader>,
        /// Whether this installation can send e-mail.
        pub can_email: bool,
    }

    /// Somebody whom a digest goes to.
    pub struct DigestReader {
        pub way: DeliveryWay,
        /// The address, or the channel's name.
        pub to: String,
    }

    /// How far a digest has come with one of its readers.
    pub struct DigestDeliveryItem {
        pub way: DeliveryWay,
        /// The address, or the channel's name.
        pub to: String,
        /// How far it has come.
        pub status: OutboxState,
        /// Why it waits or has failed.
        pub cause: Option<Cause>,
        /// How often it was tried.
        pub tries: u32,
        /// When it is tried next.
        pub next_try_at: Option<Timestamp>,
        /// When it was taken or given up.
        pub settled_at: Option<Timestamp>,
    }

    /// Sends a digest now. The same id is the same press of the button, however often it is posted.
    pub struct SendDigestRequest {
        /// Made by the client, once per press: `dig_` and at least 16 letters and digits.
        pub digest_id: PressId,
    }
}

/// The id of a digest that is sent by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DigestId")]
pub struct PressId(pub DigestId);

/// The id is too short to be made once per press of a button.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id that was made anew for this press: `dig_` and at least 16 letters and digits")]
pub struct TooShort;

impl TryFrom<DigestId> for PressId {
    type Error = TooShort;

    fn try_from(id: DigestId) -> Result<Self, TooShort> {
        if id.is_by_hand() { Ok(Self(id)) } else { Err(TooShort) }
    }
}

super::form!(PressId, schemars::json_schema!({ "type": "string", "pattern": "^dig_[0-9A-Za-z-]{16,64}$" }));

/// A digest, by its day or its id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct DigestName(pub DigestId);

/// The text names no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the day or the id of a digest")]
pub struct NoDigest;

impl TryFrom<String> for DigestName {
    type Error = NoDigest;

    fn try_from(text: String) -> Result<Self, NoDigest> {
        DigestId::parse(&text).or_else(|_| DigestId::of_day(&text)).map(Self).map_err(|_| NoDigest)
    }
}

super::form!(
    DigestName,
    schemars::json_schema!({
        "type": "string", "pattern": "^(dig_)?[0-9A-Za-z-]{1,64}$"
    })
);
