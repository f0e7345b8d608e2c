//! The workspace's history.

use tributary_wire::api::endpoints::ListAudit;

use super::{
    call::Call,
    handle::{Answer, By, Handle, Input},
    page::{self, Names},
};
use crate::d1;

impl Handle for ListAudit {
    async fn handle(call: &Call, _: &By<Self>, Input { query, .. }: Input<Self>) -> Answer<Self> {
        let limit = query.limit.get();
        let (at, id) = page::newest(query.cursor);
        let mut items = d1::audit::page(&call.app, at, &id, limit + 1).await?;
        let next = page::cut(&mut items, limit, |item| (item.at.millis(), item.id.as_str()));
        Names::load(call).await?.entries(&mut items);
        page::page(call, items, next).await
    }
}
