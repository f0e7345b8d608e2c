//! What is needed to speak for one bot.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// A bot's token, as `BotFather` gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// The token, `<bot id>:<secret>`.
    #[serde(alias = "token", alias = "accessToken")]
    pub bot_token: Secret,
}
