//! The record of what was done.

use tributary_domain::{
    id::{AuditId, TeammateId, ThreadId, TokenId},
    time::Timestamp,
};

super::body! {
    /// One entry. Entries are never changed or removed.
    pub struct AuditItem {
        pub id: AuditId,
        /// The thread it belongs to; none for the workspace's own.
        pub thread_id: Option<ThreadId>,
        /// Its number in the thread, from 1 without gaps.
        pub sequence: u64,
        pub at: Timestamp,
        pub actor: ActorItem,
        /// What was done: `opened`, `labelled`, `routed`, `replied`, `reassigned`, `closed`, ...
        pub action: String,
        /// Particulars: before and after, reasons, codes. Ids and words of ours, no customer's text.
        pub detail: serde_json::Value,
        /// Hexadecimal SHA-256 over the entry before it and this one.
        pub hash: String,
    }

    /// Who did it.
    pub struct ActorItem {
        #[serde(rename = "type")]
        pub kind: ActorKind,
        /// The teammate; of a program, whoever made its token.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<TeammateId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// The token that a program acted by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub token: Option<ActorToken>,
    }

    /// The token that a program acted by.
    pub struct ActorToken {
        pub id: TokenId,
        /// What it was called then.
        pub name: String,
    }
}

/// Which kind of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ActorKind {
    /// A signed-in teammate.
    Teammate,
    /// A program with a teammate's token.
    Program,
    /// The contact, through the platform.
    Customer,
    /// Somebody of ours in the platform's own app.
    NativeApp,
    /// Tributary by itself: routing, labelling, alarms.
    System,
}
