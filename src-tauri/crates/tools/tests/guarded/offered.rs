//! What models are offered is what the tools take.

use crate::harness::{Place, refusal};
use serde_json::{Value, json};
use wheelhouse_domain::CREW_TOOLS;
use wheelhouse_tools::{
    CALCULATOR, DATE, FETCH_PAGE, Grant, LIST_FOLDER, READ_FILE, RUN_COMMAND, SEARCH_FILES, ToolError,
    WRITE_FILE, descriptions,
};

/// For each tool: calls of the right form, and calls of a wrong one.
fn calls() -> Vec<(&'static str, Vec<Value>, Vec<Value>)> {
    vec![
        (
            READ_FILE,
            vec![
                json!({"path": "project/file.txt"}),
                json!({"path": "project/file.txt", "first_line": 1, "last_line": 2}),
            ],
            vec![
                json!({}),
                json!({"path": 1}),
                json!({"path": "a", "first_line": -1}),
                json!({"path": "a", "mode": "r"}),
                json!("a"),
                Value::Null,
            ],
        ),
        (
            LIST_FOLDER,
            vec![json!({}), json!({"path": "project"})],
            vec![json!({"path": ["a"]}), json!({"folder": "project"}), json!([])],
        ),
        (
            SEARCH_FILES,
            vec![
                json!({"path": "project", "pattern": "x"}),
                json!({"path": "project", "pattern": "x", "regex": true, "ignore_case": true, "files": "**/*.txt", "most": 5}),
            ],
            vec![
                json!({"path": "project"}),
                json!({"path": "project", "pattern": "x", "most": "5"}),
            ],
        ),
        (
            WRITE_FILE,
            vec![
                json!({"path": "project/new.txt", "text": "x"}),
                json!({"path": "project/file.txt", "edits": [{"old": "fine", "new": "good"}]}),
            ],
            vec![
                json!({"path": "project/new.txt", "text": 1}),
                json!({"path": "project/file.txt", "edits": [{"old": "fine"}]}),
                json!({"path": "a", "text": "x", "append": true}),
            ],
        ),
        (
            FETCH_PAGE,
            vec![json!({"url": "https://example.org/"})],
            vec![
                json!({}),
                json!({"url": "https://example.org/", "method": "POST"}),
                json!({"url": "https://example.org/", "start": -1}),
            ],
        ),
        (
            RUN_COMMAND,
            vec![
                json!({"program": "true", "folder": "project"}),
                json!({"program": "true", "arguments": ["a"], "folder": "project", "seconds": 5}),
            ],
            vec![
                json!({"program": "true"}),
                json!({"program": "true", "arguments": "a b", "folder": "project"}),
                json!({"program": "true", "folder": "project", "env": {}}),
            ],
        ),
        (
            CALCULATOR,
            vec![json!({"expression": "1 + 1"})],
            vec![json!({"expression": 2}), json!({"sum": "1 + 1"})],
        ),
        (
            DATE,
            vec![
                json!({"operation": "now"}),
                json!({"operation": "add", "date": "2026-01-01", "amount": 1, "unit": "days"}),
            ],
            vec![
                json!({"operation": "guess"}),
                json!({"operation": "now", "when": "later"}),
                json!({"operation": "add", "amount": 1.5}),
            ],
        ),
    ]
}

#[tokio::test]
async fn the_schema_and_the_tool_agree_about_every_call() {
    let mut place = Place::new().with_commands();
    place.grant.web = Some(crate::web::public());
    for (tool, right, wrong) in calls() {
        let description = descriptions()
            .into_iter()
            .find(|description| description.name == tool)
            .unwrap();
        let schema = jsonschema::validator_for(&description.parameters).unwrap();
        for arguments in right {
            assert!(schema.is_valid(&arguments), "{tool}: {arguments}");
            place
                .preview(tool, arguments.clone())
                .await
                .unwrap_or_else(|error| panic!("{tool} {arguments}: {error}"));
        }
        for arguments in wrong {
            assert!(!schema.is_valid(&arguments), "{tool}: {arguments}");
            let outcome = place.preview(tool, arguments.clone()).await;
            assert!(
                matches!(outcome, Err(ToolError::Arguments { .. })),
                "{tool}: {arguments}"
            );
        }
    }
    // What turns to others touches nothing here: it is the orchestrator's to read.
    let ours = descriptions()
        .into_iter()
        .filter(|tool| !CREW_TOOLS.contains(&tool.name));
    assert_eq!(calls().len(), ours.count());
}

#[tokio::test]
async fn nothing_granted_is_nothing_allowed() {
    let place = Place::new();
    for (tool, right, _) in calls() {
        for arguments in right {
            let outcome = place.toolbox.preview(&Grant::default(), tool, &arguments).await;
            let is_harmless =
                matches!(tool, CALCULATOR | DATE) || (tool == LIST_FOLDER && arguments == json!({}));
            assert_eq!(outcome.is_ok(), is_harmless, "{tool}: {arguments}");
        }
    }
    assert!(refusal(place.preview("delete_everything", json!({})).await).contains("no tool called"));
}

#[tokio::test]
async fn an_approval_fits_one_call_only() {
    let place = Place::new();
    let one = place
        .preview(WRITE_FILE, json!({"path": "project/a.txt", "text": "one"}))
        .await
        .unwrap();
    let again = place
        .preview(WRITE_FILE, json!({"text": "one", "path": "project/a.txt"}))
        .await
        .unwrap();
    assert_eq!(one.fingerprint, again.fingerprint);
    for other in [
        json!({"path": "project/a.txt", "text": "One"}),
        json!({"path": "project/b.txt", "text": "one"}),
        json!({"path": "project/a.txt", "text": "one\n"}),
        json!({"path": "project/a.txt", "text": "one", "create_only": true}),
    ] {
        let other = place.preview(WRITE_FILE, other).await.unwrap();
        assert_ne!(one.fingerprint, other.fingerprint);
        let cancel = tokio_util::sync::CancellationToken::new();
        let outcome = place
            .toolbox
            .perform(
                &place.grant,
                WRITE_FILE,
                &other.arguments,
                Some(&one.fingerprint),
                &cancel,
            )
            .await;
        assert!(matches!(outcome, Err(ToolError::Changed)));
    }
    assert!(!place.granted("a.txt").exists() && !place.granted("b.txt").exists());
    place.carry_out(&one).await.unwrap();
    // Done once, it is another call: the file is there now.
    assert!(matches!(place.carry_out(&one).await, Err(ToolError::Changed)));
}
