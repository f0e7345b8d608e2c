//! The workspace's history.

use worker::Response;

use super::{
    call::{self, Call},
    page::{self, Names},
    problem::Refused,
    query,
};
use crate::d1;

pub(super) async fn list(call: &Call) -> Result<Response, Refused> {
    let limit = call.query.limit(100)?;
    let (at, id) = call.query.cursor()?.unwrap_or((1 << 52, String::new()));
    let mut items = d1::audit::page(&call.edge, at, &id, limit + 1).await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|item| query::cursor(item.at.millis(), item.id.as_str()));
    Names::load(call).await?.entries(&mut items);
    call::json(200, &page::page(call, items, next).await?)
}
