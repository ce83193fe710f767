//! The one table of operations.
//!
//! Hand [`operations!`] the name of a macro and it is called once with every row:
//! `read|change|ask name: METHOD "path" (Request) -> Response;` with the row's documentation in front. Fields of the
//! request that stand in the path come from there, the others from the query (`GET`) or the body.
//! A `change` carries a request key and is carried out once for each key. An `ask` changes nothing that is kept, but is no
//! plain read either: it speaks to somebody, or carries a secret that must not stand in an address.

/// Calls the named macro with the table.
#[macro_export]
macro_rules! operations {
    ($consumer:ident) => {
        $consumer! {
            /// How the application is.
            read get_status: GET "/api/status" (GetStatus) -> SystemStatus;

            /// Every agent.
            read list_agents: GET "/api/agents" (ListAgents) -> Vec<AgentView>;
            /// One agent and what it did lately.
            read get_agent: GET "/api/agents/{id}" (GetAgent) -> AgentDetail;

            /// Changes an agent.
            change update_agent: POST "/api/agents/{id}" (UpdateAgent) -> AgentView;
            /// Lets an agent work or not.
            change set_agent_enabled: POST "/api/agents/{id}/enabled" (SetAgentEnabled) -> AgentView;
            /// Lets an agent reach something with its tools, and nothing else.
            change set_agent_grant: POST "/api/agents/{id}/grant" (SetAgentGrant) -> AgentGrantView;
            /// The versions of an agent.
            read list_agent_versions: GET "/api/agents/{id}/versions" (ListAgentVersions) -> Vec<AgentVersion>;
            /// Adds a specialist that the operator wrote.
            change create_agent: POST "/api/agents" (CreateAgent) -> AgentView;
            /// Adds a specialist that is like another one.
            change duplicate_agent: POST "/api/agents/{id}/duplicate" (DuplicateAgent) -> AgentView;
            /// The specialists that come with the program and can be added.
            read list_starters: GET "/api/starters" (ListStarters) -> Vec<StarterView>;
            /// Adds a specialist of the starter set.
            change add_starter: POST "/api/starters" (AddStarter) -> AgentView;
            /// A specialist as a file to share.
            read export_agent: GET "/api/agents/{id}/file" (ExportAgent) -> AgentFile;
            /// What an agent's file would add.
            ask inspect_agent_file: POST "/api/agent-files/inspect" (InspectAgentFile) -> AgentFileView;
            /// Takes in an agent's file as a new specialist.
            change import_agent: POST "/api/agent-files" (ImportAgent) -> AgentView;
            /// The specialists at hand whose record speaks for retiring them.
            read list_poor_records: GET "/api/poor-records" (ListPoorRecords) -> Vec<PoorRecord>;
            /// When the generator may hire by itself.
            read get_hiring: GET "/api/hiring" (GetHiring) -> HiringView;
            /// Sets when the generator may hire by itself.
            change save_hiring: POST "/api/hiring" (SaveHiring) -> HiringView;
            /// Lets an agent work on a sample task.
            change try_agent: POST "/api/agents/{id}/trials" (TryAgent) -> TrialView;
            /// The trials of an agent, newest first.
            read list_trials: GET "/api/agents/{id}/trials" (ListTrials) -> Vec<TrialView>;

            /// Creates and starts a workflow and waits for its end.
            change execute_workflow: POST "/api/workflows/execute" (ExecuteWorkflow) -> Execution;
            /// Writes a workflow down without starting it.
            change create_workflow: POST "/api/workflows" (CreateWorkflow) -> WorkflowView;
            /// Starts a workflow and answers at once.
            change start_workflow: POST "/api/workflows/{id}/start" (StartWorkflow) -> WorkflowView;
            /// Stops a workflow and everything that it has in flight.
            change cancel_workflow: POST "/api/workflows/{id}/cancel" (CancelWorkflow) -> WorkflowView;
            /// Takes a failed or cancelled workflow up again.
            change retry_workflow: POST "/api/workflows/{id}/retry" (RetryWorkflow) -> WorkflowView;
            /// Deletes an ended or never started workflow.
            change delete_workflow: DELETE "/api/workflows/{id}" (DeleteWorkflow) -> Removed;
            /// Workflows, newest first.
            read list_workflows: GET "/api/workflows" (ListWorkflows) -> WorkflowPage;
            /// How many workflows there are.
            read get_workflow_stats: GET "/api/workflows/stats" (GetWorkflowStats) -> WorkflowStats;
            /// A workflow with its tasks and report.
            read get_workflow: GET "/api/workflows/{id}" (GetWorkflow) -> WorkflowDetail;
            /// Where a workflow and its tasks stand.
            read get_workflow_status: GET "/api/workflows/{id}/status" (GetWorkflowStatus) -> WorkflowDetail;
            /// One task with its prompt, answer, sources and calls.
            read get_task: GET "/api/workflows/{workflow_id}/tasks/{task_id}" (GetTask) -> TaskDetail;
            /// The recorded facts of a workflow.
            read list_journal: GET "/api/workflows/{workflow_id}/journal" (ListJournal) -> Vec<JournalEntry>;

            /// The open questions of all workflows.
            read list_questions: GET "/api/questions" (ListQuestions) -> Vec<QuestionView>;
            /// The questions that were answered lately, the newest answer first.
            read list_answered_questions: GET "/api/questions/answered" (ListAnsweredQuestions) -> Vec<QuestionView>;
            /// Answers a question.
            change answer_question: POST "/api/questions/{id}/answer" (AnswerQuestion) -> QuestionView;

            /// Answers a question that asks for more than words.
            change reply_to_question: POST "/api/questions/{id}/reply" (ReplyToQuestion) -> QuestionView;

            /// The templates, those that come with the program first.
            read list_templates: GET "/api/templates" (ListTemplates) -> Vec<TemplateView>;
            /// One version of a template with its document.
            read get_template: GET "/api/templates/{uid}" (GetTemplate) -> TemplateDetail;
            /// The versions of a template, newest first.
            read list_template_versions: GET "/api/templates/{uid}/versions" (ListTemplateVersions) -> Vec<TemplateVersionView>;
            /// How two versions of a template differ.
            read compare_template_versions: GET "/api/templates/{uid}/difference" (CompareTemplateVersions) -> Vec<TemplateChange>;
            /// What is wrong with the text of a template.
            ask check_template: POST "/api/templates/check" (CheckTemplate) -> TemplateCheck;
            /// What is wrong with the values for a template's inputs.
            ask check_inputs: POST "/api/templates/{uid}/inputs" (CheckInputs) -> TemplateCheck;
            /// Keeps a document as the next version of its template.
            change save_template: POST "/api/templates" (SaveTemplate) -> TemplateView;
            /// Makes a template of the operator's own from another.
            change duplicate_template: POST "/api/templates/{uid}/duplicate" (DuplicateTemplate) -> TemplateView;
            /// Takes a template out of the list.
            change remove_template: DELETE "/api/templates/{uid}" (RemoveTemplate) -> Removed;
            /// Puts a template back that was taken out of the list.
            change restore_template: POST "/api/templates/{uid}/restore" (RestoreTemplate) -> TemplateView;
            /// A template as a file to share.
            read export_template: GET "/api/templates/{uid}/file" (ExportTemplate) -> TemplateFile;
            /// Takes in a template's file.
            change import_template: POST "/api/templates/import" (ImportTemplate) -> TemplateView;
            /// Makes a workflow of a template.
            change run_template: POST "/api/templates/{uid}/run" (RunTemplate) -> WorkflowView;

            /// Stops a workflow for a while.
            change pause_workflow: POST "/api/workflows/{id}/pause" (PauseWorkflow) -> WorkflowView;
            /// Lets a paused workflow go on.
            change resume_workflow: POST "/api/workflows/{id}/resume" (ResumeWorkflow) -> WorkflowView;
            /// Starts a new workflow like this one.
            change run_again: POST "/api/workflows/{id}/again" (RunAgain) -> WorkflowView;
            /// Takes up a task again.
            change retry_task: POST "/api/workflows/{workflow_id}/tasks/{task_id}/retry" (RetryTask) -> TaskView;
            /// Goes on without a task's answer.
            change skip_task: POST "/api/workflows/{workflow_id}/tasks/{task_id}/skip" (SkipTask) -> TaskView;
            /// Gives a task another answer.
            change override_task: POST "/api/workflows/{workflow_id}/tasks/{task_id}/answer" (OverrideTask) -> TaskView;
            /// Sets a file back to what stood in it before an agent wrote it.
            change undo_write: POST "/api/workflows/{workflow_id}/tasks/{task_id}/undo" (UndoWrite) -> Undone;
            /// Changes what a task is told or which model does it.
            change edit_task: POST "/api/workflows/{workflow_id}/tasks/{task_id}/edit" (EditTask) -> TaskView;
            /// Says that what a task gave is good or poor.
            change judge_task: POST "/api/workflows/{workflow_id}/tasks/{task_id}/verdict" (JudgeTask) -> TaskView;
            /// What a fork would do.
            ask plan_fork: POST "/api/workflows/{workflow_id}/tasks/{task_id}/fork/plan" (PlanFork) -> ForkPlanView;
            /// Starts a new workflow from a finished task.
            change fork_workflow: POST "/api/workflows/{workflow_id}/tasks/{task_id}/fork" (ForkWorkflow) -> WorkflowView;
            /// Makes a file of an ended workflow.
            ask export_workflow: POST "/api/workflows/{id}/file" (ExportWorkflow) -> ExportedWorkflow;
            /// Takes in a run from a file.
            change import_workflow: POST "/api/workflows/import" (ImportWorkflow) -> ImportedWorkflow;
            /// What a run needs where it would be moved to, and what keeps it here.
            ask plan_move: POST "/api/workflows/{id}/move/plan" (PlanMove) -> MovePlan;
            /// What a run that comes from elsewhere would lack here.
            ask check_move: POST "/api/moves/check" (CheckMove) -> MoveCheck;
            /// Lets a run leave for another backend.
            change depart_workflow: POST "/api/workflows/{id}/depart" (DepartWorkflow) -> Departing;
            /// Keeps a run that comes from another backend.
            change admit_workflow: POST "/api/moves/admit" (AdmitWorkflow) -> ArrivalView;
            /// Decides that a run is another backend's.
            change confirm_departure: POST "/api/moves/{uid}/confirm" (ConfirmDeparture) -> MoveReceipt;
            /// Makes a run this backend's.
            change complete_arrival: POST "/api/moves/{uid}/complete" (CompleteArrival) -> ArrivalView;
            /// Keeps a run that was to leave.
            change call_off_move: POST "/api/moves/{uid}/call-off" (CallOffMove) -> DepartureView;
            /// Throws away a run that came.
            change drop_arrival: POST "/api/moves/{uid}/drop" (DropArrival) -> ArrivalView;
            /// Says that the other side has done its part in a move.
            change finish_departure: POST "/api/moves/{uid}/finish" (FinishDeparture) -> DepartureView;
            /// Gives up runs that another backend owns.
            change yield_runs: POST "/api/moves/yield" (YieldRuns) -> YieldedRuns;
            /// The moves that this backend takes part in.
            read list_moves: GET "/api/moves" (ListMoves) -> MovesView;
            /// Announces a file that will be sent.
            change begin_transfer: POST "/api/transfers" (BeginTransfer) -> TransferView;
            /// Sends the next part of a file.
            change write_transfer_part: POST "/api/transfers/{uid}/parts/{number}" (WriteTransferPart) -> TransferView;
            /// Declares a file whole.
            change finish_transfer: POST "/api/transfers/{uid}/finish" (FinishTransfer) -> TransferView;
            /// A part of a whole file.
            read read_transfer_part: GET "/api/transfers/{uid}/parts/{number}" (ReadTransferPart) -> TransferPart;
            /// Removes a file that was on its way.
            change remove_transfer: DELETE "/api/transfers/{uid}" (RemoveTransfer) -> Removed;
            /// A run step by step, from its record.
            read replay_workflow: GET "/api/workflows/{id}/replay" (ReplayWorkflow) -> ReplayPage;
            /// Does the same to many workflows.
            change bulk_workflows: POST "/api/workflows/bulk" (BulkWorkflows) -> BulkOutcome;

            /// Every schedule, by name.
            read list_schedules: GET "/api/schedules" (ListSchedules) -> Vec<ScheduleView>;
            /// One schedule and what became of its newest due times.
            read get_schedule: GET "/api/schedules/{id}" (GetSchedule) -> ScheduleDetail;
            /// Adds a schedule, or changes one.
            change save_schedule: POST "/api/schedules" (SaveSchedule) -> ScheduleView;
            /// Removes a schedule with its history.
            change remove_schedule: DELETE "/api/schedules/{id}" (RemoveSchedule) -> Removed;
            /// Pauses a schedule, or lets it go on.
            change set_schedule_paused: POST "/api/schedules/{id}/paused" (SetSchedulePaused) -> ScheduleView;
            /// Starts a run of a schedule at once.
            change run_schedule: POST "/api/schedules/{id}/run" (RunSchedule) -> ScheduleView;
            /// When an expression is due.
            read preview_schedule: GET "/api/schedules/preview" (PreviewSchedule) -> SchedulePreview;
            /// What went wrong with schedules and was not seen yet, newest first.
            read list_schedule_notices: GET "/api/schedules/notices" (ListScheduleNotices) -> Vec<ScheduleNotice>;
            /// Says that the operator saw what went wrong with a schedule.
            change dismiss_schedule_notices: POST "/api/schedules/{id}/notices" (DismissScheduleNotices) -> Removed;

            /// Conversations, those in which something was said last first.
            read list_conversations: GET "/api/conversations" (ListConversations) -> ConversationPage;
            /// Searches everything that was said.
            read search_messages: GET "/api/conversations/search" (SearchMessages) -> Vec<MessageFound>;
            /// A conversation with the messages that are shown.
            read get_conversation: GET "/api/conversations/{uid}" (GetConversation) -> ConversationDetail;
            /// Gives a conversation another title.
            change rename_conversation: POST "/api/conversations/{uid}" (RenameConversation) -> ConversationView;
            /// Removes a conversation with all that was said in it.
            change remove_conversation: DELETE "/api/conversations/{uid}" (RemoveConversation) -> Removed;
            /// Says something to an agent, which replies.
            change send_message: POST "/api/messages" (SendMessage) -> SentMessage;
            /// Says something in other words; the agent replies to it.
            change edit_message: POST "/api/messages/{uid}/edit" (EditMessage) -> SentMessage;
            /// Lets an agent reply anew.
            change regenerate_reply: POST "/api/messages/{uid}/regenerate" (RegenerateReply) -> SentMessage;
            /// Stops a reply. What was said so far stays.
            change stop_reply: POST "/api/messages/{uid}/stop" (StopReply) -> MessageView;
            /// Shows a message of those that stand in its place.
            change choose_branch: POST "/api/messages/{uid}/choose" (ChooseBranch) -> ConversationView;

            /// Every knowledge source.
            read list_sources: GET "/api/knowledge/sources" (ListSources) -> Vec<SourceView>;
            /// Adds a folder or a file to the knowledge.
            change add_source: POST "/api/knowledge/sources" (AddSource) -> SourceView;
            /// Takes a source out of the knowledge.
            change remove_source: DELETE "/api/knowledge/sources/{id}" (RemoveSource) -> Removed;
            /// Marks a source whose text is sent to no model elsewhere, or takes the mark away.
            change set_source_stays_here: POST "/api/knowledge/sources/{id}/stays-here" (SetSourceStaysHere) -> SourceView;
            /// Reads a source again.
            change rescan_source: POST "/api/knowledge/sources/{id}/rescan" (RescanSource) -> SourceView;
            /// The documents of a source.
            read list_documents: GET "/api/knowledge/sources/{source_id}/documents" (ListDocuments) -> Vec<DocumentView>;
            /// The text of a document as the crew read it.
            read read_document: GET "/api/knowledge/document" (ReadDocument) -> DocumentText;
            /// Searches the knowledge as an agent does.
            read search_knowledge: GET "/api/knowledge/search" (SearchKnowledge) -> SearchResult;

            /// Every provider.
            read list_providers: GET "/api/providers" (ListProviders) -> Vec<ProviderView>;
            /// Adds a provider, or changes one.
            change save_provider: POST "/api/providers" (SaveProvider) -> ProviderView;
            /// Removes a provider and its key.
            change remove_provider: DELETE "/api/providers/{id}" (RemoveProvider) -> Removed;
            /// Keeps a provider's key, or forgets it.
            change set_provider_key: POST "/api/providers/{id}/key" (SetProviderKey) -> ProviderView;
            /// Speaks to a provider to see whether it answers.
            ask test_provider: POST "/api/providers/{id}/test" (TestProvider) -> ProviderCheck;
            /// The models that agents can think with.
            read list_models: GET "/api/models" (ListModels) -> ModelList;
            /// What is set for all agents.
            read get_settings: GET "/api/settings" (GetSettings) -> SettingsView;
            /// Sets it.
            change save_settings: POST "/api/settings" (SaveSettings) -> SettingsView;
            /// What may be spent, and what was spent today.
            read get_budgets: GET "/api/budgets" (GetBudgets) -> BudgetsView;
            /// Sets what may be spent.
            change save_budgets: POST "/api/budgets" (SaveBudgets) -> BudgetsView;
            /// Changes what a workflow or a task may spend.
            change change_budget: POST "/api/workflows/{workflow_id}/budget" (ChangeBudget) -> WorkflowView;
            /// Says that the operator saw a warning about a budget.
            change dismiss_budget_warning: POST "/api/budgets/warnings/{id}/seen" (DismissBudgetWarning) -> Removed;
            /// What was spent in a number of days, and on what.
            read get_spending: GET "/api/spending" (GetSpending) -> SpendingView;
            /// The same as a table.
            read export_spending: GET "/api/spending/file" (ExportSpending) -> SpendingFile;
            /// What models cost.
            read list_prices: GET "/api/prices" (ListPrices) -> Vec<PriceView>;
            /// Adds a price, or changes one.
            change save_price: POST "/api/prices" (SavePrice) -> Vec<PriceView>;
            /// Removes a price.
            change remove_price: DELETE "/api/prices/{id}" (RemovePrice) -> Removed;
            /// Every tool server.
            read list_tool_servers: GET "/api/tool-servers" (ListToolServers) -> Vec<ToolServerView>;
            /// Adds a tool server, or changes one.
            change save_tool_server: POST "/api/tool-servers" (SaveToolServer) -> ToolServerView;
            /// Removes a tool server with all that was allowed of it.
            change remove_tool_server: DELETE "/api/tool-servers/{id}" (RemoveToolServer) -> Removed;
            /// Keeps the value of what a tool server is given, or forgets it.
            change set_tool_server_value: POST "/api/tool-servers/{id}/value" (SetToolServerValue) -> ToolServerView;
            /// Looks at what a tool server offers.
            ask inspect_tool_server: POST "/api/tool-servers/{id}/inspect" (InspectToolServer) -> ToolServerContents;
            /// The last that a tool server wrote.
            read get_tool_server_log: GET "/api/tool-servers/{id}/log" (GetToolServerLog) -> Vec<ToolServerLogLine>;
            /// Allows a tool of a server as it is described now.
            change allow_tool: POST "/api/tool-servers/{id}/allow" (AllowTool) -> ToolServerContents;
            /// Takes the permission for a tool back.
            change forbid_tool: POST "/api/tool-servers/{id}/forbid" (ForbidTool) -> ToolServerView;
            /// How keys are kept.
            read get_keys: GET "/api/keys" (GetKeys) -> KeysView;
            /// Opens the file of keys.
            ask unlock_keys: POST "/api/keys/unlock" (UnlockKeys) -> KeysView;
            /// How much room everything takes.
            read get_storage: GET "/api/storage" (GetStorage) -> StorageView;
            /// Writes a copy of the journal.
            change back_up: POST "/api/backups" (BackUp) -> BackupView;
            /// The copies of the journal in the data folder.
            read list_backups: GET "/api/backups" (ListBackups) -> Vec<BackupFile>;
            /// What a file holds that may be a copy of a journal.
            ask inspect_backup: POST "/api/backups/inspect" (InspectBackup) -> BackupFile;
            /// Puts a copy in the journal's place at the next opening.
            change restore_backup: POST "/api/backups/restore" (RestoreBackup) -> BackupFile;
            /// How long ended workflows are kept.
            read get_retention: GET "/api/retention" (GetRetention) -> RetentionView;
            /// What a rule would delete now.
            read preview_retention: GET "/api/retention/preview" (PreviewRetention) -> RetentionPreview;
            /// Sets how long ended workflows are kept.
            change save_retention: POST "/api/retention" (SaveRetention) -> RetentionView;
            /// Deletes now what goes by that.
            change clean_up: POST "/api/retention/clean-up" (CleanUp) -> CleanUpView;
        }
    };
}

macro_rules! operations_trait {
    ($($(#[$doc:meta])* $effect:ident $name:ident: $method:ident $path:literal ($request:ty) -> $response:ty;)+) => {
        use crate::*;

        /// The table as a trait: whoever serves it implements every row, or does not compile.
        pub trait Operations: Send + Sync {
            $(
                $(#[$doc])*
                fn $name(&self, request: $request) -> impl Future<Output = Result<$response, ApiError>> + Send;
            )+
        }

        /// Name, method, path and effect of every row, for tests and documents.
        pub const TABLE: &[Operation] = &[
            $(Operation {
                name: stringify!($name),
                method: stringify!($method),
                path: $path,
                effect: stringify!($effect),
            },)+
        ];
    };
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Name of the command.
    pub name: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// HTTP path with its parameters in braces.
    pub path: &'static str,
    /// `read`, `change` or `ask`.
    pub effect: &'static str,
}

operations!(operations_trait);
