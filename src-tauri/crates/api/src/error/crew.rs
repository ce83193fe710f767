//! Why something can't be done with an agent, or said to one.

use super::not_found;
use crate::agent_files::NEXT;
use crate::check;
use wheelhouse_contract::{ApiError, ErrorCode};
use wheelhouse_orchestrator::{AgentFileError, ConversationError, StaffError};
/// Why something can't be done with an agent.
pub(super) fn from_staff(error: &StaffError) -> ApiError {
    match error {
        StaffError::NoStarter(key) => not_found(&format!("The starter set has no “{key}”.")).field("key"),
        StaffError::Permanent(name) => ApiError::new(
            ErrorCode::Conflict,
            format!("{name} belongs to the permanent crew, which is there once and is not shared."),
        )
        .next_step("Copy or export specialists only."),
        StaffError::OnWholeRuns(name) => ApiError::new(
            ErrorCode::Conflict,
            format!("{name} works on whole workflows, so that a sample task alone shows nothing."),
        )
        .next_step("Start a workflow and look at its part."),
        StaffError::File(AgentFileError::Newer { .. }) => ApiError::new(
            ErrorCode::Unreadable,
            "A newer Wheelhouse wrote this file, in a form that this one can't read.",
        )
        .field("text")
        .next_step("Install the newer Wheelhouse."),
        StaffError::File(AgentFileError::Foreign) => {
            check::invalid("text", "This file holds something else than an agent.").next_step(NEXT)
        }
        StaffError::File(error) => check::invalid("text", format!("The file can't be used: {error}."))
            .next_step("Ask for the file again, or export it once more."),
    }
}

/// Why something can't be said.
pub(super) fn from_conversation(error: &ConversationError) -> ApiError {
    let (code, field) = match error {
        ConversationError::Missing(_) => (ErrorCode::NotFound, "conversation"),
        ConversationError::MessageMissing(_) => (ErrorCode::NotFound, "uid"),
        ConversationError::WordsMissing(_) => (ErrorCode::NotFound, "made_of"),
        ConversationError::NoReply(_) => (ErrorCode::InvalidRequest, "parent"),
        ConversationError::NotTheOperators(_) => (ErrorCode::InvalidRequest, "uid"),
        ConversationError::Replying => (ErrorCode::Conflict, "parent"),
        ConversationError::Disabled(_) => (ErrorCode::Conflict, "agent"),
        ConversationError::TooManyFiles(_) => (ErrorCode::InvalidRequest, "files"),
        ConversationError::FileTooLarge { .. } => (ErrorCode::TooLarge, "files"),
        ConversationError::NoText(_) => (ErrorCode::Unreadable, "files"),
        ConversationError::Unreadable { .. } => (ErrorCode::Unavailable, "files"),
    };
    let (message, next_step) = said_of(error);
    ApiError::new(code, message).field(field).next_step(next_step)
}

/// What the operator is told of it, and what to do.
fn said_of(error: &ConversationError) -> (String, &'static str) {
    match error {
        ConversationError::Missing(_) => ("There is no such conversation.".to_owned(), "Begin a new one."),
        ConversationError::MessageMissing(_) => (
            "There is no such message.".to_owned(),
            "Open the conversation again.",
        ),
        ConversationError::WordsMissing(_) => (
            "The conversation that this task was made of is not here.".to_owned(),
            "Empty the field, and write the task in your own words.",
        ),
        ConversationError::NoReply(_) => (
            "A message follows a reply of its own conversation, and this is none.".to_owned(),
            "Name the reply that comes before it.",
        ),
        ConversationError::NotTheOperators(_) => (
            "An agent said this. Only your own messages can be edited.".to_owned(),
            "Edit the message above it, or ask for another reply.",
        ),
        ConversationError::Replying => (
            "The reply is still being made.".to_owned(),
            "Wait until it has ended, or stop it.",
        ),
        ConversationError::Disabled(name) => (
            format!("{name} is retired and does not answer."),
            "Enable the agent in Agents, or talk to another one.",
        ),
        ConversationError::TooManyFiles(count) => (
            format!("{count} files are too many for one message."),
            "Attach 4 files at most, or add a folder in Knowledge.",
        ),
        ConversationError::FileTooLarge { name, bytes } => (
            format!(
                "{name} has {} KB. A file beside a message may have 128 KB.",
                bytes.div_ceil(1024)
            ),
            "Attach a shorter file, or add it in Knowledge, where agents search it.",
        ),
        ConversationError::NoText(name) => (
            format!("{name} is not a text file."),
            "Attach plain text, Markdown, code or data as text.",
        ),
        ConversationError::Unreadable { name, reason } => {
            (format!("{name} can't be read: {reason}."), "Attach it again.")
        }
    }
}
