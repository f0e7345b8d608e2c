//! Whether a comment of ours is there, after the answer to the call that wrote it was lost.
//! <https://developers.facebook.com/docs/graph-api/reference/page-post/comments>,
//! <https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-comment/replies>

use serde::Deserialize;
use tributary_domain::{id::RemoteId, outbound::Part, time::Timestamp};

use super::{page::comment_id, wire::Author};
use crate::{
    contract::{Outgoing, To},
    http::{HttpRequest, HttpResponse},
    json::{Moment, Text},
    meta::{error, graph::Caller, messaging::Flavor},
};

#[derive(Deserialize)]
struct Edge<'a> {
    #[serde(borrow, default = "Vec::new")]
    data: Vec<Comment<'a>>,
}

#[derive(Deserialize)]
struct Comment<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    from: Option<Author<'a>>,
    message: Option<Text<'a>>,
    text: Option<Text<'a>>,
    created_time: Option<Moment>,
    timestamp: Option<Moment>,
    replies: Option<Edge<'a>>,
}

/// The comments among which it would be: on Facebook all of the post since then, on Instagram those of the latest branches.
pub(crate) fn request(
    flavor: Flavor,
    caller: Caller<'_>,
    outgoing: &Outgoing<'_>,
    since: Timestamp,
) -> Option<HttpRequest> {
    let (To::Comment { subject, .. } | To::Subject(subject)) = outgoing.to else { return None };
    let since = (since.millis() / 1000).to_string();
    let query: &[(&str, &str)] = match flavor {
        Flavor::Messenger => &[
            ("filter", "stream"),
            ("order", "reverse_chronological"),
            ("fields", "id,from,message,created_time"),
            ("limit", "100"),
            ("since", &since),
        ],
        Flavor::Instagram => {
            &[("fields", "id,from,text,timestamp,replies.limit(50){id,from,text,timestamp}"), ("limit", "50")]
        }
    };
    Some(caller.edge(subject.id.as_str(), "comments", query))
}

/// Those of the account's own, in the same words and not older, oldest first.
pub(crate) fn found(
    flavor: Flavor,
    account: &RemoteId,
    outgoing: &Outgoing<'_>,
    since: Timestamp,
    response: &HttpResponse,
) -> Vec<RemoteId> {
    let Ok(edge) = error::success::<Edge<'_>>(response) else { return Vec::new() };
    let (Part::Text { text, .. } | Part::Media { caption: Some(text), .. }) = outgoing.part else { return Vec::new() };
    let post = match outgoing.to {
        To::Comment { subject, .. } | To::Subject(subject) => subject.id.as_str(),
        To::Person(_) | To::Author { .. } => return Vec::new(),
    };
    let mut all = Vec::new();
    for mut comment in edge.data {
        all.extend(comment.replies.take().into_iter().flat_map(|edge| edge.data));
        all.push(comment);
    }
    let mut found = Vec::new();
    for comment in all {
        let ours = comment.from.and_then(|from| from.id).is_some_and(|id| &*id == account.as_str());
        let same = comment.message.or(comment.text).is_some_and(|words| words.trim() == text.trim());
        let Some(Moment(at)) = comment.created_time.or(comment.timestamp) else { continue };
        // They write the time in whole seconds.
        if ours && same && at.millis() / 1000 >= since.millis() / 1000 {
            let id = match flavor {
                Flavor::Messenger => comment_id(post, &comment.id),
                Flavor::Instagram => String::from(comment.id),
            };
            found.push((at, id));
        }
    }
    found.sort();
    found.into_iter().map(|(_, id)| RemoteId::new(id)).collect()
}

#[cfg(test)]
mod tests {
    use tributary_domain::{
        event::Correlation,
        id::{ReplyId, ThreadId},
        platform::Surface,
        subject::{Subject, SubjectKind},
    };

    use super::*;
    use crate::http::{HeaderMap, StatusCode};

    fn told(flavor: Flavor, body: &str) -> Vec<String> {
        let part = Part::Text { text: "12 €".to_owned(), quote: None };
        let correlation = Correlation { reply: ReplyId::parse("rpl_0a1b").unwrap(), part: 0 };
        let subject = Subject { kind: SubjectKind::Post, id: RemoteId::new("77001_42") };
        let comment = RemoteId::new("42_900");
        let outgoing = Outgoing {
            surface: Surface::Comments,
            to: To::Comment { id: &comment, subject: &subject },
            part: &part,
            links: &[],
            human_agent: false,
            correlation: &correlation,
            thread: &ThreadId::from_bytes(&[1]),
            topic: None,
            handle: None,
        };
        let response =
            HttpResponse { status: StatusCode::OK, headers: HeaderMap::new(), body: body.as_bytes().to_vec() };
        let since = Timestamp::from_seconds(1_767_225_600);
        let found = found(flavor, &RemoteId::new("77001"), &outgoing, since, &response);
        found.into_iter().map(|id| id.to_string()).collect()
    }

    #[test]
    fn only_our_own_words_since_then_are_taken_for_it_oldest_first() {
        let body = r#"{"data":[
            {"id":"77001_42_905","from":{"id":"77001"},"message":"12 \u20ac","created_time":"2026-01-01T00:00:09+0000"},
            {"id":"42_904","from":{"id":"77001"},"message":"12 \u20ac ","created_time":"2026-01-01T00:00:05+0000"},
            {"id":"42_903","from":{"id":"77001"},"message":"13 \u20ac","created_time":"2026-01-01T00:00:05+0000"},
            {"id":"42_902","from":{"id":"9001"},"message":"12 \u20ac","created_time":"2026-01-01T00:00:05+0000"},
            {"id":"42_901","message":"12 \u20ac","created_time":"2026-01-01T00:00:05+0000"},
            {"id":"42_899","from":{"id":"77001"},"message":"12 \u20ac","created_time":"2025-12-31T23:59:59+0000"}]}"#;
        assert_eq!(told(Flavor::Messenger, body), ["42_904", "42_905"]);
    }

    #[test]
    fn answers_below_a_comment_are_looked_through() {
        let body = r#"{"data":[{"id":"900","from":{"id":"9001"},"text":"price?","timestamp":"2026-01-01T00:00:01+0000",
            "replies":{"data":[{"id":"901","from":{"id":"77001"},"text":"12 \u20ac","timestamp":"2026-01-01T00:00:03+0000"}]}}]}"#;
        assert_eq!(told(Flavor::Instagram, body), ["901"]);
    }

    #[test]
    fn what_cannot_be_read_finds_nothing() {
        for body in ["", "{}", "[]", r#"{"error":{"code":190}}"#, r#"{"data":[{}]}"#] {
            assert!(told(Flavor::Messenger, body).is_empty(), "{body}");
        }
    }
}
