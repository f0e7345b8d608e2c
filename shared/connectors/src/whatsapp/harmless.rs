//! What a business account's webhooks report that is passed over.

use crate::contract::Harmless;

/// Fields, and kinds of messages, that hold no words of a customer's and nothing that anybody has to answer.
/// <https://developers.facebook.com/docs/graph-api/webhooks/reference/whatsapp-business-account>
pub(super) const HARMLESS: &[Harmless] = &[
    ("account_update", "the business account's own standing, which its manager shows"),
    ("account_alerts", "the business account's own standing, which its manager shows"),
    ("account_review_update", "the business account's own standing, which its manager shows"),
    ("phone_number_quality_update", "a number's own standing, which its manager shows"),
    ("phone_number_name_update", "a number's own standing, which its manager shows"),
    ("security", "who changed a number's own settings"),
    ("message_template_status_update", "the review of a template of the business's own"),
    ("message_template_quality_update", "the review of a template of the business's own"),
    ("smb_app_state_sync", "the address book of the business's own phone"),
    ("call_connect", "a call that rings: whatever becomes of it, its end is told"),
    ("call_status", "how far a call to a customer has come, before its end"),
    ("request_welcome", "somebody opened the chat, and said nothing yet"),
];
