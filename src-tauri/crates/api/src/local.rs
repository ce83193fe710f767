//! Every row of the table, on this machine's orchestrator.

use crate::check;
use crate::error::Wrapped;
use crate::views;
use std::sync::Arc;
use wheelhouse_contract::*;
use wheelhouse_domain::SourceId;
use wheelhouse_orchestrator::store::StoreIdentity;
use wheelhouse_orchestrator::{Handle, Wish};

/// The operations on this machine.
#[derive(Clone)]
pub struct Local {
    handle: Handle,
    /// What whoever asks calls this backend.
    name: Arc<str>,
}

impl Local {
    /// The operations on the orchestrator behind `handle`.
    #[must_use]
    pub fn new(handle: Handle) -> Self {
        let name = Arc::from("local");
        Self { handle, name }
    }

    /// The same under a name: a server's.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self {
            handle: self.handle,
            name: Arc::from(name),
        }
    }

    /// The orchestrator, for the feed and for waiting.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Waits until the newest scan of a source has ended.
    ///
    /// # Errors
    /// [`ApiError`] where there is no such source or its scan failed.
    pub async fn wait_for_source(&self, id: SourceId) -> Result<SourceView, ApiError> {
        let row = self
            .handle
            .knowledge()
            .wait_until_ready(id)
            .await
            .map_err(Wrapped::from)?;
        Ok(views::source(row))
    }
}

pub(crate) fn wish<'a>(key: &'a RequestKey, operation: &'static str) -> Result<Wish<'a>, ApiError> {
    Ok(Wish {
        key: check::key(key)?,
        operation,
    })
}

impl Operations for Local {
    async fn get_status(&self, _: GetStatus) -> Result<SystemStatus, ApiError> {
        let store = self.handle.store();
        let StoreIdentity { uid, epoch } = store.identity();
        let read = async {
            let knowledge = self.handle.knowledge().counts().await?;
            Ok::<_, Wrapped>((
                store.workflow_counts().await?,
                store.enabled_agents().await?,
                store.open_question_count().await?,
                knowledge,
                store.default_models().await?.driver,
            ))
        };
        let (workflows, agents, open_questions, knowledge, model) = read.await?;
        Ok(SystemStatus {
            status: "ok".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            backend: self.name.as_ref().to_owned(),
            store: uid,
            epoch,
            position: store.position(),
            data_folder: self.handle.options().data_folder.display().to_string(),
            started_at: self.handle.started_at(),
            rehearsal: self.handle.models().is_rehearsal(&model),
            model,
            workflows: views::stats(workflows),
            agents,
            knowledge: KnowledgeCounts {
                sources: knowledge.sources,
                documents: knowledge.documents,
                chunks: knowledge.chunks,
            },
            open_questions,
        })
    }

    async fn list_agents(&self, _: ListAgents) -> Result<Vec<AgentView>, ApiError> {
        self.agents().await
    }

    async fn get_agent(&self, request: GetAgent) -> Result<AgentDetail, ApiError> {
        self.agent_detail(request).await
    }

    async fn update_agent(&self, request: UpdateAgent) -> Result<AgentView, ApiError> {
        self.change_agent(request).await
    }

    async fn set_agent_enabled(&self, request: SetAgentEnabled) -> Result<AgentView, ApiError> {
        self.enable_agent(request).await
    }

    async fn set_agent_grant(&self, request: SetAgentGrant) -> Result<AgentGrantView, ApiError> {
        self.grant_agent(request).await
    }

    async fn list_agent_versions(&self, request: ListAgentVersions) -> Result<Vec<AgentVersion>, ApiError> {
        self.agent_versions(request).await
    }

    async fn create_agent(&self, request: CreateAgent) -> Result<AgentView, ApiError> {
        self.make_agent(request).await
    }

    async fn duplicate_agent(&self, request: DuplicateAgent) -> Result<AgentView, ApiError> {
        self.copy_agent(request).await
    }

    async fn list_poor_records(&self, _: ListPoorRecords) -> Result<Vec<PoorRecord>, ApiError> {
        self.poor_records().await
    }

    async fn list_starters(&self, _: ListStarters) -> Result<Vec<StarterView>, ApiError> {
        self.starters().await
    }

    async fn add_starter(&self, request: AddStarter) -> Result<AgentView, ApiError> {
        self.take_starter(request).await
    }

    async fn export_agent(&self, request: ExportAgent) -> Result<AgentFile, ApiError> {
        self.agent_file(request).await
    }

    async fn inspect_agent_file(&self, request: InspectAgentFile) -> Result<AgentFileView, ApiError> {
        self.look_at_agent_file(request).await
    }

    async fn import_agent(&self, request: ImportAgent) -> Result<AgentView, ApiError> {
        self.take_agent(request).await
    }

    async fn get_hiring(&self, _: GetHiring) -> Result<HiringView, ApiError> {
        self.hiring().await
    }

    async fn save_hiring(&self, request: SaveHiring) -> Result<HiringView, ApiError> {
        self.set_hiring(request).await
    }

    async fn judge_task(&self, request: JudgeTask) -> Result<TaskView, ApiError> {
        self.judge(request).await
    }

    async fn try_agent(&self, request: TryAgent) -> Result<TrialView, ApiError> {
        self.begin_trial(request).await
    }

    async fn list_trials(&self, request: ListTrials) -> Result<Vec<TrialView>, ApiError> {
        self.trials(request).await
    }

    async fn execute_workflow(&self, request: ExecuteWorkflow) -> Result<Execution, ApiError> {
        self.execute(request).await
    }

    async fn create_workflow(&self, request: CreateWorkflow) -> Result<WorkflowView, ApiError> {
        self.write_down(request).await
    }

    async fn start_workflow(&self, request: StartWorkflow) -> Result<WorkflowView, ApiError> {
        self.begin(request).await
    }

    async fn cancel_workflow(&self, request: CancelWorkflow) -> Result<WorkflowView, ApiError> {
        self.cancel(request).await
    }

    async fn retry_workflow(&self, request: RetryWorkflow) -> Result<WorkflowView, ApiError> {
        self.take_up(request).await
    }

    async fn delete_workflow(&self, request: DeleteWorkflow) -> Result<Removed, ApiError> {
        self.delete(request).await
    }

    async fn list_workflows(&self, request: ListWorkflows) -> Result<WorkflowPage, ApiError> {
        self.page_of_workflows(request).await
    }

    async fn get_workflow_stats(&self, _: GetWorkflowStats) -> Result<WorkflowStats, ApiError> {
        self.workflow_stats().await
    }

    async fn get_workflow(&self, request: GetWorkflow) -> Result<WorkflowDetail, ApiError> {
        self.detail(request.id).await
    }

    async fn get_workflow_status(&self, request: GetWorkflowStatus) -> Result<WorkflowDetail, ApiError> {
        self.detail(request.id).await
    }

    async fn get_task(&self, request: GetTask) -> Result<TaskDetail, ApiError> {
        self.task_detail(request).await
    }

    async fn list_journal(&self, request: ListJournal) -> Result<Vec<JournalEntry>, ApiError> {
        self.journal(request).await
    }

    async fn list_questions(&self, _: ListQuestions) -> Result<Vec<QuestionView>, ApiError> {
        self.open_questions().await
    }

    async fn list_answered_questions(
        &self,
        request: ListAnsweredQuestions,
    ) -> Result<Vec<QuestionView>, ApiError> {
        self.answered_questions(request).await
    }

    async fn answer_question(&self, request: AnswerQuestion) -> Result<QuestionView, ApiError> {
        self.answer(request).await
    }

    async fn reply_to_question(&self, request: ReplyToQuestion) -> Result<QuestionView, ApiError> {
        self.reply(request).await
    }

    async fn list_templates(&self, request: ListTemplates) -> Result<Vec<TemplateView>, ApiError> {
        self.templates(request).await
    }

    async fn get_template(&self, request: GetTemplate) -> Result<TemplateDetail, ApiError> {
        self.template_detail(request).await
    }

    async fn list_template_versions(
        &self,
        request: ListTemplateVersions,
    ) -> Result<Vec<TemplateVersionView>, ApiError> {
        self.template_versions(request).await
    }

    async fn compare_template_versions(
        &self,
        request: CompareTemplateVersions,
    ) -> Result<Vec<TemplateChange>, ApiError> {
        self.template_difference(request).await
    }

    async fn check_template(&self, request: CheckTemplate) -> Result<TemplateCheck, ApiError> {
        self.template_problems(request).await
    }

    async fn check_inputs(&self, request: CheckInputs) -> Result<TemplateCheck, ApiError> {
        self.input_problems(request).await
    }

    async fn save_template(&self, request: SaveTemplate) -> Result<TemplateView, ApiError> {
        self.keep_template(request).await
    }

    async fn duplicate_template(&self, request: DuplicateTemplate) -> Result<TemplateView, ApiError> {
        self.copy_template(request).await
    }

    async fn remove_template(&self, request: RemoveTemplate) -> Result<Removed, ApiError> {
        self.drop_template(request).await
    }

    async fn restore_template(&self, request: RestoreTemplate) -> Result<TemplateView, ApiError> {
        self.put_template_back(request).await
    }

    async fn export_template(&self, request: ExportTemplate) -> Result<TemplateFile, ApiError> {
        self.template_file(request).await
    }

    async fn import_template(&self, request: ImportTemplate) -> Result<TemplateView, ApiError> {
        self.take_template(request).await
    }

    async fn run_template(&self, request: RunTemplate) -> Result<WorkflowView, ApiError> {
        self.begin_template(request).await
    }

    async fn pause_workflow(&self, request: PauseWorkflow) -> Result<WorkflowView, ApiError> {
        self.pause(request).await
    }

    async fn resume_workflow(&self, request: ResumeWorkflow) -> Result<WorkflowView, ApiError> {
        self.resume(request).await
    }

    async fn plan_move(&self, request: PlanMove) -> Result<MovePlan, ApiError> {
        self.plan_of_move(request).await
    }

    async fn check_move(&self, request: CheckMove) -> Result<MoveCheck, ApiError> {
        self.lacks_of_move(request).await
    }

    async fn depart_workflow(&self, request: DepartWorkflow) -> Result<Departing, ApiError> {
        self.let_leave(request).await
    }

    async fn admit_workflow(&self, request: AdmitWorkflow) -> Result<ArrivalView, ApiError> {
        self.keep_arrival(request).await
    }

    async fn confirm_departure(&self, request: ConfirmDeparture) -> Result<MoveReceipt, ApiError> {
        self.decide_departure(request).await
    }

    async fn complete_arrival(&self, request: CompleteArrival) -> Result<ArrivalView, ApiError> {
        self.take_over(request).await
    }

    async fn call_off_move(&self, request: CallOffMove) -> Result<DepartureView, ApiError> {
        self.keep_after_all(request).await
    }

    async fn drop_arrival(&self, request: DropArrival) -> Result<ArrivalView, ApiError> {
        self.throw_away(request).await
    }

    async fn finish_departure(&self, request: FinishDeparture) -> Result<DepartureView, ApiError> {
        self.close_departure(request).await
    }

    async fn yield_runs(&self, request: YieldRuns) -> Result<YieldedRuns, ApiError> {
        self.give_way(request).await
    }

    async fn list_moves(&self, _: ListMoves) -> Result<MovesView, ApiError> {
        self.moves().await
    }

    async fn plan_fork(&self, request: PlanFork) -> Result<ForkPlanView, ApiError> {
        self.look_ahead(request).await
    }

    async fn fork_workflow(&self, request: ForkWorkflow) -> Result<WorkflowView, ApiError> {
        self.fork(request).await
    }

    async fn export_workflow(&self, request: ExportWorkflow) -> Result<ExportedWorkflow, ApiError> {
        self.write_run(request).await
    }

    async fn begin_transfer(&self, request: BeginTransfer) -> Result<TransferView, ApiError> {
        self.announce_file(request).await
    }

    async fn write_transfer_part(&self, request: WriteTransferPart) -> Result<TransferView, ApiError> {
        self.take_part(request).await
    }

    async fn finish_transfer(&self, request: FinishTransfer) -> Result<TransferView, ApiError> {
        self.check_file(request).await
    }

    async fn read_transfer_part(&self, request: ReadTransferPart) -> Result<TransferPart, ApiError> {
        self.give_part(request).await
    }

    async fn remove_transfer(&self, request: RemoveTransfer) -> Result<Removed, ApiError> {
        self.drop_file(request).await
    }

    async fn import_workflow(&self, request: ImportWorkflow) -> Result<ImportedWorkflow, ApiError> {
        self.take_in_run(request).await
    }

    async fn replay_workflow(&self, request: ReplayWorkflow) -> Result<ReplayPage, ApiError> {
        self.step_through(request).await
    }

    async fn run_again(&self, request: RunAgain) -> Result<WorkflowView, ApiError> {
        self.begin_again(request).await
    }

    async fn retry_task(&self, request: RetryTask) -> Result<TaskView, ApiError> {
        self.take_task_up(request).await
    }

    async fn skip_task(&self, request: SkipTask) -> Result<TaskView, ApiError> {
        self.leave_task_out(request).await
    }

    async fn undo_write(&self, request: UndoWrite) -> Result<Undone, ApiError> {
        self.set_file_back(request).await
    }

    async fn override_task(&self, request: OverrideTask) -> Result<TaskView, ApiError> {
        self.answer_for_task(request).await
    }

    async fn edit_task(&self, request: EditTask) -> Result<TaskView, ApiError> {
        self.change_task(request).await
    }

    async fn bulk_workflows(&self, request: BulkWorkflows) -> Result<BulkOutcome, ApiError> {
        self.act_on_many(request).await
    }

    async fn list_schedules(&self, _: ListSchedules) -> Result<Vec<ScheduleView>, ApiError> {
        self.schedules().await
    }

    async fn get_schedule(&self, request: GetSchedule) -> Result<ScheduleDetail, ApiError> {
        self.schedule_detail(request).await
    }

    async fn save_schedule(&self, request: SaveSchedule) -> Result<ScheduleView, ApiError> {
        self.keep_schedule(request).await
    }

    async fn remove_schedule(&self, request: RemoveSchedule) -> Result<Removed, ApiError> {
        self.drop_schedule(request).await
    }

    async fn run_schedule(&self, request: RunSchedule) -> Result<ScheduleView, ApiError> {
        self.start_schedule(request).await
    }

    async fn set_schedule_paused(&self, request: SetSchedulePaused) -> Result<ScheduleView, ApiError> {
        self.hold_schedule(request).await
    }

    async fn preview_schedule(&self, request: PreviewSchedule) -> Result<SchedulePreview, ApiError> {
        self.schedule_preview(&request)
    }

    async fn list_schedule_notices(&self, _: ListScheduleNotices) -> Result<Vec<ScheduleNotice>, ApiError> {
        self.schedule_notices().await
    }

    async fn dismiss_schedule_notices(&self, request: DismissScheduleNotices) -> Result<Removed, ApiError> {
        self.see_notices(request).await
    }

    async fn list_conversations(&self, request: ListConversations) -> Result<ConversationPage, ApiError> {
        self.conversations(request).await
    }

    async fn search_messages(&self, request: SearchMessages) -> Result<Vec<MessageFound>, ApiError> {
        self.find_messages(request).await
    }

    async fn get_conversation(&self, request: GetConversation) -> Result<ConversationDetail, ApiError> {
        self.conversation_detail(request).await
    }

    async fn rename_conversation(&self, request: RenameConversation) -> Result<ConversationView, ApiError> {
        self.entitle_conversation(request).await
    }

    async fn remove_conversation(&self, request: RemoveConversation) -> Result<Removed, ApiError> {
        self.drop_conversation(request).await
    }

    async fn send_message(&self, request: SendMessage) -> Result<SentMessage, ApiError> {
        self.say(request).await
    }

    async fn edit_message(&self, request: EditMessage) -> Result<SentMessage, ApiError> {
        self.say_otherwise(request).await
    }

    async fn regenerate_reply(&self, request: RegenerateReply) -> Result<SentMessage, ApiError> {
        self.reply_anew(request).await
    }

    async fn stop_reply(&self, request: StopReply) -> Result<MessageView, ApiError> {
        self.break_off_reply(request).await
    }

    async fn choose_branch(&self, request: ChooseBranch) -> Result<ConversationView, ApiError> {
        self.show_branch(request).await
    }

    async fn list_sources(&self, _: ListSources) -> Result<Vec<SourceView>, ApiError> {
        self.sources().await
    }

    async fn add_source(&self, request: AddSource) -> Result<SourceView, ApiError> {
        self.take_source(request).await
    }

    async fn remove_source(&self, request: RemoveSource) -> Result<Removed, ApiError> {
        self.drop_source(request).await
    }

    async fn set_source_stays_here(&self, request: SetSourceStaysHere) -> Result<SourceView, ApiError> {
        self.mark_source(request).await
    }

    async fn rescan_source(&self, request: RescanSource) -> Result<SourceView, ApiError> {
        self.scan_source(request).await
    }

    async fn list_documents(&self, request: ListDocuments) -> Result<Vec<DocumentView>, ApiError> {
        self.documents(request).await
    }

    async fn read_document(&self, request: ReadDocument) -> Result<DocumentText, ApiError> {
        self.document_text(request).await
    }

    async fn search_knowledge(&self, request: SearchKnowledge) -> Result<SearchResult, ApiError> {
        self.found_passages(request).await
    }

    async fn list_providers(&self, _: ListProviders) -> Result<Vec<ProviderView>, ApiError> {
        self.provider_views().await
    }

    async fn save_provider(&self, request: SaveProvider) -> Result<ProviderView, ApiError> {
        self.keep_provider(request).await
    }

    async fn remove_provider(&self, request: RemoveProvider) -> Result<Removed, ApiError> {
        self.drop_provider(request).await
    }

    async fn set_provider_key(&self, request: SetProviderKey) -> Result<ProviderView, ApiError> {
        self.keep_key(request).await
    }

    async fn test_provider(&self, request: TestProvider) -> Result<ProviderCheck, ApiError> {
        self.check_provider(request).await
    }

    async fn list_models(&self, _: ListModels) -> Result<ModelList, ApiError> {
        self.models().await
    }

    async fn get_settings(&self, _: GetSettings) -> Result<SettingsView, ApiError> {
        self.settings().await
    }

    async fn save_settings(&self, request: SaveSettings) -> Result<SettingsView, ApiError> {
        self.keep_settings(request).await
    }

    async fn get_budgets(&self, request: GetBudgets) -> Result<BudgetsView, ApiError> {
        self.budgets_view(request).await
    }

    async fn save_budgets(&self, request: SaveBudgets) -> Result<BudgetsView, ApiError> {
        self.keep_budgets(request).await
    }

    async fn change_budget(&self, request: ChangeBudget) -> Result<WorkflowView, ApiError> {
        self.set_budget(request).await
    }

    async fn dismiss_budget_warning(&self, request: DismissBudgetWarning) -> Result<Removed, ApiError> {
        self.see_budget_warning(request).await
    }

    async fn get_spending(&self, request: GetSpending) -> Result<SpendingView, ApiError> {
        self.spending_view(request).await
    }

    async fn export_spending(&self, request: ExportSpending) -> Result<SpendingFile, ApiError> {
        self.spending_file(request).await
    }

    async fn list_prices(&self, request: ListPrices) -> Result<Vec<PriceView>, ApiError> {
        self.price_views(request).await
    }

    async fn save_price(&self, request: SavePrice) -> Result<Vec<PriceView>, ApiError> {
        self.keep_price(request).await
    }

    async fn remove_price(&self, request: RemovePrice) -> Result<Removed, ApiError> {
        self.drop_price(request).await
    }

    async fn list_tool_servers(&self, _: ListToolServers) -> Result<Vec<ToolServerView>, ApiError> {
        self.tool_server_views().await
    }

    async fn save_tool_server(&self, request: SaveToolServer) -> Result<ToolServerView, ApiError> {
        self.keep_tool_server(request).await
    }

    async fn remove_tool_server(&self, request: RemoveToolServer) -> Result<Removed, ApiError> {
        self.drop_tool_server(request).await
    }

    async fn set_tool_server_value(&self, request: SetToolServerValue) -> Result<ToolServerView, ApiError> {
        self.keep_tool_server_value(request).await
    }

    async fn inspect_tool_server(&self, request: InspectToolServer) -> Result<ToolServerContents, ApiError> {
        self.look_at_tool_server(request).await
    }

    async fn get_tool_server_log(
        &self,
        request: GetToolServerLog,
    ) -> Result<Vec<ToolServerLogLine>, ApiError> {
        self.tool_server_log(request).await
    }

    async fn allow_tool(&self, request: AllowTool) -> Result<ToolServerContents, ApiError> {
        self.permit_tool(request).await
    }

    async fn forbid_tool(&self, request: ForbidTool) -> Result<ToolServerView, ApiError> {
        self.take_tool_back(request).await
    }

    async fn get_keys(&self, _: GetKeys) -> Result<KeysView, ApiError> {
        Ok(self.keys_view())
    }

    async fn unlock_keys(&self, request: UnlockKeys) -> Result<KeysView, ApiError> {
        self.open_keys(request).await
    }

    async fn get_storage(&self, _: GetStorage) -> Result<StorageView, ApiError> {
        self.storage().await
    }

    async fn back_up(&self, request: BackUp) -> Result<BackupView, ApiError> {
        self.backup(request).await
    }

    async fn list_backups(&self, _: ListBackups) -> Result<Vec<BackupFile>, ApiError> {
        self.backups().await
    }

    async fn inspect_backup(&self, request: InspectBackup) -> Result<BackupFile, ApiError> {
        self.inspect(request).await
    }

    async fn restore_backup(&self, request: RestoreBackup) -> Result<BackupFile, ApiError> {
        self.restore(request).await
    }

    async fn get_retention(&self, _: GetRetention) -> Result<RetentionView, ApiError> {
        self.retention().await
    }

    async fn preview_retention(&self, request: PreviewRetention) -> Result<RetentionPreview, ApiError> {
        self.retention_preview(request).await
    }

    async fn save_retention(&self, request: SaveRetention) -> Result<RetentionView, ApiError> {
        self.set_retention(request).await
    }

    async fn clean_up(&self, request: CleanUp) -> Result<CleanUpView, ApiError> {
        self.sweep(request).await
    }
}
