//! What the language promises, and that hostile expressions end quickly with an error.

use super::*;
use proptest::prelude::*;
use serde_json::json;
use std::time::{Duration, Instant};
use wheelhouse_domain::{Failure, FailureCode, Millis, StepId, TaskAnswer, TaskStatus};

fn scope() -> Scope {
    let answer = TaskAnswer {
        text: "Seven.".to_owned(),
        citations: Vec::new(),
        data: Some(Json(
            json!({"score": 7, "names": ["a", "b"], "deep": {"x": 1.5}, "id": u64::MAX}),
        )),
    };
    let plain = TaskAnswer {
        text: "Only words.".to_owned(),
        ..TaskAnswer::default()
    };
    Scope::new(&Json(json!({"task": "Write <b>", "count": 3, "empty": []})))
        .with_step(&"rate".into(), step_value(TaskStatus::Completed, Some(&answer)))
        .with_step(&"words".into(), step_value(TaskStatus::Completed, Some(&plain)))
        .with_step(&"left_out".into(), step_value(TaskStatus::Skipped, None))
        .with_item(json!({"title": "One"}), 4)
}

fn value(source: &str) -> Result<Value, ExpressionError> {
    evaluate(&source.into(), &scope())
}

fn text(source: &str) -> Result<String, ExpressionError> {
    render(&source.into(), &scope())
}

#[test]
fn values_go_in_and_come_out_as_json() {
    for (source, expected) in [
        ("steps.rate.data.score > 6", json!(true)),
        (
            "steps.rate.output",
            json!({"score": 7, "names": ["a", "b"], "deep": {"x": 1.5}, "id": u64::MAX}),
        ),
        ("steps.words.output ~ '!'", json!("Only words.!")),
        ("steps.left_out.output", json!(null)),
        ("steps.left_out.status == 'skipped'", json!(true)),
        ("inputs.count * 2", json!(6)),
        ("inputs.count / 2", json!(1.5)),
        ("1.0", json!(1.0)),
        ("[item.title, index]", json!(["One", 4])),
        (
            "{'a': none, 'b': [true, -1]}",
            json!({"a": null, "b": [true, -1]}),
        ),
        ("range(3)", json!([0, 1, 2])),
        ("steps.rate.data.names | map('upper') | list", json!(["A", "B"])),
        ("'yes' if inputs.empty else 'no'", json!("no")),
        ("inputs.nothing | default('x')", json!("x")),
        ("inputs.nothing is defined", json!(false)),
        ("steps['rate'].data['score']", json!(7)),
        ("{'a': 1} | json", json!("{\n  \"a\": 1\n}")),
        ("steps.words.text[:4]", json!("Only")),
    ] {
        assert_eq!(value(source), Ok(expected), "{source}");
    }
}

#[test]
fn texts_are_filled_in_without_escaping() {
    assert_eq!(
        text("Do: {{ inputs.task }}.\n").as_deref(),
        Ok("Do: Write <b>.\n")
    );
    assert_eq!(text("[{{ steps.left_out.text }}]").as_deref(), Ok("[]"));
    assert_eq!(
        text("{{ steps.rate.data.names }}").as_deref(),
        Ok("[\n  \"a\",\n  \"b\"\n]")
    );
    let list = "Names:\n{% for name in steps.rate.data.names %}\n- {{ name }}\n{% endfor %}\nEnd";
    assert_eq!(text(list).as_deref(), Ok("Names:\n- a\n- b\nEnd"));
    assert_eq!(
        text("{% raw %}{{ no }}{% endraw %}{# {{ no }} #}").as_deref(),
        Ok("{{ no }}")
    );
    assert_eq!(
        text("No braces { here }\n").as_deref(),
        Ok("No braces { here }\n")
    );
}

#[test]
fn arguments_keep_the_type_of_a_lone_expression() {
    let arguments =
        Json(json!({"query": "About {{ inputs.task }}", "limit": "{{ inputs.count }}", "on": [true]}));
    let rendered = render_all(&arguments, &scope()).expect("rendered");
    assert_eq!(
        rendered.0,
        json!({"query": "About Write <b>", "limit": 3, "on": [true]})
    );
    let two = render_all(&Json(json!("{{ inputs.count }}{{ inputs.count }}")), &scope());
    assert_eq!(two.expect("rendered").0, json!("33"));
}

#[test]
fn an_error_says_what_is_missing_and_where() {
    let error = text("First line\nScore: {{ steps.rate.data.scroe }}").expect_err("a typing error");
    assert_eq!(error.line, 2);
    assert_eq!(
        error.problem,
        ExpressionProblem::Missing {
            place: "steps.rate.data".to_owned(),
            name: "scroe".to_owned(),
            known: ["“deep”", "“id”", "“names”", "“score”"]
                .map(str::to_owned)
                .to_vec(),
        }
    );
    assert!(
        error.to_string().contains("no “scroe” in steps.rate.data"),
        "{error}"
    );
    let whole = value("steps.other.text").expect_err("no such step").to_string();
    assert!(whole.contains("no “other” in steps"), "{whole}");
    assert!(matches!(
        value("inputs.nothing").map_err(|error| error.problem),
        Err(ExpressionProblem::Missing { .. })
    ));
}

#[test]
fn errors_and_times_can_be_read() {
    let failure = Failure::lasting(FailureCode::ToolFailed, "It broke.", "Mend it.");
    let scope = scope().with_error(&failure).with_now(Millis(1_777_626_000_000));
    let read = |source: &str| evaluate(&source.into(), &scope);
    assert_eq!(
        read("error.code ~ ': ' ~ error.message"),
        Ok(json!("tool_failed: It broke."))
    );
    assert_eq!(read("now"), Ok(json!("2026-05-01T09:00:00Z")));
    assert!(value("now").is_err());
}

#[test]
fn what_the_language_does_not_have_is_an_error() {
    for source in [
        "debug()",
        "namespace()",
        "'x' | safe",
        "'x' | pprint",
        "'%s' | format(1)",
        "['x'] | map('escape') | list",
        "1 is sameas 1",
        "inputs.task.upper()",
        "1 +",
        "",
        "inputs.count }} x",
        "1 / 0",
        "10 ** 400",
        "{1: 2}",
    ] {
        assert!(value(source).is_err(), "{source}");
    }
    for source in [
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% macro a() %}{% endmacro %}",
        "{% block a %}{% endblock %}",
        "{% do inputs.task %}",
        "{% autoescape true %}{% endautoescape %}",
        "{% filter upper %}{% endfilter %}",
        "{% set steps = 1 %}",
        "{% for item in [1] %}{% endfor %}",
        "{{ inputs.task",
        "{% if true %}",
    ] {
        assert!(text(source).is_err(), "{source}");
        assert!(references_of_text(&source.into()).is_err(), "{source}");
    }
}

/// Far more than it takes, also on a machine that is busy and without optimisation; far less than what is refused
/// would take.
const QUICKLY: Duration = Duration::from_secs(20);

/// On the stack of a worker thread, half of it for what stands above.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(test);
    thread
        .expect("a thread")
        .join()
        .expect("no overflow and no panic");
}

#[test]
fn hostile_expressions_end_quickly_with_an_error() {
    on_a_small_stack(|| {
        let long = |piece: &str, behind: &str| {
            let count = (EXPRESSION_LENGTH - behind.len()) / piece.len();
            format!("{}{behind}", piece.repeat(count))
        };
        let sources = [
            format!("{}1{}", "(".repeat(900), ")".repeat(900)),
            format!("{}1{}", "[".repeat(900), "]".repeat(900)),
            format!("{}1{}", "{'a':".repeat(300), "}".repeat(300)),
            long("not ", "true"),
            long("-", "1"),
            long("1 if 1 else ", "1"),
            long("-(", "1"),
            "'a' * 100000000".to_owned(),
            "(('a' * 90000) * 90000) * 90000".to_owned(),
            "[['a' * 1000] * 1000] * 1000000".to_owned(),
            "[[[range(99999)] * 99999] * 99999] * 99999".to_owned(),
            "range(10000000)".to_owned(),
            "range(99999) | map('string') | join('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')".to_owned(),
            "inputs.count ** 99999999".to_owned(),
            "x".repeat(EXPRESSION_LENGTH + 1),
        ];
        for source in sources {
            let began = Instant::now();
            assert!(value(&source).is_err(), "{}", &source[..source.len().min(60)]);
            assert!(began.elapsed() < QUICKLY, "{}", &source[..source.len().min(60)]);
        }
    });
}

#[test]
fn hostile_texts_end_quickly_with_an_error() {
    on_a_small_stack(|| {
        let doubled = (0..40).map(|_| "{% set a = a ~ a %}").collect::<String>();
        let sources = [
            format!("{{% set a = 'laugh' %}}{doubled}{{{{ a }}}}"),
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}".to_owned(),
            "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}".to_owned(),
            format!("{}{}", "{% if 1 %}".repeat(200), "{% endif %}".repeat(200)),
            format!("{{% if 0 %}}{}{{% endif %}}", "{% elif 0 %}".repeat(300)),
            "{{ 1 }}".repeat(TAGS + 1),
            "{% for a in range(90000) %}{{ inputs.task * 1000 }}{% endfor %}".to_owned(),
            "x".repeat(TEXT_LENGTH + 1),
        ];
        for source in sources {
            let began = Instant::now();
            assert!(text(&source).is_err(), "{}", &source[..source.len().min(60)]);
            assert!(began.elapsed() < QUICKLY, "{}", &source[..source.len().min(60)]);
        }
    });
}

#[test]
fn long_but_harmless_chains_do_not_overflow() {
    on_a_small_stack(|| {
        for source in [
            format!("1{}", " + 1".repeat(CHAIN)),
            format!("'a'{}", " ~ 'a'".repeat(CHAIN)),
            format!("'a'{}", "|trim".repeat(CHAIN)),
            format!("1{}", " and 1".repeat(CHAIN)),
            format!("[{}]", vec!["1"; 900].join(",")),
            format!("[{}]", vec!["item.title"; 150].join(",")),
        ] {
            assert!(value(&source).is_ok(), "{}", &source[..20]);
        }
        for source in [
            format!("inputs{}", ".a".repeat(990)),
            format!("1{}", "+1".repeat(990)),
        ] {
            let problem = value(&source).expect_err("too long a chain").problem;
            assert_eq!(problem, ExpressionProblem::TooDeep);
        }
    });
}

/// The names that the page lists behind `title`.
fn listed(page: &str, title: &str) -> Vec<String> {
    let list = page
        .split(title)
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next());
    let names = list.unwrap_or_default().split('`').skip(1).step_by(2);
    names
        .filter(|name| *name != "|" && *name != "is")
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_description_lists_the_language() {
    let page = include_str!("../../../../schema/README.md");
    assert_eq!(listed(page, "Filters, behind "), language::FILTERS);
    assert_eq!(listed(page, "Tests, behind "), language::TESTS);
    assert_eq!(listed(page, "Functions: "), language::FUNCTIONS);
    for filter in language::FILTERS {
        // Whatever it makes of it: it is there.
        let unknown = ExpressionProblem::UnknownFilter(String::new());
        let problem = value(&format!("[1] | {filter}")).err().map(|error| error.problem);
        assert_ne!(
            problem.as_ref().map(std::mem::discriminant),
            Some(std::mem::discriminant(&unknown)),
            "{filter}"
        );
    }
    for test in language::TESTS {
        let unknown = ExpressionProblem::UnknownTest(String::new());
        let problem = value(&format!("1 is {test}")).err().map(|error| error.problem);
        assert_ne!(
            problem.as_ref().map(std::mem::discriminant),
            Some(std::mem::discriminant(&unknown)),
            "{test}"
        );
    }
}

fn reads(source: &str) -> (Vec<String>, bool, Vec<String>, bool, Vec<String>) {
    let found = references_of_text(&source.into()).expect("understood");
    (
        found.steps.into_iter().map(|StepId(id)| id).collect(),
        found.all_steps,
        found.inputs.into_iter().collect(),
        found.all_inputs,
        found.variables.into_iter().collect(),
    )
}

#[test]
fn references_are_found_wherever_they_stand() {
    let some = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let none = Vec::new;
    assert_eq!(
        reads("{{ steps.a.text[:9] }}"),
        (some(&["a"]), false, none(), false, none())
    );
    assert_eq!(
        reads("{{ steps['b'].data[inputs.key].x | replace(steps.c.text, '}}') }}"),
        (some(&["b", "c"]), false, some(&["key"]), false, none())
    );
    assert_eq!(
        reads("{% for s in steps %}{{ s }}{% endfor %}"),
        (none(), true, none(), false, none())
    );
    assert_eq!(
        reads("{{ steps[item].text }}"),
        (none(), true, none(), false, some(&["item"]))
    );
    assert_eq!(
        reads("{{ inputs | json }}"),
        (none(), false, none(), true, none())
    );
    assert_eq!(
        reads("{% set x = previous %}{{ x.steps.y }}{{ dict(steps=1) }}{{ nobody }}"),
        (none(), false, none(), false, some(&["nobody", "previous"]))
    );
    assert_eq!(
        reads("{% if steps.a is not defined and inputs.b is eq(round) %}{% endif %}"),
        (some(&["a"]), false, some(&["b"]), false, some(&["round"]))
    );
    assert_eq!(
        reads("{% raw %}{{ steps.a }}{% endraw %}"),
        (none(), false, none(), false, none())
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_source_gives_a_value_or_an_error(source in "[a-z.|(){}%#'\"\\[\\]0-9+*~=<>, \\n-]{0,80}") {
        let _ = value(&source);
        let _ = text(&source);
        let _ = references(&source.as_str().into());
    }

    #[test]
    fn json_comes_out_as_it_went_in(number in any::<i64>(), large in any::<u64>(), real in -1e300..1e300_f64, words in ".*") {
        let given = json!({"n": number, "l": large, "r": real, "w": words, "z": null, "b": [true, {}]});
        let scope = Scope::new(&Json(json!({"x": given})));
        prop_assert_eq!(evaluate(&"inputs.x".into(), &scope), Ok(given));
    }

    #[test]
    fn nothing_that_the_library_finds_is_overlooked(
        source in "(steps|inputs|item)(\\.(a|b)|\\['a'\\]|\\[item\\]|\\[1:2\\]){0,3}( (\\+|~|and|if|in) (steps|inputs|item)(\\.(a|b)){0,2}){0,2}"
    ) {
        let Ok(found) = references(&source.as_str().into()) else { return Ok(()) };
        let compiled = environment().compile_expression(&source).expect("compiled");
        for path in compiled.undeclared_variables(true) {
            let parts: Vec<&str> = path.split('.').collect();
            let seen = match parts.as_slice() {
                ["steps"] => found.all_steps || !found.steps.is_empty(),
                ["steps", id, ..] => found.all_steps || found.steps.contains(&(*id).into()),
                ["inputs"] => found.all_inputs || !found.inputs.is_empty(),
                ["inputs", name, ..] => found.all_inputs || found.inputs.contains(*name),
                [name, ..] => found.variables.contains(*name),
                [] => true,
            };
            prop_assert!(seen, "{} in {}", path, source);
        }
    }
}
