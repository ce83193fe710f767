//! Why the orchestrator did not do what was asked.

use crate::conversations::ConversationError;
use crate::folder::FolderError;
use crate::grants::GrantError;
use crate::keys::KeyError;
use crate::knowledge::KnowledgeError;
use crate::needs::Obstacle;
use crate::run_file::RunFileError;
use crate::staff::StaffError;
use crate::tool_servers::ToolServerError;
use crate::transfers::TransferError;
use thiserror::Error as ThisError;
use wheelhouse_domain::{CallKey, QuestionId, SkipReason, TaskId, TemplateProblem, TemplateUid, WorkflowId};
use wheelhouse_engine::fork::ForkProblem;
use wheelhouse_engine::{Fact, FoldError, Refusal};
use wheelhouse_store as store;
use wheelhouse_tools::ToolError;

/// Why the orchestrator did not do what was asked.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The data folder can't be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The journal.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The knowledge.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// The keys of providers.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// Something can't be granted.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// No file was written by that call, or its result is gone.
    #[error("call {0} wrote no file")]
    NothingToUndo(CallKey),
    /// A file can't be set back.
    #[error("{0}")]
    Undo(Box<ToolError>),
    /// A budget has no room for a call, or its price is missing. The task asks this.
    #[error("a budget has no room for the call")]
    Asks(Box<Fact>),
    /// The engine does not allow it in this state.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such workflow.
    #[error("there is no workflow {0}")]
    WorkflowNotFound(WorkflowId),
    /// There is no such question.
    #[error("there is no question {0}")]
    QuestionNotFound(QuestionId),
    /// There is no such task in that workflow.
    #[error("there is no task {task} in workflow {workflow}")]
    TaskNotFound {
        /// The workflow.
        workflow: WorkflowId,
        /// The task.
        task: TaskId,
    },
    /// There is no such template, or not that version of it.
    #[error("there is no template {uid}")]
    TemplateNotFound {
        /// Which one.
        uid: TemplateUid,
        /// Which version; none for the newest.
        version: Option<u32>,
    },
    /// A template can't be used.
    #[error("the template has {} problems", .0.len())]
    Template(Vec<TemplateProblem>),
    /// Values can't be used.
    #[error("the values have {} problems", .0.len())]
    Inputs(Vec<TemplateProblem>),
    /// A sub-workflow does what the workflow does that it was started for.
    #[error("workflow {child} belongs to workflow {parent}")]
    BelongsTo {
        /// The sub-workflow.
        child: WorkflowId,
        /// The workflow that it was started for.
        parent: WorkflowId,
    },
    /// A reply goes with its conversation and is not taken out of it.
    #[error("workflow {0} is a reply in a conversation")]
    PartOfConversation(WorkflowId),
    /// A trial is of use for its agent only.
    #[error("workflow {0} is a trial of an agent")]
    IsTrial(WorkflowId),
    /// Help for another agent is of use for that agent's work only.
    #[error("workflow {0} is help for another agent")]
    IsHelp(WorkflowId),
    /// Something can't be done with an agent.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// Something can't be said.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// A run can't be forked there.
    #[error(transparent)]
    Fork(#[from] ForkProblem),
    /// A run's file can't be written or read.
    #[error(transparent)]
    RunFile(#[from] RunFileError),
    /// A tool server does not do what it should.
    #[error(transparent)]
    ToolServer(#[from] ToolServerError),
    /// A file can't be carried.
    #[error(transparent)]
    Transfer(#[from] TransferError),
    /// A fork would do again what changes something outside.
    #[error("the fork would call {} again", .0.join(", "))]
    ForkRepeats(Vec<String>),
    /// A run can't be moved away.
    #[error("the workflow stays where it is: {0}")]
    StaysPut(Obstacle),
    /// Needs of a run that no run can have.
    #[error("more than {limit} things are needed")]
    TooManyNeeds {
        /// How many are looked at.
        limit: usize,
    },
    /// A run of a schedule is in the way of another.
    #[error("an earlier run of the schedule is in the way: {0:?}")]
    ScheduleBusy(SkipReason),
    /// The request key was used for something else.
    #[error("the request key was used for \"{0}\" before")]
    RequestKeyReused(String),
    /// A journal does not fold.
    #[error("the journal of workflow {id} does not make sense: {source}")]
    Journal {
        /// Which one.
        id: WorkflowId,
        /// Where.
        source: FoldError,
    },
    /// Something could not be put into its stored form.
    #[error("could not write a record: {0}")]
    Record(#[from] serde_json::Error),
    /// An agent of the permanent crew is missing.
    #[error("the store has no {0}")]
    CrewIncomplete(&'static str),
    /// A run is about to leave for another store.
    #[error("workflow {0} is about to leave")]
    Leaving(WorkflowId),
    /// The application is closing down.
    #[error("the application is closing down")]
    ShuttingDown,
}
