//! The people on the other side.

use tributary_wire::api::endpoints::{ListContacts, ReadContact};

use super::{
    call::Call,
    handle::{Answer, By, Handle, Input},
    page,
    problem::Refused,
};
use crate::d1;

impl Handle for ListContacts {
    async fn handle(call: &Call, _: &By<Self>, Input { query, .. }: Input<Self>) -> Answer<Self> {
        let limit = query.limit.get();
        let (at, id) = page::newest(query.cursor);
        let mut items = d1::contacts::page(&call.app, at, &id, limit + 1).await?;
        let next = page::cut(&mut items, limit, |one| (one.first_seen_at.millis(), one.id.as_str()));
        page::page(call, items, next).await
    }
}

impl Handle for ReadContact {
    async fn handle(call: &Call, _: &By<Self>, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let item = d1::contacts::find(&call.app, &id).await?.ok_or_else(|| Refused::not_found("contact"))?;
        Ok(item)
    }
}
