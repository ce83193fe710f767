//! Files on their way to and from this machine's backend.

use crate::check;
use crate::error::Wrapped;
use crate::local::Local;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wheelhouse_contract::{
    ApiError, BeginTransfer, FinishTransfer, ReadTransferPart, RemoveTransfer, Removed, TransferPart,
    TransferView, WriteTransferPart,
};
use wheelhouse_domain::TRANSFER_PART;
use wheelhouse_orchestrator::{Error, Transfer, TransferError};

impl Local {
    pub(crate) async fn announce_file(&self, request: BeginTransfer) -> Result<TransferView, ApiError> {
        let key = check::key(&request.request_key)?;
        told(self.handle().transfers().begin(key, request.bytes).await)
    }

    pub(crate) async fn take_part(&self, request: WriteTransferPart) -> Result<TransferView, ApiError> {
        check::key(&request.request_key)?;
        let content = bytes_of(&request.content)?;
        let transfers = self.handle().transfers();
        told(transfers.write(request.uid, request.number, content).await)
    }

    pub(crate) async fn check_file(&self, request: FinishTransfer) -> Result<TransferView, ApiError> {
        check::key(&request.request_key)?;
        told(self.handle().transfers().finish(request.uid, request.sum).await)
    }

    pub(crate) async fn give_part(&self, request: ReadTransferPart) -> Result<TransferPart, ApiError> {
        let part = self.handle().transfers().read(request.uid, request.number).await;
        let part = part.map_err(inside)?;
        Ok(TransferPart {
            content: STANDARD.encode(part.content),
            last: part.last,
        })
    }

    pub(crate) async fn drop_file(&self, request: RemoveTransfer) -> Result<Removed, ApiError> {
        check::key(&request.request_key)?;
        let removed = self.handle().transfers().remove(request.uid).await;
        let removed = removed.map_err(inside)?;
        Ok(Removed { removed })
    }
}

fn bytes_of(content: &str) -> Result<Vec<u8>, ApiError> {
    let most = TRANSFER_PART.div_ceil(3) as usize * 4;
    if content.len() > most {
        let message = format!(
            "The part has {} characters, at most {most} are possible.",
            content.len()
        );
        return Err(check::invalid("content", message).next_step("Send parts of 256 KiB, encoded in base64."));
    }
    STANDARD.decode(content).map_err(|error| {
        check::invalid("content", format!("The part is no base64: {error}."))
            .next_step("Encode its bytes in base64 with padding.")
    })
}

fn told(transfer: Result<Transfer, TransferError>) -> Result<TransferView, ApiError> {
    let transfer = transfer.map_err(inside)?;
    Ok(TransferView {
        uid: transfer.uid,
        bytes: transfer.bytes,
        received: transfer.received,
        part_bytes: TRANSFER_PART,
        whole: transfer.whole,
    })
}

fn inside(error: TransferError) -> ApiError {
    Wrapped::from(Error::from(error)).into()
}
