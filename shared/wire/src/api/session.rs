//! First start, signing in and out.

use tributary_domain::{
    bounds,
    id::{SessionId, TeammateId},
    time::Timestamp,
};

use super::{
    bounded::Name,
    teammate::{Email, Role, TeammateItem},
};

super::body! {
    /// Makes the owner, once.
    pub struct SetupRequest {
        /// The `SETUP_TOKEN` of this installation.
        pub setup_token: String,
        pub name: Name<{ bounds::TEAMMATE_NAME }>,
        /// The owner's e-mail address.
        pub email: Email,
    }

    /// Signs in with a one-time link.
    pub struct SignInRequest {
        /// The token of the link.
        pub token: String,
    }

    /// Who is signed in.
    pub struct SessionItem {
        pub teammate: TeammateItem,
        /// What they may do, from the strongest role down.
        pub role: Role,
        /// The workspace's name, from the rules.
        pub workspace: String,
        /// What waits for an administrator; nobody else is told.
        pub attention: Option<AttentionItem>,
        /// Sign-in links that others made for the asker in the last thirty days, newest first, until this browser has
        /// acknowledged them. The one by which it was signed in is not among them.
        pub links_made: Vec<LinkMadeItem>,
    }

    /// A sign-in link that somebody made for the asker. Whoever opens it is signed in as the asker.
    pub struct LinkMadeItem {
        pub by: TeammateId,
        /// What they are called.
        pub by_name: String,
        pub made_at: Timestamp,
        /// When somebody signed in with it.
        pub used_at: Option<Timestamp>,
    }

    /// A browser in which the asker is signed in.
    pub struct SignedInItem {
        pub id: SessionId,
        pub signed_in_at: Timestamp,
        /// When it was last used, to ten minutes.
        pub last_used_at: Timestamp,
        /// When it ends, unless it is used before then; half a year after the sign-in at the latest.
        pub ends_at: Timestamp,
        /// Whether it is the one that asks.
        pub current: bool,
    }

    /// What waits for an administrator.
    pub struct AttentionItem {
        /// Deliveries that are parked or dead, up to a hundred.
        pub deliveries: u32,
        /// Notices of the last seven days that were given up.
        pub notices: u32,
    }

    /// A link that signs in once.
    pub struct SignInLinkItem {
        /// Hand it over by a way you trust; it is shown this once.
        pub url: String,
        /// After that it is worth nothing.
        pub expires_at: Timestamp,
    }
}
