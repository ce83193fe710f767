//! Reads what a program says within bounds, and notices what is no message.

use crate::logs::{LogSource, Logs};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader, ReadBuf};

/// The most of such lines that are told in the log.
const TOLD_STRAYS: u32 = 5;
/// The most of one line of the error output that is read at once.
const LINE_BYTES: u64 = 8 * 1_024;

/// What was noticed while reading.
#[derive(Debug, Default)]
pub(crate) struct Noticed {
    /// A message was longer than is read.
    pub(crate) too_large: AtomicBool,
    /// Lines that were no messages.
    pub(crate) strays: AtomicU32,
}

/// A program's output that ends where one line becomes too long.
pub(crate) struct Bounded<R> {
    inner: R,
    limit: usize,
    /// Bytes of the line that is being read.
    line: usize,
    /// What a line began with that can't be a message.
    stray: Vec<u8>,
    noticed: Arc<Noticed>,
    logs: Logs,
}

impl<R> Bounded<R> {
    pub(crate) fn new(inner: R, limit: usize, noticed: Arc<Noticed>, logs: Logs) -> Self {
        Self {
            inner,
            limit,
            line: 0,
            stray: Vec::new(),
            noticed,
            logs,
        }
    }

    /// Whether all that was read may be handed on.
    fn look_at(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            if *byte == b'\n' {
                self.end_line();
                continue;
            }
            let is_stray = !self.stray.is_empty() || (self.line == 0 && !matches!(byte, b'{' | b'[' | b'\r'));
            if is_stray && self.stray.len() < 200 {
                self.stray.push(*byte);
            }
            self.line += 1;
            if self.line > self.limit {
                return false;
            }
        }
        true
    }

    fn end_line(&mut self) {
        self.line = 0;
        if self.stray.is_empty() {
            return;
        }
        let words = String::from_utf8_lossy(&self.stray).into_owned();
        self.stray.clear();
        if words.trim().is_empty() {
            return;
        }
        if self.noticed.strays.fetch_add(1, Ordering::Relaxed) < TOLD_STRAYS {
            let said = format!("The program wrote what is no message: {}", words.trim_end());
            self.logs.write(LogSource::Connection, &said);
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Bounded<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, into))?;
        let read = into.filled()[before..].to_vec();
        if !self.look_at(&read) {
            into.set_filled(before);
            self.noticed.too_large.store(true, Ordering::Relaxed);
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        Poll::Ready(Ok(()))
    }
}

/// Puts the error output of a program into the log until it ends.
pub(crate) async fn listen(errors: impl AsyncRead + Unpin, logs: Logs) {
    let mut errors = BufReader::new(errors);
    loop {
        let mut line = Vec::new();
        match (&mut errors).take(LINE_BYTES).read_until(b'\n', &mut line).await {
            Ok(0) => return,
            Ok(_) => logs.write(LogSource::Program, &String::from_utf8_lossy(&line)),
            Err(error) => {
                logs.write(
                    LogSource::Connection,
                    &format!("Its error output broke off: {error}"),
                );
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str, limit: usize) -> (io::Result<String>, Arc<Noticed>, Logs) {
        let noticed = Arc::<Noticed>::default();
        let logs = Logs::default();
        let mut bounded = Bounded::new(text.as_bytes(), limit, Arc::clone(&noticed), logs.clone());
        let mut read = String::new();
        let result = bounded.read_to_string(&mut read).await.map(|_| read);
        (result, noticed, logs)
    }

    #[tokio::test]
    async fn messages_pass_and_strays_are_told() {
        let text = "{\"a\": 1}\nWelcome to my server\n{}\n";
        let (result, noticed, logs) = read(text, 100).await;
        assert_eq!(result.unwrap(), text);
        assert_eq!(noticed.strays.load(Ordering::Relaxed), 1);
        assert!(logs.lines()[0].text.ends_with("Welcome to my server"));
    }

    #[tokio::test]
    async fn a_line_that_does_not_end_is_not_kept() {
        let (result, noticed, _) = read(&format!("{{{}", "x".repeat(5_000)), 1_000).await;
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert!(noticed.too_large.load(Ordering::Relaxed));
        let many = format!("{}\n", "{}\n".repeat(5_000));
        assert_eq!(read(&many, 1_000).await.0.unwrap(), many);
    }
}
