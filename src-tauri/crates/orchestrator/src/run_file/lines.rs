//! Lines of a packed stream, within bounds.

use super::{LONGEST_LINE, MOST_UNPACKED, RunFileError};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Take};
use wheelhouse_domain::ContentHash;

/// Reads one line after the other and sums them up.
pub(super) struct Lines<R: Read> {
    stream: Take<BufReader<GzDecoder<R>>>,
    left: u64,
    sum: Sha256,
    /// The line that was read last, from 1.
    pub(super) number: usize,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(file: R) -> Self {
        Self {
            stream: BufReader::new(GzDecoder::new(file)).take(0),
            left: MOST_UNPACKED,
            sum: Sha256::new(),
            number: 0,
        }
    }

    /// The next line without its end; none after the last.
    pub(super) fn next(&mut self) -> Result<Option<String>, RunFileError> {
        self.number += 1;
        let line = self.number;
        let limit = self.left.min(LONGEST_LINE);
        self.stream.set_limit(limit);
        let mut bytes = Vec::new();
        let read = self
            .stream
            .read_until(b'\n', &mut bytes)
            .map_err(|source| RunFileError::Unpack { line, source })?;
        if read == 0 && limit > 0 {
            return Ok(None);
        }
        self.left -= bytes.len() as u64;
        if bytes.last() != Some(&b'\n') {
            let is_at_limit = bytes.len() as u64 == limit;
            return Err(match is_at_limit {
                true if limit < LONGEST_LINE => RunFileError::Unpacks {
                    line,
                    limit: MOST_UNPACKED,
                },
                true => RunFileError::LongLine { line, limit },
                false => RunFileError::Cut { line },
            });
        }
        bytes.pop();
        let text = String::from_utf8(bytes).map_err(|_| RunFileError::Cut { line })?;
        Ok(Some(text))
    }

    /// Counts a line into the sum.
    pub(super) fn count(&mut self, line: &str) {
        count(&mut self.sum, line);
    }

    /// The sum of all lines that were counted.
    pub(super) fn sum(&self) -> ContentHash {
        finish(self.sum.clone())
    }
}

pub(super) fn count(sum: &mut Sha256, line: &str) {
    sum.update(line.as_bytes());
    sum.update(b"\n");
}

pub(super) fn finish(sum: Sha256) -> ContentHash {
    ContentHash(sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
