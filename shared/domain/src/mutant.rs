//! Promises that can be left out, one at a time, to see that a law of the simulation notices.
//!
//! The code that keeps a promise asks [`on`] whether it is to break it. Only the simulation compiles the switches, with
//! the feature `mutants`; anywhere else [`on`] is `false` at compile time, and nothing of a mutant is in the program.

#[cfg(feature = "mutants")]
use std::cell::Cell;

/// Whether the switches are in this program.
pub const COMPILED: bool = cfg!(feature = "mutants");

macro_rules! mutants {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// What is done wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Mutant {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Mutant {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];
        }
    };
}

mutants! {
    /// The webhook answers before anything is kept.
    AckBeforeStore,
    /// The consumer acknowledges before the thread has committed.
    AckBeforeCommit,
    /// Every telling of a message is taken for another message.
    NoDedupe,
    /// The index takes whatever comes, whenever it comes.
    UnversionedUpsert,
    /// The thread believes that the index holds its latest version, whichever was published.
    BlindConfirm,
    /// A call that was never answered is made again by code.
    ResendAfterCrash,
    /// The call is made before its marker is committed.
    NoMarker,
    /// A reply in doubt is sent again by code.
    RetryUncertain,
    /// The alarm does not ring again.
    NoAlarm,
    /// A label that was asked for once is never asked for again.
    LabelLost,
    /// Our reference in echoes and receipts is not read.
    EvidenceIgnored,
    /// A new message leaves a closed thread closed.
    ClosedNotReopened,
    /// A message told again reopens a closed thread.
    DuplicateReopens,
    /// The audit is written in a commit of its own.
    AuditApart,
    /// Messages are written in a commit of their own.
    MessagesApart,
    /// A reply to what nobody can see any more is taken.
    StaleView,
    /// The roster never hears that a thread was closed.
    RosterNotReleased,
    /// A late receipt takes back an earlier, farther one.
    WatermarkBack,
    /// An early receipt that comes late takes a message back to its stage.
    StageBack,
    /// The words are cut on their way out.
    WordsCut,
    /// Deliveries that cannot be read are dropped.
    PoisonDropped,
    /// What is left over of the intake is never swept up.
    NoSweep,
    /// The latest edit to arrive wins, whatever its number.
    LastEditWins,
    /// The alarm does not look at what nobody answers.
    ChainForgotten,
    /// A walk of new rules forgets which steps were taken.
    StepsForgotten,
    /// The answer of a call writes its message without looking at what is known of it.
    AnswerOverwrites,
    /// The roster does not keep the notices it decides on.
    NoticeForgotten,
    /// A reply that the platform took stays sent, whatever it reports of it.
    LossIgnored,
    /// The roster does not keep in mind that a thread has yet to hear whose it is.
    OwnerForgotten,
    /// What was given to the index counts as held there, whether or not the write went through.
    AckBeforePublish,
    /// No alarm is set while something is unpublished.
    UnpublishedUnwatched,
    /// What is published is the thread as it was before the commit.
    StalePublication,
    /// Where the index gets a thread in pieces, the first acknowledges all of them.
    RestAckedWithPage,
    /// That the index holds a version is taken for all of the thread, though that went there in pieces.
    PieceTakenForWhole,
    /// Of many entries that the index lacks, the first page acknowledges all.
    EntriesAckedUnseen,
    /// The messages that the index may lack are named without those of the commit at hand.
    NamedBeforeCommit,
    /// That the index holds an older version acknowledges messages that changed since.
    OldAckClearsNew,
    /// That the index holds an older version takes back that it holds a newer one.
    OlderAckOverwrites,
    /// It is not kept in mind that attachments are still to be fetched.
    FetchingForgotten,
    /// An alarm that has rung counts as set.
    PastAlarmStands,
    /// An alarm that was lost is not set again by whoever asks the thread.
    LostAlarmStays,
    /// What the index lost is not published again when the clock comes by.
    VisitIgnored,
    /// What the index lost is published again without the words.
    VisitForgetsWords,
    /// What the index lost is published again without the audit.
    VisitForgetsAudit,
    /// The roster forgets the versions of threads that were closed.
    SettledForgotten,
    /// The roster takes what comes, whichever version of a thread it speaks of.
    RosterVersionIgnored,
    /// The roster does not write its notices.
    NoticeUnwritten,
    /// The roster does not write its threads.
    ThreadUnwritten,
    /// A post takes a comment that it knows for one that it does not know.
    CommentTakenAnew,
    /// What was held of somebody is not told to the thread that they get.
    HandoverForgotten,
    /// That a thread was told some of what waited for it counts for all of it.
    HandedAckedUnseen,
    /// What is told of a comment before the comment itself is forgotten.
    EarlyForgotten,
    /// What is told of a held comment is forgotten.
    HeldNotKept,
    /// Of what stands below a deleted comment, nobody hears.
    BranchNotCut,
    /// Of two opposite actions on a comment, the second does not wait for the call of the first.
    OppositeAtOnce,
    /// A call for a comment of which nothing is heard is waited for for ever.
    LostCallKept,
    /// A call for a comment is made however long ago its marker was committed.
    LateCallMade,
    /// What the platform reports of a comment leaves what we did to it as it was.
    ReportIgnored,
    /// What we did to a comment stands over what is reported of it since.
    OwnCallWins,
    /// No alarm looks after what is to be done to comments.
    OrderUnwatched,
    /// What was stopped is done all the same.
    StopIgnored,
    /// A thread has something done to a comment whatever its post is about to do.
    BothDecide,
}

impl Mutant {
    /// Those of a post: the simulation of posts notices them.
    pub const OF_POSTS: &[Self] = &[
        Self::CommentTakenAnew,
        Self::HandoverForgotten,
        Self::HandedAckedUnseen,
        Self::EarlyForgotten,
        Self::HeldNotKept,
        Self::BranchNotCut,
    ];

    /// Those of what people have done to comments: the simulation of a wall notices them.
    pub const OF_WALLS: &[Self] = &[
        Self::OppositeAtOnce,
        Self::LostCallKept,
        Self::LateCallMade,
        Self::ReportIgnored,
        Self::OwnCallWins,
        Self::OrderUnwatched,
        Self::StopIgnored,
        Self::BothDecide,
    ];
}

#[cfg(feature = "mutants")]
thread_local! {
    static SWITCHED_ON: Cell<Option<Mutant>> = const { Cell::new(None) };
}

/// Whether this is to be done wrong.
#[cfg(feature = "mutants")]
pub fn on(mutant: Mutant) -> bool {
    SWITCHED_ON.get() == Some(mutant)
}

/// Whether this is to be done wrong: it is not.
#[cfg(not(feature = "mutants"))]
pub const fn on(_: Mutant) -> bool {
    false
}

/// Has this done wrong on the current thread from now on, or nothing.
#[cfg(feature = "mutants")]
pub fn switch(mutant: Option<Mutant>) {
    SWITCHED_ON.set(mutant);
}
