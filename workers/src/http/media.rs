//! Files: uploaded for replies, and served to whoever may see them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tributary_domain::id::MediaId;
use tributary_wire::api::{
    endpoints::{ReadFile, ReadNamedFile, Upload},
    message::{FileQuery, MediaItem},
};
use worker::{Headers, Range, Response, ResponseBuilder};

use super::{
    call::Call,
    guard,
    handle::{Answer, By, Handle, Input},
    problem::{Code, Refused},
};
use crate::{
    d1::{self, media::MediaRow},
    error::InternalError,
    media,
};

/// Takes a file; its bytes are the body.
impl Handle for Upload {
    async fn handle(call: &Call, _: &By<Self>, Input { query, body: bytes, .. }: Input<Self>) -> Answer<Self> {
        let name = query.name.as_deref().unwrap_or("file").to_owned();
        if bytes.is_empty() {
            return Err(Refused::new(Code::Malformed, "The body is empty: send the file's bytes as the body."));
        }
        let stored = media::store(&call.app, bytes, &name, None).await?;
        let url = format!("/media/{}", stored.id);
        let item = MediaItem { id: stored.id, mime: stored.mime, name: stored.name, size: stored.size, url };
        Ok(item)
    }
}

impl Handle for ReadFile {
    async fn handle(call: &Call, (): &By<Self>, Input { path: (id,), query, .. }: Input<Self>) -> Answer<Self> {
        serve(call, &id, &query).await
    }
}

impl Handle for ReadNamedFile {
    async fn handle(call: &Call, (): &By<Self>, Input { path: (id, _), query, .. }: Input<Self>) -> Answer<Self> {
        serve(call, &id, &query).await
    }
}

/// Serves a file to somebody signed in, or to whoever has a link that still holds. Everybody else is told that
/// there is nothing.
async fn serve(call: &Call, id: &MediaId, link: &FileQuery) -> Result<Response, Refused> {
    let missing = || Refused::not_found("file");
    if !admitted(call, id, link).await? {
        return Err(missing());
    }
    let row = d1::media::find(&call.app, id).await?.ok_or_else(missing)?;
    let slice = slice(call.header("range").as_deref(), row.size).map_err(|()| {
        Refused::new(Code::RangeNotSatisfiable, format!("The file has {} bytes.", row.size))
            .header("content-range", format!("bytes */{}", row.size))
    })?;
    answer(call, &row, slice).await?.ok_or_else(missing)
}

async fn admitted(call: &Call, id: &MediaId, link: &FileQuery) -> Result<bool, Refused> {
    if let (Some(expires), Some(grant)) = (&link.expires, &link.grant)
        && media::granted(&call.app.config, id, expires, grant, call.now)?
    {
        return Ok(true);
    }
    Ok(guard::asker(call).await?.is_some())
}

/// First and last byte.
type Slice = Option<(u64, u64)>;

async fn answer(call: &Call, row: &MediaRow, slice: Slice) -> Result<Option<Response>, InternalError> {
    let failed = InternalError::runtime("media");
    let headers = headers(row, slice).map_err(failed)?;
    let status = if slice.is_some() { 206 } else { 200 };
    let builder = ResponseBuilder::new().with_status(status).with_headers(headers);
    if call.method == "HEAD" {
        return Ok(Some(builder.empty()));
    }
    let blobs = call.app.blobs()?;
    let get = blobs.get(media::key(&row.id));
    let get = match slice {
        Some((from, to)) => get.range(Range::OffsetWithLength { offset: from, length: to - from + 1 }),
        None => get,
    };
    let Some(object) = get.execute().await.map_err(InternalError::blobs("serve_media"))? else { return Ok(None) };
    let Some(body) = object.body() else { return Ok(None) };
    let body = body.response_body().map_err(InternalError::blobs("serve_media"))?;
    Ok(Some(builder.body(body)))
}

fn headers(row: &MediaRow, slice: Slice) -> worker::Result<Headers> {
    let headers = Headers::new();
    let shown = media::shown_inline(&row.mime);
    // Types come from the list of what we recognise: a stored type that is not on it is served as bytes.
    let kind = if row.mime.contains(['\r', '\n', ';']) { media::UNKNOWN } else { row.mime.as_str() };
    let length = slice.map_or(row.size, |(from, to)| to - from + 1);
    headers.set("content-type", kind)?;
    headers.set("content-length", &length.to_string())?;
    headers.set("content-disposition", &disposition(shown, &row.name))?;
    headers.set("content-security-policy", "sandbox; default-src 'none'; frame-ancestors 'none'")?;
    headers.set("cache-control", "private, max-age=3600")?;
    headers.set("accept-ranges", "bytes")?;
    if let Some((from, to)) = slice {
        headers.set("content-range", &format!("bytes {from}-{to}/{}", row.size))?;
    }
    Ok(headers)
}

/// What RFC 8187 has escaped in a name.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// RFC 6266: the name in ASCII, and as it is (RFC 8187).
fn disposition(shown: bool, name: &str) -> String {
    let kind = if shown { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(|one| if one.is_ascii_graphic() && !"\"\\".contains(one) || one == ' ' { one } else { '_' })
        .collect();
    let full = utf8_percent_encode(name, ESCAPED);
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

/// The part of a file that is asked for. Forms that we do not serve (several parts, other units) are answered
/// with the whole, as RFC 9110 has it.
fn slice(header: Option<&str>, size: u64) -> Result<Slice, ()> {
    let Some(range) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else { return Ok(None) };
    let Some((from, to)) = range.split_once('-') else { return Ok(None) };
    let (from, to) = (from.trim(), to.trim());
    let last = size.saturating_sub(1);
    let slice = match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => (from, to.min(last)),
        (Ok(from), Err(_)) if to.is_empty() => (from, last),
        (Err(_), Ok(suffix)) if from.is_empty() && suffix > 0 => (size.saturating_sub(suffix), last),
        (Err(_), Ok(_)) if from.is_empty() => return Err(()),
        _ => return Ok(None),
    };
    if slice.0 < size { Ok(Some(slice)) } else { Err(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_served_within_the_file() {
        assert_eq!(slice(None, 10), Ok(None));
        assert_eq!(slice(Some("bytes=0-3"), 10), Ok(Some((0, 3))));
        assert_eq!(slice(Some("bytes=4-"), 10), Ok(Some((4, 9))));
        assert_eq!(slice(Some("bytes=-3"), 10), Ok(Some((7, 9))));
        assert_eq!(slice(Some("bytes=-30"), 10), Ok(Some((0, 9))));
        assert_eq!(slice(Some("bytes=5-99"), 10), Ok(Some((5, 9))));
        assert_eq!(slice(Some("bytes=10-"), 10), Err(()));
        assert_eq!(slice(Some("bytes=-0"), 10), Err(()));
        for whole in ["bytes=0-1,3-4", "lines=1-2", "bytes=5-2", "bytes=x"] {
            assert_eq!(slice(Some(whole), 10), Ok(None), "{whole}");
        }
    }

    #[test]
    fn names_cannot_leave_their_header() {
        assert_eq!(disposition(true, "a.png"), "inline; filename=\"a.png\"; filename*=UTF-8''a.png");
        assert_eq!(
            disposition(false, "é\"\r\n.pdf"),
            "attachment; filename=\"____.pdf\"; filename*=UTF-8''%C3%A9%22%0D%0A.pdf"
        );
    }
}
