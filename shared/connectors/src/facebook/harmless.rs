//! What a Page's webhooks report that is passed over, beside what all messaging has.

use crate::contract::Harmless;

/// Fields of a Page that hold no words of a customer's and nothing that anybody has to act on.
/// <https://developers.facebook.com/docs/graph-api/webhooks/reference/page>
pub(super) const HARMLESS: &[Harmless] = &[
    ("feed.own_post", "a post of the Page's own: it is read once somebody writes under it"),
    ("feed.reaction", "a like of a post or a comment, which asks for nothing"),
    ("feed.edit_without_words", "an edit that changes no words: those that are there stay"),
    ("about", "the Page's own profile"),
    ("category", "the Page's own profile"),
    ("cover", "the Page's own profile"),
    ("description", "the Page's own profile"),
    ("email", "the Page's own profile"),
    ("hours", "the Page's own profile"),
    ("location", "the Page's own profile"),
    ("name", "the Page's own profile"),
    ("phone", "the Page's own profile"),
    ("picture", "the Page's own profile"),
    ("website", "the Page's own profile"),
    ("live_videos", "how far a video of the Page's own has come"),
    ("videos", "how far a video of the Page's own has come"),
];
