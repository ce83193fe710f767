//! Files that fit, and files that somebody made to do harm.

use super::{
    FORMAT, FileAgent, FileWorkflow, LONGEST_EVENT, LONGEST_LINE, Line, MOST_UNPACKED, Manifest, Meant,
    RunFile, RunFileError, read, write,
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
            moving: None,
            agents: vec![FileAgent {
                uid: AgentUid(uuid::Uuid::from_u128(1)),
                name: "Driver".to_owned(),
                kind: AgentKind::Driver,
                role: "CEO".to_owned(),
                instructions: String::new(),
                model: "default".to_owned(),
                tools: Vec::new(),
                version: 1,
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
    read(written(file).as_slice(), Meant::Kept).expect_err("it does not fit")
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
    assert_eq!(
        read(written(&file).as_slice(), Meant::Kept).expect("it fits"),
        file
    );
    assert_eq!(written(&file), written(&file));
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let bytes = written(&file(vec![run(1, None)]));
    for end in 0..bytes.len() {
        // The last bytes are those of the packed stream's own sum, which is read with the end.
        assert!(
            read(&bytes[..end], Meant::Kept).is_err(),
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
        if let Ok(found) = read(changed.as_slice(), Meant::Kept) {
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
        assert!(
            matches!(read(bytes, Meant::Kept), Err(RunFileError::NotARun)),
            "{bytes:?}"
        );
    }
    let newer = packed(&[r#"{"format":"wheelhouse-run","version":2,"unknown":[1]}"#]);
    assert!(matches!(
        read(newer.as_slice(), Meant::Kept),
        Err(RunFileError::Newer { found: 2 })
    ));
    let mut later = run(1, None);
    later[2].v = EVENT_VERSION + 1;
    let found = refused(&file(vec![later]));
    assert!(
        matches!(found, RunFileError::Newer { found } if found == u32::from(EVENT_VERSION) + 1),
        "{found}"
    );
}

/// A packed stream of so many mebibytes of one byte.
fn bomb(byte: u8, mebibytes: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let piece = vec![byte; 1024 * 1024];
    for _ in 0..mebibytes {
        packed.write_all(&piece).expect("memory");
    }
    packed.finish().expect("memory")
}

#[test]
fn a_line_without_end_is_not_unpacked() {
    for byte in [b' ', 0] {
        let bomb = bomb(byte, 100);
        assert!(bomb.len() < 200_000, "{}", bomb.len());
        let found = read(bomb.as_slice(), Meant::Kept).expect_err("too long");
        assert!(
            matches!(
                found,
                RunFileError::LongLine {
                    line: 1,
                    limit: LONGEST_LINE
                }
            ),
            "{found}"
        );
    }
}

#[test]
fn what_is_packed_small_is_unpacked_so_far_only() {
    let manifest = serde_json::to_string(&file(vec![run(1, None)]).manifest).expect("a manifest");
    let mut whole = GzEncoder::new(Vec::new(), Compression::best());
    writeln!(whole, "{manifest}").expect("memory");
    let text = "a".repeat(1024 * 1024);
    for _ in 0..300 {
        writeln!(whole, "{{\"content\":\"{text}\"}}").expect("memory");
    }
    let stream = whole.finish().expect("memory");
    assert!(stream.len() < 1_000_000);
    let found = read(stream.as_slice(), Meant::Kept).expect_err("too much");
    assert!(
        matches!(found, RunFileError::Unpacks { line: 257, limit } if limit == MOST_UNPACKED),
        "{found}"
    );
}

#[test]
fn small_values_in_great_number_are_not_read() {
    let manifest = serde_json::to_string(&file(vec![run(1, None)]).manifest).expect("a manifest");
    let zeros = format!("{{\"event\":[0,{{\"v\":[{}0]}}]}}", "0,".repeat(3_000_000));
    let found = read(packed(&[&manifest, &zeros, &zeros]).as_slice(), Meant::Kept).expect_err("too many");
    assert!(matches!(found, RunFileError::Line { line: 2, .. }), "{found}");
    let many = format!("{{\"event\":{}", "{\"a\":".repeat(LONGEST_EVENT / 5));
    let found = read(packed(&[&manifest, &many]).as_slice(), Meant::Kept).expect_err("too long");
    assert!(matches!(found, RunFileError::LongLine { line: 2, .. }), "{found}");
    let wide = format!("{{\"event\":[0,[{}0]]}}", "[],".repeat(2_600_000));
    let found = read(packed(&[&manifest, &wide]).as_slice(), Meant::Kept).expect_err("too many");
    assert!(
        matches!(found, RunFileError::TooMany { what: "values", .. }),
        "{found}"
    );
    let first = read(packed(&[&zeros]).as_slice(), Meant::Kept).expect_err("no manifest");
    assert!(matches!(first, RunFileError::NotARun), "{first}");
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
    let part = file(vec![run(1, Some(9)), run(2, Some(1))]);
    assert!(
        read(written(&part).as_slice(), Meant::Kept).is_ok(),
        "the first may have a workflow above that is not in it"
    );
    for circle in [
        vec![run(1, Some(2)), run(2, Some(1))],
        vec![run(1, Some(3)), run(2, Some(1)), run(3, Some(2))],
        vec![run(1, Some(1))],
    ] {
        let found = refused(&file(circle));
        assert!(
            matches!(found, RunFileError::Inconsistent { workflow, .. } if workflow == uid(1)),
            "{found}"
        );
    }
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
    // The same with a task that is at work, so that folding goes to what contains it.
    let mut events = run(1, None);
    if let EventBody::TaskAdded { place, .. } = &mut events[2].body {
        *place = Some(wheelhouse_domain::Place {
            container: "one".into(),
            scope: 0,
        });
    }
    assert!(matches!(
        refused(&file(vec![events])),
        RunFileError::Inconsistent { .. }
    ));
}

/// A run with these events after its start, and before its end.
fn with(number: u128, parent: Option<u128>, between: Vec<EventBody>) -> Vec<Event> {
    let mut events = run(number, parent);
    let end = events.split_off(2);
    let bodies = between.into_iter().chain(end.into_iter().map(|event| event.body));
    for (body, seq) in bodies.zip(3..) {
        events.push(event(seq, body));
    }
    events
}

#[test]
fn what_nobody_can_have_done_is_refused_before_it_is_folded() {
    let inside = |number: u32| {
        let mut inner = added(&format!("deep-{number}"));
        if let EventBody::TaskAdded { place, .. } = &mut inner {
            *place = number.checked_sub(1).map(|above| wheelhouse_domain::Place {
                container: format!("deep-{above}").as_str().into(),
                scope: 0,
            });
        }
        inner
    };
    let deep = file(vec![with(1, None, (0..100).map(inside).collect())]);
    let found = refused(&deep);
    assert!(
        matches!(
            found,
            RunFileError::TooMany {
                what: "tasks inside each other",
                ..
            }
        ),
        "{found}"
    );

    let above: Vec<Vec<Event>> = (1..100)
        .map(|number: u128| run(number, number.checked_sub(1).filter(|above| *above > 0)))
        .collect();
    let found = refused(&file(above));
    assert!(
        matches!(
            found,
            RunFileError::TooMany {
                what: "workflows inside each other",
                ..
            }
        ),
        "{found}"
    );

    let tasks = (0..20_000).map(|number| added(&format!("t{number}")));
    let again = (0..2_000).map(|_| EventBody::WorkflowRetried { tasks: Vec::new() });
    let busy = file(vec![with(1, None, tasks.chain(again).collect())]);
    let found = refused(&busy);
    assert!(
        matches!(found, RunFileError::Inconsistent { workflow, .. } if workflow == uid(1)),
        "{found}"
    );

    let call = |number: u32| EventBody::CallStarted {
        call: format!("two#1.{number}.0").as_str().into(),
        task: "two".into(),
        attempt: 1,
        turn: number,
        index: 0,
        kind: wheelhouse_domain::CallKind::model("rehearsal"),
        request: ContentHash::of(&answer()),
        reserved: None,
        elsewhere: false,
        holds: Vec::new(),
        sees: Vec::new(),
        leave: None,
    };
    let calls = std::iter::once(added("two")).chain((0..10_001).map(call));
    let found = refused(&file(vec![with(1, None, calls.collect())]));
    assert!(
        matches!(
            found,
            RunFileError::TooMany {
                what: "calls in one task",
                ..
            }
        ),
        "{found}"
    );
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
    let found = read(packed(&[&manifest, &deep]).as_slice(), Meant::Kept).expect_err("too deep");
    assert!(matches!(found, RunFileError::Line { line: 2, .. }), "{found}");
    let sum = serde_json::to_string(&Line::Sum(ContentHash::of("other"))).expect("a line");
    assert!(matches!(
        read(packed(&[&manifest, &sum]).as_slice(), Meant::Kept),
        Err(RunFileError::Changed)
    ));
}
