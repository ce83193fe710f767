//! The form of a template's file as JSON Schema (draft 2020-12), for editors and for other programs.

use super::form::{DOCUMENT, Entry, Presence, Record, Shape};
use serde_json::{Map, Value, json};

/// Where the schema says that it is. A name; nothing is fetched from there.
const ID: &str = "https://wheelhouse.invalid/schema/template-1.schema.json";

/// The JSON Schema of template files. `src-tauri/schema/template-1.schema.json` is this, and a test keeps it so.
#[must_use]
pub fn schema() -> Value {
    let mut definitions = Map::new();
    define(&DOCUMENT, &mut definitions);
    let mut root = definitions.remove(DOCUMENT.name).unwrap_or_default();
    if let Some(root) = root.as_object_mut() {
        root.insert(
            "$schema".to_owned(),
            "https://json-schema.org/draft/2020-12/schema".into(),
        );
        root.insert("$id".to_owned(), ID.into());
        root.insert("title".to_owned(), "Wheelhouse template, form 1".into());
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
    root
}

/// The schema as the published file.
#[must_use]
pub fn schema_file() -> String {
    let mut text = serde_json::to_string_pretty(&sorted(&schema())).unwrap_or_default();
    text.push('\n');
    text
}

/// The same whatever order a build's maps keep.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            Value::Object(
                names
                    .into_iter()
                    .map(|name| (name.clone(), sorted(&fields[name])))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

fn define(record: &'static Record, definitions: &mut Map<String, Value>) {
    if definitions.contains_key(record.name) {
        return;
    }
    // First a mark, so that records which contain themselves end.
    definitions.insert(record.name.to_owned(), Value::Null);
    let definition = match &record.variants {
        None => object(record.doc, record.entries, &[], None, definitions),
        Some(variants) => {
            let ways: Vec<Value> = variants
                .of
                .iter()
                .map(|variant| {
                    let name = format!("{}_{}", record.name, variant.word);
                    let tag = Some((variants.tag, variants.doc, variant.word));
                    let way = object(variant.doc, record.entries, variant.entries, tag, definitions);
                    definitions.insert(name.clone(), way);
                    json!({ "$ref": format!("#/$defs/{name}") })
                })
                .collect();
            json!({ "description": record.doc, "oneOf": ways })
        }
    };
    definitions.insert(record.name.to_owned(), definition);
}

fn object(
    doc: &str,
    common: &'static [Entry],
    own: &'static [Entry],
    tag: Option<(&str, &str, &str)>,
    definitions: &mut Map<String, Value>,
) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if let Some((name, doc, word)) = tag {
        properties.insert(name.to_owned(), json!({ "const": word, "description": doc }));
        required.push(name);
    }
    for entry in common.iter().chain(own) {
        let mut form = shape(&entry.shape, definitions);
        if entry.presence == Presence::Nullable && !matches!(entry.shape, Shape::Any) {
            form = json!({ "anyOf": [form, { "type": "null" }] });
        }
        if let Some(form) = form.as_object_mut() {
            form.insert("description".to_owned(), entry.doc.into());
        }
        properties.insert(entry.name.to_owned(), form);
        if entry.presence == Presence::Required {
            required.push(entry.name);
        }
    }
    json!({
        "type": "object",
        "description": doc,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn shape(shape_of: &Shape, definitions: &mut Map<String, Value>) -> Value {
    match shape_of {
        Shape::Text | Shape::Expression | Shape::Template => json!({ "type": "string" }),
        Shape::Uid => json!({ "type": "string", "format": "uuid" }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Shape::Any => json!({}),
        Shape::Schema => json!({ "type": ["object", "boolean"] }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::List(item) => json!({ "type": "array", "items": shape(item, definitions) }),
        Shape::Named(item) => json!({ "type": "object", "additionalProperties": shape(item, definitions) }),
        Shape::Record(record) => referred(record, definitions),
        Shape::Later(record) => referred(record(), definitions),
    }
}

fn referred(record: &'static Record, definitions: &mut Map<String, Value>) -> Value {
    define(record, definitions);
    json!({ "$ref": format!("#/$defs/{}", record.name) })
}
