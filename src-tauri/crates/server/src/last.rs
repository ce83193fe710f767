//! How the server listened last, kept in the data folder: so that `pair`, which is another process and was told nothing, shows a
//! code that fits the server.

use crate::security::Tls;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

const FILE: &str = "server/listening.json";

/// How it listened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Last {
    pub(crate) address: SocketAddr,
    pub(crate) certificate: Certificate,
}

/// The certificate that it showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Certificate {
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

impl Certificate {
    pub(crate) fn of(tls: Option<&Tls>) -> Self {
        match tls {
            None => Self::None,
            Some(Tls::SelfSigned { .. }) => Self::Made,
            Some(Tls::Own { certificate, key }) => Self::Own {
                certificate: certificate.clone(),
                key: key.clone(),
            },
        }
    }

    /// The same as an option.
    pub(crate) fn tls(self) -> Option<Tls> {
        match self {
            Self::None => None,
            Self::Made => Some(Tls::SelfSigned { names: Vec::new() }),
            Self::Own { certificate, key } => Some(Tls::Own { certificate, key }),
        }
    }
}

impl Last {
    /// Keeps it. The folder is there: the tokens are in it.
    pub(crate) fn keep(&self, data_folder: &Path) -> io::Result<()> {
        let path = data_folder.join(FILE);
        let beside = path.with_extension("new");
        fs::write(&beside, serde_json::to_vec_pretty(self)?)?;
        fs::rename(beside, path)
    }

    /// What was kept; none where no server has listened on this folder, or nobody can say how.
    pub(crate) fn read(data_folder: &Path) -> Option<Self> {
        let bytes = fs::read(data_folder.join(FILE)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(Last::read(folder.path()), None);
        fs::create_dir(folder.path().join("server")).expect("made");
        for tls in [None, Some(Tls::SelfSigned { names: Vec::new() })] {
            let last = Last {
                address: "127.0.0.1:7431".parse().expect("an address"),
                certificate: Certificate::of(tls.as_ref()),
            };
            last.keep(folder.path()).expect("kept");
            assert_eq!(Last::read(folder.path()), Some(last));
        }
        fs::write(folder.path().join(FILE), "half").expect("written");
        assert_eq!(Last::read(folder.path()), None);
    }
}
