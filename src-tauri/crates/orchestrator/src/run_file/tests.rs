//! Files that fit, and files that somebody made to do harm.

use super::{
    FORMAT, FileAgent, FileWorkflow, LONGEST_LINE, Line, Manifest, RunFile, RunFileError, read, write,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::io::Write;
use wheelhouse_domain::{
    AgentKind, AgentUid, ContentHash, EVENT_VERSION, Event, EventBody, Limits, Millis, Seq, Setup,
    TaskAnswer, TaskKey, TaskOf, WorkflowUid, crew_template,
};

fn uid(number: u128) -> WorkflowUid {
    WorkflowUid(uuid::Uuid::from_u128(number))
}

fn event(seq: u32, body: EventBody) -> Event {
    Event {
        v: EVENT_VERSION,
        seq: Seq(seq),
        at: Millis(1),
        body,
    }
}

fn answer() -> String {
    serde_json::to_string(&TaskAnswer {
        text: "Done".to_owned(),
        ..TaskAnswer::default()
    })
    .expect("an answer")
}

fn added(task: &str) -> EventBody {
    EventBody::TaskAdded {
        task: task.into(),
        step: "one".into(),
        title: "One".to_owned(),
        description: String::new(),
        agent_kind: None,
        agent: None,
        needs: Vec::new(),
        done_when: String::new(),
        place: None,
    }
}

fn run(number: u128, parent: Option<u128>) -> Vec<Event> {
    let created = EventBody::WorkflowCreated {
        uid: uid(number),
        name: "Test".to_owned(),
        description: "Do it".to_owned(),
        template: crew_template().reference(),
        steps: Vec::new(),
        crew: BTreeMap::from([("driver".to_owned(), AgentUid(uuid::Uuid::from_u128(1)))]),
        limits: Limits::default(),
        setup: Box::new(Setup {
            parent: parent.map(|number| TaskOf {
                workflow: uid(number),
                task: "one".into(),
            }),
            ..Setup::default()
        }),
    };
    let output = ContentHash::of(&answer());
    let task = TaskKey::from("one");
    vec![
        event(1, created),
        event(2, EventBody::WorkflowStarted),
        event(3, added("one")),
        event(
            4,
            EventBody::TaskStarted {
                task: task.clone(),
                attempt: 1,
            },
        ),
        event(
            5,
            EventBody::TaskCompleted {
                task,
                output: output.clone(),
            },
        ),
        event(6, EventBody::WorkflowCompleted { report: output }),
    ]
}

fn file(runs: Vec<Vec<Event>>) -> RunFile {
    let workflows = runs.iter().map(|events| FileWorkflow {
        uid: match &events[0].body {
            EventBody::WorkflowCreated { uid, .. } => *uid,
            _ => uid(0),
        },
        name: "Test".to_owned(),
        events: u32::try_from(events.len()).expect("few"),
    });
    RunFile {
        manifest: Manifest {
            format: FORMAT.to_owned(),
            version: 1,
            at: Millis(5),
            program: "0".to_owned(),
            workflows: workflows.collect(),
            contents: 1,
            template: Some(crew_template().document),
            agents: vec![FileAgent {
                uid: AgentUid(uuid::Uuid::from_u128(1)),
                name: "Driver".to_owned(),
                kind: AgentKind::Driver,
                role: "CEO".to_owned(),
                instructions: String::new(),
                model: "default".to_owned(),
                tools: Vec::new(),
            }],
        },
        runs,
        contents: vec![answer()],
    }
}

fn written(file: &RunFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(file, &mut bytes).expect("written");
    bytes
}

fn refused(file: &RunFile) -> RunFileError {
    read(written(file).as_slice()).expect_err("it does not fit")
}

fn packed(lines: &[&str]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    for line in lines {
        packed.write_all(line.as_bytes()).expect("memory");
        packed.write_all(b"\n").expect("memory");
    }
    packed.finish().expect("memory")
}

#[test]
fn what_was_written_is_read() {
    let file = file(vec![run(1, None), run(2, Some(1))]);
    assert_eq!(read(written(&file).as_slice()).expect("it fits"), file);
    assert_eq!(written(&file), written(&file));
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let bytes = written(&file(vec![run(1, None)]));
    for end in 0..bytes.len() {
        // The last bytes are those of the packed stream's own sum, which is read with the end.
        assert!(
            read(&bytes[..end]).is_err(),
            "cut off at {end} of {}",
            bytes.len()
        );
    }
}

#[test]
fn a_changed_byte_never_passes() {
    let good = file(vec![run(1, None)]);
    let bytes = written(&good);
    for place in 10..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 0x10;
        if let Ok(found) = read(changed.as_slice()) {
            assert_eq!(found, good, "a change at {place} was believed");
        }
    }
}

#[test]
fn something_else_is_no_run() {
    for bytes in [
        b"".as_slice(),
        b"PK\x03\x04",
        b"{}",
        &packed(&["{}"]),
        &packed(&["[[["]),
        &packed(&[]),
    ] {
        assert!(matches!(read(bytes), Err(RunFileError::NotARun)), "{bytes:?}");
    }
    let newer = packed(&[r#"{"format":"wheelhouse-run","version":2}"#]);
    assert!(matches!(
        read(newer.as_slice()),
        Err(RunFileError::Newer { found: 2 })
    ));
}

#[test]
fn a_line_without_end_is_not_unpacked() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b' '; 1024 * 1024];
    for _ in 0..=(LONGEST_LINE / (1024 * 1024)) {
        packed.write_all(&zeros).expect("memory");
    }
    let bomb = packed.finish().expect("memory");
    assert!(bomb.len() < 100_000);
    assert!(matches!(
        read(bomb.as_slice()),
        Err(RunFileError::TooLarge { .. })
    ));
}

#[test]
fn events_must_follow_each_other() {
    let mut twice = run(1, None);
    twice[3].seq = Seq(3);
    let found = refused(&file(vec![twice]));
    assert!(
        matches!(
            found,
            RunFileError::Order {
                line: 5,
                previous: 3,
                found: 3,
                ..
            }
        ),
        "{found}"
    );
    let mut gap = run(1, None);
    gap.remove(2);
    assert!(matches!(
        refused(&file(vec![gap])),
        RunFileError::Order {
            previous: 2,
            found: 4,
            ..
        }
    ));
}

#[test]
fn workflows_stand_below_those_that_they_were_started_for() {
    let cycle = file(vec![run(1, Some(2)), run(2, Some(1))]);
    assert!(
        read(written(&cycle).as_slice()).is_ok(),
        "the first may have a workflow above that is not in it"
    );
    let stray = file(vec![run(1, None), run(2, None)]);
    assert!(matches!(refused(&stray), RunFileError::Inconsistent { .. }));
    let twice = file(vec![run(1, None), run(1, Some(1))]);
    assert!(matches!(refused(&twice), RunFileError::Inconsistent { .. }));
}

#[test]
fn what_has_not_ended_or_makes_no_sense_is_refused() {
    let mut open = run(1, None);
    open.truncate(4);
    let mut open = file(vec![open]);
    open.contents.clear();
    open.manifest.contents = 0;
    assert!(matches!(refused(&open), RunFileError::NotEnded(_)));
    let mut unknown = run(1, None);
    unknown.remove(2);
    for (event, seq) in unknown.iter_mut().zip(1..) {
        event.seq = Seq(seq);
    }
    assert!(matches!(refused(&file(vec![unknown])), RunFileError::Fold { .. }));
    let mut imported = run(1, None);
    imported.push(event(7, EventBody::WorkflowImported {}));
    assert!(matches!(
        refused(&file(vec![imported])),
        RunFileError::Inconsistent { .. }
    ));
}

#[test]
fn tasks_can_not_stand_in_each_other() {
    let mut events = run(1, None);
    let mut inner = added("two");
    if let EventBody::TaskAdded { place, .. } = &mut inner {
        *place = Some(wheelhouse_domain::Place {
            container: "two".into(),
            scope: 0,
        });
    }
    events.insert(3, event(4, inner));
    for (event, seq) in events.iter_mut().zip(1..) {
        event.seq = Seq(seq);
    }
    assert!(matches!(
        refused(&file(vec![events])),
        RunFileError::Inconsistent { .. }
    ));
}

#[test]
fn texts_and_agents_must_be_there_and_wanted() {
    let mut missing = file(vec![run(1, None)]);
    missing.contents = vec!["another".to_owned()];
    assert!(matches!(refused(&missing), RunFileError::MissingText(_)));
    let mut stray = file(vec![run(1, None)]);
    stray.contents.push("nobody wants it".to_owned());
    stray.manifest.contents = 2;
    assert!(matches!(refused(&stray), RunFileError::StrayText { .. }));
    let mut nobody = file(vec![run(1, None)]);
    nobody.manifest.agents.clear();
    assert!(matches!(refused(&nobody), RunFileError::MissingAgent(_)));
}

#[test]
fn deep_nesting_is_an_error_with_its_line() {
    let deep = format!("{{\"content\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let good = file(vec![run(1, None)]);
    let manifest = serde_json::to_string(&good.manifest).expect("a manifest");
    let found = read(packed(&[&manifest, &deep]).as_slice()).expect_err("too deep");
    assert!(matches!(found, RunFileError::Line { line: 2, .. }), "{found}");
    let sum = serde_json::to_string(&Line::Sum(ContentHash::of("other"))).expect("a line");
    assert!(matches!(
        read(packed(&[&manifest, &sum]).as_slice()),
        Err(RunFileError::Changed)
    ));
}
