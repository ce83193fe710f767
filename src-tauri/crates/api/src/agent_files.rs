//! Agents in files that the operator chose. The path comes from a dialog of the shell, never from the window.

use crate::carried::unusable;
use crate::check;
use crate::error::internal;
use crate::template_files::{read_bounded, write_whole};
use std::path::{Path, PathBuf};
use wheelhouse_contract::{AgentFile, ApiError, SavedAgent};
use wheelhouse_orchestrator::LARGEST_AGENT_FILE;

/// Writes an agent, wherever it came from, into the file at `path`. What was there is replaced once the new file is whole.
///
/// # Errors
/// [`ApiError`] where the file can't be written. Then what was there is as it was.
pub async fn write_agent_file(file: AgentFile, path: &Path) -> Result<SavedAgent, ApiError> {
    let to = path.to_owned();
    let written = tokio::task::spawn_blocking(move || write_whole(&to, &file.text)).await;
    let bytes = written
        .map_err(|error| internal(&error))?
        .map_err(|error| unusable(path, "written", &error))?;
    Ok(SavedAgent {
        path: path.display().to_string(),
        bytes,
    })
}

/// Reads a file that may hold an agent. Whether it does is for `inspect_agent_file` to say.
///
/// # Errors
/// [`ApiError`] where it can't be read, is larger than any agent, or holds no text.
pub async fn open_agent_file(path: PathBuf) -> Result<AgentFile, ApiError> {
    let from = path.clone();
    let read = tokio::task::spawn_blocking(move || read_bounded(&from, LARGEST_AGENT_FILE)).await;
    let bytes = read
        .map_err(|error| internal(&error))?
        .map_err(|error| unusable(&path, "read", &error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if bytes.len() > LARGEST_AGENT_FILE {
        return Err(foreign(&name, "larger than an agent can be"));
    }
    let text = String::from_utf8(bytes).map_err(|_| foreign(&name, "no text"))?;
    Ok(AgentFile {
        // A mark that editors put at the beginning belongs to the encoding, not to the text.
        text: text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned(),
        file_name: name.into_owned(),
        notices: Vec::new(),
    })
}

fn foreign(name: &str, what: &str) -> ApiError {
    check::invalid("path", format!("{name} is {what}, so it is no agent.")).next_step(NEXT)
}

/// Said where a file is none of an agent.
pub(crate) const NEXT: &str = "Choose a file that was exported as an agent; its name ends in .agent.json. Templates are \
                               imported under Templates.";
