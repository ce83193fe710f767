//! Tells that little is left of a budget: as a fact, once for each budget and limit, until the operator has seen it.
//!
//! The ledger says when. What it says is written down at once; a process that ends in between finds the same budget nearly
//! spent when it comes back, and the store knows what was told before.

use super::Accounts;
use super::words::budget_of;
use crate::error::Error;
use crate::handle::{Handle, Wish};
use crate::service::Inner;
use tracing::error;
use wheelhouse_domain::{AgentId, BudgetOf, DayLimit, Position, Tally};
use wheelhouse_engine::budget::{Allowance, Day, Node, Standing};
use wheelhouse_store::{NearlySpent, WarningRow};

/// A warning that the operator has not seen, about a budget that still has the limit that it was told for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetWarning {
    /// What was told.
    pub row: WarningRow,
    /// The agent's number and name, where it is the budget of one.
    pub agent: Option<(AgentId, String)>,
    /// What is spent by now.
    pub spent: Tally,
}

/// Writes down of which budgets little is left since the last time.
pub(crate) async fn tell(inner: &Inner) {
    for (node, standing) in inner.accounts.take_nearly_spent() {
        let nearly = NearlySpent {
            whose: budget_of(&node),
            limit: limit_of(standing.limit),
            spent: standing.spent,
            now: inner.options.world.now(),
        };
        if let Err(error) = inner.store.warn_of_budget(nearly).await {
            // Nothing depends on it: the limit itself holds. It is told when more was spent.
            error!(%error, "that little is left of a budget could not be written down");
            inner.accounts.untold(&node);
        }
    }
}

fn limit_of(limit: Allowance) -> DayLimit {
    DayLimit {
        money: limit.money,
        tokens: limit.tokens,
    }
}

fn node_of(whose: &BudgetOf) -> Node {
    match whose {
        BudgetOf::Day { day } => Node::Day(Day::of(*day)),
        BudgetOf::Agent { agent, day } => Node::Agent(*agent, Day::of(*day)),
        BudgetOf::Workflow { workflow } => Node::Workflow(*workflow),
        BudgetOf::Task { task } => Node::Task(task.workflow, task.task.clone()),
    }
}

impl Accounts {
    fn take_nearly_spent(&self) -> Vec<(Node, Standing)> {
        self.state().ledger.take_nearly_spent()
    }

    fn untold(&self, node: &Node) {
        self.state().ledger.untold(node);
    }

    /// How a budget stands with the limits that are set now; none where it is not known, as after its day.
    fn present(&self, whose: &BudgetOf, today: Day) -> Option<Standing> {
        let mut state = self.state();
        match whose {
            BudgetOf::Day { day } | BudgetOf::Agent { day, .. } if Day::of(*day) != today => None,
            BudgetOf::Day { .. } => {
                state.open_day(today);
                state.ledger.standing(&Node::Day(today))
            }
            BudgetOf::Agent { agent, .. } => {
                let node = state.open_agent(*agent, today);
                state.ledger.standing(&node)
            }
            BudgetOf::Workflow { .. } | BudgetOf::Task { .. } => state.ledger.standing(&node_of(whose)),
        }
    }
}

impl Handle {
    /// Warnings about budgets that the operator has not seen, the newest first. One whose day is over, or whose limit was
    /// changed since, is not among them.
    ///
    /// # Errors
    /// [`Error::Store`] where they can't be read.
    pub async fn budget_warnings(&self) -> Result<Vec<BudgetWarning>, Error> {
        let today = Day::of(self.options().world.now());
        let mut open = Vec::new();
        for row in self.store().budget_warnings().await? {
            let of_day = matches!(row.whose, BudgetOf::Day { .. } | BudgetOf::Agent { .. });
            let present = self.inner().accounts.present(&row.whose, today);
            // A run that nobody has looked at since the start is not in the ledger; its limit is as it was.
            let holds = present.map_or(!of_day, |standing| limit_of(standing.limit) == row.limit);
            if !holds {
                continue;
            }
            let agent = match &row.whose {
                BudgetOf::Agent { agent, .. } => self.store().agent_by_uid(*agent).await?,
                _ => None,
            };
            open.push(BudgetWarning {
                spent: present.map_or(row.spent, |standing| standing.spent),
                agent: agent.map(|agent| (agent.id, agent.name)),
                row,
            });
        }
        Ok(open)
    }

    /// Keeps that the operator saw a warning.
    ///
    /// # Errors
    /// [`Error::Store`] where it could not be written.
    pub async fn see_budget_warning(&self, wish: Wish<'_>, id: Position) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let seen = self.store().see_budget_warning(id, request, now).await;
        seen.or_else(|error| self.unless_known(wish, error))
    }
}
