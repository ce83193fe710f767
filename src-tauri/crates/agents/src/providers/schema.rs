//! The forms of structured answers as JSON Schema, in the part of it that every provider takes.
//!
//! A strict form has one object at its root in which nothing may be missing. A plan and a question therefore
//! share one object whose unused half is null; [`tidied`] takes that half away again.

use serde_json::{Map, Value, json};
use wheelhouse_domain::{Expects, ModelRequest};

/// Name and schema of a structured answer; nothing for prose, and for a value whose schema providers do not hold a
/// model to: its prompt has it all the same, and the answer is checked.
pub(super) fn of(request: &ModelRequest) -> Option<(&'static str, Value)> {
    match request.expects {
        Expects::Markdown => None,
        Expects::Data => {
            let schema = request.brief.answer.as_ref().map(|schema| &schema.0);
            schema
                .filter(|schema| is_object(schema) && is_strict(schema, STRICT_DEPTH))
                .map(|schema| ("answer", schema.clone()))
        }
        Expects::Plan => Some(("plan", plan())),
        Expects::Staffing => Some(("staffing", staffing())),
    }
}

/// Deepest nesting that is looked at.
const STRICT_DEPTH: u32 = 16;

fn is_object(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("object")
}

/// Whether a schema has the strict form: no object takes other fields than its own, and none may be missing; nothing but
/// types, words to choose from, lists and descriptions.
fn is_strict(schema: &Value, depth: u32) -> bool {
    const KNOWN: [&str; 7] = [
        "type",
        "description",
        "title",
        "enum",
        "items",
        "properties",
        "required",
    ];
    let Some(fields) = schema.as_object().filter(|_| depth > 0) else {
        return false;
    };
    let known = fields
        .keys()
        .all(|name| KNOWN.contains(&name.as_str()) || name == "additionalProperties");
    let items = fields
        .get("items")
        .is_none_or(|items| is_strict(items, depth - 1));
    let properties = fields.get("properties").and_then(Value::as_object);
    let whole = !is_object(schema)
        || properties.is_some_and(|properties| {
            let required = fields.get("required").and_then(Value::as_array);
            fields.get("additionalProperties") == Some(&Value::Bool(false))
                && required.is_some_and(|required| required.len() == properties.len())
                && properties.values().all(|property| is_strict(property, depth - 1))
        });
    known && items && whole
}

fn plan() -> Value {
    let sub_task = object(&[
        (
            "id",
            text("Short name: lower-case letters, digits and -. Unique in the plan."),
        ),
        ("title", text("What people read in the list.")),
        ("description", text("What is to be done.")),
        ("role", text("Profession of who should do it.")),
        ("needs", list(&text("Id of a sub-task whose result is used."))),
        ("done_when", text("How to tell that it is done.")),
    ]);
    object(&[
        (
            "summary",
            or_null(&text("What was understood and how the work is divided.")),
        ),
        ("research", or_null(&text("One question for the researcher."))),
        ("sub_tasks", or_null(&list(&sub_task))),
        (
            "question",
            or_null(&text(
                "Null, unless nothing can be planned without an answer of the operator.",
            )),
        ),
    ])
}

fn staffing() -> Value {
    let design = object(&[
        ("name", text("What people call it.")),
        ("role", text("Its profession.")),
        ("instructions", text("How it should work.")),
        ("why", text("Why no agent at hand fits.")),
        ("tools", list(&text("Name of a tool."))),
        (
            "model",
            or_null(&text(
                "One of the models that may be chosen; null for the default one.",
            )),
        ),
        ("budget", or_null(&budget())),
    ]);
    let choice = object(&[
        ("sub_task", text("Id of the sub-task.")),
        (
            "agent",
            or_null(&text(
                "Uid of an agent that is there; null where one is designed.",
            )),
        ),
        ("design", or_null(&design)),
        ("why", text("Why this one.")),
    ]);
    object(&[
        ("summary", text("What was decided, in a few sentences.")),
        ("assignments", list(&choice)),
    ])
}

fn budget() -> Value {
    object(&[
        (
            "money",
            or_null(&whole("Millionths of a dollar for each part; null for no limit.")),
        ),
        (
            "tokens",
            or_null(&whole("Tokens for each part; null for no limit.")),
        ),
    ])
}

fn whole(description: &str) -> Value {
    json!({ "type": "integer", "description": description })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn or_null(schema: &Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn object(fields: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> = fields
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": names,
        "additionalProperties": false
    })
}

/// A plan without the half that the strict form made the model fill with null. Anything else stays as it is.
pub(super) fn tidied(text: String, expects: Expects) -> String {
    if expects != Expects::Plan {
        return text;
    }
    let Ok(Value::Object(mut fields)) = serde_json::from_str::<Value>(text.trim()) else {
        return text;
    };
    let before = fields.len();
    fields.retain(|_, value| !value.is_null());
    let asks = fields
        .get("question")
        .and_then(Value::as_str)
        .is_some_and(|asked| !asked.trim().is_empty());
    let plans = fields
        .get("sub_tasks")
        .and_then(Value::as_array)
        .is_some_and(|parts| !parts.is_empty());
    if asks && !plans {
        fields.retain(|name, _| name == "question");
    }
    if fields.len() == before {
        return text;
    }
    Value::Object(fields).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_domain::{ClarifyingQuestion, Plan, StaffingAnswer};

    #[test]
    fn a_plan_and_a_question_come_out_of_the_strict_form() {
        let strict = r#"{"summary":"s","research":"r","sub_tasks":[{"id":"a","title":"t","description":"d",
            "role":"x","needs":[],"done_when":""}],"question":null}"#;
        let plan: Plan = serde_json::from_str(&tidied(strict.to_owned(), Expects::Plan)).expect("a plan");
        assert_eq!(plan.sub_tasks.len(), 1);
        for strict in [
            r#"{"summary":null,"research":null,"sub_tasks":null,"question":"Which?"}"#,
            r#"{"summary":"","research":"","sub_tasks":[],"question":"Which?"}"#,
        ] {
            let tidy = tidied(strict.to_owned(), Expects::Plan);
            assert_eq!(tidy, r#"{"question":"Which?"}"#);
            assert!(serde_json::from_str::<ClarifyingQuestion>(&tidy).is_ok());
        }
    }

    #[test]
    fn what_is_in_order_stays_as_it_is() {
        for text in [
            "no json",
            r#"{"question": "Which?"}"#,
            r#"{ "summary":"s","sub_tasks":[1] }"#,
        ] {
            assert_eq!(tidied(text.to_owned(), Expects::Plan), text);
        }
        let staffing =
            r#"{"summary":"s","assignments":[{"sub_task":"a","agent":null,"design":null,"why":""}]}"#;
        assert_eq!(tidied(staffing.to_owned(), Expects::Staffing), staffing);
        assert!(serde_json::from_str::<StaffingAnswer>(staffing).is_ok());
    }

    #[test]
    fn the_schemas_name_every_field_that_is_read() {
        let names = |schema: &Value| -> Vec<String> {
            schema["properties"]
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect()
        };
        let plan = plan();
        assert_eq!(names(&plan), ["summary", "research", "sub_tasks", "question"]);
        assert_eq!(
            names(&plan["properties"]["sub_tasks"]["anyOf"][0]["items"]),
            ["id", "title", "description", "role", "needs", "done_when"]
        );
        let choice = &staffing()["properties"]["assignments"]["items"];
        assert_eq!(names(choice), ["sub_task", "agent", "design", "why"]);
        assert_eq!(
            names(&choice["properties"]["design"]["anyOf"][0]),
            ["name", "role", "instructions", "why", "tools", "model", "budget"]
        );
    }
}
