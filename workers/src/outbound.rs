//! Requests to the outside: base addresses, deadlines, limits. Addresses and bodies never reach a log.

use futures_util::future::{Either, select};
use std::{pin::pin, time::Duration};
use tributary_connectors::http::{HttpRequest, HttpResponse, Method, Target};
use tributary_domain::outbound::UncertainCause;
use worker::{
    AbortController, Delay, Fetch, Headers, Request, RequestInit, RequestRedirect, Response, wasm_bindgen::JsValue,
};

use crate::{edge::Edge, fault::Fault};

/// Most bytes of an API's answer that are read.
const ANSWER_BYTES: usize = 1 << 20;

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
        let mut response = open(request.method, &url, &request.headers, request.body.as_deref(), None).await?;
        let retry_after = header(&response, "retry-after").and_then(|value| value.trim().parse().ok());
        let mut body = response.bytes().await.map_err(|_| NoAnswer::Transport)?;
        body.truncate(ANSWER_BYTES);
        Ok(HttpResponse { status: response.status_code(), retry_after, body })
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
