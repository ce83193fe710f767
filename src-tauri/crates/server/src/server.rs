//! The running server: opened on a data folder, stopped without losing anything.

use crate::door::Door;
use crate::options::Options;
use crate::security::{AccessError, BindRefusal, Fingerprint, FirstStart, TlsError, UnfitOrigin, may_listen};
use crate::telemetry::UnfitTelemetry;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use wheelhouse_api::{LocalBackend, Settings};
use wheelhouse_contract::ApiError;

/// Open connections get this long to end by themselves.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It would listen where it must not.
    #[error(transparent)]
    Refused(#[from] BindRefusal),
    /// A name or origin of the options is none.
    #[error(transparent)]
    Name(#[from] UnfitOrigin),
    /// The address can't be listened at.
    #[error(
        "{address} can't be listened at: {cause}. Choose another port with --port, or end what listens there."
    )]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: io::Error,
    },
    /// The certificate can't be used.
    #[error("{} {}", .0, .0.next_step())]
    Tls(#[from] TlsError),
    /// The tokens can't be read.
    #[error("{} {}", .0, .0.next_step())]
    Access(#[from] AccessError),
    /// The address for figures can't be listened at.
    #[error("Figures can't be given out at {address}: {cause}. Choose another address with --metrics.")]
    Figures {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: io::Error,
    },
    /// What is to be seen of it from outside can't be.
    #[error(transparent)]
    Telemetry(#[from] UnfitTelemetry),
    /// The data folder can't be opened.
    #[error("{}", .0.in_words())]
    Data(ApiError),
}

/// A server that listens.
pub struct Server {
    backend: LocalBackend,
    door: Door,
}

impl Server {
    /// Opens the data folder and listens.
    ///
    /// # Errors
    /// [`StartError`] in words for whoever started it.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let settings = Settings {
            data_folder: options.data_folder.clone(),
            rehearsal_pace: options.rehearsal_pace,
        };
        // What can be refused without the data is refused first.
        may_listen(options.address(), options.tls.is_some(), options.plain_http)?;
        options.telemetry.check()?;
        let backend = LocalBackend::open(settings).await.map_err(StartError::Data)?;
        Self::on(backend, options).await
    }

    /// Listens for a backend that is open. It is closed again where that is not possible.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn on(backend: LocalBackend, options: Options) -> Result<Self, StartError> {
        match Door::open(&backend, options).await {
            Ok(door) => Ok(Self { backend, door }),
            Err(error) => {
                backend.close().await;
                Err(error)
            }
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.door.address
    }

    /// The fingerprint of its certificate; none where connections are not encrypted.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&Fingerprint> {
        self.door.fingerprint.as_ref()
    }

    /// Where figures are given out without a token; none where they are not.
    #[must_use]
    pub fn figures_at(&self) -> Option<SocketAddr> {
        self.door.figures_at
    }

    /// What is shown once: the first token and the first pairing code.
    pub fn take_first(&mut self) -> Option<FirstStart> {
        self.door.first.take()
    }

    /// The backend, for tests that look behind the server.
    #[must_use]
    pub fn backend(&self) -> &LocalBackend {
        &self.backend
    }

    /// Takes no more connections, tells those that are open, and closes the data folder. Unfinished workflows go on at the
    /// next start.
    pub async fn stop(self) {
        self.door.stopping.cancel();
        self.door.open.close();
        if tokio::time::timeout(LAST_WORDS, self.door.open.wait())
            .await
            .is_err()
        {
            tracing::warn!("some connections did not end in time");
        }
        let work = self.door.app.settled();
        if tokio::time::timeout(LAST_WORDS, work).await.is_err() {
            tracing::info!("some operations wait for runs that go on at the next start");
        }
        self.backend.close().await;
        self.door.watching.end().await;
    }
}
