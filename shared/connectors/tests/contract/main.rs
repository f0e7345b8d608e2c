//! What every connector owes, asked of each of them in the same words.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod bent;
mod cases;
mod fuzz;
mod said;

use proptest::prelude::*;
use serde_json::{Value, json};
use tributary_connectors::{
    contract::{Account, Connector, Inbound, Moderating, Outgoing, Parsed, Rejection, To, Verified, Via},
    facebook::Facebook,
    http::{HeaderMap, HttpRequest, HttpResponse, StatusCode},
    instagram::Instagram,
    telegram::Telegram,
    webhook::Address,
    whatsapp::Whatsapp,
};
use tributary_domain::{
    capability::{Capabilities, ErrorClass, Feature, SendSemantics, TextUnit},
    event::{Correlation, Fact},
    id::{MediaId, RemoteId, ReplyId, ThreadId},
    moderation::{ModerationAction, ModerationOutcome},
    outbound::{Draft, DraftMedia, Part, SendOutcome, UncertainCause, Unsendable},
    platform::Surface,
    subject::{Subject, SubjectKind},
    time::Timestamp,
};

use crate::{
    cases::{SECRET, Suite, TOKEN},
    fuzz::{any_json, fixtures, grafted, read_all},
};

pub(crate) fn parsed<C: Connector>(body: &[u8]) -> Parsed {
    parsed_for::<C>(body, None)
}

fn parsed_for<C: Connector>(body: &[u8], account: Option<&RemoteId>) -> Parsed {
    C::parse(&Inbound { body: Verified::from_queue(body), account, via: Via::Webhook })
}

/// Runs `call` with a part on its way to `to`.
pub(crate) fn outgoing<T>(surface: Surface, to: To<'_>, part: &Part, call: impl FnOnce(&Outgoing<'_>) -> T) -> T {
    call(&Outgoing {
        surface,
        to,
        part,
        links: &[],
        human_agent: false,
        correlation: &Correlation { reply: ReplyId::parse("rpl_0a1b").unwrap(), part: 0 },
        thread: &ThreadId::from_bytes(&[1]),
        topic: None,
        handle: None,
    })
}

fn texts(parsed: &Parsed) -> Vec<&str> {
    parsed
        .events
        .iter()
        .filter_map(|event| match &event.fact {
            Fact::Message { content, .. } => content.text.as_deref(),
            _ => None,
        })
        .collect()
}

fn signatures<C: Suite>() {
    let case = C::case();
    let body = (case.message)(&[("m_1", "hello")]);
    let good = (case.signature)(&body, SECRET);
    let secret: &[u8] = SECRET.as_bytes();
    let verify = |secrets: &[&[u8]], signature: Option<&str>| C::verify(secrets, signature, &body).map(|_| ());
    assert_eq!(verify(&[secret], Some(&good)), Ok(()));
    assert_eq!(verify(&[b"another", secret], Some(&good)), Ok(()), "each of several secrets is tried");
    assert_eq!(verify(&[b"another"], Some(&good)), Err(Rejection::Mismatch));
    assert_eq!(verify(&[secret], Some(&(case.signature)(&body, "other"))), Err(Rejection::Mismatch));
    assert_eq!(verify(&[secret], None), Err(Rejection::NoSignature));
    assert_eq!(verify(&[secret], Some("")), Err(Rejection::NoSignature));
    assert_eq!(verify(&[], Some(&good)), Err(Rejection::NoSecret));
    assert_eq!(verify(&[b""], Some(&(case.signature)(&body, ""))), Err(Rejection::NoSecret), "an empty secret is none");
    let header = C::WEBHOOK.signature_header;
    assert_eq!(header, header.to_lowercase());
}

/// The account is the body's own, but for platforms whose bodies name none.
fn accounts<C: Suite>() {
    let body = (C::case().message)(&[("m_1", "hello")]);
    let named = RemoteId::new("4242");
    let account = |named| parsed_for::<C>(&body, named).events[0].account.clone();
    match C::WEBHOOK.address {
        Address::PerAccount => assert_eq!(account(Some(&named)), named),
        Address::Shared => assert_eq!(account(Some(&named)), account(None)),
    }
}

/// A part is sent where the platform has such a surface, to a target of that surface, and nowhere else.
fn targets<C: Suite>() {
    let case = C::case();
    let credentials: C::Credentials = serde_json::from_str(&case.credentials.to_string()).unwrap();
    let (id, comment) = (RemoteId::new("106"), RemoteId::new("77_1"));
    let account = Account { id: &id, credentials: &credentials, app_secret: None };
    let subject = Subject { kind: SubjectKind::Post, id: RemoteId::new("77") };
    let person = [case.recipient.to_owned()];
    let part = Part::Text { text: "hello".to_owned(), quote: None };
    for surface in Surface::ALL.iter().copied() {
        let served = C::CAPABILITIES.iter().any(|one| one.channel.surface == surface);
        let private = C::CAPABILITIES.iter().any(|one| one.features.contains(&Feature::PrivateReply));
        for to in [
            To::Person(&person),
            To::Comment { id: &comment, subject: &subject },
            To::Subject(&subject),
            To::Author { comment: &comment },
        ] {
            let fits = matches!(
                (surface, to),
                (Surface::Messages, To::Person(_))
                    | (Surface::Comments, To::Comment { .. } | To::Subject(_))
                    | (Surface::Reviews, To::Subject(_))
            ) || (surface, to) == (Surface::Messages, To::Author { comment: &comment }) && private;
            let sent = outgoing(surface, to, &part, |outgoing| C::send(&account, outgoing));
            assert_eq!(sent.is_ok(), served && fits, "{surface} {to:?}");
            let checkable =
                |one: &Capabilities| one.channel.surface == surface && one.semantics == SendSemantics::Checkable;
            if sent.is_ok() && C::CAPABILITIES.iter().any(checkable) {
                let since = Timestamp::from_seconds(1_767_225_600);
                let asks = outgoing(surface, to, &part, |outgoing| C::check(&account, outgoing, since).is_some());
                assert!(asks, "{surface} {to:?} is to be asked for, and is not");
            }
        }
    }
}

/// Each channel does to comments what it says it can, and nothing else.
fn moderations<C: Suite>() {
    let case = C::case();
    let credentials: C::Credentials = serde_json::from_str(&case.credentials.to_string()).unwrap();
    let (id, on) = (RemoteId::new("106"), RemoteId::new("77_1"));
    let account = Account { id: &id, credentials: &credentials, app_secret: None };
    for surface in Surface::ALL.iter().copied() {
        let features =
            C::CAPABILITIES.iter().find(|one| one.channel.surface == surface).map_or(&[][..], |one| one.features);
        for action in ModerationAction::ALL {
            for own in [false, true] {
                let can = action.needs(own).is_some_and(|needed| features.contains(&needed));
                let request = C::moderate(&account, &Moderating { surface, action, on: &on, own });
                assert!(!can || request.is_some(), "{surface}: {action}, as it says it can");
                if let Some(request) = request.filter(|_| can) {
                    assert!(carries(&request, TOKEN) && !format!("{request:?}").contains(TOKEN));
                }
            }
        }
    }
}

/// Nothing but the platform's own word ends an action; what proves nothing is asked for again.
fn moderation_outcomes<C: Suite>() {
    let can = C::CAPABILITIES.iter().any(|one| {
        ModerationAction::ALL
            .iter()
            .any(|action| action.needs(false).is_some_and(|needed| one.features.contains(&needed)))
    });
    let case = C::case();
    for action in ModerationAction::ALL {
        let told = |status, body: &str| C::moderated(action, &response(status, body.as_bytes()));
        if !can {
            assert!(matches!(told(200, "{}"), ModerationOutcome::Refused { .. }));
            continue;
        }
        for body in ["", "OK", "{}", "[]", "null", "<html>"] {
            for status in [200, 400, 401, 403, 404, 408, 500, 502, 503, 504] {
                let outcome = told(status, body);
                assert!(matches!(outcome, ModerationOutcome::Uncertain { .. }), "{status} {body}: {outcome:?}");
            }
        }
        let expired = told(case.expired.0, &case.expired.1.to_string());
        assert!(matches!(expired, ModerationOutcome::Refused { error } if error.class == ErrorClass::TokenExpired));
        let limited = told(case.limited.0, &case.limited.1.to_string());
        assert!(matches!(limited, ModerationOutcome::RateLimited { .. }), "{limited:?}");
        assert!(matches!(told(429, "<html>"), ModerationOutcome::RateLimited { .. }));
    }
}

fn duplicates<C: Suite>() {
    let case = C::case();
    let body = (case.message)(&[("m_1", "hello")]);
    let first = parsed::<C>(&body);
    assert_eq!(first, parsed::<C>(&body));
    assert_eq!(first.events.len(), 1);
    let other = parsed::<C>(&(case.message)(&[("m_2", "hello")]));
    assert_ne!(first.events[0].key, other.events[0].key);
}

fn echoes<C: Suite>() {
    let parsed = parsed::<C>(&(C::case().echo)());
    assert_eq!(parsed.events.len(), 1);
    assert!(matches!(parsed.events[0].fact, Fact::Echo { .. }), "{:?}", parsed.events[0].fact);
    assert!(!parsed.events[0].identities().is_empty());
}

fn order<C: Suite>() {
    let messages = [("m_3", "one"), ("m_1", "two"), ("m_2", "three")];
    let body = (C::case().message)(&messages);
    let parsed = parsed::<C>(&body);
    let all: Vec<&str> = messages.iter().map(|(_, text)| *text).collect();
    // A body of Telegram holds one update.
    assert_eq!(texts(&parsed), all[..parsed.events.len()]);
    assert!(parsed.events.len() == all.len() || C::PLATFORM.as_str() == "telegram");
}

fn draft(text: &str) -> Draft {
    Draft { text: text.to_owned(), ..Draft::default() }
}

fn file(mime: &str, size: u64) -> DraftMedia {
    DraftMedia { media: MediaId::from_bytes(&[1]), mime: mime.to_owned(), name: "file".to_owned(), size }
}

fn with_files(files: Vec<DraftMedia>) -> Draft {
    Draft { attachments: files, ..Draft::default() }
}

fn limits<C: Suite>() {
    for channel in C::CAPABILITIES {
        let plan = |draft: &Draft| C::plan(channel, draft);
        text_limits::<C>(channel);
        for media in channel.media {
            let mime = if media.mime == "*/*" { "application/x-anything" } else { media.mime };
            assert!(plan(&with_files(vec![file(mime, media.max_bytes)])).is_ok(), "{mime}");
            let over = plan(&with_files(vec![file(mime, media.max_bytes + 1)]));
            assert!(matches!(over, Err(Unsendable::MediaSize { .. })), "{mime} {over:?}");
        }
        assert_eq!(plan(&draft(" \n")), Err(Unsendable::Empty));
        if channel.attachments == 0 {
            assert!(matches!(plan(&with_files(vec![file("image/png", 1)])), Err(Unsendable::Incapable { .. })));
            continue;
        }
        if channel.media.iter().all(|media| media.mime != "*/*") {
            let other = plan(&with_files(vec![file("application/x-anything", 1)]));
            assert!(matches!(other, Err(Unsendable::MediaType { .. })));
        }
        let many = |count| with_files(vec![file("image/png", 1); count]);
        assert!(plan(&many(channel.attachments)).is_ok());
        assert!(matches!(plan(&many(channel.attachments + 1)), Err(Unsendable::TooManyFiles { .. })));
    }
}

/// Text of exactly `length` in the unit, made of the widest characters that divide it.
fn sized(length: usize, unit: TextUnit) -> String {
    match unit {
        TextUnit::Bytes => "é".repeat(length / 2) + &"a".repeat(length % 2),
        TextUnit::Characters => "🚚".repeat(length),
        TextUnit::Utf16 => "🚚".repeat(length / 2) + &"a".repeat(length % 2),
    }
}

fn text_limits<C: Suite>(channel: &Capabilities) {
    let plan = |draft: &Draft| C::plan(channel, draft);
    let longest = sized(channel.text.max, channel.text.unit);
    let parts = plan(&draft(&longest)).unwrap();
    assert_eq!(parts, [Part::Text { text: longest.clone(), quote: None }], "the words are sent as they are");
    let over = plan(&draft(&(longest + "a")));
    assert!(matches!(over, Err(Unsendable::TooLong { actual, max, .. }) if actual == max + 1), "{over:?}");
    let Some(caption) = channel.caption else {
        return;
    };
    let under = |text: String| {
        let draft = Draft { text, ..with_files(vec![file("image/png", 1)]) };
        plan(&draft)
    };
    let longest = sized(caption.max, caption.unit);
    assert!(
        matches!(&under(longest.clone()).unwrap()[..], [Part::Media { caption: Some(text), .. }] if *text == longest)
    );
    if caption == channel.text {
        let over = under(longest + "a");
        return assert!(matches!(over, Err(Unsendable::TooLong { .. })), "{over:?}");
    }
    let split = under(longest + "a").unwrap();
    assert!(matches!(&split[..], [Part::Media { caption: None, .. }, Part::Text { .. }]), "{split:?}");
}

fn answer<C: Suite>(status: u16, body: &str) -> SendOutcome {
    let part = Part::Text { text: "hello".to_owned(), quote: None };
    let answer = response(status, body.as_bytes());
    outgoing(Surface::Messages, To::Person(&[]), &part, |outgoing| C::outcome(outgoing, &answer))
}

pub(crate) fn response(status: u16, body: &[u8]) -> HttpResponse {
    HttpResponse { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body: body.to_vec() }
}

fn outcomes<C: Suite>() {
    let case = C::case();
    let accepted = answer::<C>(200, &case.accepted.to_string());
    assert!(matches!(&accepted, SendOutcome::Accepted { ids } if ids.len() == 1), "{accepted:?}");
    let unreadable = SendOutcome::Uncertain { cause: UncertainCause::Unreadable };
    for garbage in ["", "OK", "{}", "[]", "null", "{\"ok\":true}"] {
        assert_eq!(answer::<C>(200, garbage), unreadable, "{garbage}");
    }
    for status in [500, 502, 503, 504] {
        let fault = SendOutcome::Uncertain { cause: UncertainCause::ServerError };
        assert_eq!(answer::<C>(status, &case.expired.1.to_string()), fault);
        assert_eq!(answer::<C>(status, "<html>"), fault);
    }
    let refused = |outcome: SendOutcome| match outcome {
        SendOutcome::Refused { error } => error.class,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(answer::<C>(case.expired.0, &case.expired.1.to_string())), ErrorClass::TokenExpired);
    for status in [400, 401, 403, 404, 408, 413, 451] {
        for page in ["", "<html>", "{}", "{\"message\":\"no\"}"] {
            assert_eq!(answer::<C>(status, page), unreadable, "{status} {page}: not the platform's own refusal");
        }
    }
    let limited = answer::<C>(case.limited.0, &case.limited.1.to_string());
    assert!(matches!(limited, SendOutcome::RateLimited { .. }), "{limited:?}");
    assert!(matches!(answer::<C>(429, "<html>"), SendOutcome::RateLimited { .. }));
}

/// Neither values nor requests show a token when they are printed; and only where it belongs does one travel.
fn secrecy<C: Suite>() {
    let case = C::case();
    let credentials: C::Credentials = serde_json::from_str(&case.credentials.to_string()).unwrap();
    assert!(!format!("{credentials:?}").contains(TOKEN));
    let id = RemoteId::new("106");
    let account = Account { id: &id, credentials: &credentials, app_secret: Some("app-secret") };
    assert!(!format!("{account:?}").contains(TOKEN));
    let recipient = [case.recipient.to_owned()];
    let parts = C::plan(&C::CAPABILITIES[0], &draft("my words")).unwrap();
    let to = To::Person(&recipient);
    let request = outgoing(Surface::Messages, to, &parts[0], |outgoing| C::send(&account, outgoing)).unwrap();
    assert!(carries(&request, TOKEN), "the call is authorised");
    assert!(!request.body.text().unwrap().contains(TOKEN));
    let shown = format!("{request:?} {:?} {:?} {:?}", request.target, request.headers, request.body);
    assert!(!shown.contains(TOKEN) && !shown.contains("my words"), "{shown}");
    let sealed = serde_json::to_string(&credentials).unwrap();
    let again: C::Credentials = serde_json::from_str(&sealed).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), sealed, "what is sealed can be read again");
    let mut unknown = case.credentials;
    unknown["surprise"] = json!(1);
    assert!(serde_json::from_str::<C::Credentials>(&unknown.to_string()).is_err());
}

fn carries(request: &HttpRequest, token: &str) -> bool {
    let held = |text: &str| text.contains(token);
    held(&request.target.url(|spec| spec.usual)) || request.headers.values().any(|value| held(value.to_str().unwrap()))
}

macro_rules! contract {
    ($name:ident, $Connector:ty) => {
        mod $name {
            use super::*;

            #[test]
            fn signatures_are_held_against_every_secret() {
                signatures::<$Connector>();
            }
            #[test]
            fn the_account_is_the_body_s_own_or_the_address_s() {
                accounts::<$Connector>();
            }
            #[test]
            fn a_part_goes_to_a_target_of_a_surface_that_is_served() {
                targets::<$Connector>();
            }
            #[test]
            fn a_comment_is_moderated_as_the_channel_says() {
                moderations::<$Connector>();
            }
            #[test]
            fn only_a_platform_s_word_ends_an_action() {
                moderation_outcomes::<$Connector>();
            }
            #[test]
            fn a_duplicate_has_the_same_keys() {
                duplicates::<$Connector>();
            }
            #[test]
            fn an_echo_is_not_inbound() {
                echoes::<$Connector>();
            }
            #[test]
            fn the_order_of_a_body_is_kept() {
                order::<$Connector>();
            }
            #[test]
            fn every_limit_is_held_to_the_unit() {
                limits::<$Connector>();
            }
            #[test]
            fn answers_mean_what_they_prove() {
                outcomes::<$Connector>();
            }
            #[test]
            fn nothing_shows_a_token() {
                secrecy::<$Connector>();
            }
            #[test]
            fn no_odd_member_hides_what_is_said() {
                bent::every_member::<$Connector>();
            }
            #[test]
            fn no_message_is_one_in_which_nothing_is_seen() {
                said::something_is_seen::<$Connector>();
            }
            #[test]
            fn every_word_that_was_said_arrives() {
                said::every_word_arrives::<$Connector>();
            }
            #[test]
            fn a_body_cut_anywhere_is_no_panic() {
                for body in fixtures::<$Connector>("inbound") {
                    (0..body.len()).for_each(|end| drop(parsed::<$Connector>(&body[..end])));
                }
            }

            proptest! {
                #[test]
                fn no_bytes_are_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
                    read_all::<$Connector>(&bytes);
                }
                #[test]
                fn no_json_is_a_panic(value in any_json()) {
                    read_all::<$Connector>(value.to_string().as_bytes());
                }
                #[test]
                fn no_changed_byte_is_a_panic(pick in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte: u8) {
                    let mut bodies = fixtures::<$Connector>("inbound");
                    bodies.extend(fixtures::<$Connector>("response"));
                    let mut body = bodies.swap_remove(pick.index(bodies.len()));
                    let at = at.index(body.len());
                    body[at] = byte;
                    read_all::<$Connector>(&body);
                }
                #[test]
                fn no_member_of_another_type_is_a_panic(
                    pick in any::<prop::sample::Index>(), at in 0_usize..60, graft in any_json(),
                ) {
                    let mut bodies = fixtures::<$Connector>("inbound");
                    let body = bodies.swap_remove(pick.index(bodies.len()));
                    // Some have characters that no other reader takes.
                    let Ok(mut body) = serde_json::from_slice::<Value>(&body) else { return Ok(()) };
                    let mut at = at;
                    grafted(&mut body, &mut at, &graft);
                    read_all::<$Connector>(body.to_string().as_bytes());
                }
            }
        }
    };
}

contract!(facebook, Facebook);
contract!(instagram, Instagram);
contract!(whatsapp_cloud, Whatsapp);
contract!(telegram, Telegram);
