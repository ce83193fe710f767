//! The application seen from outside: started, listened to, killed or asked to close.

use crate::application;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// Longest silence of an application that is alive and well, on a machine with much else to do.
const SILENCE: Duration = Duration::from_secs(60);

/// Exit code of a test program whose test failed.
const FAILED: i32 = 101;

/// A running application. Killed when dropped.
pub(crate) struct Application {
    child: Child,
    lines: Receiver<String>,
    said: Said,
}

/// What an application said.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Position of the store when it was open; none where it did not come that far.
    pub(crate) opened_at: Option<i64>,
    /// Facts that it was told of, with their position and kind.
    pub(crate) told: Vec<(i64, String)>,
    /// Workflows that ended, by number, and how.
    pub(crate) ended: Vec<(u32, String)>,
    /// How it closed, where it did.
    pub(crate) closed: Option<String>,
    /// The crash point that it came to.
    pub(crate) at: Option<String>,
    /// What became of due times, oldest first: the time, the outcome, and the workflow (0 for none).
    pub(crate) due: Vec<(i64, String, u32)>,
}

/// How an application ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// By itself.
    Alone,
    /// It was killed.
    Killed,
}

impl Application {
    /// Starts it on a folder. `life` counts the starts there; it wishes for its tasks where `wishes` says so.
    pub(crate) fn start(folder: &Path, life: u32, wishes: bool) -> Self {
        let life = life.to_string();
        let mut variables = vec![(application::LIFE, life.as_str())];
        if wishes {
            variables.push((application::WISHES, "1"));
        }
        Self::start_as(application::NAME, folder, &variables)
    }

    /// Starts the application that the test of this name is, with these variables and no other of the tests'.
    pub(crate) fn start_as(name: &str, folder: &Path, variables: &[(&str, &str)]) -> Self {
        let program = std::env::current_exe().expect("this test program");
        let mut command = Command::new(program);
        command
            .args(["--ignored", "--exact", name, "--nocapture"])
            .env_remove(application::WISHES)
            .env(application::FOLDER, folder)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("the application starts");
        let out = child.stdout.take().expect("a pipe");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines() {
                // Both ends may go first: the process, and the test that has heard enough.
                let Ok(line) = line else { return };
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            lines,
            said: Said::default(),
        }
    }

    /// Listens until it is open.
    pub(crate) fn until_open(&mut self) {
        while self.said.opened_at.is_none() {
            assert!(self.hear(), "it ended before it was open: {:?}", self.said);
        }
    }

    /// Listens until it has come to its crash point.
    pub(crate) fn until_stopped(&mut self) {
        while self.said.at.is_none() {
            assert!(self.hear(), "it ended before it came there: {:?}", self.said);
        }
    }

    /// Listens until it was told of the fact at `position`, or has ended.
    pub(crate) fn until(&mut self, position: i64) {
        while self.said.told.last().is_none_or(|(at, _)| *at < position) && self.hear() {}
    }

    /// Listens until it was told of so many facts more than there were when it was open, or has ended.
    pub(crate) fn next_facts(&mut self, count: i64) {
        let opened_at = self.said.opened_at.expect("it is open");
        self.until(opened_at + count);
    }

    /// Kills it, and gives what it had said until then.
    pub(crate) fn kill(mut self) -> (End, Said) {
        self.child.kill().expect("the application can be killed");
        self.rest()
    }

    /// Asks it to close.
    pub(crate) fn ask_to_close(&mut self) {
        drop(self.child.stdin.take());
    }

    /// Asks it to close, and waits.
    pub(crate) fn close(mut self) -> Said {
        self.ask_to_close();
        let (end, said) = self.rest();
        assert_eq!(end, End::Alone);
        said
    }

    /// Waits until it has ended by itself.
    pub(crate) fn finish(self) -> Said {
        let (end, said) = self.rest();
        assert_eq!(end, End::Alone);
        assert_eq!(said.closed.as_deref(), Some("whole"));
        said
    }

    fn rest(mut self) -> (End, Said) {
        while self.hear() {}
        let status = self.child.wait().expect("the application has ended");
        let end = match status.code() {
            Some(0) => End::Alone,
            Some(FAILED) => panic!("the application failed; it had said {:?}", self.said),
            _ => End::Killed,
        };
        (end, std::mem::take(&mut self.said))
    }

    /// Takes one line in; says whether there was one.
    fn hear(&mut self) -> bool {
        match self.lines.recv_timeout(SILENCE) {
            Ok(line) => {
                self.said.take(&line);
                true
            }
            Err(RecvTimeoutError::Disconnected) => false,
            Err(RecvTimeoutError::Timeout) => panic!("it hangs; it had said {:?}", self.said),
        }
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        // It is gone already unless the test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Said {
    /// What the test harness says besides is passed over.
    fn take(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["open", position] => self.opened_at = Some(number(position)),
            ["told", position, kind] => self.told.push((number(position), (*kind).to_owned())),
            ["ended", id, status] => self.ended.push((number(id), (*status).to_owned())),
            ["at", point] => self.at = Some((*point).to_owned()),
            ["due", time, outcome, workflow] => {
                self.due
                    .push((number(time), (*outcome).to_owned(), number(workflow)));
            }
            ["closed", how] => self.closed = Some((*how).to_owned()),
            _ => {}
        }
    }
}

fn number<T: std::str::FromStr>(word: &str) -> T {
    word.parse().unwrap_or_else(|_| panic!("{word:?} is no number"))
}
