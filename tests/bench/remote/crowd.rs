//! The process of the clients, as the process of the server has it.

use crate::clients::{Sample, WORD, now};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;
use wheelhouse_contract::domain::Position;
use wheelhouse_testkit::Served;

/// All clients.
pub(crate) struct Crowd {
    // Ends with this.
    _child: Child,
    tell: ChildStdin,
    hear: Lines<BufReader<ChildStdout>>,
}

/// What the clients saw while it was measured.
pub(crate) struct Saw {
    pub(crate) samples: Vec<Sample>,
    pub(crate) bytes: u64,
    pub(crate) messages: u64,
    pub(crate) gaps: u64,
    pub(crate) anew: u64,
    pub(crate) lost: u64,
    pub(crate) slow: u64,
}

impl Crowd {
    /// Connects all of them.
    pub(crate) async fn connect(served: &Served) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args([WORD, &served.server().address().to_string(), served.token()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("started");
        let tell = child.stdin.take().expect("an input");
        let hear = BufReader::new(child.stdout.take().expect("an output")).lines();
        let mut crowd = Self {
            _child: child,
            tell,
            hear,
        };
        assert_eq!(crowd.line().await, "ready");
        crowd
    }

    /// Begins to look at each frame.
    pub(crate) async fn begin(&mut self) {
        self.tell.write_all(b"measure\n").await.expect("told");
    }

    /// What was seen since.
    pub(crate) async fn end(&mut self) -> Saw {
        self.tell.write_all(b"end\n").await.expect("told");
        let words = self.line().await;
        let numbers: Vec<u64> = words
            .split(' ')
            .map(|word| word.parse().expect("a number"))
            .collect();
        let [count, bytes, messages, gaps, anew, lost, slow] = numbers[..] else {
            panic!("unexpected: {words}");
        };
        let mut samples = Vec::with_capacity(count as usize);
        for _ in 0..count {
            let line = self.line().await;
            let mut words = line.split(' ').map(|word| word.parse::<i64>().expect("a number"));
            let mut next = || words.next().expect("three numbers");
            samples.push(Sample {
                from: next(),
                to: next(),
                at: next() as u64,
            });
        }
        Saw {
            samples,
            bytes,
            messages,
            gaps,
            anew,
            lost,
            slow,
        }
    }

    async fn line(&mut self) -> String {
        let line = self.hear.next_line().await.expect("heard");
        line.expect("the clients are still there")
    }
}

/// When the journal grew: looked at by a thread that does nothing else, so that it is not late.
pub(crate) struct Commits {
    seen: Arc<Mutex<Vec<(i64, u64)>>>,
    over: Arc<AtomicBool>,
    looking: JoinHandle<()>,
}

impl Commits {
    pub(crate) fn look(mut head: watch::Receiver<Position>) -> Self {
        let (seen, over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (to_see, until) = (Arc::clone(&seen), Arc::clone(&over));
        let looking = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                while !until.load(Ordering::Relaxed) && head.changed().await.is_ok() {
                    let at = now();
                    let position = head.borrow_and_update().0;
                    to_see.lock().expect("whole").push((position, at));
                }
            });
        });
        Self { seen, over, looking }
    }

    /// Position and time, in order. Returns after the next change.
    pub(crate) async fn end(self) -> Vec<(i64, u64)> {
        self.over.store(true, Ordering::Relaxed);
        let ended = tokio::task::spawn_blocking(|| self.looking.join()).await;
        ended.expect("waited").expect("looked");
        std::mem::take(&mut *self.seen.lock().expect("whole"))
    }
}

/// How long each event took to each client, in microseconds, sorted.
pub(crate) fn latencies(samples: &[Sample], commits: &[(i64, u64)]) -> Vec<u32> {
    let mut all = Vec::new();
    for sample in samples {
        let first = commits.partition_point(|(position, _)| *position <= sample.from);
        let mut from = sample.from;
        for (position, at) in &commits[first..] {
            let until = (*position).min(sample.to);
            let late = u32::try_from(sample.at.saturating_sub(*at)).unwrap_or(u32::MAX);
            all.extend(std::iter::repeat_n(
                late,
                usize::try_from(until - from).expect("in order"),
            ));
            from = until;
            if from >= sample.to {
                break;
            }
        }
    }
    all.sort_unstable();
    all
}
