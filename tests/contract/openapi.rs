//! The document of the HTTP interface, made from the table. The server gives it out as it is committed.

use crate::numbers::Plain;
use crate::root;
use serde_json::{Map, Value, json};
use specta::Type;
use specta_jsonschema::JsonSchema;
use std::collections::BTreeSet;
use wheelhouse_contract::http::{KEY_FIELD, KEY_HEADER, PROBLEM_TYPE, status};
use wheelhouse_contract::socket::{EVENTS_PATH, ToClient, ToServer};
use wheelhouse_contract::{ErrorCode, Operation, TABLE, operations};

/// What one row needs of its types.
struct Row {
    operation: &'static Operation,
    summary: String,
    request: Value,
    response: Value,
}

/// Collects what types need of each other.
#[derive(Default)]
struct Types {
    definitions: Map<String, Value>,
}

impl Types {
    /// The schema of `T`; what it refers to is collected.
    fn schema<T: Type>(&mut self) -> Value {
        let exported = JsonSchema::new()
            .allow_additional_properties(true)
            .string_formats(true)
            .export_type_value::<T>(Plain);
        let mut schema = exported.expect("every type has an honest schema");
        let fields = schema.as_object_mut().expect("an object");
        fields.remove("$schema");
        if let Some(Value::Object(definitions)) = fields.remove("$defs") {
            for (name, definition) in definitions {
                self.definitions.insert(name, moved(definition));
            }
        }
        moved(schema)
    }
}

/// The same with its references pointing to where such a document has its schemas.
fn moved(schema: Value) -> Value {
    match schema {
        // What `numbers` has for a value of any kind.
        Value::Object(fields) if fields.get("maxLength") == Some(&json!(1)) => json!({}),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| match (name.as_str(), &value) {
                ("$ref", Value::String(to)) => {
                    let to = to.replace("#/$defs/", "#/components/schemas/");
                    (name, Value::String(to))
                }
                ("description", Value::String(words)) => {
                    let words = words.trim().to_owned();
                    (name, Value::String(words))
                }
                _ => (name, moved(value)),
            })
            .collect(),
        Value::Array(values) => values.into_iter().map(moved).collect(),
        plain => plain,
    }
}

macro_rules! rows {
    ($($(#[doc = $doc:literal])* $effect:ident $name:ident: $method:ident $path:literal ($request:ty) -> $response:ty;)+) => {
        fn rows(types: &mut Types) -> Vec<Row> {
            use wheelhouse_contract::*;
            vec![$(Row {
                operation: TABLE.iter().find(|row| row.name == stringify!($name)).expect("in the table"),
                summary: concat!($($doc),*).trim().trim_end_matches('.').to_owned(),
                request: types.schema::<$request>(),
                response: types.schema::<$response>(),
            },)+]
        }
    };
}

operations!(rows);

/// The object behind a schema that may only refer to it.
fn fields_of(schema: &Value, types: &Types) -> (Map<String, Value>, BTreeSet<String>) {
    let named = schema["$ref"]
        .as_str()
        .and_then(|to| types.definitions.get(to.rsplit('/').next()?));
    let object = named.unwrap_or(schema);
    let properties = object["properties"].as_object().cloned().unwrap_or_default();
    let required = object["required"].as_array().cloned().unwrap_or_default();
    let required = required
        .iter()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    (properties, required)
}

fn operation_of(row: &Row, types: &Types) -> Value {
    let Operation {
        name, path, effect, ..
    } = *row.operation;
    let (mut fields, mut required) = fields_of(&row.request, types);
    // What may be null may be left out.
    required.retain(|name| fields.get(name).is_some_and(|schema| !may_be_null(schema)));
    let mut parameters = Vec::new();
    for parameter in row.operation.parameters() {
        let schema = fields.remove(parameter).expect("a field of the request");
        required.remove(parameter);
        parameters.push(json!({"name": parameter, "in": "path", "required": true, "schema": schema}));
    }
    let mut operation = json!({
        "operationId": name,
        "summary": row.summary,
        "tags": [path.split('/').nth(2).expect("a tag")],
    });
    if row.operation.asks_by_query() {
        for (field, schema) in fields {
            let needed = required.contains(&field);
            parameters.push(json!({"name": field, "in": "query", "required": needed, "schema": schema}));
        }
    } else {
        if effect == "change" {
            // A caller that does not mind names no wish.
            required.remove(KEY_FIELD);
            parameters.push(json!({
                "name": KEY_HEADER, "in": "header", "required": false,
                "description": "Names the wish, in the place of `request_key` in the body. The same wish sent twice is carried out once.",
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"}
            }));
        }
        operation["requestBody"] = json!({
            "required": !required.is_empty(),
            "content": {"application/json": {"schema": {
                "type": "object", "properties": fields, "required": required,
            }}},
        });
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    operation["responses"] = responses(row);
    operation
}

fn may_be_null(schema: &Value) -> bool {
    let null = json!({"type": "null"});
    schema["anyOf"]
        .as_array()
        .is_some_and(|kinds| kinds.contains(&null))
}

/// Takes out what nothing refers to: requests whose fields stand in path and query.
fn prune(document: &mut Value) {
    loop {
        let text = document.to_string();
        let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
            return;
        };
        let before = schemas.len();
        schemas.retain(|name, _| {
            // What a client says first is referred to in words only.
            name.starts_with("To") || text.contains(&format!("\"#/components/schemas/{name}\""))
        });
        if schemas.len() == before {
            return;
        }
    }
}

fn responses(row: &Row) -> Value {
    let creates = row.operation.creates();
    let good = if creates { "201" } else { "200" };
    let mut responses = json!({
        good: {
            "description": if creates { "It was made." } else { "The answer." },
            "content": {"application/json": {"schema": row.response}},
        },
        "default": {"$ref": "#/components/responses/Problem"},
    });
    if row.operation.effect == "read" {
        responses[good]["headers"] = json!({"etag": {"schema": {"type": "string"}}});
        responses["304"] = json!({"description": "It is as the tag in `If-None-Match` says."});
    }
    responses
}

fn problem() -> Value {
    let codes: Vec<u16> = [
        ErrorCode::InvalidRequest,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
        ErrorCode::Conflict,
        ErrorCode::TooLarge,
        ErrorCode::Unreadable,
        ErrorCode::KeysLocked,
        ErrorCode::RateLimited,
        ErrorCode::Internal,
        ErrorCode::ProviderFailed,
        ErrorCode::Unavailable,
    ]
    .map(status)
    .into();
    // The router's own refusal of a method.
    let statuses = [codes, vec![405]].concat();
    json!({
        "type": "object",
        "description": "Problem details (RFC 9457) with the code that a program decides on.",
        "required": ["type", "title", "status", "detail", "code", "details", "request_id"],
        "properties": {
            "type": {"type": "string", "const": "about:blank"},
            "title": {"type": "string"},
            "status": {"type": "integer", "enum": statuses},
            "detail": {"type": "string"},
            "code": {"$ref": "#/components/schemas/ErrorCode"},
            "details": {"$ref": "#/components/schemas/ErrorDetails"},
            "request_id": {"type": "string"},
        },
    })
}

/// What there is beside the table.
fn beside(paths: &mut Map<String, Value>) {
    let word = |word: &str| json!({"type": "object", "required": ["status"], "properties": {"status": {"type": "string", "const": word}}});
    let answer = |schema: Value| {
        json!({
            "200": {"description": "The answer.", "content": {"application/json": {"schema": schema}}},
            "default": {"$ref": "#/components/responses/Problem"},
        })
    };
    paths.insert("/health".to_owned(), json!({"get": {
        "operationId": "health", "summary": "Whether the process answers", "tags": ["server"], "security": [],
        "responses": answer(word("ok")),
    }}));
    paths.insert(
        "/ready".to_owned(),
        json!({"get": {
            "operationId": "ready", "summary": "Whether it can work", "tags": ["server"], "security": [],
            "responses": answer(word("ready")),
        }}),
    );
    paths.insert("/pair".to_owned(), json!({"post": {
        "operationId": "pair", "summary": "Gives a token for a pairing code", "tags": ["server"], "security": [],
        "requestBody": {"required": true, "content": {"application/json": {"schema": {
            "type": "object", "required": ["secret", "name"], "properties": {
                "secret": {"type": "string", "description": "The last eight characters of the code."},
                "name": {"type": "string", "description": "What the token is called."},
            },
        }}}},
        "responses": answer(json!({
            "type": "object", "required": ["token", "name", "scope", "server", "store"], "properties": {
                "token": {"type": "string"}, "name": {"type": "string"},
                "scope": {"type": "string", "enum": ["operator", "viewer"]},
                "server": {"type": "string"}, "store": {"type": "string", "format": "uuid"},
            },
        })),
    }}));
    paths.insert(
        "/unpair".to_owned(),
        json!({"post": {
            "operationId": "unpair", "summary": "Takes back the token that asks", "tags": ["server"],
            "responses": answer(json!({
                "type": "object", "required": ["revoked"], "properties": {
                    "revoked": {"type": "string", "description": "What the token was called."},
                },
            })),
        }}),
    );
    paths.insert(EVENTS_PATH.to_owned(), json!({"get": {
        "operationId": "events", "tags": ["events"],
        "summary": "Everything that changes, over a WebSocket",
        "description": "Messages are text: `ToServer` one way, `ToClient` the other. The first one subscribes. Frames must be acknowledged; whoever goes on after a break says which was the last.",
        "responses": {
            "101": {"description": "The connection is a WebSocket now."},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }}));
    paths.insert(
        "/api/openapi.json".to_owned(),
        json!({"get": {
            "operationId": "openapi", "summary": "This document", "tags": ["server"],
            "responses": answer(json!({"type": "object"})),
        }}),
    );
}

fn document() -> Value {
    let mut types = Types::default();
    let rows = rows(&mut types);
    types.schema::<ErrorCode>();
    types.schema::<wheelhouse_contract::ApiError>();
    types.schema::<ToServer>();
    types.schema::<ToClient>();
    let mut paths = Map::new();
    for row in &rows {
        let at = paths.entry(row.operation.path).or_insert_with(|| json!({}));
        at[row.operation.method.to_lowercase()] = operation_of(row, &types);
    }
    beside(&mut paths);
    types.definitions.insert("Problem".to_owned(), problem());
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Wheelhouse",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A crew of AI agents, over HTTP",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": {
                "description": "Why not.",
                "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }},
            "schemas": types.definitions,
        },
    });
    prune(&mut document);
    document
}

/// To bring it up to date: `UPDATE_OPENAPI=1 cargo nextest run -p wheelhouse-tests openapi`.
#[test]
fn the_published_document_is_fresh() {
    let path = root().join("src-tauri/schema/openapi.json");
    let mut fresh = serde_json::to_string_pretty(&document()).expect("plain data");
    fresh.push('\n');
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &fresh).expect("the document can be written");
    }
    let published = std::fs::read_to_string(&path).expect("the document is committed");
    assert!(
        published == fresh,
        "src-tauri/schema/openapi.json is not what the table says; see this test's comment"
    );
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut wrong = Vec::new();
    let mut left = vec![&document];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(to)) = fields.get("$ref")
                    && document.pointer(to.trim_start_matches('#')).is_none()
                {
                    wrong.push(to.clone());
                }
                left.extend(fields.values());
            }
            Value::Array(values) => left.extend(values),
            _ => {}
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    let rows = document["paths"].as_object().expect("paths").values();
    let count: usize = rows.map(|at| at.as_object().expect("methods").len()).sum();
    assert_eq!(
        count,
        TABLE.len() + 6,
        "each row, and what there is beside the table"
    );
}
