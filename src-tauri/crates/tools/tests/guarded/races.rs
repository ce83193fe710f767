//! Links that take the place of files and folders while tools are at work.
//!
//! `WHEELHOUSE_RACES` says how many calls are made against swaps; 5,000 if it is not set.

#![cfg(any(target_os = "linux", target_os = "macos"))]

use crate::harness::{INSIDE, PLANTED, Place, SECRET, tells};
use rustix::fs::{RenameFlags, renameat_with};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;
use wheelhouse_tools::{LIST_FOLDER, READ_FILE, RUN_COMMAND, SEARCH_FILES, WRITE_FILE};

fn how_many() -> u64 {
    let wanted = std::env::var("WHEELHOUSE_RACES").ok();
    wanted.map_or(5_000, |wanted| wanted.parse().expect("a number"))
}

/// Two names in a folder, by its handle: the swaps themselves must not go astray when another swap moves a folder.
struct Pair {
    folder: Arc<fs::File>,
    one: String,
    other: String,
}

impl Pair {
    fn swap(&self) -> bool {
        renameat_with(
            &self.folder,
            &self.one,
            &self.folder,
            &self.other,
            RenameFlags::EXCHANGE,
        )
        .is_ok()
    }
}

/// Exchanges names as fast as it can, until it is stopped.
struct Swapper {
    stop: Arc<AtomicBool>,
    swaps: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Swapper {
    fn new(pairs: Vec<Pair>) -> Self {
        let (stop, swaps) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (stopped, counter) = (stop.clone(), swaps.clone());
        let thread = std::thread::spawn(move || {
            let mut chance = 1_u32;
            while !stopped.load(Ordering::Relaxed) {
                for pair in &pairs {
                    // There and back, for as long as it takes to be met in any state, so that calls succeed as well as fail.
                    for longest in [64, 4_096] {
                        // A write takes names away for a moment; then there is nothing to swap.
                        counter.fetch_add(u64::from(pair.swap()), Ordering::Relaxed);
                        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        (0..(chance >> 16) % longest).for_each(|_| std::hint::spin_loop());
                    }
                }
            }
        });
        Self {
            stop,
            swaps,
            thread: Some(thread),
        }
    }

    fn count(&self) -> u64 {
        self.swaps.load(Ordering::Relaxed)
    }

    fn stop(mut self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
        self.count()
    }
}

/// A name in `folder`, and a link to `target` that takes its place.
fn pair(folder: &Path, name: &str, target: &Path) -> Pair {
    let link = format!("{name}.link");
    symlink(target, folder.join(&link)).unwrap();
    Pair {
        folder: Arc::new(fs::File::open(folder).unwrap()),
        one: name.to_owned(),
        other: link,
    }
}

/// Folders and files, each with a link that takes its place.
fn pairs(place: &Place) -> Vec<Pair> {
    let granted = place.granted("");
    vec![
        pair(&granted, "sub", &place.outside("")),
        pair(&granted, "file.txt", &place.outside("secret.txt")),
        pair(&granted.join("sub"), "deep", &place.outside("deep")),
        pair(&granted.join("sub"), "file.txt", &place.outside("file.txt")),
        pair(&granted, "new.txt", &place.outside("planted.txt")),
        pair(place.base.path(), "granted", &place.outside("")),
    ]
}

fn calls(number: u64) -> (&'static str, Value) {
    let file = ["file.txt", "sub/file.txt", "sub/deep/file.txt"][(number / 8 % 3) as usize];
    let path = format!("project/{file}");
    match number % 8 {
        0 | 1 => (READ_FILE, json!({"path": path})),
        2 => (LIST_FOLDER, json!({"path": "project/sub"})),
        3 => (SEARCH_FILES, json!({"path": "project", "pattern": "SECRET"})),
        4 => (
            WRITE_FILE,
            json!({"path": path, "text": format!("{INSIDE} {PLANTED} {number}\n")}),
        ),
        5 => (
            WRITE_FILE,
            json!({"path": format!("project/sub/new-{}.txt", number % 64), "text": PLANTED}),
        ),
        6 => (
            WRITE_FILE,
            json!({"path": "project/new.txt", "text": format!("{PLANTED} {number}")}),
        ),
        _ => (
            WRITE_FILE,
            json!({"path": path, "edits": [{"old": "inside", "new": "inside "}]}),
        ),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_swap_of_a_link_leads_out() {
    let place = Place::quick();
    let pairs = pairs(&place);
    let before = place.outside_now();
    let swapper = Swapper::new(pairs);
    let began = Instant::now();
    let wanted = how_many();
    let (mut reads, mut writes, mut refused, mut undone) = (0_u64, 0_u64, 0_u64, 0_u64);
    // On a busy machine either side may lag behind; the other one goes on until both did enough.
    let mut number = 0;
    while number < wanted || swapper.count() < wanted {
        let (tool, arguments) = calls(number);
        match place.call(tool, arguments).await {
            Ok(done) => {
                assert!(!tells(&done, SECRET), "{tool} told: {}", done.text);
                if tool == READ_FILE {
                    assert!(
                        done.text.contains("inside") || done.text.contains(PLANTED),
                        "{}",
                        done.text
                    );
                }
                match done.checkpoint {
                    None => reads += 1,
                    Some(checkpoint) => {
                        writes += 1;
                        if number % 5 == 0 && place.toolbox.undo(&place.grant, &checkpoint).await.is_ok() {
                            undone += 1;
                        }
                    }
                }
            }
            Err(_) => refused += 1,
        }
        number += 1;
    }
    let (took, swaps) = (began.elapsed(), swapper.stop());
    assert_eq!(place.outside_now(), before, "nothing outside was changed or made");
    println!(
        "{number} calls against {swaps} swaps in {took:.1?}: {reads} read, {writes} wrote, {undone} undone, {refused} refused; \
         0 bytes from outside, 0 writes outside"
    );
    assert!(
        reads > wanted / 100 && writes > wanted / 100 && refused > wanted / 100,
        "every kind of end was met"
    );
}

/// Someone who saves a file again and again, each time with a new text, and keeps what was there.
struct Writer {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<(u64, BTreeSet<String>)>,
}

impl Writer {
    fn new(folder: &Path, name: &'static str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, folder) = (stop.clone(), folder.to_owned());
        let thread = std::thread::spawn(move || {
            let handle = fs::File::open(&folder).unwrap();
            let (mut number, mut met, mut chance) = (0_u64, BTreeSet::new(), 1_u32);
            while !stopped.load(Ordering::Relaxed) {
                fs::write(folder.join("mine.tmp"), format!("theirs {number}")).unwrap();
                renameat_with(&handle, "mine.tmp", &handle, name, RenameFlags::EXCHANGE).unwrap();
                met.insert(fs::read_to_string(folder.join("mine.tmp")).unwrap());
                number += 1;
                chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (0..(chance >> 16) % 16_384).for_each(|_| std::hint::spin_loop());
            }
            (number, met)
        });
        Self { stop, thread }
    }

    /// How often it saved, and every text that it met.
    fn stop(self) -> (u64, BTreeSet<String>) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_someone_else_wrote_meanwhile_is_lost() {
    let place = Place::quick();
    fs::write(place.granted("shared.txt"), "start").unwrap();
    let writer = Writer::new(&place.granted(""), "shared.txt");
    let (mut wrote, mut refused, mut number, mut known) = (0_u64, 0_u64, 0_u64, BTreeSet::new());
    let wanted = how_many() / 5;
    while number < wanted || wrote == 0 || refused == 0 {
        let arguments = json!({"path": "project/shared.txt", "text": format!("ours {number}")});
        match place.call(WRITE_FILE, arguments).await {
            Ok(done) => {
                wrote += 1;
                known.insert(done.checkpoint.unwrap().before.unwrap());
            }
            Err(_) => refused += 1,
        }
        number += 1;
    }
    let (theirs, met) = writer.stop();
    let left: BTreeSet<String> = fs::read_dir(place.granted(""))
        .unwrap()
        .filter_map(|entry| fs::read_to_string(entry.unwrap().path()).ok())
        .collect();
    let kept = |hash: &String| fs::read_to_string(place.base.path().join("checkpoints").join(hash)).unwrap();
    let known: BTreeSet<String> = known.iter().map(kept).collect();
    let lost: Vec<String> = (0..theirs)
        .map(|number| format!("theirs {number}"))
        .filter(|text| !met.contains(text) && !known.contains(text) && !left.contains(text))
        .collect();
    println!(
        "{wrote} writes and {refused} refusals against {theirs} writes of someone else; {} lost",
        lost.len()
    );
    assert_eq!(lost, Vec::<String>::new());
}

/// The swaps are no straw man: who checks a path and then opens it by its path is beaten soon.
#[test]
fn a_check_of_the_path_alone_is_beaten() {
    let place = Place::quick();
    let root = place.granted("").canonicalize().unwrap();
    let swapper = Swapper::new(pairs(&place));
    let began = Instant::now();
    let (mut tries, mut told) = (0_u64, false);
    while !told && began.elapsed().as_secs() < 60 {
        tries += 1;
        let path = root.join("sub/file.txt");
        if path.canonicalize().is_ok_and(|whole| whole.starts_with(&root)) {
            told = fs::read_to_string(&path).is_ok_and(|text| text.contains(SECRET));
        }
    }
    let swaps = swapper.stop();
    println!("a check by path was beaten after {tries} tries and {swaps} swaps");
    assert!(told);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_swap_of_a_folder_starts_a_program_elsewhere() {
    let mut place = Place::quick().with_commands();
    // So that only the way in is tested here, and not what the kernel keeps a program from.
    place.commands().readable = vec![place.base.path().to_owned()];
    let swapper = Swapper::new(vec![pair(&place.granted(""), "sub", &place.outside(""))]);
    let (mut ran, mut refused) = (0_u64, 0_u64);
    let wanted = (how_many() / 25).clamp(100, 1_000);
    while ran + refused < wanted || ran == 0 || refused == 0 {
        let arguments = json!({"program": "cat", "arguments": ["file.txt"], "folder": "project/sub"});
        match place.call(RUN_COMMAND, arguments).await {
            Ok(done) => {
                assert!(!tells(&done, SECRET), "{}", done.text);
                assert!(tells(&done, INSIDE), "{}", done.text);
                ran += 1;
            }
            Err(_) => refused += 1,
        }
    }
    println!(
        "{ran} programs ran inside, {refused} were not started, against {} swaps",
        swapper.stop()
    );
    assert!(fs::metadata(place.outside("secret.txt")).is_ok());
}
