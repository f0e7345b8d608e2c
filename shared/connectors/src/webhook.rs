//! The addresses to which platforms post, and how what they post is proved.

use tributary_domain::{id::RemoteId, platform::Platform};

use crate::registry;

/// Where a platform posts, and what proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Webhook {
    /// Which accounts one address is for.
    pub address: Address,
    /// The header that proves the sender, in lower case.
    pub signature_header: &'static str,
    /// The variables that may hold a secret with which it signs; any of them will do. Where there are none, each account
    /// has a secret of its own, which is told to the platform when it is asked to post.
    pub secrets: &'static [&'static str],
    /// The variable that holds what the platform has to show in a handshake, where it has one.
    pub verify_token: Option<&'static str>,
}

/// Which accounts one address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// All accounts of the platform: the bodies name theirs.
    Shared,
    /// One account, which the address names because bodies do not.
    PerAccount,
}

/// The question by which a platform proves that a webhook is ours.
#[derive(Debug, Clone, Copy)]
pub struct Handshake<'a> {
    /// The names and values of the query, decoded.
    pub query: &'a [(String, String)],
    /// The secrets with which the platform signs.
    pub secrets: &'a [&'a [u8]],
    /// What the platform has to show, where that is set.
    pub verify_token: Option<&'a str>,
}

/// The answer to a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub content_type: &'static str,
    pub text: String,
}

/// One address to which a platform posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEndpoint {
    pub platform: Platform,
    /// The account, for platforms whose bodies do not name it.
    pub account: Option<RemoteId>,
}

const PREFIX: &str = "/webhooks/";

impl WebhookEndpoint {
    /// Where the platform posts the events of this account.
    pub fn of(platform: Platform, account: &RemoteId) -> Self {
        let named = registry::webhook(platform).address == Address::PerAccount;
        Self { platform, account: named.then(|| account.clone()) }
    }

    /// The endpoint at a path.
    pub fn at(path: &str) -> Option<Self> {
        let rest = path.strip_prefix(PREFIX)?;
        let (name, account) = rest.split_once('/').map_or((rest, None), |(name, account)| (name, Some(account)));
        let platform = Platform::from_name(name)?;
        let named = registry::webhook(platform).address == Address::PerAccount;
        let plain = |account: &str| !account.is_empty() && !account.contains('/');
        (account.is_some() == named && account.is_none_or(plain))
            .then(|| Self { platform, account: account.map(RemoteId::new) })
    }

    /// Its path.
    pub fn path(&self) -> String {
        let platform = self.platform;
        self.account.as_ref().map_or_else(|| format!("{PREFIX}{platform}"), |one| format!("{PREFIX}{platform}/{one}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_platform_has_addresses_of_one_kind_and_they_are_read_as_they_are_written() {
        let account = RemoteId::new("700");
        for platform in Platform::ALL.iter().copied() {
            let endpoint = WebhookEndpoint::of(platform, &account);
            let path = endpoint.path();
            assert_eq!(WebhookEndpoint::at(&path), Some(endpoint.clone()), "{path}");
            let other = match endpoint.account {
                Some(_) => format!("/webhooks/{platform}"),
                None => format!("/webhooks/{platform}/700"),
            };
            for wrong in [other, format!("{path}/"), format!("{path}/700/1"), path.to_uppercase(), format!("/x{path}")]
            {
                assert_eq!(WebhookEndpoint::at(&wrong), None, "{wrong}");
            }
        }
        assert_eq!(WebhookEndpoint::at("/webhooks/nobody"), None);
        assert_eq!(WebhookEndpoint::at("/webhooks/"), None);
    }
}
