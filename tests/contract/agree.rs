//! Whoever serves the table gives the same answers: this machine's handlers, and the remote client with a server behind it.
//! The shell's commands are made from the table too; the bindings name each of them.

use crate::root;
use crate::table::every_field;
use serde_json::Value;
use wheelhouse_contract::{ApiError, ErrorCode, Operations, TABLE, operations};
use wheelhouse_testkit::{Served, Workbench, within};

macro_rules! every_answer {
    ($($(#[$doc:meta])* $effect:ident $name:ident: $method:ident $path:literal ($request:ty) -> $response:ty;)+) => {
        /// What each row answers to a request that has every field, in the order of the table.
        async fn every_answer(served: &impl Operations) -> Vec<(&'static str, Result<Value, ApiError>)> {
            use wheelhouse_contract::*;
            vec![$({
                let request: $request =
                    serde_json::from_value(every_field(stringify!($name))).expect("every field is known");
                // Apart from each other: all in one would be more than the stack of a test holds.
                let answer = within(stringify!($name), Box::pin(served.$name(request))).await;
                let answer = answer.map(|answer| serde_json::to_value(answer).expect("plain data"));
                (stringify!($name), answer)
            },)+]
        }
    };
}

operations!(every_answer);

/// Takes out what differs between two folders, and between two moments.
fn comparable(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| !VARYING.contains(&name.as_str()))
            .map(|(name, value)| (name, comparable(value)))
            .collect(),
        Value::Array(values) => values.into_iter().map(comparable).collect(),
        plain => plain,
    }
}

const VARYING: &[&str] = &[
    "uid",
    "store",
    "data_folder",
    "backend",
    "path",
    "bytes",
    "journal",
    "knowledge",
    "logs",
    "backups",
    "other",
];

#[tokio::test]
async fn every_row_answers_the_same_here_and_over_a_server() {
    let here = Workbench::open().await;
    let there = Served::open().await;
    let (own, others) = (
        Box::pin(every_answer(here.api())).await,
        every_answer(&there.remote()).await,
    );
    assert_eq!(own.len(), TABLE.len());
    let mut good = 0;
    for ((name, own), (_, other)) in own.into_iter().zip(others) {
        match (own, other) {
            (Ok(own), Ok(other)) => {
                good += 1;
                // Both must be there and read as the row's answer; counts of bytes and folders differ.
                assert_eq!(
                    comparable(own)
                        .as_object()
                        .map(|fields| fields.keys().cloned().collect::<Vec<_>>()),
                    comparable(other)
                        .as_object()
                        .map(|fields| fields.keys().cloned().collect::<Vec<_>>()),
                    "{name}"
                );
            }
            (Err(own), Err(other)) => {
                assert_eq!(
                    (own.code, &own.details.field),
                    (other.code, &other.details.field),
                    "{name}: {own} / {other}"
                );
                assert_ne!(own.code, ErrorCode::Internal, "{name}: {own}");
                assert!(
                    !other.message.contains("can't be read:"),
                    "{name} was not understood: {other}"
                );
            }
            (own, other) => panic!("{name} differs: here {own:?}, there {other:?}"),
        }
    }
    assert!(good > TABLE.len() / 3, "only {good} rows gave more than an error");
}

#[test]
fn the_shell_has_a_command_for_every_row() {
    let bindings = std::fs::read_to_string(root().join("ui/src/bindings/bindings.ts")).expect("the bindings");
    for row in TABLE {
        let call = format!("\"{}\", {{ request }}", row.name);
        assert!(bindings.contains(&call), "{} has no command", row.name);
    }
}
