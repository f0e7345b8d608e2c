//! What the suite needs to know about each platform.

use serde_json::{Value, json};
use tributary_connectors::{
    contract::Connector, facebook::Facebook, instagram::Instagram, telegram::Telegram, whatsapp::Whatsapp,
};

/// What a connector's suite needs to know about its platform.
pub(crate) struct Case {
    pub(crate) credentials: Value,
    pub(crate) recipient: &'static str,
    pub(crate) signature: fn(&[u8], &str) -> String,
    /// `(id, text)` of a customer's message, in a body.
    pub(crate) message: fn(&[(&str, &str)]) -> Vec<u8>,
    pub(crate) echo: fn() -> Vec<u8>,
    pub(crate) accepted: Value,
    pub(crate) expired: (u16, Value),
    pub(crate) limited: (u16, Value),
}

pub(crate) const TOKEN: &str = "very-hidden-token";
pub(crate) const SECRET: &str = "webhook-secret";

fn meta_signature(body: &[u8], secret: &str) -> String {
    use hmac::{Hmac, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    let digest = mac.finalize().into_bytes();
    let hex = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    format!("sha256={hex}")
}

fn messaging(object: &str, account: &str, messages: &[(&str, &str)]) -> Vec<u8> {
    let entry = |(at, (mid, text)): (usize, &(&str, &str))| {
        json!({ "id": account, "messaging": [{ "sender": { "id": "9001" }, "recipient": { "id": account },
            "timestamp": 1_767_225_600_000_u64 + at as u64, "message": { "mid": mid, "text": text } }] })
    };
    let entries: Vec<Value> = messages.iter().enumerate().map(entry).collect();
    json!({ "object": object, "entry": entries }).to_string().into_bytes()
}

fn graph_error(code: u32) -> Value {
    json!({ "error": { "code": code, "message": "words", "type": "OAuthException" } })
}

fn whatsapp(value: Value) -> Vec<u8> {
    let mut value = value;
    value["metadata"] = json!({ "phone_number_id": "106" });
    json!({ "object": "whatsapp_business_account",
        "entry": [{ "id": "201", "changes": [{ "field": "messages", "value": value }] }] })
    .to_string()
    .into_bytes()
}

pub(crate) trait Suite: Connector {
    fn case() -> Case;
}

impl Suite for Facebook {
    fn case() -> Case {
        Case {
            credentials: json!({ "accessToken": TOKEN }),
            recipient: "9001",
            signature: meta_signature,
            message: |messages| messaging("page", "77001", messages),
            echo: || {
                json!({ "object": "page", "entry": [{ "id": "77001", "messaging": [{ "sender": { "id": "77001" },
                    "recipient": { "id": "9001" }, "timestamp": 1_767_225_600_000_u64,
                    "message": { "mid": "m_9", "text": "ours", "is_echo": true, "metadata": "tributary.rpl_0a1b.0" } }] }] })
                .to_string()
                .into_bytes()
            },
            accepted: json!({ "recipient_id": "9001", "message_id": "m_9" }),
            expired: (401, graph_error(190)),
            limited: (400, graph_error(613)),
        }
    }
}

impl Suite for Instagram {
    fn case() -> Case {
        Case {
            credentials: json!({ "accessToken": TOKEN, "kind": "instagramLogin" }),
            message: |messages| messaging("instagram", "1784", messages),
            echo: || {
                json!({ "object": "instagram", "entry": [{ "id": "1784", "messaging": [{ "sender": { "id": "1784" },
                    "recipient": { "id": "9001" }, "timestamp": 1_767_225_600_000_u64,
                    "message": { "mid": "m_9", "text": "ours", "is_echo": true, "metadata": "tributary.rpl_0a1b.0" } }] }] })
                .to_string()
                .into_bytes()
            },
            ..Facebook::case()
        }
    }
}

impl Suite for Whatsapp {
    fn case() -> Case {
        Case {
            recipient: "wa:16505550123",
            message: |messages| {
                let one = |(id, text): &(&str, &str)| {
                    json!({ "from": "16505550123", "id": id, "timestamp": "1767225600", "type": "text",
                        "text": { "body": text } })
                };
                whatsapp(json!({ "messages": messages.iter().map(one).collect::<Vec<_>>() }))
            },
            echo: || {
                whatsapp(json!({ "message_echoes": [{ "from": "15550100", "to": "16505550123", "id": "wamid.P",
                    "timestamp": "1767225600", "type": "text", "text": { "body": "ours" } }] }))
            },
            accepted: json!({ "messages": [{ "id": "wamid.O" }] }),
            limited: (400, graph_error(130_429)),
            ..Facebook::case()
        }
    }
}

impl Suite for Telegram {
    fn case() -> Case {
        Case {
            credentials: json!({ "botToken": TOKEN }),
            recipient: "5551",
            signature: |_, secret| secret.to_owned(),
            message: |messages| {
                let (id, text) = messages[0];
                let number: i64 = id.bytes().map(i64::from).sum();
                json!({ "update_id": number, "message": { "message_id": number, "from": { "id": 5551, "first_name": "Kim" },
                    "chat": { "id": 5551, "type": "private" }, "date": 1_767_225_600, "text": text } })
                .to_string()
                .into_bytes()
            },
            echo: || {
                json!({ "update_id": 9, "business_message": { "business_connection_id": "bc1", "message_id": 11,
                    "from": { "id": 700, "first_name": "Shop" }, "chat": { "id": 5551, "type": "private" },
                    "date": 1_767_225_600, "text": "ours" } })
                .to_string()
                .into_bytes()
            },
            accepted: json!({ "ok": true, "result": { "message_id": 7, "chat": { "id": 5551 } } }),
            expired: (401, json!({ "ok": false, "error_code": 401, "description": "Unauthorized" })),
            limited: (
                429,
                json!({ "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 7",
                    "parameters": { "retry_after": 7 } }),
            ),
        }
    }
}
