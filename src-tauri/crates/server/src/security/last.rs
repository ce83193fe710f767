//! How the server listened last, kept in the data folder: so that `pair`, which is another process and was told nothing, shows a
//! code that fits the server.

use super::error::AccessError;
use super::folder::Folder;
use super::tls::Tls;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

const NAME: &str = "listening.json";
const VERSION: u32 = 1;
/// Far more than two paths and an address.
const MOST_BYTES: u64 = 64 * 1024;

/// How it listened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Last {
    version: u32,
    address: SocketAddr,
    certificate: Certificate,
}

/// The certificate that it showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Certificate {
    /// None: connections were not encrypted.
    None,
    /// The one that it made for itself.
    Made,
    /// The operator's own.
    Own {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
}

impl Last {
    pub(crate) fn new(address: SocketAddr, tls: Option<&Tls>) -> Self {
        let certificate = match tls {
            None => Certificate::None,
            Some(Tls::SelfSigned { .. }) => Certificate::Made,
            Some(Tls::Own { certificate, key }) => Certificate::Own {
                certificate: certificate.clone(),
                key: key.clone(),
            },
        };
        Self {
            version: VERSION,
            address,
            certificate,
        }
    }

    /// The certificate as an option; none where connections were not encrypted.
    pub(crate) fn tls(self) -> Option<Tls> {
        match self.certificate {
            Certificate::None => None,
            Certificate::Made => Some(Tls::SelfSigned { names: Vec::new() }),
            Certificate::Own { certificate, key } => Some(Tls::Own { certificate, key }),
        }
    }

    /// Keeps it. Waits for the disk.
    pub(crate) fn keep(&self, data_folder: &Path) -> Result<(), AccessError> {
        let folder = Folder::open(data_folder)?;
        let locked = folder.lock()?;
        folder.replace_json(&locked, NAME, self)
    }

    /// What was kept; none where no server has listened on this folder. Waits for the disk.
    pub(crate) fn read(data_folder: &Path) -> Result<Option<Self>, AccessError> {
        Folder::open(data_folder)?.read_json(NAME, MOST_BYTES, VERSION)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_damage_is_told() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(Last::read(folder.path()).expect("nothing yet"), None);
        let own = Tls::Own {
            certificate: "certificate.pem".into(),
            key: "key.pem".into(),
        };
        let made = Tls::SelfSigned { names: Vec::new() };
        for tls in [None, Some(made), Some(own)] {
            let address = "127.0.0.1:7431".parse().expect("an address");
            let last = Last::new(address, tls.as_ref());
            last.keep(folder.path()).expect("kept");
            let read = Last::read(folder.path()).expect("whole").expect("there");
            assert_eq!((&read, read.clone().tls()), (&last, tls));
        }
        std::fs::write(folder.path().join("server").join(NAME), "half").expect("written");
        let damaged = Last::read(folder.path());
        assert!(matches!(damaged, Err(AccessError::Damaged { .. })), "{damaged:?}");
    }
}
