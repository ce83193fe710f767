//! What the server shows that it is itself: its certificate, and the TLS made of it.
//!
//! Without anything said, a certificate is made at the first start and kept, because the devices that were paired know
//! it by its fingerprint: another one would lock them out. Or the operator names PEM files.
//!
//! Deliberately absent: asking an authority for certificates, certificates of clients, and reading the files again while
//! the server runs.

mod fingerprint;
mod make;
#[cfg(test)]
mod tests;

use super::clock::Clock;
use super::error::AccessError;
use super::folder::Folder;
pub use fingerprint::Fingerprint;
use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) const CERTIFICATE_FILE: &str = "certificate.pem";
pub(super) const KEY_FILE: &str = "key.pem";

/// Which certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// The server's own, made where there is none.
    SelfSigned {
        /// Names and addresses that it is reached by, beside this machine's own.
        names: Vec<String>,
    },
    /// The operator's.
    Own {
        /// PEM file of the certificate, and of those that lead to its authority.
        certificate: PathBuf,
        /// PEM file of its key.
        key: PathBuf,
    },
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read.
    #[error("{} can't be read: {source}", path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is no PEM, or is cut.
    #[error("{} is no PEM file, or a part of one", .0.display())]
    NoPem(PathBuf),
    /// There is no certificate in the file.
    #[error("{} holds no certificate", .0.display())]
    NoCertificate(PathBuf),
    /// There is no key in the file.
    #[error("{} holds no private key, or one with a passphrase", .0.display())]
    NoKey(PathBuf),
    /// The key is another one's.
    #[error("{} is not the key of {}", key.display(), certificate.display())]
    Mismatch {
        /// The certificate.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// The certificate or key can't be used.
    #[error("{} can't be used: {source}", path.display())]
    Unusable {
        /// The certificate.
        path: PathBuf,
        /// Why.
        source: rustls::Error,
    },
    /// The certificate was made by the server and its key is gone.
    #[error("the key of {} is gone", .0.display())]
    KeyGone(PathBuf),
    /// A name can't stand in a certificate.
    #[error("`{0}` can't stand in a certificate")]
    Name(String),
    /// No certificate could be made.
    #[error("no certificate could be made: {0}")]
    Making(#[source] rcgen::Error),
    /// It could not be kept.
    #[error(transparent)]
    Folder(#[from] AccessError),
}

impl TlsError {
    /// What the operator can do.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "Check the path, and that this account may read the file.",
            Self::NoPem(_) | Self::NoCertificate(_) | Self::NoKey(_) => {
                "Name a file with `-----BEGIN CERTIFICATE-----` for the certificate, and one with a private key that \
                 has no passphrase."
            }
            Self::Mismatch { .. } => {
                "Name the two files that belong together. The certificate itself comes first in its file."
            }
            Self::Unusable { .. } => {
                "Use a certificate of version 3 with a key of ECDSA, Ed25519 or RSA with 2048 bits or more."
            }
            Self::KeyGone(_) => {
                "Put the key back from a copy. Or move the certificate away too: a new one is made then, and every device \
                 must be paired again."
            }
            Self::Name(_) => "Write names as the network knows them, in letters, digits, dots and dashes.",
            Self::Making(_) => "Try again, or name PEM files of your own.",
            Self::Folder(error) => error.next_step(),
        }
    }
}

/// What the server shows, ready to be used.
#[derive(Debug, Clone)]
pub struct Identity {
    /// For the listener.
    pub config: Arc<ServerConfig>,
    /// By which devices know the server.
    pub fingerprint: Fingerprint,
    /// Whether the certificate was made just now.
    pub is_new: bool,
    certificate: CertificateDer<'static>,
}

impl Identity {
    /// Those of the names that do not stand in the certificate. Paired devices do not mind; other programs do.
    #[must_use]
    pub fn lacks(&self, names: &[String]) -> Vec<String> {
        let Ok(parsed) = ParsedCertificate::try_from(&self.certificate) else {
            return names.to_vec();
        };
        let stands = |name: &&String| {
            ServerName::try_from(name.as_str())
                .is_ok_and(|name| rustls::client::verify_server_name(&parsed, &name).is_ok())
        };
        names.iter().filter(|name| !stands(name)).cloned().collect()
    }
}

/// Reads the certificate, or makes it. Waits for the disk.
///
/// # Errors
/// [`TlsError`] where the files can't be used.
pub fn identity(data_folder: &Path, tls: &Tls, clock: &Clock) -> Result<Identity, TlsError> {
    match tls {
        Tls::Own { certificate, key } => from_files(certificate, key),
        Tls::SelfSigned { names } => {
            let folder = Folder::open(data_folder)?;
            let is_new = make::where_missing(&folder, names, clock.now())?;
            let made = from_files(&folder.file(CERTIFICATE_FILE), &folder.file(KEY_FILE))?;
            Ok(Identity { is_new, ..made })
        }
    }
}

fn from_files(certificate: &Path, key: &Path) -> Result<Identity, TlsError> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unread(certificate, error, TlsError::NoCertificate))?;
    let first = chain.first().cloned();
    let first = first.ok_or_else(|| TlsError::NoCertificate(certificate.to_owned()))?;
    let key_der = PrivateKeyDer::from_pem_file(key).map_err(|error| unread(key, error, TlsError::NoKey))?;
    let config = config(chain, key_der).map_err(|source| unfit(certificate, key, source))?;
    Ok(Identity {
        config: Arc::new(config),
        fingerprint: Fingerprint::of(&first),
        is_new: false,
        certificate: first,
    })
}

/// The provider is named: there may be others in the program, and then there is no default.
fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn unread(path: &Path, error: pem::Error, none: fn(PathBuf) -> TlsError) -> TlsError {
    let path = path.to_owned();
    match error {
        pem::Error::Io(source) => TlsError::Unreadable { path, source },
        pem::Error::NoItemsFound => none(path),
        _ => TlsError::NoPem(path),
    }
}

fn unfit(certificate: &Path, key: &Path, source: rustls::Error) -> TlsError {
    match source {
        rustls::Error::InconsistentKeys(_) => TlsError::Mismatch {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        },
        source => TlsError::Unusable {
            path: certificate.to_owned(),
            source,
        },
    }
}
