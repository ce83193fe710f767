//! From the name of a model to something that answers: built in, or at a provider with the key it needs.
//!
//! Resolved at the moment of each call, so that a new key, a moved provider or a chosen model counts at once.

use crate::error::Error;
use crate::keys::{KeyError, KeyRing};
use crate::lines::Door;
use crate::prices::is_on_this_machine;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use wheelhouse_agents::providers::{self, CallOptions, Checked, Clients, Endpoint};
use wheelhouse_agents::{Model, ModelRegistry};
use wheelhouse_domain::{Failure, FailureCode, ProviderUid, usual_parallel};
use wheelhouse_store::{ProviderRow, Store};

/// The models that agents can think with.
#[derive(Clone)]
pub struct Models {
    builtin: ModelRegistry,
    store: Store,
    keys: KeyRing,
    clients: Result<Clients, Failure>,
    options: CallOptions,
    /// What providers said of what their models read, by provider and address, for as long as this process lives.
    windows: Arc<Mutex<HashMap<(ProviderUid, String), Windows>>>,
}

/// What a provider said.
struct Windows {
    /// Tokens by model.
    models: BTreeMap<String, u32>,
    /// When it is asked again; never, where it gave a list.
    again: Option<Instant>,
}

impl Windows {
    fn unknown() -> Self {
        Self {
            models: BTreeMap::new(),
            again: Some(Instant::now() + WINDOW_PAUSE),
        }
    }

    fn is_stale(&self) -> bool {
        self.again.is_some_and(|again| again <= Instant::now())
    }
}

/// How long a provider that gave no list is left alone.
const WINDOW_PAUSE: Duration = Duration::from_secs(5 * 60);

/// Longest wait for what a provider says of its models before one of them is asked.
const WINDOW_PATIENCE: Duration = Duration::from_secs(3);

/// Why there is no model to call.
pub(crate) enum NoModel {
    /// Its provider's key is locked. The operator can open the keys.
    Locked {
        /// The provider.
        provider: String,
    },
    /// Anything else.
    Failed(Failure),
}

impl Models {
    pub(crate) fn new(builtin: ModelRegistry, store: Store, keys: KeyRing) -> Self {
        let options = CallOptions::default();
        Self {
            builtin,
            store,
            keys,
            clients: Clients::new(&options),
            options,
            windows: Arc::default(),
        }
    }

    /// Names of the models that need no provider.
    #[must_use]
    pub fn builtin_names(&self) -> Vec<String> {
        self.builtin.names().into_iter().map(str::to_owned).collect()
    }

    /// Whether a model is the rule-based stand-in.
    #[must_use]
    pub fn is_rehearsal(&self, name: &str) -> bool {
        self.builtin.get(name).is_ok_and(|model| model.is_rehearsal())
    }

    /// Where calls of the model of that name stand in line; none for what needs no provider.
    pub(crate) async fn door(&self, name: &str) -> Result<Option<Door>, NoModel> {
        let Some((provider, model)) = name.split_once('/') else {
            return Ok(None);
        };
        let row = self.provider(provider).await?;
        let usual = usual_parallel(is_on_this_machine(&row.base_url));
        Ok(Some(Door {
            provider: row.uid,
            model: model.to_owned(),
            places: row.limits.parallel.unwrap_or(usual),
            name: row.name,
        }))
    }

    /// Tokens that a model reads and writes in one call: what the operator set, else what its provider says; none where
    /// nobody knows.
    pub(crate) async fn window(&self, name: &str) -> Option<u32> {
        let (provider, model) = name.split_once('/')?;
        let row = self.provider(provider).await.ok()?;
        if let Some(set) = row.limits.windows.get(model) {
            return Some(*set);
        }
        let place = (row.uid, row.base_url.clone());
        if let Some(known) = self.windows().get(&place)
            && !known.is_stale()
        {
            return known.models.get(model).copied();
        }
        let listed = tokio::time::timeout(WINDOW_PATIENCE, self.list(&row)).await;
        if !matches!(listed, Ok(Ok(_))) {
            // Its models have no known window for a while, so that not every call waits for a list that does not come.
            self.windows().insert(place.clone(), Windows::unknown());
        }
        self.windows().get(&place)?.models.get(model).copied()
    }

    fn windows(&self) -> MutexGuard<'_, HashMap<(ProviderUid, String), Windows>> {
        // One statement changes it, so a panic elsewhere leaves nothing half done.
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn provider(&self, name: &str) -> Result<ProviderRow, NoModel> {
        let row = self.store.provider_by_name(name).await;
        row.map_err(|error| NoModel::Failed(unreadable(error)))?
            .ok_or_else(|| NoModel::Failed(no_provider(name)))
    }

    /// The model of that name, ready to be called.
    pub(crate) async fn get(&self, name: &str) -> Result<Arc<dyn Model>, NoModel> {
        let Some((provider, model)) = name.split_once('/') else {
            return self.builtin.get(name).map_err(NoModel::Failed);
        };
        let row = self.provider(provider).await?;
        let endpoint = self.endpoint(&row).await?;
        let clients = self.clients().map_err(NoModel::Failed)?.clone();
        let model = providers::model(name.to_owned(), model.to_owned(), endpoint, clients, self.options);
        Ok(Arc::new(model))
    }

    /// Speaks to a provider, and to one of its models if named.
    ///
    /// # Errors
    /// [`Failure`] with what went wrong and what to do.
    pub async fn check(&self, row: &ProviderRow, model: Option<&str>) -> Result<Checked, Failure> {
        let endpoint = self.endpoint(row).await.map_err(into_failure)?;
        providers::check(&endpoint, model, self.clients()?).await
    }

    /// The models that a provider lists, each with the tokens that it reads and writes in one call where that is known.
    ///
    /// # Errors
    /// [`Failure`] with what went wrong and what to do.
    pub async fn list(&self, row: &ProviderRow) -> Result<BTreeMap<String, Option<u32>>, Failure> {
        let endpoint = self.endpoint(row).await.map_err(into_failure)?;
        let known = providers::known_models(&endpoint, self.clients()?).await?;
        let models = known
            .iter()
            .filter_map(|(name, window)| Some((name.clone(), (*window)?)))
            .collect();
        let windows = Windows { models, again: None };
        self.windows().insert((row.uid, row.base_url.clone()), windows);
        let best = |(name, window): (String, Option<u32>)| {
            let window = row.limits.windows.get(&name).copied().or(window);
            (name, window)
        };
        Ok(known.into_iter().map(best).collect())
    }

    /// Whether a model is built in or its provider is known. Whether the provider has it shows when it is called.
    pub(crate) async fn is_there(&self, name: &str) -> Result<bool, Error> {
        match name.split_once('/') {
            Some((provider, _)) => Ok(self.store.provider_by_name(provider).await?.is_some()),
            None => Ok(self.builtin.get(name).is_ok()),
        }
    }

    /// Whether a model runs on this machine. One that is not known does not. What counts for a call is what the model says
    /// that is called: its provider may have moved since.
    pub(crate) async fn run_here(&self, name: &str) -> Result<bool, Error> {
        let Some((provider, model)) = name.split_once('/') else {
            return Ok(self.builtin.get(name).is_ok_and(|model| model.runs_here()));
        };
        let row = self.store.provider_by_name(provider).await?;
        Ok(row.is_some_and(|row| providers::runs_here(&row.base_url, model)))
    }

    fn clients(&self) -> Result<&Clients, Failure> {
        self.clients.as_ref().map_err(Clone::clone)
    }

    async fn endpoint(&self, row: &ProviderRow) -> Result<Endpoint, NoModel> {
        let key = match self.keys.get_for(&row.name, row.uid.0).await {
            Ok(key) => key.map(Into::into),
            Err(KeyError::Locked) => {
                return Err(NoModel::Locked {
                    provider: row.name.clone(),
                });
            }
            Err(error) => return Err(NoModel::Failed(no_key(&row.name, &error))),
        };
        Ok(Endpoint {
            kind: row.kind,
            base_url: row.base_url.clone(),
            key,
        })
    }
}

fn into_failure(why: NoModel) -> Failure {
    match why {
        NoModel::Failed(failure) => failure,
        NoModel::Locked { provider } => no_key(&provider, &KeyError::Locked),
    }
}

fn no_key(provider: &str, error: &KeyError) -> Failure {
    Failure::lasting(
        FailureCode::ModelRefused,
        format!("The key of the provider “{provider}” can't be used. {error}"),
        error.next_step(),
    )
}

fn no_provider(name: &str) -> Failure {
    Failure::lasting(
        FailureCode::AgentMissing,
        format!("There is no provider “{name}” any more."),
        "Choose another model for the agent or the task, or add the provider again in Settings, then retry.",
    )
    .for_another_model()
}

fn unreadable(error: wheelhouse_store::Error) -> Failure {
    let error = Error::from(error);
    Failure::passing(
        FailureCode::Internal,
        format!("The provider of this model could not be read: {error}."),
        "It is tried again. If it keeps failing, check the disk and look into the log.",
    )
}
