//! What the store refuses or can't do: rows that are not there or were changed, a journal that can't be read, and copies of it.

use super::moves::{from_move, not_here};
use super::{closing, internal, key_reused, not_found, part_of_conversation};
use std::path::Path;
use tracing::error;
use wheelhouse_contract::{ApiError, ErrorCode};
use wheelhouse_orchestrator::store::{self, CopyFault};
pub(crate) fn from_store(error: store::Error) -> ApiError {
    match error {
        store::Error::WorkflowNotFound(id) => not_found(&format!("There is no workflow {id}.")),
        store::Error::WorkflowActive { id, status } => ApiError::new(
            ErrorCode::Conflict,
            format!("Workflow {id} is {} and can't be deleted now.", status.as_str()),
        )
        .next_step("Cancel it first."),
        store::Error::PartOfConversation { workflow, .. } => part_of_conversation(workflow),
        store::Error::ConversationNotFound(_) => not_found("There is no such conversation."),
        store::Error::MessageNotFound(_) => not_found("There is no such message."),
        store::Error::ProviderNotFound(id) => not_found(&format!("There is no provider {id}.")),
        store::Error::TaskNotFound { workflow, task } => {
            not_found(&format!("There is no task {task} in workflow {workflow}."))
        }
        store::Error::NothingToJudge(_) => ApiError::new(
            ErrorCode::Conflict,
            "Only what an agent has completed can be called good or poor.",
        )
        .next_step("Wait until the task is completed, or judge another one."),
        store::Error::AgentNotFound(id) => not_found(&format!("There is no agent {id}.")),
        store::Error::ProviderNameTaken(name) => ApiError::new(
            ErrorCode::Conflict,
            format!("Another provider is called \"{name}\" already."),
        )
        .field("name")
        .next_step("Choose another name."),
        store::Error::ToolServerNotFound(id) => not_found(&format!("There is no tool server {id}.")),
        store::Error::ToolServerNameTaken(name) => ApiError::new(
            ErrorCode::Conflict,
            format!("Another tool server is called \"{name}\" already."),
        )
        .field("name")
        .next_step("Choose another name."),
        store::Error::ToolServerGone(_) => ApiError::new(
            ErrorCode::Conflict,
            "The tool server was removed in this moment.",
        )
        .next_step("Look at the list, then try again."),
        store::Error::PriceNotFound(id) => not_found(&format!("There is no price {id}.")),
        store::Error::PriceTaken(model) => ApiError::new(
            ErrorCode::Conflict,
            format!("{model} has another price from that time on. Change that one, or choose another date."),
        ),
        store::Error::ScheduleNotFound(id) => not_found(&format!("There is no schedule {id}.")),
        store::Error::ScheduleNameTaken(name) => ApiError::new(
            ErrorCode::Conflict,
            format!("Another schedule is called \"{name}\" already."),
        )
        .field("name")
        .next_step("Choose another name."),
        store::Error::ScheduleMoved(_) | store::Error::ScheduleGone(_) => {
            ApiError::new(ErrorCode::Conflict, "The schedule was changed in this moment.")
                .next_step("Look at the list, then try again.")
        }
        store::Error::AgentChanged { .. } => {
            ApiError::new(ErrorCode::Conflict, "The agent was changed since you opened it.")
                .field("version")
                .next_step("Look at its newest version, then save again.")
        }
        store::Error::GrantChanged { .. } => {
            ApiError::new(ErrorCode::Conflict, "What the agent may reach was changed since you opened it.")
                .field("revision")
                .next_step("Look at what it may reach now, then save again.")
        }
        store::Error::AgentPermanent(_) => ApiError::new(
            ErrorCode::Conflict,
            "The permanent crew is needed by every run and can't be retired.",
        )
        .next_step("Disable specialists only."),
        store::Error::TemplateNotFound(_) => not_found("There is no such template."),
        store::Error::TemplateBuiltIn(_) => ApiError::new(
            ErrorCode::Conflict,
            "This template comes with Wheelhouse and can't be changed.",
        )
        .next_step("Make a copy of it and change that."),
        store::Error::TemplateChanged { found, .. } => ApiError::new(
            ErrorCode::Conflict,
            format!("The template was changed since you opened it. It is at version {found} now."),
        )
        .field("expected_version")
        .next_step("Look at its newest version, then save again."),
        store::Error::NotHere { id, place, other } => not_here(id, place, &other),
        store::Error::Arriving(_) => ApiError::new(
            ErrorCode::Conflict,
            "This workflow is just arriving from another backend.",
        )
        .next_step("Wait until it is here."),
        store::Error::Move(fault) => from_move(&fault),
        store::Error::RequestRepeated(record) => key_reused(&record.operation),
        store::Error::Closed => closing(),
        store::Error::NotDurable(_) => {
            error!(%error, "the journal could not be written");
            ApiError::new(
                ErrorCode::Unavailable,
                "The journal could not be written to disk.",
            )
            .next_step("Check that the disk has room, then try again.")
        }
        store::Error::NewerSchema { found, known } => ApiError::new(
            ErrorCode::Unreadable,
            format!("This data was written by a newer Wheelhouse (schema {found}, this one knows {known})."),
        )
        .next_step("Install the newer Wheelhouse, restore a copy from before, or set WHEELHOUSE_DATA_DIR to another folder."),
        store::Error::Damaged { path, reason } => damaged(&path, &reason),
        store::Error::Copy { path, fault } => from_fault(&path, &fault),
        store::Error::Database(_)
        | store::Error::Migration(_)
        | store::Error::File { .. }
        | store::Error::SqliteTooOld { .. }
        | store::Error::UnknownEventVersion { .. }
        | store::Error::Unreadable { .. }
        | store::Error::Unwritable(_)
        | store::Error::SeqConflict { .. }
        | store::Error::Integrity { .. }
        | store::Error::ProviderGone(_)
        | store::Error::AgentGone(_)
        | store::Error::PositionAhead { .. } => internal(&error),
    }
}

fn damaged(path: &Path, reason: &str) -> ApiError {
    // What the database says begins with a number that tells people nothing.
    let reason = reason.rsplit_once("(code: ").map_or(reason, |(_, said)| {
        said.split_once(") ").map_or(said, |(_, words)| words)
    });
    ApiError::new(
        ErrorCode::Unreadable,
        format!("The journal {} can't be read: {reason}.", path.display()),
    )
    .next_step(
        "A copy of it can take its place: the window offers those that are there, and the option --restore does it in \
         the terminal.",
    )
}

/// Why a file can't be restored. In each case the journal is as it was.
fn from_fault(path: &Path, fault: &CopyFault) -> ApiError {
    let (code, next_step) = match fault {
        CopyFault::Unreadable(_) => (
            ErrorCode::Unreadable,
            "Check that the file is there and that you may read it.",
        ),
        CopyFault::NotADatabase | CopyFault::NotAJournal => (
            ErrorCode::InvalidRequest,
            "Choose a copy of a journal; those that Wheelhouse makes begin with \"journal-\".",
        ),
        CopyFault::Damaged(_) | CopyFault::NotMigrated(_) => (ErrorCode::Unreadable, "Choose another copy."),
        CopyFault::NewerSchema { .. } => (
            ErrorCode::Unreadable,
            "Install the newer Wheelhouse and restore it there, or choose an older copy.",
        ),
        CopyFault::OtherStore => (
            ErrorCode::Conflict,
            "Say that you mean a copy of another Wheelhouse, if you want it in place of what is here.",
        ),
        CopyFault::InUse => (ErrorCode::InvalidRequest, "Choose a copy of it."),
    };
    let message = format!(
        "{} can't be restored: {fault}. Nothing was changed.",
        path.display()
    );
    ApiError::new(code, message).field("path").next_step(next_step)
}
