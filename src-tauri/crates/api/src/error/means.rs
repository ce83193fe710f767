//! What goes wrong with what the crew works with: files on their way, providers, tool servers, keys and knowledge.

use super::{closing, internal, not_found};
use tracing::error;
use wheelhouse_contract::{ApiError, ErrorCode};
use wheelhouse_domain::Failure;
use wheelhouse_orchestrator::keys::KeyError;
use wheelhouse_orchestrator::knowledge::KnowledgeError;
use wheelhouse_orchestrator::mcp::McpError;
use wheelhouse_orchestrator::{ToolServerError, TransferError};
/// Why a file can't be carried.
pub(super) fn from_transfer(error: &TransferError) -> ApiError {
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

pub(super) fn from_keys(error: &KeyError) -> ApiError {
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

pub(super) fn from_knowledge(error: &KnowledgeError) -> ApiError {
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
