//! Opens the database, and begins a new one when it is damaged.

use super::error::KnowledgeError;
use super::list_file;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

const FILE: &str = "knowledge.db";
const MARK: &str = "knowledge.db.rebuild";
const READERS: u32 = 4;

/// The knowledge's database. Clones share it.
#[derive(Debug, Clone)]
pub struct KnowledgeStore {
    pub(super) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) writer: SqlitePool,
    pub(super) reader: SqlitePool,
    pub(super) folder: PathBuf,
    /// Held while the list of sources is read and written to its file, so that an older one never lands last.
    pub(super) list: Mutex<()>,
}

/// A database that was opened, and what the operator should know about it.
#[derive(Debug)]
pub struct OpenedKnowledge {
    /// The database.
    pub store: KnowledgeStore,
    /// What was found out of order and put right.
    pub notices: Vec<KnowledgeNotice>,
}

/// Something that was out of order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnowledgeNotice {
    /// The database was damaged or of another version; a new one was begun and every source is read again.
    Rebuilt {
        /// Where the old one is now.
        moved_to: PathBuf,
        /// What was wrong with it.
        reason: String,
    },
    /// The list of sources could not be read, so that sources may have to be added again.
    SourcesLost {
        /// What was wrong with it.
        reason: String,
    },
}

impl fmt::Display for KnowledgeNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rebuilt { moved_to, reason } => write!(
                f,
                "The knowledge is being rebuilt from your files. The old database is kept as {}. {reason}",
                moved_to.display()
            ),
            Self::SourcesLost { reason } => write!(
                f,
                "The list of knowledge sources could not be read. Add your sources again. {reason}"
            ),
        }
    }
}

impl KnowledgeStore {
    /// Opens the knowledge in the data folder `folder`; creates what is not there.
    ///
    /// # Errors
    /// When the files cannot be used. A damaged database is no error: it is moved aside, and a notice says so.
    pub async fn open(folder: &Path) -> Result<OpenedKnowledge, KnowledgeError> {
        std::fs::create_dir_all(folder).map_err(|source| KnowledgeError::File {
            path: folder.to_owned(),
            source,
        })?;
        let mut notices = Vec::new();
        let marked = exists(&folder.join(MARK));
        let first = if marked {
            Err("It was found to be damaged while it was in use.".to_owned())
        } else {
            match connect(folder).await {
                Ok(store) => Ok(store),
                Err(error) if can_be_rebuilt(&error) => Err(error.to_string()),
                Err(error) => return Err(error),
            }
        };
        let store = match first {
            Ok(store) => store,
            Err(reason) => {
                if let Some(moved_to) = move_aside(folder)? {
                    notices.push(KnowledgeNotice::Rebuilt { moved_to, reason });
                }
                connect(folder).await?
            }
        };
        store.restore_sources(&mut notices).await?;
        Ok(OpenedKnowledge { store, notices })
    }

    /// Ends all use. Waits for what is being written.
    pub async fn close(&self) {
        self.inner.reader.close().await;
        self.inner.writer.close().await;
    }

    /// A new database takes its sources from the list; then the list is brought up to date.
    async fn restore_sources(&self, notices: &mut Vec<KnowledgeNotice>) -> Result<(), KnowledgeError> {
        if self.has_no_sources().await? {
            match list_file::read(&self.inner.folder) {
                Ok(listed) => self.insert_listed(listed).await?,
                Err(error) => {
                    keep_unreadable_list(&self.inner.folder)?;
                    notices.push(KnowledgeNotice::SourcesLost {
                        reason: error.to_string(),
                    });
                }
            }
        }
        self.write_list().await
    }

    /// Passes a result on; damage is marked, so that the next open begins a new database.
    pub(super) fn noting<T>(&self, result: Result<T, KnowledgeError>) -> Result<T, KnowledgeError> {
        if let Err(KnowledgeError::Damaged(_)) = &result {
            let path = self.inner.folder.join(MARK);
            if let Err(source) = std::fs::write(&path, "") {
                tracing::error!(path = %path.display(), %source, "the damage could not be marked");
            }
        }
        result
    }
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Damage, and a form that this version does not know: both are mended by reading the sources again.
fn can_be_rebuilt(error: &KnowledgeError) -> bool {
    use sqlx::migrate::MigrateError::{Dirty, VersionMismatch, VersionMissing};
    matches!(
        error,
        KnowledgeError::Damaged(_)
            | KnowledgeError::Migration(VersionMissing(_) | VersionMismatch(_) | Dirty(_))
            | KnowledgeError::UnknownValue { .. }
    )
}

async fn connect(folder: &Path) -> Result<KnowledgeStore, KnowledgeError> {
    // What is in here can be read from the files again, so that one flush per commit is not worth its time.
    let options = SqliteConnectOptions::new()
        .filename(folder.join(FILE))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10));
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone())
        .await?;
    let migrated = sqlx::migrate!("migrations/knowledge").run(&writer).await;
    if let Err(error) = migrated {
        writer.close().await;
        return Err(error.into());
    }
    let reader = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_lazy_with(options.create_if_missing(false).pragma("query_only", "ON"));
    let store = KnowledgeStore {
        inner: Arc::new(Inner {
            writer,
            reader,
            folder: folder.to_owned(),
            list: Mutex::new(()),
        }),
    };
    if let Err(error) = probe(&store).await {
        store.close().await;
        return Err(error);
    }
    Ok(store)
}

/// Touches every table once, so that gross damage shows now and not in the middle of a search.
async fn probe(store: &KnowledgeStore) -> Result<(), KnowledgeError> {
    store.sources().await?;
    store.counts().await?;
    store.search("\"probe\"", 1).await?;
    Ok(())
}

/// Moves the database to the first free `knowledge.db.damaged-<n>`; none when there is no database.
fn move_aside(folder: &Path) -> Result<Option<PathBuf>, KnowledgeError> {
    let free = (1_u32..)
        .map(|n| folder.join(format!("{FILE}.damaged-{n}")))
        .find(|path| !exists(path));
    let database = folder.join(FILE);
    let moved_to = match free {
        Some(target) if exists(&database) => {
            rename(&database, &target)?;
            Some(target)
        }
        _ => None,
    };
    // A log that belongs to another database must not be applied to the new one.
    for name in [format!("{FILE}-wal"), format!("{FILE}-shm"), MARK.to_owned()] {
        remove(&folder.join(name))?;
    }
    Ok(moved_to)
}

fn keep_unreadable_list(folder: &Path) -> Result<(), KnowledgeError> {
    let path = list_file::path(folder);
    rename(&path, &path.with_extension("json.damaged"))
}

fn rename(from: &Path, to: &Path) -> Result<(), KnowledgeError> {
    std::fs::rename(from, to).map_err(|source| KnowledgeError::File {
        path: from.to_owned(),
        source,
    })
}

fn remove(path: &Path) -> Result<(), KnowledgeError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(KnowledgeError::File {
            path: path.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}
