//! A person, their words, and a reply made of both.

use sha2::{Digest, Sha256};
use tributary_domain::{
    authored::{Authored, Session, SignedIn},
    capability::{ErrorClass, PlatformError},
    event::AttachmentKind,
    id::{MediaId, RemoteId, ReplyId, TeammateId},
    outbound::{Draft, DraftMedia, Part, PartMedia, SendOutcome, UncertainCause},
    reply::{Event, Reply},
    time::{Span, Timestamp},
};

pub(crate) const SECRET: &[u8] = b"an invented secret of a browser";

pub(crate) fn noon() -> Timestamp {
    Timestamp::from_seconds(1_767_268_800)
}

pub(crate) fn session() -> Session {
    Session {
        secret_digest: Sha256::digest(SECRET).into(),
        teammate: TeammateId::parse("tm_nora").unwrap(),
        enabled: true,
        may_reply: true,
        expires_at: noon().plus(Span::hours(12)),
    }
}

pub(crate) fn authored(draft: &Draft) -> Authored {
    Authored::by(&SignedIn::check(&session(), SECRET, noon()).unwrap(), draft).unwrap()
}

/// A text with a picture: two calls on most platforms.
pub(crate) fn draft() -> Draft {
    let picture = DraftMedia {
        media: MediaId::from_bytes(&[1]),
        mime: "image/png".to_owned(),
        name: "map.png".to_owned(),
        size: 2048,
    };
    Draft { text: "We open at nine. \u{1F642}".to_owned(), attachments: vec![picture], ..Draft::default() }
}

pub(crate) fn parts(draft: &Draft) -> Vec<Part> {
    let items = draft.attachments.iter().cloned().map(|file| PartMedia { file, kind: AttachmentKind::Image }).collect();
    vec![Part::Text { text: draft.text.clone(), quote: None }, Part::Media { items, caption: None, quote: None }]
}

/// A reply in two parts, waiting for its turn.
pub(crate) fn reply() -> Reply {
    let draft = draft();
    let id = ReplyId::parse("0d9f2c4e-6a37-4d1f-8f7d-2a55f0a3c111").unwrap();
    Reply::new(id, authored(&draft), draft.clone(), None, parts(&draft))
}

pub(crate) fn error(class: ErrorClass) -> PlatformError {
    PlatformError { class, code: "10/2018278".to_owned() }
}

pub(crate) fn accepted(part: u32) -> SendOutcome {
    SendOutcome::Accepted { ids: vec![remote(part)] }
}

pub(crate) fn remote(part: u32) -> RemoteId {
    RemoteId::new(format!("mid.{part}"))
}

pub(crate) fn refused() -> SendOutcome {
    SendOutcome::Refused { error: error(ErrorClass::WindowClosed) }
}

pub(crate) fn slow_down(retry_after: Option<Span>) -> SendOutcome {
    SendOutcome::RateLimited { retry_after, code: "4/2446079".to_owned() }
}

pub(crate) fn dropped() -> SendOutcome {
    SendOutcome::Uncertain { cause: UncertainCause::Transport }
}

/// The answer to a call; the part that was called for is the one whose name it brings.
pub(crate) fn outcome(attempt: u32, outcome: SendOutcome) -> Event {
    let named = match &outcome {
        SendOutcome::Accepted { ids } => ids.first().and_then(|id| id.as_str().strip_prefix("mid.")?.parse().ok()),
        _ => None,
    };
    Event::Outcome { part: named.unwrap_or_default(), attempt, outcome }
}

pub(crate) fn evidence(part: u32) -> Event {
    Event::Evidence { part, id: remote(part) }
}

pub(crate) fn undelivered(part: u32) -> Event {
    Event::Undelivered { part, id: remote(part), error: error(ErrorClass::Blocked) }
}
