//! Notices as team channels take them.

use serde_json::{Value, json};
use tributary_domain::{
    notice::{Notice, NoticeKind},
    owner::Owner,
    rules::{Rules, TeamChannelKind},
};

/// What a notice says, whatever the channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The same for the same notice, however often it is posted.
    pub key: String,
    /// What is the matter.
    pub kind: &'static str,
    /// In words.
    pub text: String,
    /// What follows it: parts of one or several lines.
    pub parts: Vec<String>,
    /// Where it can be opened.
    pub link: Option<String>,
    /// One line on what the customer wants, as far as the channel may be told.
    pub summary: Option<String>,
}

/// A notice in words. `name` knows people by their ids.
pub fn told(notice: &Notice, rules: &Rules, name: impl Fn(&str) -> Option<String>) -> String {
    let thread = format!("a thread about {} ({})", notice.topic, notice.urgency);
    let said = |at| rules.workspace.hours.said(at);
    let owner = match &notice.owner {
        Owner::Unassigned => "nobody".to_owned(),
        Owner::Team { id } => {
            format!("team {}", rules.teams.get(id).map_or(id.as_str(), |team| team.name.as_str()))
        }
        Owner::Teammate { id } => name(id.as_str()).unwrap_or_else(|| "somebody".to_owned()),
    };
    let by = notice.due.map(said).unwrap_or_default();
    let handed_on = if notice.handed_on {
        format!("It was handed on: it is with {owner} now.")
    } else {
        format!("Nobody else can take it now: it is with {owner}.")
    };
    match notice.kind {
        NoticeKind::Unassigned => {
            let when = notice.next_shift.map(|at| format!(" The next shift starts at {}.", said(at)));
            format!("Nobody can take {thread} now.{}", when.unwrap_or_default())
        }
        NoticeKind::Warning => format!("Due soon: {thread} must be answered by {by}. It is with {owner}."),
        NoticeKind::Closing => format!(
            "Answer before the shift ends: for {thread}, the platform's time to answer runs out while nobody is at \
             work. It is with {owner}."
        ),
        NoticeKind::Backup => format!("Not answered by {by}: {thread}. {handed_on}"),
        NoticeKind::Lead => format!("Still not answered: {thread}, due by {by}. {handed_on}"),
        NoticeKind::Overdue => format!("Not answered in time: {thread}, due by {by}. It is with {owner}."),
        NoticeKind::Reminder => format!("Nobody has answered yet: {thread}, due by {by}. It is with {owner}."),
    }
}

/// The form that the service behind an address takes, where the rules do not say it.
pub fn kind_of(url: &str) -> TeamChannelKind {
    let (host, path) = url.split_once("://").map_or(("", ""), |(_, rest)| rest.split_once('/').unwrap_or((rest, "")));
    if host.contains("logic.azure.com") || host.contains("powerplatform.com") {
        TeamChannelKind::Teams
    } else if host == "hooks.slack.com" || path.starts_with("services/") {
        TeamChannelKind::Slack
    } else {
        TeamChannelKind::Json
    }
}

/// Slack refuses a section of more characters, and a message of more blocks.
/// <https://docs.slack.dev/reference/block-kit/blocks/section-block>
const SLACK_TEXT: usize = 3000;
const SLACK_BLOCKS: usize = 50;
/// Teams refuses a message of more bytes than 28 KB; what is not text takes the rest.
/// <https://learn.microsoft.com/en-us/connectors/teams/>
const TEAMS_BYTES: usize = 24 * 1024;

/// The body of a post.
pub fn body(kind: TeamChannelKind, told: &Told) -> Value {
    match kind {
        TeamChannelKind::Slack => slack(told),
        TeamChannelKind::Teams => teams(told),
        TeamChannelKind::Json => {
            let all: Vec<&str> = told.texts().collect();
            json!({
                "key": told.key, "kind": told.kind, "text": all.join("\n"), "summary": told.summary, "link": told.link,
            })
        }
    }
}

impl Told {
    fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.text.as_str()).chain(self.parts.iter().map(String::as_str))
    }

    fn opens(&self) -> &'static str {
        if self.kind == "digest" { "Open the digest" } else { "Open the thread" }
    }
}

/// Slack would read these as markup, and `<!channel>` as a call to everybody. What is longer than a section is cut.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut units = 0;
    for one in text.chars() {
        let word = match one {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => "",
        };
        units += if word.is_empty() { one.len_utf16() } else { word.len() };
        // Room for the sign of what was cut, and for a quote's.
        if units > SLACK_TEXT - 10 {
            safe.push('…');
            break;
        }
        if word.is_empty() { safe.push(one) } else { safe.push_str(word) }
    }
    safe
}

fn slack(told: &Told) -> Value {
    let mut texts: Vec<String> = told.texts().map(escaped).collect();
    texts.extend(told.summary.as_deref().map(|summary| format!("&gt; {}", escaped(summary))));
    texts.truncate(SLACK_BLOCKS - 1);
    texts.extend(told.link.as_deref().map(|link| format!("<{link}|{}>", told.opens())));
    let block =
        |text: String| json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } });
    json!({ "text": escaped(&told.text), "blocks": texts.into_iter().map(block).collect::<Vec<_>>() })
}

fn teams(told: &Told) -> Value {
    // Cards read some Markdown: what could be taken for it is not. A block is a line: in one text lines would run together.
    let plain = |text: &str| text.replace(['*', '_', '[', ']', '`', '#'], " ");
    let mut blocks = Vec::new();
    let mut bytes = 0;
    for (place, part) in told.texts().enumerate() {
        for (line, text) in part.lines().enumerate() {
            let spacing = if place > 0 && line == 0 { "Medium" } else { "Small" };
            let block = json!({ "type": "TextBlock", "text": plain(text), "wrap": true, "spacing": spacing });
            bytes += block.to_string().len();
            if bytes > TEAMS_BYTES {
                break;
            }
            blocks.push(block);
        }
    }
    blocks.extend(
        told.summary
            .as_deref()
            .map(|summary| json!({ "type": "TextBlock", "text": plain(summary), "wrap": true, "isSubtle": true })),
    );
    let open = told.link.as_deref().map(|link| json!({ "type": "Action.OpenUrl", "title": told.opens(), "url": link }));
    json!({ "type": "message", "attachments": [{
        "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null,
        "content": {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
            "body": blocks,
            "actions": open.into_iter().collect::<Vec<_>>(),
        },
    }] })
}

#[cfg(test)]
mod tests {
    use tributary_domain::{
        id::{TeamId, ThreadId},
        label::Urgency,
        time::Timestamp,
    };

    use super::*;

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
            [Owner::Unassigned, care.clone(), nora.clone()].map(|owner| told(&notice(*kind, owner), &rules, names))
        });
        insta::assert_snapshot!(all.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn every_channel_gets_the_form_that_it_takes() {
        let told = Told {
            key: "k".to_owned(),
            kind: "backup",
            text: "Not answered: a thread about <!channel> & *co*".to_owned(),
            parts: Vec::new(),
            link: Some("https://inbox.example/t/thr_1".to_owned()),
            summary: Some("Asks <where> the parcel is".to_owned()),
        };
        let bodies =
            [TeamChannelKind::Slack, TeamChannelKind::Teams, TeamChannelKind::Json].map(|kind| body(kind, &told));
        insta::assert_json_snapshot!(bodies);
        let bare = Told { link: None, summary: None, ..told };
        assert!(!body(TeamChannelKind::Slack, &bare).to_string().contains("Open the thread"));
        assert!(
            body(TeamChannelKind::Teams, &bare)["attachments"][0]["content"]["actions"].as_array().unwrap().is_empty()
        );
    }

    #[test]
    fn a_digest_comes_in_parts_and_keeps_within_what_each_channel_takes() {
        let told = |parts: Vec<String>| Told {
            key: "dig_2026-07-02".to_owned(),
            kind: "digest",
            text: "3 open".to_owned(),
            parts,
            link: Some("https://inbox.example/digest".to_owned()),
            summary: None,
        };
        let small = told(vec!["Overdue (1):\n• Asks *where* it is".to_owned(), "By owner: Mia 1 open".to_owned()]);
        let bodies =
            [TeamChannelKind::Slack, TeamChannelKind::Teams, TeamChannelKind::Json].map(|kind| body(kind, &small));
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
}
