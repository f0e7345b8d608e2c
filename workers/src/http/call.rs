//! One request, as the handlers see it.

use std::cell::RefCell;

use serde::Serialize;
use tributary_domain::time::Timestamp;
use tributary_wire::api::address::is_relative;
use worker::{Context, Request, Response, ResponseBuilder};

use super::problem::Refused;
use crate::{app::AppContext, clock, error::InternalError, web};

/// A request with all that is needed to answer it.
pub(crate) struct Call {
    request: Request,
    pub(crate) app: AppContext,
    pub(crate) context: Context,
    /// In capitals, as it was sent.
    pub(crate) method: String,
    pub(crate) path: String,
    /// What was sent named another place than `path`, by way of `.` or `..`.
    pub(crate) relative: bool,
    url: String,
    /// What the answer carries beside what it says.
    headers: RefCell<Vec<(&'static str, String)>>,
    /// Scheme and host that the request was sent to.
    asked: String,
    pub(crate) now: Timestamp,
}

impl Call {
    pub(crate) fn new(request: Request, mut app: AppContext, context: Context) -> Self {
        let url = request.inner().url();
        let parts = web_sys::Url::new(&url).ok();
        let asked = parts.as_ref().map(web_sys::Url::origin).unwrap_or_default();
        app.origin.get_or_insert_with(|| asked.as_str().into());
        Self {
            method: request.inner().method(),
            path: request.path(),
            relative: is_relative(&url),
            asked,
            url,
            headers: RefCell::default(),
            now: clock::now(),
            request,
            app,
            context,
        }
    }

    pub(crate) fn request(&mut self) -> &mut Request {
        &mut self.request
    }

    /// The whole address, as it was sent.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Has the answer carry a header.
    pub(crate) fn answer_with(&self, name: &'static str, value: String) {
        self.headers.borrow_mut().push((name, value));
    }

    /// The answer with these headers.
    pub(crate) fn with_headers(&self, response: Response) -> Result<Response, Refused> {
        for (name, value) in self.headers.take() {
            response.headers().append(name, &value).map_err(InternalError::runtime("answer"))?;
        }
        Ok(response)
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).ok().flatten()
    }

    /// Where the outside reaches us, without a trailing slash.
    pub(crate) fn origin(&self) -> &str {
        self.app.origin.as_deref().unwrap_or(&self.asked)
    }

    /// Whether `origin` is ours: the configured one, or the one that was asked.
    pub(crate) fn is_own(&self, origin: &str) -> bool {
        origin == self.asked
            || self.app.config.public_url.as_deref().and_then(web::origin).is_some_and(|ours| ours == origin)
    }

    /// Does something after the answer. What fails is logged.
    pub(crate) fn afterwards(
        &self,
        place: &'static str,
        work: impl Future<Output = Result<(), InternalError>> + 'static,
    ) {
        self.context.wait_until(async move {
            if let Err(fault) = work.await {
                fault.log(place);
            }
        });
    }
}

/// An answer with a JSON body.
pub(crate) fn json<T: Serialize>(status: u16, body: &T) -> Result<Response, Refused> {
    written(status, serde_json::to_string(body))
}

/// The same, written: apart from the writing, which there is of every kind of body.
fn written(status: u16, text: Result<String, serde_json::Error>) -> Result<Response, Refused> {
    let bytes = text.map_err(InternalError::form("answer"))?.into_bytes();
    let builder = ResponseBuilder::new().with_status(status).with_header("content-type", "application/json");
    Ok(builder.map_err(InternalError::runtime("answer"))?.fixed(bytes))
}

/// An answer without a body.
pub(crate) fn empty(status: u16) -> Response {
    ResponseBuilder::new().with_status(status).empty()
}
