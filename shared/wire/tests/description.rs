//! Holds the API's description against the types: `openapi.json` is generated here and checked in.
//! After a change of the API, run with `UPDATE=1` and read the difference.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use tributary_wire::api::{
    account::{AccountItem, ConnectRequest},
    audit::AuditItem,
    contact::ContactItem,
    delivery::{
        DeliveryBody, DeliveryItem, DismissRequest, KeptDeliveryItem, KeptKindItem, PassedOverItem, ReplayedItem,
    },
    digest::{DigestDetail, DigestItem, DigestPreview, SendDigestRequest},
    handover::{HandedOverItem, HandoverItem, HandoverRequest},
    insights::{CostsItem, InsightItem, KeywordsItem},
    message::{MediaItem, MessageItem},
    notice::NoticeItem,
    page::Page,
    platform::PlatformList,
    problem::Problem,
    reply::{ReplyItem, ReplyRequest, ResolveRequest},
    route::{Access, Operation, ROUTES, Route},
    rules::{
        CheckItem, CheckRequest, DryRunItem, DryRunRequest, RestoreRequest, RulesItem, RulesRequest,
        RulesVersionDetail, RulesVersionItem, TemplateItem, TopicItem,
    },
    search::SearchItem,
    session::{SessionItem, SetupRequest, SignInLinkItem, SignInRequest, SignedInItem},
    teammate::{InviteRequest, InvitedItem, Role, TeamItem, TeammateItem, TeammateRequest},
    thread::{
        CountsItem, LabelRequest, NoteRequest, ReadRequest, ReassignRequest, SnoozeRequest, StatusRequest, TagsRequest,
        ThreadDetail, ThreadItem,
    },
    token::{TokenItem, TokenMadeItem, TokenRequest},
};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

#[test]
fn the_description_that_ships_is_the_one_of_the_types() {
    let fresh = format!("{}\n", serde_json::to_string_pretty(&description()).unwrap());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(FILE, &fresh).unwrap();
    }
    let shipped = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(shipped == fresh, "openapi.json is out of date: run `UPDATE=1 cargo test -p tributary-wire` and commit it");
}

#[test]
fn every_type_that_a_route_names_is_described() {
    let description = description();
    let schemas = description["components"]["schemas"].as_object().unwrap();
    for route in ROUTES {
        for name in route.request.into_iter().chain(route.response.1) {
            assert!(schemas.contains_key(name), "{} {} names {name}", route.method, route.path);
        }
    }
}

#[test]
fn no_two_routes_share_a_method_and_a_path() {
    let mut seen = std::collections::BTreeSet::new();
    for route in ROUTES {
        assert!(seen.insert((route.method, route.path)), "{} {} is there twice", route.method, route.path);
    }
}

#[test]
fn what_programs_may_do_is_reading_and_desk_work() {
    let open = |route: &&Route| matches!(route.access, Access::Program(_));
    for route in ROUTES.iter().filter(open) {
        assert!(route.access.role() <= Some(Role::Agent), "{} {}", route.method, route.path);
    }
    let changing = ROUTES.iter().filter(open).filter(|route| route.method != "GET").map(|route| route.operation);
    assert_eq!(
        changing.collect::<Vec<_>>(),
        [
            Operation::Reassign,
            Operation::Close,
            Operation::Reopen,
            Operation::Note,
            Operation::Snooze,
            Operation::CorrectLabels,
            Operation::Tag,
            Operation::MarkRead,
            Operation::MarkUnread,
        ],
        "none of these reaches a customer"
    );
}

fn description() -> Value {
    let mut generator = SchemaSettings::openapi3().into_generator();
    requests(&mut generator);
    responses(&mut generator);
    let schemas = generator.take_definitions(true);
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.to_lowercase()] = operation(route);
    }
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Tributary",
            "version": "1",
            "description": "One inbox for every social message a small team gets. JSON is camelCase, times are RFC 3339 in UTC, errors are RFC 9457 problem documents with a stable `code`, unknown fields are refused.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-sid" },
                "token": { "type": "http", "scheme": "bearer" },
            },
        },
    })
}

fn register<T: JsonSchema>(generator: &mut SchemaGenerator) {
    generator.subschema_for::<T>();
}

fn requests(g: &mut SchemaGenerator) {
    register::<CheckRequest>(g);
    register::<ConnectRequest>(g);
    register::<DryRunRequest>(g);
    register::<HandoverRequest>(g);
    register::<InviteRequest>(g);
    register::<LabelRequest>(g);
    register::<NoteRequest>(g);
    register::<DismissRequest>(g);
    register::<ReadRequest>(g);
    register::<ReassignRequest>(g);
    register::<ReplyRequest>(g);
    register::<ResolveRequest>(g);
    register::<RestoreRequest>(g);
    register::<RulesRequest>(g);
    register::<SendDigestRequest>(g);
    register::<SetupRequest>(g);
    register::<SignInRequest>(g);
    register::<SnoozeRequest>(g);
    register::<StatusRequest>(g);
    register::<TagsRequest>(g);
    register::<TeammateRequest>(g);
    register::<TokenRequest>(g);
}

fn responses(g: &mut SchemaGenerator) {
    register::<AccountItem>(g);
    register::<PlatformList>(g);
    register::<DeliveryBody>(g);
    register::<DeliveryItem>(g);
    register::<CheckItem>(g);
    register::<ContactItem>(g);
    register::<CostsItem>(g);
    register::<CountsItem>(g);
    register::<DryRunItem>(g);
    register::<HandedOverItem>(g);
    register::<HandoverItem>(g);
    register::<InsightItem>(g);
    register::<InvitedItem>(g);
    register::<KeywordsItem>(g);
    register::<NoticeItem>(g);
    register::<Page<NoticeItem>>(g);
    register::<MediaItem>(g);
    register::<Page<AccountItem>>(g);
    register::<Page<AuditItem>>(g);
    register::<Page<ContactItem>>(g);
    register::<Page<DeliveryItem>>(g);
    register::<Page<KeptDeliveryItem>>(g);
    register::<Page<KeptKindItem>>(g);
    register::<Page<PassedOverItem>>(g);
    register::<ReplayedItem>(g);
    register::<Page<MessageItem>>(g);
    register::<Page<RulesVersionItem>>(g);
    register::<Page<SearchItem>>(g);
    register::<Page<SignedInItem>>(g);
    register::<Page<TeamItem>>(g);
    register::<Page<TeammateItem>>(g);
    register::<Page<TemplateItem>>(g);
    register::<Page<ThreadItem>>(g);
    register::<Page<TokenItem>>(g);
    register::<Page<TopicItem>>(g);
    register::<Problem>(g);
    register::<ReplyItem>(g);
    register::<RulesItem>(g);
    register::<RulesVersionDetail>(g);
    register::<DigestDetail>(g);
    register::<DigestPreview>(g);
    register::<Page<DigestItem>>(g);
    register::<SessionItem>(g);
    register::<SignInLinkItem>(g);
    register::<TeammateItem>(g);
    register::<ThreadDetail>(g);
    register::<ThreadItem>(g);
    register::<TokenMadeItem>(g);
}

fn operation(route: &Route) -> Value {
    let (status, response) = route.response;
    let mut answer = json!({ "description": "Done" });
    if let Some(name) = response {
        answer["content"] = json!({ "application/json": { "schema": reference(name) } });
    }
    let mut operation = json!({
        "operationId": format!("{:?}", route.operation),
        "summary": route.summary,
        "parameters": parameters(route),
        "responses": {
            status.to_string(): answer,
            "default": {
                "description": "Why it was not done",
                "content": { "application/problem+json": { "schema": reference("Problem") } },
            },
        },
    });
    if let Some(name) = route.request {
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": reference(name) } } });
    }
    if let Some(role) = route.access.role() {
        let programs = matches!(route.access, Access::Program(_));
        operation["security"] =
            if programs { json!([{ "session": [] }, { "token": [] }]) } else { json!([{ "session": [] }]) };
        operation["x-role"] = serde_json::to_value(role).unwrap();
    }
    operation
}

fn parameters(route: &Route) -> Vec<Value> {
    let path = route.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let path = path.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    let query = route.query.iter().map(
        |(name, about)| json!({ "name": name, "in": "query", "description": about, "schema": { "type": "string" } }),
    );
    path.chain(query).collect()
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
