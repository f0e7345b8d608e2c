//! What other rules would have made of the comments that came under a post.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Author, Comment, CommentPlace, Merit, PostRecord, flood};
use crate::{
    platform::{Channel, Surface},
    rules::Rules,
    time::Timestamp,
};

/// A comment of a customer as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CameIn {
    pub at: Timestamp,
    /// Who wrote it, by their id.
    pub author: String,
    /// Its beginning; none where its words are not kept.
    pub text: Option<String>,
    /// Whoever wrote it had an open thread on the account.
    pub known: bool,
    /// It answers a comment of ours.
    pub answers_us: bool,
}

impl CameIn {
    /// None of what is ours, was deleted, or is not there yet.
    pub fn of(comment: &Comment, answers_us: bool) -> Option<Self> {
        let Comment { at, known, .. } = *comment;
        let customers = matches!(comment.place, CommentPlace::Thread(_) | CommentPlace::Held);
        let author = comment.author.clone().filter(|_| customers)?;
        Some(Self { at, author, text: comment.text.clone(), known, answers_us })
    }
}

/// What became of the comments under a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Became {
    /// Threads that were opened.
    pub threads: u32,
    /// Comments that are held.
    pub held: u32,
}

/// What these rules make of comments, which are in the order of time. Nobody had a thread under the post before the first
/// of them, and nobody gave held ones threads. Hours are those in which the comments were written.
pub fn replay(post: &PostRecord, came: &[CameIn], rules: &Rules) -> Became {
    let by = rules.comments(Channel { platform: post.name.platform, surface: Surface::Comments });
    let mut record = PostRecord { note: post.note.clone(), ..PostRecord::new(post.name.clone()) };
    let mut became = Became::default();
    // Of each author how many are held; none once they have a thread.
    let mut authors: BTreeMap<&str, (Author, Option<u32>)> = BTreeMap::new();
    for one in came {
        let (author, held) = authors.entry(&one.author).or_insert_with(|| (Author::default(), Some(0)));
        let Some(held_before) = *held else { continue };
        let merit = Merit::of(Some(rules), one.text.as_deref(), one.known);
        let merit = if one.answers_us { merit.max(Merit::Pressing) } else { merit };
        if flood::opens(&mut record, author, merit, by, one.at) {
            became.threads += 1;
            became.held -= held_before;
            *held = None;
        } else {
            became.held += 1;
            *held = Some(held_before + 1);
        }
    }
    became
}
