//! What a team channel must hear of. A notice holds none of the customer's words, and what is posted with it none that
//! its channel may not have.

use serde::{Deserialize, Serialize};

use crate::{
    id::{TeamId, ThreadId},
    label::Urgency,
    owner::Owner,
    platform::Platform,
    time::Timestamp,
};

/// Something a team channel must hear of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// The same for the same notice, however often it is sent.
    pub key: String,
    /// What is the matter.
    pub kind: NoticeKind,
    pub thread: ThreadId,
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
    pub due: Option<Timestamp>,
    /// Whether a step that looks for somebody found somebody else.
    pub handed_on: bool,
}

/// How much of what a customer wants may be told where a notice or a digest goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Disclosure {
    /// Topic, urgency and platform.
    #[default]
    Bare,
    /// The summary besides, where a model or a person put it into words of their own.
    Summaries,
    /// The line in the customer's own words as well, where no other was made.
    Words,
}

impl Disclosure {
    /// The line that may be told. `own`: it is in the customer's own words.
    pub fn line(self, line: Option<&str>, own: bool) -> Option<&str> {
        let least = if own { Self::Words } else { Self::Summaries };
        line.map(str::trim).filter(|line| self >= least && !line.is_empty())
    }
}

/// What stands where a line may not be told.
pub fn bare(topic: Option<&str>, urgency: &str, platform: Platform) -> String {
    format!("{}, {urgency}, on {platform}", topic.unwrap_or("not labelled yet"))
}

crate::names! {
    /// What is the matter with a thread.
    pub enum NoticeKind {
        /// Nobody can take it now.
        Unassigned = "unassigned",
        /// It will be due soon.
        Warning = "warning",
        /// Its window closes while nobody is at work, and the last shift ends soon.
        Closing = "closing",
        /// It was not answered in time: the backup is asked for.
        Backup = "backup",
        /// It is still not answered: the lead of the team is asked for.
        Lead = "lead",
        /// It is still not answered: the team hears of it.
        Overdue = "overdue",
        /// It is still not answered after all of that.
        Reminder = "reminder",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_words_are_told_where_they_are_allowed_and_nowhere_else() {
        let told = |disclosure: Disclosure, own| disclosure.line(Some(" Asks for a refund "), own).is_some();
        let all = [Disclosure::Bare, Disclosure::Summaries, Disclosure::Words];
        assert_eq!(
            all.map(|disclosure| (told(disclosure, false), told(disclosure, true))),
            [(false, false), (true, false), (true, true)]
        );
        assert_eq!(Disclosure::Words.line(Some("Asks"), true), Some("Asks"));
        assert_eq!((Disclosure::Words.line(Some(" "), false), Disclosure::Words.line(None, false)), (None, None));
    }
}
