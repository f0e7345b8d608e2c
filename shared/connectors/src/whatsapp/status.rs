//! How far messages of ours have come.

use tributary_domain::{
    capability::{ErrorClass, PlatformError},
    event::{Correlation, Fact, Scope, Stage},
    id::RemoteId,
};

use super::{
    parse::{Frame, Sink},
    peer::{Named, peer},
    wire,
};
use crate::{json::filled, meta::error::Fault};

impl Sink {
    /// One status of one message. `delivered` may be left out when it was read at once.
    pub(super) fn status(&mut self, frame: &Frame<'_>, status: wire::Status<'_>) {
        if status.kind.as_deref() == Some("call") {
            return self.parsed.ignored.push("call_status");
        }
        let parent = status.recipient_parent_user_id.as_ref().or(status.parent_recipient_user_id.as_ref());
        let named = Named::of(status.recipient_id.as_ref(), status.recipient_user_id.as_ref(), parent);
        let peer = peer(frame.contacts, named);
        let reference = status.biz_opaque_callback_data.as_deref().and_then(Correlation::from_wire);
        let (correlation, thread) = reference.map_or((None, None), |(one, thread)| (Some(one), thread));
        // What gives our reference back need not name anybody.
        let (Some(id), true) = (filled(status.id), thread.is_some() || !peer.identities.is_empty()) else {
            return self.parsed.unreadable.push("a status has no id or names no person".to_owned());
        };
        let word = status.status.as_deref().unwrap_or_default();
        let key = format!("status:{id}:{word}");
        let stage = match word {
            "sent" => Stage::Sent,
            "delivered" => Stage::Delivered,
            "read" | "played" => Stage::Read,
            "failed" => {
                let unknown = || PlatformError { class: ErrorClass::Invalid, code: "unknown".to_owned() };
                let error = status.errors.first().map_or_else(unknown, |fault: &Fault| fault.error());
                let id = RemoteId::new(id);
                let at = status.timestamp.map(|moment| moment.0);
                self.push(frame, peer, key, at, Fact::Undelivered { id, error, correlation });
                return self.parsed.of_thread(thread);
            }
            other => return self.parsed.keep(&format!("statuses.{other}"), frame.account.as_str()),
        };
        let scope = Scope::Message { id: RemoteId::new(id) };
        let at = status.timestamp.map(|moment| moment.0);
        self.push(frame, peer, key, at, Fact::Receipt { stage, scope, correlation });
        self.parsed.of_thread(thread);
    }
}
