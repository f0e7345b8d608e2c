//! The daily digest: read, looked at before it goes out, sent by hand.

use tributary_domain::{digest::schedule, id::DigestId};
use tributary_wire::api::digest::{DigestDetail, DigestPreview, SendDigestRequest};
use worker::Response;

use super::{
    body,
    call::{self, Call},
    guard::Person,
    page,
    problem::{Code, Refused},
    query,
};
use crate::{d1, digest};

pub(super) async fn list(call: &Call) -> Result<Response, Refused> {
    let limit = call.query.limit(100)?;
    let (at, id) = call.query.cursor()?.unwrap_or((1 << 52, String::new()));
    let mut rows = d1::digests::page(&call.edge, at, &id, limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| query::cursor(row.made_at(), row.id.as_str()));
    let ids: Vec<&DigestId> = rows.iter().map(|row| &row.id).collect();
    let deliveries = d1::digests::deliveries(&call.edge, &ids).await?;
    let items = rows.into_iter().map(|row| row.item(&deliveries)).collect::<Result<Vec<_>, _>>()?;
    call::json(200, &page::page(call, items, next).await?)
}

pub(super) async fn read(call: &Call, given: &str) -> Result<Response, Refused> {
    let missing = || Refused::not_found("digest");
    let id = DigestId::parse(given).or_else(|_| DigestId::of_day(given)).map_err(|_| missing())?;
    call::json(200, &detail(call, &id).await?.ok_or_else(missing)?)
}

async fn detail(call: &Call, id: &DigestId) -> Result<Option<DigestDetail>, Refused> {
    let (row, digest) = (d1::digests::find(&call.edge, id).await?, d1::digests::body(&call.edge, id).await?);
    let Some((row, digest)) = row.zip(digest) else { return Ok(None) };
    let deliveries = d1::digests::deliveries(&call.edge, &[id]).await?;
    Ok(Some(DigestDetail { item: row.item(&deliveries)?, digest }))
}

pub(super) async fn preview(call: &Call) -> Result<Response, Refused> {
    let rules = d1::rules::current(&call.edge).await?;
    let preview = DigestPreview {
        digest: digest::preview(&call.edge, &rules.rules, call.now).await?,
        next_at: schedule::next(&rules.rules, call.now),
        readers: digest::readers(&call.edge, &rules.rules),
        can_email: digest::can_email(&call.edge),
    };
    call::json(200, &preview)
}

/// Sends one now. The same id is the same press of the button.
pub(super) async fn send(call: &mut Call, person: &Person) -> Result<Response, Refused> {
    let request: SendDigestRequest = body::json(call).await?;
    let id = request.digest_id;
    if !id.is_by_hand() {
        let detail = "Make `digestId` anew for each press: `dig_` and at least 16 letters and digits.";
        return Err(Refused::new(Code::Invalid, detail).field("digestId"));
    }
    let rules = d1::rules::current(&call.edge).await?;
    if digest::readers(&call.edge, &rules.rules).is_empty() {
        let detail = "Nobody would get it. Name recipients under [digest] in the rules, or give the installation a \
                      team channel (TEAM_CHANNEL_URL).";
        return Err(Refused::new(Code::Invalid, detail));
    }
    digest::by_hand(&call.edge, &rules.rules, &id, &person.teammate.id, call.now).await?;
    let sent = detail(call, &id).await?.ok_or_else(|| Refused::not_found("digest"))?;
    let (edge, now) = (call.edge.clone(), call.now);
    call.afterwards("send digest", async move { digest::deliver(&edge, now).await });
    call::json(202, &sent)
}
