//! Replies: written by a signed-in person, checked, signed, handed to the thread.

use std::rc::Rc;

use tributary_connectors::registry::{self, PlanError};
use tributary_domain::{
    authored::Authored,
    bounds::{FILES, REPLY},
    capability::{Feature, Window},
    id::{AccountId, MediaId, ReplyId, ThreadId},
    outbound::{Draft, DraftMedia, Part, Unsendable},
    owner::Claim,
    platform::Channel,
    reply::Event,
    routing,
    rules::Rules,
    template,
    thread::Thread,
};
use tributary_wire::{
    api::{
        account::AccountState,
        endpoints::{ReadReply, Reply, ResolveReply},
        reply::{ReplyItem, ReplyRequest, Resolution, Visibility},
    },
    objects::{NamedMessage, ReplyAnswer, ThreadAnswer, ThreadCall},
};

use super::{
    call::Call,
    guard::Person,
    handle::{Answer, By, Handle, Input},
    page::Names,
    private,
    problem::{Code, Refused},
    thread,
};
use crate::{
    d1::{self, rules::CurrentRules},
    objects,
};

impl Handle for Reply {
    async fn handle(
        call: &Call,
        person: &Person,
        Input { path: (id,), body: request, .. }: Input<Self>,
    ) -> Answer<Self> {
        if request.text.chars().count() > REPLY {
            let detail = format!("A reply may have at most {REPLY} characters; its channel takes less.");
            return Err(Refused::new(Code::ReplyTooLong, detail).field("text"));
        }
        let rules = rules(call).await;
        let rules = rules.as_ref().map(|current| &current.rules);
        let changed = match &request.template_id {
            Some(name) => begun(rules, name, &request.text)?,
            None => None,
        };
        let current = thread::current(call, &id).await?;
        if request.visibility == Visibility::Private {
            return private::reply(call, person, &current.thread, request, Written { rules, changed }).await;
        }
        let draft = draft(call, &current.thread, &request).await?;
        let parts = plan(&current.thread, &draft)?;
        if let Err(refused) = sendable(call, rules, person, &current.thread).await {
            // What was taken before stays taken: the same request again is answered as the first was.
            if state(call, &id, &request.reply_id).await?.is_none() {
                return Err(refused);
            }
        }
        let authored = signed(person, &draft)?;
        let question = ThreadCall::Reply {
            id: request.reply_id,
            authored,
            draft,
            template: request.template_id.map(String::from),
            changed,
            parts,
            expected_version: request.expected_version,
            claim: Written { rules, changed }.claim(person, &current.thread),
            new: None,
        };
        handed(call, &id, &question).await
    }
}

/// The rules as they are. A reply does not wait for rules that cannot be read.
async fn rules(call: &Call) -> Option<Rc<CurrentRules>> {
    d1::rules::current(&call.app).await.map_err(|fault| fault.log("reply rules")).ok()
}

/// What is known of a reply beside its words.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) rules: Option<&'a Rules>,
    /// Whether the words of the template that it began from were changed.
    pub(super) changed: Option<bool>,
}

impl Written<'_> {
    /// What the author may take by being the first to reply.
    pub(super) fn claim(self, person: &Person, thread: &Thread) -> Option<Claim> {
        let rules = self.rules?;
        let free = thread.assignment.owner.teammate().is_none();
        let able = free && routing::may_answer(rules, &person.teammate.member(), &thread.account);
        able.then(|| rules.claim(&person.teammate.email)).flatten()
    }
}

/// Whether the words of the template that a reply began from were changed. No blank of it may be left.
fn begun(rules: Option<&Rules>, name: &str, text: &str) -> Result<Option<bool>, Refused> {
    if let Some(blank) = template::blanks(text).first() {
        let detail =
            format!("The template's blank {{{{{blank}}}}} is not filled in: write what belongs there, or take it out.");
        return Err(Refused::new(Code::BlanksLeft, detail).field("text"));
    }
    let mut templates = rules.into_iter().flat_map(|rules| &rules.templates);
    let template = templates.find(|template| template.name == name);
    Ok(template.map(|template| template::changed(&template.text, text)))
}

impl Handle for ReadReply {
    async fn handle(call: &Call, _: &By<Self>, Input { path: (id, reply), .. }: Input<Self>) -> Answer<Self> {
        let found = match state(call, &id, &reply).await? {
            Some(found) => found,
            None => private::stated(call, &id, &reply).await?,
        };
        shown(call, found.item).await
    }
}

/// A person settles a reply in doubt, or one that failed: they put their name to the same words again.
impl Handle for ResolveReply {
    async fn handle(
        call: &Call,
        person: &Person,
        Input { path: (id, reply), body: request, .. }: Input<Self>,
    ) -> Answer<Self> {
        let found = stated(call, &id, &reply).await?;
        let verdict = match request.outcome {
            Resolution::Arrived => Event::Arrived,
            Resolution::SendAgain => Event::SendAgain,
            Resolution::Discard => Event::Discard,
        };
        if request.outcome == Resolution::SendAgain {
            let rules = rules(call).await;
            let rules = rules.as_ref().map(|current| &current.rules);
            let current = thread::current(call, &id).await?.thread;
            match found.draft.private_to() {
                Some(comment) => private::again(call, rules, person, &current, &found, comment).await?,
                None => sendable(call, rules, person, &current).await?,
            }
        }
        let authored = signed(person, &found.draft)?;
        let attempts = request.attempts;
        let reply = found.item.reply_id.clone();
        let question = ThreadCall::Resolve { id: reply.clone(), verdict, attempts, authored };
        let settled = handed(call, &id, &question).await?;
        match (request.outcome, found.draft.private_to()) {
            (Resolution::Discard, Some(comment)) => private::let_be(call, &id, &found, comment).await,
            (Resolution::Arrived | Resolution::Discard, None) => over(call, &id, reply).await,
            (Resolution::Arrived, Some(_)) | (Resolution::SendAgain, _) => {}
        }
        Ok(settled)
    }
}

/// The post need not know an answer any more by its words. Where it does not hear that, it knows one too many.
async fn over(call: &Call, thread: &ThreadId, reply: ReplyId) {
    let done = async {
        let answer: Option<ThreadAnswer> = objects::thread::call(&call.app, thread, &ThreadCall::Read).await?;
        match answer.and_then(|answer| objects::post::of(&answer.thread)) {
            Some(name) => objects::post::end(&call.app, &name, reply, false).await,
            None => Ok(()),
        }
    };
    if let Err(fault) = done.await {
        fault.log("reply over");
    }
}

/// Puts the signed-in person's name to the words.
pub(super) fn signed(person: &Person, draft: &Draft) -> Result<Authored, Refused> {
    Authored::by(&person.signed_in, draft)
        .map_err(|refused| Refused::new(Code::RoleTooLow, format!("{refused}. Ask an owner.")))
}

pub(super) async fn handed(call: &Call, id: &ThreadId, question: &ThreadCall) -> Result<ReplyItem, Refused> {
    let answer: Option<ThreadAnswer> = objects::thread::call(&call.app, id, question).await?;
    let answer = answer.ok_or_else(|| Refused::not_found("thread"))?;
    thread::published(call, &answer).await;
    if let Some(refused) = thread::refused(&answer) {
        return Err(refused);
    }
    let item = answer.reply.ok_or_else(|| Refused::not_found("reply"))?;
    shown(call, item).await
}

async fn shown(call: &Call, mut item: ReplyItem) -> Result<ReplyItem, Refused> {
    Names::load(call).await?.messages(std::slice::from_mut(&mut item.message));
    Ok(item)
}

pub(super) async fn state(call: &Call, thread: &ThreadId, id: &ReplyId) -> Result<Option<ReplyAnswer>, Refused> {
    let question = ThreadCall::ReplyState { id: id.clone() };
    Ok(objects::thread::call(&call.app, thread, &question).await?)
}

async fn stated(call: &Call, thread: &ThreadId, reply: &ReplyId) -> Result<ReplyAnswer, Refused> {
    state(call, thread, reply).await?.ok_or_else(|| Refused::not_found("reply"))
}

/// What is to be said, with its files and the message it answers looked up.
async fn draft(call: &Call, thread: &Thread, request: &ReplyRequest) -> Result<Draft, Refused> {
    let answered = request.reply_to.as_ref().or_else(|| thread.answers());
    if answered.is_none() && thread.subject.is_some() {
        let detail = "A public answer is for one comment: name it in `replyTo`, by the message's id.";
        return Err(Refused::new(Code::QuoteUnknown, detail).field("replyTo"));
    }
    let quote = match answered {
        Some(message) => {
            let question = ThreadCall::Remote { message: message.clone() };
            let named: Option<NamedMessage> = objects::thread::call(&call.app, &thread.id, &question).await?;
            let unknown = || Refused::new(Code::QuoteUnknown, "This thread has no such message.").field("replyTo");
            let named = named.ok_or_else(unknown)?;
            if named.hidden && !thread::channel(thread)?.features.contains(&Feature::ReplyToHidden) {
                let detail = "Hidden comments cannot be answered here. Show it to others first, then answer.";
                return Err(Refused::new(Code::CommentHidden, detail).field("replyTo"));
            }
            Some(named.remote)
        }
        None => None,
    };
    let attachments = files(call, &request.attachments).await?;
    Ok(Draft { text: request.text.clone(), attachments, quote, ..Draft::default() })
}

pub(super) async fn files(call: &Call, ids: &[MediaId]) -> Result<Vec<DraftMedia>, Refused> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if ids.len() > FILES {
        let detail = format!("No channel takes more than {FILES} files in one reply.");
        return Err(Refused::new(Code::TooManyFiles, detail).field("attachments"));
    }
    let rows = d1::media::some(&call.app, ids).await?;
    let found = ids.iter().map(|id| {
        let row = rows.iter().find(|row| row.id == *id);
        let missing = || {
            let detail = format!("There is no file {id}: upload it first, then name the id that the answer gives.");
            Refused::new(Code::MediaUnknown, detail).field("attachments")
        };
        let row = row.ok_or_else(missing)?;
        Ok(DraftMedia { media: row.id.clone(), mime: row.mime.clone(), name: row.name.clone(), size: row.size })
    });
    found.collect()
}

/// The calls that the reply takes, if its channel can take it.
pub(super) fn plan(thread: &Thread, draft: &Draft) -> Result<Vec<Part>, Refused> {
    let channel = Channel { platform: thread.platform, surface: thread.surface };
    registry::plan(channel, draft).map_err(|error| {
        let detail = sentence(&error.to_string());
        match error {
            PlanError::NotAvailable(_) => Refused::new(Code::PlatformNotAvailable, detail),
            PlanError::Unsendable(unsendable) => {
                let (code, field) = match unsendable {
                    Unsendable::Empty => (Code::ReplyEmpty, "text"),
                    Unsendable::TooLong { .. } => (Code::ReplyTooLong, "text"),
                    Unsendable::MediaType { .. } => (Code::MediaType, "attachments"),
                    Unsendable::MediaSize { .. } => (Code::MediaSize, "attachments"),
                    Unsendable::TooManyFiles { .. } => (Code::TooManyFiles, "attachments"),
                    Unsendable::PrivateFiles => (Code::NotCapable, "attachments"),
                    Unsendable::Incapable { .. } if draft.quote.is_some() => (Code::NotCapable, "replyTo"),
                    Unsendable::Incapable { .. } if !draft.attachments.is_empty() => (Code::NotCapable, "attachments"),
                    Unsendable::Incapable { .. } => (Code::NotCapable, "text"),
                };
                Refused::new(code, detail).field(field)
            }
        }
    })
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| format!("{}{}.", first.to_ascii_uppercase(), letters.as_str())).unwrap_or_default()
}

/// Whether this person can have anything sent on this thread now.
async fn sendable(call: &Call, rules: Option<&Rules>, person: &Person, thread: &Thread) -> Result<(), Refused> {
    answers_for(rules, person, &thread.account)?;
    match thread::window_now(call, thread).await? {
        Window::Unlimited | Window::Open { .. } | Window::HumanAgent { .. } => {}
        Window::TemplateOnly => {
            let detail = "The customer has not written for longer than the platform lets us answer freely. \
                          It takes an approved template only, or wait until they write again.";
            return Err(Refused::new(Code::WindowClosed, detail));
        }
        Window::SwitchedOff => {
            let detail = "Whoever owns this business account has switched off that we may answer in its chats. \
                          Nothing can be sent until they switch it on again.";
            return Err(Refused::new(Code::WindowClosed, detail));
        }
        Window::Closed => {
            let detail = "The customer has not written for longer than the platform lets us answer. \
                          Wait until they write again.";
            return Err(Refused::new(Code::WindowClosed, detail));
        }
    }
    ready(call, thread).await
}

/// Whether the person can be reached, and the account can send.
pub(super) async fn ready(call: &Call, thread: &Thread) -> Result<(), Refused> {
    if thread.contact.is_blocked() {
        let detail = "This person has blocked the account, or no longer takes messages from it.";
        return Err(Refused::new(Code::ContactBlocked, detail));
    }
    can_be_reached(call, &thread.account).await
}

/// Whether this person may do anything to comments under posts of this account now.
pub(super) async fn connected(call: &Call, person: &Person, account: &AccountId) -> Result<(), Refused> {
    let rules = rules(call).await;
    answers_for(rules.as_ref().map(|current| &current.rules), person, account)?;
    can_be_reached(call, account).await
}

/// Whether the rules have this person speak for the account.
pub(super) fn answers_for(rules: Option<&Rules>, person: &Person, account: &AccountId) -> Result<(), Refused> {
    if rules.is_some_and(|rules| !routing::may_answer(rules, &person.teammate.member(), account)) {
        let detail = "The rules have you answer for other accounts only. Hand the thread to somebody who answers for this \
                      one, or ask an administrator to change `accounts` under your address in the rules.";
        return Err(Refused::new(Code::NotYourAccount, detail));
    }
    Ok(())
}

/// Whether the account can do anything on its platform.
async fn can_be_reached(call: &Call, account: &AccountId) -> Result<(), Refused> {
    let row = d1::accounts::find(&call.app, account).await?;
    let connected = row.filter(|row| row.state != AccountState::Disconnected);
    let detail = match connected.map(|row| row.ailing()) {
        None => "The account is disconnected. Connect it again, then send.",
        Some(Some(ailing)) if ailing.trouble.stops_replies() => ailing.trouble.advice(),
        Some(_) => return Ok(()),
    };
    Err(Refused::new(Code::AccountTrouble, detail))
}
