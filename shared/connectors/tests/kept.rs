//! What is neither read nor on a list of harmless things is kept, whatever it is called and wherever it stands.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a fixture that cannot be read is a failure here")]

use std::{collections::BTreeSet, fs, path::Path};

use proptest::prelude::*;
use serde_json::{Value, json};
use tributary_connectors::{
    contract::{Inbound, Kept, Parsed, Verified, Via},
    registry,
    webhook::WebhookEndpoint,
};
use tributary_domain::{id::RemoteId, platform::Platform};

fn parsed(platform: Platform, body: &Value) -> Parsed {
    let bytes = body.to_string().into_bytes();
    let account = RemoteId::new("4242");
    let named = WebhookEndpoint::of(platform, &account).account;
    let inbound = Inbound { body: Verified::from_queue(&bytes), account: named.as_ref(), via: Via::Webhook };
    registry::parse(platform, &inbound)
}

fn kept(kind: &str, account: &str) -> Kept {
    Kept { kind: kind.to_owned(), account: Some(RemoteId::new(account)) }
}

fn fixtures(platform: Platform) -> impl Iterator<Item = Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(platform.as_str()).join("inbound");
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    // Some have characters that no other reader takes.
    files.into_iter().filter_map(|file| serde_json::from_slice(&fs::read(file).unwrap()).ok())
}

#[test]
fn what_is_passed_over_is_on_a_list_with_its_reason() {
    for platform in Platform::ALL.iter().copied() {
        let listed: Vec<_> = registry::harmless(platform).collect();
        let names: BTreeSet<_> = listed.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(names.len(), listed.len(), "{platform} lists a kind twice");
        assert!(listed.iter().all(|(_, why)| why.len() > 10), "{platform}");
        for body in fixtures(platform) {
            for kind in parsed(platform, &body).ignored {
                assert!(names.contains(kind), "{platform} passes {kind} over, and says nowhere why");
            }
        }
    }
}

#[test]
fn nothing_that_somebody_said_is_called_harmless() {
    let said = [
        (Platform::Facebook, ["feed", "mention", "ratings", "leadgen"]),
        (Platform::Instagram, ["comments", "live_comments", "mentions", "messaging_optins"]),
        (Platform::Whatsapp, ["history", "user_preferences", "messages", "calls"]),
        (Platform::Telegram, ["poll_answer", "chat_join_request", "group", "supergroup"]),
    ];
    for (platform, kinds) in said {
        assert!(!registry::harmless(platform).any(|(kind, _)| kinds.contains(kind)), "{platform}");
    }
}

/// Bodies with one strange name somewhere, and what they are kept as.
fn strange(name: &str) -> Vec<(Platform, Value, Kept)> {
    let mut all = Vec::new();
    for (platform, object) in [(Platform::Facebook, "page"), (Platform::Instagram, "instagram")] {
        let entry = |entry: Value| json!({ "object": object, "entry": [entry] });
        let item = |item: Value| entry(json!({ "id": "77", "messaging": [item] }));
        let parties =
            json!({ "sender": { "id": "9001" }, "recipient": { "id": "77" }, "timestamp": 1_767_225_600_000_u64 });
        let mut alone = parties.clone();
        alone[name] = json!({ "a": 1 });
        let mut beside = alone.clone();
        beside["message"] = json!({ "mid": "m_1", "text": "Hello" });
        let mut within = parties.clone();
        within["message"] = json!({ "mid": "m_2", "text": "Hello", name: { "a": 1 } });
        let change = entry(json!({ "id": "77", "changes": [{ "field": name, "value": { "text": "Hello" } }] }));
        let odd = entry(json!({ "id": "77", "changes": [{ "field": name, "value": 7 }] }));
        let list = entry(json!({ "id": "77", name: [{ "text": "Hello" }] }));
        let nobodys = item(json!({ "recipient": { "id": "77" }, name: {} }));
        all.extend([
            (platform, change, kept(name, "77")),
            (platform, odd, kept(name, "77")),
            (platform, list, kept(&format!("entry.{name}"), "77")),
            (platform, item(alone), kept(&format!("messaging.{name}"), "77")),
            (platform, item(beside), kept(&format!("messaging.{name}"), "77")),
            (platform, item(within), kept(&format!("message.{name}"), "77")),
            (platform, nobodys, kept(&format!("messaging.{name}"), "77")),
        ]);
    }
    let entry = |entry: Value| json!({ "object": "whatsapp_business_account", "entry": [entry] });
    let value =
        |field: &str, value: Value| entry(json!({ "id": "201", "changes": [{ "field": field, "value": value }] }));
    let number = json!({ "phone_number_id": "106" });
    let typed =
        json!({ "from": "16505550123", "id": "wamid.1", "timestamp": "1767225600", "type": name, name: { "a": 1 } });
    all.extend([
        (Platform::Whatsapp, value(name, json!({ "metadata": number, "a": 1 })), kept(name, "106")),
        (Platform::Whatsapp, value(name, json!({ "a": 1 })), kept(name, "201")),
        (Platform::Whatsapp, value(name, json!({ "messages": "none" })), kept(name, "201")),
        (Platform::Whatsapp, entry(json!({ "id": "201", name: [] })), kept(&format!("entry.{name}"), "201")),
        (
            Platform::Whatsapp,
            value("messages", json!({ "metadata": number, name: [{ "id": "1" }] })),
            kept(&format!("messages.{name}"), "106"),
        ),
        (
            Platform::Whatsapp,
            value("messages", json!({ "metadata": number, "messages": [typed] })),
            kept(&format!("messages.{name}"), "106"),
        ),
    ]);
    let person = json!({ "id": 5551, "first_name": "Kim" });
    let chat = json!({ "id": 5551, "type": "private" });
    all.extend([
        (Platform::Telegram, json!({ "update_id": 1, name: { "a": 1 } }), kept(name, "4242")),
        (Platform::Telegram, json!({ "update_id": 1, name: { "chat": chat, "from": person } }), kept(name, "4242")),
        (
            Platform::Telegram,
            json!({ "update_id": 1, "message": { "message_id": 1, "date": 1_767_225_600, "chat": chat, "from": person,
                "text": "Hello", name: { "a": 1 } } }),
            kept(&format!("message.{name}"), "4242"),
        ),
        (
            Platform::Telegram,
            json!({ "update_id": 1, "message": { "message_id": 1, "date": 1_767_225_600, "from": person,
                "chat": { "id": -1001, "type": name }, "text": "Hello" } }),
            kept(name, "4242"),
        ),
    ]);
    all
}

proptest! {
    #[test]
    fn no_field_and_no_kind_is_dropped_for_its_name(name in "zz[a-z]{1,8}(_[a-z]{1,8}){0,3}") {
        for (platform, body, wanted) in strange(&name) {
            let found = parsed(platform, &body);
            prop_assert!(found.kept.contains(&wanted), "{platform} {body}: {:?}", found.kept);
            prop_assert!(found.unreadable.is_empty(), "it alarms nobody: {body} {:?}", found.unreadable);
            prop_assert!(!found.sample);
        }
    }

    #[test]
    fn a_name_from_outside_is_short_and_plain(name in "zz\\PC{0,120}") {
        for (platform, body, _) in strange(&name) {
            for one in parsed(platform, &body).kept {
                prop_assert!(one.kind.len() <= 60, "{}", one.kind);
                prop_assert!(one.kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)), "{}", one.kind);
            }
        }
    }
}

#[test]
fn words_are_read_beside_members_that_are_passed_over() {
    for name in ["prior_message", "hop_context", "brand_new"] {
        let mut item =
            json!({ "sender": { "id": "9001" }, "recipient": { "id": "77" }, "timestamp": 1_767_225_600_000_u64 });
        item[name] = json!([{}]);
        item["message"] = json!({ "mid": "m_1", "text": "Hello" });
        let found =
            parsed(Platform::Facebook, &json!({ "object": "page", "entry": [{ "id": "77", "messaging": [item] }] }));
        assert_eq!((found.events.len(), found.ignored.len()), (1, 0), "{name}");
    }
}

#[test]
fn what_cannot_be_read_says_whom_it_is_for_and_what_it_is() {
    let about = |platform, body: &str, account: Option<&str>| {
        let account = account.map(RemoteId::new);
        let about = registry::about(platform, &Verified::from_queue(body.as_bytes()), account.as_ref());
        let accounts: Vec<_> = about.accounts.iter().map(|one| one.as_str().to_owned()).collect();
        (accounts.join(" "), about.kinds.join(" "))
    };
    let told = |accounts: &str, kinds: &str| (accounts.to_owned(), kinds.to_owned());
    let page = r#"[{"object":"page","entry":[{"id":77,"messaging":[{"sender":{},"timestamp":"soon","message":[],"x y":1}, 3]},
        {"id":"78","changes":[{"field":"feed","value":9},{"field":7}]}, 5]}]"#;
    assert_eq!(about(Platform::Facebook, page, None), told("77 78", "messaging.message messaging.x_y feed 7"));
    let number = r#"{"entry":[{"id":"201","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"106"},"messages":7}}]}]}"#;
    assert_eq!(about(Platform::Whatsapp, number, None), told("106", "messages"));
    let update = r#"{"update_id":"x","message":7,"edited_message":{}}"#;
    assert_eq!(about(Platform::Telegram, update, Some("4242")), told("4242", "message edited_message"));
    for platform in Platform::ALL.iter().copied() {
        assert_eq!(about(platform, "no JSON", None), told("", ""));
        assert_eq!(about(platform, r#"{"object":"page"}"#, None).0, "");
    }
}
