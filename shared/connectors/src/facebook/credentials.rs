//! What is needed to speak for one Page.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// A Page's access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// The Page access token.
    #[serde(alias = "token", alias = "pageAccessToken")]
    pub access_token: Secret,
}
