//! The index: rows that can be rebuilt, written late, twice, or after newer ones.

use std::collections::BTreeMap;

use tributary_domain::{
    event::Stage,
    id::MessageId,
    label::Urgency,
    message::Message,
    mutant::{self, Mutant},
    owner::Owner,
    thread::{Last, Thread, machine::Publication},
    time::Timestamp,
};

use crate::{
    cast,
    laws::{Broken, law},
};

/// A thread's row, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The thread's version.
    pub version: u64,
    status: &'static str,
    owner: Owner,
    urgency: Urgency,
    last: Option<Last>,
    waiting: usize,
    unread: usize,
    rank: i64,
    reached: BTreeMap<Stage, Timestamp>,
    /// Some reply needs a person.
    pub trouble: bool,
}

impl Row {
    /// What has to be there of a thread; nothing while it has no message.
    pub fn of(thread: &Thread, trouble: bool) -> Option<Self> {
        thread.opened_at?;
        Some(Self {
            version: thread.version,
            status: thread.status.as_str(),
            owner: thread.assignment.owner.clone(),
            urgency: thread.labelling.urgency(),
            last: thread.transcript.last.clone(),
            waiting: thread.questions.waiting.len(),
            unread: thread.unread.messages.len(),
            rank: thread.rank(cast::CHANNEL.window),
            reached: thread.transcript.reached.clone(),
            trouble,
        })
    }
}

/// Everything that the index may lack of a thread.
#[derive(Debug, Clone)]
pub struct Projection {
    /// Its row.
    pub row: Row,
    /// Audit entries by number.
    pub entries: Vec<(u64, String)>,
    /// Messages to search, with their words.
    pub search: Vec<(MessageId, Option<String>)>,
}

impl Projection {
    /// What is written of a publication; nothing where there is nothing to show.
    pub fn of(publication: &Publication) -> Option<Self> {
        let Publication { thread, trouble, messages, entries } = publication;
        Some(Self {
            row: Row::of(thread, *trouble)?,
            entries: entries.iter().map(|entry| (entry.sequence, entry.hash.clone())).collect(),
            search: messages.iter().map(|message| (message.id.clone(), words(message))).collect(),
        })
    }
}

/// The words under which a message is found.
pub fn words(message: &Message) -> Option<String> {
    message.body.as_ref().and_then(|_| message.text()).map(str::to_owned)
}

/// The index.
#[derive(Debug, Default)]
pub struct Index {
    /// By thread.
    pub rows: BTreeMap<usize, Row>,
    /// By thread and number.
    pub audit: BTreeMap<(usize, u64), String>,
    /// By message.
    pub search: BTreeMap<MessageId, String>,
    /// Writes given up by their writers that will land all the same.
    pub in_flight: Vec<(usize, Projection)>,
}

impl Index {
    /// A write lands, whole. Older ones than what is there change nothing.
    pub fn land(&mut self, thread: usize, projection: Projection) -> Result<(), Broken> {
        let known = self.rows.get(&thread).map_or(0, |row| row.version);
        for (number, hash) in projection.entries {
            self.audit.entry((thread, number)).or_insert(hash);
        }
        let version = projection.row.version;
        if version > known || mutant::on(Mutant::UnversionedUpsert) {
            law("I8 a row's version never decreases", version >= known, || {
                format!("thread {thread}: {version} after {known}")
            })?;
            self.rows.insert(thread, projection.row);
        } else if version < known {
            return Ok(());
        }
        for (message, text) in projection.search {
            match text {
                Some(text) => self.search.insert(message, text),
                None => self.search.remove(&message),
            };
        }
        Ok(())
    }

    /// The version that it holds of a thread.
    pub fn version(&self, thread: usize) -> Option<u64> {
        self.rows.get(&thread).map(|row| row.version)
    }

    /// All of a thread is lost, as when the database is set back to before it came.
    pub fn lose(&mut self, thread: usize, messages: impl IntoIterator<Item = MessageId>) {
        self.rows.remove(&thread);
        self.audit.retain(|(of, _), _| *of != thread);
        for id in messages {
            self.search.remove(&id);
        }
    }
}
