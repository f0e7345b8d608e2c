//! The HTTP API: one way in for every request, one handler per operation.

mod accounts;
mod act;
mod audit;
mod body;
mod call;
mod contacts;
mod context;
mod costs;
mod deliveries;
mod digests;
mod dry_run;
mod guard;
mod handle;
mod handover;
mod health;
mod insights;
mod kept;
mod live;
mod media;
mod moderation;
mod notices;
mod page;
mod posts;
mod private;
mod problem;
mod reply;
mod rules;
mod search;
mod session;
mod setup;
mod teammates;
mod thread;
mod threads;
mod tokens;

use tributary_wire::api::{
    endpoint::Access,
    endpoints::{self, Description, Found, Operation},
};
use worker::{Context, Request, Response, ResponseBuilder};

use self::{
    call::Call,
    guard::Asker,
    handle::{Answer, By, Handle, Input, run},
    problem::{Code, Refused},
};
use crate::{app::AppContext, error::InternalError};

/// Every answer carries these, whatever it is.
const HEADERS: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    ),
];
/// And these, unless the handler chose its own.
const DEFAULTS: [(&str, &str); 2] =
    [("content-security-policy", "default-src 'none'; frame-ancestors 'none'"), ("cache-control", "no-store")];

pub(crate) async fn serve(request: Request, app: AppContext, context: Context) -> worker::Result<Response> {
    let mut call = Call::new(request, app, context);
    let response = match answer(&mut call).await {
        Ok(response) => response,
        Err(refused) => refused.response()?,
    };
    secured(response, call.method == "HEAD")
}

async fn answer(call: &mut Call) -> Result<Response, Refused> {
    if call.relative {
        return Err(Refused::not_found("address"));
    }
    let path = call.path.clone();
    let (route, values) = match endpoints::find(&call.method, &path) {
        Found::Route(route, values) => (route, values),
        Found::Methods(methods) => return Err(wrong_method(&methods)),
        Found::Nothing => return Err(Refused::not_found("address")),
    };
    if route.access == Access::Open {
        return dispatch(call, route.operation, None, &values).await;
    }
    guard::same_site(call).await?;
    // Without it no work is begun: what comes in could not be answered, and what is stored not be sealed.
    call.app.config.sealing_key()?;
    let asker = guard::admit(call, &route).await?;
    dispatch(call, route.operation, asker.as_ref(), &values).await
}

macro_rules! dispatch {
    ($($name:ident)+) => {
        async fn dispatch(
            call: &mut Call,
            operation: Operation,
            asker: Option<&Asker>,
            values: &[&str],
        ) -> Result<Response, Refused> {
            match operation {
                $(Operation::$name => Box::pin(run::<endpoints::$name>(call, asker, values)).await),+
            }
        }
    };
}
tributary_wire::each_endpoint!(dispatch);

/// The API's description, generated from its types. It is among the static files, since it would be a tenth of the
/// Worker.
impl Handle for Description {
    async fn handle(call: &Call, (): &By<Self>, _: Input<Self>) -> Answer<Self> {
        let failed = || InternalError::runtime("description");
        let files = call.app.env.assets("ASSETS").map_err(failed())?;
        // The host says nothing: the binding serves one site.
        let mut found = files.fetch("https://assets/openapi.json", None).await.map_err(failed())?;
        let bytes = found.bytes().await.map_err(failed())?;
        let builder = ResponseBuilder::new().with_header("content-type", "application/json");
        Ok(builder.map_err(failed())?.fixed(bytes))
    }
}

fn wrong_method(methods: &[&str]) -> Refused {
    let allowed = methods.join(", ");
    Refused::new(Code::MethodNotAllowed, format!("This address is used by: {allowed}.")).header("allow", allowed)
}

/// Adds what every answer carries. `HEAD` is answered as `GET`, without the body.
fn secured(response: Response, head: bool) -> worker::Result<Response> {
    // The headers of an answer that came from elsewhere cannot be changed in place.
    let (status, headers) = (response.status_code(), worker::Headers::new());
    for (name, value) in response.headers().entries() {
        headers.append(&name, &value)?;
    }
    for (name, value) in DEFAULTS {
        if !headers.has(name)? {
            headers.set(name, value)?;
        }
    }
    for (name, value) in HEADERS {
        headers.set(name, value)?;
    }
    if head {
        return Ok(ResponseBuilder::new().with_status(status).with_headers(headers).empty());
    }
    Ok(response.with_headers(headers))
}
