//! Bytes and JSON that no platform ever sent.

use proptest::prelude::*;
use serde_json::Value;
use tributary_connectors::contract::{Account, To};
use tributary_domain::{event::Toward, id::RemoteId, outbound::Part, platform::Surface};

use crate::{cases::Suite, outgoing, parsed, response};

pub(crate) fn fixtures<C: Suite>(kind: &str) -> Vec<Vec<u8>> {
    named::<C>(kind).into_iter().map(|(_, body)| body).collect()
}

/// The same, each with the name of its file.
pub(crate) fn named<C: Suite>(kind: &str) -> Vec<(String, Vec<u8>)> {
    let folder = format!("{}/fixtures/{}/{kind}", env!("CARGO_MANIFEST_DIR"), C::PLATFORM);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &std::path::Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
}

/// Everything that reads a platform's bytes.
pub(crate) fn read_all<C: Suite>(bytes: &[u8]) {
    let parsed = parsed::<C>(bytes);
    for event in &parsed.events {
        // Whose it is, is told by the person or by the message it is about.
        let is_named = match &event.toward {
            Toward::Person(peer) => !peer.identities.is_empty() || event.thread.is_some(),
            Toward::Comment(id) => !id.as_str().is_empty(),
        };
        assert!(is_named && !event.key.is_empty());
    }
    let credentials: C::Credentials = serde_json::from_str(&C::case().credentials.to_string()).unwrap();
    let id = RemoteId::new("106");
    let account = Account { id: &id, credentials: &credentials, app_secret: None };
    for status in [200, 400, 500] {
        let response = response(status, bytes);
        let part = Part::Text { text: "hello".to_owned(), quote: None };
        let _ = outgoing(Surface::Messages, To::Person(&[]), &part, |outgoing| C::outcome(outgoing, &response));
        let _ = C::read_profile(&response);
        let _ = C::probed(&response);
        let _ = C::located(&account, &response);
    }
}

pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("entry"),
        Just("messaging"),
        Just("message"),
        Just("mid"),
        Just("id"),
        Just("sender"),
        Just("changes"),
        Just("value"),
        Just("messages"),
        Just("field"),
        Just("chat"),
        Just("from"),
        Just("update_id"),
        Just("type"),
        Just("text"),
        Just("timestamp"),
        Just("attachments"),
        Just("result"),
        Just("ok"),
        Just("error"),
        Just("code"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

/// Puts `graft` in place of the `at`-th value of `value`.
pub(crate) fn grafted(value: &mut Value, at: &mut usize, graft: &Value) {
    if *at == 0 {
        *value = graft.clone();
        *at = usize::MAX;
        return;
    }
    *at = at.saturating_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| grafted(item, at, graft)),
        Value::Object(members) => members.values_mut().for_each(|member| grafted(member, at, graft)),
        _ => {}
    }
}
