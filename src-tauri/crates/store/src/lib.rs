//! Everything that is kept: the journal with what is derived from it, and, apart from it, the knowledge's index.
//! The only crate that speaks SQL.
//!
//! Deliberately absent: decisions, clocks and the lock on the data folder.

pub mod journal;
pub mod knowledge;
#[cfg(any(test, feature = "test-util"))]
pub mod test_util;

pub use journal::{
    AGENT_ADDED, AGENT_ARRIVED, AddedAgent, Admission, AgentRecordRow, ArrivalRow, ArrivalState,
    ArrivedAgent, ArrivingRun, Completion, Departing, DepartureRow, DepartureState, HIRING_SAVED, HeldRun,
    MoveFault, MovedRow, Moves, Newcomer, OtherStore, RunPlace, TASK_JUDGED, WORKFLOWS_MOVED,
};
pub use journal::{
    AGENT_ENABLED, AGENT_GRANTED, AGENT_UPDATED, AgentEdit, AgentRow, AgentVersionRow, AgentWorkRow,
    BackupRow, CallRow, Changes, Commit, Committed, DueRecord, DueRow, DueStart, DueWorkflow, Error,
    NewProvider, NewSchedule, Options, PROVIDER_REMOVED, PROVIDER_SAVED, ProviderRow, QuestionRow,
    RequestRecord, RunCommit, SCHEDULE_DUE, SCHEDULE_PAUSED, SCHEDULE_REMOVED, SCHEDULE_SAVED, SCHEDULE_SEEN,
    SCHEDULE_SET_BACK, SETTINGS_SAVED, ScheduleNotice, ScheduleRow, ScheduleWatch, Snapshot, Store,
    StoreIdentity, StoredEvent, Target, TaskRow, ThinEvent, WORKFLOW_DELETED, WorkerRow, WorkflowCounts,
    WorkflowFilter, WorkflowList, WorkflowRow, WriteCounts,
};
pub use journal::{
    AGENT_HIRED, AskedBelow, LinkRow, ScopeRow, TEMPLATE_REMOVED, TEMPLATE_SAVED, TemplateEdit, TemplateHire,
    TemplateRow, TemplateVersionRow,
};
pub use journal::{AgentGrantRow, GrantEdit, GrantedRow};
pub use journal::{
    AllowedToolRow, NewToolServer, TOOL_ALLOWED, TOOL_FORBIDDEN, TOOL_SERVER_REMOVED, TOOL_SERVER_SAVED,
    ToolServerRow,
};
pub use journal::{
    BRANCH_CHOSEN, CONVERSATION_REMOVED, CONVERSATION_RENAMED, ConversationFilter, ConversationRow,
    FoundMessage, MessageRow, Part, REPLY_STOPPED, ReplyRow, Shown,
};
pub use journal::{
    BUDGET_NEARLY_SPENT, BUDGET_WARNING_SEEN, BUDGETS_SAVED, NearlySpent, NewPrice, PRICE_REMOVED,
    PRICE_SAVED, PriceRow, Spending, SpendingTree, SpentByAgent, SpentByWorkflow, SpentCall, SpentLine,
    SpentSum, WarningRow,
};
pub use journal::{
    CopyContents, CopyFault, CopyRow, Retention, RetentionPreview, SweepProgress, Swept, copies_in,
    look_at_copy, stage_restore,
};
pub use journal::{Durations, Recorded, RecordedFact, StoreFigures, WriterFigures};
