//! Forks: what one would do, and starting it.

use crate::check;
use crate::error::Wrapped;
use crate::local::{Local, wish};
use std::collections::BTreeMap;
use wheelhouse_contract::{
    ApiError, ForkPlanView, ForkRepeat, ForkTaskView, ForkUsed, ForkWorkflow, PlanFork, WorkflowView,
};
use wheelhouse_domain::{AgentUid, ForkEdit};
use wheelhouse_orchestrator::{ForkPlan, ForkedTask};

impl Local {
    pub(crate) async fn look_ahead(&self, request: PlanFork) -> Result<ForkPlanView, ApiError> {
        let edit = checked(request.edit)?;
        let plan = self
            .handle()
            .plan_fork(request.workflow_id, request.task_id, &edit)
            .await;
        let plan = plan.map_err(Wrapped::from)?;
        let agents = self.handle().store().agents().await.map_err(Wrapped::from)?;
        let names = agents.into_iter().map(|agent| (agent.uid, agent.name)).collect();
        Ok(plan_view(plan, &names))
    }

    pub(crate) async fn fork(&self, request: ForkWorkflow) -> Result<WorkflowView, ApiError> {
        let wish = wish(&request.request_key, "fork_workflow")?;
        let edit = checked(request.edit)?;
        let (workflow, task) = (request.workflow_id, request.task_id);
        let id = self
            .handle()
            .fork(wish, workflow, task, &edit, request.repeat)
            .await;
        self.view(id.map_err(Wrapped::from)?).await
    }
}

fn checked(edit: ForkEdit) -> Result<ForkEdit, ApiError> {
    match &edit {
        ForkEdit::Again => {}
        ForkEdit::Inputs { values } => {
            if !values.0.is_object() {
                return Err(check::invalid("values", "The values must be given by name."));
            }
        }
        ForkEdit::Output { text, data } => {
            check::given_answer(text, data.is_some())?;
        }
        ForkEdit::Prompt { text } => {
            check::prompt(text)?;
        }
        ForkEdit::Model { model } => {
            check::model(model)?;
        }
    }
    Ok(edit)
}

fn plan_view(plan: ForkPlan, names: &BTreeMap<AgentUid, String>) -> ForkPlanView {
    let task = |task: ForkedTask| ForkTaskView {
        key: task.key,
        title: task.title,
        agent: task.agent.and_then(|uid| names.get(&uid).cloned()),
        gathers: task.gathers,
    };
    let used = plan.used;
    ForkPlanView {
        again: plan.again.into_iter().map(task).collect(),
        reused: plan.reused,
        kept: plan.kept.into_iter().map(task).collect(),
        used: ForkUsed {
            calls: used.calls,
            tokens: used.tokens,
            unknown_tokens: used.unknown_tokens,
            money: used.money,
            unknown_money: used.unknown_money,
        },
        repeats: plan
            .repeats
            .into_iter()
            .map(|one| ForkRepeat {
                task: one.title,
                tool: one.tool,
            })
            .collect(),
        above: plan.above,
    }
}
