//! What a change of `feed`, `mention`, `comments`, `live_comments` and `mentions` looks like.
//! <https://developers.facebook.com/docs/graph-api/webhooks/reference/page>,
//! <https://developers.facebook.com/docs/graph-api/webhooks/reference/instagram>
#![expect(clippy::struct_field_names, reason = "the platform's own names")]

use serde::Deserialize;

use crate::json::{Moment, Text, open};

/// Who wrote something.
#[derive(Debug, Deserialize)]
pub(crate) struct Author<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    pub(crate) name: Option<Text<'a>>,
    pub(crate) username: Option<Text<'a>>,
}

open! {
    /// What happened to a comment or a post of a Page.
    struct PageChange<'a> {
        item: Text<'a>,
        verb: Text<'a>,
        from: Author<'a>,
        sender_id: Text<'a>,
        sender_name: Text<'a>,
        post_id: Text<'a>,
        comment_id: Text<'a>,
        parent_id: Text<'a>,
        message: Text<'a>,
        created_time: Moment,
        edited_time: Moment,
        is_hidden: bool,
        link: Text<'a>,
        photo: Text<'a>,
        photos: Vec<Text<'a>>,
        video: Text<'a>,
        permalink_url: Text<'a>,
        post: Post<'a>,
    }
    pass &[
        "album_id", "can_comment", "can_hide", "can_like", "can_remove", "open_graph_story_id", "photo_id", "photo_ids",
        "promotion_status", "published", "reaction_type", "recipient_id", "share_id", "status_type", "updated_time",
        "video_flag_reason", "video_id",
    ];
}

/// The post, as a delivery tells of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Post<'a> {
    #[serde(borrow)]
    pub(crate) permalink_url: Option<Text<'a>>,
    pub(crate) is_published: Option<bool>,
}

open! {
    /// A comment under a post of an Instagram account, or a mention of it.
    struct InstagramChange<'a> {
        id: Text<'a>,
        comment_id: Text<'a>,
        parent_id: Text<'a>,
        from: Author<'a>,
        text: Text<'a>,
        media: Media<'a>,
        media_id: Text<'a>,
        timestamp: Moment,
        created_time: Moment,
        hidden: bool,
        permalink: Text<'a>,
    }
    pass &["like_count", "replies"];
}

/// The post that a comment stands under.
#[derive(Debug, Deserialize)]
pub(crate) struct Media<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    pub(crate) ad_id: Option<Text<'a>>,
    pub(crate) ad_title: Option<Text<'a>>,
    /// The post that was made an ad of.
    pub(crate) original_media_id: Option<Text<'a>>,
    pub(crate) media_product_type: Option<Text<'a>>,
}
