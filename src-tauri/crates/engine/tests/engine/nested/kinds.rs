//! Each kind of step, by example.

use super::performer::opened;
use crate::common::*;
use serde_json::json;
use std::collections::BTreeMap;
use wheelhouse_domain::{
    AgentKind, Block, Case, ChildEnd, EventBody, FailureCode, Form, Json, Limits, MapFailure, Millis,
    OnError, Outcome, QuestionKind, Reply, Step, StepKind, TaskStatus, TemplateUid, WhySkipped,
    WorkflowStatus, WorkflowUid,
};
use wheelhouse_engine::{Effect, Fact, Input, Refusal};

pub(super) fn block(steps: Vec<Step>) -> Block {
    Block { steps, output: None }
}

pub(super) fn map(id: &str, parallel: u32, on_failure: MapFailure, steps: Vec<Step>) -> Step {
    let kind = StepKind::Map {
        over: "inputs.items".into(),
        parallel,
        on_failure,
        block: block(steps),
    };
    step(id, kind, &[])
}

pub(super) fn evaluate(task: &str, attempt: u32, scopes: u32, caught: bool) -> Effect {
    Effect::Evaluate {
        task: task.into(),
        attempt,
        scopes,
        caught,
    }
}

pub(super) fn child_step(id: &str) -> Step {
    let kind = StepKind::Workflow {
        template: TemplateUid(uuid::Uuid::from_u128(5)),
        version: None,
        inputs: BTreeMap::new(),
    };
    step(id, kind, &[])
}

pub(super) fn prepared() -> Fact {
    Fact::Prepared {
        prepared: Some(hash("prepared")),
    }
}

pub(super) fn child() -> WorkflowUid {
    WorkflowUid(uuid::Uuid::from_u128(77))
}

/// A run with a child at work for its step `a`.
pub(super) fn with_child(step: Step) -> Bench {
    let mut bench = Bench::started(vec![step]);
    bench.report("a", [prepared()]);
    bench.report(
        "a",
        [Fact::ChildStarted {
            child: child(),
            call: None,
        }],
    );
    bench
}

pub(super) fn child_ended(report: Option<&str>) -> Input {
    Input::ChildEnded {
        task: "a".into(),
        end: ChildEnd {
            workflow: child(),
            report: report.map(hash),
            failure: None,
            stays_here: Vec::new(),
            seen: Vec::new(),
        },
    }
}

#[test]
fn a_map_begins_as_many_items_as_may_be_at_work_and_ends_with_all_of_them() {
    let mut bench = Bench::started(vec![map("m", 2, MapFailure::Stop, vec![agent_step("x", &[])])]);
    assert_eq!(bench.effects(), [evaluate("m", 1, 0, false)]);
    bench.report("m", [opened(&["each", "each", "each"])]);
    assert_eq!(bench.effects(), [work("m/0/x", 1, 0), work("m/1/x", 1, 0)]);
    bench.report("m/1/x", [answered("of 1")]);
    assert_eq!(bench.running(), ["m", "m/0/x", "m/2/x"]);
    bench.report("m/0/x", [answered("of 0")]);
    let early = bench.report_of("m", [answered("too early")]);
    assert!(matches!(bench.refusal(early), Refusal::Unusable(_)));
    bench.report("m/2/x", [answered("of 2")]);
    assert_eq!(bench.effects(), [evaluate("m", 1, 3, false)]);
    assert_eq!(
        bench.run.result_of(&"m".into(), 1).unwrap().output,
        Some(hash("of 1"))
    );
    bench.report("m", [answered("all")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn containers_take_no_place_so_that_a_map_in_a_map_does_not_wait_for_itself() {
    let inner = map("n", 4, MapFailure::Stop, vec![agent_step("x", &[])]);
    let limits = Limits {
        parallel_tasks: 1,
        ..Limits::default()
    };
    let mut bench = Bench::started_with(vec![map("m", 4, MapFailure::Stop, vec![inner])], limits);
    bench.report("m", [opened(&["each", "each"])]);
    bench.report("m/0/n", [opened(&["each", "each"])]);
    assert_eq!(bench.running(), ["m", "m/0/n", "m/1/n", "m/0/n/0/x"]);
    bench.report("m/0/n/0/x", [answered("x")]);
    assert_eq!(bench.running(), ["m", "m/0/n", "m/1/n", "m/0/n/1/x"]);
}

#[test]
fn where_a_map_stops_what_else_is_at_work_in_it_is_stopped_before_it_fails() {
    let mut bench = Bench::started(vec![map(
        "m",
        2,
        MapFailure::Stop,
        vec![agent_step("x", &[]), agent_step("y", &["x"])],
    )]);
    bench.report("m", [opened(&["each", "each", "each"])]);
    bench.report("m/1/x", [call_started(0, 0)]);
    bench.report("m/0/x", [Fact::Failed(lasting())]);
    assert_eq!(bench.effects(), [stop("m/1/x")]);
    assert_eq!(bench.task_status("m/0/y"), TaskStatus::Skipped);
    assert_eq!(bench.task_status("m"), TaskStatus::Running);
    let late = bench.report_of("m/1/x", [call_finished(0, 0)]);
    assert_eq!(bench.refusal(late), stale("m/1/x", 1));

    bench.stopped("m/1/x");
    assert_eq!(bench.task_status("m/1/x"), TaskStatus::Cancelled);
    let failure = bench.task("m").failure.clone().unwrap();
    assert_eq!(failure.code, FailureCode::StepInsideFailed);
    assert_eq!(
        failure.message,
        "Title of x (each 1) failed: The key is not accepted."
    );
    assert_eq!(bench.status(), WorkflowStatus::Failed);
}

#[test]
fn a_map_that_collects_goes_on_with_the_other_items() {
    let mut bench = Bench::started(vec![map(
        "m",
        1,
        MapFailure::Collect,
        vec![agent_step("x", &[]), agent_step("y", &["x"])],
    )]);
    bench.report("m", [opened(&["each", "each"])]);
    bench.report("m/0/x", [Fact::Failed(lasting())]);
    assert_eq!(bench.task_status("m/0/y"), TaskStatus::Skipped);
    assert_eq!(bench.task("m/0/y").skipped, Some(WhySkipped::Impossible));
    assert_eq!(bench.running(), ["m", "m/1/x"]);
    bench.report("m/1/x", [answered("x")]);
    bench.report("m/1/y", [answered("y")]);
    assert_eq!(bench.effects(), [evaluate("m", 1, 2, false)]);
    assert_eq!(bench.run.scope_failure(&"m".into(), 0), Some(&lasting()));
    bench.report("m", [answered("both")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn an_empty_list_is_answered_at_once_and_never_opened() {
    let mut bench = Bench::started(vec![map("m", 1, MapFailure::Stop, vec![agent_step("x", &[])])]);
    let nothing = bench.report_of("m", [opened(&[])]);
    assert!(matches!(bench.refusal(nothing), Refusal::Unusable(_)));
    bench.report("m", [answered("[]")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_loop_goes_round_until_it_is_answered_and_never_more_often_than_it_may() {
    let kind = StepKind::Loop {
        until: "round > 1".into(),
        max: 2,
        block: block(vec![agent_step("x", &[])]),
    };
    let mut bench = Bench::started(vec![step("l", kind, &[])]);
    bench.report("l", [opened(&["each"])]);
    bench.report("l/0/x", [answered("first")]);
    assert_eq!(bench.effects(), [evaluate("l", 1, 1, false)]);
    bench.report("l", [opened(&["each"])]);
    assert_eq!(bench.effects(), [work("l/1/x", 1, 0)]);
    bench.report("l/1/x", [answered("second")]);
    let third = bench.report_of("l", [opened(&["each"])]);
    assert!(matches!(bench.refusal(third), Refusal::Unusable(_)));
    bench.report("l", [answered("second")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_branch_does_the_way_that_was_chosen_or_gives_nothing() {
    let kind = StepKind::Branch {
        cases: vec![Case {
            name: "yes".to_owned(),
            when: "true".into(),
            block: block(vec![agent_step("x", &[])]),
        }],
        otherwise: Some(block(vec![agent_step("y", &[])])),
    };
    let mut bench = Bench::started(vec![step("b", kind.clone(), &[])]);
    let unknown = bench.report_of("b", [opened(&["maybe"])]);
    assert!(matches!(bench.refusal(unknown), Refusal::Unusable(_)));
    bench.report("b", [opened(&["else"])]);
    assert_eq!(bench.running(), ["b", "b/0/y"]);

    let mut bench = Bench::started(vec![step("b", kind, &[])]);
    bench.report("b", [answered("null")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_plan_in_a_block_is_expanded_and_staffed_in_its_own_scope() {
    let driver = AgentKind::Driver;
    let chain = vec![
        step(
            "p",
            StepKind::Plan {
                agent: driver.into(),
                prompt: None,
            },
            &[],
        ),
        step(
            "s",
            StepKind::Staff {
                agent: driver.into(),
                plan: "p".into(),
            },
            &["p"],
        ),
        step(
            "w",
            StepKind::Expand {
                plan: "p".into(),
                staff: Some("s".into()),
                agent: None,
            },
            &["s"],
        ),
        agent_step("end", &["w"]),
    ];
    let mut bench = Bench::started(vec![map("m", 2, MapFailure::Stop, chain)]);
    bench.report("m", [opened(&["each", "each"])]);
    bench.report(
        "m/1/p",
        [planned(plan(vec![
            sub_task("one", &[]),
            sub_task("two", &["one"]),
        ]))],
    );
    assert_eq!(bench.task("m/1/w/two").needs, keys(&["m/1/s", "m/1/w/one"]));
    bench.report("m/0/p", [planned(plan(vec![sub_task("other", &[])]))]);
    bench.report("m/1/s", [staffed(&["one", "two"])]);
    assert!(
        bench.task("m/0/w/other").agent.is_none(),
        "another scope has its own staffing"
    );
    bench.report("m/1/w/one", [answered("one")]);
    bench.report("m/1/w/two", [answered("two")]);
    let end = bench.task("m/1/end");
    let inputs: Vec<_> = bench.run.inputs_of(end).map(|task| task.key.as_str()).collect();
    assert_eq!(inputs, ["m/1/w/one", "m/1/w/two"]);
    assert_eq!(end.status, TaskStatus::Running);
    assert_eq!(
        bench.run.plan_for(bench.task("m/0/s")).unwrap().sub_tasks[0].id,
        "other"
    );
}

#[test]
fn a_tool_is_called_with_what_was_prepared() {
    let kind = StepKind::Tool {
        tool: "knowledge_search".to_owned(),
        arguments: Json(json!({})),
    };
    let mut bench = Bench::started(vec![step("t", kind, &[])]);
    assert_eq!(bench.effects(), [evaluate("t", 1, 0, false)]);
    let unprepared = bench.report_of("t", [call_started(0, 0)]);
    assert!(matches!(bench.refusal(unprepared), Refusal::Unusable(_)));
    bench.report("t", [prepared()]);
    assert_eq!(bench.task("t").preparation, Some(hash("prepared")));
    let call = Effect::CallTool {
        task: "t".into(),
        attempt: 1,
    };
    assert_eq!(bench.effects(), [call]);
}

fn approval(expires_at: Option<Millis>, expired: Option<&str>) -> Fact {
    let outcome = |name: &str| Outcome {
        name: name.to_owned(),
        title: name.to_owned(),
    };
    Fact::Asked {
        kind: QuestionKind::Approval,
        text: "Publish?".to_owned(),
        form: Some(Form {
            outcomes: vec![outcome("yes"), outcome("no")],
            fields: vec![super::documents::field()],
            expires_at,
            expired_outcome: expired.map(str::to_owned),
            ..Form::default()
        }),
    }
}

pub(super) fn approval_step(id: &str) -> Step {
    let kind = StepKind::Approval {
        text: "Publish?".into(),
        show: None,
        outcomes: Vec::new(),
        fields: Vec::new(),
        expires: None,
    };
    step(id, kind, &[])
}

fn reply(outcome: &str, amount: i64) -> Input {
    Input::Answer {
        question: "a?1".into(),
        answer: outcome.to_owned(),
        reply: Some(Reply {
            outcome: Some(outcome.to_owned()),
            fields: Json(json!({"amount": amount})),
            expired: false,
        }),
    }
}

#[test]
fn an_approval_waits_for_a_reply_that_fits_its_form() {
    let mut bench = Bench::started(vec![approval_step("a")]);
    let plain = bench.report_of("a", [asked("Publish?")]);
    assert!(matches!(bench.refusal(plain), Refusal::Unusable(_)));
    bench.report("a", [approval(None, None)]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    for wrong in [answer_to("a?1", "yes"), reply("maybe", 3), reply("yes", 99)] {
        assert!(matches!(bench.refusal(wrong), Refusal::Form(_)));
    }
    bench.input(reply("yes", 3));
    let conclude = Effect::Conclude {
        task: "a".into(),
        attempt: 1,
    };
    assert_eq!(bench.effects(), [conclude]);
    bench.report("a", [answered("yes")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_question_that_nobody_answers_answers_itself_or_fails() {
    let at = START.plus(5_000);
    let mut bench = Bench::started(vec![approval_step("a")]);
    bench.report("a", [approval(Some(at), Some("no"))]);
    assert_eq!(bench.effects(), [Effect::Wake { at }]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    bench.wake();
    let reply = bench.run.questions[0].reply.clone().unwrap();
    assert_eq!((reply.outcome.as_deref(), reply.expired), (Some("no"), true));
    assert_eq!(reply.fields, Json(json!({"amount": 3})));
    assert_eq!(bench.task_status("a"), TaskStatus::Running);

    let mut bench = Bench::started(vec![approval_step("a")]);
    bench.report("a", [approval(Some(at), None)]);
    bench.wake();
    assert_eq!(
        bench.task("a").failure.as_ref().unwrap().code,
        FailureCode::QuestionExpired
    );
    assert_eq!(bench.status(), WorkflowStatus::Failed);
}

#[test]
fn a_wait_waits_for_its_time_and_takes_no_place() {
    let kind = StepKind::Wait {
        seconds: Some("9".into()),
        until: None,
    };
    let mut bench = Bench::started(vec![step("w", kind, &[])]);
    let until = START.plus(9_000);
    bench.report("w", [Fact::Waits { until }]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    assert_eq!(bench.effects(), [Effect::Wake { at: until }]);
    bench.wake();
    assert_eq!(bench.status(), WorkflowStatus::Running);
    bench.report("w", [answered("waited")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_sub_workflow_gives_its_report_or_its_failure() {
    let mut bench = with_child(child_step("a"));
    assert_eq!(
        bench.effects(),
        [Effect::RunChild {
            task: "a".into(),
            attempt: 1,
            child: Some(child()),
            paused: false
        }]
    );
    bench.input(child_ended(Some("the report")));
    assert_eq!(bench.task("a").output, Some(hash("the report")));
    assert_eq!(bench.input(child_ended(Some("the report"))), [], "told twice");

    let mut bench = with_child(child_step("a"));
    bench.input(child_ended(None));
    assert_eq!(
        bench.task("a").failure.as_ref().unwrap().code,
        FailureCode::ChildFailed
    );
    assert_eq!(bench.status(), WorkflowStatus::Failed);
}

#[test]
fn cancelling_waits_until_the_sub_workflow_has_ended() {
    let mut bench = with_child(child_step("a"));
    bench.input(Input::Cancel);
    assert_eq!(bench.effects(), [stop("a")]);
    bench.input(child_ended(None));
    assert_eq!(bench.status(), WorkflowStatus::Cancelled);
    assert_eq!(bench.task_status("a"), TaskStatus::Cancelled);
}

#[test]
fn what_a_condition_leaves_out_does_not_hold_up_the_rest() {
    let mut optional = agent_step("a", &[]);
    optional.when = Some("inputs.wanted".into());
    let mut bench = Bench::started(vec![optional, agent_step("b", &["a"])]);
    bench.report("a", [Fact::Unneeded]);
    assert_eq!(bench.task("a").skipped, Some(WhySkipped::Condition));
    assert_eq!(bench.effects(), [work("b", 1, 0)]);
    bench.report("b", [answered("b")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_run_whose_last_step_was_left_out_says_so_in_its_report() {
    let mut optional = agent_step("a", &[]);
    optional.when = Some("inputs.wanted".into());
    let mut bench = Bench::started(vec![optional]);
    bench.report("a", [Fact::Unneeded]);
    assert_eq!(bench.effects(), [Effect::Finish]);
    assert!(
        bench
            .run
            .skipped_report()
            .text
            .contains("Title of a: its condition did not hold")
    );
    bench.input(Input::Finish {
        result: Ok(hash("honest")),
    });
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_failure_that_is_caught_gives_a_default_or_takes_its_own_way() {
    let mut careful = agent_step("a", &[]);
    careful.on_error = OnError::Default {
        value: Json(json!(1)),
    };
    let mut bench = Bench::started(vec![careful.clone()]);
    bench.report("a", [Fact::Failed(lasting())]);
    assert_eq!(bench.task("a").caught, Some(lasting()));
    assert_eq!(bench.effects(), [evaluate("a", 1, 0, true)]);
    bench.report("a", [answered("1")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);

    careful.on_error = OnError::Branch {
        block: block(vec![agent_step("mend", &[])]),
    };
    let mut bench = Bench::started(vec![careful]);
    bench.report("a", [Fact::Failed(lasting())]);
    bench.report("a", [opened(&["error"])]);
    assert_eq!(bench.effects(), [work("a/0/mend", 1, 0)]);
    bench.report("a/0/mend", [Fact::Failed(lasting())]);
    assert_eq!(
        bench.task("a").failure.as_ref().unwrap().code,
        FailureCode::StepInsideFailed
    );
    assert_eq!(bench.status(), WorkflowStatus::Failed);
    bench.input(Input::RetryTask {
        task: "a/0/mend".into(),
    });
    assert_eq!(
        bench.effects(),
        [work("a/0/mend", 2, 0)],
        "the way of the failure goes on"
    );
    bench.report("a/0/mend", [answered("mended")]);
    assert_eq!(bench.effects(), [evaluate("a", 2, 1, true)]);
}

#[test]
fn a_failure_in_a_block_is_caught_by_what_contains_it() {
    let mut careful = map("m", 1, MapFailure::Stop, vec![agent_step("x", &[])]);
    careful.on_error = OnError::Default {
        value: Json(json!([])),
    };
    let mut bench = Bench::started(vec![careful, agent_step("after", &["m"])]);
    bench.report("m", [opened(&["each", "each"])]);
    let bodies = bench.report("m/0/x", [Fact::Failed(lasting())]);
    assert!(
        bodies
            .iter()
            .any(|body| matches!(body, EventBody::TaskCaught { .. }))
    );
    bench.report("m", [answered("[]")]);
    assert_eq!(bench.effects(), [work("after", 1, 0)]);
}
