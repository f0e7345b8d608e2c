//! Notices to the team channel: Slack, Microsoft Teams, or plain JSON, by the address.

use serde_json::json;
use tributary_connectors::http::Method;
use tributary_domain::id::ThreadId;

use super::Outcome;
use crate::{
    edge::Edge,
    fault::Fault,
    outbound::{header, open, within},
};

const DEADLINE_MS: u32 = 10_000;

/// What the team channel made of a post.
pub(crate) enum Posted {
    /// There is no channel.
    Nowhere,
    /// It answered.
    Answered { status: u16, retry_after: Option<u64> },
    /// Nobody knows.
    Silence,
}

/// Posts a text, with an address to open.
pub(crate) async fn send(edge: &Edge, text: &str, link: Option<&str>) -> Posted {
    let Some(channel) = &edge.config.team_channel else { return Posted::Nowhere };
    let url = channel.expose();
    let body = body(url, text, link).to_string();
    let headers = [("content-type", "application/json".to_owned())];
    match within(DEADLINE_MS, open(Method::Post, url, &headers, Some(&body), None)).await {
        Ok(response) => Posted::Answered {
            status: response.status_code(),
            retry_after: header(&response, "retry-after").and_then(|value| value.parse().ok()),
        },
        Err(_) => Posted::Silence,
    }
}

pub(super) async fn post(edge: &Edge, text: &str, thread: Option<&ThreadId>) -> Result<Outcome, Fault> {
    let link = match (&edge.config.public_url, thread) {
        (Some(origin), Some(thread)) => Some(format!("{origin}/t/{thread}")),
        _ => None,
    };
    Ok(match send(edge, text, link.as_deref()).await {
        Posted::Nowhere => Outcome::Done,
        Posted::Answered { status, retry_after } if status == 429 || status >= 500 => {
            let after = retry_after.and_then(|after| u32::try_from(after).ok()).unwrap_or(30);
            Outcome::Again { after_seconds: after.clamp(1, 3600) }
        }
        Posted::Answered { status, .. } => {
            if status >= 400 {
                worker::console_error!("notice: the team channel answered {status}");
            }
            Outcome::Done
        }
        Posted::Silence => Outcome::Again { after_seconds: 30 },
    })
}

/// The form that the service behind the address takes.
fn body(url: &str, text: &str, link: Option<&str>) -> serde_json::Value {
    let host = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    if host.contains("logic.azure.com") || host.contains("powerplatform.com") {
        let open = link.map(|link| json!([{ "type": "Action.OpenUrl", "title": "Open", "url": link }]));
        return json!({ "type": "message", "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
                "body": [{ "type": "TextBlock", "text": text, "wrap": true }],
                "actions": open.unwrap_or_else(|| json!([])),
            },
        }] });
    }
    // Slack would read these as markup, and `<!channel>` as a call to everybody.
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    match link {
        Some(link) => json!({ "text": format!("{escaped}\n{link}") }),
        None => json!({ "text": escaped }),
    }
}
