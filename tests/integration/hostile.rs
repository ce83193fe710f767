//! Files of strangers, made to do harm: runs and templates. Each is refused with its place, and nothing of it stays.

use crate::common::TASK;
use crate::templates::{UID, completed, document, keep, over, start, transform, uid};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::PathBuf;
use wheelhouse_contract::{
    ApiError, CheckTemplate, ErrorCode, ImportTemplate, ListTemplates, ListWorkflows, Operations,
    SaveTemplate, TemplateCheck,
};
use wheelhouse_domain::{ContentHash, FailureCode, WorkflowStatus};
use wheelhouse_orchestrator::World as _;
use wheelhouse_testkit::Workbench;

const MEBIBYTE: usize = 1024 * 1024;

/// The lines of a run that was exported, and the place where it stands.
async fn exported(bench: &Workbench) -> (PathBuf, Vec<String>) {
    keep(bench, &document(json!([transform("one", "1", &[])])), 0).await;
    let id = start(bench, uid(UID), json!({})).await.id;
    completed(&over(bench, id).await);
    let path = bench.folder().join("good.wheelhouse");
    bench.keep_run(id, &path).await.expect("written");
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(&path).expect("a file"))
        .read_to_string(&mut text)
        .expect("a packed stream");
    (path, text.lines().map(str::to_owned).collect())
}

fn packed(lines: &[String]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    for line in lines {
        writeln!(packed, "{line}").expect("memory");
    }
    packed.finish().expect("memory")
}

/// A packed stream of as many bytes of one kind as a hundred mebibytes.
fn bomb(byte: u8) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let piece = vec![byte; MEBIBYTE];
    for _ in 0..100 {
        packed.write_all(&piece).expect("memory");
    }
    packed.finish().expect("memory")
}

async fn import(bench: &Workbench, bytes: &[u8]) -> ApiError {
    let path = bench.folder().join("hostile.wheelhouse");
    std::fs::write(&path, bytes).expect("a file");
    bench.take_run(&path).await.expect_err("refused")
}

/// The lines with one of them changed.
fn changed(lines: &[String], at: usize, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut lines = lines.to_vec();
    let mut value: Value = serde_json::from_str(&lines[at]).expect("a line");
    change(&mut value);
    lines[at] = value.to_string();
    lines
}

/// The lines with a sum that fits them, as whoever makes a file can work out.
fn summed(lines: &[String]) -> Vec<u8> {
    let (_, inside) = lines.split_last().expect("a sum");
    let all: String = inside.iter().map(|line| format!("{line}\n")).collect();
    let sum = json!({ "sum": ContentHash::of(&all) }).to_string();
    packed(&[inside, &[sum]].concat())
}

#[tokio::test]
async fn a_run_file_of_a_stranger_is_refused_with_its_place_and_nothing_of_it_stays() {
    let here = Workbench::open().await;
    let (path, lines) = exported(&here).await;
    let whole = std::fs::read(&path).expect("a file");
    let bench = Workbench::open().await;
    let deep = |open: &str, close: &str| {
        let mut deep = vec![lines[0].clone()];
        deep.push(format!(
            "{{\"event\":{}{}}}",
            open.repeat(100_000),
            close.repeat(100_000)
        ));
        packed(&deep)
    };
    let own = changed(&lines, 1, |line| {
        let body = &mut line["event"][1]["body"];
        body["setup"]["parent"] = json!({"workflow": body["uid"], "task": "one"});
    });
    let end = lines[lines.len() - 1].clone();
    let open_end = [&lines[..3], &[end]].concat();
    let mut without_text = changed(&lines, 0, |line| {
        let texts = line["contents"].as_u64().expect("a number");
        line["contents"] = json!(texts - 1);
    });
    without_text.remove(lines.len() - 2);
    let added = lines
        .iter()
        .position(|line| line.contains("\"task_added\""))
        .expect("a task");
    let in_itself = changed(&lines, added, |line| {
        let body = &mut line["event"][1]["body"];
        body["place"] = json!({"container": body["task"], "scope": 0});
    });
    let long_name = changed(&lines, 1, |line| {
        line["event"][1]["body"]["name"] = json!("x".repeat(MEBIBYTE));
    });
    let files: Vec<(&str, Vec<u8>, &str)> = vec![
        ("another magic", b"PK\x03\x04 an archive".to_vec(), "not a run"),
        ("ten mebibytes", vec![b'x'; 10 * MEBIBYTE], "not a run"),
        (
            "zeros that unpack",
            bomb(0),
            "line 1 is longer than 33554432 bytes",
        ),
        (
            "blanks that unpack",
            bomb(b' '),
            "line 1 is longer than 33554432 bytes",
        ),
        ("half of it", whole[..whole.len() / 2].to_vec(), "line "),
        ("lists in lists", deep("[", "]"), "line 2"),
        ("objects in objects", deep("{\"a\":", "}"), "line 2"),
        (
            "a newer form",
            packed(&changed(&lines, 0, |line| line["version"] = json!(7))),
            "version 7",
        ),
        (
            "a newer event",
            packed(&changed(&lines, 2, |line| line["event"][1]["v"] = json!(99))),
            "newer",
        ),
        (
            "an event twice",
            packed(&[&lines[..3], &lines[2..]].concat()),
            "line 4",
        ),
        (
            "a changed word",
            packed(&changed(&lines, 1, |line| line["event"][1]["at"] = json!(5))),
            "was changed",
        ),
        ("a circle of parents", summed(&own), "stands below it"),
        (
            "a run that goes on",
            summed(&changed(&open_end, 0, |line| {
                line["workflows"][0]["events"] = json!(2);
                line["contents"] = json!(0);
            })),
            "has not ended",
        ),
        ("a text that is missing", summed(&without_text), "is missing"),
        (
            "a task in itself",
            summed(&in_itself),
            "stands in one that is not there",
        ),
        (
            "a name of a mebibyte",
            summed(&long_name),
            "4000 bytes in the name",
        ),
        ("no end", packed(&lines[..lines.len() - 1]), "line "),
        (
            "more behind the end",
            packed(&[lines.as_slice(), &lines[..1]].concat()),
            "line ",
        ),
    ];
    for (what, bytes, place) in files {
        let refused = import(&bench, &bytes).await;
        assert!(
            matches!(
                refused.code,
                ErrorCode::InvalidRequest | ErrorCode::Unreadable | ErrorCode::Conflict
            ),
            "{what}: {refused:?}"
        );
        assert_eq!(refused.details.field.as_deref(), Some("transfer"), "{what}");
        assert!(refused.message.contains(place), "{what}: {}", refused.message);
        assert!(refused.details.next_step.is_some(), "{what}");
    }
    let empty = import(&bench, b"").await;
    assert!(empty.message.contains("nothing in it"), "{empty}");
    let large = import(&bench, &vec![0; 100 * MEBIBYTE + 1]).await;
    assert!(large.message.contains("larger than 100 MiB"), "{large}");
    let refused = bench.take_run(bench.folder()).await.expect_err("no file");
    assert!(refused.message.contains("it is no file"), "{}", refused.message);
    let all = ListWorkflows {
        limit: 200,
        ..ListWorkflows::default()
    };
    let page = bench.api().list_workflows(all).await.expect("a list");
    assert_eq!(page.workflows, [], "nothing of it is here");
    // What would hang itself on a run that is here, and was never started by it.
    // The worlds of tests give the same identities in the same order; these are spent here.
    for _ in 0..100 {
        bench.world().new_uid();
    }
    let known = bench.run(TASK).await.workflow;
    let grafted = changed(&lines, 1, |line| {
        line["event"][1]["body"]["setup"]["parent"] = json!({"workflow": known.uid, "task": "analyse"});
    });
    let refused = import(&bench, &summed(&grafted)).await;
    assert!(
        refused.message.contains("does not know it"),
        "{}",
        refused.message
    );
    assert_eq!(bench.detail(known.id).await.children, []);
    // What was right is taken in still.
    assert!(!bench.take_run(&path).await.expect("taken in").known);
}

async fn check(bench: &Workbench, text: &str) -> TemplateCheck {
    let request = CheckTemplate {
        text: text.to_owned(),
    };
    bench.api().check_template(request).await.expect("looked at")
}

#[tokio::test]
async fn a_template_of_a_stranger_is_refused_with_its_place_and_nothing_of_it_stays() {
    let bench = Workbench::open().await;
    let steps = |count: usize| -> Vec<Value> {
        let one = |number: usize| transform(&format!("s{number}"), "1", &[]);
        (0..count).map(one).collect()
    };
    let names: Vec<String> = (0..60_000).map(|number| format!("n{number}")).collect();
    let needy = json!([{"id": "one", "title": "One", "kind": "transform", "value": "1", "needs": names}]);
    let mut nested = transform("inmost", "1", &[]);
    for level in 0..30 {
        nested =
            json!({"id": format!("l{level}"), "title": "L", "kind": "map", "over": "[1]", "steps": [nested]});
    }
    let laughs: String = (0..40).map(|_| "{% set a = a ~ a %}").collect();
    let macros = (0..20).fold("{% macro m() %}ha{% endmacro %}".to_owned(), |text, _| {
        format!("{text}{{% macro m() %}}{{{{ m() }}}}{{{{ m() }}}}{{% endmacro %}}")
    });
    let told = |prompt: &str| {
        document(json!([{"id": "say", "title": "Say", "kind": "agent", "agent": "driver", "prompt": prompt}]))
            .to_string()
    };
    let files: Vec<(&str, String, &str)> = vec![
        ("a hundred mebibytes", "x".repeat(100 * MEBIBYTE), "bytes"),
        (
            "a hundred mebibytes of lists",
            "[".repeat(100 * MEBIBYTE),
            "bytes",
        ),
        ("lists in lists", "[".repeat(500_000), "in each other"),
        (
            "objects in objects",
            "{\"steps\":".repeat(100_000),
            "in each other",
        ),
        ("too many steps", document(json!(steps(501))).to_string(), "500"),
        (
            "blocks in blocks",
            document(json!([nested])).to_string(),
            "in each other",
        ),
        ("needs without end", document(needy).to_string(), ""),
        ("macros that laugh", told(&macros), "macro"),
        (
            "brackets in brackets",
            told(&format!("{{{{ {} }}}}", "(".repeat(900))),
            "",
        ),
        ("a long text", told(&"x".repeat(70_000)), "64"),
    ];
    for (what, text, word) in files {
        let check = check(&bench, &text).await;
        let first = check.problems.first().unwrap_or_else(|| panic!("{what} is fit"));
        let told = format!("{} {}", first.message, first.next_step);
        assert!(told.contains(word), "{what}: {told}");
        assert!(check.problems.len() <= 200, "{what}: {}", check.problems.len());
        let request_key = bench.key();
        let save = SaveTemplate {
            request_key,
            text: text.clone(),
            expected_version: 0,
        };
        let refused = bench.api().save_template(save).await.expect_err(what);
        assert_eq!(refused.code, ErrorCode::InvalidRequest, "{what}");
        let request_key = bench.key();
        let import = ImportTemplate { request_key, text };
        let refused = bench.api().import_template(import).await.expect_err(what);
        assert_eq!(refused.code, ErrorCode::InvalidRequest, "{what}");
    }
    let all = bench.api().list_templates(ListTemplates { removed: false }).await;
    assert!(all.expect("a list").iter().all(|template| template.built_in));

    // What can only be seen while it runs ends with the step that it stands in.
    let doubling = format!("{{% set a = 'laugh' %}}{laughs}{{{{ a }}}}");
    for (number, steps) in [
        json!([{"id": "say", "title": "Say", "kind": "agent", "agent": "driver", "prompt": doubling,
            "retry": {"attempts": 1}}]),
        json!([{"id": "say", "title": "Say", "kind": "transform", "value": "'a' * 100000000", "retry": {"attempts": 1}}]),
        json!([{"id": "say", "title": "Say", "kind": "map", "over": "range(99999)", "retry": {"attempts": 1},
            "steps": [transform("one", "1", &[])]}]),
    ]
    .into_iter()
    .enumerate()
    {
        keep(&bench, &document(steps), u32::try_from(number).expect("few")).await;
        let id = start(&bench, uid(UID), json!({})).await.id;
        let failed = over(&bench, id).await;
        assert_eq!(failed.workflow.status, WorkflowStatus::Failed, "{number}");
        let failure = failed.workflow.failure.expect("a reason");
        assert_eq!(failure.task.as_str(), "say");
        assert!(
            matches!(
                failure.failure.code,
                FailureCode::ExpressionFailed | FailureCode::LoopDetected
            ),
            "{number}: {failure:?}"
        );
    }
}
