//! Conversations that Meta's agent has, and how they change hands.
//! <https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/standby>,
//! <https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messaging-handovers>

use tributary_domain::event::{Fact, Holder};

use super::{
    parse::{Frame, Sink, millis},
    peer::{Named, peer},
    wire,
};

impl Sink {
    /// `control_passed` is told to whoever has the conversation from then on, `control_taken` to whoever had it.
    pub(super) fn handover(&mut self, frame: &Frame<'_>, told: wire::Handover<'_>) {
        let named = told.sender.as_ref().map_or_else(Named::default, |sender| {
            let phone = sender.phone_number.as_ref().or(sender.wa_id.as_ref());
            Named::of(phone, sender.user_id.as_ref(), sender.parent_user_id.as_ref())
        });
        let peer = peer(frame.contacts, named);
        if peer.identities.is_empty() {
            return self.parsed.unreadable.push("a handover names no person".to_owned());
        }
        let passed = told.control_passed.is_some() || told.kind.as_deref() == Some("control_passed");
        let taken = told.control_taken.is_some() || told.kind.as_deref() == Some("control_taken");
        if !passed && !taken {
            let kind = format!("messaging_handovers.{}", told.kind.as_deref().unwrap_or("unknown"));
            return self.parsed.keep(&kind, frame.account.as_str());
        }
        let roles = told.control_passed.or(told.control_taken);
        let (from, next) = roles.as_ref().map_or((None, None), |roles| {
            let had = [roles.previous_owner_role.as_deref(), roles.previous_owner_app_role.as_deref()];
            let has = [roles.new_owner_role.as_deref(), roles.new_owner_app_role.as_deref()];
            (holder(had), holder(has))
        });
        let agent = next == Some(Holder::Agent);
        let to = match (agent, passed) {
            (true, _) => Holder::Agent,
            (false, true) => Holder::Us,
            (false, false) => Holder::OtherApp,
        };
        // Who is told that it went had it.
        let from =
            if to == Holder::Us { from } else { from.filter(|from| *from == Holder::Agent).or(Some(Holder::Us)) };
        let at = told.timestamp.map(|moment| moment.0);
        let who = peer.identities.first().map_or("", String::as_str);
        let key = format!("handover:{who}:{}:{to:?}", millis(at));
        self.push(frame, peer, key, at, Fact::HandedOver { to, from });
    }
}

/// Who goes by these roles. Nothing is known of a role that is none of Meta's agent.
fn holder(roles: [Option<&str>; 2]) -> Option<Holder> {
    let mut roles = roles.into_iter().flatten().peekable();
    roles.peek()?;
    let agent = roles.any(|role| matches!(role, "ai_agent" | "meta_business_agent" | "business_agent"));
    Some(if agent { Holder::Agent } else { Holder::OtherApp })
}
