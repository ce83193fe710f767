//! From the name of a model to something that answers: built in, or at a provider with the key it needs.
//!
//! Resolved at the moment of each call, so that a new key, a moved provider or a chosen model counts at once.

use crate::error::Error;
use crate::keys::{KeyError, KeyRing};
use std::sync::Arc;
use wheelhouse_agents::providers::{self, CallOptions, Checked, Clients, Endpoint};
use wheelhouse_agents::{Model, ModelRegistry};
use wheelhouse_domain::{Failure, FailureCode};
use wheelhouse_store::{ProviderRow, Store};

/// The models that agents can think with.
#[derive(Clone)]
pub struct Models {
    builtin: ModelRegistry,
    store: Store,
    keys: KeyRing,
    clients: Result<Clients, Failure>,
    options: CallOptions,
}

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

    /// The model of that name, ready to be called.
    pub(crate) async fn get(&self, name: &str) -> Result<Arc<dyn Model>, NoModel> {
        let Some((provider, model)) = name.split_once('/') else {
            return self.builtin.get(name).map_err(NoModel::Failed);
        };
        let row = self
            .store
            .provider_by_name(provider)
            .await
            .map_err(|error| NoModel::Failed(unreadable(error)))?;
        let row = row.ok_or_else(|| NoModel::Failed(no_provider(provider)))?;
        let endpoint = self.endpoint(&row).await?;
        let client = self.client_for(&endpoint).map_err(NoModel::Failed)?;
        let model = providers::model(name.to_owned(), model.to_owned(), endpoint, client, self.options);
        Ok(Arc::new(model))
    }

    /// Speaks to a provider, and to one of its models if named.
    ///
    /// # Errors
    /// [`Failure`] with what went wrong and what to do.
    pub async fn check(&self, row: &ProviderRow, model: Option<&str>) -> Result<Checked, Failure> {
        let endpoint = self.endpoint(row).await.map_err(into_failure)?;
        providers::check(&endpoint, model, &self.client_for(&endpoint)?).await
    }

    /// The models that a provider lists.
    ///
    /// # Errors
    /// [`Failure`] with what went wrong and what to do.
    pub async fn list(&self, row: &ProviderRow) -> Result<Vec<String>, Failure> {
        let endpoint = self.endpoint(row).await.map_err(into_failure)?;
        providers::list_models(&endpoint, &self.client_for(&endpoint)?).await
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

    fn client_for(&self, endpoint: &Endpoint) -> Result<reqwest::Client, Failure> {
        let clients = self.clients.as_ref().map_err(Clone::clone)?;
        Ok(clients.for_address(&endpoint.base_url).clone())
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
}

fn unreadable(error: wheelhouse_store::Error) -> Failure {
    let error = Error::from(error);
    Failure::passing(
        FailureCode::Internal,
        format!("The provider of this model could not be read: {error}."),
        "It is tried again. If it keeps failing, check the disk and look into the log.",
    )
}
