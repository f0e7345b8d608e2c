//! Requests to the outside: base addresses, deadlines, limits. Addresses and bodies never reach a log.

use futures_util::{
    StreamExt as _,
    future::{Either, select},
};
use std::{pin::pin, time::Duration};
use tributary_connectors::{
    http::{
        Body, FormPart, HeaderMap, HeaderValue, HttpRequest, HttpResponse, Method, StatusCode,
        header::{CONTENT_TYPE, HeaderName, RETRY_AFTER},
    },
    registry,
};
use tributary_domain::{outbound::UncertainCause, platform::Platform, time::Span};
use worker::{
    AbortController, Delay, Fetch, Headers, Request, RequestInit, RequestRedirect, Response, ResponseBody,
    js_sys::Uint8Array, wasm_bindgen::JsValue,
};

use crate::{app::AppContext, clock, error::InternalError, media};

/// Most bytes of an API's answer that are read.
pub(crate) const ANSWER_BYTES: usize = 1 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAnswer {
    #[error("the connection failed")]
    Transport,
    #[error("no answer came in time")]
    Deadline,
}

impl NoAnswer {
    /// What that means for a send.
    pub(crate) const fn cause(self) -> UncertainCause {
        match self {
            Self::Transport => UncertainCause::Transport,
            Self::Deadline => UncertainCause::Deadline,
        }
    }
}

/// Makes a platform's API call.
pub(crate) async fn fetch(
    app: &AppContext,
    platform: Platform,
    request: HttpRequest,
    timeout: Span,
) -> Result<HttpResponse, NoAnswer> {
    let answer = async {
        let request = request.resolved(|spec| app.config.base(spec)).map_err(|_| NoAnswer::Transport)?;
        let request = made(app, request).await.map_err(|_| NoAnswer::Transport)?;
        let response = Fetch::Request(request).send().await.map_err(|_| NoAnswer::Transport)?;
        let status = StatusCode::from_u16(response.status_code()).map_err(|_| NoAnswer::Transport)?;
        let mut headers = HeaderMap::new();
        for name in registry::headers(platform).iter().copied().chain([RETRY_AFTER.as_str()]) {
            let value = header(&response, name).and_then(|value| HeaderValue::try_from(value).ok());
            headers.extend(value.map(|value| (HeaderName::from_static(name), value)));
        }
        // What is longer is no answer that any platform gives, and says no more than its status.
        let body = read(response, ANSWER_BYTES).await?.unwrap_or_default();
        Ok(HttpResponse { status, headers, body })
    };
    within(timeout, answer).await
}

/// A connector's request, as the runtime makes it. Stored files are streamed from where they are.
async fn made(app: &AppContext, request: http::Request<Body>) -> Result<Request, InternalError> {
    let (parts, body) = request.into_parts();
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        headers.set(name.as_str(), value.to_str().unwrap_or_default()).map_err(InternalError::runtime("headers"))?;
    }
    let content = match &body {
        Body::Empty => None,
        Body::Json(_) | Body::Form(_) => body.text().map(JsValue::from),
        Body::Bytes { media, .. } => {
            match media::stored(app, media).await?.body().map(worker::ObjectBody::response_body) {
                Some(Ok(ResponseBody::Stream(stream))) => Some(stream.into()),
                _ => return Err(InternalError::Binding("BLOBS")),
            }
        }
        Body::Parts(parts) => {
            let boundary = hex::encode(clock::random::<16>()?);
            let mut bytes = Vec::new();
            for (name, part) in parts {
                bytes.extend(part.head(name, &boundary).into_bytes());
                if let FormPart::File { media, .. } = part {
                    let file = media::stored(app, media).await?;
                    let file = file.body().ok_or(InternalError::Binding("BLOBS"))?;
                    bytes.extend(file.bytes().await.map_err(InternalError::blobs("read_media"))?);
                }
            }
            bytes.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
            let kind = format!("multipart/form-data; boundary={boundary}");
            headers.set(CONTENT_TYPE.as_str(), &kind).map_err(InternalError::runtime("headers"))?;
            Some(Uint8Array::from(bytes.as_slice()).into())
        }
    };
    build(&parts.method, &parts.uri.to_string(), headers, content)
}

/// Opens a request; redirects are handed back, never followed.
pub(crate) async fn open(
    method: Method,
    url: &str,
    headers: &[(&'static str, String)],
    body: Option<&str>,
    abort: Option<&AbortController>,
) -> Result<Response, NoAnswer> {
    let bag = Headers::new();
    for (name, value) in headers {
        bag.set(name, value).map_err(|_| NoAnswer::Transport)?;
    }
    let request = build(&method, url, bag, body.map(JsValue::from_str)).map_err(|_| NoAnswer::Transport)?;
    let answer = match abort {
        Some(abort) => Fetch::Request(request).send_with_signal(&abort.signal()).await,
        None => Fetch::Request(request).send().await,
    };
    // The runtime gives the same error for a refused connection and for one that broke after the send.
    answer.map_err(|_| NoAnswer::Transport)
}

fn build(method: &Method, url: &str, headers: Headers, body: Option<JsValue>) -> Result<Request, InternalError> {
    let mut init = RequestInit::new();
    init.with_method(worker::Method::from(method.as_str().to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        .with_body(body);
    Request::new_with_init(url, &init).map_err(InternalError::runtime("request"))
}

/// The body of an answer, unless it is longer than this. More is never held in memory.
pub(crate) async fn read(mut response: Response, most: usize) -> Result<Option<Vec<u8>>, NoAnswer> {
    let told = header(&response, "content-length").and_then(|length| length.parse::<usize>().ok());
    if told.is_some_and(|told| told > most) {
        return Ok(None);
    }
    if let ResponseBody::Empty = response.body() {
        return Ok(Some(Vec::new()));
    }
    let mut stream = response.stream().map_err(|_| NoAnswer::Transport)?;
    let mut bytes = Vec::with_capacity(told.unwrap_or_default());
    while let Some(chunk) = stream.next().await {
        bytes.extend(chunk.map_err(|_| NoAnswer::Transport)?);
        if bytes.len() > most {
            return Ok(None);
        }
    }
    Ok(Some(bytes))
}

/// A header of an answer.
pub(crate) fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}

/// In what time the other side asks to be tried again.
pub(crate) fn retry_after(response: &Response) -> Option<Span> {
    header(response, RETRY_AFTER.as_str())?.trim().parse().ok().map(|seconds: u64| Span::seconds(seconds.max(1)))
}

/// Waits for `work` no longer than the deadline.
pub(crate) async fn within<T>(timeout: Span, work: impl Future<Output = Result<T, NoAnswer>>) -> Result<T, NoAnswer> {
    let deadline = Delay::from(Duration::from_millis(timeout.as_millis()));
    match select(pin!(work), pin!(deadline)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(((), _)) => Err(NoAnswer::Deadline),
    }
}
