//! The post's own page: its comments, newest first, and what is done to many of them.

use tributary_domain::{
    id::{MessageId, RemoteId},
    moderation::ModerationAction,
    post::{self, CameIn, Comment, CommentPlace, Placed, PostRecord, Step, Storage as _},
    time::Timestamp,
};
use tributary_wire::{
    api::post::{BulkAction, PostComment},
    objects::{CameAnswer, CommentPage, Which},
    view,
};

use super::rows::Rows;
use crate::error::InternalError;

/// Comments that one look at a page reads at most: where few fit, the page says where to go on.
const READ: i64 = 2000;
/// Comments whose threads are opened at once.
const PROMOTED: usize = 50;
/// Comments that are marked at once.
const MARKED: usize = 500;

/// Comments that fit, newest first, and where to go on.
pub(super) struct Found {
    comments: Vec<Comment>,
    next: Option<(Timestamp, String)>,
}

/// A page of comments.
pub(super) fn page(
    rows: &Rows,
    record: &PostRecord,
    which: &Which,
    before: Option<&(Timestamp, String)>,
    limit: u32,
) -> Result<CommentPage, InternalError> {
    let account = &record.name.account;
    let Found { comments, next } = find(rows, record, which, before, limit as usize)?;
    let mut items: Vec<PostComment> = Vec::with_capacity(comments.len());
    for comment in &comments {
        let author = comment.author.as_deref().map(|key| rows.author(key)).transpose()?.flatten();
        items.extend(view::post_comment(account, comment, author.as_ref()));
    }
    Ok(CommentPage { items, next })
}

fn find(
    rows: &Rows,
    record: &PostRecord,
    which: &Which,
    before: Option<&(Timestamp, String)>,
    most: usize,
) -> Result<Found, InternalError> {
    let narrow = which.question || which.link || which.known || which.unseen || which.words.is_some();
    let read = if narrow { READ } else { i64::try_from(most).map_or(READ, |most| most + 1) };
    let place = |comment: &Comment| (comment.at, MessageId::of(&record.name.account, &comment.id).to_string());
    let places: &[Placed] = which.place.as_ref().map_or(&Placed::ALL, std::slice::from_ref);
    let mut all = Vec::new();
    for one in places {
        all.extend(rows.older(*one, before, read)?);
    }
    all.sort_by_cached_key(|comment| std::cmp::Reverse(place(comment)));
    // Of each place so many were read: behind the first that ends there may be more of it.
    let more = all.len() >= usize::try_from(read).unwrap_or(usize::MAX);
    all.truncate(usize::try_from(read).unwrap_or(usize::MAX));
    let end = all.last().filter(|_| more).map(place);
    let words = which.words.as_deref().map(str::to_lowercase);
    let mut fitting = all.into_iter().filter(|comment| fits(which, words.as_deref(), comment));
    let comments: Vec<Comment> = fitting.by_ref().take(most).collect();
    let next = if fitting.next().is_some() { comments.last().map(place) } else { end };
    Ok(Found { comments, next })
}

fn fits(which: &Which, words: Option<&str>, comment: &Comment) -> bool {
    let has = |words: &str| comment.text.as_deref().is_some_and(|text| text.to_lowercase().contains(words));
    (!which.question || comment.question)
        && (!which.link || comment.link)
        && (!which.known || comment.known)
        && (!which.unseen || comment.place == CommentPlace::Held && !comment.seen)
        && words.is_none_or(has)
}

/// The newest comments of customers that were written since then, oldest first, for other rules to be tried on.
pub(super) fn came(rows: &Rows, record: PostRecord, since: Timestamp, most: u32) -> Result<CameAnswer, InternalError> {
    let mut all = Vec::new();
    for place in [Placed::Thread, Placed::Held] {
        all.extend(rows.older(place, None, i64::from(most) + 1)?);
    }
    all.retain(|comment| comment.at >= since);
    all.sort_by(|left, right| (right.at, &right.id).cmp(&(left.at, &left.id)));
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = all.len() > most;
    all.truncate(most);
    let mut came = Vec::with_capacity(all.len());
    for comment in all.iter().rev() {
        let above = comment.parent.as_ref().map(|parent| rows.comment(parent)).transpose()?.flatten();
        came.extend(CameIn::of(comment, above.is_some_and(|above| matches!(above.place, CommentPlace::Ours(_)))));
    }
    Ok(CameAnswer { record, came, more })
}

/// What was done to comments.
pub(super) struct Changed {
    pub(super) step: Step,
    /// So many are others now.
    pub(super) count: u32,
    /// There are more that fit.
    pub(super) more: bool,
}

/// Does one thing to held comments: to those that are named, or else to some of those that fit.
pub(super) fn change(
    rows: &Rows,
    record: &PostRecord,
    action: BulkAction,
    named: &[MessageId],
    which: Option<&Which>,
    now: Timestamp,
) -> Result<Changed, InternalError> {
    let (ids, more) = meant(rows, record, action, named, which)?;
    let step = match action {
        BulkAction::Promote => post::promote(rows, record, &ids, now)?,
        BulkAction::Seen => post::see(rows, record, &ids, now)?,
    };
    let count = u32::try_from(step.comments.len()).unwrap_or(u32::MAX);
    Ok(Changed { step, count, more })
}

/// Held comments that fit and to which this can be done, and whether there may be more of them.
pub(super) fn that_can_be(
    rows: &Rows,
    record: &PostRecord,
    action: ModerationAction,
    which: &Which,
) -> Result<(Vec<MessageId>, bool), InternalError> {
    let which = Which { place: Some(Placed::Held), ..which.clone() };
    let good = |comment: &Comment| !comment.counted && comment.can_be(action);
    let (ids, more) = fitting(rows, record, &which, MARKED, good)?;
    Ok((ids.iter().map(|id| MessageId::of(&record.name.account, id)).collect(), more))
}

/// Those that are meant and can be changed, and whether there may be more of them.
fn meant(
    rows: &Rows,
    record: &PostRecord,
    action: BulkAction,
    named: &[MessageId],
    which: Option<&Which>,
) -> Result<(Vec<RemoteId>, bool), InternalError> {
    let Some(which) = which else {
        let mut ids = Vec::with_capacity(named.len());
        for id in named {
            ids.extend(rows.named(id)?.map(|comment| comment.id));
        }
        return Ok((ids, false));
    };
    let (most, unseen) = match action {
        BulkAction::Promote => (PROMOTED, which.unseen),
        BulkAction::Seen => (MARKED, true),
    };
    let which = Which { place: Some(Placed::Held), unseen, ..which.clone() };
    fitting(rows, record, &which, most, |comment| !comment.counted)
}

/// The first that fit and are good, and whether there may be more of them.
fn fitting(
    rows: &Rows,
    record: &PostRecord,
    which: &Which,
    most: usize,
    good: impl Fn(&Comment) -> bool,
) -> Result<(Vec<RemoteId>, bool), InternalError> {
    let (mut ids, mut before) = (Vec::new(), None);
    loop {
        let Found { comments, next } = find(rows, record, which, before.as_ref(), most - ids.len())?;
        ids.extend(comments.into_iter().filter(&good).map(|comment| comment.id));
        before = next;
        if ids.len() >= most || before.is_none() {
            return Ok((ids, before.is_some()));
        }
    }
}
