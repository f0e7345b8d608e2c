//! The HTTP API: one way in for every request, one handler per operation.

mod accounts;
mod act;
mod audit;
mod body;
mod call;
mod contacts;
mod costs;
mod deliveries;
mod digests;
mod dry_run;
mod guard;
mod handover;
mod health;
mod insights;
mod live;
mod media;
mod notices;
mod page;
mod problem;
mod query;
mod reply;
mod rules;
mod search;
mod session;
mod setup;
mod teammates;
mod thread;
mod threads;

use tributary_wire::api::route::{self, NoRoute, Operation, ROUTES, Route};
use worker::{Context, Request, Response, ResponseBuilder};

use self::{
    call::Call,
    guard::Person,
    problem::{Code, Refused},
};
use crate::{edge::Edge, fault::Fault};

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

/// Answers a request.
pub(crate) async fn serve(request: Request, edge: Edge, context: Context) -> worker::Result<Response> {
    let mut call = Call::new(request, edge, context);
    let response = match answer(&mut call).await {
        Ok(response) => response,
        Err(refused) => refused.response()?,
    };
    secured(response, call.method == "HEAD")
}

async fn answer(call: &mut Call) -> Result<Response, Refused> {
    let path = call.path.clone();
    if let Some(id) = path.strip_prefix("/media/") {
        return media::serve(call, id).await;
    }
    let method = if call.method == "HEAD" { "GET" } else { call.method.as_str() };
    let found = route::find(method, &path).map_err(|why| match why {
        NoRoute::NotFound => Refused::not_found("address"),
        NoRoute::WrongMethod => wrong_method(&allowed(&path)),
    })?;
    let route = found.route;
    match route.operation {
        Operation::Health => return health::check(call).await,
        Operation::Description => return description(call).await,
        _ => {}
    }
    guard::same_site(call).await?;
    // Without it no work is begun: what comes in could not be answered, and what is stored not be sealed.
    call.edge.config.sealing_key()?;
    let person = guard::admit(call, route).await?;
    call.query.check(route.query)?;
    match (person, route.operation) {
        (_, Operation::Setup) => setup::make_owner(call).await,
        (_, Operation::SignIn) => session::sign_in(call).await,
        (Some(person), _) => dispatch(call, route, &person, &found.parameters).await,
        (None, _) => Err(guard::not_signed_in()),
    }
}

async fn dispatch(call: &mut Call, route: &Route, person: &Person, given: &[&str]) -> Result<Response, Refused> {
    let first = given.first().copied().unwrap_or_default();
    let second = given.get(1).copied().unwrap_or_default();
    match route.operation {
        Operation::ReadSession => session::read(call, person).await,
        Operation::SignOut => session::sign_out(call, person).await,
        Operation::ListAccounts => accounts::list(call).await,
        Operation::ConnectAccount => accounts::connect(call, person).await,
        Operation::ReadAccount => accounts::read(call, first).await,
        Operation::DisconnectAccount => accounts::disconnect(call, person, first).await,
        Operation::ListThreads => threads::list(call, person).await,
        Operation::CountThreads => threads::counts(call).await,
        Operation::ReadThread => thread::read(call, first).await,
        Operation::ListMessages => thread::messages(call, first).await,
        Operation::ListThreadAudit => thread::audit(call, first).await,
        Operation::Reply => reply::send(call, person, first).await,
        Operation::ReadReply => reply::read(call, first, second).await,
        Operation::ResolveReply => reply::resolve(call, person, first, second).await,
        Operation::Reassign
        | Operation::Close
        | Operation::Reopen
        | Operation::Note
        | Operation::Snooze
        | Operation::CorrectLabels
        | Operation::Tag
        | Operation::MarkRead => act::act(call, route, person, first).await,
        Operation::ReadRules => rules::read(call).await,
        Operation::SaveRules => rules::save(call, person).await,
        Operation::ListRulesVersions => rules::versions(call).await,
        Operation::ReadRulesVersion => rules::version(call, first).await,
        Operation::RestoreRules => rules::restore(call, person, first).await,
        Operation::CheckRules => rules::check(call).await,
        Operation::DryRunRules => dry_run::dry_run(call).await,
        Operation::ListContacts => contacts::list(call).await,
        Operation::ReadContact => contacts::read(call, first).await,
        Operation::ListTeammates => teammates::list(call).await,
        Operation::InviteTeammate => teammates::invite(call, person).await,
        Operation::ChangeTeammate => teammates::change(call, person, first).await,
        Operation::MakeSignInLink => teammates::link(call, person, first).await,
        Operation::ListTeams => teammates::teams(call).await,
        Operation::ListTopics => rules::topics(call).await,
        Operation::ListTemplates => rules::templates(call).await,
        Operation::ListAudit => audit::list(call).await,
        Operation::ListDeadLetters => deliveries::list(call).await,
        Operation::ReadDeadLetter => deliveries::read(call, person, first).await,
        Operation::ReplayDeadLetter => deliveries::replay(call, person, first).await,
        Operation::ListDigests => digests::list(call).await,
        Operation::PreviewDigest => digests::preview(call).await,
        Operation::SendDigest => digests::send(call, person).await,
        Operation::ReadDigest => digests::read(call, first).await,
        Operation::ListNotices => notices::list(call).await,
        Operation::RetryNotice => notices::retry(call, person, first).await,
        Operation::ReadHandover => handover::read(call, person).await,
        Operation::AcceptHandover => handover::accept(call, person).await,
        Operation::Search => search::messages(call).await,
        Operation::ReadInsights => insights::read(call).await,
        Operation::SuggestKeywords => insights::keywords(call).await,
        Operation::ReadCosts => costs::read(call).await,
        Operation::Upload => media::upload(call).await,
        Operation::Live => live::join(call, person).await,
        Operation::Health | Operation::Description | Operation::Setup | Operation::SignIn => {
            Err(Refused::not_found("address"))
        }
    }
}

/// The API's description, generated from its types. It is among the static files, since it would be a tenth of the
/// Worker.
async fn description(call: &Call) -> Result<Response, Refused> {
    let failed = || Fault::runtime("description");
    let files = call.edge.env.assets("ASSETS").map_err(failed())?;
    // The host says nothing: the binding serves one site.
    let mut found = files.fetch("https://assets/openapi.json", None).await.map_err(failed())?;
    let bytes = found.bytes().await.map_err(failed())?;
    let builder = ResponseBuilder::new().with_header("content-type", "application/json");
    Ok(builder.map_err(failed())?.fixed(bytes))
}

/// The methods by which something is there, as the `Allow` header names them.
fn allowed(path: &str) -> String {
    let mut methods: Vec<&str> = Vec::new();
    for route in ROUTES {
        if !methods.contains(&route.method) && route::find(route.method, path).is_ok() {
            methods.push(route.method);
        }
    }
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.join(", ")
}

fn wrong_method(allowed: &str) -> Refused {
    Refused::new(Code::MethodNotAllowed, format!("This address is used by: {allowed}."))
        .header("allow", allowed.to_owned())
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
