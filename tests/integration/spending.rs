//! What was spent, on whom and what; and that it is told once when little is left of a budget.

use crate::common::{TASK, assert_completed};
use std::collections::BTreeMap;
use wheelhouse_contract::{
    BudgetWarning, BudgetsView, DismissBudgetWarning, ErrorCode, ExportSpending, GetBudgets, GetSpending,
    Operations, SaveBudgets, SpendingView, SpentSum,
};
use wheelhouse_domain::{BudgetOf, DayLimit, Millis};
use wheelhouse_testkit::{Workbench, within};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

async fn limit_day(bench: &Workbench, tokens: i64) -> BudgetsView {
    let request = SaveBudgets {
        request_key: bench.key(),
        day: DayLimit {
            money: None,
            tokens: Some(tokens),
        },
        agent_day: DayLimit::default(),
        agents: BTreeMap::new(),
        workflow: DayLimit::default(),
    };
    bench.api().save_budgets(request).await.expect("saved")
}

async fn today(bench: &Workbench) -> BudgetsView {
    bench.api().get_budgets(GetBudgets {}).await.expect("budgets")
}

async fn warnings(bench: &Workbench) -> Vec<BudgetWarning> {
    today(bench).await.warnings
}

/// It is told a moment after what was spent is on record.
async fn until_told(bench: &Workbench) -> Vec<BudgetWarning> {
    let mut head = bench.api().handle().store().head();
    let watching = async {
        loop {
            head.mark_unchanged();
            let told = warnings(bench).await;
            if !told.is_empty() {
                return told;
            }
            head.changed().await.expect("the store is open");
        }
    };
    within("a warning is told", watching).await
}

async fn spending(bench: &Workbench, from: Millis, to: Millis) -> SpendingView {
    let asked = GetSpending { from, to };
    bench.api().get_spending(asked).await.expect("spending")
}

fn added(sums: impl Iterator<Item = SpentSum>) -> SpentSum {
    let mut all = SpentSum::default();
    for sum in sums {
        all.calls += sum.calls;
        all.spent.add(sum.spent);
    }
    all
}

#[tokio::test]
async fn what_a_run_cost_is_told_by_day_agent_model_and_workflow() {
    let bench = Workbench::open().await;
    let first = bench.run(TASK).await;
    let second = bench.run(TASK).await;
    for detail in [&first, &second] {
        assert_completed(detail);
    }
    let day = today(&bench).await.day;
    let seen = spending(&bench, Millis(day.0 - 29 * DAY_MS), day).await;
    let tokens = first.workflow.spent.tokens + second.workflow.spent.tokens;
    assert_eq!((seen.total.spent.tokens, seen.total.spent.unpriced), (tokens, 0));
    assert!(seen.total.calls >= 8, "{} calls", seen.total.calls);
    for split in [
        added(seen.days.iter().map(|one| one.sum)),
        added(seen.agents.iter().map(|one| one.sum)),
        added(seen.models.iter().map(|one| one.sum)),
        added(seen.workflows.iter().map(|one| one.sum)),
    ] {
        assert_eq!(split, seen.total);
    }
    assert_eq!(seen.others, SpentSum::default());
    assert_eq!(seen.models[0].model.as_deref(), Some("rehearsal"));
    assert!(
        seen.agents
            .iter()
            .all(|one| one.name.is_some() && one.agent_id.is_some())
    );
    let mut runs: Vec<_> = seen.workflows.iter().filter_map(|one| one.workflow_id).collect();
    runs.sort_unstable();
    assert_eq!(runs, [first.workflow.id, second.workflow.id]);

    let before = spending(&bench, Millis(day.0 - DAY_MS), Millis(day.0 - 1)).await;
    assert_eq!((before.total, before.days.len()), (SpentSum::default(), 0));
    let wrong = GetSpending {
        from: Millis(day.0 - 400 * DAY_MS),
        to: day,
    };
    let refused = bench.api().get_spending(wrong).await.expect_err("too long");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);

    let asked = ExportSpending { from: day, to: day };
    let file = bench.api().export_spending(asked).await.expect("a table");
    let lines: Vec<&str> = file.text.lines().collect();
    assert!(
        lines[0].starts_with("Day,Agent,Model,Workflow,Name,Calls,"),
        "{}",
        lines[0]
    );
    let of_lines: i64 = lines[1..]
        .iter()
        .map(|line| {
            line.rsplit(',')
                .next()
                .expect("a cell")
                .parse::<i64>()
                .expect("tokens")
        })
        .sum();
    assert_eq!(of_lines, tokens);
}

#[tokio::test]
async fn it_is_told_once_that_little_is_left_and_kept_until_it_is_seen() {
    let mut bench = Workbench::open().await;
    let one = bench.run(TASK).await.workflow.spent.tokens;
    // So much that a few more runs, and what is set aside for calls at the same time, find room in the last fifth.
    let limit = 15 * one + 150_000;
    limit_day(&bench, limit).await;
    while today(&bench).await.spent.tokens * 10 < limit * 8 {
        assert_eq!(warnings(&bench).await, []);
        assert_completed(&bench.run(TASK).await);
    }
    let told = until_told(&bench).await;
    let day = today(&bench).await.day;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].whose, BudgetOf::Day { day });
    assert_eq!(told[0].limit.tokens, Some(limit));
    assert!(told[0].spent.tokens * 10 >= limit * 8);

    // It is there after a restart, and told only once.
    bench.reopen().await;
    assert_eq!(warnings(&bench).await.len(), 1);
    assert_completed(&bench.run(TASK).await);
    assert_eq!(warnings(&bench).await.len(), 1);
    let seen = |key| DismissBudgetWarning {
        request_key: key,
        id: told[0].id,
    };
    for _ in 0..2 {
        let key = bench.key();
        bench.api().dismiss_budget_warning(seen(key)).await.expect("seen");
    }
    assert!(warnings(&bench).await.is_empty());
    bench.reopen().await;
    assert_completed(&bench.run(TASK).await);
    assert!(warnings(&bench).await.is_empty());

    // Another limit is another budget to run out of: of this one, much is left, and of the next little.
    limit_day(&bench, 100 * limit).await;
    assert_completed(&bench.run(TASK).await);
    assert!(warnings(&bench).await.is_empty());
    let spent = today(&bench).await.spent.tokens;
    limit_day(&bench, spent + spent / 8).await;
    let id = bench.begin(TASK).await;
    let again = until_told(&bench).await;
    bench.ended(id).await;
    assert_eq!(again.len(), 1, "{again:?}");
    assert_eq!(again[0].limit.tokens, Some(spent + spent / 8));
    // Given more, little is not what is left.
    limit_day(&bench, 10 * spent).await;
    assert!(warnings(&bench).await.is_empty());
}
