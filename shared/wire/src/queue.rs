//! Messages of the queues. Each names its version; a release reads its predecessor's.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tributary_domain::{
    id::{DeliveryId, MediaId, MessageId, PostId, RemoteId, ReplyId, ThreadId},
    notice::Notice,
    owner::{Owner, Reason},
    platform::Platform,
    post::PostName,
    roster::RosterEffect,
    thread::Effect,
    time::Timestamp,
};

/// Bodies larger than this travel as a reference into R2. A queue takes 128 KB per message.
pub const LARGEST_INLINE: usize = 100_000;

/// The versions of a delivery that are read. The first is written; the second tells of feeds as well.
const READABLE: std::ops::RangeInclusive<u8> = 1..=2;

/// One verified webhook body on its way to the threads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery<'a> {
    /// What is known about it.
    pub header: DeliveryHeader,
    /// The bytes as received; none when they are kept under the header's key.
    pub body: Option<&'a str>,
}

/// What is known about a delivery, apart from its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryHeader {
    /// Version of this form.
    pub v: u8,
    pub id: DeliveryId,
    pub platform: Platform,
    /// The account that the address named, where it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<RemoteId>,
    /// The feed whose answer it is; none for what the platform posted. Since version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<String>,
    pub received_at: Timestamp,
    /// Where its bytes are kept, if not here. Deleted once the delivery is taken in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<String>,
}

/// The text is not a delivery.
#[derive(Debug, thiserror::Error)]
pub enum NotADelivery {
    /// The header cannot be read.
    #[error("the delivery's header cannot be read")]
    Header(#[from] serde_json::Error),
    /// A later release wrote it.
    #[error("the delivery has version {0}, which this release does not know")]
    Version(u8),
    /// Neither bytes nor where they are.
    #[error("the delivery has no body")]
    NoBody,
}

impl<'a> Delivery<'a> {
    /// One line of JSON, then the bytes as they are: nothing is escaped, nothing is copied twice.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string(&self.header)?;
        if let Some(body) = self.body {
            text.reserve(body.len().saturating_add(1));
            text.push('\n');
            text.push_str(body);
        }
        Ok(text)
    }

    /// Reads what [`Delivery::to_text`] wrote.
    pub fn from_text(text: &'a str) -> Result<Self, NotADelivery> {
        let (header, body) = match text.split_once('\n') {
            Some((header, body)) => (header, Some(body)),
            None => (text, None),
        };
        let header: DeliveryHeader = serde_json::from_slice(header.as_bytes())?;
        if !READABLE.contains(&header.v) {
            return Err(NotADelivery::Version(header.v));
        }
        if body.is_none() && header.stored.is_none() {
            return Err(NotADelivery::NoBody);
        }
        Ok(Self { header, body })
    }
}

/// A thread to be labelled, and routed where it has no owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "v")]
pub enum LabelJob {
    #[serde(rename = "1", rename_all = "camelCase")]
    V1 { thread: ThreadId },
}

/// Work beside the way of a message. It is written with its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Job {
    /// Look a contact up.
    Profile { thread: ThreadId },
    /// Fetch the bytes of an attachment.
    Media { thread: ThreadId, message: MessageId, place: u32 },
    /// Delete our copy of an attachment.
    DropMedia { thread: ThreadId, id: MediaId },
    /// It is a reply's turn.
    Resume { thread: ThreadId, reply: ReplyId },
    /// Ask the platform whether it has a reply in doubt.
    Check { thread: ThreadId, reply: ReplyId },
    /// Do what is to be done to a comment.
    Moderate { thread: ThreadId, message: MessageId },
    /// Do what is to be done to held comments of a post.
    ModerateHeld { post: PostName },
    /// Look at a post that people comment under.
    LookAtPost { post: PostName },
    /// Tell the thread of the comment that a private reply answers that it was sent.
    TellComment { thread: ThreadId, reply: ReplyId },
    /// The roster chose an owner.
    Assigned {
        thread: ThreadId,
        /// The version of it that the roster knew.
        version: u64,
        owner: Owner,
        reasons: Vec<Reason>,
    },
    /// Have the threads that wait for an answer go by new rules: from a place in their order, a page at a time.
    Replan {
        /// The version of the rules, or later ones.
        rules: u64,
        /// The rank and the id after which it goes on; from the beginning where there are none.
        after: Option<(i64, ThreadId)>,
        /// For the second time, when nothing goes by older rules any more.
        again: bool,
    },
    /// Have these threads go by new rules.
    ReplanThreads {
        /// The version of the rules, or later ones.
        rules: u64,
        threads: Vec<ThreadId>,
    },
    /// Tell the team channel of a thread.
    Tell { notice: Notice },
    /// Tell the team channel.
    Notice {
        /// What to tell: words of ours.
        text: String,
        /// The thread it is about.
        thread: Option<ThreadId>,
        /// The post it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<PostId>,
        /// What it is known by, once it is written down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
}

impl Job {
    /// What an effect of a thread's asks for, of those that are jobs.
    pub fn of_thread(thread: &ThreadId, effect: &Effect) -> Option<Self> {
        let thread = thread.clone();
        Some(match effect {
            Effect::Profile => Self::Profile { thread },
            Effect::Media { message, place } => Self::Media { thread, message: message.clone(), place: *place },
            Effect::DropMedia { id } => Self::DropMedia { thread, id: id.clone() },
            Effect::Tell { notice } => Self::Tell { notice: notice.as_ref().clone() },
            Effect::Resume { reply } => Self::Resume { thread, reply: reply.clone() },
            Effect::Check { reply } => Self::Check { thread, reply: reply.clone() },
            Effect::Moderate { message } => Self::Moderate { thread, message: message.clone() },
            Effect::TellComment { reply } => Self::TellComment { thread, reply: reply.clone() },
            Effect::Label | Effect::Roster | Effect::Call { .. } => return None,
        })
    }

    /// What a decision of the roster's asks for.
    pub fn of_roster(effect: &RosterEffect) -> Option<Self> {
        match effect {
            RosterEffect::Assigned { thread, version, decision } => Some(Self::Assigned {
                thread: thread.clone(),
                version: *version,
                owner: decision.owner.clone(),
                reasons: decision.reasons.iter().map(Reason::from).collect(),
            }),
            RosterEffect::TeamChannel { notice } => Some(Self::Tell { notice: notice.clone() }),
            RosterEffect::WakeAt { .. } | RosterEffect::Changed { .. } => None,
        }
    }
}

/// A job as it is written.
#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum JobMessage {
    #[serde(rename = "1")]
    V1(#[serde(with = "Job")] Job),
}

impl Serialize for Job {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Serialize::serialize(&JobMessage::V1(self.clone()), serializer)
    }
}

impl<'de> Deserialize<'de> for Job {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let JobMessage::V1(job) = <JobMessage as Deserialize>::deserialize(deserializer)?;
        Ok(job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_domain::{label::Urgency, notice::NoticeKind};

    fn delivery(body: Option<&str>, stored: Option<&str>) -> String {
        let header = DeliveryHeader {
            v: 1,
            id: DeliveryId::from_bytes(&[7]),
            platform: Platform::Telegram,
            account: Some(RemoteId::new("700")),
            feed: None,
            received_at: Timestamp::from_seconds(1_767_225_600),
            stored: stored.map(str::to_owned),
        };
        Delivery { header, body }.to_text().unwrap()
    }

    #[test]
    fn a_delivery_keeps_its_bytes_as_they_are() {
        let body = "{\"a\":\n\"\\u00e9 \u{1F600}\"}";
        let text = delivery(Some(body), None);
        insta::assert_snapshot!(text);
        assert_eq!(Delivery::from_text(&text).unwrap().body, Some(body));
    }

    #[test]
    fn a_large_delivery_names_where_its_bytes_are() {
        let text = delivery(None, Some("intake/1"));
        insta::assert_snapshot!(text);
        assert_eq!(Delivery::from_text(&text).unwrap().header.stored.as_deref(), Some("intake/1"));
    }

    #[test]
    fn what_is_no_delivery_is_refused() {
        for text in [
            "",
            "{}",
            "not json\nbody",
            &delivery(None, None),
            &delivery(Some("x"), None).replace("\"v\":1", "\"v\":9"),
        ] {
            assert!(Delivery::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_delivery_of_the_next_version_is_read_with_its_feed() {
        let later = delivery(Some("[]"), None).replace("\"v\":1", "\"v\":2,\"feed\":\"mentions\"");
        let read = Delivery::from_text(&later).unwrap();
        assert_eq!((read.header.v, read.header.feed.as_deref(), read.body), (2, Some("mentions"), Some("[]")));
        assert_eq!(
            read.to_text().unwrap(),
            later
                .replace("\"v\":2,\"feed\":\"mentions\"", "\"v\":2")
                .replace("\"account\":\"700\"", "\"account\":\"700\",\"feed\":\"mentions\"")
        );
    }

    #[test]
    fn a_job_is_read_by_its_version_and_is_no_other_message() {
        let job = Job::Media { thread: ThreadId::from_bytes(&[1]), message: MessageId::from_bytes(&[2]), place: 1 };
        let text = serde_json::to_string(&job).unwrap();
        assert_eq!(serde_json::from_str::<Job>(&text).unwrap(), job);
        assert!(serde_json::from_str::<Job>(&text.replace("\"v\":\"1\"", "\"v\":\"9\"")).is_err(), "a later release's");
        assert!(serde_json::from_str::<LabelJob>(&text).is_err());
        let label = serde_json::to_string(&LabelJob::V1 { thread: ThreadId::from_bytes(&[1]) }).unwrap();
        assert!(serde_json::from_str::<Job>(&label).is_err());
    }

    #[test]
    fn jobs_are_written_as_they_always_were() {
        let thread = ThreadId::from_bytes(&[1]);
        insta::assert_json_snapshot!((
            LabelJob::V1 { thread: thread.clone() },
            Job::Profile { thread: thread.clone() },
            Job::Media { thread: thread.clone(), message: MessageId::from_bytes(&[2]), place: 1 },
            Job::DropMedia { thread: thread.clone(), id: MediaId::from_bytes(&[3]) },
            Job::Resume { thread: thread.clone(), reply: ReplyId::parse("11111111-aaaa").unwrap() },
            Job::Assigned {
                thread: thread.clone(),
                version: 4,
                owner: Owner::Unassigned,
                reasons: vec![Reason {
                    guardrail: "hours".to_owned(),
                    text: "Nobody is on shift.".to_owned(),
                    verdict: None
                }],
            },
            Job::Replan { rules: 7, after: Some((1_767_225_600_000, thread.clone())), again: false },
            Job::ReplanThreads { rules: 7, threads: vec![thread.clone()] },
            Job::Notice { text: "Nobody is on shift".to_owned(), thread: Some(thread.clone()), post: None, key: None },
            Job::Tell {
                notice: Notice {
                    key: "thr_01-1767225600000-1-backup".to_owned(),
                    kind: NoticeKind::Backup,
                    thread,
                    topic: "orders".to_owned(),
                    urgency: Urgency::High,
                    owner: Owner::Unassigned,
                    team: None,
                    channel: None,
                    next_shift: None,
                    due: Some(Timestamp::from_seconds(1_767_225_600)),
                    handed_on: true,
                },
            },
        ));
    }
}
