//! Platforms on which accounts can be connected.

use serde::Serialize;
use tributary_domain::{capability::Capabilities, form::ConnectForm, platform::Platform};

/// A platform on which accounts can be connected.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlatformItem {
    pub platform: Platform,
    /// The name by which people know it.
    pub name: &'static str,
    /// What a person is asked for when an account is connected.
    pub connect: &'static ConnectForm,
    /// What each of its channels can do.
    pub channels: &'static [Capabilities],
}

/// Every platform.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlatformList {
    /// In the order in which lists show them.
    pub items: Vec<PlatformItem>,
}
