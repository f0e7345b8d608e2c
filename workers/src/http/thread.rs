//! One thread, its messages and its history. Always from the thread itself, never from the index.

use tributary_connectors::registry;
use tributary_domain::{
    capability::{Capabilities, Window, WindowPolicy},
    id::{TeammateId, ThreadId},
    message::Place,
    platform::Channel,
    thread::Thread,
};
use tributary_wire::{
    api::{
        endpoints::{ListMessages, ListThreadAudit, ReadThread},
        page::{Cursor, MessageCursor},
        thread::{CameBy, ChannelItem, MediaLimitItem, ReasonItem, ThreadDetail, ThreadItem},
    },
    objects::{AuditPage, MessagePage, ThreadAnswer, ThreadCall},
    view,
};

use super::{
    call::Call,
    guard::Asker,
    handle::{Answer, By, Handle, Input},
    page::{self, Names},
    problem::{Code, Refused},
};
use crate::{d1, error::InternalError, objects};

/// A thread that can be shown, as it is now.
pub(super) async fn current(call: &Call, id: &ThreadId) -> Result<ThreadAnswer, Refused> {
    let answer: Option<ThreadAnswer> = objects::thread::call(&call.app, id, &ThreadCall::Read).await?;
    answer.filter(|answer| answer.thread.opened_at.is_some()).ok_or_else(|| Refused::not_found("thread"))
}

/// What a thread's channel can do.
pub(super) fn channel(thread: &Thread) -> Result<&'static Capabilities, Refused> {
    registry::capabilities(Channel { platform: thread.platform, surface: thread.surface })
        .map_err(|none| Refused::new(Code::PlatformNotAvailable, format!("{none}.")))
}

/// How long a thread may be answered.
pub(super) fn window(thread: &Thread) -> Result<WindowPolicy, Refused> {
    registry::window(Channel { platform: thread.platform, surface: thread.surface }, &thread.counterpart)
        .map_err(|none| Refused::new(Code::PlatformNotAvailable, format!("{none}.")))
}

/// Where a thread stands in its window now.
pub(super) async fn window_now(call: &Call, thread: &Thread) -> Result<Window, Refused> {
    let recipients = thread.contact.recipients();
    let connection = recipients.first().and_then(|identity| registry::connection(thread.platform, identity));
    if let Some(connection) = connection
        && d1::connections::current(&call.app, &thread.account, connection).await?.is_some_and(|now| !now.is_open())
    {
        return Ok(Window::SwitchedOff);
    }
    Ok(window(thread)?.at(thread.transcript.window_opened_at, call.now))
}

/// A thread as lists show it to `reader`.
pub(super) fn item(answer: &ThreadAnswer, names: &Names, reader: &TeammateId) -> Result<ThreadItem, Refused> {
    let shown = view::thread_item(&answer.thread, window(&answer.thread)?, answer.trouble);
    let mut item = shown.ok_or_else(|| Refused::not_found("thread"))?;
    names.threads(std::slice::from_mut(&mut item));
    item.unread = u32::try_from(answer.thread.unread.by(reader)).unwrap_or(u32::MAX);
    Ok(item)
}

impl Handle for ReadThread {
    async fn handle(call: &Call, asker: &Asker, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let answer = current(call, &id).await?;
        let thread = &answer.thread;
        let capabilities = channel(thread)?;
        let accounts = d1::accounts::known(&call.app).await?;
        let account = accounts.iter().find(|row| row.id == thread.account);
        let detail = ThreadDetail {
            item: item(&answer, &Names::load(call).await?, asker.teammate())?,
            account_name: account.map(|row| row.name.clone()).unwrap_or_default(),
            window: window_now(call, thread).await?,
            channel: channel_item(capabilities),
            reasons: thread
                .assignment
                .reasons
                .iter()
                .map(|reason| ReasonItem {
                    guardrail: reason.guardrail.clone(),
                    text: reason.text.clone(),
                    verdict: reason.verdict.map(|verdict| verdict.as_str().to_owned()),
                })
                .collect(),
            suggested: thread.relations.suggested.iter().cloned().collect(),
            private_replies: super::private::offered(thread)?,
            came_by: thread.contact.referral.clone().map(|(at, referral)| CameBy { at, referral }),
        };
        Ok(detail)
    }
}

fn channel_item(channel: &Capabilities) -> ChannelItem {
    ChannelItem {
        features: channel.features.to_vec(),
        text: channel.text,
        media: channel
            .media
            .iter()
            .map(|limit| MediaLimitItem { mime: limit.mime.to_owned(), max_bytes: limit.max_bytes })
            .collect(),
        attachments: u32::try_from(channel.attachments).unwrap_or(u32::MAX),
        media_policy: channel.media_policy,
        blind_spots: channel.blind_spots.iter().map(|one| (*one).to_owned()).collect(),
    }
}

impl Handle for ListMessages {
    async fn handle(call: &Call, _: &By<Self>, Input { path: (id,), query, .. }: Input<Self>) -> Answer<Self> {
        let limit = query.limit.get();
        let before = query.cursor.map(|MessageCursor { at, order, id }| Place { at, order, id });
        let first = before.is_none();
        let question = ThreadCall::Messages { before, limit };
        let found: MessagePage = objects::thread::call(&call.app, &id, &question).await?;
        if first && found.items.is_empty() {
            // Either there is no such thread, or nothing of it can be shown.
            current(call, &id).await?;
        }
        let oldest = found.items.first().filter(|_| found.more);
        let next = oldest.map(|one| MessageCursor { at: one.at, order: one.order, id: one.id.clone() }.to_string());
        let mut items = found.items;
        Names::load(call).await?.messages(&mut items);
        page::page(call, items, next).await
    }
}

impl Handle for ListThreadAudit {
    async fn handle(call: &Call, _: &By<Self>, Input { path: (id,), query, .. }: Input<Self>) -> Answer<Self> {
        let limit = query.limit.get();
        let before = query.cursor.map(|cursor| cursor.number.unsigned_abs());
        let question = ThreadCall::Audit { before, limit };
        let found: AuditPage = objects::thread::call(&call.app, &id, &question).await?;
        if before.is_none() && found.items.is_empty() {
            current(call, &id).await?;
        }
        let last = found.items.last().filter(|_| found.more);
        let next = last.map(|one| {
            Cursor { number: i64::try_from(one.sequence).unwrap_or(i64::MAX), id: String::new() }.to_string()
        });
        let mut items = found.items;
        Names::load(call).await?.entries(&mut items);
        page::page(call, items, next).await
    }
}

/// Brings what a change calls for to the index, the queues, the roster and the browsers, and makes the calls
/// that it asks for after the answer. What fails here is found and done again by the thread itself.
pub(super) async fn published(call: &Call, answer: &ThreadAnswer) {
    if let Err(fault) = crate::publish::publish(&call.app, std::slice::from_ref(&answer.outcome)).await {
        fault.log("api publish");
    }
    if answer.outcome.call.is_some() {
        let (app, id, answer) = (call.app.clone(), answer.thread.id.clone(), answer.clone());
        call.afterwards("make calls", async move {
            Box::pin(crate::send::make_calls(app, id, answer)).await;
            Ok::<(), InternalError>(())
        });
    }
}

/// Why a thread did not do what was asked.
pub(super) fn refused(answer: &ThreadAnswer) -> Option<Refused> {
    let refusal = answer.refused.as_ref()?;
    let detail = format!("{}.", refusal.detail);
    let code = match refusal.code.as_str() {
        "thread_changed" => Code::ThreadChanged,
        "reply_id_reused" => Code::ReplyIdReused,
        "reply_changed" => Code::ReplyChanged,
        "version_unknown" => Code::VersionUnknown,
        "too_many_tags" => Code::TooManyTags,
        "history_full" => Code::HistoryFull,
        "too_many_replies" => Code::TooManyReplies,
        "comment_gone" => Code::CommentGone,
        "not_capable" => Code::NotCapable,
        "too_many_moderations" => Code::TooManyModerations,
        "message_unknown" => return Some(Refused::not_found("message")),
        "reply_unknown" => return Some(Refused::not_found("reply")),
        _ => Code::ReplyState,
    };
    let refused = Refused::new(code, detail);
    Some(match code {
        Code::ThreadChanged => refused.version(answer.thread.version).since(refusal.since.clone()),
        Code::VersionUnknown => refused.field("expectedVersion").version(answer.thread.version),
        Code::TooManyTags => refused.field("add"),
        _ => refused,
    })
}
