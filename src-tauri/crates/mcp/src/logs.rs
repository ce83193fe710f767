//! What a server wrote: the last lines of its error output and its notices. Secrets that it was given are taken out.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// The most lines that are kept.
const MOST_LINES: usize = 500;
/// The longest line, in bytes.
const MOST_BYTES: usize = 2_000;
/// A shorter secret would be found in half of all words.
const SHORTEST_SECRET: usize = 4;
const HIDDEN: &str = "•••";

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogSource {
    /// The program, to its error output.
    Program,
    /// The server, as a notice of the protocol.
    Notice,
    /// Wheelhouse, about the connection.
    Connection,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Counts the lines of a server from 1.
    pub number: u64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Who wrote it.
    pub source: LogSource,
    /// What was written, cut where it was too long.
    pub text: String,
}

/// The last lines of one server. Clones share them.
#[derive(Clone, Default)]
pub struct Logs {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    written: u64,
    lines: VecDeque<LogLine>,
    secrets: Vec<String>,
}

impl Logs {
    /// Takes `secrets` out of all lines from here on.
    pub fn hide(&self, secrets: impl IntoIterator<Item = String>) {
        let mut inner = self.locked();
        inner.secrets = secrets
            .into_iter()
            .filter(|secret| secret.len() >= SHORTEST_SECRET)
            .collect();
        // A secret that begins another one must not leave the rest of it standing.
        inner
            .secrets
            .sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// Adds what was written, line by line.
    pub fn write(&self, source: LogSource, text: &str) {
        let at = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        let mut inner = self.locked();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let text = inner.fit(line);
            inner.written += 1;
            let number = inner.written;
            if inner.lines.len() == MOST_LINES {
                inner.lines.pop_front();
            }
            inner.lines.push_back(LogLine {
                number,
                at,
                source,
                text,
            });
        }
    }

    /// The lines that are kept, the oldest first.
    #[must_use]
    pub fn lines(&self) -> Vec<LogLine> {
        self.locked().lines.iter().cloned().collect()
    }

    /// The last lines that the program wrote since line `from`, as one text.
    pub(crate) fn last_words(&self, from: u64) -> String {
        let inner = self.locked();
        let words = inner
            .lines
            .iter()
            .filter(|line| line.source == LogSource::Program && line.number > from);
        let last: Vec<&str> = words.rev().take(3).map(|line| line.text.as_str()).collect();
        last.into_iter().rev().collect::<Vec<_>>().join(" ")
    }

    /// `text` without the secrets.
    pub(crate) fn without_secrets(&self, text: &str) -> String {
        self.locked().without_secrets(text)
    }

    /// How many lines there ever were.
    pub(crate) fn written(&self) -> u64 {
        self.locked().written
    }

    fn locked(&self) -> MutexGuard<'_, Inner> {
        // Whole lines only are pushed, so that what is there is good whoever broke off.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn fit(&self, line: &str) -> String {
        let mut text = self.without_secrets(line);
        if text.len() > MOST_BYTES {
            text.truncate(text.floor_char_boundary(MOST_BYTES));
            text.push('…');
        }
        text
    }

    fn without_secrets(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            text = text.replace(secret.as_str(), HIDDEN);
        }
        text
    }
}

/// How many there are, and nothing of them.
impl std::fmt::Debug for Logs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logs").field("written", &self.written()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_lines_are_kept_and_long_ones_are_cut() {
        let logs = Logs::default();
        for number in 0..MOST_LINES + 20 {
            logs.write(LogSource::Program, &format!("line {number}"));
        }
        logs.write(LogSource::Notice, &"é".repeat(MOST_BYTES));
        let lines = logs.lines();
        assert_eq!(lines.len(), MOST_LINES);
        assert_eq!(lines[0].text, "line 21");
        assert_eq!(lines[MOST_LINES - 1].number, MOST_LINES as u64 + 21);
        assert!(lines[MOST_LINES - 1].text.len() <= MOST_BYTES + '…'.len_utf8());
        assert_eq!(logs.last_words(0), "line 517 line 518 line 519");
    }

    #[test]
    fn secrets_are_taken_out() {
        let logs = Logs::default();
        logs.hide(["sesame".to_owned(), "sesame-open".to_owned(), "ab".to_owned()]);
        logs.write(LogSource::Program, "token=sesame-open and sesame, about it");
        assert_eq!(logs.lines()[0].text, "token=••• and •••, about it");
    }
}
