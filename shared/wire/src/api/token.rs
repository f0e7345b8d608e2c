//! Tokens by which programs read the inbox and do desk work. None of them answers a customer.

use tributary_domain::{
    bounds,
    id::{TeammateId, TokenId},
    time::Timestamp,
};

use super::{
    bounded::{Name, Within},
    teammate::Role,
};

super::body! {
    /// A token, without its secret.
    pub struct TokenItem {
        pub id: TokenId,
        /// What it is for.
        pub name: String,
        /// What it may do at most: `viewer` or `agent`, and never more than its maker may.
        pub role: Role,
        pub made_by: TeammateId,
        pub made_by_name: Option<String>,
        pub made_at: Timestamp,
        /// When it was last used, to the hour.
        pub last_used_at: Option<Timestamp>,
        /// It is worth nothing from then on.
        pub expires_at: Option<Timestamp>,
        /// Whether it is good: neither expired, nor its maker disabled.
        pub good: bool,
    }

    /// Makes a token.
    pub struct TokenRequest {
        /// What it is for.
        pub name: Name<{ bounds::TEAMMATE_NAME }>,
        /// What it may do: `viewer` or `agent`.
        pub role: Role,
        /// After so many days it is worth nothing: 1 to 365. Left out, it does not expire.
        pub expires_in_days: Option<Within<1, 365>>,
    }

    /// A new token.
    pub struct TokenMadeItem {
        pub token: TokenItem,
        /// What a program shows as `Authorization: Bearer ...`. It is shown this once; only its digest is kept.
        pub secret: String,
    }
}
