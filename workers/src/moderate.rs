//! Doing to a comment what a person wants done to it. The thread has committed the marker before each call; a call that is
//! lost on the way is found by the thread's alarm, and made again: asked twice, it is done once.

use tributary_connectors::{contract::Moderating, registry};
use tributary_domain::{
    account::Call,
    capability::{ErrorClass, PlatformError},
    event::{Event, Fact, Received, Toward},
    id::{AccountId, MessageId, RemoteId, TeammateId, ThreadId},
    moderation::{ModerationAction, ModerationOutcome, may_be_made},
    outbound::UncertainCause,
    platform::{Platform, Surface},
    post::{CommentRules, Merit, PostName},
    reply::AUTHOR_DISABLED,
    subject::SubjectKind,
    thread::{ModerationCall, Thread},
    time::Timestamp,
};
use tributary_wire::objects::{PostCall, ThreadAnswer, ThreadCall, Weighed};

use crate::{accounts, app::AppContext, clock, d1, error::InternalError, objects, outbound, publish};

/// More than wait on one comment at once: a bound for the loop.
const MOST_CALLS: usize = 8;

/// Makes the calls for a comment whose time has come.
pub(crate) async fn carry_out(app: &AppContext, thread: &ThreadId, message: &MessageId) -> Result<(), InternalError> {
    for _ in 0..MOST_CALLS {
        let question = ThreadCall::BeginModeration { message: message.clone() };
        let marked = clock::now();
        let Some(answer) = asked(app, thread, &question).await? else { return Ok(()) };
        let Some(call) = &answer.moderation else { return Ok(()) };
        let outcome = outcome(app, &answer.thread, call, marked).await;
        let report = ThreadCall::Moderated { message: message.clone(), attempt: call.attempt, outcome };
        if let Err(fault) = asked(app, thread, &report).await {
            // Without it the call is made again, for nothing.
            fault.log("moderation report");
            asked(app, thread, &report).await?;
        }
    }
    Ok(())
}

async fn asked(app: &AppContext, thread: &ThreadId, call: &ThreadCall) -> Result<Option<ThreadAnswer>, InternalError> {
    let answer: Option<ThreadAnswer> = objects::thread::call(app, thread, call).await?;
    if let Some(answer) = &answer
        && let Err(fault) = publish::publish(app, std::slice::from_ref(&answer.outcome)).await
    {
        fault.log("moderation publish");
    }
    Ok(answer)
}

/// What is to be done to a comment.
pub(crate) struct Wanted<'a> {
    pub(crate) account: &'a AccountId,
    pub(crate) platform: Platform,
    pub(crate) surface: Surface,
    pub(crate) action: ModerationAction,
    /// What the platform calls the comment.
    pub(crate) on: &'a RemoteId,
    /// It is a comment of ours.
    pub(crate) own: bool,
    /// Who wants it.
    pub(crate) by: &'a TeammateId,
    /// The marker was committed no earlier.
    pub(crate) marked: Timestamp,
}

/// What came of asking the platform.
pub(crate) struct Asked {
    pub(crate) outcome: ModerationOutcome,
    /// How much of what the platform allows the account was used, in percent, where it said so.
    pub(crate) spent: Option<u64>,
}

impl From<ModerationOutcome> for Asked {
    fn from(outcome: ModerationOutcome) -> Self {
        Self { outcome, spent: None }
    }
}

/// Asks the platform for it, where whoever wants it still may.
pub(crate) async fn ask(app: &AppContext, wanted: &Wanted<'_>) -> Asked {
    // It may have waited: whoever wants it may have lost their access since.
    match d1::teammates::find(app, wanted.by).await {
        Ok(Some(row)) if row.enabled() => {}
        Ok(_) => return refused(ErrorClass::Permission, AUTHOR_DISABLED).into(),
        Err(fault) => return again("moderation author", &fault).into(),
    }
    make(app, wanted).await.unwrap_or_else(|fault| again("moderation", &fault).into())
}

async fn outcome(app: &AppContext, thread: &Thread, call: &ModerationCall, marked: Timestamp) -> ModerationOutcome {
    let wanted = Wanted {
        account: &thread.account,
        platform: thread.platform,
        surface: thread.surface,
        action: call.action,
        on: &call.remote,
        own: call.own,
        by: &call.by,
        marked,
    };
    let begun = clock::now();
    let Asked { outcome, .. } = ask(app, &wanted).await;
    if is_done(call.action, &outcome)
        && let Err(fault) = tell_post(app, thread, call, begun).await
    {
        return again("moderation", &fault);
    }
    outcome
}

async fn make(app: &AppContext, wanted: &Wanted<'_>) -> Result<Asked, InternalError> {
    let Wanted { platform, surface, action, on, own, .. } = *wanted;
    let Some(connected) = accounts::credentials(app, wanted.account).await? else {
        return Ok(refused(ErrorClass::TokenExpired, "not_connected").into());
    };
    let account = connected.account(&app.config);
    let Some(request) = registry::moderate(&account, &Moderating { surface, action, on, own }) else {
        return Ok(refused(ErrorClass::Invalid, "not_capable").into());
    };
    let timings = &app.config.timings;
    if !may_be_made(wanted.marked, clock::now(), timings.timeout.send, &timings.moderation) {
        return Ok(ModerationOutcome::Uncertain { cause: UncertainCause::Interrupted }.into());
    }
    let response = match outbound::fetch(app, platform, request, timings.timeout.send).await {
        Ok(response) => response,
        Err(no_answer) => return Ok(ModerationOutcome::Uncertain { cause: no_answer.cause() }.into()),
    };
    let outcome = registry::moderated(platform, action, &response);
    note_health(app, wanted.account, &outcome).await;
    Ok(Asked { outcome, spent: registry::spent(platform, &response) })
}

fn is_done(action: ModerationAction, outcome: &ModerationOutcome) -> bool {
    match outcome {
        ModerationOutcome::Done | ModerationOutcome::AlreadySo => true,
        ModerationOutcome::Gone { .. } => action == ModerationAction::Delete,
        ModerationOutcome::Refused { .. }
        | ModerationOutcome::RateLimited { .. }
        | ModerationOutcome::Uncertain { .. } => false,
    }
}

/// What was done is the post's to know as well, which tells the threads of those who answered below what is gone. Not every
/// platform reports it. Where the post does not hear it, the call counts as unanswered.
async fn tell_post(
    app: &AppContext,
    thread: &Thread,
    call: &ModerationCall,
    begun: Timestamp,
) -> Result<(), InternalError> {
    let id = call.remote.clone();
    let fact = match call.action {
        ModerationAction::Delete => Fact::Unsent { id },
        ModerationAction::Hide => Fact::Hidden { id, hidden: true },
        ModerationAction::Unhide => Fact::Hidden { id, hidden: false },
        ModerationAction::Like | ModerationAction::Unlike => return Ok(()),
    };
    let Some(subject) = thread.subject.clone().filter(|subject| subject.kind == SubjectKind::Post) else {
        return Ok(());
    };
    let Some(connected) = accounts::credentials(app, &thread.account).await? else { return Ok(()) };
    let account = connected.remote().clone();
    // Platforms count in seconds: what they report of this second stands.
    let at = Timestamp::from_seconds(begun.millis().div_euclid(1000));
    let toward = Toward::Comment(call.remote.clone());
    let mut event = Event::new(account, Surface::Comments, toward, Some(at), fact);
    event.key = format!("moderated:{}:{}", call.message, call.attempt);
    event.subject = Some(subject.clone());
    let name = PostName { account: thread.account.clone(), platform: thread.platform, subject };
    let events = vec![Weighed { received: Received { event, at: clock::now() }, merit: Merit::Ordinary }];
    let question = PostCall::Take { name: name.clone(), rules: CommentRules::default(), events, publish: true };
    let answer = objects::post::call(app, &name, &question).await?;
    let outcomes = objects::post::hand_over(app, &name, answer.handovers).await;
    publish::publish(app, &outcomes).await
}

/// What the answer tells of the account's health: a right that is missing for this may be there for replies.
async fn note_health(app: &AppContext, account: &AccountId, outcome: &ModerationOutcome) {
    if let ModerationOutcome::Refused { error } = outcome
        && matches!(error.class, ErrorClass::TokenExpired | ErrorClass::Restricted)
    {
        accounts::noted(app, account, Call::Send, Err(error.class)).await;
    }
}

/// Something of ours failed: it is asked for again.
fn again(place: &'static str, fault: &InternalError) -> ModerationOutcome {
    fault.log(place);
    ModerationOutcome::Uncertain { cause: UncertainCause::Interrupted }
}

fn refused(class: ErrorClass, code: &str) -> ModerationOutcome {
    ModerationOutcome::Refused { error: PlatformError { class, code: code.to_owned() } }
}
