//! Writes a run into a stream.

use super::lines::{count, finish};
use super::{Line, RunFile};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Writes `file` in its form.
pub(crate) fn write(file: &RunFile, to: impl Write) -> io::Result<()> {
    let mut packed = GzEncoder::new(to, Compression::default());
    let mut sum = Sha256::new();
    let mut put = |line: String, sum: &mut Sha256| {
        count(sum, &line);
        packed.write_all(line.as_bytes())?;
        packed.write_all(b"\n")
    };
    put(serde_json::to_string(&file.manifest)?, &mut sum)?;
    for (number, events) in file.runs.iter().enumerate() {
        for event in events {
            put(
                serde_json::to_string(&Line::Event(number, event.clone()))?,
                &mut sum,
            )?;
        }
    }
    for content in &file.contents {
        put(serde_json::to_string(&Line::Content(content.clone()))?, &mut sum)?;
    }
    let total = finish(sum.clone());
    put(serde_json::to_string(&Line::Sum(total))?, &mut sum)?;
    packed.finish()?.flush()
}
