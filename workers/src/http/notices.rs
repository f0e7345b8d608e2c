//! What the team channels were told.

use serde_json::json;
use tributary_wire::api::notice::NoticeState;
use worker::Response;

use super::{
    call::{self, Call},
    guard::Person,
    page,
    problem::{Code, Refused},
    query,
};
use crate::{
    carry,
    d1::{
        audit,
        notices::{self, NoticeRow},
        together,
    },
};

pub(super) async fn list(call: &Call) -> Result<Response, Refused> {
    let limit = call.query.limit(100)?;
    let (at, id) = call.query.cursor()?.unwrap_or((1 << 52, String::new()));
    let states = [NoticeState::Waiting, NoticeState::Sent, NoticeState::Failed].map(|one| (notices::word(one), one));
    let state = call.query.one_of("state", &states)?;
    let mut rows = notices::page(&call.edge, state, (at, &id), limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| query::cursor(row.created_at().millis(), &row.id));
    let items = rows.iter().map(NoticeRow::item).collect();
    call::json(200, &page::page(call, items, next).await?)
}

async fn found(call: &Call, id: &str) -> Result<NoticeRow, Refused> {
    notices::find(&call.edge, id).await?.ok_or_else(|| Refused::not_found("notice"))
}

/// Has a notice told again that was given up.
pub(super) async fn retry(call: &Call, person: &Person, id: &str) -> Result<Response, Refused> {
    let row = found(call, id).await?;
    if row.state != NoticeState::Failed {
        let detail = "Only a notice that was given up is told again: this one was sent, or is still being tried.";
        return Err(Refused::new(Code::NoticeState, detail));
    }
    let entry = audit::entry(call.now, Some(&person.teammate.id), "noticeRetried", json!({ "notice": id }))?;
    together(&call.edge, "retry_notice", vec![notices::again(id, call.now), entry]).await?;
    // The sweep would find it too, some minutes later.
    carry::put_texts(&call.edge, "JOBS", &[row.job], 0).await?;
    call::json(202, &found(call, id).await?.item())
}
