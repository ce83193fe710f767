//! What the operator does to runs under way, to single tasks, and to many runs at once.

use crate::check;
use crate::error::{Wrapped, not_found};
use crate::local::{Local, wish};
use crate::views;
use wheelhouse_contract::{
    ApiError, BulkAct, BulkItem, BulkOutcome, BulkWorkflows, EditTask, OverrideTask, PauseWorkflow,
    QuestionView, ReplyToQuestion, ResumeWorkflow, RetryTask, RunAgain, SkipTask, TaskView, UndoWrite,
    Undone, WorkflowView,
};
use wheelhouse_domain::{Json, QuestionId, TaskAnswer, TaskId, WorkflowId};
use wheelhouse_orchestrator as orchestrator;

impl Local {
    pub(crate) async fn pause(&self, request: PauseWorkflow) -> Result<WorkflowView, ApiError> {
        let wish = wish(&request.request_key, "pause_workflow")?;
        let paused = self.handle().pause(wish, request.id).await;
        paused.map_err(Wrapped::from)?;
        self.view(request.id).await
    }

    pub(crate) async fn resume(&self, request: ResumeWorkflow) -> Result<WorkflowView, ApiError> {
        let wish = wish(&request.request_key, "resume_workflow")?;
        let resumed = self.handle().resume(wish, request.id).await;
        resumed.map_err(Wrapped::from)?;
        self.view(request.id).await
    }

    pub(crate) async fn begin_again(&self, request: RunAgain) -> Result<WorkflowView, ApiError> {
        let wish = wish(&request.request_key, "run_again")?;
        let id = self.handle().run_again(wish, request.id).await;
        self.view(id.map_err(Wrapped::from)?).await
    }

    pub(crate) async fn take_task_up(&self, request: RetryTask) -> Result<TaskView, ApiError> {
        let wish = wish(&request.request_key, "retry_task")?;
        let (workflow, task) = (request.workflow_id, request.task_id);
        let done = self.handle().retry_task(wish, workflow, task).await;
        done.map_err(Wrapped::from)?;
        self.task_view(workflow, task).await
    }

    pub(crate) async fn leave_task_out(&self, request: SkipTask) -> Result<TaskView, ApiError> {
        let wish = wish(&request.request_key, "skip_task")?;
        let (workflow, task) = (request.workflow_id, request.task_id);
        let done = self.handle().skip_task(wish, workflow, task).await;
        done.map_err(Wrapped::from)?;
        self.task_view(workflow, task).await
    }

    pub(crate) async fn answer_for_task(&self, request: OverrideTask) -> Result<TaskView, ApiError> {
        let wish = wish(&request.request_key, "override_task")?;
        let (workflow, task) = (request.workflow_id, request.task_id);
        let answer = given_answer(&request.text, request.data)?;
        let done = self.handle().override_task(wish, workflow, task, answer).await;
        done.map_err(Wrapped::from)?;
        self.task_view(workflow, task).await
    }

    /// It changes nothing a second time by itself, so that the wish is not remembered.
    pub(crate) async fn set_file_back(&self, request: UndoWrite) -> Result<Undone, ApiError> {
        check::key(&request.request_key)?;
        let (workflow, task) = (request.workflow_id, request.task_id);
        let undone = self.handle().undo_write(workflow, task, &request.call).await;
        let path = undone.map_err(Wrapped::from)?;
        Ok(Undone { path })
    }

    pub(crate) async fn change_task(&self, request: EditTask) -> Result<TaskView, ApiError> {
        let wish = wish(&request.request_key, "edit_task")?;
        let (workflow, task) = (request.workflow_id, request.task_id);
        let prompt = request.prompt.as_deref().map(check::prompt).transpose()?;
        let model = request.model.as_deref().map(check::model).transpose()?;
        let (prompt, model) = (prompt.map(str::to_owned), model.map(str::to_owned));
        let done = self.handle().edit_task(wish, workflow, task, prompt, model).await;
        done.map_err(Wrapped::from)?;
        self.task_view(workflow, task).await
    }

    pub(crate) async fn reply(&self, request: ReplyToQuestion) -> Result<QuestionView, ApiError> {
        let wish = wish(&request.request_key, "reply_to_question")?;
        let ReplyToQuestion {
            id, outcome, fields, ..
        } = request;
        let replied = self.handle().reply(wish, id, outcome, &fields).await;
        replied.map_err(Wrapped::from)?;
        self.question_view(id).await
    }

    pub(crate) async fn act_on_many(&self, request: BulkWorkflows) -> Result<BulkOutcome, ApiError> {
        let wish = wish(&request.request_key, "bulk_workflows")?;
        check::many(&request.request_key, request.ids.len())?;
        let act = match request.act {
            BulkAct::Cancel => orchestrator::BulkAct::Cancel,
            BulkAct::Retry => orchestrator::BulkAct::Retry,
            BulkAct::Delete => orchestrator::BulkAct::Delete,
        };
        let outcomes = self.handle().bulk(wish, act, &request.ids).await;
        let item = |(id, outcome): (WorkflowId, Result<(), orchestrator::Error>)| BulkItem {
            id,
            error: outcome.err().map(|error| Wrapped::from(error).into()),
        };
        Ok(BulkOutcome {
            items: outcomes.into_iter().map(item).collect(),
        })
    }

    pub(crate) async fn question_view(&self, id: QuestionId) -> Result<QuestionView, ApiError> {
        let row = self.handle().store().question(id).await.map_err(Wrapped::from)?;
        row.map(views::question)
            .ok_or_else(|| not_found(&format!("There is no question {id}.")))
    }

    pub(crate) async fn task_view(&self, workflow: WorkflowId, task: TaskId) -> Result<TaskView, ApiError> {
        let row = self.handle().store().task(workflow, task).await;
        row.map_err(Wrapped::from)?
            .map(|row| views::task(row, self.handle().live()))
            .ok_or_else(|| not_found(&format!("There is no task {task} in workflow {workflow}.")))
    }
}

/// An answer as the operator gives it. A value without words is shown as what it is.
fn given_answer(text: &str, data: Json) -> Result<TaskAnswer, ApiError> {
    let data = (!data.0.is_null()).then_some(data);
    let text = check::given_answer(text, data.is_some())?;
    let shown = match (&data, text) {
        (Some(data), "") => format!("```json\n{:#}\n```", data.0),
        (_, text) => text.to_owned(),
    };
    Ok(TaskAnswer {
        text: shown,
        citations: Vec::new(),
        data,
    })
}
