//! Requests to the outside: base addresses, deadlines, limits. Addresses and bodies never reach a log.

use futures_util::{
    StreamExt as _,
    future::{Either, select},
};
use std::{pin::pin, time::Duration};
use tributary_connectors::http::{HttpRequest, HttpResponse, Method, Target, USAGE};
use tributary_domain::outbound::UncertainCause;
use worker::{
    AbortController, Delay, Fetch, Headers, Request, RequestInit, RequestRedirect, Response, ResponseBody,
    wasm_bindgen::JsValue,
};

use crate::{edge::Edge, fault::Fault};

/// Most bytes of an API's answer that are read.
pub(crate) const ANSWER_BYTES: usize = 1 << 20;

/// No answer came.
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
pub(crate) async fn fetch(edge: &Edge, request: &HttpRequest, deadline_ms: u32) -> Result<HttpResponse, NoAnswer> {
    let url = match &request.target {
        Target::Api(base, path) => format!("{}{path}", edge.config.base(*base)),
        Target::Media(url) => url.clone(),
    };
    let answer = async {
        let response = open(request.method, &url, &request.headers, request.body.as_deref(), None).await?;
        let retry_after = header(&response, "retry-after").and_then(|value| value.trim().parse().ok());
        let (status, usage) = (response.status_code(), header(&response, USAGE));
        // What is longer is no answer that any platform gives, and says no more than its status.
        let body = read(response, ANSWER_BYTES).await?.unwrap_or_default();
        Ok(HttpResponse { status, retry_after, usage, body })
    };
    within(deadline_ms, answer).await
}

/// Opens a request; redirects are handed back, never followed.
pub(crate) async fn open(
    method: Method,
    url: &str,
    headers: &[(&'static str, String)],
    body: Option<&str>,
    abort: Option<&AbortController>,
) -> Result<Response, NoAnswer> {
    let request = build(method, url, headers, body).map_err(|_| NoAnswer::Transport)?;
    let answer = match abort {
        Some(abort) => Fetch::Request(request).send_with_signal(&abort.signal()).await,
        None => Fetch::Request(request).send().await,
    };
    // The runtime gives the same error for a refused connection and for one that broke after the send.
    answer.map_err(|_| NoAnswer::Transport)
}

fn build(method: Method, url: &str, headers: &[(&'static str, String)], body: Option<&str>) -> Result<Request, Fault> {
    let bag = Headers::new();
    for (name, value) in headers {
        bag.set(name, value).map_err(Fault::runtime("headers"))?;
    }
    let mut init = RequestInit::new();
    init.with_method(match method {
        Method::Get => worker::Method::Get,
        Method::Post => worker::Method::Post,
        Method::Delete => worker::Method::Delete,
    })
    .with_headers(bag)
    .with_redirect(RequestRedirect::Manual)
    .with_body(body.map(JsValue::from_str));
    Request::new_with_init(url, &init).map_err(Fault::runtime("request"))
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

/// Waits for `work` no longer than the deadline.
pub(crate) async fn within<T>(
    deadline_ms: u32,
    work: impl Future<Output = Result<T, NoAnswer>>,
) -> Result<T, NoAnswer> {
    let deadline = Delay::from(Duration::from_millis(u64::from(deadline_ms)));
    match select(pin!(work), pin!(deadline)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(((), _)) => Err(NoAnswer::Deadline),
    }
}
