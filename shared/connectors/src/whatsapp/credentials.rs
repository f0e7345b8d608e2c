//! What is needed to speak for one `WhatsApp` number.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// A business's access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// The token of a system user or of the embedded signup.
    #[serde(alias = "token", alias = "pageAccessToken")]
    pub access_token: Secret,
    /// The `WhatsApp` business account that the number belongs to, which is what gets subscribed. What was sealed by an
    /// earlier release may lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waba_id: Option<String>,
}
