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
mod kept;
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
mod tokens;

use tributary_wire::api::route::{self, NoRoute, Operation, ROUTES, Route};
use worker::{Context, Request, Response, ResponseBuilder};

use self::{
    call::Call,
    guard::{Asker, Person},
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
    if call.relative {
        return Err(Refused::not_found("address"));
    }
    if let Some(file) = path.strip_prefix("/media/") {
        // The name after the id is for whoever fetches the file; which file it is, the id alone says.
        let id = file.split_once('/').map_or(file, |(id, _)| id);
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
    let asker = guard::admit(call, route).await?;
    call.query.check(route.query)?;
    match (asker, route.operation) {
        (None, Operation::Setup) => setup::make_owner(call).await,
        (None, Operation::SignIn) => session::sign_in(call).await,
        (Some(asker), _) => dispatch(call, route, &asker, &found.parameters).await,
        (None, _) => Err(guard::not_signed_in()),
    }
}

/// What people and programs may do; what is left is for people, and takes one.
async fn dispatch(call: &mut Call, route: &Route, asker: &Asker, given: &[&str]) -> Result<Response, Refused> {
    let first = given.first().copied().unwrap_or_default();
    let second = given.get(1).copied().unwrap_or_default();
    match (route.operation, asker) {
        (Operation::ListAccounts, _) => accounts::list(call).await,
        (Operation::ListPlatforms, _) => accounts::platforms(),
        (Operation::ReadAccount, _) => accounts::read(call, first).await,
        (Operation::ListThreads, _) => threads::list(call, asker).await,
        (Operation::CountThreads, _) => threads::counts(call).await,
        (Operation::ReadThread, _) => thread::read(call, asker, first).await,
        (Operation::ListMessages, _) => thread::messages(call, first).await,
        (Operation::ListThreadAudit, _) => thread::audit(call, first).await,
        (Operation::ReadReply, _) => reply::read(call, first, second).await,
        (
            Operation::Reassign
            | Operation::Close
            | Operation::Reopen
            | Operation::Note
            | Operation::Snooze
            | Operation::CorrectLabels
            | Operation::Tag
            | Operation::MarkRead
            | Operation::MarkUnread,
            _,
        ) => act::act(call, route, asker, first).await,
        (Operation::ReadRules, _) => rules::read(call).await,
        (Operation::ListRulesVersions, _) => rules::versions(call).await,
        (Operation::ReadRulesVersion, _) => rules::version(call, first).await,
        (Operation::ListContacts, _) => contacts::list(call).await,
        (Operation::ReadContact, _) => contacts::read(call, first).await,
        (Operation::ListTeammates, _) => teammates::list(call).await,
        (Operation::ListTeams, _) => teammates::teams(call).await,
        (Operation::ListTopics, _) => rules::topics(call).await,
        (Operation::ListTemplates, _) => rules::templates(call).await,
        (Operation::ListDigests, _) => digests::list(call).await,
        (Operation::PreviewDigest, _) => digests::preview(call).await,
        (Operation::ReadDigest, _) => digests::read(call, first).await,
        (Operation::ListNotices, _) => notices::list(call).await,
        (Operation::Search, _) => search::messages(call, asker).await,
        (Operation::ReadInsights, _) => insights::read(call).await,
        (Operation::ReadCosts, _) => costs::read(call).await,
        (_, Asker::Person(person)) => personal(call, route.operation, person, (first, second)).await,
        (_, Asker::Program(_)) => Err(Refused::not_found("address")),
    }
}

/// What only a signed-in person may do.
async fn personal(
    call: &mut Call,
    operation: Operation,
    person: &Person,
    (first, second): (&str, &str),
) -> Result<Response, Refused> {
    match operation {
        Operation::ReadSession => session::read(call, person).await,
        Operation::AcknowledgeLinks => session::acknowledge_links(call, person).await,
        Operation::SignOut => session::sign_out(call, person).await,
        Operation::ListSessions => session::list(call, person).await,
        Operation::EndSession => session::end(call, person, first).await,
        Operation::EndOtherSessions => session::end_others(call, person).await,
        Operation::EndSessions => teammates::sign_out(call, person, first).await,
        Operation::ConnectAccount => accounts::connect(call, person).await,
        Operation::DisconnectAccount => accounts::disconnect(call, person, first).await,
        Operation::Reply => reply::send(call, person, first).await,
        Operation::ResolveReply => reply::resolve(call, person, first, second).await,
        Operation::SaveRules => rules::save(call, person).await,
        Operation::RestoreRules => rules::restore(call, person, first).await,
        Operation::CheckRules => rules::check(call).await,
        Operation::DryRunRules => dry_run::dry_run(call).await,
        Operation::InviteTeammate => teammates::invite(call, person).await,
        Operation::ChangeTeammate => teammates::change(call, person, first).await,
        Operation::MakeSignInLink => teammates::link(call, person, first).await,
        Operation::ListAudit => audit::list(call).await,
        Operation::ListDeadLetters => deliveries::list(call).await,
        Operation::ReadDeadLetter => deliveries::read(call, person, first).await,
        Operation::ReplayDeadLetter => deliveries::replay(call, person, first).await,
        Operation::DismissDeadLetter => deliveries::dismiss(call, person, first).await,
        Operation::ListKeptKinds => kept::kinds(call).await,
        Operation::ListKeptDeliveries => kept::list(call, first).await,
        Operation::ReplayKeptKind => kept::replay(call, person, first).await,
        Operation::DismissKeptKind => kept::dismiss(call, person, first).await,
        Operation::ReadKeptDelivery => kept::read(call, person, first).await,
        Operation::ListPassedOver => kept::passed_over(call).await,
        Operation::SendDigest => digests::send(call, person).await,
        Operation::RetryNotice => notices::retry(call, person, first).await,
        Operation::ReadHandover => handover::read(call, person).await,
        Operation::AcceptHandover => handover::accept(call, person).await,
        Operation::SuggestKeywords => insights::keywords(call).await,
        Operation::Upload => media::upload(call).await,
        Operation::Live => live::join(call, person).await,
        Operation::ListTokens => tokens::list(call).await,
        Operation::MakeToken => tokens::make(call, person).await,
        Operation::RevokeToken => tokens::revoke(call, person, first).await,
        _ => Err(Refused::not_found("address")),
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
