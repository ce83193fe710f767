//! The sense of documents.

use super::*;
use ProblemCode as Code;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn found(value: &Value) -> Vec<TemplateProblem> {
    check(&document(value), &Known::default())
}

/// One change of the small file gives exactly one problem.
#[track_caller]
fn one(pointer: &str, value: Value, step: Option<&str>, field: &str, code: ProblemCode) {
    let problems = found(&changed(pointer, value));
    assert_eq!(short(&problems), [(step, field, code)], "{problems:#?}");
}

#[test]
fn names_have_a_form_and_are_used_once() {
    one("/name", json!("Not A Name"), None, "name", Code::BadName);
    one("/title", json!(" "), None, "title", Code::BadValue);
    one(
        "/steps/1/steps/0/id",
        json!("9x"),
        Some("9x"),
        "id",
        Code::BadName,
    );
    one(
        "/steps/1/steps/0/id",
        json!("first"),
        Some("first"),
        "id",
        Code::Duplicate,
    );
}

#[test]
fn needs_are_in_the_same_block_and_without_cycles() {
    one(
        "/steps/0/needs",
        json!(["nobody"]),
        Some("first"),
        "needs[0]",
        Code::UnknownStep,
    );
    one(
        "/steps/0/needs",
        json!(["inner"]),
        Some("first"),
        "needs[0]",
        Code::UnknownStep,
    );
    one(
        "/steps/2/needs",
        json!(["many", "many"]),
        Some("end"),
        "needs[1]",
        Code::Duplicate,
    );
    let mut cyclic = changed("/steps/0/needs", json!(["many"]));
    cyclic["steps"][2]["value"] = json!("1");
    let problems = found(&cyclic);
    assert!(
        short(&problems).contains(&(Some("first"), "needs", Code::Cycle)),
        "{problems:#?}"
    );
    assert!(
        short(&problems).contains(&(Some("end"), "needs", Code::Unreachable)),
        "{problems:#?}"
    );
    let own = found(&changed("/steps/2/needs", json!(["many", "end"])));
    assert!(
        short(&own).contains(&(Some("end"), "needs", Code::Cycle)),
        "{own:#?}"
    );
}

#[test]
fn only_what_surely_ended_before_can_be_read() {
    one(
        "/steps/0/prompt",
        json!("{{ steps.end.text }}"),
        Some("first"),
        "prompt",
        Code::NotBefore,
    );
    one(
        "/steps/2/value",
        json!("steps.inner.data"),
        Some("end"),
        "value",
        Code::NotBefore,
    );
    one(
        "/steps/2/value",
        json!("steps.nobody.data"),
        Some("end"),
        "value",
        Code::UnknownStep,
    );
    one(
        "/steps/2/value",
        json!("steps.end.data"),
        Some("end"),
        "value",
        Code::NotBefore,
    );
    one(
        "/steps/2/value",
        json!("inputs.nothing"),
        Some("end"),
        "value",
        Code::UnknownName,
    );
    one(
        "/steps/2/value",
        json!("item"),
        Some("end"),
        "value",
        Code::UnknownName,
    );
    one(
        "/steps/2/value",
        json!("whatever"),
        Some("end"),
        "value",
        Code::UnknownName,
    );
    one(
        "/steps/2/value",
        json!("1 +"),
        Some("end"),
        "value",
        Code::BadExpression,
    );
    one("/steps/2/value", json!(" "), Some("end"), "value", Code::Missing);
    one(
        "/steps/2/when",
        json!("1 > 2"),
        Some("end"),
        "when",
        Code::Unreachable,
    );
    one(
        "/output/all",
        json!("steps.inner.data"),
        None,
        "output.all",
        Code::NotBefore,
    );
    one(
        "/output/all",
        json!("nothing"),
        None,
        "output.all",
        Code::UnknownName,
    );
    assert_eq!(
        found(&changed("/steps/2/value", json!("steps.first.text ~ now"))),
        []
    );
}

#[test]
fn blocks_see_what_their_step_sees_and_themselves() {
    let block = |kind: Value| {
        let mut file = file();
        let mut step = json!({"id": "box", "title": "Box", "needs": ["first"]});
        step.as_object_mut()
            .expect("a step")
            .extend(kind.as_object().expect("a kind").clone());
        file["steps"].as_array_mut().expect("steps").push(step);
        found(&file)
    };
    let inner = |value: &str| json!({"id": "x", "title": "X", "kind": "transform", "value": value});
    assert_eq!(
        block(
            json!({"kind": "loop", "until": "steps.x.data > 3 or round > 2", "max": 5, "steps": [inner("previous")]})
        ),
        []
    );
    assert_eq!(
        short(&block(
            json!({"kind": "loop", "until": "steps.end.data", "max": 0, "steps": [inner("item")]})
        )),
        [
            (Some("box"), "max", Code::BadValue),
            (Some("x"), "value", Code::UnknownName),
            (Some("box"), "until", Code::NotBefore),
        ]
    );
    let ways = json!({"kind": "branch", "cases": [
        {"name": "a", "when": "true", "steps": [inner("steps.first.text")]},
        {"name": "a", "when": "inputs.task", "steps": []},
    ], "else": {"steps": [{"id": "y", "title": "Y", "kind": "transform", "value": "steps.x.data"}]}});
    let problems = block(ways);
    for expected in [
        (Some("box"), "cases[1].name", Code::Duplicate),
        (Some("box"), "cases[1]", Code::Unreachable),
        (Some("box"), "cases[1].steps", Code::BadValue),
        (Some("box"), "else", Code::Unreachable),
        (Some("y"), "value", Code::NotBefore),
    ] {
        assert!(
            short(&problems).contains(&expected),
            "{expected:?} in {problems:#?}"
        );
    }
    let caught = json!({"kind": "transform", "value": "error", "on_error": {"do": "branch", "block": {"steps": [inner("error.message")]}}});
    assert_eq!(short(&block(caught)), [(Some("box"), "value", Code::UnknownName)]);
}

#[test]
fn what_steps_name_must_be_there() {
    one(
        "/steps/0/agent",
        json!("Bob"),
        Some("first"),
        "agent",
        Code::UnknownAgent,
    );
    one(
        "/steps/0/tools",
        json!(["rm"]),
        Some("first"),
        "tools[0]",
        Code::UnknownTool,
    );
    one(
        "/agents/0/tools",
        json!(["rm"]),
        None,
        "agents[0].tools[0]",
        Code::UnknownTool,
    );
    let mut taken = changed("/agents/0/name", json!("driver"));
    taken["steps"][0]["agent"] = json!("driver");
    assert_eq!(short(&found(&taken)), [(None, "agents[0].name", Code::BadName)]);
    one(
        "/steps/0/model",
        json!("gpt"),
        Some("first"),
        "model",
        Code::BadValue,
    );
    assert_eq!(found(&changed("/steps/0/model", json!("mine/some-model"))), []);
}

#[test]
fn answer_schemas_are_schemas_and_stay_at_home() {
    for schema in [
        json!({"type": "colour"}),
        json!({"$ref": "https://example.invalid/x.json"}),
        json!({"properties": {"a": {"$ref": "file:///etc/passwd"}}}),
        json!({"pattern": "("}),
        json!({"minimum": "one"}),
        json!({"$ref": "#/$defs/nothing"}),
    ] {
        one(
            "/steps/0/answer",
            schema,
            Some("first"),
            "answer",
            Code::BadSchema,
        );
    }
    let schema = json!({"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}, "required": ["n"], "$defs": {"n": {"type": "integer"}}});
    assert_eq!(found(&changed("/steps/0/answer", schema.clone())), []);
    assert_eq!(
        answer_problems(&Json(schema.clone()), &Json(json!({"n": 1}))),
        Vec::<String>::new()
    );
    let wrong = answer_problems(&Json(schema), &Json(json!({"n": "x"})));
    assert!(wrong.len() == 1 && wrong[0].starts_with("/n"), "{wrong:?}");
}

#[test]
fn numbers_stay_within_what_makes_sense() {
    one(
        "/steps/1/parallel",
        json!(65),
        Some("many"),
        "parallel",
        Code::BadValue,
    );
    one("/steps/1/steps", json!([]), Some("many"), "steps", Code::BadValue);
    one(
        "/steps/0/retry",
        json!({"attempts": 0}),
        Some("first"),
        "retry.attempts",
        Code::BadValue,
    );
    one(
        "/steps/0/timeout_s",
        json!(0),
        Some("first"),
        "timeout_s",
        Code::BadValue,
    );
    one(
        "/steps/0/budget",
        json!({"tokens": 0}),
        Some("first"),
        "budget.tokens",
        Code::BadValue,
    );
    one(
        "/limits",
        json!({"parallel_tasks": 0}),
        None,
        "limits.parallel_tasks",
        Code::BadValue,
    );
}

#[test]
fn fields_make_sense() {
    let mut field = json!({"name": "task", "title": "Task", "type": "integer", "default": "x"});
    one(
        "/inputs/0",
        field.clone(),
        None,
        "inputs[0].default",
        Code::BadValue,
    );
    field["default"] = json!(3);
    field["min"] = json!(5);
    one(
        "/inputs/0",
        field.clone(),
        None,
        "inputs[0].default",
        Code::BadValue,
    );
    field["max"] = json!(4);
    field["default"] = json!(null);
    one("/inputs/0", field.clone(), None, "inputs[0].max", Code::BadValue);
    one(
        "/inputs/0",
        json!({"name": "task", "title": "Task", "type": "choice"}),
        None,
        "inputs[0].choices",
        Code::BadValue,
    );
}

#[test]
fn questions_waits_and_parts_say_one_thing() {
    let step = |kind: Value| {
        let mut step = kind;
        step["id"] = json!("end");
        step["title"] = json!("End");
        step["needs"] = json!(["many"]);
        let mut file = changed("/steps/2", step);
        file["output"] = json!({});
        let problems = found(&file);
        problems
            .into_iter()
            .map(|one| (one.field, one.code))
            .collect::<Vec<_>>()
    };
    let at = |field: &str, code| vec![(field.to_owned(), code)];
    assert_eq!(step(json!({"kind": "wait"})), at("for", Code::BadValue));
    assert_eq!(
        step(json!({"kind": "wait", "for": "1", "until": "now"})),
        at("for", Code::BadValue)
    );
    assert_eq!(step(json!({"kind": "wait", "for": "60"})), []);
    assert_eq!(
        step(json!({"kind": "approval", "text": "Well?", "expires": {"after_s": 9, "outcome": "maybe"}})),
        at("expires.outcome", Code::BadValue)
    );
    assert_eq!(
        step(json!({"kind": "approval", "text": "Well?", "expires": {"after_s": 9, "outcome": "rejected"}})),
        []
    );
    assert_eq!(
        step(json!({"kind": "input", "text": "?", "fields": []})),
        at("fields", Code::BadValue)
    );
    let required = json!([{"name": "a", "title": "A", "type": "text", "required": true}]);
    assert_eq!(
        step(
            json!({"kind": "input", "text": "?", "fields": required, "expires": {"after_s": 9, "outcome": "go"}})
        ),
        at("fields[0].default", Code::Missing)
    );
    assert_eq!(
        step(json!({"kind": "expand", "plan": "first"})),
        [
            ("plan".to_owned(), Code::UnknownStep),
            ("staff".to_owned(), Code::BadValue)
        ]
    );
}

#[test]
fn sub_workflows_are_known_and_do_not_come_back() {
    let uid = |number: u128| TemplateUid(uuid::Uuid::from_u128(number));
    let own = document(&file()).uid;
    let with = |template: TemplateUid, inputs: Value| {
        document(&changed(
            "/steps/2",
            json!({"id": "end", "title": "End", "needs": ["many"], "kind": "workflow", "template": template, "inputs": inputs}),
        ))
    };
    let field = document(&file()).inputs;
    let known = Known {
        templates: BTreeMap::from([
            (uid(1), BTreeSet::new()),
            (uid(2), BTreeSet::from([uid(3)])),
            (uid(3), BTreeSet::from([own, uid(2)])),
        ]),
        inputs: BTreeMap::from([(uid(1), field)]),
        ..Known::default()
    };
    let codes = |document: &Document| {
        let problems = check(document, &known);
        problems
            .into_iter()
            .map(|one| (one.field, one.code))
            .collect::<Vec<_>>()
    };
    let at = |field: &str, code| vec![(field.to_owned(), code)];
    assert_eq!(codes(&with(own, json!({}))), at("template", Code::Recursive));
    assert_eq!(codes(&with(uid(2), json!({}))), at("template", Code::Recursive));
    assert_eq!(
        codes(&with(uid(9), json!({}))),
        at("template", Code::UnknownTemplate)
    );
    assert_eq!(codes(&with(uid(1), json!({}))), at("inputs", Code::Missing));
    assert_eq!(
        codes(&with(uid(1), json!({"task": "1", "x": "1"}))),
        at("inputs.x", Code::UnknownName)
    );
    assert_eq!(codes(&with(uid(1), json!({"task": "inputs.task"}))), []);
}

#[test]
fn too_large_a_template_is_refused_before_it_is_walked() {
    let mut step = json!({"id": "x", "title": "X", "kind": "transform", "value": "1"});
    for depth in 0..20 {
        step = json!({"id": format!("l{depth}"), "title": "L", "kind": "loop", "until": "true", "max": 1, "steps": [step]});
    }
    let mut file = file();
    file["steps"] = json!([step]);
    file["output"] = json!({});
    assert_eq!(short(&found(&file)), [(None, "steps", Code::BadValue)]);
}

/// Whether the needs of a block lead back to where they began, found in another way than the check does.
fn has_cycle(steps: &[Step]) -> bool {
    fn leads_back(steps: &[Step], from: &StepId, to: &StepId, left: usize) -> bool {
        left > 0
            && steps.iter().filter(|step| step.id == *from).any(|step| {
                step.needs
                    .iter()
                    .any(|need| need == to || leads_back(steps, need, to, left - 1))
            })
    }
    steps
        .iter()
        .any(|step| leads_back(steps, &step.id, &step.id, steps.len()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_document_can_be_checked(document in arbitrary::document()) {
        let problems = check(&document, &Known::default());
        for problem in problems {
            prop_assert!(!problem.message.is_empty() && !problem.next_step.is_empty());
        }
        for step in document.all_steps() {
            let _ = references_within(step);
        }
    }

    #[test]
    fn what_is_accepted_has_no_cycle_and_reads_only_what_was_before(document in arbitrary::graph()) {
        let problems = check(&document, &Known::default());
        if problems.is_empty() {
            prop_assert!(!has_cycle(&document.steps));
            // Done in the order of the needs, every step finds what it reads.
            let mut done: BTreeSet<StepId> = BTreeSet::new();
            while done.len() < document.steps.len() {
                let next = document.steps.iter().find(|step| {
                    !done.contains(&step.id) && step.needs.iter().all(|need| done.contains(need))
                });
                let next = next.expect("no cycle");
                prop_assert!(references_of(next).steps.iter().all(|read| done.contains(read)));
                done.insert(next.id.clone());
            }
        } else if has_cycle(&document.steps) {
            prop_assert!(problems.iter().any(|one| one.code == Code::Cycle));
        }
    }
}
