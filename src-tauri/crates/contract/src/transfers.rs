//! Files on their way between a backend and whoever speaks to it.
//!
//! Whoever sends a file begins a transfer, sends its parts in their order and finishes it with the sum of the whole. A file
//! that a backend made is fetched by its parts. What is on its way goes when it is removed, or a day after it was begun.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{ContentHash, TransferUid};

/// Announces a file that will be sent in parts. The same key gives the same transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BeginTransfer {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Length of the file in bytes: at least 1, at most 100 MiB.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
}

/// How far a file is that is being sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TransferView {
    /// Names the file while it is on its way.
    pub uid: TransferUid,
    /// Its length in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
    /// How many of them are here.
    #[specta(type = specta_typescript::Number)]
    pub received: u64,
    /// Bytes in each part; the last one has what is left.
    pub part_bytes: u32,
    /// Whether it is whole: everything is here and its sum was right.
    pub whole: bool,
}

/// Sends the next part of a file. A part that is here already is compared and stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WriteTransferPart {
    /// Names this wish. Sending a part twice is harmless, so that it is checked for its form only.
    pub request_key: RequestKey,
    /// Which file.
    pub uid: TransferUid,
    /// Number of the part, from 0.
    pub number: u32,
    /// Its bytes, in base64.
    pub content: String,
}

/// Says that everything was sent. The file is whole if its length and its sum are right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FinishTransfer {
    /// Names this wish. Finishing twice is harmless, so that it is checked for its form only.
    pub request_key: RequestKey,
    /// Which file.
    pub uid: TransferUid,
    /// SHA-256 of the whole file, 64 hexadecimal digits in small letters.
    pub sum: ContentHash,
}

/// Asks for a part of a whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReadTransferPart {
    /// Which file.
    pub uid: TransferUid,
    /// Number of the part, from 0.
    pub number: u32,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TransferPart {
    /// Its bytes, in base64.
    pub content: String,
    /// Whether there is none after it.
    pub last: bool,
}

/// Removes a file that was fetched, or that nobody will send on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemoveTransfer {
    /// Names this wish. Removing twice is harmless, so that it is checked for its form only.
    pub request_key: RequestKey,
    /// Which file.
    pub uid: TransferUid,
}
