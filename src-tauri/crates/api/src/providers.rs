//! Where models run, and the keys for it.

use crate::check;
use crate::error::{Wrapped, from_failure, not_found};
use crate::local::{Local, wish};
use crate::views;
use wheelhouse_contract::{
    ApiError, KeyPlace, KeysView, ModelChoice, ModelList, ProviderCheck, ProviderView, RemoveProvider,
    Removed, SaveProvider, SaveSettings, SetProviderKey, SettingsView, TestProvider, UnlockKeys,
};
use wheelhouse_domain::{ProviderId, ProviderUid};
use wheelhouse_orchestrator::keys;
use wheelhouse_orchestrator::store::{NewProvider, ProviderRow};

impl Local {
    pub(crate) async fn provider_views(&self) -> Result<Vec<ProviderView>, ApiError> {
        let rows = self.handle().store().providers().await.map_err(Wrapped::from)?;
        Ok(rows.into_iter().map(|row| self.provider_view(row)).collect())
    }

    fn provider_view(&self, row: ProviderRow) -> ProviderView {
        let origin = self.handle().keys().origin_for(&row.name, row.uid.0);
        views::provider(row, origin)
    }

    async fn provider_row(&self, id: ProviderId) -> Result<ProviderRow, ApiError> {
        let row = self.handle().store().provider(id).await.map_err(Wrapped::from)?;
        row.ok_or_else(|| not_found(&format!("There is no provider {id}.")))
    }

    pub(crate) async fn keep_provider(&self, request: SaveProvider) -> Result<ProviderView, ApiError> {
        let wish = wish(&request.request_key, "save_provider")?;
        let provider = NewProvider {
            id: request.id,
            uid: ProviderUid(self.handle().options().world.new_uid()),
            name: check::provider_name(&request.name)?.to_owned(),
            kind: request.kind,
            base_url: check::base_url(&request.base_url)?.to_owned(),
            limits: check::provider_limits(request.limits)?,
        };
        let row = self
            .handle()
            .save_provider(wish, provider)
            .await
            .map_err(Wrapped::from)?;
        Ok(self.provider_view(row))
    }

    pub(crate) async fn drop_provider(&self, request: RemoveProvider) -> Result<Removed, ApiError> {
        let wish = wish(&request.request_key, "remove_provider")?;
        let removed = self
            .handle()
            .remove_provider(wish, request.id)
            .await
            .map_err(Wrapped::from)?;
        Ok(Removed { removed })
    }

    pub(crate) async fn keep_key(&self, request: SetProviderKey) -> Result<ProviderView, ApiError> {
        check::key(&request.request_key)?;
        let row = self.provider_row(request.id).await?;
        let key = request.key.0.trim().to_owned();
        self.handle().set_key(&row, key).await.map_err(Wrapped::from)?;
        Ok(self.provider_view(row))
    }

    pub(crate) async fn check_provider(&self, request: TestProvider) -> Result<ProviderCheck, ApiError> {
        let row = self.provider_row(request.id).await?;
        let model = request
            .model
            .as_deref()
            .map(str::trim)
            .filter(|model| !model.is_empty());
        let checked = self
            .handle()
            .models()
            .check(&row, model)
            .await
            .map_err(from_failure)?;
        let latency_ms = u32::try_from(checked.latency.as_millis()).unwrap_or(u32::MAX);
        Ok(ProviderCheck {
            latency_ms,
            models: checked.models,
            said: checked.said,
        })
    }

    pub(crate) async fn models(&self) -> Result<ModelList, ApiError> {
        let rows = self.handle().store().providers().await.map_err(Wrapped::from)?;
        let builtin = self.handle().models().builtin_names();
        let mut models: Vec<ModelChoice> = builtin
            .into_iter()
            .map(|name| ModelChoice {
                name,
                provider: None,
                window: None,
            })
            .collect();
        let mut notices = Vec::new();
        let lists = rows.iter().map(|row| self.handle().models().list(row));
        for (row, list) in rows.iter().zip(futures::future::join_all(lists).await) {
            match list {
                Ok(known) => models.extend(known.into_iter().map(|(model, window)| ModelChoice {
                    name: format!("{}/{model}", row.name),
                    provider: Some(row.name.clone()),
                    window,
                })),
                Err(failure) => {
                    notices.push(format!("{}: {} {}", row.name, failure.message, failure.next_step))
                }
            }
        }
        Ok(ModelList { models, notices })
    }

    pub(crate) async fn settings(&self) -> Result<SettingsView, ApiError> {
        let default_models = self
            .handle()
            .store()
            .default_models()
            .await
            .map_err(Wrapped::from)?;
        Ok(SettingsView { default_models })
    }

    pub(crate) async fn keep_settings(&self, request: SaveSettings) -> Result<SettingsView, ApiError> {
        let wish = wish(&request.request_key, "save_settings")?;
        let models = request.default_models;
        let named = [
            ("default_models.driver", &models.driver),
            ("default_models.creator", &models.creator),
            ("default_models.generator", &models.generator),
            ("default_models.specialist", &models.specialist),
        ];
        for (field, model) in named {
            check::default_model(model).map_err(|error| error.field(field))?;
        }
        check::fallbacks(&models.fallbacks)?;
        self.handle()
            .save_default_models(wish, models)
            .await
            .map_err(Wrapped::from)?;
        self.settings().await
    }

    pub(crate) fn keys_view(&self) -> KeysView {
        let state = self.handle().keys().state();
        let place = match state.place {
            keys::KeyPlace::Keychain => KeyPlace::Keychain,
            keys::KeyPlace::File => KeyPlace::File,
        };
        KeysView {
            place,
            locked: state.locked,
            exists: state.exists,
        }
    }

    pub(crate) async fn open_keys(&self, request: UnlockKeys) -> Result<KeysView, ApiError> {
        self.handle()
            .unlock_keys(request.passphrase.0)
            .await
            .map_err(Wrapped::from)?;
        Ok(self.keys_view())
    }
}
