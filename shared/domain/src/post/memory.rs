//! The storage of a post, kept in memory: what its object keeps in tables. The tests play it, and the simulation.

use std::{cmp::Reverse, collections::BTreeMap, convert::Infallible};

use super::{Author, Comment, CommentPlace, PostName, PostRecord, Step, Storage};
use crate::{id::RemoteId, time::Timestamp};

/// What a post keeps.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// Of the post as a whole; none before anything was kept.
    pub record: Option<PostRecord>,
    /// Its comments.
    pub comments: BTreeMap<RemoteId, Comment>,
    /// Whoever writes there.
    pub authors: BTreeMap<String, Author>,
}

impl Memory {
    /// What is kept of the post as a whole.
    pub fn record(&self, name: PostName) -> PostRecord {
        self.record.clone().unwrap_or_else(|| PostRecord::new(name))
    }

    /// Writes what a step names.
    pub fn commit(&mut self, step: &Step) {
        self.record = Some(step.record.clone());
        self.comments.extend(step.comments.clone());
        self.authors.extend(step.authors.clone());
    }

    fn ids<'a, K: Ord>(comments: impl Iterator<Item = &'a Comment>, key: impl Fn(&Comment) -> K) -> Vec<RemoteId> {
        let mut comments: Vec<_> = comments.collect();
        comments.sort_by_key(|one| key(one));
        comments.into_iter().map(|one| one.id.clone()).collect()
    }
}

impl Storage for Memory {
    type Error = Infallible;

    fn comment(&self, id: &RemoteId) -> Result<Option<Comment>, Infallible> {
        Ok(self.comments.get(id).cloned())
    }

    fn author(&self, key: &str) -> Result<Option<Author>, Infallible> {
        Ok(self.authors.get(key).cloned())
    }

    fn branch(&self, top: &RemoteId) -> Result<Vec<RemoteId>, Infallible> {
        let branch = self.comments.values().filter(|one| one.top == *top);
        Ok(Self::ids(branch, |one| (Reverse(one.at), one.id.clone())))
    }

    fn held_of(&self, author: &str) -> Result<Vec<RemoteId>, Infallible> {
        let held = |one: &&Comment| one.place == CommentPlace::Held && one.author.as_deref() == Some(author);
        Ok(Self::ids(self.comments.values().filter(held), |one| (one.at, one.id.clone())))
    }

    fn moderating(&self, by: Timestamp, most: usize) -> Result<Vec<RemoteId>, Infallible> {
        let due = |one: &Comment| one.moderating.as_ref().and_then(|one| one.due);
        let waiting = self.comments.values().filter(|one| due(one).is_some_and(|at| at <= by));
        let mut ids = Self::ids(waiting, |one| (due(one), one.id.clone()));
        ids.truncate(most);
        Ok(ids)
    }
}
