//! A run moves while it waits, while it works and while it rests, and goes on as if it had stayed.

use super::{Pair, answer, assert_went_on, go_on, hands, number, open_questions, place, view};
use crate::common::{TASK, assert_completed};
use crate::templates::{UID, completed, document, keep, over, run, start, uid};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wheelhouse_api::{Delivered, Mover, Side, Stage, Wish};
use wheelhouse_contract::{
    CancelWorkflow, ErrorCode, GetBudgets, ListAgents, Operations, PauseWorkflow, ReplyToQuestion,
    ResumeWorkflow, SaveBudgets, SavePrice,
};
use wheelhouse_domain::{
    AgentKind, DayLimit, Json, Millis, Money, Price, ProviderKind, ProviderLimits, QuestionKind,
    WorkflowStatus,
};
use wheelhouse_testkit::fake_models::{FakeModels, Reply};
use wheelhouse_testkit::{Gate, Play, ScriptedModel, Served, Workbench, within};

const CHILD: &str = "01920000-0000-7000-8000-00000000eeee";

fn approval(needs: &[&str]) -> Value {
    json!({"id": "ask", "title": "Ask", "kind": "approval", "text": "Publish it?", "needs": needs})
}

fn agent(id: &str, needs: &[&str]) -> Value {
    json!({"id": id, "title": id, "kind": "agent", "agent": "driver", "prompt": "Write about ferries.",
        "tools": [], "needs": needs})
}

#[tokio::test]
async fn a_question_is_answered_where_the_run_is_and_nowhere_else() {
    let pair = Pair::open().await;
    let steps = json!([agent("first", &[]), approval(&["first"]), agent("last", &["ask"])]);
    let id = run(&pair.laptop, steps, json!({})).await.workflow.id;
    let asked = open_questions(&pair.laptop).await.remove(0);
    let before = pair.laptop.events(id).await;

    let there = pair.there(id).await;
    assert!(open_questions(&pair.laptop).await.is_empty());
    let late = pair.laptop.api().reply_to_question(ReplyToQuestion {
        request_key: pair.laptop.key(),
        id: asked.id,
        outcome: Some("approved".to_owned()),
        fields: Json(json!({})),
    });
    let late = late.await.expect_err("it is not here any more");
    assert_eq!(late.code, ErrorCode::Conflict);
    assert!(late.message.contains("studio"), "{late}");
    let cancel = pair.laptop.api().cancel_workflow(CancelWorkflow {
        request_key: pair.laptop.key(),
        id,
    });
    assert_eq!(cancel.await.expect_err("nor that").code, ErrorCode::Conflict);
    assert_eq!(pair.laptop.events(id).await, before, "what is known of it stays");

    let open = open_questions(&pair.studio).await;
    assert_eq!((open.len(), &open[0].text), (1, &asked.text));
    answer(&pair.studio, "approved").await;
    completed(&over(&pair.studio, there).await);
    let after = pair.studio.events(there).await;
    assert_went_on(&before, &after);
    assert_eq!(hands(&after), [2]);
    assert_eq!(pair.laptop.events(id).await, before, "nothing was done here");
}

#[tokio::test]
async fn a_run_goes_there_and_back_and_there_again() {
    let pair = Pair::open().await;
    let again = |name: &str, needs: &[&str]| {
        let mut step = approval(needs);
        step["id"] = json!(name);
        step
    };
    let steps = json!([
        agent("first", &[]),
        again("one", &["first"]),
        agent("second", &["one"]),
        again("two", &["second"]),
        agent("third", &["two"])
    ]);
    let id = run(&pair.laptop, steps, json!({})).await.workflow.id;
    let there = pair.there(id).await;
    answer(&pair.studio, "approved").await;
    pair.studio
        .until(there, "it asks again", |detail| {
            detail.workflow.status == WorkflowStatus::Waiting
        })
        .await;
    assert_eq!(pair.back(there).await, id, "it keeps its number");
    assert_eq!(place(&pair.laptop, id).await, None);
    assert_eq!(
        place(&pair.studio, there).await,
        Some(wheelhouse_contract::MovedPlace::Gone)
    );
    assert_eq!(pair.there(id).await, there);
    answer(&pair.studio, "approved").await;
    completed(&over(&pair.studio, there).await);
    let (left, right) = (pair.laptop.events(id).await, pair.studio.events(there).await);
    assert_went_on(&left, &right);
    assert_eq!(hands(&right), [2, 3, 4]);
    let mover = pair.mover().await;
    assert_eq!(mover.resume(&mut go_on).await.expect("both answer"), []);
}

#[tokio::test]
async fn a_timer_that_came_due_on_the_way_fires_once_where_the_run_is() {
    let mut pair = Pair::open().await;
    let steps = json!([
        {"id": "rest", "title": "Rest", "kind": "wait", "for": "3600"},
        agent("last", &["rest"])
    ]);
    keep(&pair.laptop, &document(steps), 0).await;
    let id = start(&pair.laptop, uid(UID), json!({})).await.id;
    pair.laptop
        .until(id, "it waits", |detail| {
            detail.workflow.status == WorkflowStatus::Waiting
        })
        .await;
    for bench in [&pair.laptop, &pair.studio] {
        bench.world().advance(3_700_000);
    }
    let there = pair.there(id).await;
    let done = pair.studio.until_final(there).await;
    completed(&done);
    let left = pair.laptop.events(id).await;
    pair.laptop.reopen().await;
    assert_eq!(
        place(&pair.laptop, id).await,
        Some(wheelhouse_contract::MovedPlace::Gone)
    );
    assert_eq!(
        pair.laptop.events(id).await,
        left,
        "a start takes up nothing of it"
    );
    assert_went_on(&left, &pair.studio.events(there).await);
}

#[tokio::test]
async fn sub_workflows_go_along_and_are_refused_alone() {
    let pair = Pair::open().await;
    let mut below = document(json!([approval(&[]), agent("last", &["ask"])]));
    below["uid"] = json!(CHILD);
    below["name"] = json!("below");
    below["output"] = json!({"gave": "steps.last.text"});
    keep(&pair.laptop, &below, 0).await;
    let inner = json!({"id": "inner", "title": "Inner", "kind": "workflow", "template": CHILD, "inputs": {}});
    let after = agent("after", &["inner"]);
    keep(&pair.laptop, &document(json!([inner, after])), 0).await;
    let id = start(&pair.laptop, uid(UID), json!({})).await.id;
    let detail = pair
        .laptop
        .until(id, "the sub-workflow asks", |detail| {
            let mut children = detail.children.iter();
            children.any(|child| child.status == WorkflowStatus::Waiting)
        })
        .await;
    let child = detail.children[0].id;
    let alone = pair.mover().await.there(child, &mut go_on).await;
    let alone = super::refusal(alone);
    assert!(alone.details.next_step.is_some(), "{alone}");
    assert_eq!(place(&pair.laptop, child).await, None);

    let there = pair.there(id).await;
    for one in [id, child] {
        assert_eq!(
            place(&pair.laptop, one).await,
            Some(wheelhouse_contract::MovedPlace::Gone)
        );
    }
    let moved = pair.studio.detail(there).await;
    assert_eq!(moved.children.len(), 1);
    assert_eq!(moved.children[0].uid, detail.children[0].uid);
    answer(&pair.studio, "approved").await;
    let done = pair.studio.until_final(there).await;
    completed(&done);
    let child_there = moved.children[0].id;
    assert_went_on(
        &pair.laptop.events(child).await,
        &pair.studio.events(child_there).await,
    );
    assert_went_on(&pair.laptop.events(id).await, &pair.studio.events(there).await);
    let templates = pair
        .studio
        .api()
        .handle()
        .store()
        .templates()
        .await
        .expect("templates");
    let ids: Vec<_> = templates.iter().map(|row| row.newest.document.uid).collect();
    assert!(ids.contains(&uid(CHILD)) && ids.contains(&uid(UID)), "{ids:?}");
}

#[tokio::test]
async fn a_crew_that_was_hired_goes_along_as_it_is() {
    let pair = Pair::open().await;
    let gate = Gate::closed();
    let held = gate.clone();
    let mut laptop_only = pair.laptop.setup().clone();
    laptop_only = laptop_only.model(ScriptedModel::except(move |asked| {
        (asked.step() == "report").then(|| Play::rehearsal().held(&held))
    }));
    let mut pair = pair;
    pair.laptop.change(|_| laptop_only).await;
    let id = pair.laptop.begin(TASK).await;
    pair.laptop
        .until(id, "the report is being written", |detail| {
            let mut tasks = detail.tasks.iter();
            tasks.any(|task| {
                task.key.as_str() == "report" && task.status == wheelhouse_domain::TaskStatus::Running
            })
        })
        .await;
    let request_key = pair.laptop.key();
    let pause = pair
        .laptop
        .api()
        .pause_workflow(PauseWorkflow { request_key, id });
    pause.await.expect("paused");
    gate.open();
    let before = specialists(&pair.laptop).await;
    assert!(!before.is_empty(), "somebody was hired");
    let there = pair.there(id).await;
    assert_eq!(view(&pair.studio, there).await.status, WorkflowStatus::Paused);
    assert_eq!(specialists(&pair.studio).await, before);
    let crew = agents(&pair.studio).await;
    let drivers = crew
        .iter()
        .filter(|agent| agent.kind == AgentKind::Driver)
        .count();
    assert_eq!(drivers, 1, "the crew of the studio stands for that of the laptop");
    let request_key = pair.studio.key();
    let resume = pair.studio.api().resume_workflow(ResumeWorkflow {
        request_key,
        id: there,
    });
    resume.await.expect("goes on");
    let done = pair.studio.until_final(there).await;
    assert_completed(&done);
    assert_went_on(&pair.laptop.events(id).await, &pair.studio.events(there).await);
    // Moved here again it finds everybody.
    let tasks = pair.studio.detail(there).await.tasks;
    assert!(
        tasks
            .iter()
            .all(|task| task.assigned_to.is_some() || task.agent_kind.is_none())
    );
}

async fn agents(bench: &Workbench) -> Vec<wheelhouse_contract::AgentView> {
    bench.api().list_agents(ListAgents {}).await.expect("agents")
}

/// Who was hired, as far as it goes along.
async fn specialists(bench: &Workbench) -> BTreeMap<String, (String, String, u32)> {
    let hired = agents(bench).await.into_iter();
    hired
        .filter(|agent| agent.kind == AgentKind::Specialist)
        .map(|agent| {
            let form = (agent.name.clone(), agent.instructions.clone(), agent.version);
            (agent.uid.to_string(), form)
        })
        .collect()
}

#[tokio::test]
async fn a_call_that_ends_while_the_run_comes_to_rest_is_kept_and_not_made_again() {
    let gate = Gate::closed();
    let (held, counted) = (gate.clone(), ScriptedModel::except(|_| None));
    let slow = ScriptedModel::except(move |_| Some(Play::rehearsal().held(&held)));
    let mut pair = Pair::open().await;
    pair.laptop.change(|setup| setup.model(slow.clone())).await;
    pair.studio.change(|setup| setup.model(counted.clone())).await;
    keep(
        &pair.laptop,
        &document(json!([agent("first", &[]), agent("last", &["first"])])),
        0,
    )
    .await;
    let id = start(&pair.laptop, uid(UID), json!({})).await.id;
    pair.laptop
        .until(id, "the first call is under way", |_| slow.asked_by("first") > 0)
        .await;
    let mover = pair.mover().await;
    let mut stages = Vec::new();
    let mut tell = |progress: wheelhouse_api::Progress| {
        stages.push(progress.stage);
        Wish::GoOn
    };
    let opens = async {
        resting(&pair.laptop, id).await;
        gate.open();
    };
    let (moved, ()) = within("it moves", async {
        futures::join!(mover.there(id, &mut tell), opens)
    })
    .await;
    let there = number(moved);
    assert_eq!(stages.first(), Some(&Stage::Resting));
    assert_eq!(stages.last(), Some(&Stage::Arrived));
    completed(&over(&pair.studio, there).await);
    assert_eq!((slow.asked_by("first"), counted.asked_by("first")), (1, 0));
    assert_eq!((slow.asked_by("last"), counted.asked_by("last")), (0, 1));
    assert_went_on(&pair.laptop.events(id).await, &pair.studio.events(there).await);
}

/// Until nobody may steer a run any more because it leaves. What is asked changes nothing: it was not paused.
async fn resting(bench: &Workbench, id: wheelhouse_domain::WorkflowId) {
    loop {
        let request_key = bench.key();
        let resume = bench.api().resume_workflow(ResumeWorkflow { request_key, id });
        if let Err(refused) = resume.await {
            assert!(refused.message.contains("another backend"), "{refused}");
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_move_is_called_off_while_it_is_under_way() {
    let pair = Pair::open().await;
    let steps = json!([agent("first", &[]), approval(&["first"]), agent("last", &["ask"])]);
    let id = run(&pair.laptop, steps, json!({})).await.workflow.id;
    let mover = pair.mover().await;
    let stages: [fn(Stage) -> bool; 3] = [
        |stage| matches!(stage, Stage::Sending { done: 0, .. }),
        |stage| stage == Stage::Admitting,
        |stage| stage == Stage::Deciding,
    ];
    for at in stages {
        let mut tell = |progress: wheelhouse_api::Progress| {
            if at(progress.stage) {
                Wish::CallOff
            } else {
                Wish::GoOn
            }
        };
        let ended = within("it ends", mover.there(id, &mut tell)).await;
        assert!(matches!(ended, Ok(Delivered::Stayed(_))), "{ended:?}");
        assert_eq!(place(&pair.laptop, id).await, None);
        assert_eq!(super::shown(&pair.studio).await, 0);
    }
    answer(&pair.laptop, "approved").await;
    completed(&over(&pair.laptop, id).await);
}

#[tokio::test]
async fn a_run_moves_to_a_server_and_back() {
    let laptop = Workbench::open().await;
    let mut setup = wheelhouse_testkit::Setup::default();
    setup.world = std::sync::Arc::new(wheelhouse_testkit::TestWorld::new(2));
    let served = Served::with(setup, |_| {}).await;
    let steps = json!([agent("first", &[]), approval(&["first"]), agent("last", &["ask"])]);
    let id = run(&laptop, steps, json!({})).await.workflow.id;
    let here = Side::of(laptop.api().clone(), "laptop")
        .await
        .expect("it answers");
    let far = Side::of(served.remote(), "Workshop").await.expect("it answers");
    let mover = Mover::new(here, far);
    let there = number(within("it moves", mover.there(id, &mut go_on)).await);
    assert_eq!(
        view(&laptop, id).await.moved.expect("gone").other_name,
        "Workshop"
    );
    let back = number(within("it moves back", mover.back(there, &mut go_on)).await);
    assert_eq!(back, id);
    answer(&laptop, "approved").await;
    completed(&over(&laptop, id).await);
    assert_eq!(hands(&laptop.events(id).await), [2, 3]);
}

/// Answers with what costs 30 micro-dollars at one dollar for a million tokens of each kind.
fn short(_: &wheelhouse_testkit::fake_models::Asked) -> Reply {
    Reply::text("Ferries cross the bay.")
}

/// A provider whose one model has a price, on both sides under the same name.
async fn priced(bench: &Workbench, models: &FakeModels) {
    let kind = ProviderKind::OpenAi;
    let limits = ProviderLimits::default();
    bench
        .add_provider("fake", kind, models.base_url(kind), limits)
        .await;
    let price = SavePrice {
        request_key: bench.key(),
        id: None,
        price: Price {
            kind,
            model: "fake-large".to_owned(),
            input: Money(1_000_000),
            output: Money(1_000_000),
            cached: None,
            cache_write: None,
            valid_from: Millis(0),
            note: String::new(),
        },
    };
    bench.api().save_price(price).await.expect("a price");
    bench.crew_thinks_with("fake/fake-large").await;
}

async fn limit(bench: &Workbench, money: i64) {
    let request = SaveBudgets {
        request_key: bench.key(),
        day: DayLimit::default(),
        agent_day: DayLimit::default(),
        agents: BTreeMap::new(),
        workflow: DayLimit {
            money: Some(Money(money)),
            tokens: None,
        },
    };
    bench.api().save_budgets(request).await.expect("saved");
}

async fn spent_today(bench: &Workbench) -> i64 {
    let budgets = bench.api().get_budgets(GetBudgets {}).await.expect("budgets");
    budgets.spent.money.0
}

#[tokio::test]
async fn the_budget_and_what_was_spent_of_it_go_along_and_no_day_counts_twice() {
    let pair = Pair::open().await;
    let models = FakeModels::start(short).await;
    for bench in [&pair.laptop, &pair.studio] {
        priced(bench, &models).await;
    }
    // The next one begins with other limits; the run keeps its own.
    limit(&pair.laptop, 1_000_000).await;
    let steps = json!([agent("first", &[]), approval(&["first"]), agent("last", &["ask"])]);
    let id = run(&pair.laptop, steps, json!({})).await.workflow.id;
    let before = view(&pair.laptop, id).await;
    let first = before.spent.money.0;
    assert!(first > 0, "{:?}", before.spent);
    assert_eq!(spent_today(&pair.laptop).await, first);

    let there = pair.there(id).await;
    let moved = view(&pair.studio, there).await;
    assert_eq!((moved.spent, &moved.budget), (before.spent, &before.budget));
    assert!(moved.budget.is_some());
    assert_eq!(spent_today(&pair.studio).await, 0, "that was spent on the laptop");
    answer(&pair.studio, "approved").await;
    completed(&over(&pair.studio, there).await);
    let after = view(&pair.studio, there).await.spent.money.0;
    assert_eq!(spent_today(&pair.studio).await, after - first);
    assert_eq!(spent_today(&pair.laptop).await, first);
    for bench in [&pair.laptop, &pair.studio] {
        let store = bench.api().handle().store();
        let day = bench.api().get_budgets(GetBudgets {}).await.expect("budgets").day;
        let today = store.spent_on(day).await.expect("readable");
        store.rebuild_projections().await.expect("made anew");
        assert_eq!(store.spent_on(day).await.expect("readable"), today);
    }
}

#[tokio::test]
async fn what_was_spent_before_a_move_counts_against_the_limit_after_it() {
    let pair = Pair::open().await;
    let models = FakeModels::start(short).await;
    for bench in [&pair.laptop, &pair.studio] {
        priced(bench, &models).await;
    }
    let steps = json!([agent("first", &[]), approval(&["first"]), agent("last", &["ask"])]);
    keep(&pair.laptop, &document(steps), 0).await;
    // Enough for one call with what is reserved for its answer, and not for two.
    limit(&pair.laptop, 4_800).await;
    let id = start(&pair.laptop, uid(UID), json!({})).await.id;
    let waits = over(&pair.laptop, id).await;
    let asked = open_questions(&pair.laptop).await.remove(0);
    if asked.kind != QuestionKind::Approval {
        panic!(
            "it waits for something else: {} {:?}",
            asked.text, waits.workflow.spent
        );
    }
    let spent = view(&pair.laptop, id).await.spent.money.0;
    let there = pair.there(id).await;
    answer(&pair.studio, "approved").await;
    let stopped = pair
        .studio
        .until(there, "its budget asks or it ends", |detail| {
            detail.workflow.status.is_final() || {
                let mut tasks = detail.tasks.iter();
                tasks.any(|task| {
                    task.key.as_str() == "last" && task.status == wheelhouse_domain::TaskStatus::Waiting
                })
            }
        })
        .await;
    let budget = open_questions(&pair.studio).await;
    assert_eq!(budget.len(), 1, "{spent} {:?}", stopped.workflow);
    assert_eq!(budget[0].kind, QuestionKind::BudgetReached, "{}", budget[0].text);
    assert_eq!(view(&pair.studio, there).await.spent.money.0, spent);
}
