//! One exhaustive match from what went wrong inside to what a program outside can decide on.

use crate::agent_files::NEXT;
use crate::check;
use std::path::Path;
use tracing::error;
use wheelhouse_contract::{ApiError, ErrorCode};
use wheelhouse_domain::{Failure, SkipReason, TemplateProblem, WorkflowId};
use wheelhouse_orchestrator::fork::ForkProblem;
use wheelhouse_orchestrator::keys::KeyError;
use wheelhouse_orchestrator::knowledge::KnowledgeError;
use wheelhouse_orchestrator::mcp::McpError;
use wheelhouse_orchestrator::store::{CopyFault, MoveFault, RunPlace};
use wheelhouse_orchestrator::{
    AgentFileError, ConversationError, Error, FolderError, Obstacle, Refusal, RunFileError, StaffError,
    ToolServerError, TransferError, store,
};

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

/// What keeps a run where it is, and what the operator can do.
pub(crate) fn keeps_here(obstacle: &Obstacle) -> (String, String) {
    match obstacle {
        Obstacle::Ended(status) => (
            format!(
                "This workflow is {}. Only what goes on can be moved.",
                status.as_str()
            ),
            "Export it into a file and import that on the other side.".to_owned(),
        ),
        Obstacle::Imported => (
            "This workflow was imported and does not go on.".to_owned(),
            "Import the same file on the other side.".to_owned(),
        ),
        Obstacle::Reply => (
            "This is a reply in a conversation, which stays where it is held.".to_owned(),
            "Turn the message into a workflow, and move that.".to_owned(),
        ),
        Obstacle::Trial => (
            "This is a trial of an agent, which stays where the agent is.".to_owned(),
            "Start a workflow with the same task, and move that.".to_owned(),
        ),
        Obstacle::PartOf { root, name } => (
            format!("This workflow is a part of “{name}” and goes where that one goes."),
            format!("Open workflow {root} and move it."),
        ),
        Obstacle::StaysHere(sources) => {
            let names: Vec<String> = sources.iter().map(|one| format!("“{}”", one.name)).collect();
            (
                format!(
                    "This workflow has read text of {}, which stays on this machine.",
                    names.join(", ")
                ),
                "Let it end here. To work elsewhere, start a new workflow there without that source."
                    .to_owned(),
            )
        }
    }
}

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

/// Why nothing can be done for a run here.
fn not_here(id: WorkflowId, place: RunPlace, other: &str) -> ApiError {
    match place {
        RunPlace::Gone | RunPlace::Here => ApiError::new(
            ErrorCode::Conflict,
            format!("Workflow {id} was moved to {other}. It goes on there."),
        )
        .next_step(format!("Switch to {other} and do it there.")),
        RunPlace::Leaving => ApiError::new(
            ErrorCode::Conflict,
            format!("Workflow {id} is on its way to {other} and rests meanwhile."),
        )
        .next_step("Wait until it has arrived, or call the move off."),
    }
}

/// Why a step of a move was not done.
fn from_move(fault: &MoveFault) -> ApiError {
    let conflict = |message: String, next_step: &str| {
        ApiError::new(ErrorCode::Conflict, message).next_step(next_step.to_owned())
    };
    match fault {
        MoveFault::Unknown(_) => not_found("There is no such move."),
        MoveFault::Other(_) => conflict(
            "This move is of another workflow or to another backend.".to_owned(),
            "Begin a new move.",
        ),
        MoveFault::NotRoot { child, root } => conflict(
            format!("Workflow {child} was started by workflow {root} and goes where that one goes."),
            "Move that one.",
        ),
        MoveFault::Ended { id, status } => conflict(
            format!("Workflow {id} is {}, so there is nothing to hand over.", status.as_str()),
            "Export it, and import it there.",
        ),
        MoveFault::Imported(id) => conflict(
            format!("Workflow {id} was imported. It is history and does not go on."),
            "Delete it first where something else is to take its place.",
        ),
        MoveFault::SameStore => conflict(
            "The workflow is there already.".to_owned(),
            "Choose another backend.",
        ),
        MoveFault::RunsHere(id) => conflict(
            format!("Workflow {id} is this backend's own, so there would be two of it."),
            "One of the two was probably restored from a copy. Look at both, and delete the one that is not wanted.",
        ),
        MoveFault::Diverged(id) => conflict(
            format!("Workflow {id} went another way here than what arrives, so the two can't be joined."),
            "A copy was probably restored. Delete the workflow here, then move it again.",
        ),
        MoveFault::Stale => conflict(
            "The workflow has changed hands since.".to_owned(),
            "Look where it is now, and begin a new move there.",
        ),
        MoveFault::CalledOff(_) => conflict(
            "The move was called off. The workflow stayed.".to_owned(),
            "Begin a new move.",
        ),
        MoveFault::Decided(_) => conflict(
            "The move is decided and can't be called off any more.".to_owned(),
            "Move the workflow back from where it is.",
        ),
        MoveFault::Undecided(_) => conflict(
            "The move is not decided yet.".to_owned(),
            "Let it go on, or call it off.",
        ),
        MoveFault::Dropped(_) => conflict(
            "What came with this move was thrown away.".to_owned(),
            "Begin a new move.",
        ),
        MoveFault::Receipt(_) => conflict(
            "The receipt does not fit to this move.".to_owned(),
            "Let the backend that the workflow comes from decide first.",
        ),
        MoveFault::Uncertain(_) => conflict(
            "This journal was restored from a copy since the move began, so the workflow may be gone already.".to_owned(),
            "Connect to the other backend, so that it can be asked.",
        ),
    }
}

/// Why a schedule can't run at once.
fn from_busy(reason: SkipReason) -> ApiError {
    let (message, next_step) = match reason {
        SkipReason::Overlap { running } => (
            format!("Workflow {running} of this schedule is still at work, and the schedule skips overlaps."),
            "Wait until it has ended, cancel it, or let the schedule wait in line.",
        ),
        SkipReason::LineFull => (
            "Too many runs of this schedule wait in line already.".to_owned(),
            "Wait until some of them have ended, or pause the schedule to clear the line.",
        ),
        SkipReason::Superseded | SkipReason::Paused => (
            "The schedule was changed in this moment.".to_owned(),
            "Look at the list, then try again.",
        ),
    };
    ApiError::new(ErrorCode::Conflict, message).next_step(next_step)
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

fn from_refusal(refusal: &Refusal) -> ApiError {
    match refusal {
        Refusal::Status { status } => ApiError::new(
            ErrorCode::Conflict,
            format!("The workflow is {}, so this is not possible.", status.as_str()),
        )
        .next_step("Look at the workflow: what is possible now is offered there."),
        Refusal::QuestionNotOpen => ApiError::new(ErrorCode::Conflict, "The question is not open any more.")
            .next_step("Nothing to do."),
        Refusal::Paused => {
            ApiError::new(ErrorCode::Conflict, "The workflow is paused.").next_step("Let it go on first.")
        }
        // Only tasks are told this, and they ask the operator.
        Refusal::Confined { .. } => ApiError::new(
            ErrorCode::Conflict,
            "The workflow holds text that stays on this machine.",
        )
        .next_step("Choose a model of this machine."),
        // Only tasks are told this, and they ask anew.
        Refusal::NotAllowed { .. } => ApiError::new(ErrorCode::Conflict, "Nobody allows this call any more.")
            .next_step("Wait until it is asked about again."),
        // Only tasks are told this, and they go on with what was answered.
        Refusal::AskedBefore { .. } => {
            ApiError::new(ErrorCode::Conflict, "This was asked before.").next_step("Nothing to do.")
        }
        Refusal::Imported => ApiError::new(
            ErrorCode::Conflict,
            "This workflow was imported. It is history and does not go on.",
        )
        .next_step("Fork it from one of its tasks to go on from there."),
        Refusal::UnknownTask { .. } => not_found("There is no such task in this workflow."),
        Refusal::TaskIs { status, .. } => ApiError::new(
            ErrorCode::Conflict,
            format!("The task is {}, so this is not possible.", status.as_str()),
        )
        .next_step("Look at the task: what is possible now is offered there."),
        Refusal::BuiltUpon { .. } => ApiError::new(
            ErrorCode::Conflict,
            "Another task has built on this answer already.",
        )
        .next_step("Fork the workflow from this task instead."),
        Refusal::OthersFailed { .. } => ApiError::new(
            ErrorCode::Conflict,
            "Another task failed too, so the workflow would fail again.",
        )
        .next_step("Retry the whole workflow, or skip the other task first."),
        Refusal::NotThisKind { .. } => ApiError::new(
            ErrorCode::Conflict,
            "This is not possible with a step of this kind.",
        )
        .next_step("Look at the task: what is possible now is offered there."),
        Refusal::Form(problem) => ApiError::new(
            ErrorCode::InvalidRequest,
            format!("The answer does not fit: {problem}."),
        )
        .field("fields")
        .next_step("Fill in what the question asks for."),
        Refusal::Stale { .. } | Refusal::CallNotOpen { .. } | Refusal::Unusable(_) | Refusal::Fold(_) => {
            internal(refusal)
        }
    }
}

/// Why a run's file can't be written or taken in. In each case nothing of it is here.
fn from_run_file(error: &RunFileError) -> ApiError {
    let (code, next_step) = match error {
        RunFileError::NotEnded(_) => (
            ErrorCode::Conflict,
            "Wait until it has ended, or cancel it first.",
        ),
        RunFileError::PartKnown => (
            ErrorCode::Conflict,
            "Delete the workflow that the part belongs to, then import it again.",
        ),
        RunFileError::Newer { .. } => (ErrorCode::Unreadable, "Install the newer Wheelhouse."),
        RunFileError::Write(_) => (
            ErrorCode::Unavailable,
            "Check that the disk of the backend has room.",
        ),
        RunFileError::File { .. } => (
            ErrorCode::Unreadable,
            "Check that the folder and the file are there and that you may use them.",
        ),
        _ => (
            ErrorCode::InvalidRequest,
            "Ask for the file again, or export it once more.",
        ),
    };
    ApiError::new(code, format!("The file can't be used: {error}."))
        .field("transfer")
        .next_step(next_step)
}

/// A reply is not taken out of its conversation.
fn part_of_conversation(id: WorkflowId) -> ApiError {
    ApiError::new(
        ErrorCode::Conflict,
        format!("Workflow {id} is a reply in a conversation and goes with it."),
    )
    .next_step("Open the conversation and do it there, or remove the conversation.")
}

/// Why something can't be done with an agent.
fn from_staff(error: &StaffError) -> ApiError {
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
fn from_conversation(error: &ConversationError) -> ApiError {
    let (code, field) = match error {
        ConversationError::Missing(_) => (ErrorCode::NotFound, "conversation"),
        ConversationError::MessageMissing(_) => (ErrorCode::NotFound, "uid"),
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

/// Why a file can't be carried.
fn from_transfer(error: &TransferError) -> ApiError {
    let (code, field, next_step) = match error {
        TransferError::Unknown(_) => (
            ErrorCode::NotFound,
            "uid",
            "Send the file again from its beginning.",
        ),
        TransferError::Size { bytes: 0, .. } => (
            ErrorCode::InvalidRequest,
            "bytes",
            "Choose a file with something in it.",
        ),
        TransferError::Size { .. } => (ErrorCode::TooLarge, "bytes", "Choose a smaller file."),
        TransferError::Full { .. } => (
            ErrorCode::Unavailable,
            "bytes",
            "Try again when others are done. What was left behind goes within minutes.",
        ),
        TransferError::OtherLength { .. } => (
            ErrorCode::RequestKeyReused,
            "request_key",
            "Send the request with a new key.",
        ),
        TransferError::NoSuchPart { .. } | TransferError::OutOfOrder { .. } => (
            ErrorCode::InvalidRequest,
            "number",
            "Go on with the part that is next.",
        ),
        TransferError::PartLength { .. } | TransferError::OtherContent { .. } => (
            ErrorCode::InvalidRequest,
            "content",
            "Send the parts as the file has them, or begin anew.",
        ),
        TransferError::Incomplete { .. } => (ErrorCode::Conflict, "uid", "Send the parts that are missing."),
        TransferError::OtherSum => (
            ErrorCode::InvalidRequest,
            "sum",
            "Send the file again from its beginning.",
        ),
        TransferError::File { .. } => {
            // Which file is no matter of whoever asks from elsewhere.
            error!(%error, "a file on its way could not be written or read");
            return ApiError::new(
                ErrorCode::Unavailable,
                "The backend's disk refused a file that is on its way.",
            )
            .next_step(
                "Check that the disk there has room and that Wheelhouse may write to its data folder.",
            );
        }
        TransferError::BrokenOff => return closing(),
    };
    let message = format!("The file can't be carried: {error}.");
    ApiError::new(code, message).field(field).next_step(next_step)
}

fn from_fork_problem(problem: &ForkProblem) -> ApiError {
    match problem {
        ForkProblem::UnknownTask(_) => not_found("There is no such task in this workflow."),
        ForkProblem::NotEnded { status, .. } => ApiError::new(
            ErrorCode::Conflict,
            format!(
                "The task is {}. Only a task that has ended can be forked from.",
                status.as_str()
            ),
        )
        .next_step("Wait until it has ended, or choose another task."),
        ForkProblem::NotThisKind(_) => ApiError::new(
            ErrorCode::Conflict,
            "This can't be changed at a step of this kind.",
        )
        .field("edit")
        .next_step("Choose another change."),
        ForkProblem::Contained(_) => ApiError::new(
            ErrorCode::Conflict,
            "What contains this task would be done anew as a whole.",
        )
        .next_step("Fork from what contains it instead."),
        ForkProblem::Fold(_) => internal(problem),
    }
}

/// The first of several problems, saying that there are more. Who wants all of them asks for a check.
fn from_problems(problems: &[TemplateProblem], otherwise: &str) -> ApiError {
    let Some(first) = problems.first() else {
        return ApiError::new(ErrorCode::InvalidRequest, otherwise);
    };
    let place = match &first.step {
        Some(step) => format!("Step {step}: "),
        None => String::new(),
    };
    let more = match problems.len() - 1 {
        0 => String::new(),
        1 => " There is one more problem.".to_owned(),
        more => format!(" There are {more} more problems."),
    };
    ApiError::new(
        ErrorCode::InvalidRequest,
        format!("{place}{}{more}", first.message),
    )
    .field(&first.field)
    .next_step(first.next_step.clone())
}

/// What a provider or a model answered, as the answer to an operation that asked it.
pub(crate) fn from_failure(failure: Failure) -> ApiError {
    ApiError::new(ErrorCode::ProviderFailed, failure.message).next_step(failure.next_step)
}

/// What a tool server does wrong. Its errors say what to do next themselves.
pub(crate) fn from_tool_server(error: &ToolServerError) -> ApiError {
    let told = |code| ApiError::new(code, error.to_string());
    match error {
        ToolServerError::NotFound(_) | ToolServerError::NoTool(_) => not_found(&error.to_string()),
        ToolServerError::NotGiven(_) => told(ErrorCode::NotFound).field("name"),
        ToolServerError::NoValue(_) => told(ErrorCode::Conflict).field("value"),
        ToolServerError::Changed(_) => told(ErrorCode::Conflict).field("hash"),
        ToolServerError::Mcp(McpError::Command(_)) => told(ErrorCode::InvalidRequest).field("command"),
        ToolServerError::Mcp(McpError::Address(_)) => told(ErrorCode::InvalidRequest).field("url"),
        ToolServerError::Mcp(_) | ToolServerError::Resting { .. } => told(ErrorCode::ProviderFailed),
    }
}

fn from_keys(error: &KeyError) -> ApiError {
    let code = match error {
        KeyError::Locked | KeyError::NotSetUp => ErrorCode::KeysLocked,
        KeyError::WrongPassphrase
        | KeyError::PassphraseTooShort
        | KeyError::NothingToUnlock
        | KeyError::Unfit(_)
        | KeyError::UnfitVariable { .. } => ErrorCode::InvalidRequest,
        KeyError::Damaged { .. }
        | KeyError::NewerForm { .. }
        | KeyError::File { .. }
        | KeyError::VariableFile { .. }
        | KeyError::Index(_) => ErrorCode::Unreadable,
        KeyError::Keychain(_) | KeyError::KeychainAbsent | KeyError::NoAnswer => ErrorCode::Unavailable,
        KeyError::Encryption(_) | KeyError::NoThread(_) | KeyError::BrokenOff => return internal(error),
    };
    ApiError::new(code, error.to_string()).next_step(error.next_step())
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

pub(crate) fn from_knowledge(error: &KnowledgeError) -> ApiError {
    let code = match error {
        KnowledgeError::EmptyPath
        | KnowledgeError::RelativePath { .. }
        | KnowledgeError::NoHomeFolder
        | KnowledgeError::UnfitPath { .. }
        | KnowledgeError::UnfitFile { .. } => ErrorCode::InvalidRequest,
        KnowledgeError::EverybodyHasIt => ErrorCode::Conflict,
        KnowledgeError::NotThere { .. } | KnowledgeError::CannotOpen { .. } => ErrorCode::Unreadable,
        KnowledgeError::UnknownSource(_) | KnowledgeError::UnknownDocument { .. } => ErrorCode::NotFound,
        KnowledgeError::ShuttingDown => ErrorCode::Unavailable,
        KnowledgeError::BrokenOff(_) | KnowledgeError::Store(_) => return internal(error),
    };
    let told = ApiError::new(code, error.to_string()).next_step(error.next_step());
    let concerns_path = matches!(code, ErrorCode::InvalidRequest | ErrorCode::Unreadable);
    if concerns_path { told.field("path") } else { told }
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
