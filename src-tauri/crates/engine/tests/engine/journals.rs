//! Journals of event version 1, as they were once written, fold for ever and keep their form.
//!
//! The files are never changed. A new version gets a folder of its own beside them.

use crate::common::{hash, work};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use wheelhouse_domain::{Event, EventBody, Millis, Outside, TaskStatus, WhySkipped, WorkflowStatus};
use wheelhouse_engine::{CallState, Effect, Input, Run, decide, outstanding};

const JOURNALS: [&str; 11] = [
    "completed",
    "failed_then_retried",
    "cancelled",
    "question",
    "every_kind",
    "forked",
    "imported",
    "limits",
    "moved",
    "asked_another",
    "helped",
];

fn text(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/fixtures/journals/v1")
        .join(format!("{name}.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn events(name: &str) -> Vec<Event> {
    serde_json::from_str(&text(name)).unwrap()
}

fn folded(name: &str) -> Run {
    Run::fold(&events(name)).unwrap()
}

/// Key and status of every task, in the order of the run.
fn tasks(run: &Run) -> Vec<(&str, TaskStatus)> {
    run.tasks
        .iter()
        .map(|task| (task.key.as_str(), task.status))
        .collect()
}

fn assert_outputs(run: &Run) {
    for task in &run.tasks {
        let done = task.status == TaskStatus::Completed;
        let expected = done.then(|| hash(&format!("output of {}", task.key)));
        assert_eq!(task.output, expected, "{}", task.key);
    }
}

const CREW_DONE: [(&str, TaskStatus); 7] = [
    ("analyse", TaskStatus::Completed),
    ("research", TaskStatus::Completed),
    ("staff", TaskStatus::Completed),
    ("aggregate", TaskStatus::Completed),
    ("report", TaskStatus::Completed),
    ("work/survey", TaskStatus::Completed),
    ("work/guide", TaskStatus::Completed),
];

#[test]
fn completed_folds() {
    let run = folded("completed");
    assert_eq!(run.status(), WorkflowStatus::Completed);
    assert_eq!(tasks(&run), CREW_DONE);
    assert_outputs(&run);
    assert_eq!(outstanding(&run), []);
    let report = EventBody::WorkflowCompleted {
        report: hash("output of report"),
    };
    assert_eq!(events("completed").last().unwrap().body, report);
    assert_eq!(run.plans[&"analyse".into()].sub_tasks.len(), 2);
    assert_eq!(run.staffings[&"staff".into()].len(), 2);
    let research = run.task(&"research".into()).unwrap();
    let places: Vec<_> = research
        .exchange()
        .map(|(call, _)| (call.turn, call.index))
        .collect();
    assert_eq!(places, [(0, 0), (1, 0), (1, 1), (2, 0)]);
}

#[test]
fn failed_then_retried_folds() {
    let events = events("failed_then_retried");
    let failed_at = events
        .iter()
        .position(|event| matches!(event.body, EventBody::WorkflowFailed { .. }));
    let before = Run::fold(&events[..=failed_at.unwrap()]).unwrap();
    assert_eq!(before.status(), WorkflowStatus::Failed);
    let mut expected = CREW_DONE;
    for (key, status) in &mut expected {
        match *key {
            "work/survey" => *status = TaskStatus::Failed,
            "aggregate" | "report" | "work/guide" => *status = TaskStatus::Skipped,
            _ => {}
        }
    }
    assert_eq!(tasks(&before), expected);
    assert_outputs(&before);

    let after = Run::fold(&events).unwrap();
    assert_eq!(after.status(), WorkflowStatus::Completed);
    assert_eq!(tasks(&after), CREW_DONE);
    assert_outputs(&after);
    let survey = after.task(&"work/survey".into()).unwrap();
    assert_eq!((survey.attempt, survey.forgiven_attempts), (3, 2));
    let states: Vec<_> = survey.calls.iter().map(|call| &call.state).collect();
    assert!(
        matches!(
            states[..],
            [
                CallState::Interrupted,
                CallState::Failed,
                CallState::Failed,
                CallState::Finished { .. }
            ]
        ),
        "{states:?}"
    );
}

#[test]
fn cancelled_folds() {
    let run = folded("cancelled");
    assert_eq!(run.status(), WorkflowStatus::Cancelled);
    assert_eq!(
        tasks(&run),
        [
            ("first", TaskStatus::Cancelled),
            ("second", TaskStatus::Cancelled),
            ("third", TaskStatus::Completed),
            ("verdict", TaskStatus::Cancelled),
        ]
    );
    assert_outputs(&run);
    assert_eq!(outstanding(&run), []);
    assert!(run.tasks.iter().all(|task| task.in_flight().count() == 0));
}

#[test]
fn question_folds() {
    let events = events("question");
    let answered_at = events
        .iter()
        .position(|event| matches!(event.body, EventBody::QuestionAnswered { .. }));
    let answered = Run::fold(&events[..=answered_at.unwrap()]).unwrap();
    assert_eq!(outstanding(&answered), [work("analyse", 1, 1)]);

    let run = Run::fold(&events).unwrap();
    assert_eq!(run.status(), WorkflowStatus::Waiting);
    assert_eq!(
        tasks(&run),
        [
            ("analyse", TaskStatus::Completed),
            ("research", TaskStatus::Waiting),
            ("staff", TaskStatus::Pending),
            ("aggregate", TaskStatus::Pending),
            ("report", TaskStatus::Pending),
            ("work/carry-out", TaskStatus::Pending),
            ("work/review", TaskStatus::Pending),
        ]
    );
    assert_outputs(&run);
    assert_eq!(outstanding(&run), []);
    let open: Vec<_> = run
        .questions
        .iter()
        .filter(|question| question.answer.is_none())
        .map(|question| question.key.as_str())
        .collect();
    assert_eq!(open, ["research?1"]);
}

#[test]
fn every_kind_folds() {
    let run = folded("every_kind");
    assert_eq!(run.status(), WorkflowStatus::Completed);
    assert_eq!(outstanding(&run), []);
    assert_eq!(run.budget().steps, Some(200));
    let notes = run.task(&"notes".into()).unwrap();
    assert_eq!(run.phase_scopes(notes), [0, 1, 2]);
    let checked = run.result_of(&"notes".into(), 1).unwrap();
    assert_eq!(checked.output, Some(hash("output of notes/1/check by hand")));
    let skipped = run.task(&"notes/2/read".into()).unwrap();
    assert_eq!(skipped.skipped, Some(WhySkipped::Operator));
    let told = run.task(&"notes/0/check".into()).unwrap();
    assert_eq!(
        (told.told.as_deref(), told.attempt),
        (Some("Check it with patience."), 2)
    );
    let risky = run.task(&"risky".into()).unwrap();
    assert!(risky.caught.is_some() && risky.scopes[0].after_failure);
    assert_eq!(run.task(&"slow".into()).unwrap().attempt, 2);
    assert_eq!(run.plans[&"way/0/plan".into()].sub_tasks.len(), 1);
    assert!(run.task(&"child".into()).unwrap().child.is_some());
    let replies = run
        .questions
        .iter()
        .filter_map(|question| question.reply.as_ref());
    let expired: Vec<bool> = replies.map(|reply| reply.expired).collect();
    assert_eq!(expired, [false, true]);
}

#[test]
fn forked_folds() {
    let run = folded("forked");
    assert_eq!(run.status(), WorkflowStatus::Completed);
    let from = run.setup.forked_from.as_ref().unwrap();
    let first = run.task(&"a".into()).unwrap();
    assert_eq!(first.reused_from.as_ref().unwrap().workflow, from.workflow);
    assert_eq!((first.attempt, first.status), (0, TaskStatus::Completed));
}

#[test]
fn imported_folds_and_does_not_go_on() {
    let run = folded("imported");
    assert_eq!(outstanding(&run), []);
    assert_eq!(tasks(&run), tasks(&folded("question")));
    let later = Millis(1_900_000_000_000);
    for input in [Input::Advance, Input::Cancel, Input::Pause, Input::Retry] {
        let decided = decide(&run, input.clone(), later);
        assert!(
            decided.is_err() || decided == Ok(Vec::new()),
            "{input:?}: {decided:?}"
        );
    }
}

#[test]
fn moved_folds_and_goes_on_as_if_it_had_stayed() {
    let (moved, stayed) = (folded("moved"), folded("question"));
    assert_eq!(tasks(&moved), tasks(&stayed));
    assert_eq!(outstanding(&moved), outstanding(&stayed));
    let hands: Vec<u32> = events("moved")
        .iter()
        .filter_map(|event| match event.body {
            EventBody::WorkflowArrived { hand, .. } => Some(hand),
            _ => None,
        })
        .collect();
    assert_eq!(hands, [1]);
}

#[test]
fn asked_another_folds_and_waits_for_whoever_was_asked() {
    let events = events("asked_another");
    let began = events
        .iter()
        .position(|event| matches!(event.body, EventBody::ChildStarted { .. }));
    let began = began.unwrap();
    let EventBody::ChildStarted { child, call, .. } = &events[began].body else {
        unreachable!("it was looked for");
    };
    let asked = Run::fold(&events[..=began]).unwrap();
    assert_eq!(
        outstanding(&asked),
        [Effect::RunChild {
            task: "reply".into(),
            attempt: 1,
            child: Some(*child),
            paused: false,
        }]
    );
    assert_eq!(call.as_ref().map(|call| call.as_str()), Some("reply#1.1.0"));
    assert!(!asked.seen.contains(&Outside::Files));

    // What the other one had read stands behind its answer.
    let run = Run::fold(&events).unwrap();
    assert_eq!(run.status(), WorkflowStatus::Completed);
    assert_eq!(outstanding(&run), []);
    assert!(run.seen.contains(&Outside::Files) && run.seen.contains(&Outside::Run));
}

#[test]
fn helped_folds_and_nothing_in_it_is_the_operators() {
    let run = folded("helped");
    assert_eq!(run.status(), WorkflowStatus::Completed);
    let help = run.setup.help.as_ref().unwrap();
    assert_eq!(
        (help.call.as_str(), help.asker.as_str()),
        ("reply#1.1.0", "Creator")
    );
    assert!(run.is_given_by_others());
    assert!(run.said().is_empty());
}

#[test]
fn limits_folds() {
    let run = folded("limits");
    let status = |key: &str| run.task(&key.into()).unwrap().status;
    assert_eq!(
        (status("m/1/x"), status("m/2/x")),
        (TaskStatus::Completed, TaskStatus::Failed)
    );
    assert_eq!(run.budget().seconds, Some(90));
    assert_eq!(run.open_questions().count(), 0);
    let now = Millis(1_763_900_000_000 + 1_000_000);
    // 60 s until it was asked; the child's wait for the operator and the question itself do not count.
    assert_eq!(run.worked(now), 60_000 + (1_000_000 - 260_000));
}

#[test]
fn every_prefix_of_a_journal_folds() {
    for name in JOURNALS {
        let events = events(name);
        for length in 1..=events.len() {
            assert!(Run::fold(&events[..length]).is_ok(), "{name}: first {length}");
        }
    }
}

#[test]
fn an_event_is_written_again_as_it_was_read() {
    for name in JOURNALS {
        let read: Vec<Value> = serde_json::from_str(&text(name)).unwrap();
        for (value, event) in read.iter().zip(events(name)) {
            assert_eq!(event.v, 1);
            assert_eq!(&serde_json::to_value(&event).unwrap(), value, "{name}");
            assert_eq!(value["body"]["type"], event.body.kind());
        }
    }
}

#[test]
fn the_journals_hold_every_kind_of_event() {
    let held: BTreeSet<String> = JOURNALS
        .into_iter()
        .flat_map(events)
        .map(|event| event.body.kind().to_owned())
        .collect();
    assert_eq!(held, known_kinds());
}

/// Every kind that can be read. The reader itself names them when it meets one that it does not know, so that a
/// new kind can't be forgotten here.
fn known_kinds() -> BTreeSet<String> {
    let unknown = serde_json::from_str::<EventBody>(r#"{"type": ""}"#).unwrap_err();
    let message = unknown.to_string();
    let kinds: BTreeSet<String> = message
        .split('`')
        .filter(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        .map(str::to_owned)
        .collect();
    assert!(kinds.contains("workflow_created"), "{message}");
    kinds
}

#[test]
fn who_was_designed_does_the_part() {
    let run = folded("completed");
    let guide = run.task(&"work/guide".into()).unwrap();
    let assigned = &run.staffings[&"staff".into()][1];
    assert_eq!(guide.agent, Some(assigned.agent));
    assert!(assigned.design.is_some());
}
