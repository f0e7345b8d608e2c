//! What was read of a delivery.

use serde::Serialize;
use tributary_domain::{
    event::{Event, Fact},
    id::{RemoteId, ThreadId},
};

/// What a delivery holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parsed {
    /// The facts, in the order of the body.
    pub events: Vec<Event>,
    /// Kinds that are on the connector's list of harmless ones, one per occurrence.
    pub ignored: Vec<&'static str>,
    /// Kinds that are on no list, one per kind and account: the delivery is kept for a release that reads them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
    /// Connections through which an account speaks for others, as they are now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<Connection>,
    /// Entries that could not be read, each with what was wrong; the delivery is parked and shown.
    pub unreadable: Vec<String>,
    /// The platform's dashboard sent a sample: acknowledge, open nothing.
    pub sample: bool,
}

/// A connection through which an account speaks in the chats of somebody else's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// What the platform calls the account.
    pub account: RemoteId,
    /// What the platform calls the connection.
    pub id: String,
    /// Whose chats they are, as the platform calls them: whoever connects anew gets a connection of another name.
    pub owner: Option<String>,
    /// Whether it may answer there.
    pub open: bool,
}

/// What a delivery is about: whom it is for, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// What the platform calls the accounts.
    pub accounts: Vec<RemoteId>,
    /// What the platform calls what is in it.
    pub kinds: Vec<String>,
}

/// Most of either that are told.
const MOST_TOLD: usize = 10;

impl About {
    pub(crate) fn account(&mut self, account: &str) {
        let account = RemoteId::new(account);
        if !account.as_str().is_empty() && self.accounts.len() < MOST_TOLD && !self.accounts.contains(&account) {
            self.accounts.push(account);
        }
    }

    pub(crate) fn kind(&mut self, kind: &str) {
        let kind = plain(kind);
        if self.kinds.len() < MOST_TOLD && !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }
}

/// A name that came from outside: only its letters, digits, `_`, `-` and `.` are taken.
fn plain(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    name.chars().map(|letter| if plain(letter) { letter } else { '_' }).take(LONGEST_KIND).collect()
}

/// A kind that this release does not read, and that is not known to be harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// What the platform calls it, as in `feed` or `messages.hologram`.
    pub kind: String,
    /// What the platform calls the account it came for, where it says so.
    pub account: Option<RemoteId>,
}

/// Longest name of a kind.
const LONGEST_KIND: usize = 60;

impl Parsed {
    /// The event read last is of this thread, by our own reference in it.
    pub(crate) fn of_thread(&mut self, thread: Option<ThreadId>) {
        if let Some(event) = self.events.last_mut() {
            event.thread = thread;
        }
    }

    /// Notes a kind that is neither read nor harmless.
    pub(crate) fn keep(&mut self, kind: &str, account: &str) {
        let account = Some(account).filter(|account| !account.is_empty()).map(RemoteId::new);
        let kept = Kept { kind: plain(kind), account };
        if !self.kept.contains(&kept) {
            self.kept.push(kept);
        }
    }

    /// One more event; what it says is settled first, so that no message is one in which a person sees nothing. It is of an
    /// element without the members that `left_out` names: they are told with the message. Where
    /// nothing is left of what was said, the delivery waits for a person as well.
    pub(crate) fn push(&mut self, mut event: Event, left_out: &[String]) {
        if let Fact::Message { content, .. } | Fact::Echo { content, .. } = &mut event.fact {
            *content = std::mem::take(content).settled();
            content.not_read = left_out.to_vec();
            if content.says_nothing() {
                let lost = left_out.iter().map(|name| format!("a message's `{name}` is not what it should be"));
                self.unreadable.extend(lost);
            }
        }
        event.place = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        self.events.push(event);
    }
}
