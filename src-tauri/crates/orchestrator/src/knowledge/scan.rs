//! One scan of a source: what is new or changed is indexed, what is gone is taken out.

use super::error::KnowledgeError;
use super::examine::{Examined, examine};
use super::handbook;
use super::walk::list;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;
use wheelhouse_domain::{Millis, SourceId, SourceKind, SourceState};
use wheelhouse_store::knowledge::{DocumentState, KnowledgeStore, NewDocument, Problem, ScanEnd, SourceRow};

/// Problems that are kept of a scan.
const MAX_PROBLEMS: usize = 100;
/// Documents that are written in one transaction.
const BATCH: usize = 8;
/// Shortest time between two reports of progress.
const PROGRESS_PAUSE: Duration = Duration::from_millis(100);

/// How far a scan is. Lossy: for showing, never for deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanProgress {
    /// The source.
    pub source_id: SourceId,
    /// Files looked at.
    pub done: u32,
    /// Files that there are; 0 while they are being counted.
    pub total: u32,
    /// Whether the scan has ended.
    pub finished: bool,
}

/// What a scan works with.
#[derive(Debug, Clone)]
pub(super) struct Scanner {
    pub(super) store: KnowledgeStore,
    pub(super) progress: broadcast::Sender<ScanProgress>,
    pub(super) now: fn() -> Millis,
}

/// What the reading thread tells.
enum Note {
    Total(usize),
    Seen(Option<Write>),
}

enum Write {
    Document(Box<NewDocument>),
    Touch {
        path: String,
        bytes: i64,
        modified_ns: i64,
    },
}

/// What the reading thread has at its end.
#[derive(Default)]
struct Reading {
    vanished: Vec<String>,
    problems: Vec<Problem>,
}

enum ReadError {
    Cancelled,
    Source(std::io::Error),
}

impl Scanner {
    /// Scans a source and records how it ended. A scan that is cancelled records nothing, so that the next open
    /// takes it up.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn scan(
        &self,
        id: SourceId,
        cancel: &CancellationToken,
        meter: &mut Meter,
    ) -> Result<(), KnowledgeError> {
        let Some(source) = self.store.source(id).await? else {
            return Ok(());
        };
        self.store.set_source_state(id, SourceState::Scanning).await?;
        let end = match source.kind {
            SourceKind::Builtin => {
                handbook::install(&self.store, id, self.now).await?;
                Some((SourceState::Ready, Vec::new()))
            }
            SourceKind::Folder | SourceKind::File => self.scan_files(&source, cancel, meter).await?,
        };
        if let Some((state, mut problems)) = end {
            problems.truncate(MAX_PROBLEMS);
            let at = (self.now)();
            self.store
                .finish_scan(id, &ScanEnd { state, problems, at })
                .await?;
        }
        Ok(())
    }

    async fn scan_files(
        &self,
        source: &SourceRow,
        cancel: &CancellationToken,
        meter: &mut Meter,
    ) -> Result<Option<(SourceState, Vec<Problem>)>, KnowledgeError> {
        let known = self.store.document_states(source.id).await?;
        // Short, because a document may be 2 MB and as much again in terms.
        let (notes, mut inbox) = mpsc::channel(BATCH);
        let reader = Reader {
            kind: source.kind,
            root: PathBuf::from(&source.path),
            known,
            notes,
            cancel: cancel.clone(),
            now: self.now,
        };
        let reading = tokio::task::spawn_blocking(move || reader.run());
        let mut batch = Vec::with_capacity(BATCH);
        while inbox.recv_many(&mut batch, BATCH).await > 0 {
            self.write(source.id, batch.drain(..), meter).await?;
        }
        match reading.await? {
            Ok(end) => {
                self.store.remove_documents(source.id, &end.vanished).await?;
                Ok(Some((SourceState::Ready, end.problems)))
            }
            Err(ReadError::Cancelled) => Ok(None),
            Err(ReadError::Source(error)) => {
                Ok(Some((SourceState::Failed, vec![unreachable(source, &error)])))
            }
        }
    }

    async fn write(
        &self,
        source: SourceId,
        notes: impl Iterator<Item = Note>,
        meter: &mut Meter,
    ) -> Result<(), KnowledgeError> {
        let mut documents = Vec::new();
        let mut seen = 0;
        for note in notes {
            match note {
                Note::Total(total) => meter.total(total),
                Note::Seen(write) => {
                    seen += 1;
                    match write {
                        Some(Write::Document(document)) => documents.push(*document),
                        Some(Write::Touch {
                            path,
                            bytes,
                            modified_ns,
                        }) => {
                            let at = (self.now)();
                            self.store
                                .touch_document(source, &path, bytes, modified_ns, at)
                                .await?;
                        }
                        None => {}
                    }
                }
            }
        }
        if !documents.is_empty() {
            self.store.replace_documents(source, &documents).await?;
        }
        meter.advance(seen);
        Ok(())
    }
}

fn unreachable(source: &SourceRow, error: &std::io::Error) -> Problem {
    Problem {
        path: source.path.clone(),
        reason: format!(
            "It could not be opened: {error}. What was found earlier is still searched. Check that it is there and that \
             you may read it, then scan again."
        ),
    }
}

/// The reading thread.
struct Reader {
    kind: SourceKind,
    root: PathBuf,
    known: HashMap<String, DocumentState>,
    notes: mpsc::Sender<Note>,
    cancel: CancellationToken,
    now: fn() -> Millis,
}

impl Reader {
    fn run(mut self) -> Result<Reading, ReadError> {
        let listing = list(self.kind, Path::new(&self.root)).map_err(ReadError::Source)?;
        self.tell(Note::Total(listing.files.len()))?;
        let mut problems = listing.problems;
        for file in &listing.files {
            let known = self.known.get(&file.path);
            let examined = examine(file, known, self.now);
            let problem = |reason: String| Problem {
                path: file.path.clone(),
                reason,
            };
            let write = match examined {
                Examined::Unchanged => Some(None),
                Examined::Touched { bytes, modified_ns } => Some(Some(Write::Touch {
                    path: file.path.clone(),
                    bytes,
                    modified_ns,
                })),
                Examined::Changed(document) => Some(Some(Write::Document(document))),
                Examined::Unopened(reason) => {
                    problems.push(problem(reason));
                    Some(None)
                }
                Examined::Refused(reason) => {
                    problems.push(problem(reason.to_string()));
                    None
                }
                Examined::Passed | Examined::Gone => None,
            };
            // What stays in `known` is what the source does not have any more.
            if write.is_some() {
                self.known.remove(&file.path);
            }
            self.tell(Note::Seen(write.flatten()))?;
        }
        let mut vanished: Vec<String> = self.known.into_keys().collect();
        vanished.sort();
        Ok(Reading { vanished, problems })
    }

    fn tell(&self, note: Note) -> Result<(), ReadError> {
        if self.cancel.is_cancelled() {
            return Err(ReadError::Cancelled);
        }
        // The other end is gone only when the scan was given up.
        self.notes.blocking_send(note).map_err(|_| ReadError::Cancelled)
    }
}

/// Reports progress, not too often.
pub(super) struct Meter {
    sender: broadcast::Sender<ScanProgress>,
    now: ScanProgress,
    last: Option<Instant>,
}

impl Meter {
    pub(super) fn new(sender: broadcast::Sender<ScanProgress>, source_id: SourceId) -> Self {
        let now = ScanProgress {
            source_id,
            done: 0,
            total: 0,
            finished: false,
        };
        Self {
            sender,
            now,
            last: None,
        }
    }

    fn total(&mut self, total: usize) {
        self.now.total = u32::try_from(total).unwrap_or(u32::MAX);
        self.send();
    }

    fn advance(&mut self, files: u32) {
        self.now.done = self.now.done.saturating_add(files);
        if self.last.is_none_or(|last| last.elapsed() >= PROGRESS_PAUSE) {
            self.send();
        }
    }

    /// Tells the end, after it was recorded.
    pub(super) fn finish(&mut self) {
        self.now.finished = true;
        self.send();
    }

    fn send(&mut self) {
        self.last = Some(Instant::now());
        // Nobody has to listen.
        let _ = self.sender.send(self.now);
    }
}
