//! Holds the API's description against the types: `openapi.json` is generated here and checked in.
//! After a change of the API, run with `UPDATE=1` and read the difference.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use tributary_wire::api::{
    endpoint::{Access, Body, Endpoint, Path, Route},
    endpoints::{self, Operation, ROUTES},
    problem::Problem,
    teammate::Role,
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
            Operation::ChangeComments,
            Operation::ClosePost,
            Operation::ReopenPost,
        ],
        "none of these reaches a customer"
    );
}

macro_rules! operations {
    ($($name:ident)+) => {
        fn operations(taken: &mut SchemaGenerator, given: &mut SchemaGenerator) -> Vec<(Route, Value)> {
            vec![$((Route::of::<endpoints::$name>(), operation::<endpoints::$name>(taken, given))),+]
        }
    };
}
tributary_wire::each_endpoint!(operations);

fn description() -> Value {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut taken = settings.clone().into_generator();
    // What is answered with has all of its members, though some may be null.
    let mut given = settings.for_serialize().into_generator();
    let problem = given.subschema_for::<Problem>().to_value();
    let mut paths: Map<String, Value> = Map::new();
    for (route, operation) in operations(&mut taken, &mut given) {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.to_lowercase()] = operation;
    }
    let mut schemas = taken.take_definitions(true);
    schemas.extend(given.take_definitions(true));
    let mut description = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tributary",
            "version": "1",
            "description": "One inbox for every social message a small team gets. JSON is camelCase, times are RFC 3339 in UTC, errors are RFC 9457 problem documents with a stable `code`, unknown fields are refused.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": refusals(&problem),
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-sid" },
                "token": { "type": "http", "scheme": "bearer" },
            },
        },
    });
    bound_integers(&mut description);
    description
}

/// The statuses with which something is not done, and what each says.
const REFUSALS: [(u16, &str, &[&str]); 13] = [
    (400, "The request cannot be read, or a parameter is not acceptable", &[]),
    (401, "Nobody is signed in, or what was shown is not good", &["WWW-Authenticate"]),
    (403, "Whoever asks may not do this", &[]),
    (404, "There is no such thing, or it may not be seen", &[]),
    (405, "It is used by other methods", &["Allow"]),
    (409, "It is not where that could be done, or has changed", &[]),
    (410, "It was done already", &[]),
    (413, "The body is too large", &[]),
    (415, "The body is not JSON", &[]),
    (416, "The file has no such range", &["Content-Range"]),
    (422, "A field is not acceptable", &[]),
    (426, "This address speaks WebSocket", &["Upgrade"]),
    (429, "Too many attempts were refused", &["Retry-After"]),
];

fn refusals(problem: &Value) -> Map<String, Value> {
    let unavailable = (503, "A part of the installation does not answer", &["Retry-After"][..]);
    let all = REFUSALS.into_iter().chain([unavailable]);
    all.map(|(status, about, headers)| {
        let headers: Map<String, Value> =
            headers.iter().map(|name| ((*name).to_owned(), json!({ "schema": { "type": "string" } }))).collect();
        let content = json!({ "application/problem+json": { "schema": problem } });
        (format!("Refused{status}"), json!({ "description": about, "headers": headers, "content": content }))
    })
    .collect()
}

/// With which of them an operation may answer.
fn refused_with<E: Endpoint>(takes_json: bool, takes_body: bool) -> Vec<u16> {
    let mut statuses = vec![400, 405, 503];
    if E::ACCESS != Access::Open {
        statuses.extend([401, 403, 429]);
    }
    if E::PATH.contains('{') || E::OPERATION == Operation::SendDigest {
        statuses.push(404);
    }
    if takes_body {
        statuses.push(413);
    }
    if takes_json {
        statuses.extend([415, 422]);
    }
    if E::METHOD != "GET" && E::ACCESS != Access::Newcomer {
        statuses.push(409);
    }
    match E::OPERATION {
        Operation::Setup => statuses.push(410),
        Operation::ReadFile | Operation::ReadNamedFile => statuses.push(416),
        // The rules may not take it, or the history be full.
        Operation::MarkUnread | Operation::RestoreRules if !takes_json => statuses.push(422),
        Operation::Live => statuses.push(426),
        _ => {}
    }
    statuses.sort_unstable();
    statuses
}

/// Says of each whole number how large it may be, which its format alone does not.
fn bound_integers(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let most = match fields.get("format").and_then(Value::as_str) {
                Some("uint32") => Some(u64::from(u32::MAX)),
                Some("uint64") => Some(u64::MAX),
                _ => None,
            };
            if let Some(most) = most {
                fields.remove("format");
                fields.entry("maximum").or_insert_with(|| most.into());
            }
            fields.values_mut().for_each(bound_integers);
        }
        Value::Array(values) => values.iter_mut().for_each(bound_integers),
        _ => {}
    }
}

fn operation<E: Endpoint>(taken: &mut SchemaGenerator, given: &mut SchemaGenerator) -> Value {
    let mut answer = json!({ "description": "Done" });
    let forms = content::<E::Response>(given);
    if !forms.is_empty() {
        answer["content"] = forms.into();
    }
    let body = content::<E::Request>(taken);
    let mut responses = Map::from_iter([(E::STATUS.to_string(), answer.clone())]);
    for status in refused_with::<E>(body.contains_key("application/json"), !body.is_empty()) {
        responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/Refused{status}") }));
    }
    match E::OPERATION {
        // A part of the file; and the health of an installation that has none.
        Operation::ReadFile | Operation::ReadNamedFile => responses.insert("206".to_owned(), answer),
        Operation::Health => responses.insert("503".to_owned(), answer),
        _ => None,
    };
    let mut operation = json!({
        "operationId": format!("{:?}", E::OPERATION),
        "summary": E::SUMMARY,
        "parameters": parameters::<E>(taken),
        "responses": responses,
    });
    if !body.is_empty() {
        operation["requestBody"] = json!({ "required": true, "content": body });
    }
    if let Some(role) = E::ACCESS.role() {
        let programs = matches!(E::ACCESS, Access::Program(_));
        operation["security"] =
            if programs { json!([{ "session": [] }, { "token": [] }]) } else { json!([{ "session": [] }]) };
        operation["x-role"] = serde_json::to_value(role).unwrap();
    }
    operation
}

fn content<B: Body>(generator: &mut SchemaGenerator) -> Map<String, Value> {
    B::describe(generator).into_iter().map(|(kind, schema)| (kind.to_owned(), json!({ "schema": schema }))).collect()
}

fn parameters<E: Endpoint>(generator: &mut SchemaGenerator) -> Vec<Value> {
    let values = Route::of::<E>().names().zip(E::Path::describe(generator));
    let mut all: Vec<Value> = values
        .map(|(name, schema)| json!({ "name": name, "in": "path", "required": true, "schema": schema }))
        .collect();
    let of_query = <E::Query as schemars::JsonSchema>::json_schema(generator).to_value();
    let required: Vec<Value> = of_query["required"].as_array().cloned().unwrap_or_default();
    for (name, schema) in of_query["properties"].as_object().into_iter().flatten() {
        let mut schema = given(schema.clone());
        let described = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        let mut parameter = json!({ "name": name, "in": "query", "schema": schema });
        if let Some(description) = described {
            parameter["description"] = description;
        }
        if required.contains(&json!(name)) {
            parameter["required"] = true.into();
        }
        all.push(parameter);
    }
    all
}

/// The form of a value that is there: a parameter that is left out is not `null`.
fn given(mut schema: Value) -> Value {
    let null = |kind: &Value| kind == "null" || kind["type"] == "null";
    for key in ["type", "anyOf", "enum"] {
        let Some(Value::Array(kinds)) = schema.get_mut(key) else { continue };
        kinds.retain(|kind| !null(kind) && !kind.is_null());
        if let ([kind], true) = (&kinds[..], key != "enum") {
            let kind = kind.clone();
            let fields = schema.as_object_mut().unwrap();
            fields.remove(key);
            if key == "type" {
                fields.insert(key.to_owned(), kind);
            } else {
                fields.extend(kind.as_object().unwrap().clone());
            }
        }
    }
    schema
}
