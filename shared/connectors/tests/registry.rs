//! The seams of the registry.

use std::collections::BTreeMap;

use tributary_connectors::{
    contract::Rejection,
    registry::{self, Credentials, NotAvailable, PlanError},
    webhook::{Answer, Handshake},
};
use tributary_domain::{
    capability::{Feature, Window, WindowPolicy},
    form::Field,
    outbound::{Draft, Unsendable},
    platform::{Channel, Platform, Surface},
    time::{Span, Timestamp},
};

/// 201 bytes; `\u00e9` is six of them.
const BODY: &[u8] = br#"{"object":"page","entry":[{"id":"77001","time":1767225600123,"messaging":[{"sender":{"id":"9001"},"recipient":{"id":"77001"},"timestamp":1767225599870,"message":{"mid":"m_Ab1","text":"caf\u00e9?"}}]}]}"#;
const SIGNATURE: &str = "sha256=fc6793e1f6a95404550eb4750d3b9abc23c334c7c623d75db8ddb1234e175a09";

#[test]
fn a_signature_made_elsewhere_is_recognised() {
    assert_eq!(BODY.len(), 201);
    let secrets: [&[u8]; 2] = [b"instagram-secret", b"app-secret-1"];
    for platform in [Platform::Facebook, Platform::Instagram, Platform::Whatsapp] {
        assert_eq!(registry::webhook(platform).signature_header, "x-hub-signature-256");
        let verified = registry::verify(platform, &secrets, Some(SIGNATURE), BODY).unwrap();
        assert_eq!(verified.bytes(), BODY);
        let mut changed = BODY.to_vec();
        changed[190] ^= 1;
        let outcome = registry::verify(platform, &secrets, Some(SIGNATURE), &changed).map(|_| ());
        assert_eq!(outcome, Err(Rejection::Mismatch));
    }
}

fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn shake(platform: Platform, query: &[(String, String)], verify_token: Option<&str>) -> Result<String, Rejection> {
    let answer = registry::handshake(platform, &Handshake { query, secrets: &[], verify_token });
    answer.map(|Answer { content_type, text }| {
        assert_eq!(content_type, "text/plain; charset=utf-8");
        text
    })
}

#[test]
fn the_handshake_gives_the_challenge_back() {
    let asked = query(&[("hub.mode", "subscribe"), ("hub.verify_token", "tok"), ("hub.challenge", "1158201444")]);
    for platform in [Platform::Facebook, Platform::Instagram, Platform::Whatsapp] {
        assert_eq!(shake(platform, &asked, Some("tok")), Ok("1158201444".to_owned()));
        for (token, rejection) in
            [(Some("other"), Rejection::Token), (Some(""), Rejection::NoSecret), (None, Rejection::NoSecret)]
        {
            assert_eq!(shake(platform, &asked, token), Err(rejection));
        }
        let wrong = query(&[("hub.mode", "unsubscribe"), ("hub.verify_token", "tok"), ("hub.challenge", "1")]);
        assert_eq!(shake(platform, &wrong, Some("tok")), Err(Rejection::Token));
        assert_eq!(shake(platform, &[], Some("tok")), Err(Rejection::Token));
        let longest = "aZ09_-".repeat(21) + "aa";
        for challenge in ["7", "aZ09_-", &longest] {
            let asked = query(&[("hub.mode", "subscribe"), ("hub.verify_token", "tok"), ("hub.challenge", challenge)]);
            assert_eq!(shake(platform, &asked, Some("tok")), Ok(challenge.to_owned()));
        }
        for challenge in ["", " ", "1 2", "<script>", "a.b", "\u{e9}", "1\n", "%31", &(longest.clone() + "a")] {
            let asked = query(&[("hub.mode", "subscribe"), ("hub.verify_token", "tok"), ("hub.challenge", challenge)]);
            let refused = Err(Rejection::Challenge);
            assert_eq!(shake(platform, &asked, Some("tok")), refused, "{challenge:?}");
        }
    }
    let telegram = shake(Platform::Telegram, &asked, Some("tok"));
    assert_eq!(telegram, Err(Rejection::NoHandshake));
}

#[test]
fn a_business_chat_closes_after_a_day_and_a_bots_own_never() {
    let telegram = Channel { platform: Platform::Telegram, surface: Surface::Messages };
    assert_eq!(registry::window(telegram, "5551"), Ok(WindowPolicy::None));
    let business = registry::window(telegram, "bc-1/5551").unwrap();
    assert_eq!(business, WindowPolicy::Closes { standard: Span::hours(24) });
    let wrote = Timestamp::from_seconds(1_767_268_800);
    let until = wrote.plus(Span::hours(24));
    assert_eq!(business.at(Some(wrote), until.minus(Span::millis(1))), Window::Open { until });
    assert_eq!(business.at(Some(wrote), until), Window::Closed);
    for one in registry::all_capabilities().filter(|one| one.channel != telegram) {
        assert_eq!(registry::window(one.channel, "a/b"), Ok(one.window), "{}", one.channel);
    }
}

#[test]
fn a_surface_that_is_not_served_says_so_and_names_those_that_are() {
    for platform in Platform::ALL.iter().copied() {
        for surface in Surface::ALL.iter().copied() {
            let channel = Channel { platform, surface };
            let served = registry::all_capabilities().any(|one| one.channel == channel);
            assert_eq!(registry::capabilities(channel).is_ok(), served);
            if served {
                continue;
            }
            let absent = NotAvailable { channel };
            assert_eq!(registry::window(channel, "9001"), Err(absent.clone()));
            assert_eq!(registry::plan(channel, &Draft::default()), Err(PlanError::NotAvailable(absent.clone())));
            let told = absent.to_string();
            assert!(told.starts_with(&format!("{channel} are not available in this version")), "{told}");
            assert!(registry::all_capabilities().all(|one| told.contains(&one.channel.to_string())), "{told}");
        }
    }
}

#[test]
fn what_a_channel_cannot_do_names_the_channels_that_can() {
    let telegram = Channel { platform: Platform::Telegram, surface: Surface::Messages };
    let telegram = registry::capabilities(telegram).unwrap();
    assert_eq!(registry::require(telegram, Feature::Reply), Ok(()));
    let error = registry::require(telegram, Feature::ReadReceipts).unwrap_err();
    assert_eq!(
        error.to_string(),
        "telegram messages cannot tell whether a message was read; these channels can: \
         facebook messages, instagram messages, whatsapp messages"
    );
    assert!(
        matches!(registry::require(telegram, Feature::Template), Err(Unsendable::Incapable { able, .. }) if able == "none")
    );
    assert_eq!(registry::capable(Feature::Reply).len(), registry::all_capabilities().count());
}

#[test]
fn credentials_are_asked_for_as_they_are_read() {
    for (platform, wanted) in [
        (Platform::Facebook, r#"{"accessToken"}"#),
        (
            Platform::Instagram,
            r#"{"accessToken","kind":"instagramLogin"} or {"accessToken","kind":"pageLinked","pageId"}"#,
        ),
        (Platform::Whatsapp, r#"{"accessToken","wabaId"}"#),
        (Platform::Telegram, r#"{"botToken"}"#),
    ] {
        assert_eq!(registry::form(platform).wanted(), wanted);
    }
    for platform in Platform::ALL.iter().copied() {
        let form = registry::form(platform);
        let value = |field: &Field| field.choices.first().map_or("1234:t", |choice| choice.value).to_owned();
        let asked = form.fields.iter().filter(|field| {
            field.when.is_none_or(|when| form.fields.iter().any(|one| one.name == when.field && value(one) == when.is))
        });
        let filled: BTreeMap<_, _> = asked.map(|field| (field.name, value(field))).collect();
        let read = Credentials::read(platform, &serde_json::to_string(&filled).unwrap());
        assert_eq!(read.unwrap().can_subscribe(), Ok(()), "{platform}: what is asked for is all that is needed");
        assert!(form.id_from.is_none_or(|name| filled.contains_key(name)) && form.link.starts_with("https://"));
        assert!(form.fields.iter().any(|field| field.secret));
    }
}

#[test]
fn credentials_are_read_by_each_of_their_names() {
    for (platform, json) in [
        (Platform::Facebook, r#"{"accessToken":"t"}"#),
        (Platform::Facebook, r#"{"token":"t"}"#),
        (Platform::Facebook, r#"{"pageAccessToken":"t"}"#),
        (Platform::Whatsapp, r#"{"token":"t","wabaId":"201"}"#),
        (Platform::Instagram, r#"{"token":"t","kind":"instagramLogin"}"#),
        (Platform::Instagram, r#"{"accessToken":"t","kind":"pageLinked","pageId":"77"}"#),
        (Platform::Telegram, r#"{"botToken":"1:t"}"#),
        (Platform::Telegram, r#"{"token":"1:t"}"#),
        (Platform::Telegram, r#"{"accessToken":"1:t"}"#),
    ] {
        let credentials = Credentials::read(platform, json).unwrap();
        assert_eq!(credentials.platform(), platform);
        assert_eq!(Credentials::read(platform, &credentials.to_json()).unwrap(), credentials);
    }
}

#[test]
fn refused_credentials_say_what_is_wanted_and_show_nothing() {
    for (platform, json, told) in [
        (Platform::Facebook, "{}", "missing field `accessToken`"),
        (Platform::Facebook, r#"{"accessToken":"","x":1}"#, "unknown field"),
        (Platform::Facebook, r#"{"hidden-pasted-here":"t"}"#, "unknown field"),
        (Platform::Facebook, r#"{"accessToken":["hidden"]}"#, "invalid type: list, expected a string"),
        (Platform::Facebook, r#""hidden""#, "invalid type: string, expected struct"),
        (Platform::Facebook, "hidden", "the text is not JSON at line 1"),
        (Platform::Facebook, r#"{"accessToken":"hidden with space"}"#, "no token has"),
        (Platform::Facebook, r#"{"accessToken":"hidden\r\nx: y"}"#, "no token has"),
        (Platform::Instagram, r#"{"accessToken":"hidden"}"#, "missing field `kind`"),
        (Platform::Instagram, r#"{"accessToken":"hidden","kind":"hidden"}"#, "unknown variant"),
        (Platform::Instagram, r#"{"accessToken":"hidden","kind":"pageLinked"}"#, "`pageId` is missing"),
        (Platform::Telegram, "{}", "missing field `botToken`"),
    ] {
        let error = Credentials::read(platform, json).unwrap_err().to_string();
        assert!(error.contains(told) && error.contains(&registry::form(platform).wanted()), "{error}");
        assert!(!error.contains("hidden"), "{error}");
    }
}

#[test]
fn a_whatsapp_number_is_connected_with_its_business_account_and_what_was_sealed_without_still_sends() {
    let older = Credentials::read(Platform::Whatsapp, r#"{"accessToken":"t"}"#).unwrap();
    let told = older.can_subscribe().unwrap_err().to_string();
    assert!(told.contains("`wabaId` is missing"), "{told}");
    let whole = Credentials::read(Platform::Whatsapp, r#"{"accessToken":"t","wabaId":"201"}"#).unwrap();
    assert_eq!(whole.can_subscribe(), Ok(()));
}
