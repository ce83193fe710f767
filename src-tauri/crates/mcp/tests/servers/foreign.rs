//! Servers that were not written here. `npm run test:tool-servers` installs them and says where they are.

use super::short;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wheelhouse_mcp::{Client, Logs, Place, Program};

/// Where they are installed.
fn installed() -> PathBuf {
    let folder = std::env::var("FOREIGN_TOOL_SERVERS").expect("started by npm run test:tool-servers");
    PathBuf::from(folder)
}

async fn connected(name: &str, arguments: &[&str], environment: BTreeMap<String, String>) -> Client {
    let program = installed().join("node_modules/.bin").join(name);
    let place = Place::Program(Program {
        command: program.display().to_string(),
        arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
        folder: Some(installed()),
        environment,
    });
    let logs = Logs::default();
    let client = Client::connect(&place, short(), &logs).await;
    client.unwrap_or_else(|error| panic!("{name}: {error} {:?}", logs.lines()))
}

async fn call(client: &Client, tool: &str, arguments: &Value) -> String {
    let arguments: Map<String, Value> = arguments.as_object().cloned().expect("an object");
    let called = client
        .call(
            tool,
            arguments,
            Duration::from_secs(20),
            &CancellationToken::new(),
        )
        .await
        .unwrap_or_else(|error| panic!("{tool}: {error}"));
    assert!(!called.failed, "{tool}: {}", called.text);
    called.text
}

async fn tools(client: &Client) -> Vec<String> {
    let contents = client.contents().await.expect("listed");
    contents.tools.into_iter().map(|tool| tool.name).collect()
}

#[tokio::test]
#[ignore = "needs a server that was not written here"]
async fn everything() {
    let client = connected("mcp-server-everything", &["stdio"], BTreeMap::new()).await;
    let contents = client.contents().await.expect("listed");
    assert!(contents.tools.len() >= 5, "{:?}", contents.tools);
    assert!(!contents.resources.is_empty() && !contents.prompts.is_empty());
    let said = call(&client, "echo", &json!({"message": "good morning"})).await;
    assert!(said.contains("good morning"), "{said}");
    // The same definitions give the same hashes, however often they are asked for.
    let hashes = |contents: &wheelhouse_mcp::Contents| -> Vec<String> {
        contents
            .tools
            .iter()
            .map(wheelhouse_mcp::Definition::hash)
            .collect()
    };
    assert_eq!(
        hashes(&contents),
        hashes(&client.contents().await.expect("again"))
    );
    client.end().await;
}

#[tokio::test]
#[ignore = "needs a server that was not written here"]
async fn filesystem() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().canonicalize().expect("there");
    std::fs::write(place.join("note.txt"), "The ferry leaves at nine.").expect("written");
    let client = connected(
        "mcp-server-filesystem",
        &[&place.display().to_string()],
        BTreeMap::new(),
    )
    .await;
    assert!(tools(&client).await.contains(&"read_text_file".to_owned()));
    let read = call(
        &client,
        "read_text_file",
        &json!({"path": place.join("note.txt")}),
    )
    .await;
    assert_eq!(read.trim(), "The ferry leaves at nine.");
    let outside = json!({"path": Path::new("/etc/hostname")});
    let refused = client
        .call(
            "read_text_file",
            outside.as_object().cloned().expect("an object"),
            Duration::from_secs(20),
            &CancellationToken::new(),
        )
        .await
        .expect("an answer");
    assert!(refused.failed, "{}", refused.text);
    client.end().await;
}

#[tokio::test]
#[ignore = "needs a server that was not written here"]
async fn memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("memory.jsonl").display().to_string();
    let environment = BTreeMap::from([("MEMORY_FILE_PATH".to_owned(), file)]);
    let client = connected("mcp-server-memory", &[], environment.clone()).await;
    let entity =
        json!({"entities": [{"name": "Wren", "entityType": "agent", "observations": ["writes plainly"]}]});
    call(&client, "create_entities", &entity).await;
    client.end().await;
    let again = connected("mcp-server-memory", &[], environment).await;
    let found = call(&again, "search_nodes", &json!({"query": "Wren"})).await;
    assert!(found.contains("writes plainly"), "{found}");
    again.end().await;
}
