//! What the operator arranges for all runs: providers and their keys, models, agents.

use crate::error::Error;
use crate::handle::{Handle, Wish};
use crate::keys::{KeyError, KeyOrigin, Passphrase, Secret};
use tracing::warn;
use uuid::Uuid;
use wheelhouse_domain::{AgentId, DefaultModels, ProviderId, ProviderUid, QuestionKind};
use wheelhouse_store::{AgentEdit, Error as StoreError, NewProvider, ProviderRow, QuestionRow};

/// Said in place of an answer when the keys were opened.
const OPENED: &str = "The keys are open.";

impl Handle {
    /// Adds a provider, or changes one.
    ///
    /// # Errors
    /// [`Error::Store`] where the name is taken or the provider is gone.
    pub async fn save_provider(&self, wish: Wish<'_>, provider: NewProvider) -> Result<ProviderRow, Error> {
        let name = provider.name.clone();
        let before = match provider.id {
            Some(id) => self.store().provider(id).await?,
            None => None,
        };
        let (request, now) = self.arrangement(wish);
        match self.store().save_provider(provider, request, now).await {
            Ok(row) => {
                let stayed =
                    before.is_some_and(|before| (before.kind, &before.base_url) == (row.kind, &row.base_url));
                if !stayed {
                    self.forget_pauses(row.uid);
                }
                Ok(row)
            }
            Err(error) => {
                self.unless_known(wish, error)?;
                let row = self.store().provider_by_name(&name).await?;
                row.ok_or_else(|| Error::RequestKeyReused(wish.operation.to_owned()))
            }
        }
    }

    /// Removes a provider and its key. Says whether it was still there.
    ///
    /// # Errors
    /// [`Error::Keys`] where its key can't be forgotten now; then the provider stays.
    pub async fn remove_provider(&self, wish: Wish<'_>, id: ProviderId) -> Result<bool, Error> {
        let row = self.store().provider(id).await?;
        if let Some(row) = &row
            && self.keys().has(row.uid.0)
        {
            // First the key: a provider without a key is harmless, a key without a provider is forgotten about.
            match self.keys().remove(row.uid.0).await {
                // It can't be reached from here, and nothing will ever ask for it again.
                Err(KeyError::KeychainAbsent) => {
                    warn!(provider = %row.name, "the key stays in a keychain that is not available now");
                }
                removed => removed?,
            }
        }
        let (request, now) = self.arrangement(wish);
        let removed = match self.store().remove_provider(id, request, now).await {
            Ok(removed) => removed,
            Err(error) => self.unless_known(wish, error).map(|()| true)?,
        };
        if let Some(row) = row {
            self.forget_pauses(row.uid);
        }
        Ok(removed)
    }

    /// Lets calls go that wait because this provider asked for it: it may know nothing of that any more.
    fn forget_pauses(&self, provider: ProviderUid) {
        self.inner().lines.forget(|other| other == provider);
    }

    /// Keeps the key of a provider; an empty one is forgotten.
    ///
    /// # Errors
    /// [`Error::Keys`] where the key can't be one, or can't be kept now.
    pub async fn set_key(&self, provider: &ProviderRow, key: String) -> Result<(), Error> {
        if key.trim().is_empty() {
            self.keys().remove(provider.uid.0).await?;
        } else {
            let key = Secret::parse(key).map_err(KeyError::from)?;
            self.keys().set(provider.uid.0, key).await?;
        }
        // An allowance belongs to a key.
        self.forget_pauses(provider.uid);
        Ok(())
    }

    /// Opens the file of keys, or makes it. Tasks that waited for it go on.
    ///
    /// # Errors
    /// [`Error::Keys`] where the passphrase does not fit.
    pub async fn unlock_keys(&self, passphrase: String) -> Result<(), Error> {
        self.keys().unlock(Passphrase::new(passphrase)).await?;
        // Keys may have been used elsewhere, or their file replaced, while they were locked.
        self.inner().lines.forget(|provider| self.keys().has(provider.0));
        self.answer_open_keys().await
    }

    /// Lets the tasks go on that stopped because keys were locked, if theirs can be read by now: the keys were opened, or
    /// the environment gives one.
    pub(crate) async fn answer_open_keys(&self) -> Result<(), Error> {
        let locked = self.keys().state().locked;
        for question in self.store().open_questions().await? {
            if question.kind != QuestionKind::KeysLocked
                || (locked && !self.is_given_a_key(&question).await?)
            {
                continue;
            }
            let key = format!("keys-{}", Uuid::now_v7());
            let wish = Wish {
                key: &key,
                operation: "unlock_keys",
            };
            if let Err(error) = self.answer(wish, question.id, OPENED).await {
                // Somebody may have cancelled the run in this moment. The others must go on all the same.
                warn!(%error, workflow = question.workflow_id.0, "a task could not go on after the keys were opened");
            }
        }
        Ok(())
    }

    /// Whether the environment gives the key that the task of `question` needs.
    async fn is_given_a_key(&self, question: &QuestionRow) -> Result<bool, Error> {
        let task = self.store().task(question.workflow_id, question.task_id).await?;
        let Some(id) = task.and_then(|task| task.agent_id) else {
            return Ok(false);
        };
        let Some(agent) = self.store().agent(id).await? else {
            return Ok(false);
        };
        let defaults = self.store().default_models().await?;
        let model = defaults.resolve(agent.kind, &agent.model);
        let Some((provider, _)) = model.split_once('/') else {
            return Ok(false);
        };
        let row = self.store().provider_by_name(provider).await?;
        let origin = row.and_then(|row| self.keys().origin_for(&row.name, row.uid.0));
        Ok(origin == Some(KeyOrigin::Environment))
    }

    /// Sets the models that are used when an agent names none.
    ///
    /// # Errors
    /// [`Error::Store`] where it could not be written.
    pub async fn save_default_models(&self, wish: Wish<'_>, models: DefaultModels) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let saved = self.store().save_default_models(models, request, now).await;
        saved.or_else(|error| self.unless_known(wish, error))
    }

    /// Changes an agent.
    ///
    /// # Errors
    /// [`Error::Store`] where somebody else changed it since it was read.
    pub async fn update_agent(&self, wish: Wish<'_>, edit: AgentEdit) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let updated = self.store().update_agent(edit, request, now).await;
        updated.map(drop).or_else(|error| self.unless_known(wish, error))
    }

    /// Lets an agent work or not.
    ///
    /// # Errors
    /// [`Error::Store`] for the permanent crew.
    pub async fn set_agent_enabled(&self, wish: Wish<'_>, id: AgentId, enabled: bool) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let set = self.store().set_agent_enabled(id, enabled, request, now).await;
        set.map(drop).or_else(|error| self.unless_known(wish, error))
    }

    pub(crate) fn unless_known(&self, wish: Wish<'_>, error: StoreError) -> Result<(), Error> {
        match error {
            StoreError::RequestRepeated(record) if record.operation == wish.operation => Ok(()),
            StoreError::RequestRepeated(record) => Err(Error::RequestKeyReused(record.operation)),
            error => Err(error.into()),
        }
    }
}
