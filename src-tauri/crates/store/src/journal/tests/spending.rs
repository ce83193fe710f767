//! Prices, limits, and what tasks, workflows and days have spent.

use super::Place;
use crate::journal::{Error, NearlySpent, NewPrice, SpentSum, Target};
use crate::test_util::{RunBuilder, outage, request};
use proptest::prelude::*;
use std::collections::BTreeMap;
use wheelhouse_domain::{
    Budget, BudgetOf, Budgets, CallKey, ContentHash, DayLimit, EventBody, Gist, Millis, Money, Price,
    PriceId, ProviderKind, Setup, Spend, Tally, TaskKey, TaskOf, Usage, WorkflowUid,
};

fn price(model: &str, input: i64, from: i64) -> Price {
    Price {
        kind: ProviderKind::OpenAi,
        model: model.to_owned(),
        input: Money(input),
        output: Money(2 * input),
        cached: None,
        cache_write: None,
        valid_from: Millis(from),
        note: "List price".to_owned(),
    }
}

fn spend(money: Option<i64>, tokens: i64) -> Spend {
    Spend {
        money: money.map(Money),
        tokens: Some(tokens),
    }
}

fn started(run: &mut RunBuilder, task: &str, turn: u32, reserved: Spend) -> CallKey {
    let key: TaskKey = task.into();
    let call = CallKey::new(&key, 1, turn, 0, 0);
    let request = run.content(format!("{{\"asked\":\"{call}\"}}"));
    run.push(EventBody::CallStarted {
        call: call.clone(),
        task: key,
        attempt: 1,
        turn,
        index: 0,
        kind: wheelhouse_domain::CallKind::model("far/big"),
        request,
        reserved: Some(reserved),
        elsewhere: false,
        holds: Vec::new(),
        sees: Vec::new(),
        leave: None,
    });
    call
}

fn finished(run: &mut RunBuilder, call: CallKey, spent: Spend) {
    let response = run.content(format!("{{\"said\":\"{call}\"}}"));
    run.push(EventBody::CallFinished {
        call,
        response,
        usage: Usage {
            input_tokens: Some(5),
            output_tokens: Some(6),
            cached_tokens: Some(2),
            cache_written_tokens: Some(1),
        },
        spent: Some(spent),
        gist: Some(Gist {
            hash: ContentHash::of("said"),
            length: 4,
        }),
        stays_here: Vec::new(),
    });
}

fn sums(tally: Tally) -> (i64, i64, u32, i64) {
    (tally.money.0, tally.possible.0, tally.unpriced, tally.tokens)
}

#[tokio::test]
async fn prices_are_set_changed_and_removed() {
    let place = Place::new().await;
    let store = &place.store;
    let save = async |key: &str, id: Option<u32>, price: Price| {
        let new = NewPrice {
            id: id.map(PriceId),
            price,
        };
        store.save_price(new, request(key), Millis(9)).await
    };
    save("a", None, price("big-*", 100, 0)).await.expect("saved");
    save("b", None, price("big-*", 80, 50))
        .await
        .expect("another from a later time");
    let taken = save("c", None, price("big-*", 70, 50)).await;
    assert!(matches!(taken, Err(Error::PriceTaken(model)) if model == "big-*"));
    save("d", Some(2), price("big-*", 75, 50)).await.expect("changed");
    let missing = save("e", Some(9), price("x", 1, 0)).await;
    assert!(matches!(missing, Err(Error::PriceNotFound(PriceId(9)))));
    let removed = store.remove_price(PriceId(1), request("f"), Millis(9)).await;
    assert!(removed.expect("removed"));
    let again = store.remove_price(PriceId(1), request("g"), Millis(9)).await;
    assert!(!again.expect("nothing to remove"));
    save("h", None, price("small", 1, 0)).await.expect("saved");
    let rows = store.prices().await.expect("prices");
    let seen: Vec<(u32, i64)> = rows.iter().map(|row| (row.id.0, row.price.input.0)).collect();
    assert_eq!(seen, [(2, 75), (3, 1)], "a number is never given out again");
    store.rebuild_projections().await.expect("rebuild");
    assert_eq!(store.prices().await.expect("prices"), rows);
}

#[tokio::test]
async fn limits_of_the_whole_application_are_kept() {
    let place = Place::new().await;
    assert_eq!(place.store.budgets().await.expect("budgets"), Budgets::default());
    let budgets = Budgets {
        day: DayLimit {
            money: Some(Money(5_000_000)),
            tokens: None,
        },
        ..Budgets::default()
    };
    let saved = place
        .store
        .save_budgets(budgets.clone(), request("a"), Millis(9))
        .await;
    saved.expect("saved");
    place.store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.store.budgets().await.expect("budgets"), budgets);
}

#[tokio::test]
async fn a_call_counts_for_its_task_its_workflow_and_its_day() {
    let place = Place::new().await;
    let mut run = place.run("spends").await;
    run.started().attempt("analyse", 1);
    let calls: Vec<CallKey> = (0..4)
        .map(|turn| {
            started(
                &mut run,
                "analyse",
                2 * turn,
                spend((turn != 3).then_some(100), 1_000),
            )
        })
        .collect();
    let id = place.create(&mut run).await;
    let row = place.store.workflow(id).await.expect("readable").expect("there");
    assert_eq!(
        (row.reserved.money, row.reserved.tokens, sums(row.spent)),
        (Money(300), 4_000, (0, 0, 0, 0))
    );
    let [first, second, third, fourth]: [CallKey; 4] = calls.try_into().expect("four");
    finished(&mut run, first, spend(Some(30), 11));
    run.push(EventBody::CallInterrupted { call: second });
    run.push(EventBody::CallFailed {
        call: third,
        failure: outage(),
    });
    finished(&mut run, fourth, spend(None, 7));
    place.append(id, &mut run).await.expect("written");
    let row = place.store.workflow(id).await.expect("readable").expect("there");
    let expected = (230, 200, 1, 2_018);
    assert_eq!((sums(row.spent), row.reserved), (expected, Tally::default()));
    let tasks = place.store.tasks(id).await.expect("tasks");
    let task = tasks
        .iter()
        .find(|task| task.key.as_str() == "analyse")
        .expect("there");
    assert_eq!((sums(task.spent), task.reserved), (expected, Tally::default()));
    let day = place.store.spent_on(Millis(0)).await.expect("the day");
    assert_eq!(
        day.iter().map(|(_, spent)| sums(*spent)).collect::<Vec<_>>(),
        [expected]
    );
    let calls = place.store.calls(task.id).await.expect("calls");
    assert_eq!(calls[0].usage.cached_tokens, Some(2));
    let tree = place.store.spending_below(run.uid()).await.expect("the tree");
    let counted: Vec<_> = tree
        .calls
        .iter()
        .map(|call| sums(call.counted.expect("ended")))
        .collect();
    assert_eq!(
        counted,
        [
            (30, 0, 0, 11),
            (100, 100, 0, 1_000),
            (100, 100, 0, 1_000),
            (0, 0, 1, 7)
        ]
    );
    let before = place.derived().await;
    place.store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.derived().await, before);
}

#[tokio::test]
async fn a_sub_workflow_counts_for_what_is_above_it() {
    let place = Place::new().await;
    let mut above = place.run("above").await;
    above.started().attempt("analyse", 1);
    let id = place.create(&mut above).await;
    let mut below = place.run("below").await;
    let task = TaskOf {
        workflow: above.uid(),
        task: "analyse".into(),
    };
    below.started_for(task);
    below.started().attempt("analyse", 1);
    let call = started(&mut below, "analyse", 0, spend(Some(100), 1_000));
    let below_id = place.create(&mut below).await;
    let row = place.store.workflow(id).await.expect("readable").expect("there");
    assert_eq!(row.reserved.money, Money(100));
    finished(&mut below, call, spend(Some(60), 500));
    place.append(below_id, &mut below).await.expect("written");
    let row = place.store.workflow(id).await.expect("readable").expect("there");
    assert_eq!(
        (row.spent.money, row.spent.tokens, row.reserved),
        (Money(60), 500, Tally::default())
    );
    let tree = place.store.spending_below(above.uid()).await.expect("the tree");
    let workflows: Vec<WorkflowUid> = tree.workflows.iter().map(|(uid, _)| *uid).collect();
    assert_eq!(workflows, [above.uid(), below.uid()]);
    assert_eq!(tree.workflows[1].1, Some((above.uid(), "analyse".into())));
}

#[tokio::test]
async fn what_was_spent_elsewhere_is_no_part_of_a_day_here() {
    let place = Place::new().await;
    let mut run = place.run("elsewhere").await;
    run.started().attempt("analyse", 1);
    let call = started(&mut run, "analyse", 0, spend(Some(100), 1_000));
    finished(&mut run, call, spend(Some(60), 500));
    run.push(EventBody::CancelRequested)
        .push(EventBody::WorkflowCancelled)
        .push(EventBody::WorkflowImported {});
    let id = place.create(&mut run).await;
    let row = place.store.workflow(id).await.expect("readable").expect("there");
    assert_eq!(sums(row.spent), (60, 0, 0, 500), "the run says what it cost");
    assert_eq!(place.store.spent_on(Millis(0)).await.expect("the day"), []);
    let before = place.derived().await;
    place.store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.derived().await, before);
}

#[tokio::test]
async fn no_workflow_stands_above_itself() {
    let place = Place::new().await;
    let [mut first, mut second, mut own] = [
        place.run("first").await,
        place.run("second").await,
        place.run("own").await,
    ];
    let below = |run: &RunBuilder| TaskOf {
        workflow: run.uid(),
        task: "analyse".into(),
    };
    let (of_first, of_second, of_own) = (below(&first), below(&second), below(&own));
    // One that names a workflow that is not here yet is fine, as a file may hold a part of a family.
    place.create(first.started_for(of_second)).await;
    for run in [second.started_for(of_first), own.started_for(of_own)] {
        let refused = place.store.commit(run.commit(Target::New)).await;
        assert!(
            matches!(
                refused,
                Err(Error::Integrity {
                    table: "workflows",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_changed_budget_is_shown() {
    let place = Place::new().await;
    let mut run = place.run("limited").await;
    run.set_up(|setup: &mut Setup| setup.budget.money = Some(Money(5)));
    run.started();
    let id = place.create(&mut run).await;
    let budget = |money| Budget {
        money: Some(Money(money)),
        ..Budget::default()
    };
    let row = place.store.workflow(id).await.expect("readable").expect("there");
    assert_eq!(row.budget, Some(budget(5)));
    run.push(EventBody::BudgetChanged {
        task: None,
        budget: budget(8),
    });
    run.push(EventBody::BudgetChanged {
        task: Some("analyse".into()),
        budget: budget(3),
    });
    place.append(id, &mut run).await.expect("written");
    let row = place.store.workflow(id).await.expect("readable").expect("there");
    assert_eq!(row.budget, Some(budget(8)));
    let tasks = place.store.tasks(id).await.expect("tasks");
    let limits: Vec<_> = tasks
        .iter()
        .filter_map(|task| task.budget.map(|budget| (task.key.as_str(), budget)))
        .collect();
    assert_eq!(limits, [("analyse", budget(3))]);
}

/// A call of a made-up history.
#[derive(Debug, Clone)]
struct Called {
    run: usize,
    agent: usize,
    model: usize,
    day: i64,
    reserved: Option<i64>,
    end: End,
}

#[derive(Debug, Clone)]
enum End {
    Finished(Option<i64>),
    Failed,
    Interrupted,
    Open,
}

const AGENTS: [&str; 3] = ["analyse", "research", "report"];
const MODELS: [&str; 3] = ["far/big", "far/small", "near/mid"];
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

fn called() -> impl Strategy<Value = Called> {
    let end = prop_oneof![
        6 => proptest::option::weighted(0.8, 0..900_i64).prop_map(End::Finished),
        1 => Just(End::Failed),
        1 => Just(End::Interrupted),
        1 => Just(End::Open),
    ];
    let reserved = proptest::option::weighted(0.8, 0..900_i64);
    (0..3_usize, 0..3_usize, 0..3_usize, 0..4_i64, reserved, end).prop_map(
        |(run, agent, model, day, reserved, end)| Called {
            run,
            agent,
            model,
            day,
            reserved,
            end,
        },
    )
}

/// Puts a call on record, and how it ended. Gives what it is counted with, if anything.
fn put(run: &mut RunBuilder, number: u32, called: &Called) -> Option<Tally> {
    let key: TaskKey = AGENTS[called.agent].into();
    let call = CallKey::new(&key, 1, number, 0, 0);
    let request = run.content(format!("{{\"asked\":\"{call}\"}}"));
    let reserved = spend(called.reserved, 1_000);
    run.at(called.day * DAY_MS + i64::from(number) * 1_000);
    run.push(EventBody::CallStarted {
        call: call.clone(),
        task: key,
        attempt: 1,
        turn: number,
        index: 0,
        kind: wheelhouse_domain::CallKind::model(MODELS[called.model]),
        request,
        reserved: Some(reserved),
        elsewhere: false,
        holds: Vec::new(),
        sees: Vec::new(),
        leave: None,
    });
    match called.end {
        End::Finished(money) => {
            finished(run, call, spend(money, 10));
            Some(Tally::finished(Some(reserved), Some(spend(money, 10))))
        }
        End::Failed => {
            run.push(EventBody::CallFailed {
                call,
                failure: outage(),
            });
            Some(Tally::failed(Some(reserved), &outage()))
        }
        End::Interrupted => {
            run.push(EventBody::CallInterrupted { call });
            Some(Tally::lost(Some(reserved)))
        }
        End::Open => None,
    }
}

fn add<K: Ord>(sums: &mut BTreeMap<K, SpentSum>, key: K, spent: Tally) {
    sums.entry(key).or_default().add(SpentSum { calls: 1, spent });
}

/// Makes runs of the calls, the third below the second, and compares what the store says with a plain count.
async fn compare(history: Vec<Called>, (from, to): (i64, i64)) {
    let place = Place::new().await;
    let mut runs = vec![place.run("a").await, place.run("b").await, place.run("c").await];
    let above = TaskOf {
        workflow: runs[1].uid(),
        task: "analyse".into(),
    };
    runs[2].started_for(above);
    let mut ids = Vec::new();
    for run in &mut runs {
        run.started();
        for task in AGENTS {
            run.attempt(task, 1);
        }
        ids.push(place.create(run).await);
    }
    let crew = place.crew().await;
    let whose = [crew["driver"], crew["creator"], crew["driver"]];
    let (mut days, mut agents, mut models, mut workflows) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut total = SpentSum::default();
    for (number, called) in (0_u32..).zip(&history) {
        let spent = put(&mut runs[called.run], number, called);
        let Some(spent) = spent.filter(|_| (from..=to).contains(&called.day)) else {
            continue;
        };
        total.add(SpentSum { calls: 1, spent });
        add(&mut days, Millis(called.day * DAY_MS), spent);
        add(&mut agents, whose[called.agent], spent);
        add(&mut models, MODELS[called.model].to_owned(), spent);
        // What stands below another counts there.
        add(&mut workflows, ids[called.run.min(1)], spent);
    }
    for (id, run) in ids.iter().zip(&mut runs) {
        place.append(*id, run).await.expect("written");
    }
    for _ in 0..2 {
        let seen = place
            .store
            .spending(Millis(from * DAY_MS), Millis(to * DAY_MS))
            .await
            .expect("read");
        assert_eq!((seen.total, seen.others), (total, SpentSum::default()));
        assert_eq!(seen.days, days.clone().into_iter().collect::<Vec<_>>());
        let by_agent: BTreeMap<_, _> = seen.agents.iter().map(|one| (one.agent, one.sum)).collect();
        assert_eq!(by_agent, agents);
        assert_eq!(seen.models.iter().cloned().collect::<BTreeMap<_, _>>(), models);
        let by_workflow: BTreeMap<_, _> = seen
            .workflows
            .iter()
            .map(|one| (one.workflow.expect("there"), one.sum))
            .collect();
        assert_eq!(by_workflow, workflows);
        let dear: Vec<i64> = seen.workflows.iter().map(|one| one.sum.spent.money.0).collect();
        assert!(dear.is_sorted_by(|a, b| a >= b), "the dearest first");
        let lines = place
            .store
            .spent_lines(Millis(from * DAY_MS), Millis(to * DAY_MS))
            .await
            .expect("read");
        let mut of_lines = SpentSum::default();
        lines.iter().for_each(|line| of_lines.add(line.sum));
        assert_eq!(of_lines, total);
        let before = place.derived().await;
        place.store.rebuild_projections().await.expect("rebuild");
        assert_eq!(place.derived().await, before);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Days, agents, models and workflows against a fold of the same calls.
    #[test]
    fn sums_are_those_of_the_journal(
        history in prop::collection::vec(called(), 0..40),
        days in (0..4_i64, 0..4_i64),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(compare(history, (days.0.min(days.1), days.0.max(days.1))));
    }
}

#[tokio::test]
async fn what_was_spent_stays_when_its_workflow_goes() {
    let place = Place::new().await;
    let mut run = place.run("spends").await;
    run.started().attempt("analyse", 1);
    let call = started(&mut run, "analyse", 0, spend(Some(100), 1_000));
    finished(&mut run, call, spend(Some(60), 500));
    run.push(EventBody::CancelRequested)
        .push(EventBody::WorkflowCancelled);
    let id = place.create(&mut run).await;
    let read = async || place.store.spending(Millis(0), Millis(0)).await.expect("read");
    let before = read().await;
    assert_eq!(before.workflows[0].workflow, Some(id));
    assert_eq!(before.workflows[0].name.as_deref(), Some("spends"));
    place
        .store
        .delete_workflow(id, request("gone"))
        .await
        .expect("deleted");
    let after = read().await;
    assert_eq!(
        (after.total, &after.agents, &after.models),
        (before.total, &before.agents, &before.models)
    );
    let gone = &after.workflows[0];
    assert_eq!((gone.workflow, &gone.name, gone.sum), (None, &None, before.total));
}

#[tokio::test]
async fn it_is_kept_once_for_each_limit_that_little_is_left() {
    let place = Place::new().await;
    let mut run = place.run("dear").await;
    run.started();
    let id = place.create(&mut run).await;
    let nearly = |whose: BudgetOf, limit: i64| NearlySpent {
        whose,
        limit: DayLimit {
            money: Some(Money(limit)),
            tokens: None,
        },
        spent: Tally {
            money: Money(8),
            ..Tally::default()
        },
        now: Millis(5),
    };
    let day = BudgetOf::Day { day: Millis(0) };
    let task = BudgetOf::Task {
        task: TaskOf {
            workflow: run.uid(),
            task: "analyse".into(),
        },
    };
    for (whose, limit) in [
        (&day, 10),
        (&day, 10),
        (&task, 10),
        (&day, 20),
        (&task, 10),
        (&day, 10),
    ] {
        place
            .store
            .warn_of_budget(nearly(whose.clone(), limit))
            .await
            .expect("kept");
    }
    let unseen = place.store.budget_warnings().await.expect("read");
    let seen: Vec<_> = unseen.iter().map(|row| (&row.whose, row.limit.money)).collect();
    assert_eq!(
        seen,
        [
            (&day, Some(Money(20))),
            (&task, Some(Money(10))),
            (&day, Some(Money(10)))
        ]
    );
    assert_eq!(unseen[1].workflow, Some((id, "dear".to_owned())));
    assert!(unseen[1].task.is_some());
    for key in ["a", "b"] {
        let see = place
            .store
            .see_budget_warning(unseen[0].id, request(key), Millis(6))
            .await;
        see.expect("seen");
    }
    let before = place.derived().await;
    place.store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.derived().await, before);
    run.push(EventBody::CancelRequested)
        .push(EventBody::WorkflowCancelled);
    place.append(id, &mut run).await.expect("written");
    let left = place.store.budget_warnings().await.expect("read");
    let left: Vec<_> = left.iter().map(|row| row.id).collect();
    assert_eq!(
        left,
        [unseen[2].id],
        "what has ended is nobody's business any more"
    );
}
