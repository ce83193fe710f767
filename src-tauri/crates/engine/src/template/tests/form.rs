//! The form of files.

use super::*;
use ProblemCode as Code;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use std::collections::BTreeSet;

#[test]
fn a_small_file_is_read_and_makes_sense() {
    let document = document(&file());
    assert_eq!(check(&document, &Known::default()), []);
    assert_eq!(document.all_steps().len(), 4);
}

#[test]
fn everything_wrong_with_the_form_is_told_at_once() {
    let mut file = file();
    file["surprise"] = json!(1);
    file["inputs"][0]["type"] = json!("colour");
    file["steps"][0]["agent"] = json!(7);
    file["steps"][0]["colour"] = json!("red");
    file["steps"][1]["steps"][0]["value"] = json!(null);
    file["steps"][1]["parallel"] = json!(2.5);
    file["steps"][2].as_object_mut().expect("a step").remove("kind");
    let problems = read(&file.to_string()).expect_err("much is wrong");
    assert_eq!(
        short(&problems),
        [
            (None, "inputs[0].type", Code::WrongType),
            (Some("first"), "agent", Code::WrongType),
            (Some("first"), "colour", Code::UnknownField),
            (Some("many"), "parallel", Code::WrongType),
            (Some("inner"), "value", Code::WrongType),
            (Some("end"), "kind", Code::Missing),
            (None, "surprise", Code::UnknownField),
        ]
    );
    assert!(
        problems
            .iter()
            .all(|one| !one.message.is_empty() && !one.next_step.is_empty())
    );
}

#[test]
fn a_newer_form_says_so_and_nothing_else() {
    let problems = read(&changed("/schema", json!(2)).to_string()).expect_err("newer");
    assert_eq!(short(&problems), [(None, "schema", Code::NewerSchema)]);
    assert!(problems[0].message.contains("form 2"));
}

#[test]
fn hostile_files_end_with_an_error_that_names_the_place() {
    let broken = read("{\n  \"schema\": 1,\n}").expect_err("no JSON");
    assert!(broken[0].message.starts_with("Line 3"), "{}", broken[0]);
    for text in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        format!("\"{}\"", "x".repeat(FILE_SIZE)),
        String::new(),
        "null".to_owned(),
        "[1]".to_owned(),
        "\u{0}".to_owned(),
        format!("{{\"schema\":1{}}}", ",\"schema\":1".repeat(10_000)),
    ] {
        assert!(!read(&text).expect_err("refused").is_empty());
    }
    let mut many = file();
    many["steps"] = (0..2_000).map(|_| json!({"x": 1})).collect();
    let problems = read(&many.to_string()).expect_err("much is wrong");
    assert_eq!(problems.len(), 200);
}

#[test]
fn a_default_that_needs_not_be_written_is_read_as_such() {
    let document = document(&file());
    let StepKind::Map {
        parallel, on_failure, ..
    } = &document.steps[1].kind
    else {
        panic!("a map")
    };
    assert_eq!((*parallel, *on_failure), (4, MapFailure::Stop));
    assert_eq!(document.steps[0].on_error, OnError::Stop);
    assert_eq!(document.limits, Limits::default());
}

#[test]
fn the_published_schema_is_fresh() {
    let published = include_str!("../../../../../schema/template-1.schema.json");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/template-1.schema.json");
        std::fs::write(path, schema_file()).expect("written");
    }
    assert_eq!(published, schema_file(), "run this test with UPDATE_SCHEMA=1");
}

#[test]
fn the_description_names_everything_that_there_is() {
    let page = include_str!("../../../../../schema/README.md");
    for known in known_names() {
        assert!(
            page.contains(&format!("`{known}`")) || page.contains(&format!("\"{known}\"")),
            "{known}"
        );
    }
    let examples: Vec<&str> = page
        .split("```json\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(!examples.is_empty());
    for example in examples {
        let document = read(example).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert_eq!(check(&document, &Known::default()), []);
    }
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&schema()).expect("a schema")
}

fn problems_by_schema(value: &Value) -> Vec<String> {
    let found = validator();
    found
        .iter_errors(value)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect()
}

#[test]
fn every_built_in_template_validates() {
    for template in crate::gallery::built_in() {
        let value = serde_json::to_value(&template.document).expect("JSON");
        assert_eq!(
            problems_by_schema(&value),
            Vec::<String>::new(),
            "{}",
            template.document.name
        );
    }
}

#[test]
fn schema_and_reader_refuse_the_same() {
    for wrong in [
        changed("/surprise", json!(1)),
        changed("/steps/0/kind", json!("magic")),
        changed("/steps/0/over", json!("x")),
        changed("/steps/1/on_failure", json!("hope")),
        changed("/inputs/0/type", json!(1)),
        changed("/steps/0/needs", json!(null)),
        changed("/limits", json!({"attempts": -1})),
        changed("/steps/0/on_error", json!({"do": "default"})),
    ] {
        assert!(!problems_by_schema(&wrong).is_empty(), "{wrong}");
        assert!(read(&wrong.to_string()).is_err(), "{wrong}");
    }
}

/// Every name of an object in a value, and every word at the two tags.
fn names(value: &Value, all: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                all.insert(name.clone());
                if let ("kind" | "do" | "type" | "backoff" | "on_failure", Some(word)) =
                    (name.as_str(), value.as_str())
                {
                    all.insert(word.to_owned());
                }
                names(value, all);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, all)),
        _ => {}
    }
}

#[test]
fn every_name_of_the_table_is_one_that_the_types_read() {
    // serde_json refuses nothing that it does not know, so the other way round: what random documents write is known
    // to the table (below), and the table's names are all written by one of them or by a built-in.
    let mut written = BTreeSet::new();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..400 {
        let document = arbitrary::document()
            .new_tree(&mut runner)
            .expect("a document")
            .current();
        names(&serde_json::to_value(document).expect("JSON"), &mut written);
    }
    for known in known_names() {
        assert!(written.contains(&known), "{known}");
    }
}

fn known_names() -> BTreeSet<String> {
    fn walk(value: &Value, all: &mut BTreeSet<String>) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            all.extend(properties.keys().cloned());
            for property in properties.values() {
                all.extend(property.get("const").and_then(Value::as_str).map(str::to_owned));
                let words = property.get("enum").and_then(Value::as_array);
                all.extend(
                    words
                        .into_iter()
                        .flatten()
                        .filter_map(Value::as_str)
                        .map(str::to_owned),
                );
            }
        }
        match value {
            Value::Object(fields) => fields.values().for_each(|field| walk(field, all)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, all)),
            _ => {}
        }
    }
    let mut all = BTreeSet::new();
    walk(&schema(), &mut all);
    // What is never written, because it is what is meant without it.
    all.remove("stop");
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn what_is_written_is_read_as_it_was(document in arbitrary::document()) {
        let text = write(&document);
        prop_assert_eq!(read(&text).map_err(|problems| short_owned(&problems)), Ok(document));
    }

    #[test]
    fn what_is_written_validates(document in arbitrary::document()) {
        let value = serde_json::to_value(&document).expect("JSON");
        prop_assert_eq!(problems_by_schema(&value), Vec::<String>::new());
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = read(&text);
    }
}

fn short_owned(problems: &[TemplateProblem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}
