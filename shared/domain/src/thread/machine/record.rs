//! The state's row: the thread, and what the index may lack of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Acked;
use crate::{
    id::MessageId,
    message::Message,
    mutant::{self, Mutant},
    thread::Thread,
    time::Timestamp,
};

/// A row takes two million bytes: of a state that comes near them, what can be found again is let go.
const FULL: usize = 1_500_000;

/// How much goes at once, and how much is kept in mind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most messages whose words are published in one go.
    pub messages: usize,
    /// Most audit entries that are published in one go.
    pub entries: u64,
    /// Most messages that are named as those that the index may lack: of more, all are published again.
    pub named: usize,
    /// Most messages with attachments still to be fetched that are asked for again: the others are asked for once.
    pub fetching: usize,
}

impl Limits {
    /// What a row and an answer have room for.
    pub const SHIPPED: Self = Self { messages: 500, entries: 200, named: 4000, fetching: 1000 };
}

/// What one publication holds of what the index lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The version of the thread.
    pub version: u64,
    messages: BTreeSet<MessageId>,
    /// The number of the last of its audit entries.
    entries: u64,
}

/// What is kept beside the messages, in one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRecord {
    pub thread: Thread,
    /// Messages that the index may lack, and in which version each changed last.
    pub unpublished: BTreeMap<MessageId, u64>,
    /// Messages with attachments still to be fetched.
    pub fetching: BTreeSet<MessageId>,
    /// When the alarm is set.
    pub alarm_at: Option<Timestamp>,
    /// Some of what the index lacks went there, and some is left.
    in_pieces: bool,
    /// The index may lack every message whose id comes after this one: there were too many to name them.
    beyond: Option<String>,
}

impl ThreadRecord {
    /// Of a thread that nothing was kept of.
    pub fn new(thread: Thread) -> Self {
        Self {
            thread,
            unpublished: BTreeMap::new(),
            fetching: BTreeSet::new(),
            alarm_at: None,
            in_pieces: false,
            beyond: None,
        }
    }

    /// The same with the thread as it is now.
    pub(super) fn with(&self, thread: Thread) -> Self {
        let Self { thread: _, unpublished, fetching, alarm_at, in_pieces, beyond } = self;
        let (unpublished, fetching, beyond) = (unpublished.clone(), fetching.clone(), beyond.clone());
        Self { thread, unpublished, fetching, alarm_at: *alarm_at, in_pieces: *in_pieces, beyond }
    }

    /// Whether the index lacks anything of the thread.
    pub fn is_published(&self) -> bool {
        self.thread.acks.index >= self.thread.version
    }

    /// Whether the index holds all of the thread where it holds its version. The first piece brings the version.
    pub fn is_acked_by_version(&self, limits: &Limits) -> bool {
        let pieces = self.in_pieces || !self.goes_at_once(limits);
        !pieces || mutant::on(Mutant::PieceTakenForWhole)
    }

    fn goes_at_once(&self, limits: &Limits) -> bool {
        let entries = self.thread.audit.sequence.saturating_sub(self.thread.acks.audit);
        entries <= limits.entries && self.unpublished.len() <= limits.messages && self.beyond.is_none()
    }

    /// The messages whose words are published next.
    pub fn next_messages(&self, limits: &Limits) -> impl Iterator<Item = &MessageId> {
        self.unpublished.keys().take(limits.messages)
    }

    /// What is published of it next.
    pub fn page(&self, limits: &Limits) -> Page {
        let entries = self.thread.acks.audit.saturating_add(limits.entries).min(self.thread.audit.sequence);
        Page { version: self.thread.version, messages: self.next_messages(limits).cloned().collect(), entries }
    }

    /// The index holds this page of the version as it is: all that it lacked, or a piece of it.
    pub(super) fn page_acked(&mut self, page: &Page) {
        self.unpublished.retain(|id, _| !page.messages.contains(id));
        let thread = &mut self.thread;
        thread.acks.audit = thread.acks.audit.max(page.entries);
        if mutant::on(Mutant::EntriesAckedUnseen) {
            thread.acks.audit = thread.audit.sequence;
        }
        let rest = !self.unpublished.is_empty() || self.beyond.is_some() || thread.acks.audit < thread.audit.sequence;
        self.in_pieces = rest && !mutant::on(Mutant::RestAckedWithPage);
        if !self.in_pieces {
            self.all_acked();
        }
    }

    /// The index holds all of it.
    pub(super) fn all_acked(&mut self) {
        self.thread.acks.index = self.thread.version;
        self.thread.acks.audit = self.thread.audit.sequence;
        self.unpublished.clear();
        (self.in_pieces, self.beyond) = (false, None);
    }

    /// The same where others are known to hold these versions, if that is news. It need not be written at once.
    pub fn acked(&self, acked: Acked, limits: &Limits) -> Option<Self> {
        let thread = &self.thread;
        let roster = acked.roster > thread.acks.roster;
        let newer = acked.index > thread.acks.index || mutant::on(Mutant::OlderAckOverwrites);
        let newer = newer && acked.index > 0 && acked.index <= thread.version;
        let index = newer && self.is_acked_by_version(limits);
        if !roster && !index {
            return None;
        }
        let mut record = self.clone();
        let thread = &mut record.thread;
        thread.acks.roster_holds(acked.roster);
        if index {
            thread.acks.index = acked.index;
            if acked.index == thread.version {
                thread.acks.audit = thread.audit.sequence;
            }
            record.unpublished.retain(|_, version| *version > acked.index && !mutant::on(Mutant::OldAckClearsNew));
        }
        Some(record)
    }

    /// A message changed: the index lacks it, and its attachments may have to be fetched.
    pub(super) fn changed(&mut self, message: &Message, limits: &Limits) {
        self.unpublished.insert(message.id.clone(), self.thread.version);
        if self.unpublished.len() > limits.named {
            self.publish_anew();
        }
        if !message.is_fetching() {
            self.fetching.remove(&message.id);
        } else if self.fetching.len() < limits.fetching && !mutant::on(Mutant::FetchingForgotten) {
            self.fetching.insert(message.id.clone());
        }
    }

    /// All messages are published again, as many at a time as go there.
    pub(super) fn publish_anew(&mut self) {
        self.unpublished.clear();
        self.beyond = Some(String::new());
    }

    /// Names the next messages that the index may lack, of `ids`: those after the last that was named.
    pub(super) fn name_next<E>(
        &mut self,
        limits: &Limits,
        ids: impl FnOnce(&str, usize) -> Result<Vec<MessageId>, E>,
    ) -> Result<(), E> {
        if !self.unpublished.is_empty() {
            return Ok(());
        }
        let Some(after) = &self.beyond else { return Ok(()) };
        let next = ids(after, limits.messages)?;
        self.beyond = next.last().filter(|_| next.len() == limits.messages).map(|id| id.as_str().to_owned());
        let version = self.thread.version;
        self.unpublished.extend(next.into_iter().map(|id| (id, version)));
        Ok(())
    }

    /// The row's text. A state that hardly fits lets go of what can be found again, before anything is refused.
    pub fn row(&mut self) -> Result<String, serde_json::Error> {
        let text = serde_json::to_string(self)?;
        if text.len() <= FULL {
            return Ok(text);
        }
        self.thread.shed();
        self.fetching.clear();
        self.publish_anew();
        serde_json::to_string(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{AccountId, RemoteId, ThreadId},
        message::MediaState,
        platform::{Platform, Surface},
    };

    fn id(number: usize) -> MessageId {
        let account = AccountId::of(Platform::Telegram, &RemoteId::new("1"));
        MessageId::of(&account, &RemoteId::new(number.to_string()))
    }

    fn message(id: &MessageId, state: MediaState) -> Message {
        let mut message = Message::new(id.clone(), RemoteId::new("1"));
        message.media.insert(0, state);
        message
    }

    fn record() -> ThreadRecord {
        let account = AccountId::of(Platform::Telegram, &RemoteId::new("1"));
        ThreadRecord::new(Thread::new(account, Platform::Telegram, Surface::Messages, "2".to_owned()))
    }

    #[test]
    fn however_many_messages_the_index_lacks_the_row_stays_small_and_each_is_published() {
        let limits = Limits::SHIPPED;
        let mut record = record();
        record.thread.version = 7;
        let all: BTreeSet<MessageId> = (0..3 * limits.named).map(id).collect();
        for id in &all {
            record.changed(&message(id, MediaState::Pending), &limits);
            assert!(record.unpublished.len() <= limits.named && record.fetching.len() <= limits.fetching);
        }
        assert!(record.row().unwrap().len() < FULL / 4);
        let stored = |after: &str, most: usize| {
            Ok::<_, serde_json::Error>(
                all.iter().filter(|id| id.as_str() > after).take(most).cloned().collect::<Vec<_>>(),
            )
        };
        let mut seen = BTreeSet::new();
        while !record.is_published() {
            assert!(!record.is_acked_by_version(&limits));
            record.name_next(&limits, stored).unwrap();
            seen.extend(record.next_messages(&limits).cloned());
            record.page_acked(&record.page(&limits));
        }
        assert_eq!(seen, all);
        assert!(record.is_acked_by_version(&limits));
    }

    #[test]
    fn a_state_from_before_there_were_bounds_makes_room_for_a_message() {
        let limits = Limits::SHIPPED;
        let mut record = record();
        record.thread.version = 20_000;
        record.thread.relations.tags.extend((0..17_083).map(|number| format!("{number:05} {}", "貼".repeat(30))));
        record.fetching.extend((0..10_000).map(id));
        record.unpublished.extend((0..20_000).map(|number| (id(number), 7)));
        record.thread.relations.suggested.extend((0..1000_u32).map(|n| ThreadId::from_bytes(&n.to_be_bytes())));
        assert!(serde_json::to_string(&record).unwrap().len() > 2_000_000, "no row would hold it");
        record.changed(&message(&id(20_001), MediaState::Failed), &limits);
        let row = record.row().unwrap();
        assert!(row.len() < 100_000, "{} bytes", row.len());
        assert_eq!(serde_json::from_str::<ThreadRecord>(&row).unwrap(), record);
        assert_eq!((record.thread.relations.tags.len(), record.thread.version), (crate::bounds::TAGS, 20_000));
        let stored = |_: &str, _: usize| Ok::<_, serde_json::Error>((0..100).map(id).collect());
        record.name_next(&limits, stored).unwrap();
        assert_eq!(record.next_messages(&limits).count(), 100, "the index gets all of them again");
    }

    #[test]
    fn what_does_not_go_to_the_index_at_once_goes_piece_by_piece_and_nothing_is_left_out() {
        let limits = Limits::SHIPPED;
        let mut record = record();
        (record.thread.version, record.thread.audit.sequence) = (7, 2 * limits.entries + 1);
        for number in 0..=limits.messages {
            record.unpublished.insert(id(number), 7);
        }
        let mut seen = BTreeSet::new();
        let mut entries = Vec::new();
        while !record.is_published() {
            assert!(!record.is_acked_by_version(&limits), "the index has the version since the first piece");
            seen.extend(record.next_messages(&limits).cloned());
            entries.push(record.thread.acks.audit);
            record.page_acked(&record.page(&limits));
        }
        assert_eq!((seen.len(), entries), (limits.messages + 1, vec![0, limits.entries, 2 * limits.entries]));
        assert_eq!((record.thread.acks.audit, record.unpublished.len()), (2 * limits.entries + 1, 0));
        assert!(record.is_acked_by_version(&limits));
    }
}
