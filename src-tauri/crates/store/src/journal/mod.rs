//! The journal: recorded facts, the texts they point at, and the tables that people read, in `journal.db`.
//!
//! Facts are appended and never changed; every other table is derived from them in the same transaction. One
//! connection writes, see [`writer`]; a pool of read-only ones reads.
//!
//! Deliberately absent: any decision. What follows from what is the engine's business; the journal only refuses
//! facts that contradict those that it has.

mod agents;
mod arrange;
mod backup;
mod budgets;
mod calls;
mod changes;
mod column;
mod commit;
mod contents;
mod conversations;
mod crew;
mod delete;
mod error;
mod events;
mod fact;
mod figures;
mod meta;
mod moves;
mod open;
mod prices;
mod project;
mod providers;
mod questions;
mod rebuild;
mod recorded;
mod requests;
mod restore;
mod retention;
mod schedules;
mod settings;
mod spending;
mod statistics;
mod store;
mod store_fact;
mod tasks;
mod templates;
#[cfg(test)]
mod tests;
mod tidy;
mod tool_servers;
mod warnings;
mod workflows;
mod writer;

pub use agents::{
    AddedAgent, AgentEdit, AgentGrantRow, AgentRecordRow, AgentRow, AgentVersionRow, AgentWorkRow,
    ArrivedAgent, GrantEdit, GrantedRow, TemplateHire, WorkerRow,
};
pub use backup::BackupRow;
pub use calls::CallRow;
pub use changes::{Changes, Snapshot};
pub use commit::{Commit, Committed, RunCommit, Target};
pub use conversations::{
    ConversationFilter, ConversationRow, FoundMessage, MessageRow, Part, ReplyRow, Shown,
};
pub use error::Error;
pub use events::{StoredEvent, ThinEvent};
pub use figures::{Durations, StoreFigures, WriterFigures};
pub use meta::StoreIdentity;
pub use moves::{
    Admission, ArrivalRow, ArrivalState, ArrivingRun, Completion, Departing, DepartureRow, DepartureState,
    HeldRun, MoveFault, MovedRow, Moves, Newcomer, OtherStore, RunPlace,
};
pub use prices::{NewPrice, PriceRow};
pub use providers::{NewProvider, ProviderRow};
pub use questions::QuestionRow;
pub use recorded::{Recorded, RecordedFact};
pub use requests::RequestRecord;
pub use restore::{CopyContents, CopyFault, CopyRow, copies_in, look_at_copy, stage_restore};
pub use retention::{Retention, RetentionPreview, SweepProgress, Swept};
pub use schedules::{
    DueRecord, DueRow, DueStart, DueWorkflow, NewSchedule, ScheduleNotice, ScheduleRow, ScheduleWatch,
};
pub use spending::{SpendingTree, SpentCall};
pub use statistics::{Spending, SpentByAgent, SpentByWorkflow, SpentLine, SpentSum};
pub use store::{Options, Store, WriteCounts};
pub use store_fact::{
    AGENT_ADDED, AGENT_ARRIVED, AGENT_ENABLED, AGENT_GRANTED, AGENT_HIRED, AGENT_UPDATED, BRANCH_CHOSEN,
    BUDGET_NEARLY_SPENT, BUDGET_WARNING_SEEN, BUDGETS_SAVED, CONVERSATION_REMOVED, CONVERSATION_RENAMED,
    HIRING_SAVED, PRICE_REMOVED, PRICE_SAVED, PROVIDER_REMOVED, PROVIDER_SAVED, REPLY_STOPPED,
    RETENTION_SAVED, SCHEDULE_DUE, SCHEDULE_PAUSED, SCHEDULE_REMOVED, SCHEDULE_SAVED, SCHEDULE_SEEN,
    SCHEDULE_SET_BACK, SETTINGS_SAVED, TASK_JUDGED, TEMPLATE_REMOVED, TEMPLATE_SAVED, TOOL_ALLOWED,
    TOOL_FORBIDDEN, TOOL_SERVER_REMOVED, TOOL_SERVER_SAVED, WORKFLOW_DELETED, WORKFLOWS_MOVED,
};
pub use tasks::{ScopeRow, TaskRow};
pub use templates::{TemplateEdit, TemplateRow, TemplateVersionRow};
pub use tool_servers::{AllowedToolRow, NewToolServer, ToolServerRow};
pub use warnings::{NearlySpent, WarningRow};
pub use workflows::{AskedBelow, LinkRow, WorkflowCounts, WorkflowFilter, WorkflowList, WorkflowRow};
