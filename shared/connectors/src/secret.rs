//! Text that opens doors, and that no log may show.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A token. `Debug` does not show it; serialising does, because credentials are sealed as JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a token.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The token, to be put into a request.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether a header or a path can carry it: it is not empty, and ASCII without spaces or controls.
    pub(crate) fn usable(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
