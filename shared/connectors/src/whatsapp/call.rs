//! Calls. They are picked up elsewhere, or not at all; either way the customer rang.
//! <https://developers.facebook.com/documentation/business-messaging/whatsapp/calling/user-initiated-calls>

use tributary_domain::{
    event::{Attachment, AttachmentKind, Content, Fact, Origin},
    id::RemoteId,
};

use super::{
    parse::{Frame, Sink},
    peer::{Named, peer},
    wire,
};
use crate::json::filled;

impl Sink {
    /// What became of a call is known when it ends. One that nobody picked up waits for an answer; one that was picked up
    /// was an answer by somebody of ours.
    pub(super) fn call(&mut self, frame: &Frame<'_>, call: wire::Call<'_>) {
        let ours = match call.direction.as_deref() {
            Some(direction) => direction.eq_ignore_ascii_case("BUSINESS_INITIATED"),
            None => call.from.is_some() && call.from.as_deref() == frame.number,
        };
        let named = if ours {
            Named::of(call.to.as_ref(), call.to_user_id.as_ref(), call.to_parent_user_id.as_ref())
        } else {
            Named::of(call.from.as_ref(), call.from_user_id.as_ref(), call.from_parent_user_id.as_ref())
        };
        let peer = peer(frame.contacts, named);
        let (Some(id), false) = (filled(call.id), peer.identities.is_empty()) else {
            return self.parsed.unreadable.push("a call has no id or names no person".to_owned());
        };
        match call.event.as_deref() {
            Some("terminate") => {}
            // It rings. Whatever becomes of it, the end is told.
            Some("connect") => return self.parsed.ignored.push("call_connect"),
            other => {
                let kind = format!("calls.{}", other.unwrap_or("unknown"));
                return self.parsed.keep(&kind, frame.account.as_str());
            }
        }
        // Both are there only where somebody picked up.
        let began = call.start_time.map(|moment| moment.0);
        let seconds = call.duration.filter(|seconds| *seconds > 0).or_else(|| {
            let span = call.end_time?.0.since(began?);
            Some(span.as_millis() / 1000)
        });
        let at = call.timestamp.or(call.end_time).map(|moment| moment.0);
        let item = |name: &str, note: Option<String>| Content {
            attachments: vec![Attachment {
                name: Some(name.to_owned()),
                note,
                ..Attachment::bare(AttachmentKind::Call)
            }],
            ..Content::default()
        };
        let answered = began.is_some() || seconds.is_some();
        let lasted = seconds.map(lasted);
        if ours {
            let note = lasted.or_else(|| Some("Not picked up".to_owned()));
            let content = item("Call to the customer", note);
            let fact =
                Fact::Echo { id: RemoteId::new(id.as_str()), content, correlation: None, origin: Origin::OtherApp };
            return self.push(frame, peer, format!("message:{id}"), at, fact);
        }
        let content = if answered { item("Call", None) } else { item("Missed call", None) };
        let began = began.or(at);
        let fact = Fact::Message { id: RemoteId::new(id.as_str()), content };
        self.push(frame, peer.clone(), format!("message:{id}"), began, fact);
        if answered {
            let id = format!("{id}/answer");
            let content = item("Call answered", lasted);
            let origin = Origin::NativeApp;
            let fact = Fact::Echo { id: RemoteId::new(id.as_str()), content, correlation: None, origin };
            self.push(frame, peer, format!("message:{id}"), at.max(began), fact);
        }
    }
}

/// `2 min 5 s`.
fn lasted(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}
