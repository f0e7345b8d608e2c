//! The people who answer.

use serde::{Deserialize, Serialize};
use tributary_domain::bounds;
use tributary_domain::id::{TeamId, TeammateId};

use super::bounded::Name;

super::body! {
    /// A teammate.
    pub struct TeammateItem {
        pub id: TeammateId,
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
        pub name: Name<{ bounds::TEAMMATE_NAME }>,
        pub email: Email,
        /// What they may do.
        pub role: Role,
    }

    /// A new teammate and their way in.
    pub struct InvitedItem {
        pub teammate: TeammateItem,
        pub link: super::session::SignInLinkItem,
    }

    /// Changes a teammate; what is left out stays.
    pub struct TeammateRequest {
        pub name: Option<Name<{ bounds::TEAMMATE_NAME }>>,
        /// What they may do.
        pub role: Option<Role>,
        /// Whether they may sign in.
        pub enabled: Option<bool>,
    }

    /// A team of the rules.
    pub struct TeamItem {
        pub id: TeamId,
        pub name: String,
        /// Who is in it.
        pub members: Vec<TeammateId>,
    }
}

tributary_domain::names! {
    /// What a teammate may do, weakest first: each may do what the ones before may.
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum Role {
        /// Sees.
        Viewer = "viewer",
        /// Answers.
        Agent = "agent",
        /// Sets up accounts, teammates and rules.
        Admin = "admin",
        /// May do everything, and cannot be removed by others.
        Owner = "owner",
    }
}

/// An e-mail address as it is kept, in small letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Email(String);

/// The text is no e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address of at most {} characters", bounds::EMAIL)]
pub struct NoEmail;

impl TryFrom<String> for Email {
    type Error = NoEmail;

    fn try_from(given: String) -> Result<Self, NoEmail> {
        let email = given.trim().to_lowercase();
        let fits = given.chars().count() <= bounds::EMAIL
            && !email.chars().any(|one| one.is_whitespace() || one.is_control() || "<>\",;".contains(one))
            && email
                .split_once('@')
                .is_some_and(|(who, host)| !who.is_empty() && !host.is_empty() && !host.contains('@'));
        if fits { Ok(Self(email)) } else { Err(NoEmail) }
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

super::form!(
    Email,
    schemars::json_schema!({
        "type": "string", "maxLength": bounds::EMAIL,
        "pattern": "^[^\\s\\u0000-\\u001f\\u007f-\\u009f<>\",;@]+@[^\\s\\u0000-\\u001f\\u007f-\\u009f<>\",;@]+$"
    })
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_in_one_form() {
        let email = |given: &str| Email::try_from(given.to_owned()).map(String::from);
        assert_eq!(email(" Mia@Example.COM ").as_deref(), Ok("mia@example.com"));
        for bad in ["", "mia", "@example.com", "mia@", "a b@c", "a@b@c", "<a@b>", &format!("{}@b", "a".repeat(300))] {
            assert_eq!(email(bad), Err(NoEmail), "{bad}");
        }
    }
}
