//! Values, differences and files to share.

use super::*;
use ProblemCode as Code;
use proptest::prelude::*;

fn field(name: &str, kind: FieldKind) -> Field {
    Field {
        name: name.to_owned(),
        title: name.to_owned(),
        kind,
        help: String::new(),
        required: false,
        default: None,
        choices: Vec::new(),
        min: None,
        max: None,
    }
}

#[test]
fn values_are_bound_with_defaults() {
    let fields = [
        Field {
            required: true,
            ..field("task", FieldKind::Text)
        },
        Field {
            default: Some(Json(json!(3))),
            ..field("count", FieldKind::Integer)
        },
        field("note", FieldKind::LongText),
    ];
    let bound = bind(&fields, &Json(json!({"task": "Go"})));
    assert_eq!(bound, Ok(Json(json!({"task": "Go", "count": 3, "note": null}))));
    // Whoever gives just what the template gives has written nothing of their own.
    for given in [json!({"task": "Go"}), json!({"task": "Go", "count": 3})] {
        let bound = bind(&fields, &Json(given)).expect("bound");
        assert_eq!(preset(&fields, &bound), ["count"]);
    }
    let own = bind(&fields, &Json(json!({"task": "Go", "count": 4}))).expect("bound");
    assert!(preset(&fields, &own).is_empty());
    let problems = bind(&fields, &Json(json!({"task": " ", "count": 1.5, "extra": 1}))).expect_err("wrong");
    assert_eq!(
        short(&problems),
        [
            (None, "extra", Code::UnknownField),
            (None, "task", Code::Missing),
            (None, "count", Code::BadValue),
        ]
    );
    assert!(bind(&fields, &Json(json!([]))).is_err());
    assert_eq!(bind(&[], &Json(Value::Null)), Ok(Json(json!({}))));
}

#[test]
fn values_are_of_their_type_and_within_their_bounds() {
    let fits =
        |field: &Field, value: Value| bind(std::slice::from_ref(field), &Json(json!({"x": value}))).is_ok();
    let bounded = |kind| Field {
        min: Some(2),
        max: Some(3),
        ..field("x", kind)
    };
    for (kind, good, bad) in [
        (
            FieldKind::Text,
            vec![json!("ab"), json!("äöü")],
            vec![json!("a"), json!("abcd"), json!("a\nb"), json!(2)],
        ),
        (
            FieldKind::LongText,
            vec![json!("a\nb")],
            vec![json!("a"), json!(true)],
        ),
        (
            FieldKind::Number,
            vec![json!(2.5), json!(3)],
            vec![json!(1.9), json!(4), json!("3")],
        ),
        (
            FieldKind::Integer,
            vec![json!(2)],
            vec![json!(2.5), json!(u64::MAX)],
        ),
        (
            FieldKind::List,
            vec![json!(["a", "b"])],
            vec![json!(["a"]), json!([1, 2]), json!("ab")],
        ),
    ] {
        let field = bounded(kind);
        assert!(good.into_iter().all(|value| fits(&field, value)), "{kind:?}");
        assert!(bad.into_iter().all(|value| !fits(&field, value)), "{kind:?}");
    }
    let choice = Field {
        choices: vec!["a".to_owned()],
        ..field("x", FieldKind::Choice)
    };
    assert!(fits(&choice, json!("a")) && !fits(&choice, json!("b")));
    assert!(
        fits(&field("x", FieldKind::Boolean), json!(false))
            && !fits(&field("x", FieldKind::Boolean), json!("no"))
    );
}

#[test]
fn a_difference_names_step_and_field() {
    let before = document(&file());
    let mut later = changed("/steps/0/prompt", json!("Do it well."));
    later["steps"][1]["steps"][0]["title"] = json!("Within");
    later["steps"][2]["id"] = json!("finish");
    later["output"] = json!({"all": "steps.finish.data"});
    later["limits"] = json!({"attempts": 5});
    let changes = difference(&before, &document(&later));
    let seen: Vec<_> = changes
        .iter()
        .map(|one| {
            (
                one.kind,
                one.step.as_ref().map(StepId::as_str),
                one.field.as_str(),
            )
        })
        .collect();
    use ChangeKind::{Added, Changed, Removed};
    assert_eq!(
        seen,
        [
            (Changed, None, "limits.attempts"),
            (Changed, None, "output.all"),
            (Changed, Some("first"), "prompt"),
            (Changed, Some("inner"), "title"),
            (Added, Some("finish"), ""),
            (Removed, Some("end"), ""),
        ]
    );
    assert_eq!(changes[2].after, Some(Json(json!("Do it well."))));
}

#[test]
fn a_step_that_moved_has_another_place() {
    let before = document(&file());
    let mut later = file();
    let inner = later["steps"][1]["steps"][0].clone();
    later["steps"][1]["steps"][0]["id"] = json!("other");
    later["steps"].as_array_mut().expect("steps").insert(0, inner);
    let changes = difference(&before, &document(&later));
    let place = changes.iter().find(|one| one.field == "place").expect("moved");
    assert_eq!(
        (place.step.as_ref().map(StepId::as_str), &place.before),
        (Some("inner"), &Some(Json(json!("many/each"))))
    );
    assert!(changes.iter().any(|one| one.field == "order"));
}

#[test]
fn a_shared_file_tells_nothing_of_its_owners_providers() {
    let mut own = changed("/agents/0/model", json!("my-company/model-7"));
    own["steps"][0]["model"] = json!("rehearsal");
    own["steps"][1]["steps"][0] = json!({"id": "inner", "title": "Inner", "kind": "agent", "agent": "Ada", "model": "my-company/model-8"});
    let export = export(&document(&own));
    assert!(!export.text.contains("my-company"));
    assert_eq!(export.replaced, ["my-company/model-7", "my-company/model-8"]);
    let again = document(&serde_json::from_str(&export.text).expect("JSON"));
    assert_eq!(again.agents[0].model, "default");
    assert!(
        matches!(&again.steps[0].kind, StepKind::Agent { model: Some(model), .. } if model == "rehearsal")
    );
}

#[test]
fn what_a_step_reads_is_known_for_its_blocks_too() {
    let document = document(&file());
    let names = |references: crate::expression::References| -> Vec<String> {
        references.steps.into_iter().map(|id| id.0).collect()
    };
    assert_eq!(names(references_of(&document.steps[1])), Vec::<String>::new());
    assert_eq!(names(references_within(&document.steps[1])), ["first"]);
    let crew = crew_template().document;
    assert_eq!(names(references_of(&crew.steps[3])), ["analyse", "staff"]);
}

/// Gives each step a name of its own.
fn number(steps: &mut [Step], next: &mut u32) {
    for step in steps {
        step.id = StepId(format!("s{next}"));
        *next += 1;
        for block in difference::blocks_mut(step) {
            number(&mut block.steps, next);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn nothing_differs_from_itself_and_every_change_is_seen(
        mut a in arbitrary::document(),
        mut b in arbitrary::document(),
    ) {
        number(&mut a.steps, &mut 0);
        number(&mut b.steps, &mut 0);
        prop_assert_eq!(difference(&a, &a), []);
        prop_assert_eq!(difference(&a, &b).is_empty(), a == b);
    }

    #[test]
    fn exports_can_be_read_and_hold_no_models(document in arbitrary::document()) {
        let export = export(&document);
        let again = read(&export.text).expect("readable");
        prop_assert!(again.agents.iter().all(|agent| agent.model == "default" || agent.model == "rehearsal"));
    }
}
