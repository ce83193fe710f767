use std::path::PathBuf;

use super::super::{CopyContents, CopyFault, StoreIdentity, stage_restore};
use super::*;

const NOW: Millis = Millis(1_795_382_606_789);

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort_unstable();
    names
}

/// Why a restore was refused.
fn fault(result: Result<CopyContents, Error>) -> CopyFault {
    match result {
        Err(Error::Copy { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

impl Place {
    async fn back_up(&self) -> PathBuf {
        self.store.back_up(NOW).await.expect("back up").path
    }

    async fn stage(&self, source: &Path) -> Result<CopyContents, Error> {
        stage_restore(self.folder.path(), source, Some(self.store.identity()), false).await
    }

    /// The same folder, opened again.
    async fn reopened(self) -> Self {
        self.store.close().await.expect("close");
        let store = Store::open(options(self.folder.path())).await.expect("open");
        Self {
            store,
            folder: self.folder,
        }
    }

    async fn there(&self, id: WorkflowId) -> bool {
        self.store.workflow(id).await.expect("read").is_some()
    }
}

#[tokio::test]
async fn a_copy_takes_the_journals_place_and_that_one_is_kept() {
    let place = Place::new().await;
    let first = place.whole_run("First").await;
    let mut open = place.run("Open").await;
    open.started();
    place.create(&mut open).await;
    let copied = place.everything().await;
    let backup = place.back_up().await;
    let second = place.whole_run("Second").await;
    let lost = place.everything().await;
    let old = place.store.identity();

    let copies = place.store.copies().await.expect("copies");
    assert_eq!(copies.len(), 1);
    let found = copies[0].contents.clone().expect("fit");
    assert_eq!((found.store, found.workflows, found.unfinished), (old.uid, 2, 1));
    assert_eq!(copies[0].path, backup);
    assert!(copies[0].written_at.is_some() && found.newest.is_some());

    assert_eq!(place.stage(&backup).await.expect("stage"), found);
    assert_eq!(
        place.everything().await,
        lost,
        "nothing happens before the next opening"
    );
    let third = place.whole_run("Until then it goes on").await;
    let place = place.reopened().await;
    assert_eq!(place.everything().await, copied);
    assert!(place.there(first).await && !place.there(third).await);
    let new = place.store.identity();
    assert_eq!((new.uid, new.epoch), (old.uid, old.epoch + 1));
    let backups = place.folder.path().join("backups");
    assert_eq!(
        names(&backups),
        ["journal-20261122T212326Z.db", "journal-before-restore-1.db"]
    );
    assert!(
        !names(place.folder.path())
            .iter()
            .any(|name| name.starts_with("restore"))
    );

    // And back again: what made way is a copy like any other.
    let before = backups.join("journal-before-restore-1.db");
    place.stage(&before).await.expect("stage");
    let place = place.reopened().await;
    assert!(place.there(second).await && place.there(third).await);
    assert_eq!(
        place.store.identity().epoch,
        new.epoch + 1,
        "never the same epoch twice"
    );
}

#[tokio::test]
async fn the_same_copy_twice_gives_two_epochs() {
    let place = Place::new().await;
    let backup = place.back_up().await;
    let mut place = place;
    for epoch in 2..5 {
        place.stage(&backup).await.expect("stage");
        place = place.reopened().await;
        assert_eq!(place.store.identity().epoch, epoch);
    }
}

#[tokio::test]
async fn what_is_restored_can_shrink_and_grow() {
    let place = Place::new().await;
    place.whole_run("A").await;
    let backup = place.back_up().await;
    place.stage(&backup).await.expect("stage");
    let place = place.reopened().await;
    let mut conn = place.raw().await;
    let mode: (i64, String) = sqlx::query_as(
        "SELECT (SELECT auto_vacuum FROM pragma_auto_vacuum), (SELECT journal_mode FROM pragma_journal_mode)",
    )
    .fetch_one(&mut conn)
    .await
    .expect("pragmas");
    assert_eq!(mode, (2, "wal".to_owned()));
    assert_eq!(place.whole_run("B").await, WorkflowId(2));
}

#[tokio::test]
async fn files_that_are_no_sound_journal_are_refused_and_nothing_is_touched() {
    let place = Place::new().await;
    for name in ["A", "B", "C"] {
        place.whole_run(name).await;
    }
    let backup = place.back_up().await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: &[u8]| {
        let path = elsewhere.path().join(name);
        std::fs::write(&path, bytes).expect("write");
        path
    };
    let sound = std::fs::read(&backup).expect("read");
    let mut spoilt = sound.clone();
    // In the middle of the tables, behind the schema.
    let middle = spoilt.len() / 2;
    spoilt[middle..middle + 20_000].fill(0xA5);
    let foreign = elsewhere.path().join("foreign.db");
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&foreign)
        .create_if_missing(true)
        .connect()
        .await
        .expect("connect");
    sqlx::query("CREATE TABLE events (id INTEGER)")
        .execute(&mut conn)
        .await
        .expect("table");
    sqlx::Connection::close(conn).await.expect("close");

    let before = (place.everything().await, names(place.folder.path()));
    let refused = async |path: PathBuf| fault(place.stage(&path).await);
    assert_eq!(
        refused(file("text", b"not a database at all")).await,
        CopyFault::NotADatabase
    );
    assert_eq!(refused(file("empty", b"")).await, CopyFault::NotADatabase);
    assert_eq!(
        refused(elsewhere.path().to_owned()).await,
        CopyFault::NotADatabase
    );
    assert_eq!(refused(foreign).await, CopyFault::NotAJournal);
    let half = refused(file("half", &sound[..sound.len() / 2])).await;
    assert!(matches!(half, CopyFault::Damaged(_)), "{half:?}");
    let spoilt = refused(file("spoilt", &spoilt)).await;
    assert!(matches!(spoilt, CopyFault::Damaged(_)), "{spoilt:?}");
    let gone = refused(elsewhere.path().join("gone.db")).await;
    assert!(matches!(gone, CopyFault::Unreadable(_)), "{gone:?}");
    let own = refused(place.folder.path().join("journal.db")).await;
    assert_eq!(own, CopyFault::InUse);
    assert_eq!((place.everything().await, names(place.folder.path())), before);
    let place = place.reopened().await;
    assert_eq!(place.store.identity().epoch, 1, "nothing was restored");
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_named_in_the_list() {
    let place = Place::new().await;
    let backup = place.back_up().await;
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&backup)
        .connect()
        .await
        .expect("connect");
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', 1, x'00', 0)",
    )
    .execute(&mut conn)
    .await
    .expect("insert");
    sqlx::Connection::close(conn).await.expect("close");
    let newer = |fault: &CopyFault| matches!(fault, CopyFault::NewerSchema { found: 9999, .. });
    let refused = fault(place.stage(&backup).await);
    assert!(newer(&refused), "{refused:?}");
    let listed = place.store.copies().await.expect("copies");
    assert!(listed[0].contents.as_ref().is_err_and(newer), "{listed:?}");
}

#[tokio::test]
async fn the_journal_of_another_store_is_taken_only_when_asked_for() {
    let place = Place::new().await;
    let other = Place::new().await;
    let id = other.whole_run("From the old machine").await;
    let backup = other.back_up().await;
    let refused = place.stage(&backup).await;
    assert_eq!(fault(refused), CopyFault::OtherStore);
    let present = Some(place.store.identity());
    stage_restore(place.folder.path(), &backup, present, true)
        .await
        .expect("stage");
    let place = place.reopened().await;
    assert!(place.there(id).await);
    assert_eq!(
        place.store.identity(),
        StoreIdentity {
            epoch: 2,
            ..other.store.identity()
        }
    );
}

#[tokio::test]
async fn a_copied_journal_comes_with_its_log() {
    let place = Place::new().await;
    let id = place.whole_run("Only in the log").await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    for name in ["journal.db", "journal.db-wal"] {
        std::fs::copy(place.folder.path().join(name), elsewhere.path().join(name)).expect("copy");
    }
    let before = names(elsewhere.path());
    place
        .store
        .delete_workflow(id, crate::test_util::request("delete-1"))
        .await
        .expect("delete");
    place
        .stage(&elsewhere.path().join("journal.db"))
        .await
        .expect("stage");
    assert_eq!(names(elsewhere.path()), before, "what was chosen is only read");
    let place = place.reopened().await;
    assert!(place.there(id).await);
}

/// Every moment at which a process may be ended while a restore takes effect.
#[tokio::test]
async fn a_restore_that_was_interrupted_goes_on_and_loses_nothing() {
    for done in 0..4 {
        let place = Place::new().await;
        let kept = place.whole_run("Kept").await;
        let backup = place.back_up().await;
        let late = place.whole_run("Late, in the log").await;
        place.stage(&backup).await.expect("stage");
        // As a killed process leaves it: with a log beside it.
        let killed = tempfile::tempdir().expect("a folder");
        let at = |name: &str| killed.path().join(name);
        std::fs::create_dir(at("backups")).expect("a folder");
        for name in ["journal.db", "journal.db-wal", "journal.db-shm", "restore.db"] {
            std::fs::copy(place.folder.path().join(name), at(name)).expect("copy");
        }
        let aside = "backups/journal-before-restore-1.db";
        let log = format!("{aside}-wal");
        let steps = [
            ("journal.db", aside),
            ("journal.db-wal", log.as_str()),
            ("restore.db", "journal.db"),
        ];
        for (from, to) in &steps[..done] {
            std::fs::rename(at(from), at(to)).expect("a step");
        }
        if done > 1 {
            std::fs::remove_file(at("journal.db-shm")).expect("a step");
        }
        let store = Store::open(options(killed.path())).await.expect("open");
        assert!(
            store.workflow(kept).await.expect("read").is_some(),
            "after {done}"
        );
        assert!(
            store.workflow(late).await.expect("read").is_none(),
            "after {done}"
        );
        assert_eq!(store.identity().epoch, 2, "after {done}");
        let present = Some(store.identity());
        stage_restore(killed.path(), &at(aside), present, false)
            .await
            .expect("stage");
        store.close().await.expect("close");
        let store = Store::open(options(killed.path())).await.expect("open");
        assert!(
            store.workflow(late).await.expect("read").is_some(),
            "after {done}"
        );
    }
}

#[tokio::test]
async fn a_damaged_journal_says_so_and_a_copy_mends_it() {
    let place = Place::new().await;
    let id = place.whole_run("Kept").await;
    let backup = place.back_up().await;
    place.store.close().await.expect("close");
    let journal = place.folder.path().join("journal.db");
    std::fs::write(&journal, "spoilt ".repeat(10_000)).expect("spoil");
    let refused = Store::open(options(place.folder.path())).await;
    assert!(
        matches!(&refused, Err(Error::Damaged { path, .. }) if *path == journal),
        "{refused:?}"
    );
    stage_restore(place.folder.path(), &backup, None, false)
        .await
        .expect("stage");
    let store = Store::open(options(place.folder.path())).await.expect("open");
    assert!(store.workflow(id).await.expect("read").is_some());
    let aside = place.folder.path().join("backups/journal-before-restore-1.db");
    let kept = std::fs::read(aside).expect("kept");
    assert!(kept.starts_with(b"spoilt"));
}

#[tokio::test]
async fn what_is_left_of_a_restore_goes_at_the_next_start() {
    let place = Place::new().await;
    place.store.close().await.expect("close");
    for name in ["restore.part", "restore.part-wal"] {
        std::fs::write(place.folder.path().join(name), "half").expect("leave");
    }
    let store = Store::open(options(place.folder.path())).await.expect("open");
    assert!(
        !names(place.folder.path())
            .iter()
            .any(|name| name.starts_with("restore"))
    );
    assert_eq!(store.identity().epoch, 1);
}
