//! The table of operations: every transport is made from it, so it must make sense by itself.

use serde_json::Value;
use std::collections::BTreeSet;
use wheelhouse_contract::{TABLE, operations};

/// For every row: its name and whether its request has a request key, found by offering every field that any
/// request has and looking at which of them come back.
macro_rules! requests {
    ($($(#[$doc:meta])* $effect:ident $name:ident: $method:ident $path:literal ($request:ty) -> $response:ty;)+) => {
        fn requests() -> Vec<(&'static str, Value)> {
            use wheelhouse_contract::*;
            vec![$({
                let request: $request = serde_json::from_value(every_field(stringify!($name)))
                    .unwrap_or_else(|error| panic!("{} can't be read: {error}", stringify!($name)));
                (stringify!($name), serde_json::to_value(request).expect("plain data"))
            },)+]
        }
    };
}

operations!(requests);

/// Every field that a request may have, with a value of its type. A row with a new field adds it here.
pub(crate) fn every_field(name: &str) -> Value {
    let source_uid = "01920000-0000-7000-8000-000000000002";
    // The one field whose type differs between requests.
    let after: Value = match name {
        "list_documents" => "".into(),
        "get_conversation" => Value::Null,
        _ => 0.into(),
    };
    // What is saved is saved: one key for all of them would be good for the first one only.
    let request_key = if name.starts_with("save_") {
        format!("key-{name}")
    } else {
        "key-00000001".to_owned()
    };
    let mut all = serde_json::json!({
        "request_key": request_key,
        "id": 1, "workflow_id": 1, "task_id": 1, "source_id": 1, "before": null,
        "task": "a task", "name": "a name", "answer": "an answer", "query": "", "path": "a.md",
        "statuses": [], "template": source_uid, "source": source_uid, "limit": 1, "after": after,
        "version": 1, "role": "a role", "instructions": "how", "model": "default", "enabled": true,
        "kind": "ollama", "base_url": "http://localhost:11434", "key": "a key", "passphrase": "a passphrase",
        "max_age_days": 1, "max_workflows": 1, "max_megabytes": 1, "other_store": false,
        "rule": { "max_age_days": 1, "max_workflows": null, "max_megabytes": null },
        "default_models": {
            "driver": "rehearsal", "creator": "rehearsal", "generator": "rehearsal", "specialist": "rehearsal"
        },
    });
    // In a piece of its own: one with all of them is more than the macro can take.
    let further = serde_json::json!({
        "cron": "0 9 * * *", "zone": "UTC", "paused": true, "until": 1,
        "form": {
            "name": "a name", "template": source_uid, "template_version": null, "inputs": {}, "cron": "0 9 * * *",
            "zone": "UTC", "overlap": "skip", "catch_up": "newest", "window_minutes": 60
        },
        "transfer": source_uid, "bytes": 10, "number": 0, "content": "", "sum": "0".repeat(64),
        "uid": source_uid, "text": "{}", "from": 1, "to": 2, "inputs": {}, "expected_version": 0, "removed": false,
        "start": true, "stays_here": true, "outcome": null, "fields": {}, "data": null, "prompt": null, "act": "cancel", "ids": [1],
        "edit": { "edit": "again" }, "repeat": false, "day": {}, "agent_day": {}, "agents": {}, "workflow": {},
        "needs": {
            "workflow": source_uid, "models": [], "tools": [], "agents": [], "templates": [], "sources": []
        },
        "budget": {}, "price": { "kind": "ollama", "model": "a model", "input": 0, "output": 0, "valid_from": 0 },
    });
    let moving = serde_json::json!({
        "move_uid": source_uid, "other": source_uid, "other_name": "there", "own_name": "here", "receipt": "a receipt",
        "dropped_there": false, "held": [],
    });
    let talk = serde_json::json!({
        "agent": 1, "offset": 0, "conversation": null, "parent": null, "files": [], "title": "a title", "made_of": null,
        "tools": [], "verdict": null, "policy": { "rule": "ask_always" }, "revision": 0, "grant": {}, "call": "a call",
    });
    let serving = serde_json::json!({
        "place": { "kind": "address", "url": "https://example.com/mcp" }, "given": [], "value": "a value",
        "anew": false, "tool": "a tool", "hash": "a hash", "read_only": false,
    });
    for piece in [moving, further, talk, serving] {
        if let (Some(all), Value::Object(more)) = (all.as_object_mut(), piece) {
            all.extend(more);
        }
    }
    all
}

#[test]
fn names_are_unique_and_so_are_paths_for_each_method() {
    let names: BTreeSet<&str> = TABLE.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), TABLE.len());
    // Parameters differ in name only, so that `/a/{id}` and `/a/{other}` are the same path.
    let path = |path: &str| -> String {
        path.split('/')
            .map(|part| if part.starts_with('{') { "{}" } else { part })
            .collect::<Vec<_>>()
            .join("/")
    };
    let places: BTreeSet<(&str, String)> = TABLE.iter().map(|row| (row.method, path(row.path))).collect();
    assert_eq!(places.len(), TABLE.len());
}

#[test]
fn reading_is_get_and_changing_is_not() {
    for row in TABLE {
        match row.effect {
            "read" => assert_eq!(row.method, "GET", "{}", row.name),
            "ask" => assert_eq!(row.method, "POST", "{}", row.name),
            "change" => assert!(["POST", "DELETE"].contains(&row.method), "{}", row.name),
            other => panic!("{} is neither read nor change but {other}", row.name),
        }
        assert!(row.path.starts_with("/api/"), "{}", row.name);
    }
}

#[test]
fn every_change_carries_a_request_key_and_no_reading_does() {
    for ((name, request), row) in requests().into_iter().zip(TABLE) {
        assert_eq!(name, row.name);
        let has_key = request.get("request_key").is_some();
        assert_eq!(has_key, row.effect == "change", "{name}");
    }
}

#[test]
fn parameters_in_a_path_are_fields_of_the_request() {
    for ((name, request), row) in requests().into_iter().zip(TABLE) {
        let parameters = row
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        for parameter in parameters {
            assert!(
                request.get(parameter).is_some(),
                "{name} has no field {parameter}"
            );
        }
    }
}

#[test]
fn the_seed_s_operations_stand_where_the_seed_has_them() {
    let places: BTreeSet<(&str, &str)> = TABLE.iter().map(|row| (row.method, row.path)).collect();
    for place in [
        ("POST", "/api/workflows/execute"),
        ("POST", "/api/workflows"),
        ("GET", "/api/workflows"),
        ("GET", "/api/workflows/{id}"),
        ("POST", "/api/workflows/{id}/start"),
        ("GET", "/api/workflows/{id}/status"),
    ] {
        assert!(places.contains(&place), "{place:?}");
    }
}
