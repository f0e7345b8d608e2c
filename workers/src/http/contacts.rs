//! The people on the other side.

use tributary_domain::id::ContactId;
use worker::Response;

use super::{
    call::{self, Call},
    page,
    problem::Refused,
    query,
};
use crate::d1;

pub(super) async fn list(call: &Call) -> Result<Response, Refused> {
    let limit = call.query.limit(100)?;
    let (at, id) = call.query.cursor()?.unwrap_or((1 << 52, String::new()));
    let mut items = d1::contacts::page(&call.edge, at, &id, limit + 1).await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let last = items.last().filter(|_| more);
    let next = last.map(|one| query::cursor(one.first_seen_at.millis(), one.id.as_str()));
    call::json(200, &page::page(call, items, next).await?)
}

pub(super) async fn read(call: &Call, given: &str) -> Result<Response, Refused> {
    let missing = || Refused::not_found("contact");
    let id = ContactId::parse(given).map_err(|_| missing())?;
    let item = d1::contacts::find(&call.edge, &id).await?.ok_or_else(missing)?;
    call::json(200, &item)
}
