//! Every file under `fixtures/` is one case; what the connector makes of it is held against a snapshot.
#![expect(clippy::unwrap_used, reason = "tests")]

use serde::Deserialize;
use serde_json::{Value, json};
use tributary_connectors::{
    contract::{Hook, Inbound, Moderating, Outgoing, To, Verified, Via},
    http::{HeaderMap, HttpRequest, HttpResponse, StatusCode, Target},
    registry::{self, Account, Credentials},
};
use tributary_domain::{
    event::Correlation,
    id::{RemoteId, ReplyId, ThreadId},
    moderation::ModerationAction,
    outbound::{Draft, Part, SendOutcome},
    platform::{Channel, Platform, Surface},
};

fn platform(path: &std::path::Path) -> Platform {
    let name = path.parent().unwrap().parent().unwrap().file_name().unwrap();
    Platform::from_name(name.to_str().unwrap()).unwrap()
}

#[test]
fn inbound() {
    insta::glob!("../fixtures", "*/inbound/*.json", |path| {
        let body = std::fs::read(path).unwrap();
        let bot = RemoteId::new("4242");
        let body = Verified::from_queue(&body);
        let parsed = registry::parse(platform(path), &Inbound { body, account: Some(&bot), via: Via::Webhook });
        insta::assert_json_snapshot!(parsed);
    });
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Answer {
    call: String,
    status: u16,
    retry_after: Option<u64>,
    usage: Option<Value>,
    action: Option<ModerationAction>,
    body: Value,
}

fn credentials(platform: Platform) -> Credentials {
    let json = match platform {
        Platform::Telegram => r#"{"botToken":"4242:token"}"#,
        Platform::Instagram => r#"{"accessToken":"IGAAtoken","kind":"instagramLogin"}"#,
        _ => r#"{"accessToken":"EAAtoken"}"#,
    };
    Credentials::read(platform, json).unwrap()
}

#[test]
fn response() {
    insta::glob!("../fixtures", "*/response/*.json", |path| {
        let answer: Answer = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let body = answer.body.as_str().map_or_else(|| answer.body.to_string(), str::to_owned).into_bytes();
        let mut headers = HeaderMap::new();
        let told = [("x-business-use-case-usage", answer.usage), ("retry-after", answer.retry_after.map(Value::from))];
        for (name, value) in told {
            if let Some(value) = value {
                headers.insert(name, value.to_string().parse().unwrap());
            }
        }
        let response = HttpResponse { status: StatusCode::from_u16(answer.status).unwrap(), headers, body };
        let platform = platform(path);
        let credentials = credentials(platform);
        let account = Account { id: &RemoteId::new("106"), credentials: &credentials, app_secret: None };
        let made = match answer.call.as_str() {
            "send" => json!(outcome(platform, &response)),
            "moderate" => json!(registry::moderated(platform, answer.action.unwrap(), &response)),
            "profile" => json!(registry::read_profile(&account, &response)),
            "probe" => json!(registry::probed(&account, &response).map(|probe| json!([probe.id, probe.name]))),
            "subscribe" => json!(registry::subscribed(&account, &response)),
            "located" => {
                json!(registry::located(&account, &response).map(|request| shown(&request)))
            }
            other => panic!("unknown call {other}"),
        };
        insta::assert_json_snapshot!(made);
    });
}

fn outcome(platform: Platform, response: &HttpResponse) -> SendOutcome {
    let part = Part::Text { text: "Hello".to_owned(), quote: None };
    let correlation = Correlation { reply: ReplyId::parse("rpl_0a1b").unwrap(), part: 0 };
    let thread = ThreadId::from_bytes(&[1]);
    registry::outcome(platform, &outgoing(&part, &correlation, &thread), response)
}

fn outgoing<'a>(part: &'a Part, correlation: &'a Correlation, thread: &'a ThreadId) -> Outgoing<'a> {
    Outgoing {
        surface: Surface::Messages,
        to: To::Person(&[]),
        part,
        links: &[],
        human_agent: false,
        correlation,
        thread,
        topic: None,
        handle: None,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Order {
    call: String,
    account: RemoteId,
    credentials: Value,
    recipient: Vec<String>,
    #[serde(default)]
    draft: Draft,
    #[serde(default)]
    human_agent: bool,
    app_secret: Option<String>,
    topic: Option<String>,
    action: Option<ModerationAction>,
    on: Option<RemoteId>,
    #[serde(default)]
    own: bool,
}

fn shown(request: &HttpRequest) -> Value {
    let target = match &request.target {
        Target::Api(base, path) => {
            let name = base.variable.strip_suffix("_API_BASE").unwrap();
            format!("{}{} {path}", &name[..1], name[1..].to_ascii_lowercase())
        }
        Target::Own(..) | Target::Media(_) => request.target.url(|spec| spec.usual),
    };
    let mut headers: Vec<_> = request.body.content_type().map(|kind| ("content-type", kind)).into_iter().collect();
    headers.extend(request.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())));
    let body = request.body.text().map(|body| serde_json::from_str::<Value>(&body).unwrap());
    json!({ "call": format!("{} {target}", request.method), "headers": headers, "body": body })
}

#[test]
fn outbound() {
    insta::glob!("../fixtures", "*/outbound/*.json", |path| {
        let order: Order = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let platform = platform(path);
        let credentials = Credentials::read(platform, &order.credentials.to_string()).unwrap();
        let app_secret = order.app_secret.as_deref();
        let account = Account { id: &order.account, credentials: &credentials, app_secret };
        let hook = Hook { url: "https://inbox.example/webhooks/x", secret: "hook-secret" };
        let requests = match order.call.as_str() {
            "send" => sends(platform, &account, &order),
            "moderate" => moderates(&account, &order),
            "probe" => json!([shown(&registry::probe(&account))]),
            "subscribe" => registry::subscribe(&account, &hook).iter().map(shown).collect(),
            "profile" => registry::profile(&account, &order.recipient).iter().map(shown).collect(),
            "locate" => registry::locate(&account, &RemoteId::new("F/1?")).iter().map(shown).collect(),
            other => panic!("unknown call {other}"),
        };
        insta::assert_json_snapshot!(requests);
    });
}

fn moderates(account: &Account<'_>, order: &Order) -> Value {
    let (action, on) = (order.action.unwrap(), order.on.as_ref().unwrap());
    let moderating = Moderating { surface: Surface::Comments, action, on, own: order.own };
    registry::moderate(account, &moderating).iter().map(shown).collect()
}

fn sends(platform: Platform, account: &Account<'_>, order: &Order) -> Value {
    let parts = match registry::plan(Channel { platform, surface: Surface::Messages }, &order.draft) {
        Ok(parts) => parts,
        Err(error) => return json!({ "error": error.to_string() }),
    };
    let call = |(index, part): (usize, &Part)| {
        let links: Vec<String> = match part {
            Part::Text { .. } => Vec::new(),
            Part::Media { items, .. } => {
                items.iter().map(|item| format!("https://inbox.example/out/{}", item.file.media)).collect()
            }
        };
        let reply = ReplyId::parse("rpl_0a1b").unwrap();
        let correlation = Correlation { reply, part: u32::try_from(index).unwrap() };
        let thread = ThreadId::from_bytes(&[1]);
        let outgoing = Outgoing {
            to: match order.draft.private_to() {
                Some(comment) => To::Author { comment: &comment.remote },
                None => To::Person(&order.recipient),
            },
            links: &links,
            human_agent: order.human_agent,
            topic: order.topic.as_deref(),
            ..outgoing(part, &correlation, &thread)
        };
        shown(&registry::send(account, &outgoing).unwrap())
    };
    parts.iter().enumerate().map(call).collect()
}

/// Meta counts calls and times apart, by kind of call: whatever comes nearest to its limit counts.
#[test]
fn what_of_its_limits_an_account_has_used() {
    let answered = |platform, usage: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("x-business-use-case-usage", usage.parse().unwrap());
        registry::spent(platform, &HttpResponse { status: StatusCode::OK, headers, body: Vec::new() })
    };
    let usage = r#"{"77":[{"type":"pages","call_count":12,"total_cputime":3,"total_time":81},
        {"type":"messenger","call_count":40,"total_cputime":1,"total_time":2}]}"#
        .replace('\n', "");
    assert_eq!(answered(Platform::Facebook, &usage), Some(81));
    assert_eq!(answered(Platform::Instagram, &usage), Some(81));
    assert_eq!(answered(Platform::Facebook, "not what was said"), None);
    assert_eq!(answered(Platform::Telegram, &usage), None);
}
