//! What may be spent, what was spent today, and of which budgets little is left. `spending` says what was spent earlier.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;
use wheelhouse_domain::{
    AgentId, AgentUid, Budget, BudgetOf, Budgets, DayLimit, Millis, Position, Tally, TaskId, WorkflowId,
};

/// Asks what may be spent, and what was spent today.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetBudgets {}

/// Sets what may be spent. What the operator allowed on top for single days stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SaveBudgets {
    /// Names this wish.
    pub request_key: RequestKey,
    /// For everything, on a day.
    pub day: DayLimit,
    /// For each agent, on a day.
    pub agent_day: DayLimit,
    /// For single agents, in place of `agent_day`.
    pub agents: BTreeMap<AgentUid, DayLimit>,
    /// For each new workflow that its template sets no limit for.
    pub workflow: DayLimit,
}

/// Changes what a workflow, or one task of it, may spend. Tasks that asked for more must be answered still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChangeBudget {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The task; none for the workflow.
    pub task_id: Option<TaskId>,
    /// The new limits.
    pub budget: Budget,
}

/// Says that the operator saw a warning about a budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DismissBudgetWarning {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: Position,
}

/// Little is left of a budget: four fifths of a limit are spent, or more. It is told once for each limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BudgetWarning {
    /// Its number.
    pub id: Position,
    /// Whose budget.
    pub whose: BudgetOf,
    /// Name of the agent or the workflow, or title of the task; empty for the whole application.
    pub name: String,
    /// The agent, where it is the budget of one.
    pub agent_id: Option<AgentId>,
    /// The workflow, where it is the budget of one or of a task in it.
    pub workflow_id: Option<WorkflowId>,
    /// The task, where it is the budget of one.
    pub task_id: Option<TaskId>,
    /// The limit.
    pub limit: DayLimit,
    /// What is spent by now.
    pub spent: Tally,
    /// When it was told.
    pub at: Millis,
}

/// What an agent spent on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentSpent {
    /// The agent.
    pub agent: AgentUid,
    /// Its name.
    pub name: String,
    /// What it spent.
    pub spent: Tally,
}

/// What may be spent, and what was spent today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BudgetsView {
    /// The limits.
    pub budgets: Budgets,
    /// The beginning of the present day, in UTC.
    pub day: Millis,
    /// What was spent on it.
    pub spent: Tally,
    /// What is reserved for calls in flight.
    pub reserved: Tally,
    /// What agents spent on it, the dearest first.
    pub agents: Vec<AgentSpent>,
    /// Budgets of which little is left, until the operator has seen it; the newest warning first.
    pub warnings: Vec<BudgetWarning>,
}
