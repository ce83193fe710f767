//! Why a file can't be carried.

use std::path::PathBuf;
use thiserror::Error;
use wheelhouse_domain::TransferUid;

/// Why a file can't be carried. Nothing that was carried before is lost by it, except where that is said.
#[derive(Debug, Error)]
pub enum TransferError {
    /// There is no such transfer, or it was tidied away.
    #[error("there is no transfer {0}")]
    Unknown(TransferUid),
    /// It has no bytes, or more than any file may have.
    #[error("{}", size_words(*.bytes, *.limit))]
    Size {
        /// What was announced, or what was made.
        bytes: u64,
        /// What is carried at most.
        limit: u64,
    },
    /// Too many files are on their way, or too much in all.
    #[error("too much is on its way already: {files} files of {bytes} bytes together")]
    Full {
        /// Files.
        files: usize,
        /// Bytes together, as they were announced.
        bytes: u64,
    },
    /// The key began a transfer of another length.
    #[error("this key began a transfer of {begun} bytes, not of {asked}")]
    OtherLength {
        /// What was begun.
        begun: u64,
        /// What is asked for now.
        asked: u64,
    },
    /// A part has a number that the file does not have.
    #[error("the file has {parts} parts, so there is no part {number}")]
    NoSuchPart {
        /// Its number, from 0.
        number: u32,
        /// How many there are.
        parts: u32,
    },
    /// A part is shorter or longer than it must be.
    #[error("part {number} must have {expected} bytes and has {found}")]
    PartLength {
        /// Its number, from 0.
        number: u32,
        /// What it must have.
        expected: usize,
        /// What it has.
        found: usize,
    },
    /// A part came before one in front of it.
    #[error("part {number} came where part {expected} is next")]
    OutOfOrder {
        /// What came.
        number: u32,
        /// What is next.
        expected: u32,
    },
    /// A part was there before with other bytes.
    #[error("part {number} is there already with other content")]
    OtherContent {
        /// Its number, from 0.
        number: u32,
    },
    /// Parts are missing still.
    #[error("only {received} of {bytes} bytes are here")]
    Incomplete {
        /// What is here.
        received: u64,
        /// What was announced.
        bytes: u64,
    },
    /// The sum does not fit. The transfer is gone.
    #[error("the file arrived with other content than was sent")]
    OtherSum,
    /// The disk refused.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The application is closing down, or the work broke off.
    #[error("the work with the file broke off")]
    BrokenOff,
}

const MEBIBYTE: u64 = 1024 * 1024;

fn size_words(bytes: u64, limit: u64) -> String {
    match bytes {
        0 => "there is nothing in it".to_owned(),
        _ => format!(
            "it has {} MiB, which is larger than {} MiB",
            bytes.div_ceil(MEBIBYTE),
            limit / MEBIBYTE
        ),
    }
}
