//! Workflows: written down, started and ended, and what is listed of them.

use crate::check;
use crate::error::{Wrapped, not_found};
use crate::local::{Local, wish};
use crate::task_detail::task_detail;
use crate::views;
use wheelhouse_contract::{
    ApiError, CancelWorkflow, CreateWorkflow, DeleteWorkflow, ExecuteWorkflow, Execution, GetTask,
    JournalEntry, ListJournal, ListWorkflows, Removed, RetryWorkflow, StartWorkflow, TaskDetail,
    WorkflowPage, WorkflowStats, WorkflowView,
};
use wheelhouse_orchestrator::NewRun;
use wheelhouse_orchestrator::store::WorkflowFilter;

impl Local {
    pub(crate) async fn execute(&self, request: ExecuteWorkflow) -> Result<Execution, ApiError> {
        let wish = wish(&request.request_key, "execute_workflow")?;
        let task = check::task(&request.task)?;
        let workflow_id = self
            .handle()
            .create(wish, &NewRun::crew("", task), true)
            .await
            .map_err(Wrapped::from)?;
        let status = self.handle().wait(workflow_id).await.map_err(Wrapped::from)?;
        Ok(Execution {
            workflow_id,
            status,
            steps: self.executed_steps(workflow_id).await?,
        })
    }

    pub(crate) async fn write_down(&self, request: CreateWorkflow) -> Result<WorkflowView, ApiError> {
        let wish = wish(&request.request_key, "create_workflow")?;
        let (task, name) = (check::task(&request.task)?, check::name(&request.name)?);
        let run = NewRun::crew(name, task);
        let created = match request.made_of {
            Some(message) => self.handle().create_of_message(wish, &run, message).await,
            None => self.handle().create(wish, &run, false).await,
        };
        self.view(created.map_err(Wrapped::from)?).await
    }

    pub(crate) async fn begin(&self, request: StartWorkflow) -> Result<WorkflowView, ApiError> {
        let wish = wish(&request.request_key, "start_workflow")?;
        self.handle()
            .start(wish, request.id)
            .await
            .map_err(Wrapped::from)?;
        self.view(request.id).await
    }

    pub(crate) async fn cancel(&self, request: CancelWorkflow) -> Result<WorkflowView, ApiError> {
        let wish = wish(&request.request_key, "cancel_workflow")?;
        self.handle()
            .cancel(wish, request.id)
            .await
            .map_err(Wrapped::from)?;
        self.view(request.id).await
    }

    pub(crate) async fn take_up(&self, request: RetryWorkflow) -> Result<WorkflowView, ApiError> {
        let wish = wish(&request.request_key, "retry_workflow")?;
        self.handle()
            .retry(wish, request.id)
            .await
            .map_err(Wrapped::from)?;
        self.view(request.id).await
    }

    pub(crate) async fn delete(&self, request: DeleteWorkflow) -> Result<Removed, ApiError> {
        let wish = wish(&request.request_key, "delete_workflow")?;
        let removed = self
            .handle()
            .delete(wish, request.id)
            .await
            .map_err(Wrapped::from)?;
        Ok(Removed { removed })
    }

    pub(crate) async fn page_of_workflows(&self, request: ListWorkflows) -> Result<WorkflowPage, ApiError> {
        let filter = WorkflowFilter {
            statuses: request.statuses,
            query: request.query.trim().to_owned(),
            template: request.template,
            before: request.before,
            limit: check::limit(request.limit, 200)?,
        };
        let list = self
            .handle()
            .store()
            .workflows(&filter)
            .await
            .map_err(Wrapped::from)?;
        Ok(WorkflowPage {
            workflows: list.workflows.into_iter().map(views::workflow).collect(),
            matching: list.matching,
            more: list.more,
        })
    }

    pub(crate) async fn workflow_stats(&self) -> Result<WorkflowStats, ApiError> {
        let counts = self
            .handle()
            .store()
            .workflow_counts()
            .await
            .map_err(Wrapped::from)?;
        Ok(views::stats(counts))
    }

    pub(crate) async fn task_detail(&self, request: GetTask) -> Result<TaskDetail, ApiError> {
        let row = self
            .handle()
            .store()
            .task(request.workflow_id, request.task_id)
            .await
            .map_err(Wrapped::from)?;
        let row = row.ok_or_else(|| {
            not_found(&format!(
                "There is no task {} in workflow {}.",
                request.task_id, request.workflow_id
            ))
        })?;
        Ok(task_detail(self.handle(), row).await?)
    }

    pub(crate) async fn journal(&self, request: ListJournal) -> Result<Vec<JournalEntry>, ApiError> {
        let limit = check::limit(request.limit, 500)?;
        self.row(request.workflow_id).await?;
        let events = self
            .handle()
            .store()
            .events(request.workflow_id, request.after, limit)
            .await;
        Ok(events
            .map_err(Wrapped::from)?
            .into_iter()
            .map(views::journal_entry)
            .collect())
    }
}
