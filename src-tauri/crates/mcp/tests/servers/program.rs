//! A program over its pipes: what it finds, what it says, how it ends.

use super::short;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use wheelhouse_mcp::{Client, Limits, LogSource, Logs, McpError, Place, Program};

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/tool-server/server.sh")
}

/// The fake server with a manner.
pub(super) fn fake(manner: &[&str]) -> Place {
    let arguments = [script().display().to_string()].into_iter();
    Place::Program(Program {
        command: "sh".to_owned(),
        arguments: arguments
            .chain(manner.iter().map(|&word| word.to_owned()))
            .collect(),
        folder: Some(std::env::temp_dir()),
        environment: BTreeMap::from([("TOKEN".to_owned(), "sesame-open".to_owned())]),
    })
}

pub(super) async fn connected(manner: &[&str], limits: Limits) -> Result<(Client, Logs), McpError> {
    let logs = Logs::default();
    let client = Client::connect(&fake(manner), limits, &logs).await?;
    Ok((client, logs))
}

fn arguments(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

async fn call(client: &Client, tool: &str, with: &Value) -> Result<wheelhouse_mcp::Called, McpError> {
    let time = Duration::from_secs(10);
    client
        .call(tool, arguments(with), time, &CancellationToken::new())
        .await
}

/// Waits until a line is in the log.
async fn written(logs: &Logs, words: &str) {
    let until = Instant::now() + Duration::from_secs(10);
    while !logs.lines().iter().any(|line| line.text.contains(words)) {
        assert!(Instant::now() < until, "{words} is not in {:?}", logs.lines());
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_honest_server_is_listed_and_called() {
    let (client, logs) = connected(&["honest"], short()).await.expect("connected");
    assert_eq!(
        (client.told().name.as_str(), client.told().version.as_str()),
        ("fake", "1.2.3")
    );
    assert_eq!(client.told().protocol, "2025-11-25");
    let contents = client.contents().await.expect("listed");
    let names: Vec<&str> = contents.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["echo", "given", "slow", "fails"]);
    assert_eq!(contents.resources[0].uri, "fake://one");
    assert_eq!(contents.prompts[0].inputs.len(), 2);
    assert_eq!(client.contents().await.expect("again"), contents);

    let said = call(&client, "echo", &json!({"text": "good morning"}))
        .await
        .expect("called");
    assert_eq!((said.text.as_str(), said.failed), ("good morning", false));
    assert!(call(&client, "fails", &json!({})).await.expect("called").failed);
    let refused = call(&client, "nobody", &json!({})).await;
    assert!(
        matches!(refused, Err(McpError::Refused { code: -32602, .. })),
        "{refused:?}"
    );
    written(&logs, "warning fake: I am ready").await;
    client.end().await;
    assert!(client.is_gone());
}

#[tokio::test]
async fn a_program_finds_nothing_but_what_it_was_given() {
    let (client, logs) = connected(&["honest"], short()).await.expect("connected");
    let given = call(&client, "given", &json!({})).await.expect("called").text;
    // What a shell sets for itself.
    let own = ["_", "OLDPWD", "PWD", "SHLVL"];
    let found: Vec<&str> = given
        .split_whitespace()
        .filter(|name| !own.contains(name))
        .collect();
    let allowed = ["HOME", "LANG", "PATH", "TOKEN"];
    assert!(found.iter().all(|name| allowed.contains(name)), "{found:?}");
    assert!(found.contains(&"TOKEN") && found.contains(&"PATH"));
    written(&logs, "token is •••").await;
    assert!(logs.lines().iter().all(|line| !line.text.contains("sesame")));
    assert!(logs.lines().iter().any(|line| line.source == LogSource::Program));
}

#[tokio::test]
async fn a_call_that_is_not_waited_for_any_more_is_called_off_at_the_server() {
    let (client, logs) = connected(&["honest"], short()).await.expect("connected");
    let cancel = CancellationToken::new();
    let time = Duration::from_millis(50);
    let late = client.call("slow", Map::new(), time, &cancel).await;
    assert!(matches!(late, Err(McpError::TimedOut(_))), "{late:?}");
    written(&logs, "a call was called off").await;
    cancel.cancel();
    let stopped = client
        .call("slow", Map::new(), Duration::from_secs(60), &cancel)
        .await;
    assert!(matches!(stopped, Err(McpError::Cancelled)), "{stopped:?}");
    let said = call(&client, "echo", &json!({"text": "still here"}))
        .await
        .expect("called");
    assert_eq!(said.text, "still here");
}

#[tokio::test]
async fn a_server_that_knows_only_the_older_beginning_is_started_again() {
    let (client, _) = connected(&["old"], short()).await.expect("connected");
    assert_eq!(client.contents().await.expect("listed").tools.len(), 4);
}

#[tokio::test]
async fn it_is_told_that_what_is_offered_has_changed() {
    let (client, _) = connected(&["turns"], short()).await.expect("connected");
    let mut changes = client.changes();
    let first = client.contents().await.expect("listed");
    let told = tokio::time::timeout(Duration::from_secs(10), changes.wait_for(|count| *count > 0)).await;
    told.expect("in time").expect("connected");
    let second = client.contents().await.expect("listed");
    assert_ne!(first.tools[0].hash(), second.tools[0].hash());
    assert_eq!(first.tools[1].hash(), second.tools[1].hash());
}

/// The two processes that the server wrote down: its own and one that it started.
fn processes(file: &Path) -> Vec<i32> {
    let text = std::fs::read_to_string(file).expect("written");
    text.split(' ')
        .map(|number| number.parse().expect("a number"))
        .collect()
}

fn lives(process: i32) -> bool {
    // A zombie is dead: its parent has only not looked yet.
    let status = std::fs::read_to_string(format!("/proc/{process}/stat"));
    status.is_ok_and(|status| !status.contains(") Z "))
}

async fn gone(processes: &[i32]) {
    let until = Instant::now() + Duration::from_secs(10);
    while processes.iter().any(|process| lives(*process)) {
        assert!(Instant::now() < until, "{processes:?} live on");
        tokio::task::yield_now().await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn all_that_a_program_started_ends_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for ends in [true, false] {
        let file = folder.path().join(format!("processes-{ends}"));
        let (client, _) = connected(&["parent", &file.display().to_string()], short())
            .await
            .expect("connected");
        let started = processes(&file);
        assert!(started.len() == 2 && started.iter().all(|process| lives(*process)));
        if ends {
            client.end().await;
        } else {
            drop(client);
        }
        gone(&started).await;
    }
}

/// Not a test of its own: the process that the next one kills. It connects, and waits for its end.
#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "started by another test"]
async fn connects_and_waits_to_be_killed() {
    let Ok(file) = std::env::var("WHEELHOUSE_TEST_PROCESSES") else {
        return;
    };
    let _held = connected(&["parent", &file], short()).await.expect("connected");
    std::fs::write(format!("{file}.ready"), "").expect("written");
    std::future::pending::<()>().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn all_that_a_program_started_ends_when_this_process_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("processes");
    let own = std::env::current_exe().expect("this program");
    let mut holder = tokio::process::Command::new(own)
        .args(["program::connects_and_waits_to_be_killed", "--exact", "--ignored"])
        .env("WHEELHOUSE_TEST_PROCESSES", &file)
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("started");
    let until = Instant::now() + Duration::from_secs(20);
    while !folder.path().join("processes.ready").exists() {
        assert!(Instant::now() < until, "it did not connect");
        tokio::task::yield_now().await;
    }
    let started = processes(&file);
    assert!(started.iter().all(|process| lives(*process)));
    holder.kill().await.expect("killed");
    gone(&started).await;
}
