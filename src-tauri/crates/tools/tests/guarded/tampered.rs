//! Calls that were changed after they were approved.
//!
//! `WHEELHOUSE_TAMPERED` says how many are tried; 5,000 if it is not set.

use crate::harness::{INSIDE, Place};
use crate::site::Names;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::fs;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use wheelhouse_tools::{
    CALCULATOR, DATE, Done, FETCH_PAGE, Fingerprint, READ_FILE, RUN_COMMAND, SEARCH_FILES, Surroundings,
    ToolError, Toolbox, WRITE_FILE,
};

/// Calls as an operator would approve them. None of them is carried out here.
fn approved() -> Vec<(&'static str, Value)> {
    vec![
        (
            WRITE_FILE,
            json!({"path": "project/a.txt", "text": "approved text", "create_only": true}),
        ),
        (
            WRITE_FILE,
            json!({"path": "project/file.txt", "edits": [{"old": "fine", "new": "better"}]}),
        ),
        (
            RUN_COMMAND,
            json!({"program": "touch", "arguments": ["made.txt"], "folder": "project", "seconds": 5}),
        ),
        (
            FETCH_PAGE,
            json!({"url": "https://site.example.org/a?b=c", "start": 0}),
        ),
        (READ_FILE, json!({"path": "project/file.txt", "first_line": 1})),
        (
            SEARCH_FILES,
            json!({"path": "project", "pattern": "inside", "most": 5}),
        ),
        (CALCULATOR, json!({"expression": "1 + 1"})),
        (
            DATE,
            json!({"operation": "add", "date": "2026-11-23", "amount": 1, "unit": "days"}),
        ),
    ]
}

/// One way to change a call.
#[derive(Debug, Clone)]
enum Change {
    /// A text gets another letter at a place.
    Insert(usize, usize, char),
    /// A text loses a letter.
    Remove(usize, usize),
    /// A text is written in capitals.
    Capitals(usize),
    /// A number moves.
    Number(usize, i64),
    /// A field goes.
    Drop(usize),
    /// A field comes.
    Add(String, String),
    /// The fields of another call take the place of these.
    Other(usize),
    /// Another tool is called.
    Tool(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let letter = prop_oneof![
        any::<char>(),
        prop::char::range(' ', '~'),
        Just('/'),
        Just('.'),
        Just('\u{200B}'),
        Just('\0'),
        Just(' '),
    ];
    prop_oneof![
        6 => (any::<usize>(), any::<usize>(), letter).prop_map(|(text, place, letter)| Change::Insert(text, place, letter)),
        4 => (any::<usize>(), any::<usize>()).prop_map(|(text, place)| Change::Remove(text, place)),
        1 => any::<usize>().prop_map(Change::Capitals),
        2 => (any::<usize>(), -3_i64..1_000).prop_map(|(number, to)| Change::Number(number, to)),
        1 => any::<usize>().prop_map(Change::Drop),
        1 => ("[a-z_]{1,8}", "[a-z/.]{0,8}").prop_map(|(name, text)| Change::Add(name, text)),
        1 => any::<usize>().prop_map(Change::Other),
        1 => any::<usize>().prop_map(Change::Tool),
    ]
}

fn leaves<'a>(value: &'a mut Value, wanted: fn(&Value) -> bool, found: &mut Vec<&'a mut Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| leaves(item, wanted, found)),
        Value::Object(fields) => fields.values_mut().for_each(|field| leaves(field, wanted, found)),
        leaf if wanted(leaf) => found.push(leaf),
        _ => {}
    }
}

fn tamper(tool: &mut &'static str, arguments: &mut Value, change: Change) {
    let calls = approved();
    let edit = |arguments: &mut Value, which: usize, edit: &dyn Fn(&mut Vec<char>)| {
        let mut texts = Vec::new();
        leaves(arguments, Value::is_string, &mut texts);
        if texts.is_empty() {
            return;
        }
        let which = which % texts.len();
        let mut letters: Vec<char> = texts[which].as_str().unwrap().chars().collect();
        edit(&mut letters);
        *texts[which] = Value::String(letters.into_iter().collect());
    };
    match change {
        Change::Insert(which, place, letter) => {
            edit(arguments, which, &|letters| {
                letters.insert(place % (letters.len() + 1), letter)
            });
        }
        Change::Remove(which, place) => edit(arguments, which, &|letters| {
            if !letters.is_empty() {
                letters.remove(place % letters.len());
            }
        }),
        Change::Capitals(which) => edit(arguments, which, &|letters| {
            letters
                .iter_mut()
                .for_each(|letter| letter.make_ascii_uppercase());
        }),
        Change::Number(which, to) => {
            let mut numbers = Vec::new();
            leaves(arguments, Value::is_number, &mut numbers);
            if !numbers.is_empty() {
                let which = which % numbers.len();
                *numbers[which] = json!(to);
            }
        }
        Change::Drop(which) => {
            let fields = arguments.as_object_mut().unwrap();
            let name = fields.keys().nth(which % fields.len().max(1)).cloned();
            name.and_then(|name| fields.remove(&name));
        }
        Change::Add(name, text) => {
            arguments
                .as_object_mut()
                .unwrap()
                .insert(name, Value::String(text));
        }
        Change::Other(which) => *arguments = calls[which % calls.len()].1.clone(),
        Change::Tool(which) => *tool = calls[which % calls.len()].0,
    }
}

struct Bench {
    place: Place,
    toolbox: Toolbox,
    names: Arc<Names>,
}

impl Bench {
    fn new() -> Self {
        let mut place = Place::quick().with_commands();
        place.grant.web = Some(crate::web::public());
        let names = Arc::new(Names::default());
        let toolbox = Toolbox::new(Surroundings {
            resolver: names.clone(),
            ..Surroundings::new(place.base.path().join("checkpoints"), || {
                wheelhouse_domain::Millis(0)
            })
        });
        Self {
            place,
            toolbox,
            names,
        }
    }

    async fn fingerprint(&self, tool: &str, arguments: &Value) -> Fingerprint {
        self.toolbox
            .preview(&self.place.grant, tool, arguments)
            .await
            .unwrap()
            .fingerprint
    }

    async fn perform(
        &self,
        tool: &str,
        arguments: &Value,
        approved: &Fingerprint,
    ) -> Result<Done, ToolError> {
        let cancel = CancellationToken::new();
        self.toolbox
            .perform(&self.place.grant, tool, arguments, Some(approved), &cancel)
            .await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_that_was_changed_after_its_approval_is_done() {
    let wanted = std::env::var("WHEELHOUSE_TAMPERED").map_or(5_000, |wanted| wanted.parse::<u64>().unwrap());
    let bench = Bench::new();
    let mut fingerprints = Vec::new();
    for (tool, arguments) in approved() {
        fingerprints.push(bench.fingerprint(tool, &arguments).await);
    }
    let mut runner = TestRunner::deterministic();
    let changes = prop::collection::vec(change(), 1..4);
    let (mut tried, mut understood) = (0_u64, 0_u64);
    while tried < wanted {
        let which = usize::try_from(tried).unwrap() % fingerprints.len();
        let (tool, arguments) = approved().swap_remove(which);
        let (mut other_tool, mut other) = (tool, arguments.clone());
        for change in changes.new_tree(&mut runner).unwrap().current() {
            // A later change meets what an earlier one made of it.
            if other.is_object() {
                tamper(&mut other_tool, &mut other, change);
            }
        }
        if (other_tool, &other) == (tool, &arguments) {
            continue;
        }
        tried += 1;
        let outcome = bench.perform(other_tool, &other, &fingerprints[which]).await;
        understood += u64::from(matches!(outcome, Err(ToolError::Changed)));
        assert!(
            outcome.is_err(),
            "{other_tool} {other} passed as {tool} {arguments}"
        );
    }
    println!(
        "{tried} changed calls, none done; {understood} of them would have been good calls of their own"
    );
    assert!(understood > wanted / 10);
    assert_eq!(bench.names.lookups(), 0);
    let file = fs::read_to_string(bench.place.granted("file.txt")).unwrap();
    assert_eq!(file, format!("{INSIDE}\n"));
    let left = fs::read_dir(bench.place.granted("")).unwrap().count();
    assert_eq!(left, 2, "nothing was made");
    // And what was approved is still what is done.
    let (tool, arguments) = approved().swap_remove(0);
    bench.perform(tool, &arguments, &fingerprints[0]).await.unwrap();
}
