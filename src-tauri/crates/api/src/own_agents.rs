//! Agents of the operator's own: making, copying, sharing and trying them.

use crate::check;
use crate::conversations::{reply_view, words_of};
use crate::error::{Wrapped, not_found};
use crate::local::{Local, wish};
use wheelhouse_contract::{
    AddStarter, AgentFile, AgentFileView, AgentView, ApiError, CreateAgent, DuplicateAgent, ExportAgent,
    HiringView, ImportAgent, InspectAgentFile, JudgeTask, ListTrials, PoorRecord, SaveHiring, StarterView,
    TaskView, TrialView, TryAgent,
};
use wheelhouse_domain::{
    AgentId, AgentKind, AgentOrigin, AgentStatus, AgentText, ContentHash, EventBody, HirePolicy, Trial,
    WorkflowId,
};
use wheelhouse_orchestrator::store::{AgentRow, ReplyRow, WorkflowRow};
use wheelhouse_orchestrator::{Error, KEPT_TRIALS, NewTrial, starter};

/// Agents of one staffing that can be hired unasked at most.
const MOST_UNASKED: u32 = 100;

impl Local {
    pub(crate) async fn make_agent(&self, request: CreateAgent) -> Result<AgentView, ApiError> {
        let wish = wish(&request.request_key, "create_agent")?;
        let text = checked(
            AgentText {
                name: request.name,
                role: request.role,
                instructions: request.instructions,
                model: request.model,
                tools: request.tools,
                fallbacks: request.fallbacks,
            },
            &[],
            &self.served_names().await?,
        )?;
        self.added(self.handle().create_agent(wish, text).await).await
    }

    pub(crate) async fn copy_agent(&self, request: DuplicateAgent) -> Result<AgentView, ApiError> {
        let wish = wish(&request.request_key, "duplicate_agent")?;
        self.added(self.handle().duplicate_agent(wish, request.id).await)
            .await
    }

    pub(crate) async fn starters(&self) -> Result<Vec<StarterView>, ApiError> {
        let rows = self.handle().store().agents().await.map_err(Wrapped::from)?;
        let added = |key: &str| -> Vec<AgentId> {
            let is_from =
                |row: &&AgentRow| matches!(&row.origin, Some(AgentOrigin::Starter { key: of }) if of == key);
            rows.iter().filter(is_from).map(|row| row.id).collect()
        };
        let view = |one: starter::Starter| StarterView {
            key: one.key.to_owned(),
            summary: one.summary.to_owned(),
            added: added(one.key),
            text: one.text,
        };
        Ok(starter::all().into_iter().map(view).collect())
    }

    /// A suggestion, and nothing more: whoever it names goes on working until the operator says otherwise.
    pub(crate) async fn poor_records(&self) -> Result<Vec<PoorRecord>, ApiError> {
        let store = self.handle().store();
        let records = store.agent_records().await.map_err(Wrapped::from)?;
        let rows = store.agents().await.map_err(Wrapped::from)?;
        let poor = rows
            .into_iter()
            .filter(|agent| agent.kind == AgentKind::Specialist && agent.status != AgentStatus::Disabled)
            .filter_map(|agent| {
                let work = records.get(&agent.id)?.record;
                work.is_poor().then_some(PoorRecord {
                    agent: agent.id,
                    work,
                })
            });
        Ok(poor.collect())
    }

    pub(crate) async fn take_starter(&self, request: AddStarter) -> Result<AgentView, ApiError> {
        let wish = wish(&request.request_key, "add_starter")?;
        self.added(self.handle().add_starter(wish, &request.key).await)
            .await
    }

    pub(crate) async fn agent_file(&self, request: ExportAgent) -> Result<AgentFile, ApiError> {
        let export = self.handle().export_agent(request.id).await;
        let export = export.map_err(Wrapped::from)?;
        Ok(AgentFile {
            file_name: export.file_name,
            text: export.text,
            notices: export.notices,
        })
    }

    pub(crate) async fn look_at_agent_file(
        &self,
        request: InspectAgentFile,
    ) -> Result<AgentFileView, ApiError> {
        let found = self.handle().inspect_agent_file(&request.text).await;
        let found = found.map_err(Wrapped::from)?;
        Ok(AgentFileView {
            agent: found.text,
            left_out: found.left_out,
            replaced_model: found.replaced_model,
            known_as: found.known_as,
        })
    }

    pub(crate) async fn take_agent(&self, request: ImportAgent) -> Result<AgentView, ApiError> {
        let wish = wish(&request.request_key, "import_agent")?;
        self.added(self.handle().import_agent(wish, &request.text).await)
            .await
    }

    pub(crate) async fn hiring(&self) -> Result<HiringView, ApiError> {
        let policy = self.handle().store().hire_policy().await;
        Ok(HiringView {
            policy: policy.map_err(Wrapped::from)?,
        })
    }

    pub(crate) async fn set_hiring(&self, request: SaveHiring) -> Result<HiringView, ApiError> {
        let wish = wish(&request.request_key, "save_hiring")?;
        if matches!(request.policy, HirePolicy::WithinLimits { most, .. } if most > MOST_UNASKED) {
            return Err(check::invalid(
                "policy",
                format!("At most {MOST_UNASKED} agents of one staffing can be hired unasked."),
            )
            .next_step("Use a smaller number."));
        }
        let each = request.policy.each();
        if each.money.is_some_and(|money| money.0 <= 0) || each.tokens.is_some_and(|tokens| tokens <= 0) {
            return Err(check::invalid(
                "policy",
                "A budget that is given without a question must be more than nothing.",
            )
            .next_step("Use a larger amount, or leave it empty for no limit."));
        }
        let saved = self.handle().save_hire_policy(wish, request.policy).await;
        saved.map_err(Wrapped::from)?;
        self.hiring().await
    }

    pub(crate) async fn judge(&self, request: JudgeTask) -> Result<TaskView, ApiError> {
        let wish = wish(&request.request_key, "judge_task")?;
        let (workflow, task) = (request.workflow_id, request.task_id);
        let judged = self
            .handle()
            .judge_task(wish, workflow, task, request.verdict)
            .await;
        judged.map_err(Wrapped::from)?;
        self.task_view(workflow, task).await
    }

    pub(crate) async fn begin_trial(&self, request: TryAgent) -> Result<TrialView, ApiError> {
        let wish = wish(&request.request_key, "try_agent")?;
        let agent = self.agent_view(request.id).await?;
        let served = self.served_names().await?;
        let new = NewTrial {
            agent: request.id,
            form: request
                .tried
                .map(|form| checked(form, &agent.tools, &served))
                .transpose()?,
            task: check::task(&request.task)?.to_owned(),
        };
        let id = self.handle().try_agent(wish, new).await;
        self.trial(id.map_err(Wrapped::from)?).await
    }

    pub(crate) async fn trials(&self, request: ListTrials) -> Result<Vec<TrialView>, ApiError> {
        let agent = self.agent_view(request.id).await?;
        let rows = self.handle().store().trials(agent.uid, KEPT_TRIALS).await;
        let mut views = Vec::new();
        for row in rows.map_err(Wrapped::from)? {
            views.push(self.trial_view(row).await?);
        }
        Ok(views)
    }

    async fn added(&self, row: Result<AgentRow, Error>) -> Result<AgentView, ApiError> {
        self.agent_view(row.map_err(Wrapped::from)?.id).await
    }

    async fn trial(&self, id: WorkflowId) -> Result<TrialView, ApiError> {
        let row = self.handle().store().workflow(id).await;
        let row = row.map_err(Wrapped::from)?;
        self.trial_view(row.ok_or_else(|| not_found("There is no such trial."))?)
            .await
    }

    async fn trial_view(&self, workflow: WorkflowRow) -> Result<TrialView, ApiError> {
        let (task, created_at) = (workflow.description.clone(), workflow.created_at);
        let tried = self.tried(workflow.id).await?.form;
        let read = async {
            let store = self.handle().store();
            let reports: Vec<ContentHash> = workflow.report.iter().cloned().collect();
            let texts = store.contents(&reports).await?;
            let task = store.tasks(workflow.id).await?.into_iter().next();
            let run = ReplyRow { workflow, task };
            let (text, citations) = words_of(self.handle(), &run, "", &texts)?;
            Ok::<_, Wrapped>((text, citations, reply_view(self.handle(), run).await?))
        };
        let (text, citations, work) = read.await?;
        Ok(TrialView {
            task,
            tried,
            created_at,
            text,
            citations,
            work,
        })
    }

    /// What a trial tries stands in its first event.
    async fn tried(&self, id: WorkflowId) -> Result<Trial, ApiError> {
        let events = self.handle().store().all_events(id).await;
        let first = events.map_err(Wrapped::from)?.into_iter().next();
        let tried = first.and_then(|event| match event.body {
            EventBody::WorkflowCreated { setup, .. } => setup.trial,
            _ => None,
        });
        tried.ok_or_else(|| not_found("There is no such trial."))
    }
}

/// An agent's text as it may be. `present` are the tools that it has already, `served` those of tool servers.
fn checked(text: AgentText, present: &[String], served: &[String]) -> Result<AgentText, ApiError> {
    Ok(AgentText {
        name: check::line(&text.name, "name")?.to_owned(),
        role: check::line(&text.role, "role")?.to_owned(),
        instructions: check::instructions(&text.instructions)?.to_owned(),
        model: check::model(&text.model)?.to_owned(),
        tools: check::tools(text.tools, present, served)?,
        fallbacks: check::behind(text.fallbacks)?,
    })
}
