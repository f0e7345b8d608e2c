//! What of messaging is passed over, on Messenger as on Instagram.

use crate::contract::Harmless;

/// Members of an element, and what is made of some others.
pub(crate) const HARMLESS: &[Harmless] = &[
    ("app_roles", "the app's role in the handover protocol"),
    ("account_linking", "somebody signed in to or out of another service: it holds a code that is nobody's to keep"),
    ("hop_context", "which apps a message went through, beside the message"),
    ("prior_message", "which plugin a message followed, beside the message"),
    ("is_self", "a message of the account's to itself"),
    ("own_event", "what the account itself pressed"),
    ("own_receipt", "what the account itself read"),
    ("message_edit_of_nothing", "the platform counts no edit of the message, and names nobody: nothing was changed"),
    ("message_edit_without_text", "an edit that changes no words: those that are there stay"),
];
