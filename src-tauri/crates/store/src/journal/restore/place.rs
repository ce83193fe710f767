//! Puts the copy that was decided on in the journal's place.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::super::Error;
use super::super::backup::at;
use super::stage::{clear, sync_folder};
use super::{UNDER_WAY, beside, decided};

/// How files of journals that made way begin. A number follows.
const ASIDE: &str = "journal-before-restore-";

/// Carries out a restore that was decided on, if there is one. Only for the owner of the folder, before the journal is
/// opened.
///
/// Every step is a renaming, and each can be the last one of a process. The copy gets its place last, so that all is
/// carried out again until it is done, and a journal is never found beside the log of another one.
pub(crate) fn take_effect(folder: &Path) -> Result<(), Error> {
    if let Err(error) = clear(&folder.join(UNDER_WAY)) {
        tracing::warn!(%error, "what is left of a restore that was not finished stays");
    }
    let decided = decided(folder);
    if !exists(&decided)? {
        return Ok(());
    }
    let journal = folder.join("journal.db");
    let aside = put_aside(folder, &journal)?;
    rename(&decided, &journal)?;
    sync_folder(folder)?;
    tracing::info!(before = %aside.display(), "a copy was put in the journal's place");
    Ok(())
}

/// Puts the present journal and its log among the backups. Says where.
fn put_aside(folder: &Path, journal: &Path) -> Result<PathBuf, Error> {
    let backups = folder.join("backups");
    std::fs::create_dir_all(&backups).map_err(|source| at(&backups, source))?;
    let newest = newest_aside(&backups)?;
    // Without a journal it was put aside before this was interrupted; its log may still be here.
    let number = newest + u32::from(exists(journal)? || newest == 0);
    let aside = backups.join(format!("{ASIDE}{number}.db"));
    let log = beside(journal, "-wal");
    rename(journal, &aside)?;
    rename(&log, &beside(&aside, "-wal"))?;
    let index = beside(journal, "-shm");
    match std::fs::remove_file(&index) {
        Err(source) if source.kind() != ErrorKind::NotFound => return Err(at(&index, source)),
        _ => {}
    }
    sync_folder(&backups)?;
    sync_folder(folder)?;
    Ok(aside)
}

/// The highest number of a journal that made way, or of its log; 0 when there is none.
fn newest_aside(backups: &Path) -> Result<u32, Error> {
    let entries = std::fs::read_dir(backups).map_err(|source| at(backups, source))?;
    let mut newest = 0;
    for entry in entries {
        let name = entry.map_err(|source| at(backups, source))?.file_name();
        let name = name.to_string_lossy();
        let number = name.strip_prefix(ASIDE).and_then(|rest| rest.split('.').next());
        newest = newest.max(number.and_then(|number| number.parse().ok()).unwrap_or(0));
    }
    Ok(newest)
}

fn exists(path: &Path) -> Result<bool, Error> {
    path.try_exists().map_err(|source| at(path, source))
}

/// Renames a file that may not be there.
fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    if exists(from)? {
        std::fs::rename(from, to).map_err(|source| at(from, source))?;
    }
    Ok(())
}
