//! Opens the journal's database: version check, migrations with a backup before, pragmas, connections.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::meta::StoreIdentity;
use super::{Error, Options, backup, crew, meta, restore, tidy};

/// Every change of the schema, in order. A migration that was once released is never edited.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/journal");

/// Older libraries can lose a write in WAL mode when several connections check-point at once.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
const OLDEST_SQLITE_TEXT: &str = "3.51.3";

const READERS: u32 = 4;
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The connections of an open journal.
pub(crate) struct Opened {
    /// Folder that holds everything the application keeps.
    pub(crate) folder: Arc<Path>,
    /// The only one that writes.
    pub(crate) writer: SqliteConnection,
    /// Those that read.
    pub(crate) readers: SqlitePool,
    /// Which store this is.
    pub(crate) identity: StoreIdentity,
}

/// Opens the database, bringing it up to `migrations`.
pub(crate) async fn open(options: &Options, migrations: &Migrator) -> Result<Opened, Error> {
    make_folder(&options.folder)?;
    backup::clear_unfinished(&options.folder);
    restore::take_effect(&options.folder)?;
    let path = options.folder.join("journal.db");
    // An empty file is what a first start leaves that was cut off at once.
    let existed = std::fs::metadata(&path).is_ok_and(|file| file.len() > 0);
    let mut writer = connect(&path, options, existed, migrations)
        .await
        .map_err(|error| restore::explain_journal(&path, error))?;
    migrations.run(&mut writer).await?;
    let mut setup = writer.begin_with("BEGIN IMMEDIATE").await?;
    let identity = meta::settle(&mut setup).await?;
    crew::seed(&mut setup, options.now).await?;
    setup.commit().await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        // A file in this process does not hang up, and each test is a way to another thread and back.
        .test_before_acquire(false)
        .connect_with(reader_options(&path, options))
        .await?;
    Ok(Opened {
        folder: Arc::from(options.folder.as_path()),
        writer,
        readers,
        identity,
    })
}

/// The connection that writes, to a database that may be brought up to date.
async fn connect(
    path: &Path,
    options: &Options,
    existed: bool,
    migrations: &Migrator,
) -> Result<SqliteConnection, Error> {
    let mut writer = writer_options(path, options, existed).connect().await?;
    match fits(&mut writer, options, existed, migrations).await {
        Ok(()) => Ok(writer),
        Err(error) => {
            // Waited for, so that nothing has the file open any more when somebody puts another in its place.
            if let Err(error) = writer.close().await {
                tracing::warn!(%error, "a journal that can't be used was not closed cleanly");
            }
            Err(error)
        }
    }
}

/// Whether this program can work with the file. One of an older schema is backed up.
async fn fits(
    writer: &mut SqliteConnection,
    options: &Options,
    existed: bool,
    migrations: &Migrator,
) -> Result<(), Error> {
    check_sqlite(writer).await?;
    if existed {
        prepare_upgrade(writer, &options.folder, migrations).await?;
    }
    Ok(())
}

fn make_folder(path: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })
}

/// The journal's file, through the file layer that it is to be used through.
fn file_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    let file = SqliteConnectOptions::new().filename(path);
    match &options.file_layer {
        Some(name) => file.vfs(name.clone()),
        None => file,
    }
}

fn writer_options(path: &Path, options: &Options, existed: bool) -> SqliteConnectOptions {
    let file = file_options(path, options).create_if_missing(true);
    let file = if existed {
        // It has its mode. Setting it again would write, be it a file that is refused.
        file
    } else {
        // Takes effect only before the first table, and must come before the journal mode.
        file.auto_vacuum(SqliteAutoVacuum::Incremental)
    };
    file.journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // The log is cut back to this whenever it begins anew, so that a burst does not leave it long for ever.
        .pragma("journal_size_limit", tidy::LOG_LIMIT.to_string())
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(200)
}

fn reader_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    file_options(path, options)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
}

async fn check_sqlite(conn: &mut SqliteConnection) -> Result<(), Error> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(conn)
        .await?;
    if is_recent_enough(&found) {
        Ok(())
    } else {
        Err(Error::SqliteTooOld {
            found,
            needed: OLDEST_SQLITE_TEXT,
        })
    }
}

fn is_recent_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(str::parse::<u32>);
    let mut next = || parts.next().and_then(Result::ok).unwrap_or_default();
    (next(), next(), next()) >= OLDEST_SQLITE
}

/// Refuses a newer schema, and backs up before an older one is changed.
async fn prepare_upgrade(
    conn: &mut SqliteConnection,
    folder: &Path,
    migrations: &Migrator,
) -> Result<(), Error> {
    let Some(found) = schema_version(conn).await? else {
        return Ok(());
    };
    let known = newest(migrations);
    if found > known {
        return Err(Error::NewerSchema { found, known });
    }
    if found < known {
        let backup = backup::copy(conn, folder, &format!("journal-schema{found}")).await?;
        tracing::info!(backup = %backup.path.display(), found, known, "backed up the journal before a migration");
    }
    Ok(())
}

/// The newest schema that `migrations` know.
pub(crate) fn newest(migrations: &Migrator) -> i64 {
    let versions = migrations.iter().map(|migration| migration.version);
    versions.max().unwrap_or_default()
}

/// Newest migration that was applied; none in a file without tables.
pub(crate) async fn schema_version(conn: &mut SqliteConnection) -> Result<Option<i64>, Error> {
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut *conn)
            .await?;
    if tables == 0 {
        return Ok(None);
    }
    Ok(sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(conn)
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(is_recent_enough("3.51.3"));
        assert!(is_recent_enough("3.100.0"));
        assert!(is_recent_enough("4.0"));
        assert!(!is_recent_enough("3.51.2"));
        assert!(!is_recent_enough("3.9.20"));
    }
}
