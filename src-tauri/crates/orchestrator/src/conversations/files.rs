//! Text files beside messages, taken in from transfers.

use super::{ConversationError, Read};
use crate::error::Error;
use crate::handle::Handle;
use std::io::Read as _;
use std::path::Path;
use tracing::warn;
use wheelhouse_domain::{ContentHash, MessageFile, TransferUid};

/// Files beside one message at most.
pub const MOST_ATTACHMENTS: usize = 4;

/// Bytes of one of them at most.
pub const LARGEST_ATTACHMENT: u64 = 128 * 1024;

impl Handle {
    /// Reads files that are here as a whole.
    pub(super) async fn take_files(&self, files: &[(TransferUid, String)]) -> Result<Read, Error> {
        if files.len() > MOST_ATTACHMENTS {
            return Err(ConversationError::TooManyFiles(files.len()).into());
        }
        let mut taken = Vec::with_capacity(files.len());
        for (uid, name) in files {
            let (path, called) = (self.transfers().whole(*uid).await?, name.clone());
            let read = tokio::task::spawn_blocking(move || read(&path, called));
            let text = read.await.map_err(|_| Error::ShuttingDown)??;
            let file = MessageFile {
                name: name.clone(),
                bytes: u32::try_from(text.len()).unwrap_or(u32::MAX),
                content: ContentHash::of(&text),
            };
            taken.push((file, text));
        }
        Ok(taken)
    }

    /// The files stand in the journal now. What stays behind goes with the other transfers that nobody fetched.
    pub(super) async fn let_go_of(&self, files: &[(TransferUid, String)]) {
        for (uid, _) in files {
            if let Err(error) = self.transfers().remove(*uid).await {
                warn!(%error, "an attached file could not be removed from the transfers");
            }
        }
    }
}

fn read(path: &Path, name: String) -> Result<String, ConversationError> {
    let unreadable = |error: std::io::Error| ConversationError::Unreadable {
        name: name.clone(),
        reason: error.to_string(),
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let bytes = file.metadata().map_err(unreadable)?.len();
    if bytes > LARGEST_ATTACHMENT {
        return Err(ConversationError::FileTooLarge { name, bytes });
    }
    let mut content = Vec::new();
    file.take(LARGEST_ATTACHMENT)
        .read_to_end(&mut content)
        .map_err(unreadable)?;
    match String::from_utf8(content) {
        Ok(text) if !text.contains('\0') => Ok(text.trim_start_matches('\u{feff}').to_owned()),
        _ => Err(ConversationError::NoText(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_within_bounds_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let read_again = |content: &[u8]| {
            std::fs::write(&path, content).expect("written");
            read(&path, "a.txt".to_owned())
        };
        assert_eq!(
            read_again("\u{feff}Zürich\n".as_bytes()),
            Ok("Zürich\n".to_owned())
        );
        for binary in [&b"\x89PNG\r\n"[..], b"a\0b"] {
            assert_eq!(
                read_again(binary),
                Err(ConversationError::NoText("a.txt".to_owned()))
            );
        }
        let long = vec![b'a'; 128 * 1024 + 1];
        assert!(matches!(
            read_again(&long),
            Err(ConversationError::FileTooLarge { bytes: 131_073, .. })
        ));
    }
}
