//! Budgets of steps and sub-workflows, calls whose end is not known, and days that go by.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;
use wheelhouse_contract::{
    GetBudgets, ListQuestions, ListWorkflows, Operations, QuestionView, ReplyToQuestion, RunTemplate,
    SaveBudgets, SaveTemplate,
};
use wheelhouse_domain::{
    Budget, BudgetOf, DayLimit, EventBody, FormAbout, Json, QuestionKind, Tally, TemplateUid, WorkflowId,
    WorkflowStatus,
};
use wheelhouse_testkit::{Play, ScriptedModel, Workbench};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

fn uid(number: u128) -> TemplateUid {
    TemplateUid(Uuid::from_u128(
        0x0192_0000_0000_7000_9000_0000_0000_0000 + number,
    ))
}

async fn save(bench: &Workbench, number: u128, steps: Value) {
    let document = json!({
        "schema": 1, "uid": uid(number), "name": format!("made-{number}"), "title": "Made for a test",
        "inputs": [{"name": "task", "title": "Task", "type": "text", "default": "Write a line about tea."}],
        "steps": steps,
    });
    let request = SaveTemplate {
        request_key: bench.key(),
        text: document.to_string(),
        expected_version: 0,
    };
    bench.api().save_template(request).await.expect("saved");
}

async fn run(bench: &Workbench, number: u128) -> WorkflowId {
    let request = RunTemplate {
        request_key: bench.key(),
        uid: uid(number),
        version: None,
        inputs: Json(json!({})),
        name: String::new(),
        start: true,
    };
    bench.api().run_template(request).await.expect("started").id
}

async fn questions(bench: &Workbench) -> Vec<QuestionView> {
    bench
        .api()
        .list_questions(ListQuestions {})
        .await
        .expect("a list")
}

async fn raise(bench: &Workbench, question: &QuestionView, tokens: i64) {
    let request = ReplyToQuestion {
        request_key: bench.key(),
        id: question.id,
        outcome: Some("raise".to_owned()),
        fields: Json(json!({ "tokens": tokens })),
    };
    bench.api().reply_to_question(request).await.expect("answered");
}

fn tokens(limit: i64) -> DayLimit {
    DayLimit {
        money: None,
        tokens: Some(limit),
    }
}

async fn limit_day(bench: &Workbench, day: DayLimit) {
    let request = SaveBudgets {
        request_key: bench.key(),
        day,
        agent_day: DayLimit::default(),
        agents: BTreeMap::new(),
        workflow: DayLimit::default(),
    };
    bench.api().save_budgets(request).await.expect("saved");
}

fn budget(limit: i64) -> Budget {
    Budget {
        tokens: Some(limit),
        ..Budget::default()
    }
}

#[tokio::test]
async fn a_step_holds_the_sub_workflow_that_it_starts() {
    let bench = Workbench::open().await;
    let write = json!([{"id": "write", "title": "Write", "kind": "agent", "agent": "creator", "prompt": "{{ inputs.task }}"}]);
    save(&bench, 1, write).await;
    let start = json!([{"id": "sub", "title": "Let it be written", "kind": "workflow", "template": uid(1),
        "budget": {"tokens": 10}}]);
    save(&bench, 2, start).await;
    let above = run(&bench, 2).await;
    let started = bench
        .until(above, "the sub-workflow is there", |detail| {
            detail.tasks.iter().any(|task| task.child.is_some())
        })
        .await;
    let child = started.tasks[0].child.expect("a sub-workflow");
    assert_eq!(bench.ended(child).await.workflow.status, WorkflowStatus::Waiting);
    let asked = questions(&bench).await.pop().expect("a question");
    assert_eq!(asked.kind, QuestionKind::BudgetReached);
    assert_ne!(asked.workflow_id, above, "the sub-workflow asks");
    let whose = asked.form.clone().and_then(|form| form.about);
    let Some(FormAbout::Budget {
        whose: BudgetOf::Task { task },
    }) = whose
    else {
        panic!("the budget of the step above: {whose:?}");
    };
    assert_eq!(task.task.as_str(), "sub");
    raise(&bench, &asked, 1_000_000).await;
    let detail = bench.until_final(above).await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Completed);
    let sub = bench.task(above, "sub").await;
    assert_eq!(sub.budget, Some(budget(1_000_010)));
    assert!(sub.spent.tokens > 0);
    assert_eq!(
        (sub.spent, detail.workflow.spent),
        (
            detail.workflow.spent,
            bench.detail(asked.workflow_id).await.workflow.spent
        )
    );
    let changed = bench
        .events(above)
        .await
        .into_iter()
        .any(|event| matches!(event.body, EventBody::BudgetChanged { .. }));
    assert!(changed, "on record where the budget is");
}

#[tokio::test]
async fn siblings_in_a_map_never_pass_its_budget_together() {
    let bench = Workbench::open().await;
    let limit = 20_000;
    let steps = json!([{"id": "each", "title": "Each", "kind": "map", "over": "range(16)", "parallel": 16,
        "budget": {"tokens": limit},
        "steps": [{"id": "write", "title": "Write", "kind": "agent", "agent": "creator",
            "prompt": "{{ inputs.task }} Number {{ index }}."}]}]);
    save(&bench, 3, steps).await;
    let id = run(&bench, 3).await;
    let mut most = limit;
    for _ in 0..60 {
        let detail = bench.ended(id).await;
        let mut held: BTreeMap<_, i64> = BTreeMap::new();
        let mut spent = 0;
        let mut limit_then = limit;
        for event in bench.events(id).await {
            match event.body {
                EventBody::CallStarted {
                    call,
                    reserved: Some(reserved),
                    ..
                } => {
                    held.insert(call.clone(), reserved.tokens.expect("an estimate"));
                    assert!(
                        spent + held.values().sum::<i64>() <= limit_then,
                        "{call} passes the limit"
                    );
                }
                EventBody::CallFinished {
                    call,
                    spent: Some(cost),
                    ..
                } => {
                    let reserved = held.remove(&call).unwrap_or_default();
                    spent += cost.tokens.unwrap_or(reserved);
                }
                EventBody::BudgetChanged { budget, .. } => limit_then = budget.tokens.expect("a limit"),
                _ => {}
            }
        }
        if detail.workflow.status != WorkflowStatus::Waiting {
            assert_eq!(detail.workflow.status, WorkflowStatus::Completed);
            let each = bench.task(id, "each").await;
            assert_eq!((each.spent.tokens, each.reserved), (spent, Tally::default()));
            assert_eq!(each.budget, Some(budget(most)));
            return;
        }
        let asked = questions(&bench).await.into_iter().next().expect("a question");
        assert!(asked.text.contains("“Each”"), "{}", asked.text);
        raise(&bench, &asked, 10_000).await;
        most += 10_000;
    }
    panic!("it ends after some raises");
}

#[tokio::test]
async fn a_call_that_was_in_flight_stays_counted_as_possible() {
    let model =
        ScriptedModel::except(|asked| (asked.step() == "research" && asked.nth == 1).then(Play::hang));
    let mut bench = Workbench::with(model.clone()).await;
    let id = bench.begin("Say what tea is").await;
    let detail = bench
        .until(id, "a call is in flight", |detail| {
            detail
                .tasks
                .iter()
                .any(|task| task.key.as_str() == "research" && task.reserved.tokens > 0)
        })
        .await;
    let reserved = detail.workflow.reserved.tokens;
    bench.reopen().await;
    let detail = bench.ended(id).await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Completed);
    assert_eq!(detail.workflow.reserved, Tally::default());
    let finished: i64 = bench
        .events(id)
        .await
        .into_iter()
        .filter_map(|event| match event.body {
            EventBody::CallFinished { spent, .. } => spent.and_then(|spent| spent.tokens),
            _ => None,
        })
        .sum();
    assert_eq!(detail.workflow.spent.tokens, finished + reserved);
    for _ in 0..2 {
        let today = bench.api().get_budgets(GetBudgets {}).await.expect("budgets");
        assert_eq!(
            (today.spent, today.reserved),
            (detail.workflow.spent, Tally::default())
        );
        bench.reopen().await;
    }
}

#[tokio::test]
async fn a_day_that_is_used_up_is_tried_again_on_the_next() {
    let mut bench = Workbench::open().await;
    limit_day(&bench, tokens(10)).await;
    let id = bench.begin("Say what tea is").await;
    assert_eq!(bench.ended(id).await.workflow.status, WorkflowStatus::Waiting);
    let first = questions(&bench).await.pop().expect("a question");
    let expires = |question: &QuestionView| {
        question
            .form
            .as_ref()
            .and_then(|form| form.expires_at)
            .expect("a time")
    };
    bench.world().advance(DAY_MS);
    bench.reopen().await;
    let second = loop {
        // It goes on and asks anew at any moment, so that where it stands is only known by the question.
        bench.ended(id).await;
        let open = questions(&bench).await.pop();
        if let Some(open) = open.filter(|open| open.id != first.id) {
            break open;
        }
        bench
            .until(id, "it asks anew", |detail| {
                detail.workflow.status == WorkflowStatus::Running
                    || detail.workflow.status == WorkflowStatus::Waiting
            })
            .await;
    };
    assert_eq!(expires(&second).0 - expires(&first).0, DAY_MS);
    limit_day(&bench, DayLimit::default()).await;
    raise(&bench, &second, 0).await;
    assert_eq!(bench.ended(id).await.workflow.status, WorkflowStatus::Completed);
    let runs = bench
        .api()
        .list_workflows(ListWorkflows {
            limit: 10,
            ..ListWorkflows::default()
        })
        .await
        .expect("a list");
    assert!(runs.workflows[0].spent.tokens > 0);
}
