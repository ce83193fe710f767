//! What others hold of the knowledge.

use super::error::KnowledgeError;
use super::examine::is_changed;
use super::find::{Audience, Found, find};
use super::handbook;
use super::options::KnowledgeOptions;
use super::path::{SourcePath, resolve};
use super::scan::{Meter, ScanProgress, Scanner};
use super::scans::{Scans, Turn};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use wheelhouse_domain::{SourceId, SourceKind, SourceState, SourceUid};
use wheelhouse_knowledge::READER_VERSION;
use wheelhouse_store::knowledge::{
    Counts, DocumentRow, DocumentText, KnowledgeStore, NewSource, Problem, ScanEnd, SourceRow,
};

/// Reports of progress that a slow listener may miss.
const PROGRESS_BACKLOG: usize = 256;
/// Passages that one search gives at most.
const MAX_PASSAGES: u32 = 50;
/// Documents that one page of a list has at most.
const MAX_PAGE: u32 = 500;

/// A document's text as the crew read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDocument {
    /// The document and its source.
    pub content: DocumentText,
    /// Whether the file on disk is another one by now, or gone.
    pub changed_on_disk: bool,
}

/// The knowledge. Clones share it.
#[derive(Debug, Clone)]
pub struct KnowledgeHandle {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: KnowledgeStore,
    options: KnowledgeOptions,
    scanner: Scanner,
    scans: Arc<Scans>,
    places: Arc<Semaphore>,
    tracker: TaskTracker,
    cancel: CancellationToken,
    /// Held while a source is added, so that the same path never becomes two.
    adding: Mutex<()>,
}

impl KnowledgeHandle {
    /// Takes the store, brings the handbook up to date and begins again what an earlier run left unfinished.
    /// Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(store: KnowledgeStore, options: KnowledgeOptions) -> Result<Self, KnowledgeError> {
        handbook::ensure(&store, options.now).await?;
        let scanner = Scanner {
            store: store.clone(),
            progress: broadcast::Sender::new(PROGRESS_BACKLOG),
            now: options.now,
        };
        let inner = Inner {
            store,
            scanner,
            scans: Scans::new(),
            places: Arc::new(Semaphore::new(options.parallel_scans.max(1))),
            tracker: TaskTracker::new(),
            cancel: CancellationToken::new(),
            adding: Mutex::new(()),
            options,
        };
        let handle = Self {
            inner: Arc::new(inner),
        };
        handle.take_up().await?;
        Ok(handle)
    }

    async fn take_up(&self) -> Result<(), KnowledgeError> {
        let outdated = self.inner.store.sources_read_otherwise(READER_VERSION).await?;
        for source in self.sources().await? {
            let interrupted = matches!(source.state, SourceState::Waiting | SourceState::Scanning);
            if interrupted || outdated.contains(&source.id) {
                self.rescan(source.id).await?;
            }
        }
        Ok(())
    }

    /// Every source, in the order of their numbers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sources(&self) -> Result<Vec<SourceRow>, KnowledgeError> {
        Ok(self.inner.store.sources().await?)
    }

    /// Adds a folder or a file and begins to read it. `path` is absolute, or begins with `~/`. A path that is a
    /// source already is read again. `stays_here` marks it, be it that it is there already, and never takes a mark away.
    ///
    /// # Errors
    /// When the path cannot be a source, or the database fails.
    pub async fn add_source(&self, path: &str, stays_here: bool) -> Result<SourceRow, KnowledgeError> {
        self.check_open()?;
        let (typed, home) = (path.to_owned(), self.inner.options.home.clone());
        let place = tokio::task::spawn_blocking(move || resolve(&typed, home.as_deref())).await??;
        let _turn = self.inner.adding.lock().await;
        let existing = self
            .sources()
            .await?
            .into_iter()
            .find(|row| row.path == place.path);
        let id = match existing {
            Some(row) => {
                if stays_here && !row.stays_here {
                    self.inner.store.set_stays_here(row.id, true).await?;
                }
                row.id
            }
            None => {
                self.inner
                    .store
                    .add_source(&new_source(place, stays_here))
                    .await?
            }
        };
        self.rescan(id).await
    }

    /// Says whether the text of a source is sent to no model elsewhere. It counts for what is searched from then on: runs
    /// that have read it before stay as they are.
    ///
    /// # Errors
    /// When there is no such source, when it ships with the application, or the database fails.
    pub async fn set_stays_here(&self, id: SourceId, stays_here: bool) -> Result<SourceRow, KnowledgeError> {
        self.check_open()?;
        if self.known(id).await?.kind == SourceKind::Builtin {
            return Err(KnowledgeError::EverybodyHasIt);
        }
        self.inner.store.set_stays_here(id, stays_here).await?;
        self.known(id).await
    }

    /// Takes a source out of the knowledge, also while it is being read. Says whether it was still there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_source(&self, id: SourceId) -> Result<bool, KnowledgeError> {
        self.check_open()?;
        self.inner.scans.stop(id).await;
        Ok(self.inner.store.remove_source(id).await?)
    }

    /// Reads a source again in the background. During a scan of it, one more is made afterwards.
    ///
    /// # Errors
    /// When there is no such source, or the database fails.
    pub async fn rescan(&self, id: SourceId) -> Result<SourceRow, KnowledgeError> {
        self.check_open()?;
        self.known(id).await?;
        if let Some(turn) = self.inner.scans.begin(id, &self.inner.cancel) {
            // On disk before it begins, so that a crash does not forget the wish.
            self.inner
                .store
                .set_source_state(id, SourceState::Waiting)
                .await?;
            let worker = Arc::clone(&self.inner);
            self.inner
                .tracker
                .spawn(async move { worker.work(id, turn).await });
        }
        self.known(id).await
    }

    /// Waits until a source is not being read and says how it stands.
    ///
    /// # Errors
    /// When there is no such source, or the database fails.
    pub async fn wait_until_ready(&self, id: SourceId) -> Result<SourceRow, KnowledgeError> {
        self.inner.scans.idle(id).await;
        self.known(id).await
    }

    /// Documents of a source by path: those whose path contains `query`, after the path `after`; 1 to 500.
    ///
    /// # Errors
    /// When there is no such source, or the database fails.
    pub async fn documents(
        &self,
        id: SourceId,
        query: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<DocumentRow>, KnowledgeError> {
        self.known(id).await?;
        let limit = limit.clamp(1, MAX_PAGE);
        Ok(self.inner.store.documents(id, query, after, limit).await?)
    }

    /// A document as the crew read it. Nothing outside the knowledge can be opened.
    ///
    /// # Errors
    /// When it is not in the knowledge, or the database fails.
    pub async fn read_document(&self, source: SourceUid, path: &str) -> Result<OpenDocument, KnowledgeError> {
        let content = self.inner.store.read_document(source, path).await?;
        let content = content.ok_or_else(|| KnowledgeError::UnknownDocument {
            path: path.to_owned(),
        })?;
        let changed_on_disk = match place_of(&content) {
            Some(place) => {
                let hash = content.hash.clone();
                tokio::task::spawn_blocking(move || is_changed(&place, &hash)).await?
            }
            None => false,
        };
        Ok(OpenDocument {
            content,
            changed_on_disk,
        })
    }

    /// The passages that answer `question` best, best first, at most `limit` (1 to 50). None when nothing
    /// really matches.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search(
        &self,
        question: &str,
        limit: u32,
        audience: Audience,
    ) -> Result<Found, KnowledgeError> {
        let limit = limit.clamp(1, MAX_PASSAGES) as usize;
        find(&self.inner.store, question, limit, audience).await
    }

    /// How much there is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counts(&self) -> Result<Counts, KnowledgeError> {
        Ok(self.inner.store.counts().await?)
    }

    /// Follows the scans of all sources. A slow listener misses reports, never the last state: ask for it.
    #[must_use]
    pub fn progress(&self) -> broadcast::Receiver<ScanProgress> {
        self.inner.scanner.progress.subscribe()
    }

    /// Stops the scans, waits for them and closes the database. What was not finished is taken up at the next open.
    pub async fn shutdown(&self) {
        self.inner.cancel.cancel();
        self.inner.tracker.close();
        self.inner.tracker.wait().await;
        self.inner.store.close().await;
    }

    async fn known(&self, id: SourceId) -> Result<SourceRow, KnowledgeError> {
        let source = self.inner.store.source(id).await?;
        source.ok_or(KnowledgeError::UnknownSource(id))
    }

    fn check_open(&self) -> Result<(), KnowledgeError> {
        if self.inner.cancel.is_cancelled() {
            Err(KnowledgeError::ShuttingDown)
        } else {
            Ok(())
        }
    }
}

impl Inner {
    /// Scans until no further scan is wanted.
    async fn work(&self, id: SourceId, mut turn: Turn) {
        loop {
            let cancel = turn.cancel().clone();
            let place = tokio::select! {
                place = self.places.acquire() => place,
                () = cancel.cancelled() => return,
            };
            let mut meter = Meter::new(self.scanner.progress.clone(), id);
            if let Err(error) = self.scanner.scan(id, &cancel, &mut meter).await {
                self.record_failure(id, &error).await;
            }
            meter.finish();
            drop(place);
            if !turn.again() {
                return;
            }
        }
    }

    async fn record_failure(&self, id: SourceId, error: &KnowledgeError) {
        tracing::error!(source_id = %id, %error, "a scan of the knowledge failed");
        let end = ScanEnd {
            state: SourceState::Failed,
            problems: vec![Problem {
                path: String::new(),
                reason: format!("{error} {}", error.next_step()),
            }],
            at: (self.options.now)(),
        };
        if let Err(error) = self.store.finish_scan(id, &end).await {
            tracing::error!(source_id = %id, %error, "the failure could not be recorded");
        }
    }
}

fn new_source(place: SourcePath, stays_here: bool) -> NewSource {
    NewSource {
        uid: SourceUid(Uuid::now_v7()),
        name: place.name,
        kind: place.kind,
        path: place.path,
        stays_here,
    }
}

/// Where a document's file is; none for what ships with the application.
fn place_of(content: &DocumentText) -> Option<PathBuf> {
    let root = Path::new(&content.source_path);
    match content.source_kind {
        SourceKind::Builtin => None,
        SourceKind::Folder => Some(root.join(&content.document.path)),
        SourceKind::File => Some(root.to_owned()),
    }
}
