//! The workspace's own history: what was done to it as a whole, and who was refused.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tributary_domain::{
    account,
    audit::Program,
    id::{AccountId, AuditId, DeliveryId, DigestId, PostId, SessionId, TeammateId, TokenId},
    moderation::ModerationAction,
    platform::Platform,
    time::Timestamp,
};

use crate::api::{audit::ActorItem, endpoints::Operation, notice::NoticeId, teammate::Role};

/// One entry of the workspace's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkspaceEntry {
    pub id: AuditId,
    /// When it was done.
    pub at: Timestamp,
    pub actor: ActorItem,
    /// What was done, as its `action` and its `detail`.
    #[serde(flatten)]
    pub done: WorkspaceDetail,
    /// Hexadecimal SHA-256 over this entry, written with an empty one.
    pub hash: String,
}

/// What was done, with its particulars: ids, codes and words of the team's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", content = "detail", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum WorkspaceDetail {
    /// The first teammate took the workspace over.
    SetUp {
        teammate: TeammateId,
    },
    /// Somebody signed in by a link.
    SignedIn {
        /// Who made the link, unless it came with the invitation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link_made_by: Option<TeammateId>,
    },
    /// A session was given a new secret, for a role that has grown.
    SessionRenewed {},
    /// Somebody signed themselves out of one of their browsers.
    SessionEnded {
        session: SessionId,
    },
    /// Somebody was signed out of several browsers.
    SessionsEnded {
        teammate: TeammateId,
        sessions: usize,
    },
    SignedOut {},
    /// The setup token was wrong.
    SetupRefused {},
    /// A link was worth nothing.
    SignInRefused {},
    /// A program's token was none, or is none any more.
    TokenRefused {
        /// The token, if there was one.
        token: Option<TokenId>,
    },
    /// A role, or a program, may not do this.
    RoleRefused {
        operation: Operation,
        role: Role,
        program: Option<Program>,
    },
    /// Another site's page sent the request.
    CrossSiteRefused {
        method: String,
    },
    /// A teammate was added.
    TeammateInvited {
        teammate: TeammateId,
        role: Role,
    },
    /// A teammate was changed.
    TeammateChanged {
        teammate: TeammateId,
        role: Change<Role>,
        enabled: Change<bool>,
        renamed: bool,
    },
    /// A sign-in link was made.
    LinkMade {
        teammate: TeammateId,
        for_another: bool,
    },
    /// A program's token was made.
    TokenMade {
        token: TokenId,
        name: String,
        role: Role,
        expires_at: Option<Timestamp>,
    },
    /// A program's token was revoked.
    TokenRevoked {
        token: TokenId,
    },
    /// A new version of the rules counts.
    RulesSaved {
        version: u64,
        /// The earlier version that was saved anew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restored: Option<u64>,
    },
    /// An account was connected.
    AccountConnected {
        account: AccountId,
        platform: Platform,
    },
    /// An account was disconnected.
    AccountDisconnected {
        account: AccountId,
    },
    /// The platform has taken something away from an account.
    AccountInTrouble {
        account: AccountId,
        trouble: account::Trouble,
        call: account::Call,
    },
    /// An account is well again.
    AccountMended {
        account: AccountId,
        /// What was wrong with it.
        trouble: account::Trouble,
        /// What had shown it.
        call: account::Call,
    },
    /// Somebody looked at what came in a delivery.
    DeliveryRead {
        delivery: DeliveryId,
    },
    /// A delivery was tried again.
    DeliveryReplayed {
        delivery: DeliveryId,
    },
    /// A delivery was put away.
    DeliveryDismissed {
        delivery: DeliveryId,
        reason: String,
    },
    /// Deliveries with an unread kind were tried again.
    KeptReplayed {
        platform: Option<Platform>,
        kind: String,
        deliveries: u32,
    },
    /// An unread kind was put away.
    KeptDismissed {
        platform: Option<Platform>,
        kind: String,
        reason: String,
    },
    /// A notice that was given up was tried again.
    NoticeRetried {
        notice: NoticeId,
    },
    /// What was held of some people became their threads.
    CommentsPromoted {
        post: PostId,
        comments: u32,
    },
    /// Somebody looked at held comments.
    CommentsSeen {
        post: PostId,
        comments: u32,
    },
    /// Somebody wants something done to many held comments.
    CommentsModerationOrdered {
        post: PostId,
        act: ModerationAction,
        comments: u32,
    },
    /// Somebody stopped that, for those with which it had not begun.
    CommentsModerationStopped {
        post: PostId,
        comments: u32,
    },
    /// All that was to be done to comments came to an end.
    CommentsModerated {
        post: PostId,
        /// So many are as it was wanted.
        comments: u32,
        /// With so many it was in vain.
        failed: u32,
    },
    /// A post was put away.
    PostClosed {
        post: PostId,
    },
    /// A post was taken up again.
    PostReopened {
        post: PostId,
    },
    /// A digest went out.
    DigestSent {
        digest: DigestId,
        readers: usize,
    },
    /// Something that another release can do. It is shown as it was read.
    #[serde(untagged)]
    Other {
        action: String,
        detail: Value,
    },
}

/// What something was, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<T> {
    pub from: T,
    pub to: T,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(entry: &Value) -> WorkspaceEntry {
        serde_json::from_value(entry.clone()).unwrap()
    }

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        let at = "2026-01-31T12:00:00.000Z";
        let nora = json!({ "type": "teammate", "id": "tm_nora" });
        let detail = json!({ "operation": "Reply", "role": "viewer", "program": null });
        let entry =
            json!({ "id": "aud_1", "at": at, "actor": nora, "action": "roleRefused", "detail": detail, "hash": "" });
        let known = read(&entry);
        assert!(matches!(known.done, WorkspaceDetail::RoleRefused { operation: Operation::Reply, .. }));
        assert_eq!(serde_json::to_value(&known).unwrap(), entry);
        let later =
            json!({ "id": "aud_1", "at": at, "actor": nora, "action": "moved", "detail": { "a": 1 }, "hash": "" });
        let other = read(&later);
        assert!(matches!(&other.done, WorkspaceDetail::Other { action, .. } if action == "moved"));
        assert_eq!(serde_json::to_value(&other).unwrap(), later);
    }
}
