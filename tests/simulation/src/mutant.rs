//! The protocol with one promise left out. Each has to be noticed.

/// What is done wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    /// The webhook answers before anything is kept.
    AckBeforeStore,
    /// The consumer acknowledges before the thread has committed.
    AckBeforeCommit,
    /// Every telling of a message is taken for another message.
    NoDedupe,
    /// The index takes whatever comes, whenever it comes.
    UnversionedUpsert,
    /// The thread believes that the index holds its latest version, whichever was carried.
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
}

impl Mutant {
    /// Every one of them.
    pub const ALL: [Self; 29] = [
        Self::AckBeforeStore,
        Self::AckBeforeCommit,
        Self::NoDedupe,
        Self::UnversionedUpsert,
        Self::BlindConfirm,
        Self::ResendAfterCrash,
        Self::NoMarker,
        Self::RetryUncertain,
        Self::NoAlarm,
        Self::LabelLost,
        Self::EvidenceIgnored,
        Self::ClosedNotReopened,
        Self::DuplicateReopens,
        Self::AuditApart,
        Self::MessagesApart,
        Self::StaleView,
        Self::RosterNotReleased,
        Self::WatermarkBack,
        Self::StageBack,
        Self::WordsCut,
        Self::PoisonDropped,
        Self::NoSweep,
        Self::LastEditWins,
        Self::ChainForgotten,
        Self::StepsForgotten,
        Self::AnswerOverwrites,
        Self::NoticeForgotten,
        Self::OwnerForgotten,
        Self::LossIgnored,
    ];
}
