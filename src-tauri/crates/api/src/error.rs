//! One exhaustive match from what went wrong inside to what a program outside can decide on.

mod crew;
mod journal;
mod means;
mod moves;
mod runs;

pub(crate) use journal::from_store;
pub(crate) use means::{from_failure, from_tool_server};
pub(crate) use moves::keeps_here;

use crew::{from_conversation, from_staff};
use means::{from_keys, from_knowledge, from_transfer};
use runs::{from_busy, from_fork_problem, from_problems, from_refusal, from_run_file};
use tracing::error;
use wheelhouse_contract::{ApiError, ErrorCode};
use wheelhouse_domain::WorkflowId;
use wheelhouse_orchestrator::knowledge::KnowledgeError;
use wheelhouse_orchestrator::{Error, FolderError, store};

/// What the operator is told. Causes inside are logged, not shown.
pub(crate) fn from_orchestrator(error: Error) -> ApiError {
    match error {
        Error::Folder(FolderError::InUse(path)) => ApiError::new(
            ErrorCode::Conflict,
            format!("Another Wheelhouse is using {}.", path.display()),
        )
        .next_step("Use the window that is open already, or set WHEELHOUSE_DATA_DIR to another folder."),
        Error::Folder(FolderError::Unusable { path, source }) => ApiError::new(
            ErrorCode::Unreadable,
            format!("The data folder {} can't be used: {source}.", path.display()),
        )
        .next_step("Check that the folder is there and that you may write to it."),
        Error::Store(error) => from_store(error),
        Error::Keys(error) => from_keys(&error),
        Error::Knowledge(error) => from_knowledge(&error),
        // Only tasks are told this, and they ask the operator.
        Error::Asks(_) => ApiError::new(ErrorCode::Conflict, "A budget has no room for the call."),
        Error::Refused(refusal) => from_refusal(&refusal),
        Error::WorkflowNotFound(id) => not_found(&format!("There is no workflow {id}.")),
        Error::QuestionNotFound(id) => not_found(&format!("There is no question {id}.")),
        Error::TaskNotFound { workflow, task } => {
            not_found(&format!("There is no task {task} in workflow {workflow}."))
        }
        Error::TemplateNotFound { version, .. } => not_found(&version.map_or_else(
            || "There is no such template.".to_owned(),
            |version| format!("There is no version {version} of this template."),
        )),
        Error::Template(problems) => from_problems(&problems, "The template can't be used."),
        Error::Inputs(problems) => from_problems(&problems, "These values can't be used."),
        Error::BelongsTo { child, parent } => ApiError::new(
            ErrorCode::Conflict,
            format!("Workflow {child} was started by workflow {parent} and does what that one does."),
        )
        .next_step(format!("Open workflow {parent} and do it there.")),
        Error::PartOfConversation(id) => part_of_conversation(id),
        Error::IsTrial(id) => ApiError::new(
            ErrorCode::Conflict,
            format!("Workflow {id} is a trial of an agent, not work of the crew."),
        )
        .next_step("Start a workflow with the same task."),
        Error::IsHelp(id) => ApiError::new(
            ErrorCode::Conflict,
            format!("An agent asked another one for workflow {id} in the middle of its work."),
        )
        .next_step("Start a workflow with the same task."),
        Error::Staff(error) => from_staff(&error),
        Error::Conversation(error) => from_conversation(&error),
        Error::Fork(problem) => from_fork_problem(&problem),
        Error::RunFile(error) => from_run_file(&error),
        Error::ToolServer(error) => from_tool_server(&error),
        Error::Transfer(error) => from_transfer(&error),
        Error::ForkRepeats(tools) => ApiError::new(
            ErrorCode::Conflict,
            format!(
                "This would call {} again, which changes something outside.",
                tools.join(", ")
            ),
        )
        .field("repeat")
        .next_step("Confirm that this may happen a second time."),
        Error::Grant(problem) => ApiError::new(ErrorCode::InvalidRequest, sentence(&problem.to_string()))
            .field("grant")
            .next_step("Correct it, then save again."),
        Error::NothingToUndo(_) => not_found("This call wrote no file."),
        Error::Undo(problem) => ApiError::new(ErrorCode::Conflict, sentence(&problem.to_string()))
            .next_step("Look at the file, and set it back by hand if need be."),
        Error::StaysPut(obstacle) => {
            let (text, next_step) = keeps_here(&obstacle);
            ApiError::new(ErrorCode::Conflict, text).next_step(next_step)
        }
        Error::TooManyNeeds { limit } => ApiError::new(
            ErrorCode::InvalidRequest,
            format!("No run needs more than {limit} things."),
        )
        .field("needs"),
        Error::ScheduleBusy(reason) => from_busy(reason),
        Error::RequestKeyReused(operation) => key_reused(&operation),
        Error::Leaving(id) => ApiError::new(
            ErrorCode::Conflict,
            format!("Workflow {id} is being handed to another backend."),
        )
        .next_step("Wait a moment, then look where it is."),
        Error::ShuttingDown => closing(),
        Error::Journal { .. } | Error::Record(_) | Error::CrewIncomplete(_) => internal(&error),
    }
}

/// Words of an error as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if words.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// A reply is not taken out of its conversation.
fn part_of_conversation(id: WorkflowId) -> ApiError {
    ApiError::new(
        ErrorCode::Conflict,
        format!("Workflow {id} is a reply in a conversation and goes with it."),
    )
    .next_step("Open the conversation and do it there, or remove the conversation.")
}

pub(crate) fn not_found(message: &str) -> ApiError {
    ApiError::new(ErrorCode::NotFound, message).next_step("It may have been deleted. Go back to the list.")
}

fn key_reused(operation: &str) -> ApiError {
    ApiError::new(
        ErrorCode::RequestKeyReused,
        format!("This request key was used for \"{operation}\" before."),
    )
    .field("request_key")
    .next_step("Send the request with a new key.")
}

fn closing() -> ApiError {
    ApiError::new(ErrorCode::Unavailable, "Wheelhouse is closing.")
        .next_step("Start it again. Work that was running goes on by itself.")
}

pub(crate) fn internal(error: &dyn std::error::Error) -> ApiError {
    error!(%error, "an operation failed inside");
    ApiError::new(
        ErrorCode::Internal,
        "Wheelhouse made a mistake. Nothing that was on record is lost.",
    )
    .next_step("Try again. If it keeps failing, look into the log in the data folder and report the problem.")
}

impl From<Wrapped> for ApiError {
    fn from(wrapped: Wrapped) -> Self {
        match wrapped {
            Wrapped::Orchestrator(error) => from_orchestrator(error),
            Wrapped::Store(error) => from_store(error),
            Wrapped::Knowledge(error) => from_knowledge(&error),
            Wrapped::Record(error) => internal(&error),
        }
    }
}

/// Errors from inside on their way to the boundary: neither type is this crate's own.
#[derive(Debug)]
pub(crate) enum Wrapped {
    /// From the orchestrator.
    Orchestrator(Error),
    /// From the journal.
    Store(store::Error),
    /// From the knowledge.
    Knowledge(KnowledgeError),
    /// A stored text that does not have its form.
    Record(serde_json::Error),
}

impl From<Error> for Wrapped {
    fn from(error: Error) -> Self {
        Self::Orchestrator(error)
    }
}

impl From<store::Error> for Wrapped {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<KnowledgeError> for Wrapped {
    fn from(error: KnowledgeError) -> Self {
        Self::Knowledge(error)
    }
}

impl From<serde_json::Error> for Wrapped {
    fn from(error: serde_json::Error) -> Self {
        Self::Record(error)
    }
}
