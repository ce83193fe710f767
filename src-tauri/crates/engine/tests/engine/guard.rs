//! What repeats itself is stopped; what only looks like it is not.

use crate::common::*;
use wheelhouse_domain::{
    AgentKind, Block, CallKind, EventBody, FailureCode, Gist, Scope, Step, StepKind, TaskStatus, Usage,
    WorkflowStatus,
};
use wheelhouse_engine::{Fact, Input, Run};

fn at_work() -> Bench {
    Bench::started(vec![agent_step("a", &[])])
}

/// A model call at `turn` that says `words`.
fn says(bench: &mut Bench, task: &str, turn: u32, words: &str) -> Vec<EventBody> {
    let mut bodies = bench.report(task, [call_started(turn, 0)]);
    if bench.task_status(task) != TaskStatus::Running {
        return bodies;
    }
    let finished = Fact::CallFinished {
        place: place(turn, 0),
        // Usage and names of calls differ each time, and so do addresses.
        response: hash(&format!("{turn} {words}")),
        usage: Usage::default(),
        spent: None,
        gist: Some(Gist {
            hash: hash(words),
            length: u32::try_from(words.chars().count()).unwrap(),
        }),
        stays_here: Vec::new(),
    };
    bodies.extend(bench.report(task, [finished]));
    bodies
}

/// A call of a tool at `turn` with these arguments and this answer.
fn calls_tool(bench: &mut Bench, task: &str, turn: u32, arguments: &str, answer: &str) {
    if bench.task_status(task) != TaskStatus::Running {
        return;
    }
    let begun = Fact::CallStarted {
        place: place(turn, 0),
        kind: CallKind::Tool {
            tool: "look".to_owned(),
            call_id: format!("call-{turn}"),
            repeatable: true,
        },
        request: hash(arguments),
        reserved: None,
        elsewhere: false,
        holds: Vec::new(),
        sees: Vec::new(),
        leave: None,
    };
    bench.report(task, [begun]);
    let ended = Fact::CallFinished {
        place: place(turn, 0),
        response: hash(answer),
        usage: Usage::default(),
        spent: None,
        gist: None,
        stays_here: Vec::new(),
    };
    bench.report(task, [ended]);
}

/// How far an agent gets that does this in each round: words, arguments, answer.
fn rounds(bench: &mut Bench, all: &[(&str, &str, &str)]) -> u32 {
    let mut done = 0;
    for (round, (words, arguments, answer)) in (0_u32..).zip(all) {
        if bench.task_status("a") != TaskStatus::Running {
            break;
        }
        says(bench, "a", 2 * round, words);
        calls_tool(bench, "a", 2 * round + 1, arguments, answer);
        done += 1;
    }
    done
}

#[test]
fn the_same_call_with_the_same_answer_is_stopped_before_the_fourth() {
    let mut bench = at_work();
    let words = ["one", "two", "three", "four", "five"];
    let all: Vec<_> = words.iter().map(|words| (*words, "same", "nothing")).collect();
    assert_eq!(
        rounds(&mut bench, &all),
        4,
        "the fourth turn's model call is not begun"
    );
    let failure = bench.task("a").failure.clone().unwrap();
    assert_eq!(failure.code, FailureCode::LoopDetected);
    assert!(!failure.retryable);
    let from = failure.fork_from.unwrap();
    assert_eq!((from.task.as_str(), from.turn), ("a", Some(1)));
    assert_eq!(bench.status(), WorkflowStatus::Failed);
}

#[test]
fn who_polls_and_is_told_something_new_goes_on() {
    let mut bench = at_work();
    let answers: Vec<String> = (0..20).map(|percent| format!("{percent} % done")).collect();
    let all: Vec<_> = answers
        .iter()
        .map(|answer| ("look again", "status", answer.as_str()))
        .collect();
    assert_eq!(rounds(&mut bench, &all), 20);
    assert_eq!(bench.task_status("a"), TaskStatus::Running);
}

#[test]
fn other_arguments_are_another_call() {
    let mut bench = at_work();
    let pages: Vec<String> = (0..10).map(|page| format!("page {page}")).collect();
    let all: Vec<_> = pages
        .iter()
        .map(|page| (page.as_str(), page.as_str(), "nothing"))
        .collect();
    assert_eq!(rounds(&mut bench, &all), 10);
}

#[test]
fn the_same_answer_three_times_in_a_row_is_stopped() {
    let mut bench = at_work();
    // No tool takes part: the answer was sent back each time.
    for turn in [0, 2, 4] {
        says(&mut bench, "a", turn, "the same words");
    }
    assert_eq!(bench.task_status("a"), TaskStatus::Running);
    says(&mut bench, "a", 6, "never said");
    let failure = bench.task("a").failure.clone().unwrap();
    assert_eq!(failure.code, FailureCode::LoopDetected);
    assert_eq!(failure.fork_from.unwrap().turn, Some(0));
    let begun = bench
        .events
        .iter()
        .filter(|event| matches!(event.body, EventBody::CallStarted { .. }));
    assert_eq!(
        begun.count(),
        3,
        "the fourth call is not on record, so it is never made"
    );
}

#[test]
fn an_answer_that_ends_the_task_is_taken_whatever_came_before() {
    let mut bench = at_work();
    for turn in [0, 2, 4] {
        says(&mut bench, "a", turn, "the same words");
    }
    bench.report("a", [answered("the same words")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_task_that_is_taken_up_again_may_look_at_the_same_things_again() {
    let mut bench = at_work();
    let words = ["one", "two", "three", "four"];
    let all: Vec<_> = words.iter().map(|words| (*words, "same", "nothing")).collect();
    rounds(&mut bench, &all);
    bench.input(Input::Retry);
    let first = bench.task("a").first_turn;
    says(&mut bench, "a", first, "one");
    calls_tool(&mut bench, "a", first + 1, "same", "nothing");
    says(&mut bench, "a", first + 2, "two");
    assert_eq!(bench.task_status("a"), TaskStatus::Running);
}

fn revise() -> Step {
    let kind = StepKind::Loop {
        until: "false".into(),
        max: 20,
        block: Block {
            steps: vec![
                step("draft", agent_kind(AgentKind::Creator), &[]),
                step("critique", agent_kind(AgentKind::Driver), &["draft"]),
            ],
            output: None,
        },
    };
    step("revise", kind, &[])
}

fn open_round(bench: &mut Bench, round: u32) {
    let scope = Scope {
        block: "each".to_owned(),
        label: format!("round {}", round + 1),
    };
    let opened = Fact::Opened {
        scopes: vec![scope],
        values: None,
    };
    bench.report("revise", [opened]);
}

/// How many rounds of a draft and its critique are begun with these words.
fn revisions(all: &[(&str, &str)]) -> (Bench, usize) {
    let mut bench = Bench::started(vec![revise()]);
    let mut begun = 0;
    for (round, (draft, critique)) in (0_u32..).zip(all) {
        open_round(&mut bench, round);
        if bench.task_status("revise") != TaskStatus::Running {
            break;
        }
        begun += 1;
        for (step, words) in [("draft", draft), ("critique", critique)] {
            let task = format!("revise/{round}/{step}");
            says(&mut bench, &task, 0, words);
            bench.report(&task, [answered(words)]);
        }
    }
    (bench, begun)
}

#[test]
fn two_agents_that_go_back_and_forth_are_stopped() {
    let (long, short) = (("A long draft.", "Too long."), ("A draft.", "Too short."));
    let (bench, begun) = revisions(&[long, short, long, short, long, short]);
    assert_eq!(begun, 4);
    let failure = bench.task("revise").failure.clone().unwrap();
    assert_eq!(failure.code, FailureCode::LoopDetected);
    assert_eq!(failure.fork_from.unwrap().task.as_str(), "revise/0/draft");
}

#[test]
fn rounds_that_give_the_same_are_stopped() {
    let same = ("A draft.", "Fine.");
    let (bench, begun) = revisions(&[("First.", "More."), same, same, same, same]);
    assert_eq!(begun, 4);
    let failure = bench.task("revise").failure.clone().unwrap();
    assert_eq!(failure.fork_from.unwrap().task.as_str(), "revise/1/draft");
}

#[test]
fn a_loop_that_gets_on_is_left_alone() {
    let drafts: Vec<String> = (1..=12).map(|words| "word ".repeat(words)).collect();
    let all: Vec<_> = drafts.iter().map(|draft| (draft.as_str(), "Go on.")).collect();
    let (bench, begun) = revisions(&all);
    assert_eq!((begun, bench.task_status("revise")), (12, TaskStatus::Running));
}

#[test]
fn a_run_of_too_many_tasks_is_stopped() {
    let kind = StepKind::Map {
        over: "range(1)".into(),
        parallel: 1,
        on_failure: wheelhouse_domain::MapFailure::Stop,
        block: Block {
            steps: vec![agent_step("one", &[])],
            output: None,
        },
    };
    let mut bench = Bench::started(vec![step("each", kind, &[])]);
    let scopes = (0..20_001)
        .map(|item| Scope {
            block: "each".to_owned(),
            label: item.to_string(),
        })
        .collect();
    bench.report("each", [Fact::Opened { scopes, values: None }]);
    assert_eq!(
        bench.task("each").failure.as_ref().unwrap().code,
        FailureCode::LoopDetected
    );
    assert_eq!(Run::fold(&bench.events).as_ref(), Ok(&bench.run));
}
