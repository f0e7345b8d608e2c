//! What an Instagram account's webhooks report that is passed over, beside what all messaging has.

use crate::contract::Harmless;

/// Fields that hold no words of a customer's and nothing that anybody has to act on.
/// <https://developers.facebook.com/docs/graph-api/webhooks/reference/instagram>
pub(super) const HARMLESS: &[Harmless] = &[("story_insights", "how often a story of the account's own was seen")];
