//! What the team channels were told.

use tributary_notify::delivery::OutboxState;
use tributary_wire::{
    api::endpoints::{ListNotices, RetryNotice},
    history::WorkspaceDetail,
};

use super::{
    call::Call,
    guard::Person,
    handle::{Answer, By, Handle, Input},
    page,
    problem::{Code, Refused},
};
use crate::{
    d1::{
        outbox::{self, NoticeRow},
        together,
    },
    publish,
};

impl Handle for ListNotices {
    async fn handle(call: &Call, _: &By<Self>, Input { query, .. }: Input<Self>) -> Answer<Self> {
        let limit = query.limit.get();
        let (at, id) = page::newest(query.cursor);
        let mut rows = outbox::notices(&call.app, query.state, (at, &id), limit + 1).await?;
        let next = page::cut(&mut rows, limit, |row| (row.created_at().millis(), &row.id));
        let items = rows.iter().map(NoticeRow::item).collect();
        page::page(call, items, next).await
    }
}

async fn found(call: &Call, id: &str) -> Result<NoticeRow, Refused> {
    outbox::find_notice(&call.app, id).await?.ok_or_else(|| Refused::not_found("notice"))
}

/// Has a notice told again that was given up.
impl Handle for RetryNotice {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let row = found(call, id.as_str()).await?;
        if row.state != OutboxState::Failed {
            let detail = "Only a notice that was given up is told again: this one was sent, or is still being tried.";
            return Err(Refused::new(Code::NoticeState, detail));
        }
        let done = WorkspaceDetail::NoticeRetried { notice: id.clone() };
        let entry = person.did(call, done)?;
        together(&call.app, "retry_notice", vec![outbox::again(id.as_str(), call.now), entry]).await?;
        // The sweep would find it too, some minutes later.
        publish::put_texts(&call.app, "JOBS", &[row.job], 0).await?;
        Ok(found(call, id.as_str()).await?.item())
    }
}
