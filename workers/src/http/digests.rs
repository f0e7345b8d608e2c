//! The daily digest: read, looked at before it goes out, sent by hand.

use tributary_domain::{digest::schedule, id::DigestId};
use tributary_wire::api::{
    digest::{DigestDetail, DigestName, DigestPreview, PressId},
    endpoints::{ListDigests, PreviewDigest, ReadDigest, SendDigest},
};

use super::{
    call::Call,
    guard::Person,
    handle::{Answer, By, Handle, Input},
    page,
    problem::{Code, Refused},
};
use crate::{d1, digest, outbox};

impl Handle for ListDigests {
    async fn handle(call: &Call, _: &By<Self>, Input { query, .. }: Input<Self>) -> Answer<Self> {
        let limit = query.limit.get();
        let (at, id) = page::newest(query.cursor);
        let mut rows = d1::digests::page(&call.app, at, &id, limit + 1).await?;
        let next = page::cut(&mut rows, limit, |row| (row.made_at(), row.id.as_str()));
        let ids: Vec<&DigestId> = rows.iter().map(|row| &row.id).collect();
        let deliveries = d1::outbox::of_digests(&call.app, &ids).await?;
        let items = rows.into_iter().map(|row| row.item(&deliveries)).collect::<Result<Vec<_>, _>>()?;
        page::page(call, items, next).await
    }
}

impl Handle for ReadDigest {
    async fn handle(call: &Call, _: &By<Self>, Input { path: (DigestName(id),), .. }: Input<Self>) -> Answer<Self> {
        detail(call, &id).await?.ok_or_else(|| Refused::not_found("digest"))
    }
}

async fn detail(call: &Call, id: &DigestId) -> Result<Option<DigestDetail>, Refused> {
    let (row, digest) = (d1::digests::find(&call.app, id).await?, d1::digests::body(&call.app, id).await?);
    let Some((row, digest)) = row.zip(digest) else { return Ok(None) };
    let deliveries = d1::outbox::of_digests(&call.app, &[id]).await?;
    Ok(Some(DigestDetail { item: row.item(&deliveries)?, digest }))
}

impl Handle for PreviewDigest {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let rules = d1::rules::current(&call.app).await?;
        let preview = DigestPreview {
            digest: digest::preview(&call.app, &rules.rules, call.now).await?,
            next_at: schedule::next(&rules.rules, call.now),
            readers: digest::readers(&call.app, &rules.rules),
            can_email: outbox::mail::possible(&call.app),
        };
        Ok(preview)
    }
}

/// Sends one now. The same id is the same press of the button.
impl Handle for SendDigest {
    async fn handle(call: &Call, person: &Person, Input { body: request, .. }: Input<Self>) -> Answer<Self> {
        let PressId(id) = request.digest_id;
        let rules = d1::rules::current(&call.app).await?;
        if digest::readers(&call.app, &rules.rules).is_empty() {
            let detail = "Nobody would get it. Name recipients under [digest] in the rules, or give the installation a \
                      team channel (TEAM_CHANNEL_URL).";
            return Err(Refused::new(Code::Invalid, detail));
        }
        digest::by_hand(&call.app, &rules.rules, &id, &person.teammate.id, call.now).await?;
        let sent = detail(call, &id).await?.ok_or_else(|| Refused::not_found("digest"))?;
        let (app, now) = (call.app.clone(), call.now);
        call.afterwards("send digest", async move { outbox::deliver_digests(&app, now).await });
        Ok(sent)
    }
}
