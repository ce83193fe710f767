//! Prices, limits, and what tasks, workflows and days have spent.

use super::Place;
use crate::journal::{Error, NewPrice, Target};
use crate::test_util::{outage, request};
use wheelhouse_domain::{
    Budget, Budgets, CallKey, ContentHash, DayLimit, EventBody, Gist, Millis, Money, Price, PriceId,
    ProviderKind, Setup, Spend, Tally, TaskKey, TaskOf, Usage, WorkflowUid,
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

fn started(run: &mut crate::test_util::RunBuilder, task: &str, turn: u32, reserved: Spend) -> CallKey {
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

fn finished(run: &mut crate::test_util::RunBuilder, call: CallKey, spent: Spend) {
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
    let below = |run: &crate::test_util::RunBuilder| TaskOf {
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
