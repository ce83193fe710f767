//! What a window, a terminal or another machine may ask of Wheelhouse: one table of operations with their
//! requests and responses, the frames that tell of changes, and the one error.
//!
//! Deliberately absent: how anything is done, and every transport. Tauri commands, server routes and the
//! remote client are made from the same table (see [`operations!`]).
//!
//! Boundary types are symmetrical: no field is skipped or renamed in one direction only, so that one
//! TypeScript type describes each.

mod agents;
mod backups;
mod budgets;
mod conversations;
mod error;
mod events;
mod forks;
pub mod http;
mod knowledge;
mod moves;
mod needs;
mod operations;
mod page;
mod prices;
mod providers;
mod questions;
mod replays;
mod request_key;
mod retention;
mod run_files;
mod schedules;
pub mod socket;
mod spending;
mod staff;
mod steering;
mod system;
mod templates;
mod tool_servers;
mod transfers;
mod workflows;

/// The words that requests and responses are made of.
pub use wheelhouse_domain as domain;

pub use agents::{
    AgentDetail, AgentGrantView, AgentRecord, AgentRef, AgentVersion, AgentView, AgentWork, GetAgent,
    ListAgentVersions, ListAgents, SetAgentEnabled, SetAgentGrant, UpdateAgent,
};
pub use backups::{BackupContents, BackupFile, InspectBackup, ListBackups, RestoreBackup};
pub use budgets::{
    AgentSpent, BudgetWarning, BudgetsView, ChangeBudget, DismissBudgetWarning, GetBudgets, SaveBudgets,
};
pub use conversations::{
    AttachFile, AttachedFile, ChooseBranch, ConversationDetail, ConversationPage, ConversationView,
    EditMessage, GetConversation, ListConversations, MessageFound, MessageView, RegenerateReply,
    RemoveConversation, RenameConversation, ReplyView, SearchMessages, SendMessage, SentMessage, StopReply,
};
pub use domain::TemplateChange;
pub use error::{ApiError, ErrorCode, ErrorDetails};
pub use events::{
    AckFrames, EventView, Frame, FrameKind, JournalEntry, ResumeFrom, Signal, Subscribe, Subscription,
};
pub use forks::{ForkPlanView, ForkRepeat, ForkTaskView, ForkUsed, ForkWorkflow, PlanFork};
pub use knowledge::{
    AddSource, DocumentText, DocumentView, ListDocuments, ListSources, ReadDocument, RemoveSource, Removed,
    RescanSource, SearchKnowledge, SearchResult, SetSourceStaysHere, SourceProblem, SourceView,
};
pub use moves::{
    AdmitWorkflow, ArrivalState, ArrivalView, CallOffMove, CompleteArrival, ConfirmDeparture, DepartWorkflow,
    Departing, DepartureState, DepartureView, DropArrival, FinishDeparture, HeldRun, ListMoves, MoveReceipt,
    MovedPlace, MovedView, MovesView, YieldRuns, YieldedRuns,
};
pub use needs::{CheckMove, MoveCheck, MoveObstacle, MoveObstacleKind, MovePlan, PlanMove};
pub use operations::{Operation, Operations, TABLE};
pub use prices::{ListPrices, PriceView, RemovePrice, SavePrice};
pub use providers::{
    GetKeys, GetSettings, KeyOrigin, KeyPlace, KeysView, ListModels, ListProviders, ModelChoice, ModelList,
    ProviderCheck, ProviderView, RemoveProvider, SaveProvider, SaveSettings, SecretText, SetProviderKey,
    SettingsView, TestProvider, UnlockKeys,
};
pub use questions::{AnswerQuestion, ListAnsweredQuestions, ListQuestions, QuestionView, ReplyToQuestion};
pub use replays::{ReplayDifference, ReplayPage, ReplayPosition, ReplayTask, ReplayWorkflow};
pub use request_key::RequestKey;
pub use retention::{
    CleanUp, CleanUpProgress, CleanUpView, GetRetention, PreviewRetention, RetentionPreview, RetentionRule,
    RetentionView, SaveRetention,
};
pub use run_files::{ExportWorkflow, ExportedWorkflow, ImportWorkflow, ImportedWorkflow};
pub use schedules::{
    DismissScheduleNotices, GetSchedule, ListScheduleNotices, ListSchedules, PreviewSchedule, RemoveSchedule,
    RunSchedule, SaveSchedule, ScheduleDetail, ScheduleNotice, SchedulePreview, ScheduleRunView,
    ScheduleView, ScheduledWorkflow, SetSchedulePaused,
};
pub use spending::{
    ExportSpending, GetSpending, SavedTable, SpendingFile, SpendingView, SpentByAgent, SpentByDay,
    SpentByModel, SpentByWorkflow, SpentSum,
};
pub use staff::{
    AddStarter, AgentFile, AgentFileView, CreateAgent, DuplicateAgent, ExportAgent, GetHiring, HiringView,
    ImportAgent, InspectAgentFile, JudgeTask, ListPoorRecords, ListStarters, ListTrials, PoorRecord,
    SaveHiring, SavedAgent, StarterView, TrialView, TryAgent,
};
pub use steering::{
    BulkAct, BulkItem, BulkOutcome, BulkWorkflows, EditTask, OverrideTask, PauseWorkflow, ResumeWorkflow,
    RetryTask, RunAgain, SkipTask, UndoWrite, Undone,
};
pub use system::{BackUp, BackupView, GetStatus, GetStorage, KnowledgeCounts, StorageView, SystemStatus};
pub use templates::{
    CheckInputs, CheckTemplate, CompareTemplateVersions, DuplicateTemplate, ExportTemplate, GetTemplate,
    ImportTemplate, ListTemplateVersions, ListTemplates, RemoveTemplate, RestoreTemplate, RunTemplate,
    SaveTemplate, SavedTemplate, TemplateCheck, TemplateDetail, TemplateFile, TemplateStepView,
    TemplateVersionView, TemplateView,
};
pub use tool_servers::{
    AllowTool, AllowedTool, ForbidTool, GetToolServerLog, GivenValue, InspectToolServer, ListToolServers,
    RemoveToolServer, SaveToolServer, ServedPrompt, ServedResource, ServedTool, SetToolServerValue,
    ToolServerContents, ToolServerLogLine, ToolServerLogSource, ToolServerView, ToolState,
};
pub use transfers::{
    BeginTransfer, FinishTransfer, ReadTransferPart, RemoveTransfer, TransferPart, TransferView,
    WriteTransferPart,
};
pub use workflows::{
    AskedBelow, CallView, CancelWorkflow, CreateWorkflow, DeleteWorkflow, ExecuteWorkflow, ExecutedStep,
    Execution, GetTask, GetWorkflow, GetWorkflowStats, GetWorkflowStatus, ListJournal, ListWorkflows,
    PartialText, Report, RetryWorkflow, ScopeView, StartWorkflow, StepResult, TaskDetail, TaskView,
    WorkflowDetail, WorkflowLink, WorkflowPage, WorkflowStats, WorkflowView,
};
