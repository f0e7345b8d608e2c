//! What a post is about, as the platform shows it: looked at off the way of its comments, and not often.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Author, Comment, CommentPlace, PostRecord, Storage};
use crate::{
    id::{MediaId, RemoteId, ThreadId},
    time::{Span, Timestamp},
};

/// A post is not looked at again for so long, whatever comes in under it.
const LOOK_AGAIN_AFTER: Span = Span::hours(1);
/// Most comments of others that are shown beside a conversation.
const BESIDE: usize = 50;
/// Most characters of a post that are kept.
const WORDS: usize = 500;

/// What the platform shows of a post.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PostContext {
    /// Its beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
    /// Where its picture is, at the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// It is shown as an ad alone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unpublished: bool,
    /// Comments are switched off.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
}

/// What the last look brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Look {
    /// This is what it shows.
    Shown(PostContext),
    /// The platform does not show it to us, or has it no more.
    NotShown,
}

/// Our copy of a post's picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// Where it is kept.
    pub id: MediaId,
    /// Where it came from, without what changes with each look.
    pub from: String,
}

impl PostRecord {
    /// Whether the post is to be looked at now. Whoever asks is the one to look: nobody else is told so for an hour.
    pub fn is_look_due(&mut self, now: Timestamp) -> bool {
        let due = self.asked_at.is_none_or(|at| now.since(at) >= LOOK_AGAIN_AFTER);
        if due {
            self.asked_at = Some(now);
        }
        due
    }

    /// Takes in what a look brought. What an earlier one did stays where the platform shows nothing now.
    pub fn looked(&mut self, look: Look, picture: Option<Picture>, now: Timestamp) {
        if let Look::Shown(mut context) = look {
            context.text = context.text.map(|text| text.chars().take(WORDS).collect());
            self.context = Some(context);
        }
        self.picture = picture.or(self.picture.take());
        self.read_at = Some(now);
        self.version += 1;
    }
}

/// What stands beside a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Beside {
    /// The newest, oldest first.
    pub comments: Vec<Comment>,
    /// Who wrote them, by their ids.
    pub authors: BTreeMap<String, Author>,
}

/// What others, and we to others, wrote in the branches in which this customer did.
pub fn beside<S: Storage>(storage: &S, author: &str, thread: &ThreadId) -> Result<Beside, S::Error> {
    let mut found = Vec::new();
    for top in storage.author(author)?.map(|author| author.branches).unwrap_or_default() {
        for id in storage.branch(&top)?.into_iter().take(BESIDE) {
            found.extend(storage.comment(&id)?.filter(|comment| is_beside(comment, thread)));
        }
    }
    // Platforms give whole seconds: of one second, an answer stands below what it answers.
    found.sort_by_key(|comment: &Comment| (comment.at, comment.id != comment.top, comment.id.clone()));
    let comments = found.split_off(found.len().saturating_sub(BESIDE));
    let mut authors = BTreeMap::new();
    for key in comments.iter().filter_map(|comment| comment.author.as_ref()) {
        if !authors.contains_key(key) {
            authors.extend(storage.author(key)?.map(|author| (key.clone(), author)));
        }
    }
    Ok(Beside { comments, authors })
}

fn is_beside(comment: &Comment, thread: &ThreadId) -> bool {
    !comment.deleted && comment.place != CommentPlace::Early && comment.thread() != Some(thread)
}

/// Most branches of one author that are kept.
const BRANCHES: usize = 8;

/// The branch goes to the end, as the last in which somebody wrote.
pub(super) fn remember(branches: &mut Vec<RemoteId>, top: &RemoteId) {
    branches.retain(|one| one != top);
    branches.push(top.clone());
    if branches.len() > BRANCHES {
        branches.remove(0);
    }
}
