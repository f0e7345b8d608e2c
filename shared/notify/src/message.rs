//! What is posted to a team channel, in words.

use tributary_domain::{
    digest::Digest,
    id::DigestId,
    notice::{Disclosure, Notice, NoticeKind},
    owner::Owner,
    rules::Rules,
};

use crate::digest;

/// What a notice or a digest says, whatever the channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeMessage {
    /// The same for the same message, however often it is posted.
    pub key: String,
    /// What is the matter.
    pub kind: &'static str,
    pub text: String,
    /// What follows it: parts of one or several lines.
    pub parts: Vec<String>,
    /// Where it can be opened.
    pub link: Option<String>,
    /// One line on what the customer wants, as far as the channel may be told.
    pub summary: Option<String>,
}

impl NoticeMessage {
    /// A thread's notice. `name` knows people by their ids.
    pub fn of_notice(notice: &Notice, rules: &Rules, name: impl Fn(&str) -> Option<String>) -> Self {
        Self::of_text(notice.key.clone(), notice.kind.as_str(), words(notice, rules, name))
    }

    /// Words about the installation.
    pub fn of_text(key: String, kind: &'static str, text: String) -> Self {
        Self { key, kind, text, parts: Vec::new(), link: None, summary: None }
    }

    /// A digest for a channel that may be told so much: the numbers, what needs somebody most, and a line for each of the
    /// rest. The whole is a link away.
    pub fn of_digest(id: &DigestId, digest: &Digest, disclosure: Disclosure) -> Self {
        let mut parts = digest::post(digest, disclosure).into_iter();
        Self {
            text: parts.next().unwrap_or_default(),
            parts: parts.collect(),
            link: digest.origin.as_ref().map(|origin| format!("{origin}/digest")),
            ..Self::of_text(id.to_string(), "digest", String::new())
        }
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.text.as_str()).chain(self.parts.iter().map(String::as_str))
    }
}

fn words(notice: &Notice, rules: &Rules, name: impl Fn(&str) -> Option<String>) -> String {
    let thread = format!("a thread about {} ({})", notice.topic, notice.urgency);
    let said = |at| rules.workspace.hours.said(at);
    let owner = match &notice.owner {
        Owner::Unassigned => "nobody".to_owned(),
        Owner::Team { id } => {
            format!("team {}", rules.teams.get(id).map_or(id.as_str(), |team| team.name.as_str()))
        }
        Owner::Teammate { id } => name(id.as_str()).unwrap_or_else(|| "somebody".to_owned()),
    };
    let by = notice.due.map(said).unwrap_or_default();
    let handed_on = if notice.handed_on {
        format!("It was handed on: it is with {owner} now.")
    } else {
        format!("Nobody else can take it now: it is with {owner}.")
    };
    match notice.kind {
        NoticeKind::Unassigned => {
            let when = notice.next_shift.map(|at| format!(" The next shift starts at {}.", said(at)));
            format!("Nobody can take {thread} now.{}", when.unwrap_or_default())
        }
        NoticeKind::Warning => format!("Due soon: {thread} must be answered by {by}. It is with {owner}."),
        NoticeKind::Closing => format!(
            "Answer before the shift ends: for {thread}, the platform's time to answer runs out while nobody is at \
             work. It is with {owner}."
        ),
        NoticeKind::Backup => format!("Not answered by {by}: {thread}. {handed_on}"),
        NoticeKind::Lead => format!("Still not answered: {thread}, due by {by}. {handed_on}"),
        NoticeKind::Overdue => format!("Not answered in time: {thread}, due by {by}. It is with {owner}."),
        NoticeKind::Reminder => format!("Nobody has answered yet: {thread}, due by {by}. It is with {owner}."),
    }
}
