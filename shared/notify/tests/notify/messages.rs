//! What a notice says, and the form in which each channel takes it.

use tributary_domain::{
    id::{TeamId, ThreadId},
    label::Urgency,
    notice::{Notice, NoticeKind},
    owner::Owner,
    rules::{Rules, TeamChannelKind},
    time::Timestamp,
};
use tributary_notify::{
    NoticeMessage,
    channel::{body, kind_of},
};

fn notice(kind: NoticeKind, owner: Owner) -> Notice {
    Notice {
        key: "thr_1-0-1-backup".to_owned(),
        kind,
        thread: ThreadId::from_bytes(&[1]),
        topic: "orders".to_owned(),
        urgency: Urgency::High,
        owner,
        team: None,
        channel: None,
        next_shift: Some(Timestamp::from_seconds(1_767_258_000)),
        due: Some(Timestamp::from_seconds(1_767_225_600)),
        handed_on: matches!(kind, NoticeKind::Backup),
    }
}

#[test]
fn every_notice_says_what_is_the_matter_and_with_whom_it_is() {
    let rules = Rules::parse("[workspace]\ntime_zone = \"Europe/Berlin\"\n[teams.care]\nname = \"Care\"").unwrap();
    let care = Owner::Team { id: TeamId::parse("team_care").unwrap() };
    let nora = Owner::Teammate { id: tributary_domain::id::TeammateId::parse("tm_nora").unwrap() };
    let names = |id: &str| (id == "tm_nora").then(|| "Nora".to_owned());
    let all = NoticeKind::ALL.iter().flat_map(|kind| {
        [Owner::Unassigned, care.clone(), nora.clone()]
            .map(|owner| NoticeMessage::of_notice(&notice(*kind, owner), &rules, names).text)
    });
    insta::assert_snapshot!(all.collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_channel_gets_the_form_that_it_takes() {
    let message = NoticeMessage {
        key: "k".to_owned(),
        kind: "backup",
        text: "Not answered: a thread about <!channel> & *co*".to_owned(),
        parts: Vec::new(),
        link: Some("https://inbox.example/t/thr_1".to_owned()),
        summary: Some("Asks <where> the parcel is".to_owned()),
    };
    let bodies =
        [TeamChannelKind::Slack, TeamChannelKind::Teams, TeamChannelKind::Json].map(|kind| body(kind, &message));
    insta::assert_json_snapshot!(bodies);
    let bare = NoticeMessage { link: None, summary: None, ..message };
    assert!(!body(TeamChannelKind::Slack, &bare).to_string().contains("Open the thread"));
    assert!(body(TeamChannelKind::Teams, &bare)["attachments"][0]["content"]["actions"].as_array().unwrap().is_empty());
}

#[test]
fn a_digest_comes_in_parts_and_keeps_within_what_each_channel_takes() {
    let told = |parts: Vec<String>| NoticeMessage {
        key: "dig_2026-07-02".to_owned(),
        kind: "digest",
        text: "3 open".to_owned(),
        parts,
        link: Some("https://inbox.example/digest".to_owned()),
        summary: None,
    };
    let small = told(vec!["Overdue (1):\n• Asks *where* it is".to_owned(), "By owner: Mia 1 open".to_owned()]);
    let bodies = [TeamChannelKind::Slack, TeamChannelKind::Teams, TeamChannelKind::Json].map(|kind| body(kind, &small));
    insta::assert_json_snapshot!(bodies);
    let full = told(vec![vec!["<&>😀"; 2000].join("\n"); 80]);
    let slack = body(TeamChannelKind::Slack, &full);
    let blocks = slack["blocks"].as_array().unwrap();
    assert_eq!(blocks.len(), 50);
    for text in blocks.iter().map(|block| block["text"]["text"].as_str().unwrap()) {
        assert!(text.encode_utf16().count() <= 3000);
    }
    assert!(blocks[1]["text"]["text"].as_str().unwrap().ends_with('…'));
    assert!(blocks[49].to_string().contains("Open the digest"));
    assert!(body(TeamChannelKind::Teams, &full).to_string().len() <= 28 * 1024);
}

#[test]
fn an_address_without_a_form_tells_it() {
    for (url, kind) in [
        ("https://hooks.slack.com/services/T/B/x", TeamChannelKind::Slack),
        ("https://prod-1.westeurope.logic.azure.com:443/workflows/x", TeamChannelKind::Teams),
        ("https://x.powerplatform.com/y", TeamChannelKind::Teams),
        ("https://chat.example/hooks/x", TeamChannelKind::Json),
        ("nothing", TeamChannelKind::Json),
    ] {
        assert_eq!(kind_of(url), kind, "{url}");
    }
}
