//! Budgets and prices: nothing is passed, nothing unknown is taken for nothing, and the operator is asked.

use crate::common::{TASK, assert_completed};
use serde_json::json;
use std::collections::BTreeMap;
use wheelhouse_contract::{
    BudgetsView, ChangeBudget, ErrorCode, GetBudgets, ListPrices, ListQuestions, Operations, PriceView,
    QuestionView, RemovePrice, ReplyToQuestion, SaveBudgets, SavePrice,
};
use wheelhouse_domain::{
    Budget, DayLimit, Event, EventBody, FailureCode, FormAbout, Json, KNOWLEDGE_SEARCH, Millis, Money, Price,
    ProviderKind, ProviderLimits, QuestionKind, Tally, ToolCall, WorkflowStatus,
};
use wheelhouse_testkit::fake_models::{FakeModels, crew};
use wheelhouse_testkit::{Play, ScriptedModel, Workbench};

const DOLLAR: i64 = 1_000_000;

fn money(limit: i64) -> DayLimit {
    DayLimit {
        money: Some(Money(limit)),
        tokens: None,
    }
}

async fn limit(bench: &Workbench, day: DayLimit, workflow: DayLimit) -> BudgetsView {
    let request = SaveBudgets {
        request_key: bench.key(),
        day,
        agent_day: DayLimit::default(),
        agents: BTreeMap::new(),
        workflow,
    };
    bench.api().save_budgets(request).await.expect("saved")
}

async fn think_with(bench: &Workbench, base_url: String) {
    let limits = ProviderLimits::default();
    bench
        .add_provider("fake", ProviderKind::OpenAi, base_url, limits)
        .await;
    bench.crew_thinks_with("fake/fake-large").await;
}

fn price(model: &str, dollars: i64) -> Price {
    Price {
        kind: ProviderKind::OpenAi,
        model: model.to_owned(),
        input: Money(dollars * DOLLAR),
        output: Money(dollars * DOLLAR),
        cached: None,
        cache_write: None,
        valid_from: Millis(0),
        note: String::new(),
    }
}

async fn set_price(bench: &Workbench, price: Price) -> Vec<PriceView> {
    let request = SavePrice {
        request_key: bench.key(),
        id: None,
        price,
    };
    bench.api().save_price(request).await.expect("saved")
}

async fn question(bench: &Workbench) -> QuestionView {
    let open = bench
        .api()
        .list_questions(ListQuestions {})
        .await
        .expect("a list");
    open.into_iter().next().expect("an open question")
}

async fn reply(bench: &Workbench, outcome: &str, fields: serde_json::Value) {
    let request = ReplyToQuestion {
        request_key: bench.key(),
        id: question(bench).await.id,
        outcome: Some(outcome.to_owned()),
        fields: Json(fields),
    };
    bench.api().reply_to_question(request).await.expect("answered");
}

/// An address of this machine that does not look like one, as that of a provider elsewhere.
fn from_elsewhere(server: &FakeModels) -> String {
    server
        .base_url(ProviderKind::OpenAi)
        .replace("127.0.0.1", "0.0.0.0")
}

/// Follows the journal: before each call, what was spent and what is reserved, it included, fits into the limit.
fn assert_never_passed(events: &[Event], limit: i64) -> Tally {
    let mut spent = Tally::default();
    let mut open = BTreeMap::new();
    for event in events {
        match &event.body {
            EventBody::CallStarted { call, reserved, .. } => {
                open.insert(call.clone(), *reserved);
                let reserved: i64 = open
                    .values()
                    .flatten()
                    .filter_map(|one| one.money)
                    .map(|one| one.0)
                    .sum();
                assert!(spent.money.0 + reserved <= limit, "{call} passes the limit");
            }
            EventBody::CallFinished {
                call, spent: cost, ..
            } => {
                spent.add(Tally::finished(open.remove(call).flatten(), *cost));
            }
            EventBody::CallFailed { call, failure } => {
                spent.add(Tally::failed(open.remove(call).flatten(), failure));
            }
            EventBody::CallInterrupted { call } => spent.add(Tally::lost(open.remove(call).flatten())),
            _ => {}
        }
    }
    spent
}

#[tokio::test]
async fn rehearsal_costs_nothing_and_its_tokens_are_counted() {
    let bench = Workbench::open().await;
    limit(&bench, money(1), money(1)).await;
    let detail = bench.run(TASK).await;
    assert_completed(&detail);
    let spent = detail.workflow.spent;
    assert_eq!(
        (spent.money, spent.unpriced, detail.workflow.reserved),
        (Money(0), 0, Tally::default())
    );
    assert!(spent.tokens > 0);
    let today = bench.api().get_budgets(GetBudgets {}).await.expect("budgets");
    assert_eq!(today.spent.tokens, spent.tokens);
    assert_eq!(
        today.agents.iter().map(|agent| agent.spent.tokens).sum::<i64>(),
        spent.tokens
    );
}

#[tokio::test]
async fn a_budget_that_is_reached_asks_and_goes_on_when_it_is_raised() {
    let server = FakeModels::start(crew).await;
    let mut bench = Workbench::open().await;
    think_with(&bench, server.base_url(ProviderKind::OpenAi)).await;
    set_price(&bench, price("fake-*", 100)).await;
    limit(&bench, DayLimit::default(), money(DOLLAR / 10)).await;
    let id = bench.begin(TASK).await;
    let detail = bench.ended(id).await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Waiting);
    let asked = question(&bench).await;
    assert_eq!(asked.kind, QuestionKind::BudgetReached);
    assert!(
        asked.text.contains("this workflow") && asked.text.contains("$0.10"),
        "{}",
        asked.text
    );
    assert!(server.asked().is_empty(), "nothing was sent");

    // It asks the same after coming back, and when nothing was changed.
    bench.reopen().await;
    reply(&bench, "again", json!({})).await;
    assert_eq!(bench.ended(id).await.workflow.status, WorkflowStatus::Waiting);
    let raised = 50;
    let mut times = 0;
    loop {
        reply(&bench, "raise", json!({ "money": raised })).await;
        times += 1;
        let detail = bench.ended(id).await;
        if detail.workflow.status != WorkflowStatus::Waiting {
            assert_completed(&detail);
            assert!(times <= 4, "a few tasks may have asked at once");
            let limit = detail
                .workflow
                .budget
                .and_then(|budget| budget.money)
                .expect("a limit")
                .0;
            assert_eq!(limit, DOLLAR / 10 + times * raised * DOLLAR);
            let spent = assert_never_passed(&bench.events(id).await, limit);
            assert_eq!(detail.workflow.spent, spent);
            assert!(spent.money.0 > 0 && spent.unpriced == 0);
            let of_tasks: i64 = detail.tasks.iter().map(|task| task.spent.money.0).sum();
            assert_eq!(of_tasks, spent.money.0);
            return;
        }
    }
}

#[tokio::test]
async fn who_gives_no_more_stops_the_task() {
    let server = FakeModels::start(crew).await;
    let bench = Workbench::open().await;
    think_with(&bench, server.base_url(ProviderKind::OpenAi)).await;
    set_price(&bench, price("fake-large", 100)).await;
    limit(&bench, money(1), DayLimit::default()).await;
    let id = bench.begin(TASK).await;
    bench.ended(id).await;
    let asked = question(&bench).await;
    assert!(asked.text.contains("whole application"), "{}", asked.text);
    assert!(
        asked.form.and_then(|form| form.expires_at).is_some(),
        "it goes on by itself on the next day"
    );
    reply(&bench, "stop", json!({})).await;
    let detail = bench.ended(id).await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Failed);
    let failure = detail.workflow.failure.expect("a failure").failure;
    assert_eq!(failure.code, FailureCode::BudgetRefused);
    assert!(server.asked().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn a_day_can_be_given_more() {
    let server = FakeModels::start(crew).await;
    let bench = Workbench::open().await;
    think_with(&bench, server.base_url(ProviderKind::OpenAi)).await;
    set_price(&bench, price("fake-large", 100)).await;
    limit(&bench, money(1), DayLimit::default()).await;
    let id = bench.begin(TASK).await;
    bench.ended(id).await;
    reply(&bench, "raise", json!({ "money": 500 })).await;
    assert_completed(&bench.ended(id).await);
    let today = bench.api().get_budgets(GetBudgets {}).await.expect("budgets");
    assert_eq!(today.budgets.day, money(1), "the limit itself stays");
    assert_eq!(today.budgets.extras.len(), 1);
    assert!(today.spent.money.0 > 0);
}

#[tokio::test]
async fn an_unknown_price_asks_where_money_is_limited() {
    let server = FakeModels::start(crew).await;
    let bench = Workbench::open().await;
    think_with(&bench, from_elsewhere(&server)).await;
    limit(&bench, DayLimit::default(), money(500 * DOLLAR)).await;
    let id = bench.begin(TASK).await;
    assert_eq!(bench.ended(id).await.workflow.status, WorkflowStatus::Waiting);
    let asked = question(&bench).await;
    assert_eq!(asked.kind, QuestionKind::PriceUnknown);
    let about = asked.form.and_then(|form| form.about);
    let model = "fake/fake-large".to_owned();
    assert_eq!(about, Some(FormAbout::Price { model }));

    let request = ReplyToQuestion {
        request_key: bench.key(),
        id: asked.id,
        outcome: Some("price".to_owned()),
        fields: Json(json!({ "input": 1 })),
    };
    let refused = bench
        .api()
        .reply_to_question(request)
        .await
        .expect_err("half a price");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
    reply(&bench, "price", json!({ "input": 1, "output": 2.5 })).await;
    let detail = bench.ended(id).await;
    assert_completed(&detail);
    assert!(detail.workflow.spent.money.0 > 0 && detail.workflow.spent.unpriced == 0);
    let prices = bench.api().list_prices(ListPrices {}).await.expect("prices");
    let set = prices
        .iter()
        .find(|price| price.id.is_some())
        .expect("the price that was set");
    assert_eq!(
        (set.price.model.as_str(), set.price.output),
        ("fake-large", Money(2_500_000))
    );
}

#[tokio::test]
async fn an_unknown_price_can_count_as_free_in_one_workflow() {
    let server = FakeModels::start(crew).await;
    let bench = Workbench::open().await;
    think_with(&bench, from_elsewhere(&server)).await;
    limit(&bench, DayLimit::default(), money(500 * DOLLAR)).await;
    let id = bench.begin(TASK).await;
    bench.ended(id).await;
    reply(&bench, "free", json!({})).await;
    let detail = bench.ended(id).await;
    assert_completed(&detail);
    assert_eq!(
        (detail.workflow.spent.money, detail.workflow.spent.unpriced),
        (Money(0), 0)
    );
    let other = bench.begin("Describe something else").await;
    assert_eq!(
        bench.ended(other).await.workflow.status,
        WorkflowStatus::Waiting,
        "asked anew"
    );
}

#[tokio::test]
async fn an_unknown_price_is_said_where_money_is_not_limited() {
    let server = FakeModels::start(crew).await;
    let bench = Workbench::open().await;
    think_with(&bench, from_elsewhere(&server)).await;
    let detail = bench.run(TASK).await;
    assert_completed(&detail);
    let calls = server.asked().len();
    assert_eq!(
        usize::try_from(detail.workflow.spent.unpriced).expect("few"),
        calls
    );
    assert_eq!(detail.workflow.spent.money, Money(0));
}

#[tokio::test]
async fn siblings_at_the_limit_never_pass_it_together() {
    let server = FakeModels::start(crew).await;
    let bench = Workbench::open().await;
    think_with(&bench, server.base_url(ProviderKind::OpenAi)).await;
    set_price(&bench, price("fake-large", 100)).await;
    // Room for one call at a time and a little more: whoever comes second must ask.
    let most = DOLLAR;
    limit(&bench, DayLimit::default(), money(most)).await;
    let mut limit_now = most;
    let id = bench.begin(TASK).await;
    for _ in 0..40 {
        let detail = bench.ended(id).await;
        assert_never_passed(&bench.events(id).await, limit_now);
        if detail.workflow.status != WorkflowStatus::Waiting {
            assert_completed(&detail);
            return;
        }
        reply(&bench, "raise", json!({ "money": 0.1 })).await;
        limit_now += DOLLAR / 10;
    }
    panic!("it ends after a few raises");
}

#[tokio::test]
async fn prices_are_checked_and_can_be_taken_back() {
    let bench = Workbench::open().await;
    let shipped = bench.api().list_prices(ListPrices {}).await.expect("prices");
    assert!(shipped.len() > 10 && shipped.iter().all(|price| price.id.is_none()));
    let set = set_price(&bench, price("big-*", 3)).await;
    let id = set[0].id.expect("one of the operator's own");
    for wrong in [price("", 1), price("a*b", 1), price("x", -1)] {
        let request = SavePrice {
            request_key: bench.key(),
            id: None,
            price: wrong,
        };
        let refused = bench.api().save_price(request).await.expect_err("refused");
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
    }
    let again = SavePrice {
        request_key: bench.key(),
        id: None,
        price: price("big-*", 4),
    };
    let taken = bench
        .api()
        .save_price(again)
        .await
        .expect_err("the same name and date");
    assert_eq!(taken.code, ErrorCode::Conflict);
    let request_key = bench.key();
    let removed = bench.api().remove_price(RemovePrice { request_key, id }).await;
    assert!(removed.expect("removed").removed);
    assert_eq!(
        bench.api().list_prices(ListPrices {}).await.expect("prices"),
        shipped
    );
}

#[tokio::test]
async fn an_agent_that_repeats_itself_is_stopped_and_says_from_where() {
    let model = ScriptedModel::except(|asked| {
        (asked.step() == "research").then(|| {
            Play::tools(vec![ToolCall {
                call_id: format!("call-{}", asked.nth),
                tool: KNOWLEDGE_SEARCH.to_owned(),
                arguments: Json(json!({ "query": "the same words" })),
            }])
        })
    });
    let bench = Workbench::with(model).await;
    let detail = bench.run(TASK).await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Failed);
    let failure = bench
        .task(detail.workflow.id, "research")
        .await
        .failure
        .expect("a failure");
    assert_eq!(failure.code, FailureCode::LoopDetected, "{}", failure.message);
    let from = failure.fork_from.expect("where to fork from");
    assert_eq!(
        (from.task.as_str(), from.turn),
        ("research", Some(0)),
        "{}",
        failure.message
    );
}

#[tokio::test]
async fn a_limit_under_which_nothing_could_be_done_is_refused() {
    let bench = Workbench::open().await;
    let day = |money: Option<i64>, tokens: Option<i64>| DayLimit {
        money: money.map(Money),
        tokens,
    };
    let request = |day| SaveBudgets {
        request_key: bench.key(),
        day,
        agent_day: DayLimit::default(),
        agents: BTreeMap::new(),
        workflow: DayLimit::default(),
    };
    for (limit, words) in [
        (day(None, Some(0)), "with 0 no model can be asked"),
        (day(None, Some(-1)), "with 0 no model can be asked"),
        (day(Some(-1), None), "from 0 to"),
    ] {
        let refused = bench.api().save_budgets(request(limit)).await;
        let refused = refused.expect_err("nothing could be done");
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
        assert!(refused.message.contains(words), "{refused}");
    }
    let free = bench.api().save_budgets(request(day(Some(0), Some(1)))).await;
    assert_eq!(
        free.expect("some models cost nothing").budgets.day,
        day(Some(0), Some(1))
    );

    let id = bench.create(TASK).await;
    let of = |budget| ChangeBudget {
        request_key: bench.key(),
        workflow_id: id,
        task_id: None,
        budget,
    };
    for (steps, seconds, fan_out) in [
        (Some(0), None, None),
        (None, Some(0), None),
        (None, None, Some(0)),
    ] {
        let budget = Budget {
            steps,
            seconds,
            fan_out,
            ..Budget::default()
        };
        let refused = bench.api().change_budget(of(budget)).await.expect_err("no room");
        assert_eq!(refused.code, ErrorCode::InvalidRequest, "{refused}");
        assert!(refused.message.contains("1 or more"), "{refused}");
    }
    let flat = Budget {
        depth: Some(0),
        ..Budget::default()
    };
    let changed = bench.api().change_budget(of(flat)).await;
    assert_eq!(
        changed
            .expect("no sub-workflows")
            .budget
            .and_then(|budget| budget.depth),
        Some(0)
    );
}
