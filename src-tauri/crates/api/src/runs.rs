//! What is read of a run, put together from its rows.

use crate::error::{Wrapped, not_found};
use crate::local::Local;
use crate::task_detail::model_of;
use crate::views;
use wheelhouse_contract::{ApiError, ExecutedStep, StepResult, WorkflowDetail, WorkflowView};
use wheelhouse_domain::{AgentKind, TaskAnswer, TaskStatus, WorkflowId};
use wheelhouse_orchestrator::store::{TaskRow, WorkflowRow};

impl Local {
    pub(crate) async fn row(&self, id: WorkflowId) -> Result<WorkflowRow, ApiError> {
        let row = self.handle().store().workflow(id).await.map_err(Wrapped::from)?;
        row.ok_or_else(|| not_found(&format!("There is no workflow {id}.")))
    }

    pub(crate) async fn view(&self, id: WorkflowId) -> Result<WorkflowView, ApiError> {
        self.row(id).await.map(views::workflow)
    }

    pub(crate) async fn answer_of(&self, row: &TaskRow) -> Result<Option<TaskAnswer>, Wrapped> {
        let Some(hash) = &row.output else { return Ok(None) };
        let content = self.handle().store().content(hash).await?;
        Ok(content
            .map(|content| serde_json::from_str(&content))
            .transpose()?)
    }

    pub(crate) async fn detail(&self, id: WorkflowId) -> Result<WorkflowDetail, ApiError> {
        let row = self.row(id).await?;
        let store = self.handle().store();
        let read = async {
            let content = match &row.report {
                Some(hash) => store.content(hash).await?,
                None => None,
            };
            let report = content
                .map(|content| serde_json::from_str::<TaskAnswer>(&content))
                .transpose()?;
            let tasks = store.tasks(id).await?;
            let writer = tasks
                .iter()
                .find(|task| row.report.is_some() && task.output == row.report);
            let model = match writer {
                Some(task) => model_of(&store.calls(task.id).await?),
                None => None,
            };
            Ok::<_, Wrapped>((tasks, store.plan(id).await?, report, model))
        };
        let (tasks, plan, report, model) = read.await?;
        let children = store.child_workflows(row.uid).await.map_err(Wrapped::from)?;
        let children = children.into_iter().map(views::workflow).collect();
        Ok(WorkflowDetail {
            workflow: views::workflow(row),
            tasks: tasks
                .into_iter()
                .map(|row| views::task(row, self.handle().live()))
                .collect(),
            output: report
                .as_ref()
                .and_then(|answer| answer.data.clone())
                .unwrap_or_default(),
            report: report.map(|answer| views::report(answer, model)),
            plan,
            children,
        })
    }

    /// Steps in the order in which they ended.
    pub(crate) async fn executed_steps(&self, id: WorkflowId) -> Result<Vec<ExecutedStep>, Wrapped> {
        let mut rows = self.handle().store().tasks(id).await?;
        rows.retain(|row| row.status == TaskStatus::Completed);
        rows.sort_by_key(|row| (row.completed_at, row.id));
        let mut steps: Vec<ExecutedStep> = Vec::new();
        for row in rows {
            let answer = self.answer_of(&row).await?.unwrap_or_default();
            let agent = row.agent_kind.unwrap_or(AgentKind::Driver);
            let step = u32::try_from(steps.len() + 1).unwrap_or(u32::MAX);
            steps.push(ExecutedStep {
                step,
                agent,
                result: StepResult {
                    task_id: row.id,
                    agent,
                    response: answer.text,
                },
            });
        }
        Ok(steps)
    }
}
