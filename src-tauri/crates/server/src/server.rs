//! The running server: opened on a data folder, stopped without losing anything.

use crate::listen::{Listening, bind};
use crate::options::Options;
use crate::security::{
    Access, AccessError, BindRefusal, Clock, Connections, Fingerprint, FirstStart, Guard, Last, LimitOptions,
    Origins, PairingDesk, Routes, ServerAccess, TlsError, UnfitOrigin, guard, identity, may_listen,
    meant_here, pairing_routes,
};
use crate::state::App;
use crate::telemetry::{METRICS_PATH, Scrape, Telemetry, UnfitTelemetry, Watching, metrics};
use crate::{events, exchange, health, openapi, routes};
use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wheelhouse_api::{LocalBackend, Settings};
use wheelhouse_contract::ApiError;
use wheelhouse_contract::socket::EVENTS_PATH;

/// Connections to the address of figures: a few scrapers, and somebody who looks.
const FIGURES_CONNECTIONS: usize = 16;

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

/// What was opened for others to come in.
struct Door {
    app: App,
    address: SocketAddr,
    fingerprint: Option<Fingerprint>,
    first: Option<FirstStart>,
    stopping: CancellationToken,
    open: TaskTracker,
    watching: Watching,
    figures_at: Option<SocketAddr>,
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
        match Self::listen(&backend, options).await {
            Ok(door) => Ok(Self { backend, door }),
            Err(error) => {
                backend.close().await;
                Err(error)
            }
        }
    }

    async fn listen(backend: &LocalBackend, options: Options) -> Result<Door, StartError> {
        let wanted = options.address();
        may_listen(wanted, options.tls.is_some(), options.plain_http)?;
        let metrics_at = options.telemetry.own_address()?;
        let origins = Origins::new(options.tls.is_some(), &options.names, &options.origins)?;
        let clock = Clock::system();
        let access = ServerAccess::open(&options.data_folder, clock.clone())?;
        let first = access.first_start()?;
        let identity = options
            .tls
            .as_ref()
            .map(|tls| identity(&options.data_folder, tls, &clock))
            .transpose()?;
        let listener = bind(wanted).await.map_err(|cause| StartError::Address {
            address: wanted,
            cause,
        })?;
        let address = listener.local_addr().map_err(|cause| StartError::Address {
            address: wanted,
            cause,
        })?;
        Last::new(address, options.tls.as_ref()).keep(&options.data_folder)?;
        let stopping = CancellationToken::new();
        let open = TaskTracker::new();
        let local = backend.local().clone().named(&options.name);
        let uid = local.handle().store().identity().uid.to_string();
        let (telemetry, watching) = Watching::begin(&options.telemetry, &local, &uid)?;
        let app = App::new(
            local,
            access.tokens().clone(),
            telemetry.clone(),
            stopping.clone(),
        );
        let desk = PairingDesk {
            pairing: access.pairing().clone(),
            server: options.name.clone(),
            store: uid,
        };
        let guards = Guard::new(
            access.tokens().clone(),
            origins,
            &options.limits,
            &clock,
            Routes::of_the_table()
                .and(Method::GET, openapi::PATH, Access::Read)
                .and(Method::GET, METRICS_PATH, Access::Read),
        );
        let connections = Connections::new(&options.limits);
        let scrape = Scrape::new(&telemetry, app.local(), &connections);
        let (scrape, figures_at) = match metrics_at.zip(scrape.clone()) {
            None => (scrape, None),
            Some((at, scrape)) => (None, Some(figures_door(at, scrape, &stopping, &open).await?)),
        };
        let listening = Listening {
            listener,
            tls: identity.as_ref().map(|identity| identity.config.clone()),
            routes: all_routes(app.clone(), desk, guards, scrape),
            connections,
            telemetry,
            header_time: options.limits.header_time(),
            handshake_time: options.limits.handshake_time(),
            stopping: stopping.clone(),
            open: open.clone(),
        };
        open.spawn(listening.run());
        let follow = access.tokens().clone();
        let until = stopping.clone();
        open.spawn(async move { follow.follow(until).await });
        let fingerprint = identity.map(|identity| identity.fingerprint);
        Ok(Door {
            app,
            address,
            fingerprint,
            first,
            stopping,
            open,
            watching,
            figures_at,
        })
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

/// Opens an address of this machine alone where figures are given out to whoever asks. Gives the address.
async fn figures_door(
    wanted: SocketAddr,
    scrape: Scrape,
    stopping: &CancellationToken,
    open: &TaskTracker,
) -> Result<SocketAddr, StartError> {
    let failed = |cause| StartError::Figures {
        address: wanted,
        cause,
    };
    let listener = bind(wanted).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let limits = LimitOptions {
        connections: FIGURES_CONNECTIONS,
        connections_per_address: FIGURES_CONNECTIONS,
        ..LimitOptions::default()
    };
    let routes = Router::new()
        .route(METRICS_PATH, get(metrics).with_state(scrape))
        .fallback(exchange::nowhere)
        .layer(from_fn_with_state(Origins::new(false, &[], &[])?, meant_here))
        .layer(from_fn_with_state(Telemetry::default(), exchange::exchange));
    let listening = Listening {
        listener,
        tls: None,
        routes,
        connections: Connections::new(&limits),
        telemetry: Telemetry::default(),
        header_time: limits.header_time(),
        handshake_time: limits.handshake_time(),
        stopping: stopping.clone(),
        open: open.clone(),
    };
    open.spawn(listening.run());
    Ok(address)
}

fn all_routes(app: App, desk: PairingDesk, guards: Guard, scrape: Option<Scrape>) -> Router {
    let telemetry = app.telemetry().clone();
    let router = routes::routes()
        .route("/health", get(health::health))
        .route("/ready", get(health::ready))
        .route(openapi::PATH, get(openapi::document))
        .route(EVENTS_PATH, get(events::upgrade))
        .fallback(exchange::nowhere)
        .with_state(app)
        .merge(pairing_routes(desk));
    let router = match scrape {
        Some(scrape) => router.route(METRICS_PATH, get(metrics).with_state(scrape)),
        None => router,
    };
    router
        .layer(from_fn_with_state(guards, guard))
        .layer(from_fn_with_state(telemetry, exchange::exchange))
}
