//! Tool servers and what is allowed of them.

use uuid::Uuid;
use wheelhouse_domain::{ToolServerForm, ToolServerId, ToolServerPlace, ToolServerSecret, ToolServerUid};

use super::super::{AllowedToolRow, NewToolServer, ToolServerRow};
use super::*;
use crate::test_util::request;

fn server(name: &str, command: &str) -> NewToolServer {
    NewToolServer {
        id: None,
        uid: ToolServerUid(Uuid::now_v7()),
        form: ToolServerForm {
            name: name.to_owned(),
            place: ToolServerPlace::Program {
                command: command.to_owned(),
                arguments: vec!["-y".to_owned()],
                folder: None,
            },
            secrets: vec![ToolServerSecret {
                name: "TOKEN".to_owned(),
                uid: Uuid::now_v7(),
            }],
        },
    }
}

fn allowed(server: &ToolServerRow, tool: &str, hash: &str) -> AllowedToolRow {
    AllowedToolRow {
        server: server.uid,
        tool: tool.to_owned(),
        hash: hash.to_owned(),
        definition: "Reads a file.".to_owned(),
        read_only: true,
        allowed_at: Millis(30),
    }
}

async fn hashes(store: &Store) -> Vec<(String, String)> {
    let rows = store.allowed_tools().await.expect("read");
    rows.into_iter().map(|row| (row.tool, row.hash)).collect()
}

fn pairs(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter()
        .map(|(tool, hash)| ((*tool).to_owned(), (*hash).to_owned()))
        .collect()
}

#[tokio::test]
async fn a_tool_server_is_added_changed_and_removed() {
    let place = Place::new().await;
    let store = &place.store;
    let new = server("files", "npx");
    let row = store
        .save_tool_server(new.clone(), request("add-1"), Millis(10))
        .await
        .expect("add");
    assert_eq!(
        (row.id, row.uid, &row.form),
        (ToolServerId(1), new.uid, &new.form)
    );
    let renamed = NewToolServer {
        id: Some(row.id),
        form: ToolServerForm {
            name: "papers".to_owned(),
            ..new.form.clone()
        },
        ..server("x", "y")
    };
    let row = store
        .save_tool_server(renamed, request("rename-1"), Millis(20))
        .await
        .expect("rename");
    assert_eq!(
        (row.id, row.uid, row.created_at),
        (ToolServerId(1), new.uid, Millis(10))
    );
    let taken = store
        .save_tool_server(server("papers", "other"), request("taken-1"), Millis(20))
        .await;
    assert!(matches!(taken, Err(Error::ToolServerNameTaken(name)) if name == "papers"));

    for (key, there) in [("remove-1", true), ("remove-2", false)] {
        let removed = store.remove_tool_server(row.id, request(key), Millis(30)).await;
        assert_eq!(removed.expect("remove"), there);
    }
    let next = store
        .save_tool_server(server("papers", "npx"), request("add-2"), Millis(40))
        .await
        .expect("add");
    assert_eq!(next.id, ToolServerId(2), "numbers are not given out again");
}

#[tokio::test]
async fn what_is_allowed_goes_with_where_the_server_is() {
    let place = Place::new().await;
    let store = &place.store;
    let new = server("files", "npx");
    let row = store
        .save_tool_server(new.clone(), request("add-1"), Millis(10))
        .await
        .expect("add");
    for (key, tool, hash) in [
        ("a-1", "read", "one"),
        ("a-2", "write", "two"),
        ("a-3", "read", "three"),
    ] {
        store
            .allow_tool(allowed(&row, tool, hash), request(key))
            .await
            .expect("allow");
    }
    assert_eq!(hashes(store).await, pairs(&[("read", "three"), ("write", "two")]));
    store
        .forbid_tool(row.uid, "write".to_owned(), request("f-1"), Millis(40))
        .await
        .expect("forbid");
    assert_eq!(hashes(store).await, pairs(&[("read", "three")]));

    let moved = |name: &str, command: &str| NewToolServer {
        id: Some(row.id),
        form: ToolServerForm {
            secrets: Vec::new(),
            ..server(name, command).form
        },
        ..server("x", "y")
    };
    store
        .save_tool_server(moved("renamed", "npx"), request("m-1"), Millis(50))
        .await
        .expect("rename");
    assert_eq!(
        hashes(store).await,
        pairs(&[("read", "three")]),
        "another name changes nothing"
    );
    store
        .save_tool_server(moved("renamed", "other"), request("m-2"), Millis(60))
        .await
        .expect("move");
    assert!(
        hashes(store).await.is_empty(),
        "another program is another server"
    );

    store
        .allow_tool(allowed(&row, "read", "one"), request("a-4"))
        .await
        .expect("allow");
    let kept = place.derived().await;
    store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.derived().await, kept);
    store
        .remove_tool_server(row.id, request("r-1"), Millis(70))
        .await
        .expect("remove");
    assert!(hashes(store).await.is_empty());
    let gone = store
        .allow_tool(allowed(&row, "read", "one"), request("a-5"))
        .await;
    assert!(matches!(gone, Err(Error::ToolServerGone(uid)) if uid == row.uid));
}
