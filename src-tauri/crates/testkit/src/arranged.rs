//! What tests arrange on a workbench before anything is run: providers, models and what agents may use.

use crate::Workbench;
use wheelhouse_contract::{
    AgentView, ApiError, GetAgent, Operations, ProviderView, SaveProvider, SaveSettings, UpdateAgent,
};
use wheelhouse_domain::{AgentId, DefaultModels, Fallbacks, ProviderKind, ProviderLimits};

impl Workbench {
    /// Adds a provider.
    ///
    /// # Panics
    /// Where that is refused.
    pub async fn add_provider(
        &self,
        name: &str,
        kind: ProviderKind,
        base_url: String,
        limits: ProviderLimits,
    ) -> ProviderView {
        let request = SaveProvider {
            request_key: self.key(),
            id: None,
            name: name.to_owned(),
            kind,
            base_url,
            limits,
        };
        self.api().save_provider(request).await.expect("a provider")
    }

    /// Lets the whole crew think with one model, and fall back on none.
    ///
    /// # Panics
    /// Where that is refused.
    pub async fn crew_thinks_with(&self, model: &str) {
        let model = || model.to_owned();
        let request = SaveSettings {
            request_key: self.key(),
            default_models: DefaultModels {
                driver: model(),
                creator: model(),
                generator: model(),
                specialist: model(),
                fallbacks: Fallbacks::default(),
            },
        };
        self.api().save_settings(request).await.expect("settings");
    }

    /// Changes an agent. What `change` leaves as it is stays so.
    ///
    /// # Errors
    /// Where that is refused.
    ///
    /// # Panics
    /// Where there is no such agent.
    pub async fn change_agent(
        &self,
        id: AgentId,
        change: impl FnOnce(&mut UpdateAgent),
    ) -> Result<AgentView, ApiError> {
        let agent = self.api().get_agent(GetAgent { id }).await;
        let agent = agent.expect("the agent is there").agent;
        let mut request = UpdateAgent {
            request_key: self.key(),
            id: agent.id,
            version: agent.version,
            name: agent.name,
            role: agent.role,
            instructions: agent.instructions,
            model: agent.model,
            tools: Some(agent.tools),
            fallbacks: None,
        };
        change(&mut request);
        self.api().update_agent(request).await
    }
}
