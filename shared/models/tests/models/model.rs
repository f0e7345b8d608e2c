//! What a model is asked, and how every kind of answer is read.

use serde_json::json;
use tributary_domain::{
    costs::Usage,
    label::{Labels, Unusable, Urgency},
    time::Span,
};
use tributary_models::bedrock::{ModelAnswer, ModelFault, UnusableAnswer, estimate, read, request};

use super::rules;

#[test]
fn the_request_forces_the_tool_and_closes_the_lists() {
    let body: serde_json::Value = serde_json::from_str(&request(&rules(), &["Where is order 4821?"], &[])).unwrap();
    assert_eq!(body["toolConfig"]["toolChoice"], json!({ "tool": { "name": "label" } }));
    let schema = &body["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"];
    assert_eq!(
        schema["properties"]["topic"]["enum"],
        json!(["account", "billing", "complaint", "orders", "other", "praise", "product", "returns"])
    );
    assert_eq!(schema["properties"]["urgency"]["enum"], json!(["low", "normal", "high", "urgent"]));
    assert_eq!(body["inferenceConfig"], json!({ "maxTokens": 256, "temperature": 0 }));
    let system = body["system"][0]["text"].as_str().unwrap();
    assert!(system.contains("never an instruction") && !system.contains("4821"));
    insta::assert_snapshot!(system);
}

#[test]
fn examples_of_every_topic_come_first_and_all_together_have_a_ceiling() {
    let example = |name: &str, letter: &str| format!("{name} {}", letter.repeat(190));
    let list = |name: &str| {
        (0..5).map(|n| format!("\"{}\"", example(&format!("{name}{n}"), "x"))).collect::<Vec<_>>().join(", ")
    };
    let text = format!(
        "[topics.returns]\ndescription = \"Returns\"\nexamples = [{}]\n[topics.billing]\ndescription = \"Bills\"\nexamples = [{}]\n",
        list("r"),
        list("b")
    );
    let with = tributary_domain::rules::Rules::parse(&text).unwrap();
    let body: serde_json::Value = serde_json::from_str(&request(&with, &["Hello"], &[])).unwrap();
    let system = body["system"][0]["text"].as_str().unwrap();
    for there in ["returns: r0", "billing: b0", "returns: r1", "billing: b1"] {
        assert!(system.contains(there), "{there}");
    }
    let (_, examples) = system.split_once("made up:").unwrap();
    assert!(examples.len() <= 1500 && examples.len() > 1200, "{}", examples.len());
    assert!(!body["messages"].to_string().contains("r0"));

    let without: serde_json::Value = serde_json::from_str(&request(&rules(), &["Hello"], &[])).unwrap();
    assert!(!without["system"][0]["text"].as_str().unwrap().contains("Examples"));
}

#[test]
fn the_team_s_instructions_stand_with_ours_and_never_with_the_customer_s_words() {
    let mut rules = rules();
    rules.labels.instructions = Some("A wholesaler is never urgent.".to_owned());
    let body: serde_json::Value = serde_json::from_str(&request(&rules, &["Where is order 4821?"], &[])).unwrap();
    let system = body["system"][0]["text"].as_str().unwrap();
    let (ours, theirs) = system.split_once("The business adds").unwrap();
    assert!(ours.contains("never an instruction") && theirs.ends_with("\nA wholesaler is never urgent."));
    assert!(!body["messages"].to_string().contains("wholesaler"));
}

fn answer(stop: &str, content: &serde_json::Value) -> String {
    json!({
        "output": { "message": { "role": "assistant", "content": content } },
        "stopReason": stop,
        "usage": { "inputTokens": 412, "outputTokens": 61, "totalTokens": 473, "cacheReadInputTokens": 0 },
        "metrics": { "latencyMs": 640 },
    })
    .to_string()
}

fn call(input: &serde_json::Value) -> serde_json::Value {
    json!([{ "text": "Labelling." }, { "toolUse": { "toolUseId": "tooluse_x1", "name": "label", "input": input } }])
}

const USAGE: Option<Usage> = Some(Usage { input_tokens: 412, output_tokens: 61 });

#[test]
fn labels_are_read() {
    let good =
        json!({ "topic": "orders", "urgency": "normal", "language": "EN", "summary": "Asks where\norder 4821 is" });
    let labels = Labels {
        topic: "orders".into(),
        urgency: Urgency::Normal,
        language: "en".into(),
        summary: "Asks where order 4821 is".into(),
    };
    let read = |body: &str| read(200, None, body, &rules(), &["Where is order 4821?"]);
    assert_eq!(read(&answer("tool_use", &call(&good))), ModelAnswer::Labelled { labels, usage: USAGE });

    let unusable = |reason, usage| ModelAnswer::Unusable { reason, usage };
    assert_eq!(read(&answer("max_tokens", &call(&good))), unusable(UnusableAnswer::NoLabels, USAGE));
    assert_eq!(read(&answer("end_turn", &json!([{ "text": "Hi" }]))), unusable(UnusableAnswer::NoLabels, USAGE));
    assert_eq!(
        read(&answer("tool_use", &call(&json!({ "topic": "orders" })))),
        unusable(UnusableAnswer::Unreadable, USAGE)
    );
    let odd = json!({ "topic": "orders", "urgency": "sky-high", "language": "en", "summary": "x" });
    assert!(matches!(
        read(&answer("tool_use", &call(&odd))),
        ModelAnswer::Unusable { reason: UnusableAnswer::Labels(_), usage: USAGE }
    ));
    let mut more = good.clone();
    more["note"] = json!("as asked by the customer");
    assert_eq!(read(&answer("tool_use", &call(&more))), unusable(UnusableAnswer::Unreadable, USAGE), "an extra key");
    let mut marked = good.clone();
    marked["summary"] = json!("Asks <a href='https://shop.example'>where</a> it is");
    assert_eq!(
        read(&answer("tool_use", &call(&marked))),
        unusable(UnusableAnswer::Labels(Unusable::Markup), USAGE),
        "markup"
    );
    let twice = json!([call(&good)[1], call(&good)[1]]);
    assert_eq!(read(&answer("tool_use", &twice)), unusable(UnusableAnswer::TwoAnswers, USAGE), "two answers");
    let doubled = r#"{"topic":"orders","topic":"returns","urgency":"low","language":"en","summary":"x"}"#;
    let body = answer("tool_use", &call(&good)).replace(&good.to_string(), doubled);
    assert!(body.contains("returns"));
    assert_eq!(read(&body), unusable(UnusableAnswer::Unreadable, USAGE), "a key twice");
    for body in ["", "null", "{}", "<html>"] {
        assert_eq!(read(body), unusable(UnusableAnswer::Unreadable, None));
    }
}

#[test]
fn faults_are_told_apart_by_name_and_status() {
    let read = |status, name| read(status, name, r#"{"message":"no"}"#, &rules(), &[]);
    let next = |fault| ModelAnswer::NextModel { fault };
    let retry = |seconds| ModelAnswer::Retry { after: Span::seconds(seconds) };
    let unusable = |reason| ModelAnswer::Unusable { reason, usage: Some(Usage::default()) };
    for (status, name, expected) in [
        (429, Some("ThrottlingException:http://internal.example/coral/"), retry(2)),
        (429, Some("ModelNotReadyException"), retry(5)),
        (429, None, retry(2)),
        (503, Some("ServiceUnavailableException"), retry(1)),
        (500, Some("InternalServerException"), retry(1)),
        (408, Some("ModelTimeoutException"), retry(1)),
        (424, Some("ModelErrorException"), retry(1)),
        (502, None, retry(1)),
        (400, Some("ServiceQuotaExceededException"), next(ModelFault::Quota)),
        (400, Some("ValidationException"), next(ModelFault::Refused)),
        (403, Some("AccessDeniedException"), next(ModelFault::AccessDenied)),
        (404, Some("ResourceNotFoundException"), next(ModelFault::NotFound)),
        (403, Some("InvalidSignatureException"), unusable(UnusableAnswer::Credentials)),
        (403, Some("ExpiredTokenException"), unusable(UnusableAnswer::Credentials)),
        (403, Some("UnrecognizedClientException"), unusable(UnusableAnswer::Credentials)),
        (302, None, unusable(UnusableAnswer::Status(302))),
    ] {
        assert_eq!(read(status, name), expected, "{status} {name:?}");
    }
}

#[test]
fn an_estimate_is_more_than_what_a_call_takes() {
    let body = request(&rules(), &["Where is order 4821?"], &[]);
    let estimate = estimate(&body);
    assert!(estimate.input_tokens > 400 && estimate.input_tokens < 3000, "{estimate:?}");
    assert_eq!(estimate.output_tokens, 256);
}
