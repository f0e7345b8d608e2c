//! What a post shows that people comment under.
//! <https://developers.facebook.com/docs/graph-api/reference/page-post>,
//! <https://developers.facebook.com/docs/instagram-platform/reference/instagram-media>,
//! <https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/mentioned_media>

use serde::Deserialize;
use tributary_domain::{capability::PlatformError, id::RemoteId, post::PostContext};

use crate::{
    http::{HttpRequest, HttpResponse},
    json::{Moment, Text, filled},
    meta::{error, graph::Caller, messaging::Flavor},
};

const PAGE_POST: &str =
    "message,story,permalink_url,full_picture,created_time,is_published,from,comments.limit(0).summary(true)";
const MEDIA: &str = "caption,permalink,media_type,media_url,thumbnail_url,timestamp,username,is_comment_enabled";
/// What is shown of somebody else's media.
const MENTIONED: &str = "caption,permalink,media_type,media_url,timestamp,username";

/// The call that reads a post. Somebody else's on Instagram is read through the `account` that it mentions.
pub(crate) fn request(
    flavor: Flavor,
    caller: Caller<'_>,
    account: &RemoteId,
    post: &RemoteId,
    mention: bool,
) -> HttpRequest {
    match (flavor, mention) {
        (Flavor::Messenger, _) => caller.get(post.as_str(), &[("fields", PAGE_POST)]),
        (Flavor::Instagram, false) => caller.get(post.as_str(), &[("fields", MEDIA)]),
        (Flavor::Instagram, true) => {
            let fields = format!("mentioned_media.media_id({post}){{{MENTIONED}}}");
            caller.get(account.as_str(), &[("fields", &fields)])
        }
    }
}

#[derive(Deserialize)]
struct Post<'a> {
    #[serde(borrow)]
    message: Option<Text<'a>>,
    story: Option<Text<'a>>,
    caption: Option<Text<'a>>,
    permalink_url: Option<Text<'a>>,
    permalink: Option<Text<'a>>,
    full_picture: Option<Text<'a>>,
    media_type: Option<Text<'a>>,
    media_url: Option<Text<'a>>,
    thumbnail_url: Option<Text<'a>>,
    created_time: Option<Moment>,
    timestamp: Option<Moment>,
    from: Option<Named<'a>>,
    username: Option<Text<'a>>,
    is_published: Option<bool>,
    is_comment_enabled: Option<bool>,
    comments: Option<Edge>,
    mentioned_media: Option<Box<Post<'a>>>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Edge {
    summary: Option<Summary>,
}

#[derive(Deserialize)]
struct Summary {
    can_comment: Option<bool>,
}

/// What the answer tells.
pub(crate) fn read(response: &HttpResponse) -> Result<PostContext, PlatformError> {
    let mut post: Post<'_> = error::success(response)?;
    if let Some(mentioned) = post.mentioned_media.take() {
        post = *mentioned;
    }
    // Of a film, the media itself is no picture.
    let still = post.media_type.as_deref() != Some("VIDEO");
    let picture = filled(post.full_picture).or_else(|| filled(post.thumbnail_url));
    let can_comment = post.is_comment_enabled.or(post.comments.and_then(|edge| edge.summary?.can_comment));
    Ok(PostContext {
        text: filled(post.message).or_else(|| filled(post.caption)).or_else(|| filled(post.story)),
        permalink: filled(post.permalink_url).or_else(|| filled(post.permalink)),
        picture: picture.or_else(|| filled(post.media_url).filter(|_| still)),
        author: filled(post.username).map(|name| format!("@{name}")).or_else(|| filled(post.from?.name)),
        published_at: post.created_time.or(post.timestamp).map(|Moment(at)| at),
        unpublished: post.is_published == Some(false),
        closed: can_comment == Some(false),
    })
}

#[cfg(test)]
mod tests {
    use tributary_domain::{capability::ErrorClass, time::Timestamp};

    use super::*;
    use crate::http::{HeaderMap, StatusCode};

    fn told(status: u16, body: &str) -> Result<PostContext, PlatformError> {
        let status = StatusCode::from_u16(status).unwrap();
        read(&HttpResponse { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() })
    }

    #[test]
    fn a_page_post_tells_its_words_its_picture_and_whether_comments_are_open() {
        let body = r#"{"id":"77001_42","message":"Autumn sale","permalink_url":"https://www.facebook.com/77001/posts/42",
            "full_picture":"https://scontent.fbcdn.net/a.jpg","created_time":"2026-01-01T00:00:00+0000","is_published":false,
            "from":{"name":"Blue Fern","id":"77001"},"comments":{"data":[],"summary":{"total_count":3,"can_comment":false}}}"#;
        let context = PostContext {
            text: Some("Autumn sale".into()),
            permalink: Some("https://www.facebook.com/77001/posts/42".into()),
            picture: Some("https://scontent.fbcdn.net/a.jpg".into()),
            author: Some("Blue Fern".into()),
            published_at: Some(Timestamp::from_seconds(1_767_225_600)),
            unpublished: true,
            closed: true,
        };
        assert_eq!(told(200, body).unwrap(), context);
    }

    #[test]
    fn a_film_is_shown_by_its_still() {
        let film = r#"{"caption":"Kiln","media_type":"VIDEO","media_url":"https://x.cdninstagram.com/a.mp4","username":"fern"}"#;
        assert_eq!(told(200, film).unwrap().picture, None);
        let still = film.replace(r#""username""#, r#""thumbnail_url":"https://x.cdninstagram.com/a.jpg","username""#);
        let context = told(200, &still).unwrap();
        assert_eq!(context.picture.as_deref(), Some("https://x.cdninstagram.com/a.jpg"));
        assert_eq!(context.author.as_deref(), Some("@fern"));
    }

    #[test]
    fn somebody_elses_media_is_read_through_the_account_that_it_mentions() {
        let body = r#"{"mentioned_media":{"caption":"Thanks @fern","username":"ana","id":"9"},"id":"17"}"#;
        let context = told(200, body).unwrap();
        assert_eq!((context.text.as_deref(), context.author.as_deref()), (Some("Thanks @fern"), Some("@ana")));
    }

    #[test]
    fn what_is_not_shown_is_told_with_its_reason() {
        let gone = r#"{"error":{"message":"x","type":"GraphMethodException","code":100,"error_subcode":33}}"#;
        assert_eq!(told(400, gone).unwrap_err().class, ErrorClass::Gone);
        assert_eq!(told(200, "[]").unwrap_err().class, ErrorClass::Transient);
    }
}
