//! Every documented Graph error code means what Meta's pages say it means.
//! <https://developers.facebook.com/docs/messenger-platform/error-codes>,
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>
#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::json;
use tributary_connectors::{
    contract::{Outgoing, To},
    http::{HeaderMap, HttpResponse, StatusCode},
    registry,
};
use tributary_domain::{
    capability::ErrorClass,
    event::Correlation,
    id::{ReplyId, ThreadId},
    outbound::{Part, SendOutcome},
    platform::{Platform, Surface},
};

const META: [Platform; 3] = [Platform::Facebook, Platform::Instagram, Platform::Whatsapp];

fn told(platform: Platform, code: i64, subcode: i64) -> SendOutcome {
    let error = json!({ "message": "(#0) …", "type": "OAuthException", "code": code, "error_subcode": subcode });
    let body = json!({ "error": error }).to_string().into_bytes();
    let response = HttpResponse { status: StatusCode::BAD_REQUEST, headers: HeaderMap::new(), body };
    let outgoing = Outgoing {
        surface: Surface::Messages,
        to: To::Person(&[]),
        part: &Part::Text { text: "Hello".to_owned(), quote: None },
        links: &[],
        human_agent: false,
        correlation: &Correlation { reply: ReplyId::parse("rpl_0a1b").unwrap(), part: 0 },
        thread: &ThreadId::from_bytes(&[1]),
        topic: None,
        handle: None,
    };
    registry::outcome(platform, &outgoing, &response)
}

/// Code, subcode (0: none) and class. `RateLimited` is an outcome of its own: nothing was sent, and it may be tried again.
const CODES: &[(&[i64], i64, ErrorClass)] = &[
    (&[4, 17, 32, 613, 80_001, 80_002, 80_006, 80_007, 80_008], 0, ErrorClass::RateLimited),
    (&[130_429, 131_048, 131_056, 133_016], 0, ErrorClass::RateLimited),
    (&[613], 1_996, ErrorClass::RateLimited),
    (&[0, 102, 190], 0, ErrorClass::TokenExpired),
    (&[190], 458, ErrorClass::TokenExpired),
    (&[190], 460, ErrorClass::TokenExpired),
    (&[190], 463, ErrorClass::TokenExpired),
    (&[190], 467, ErrorClass::TokenExpired),
    (&[3, 10, 200, 230, 299, 131_005], 0, ErrorClass::Permission),
    (&[1], 99, ErrorClass::Permission),
    (&[2], 2_018_344, ErrorClass::Permission),
    (&[10], 2_018_278, ErrorClass::WindowClosed),
    (&[10], 2_534_022, ErrorClass::WindowClosed),
    (&[131_047], 0, ErrorClass::WindowClosed),
    (&[551], 1_545_041, ErrorClass::Blocked),
    (&[551], 0, ErrorClass::Blocked),
    (&[200], 2_018_108, ErrorClass::Blocked),
    (&[100], 2_018_001, ErrorClass::Blocked),
    (&[131_026, 131_030, 131_050, 131_049, 130_472], 0, ErrorClass::Blocked),
    // A private reply to a comment: the comment has one, it is too late, there is nobody, they take none.
    (&[10_900, 10_902], 0, ErrorClass::Invalid),
    (&[10_901], 0, ErrorClass::WindowClosed),
    (&[10_903], 0, ErrorClass::Blocked),
    (&[33], 0, ErrorClass::Gone),
    (&[100], 33, ErrorClass::Gone),
    (&[100], 2_018_218, ErrorClass::Gone),
    (&[368, 131_031, 130_497, 131_042], 0, ErrorClass::Restricted),
    // The words of a comment, not the account.
    (&[368], 1_446_036, ErrorClass::Invalid),
    // Observed, in no table of Meta's: the account may not message for a while.
    (&[10], 1_893_063, ErrorClass::Restricted),
    (&[10], 2_534_029, ErrorClass::Restricted),
    (&[10, 200], 2_534_122, ErrorClass::Restricted),
    (&[131_052, 131_053], 0, ErrorClass::Media),
    (&[1, 2, 131_000, 131_016, 131_057, 133_004], 0, ErrorClass::Transient),
    (&[100, 131_008, 131_009, 131_021, 131_051, 135_000], 0, ErrorClass::Invalid),
    (&[132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016], 0, ErrorClass::Invalid),
];

#[test]
fn each_code_has_its_class_on_every_meta_platform() {
    for platform in META {
        for (codes, subcode, class) in CODES {
            for code in *codes {
                let found = match told(platform, *code, *subcode) {
                    SendOutcome::RateLimited { .. } => ErrorClass::RateLimited,
                    SendOutcome::Refused { error } => error.class,
                    other => panic!("{platform:?} {code}/{subcode}: {other:?}"),
                };
                assert_eq!(found, *class, "{platform:?} {code}/{subcode}");
            }
        }
    }
}

/// A bare 1545041, without 551, is a closed window: two of Meta's pages disagree, and this is the newer one.
#[test]
fn a_subcode_that_pages_disagree_about_goes_by_its_code() {
    let SendOutcome::Refused { error } = told(Platform::Facebook, 10, 1_545_041) else { panic!("refused") };
    assert_eq!(error.class, ErrorClass::WindowClosed);
}

#[test]
fn a_code_that_nobody_knows_is_an_invalid_request_with_its_number() {
    let SendOutcome::Refused { error } = told(Platform::Whatsapp, 987_654, 32) else { panic!("refused") };
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Invalid, "987654/32"));
}
