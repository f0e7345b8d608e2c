//! The state's row: the thread, and what the index may lack of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{id::MessageId, thread::Thread, time::Timestamp};

/// Most audit entries that are carried to the index in one go.
pub const MOST_ENTRIES: u64 = 200;
/// Most messages whose words are carried to the index in one go.
const MOST_MESSAGES: usize = 500;

/// Most messages that are named as those that the index may lack: of more, all are carried again.
const MOST_NAMED: usize = 4000;
/// Most messages with attachments still to be fetched that are asked for again: the others are asked for once.
const MOST_FETCHING: usize = 1000;
/// A row takes two million bytes: of a state that comes near them, what can be found again is let go.
const FULL: usize = 1_500_000;

/// What is kept beside the messages, in one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// The thread itself.
    pub thread: Thread,
    /// Messages that changed since the version that the index is known to hold.
    #[serde(default)]
    pub unprojected: BTreeMap<MessageId, u64>,
    /// Messages with attachments still to be fetched.
    #[serde(default)]
    pub fetching: BTreeSet<MessageId>,
    /// When the alarm is set.
    #[serde(default)]
    pub alarm_at: Option<Timestamp>,
    /// Some of what the index lacks went there, and some is left.
    #[serde(default)]
    in_pieces: bool,
    /// The index may lack every message whose id comes after this one: there were too many to name them.
    #[serde(default)]
    beyond: Option<String>,
}

impl Kept {
    /// Of a thread that nothing was kept of.
    pub fn new(thread: Thread) -> Self {
        Self {
            thread,
            unprojected: BTreeMap::new(),
            fetching: BTreeSet::new(),
            alarm_at: None,
            in_pieces: false,
            beyond: None,
        }
    }

    /// The same with the thread as it is now.
    #[must_use]
    pub fn with(&self, thread: Thread) -> Self {
        let Self { thread: _, unprojected, fetching, alarm_at, in_pieces, beyond } = self;
        let (unprojected, fetching, beyond) = (unprojected.clone(), fetching.clone(), beyond.clone());
        Self { thread, unprojected, fetching, alarm_at: *alarm_at, in_pieces: *in_pieces, beyond }
    }

    /// Whether the index holds all of the thread where it holds its version. The first piece brings the version.
    pub fn told_by_version(&self) -> bool {
        !self.in_pieces && self.goes_at_once()
    }

    fn goes_at_once(&self) -> bool {
        let entries = self.thread.audit.sequence - self.thread.audit_projected;
        entries <= MOST_ENTRIES && self.unprojected.len() <= MOST_MESSAGES && self.beyond.is_none()
    }

    /// The messages whose words go to the index next.
    pub fn next_messages(&self) -> impl Iterator<Item = &MessageId> {
        self.unprojected.keys().take(MOST_MESSAGES)
    }

    /// The index holds what it was last given: all of it, or as much as goes there in one go.
    pub fn carried(&mut self) {
        self.in_pieces = !self.goes_at_once();
        if !self.in_pieces {
            self.thread.projected = self.thread.version;
            self.thread.audit_projected = self.thread.audit.sequence;
            self.unprojected.clear();
            return;
        }
        let entries = self.thread.audit_projected.saturating_add(MOST_ENTRIES);
        self.thread.audit_projected = entries.min(self.thread.audit.sequence);
        let carried: Vec<MessageId> = self.next_messages().cloned().collect();
        for id in &carried {
            self.unprojected.remove(id);
        }
    }

    /// A message changed: the index lacks it, and its attachments may have to be fetched.
    pub fn changed(&mut self, id: &MessageId, fetching: bool) {
        self.unprojected.insert(id.clone(), self.thread.version);
        if self.unprojected.len() > MOST_NAMED {
            self.project_all();
        }
        if !fetching {
            self.fetching.remove(id);
        } else if self.fetching.len() < MOST_FETCHING {
            self.fetching.insert(id.clone());
        }
    }

    /// All messages are carried to the index again, as many at a time as go there.
    pub fn project_all(&mut self) {
        self.unprojected.clear();
        self.beyond = Some(String::new());
    }

    /// Names the next messages that the index may lack, of `ids`: those after the last that was named.
    pub fn name_next<E>(&mut self, ids: impl FnOnce(&str, usize) -> Result<Vec<MessageId>, E>) -> Result<(), E> {
        if !self.unprojected.is_empty() {
            return Ok(());
        }
        let Some(after) = &self.beyond else { return Ok(()) };
        let next = ids(after, MOST_MESSAGES)?;
        self.beyond = next.last().filter(|_| next.len() == MOST_MESSAGES).map(|id| id.as_str().to_owned());
        let version = self.thread.version;
        self.unprojected.extend(next.into_iter().map(|id| (id, version)));
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
        self.project_all();
        serde_json::to_string(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{AccountId, RemoteId, ThreadId},
        platform::{Platform, Surface},
    };

    fn id(number: usize) -> MessageId {
        let account = AccountId::of(Platform::Telegram, &RemoteId::new("1"));
        MessageId::of(&account, &RemoteId::new(number.to_string()))
    }

    fn kept() -> Kept {
        let account = AccountId::of(Platform::Telegram, &RemoteId::new("1"));
        Kept::new(Thread::new(account, Platform::Telegram, Surface::Messages, "2".to_owned()))
    }

    #[test]
    fn however_many_messages_the_index_lacks_the_row_stays_small_and_each_is_carried() {
        let messages = 3 * MOST_NAMED;
        let mut kept = kept();
        kept.thread.version = 7;
        let all: BTreeSet<MessageId> = (0..messages).map(id).collect();
        for id in &all {
            kept.changed(id, true);
            assert!(kept.unprojected.len() <= MOST_NAMED && kept.fetching.len() <= MOST_FETCHING);
        }
        assert!(kept.row().unwrap().len() < FULL / 4);
        let stored = |after: &str, most: usize| {
            Ok::<_, serde_json::Error>(
                all.iter().filter(|id| id.as_str() > after).take(most).cloned().collect::<Vec<_>>(),
            )
        };
        let mut seen = BTreeSet::new();
        while kept.thread.projected < kept.thread.version {
            assert!(!kept.told_by_version());
            kept.name_next(stored).unwrap();
            seen.extend(kept.next_messages().cloned());
            kept.carried();
        }
        assert_eq!(seen, all);
        assert!(kept.told_by_version());
    }

    #[test]
    fn a_state_from_before_there_were_bounds_makes_room_for_a_message() {
        let mut kept = kept();
        kept.thread.version = 20_000;
        kept.thread.tags.extend((0..17_083).map(|number| format!("{number:05} {}", "貼".repeat(30))));
        kept.fetching.extend((0..10_000).map(id));
        kept.unprojected.extend((0..20_000).map(|number| (id(number), 7)));
        kept.thread.suggested.extend((0..1000_u32).map(|n| ThreadId::from_bytes(&n.to_be_bytes())));
        assert!(serde_json::to_string(&kept).unwrap().len() > 2_000_000, "no row would hold it");
        kept.changed(&id(20_001), false);
        let row = kept.row().unwrap();
        assert!(row.len() < 100_000, "{} bytes", row.len());
        assert_eq!(serde_json::from_str::<Kept>(&row).unwrap(), kept);
        assert_eq!((kept.thread.tags.len(), kept.thread.version), (crate::bounds::TAGS, 20_000));
        let stored = |_: &str, _: usize| Ok::<_, serde_json::Error>((0..100).map(id).collect());
        kept.name_next(stored).unwrap();
        assert_eq!(kept.next_messages().count(), 100, "the index gets all of them again");
    }

    #[test]
    fn what_does_not_go_to_the_index_at_once_goes_piece_by_piece_and_nothing_is_left_out() {
        let mut kept = kept();
        (kept.thread.version, kept.thread.audit.sequence) = (7, 2 * MOST_ENTRIES + 1);
        for number in 0..=MOST_MESSAGES {
            kept.unprojected.insert(id(number), 7);
        }
        let mut seen = BTreeSet::new();
        let mut entries = Vec::new();
        while kept.thread.projected < kept.thread.version {
            assert!(!kept.told_by_version(), "the index has the version since the first piece");
            seen.extend(kept.next_messages().cloned());
            entries.push(kept.thread.audit_projected);
            kept.carried();
        }
        assert_eq!((seen.len(), entries), (MOST_MESSAGES + 1, vec![0, MOST_ENTRIES, 2 * MOST_ENTRIES]));
        assert_eq!((kept.thread.audit_projected, kept.unprojected.len()), (2 * MOST_ENTRIES + 1, 0));
        assert!(kept.told_by_version());
    }
}
