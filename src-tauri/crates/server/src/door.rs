//! What a server opens for others to come in: its address, who is let in, and what is found behind it.

use crate::listen::{Listening, bind};
use crate::options::Options;
use crate::security::{
    Access, Clock, Connections, Fingerprint, FirstStart, Guard, Identity, Last, LimitOptions, Origins,
    PairingDesk, Routes, ServerAccess, guard, identity, may_listen, meant_here, pairing_routes,
};
use crate::server::StartError;
use crate::state::App;
use crate::telemetry::{METRICS_PATH, Scrape, Telemetry, Watching, metrics};
use crate::{events, exchange, health, openapi, routes};
use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wheelhouse_api::LocalBackend;
use wheelhouse_contract::socket::EVENTS_PATH;

/// Connections to the address of figures: a few scrapers, and somebody who looks.
const FIGURES_CONNECTIONS: usize = 16;

/// An open door.
pub(crate) struct Door {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    pub(crate) fingerprint: Option<Fingerprint>,
    pub(crate) first: Option<FirstStart>,
    pub(crate) stopping: CancellationToken,
    pub(crate) open: TaskTracker,
    pub(crate) watching: Watching,
    pub(crate) figures_at: Option<SocketAddr>,
}

/// An address, and who may use it.
struct Entrance {
    listener: TcpListener,
    address: SocketAddr,
    identity: Option<Identity>,
    origins: Origins,
    access: ServerAccess,
    first: Option<FirstStart>,
    clock: Clock,
}

impl Entrance {
    async fn open(options: &Options) -> Result<Self, StartError> {
        let wanted = options.address();
        may_listen(wanted, options.tls.is_some(), options.plain_http)?;
        let origins = Origins::new(options.tls.is_some(), &options.names, &options.origins)?;
        let clock = Clock::system();
        let access = ServerAccess::open(&options.data_folder, clock.clone())?;
        let first = access.first_start()?;
        let identity = options
            .tls
            .as_ref()
            .map(|tls| identity(&options.data_folder, tls, &clock))
            .transpose()?;
        let failed = |cause| StartError::Address {
            address: wanted,
            cause,
        };
        let listener = bind(wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Last::new(address, options.tls.as_ref()).keep(&options.data_folder)?;
        Ok(Self {
            listener,
            address,
            identity,
            origins,
            access,
            first,
            clock,
        })
    }

    /// What looks at every request first.
    fn guard(&self, limits: &LimitOptions) -> Guard {
        let routes = Routes::of_the_table()
            .and(Method::GET, openapi::PATH, Access::Read)
            .and(Method::GET, METRICS_PATH, Access::Read);
        let tokens = self.access.tokens().clone();
        Guard::new(tokens, self.origins.clone(), limits, &self.clock, routes)
    }
}

impl Door {
    /// Listens for a backend that is open.
    pub(crate) async fn open(backend: &LocalBackend, options: Options) -> Result<Self, StartError> {
        let metrics_at = options.telemetry.own_address()?;
        let entrance = Entrance::open(&options).await?;
        let (stopping, open) = (CancellationToken::new(), TaskTracker::new());
        let local = backend.local().clone().named(&options.name);
        let uid = local.handle().store().identity().uid.to_string();
        let (telemetry, watching) = Watching::begin(&options.telemetry, &local, &uid)?;
        let tokens = entrance.access.tokens().clone();
        let app = App::new(local, tokens.clone(), telemetry.clone(), stopping.clone());
        let desk = PairingDesk {
            pairing: entrance.access.pairing().clone(),
            server: options.name.clone(),
            store: uid,
        };
        let connections = Connections::new(&options.limits);
        let scrape = Scrape::new(&telemetry, app.local(), &connections);
        let (scrape, figures_at) = match metrics_at.zip(scrape.clone()) {
            None => (scrape, None),
            Some((at, scrape)) => (None, Some(figures_door(at, scrape, &stopping, &open).await?)),
        };
        let identity = entrance.identity.as_ref();
        let listening = Listening {
            tls: identity.map(|identity| identity.config.clone()),
            routes: all_routes(app.clone(), desk, entrance.guard(&options.limits), scrape),
            listener: entrance.listener,
            connections,
            telemetry,
            header_time: options.limits.header_time(),
            handshake_time: options.limits.handshake_time(),
            stopping: stopping.clone(),
            open: open.clone(),
        };
        open.spawn(listening.run());
        let until = stopping.clone();
        open.spawn(async move { tokens.follow(until).await });
        Ok(Self {
            app,
            address: entrance.address,
            fingerprint: entrance.identity.map(|identity| identity.fingerprint),
            first: entrance.first,
            stopping,
            open,
            watching,
            figures_at,
        })
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
