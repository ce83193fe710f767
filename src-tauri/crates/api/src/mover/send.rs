//! Sends a file from one backend to another, part by part. Nothing of it touches this machine's disk.

use super::carry::discard;
use super::{Wish, new_key};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use wheelhouse_contract::{
    ApiError, BeginTransfer, ErrorCode, FinishTransfer, Operations, ReadTransferPart, WriteTransferPart,
};
use wheelhouse_domain::{ContentHash, TransferUid};

/// Sends a file of that length. Gives what it is called on the other side, where it is whole; none where whoever is told of
/// the bytes wants no more of it.
pub(super) async fn send(
    from: &impl Operations,
    to: &impl Operations,
    (uid, bytes): (TransferUid, u64),
    mut tell: impl FnMut(u64, u64) -> Wish + Send,
) -> Result<Option<TransferUid>, ApiError> {
    if tell(0, bytes) == Wish::CallOff {
        return Ok(None);
    }
    let begin = BeginTransfer {
        request_key: new_key(),
        bytes,
    };
    let begun = to.begin_transfer(begin).await?;
    let part_bytes = usize::try_from(begun.part_bytes).unwrap_or(usize::MAX).max(1);
    let (mut sum, mut waiting) = (Sha256::new(), Vec::new());
    let (mut read, mut written, mut done) = (0, 0, 0);
    let mut is_last = false;
    while !is_last {
        let part = from.read_transfer_part(ReadTransferPart { uid, number: read }).await?;
        let content = STANDARD.decode(&part.content).map_err(|_| arrived_other())?;
        sum.update(&content);
        waiting.extend(content);
        (is_last, read) = (part.last, read + 1);
        while waiting.len() >= part_bytes || (is_last && !waiting.is_empty()) {
            let rest = waiting.split_off(waiting.len().min(part_bytes));
            let next = std::mem::replace(&mut waiting, rest);
            done += next.len() as u64;
            let part = WriteTransferPart {
                request_key: new_key(),
                uid: begun.uid,
                number: written,
                content: STANDARD.encode(next),
            };
            to.write_transfer_part(part).await?;
            written += 1;
            if tell(done, bytes) == Wish::CallOff {
                discard(to, begun.uid).await;
                return Ok(None);
            }
        }
    }
    let sum: String = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let finish = FinishTransfer {
        request_key: new_key(),
        uid: begun.uid,
        sum: ContentHash(sum),
    };
    to.finish_transfer(finish).await?;
    Ok(Some(begun.uid))
}

/// Asked for again it may well arrive, so this is no refusal.
fn arrived_other() -> ApiError {
    ApiError::new(ErrorCode::Unavailable, "A part of the file arrived with other content.").next_step("Try again.")
}
