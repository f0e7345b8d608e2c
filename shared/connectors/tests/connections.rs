//! A business account that connects a bot anew gets a connection of another name; its chats stay the same.

use std::{fs, path::Path};

use tributary_connectors::{
    connection,
    contract::{Inbound, Parsed, Verified, Via},
    registry,
};
use tributary_domain::{id::RemoteId, platform::Platform};

#[test]
fn what_comes_through_a_new_connection_is_what_would_have_come_through_the_first() {
    let bot = RemoteId::new("7700");
    let parsed = |body: &str| -> Parsed {
        let body = Verified::from_queue(body.as_bytes());
        registry::parse(Platform::Telegram, &Inbound { body, account: Some(&bot), via: Via::Webhook })
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/telegram/inbound");
    let mut renamed = 0;
    for file in fs::read_dir(folder).unwrap() {
        let body = fs::read_to_string(file.unwrap().path()).unwrap();
        let anew = body.replace("\"bc1\"", "\"bc9\"");
        if anew == body {
            continue;
        }
        let (first, mut then) = (parsed(&body), parsed(&anew));
        for event in &mut then.events {
            assert_eq!(registry::connection(Platform::Telegram, &event.identities()[0]), Some("bc9"));
            connection::reconnect(Platform::Telegram, event, "bc9", "bc1");
            renamed += 1;
        }
        assert_eq!(
            serde_json::to_string(&then.events).unwrap(),
            serde_json::to_string(&first.events).unwrap(),
            "{body}"
        );
        let owners = |parsed: &Parsed| parsed.connections.iter().map(|one| one.owner.clone()).collect::<Vec<_>>();
        assert_eq!(owners(&then), owners(&first));
        assert!(owners(&first).iter().all(|owner| owner.as_deref() == Some("700")), "{body}");
    }
    assert!(renamed >= 6, "{renamed} events");
}

#[test]
fn only_a_whole_name_is_another() {
    let anew = |id| registry::reconnected(Platform::Telegram, id, "bc-1", "bc-9");
    assert_eq!(anew("bc-1/5551"), Some("bc-9/5551".to_owned()));
    assert_eq!(anew("bc-1/5551/20"), Some("bc-9/5551/20".to_owned()));
    for other in ["bc-10/5551", "5551", "bc-1", "5551/bc-1", ""] {
        assert_eq!(anew(other), None, "{other}");
    }
    assert_eq!(registry::reconnected(Platform::Whatsapp, "bc-1/5551", "bc-1", "bc-9"), None);
}
