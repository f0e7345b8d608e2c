//! The people who answer.

use serde::Serialize;
#[cfg(feature = "schema")]
use tributary_domain::bounds;
use tributary_domain::id::{TeamId, TeammateId};
use tributary_domain::json::Read;

super::body! {
    /// A teammate.
    pub struct TeammateItem {
        /// Their id.
        pub id: TeammateId,
        /// Their name.
        pub name: String,
        /// Their e-mail address; the rules know them by it.
        pub email: String,
        /// What they may do.
        pub role: Role,
        /// Whether they may sign in.
        pub enabled: bool,
        /// They have never signed in: they are on no shift, and get no threads.
        pub invited: bool,
        /// Whether the rules say they are on shift.
        pub on_shift: bool,
        /// Open threads they own.
        pub open_threads: u32,
    }

    /// Adds a teammate.
    pub struct InviteRequest {
        /// Their name.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = bounds::TEAMMATE_NAME)))]
        pub name: String,
        /// Their e-mail address.
        #[cfg_attr(feature = "schema", schemars(length(max = bounds::EMAIL)))]
        pub email: String,
        /// What they may do.
        pub role: Role,
    }

    /// A new teammate and their way in.
    pub struct InvitedItem {
        /// Who.
        pub teammate: TeammateItem,
        /// Their link.
        pub link: super::session::SignInLinkItem,
    }

    /// Changes a teammate; what is left out stays.
    pub struct TeammateRequest {
        /// A new name.
        #[serde(default)]
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = bounds::TEAMMATE_NAME)))]
        pub name: Option<String>,
        /// What they may do.
        #[serde(default)]
        pub role: Option<Role>,
        /// Whether they may sign in.
        #[serde(default)]
        pub enabled: Option<bool>,
    }

    /// A team of the rules.
    pub struct TeamItem {
        /// Its id.
        pub id: TeamId,
        /// Its name.
        pub name: String,
        /// Who is in it.
        pub members: Vec<TeammateId>,
    }
}

/// What a teammate may do, weakest first: each may do what the ones before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Sees.
    Viewer,
    /// Answers.
    Agent,
    /// Sets up accounts, teammates and rules.
    Admin,
    /// May do everything, and cannot be removed by others.
    Owner,
}
