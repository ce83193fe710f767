//! What may be spent, and what was.

use crate::error::{Wrapped, not_found};
use crate::local::{Local, wish};
use std::cmp::Reverse;
use wheelhouse_contract::{
    AgentSpent, ApiError, BudgetWarning, BudgetsView, ChangeBudget, DismissBudgetWarning, ErrorCode,
    GetBudgets, Removed, SaveBudgets, WorkflowView,
};
use wheelhouse_domain::{AgentUid, Budget, Budgets, DayLimit, Money};
use wheelhouse_orchestrator as orchestrator;

/// A thousand million dollars: more than that is a slip of the hand.
const MOST_MONEY: Money = Money(1_000_000_000_000_000);

impl Local {
    pub(crate) async fn budgets_view(&self, _: GetBudgets) -> Result<BudgetsView, ApiError> {
        let today = self.handle().spending_today();
        let store = self.handle().store();
        let spent = store.spent_on(today.day).await.map_err(Wrapped::from)?;
        let uids: Vec<AgentUid> = spent.iter().map(|(agent, _)| *agent).collect();
        let known = store.agents_by_uid(&uids).await.map_err(Wrapped::from)?;
        let name = |agent: AgentUid| {
            known
                .iter()
                .find(|row| row.uid == agent)
                .map(|row| row.name.clone())
        };
        let mut agents: Vec<AgentSpent> = spent
            .into_iter()
            .map(|(agent, spent)| AgentSpent {
                agent,
                name: name(agent).unwrap_or_else(|| "An agent that is gone".to_owned()),
                spent,
            })
            .collect();
        agents.sort_by_key(|one| Reverse((one.spent.money, one.spent.tokens)));
        Ok(BudgetsView {
            budgets: today.limits,
            day: today.day,
            spent: today.spent,
            reserved: today.reserved,
            agents,
            warnings: self.warnings().await?,
        })
    }

    async fn warnings(&self) -> Result<Vec<BudgetWarning>, ApiError> {
        let open = self.handle().budget_warnings().await.map_err(Wrapped::from)?;
        Ok(open.into_iter().map(warning).collect())
    }

    pub(crate) async fn see_budget_warning(
        &self,
        request: DismissBudgetWarning,
    ) -> Result<Removed, ApiError> {
        let wish = wish(&request.request_key, "dismiss_budget_warning")?;
        self.handle()
            .see_budget_warning(wish, request.id)
            .await
            .map_err(Wrapped::from)?;
        Ok(Removed { removed: true })
    }

    pub(crate) async fn keep_budgets(&self, request: SaveBudgets) -> Result<BudgetsView, ApiError> {
        let wish = wish(&request.request_key, "save_budgets")?;
        check("day", request.day)?;
        check("agent_day", request.agent_day)?;
        check("workflow", request.workflow)?;
        for limit in request.agents.values() {
            check("agents", *limit)?;
        }
        let budgets = Budgets {
            day: request.day,
            agent_day: request.agent_day,
            agents: request.agents,
            workflow: request.workflow,
            extras: Vec::new(),
        };
        self.handle()
            .save_budgets(wish, budgets)
            .await
            .map_err(Wrapped::from)?;
        self.budgets_view(GetBudgets {}).await
    }

    pub(crate) async fn set_budget(&self, request: ChangeBudget) -> Result<WorkflowView, ApiError> {
        let wish = wish(&request.request_key, "change_budget")?;
        check_budget(&request.budget)?;
        let task = match request.task_id {
            None => None,
            Some(task) => {
                let row = self
                    .handle()
                    .store()
                    .task(request.workflow_id, task)
                    .await
                    .map_err(Wrapped::from)?;
                let missing = || {
                    not_found(&format!(
                        "There is no task {task} in workflow {}.",
                        request.workflow_id
                    ))
                };
                Some(row.ok_or_else(missing)?.key)
            }
        };
        self.handle()
            .change_budget(wish, request.workflow_id, task, request.budget)
            .await
            .map_err(Wrapped::from)?;
        self.view(request.workflow_id).await
    }
}

fn warning(open: orchestrator::BudgetWarning) -> BudgetWarning {
    let orchestrator::BudgetWarning { row, agent, spent } = open;
    let (agent_id, agent) = agent.unzip();
    let (workflow_id, workflow) = row.workflow.unzip();
    let (task_id, task) = row.task.unzip();
    BudgetWarning {
        id: row.id,
        whose: row.whose,
        name: task.or(workflow).or(agent).unwrap_or_default(),
        agent_id,
        workflow_id,
        task_id,
        limit: row.limit,
        spent,
        at: row.at,
    }
}

fn check_budget(budget: &Budget) -> Result<(), ApiError> {
    let limit = DayLimit {
        money: budget.money,
        tokens: budget.tokens,
    };
    check("budget", limit)?;
    let counts = [
        (budget.steps, "Tasks"),
        (budget.seconds, "Seconds"),
        (budget.fan_out, "Parts of one step"),
    ];
    match counts.into_iter().find(|(count, _)| *count == Some(0)) {
        Some((_, what)) => Err(refused(
            "budget",
            &format!("{what} must be 1 or more: with 0 nothing can be done."),
        )),
        None => Ok(()),
    }
}

/// No money is a limit that makes sense, because some models cost nothing. No tokens is none: no model works without.
fn check(field: &str, limit: DayLimit) -> Result<(), ApiError> {
    let money = limit
        .money
        .is_none_or(|money| (Money(0)..=MOST_MONEY).contains(&money));
    let tokens = limit
        .tokens
        .is_none_or(|tokens| (1..=MOST_MONEY.0).contains(&tokens));
    match (money, tokens) {
        (false, _) => Err(refused(
            field,
            "A limit of money must be from 0 to 1,000,000,000 dollars.",
        )),
        (_, false) => Err(refused(
            field,
            "A limit of tokens must be 1 or more, and at most 1,000,000,000,000,000: with 0 no model can be asked.",
        )),
        _ => Ok(()),
    }
}

fn refused(field: &str, why: &str) -> ApiError {
    let error = ApiError::new(ErrorCode::InvalidRequest, why);
    error.field(field).next_step("Leave it empty for no limit.")
}
