//! Agents: what they are, what they did, how they are changed.

use crate::check;
use crate::error::{Wrapped, not_found};
use crate::local::{Local, wish};
use crate::views;
use wheelhouse_contract::{
    AgentDetail, AgentGrantView, AgentRecord, AgentVersion, AgentView, ApiError, GetAgent, ListAgentVersions,
    SetAgentEnabled, SetAgentGrant, UpdateAgent,
};
use wheelhouse_domain::AgentId;
use wheelhouse_orchestrator::store::{AgentEdit, GrantEdit};

/// Tasks that an agent's page shows.
const WORK: u32 = 20;

impl Local {
    pub(crate) async fn agents(&self) -> Result<Vec<AgentView>, ApiError> {
        let read = async {
            let rows = self.handle().store().agents().await?;
            Ok::<_, Wrapped>((rows, self.handle().store().default_models().await?))
        };
        let (rows, defaults) = read.await?;
        Ok(rows.into_iter().map(|row| views::agent(row, &defaults)).collect())
    }

    pub(crate) async fn agent_view(&self, id: AgentId) -> Result<AgentView, ApiError> {
        let read = async {
            let row = self.handle().store().agent(id).await?;
            Ok::<_, Wrapped>((row, self.handle().store().default_models().await?))
        };
        let (row, defaults) = read.await?;
        let row = row.ok_or_else(|| not_found(&format!("There is no agent {id}.")))?;
        Ok(views::agent(row, &defaults))
    }

    pub(crate) async fn agent_detail(&self, request: GetAgent) -> Result<AgentDetail, ApiError> {
        let agent = self.agent_view(request.id).await?;
        let store = self.handle().store();
        let read = async {
            let work = store.agent_work(request.id, WORK).await?;
            Ok::<_, Wrapped>((work, store.agent_record(request.id).await?))
        };
        let (work, record) = read.await?;
        Ok(AgentDetail {
            agent,
            record: AgentRecord {
                work: record.record,
                spent: record.spent,
                last_worked: record.last_worked,
            },
            grant: self.granted(request.id).await?,
            work: work.into_iter().map(views::agent_work).collect(),
        })
    }

    pub(crate) async fn change_agent(&self, request: UpdateAgent) -> Result<AgentView, ApiError> {
        let wish = wish(&request.request_key, "update_agent")?;
        let present = self.agent_view(request.id).await?;
        let served = self.served_names().await?;
        let edit = AgentEdit {
            id: request.id,
            expected_version: request.version,
            name: check::line(&request.name, "name")?.to_owned(),
            role: check::line(&request.role, "role")?.to_owned(),
            instructions: check::instructions(&request.instructions)?.to_owned(),
            model: check::model(&request.model)?.to_owned(),
            tools: request
                .tools
                .map(|tools| check::tools(tools, &present.tools, &served))
                .transpose()?,
            fallbacks: request.fallbacks.map(check::behind).transpose()?,
        };
        self.handle()
            .update_agent(wish, edit)
            .await
            .map_err(Wrapped::from)?;
        self.agent_view(request.id).await
    }

    pub(crate) async fn enable_agent(&self, request: SetAgentEnabled) -> Result<AgentView, ApiError> {
        let wish = wish(&request.request_key, "set_agent_enabled")?;
        self.agent_view(request.id).await?;
        self.handle()
            .set_agent_enabled(wish, request.id, request.enabled)
            .await
            .map_err(Wrapped::from)?;
        self.agent_view(request.id).await
    }

    pub(crate) async fn grant_agent(&self, request: SetAgentGrant) -> Result<AgentGrantView, ApiError> {
        let wish = wish(&request.request_key, "set_agent_grant")?;
        self.agent_view(request.id).await?;
        let edit = GrantEdit {
            id: request.id,
            expected_revision: request.revision,
            grant: request.grant,
        };
        self.handle()
            .set_agent_grant(wish, edit)
            .await
            .map_err(Wrapped::from)?;
        self.granted(request.id).await
    }

    async fn granted(&self, id: AgentId) -> Result<AgentGrantView, ApiError> {
        let row = self
            .handle()
            .store()
            .agent_grant(id)
            .await
            .map_err(Wrapped::from)?;
        Ok(AgentGrantView {
            revision: row.revision,
            grant: row.grant,
        })
    }

    pub(crate) async fn agent_versions(
        &self,
        request: ListAgentVersions,
    ) -> Result<Vec<AgentVersion>, ApiError> {
        self.agent_view(request.id).await?;
        let rows = self
            .handle()
            .store()
            .agent_versions(request.id)
            .await
            .map_err(Wrapped::from)?;
        Ok(rows.into_iter().map(views::agent_version).collect())
    }
}
