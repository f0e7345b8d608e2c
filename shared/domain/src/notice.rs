//! What a team channel must hear of. A notice holds none of the customer's words.

use crate::json::Read;
use serde::Serialize;

use crate::{
    id::{TeamId, ThreadId},
    label::Urgency,
    owner::Owner,
    time::Timestamp,
};

/// Something a team channel must hear of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// The same for the same notice, however often it is sent.
    pub key: String,
    /// What is the matter.
    pub kind: NoticeKind,
    /// Which thread.
    pub thread: ThreadId,
    /// What about.
    pub topic: String,
    /// How pressing.
    pub urgency: Urgency,
    /// Who owns it now.
    pub owner: Owner,
    /// In which team's queue it is.
    pub team: Option<TeamId>,
    /// The team channel of the rules that takes it; `None`: whoever posts it finds it.
    pub channel: Option<String>,
    /// When somebody comes on shift who could take it.
    pub next_shift: Option<Timestamp>,
    /// By when it has to be answered, or had to be.
    #[serde(default)]
    pub due: Option<Timestamp>,
}

/// What is the matter with a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Read)]
#[serde(rename_all = "camelCase")]
pub enum NoticeKind {
    /// Nobody can take it now.
    Unassigned,
    /// It will be due soon.
    Warning,
    /// Its window closes while nobody is at work, and the last shift ends soon.
    Closing,
    /// It was not answered in time: the backup was asked for.
    Backup,
    /// It is still not answered: the lead of the team was asked for.
    Lead,
    /// It is still not answered: the team hears of it.
    Overdue,
    /// It is still not answered after all of that.
    Reminder,
}

impl NoticeKind {
    /// Every one of them.
    pub const ALL: [Self; 7] =
        [Self::Unassigned, Self::Warning, Self::Closing, Self::Backup, Self::Lead, Self::Overdue, Self::Reminder];

    /// The name used in the API, in notices and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unassigned => "unassigned",
            Self::Warning => "warning",
            Self::Closing => "closing",
            Self::Backup => "backup",
            Self::Lead => "lead",
            Self::Overdue => "overdue",
            Self::Reminder => "reminder",
        }
    }
}
