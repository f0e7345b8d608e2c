//! Audit entries as the API shows them.

use serde::{Deserialize, Serialize};
use tributary_domain::audit::{Actor, Entry};

use crate::{
    api::audit::{ActorItem, ActorKind, ActorToken, AuditItem},
    history::WorkspaceEntry,
};

/// An entry of a thread's record.
pub fn audit_item(entry: &Entry) -> AuditItem {
    let (kind, id, token) = match &entry.actor {
        Actor::Teammate { id } => (ActorKind::Teammate, Some(id), None),
        Actor::Program { program, by } => (ActorKind::Program, Some(by), Some(program)),
        Actor::Customer => (ActorKind::Customer, None, None),
        Actor::NativeApp => (ActorKind::NativeApp, None, None),
        Actor::System => (ActorKind::System, None, None),
    };
    let token = token.map(|program| ActorToken { id: program.token.clone(), name: program.name.clone() });
    let Done { action, detail } = Done::of(&entry.done);
    AuditItem {
        id: entry.id.clone(),
        thread_id: Some(entry.thread.clone()),
        sequence: entry.sequence,
        at: entry.at,
        actor: ActorItem { kind, id: id.cloned(), name: None, token },
        action,
        detail,
        hash: entry.hash.clone(),
    }
}

/// An entry of the workspace's own.
pub fn workspace_item(entry: WorkspaceEntry) -> AuditItem {
    let Done { action, detail } = Done::of(&entry.done);
    AuditItem {
        id: entry.id,
        thread_id: None,
        sequence: 0,
        at: entry.at,
        actor: entry.actor,
        action,
        detail,
        hash: entry.hash,
    }
}

/// What was done, as it is written.
#[derive(Default, Deserialize)]
struct Done {
    action: String,
    detail: serde_json::Value,
}

impl Done {
    fn of(done: &impl Serialize) -> Self {
        serde_json::to_value(done).and_then(serde_json::from_value).unwrap_or_default()
    }
}
