//! The people who answer.

use serde::{Deserialize, Serialize};
use tributary_domain::bounds;
use tributary_domain::id::{TeamId, TeammateId};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// The name of somebody or something as it is kept; none where it is empty, too long or holds control characters.
pub fn name(given: &str) -> Option<String> {
    let name = given.trim();
    let fits = !name.is_empty() && name.chars().count() <= bounds::TEAMMATE_NAME && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned())
}

/// An address as it is kept, in small letters; none where it is no address.
pub fn email(given: &str) -> Option<String> {
    let email = given.trim().to_lowercase();
    let fits = email.len() <= bounds::EMAIL
        && !email.chars().any(|one| one.is_whitespace() || one.is_control() || "<>\",;".contains(one))
        && email.split_once('@').is_some_and(|(who, host)| !who.is_empty() && !host.is_empty() && !host.contains('@'));
    fits.then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_in_one_form() {
        assert_eq!(email(" Mia@Example.COM ").as_deref(), Some("mia@example.com"));
        for bad in ["", "mia", "@example.com", "mia@", "a b@c", "a@b@c", "<a@b>", &format!("{}@b", "a".repeat(300))] {
            assert_eq!(email(bad), None, "{bad}");
        }
        assert_eq!(name(" Mia ").as_deref(), Some("Mia"));
        assert_eq!((name(""), name("a\nb"), name(&"a".repeat(101))), (None, None, None));
    }
}
