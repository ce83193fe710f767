//! Why the journal did not do it.

use std::path::PathBuf;
use std::sync::Arc;
use wheelhouse_domain::{
    AgentId, AgentUid, ConversationUid, MessageUid, Position, PriceId, ProviderId, ProviderUid, ScheduleId,
    Seq, TaskId, TemplateUid, ToolServerId, ToolServerUid, WorkflowId, WorkflowStatus, WorkflowUid,
};

use super::moves::{MoveFault, RunPlace};
use super::requests::RequestRecord;

/// Why the journal did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database itself failed.
    #[error("the journal's database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the journal could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A file or folder could not be made or read.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The SQLite library has known faults in what the journal relies on.
    #[error("the journal needs SQLite {needed} or newer, this is {found}")]
    SqliteTooOld {
        /// Version of the library.
        found: String,
        /// Oldest version that will do.
        needed: &'static str,
    },
    /// There is no such conversation.
    #[error("there is no conversation {0}")]
    ConversationNotFound(ConversationUid),
    /// There is no such message.
    #[error("there is no message {0}")]
    MessageNotFound(MessageUid),
    /// A reply goes with its conversation, not by itself.
    #[error("workflow {workflow} is a reply in a conversation")]
    PartOfConversation {
        /// The run.
        workflow: WorkflowId,
        /// The conversation.
        conversation: ConversationUid,
    },
    /// A newer Wheelhouse has written this journal. It is left as it is.
    #[error("this data was written by a newer Wheelhouse (schema {found}, this one knows {known})")]
    NewerSchema {
        /// Schema of the file.
        found: i64,
        /// Newest schema known here.
        known: i64,
    },
    /// The journal's file is damaged, or is no database. It is left as it is.
    #[error("the journal {path} can't be read: {reason}", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the database library says.
        reason: String,
    },
    /// A file can't be restored. It is left as it is, and so is the journal.
    #[error("{path} can't be restored: {fault}", path = path.display())]
    Copy {
        /// The file.
        path: PathBuf,
        /// Why not.
        fault: super::CopyFault,
    },
    /// An event has a version that this program can't read.
    #[error("event {position:?} has version {version}, which this Wheelhouse cannot read")]
    UnknownEventVersion {
        /// Which event.
        position: Position,
        /// Its version.
        version: u16,
    },
    /// A stored value is not what was written.
    #[error("{column} holds a value that cannot be read: {reason}")]
    Unreadable {
        /// Column.
        column: &'static str,
        /// Why.
        reason: String,
    },
    /// A value could not be put into the form that is stored.
    #[error("a value cannot be stored: {0}")]
    Unwritable(#[from] serde_json::Error),
    /// There is no such workflow (any more).
    #[error("there is no workflow {0}")]
    WorkflowNotFound(WorkflowId),
    /// Somebody else has written to this run, or an event is missing.
    #[error("workflow {workflow} stands at event {stored:?}, event {given:?} does not follow")]
    SeqConflict {
        /// The run.
        workflow: WorkflowId,
        /// Its newest stored event.
        stored: Seq,
        /// The event that was to be written.
        given: Seq,
    },
    /// A fact contradicts what is on record. The whole commit was rolled back.
    #[error("{kind} does not apply to {table} of workflow {workflow}: {reason}")]
    Integrity {
        /// The run.
        workflow: WorkflowId,
        /// What kind of fact.
        kind: &'static str,
        /// The table that refused it.
        table: &'static str,
        /// Why.
        reason: String,
    },
    /// This wish was carried out before; the record says what came of it.
    #[error("request {} was carried out before", .0.key)]
    RequestRepeated(RequestRecord),
    /// There is no such provider (any more).
    #[error("there is no provider {0}")]
    ProviderNotFound(ProviderId),
    /// A provider was added, and somebody else removed it before it could be read.
    #[error("provider {0} was removed as soon as it was added")]
    ProviderGone(ProviderUid),
    /// Another provider has this name.
    #[error("another provider is called {0}")]
    ProviderNameTaken(String),
    /// There is no such tool server (any more).
    #[error("there is no tool server {0}")]
    ToolServerNotFound(ToolServerId),
    /// Somebody else removed the tool server in this moment.
    #[error("tool server {0} was removed in this moment")]
    ToolServerGone(ToolServerUid),
    /// Another tool server has this name.
    #[error("another tool server is called {0}")]
    ToolServerNameTaken(String),
    /// There is no such price (any more).
    #[error("there is no price {0}")]
    PriceNotFound(PriceId),
    /// The model has another price from the same time on.
    #[error("{0} has another price from that time on")]
    PriceTaken(String),
    /// There is no such schedule (any more).
    #[error("there is no schedule {0}")]
    ScheduleNotFound(ScheduleId),
    /// A schedule was saved, and somebody else removed it before it could be read.
    #[error("schedule {0} was removed as soon as it was saved")]
    ScheduleGone(String),
    /// Another schedule has this name.
    #[error("another schedule is called {0}")]
    ScheduleNameTaken(String),
    /// The schedule is gone or paused, or the due time was used, since it was looked at.
    #[error("schedule {0} is not as it was any more")]
    ScheduleMoved(ScheduleId),
    /// There is no such agent.
    #[error("there is no agent {0}")]
    AgentNotFound(AgentId),
    /// There is no such task.
    #[error("there is no task {task} in workflow {workflow}")]
    TaskNotFound {
        /// The workflow.
        workflow: WorkflowId,
        /// The task.
        task: TaskId,
    },
    /// Only what an agent has given can be judged.
    #[error("task {0} has no result of an agent")]
    NothingToJudge(TaskId),
    /// An agent was added, and is not there any more.
    #[error("agent {0} is gone")]
    AgentGone(AgentUid),
    /// Somebody else changed the agent since it was read.
    #[error("agent {id} is at version {found} by now")]
    AgentChanged {
        /// Which one.
        id: AgentId,
        /// Its version.
        found: u32,
    },
    /// Somebody else changed what the agent may reach since it was read.
    #[error("the grant of agent {id} is at revision {found} by now")]
    GrantChanged {
        /// Which one.
        id: AgentId,
        /// Its revision.
        found: u32,
    },
    /// Runs need the permanent crew, so nobody of it can be disabled.
    #[error("agent {0} belongs to the permanent crew and cannot be disabled")]
    AgentPermanent(AgentId),
    /// There is no such template.
    #[error("there is no template {0}")]
    TemplateNotFound(TemplateUid),
    /// It comes with the program, and nobody edits it.
    #[error("template {0} comes with the program and cannot be changed")]
    TemplateBuiltIn(TemplateUid),
    /// Somebody else changed the template since it was read.
    #[error("template {uid} is at version {found} by now")]
    TemplateChanged {
        /// Which one.
        uid: TemplateUid,
        /// Its version.
        found: u32,
    },
    /// Only ended or never started workflows can be deleted.
    #[error("workflow {id} is {} and cannot be deleted", status.as_str())]
    WorkflowActive {
        /// Which one.
        id: WorkflowId,
        /// Where it stands.
        status: WorkflowStatus,
    },
    /// The run belongs to another store, or is on its way there.
    #[error("workflow {id} is {} {other}", match place { RunPlace::Gone => "in", _ => "on its way to" })]
    NotHere {
        /// Which one.
        id: WorkflowId,
        /// Where it is.
        place: RunPlace,
        /// What the other store is called.
        other: String,
    },
    /// The run is just arriving from another store, so it can't be made here.
    #[error("run {0} is arriving from another store")]
    Arriving(WorkflowUid),
    /// A step of a move was not done.
    #[error(transparent)]
    Move(#[from] MoveFault),
    /// The position is from another store or from before a restore.
    #[error("position {asked:?} is not there yet, the newest is {head:?}")]
    PositionAhead {
        /// The position.
        asked: Position,
        /// Newest position of this store.
        head: Position,
    },
    /// The transaction that held this and other commits could not be made durable. Nothing of it was kept.
    #[error("the journal could not be written: {0}")]
    NotDurable(Arc<sqlx::Error>),
    /// The store was closed.
    #[error("the journal is closed")]
    Closed,
}
