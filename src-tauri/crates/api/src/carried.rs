//! Carries files between this machine's disk and a backend, wherever that is.
//!
//! A file that is fetched is written beside its place and named once its sum is right, so that what has the name is whole.
//! What was on its way is removed at the end, however it ended; where the backend can't be reached any more it does that
//! itself after a day.
//!
//! Deliberately absent: who chooses the file, and what is in it.

use crate::check;
use crate::error::internal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use tracing::debug;
use uuid::Uuid;
use wheelhouse_contract::{
    ApiError, BeginTransfer, ErrorCode, ExportWorkflow, FinishTransfer, ImportWorkflow, ImportedWorkflow,
    Operations, ReadTransferPart, RemoveTransfer, RequestKey, WriteTransferPart,
};
use wheelhouse_domain::{ContentHash, TransferUid, WorkflowId};

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    /// Bytes that are on the other side.
    pub done: u64,
    /// Bytes of the whole file.
    pub bytes: u64,
}

/// A run that is in a file on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRun {
    /// Its size in bytes.
    pub bytes: u64,
    /// Workflows in it, sub-workflows included.
    pub workflows: u32,
}

/// A file as its owner describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Fetches it.
    pub transfer: TransferUid,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sum: ContentHash,
}

/// Writes an ended run of `backend` into the file at `path` on this machine. What was there is replaced once the new file
/// is whole. None where `stopped` came first; then it is as it was.
///
/// # Errors
/// [`ApiError`] where there is no such run, it has not ended, or the file can't be fetched or written.
pub async fn keep_run(
    backend: &impl Operations,
    id: WorkflowId,
    path: &Path,
    tell: impl FnMut(Carried),
    stopped: impl Future<Output = ()>,
) -> Result<Option<KeptRun>, ApiError> {
    let made = backend.export_workflow(ExportWorkflow { id }).await?;
    let announced = Announced {
        transfer: made.transfer,
        bytes: made.bytes,
        sum: made.sum,
    };
    let fetched = tokio::select! {
        fetched = fetch(backend, &announced, path, tell) => fetched.map(Some),
        () = stopped => Ok(None),
    };
    discard(backend, announced.transfer).await;
    Ok(fetched?.map(|()| KeptRun {
        bytes: made.bytes,
        workflows: made.workflows,
    }))
}

/// Sends the file at `path` to `backend`, which takes it in as a run. None where `stopped` came while it was sent.
///
/// # Errors
/// [`ApiError`] where the file can't be read or sent, or holds no run. Then nothing of it is taken in.
pub async fn take_run(
    backend: &impl Operations,
    request_key: RequestKey,
    path: &Path,
    tell: impl FnMut(Carried),
    stopped: impl Future<Output = ()>,
) -> Result<Option<ImportedWorkflow>, ApiError> {
    let Some(transfer) = send(backend, path, tell, stopped).await? else {
        return Ok(None);
    };
    let request = ImportWorkflow {
        request_key,
        transfer,
    };
    let taken = backend.import_workflow(request).await;
    discard(backend, transfer).await;
    taken.map(Some)
}

/// Fetches a file into `path`. What was there is replaced once the new file is whole.
///
/// # Errors
/// [`ApiError`] where a part can't be fetched, the sum is another, or the disk refused. Then what was there is as it was.
pub async fn fetch(
    backend: &impl Operations,
    file: &Announced,
    path: &Path,
    mut tell: impl FnMut(Carried),
) -> Result<(), ApiError> {
    let (uid, bytes) = (file.transfer, file.bytes);
    let mut beside = Beside::new(path).await?;
    let mut number = 0;
    loop {
        let part = backend
            .read_transfer_part(ReadTransferPart { uid, number })
            .await?;
        let content = STANDARD.decode(&part.content).map_err(|_| arrived_other())?;
        let done = beside.add(content).await?;
        if done > bytes {
            return Err(arrived_other());
        }
        tell(Carried { done, bytes });
        if part.last {
            break;
        }
        number += 1;
    }
    beside.keep(file).await
}

/// Sends the file at `path`, whole. It stays with the backend until it is removed. None where `stopped` came first; then
/// nothing of it is kept.
///
/// # Errors
/// [`ApiError`] where it can't be read or sent, or changed meanwhile. Then nothing of it is kept.
pub async fn send(
    backend: &impl Operations,
    path: &Path,
    tell: impl FnMut(Carried),
    stopped: impl Future<Output = ()>,
) -> Result<Option<TransferUid>, ApiError> {
    let source = Source::open(path).await?;
    let begin = BeginTransfer {
        request_key: new_key(),
        bytes: source.bytes,
    };
    let begun = backend.begin_transfer(begin).await?;
    let sent = tokio::select! {
        sent = send_parts(backend, begun.uid, begun.part_bytes, source, tell) => sent.map(|()| Some(begun.uid)),
        () = stopped => Ok(None),
    };
    if !matches!(sent, Ok(Some(_))) {
        discard(backend, begun.uid).await;
    }
    sent
}

async fn send_parts(
    backend: &impl Operations,
    uid: TransferUid,
    part_bytes: u32,
    mut source: Source,
    mut tell: impl FnMut(Carried),
) -> Result<(), ApiError> {
    let (bytes, mut done, mut number) = (source.bytes, 0, 0);
    while done < bytes {
        let content = source.next(part_bytes).await?;
        done += content.len() as u64;
        let part = WriteTransferPart {
            request_key: new_key(),
            uid,
            number,
            content: STANDARD.encode(content),
        };
        backend.write_transfer_part(part).await?;
        tell(Carried { done, bytes });
        number += 1;
    }
    let finish = FinishTransfer {
        request_key: new_key(),
        uid,
        sum: source.sum(),
    };
    backend.finish_transfer(finish).await.map(|_| ())
}

/// Removes what was on its way. Where that fails the backend does it itself after a day.
pub async fn discard(backend: &impl Operations, uid: TransferUid) {
    let request = RemoveTransfer {
        request_key: new_key(),
        uid,
    };
    if let Err(error) = backend.remove_transfer(request).await {
        debug!(%error, "a file that was on its way was left behind");
    }
}

fn new_key() -> RequestKey {
    RequestKey(Uuid::now_v7().to_string())
}

/// A file that is written beside its place.
struct Beside {
    path: PathBuf,
    file: Option<NamedTempFile>,
    sum: Sha256,
    written: u64,
}

impl Beside {
    async fn new(path: &Path) -> Result<Self, ApiError> {
        let folder = path.parent().unwrap_or_else(|| Path::new(".")).to_owned();
        let made = blocking(path, "written", move || NamedTempFile::new_in(folder)).await?;
        Ok(Self {
            path: path.to_owned(),
            file: Some(made),
            sum: Sha256::new(),
            written: 0,
        })
    }

    /// Adds a part, and gives how much there is then.
    async fn add(&mut self, content: Vec<u8>) -> Result<u64, ApiError> {
        self.sum.update(&content);
        self.written += content.len() as u64;
        let Some(mut file) = self.file.take() else {
            return Err(arrived_other());
        };
        let write = move || file.write_all(&content).map(|()| file);
        self.file = Some(blocking(&self.path, "written", write).await?);
        Ok(self.written)
    }

    /// Gives the file its name, if it is what was announced.
    async fn keep(self, announced: &Announced) -> Result<(), ApiError> {
        let Some(file) = self.file else {
            return Err(arrived_other());
        };
        if self.written != announced.bytes || in_words(self.sum) != announced.sum {
            return Err(arrived_other());
        }
        let to = self.path.clone();
        let name = move || {
            file.as_file().sync_all()?;
            file.persist(to).map(|_| ()).map_err(|error| error.error)
        };
        blocking(&self.path, "written", name).await
    }
}

/// A file that is read piece by piece.
struct Source {
    path: PathBuf,
    file: Option<File>,
    bytes: u64,
    sum: Sha256,
}

impl Source {
    async fn open(path: &Path) -> Result<Self, ApiError> {
        let from = path.to_owned();
        let open = move || {
            let file = File::open(from)?;
            let about = file.metadata()?;
            if !about.is_file() {
                return Err(io::Error::other("it is no file"));
            }
            Ok((file, about.len()))
        };
        let (file, bytes) = blocking(path, "read", open).await?;
        Ok(Self {
            path: path.to_owned(),
            file: Some(file),
            bytes,
            sum: Sha256::new(),
        })
    }

    async fn next(&mut self, most: u32) -> Result<Vec<u8>, ApiError> {
        let Some(mut file) = self.file.take() else {
            return Err(changed(&self.path));
        };
        let read = move || {
            let mut content = Vec::new();
            (&mut file).take(u64::from(most)).read_to_end(&mut content)?;
            Ok((file, content))
        };
        let (file, content) = blocking(&self.path, "read", read).await?;
        if content.is_empty() {
            return Err(changed(&self.path));
        }
        self.sum.update(&content);
        self.file = Some(file);
        Ok(content)
    }

    fn sum(self) -> ContentHash {
        in_words(self.sum)
    }
}

fn in_words(sum: Sha256) -> ContentHash {
    ContentHash(sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

async fn blocking<T: Send + 'static>(
    path: &Path,
    done: &str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, ApiError> {
    let worked = tokio::task::spawn_blocking(work).await;
    worked
        .map_err(|error| internal(&error))?
        .map_err(|error| unusable(path, done, &error))
}

/// A file of this machine that can't be used.
pub(crate) fn unusable(path: &Path, done: &str, error: &io::Error) -> ApiError {
    ApiError::new(
        ErrorCode::Unreadable,
        format!("{} can't be {done}: {error}.", path.display()),
    )
    .field("path")
    .next_step("Check that the folder is there and that you may use it, or choose another one.")
}

fn changed(path: &Path) -> ApiError {
    check::invalid(
        "path",
        format!("{} became shorter while it was read.", path.display()),
    )
    .next_step("Wait until nothing writes to it, then try again.")
}

fn arrived_other() -> ApiError {
    ApiError::new(
        ErrorCode::Unreadable,
        "The file arrived with other content than was sent.",
    )
    .next_step("Try again. Nothing was written.")
}
