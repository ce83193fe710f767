//! A server over a whole backend on a folder of its own, and clients of it.

use crate::within;
use crate::workbench::Setup;
use std::path::Path;
use tempfile::TempDir;
use wheelhouse_api::Local;
use wheelhouse_api::remote::{Address, Remote, RemoteAddress, Token};
use wheelhouse_server::{Options, Server};

/// A server that listens on this machine.
pub struct Served {
    server: Option<Server>,
    setup: Setup,
    options: Options,
    token: String,
    // After the server: it must let go of the folder first.
    folder: TempDir,
}

impl Served {
    /// The usual one: `rehearsal` without pauses.
    pub async fn open() -> Self {
        Self::with(Setup::default(), |_| {}).await
    }

    /// One with another set-up and other options.
    ///
    /// # Panics
    /// Where it can't be started.
    pub async fn with(setup: Setup, change: impl FnOnce(&mut Options)) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut options = Options::local(folder.path().to_owned());
        "Workshop".clone_into(&mut options.name);
        change(&mut options);
        let mut server = start(&setup, &options).await;
        let first = server.take_first().expect("the first start shows a token");
        let token = first.token.token.expose().to_owned();
        // Whoever stops and starts it wants it at the same place.
        options.port = server.address().port();
        Self {
            server: Some(server),
            setup,
            options,
            token,
            folder,
        }
    }

    /// The server.
    ///
    /// # Panics
    /// While it is stopped.
    #[must_use]
    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("the server runs")
    }

    /// The operations behind it.
    #[must_use]
    pub fn api(&self) -> &Local {
        self.server().backend().local()
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where `path` is.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.options.port)
    }

    /// The first token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A client of it.
    ///
    /// # Panics
    /// Where its address can't be read.
    #[must_use]
    pub fn remote(&self) -> Remote {
        let address = RemoteAddress {
            url: Address::parse(&self.url("")).expect("an address"),
            pinned: None,
            token: Token::parse(self.token.clone()).expect("a token"),
        };
        Remote::new(address).expect("a client")
    }

    /// Stops it.
    pub async fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            within("the server stops", server.stop()).await;
        }
    }

    /// Starts it again at the same place.
    pub async fn start(&mut self) {
        self.stop().await;
        self.server = Some(start(&self.setup, &self.options).await);
    }
}

async fn start(setup: &Setup, options: &Options) -> Server {
    let backend = setup
        .open_in(&options.data_folder)
        .await
        .expect("the backend opens");
    within("the server starts", Server::on(backend, options.clone()))
        .await
        .expect("the server starts")
}
