//! The form in which each kind of team channel takes a message.

use serde_json::{Value, json};
use tributary_domain::rules::TeamChannelKind;

use crate::NoticeMessage;

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
pub fn body(kind: TeamChannelKind, message: &NoticeMessage) -> Value {
    match kind {
        TeamChannelKind::Slack => slack(message),
        TeamChannelKind::Teams => teams(message),
        TeamChannelKind::Json => {
            let all: Vec<&str> = message.texts().collect();
            json!({
                "key": message.key, "kind": message.kind, "text": all.join("\n"), "summary": message.summary, "link": message.link,
            })
        }
    }
}

fn opens(message: &NoticeMessage) -> &'static str {
    match message.kind {
        "digest" => "Open the digest",
        "flood" => "Open the post",
        _ => "Open the thread",
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

fn slack(message: &NoticeMessage) -> Value {
    let mut texts: Vec<String> = message.texts().map(escaped).collect();
    texts.extend(message.summary.as_deref().map(|summary| format!("&gt; {}", escaped(summary))));
    texts.truncate(SLACK_BLOCKS - 1);
    texts.extend(message.link.as_deref().map(|link| format!("<{link}|{}>", opens(message))));
    let block =
        |text: String| json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } });
    json!({ "text": escaped(&message.text), "blocks": texts.into_iter().map(block).collect::<Vec<_>>() })
}

fn teams(message: &NoticeMessage) -> Value {
    // Cards read some Markdown: what could be taken for it is not. A block is a line: in one text lines would run together.
    let plain = |text: &str| text.replace(['*', '_', '[', ']', '`', '#'], " ");
    let mut blocks = Vec::new();
    let mut bytes = 0;
    for (place, part) in message.texts().enumerate() {
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
        message
            .summary
            .as_deref()
            .map(|summary| json!({ "type": "TextBlock", "text": plain(summary), "wrap": true, "isSubtle": true })),
    );
    let open =
        message.link.as_deref().map(|link| json!({ "type": "Action.OpenUrl", "title": opens(message), "url": link }));
    json!({ "type": "message", "attachments": [{
        "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null,
        "content": {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
            "body": blocks,
            "actions": open.into_iter().collect::<Vec<_>>(),
        },
    }] })
}
