//! Answers of ours on their way. The post hears of each before the platform does, so that it knows an echo that comes
//! before the platform's answer, and an answer whose call was lost.

use serde::{Deserialize, Serialize};

use super::{Comment, CommentPlace, Placement, PostRecord, Step, Storage, take::Taking};
use crate::{
    event::{Content, Correlation, Fact, Received},
    fingerprint,
    id::{RemoteId, ReplyId, ThreadId},
    time::{Span, Timestamp},
};

/// Most answers that are on their way, and most comments that may be any of several of them. Of more, the first are
/// forgotten: their echoes go by what they answer.
pub(super) const MOST: usize = 100;
/// How much earlier than the call a comment may say that it was written.
const SLACK: Span = Span::minutes(1);

/// An answer of ours that is about to be written, until it is known what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intent {
    /// Which part of which reply.
    pub correlation: Correlation,
    /// Whose thread it is of.
    pub thread: ThreadId,
    /// The comment that it answers.
    pub parent: Option<RemoteId>,
    /// The fingerprint of its words.
    pub words: String,
    /// When its call was made first.
    pub at: Timestamp,
}

/// That a comment is a part of a reply of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// What the platform calls the comment.
    pub comment: RemoteId,
    pub correlation: Correlation,
    pub thread: ThreadId,
    /// The comment that it answers.
    pub parent: Option<RemoteId>,
    /// What it says; others' threads show it. Its echo, where one comes, may come later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The platform named it in its answer. Else it was found by its words, and may be another's.
    pub named: bool,
}

/// An answer of ours is about to be written. Told again, nothing changes.
pub fn intend<S: Storage>(storage: &S, record: &PostRecord, intent: Intent, now: Timestamp) -> Result<Step, S::Error> {
    let mut taking = Taking::new(storage, record, now);
    let intents = &mut taking.record.intents;
    if intents.iter().all(|one| one.correlation != intent.correlation) {
        intents.push(intent);
        intents.drain(..intents.len().saturating_sub(MOST));
    }
    taking.done_quietly()
}

/// What became of a reply is known, and what the platform calls it is not. `refused`: it is proved that nothing of it was
/// written.
pub fn end<S: Storage>(
    storage: &S,
    record: &PostRecord,
    reply: &ReplyId,
    refused: bool,
    now: Timestamp,
) -> Result<Step, S::Error> {
    let mut taking = Taking::new(storage, record, now);
    taking.record.intents.retain(|one| one.correlation.reply != *reply);
    taking.settle(refused)?;
    if taking.comments.is_empty() { taking.done_quietly() } else { taking.done() }
}

/// A comment is this part of a reply of ours, unless it is known to be something else, or may be. The placement says so.
pub fn claim<S: Storage>(storage: &S, record: &PostRecord, claim: &Claim, now: Timestamp) -> Result<Step, S::Error> {
    let mut taking = Taking::new(storage, record, now);
    let placement = taking.claimed(claim, now)?;
    if matches!(&placement, Placement::Ours { correlation, .. } if *correlation == claim.correlation) {
        taking.over(&claim.correlation);
        taking.settle(true)?;
    }
    taking.placements.push(placement);
    taking.done()
}

impl<S: Storage> Taking<'_, S> {
    fn claimed(&mut self, claim: &Claim, now: Timestamp) -> Result<Placement, S::Error> {
        let known = self.comment(&claim.comment)?;
        let is_free = known.as_ref().is_none_or(|comment| match &comment.place {
            CommentPlace::Early | CommentPlace::Ours(None) => true,
            CommentPlace::Ours(Some(thread)) => comment.correlation.is_none() && *thread == claim.thread,
            CommentPlace::Thread(_) | CommentPlace::Held | CommentPlace::Gone => false,
        });
        if let Some(comment) = known.as_ref().filter(|_| !is_free) {
            return Ok(self.again(comment));
        }
        if !claim.named && self.has_rivals(claim)? {
            return Ok(Placement::Kept);
        }
        let mut comment = known.unwrap_or_else(|| Comment::early(claim.comment.clone(), now));
        comment.correlation = Some(claim.correlation.clone());
        if comment.is_unsaid() {
            comment.says(&Content { text: claim.text.clone(), ..Content::default() });
        }
        if comment.place == CommentPlace::Early {
            self.wrote(comment, claim.parent.clone(), Some(claim.thread.clone()), now)?;
        } else {
            self.give(comment, Some(claim.thread.clone()));
        }
        Ok(Placement::Ours { thread: claim.thread.clone(), correlation: claim.correlation.clone() })
    }

    /// Whether another answer on its way to the same place says the same.
    fn has_rivals(&self, claim: &Claim) -> Result<bool, S::Error> {
        let mut intents = self.record.intents.iter();
        let Some(own) = intents.find(|one| one.correlation == claim.correlation) else { return Ok(false) };
        let top = self.top(own.parent.as_ref())?;
        for other in &self.record.intents {
            let same = other.correlation != own.correlation && other.words == own.words;
            if same && self.top(other.parent.as_ref())? == top {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The answers on their way that a comment of ours may be. Platforms put an answer to an answer below the comment at the
    /// top.
    pub(super) fn candidates(
        &self,
        parent: Option<&RemoteId>,
        content: &Content,
        at: Timestamp,
    ) -> Result<Vec<Intent>, S::Error> {
        if self.record.intents.is_empty() {
            return Ok(Vec::new());
        }
        let words = fingerprint::exact(content.text.as_deref().unwrap_or_default());
        let mut candidates = Vec::new();
        for intent in &self.record.intents {
            let fits = intent.words == words && at >= intent.at.minus(SLACK);
            let own = intent.parent.as_ref();
            if fits && (own == parent || self.top(own)?.as_ref() == parent) {
                candidates.push(intent.clone());
            }
        }
        Ok(candidates)
    }

    pub(super) fn top(&self, comment: Option<&RemoteId>) -> Result<Option<RemoteId>, S::Error> {
        let Some(id) = comment else { return Ok(None) };
        Ok(Some(self.comment(id)?.map_or_else(|| id.clone(), |comment| comment.top)))
    }

    /// It is known what this answer became.
    pub(super) fn over(&mut self, correlation: &Correlation) {
        self.record.intents.retain(|one| one.correlation != *correlation);
    }

    /// Fewer answers are on their way: what may have been any of several may be one's alone now, or none's. Where somebody
    /// gave up one that may have arrived, it may be that one as well.
    fn settle(&mut self, sure: bool) -> Result<(), S::Error> {
        let doubtful = std::mem::take(&mut self.record.doubtful);
        for id in doubtful {
            let Some(mut comment) = self.comment(&id)?.filter(|one| one.place == CommentPlace::Ours(None)) else {
                continue;
            };
            let Some(content) = said(&comment.waiting).cloned() else { continue };
            let thread = match &self.candidates(comment.parent.as_ref(), &content, comment.at)?[..] {
                [] => self.answered(comment.parent.as_ref(), &content, comment.at)?,
                [only] if sure => {
                    comment.correlation = Some(only.correlation.clone());
                    self.over(&only.correlation);
                    Some(only.thread.clone())
                }
                _ => {
                    self.record.doubtful.push(id);
                    continue;
                }
            };
            self.give(comment, thread);
        }
        Ok(())
    }

    /// A comment of ours is of this thread, which hears what waited with it.
    fn give(&mut self, mut comment: Comment, thread: Option<ThreadId>) {
        for told in &mut comment.waiting {
            if let Fact::Echo { correlation, .. } = &mut told.event.fact {
                correlation.clone_from(&comment.correlation);
            }
        }
        if thread.is_none() {
            comment.waiting.clear();
        } else if !comment.waiting.is_empty() {
            self.handed.push(comment.id.clone());
        }
        comment.place = CommentPlace::Ours(thread);
        self.write(comment);
    }
}

/// What a comment says that waits.
fn said(waiting: &[Received]) -> Option<&Content> {
    waiting.iter().find_map(|told| match &told.event.fact {
        Fact::Echo { content, .. } => Some(content),
        _ => None,
    })
}
