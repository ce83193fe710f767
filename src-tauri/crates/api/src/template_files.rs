//! Templates in files that the operator chose. The path comes from a dialog of the shell, never from the window.

use crate::carried::unusable;
use crate::check;
use crate::error::internal;
use crate::local::Local;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use wheelhouse_contract::{ApiError, ExportTemplate, SavedTemplate, TemplateFile};
use wheelhouse_orchestrator::TEMPLATE_FILE_SIZE;

impl Local {
    /// Writes a template into the file at `path`. What was there is replaced once the new file is whole.
    ///
    /// # Errors
    /// [`ApiError`] where there is no such template or the file can't be written. Then what was there is as it was.
    pub async fn save_template_file(
        &self,
        request: ExportTemplate,
        path: &Path,
    ) -> Result<SavedTemplate, ApiError> {
        write_template_file(self.template_file(request).await?, path).await
    }
}

/// Writes a template, wherever it came from, into the file at `path`. What was there is replaced once the new file is whole.
///
/// # Errors
/// [`ApiError`] where the file can't be written. Then what was there is as it was.
pub async fn write_template_file(file: TemplateFile, path: &Path) -> Result<SavedTemplate, ApiError> {
    let to = path.to_owned();
    let written = tokio::task::spawn_blocking(move || write_whole(&to, &file.text)).await;
    let bytes = written
        .map_err(|error| internal(&error))?
        .map_err(|error| unusable(path, "written", &error))?;
    Ok(SavedTemplate {
        path: path.display().to_string(),
        bytes,
    })
}

/// Reads a file that may hold a template. Whether it does is for `import_template` to say.
///
/// # Errors
/// [`ApiError`] where it can't be read, is larger than any template, or holds no text.
pub async fn open_template_file(path: PathBuf) -> Result<TemplateFile, ApiError> {
    let from = path.clone();
    let read = tokio::task::spawn_blocking(move || read_bounded(&from, TEMPLATE_FILE_SIZE)).await;
    let bytes = read
        .map_err(|error| internal(&error))?
        .map_err(|error| unusable(&path, "read", &error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if bytes.len() > TEMPLATE_FILE_SIZE {
        return Err(foreign(&name, "larger than a template can be"));
    }
    let text = String::from_utf8(bytes).map_err(|_| foreign(&name, "no text"))?;
    Ok(TemplateFile {
        // A mark that editors put at the beginning belongs to the encoding, not to the text.
        text: text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned(),
        file_name: name.into_owned(),
    })
}

/// Writes beside, then names: a file of that name is whole.
pub(crate) fn write_whole(path: &Path, text: &str) -> io::Result<u64> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.write_all(text.as_bytes())?;
    beside.as_file().sync_all()?;
    let kept = beside.persist(path).map_err(|error| error.error)?;
    Ok(kept.metadata()?.len())
}

/// At most `most` bytes and one more, so that it shows where there is more.
pub(crate) fn read_bounded(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn foreign(name: &str, what: &str) -> ApiError {
    check::invalid("path", format!("{name} is {what}, so it is no template.")).next_step(
        "Choose a file that was exported as a template; its name ends in .template.json. A workflow that was \
                    exported is imported under Workflows.",
    )
}
