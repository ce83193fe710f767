//! What ends, and where it stands in its trace.

use super::open::OpenRuns;
use super::*;
use uuid::Uuid;
use wheelhouse_contract::domain::{
    CallKey, CallKind, ContentHash, Event, EventBody, Failure, FailureCode, Limits, Millis, Money,
    QuestionKey, QuestionKind, Seq, Setup, Spend, StepId, TaskId, TaskKey, TaskOf, TemplateRef, TemplateUid,
    Usage, WorkflowId, WorkflowUid,
};

/// Says what happens, a second apart.
#[derive(Default)]
struct Story {
    open: OpenRuns,
    seq: u32,
}

fn uid(run: u32) -> WorkflowUid {
    WorkflowUid(Uuid::from_u128(u128::from(run) << 64 | 7))
}

fn task(name: &str) -> TaskKey {
    TaskKey(name.to_owned())
}

fn call(name: &str) -> CallKey {
    CallKey(name.to_owned())
}

fn failure(code: FailureCode) -> Failure {
    Failure::passing(code, "planted words", "planted advice")
}

fn spend(money: i64) -> Option<Spend> {
    Some(Spend {
        money: Some(Money(money)),
        tokens: Some(10),
    })
}

fn started(name: &str, task_name: &str) -> EventBody {
    EventBody::CallStarted {
        call: call(name),
        task: task(task_name),
        attempt: 1,
        turn: 2,
        index: 0,
        kind: CallKind::model("house/model-1"),
        request: ContentHash::of("request"),
        reserved: spend(500),
        elsewhere: false,
        holds: Vec::new(),
        sees: Vec::new(),
        leave: None,
    }
}

impl Story {
    fn tell(&mut self, run: u32, body: EventBody) -> Option<Ended> {
        self.seq += 1;
        let fact = Witnessed {
            workflow: WorkflowId(run),
            task: body.task().map(|_| TaskId(40)),
            event: Event {
                v: 1,
                seq: Seq(self.seq),
                at: Millis(i64::from(self.seq) * 1_000),
                body,
            },
        };
        self.open.take(&fact)
    }

    fn begin(&mut self, run: u32, parent: Option<TaskOf>) {
        let created = EventBody::WorkflowCreated {
            uid: uid(run),
            name: "planted name".to_owned(),
            description: "planted task".to_owned(),
            template: TemplateRef {
                uid: TemplateUid(Uuid::from_u128(9)),
                name: "planted template".to_owned(),
                version: 3,
            },
            steps: Vec::new(),
            crew: std::collections::BTreeMap::new(),
            limits: Limits::default(),
            setup: Box::new(Setup {
                parent,
                ..Setup::default()
            }),
        };
        assert_eq!(self.tell(run, created), None);
        assert_eq!(self.tell(run, EventBody::WorkflowStarted), None);
    }

    fn work(&mut self, run: u32, name: &str, attempt: u32) {
        let added = EventBody::TaskAdded {
            task: task(name),
            step: StepId("planted-step".to_owned()),
            title: "planted title".to_owned(),
            description: String::new(),
            agent_kind: None,
            agent: None,
            needs: Vec::new(),
            done_when: String::new(),
            place: None,
        };
        if attempt == 1 {
            self.tell(run, added);
        }
        let begun = EventBody::TaskStarted {
            task: task(name),
            attempt,
        };
        self.tell(run, begun);
    }
}

fn a_call(ended: Option<Ended>) -> EndedCall {
    match ended {
        Some(Ended::Call(call)) => call,
        other => panic!("no call: {other:?}"),
    }
}

fn a_task(ended: Option<Ended>) -> EndedTask {
    match ended {
        Some(Ended::Task(task)) => task,
        other => panic!("no task: {other:?}"),
    }
}

fn a_workflow(ended: Option<Ended>) -> EndedWorkflow {
    match ended {
        Some(Ended::Workflow(workflow)) => workflow,
        other => panic!("no workflow: {other:?}"),
    }
}

#[test]
fn a_call_ends_once_with_what_it_cost() {
    let mut story = Story::default();
    story.begin(1, None);
    story.work(1, "plan", 1);
    story.tell(1, started("one", "plan"));
    let finished = EventBody::CallFinished {
        call: call("one"),
        response: ContentHash::of("answer"),
        usage: Usage {
            input_tokens: Some(7),
            output_tokens: Some(3),
            ..Usage::default()
        },
        spent: spend(200),
        gist: None,
        stays_here: Vec::new(),
    };
    let ended = a_call(story.tell(1, finished.clone()));
    assert_eq!(
        (ended.outcome, ended.turn, ended.task),
        ("finished", 2, Some(TaskId(40)))
    );
    assert_eq!(
        (ended.counted.money, ended.counted.possible),
        (Money(200), Money(0))
    );
    assert_eq!(ended.ended.0 - ended.began.0, 1_000);
    assert_eq!(story.tell(1, finished), None);
}

#[test]
fn what_was_interrupted_or_failed_counts_as_a_possible_cost() {
    let mut story = Story::default();
    story.begin(1, None);
    story.work(1, "plan", 1);
    for (name, end, outcome) in [
        (
            "one",
            EventBody::CallInterrupted { call: call("one") },
            "interrupted",
        ),
        (
            "two",
            EventBody::CallFailed {
                call: call("two"),
                failure: failure(FailureCode::ModelUnavailable),
            },
            "failed",
        ),
    ] {
        story.tell(1, started(name, "plan"));
        let ended = a_call(story.tell(1, end));
        assert_eq!(ended.outcome, outcome);
        assert_eq!(
            (ended.counted.money, ended.counted.possible),
            (Money(500), Money(500))
        );
    }
}

#[test]
fn every_attempt_is_told_with_its_own_time_and_questions() {
    let mut story = Story::default();
    story.begin(1, None);
    story.work(1, "plan", 1);
    let first = a_task(story.tell(
        1,
        EventBody::TaskAttemptFailed {
            task: task("plan"),
            attempt: 1,
            failure: failure(FailureCode::AnswerInvalid),
            retry_at: Millis(0),
        },
    ));
    story.work(1, "plan", 2);
    story.tell(
        1,
        EventBody::QuestionAsked {
            question: QuestionKey("q".to_owned()),
            task: task("plan"),
            kind: QuestionKind::Approval,
            text: "planted question".to_owned(),
            form: None,
        },
    );
    story.tell(
        1,
        EventBody::QuestionAnswered {
            question: QuestionKey("q".to_owned()),
            answer: "planted answer".to_owned(),
            reply: None,
        },
    );
    let second = a_task(story.tell(
        1,
        EventBody::TaskCompleted {
            task: task("plan"),
            output: ContentHash::of("output"),
        },
    ));
    assert_eq!(
        (first.attempt, first.outcome, first.failure),
        (1, "failed", Some(FailureCode::AnswerInvalid))
    );
    assert_eq!(
        (second.attempt, second.outcome, second.moments.len()),
        (2, "completed", 2)
    );
    assert_ne!(first.at.span, second.at.span);
    assert_eq!(first.at.parent, second.at.parent);
    assert!(!format!("{first:?}{second:?}").contains("planted"));
}

#[test]
fn a_task_that_never_began_has_no_time_to_tell() {
    let mut story = Story::default();
    story.begin(1, None);
    let skipped = EventBody::TaskSkipped {
        task: task("plan"),
        because: task("plan"),
        reason: wheelhouse_contract::domain::WhySkipped::default(),
    };
    assert_eq!(story.tell(1, skipped), None);
}

#[test]
fn a_sub_workflow_stands_below_the_task_that_it_was_started_for() {
    let mut story = Story::default();
    story.begin(1, None);
    story.work(1, "nest", 1);
    let parent = TaskOf {
        workflow: uid(1),
        task: task("nest"),
    };
    story.begin(2, Some(parent));
    let report = ContentHash::of("report");
    let below = a_workflow(story.tell(
        2,
        EventBody::WorkflowCompleted {
            report: report.clone(),
        },
    ));
    let around = a_task(story.tell(
        1,
        EventBody::TaskCompleted {
            task: task("nest"),
            output: report.clone(),
        },
    ));
    let above = a_workflow(story.tell(1, EventBody::WorkflowCompleted { report }));
    assert_eq!(below.at.trace, *uid(1).0.as_bytes());
    assert_eq!(
        (below.at.parent, around.at.parent),
        (Some(around.at.span), Some(above.at.span))
    );
    assert_eq!(above.at.parent, None);
    assert_eq!(above.template, (Uuid::from_u128(9).to_string(), 3));
}

#[test]
fn another_process_tells_the_same_identities() {
    let told = || {
        let mut story = Story::default();
        story.begin(1, None);
        story.work(1, "plan", 1);
        story.tell(1, started("one", "plan"));
        a_call(story.tell(1, EventBody::CallInterrupted { call: call("one") })).at
    };
    assert_eq!(told(), told());
}

#[test]
fn a_run_that_is_not_known_is_asked_for() {
    let mut story = Story::default();
    story.begin(1, None);
    let of = |run: u32| Witnessed {
        workflow: WorkflowId(run),
        task: None,
        event: Event {
            v: 1,
            seq: Seq(9),
            at: Millis(9),
            body: EventBody::WorkflowRetried { tasks: Vec::new() },
        },
    };
    assert!(story.open.knows(&of(1)) && !story.open.knows(&of(2)));
    let cancelled = a_workflow(story.tell(1, EventBody::WorkflowCancelled));
    assert_eq!(cancelled.status, "cancelled");
    assert!(!story.open.knows(&of(1)), "what has ended is forgotten");
}
