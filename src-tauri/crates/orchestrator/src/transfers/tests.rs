use super::shelf::sum_of;
use super::{Bounds, FOLDER, Transfer, TransferError, Transfers};
use crate::world::World;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use uuid::Uuid;
use wheelhouse_domain::{ContentHash, Millis, TRANSFER_PART, TransferUid};

const HOUR: i64 = 60 * 60 * 1_000;
const PART: usize = TRANSFER_PART as usize;

/// A clock that stands still until it is moved. Ids bear its time.
struct Clock(AtomicI64);

impl World for Clock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }

    fn new_uid(&self) -> Uuid {
        let millis = u64::try_from(self.now().0).expect("after 1970");
        uuid::Builder::from_unix_timestamp_millis(
            millis,
            Uuid::now_v7().as_bytes()[6..].try_into().expect("ten"),
        )
        .into_uuid()
    }
}

struct Bench {
    folder: TempDir,
    clock: Arc<Clock>,
    transfers: Transfers,
}

impl Bench {
    fn new() -> Self {
        Self::within(Bounds::default())
    }

    fn within(bounds: Bounds) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let clock = Arc::new(Clock(AtomicI64::new(1_767_225_600_000)));
        let transfers = Transfers::open(folder.path(), bounds, Arc::clone(&clock) as Arc<dyn World>);
        Self {
            folder,
            clock,
            transfers,
        }
    }

    /// As after a restart.
    fn reopen(&mut self) {
        let world = Arc::clone(&self.clock) as Arc<dyn World>;
        self.transfers = Transfers::open(self.folder.path(), Bounds::default(), world);
    }

    fn wait(&self, millis: i64) {
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }

    async fn begin(&self, bytes: usize) -> TransferUid {
        let key = Uuid::now_v7().to_string();
        let begun = self.transfers.begin(&key, bytes as u64).await;
        begun.expect("begun").uid
    }

    async fn send(&self, uid: TransferUid, content: &[u8]) {
        for (number, part) in content.chunks(PART).enumerate() {
            let number = u32::try_from(number).expect("few parts");
            self.transfers
                .write(uid, number, part.to_vec())
                .await
                .expect("taken in");
        }
    }

    /// Names of files in the folder.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join(FOLDER)).expect("the folder");
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<_> = entries
            .map(|entry| name(entry).into_string().expect("letters"))
            .collect();
        names.sort();
        names
    }
}

/// Bytes that differ from part to part, two whole ones and a rest.
fn content() -> Vec<u8> {
    (0..2 * PART + 100)
        .map(|at| u8::try_from((at / 7 + at / PART) % 251).expect("small"))
        .collect()
}

fn sum(content: &[u8]) -> ContentHash {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), content).expect("written");
    sum_of(file.path()).expect("read")
}

#[tokio::test]
async fn a_file_arrives_as_it_was_sent_and_is_fetched_as_it_arrived() {
    let bench = Bench::new();
    let content = content();
    let uid = bench.begin(content.len()).await;
    bench.send(uid, &content).await;
    let done = bench.transfers.finish(uid, sum(&content)).await.expect("whole");
    let length = content.len() as u64;
    assert_eq!(
        done,
        Transfer {
            uid,
            bytes: length,
            received: length,
            whole: true
        }
    );
    let mut fetched = Vec::new();
    for number in 0.. {
        let part = bench.transfers.read(uid, number).await.expect("a part");
        fetched.extend(part.content);
        if part.last {
            break;
        }
    }
    assert_eq!(fetched, content);
    let past = bench.transfers.read(uid, 3).await.expect_err("no such part");
    assert!(matches!(past, TransferError::NoSuchPart { number: 3, parts: 3 }));
    let path = bench.transfers.whole(uid).await.expect("whole");
    assert_eq!(std::fs::read(path).expect("read"), content);
    assert!(bench.transfers.remove(uid).await.expect("removed"));
    assert!(!bench.transfers.remove(uid).await.expect("nothing left"));
    assert_eq!(bench.names(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_sent_twice_is_there_once_and_nothing_is_written_over() {
    let bench = Bench::new();
    let content = content();
    let begun = bench.transfers.begin("a key of mine", content.len() as u64).await;
    let uid = begun.expect("begun").uid;
    bench.send(uid, &content).await;
    bench.send(uid, &content).await;
    let other = bench
        .transfers
        .write(uid, 1, vec![9; PART])
        .await
        .expect_err("other content");
    assert!(matches!(other, TransferError::OtherContent { number: 1 }));
    let again = bench.transfers.begin("a key of mine", content.len() as u64).await;
    let again = again.expect("the same");
    assert_eq!((again.uid, again.received), (uid, content.len() as u64));
    let shorter = bench.transfers.begin("a key of mine", 5).await;
    assert!(matches!(
        shorter,
        Err(TransferError::OtherLength { asked: 5, .. })
    ));
    for _ in 0..2 {
        let done = bench.transfers.finish(uid, sum(&content)).await;
        assert!(done.expect("whole").whole);
    }
    bench.send(uid, &content).await;
    let wrong = bench.transfers.finish(uid, sum(b"something else")).await;
    assert!(matches!(wrong, Err(TransferError::OtherSum)));
    assert!(
        bench.transfers.whole(uid).await.is_ok(),
        "a whole file is not taken back"
    );
}

#[tokio::test]
async fn parts_that_do_not_fit_are_refused_and_the_others_stay() {
    let bench = Bench::new();
    let content = content();
    let uid = bench.begin(content.len()).await;
    let write = |number, part: &[u8]| bench.transfers.write(uid, number, part.to_vec());
    let early = write(1, &content[PART..2 * PART]).await;
    assert!(matches!(
        early,
        Err(TransferError::OutOfOrder {
            number: 1,
            expected: 0
        })
    ));
    write(0, &content[..PART]).await.expect("the first");
    for part in [&content[PART..2 * PART - 1], &content[PART..=2 * PART], &[]] {
        let refused = write(1, part).await;
        assert!(
            matches!(refused, Err(TransferError::PartLength { number: 1, .. })),
            "{refused:?}"
        );
    }
    write(1, &content[PART..2 * PART]).await.expect("the second");
    let long = write(2, &content[..PART]).await;
    assert!(matches!(
        long,
        Err(TransferError::PartLength { expected: 100, .. })
    ));
    let beyond = write(3, &content[..PART]).await;
    assert!(matches!(
        beyond,
        Err(TransferError::NoSuchPart { number: 3, parts: 3 })
    ));
    let far = write(u32::MAX, &content[..PART]).await;
    assert!(matches!(far, Err(TransferError::NoSuchPart { .. })));
    let cut = bench.transfers.finish(uid, sum(&content)).await;
    assert!(matches!(cut, Err(TransferError::Incomplete { .. })));
    let unread = bench.transfers.read(uid, 0).await;
    assert!(matches!(unread, Err(TransferError::Incomplete { .. })));
    write(2, &content[2 * PART..]).await.expect("the rest");
    bench.transfers.finish(uid, sum(&content)).await.expect("whole");
}

#[tokio::test]
async fn a_file_with_another_sum_is_gone() {
    let bench = Bench::new();
    let content = content();
    let uid = bench.begin(content.len()).await;
    bench.send(uid, &content).await;
    let wrong = bench.transfers.finish(uid, sum(b"something else")).await;
    assert!(matches!(wrong, Err(TransferError::OtherSum)));
    assert_eq!(bench.names(), Vec::<String>::new());
    for unknown in [
        bench.transfers.finish(uid, sum(&content)).await.map(|_| ()),
        bench.transfers.write(uid, 0, Vec::new()).await.map(|_| ()),
        bench.transfers.read(uid, 0).await.map(|_| ()),
        bench.transfers.whole(uid).await.map(|_| ()),
    ] {
        assert!(
            matches!(unknown, Err(TransferError::Unknown(found)) if found == uid),
            "{unknown:?}"
        );
    }
}

#[tokio::test]
async fn there_is_a_bound_for_each_file_and_for_all_together() {
    let bounds = Bounds {
        largest: 1_000,
        files: 3,
        bytes: 1_500,
    };
    let bench = Bench::within(bounds);
    for bytes in [0, 1_001, u64::MAX] {
        let refused = bench.transfers.begin("key-00000001", bytes).await;
        assert!(
            matches!(refused, Err(TransferError::Size { limit: 1_000, .. })),
            "{refused:?}"
        );
    }
    bench.begin(1_000).await;
    let full = bench.transfers.begin("key-00000002", 501).await;
    assert!(matches!(
        full,
        Err(TransferError::Full {
            files: 1,
            bytes: 1_000
        })
    ));
    bench.begin(250).await;
    bench.begin(250).await;
    let full = bench.transfers.begin("key-00000003", 1).await;
    assert!(matches!(full, Err(TransferError::Full { files: 3, .. })));
    // Leftovers make room after an hour, where it is needed.
    bench.wait(HOUR + 1);
    bench.begin(1_000).await;
    assert_eq!(bench.names().len(), 1);
}

#[tokio::test]
async fn a_file_that_is_made_here_is_whole_or_not_there() {
    let bounds = Bounds {
        largest: 1_000,
        ..Bounds::default()
    };
    let bench = Bench::within(bounds);
    let made = bench
        .transfers
        .make(|file| file.write_all(b"a journal").map_err(lost))
        .await;
    let made = made.expect("made");
    assert_eq!((made.bytes, made.sum), (9, sum(b"a journal")));
    let part = bench.transfers.read(made.uid, 0).await.expect("a part");
    assert_eq!((part.content.as_slice(), part.last), (&b"a journal"[..], true));

    let large = bench
        .transfers
        .make(|file| file.write_all(&[0; 1_001]).map_err(lost))
        .await;
    assert!(matches!(large, Err(TransferError::Size { bytes: 1_001, .. })));
    let empty = bench.transfers.make(|_| Ok::<(), TransferError>(())).await;
    assert!(matches!(empty, Err(TransferError::Size { bytes: 0, .. })));
    let broken = bench
        .transfers
        .make(|file| {
            file.write_all(b"half").map_err(lost)?;
            Err(TransferError::BrokenOff)
        })
        .await;
    assert!(matches!(broken, Err(TransferError::BrokenOff)));
    assert_eq!(bench.names().len(), 1, "only what was made: {:?}", bench.names());
}

fn lost(source: std::io::Error) -> TransferError {
    let path = PathBuf::new();
    TransferError::File { path, source }
}

#[tokio::test]
async fn a_restart_keeps_what_is_here_and_a_day_ends_it() {
    let mut bench = Bench::new();
    let content = content();
    let half = bench.begin(content.len()).await;
    bench
        .transfers
        .write(half, 0, content[..PART].to_vec())
        .await
        .expect("taken in");
    let made = bench
        .transfers
        .make(|file| file.write_all(b"a journal").map_err(lost))
        .await
        .expect("made");
    let folder = bench.folder.path().join(FOLDER);
    let broken_off = format!("{}.0.making", bench.clock.new_uid());
    for name in [&broken_off, "notes.txt", "a.b.part"] {
        std::fs::write(folder.join(name), b"something").expect("written");
    }
    bench.reopen();
    assert!(!bench.names().contains(&broken_off));
    assert!(bench.names().contains(&"notes.txt".to_owned()), "not ours");
    // What an interrupted write left behind counts for nothing.
    cut_to(&folder, half, PART + 10);
    bench.send(half, &content).await;
    bench.transfers.finish(half, sum(&content)).await.expect("whole");
    assert!(bench.transfers.read(made.uid, 0).await.expect("a part").last);

    bench.wait(23 * HOUR);
    assert_eq!(bench.transfers.tidy().await.expect("tidied"), 0);
    bench.reopen();
    bench.wait(2 * HOUR);
    assert_eq!(bench.transfers.tidy().await.expect("tidied"), 2);
    assert_eq!(bench.names(), ["a.b.part", "notes.txt"]);
}

/// Makes the file longer or shorter, as a power failure may.
fn cut_to(folder: &Path, uid: TransferUid, bytes: usize) {
    let entries = std::fs::read_dir(folder).expect("the folder");
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    let path = paths.find(|path| path.to_string_lossy().contains(&uid.to_string()));
    let file = std::fs::OpenOptions::new().write(true).open(path.expect("there"));
    file.expect("a file")
        .set_len(bytes as u64)
        .expect("another length");
}

/// A device that is always full stands in for a disk that is.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_told_and_the_file_goes_on_where_there_is_room_again() {
    let bench = Bench::new();
    let content = content();
    let uid = bench.begin(content.len()).await;
    let folder = bench.folder.path().join(FOLDER);
    let path = folder.join(&bench.names()[0]);
    std::fs::remove_file(&path).expect("removed");
    std::os::unix::fs::symlink("/dev/full", &path).expect("a link");
    let full = bench.transfers.write(uid, 0, content[..PART].to_vec()).await;
    let Err(TransferError::File { source, .. }) = full else {
        panic!("{full:?}");
    };
    assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
    std::fs::remove_file(&path).expect("removed");
    std::fs::write(&path, b"").expect("room again");
    bench.send(uid, &content).await;
    bench.transfers.finish(uid, sum(&content)).await.expect("whole");
}

#[tokio::test]
async fn a_file_that_somebody_took_away_is_a_fault_of_the_disk() {
    let bench = Bench::new();
    let uid = bench.begin(10).await;
    std::fs::remove_dir_all(bench.folder.path().join(FOLDER)).expect("removed");
    let lost = bench.transfers.write(uid, 0, vec![1; 10]).await;
    assert!(matches!(lost, Err(TransferError::File { .. })), "{lost:?}");
    assert!(bench.transfers.remove(uid).await.expect("forgotten"));
}
