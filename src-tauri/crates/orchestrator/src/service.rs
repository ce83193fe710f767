//! Owns a data folder and everything that runs in it.

use crate::budgets::Accounts;
use crate::error::Error;
use crate::folder::FolderLock;
use crate::handle::{Bulk, Handle};
use crate::keys::{KeyError, KeyOptions, KeyRing};
use crate::knowledge::{KnowledgeError, KnowledgeHandle, KnowledgeOptions};
use crate::lines::Lines;
use crate::live::Live;
use crate::models::Models;
use crate::options::Options;
use crate::registry::Registry;
use crate::retention::{Housekeeper, keep_house};
use crate::schedules::{Schedules, keep_time};
use crate::templates::seed_templates;
use crate::tool_servers::{ToolServers, keep_tool_servers};
use crate::transfers::{Bounds, Transfers};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};
use wheelhouse_domain::Millis;
use wheelhouse_store::knowledge::KnowledgeStore;
use wheelhouse_store::{Options as StoreOptions, Store};
use wheelhouse_tools::{Checkpoints, Surroundings, SystemResolver, Toolbox};

/// What all parts of a running orchestrator share.
pub(crate) struct Inner {
    pub(crate) options: Options,
    pub(crate) store: Store,
    pub(crate) knowledge: KnowledgeHandle,
    pub(crate) keys: KeyRing,
    pub(crate) models: Models,
    pub(crate) accounts: Accounts,
    pub(crate) lines: Arc<Lines>,
    pub(crate) toolbox: Toolbox,
    pub(crate) tool_servers: ToolServers,
    pub(crate) live: Live,
    pub(crate) bulk: Bulk,
    pub(crate) registry: Registry,
    pub(crate) housekeeper: Housekeeper,
    pub(crate) schedules: Schedules,
    /// Held while a run leaves: one at a time.
    pub(crate) departing: tokio::sync::Mutex<()>,
    pub(crate) transfers: Transfers,
    pub(crate) closing: CancellationToken,
    pub(crate) tracker: TaskTracker,
    pub(crate) model_calls: Semaphore,
    pub(crate) started_at: Millis,
}

/// A running orchestrator. Ask through [`Orchestrator::handle`]; end it with [`Orchestrator::shutdown`].
pub struct Orchestrator {
    inner: Arc<Inner>,
    _folder: FolderLock,
}

impl Orchestrator {
    /// Takes the data folder, opens what is in it and goes on with every unfinished workflow.
    ///
    /// # Errors
    /// [`Error`] where another process owns the folder or what is in it can't be opened.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let folder = FolderLock::acquire(&options.data_folder)?;
        Self::start_in(folder, options).await
    }

    /// The same in a data folder that is taken already: `folder` is the one that `options` names.
    ///
    /// # Errors
    /// [`Error`] where what is in it can't be opened. Then the folder is free again.
    pub async fn start_in(folder: FolderLock, options: Options) -> Result<Self, Error> {
        let store = Store::open(StoreOptions {
            folder: options.data_folder.clone(),
            now: options.world.now(),
            file_layer: options.file_layer.clone(),
        })
        .await?;
        let knowledge = open_knowledge(&options.data_folder).await?;
        let keys = open_keys(&options, &store).await?;
        let models = Models::new(options.models.clone(), store.clone(), keys.clone());
        let inner = Arc::new(Inner {
            keys,
            models,
            transfers: open_transfers(&options).await?,
            accounts: Accounts::open(&store, options.world.now()).await?,
            started_at: options.world.now(),
            model_calls: Semaphore::new(options.parallel_calls),
            toolbox: open_toolbox(&options),
            tool_servers: ToolServers::default(),
            options,
            store,
            knowledge,
            lines: Arc::default(),
            live: Live::default(),
            bulk: Bulk::default(),
            registry: Registry::default(),
            housekeeper: Housekeeper::default(),
            schedules: Schedules::default(),
            departing: tokio::sync::Mutex::default(),
            closing: CancellationToken::new(),
            tracker: TaskTracker::new(),
        });
        seed_templates(&inner).await?;
        recover(&inner).await?;
        let handle = Handle::new(Arc::clone(&inner));
        // Keys that were locked when a run stopped to ask may be open now: by another place or the environment.
        handle.answer_open_keys().await?;
        keep_house(&inner);
        keep_time(&inner);
        keep_tool_servers(&inner);
        Ok(Self {
            inner,
            _folder: folder,
        })
    }

    /// The way in.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.inner))
    }

    /// Stops what is in flight, waits for what is being written, and closes. Unfinished workflows go on at the
    /// next start.
    pub async fn shutdown(self) {
        self.inner.closing.cancel();
        self.inner.tracker.close();
        self.inner.tracker.wait().await;
        self.inner.knowledge.shutdown().await;
        if let Err(error) = self.inner.store.close().await {
            error!(%error, "the journal did not close cleanly; it is whole, and checked at the next start");
        }
    }
}

async fn open_keys(options: &Options, store: &Store) -> Result<KeyRing, KeyError> {
    let mut settings = KeyOptions::new(options.data_folder.clone(), store.identity().uid.0);
    settings.keychain = options.keychain.clone();
    settings.environment = options.environment.clone();
    KeyRing::open(settings).await
}

/// The guarded tools. What stood in files before agents wrote them is kept in the data folder.
fn open_toolbox(options: &Options) -> Toolbox {
    let world = Arc::clone(&options.world);
    Toolbox::new(Surroundings {
        checkpoints: Some(Checkpoints::new(options.data_folder.join("checkpoints"))),
        resolver: Arc::new(SystemResolver),
        now: Arc::new(move || world.now()),
    })
}

async fn open_transfers(options: &Options) -> Result<Transfers, Error> {
    let (folder, world) = (options.data_folder.clone(), Arc::clone(&options.world));
    let opening = tokio::task::spawn_blocking(move || Transfers::open(&folder, Bounds::default(), world));
    opening.await.map_err(|_| Error::ShuttingDown)
}

async fn open_knowledge(folder: &Path) -> Result<KnowledgeHandle, KnowledgeError> {
    let opened = KnowledgeStore::open(folder).await?;
    for notice in &opened.notices {
        warn!(%notice, "the knowledge's database");
    }
    KnowledgeHandle::open(opened.store, KnowledgeOptions::default()).await
}

/// A run that can't be loaded must not keep the others from going on.
async fn recover(inner: &Arc<Inner>) -> Result<(), Error> {
    for row in inner.store.unfinished_workflows().await? {
        match inner.registry.wake(inner, row.id).await {
            Ok(()) => info!(workflow = row.id.0, "goes on"),
            Err(error) => error!(workflow = row.id.0, %error, "could not go on"),
        }
    }
    Ok(())
}
