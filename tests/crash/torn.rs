//! The end of the log is torn off, or is not what was written.

use crate::chronicle::Chronicle;
use crate::journal::{Journal, LOG, copy};
use crate::random;
use rand::rngs::StdRng;
use rand::{Rng, RngCore};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Facts after which the length of the log is taken, and after the last of which it is killed.
const MARKS: [i64; 5] = [10, 25, 40, 55, 70];
/// SQLite begins the log anew after about so many bytes: 1,000 pages of 4 KiB. Before, it only grows.
const LOG_BEGINS_ANEW: u64 = 4 << 20;
/// Damages of each kind.
const DAMAGES: usize = 12;

/// What a killed application left, and what it knew to be safe when.
struct Remains {
    chronicle: Chronicle,
    /// Facts that it was told of while the log had that many bytes.
    marks: Vec<(i64, u64)>,
    /// Bytes of the log.
    log: u64,
}

async fn killed() -> Remains {
    let mut chronicle = Chronicle::new();
    let log = chronicle.data().join(LOG);
    let length = || fs::metadata(&log).expect("a log").len();
    let mut application = chronicle.start(true);
    let mut marks = Vec::new();
    for mark in MARKS {
        application.until(mark);
        marks.push((mark, length()));
    }
    let (_, said) = application.kill();
    chronicle.ended(&said).await;
    let log = length();
    assert!(log < LOG_BEGINS_ANEW, "the marks are worth nothing: {log} bytes");
    Remains {
        chronicle,
        marks,
        log,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_behind_the_log_is_passed_over() {
    let (mut random, _) = random();
    let mut remains = killed().await;
    let chronicle = &mut remains.chronicle;
    let mut garbage = vec![0; random.random_range(1..20_000)];
    random.fill_bytes(&mut garbage);
    append(&chronicle.data().join(LOG), &garbage);
    let read = Journal::read(&chronicle.data()).await;
    assert_eq!(read.facts, chronicle.journal().facts);

    let said = chronicle.start(false).finish();
    chronicle.whole(&said).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_log_keeps_what_stands_before_the_tear() {
    let (mut random, _) = random();
    let remains = killed().await;
    for at in places(&mut random, remains.log) {
        let folder = copy(&remains.chronicle.data());
        let file = OpenOptions::new().write(true).open(folder.path().join(LOG));
        file.and_then(|file| file.set_len(at)).expect("a torn log");
        check(&remains, folder.path(), at).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_log_keeps_what_stands_before_the_damage() {
    let (mut random, _) = random();
    let remains = killed().await;
    for at in places(&mut random, remains.log) {
        let folder = copy(&remains.chronicle.data());
        let path = folder.path().join(LOG);
        let mut bytes = fs::read(&path).expect("a log");
        bytes[usize::try_from(at).expect("an offset")] ^= random.random_range(1..=255_u8);
        fs::write(&path, bytes).expect("a damaged log");
        check(&remains, folder.path(), at).await;
    }
}

/// Offsets over the whole log, its first and last byte among them.
fn places(random: &mut StdRng, log: u64) -> Vec<u64> {
    let mut places: Vec<u64> = (0..DAMAGES).map(|_| random.random_range(0..log)).collect();
    places.extend([0, log - 1]);
    places
}

/// The store opens with the beginning of what was, at least as far as the log is sound. SQLite's checksums tell.
async fn check(remains: &Remains, folder: &Path, sound: u64) {
    let read = Journal::read_in_place(folder).await;
    let read = read.unwrap_or_else(|error| panic!("sound up to byte {sound}: {error}"));
    let whole = remains.chronicle.journal();
    assert!(whole.facts.starts_with(&read.facts), "{sound}");
    for (id, history) in &read.histories {
        let events = &whole.histories[id].events;
        assert!(events.starts_with(&history.events), "{sound}: workflow {id}");
    }
    for (told, length) in &remains.marks {
        assert!(
            *length > sound || read.position() >= *told,
            "fact {told} stood before byte {sound}, and it is lost"
        );
    }
}

fn append(path: &Path, bytes: &[u8]) {
    let file = OpenOptions::new().append(true).open(path);
    file.and_then(|mut file| file.write_all(bytes))
        .expect("a longer log");
}
