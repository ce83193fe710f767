use futures::future::join_all;
use uuid::Uuid;
use wheelhouse_domain::{ProviderKind, ProviderLimits, ProviderUid};

use super::super::NewProvider;
use super::*;
use crate::test_util::request;

/// 2026-11-22T21:23:26Z.
const NOW: Millis = Millis(1_795_382_606_789);

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder.join("backups"))
        .expect("a folder")
        .map(|entry| {
            let name = entry.expect("an entry").file_name();
            name.into_string().expect("a name")
        })
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_copy_opens_as_a_journal_with_equal_rows() {
    let place = Place::new().await;
    let id = place.whole_run("Kept").await;
    let new = NewProvider {
        id: None,
        uid: ProviderUid(Uuid::now_v7()),
        name: "local".to_owned(),
        kind: ProviderKind::Gemini,
        base_url: "http://localhost:1".to_owned(),
        limits: ProviderLimits::default(),
    };
    place
        .store
        .save_provider(new, request("add-1"), Millis(10))
        .await
        .expect("add");
    let kept = place.everything().await;
    let backup = place.store.back_up(NOW).await.expect("back up");
    assert_eq!(names(place.folder.path()), ["journal-20261122T212326Z.db"]);
    assert_eq!(backup.bytes, std::fs::metadata(&backup.path).expect("file").len());
    place.whole_run("Later").await;

    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(&backup.path, folder.path().join("journal.db")).expect("restore");
    let store = Store::open(options(folder.path())).await.expect("open");
    let copy = Place { store, folder };
    assert_eq!(copy.everything().await, kept);
    let (old, new) = (place.store.identity(), copy.store.identity());
    assert_eq!(
        (new.uid, new.epoch),
        (old.uid, old.epoch + 1),
        "opening it is a restore"
    );
    assert!(copy.store.workflow(id).await.expect("read").is_some());
    assert_eq!(copy.whole_run("Goes on").await, WorkflowId(2));
}

#[tokio::test]
async fn copies_of_the_same_moment_do_not_replace_each_other() {
    let place = Place::new().await;
    let copies = join_all((0..4).map(|_| place.store.back_up(NOW))).await;
    assert!(copies.iter().all(Result::is_ok), "{copies:?}");
    assert_eq!(
        names(place.folder.path()),
        [
            "journal-20261122T212326Z-2.db",
            "journal-20261122T212326Z-3.db",
            "journal-20261122T212326Z-4.db",
            "journal-20261122T212326Z.db"
        ]
    );
}

#[tokio::test]
async fn writing_goes_on_while_a_copy_is_made() {
    let place = Place::new().await;
    let mut run = place.run("Big").await;
    let mut big = run.commit(Target::New);
    big.contents.push("word ".repeat(2_000_000));
    place.store.commit(big).await.expect("commit");
    let (mut runs, store) = (Vec::new(), place.store.clone());
    for number in 0..16 {
        runs.push(place.run(&format!("Run {number}")).await);
    }
    let (copy, written) = tokio::join!(place.store.back_up(NOW), async {
        let mut written = Vec::new();
        for run in &mut runs {
            written.push(store.commit(run.commit(Target::New)).await);
        }
        written
    });
    assert!(written.iter().all(Result::is_ok), "{written:?}");
    assert!(copy.expect("back up").bytes > 10_000_000);
}

#[tokio::test]
async fn a_copy_that_fails_leaves_nothing_that_looks_like_one() {
    let place = Place::new().await;
    let blocked = place.folder.path().join("backups");
    std::fs::write(&blocked, "a file where the folder should be").expect("block");
    let refused = place.store.back_up(NOW).await;
    assert!(
        matches!(&refused, Err(Error::File { path, .. }) if *path == blocked),
        "{refused:?}"
    );
    std::fs::remove_file(&blocked).expect("unblock");
    place.store.back_up(NOW).await.expect("back up");
    place.store.close().await.expect("close");
    let refused = place.store.back_up(NOW).await;
    assert!(matches!(refused, Err(Error::Closed)), "{refused:?}");
    assert_eq!(names(place.folder.path()).len(), 1);
}

#[tokio::test]
async fn what_is_left_of_a_copy_goes_at_the_next_start() {
    let place = Place::new().await;
    place.store.back_up(NOW).await.expect("back up");
    place.store.close().await.expect("close");
    for left in ["journal-1.part", "journal-1.part-journal"] {
        std::fs::write(place.folder.path().join("backups").join(left), "half").expect("leave");
    }
    let again = Store::open(options(place.folder.path())).await.expect("open");
    assert_eq!(names(place.folder.path()), ["journal-20261122T212326Z.db"]);
    again.close().await.expect("close");
}
