//! What a run needs from the machine that it works on, what keeps it there, and what another machine lacks of it.
//!
//! The side that a run is on tells its needs ([`Handle::plan_move`]); the side that it would go to compares them with what it
//! has ([`Handle::check_move`]). Deliberately absent: the moving itself, and any change.

mod compare;
mod gather;
#[cfg(test)]
mod tests;

pub(crate) use gather::all_here;

use crate::error::Error;
use crate::handle::Handle;
use compare::{Here, ProviderHere, SourceHere, lacks};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error as ThisError;
use wheelhouse_domain::{
    AgentStatus, BUILT_IN_TOOLS, CREW_TOOLS, GRANTED_TOOLS, Lack, MoveNeeds, StaysHere, TemplateUid,
    WorkflowId, WorkflowStatus,
};
use wheelhouse_store::WorkflowRow;

/// Most entries in all lists of needs together that are compared: what a run really needs never comes near.
const MOST_NEEDS: usize = 20_000;

/// What keeps a run where it is.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub enum Obstacle {
    /// It has ended.
    #[error("the workflow is {}", .0.as_str())]
    Ended(WorkflowStatus),
    /// It was taken in from a file.
    #[error("the workflow was imported and does not go on")]
    Imported,
    /// It is a reply in a conversation, which belongs to the agents and the memory of this store.
    #[error("the workflow is a reply in a conversation")]
    Reply,
    /// It is a trial of an agent.
    #[error("the workflow is a trial of an agent")]
    Trial,
    /// It was started by another run.
    #[error("workflow {root} is above it")]
    PartOf {
        /// The outermost run above it.
        root: WorkflowId,
        /// What people call that.
        name: String,
    },
    /// It was shown text that stays on this machine.
    #[error("it was shown text of {} sources that stay on this machine", .0.len())]
    StaysHere(Vec<StaysHere>),
}

/// Whether a run could be moved, and what it needs where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovePlan {
    /// The run.
    pub row: WorkflowRow,
    /// Sub-workflows that go with it.
    pub sub_workflows: u32,
    /// What keeps it here; empty where it could go.
    pub obstacles: Vec<Obstacle>,
    /// What it needs.
    pub needs: MoveNeeds,
}

/// What a run would find here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveCheck {
    /// The run, where this store knows it.
    pub here: Option<WorkflowId>,
    /// What is lacking.
    pub lacks: Vec<Lack>,
}

impl Handle {
    /// What a run needs where it would be moved to, and what keeps it here.
    ///
    /// # Errors
    /// [`Error::WorkflowNotFound`], and where the journal or the knowledge can't be read.
    pub async fn plan_move(&self, id: WorkflowId) -> Result<MovePlan, Error> {
        let row = self.store().workflow(id).await?;
        let row = row.ok_or(Error::WorkflowNotFound(id))?;
        let family = self.family(row.clone()).await?;
        let sub_workflows = u32::try_from(family.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let gathered = gather::gather(self, row.uid, &family).await?;
        let mut obstacles: Vec<Obstacle> = self.place(&row).await?.into_iter().collect();
        if !gathered.stays_here.is_empty() {
            obstacles.push(Obstacle::StaysHere(gathered.stays_here));
        }
        Ok(MovePlan {
            row,
            sub_workflows,
            obstacles,
            needs: gathered.needs,
        })
    }

    /// Refuses where a run can't be moved away. Ask again once nothing more of it begins: a search may end in between.
    ///
    /// # Errors
    /// [`Error::StaysPut`] with the first thing that keeps it here; those of [`Self::plan_move`].
    pub async fn check_departure(&self, id: WorkflowId) -> Result<(), Error> {
        let plan = self.plan_move(id).await?;
        match plan.obstacles.into_iter().next() {
            Some(obstacle) => Err(Error::StaysPut(obstacle)),
            None => Ok(()),
        }
    }

    /// What a run that comes from elsewhere would lack here.
    ///
    /// # Errors
    /// [`Error::TooManyNeeds`], and where the journal or the knowledge can't be read.
    pub async fn check_move(&self, needs: &MoveNeeds) -> Result<MoveCheck, Error> {
        let MoveNeeds {
            models,
            tools,
            agents,
            templates,
            sources,
            ..
        } = needs;
        let count = models.len() + tools.len() + agents.len() + templates.len() + sources.len();
        if count > MOST_NEEDS {
            return Err(Error::TooManyNeeds { limit: MOST_NEEDS });
        }
        let here = self.store().workflow_by_uid(needs.workflow).await?;
        Ok(MoveCheck {
            here: here.map(|row| row.id),
            lacks: lacks(needs, &self.what_is_here(needs).await?),
        })
    }

    /// A run and all that it started, outer before inner.
    async fn family(&self, root: WorkflowRow) -> Result<Vec<WorkflowRow>, Error> {
        let mut rows = vec![root];
        let mut next = 0;
        while let Some(uid) = rows.get(next).map(|row| row.uid) {
            rows.extend(self.store().child_workflows(uid).await?);
            next += 1;
        }
        Ok(rows)
    }

    /// What about a run itself keeps it where it is.
    async fn place(&self, row: &WorkflowRow) -> Result<Option<Obstacle>, Error> {
        if row.conversation.is_some() {
            return Ok(Some(Obstacle::Reply));
        }
        if row.trial.is_some() {
            return Ok(Some(Obstacle::Trial));
        }
        if row.imported.is_some() {
            return Ok(Some(Obstacle::Imported));
        }
        if row.status.is_final() {
            return Ok(Some(Obstacle::Ended(row.status)));
        }
        let mut above = row.parent.as_ref().and_then(|link| link.id);
        let mut root = None;
        while let Some(id) = above {
            let Some(found) = self.store().workflow(id).await? else {
                break;
            };
            above = found.parent.as_ref().and_then(|link| link.id);
            root = Some(Obstacle::PartOf {
                root: found.id,
                name: found.name,
            });
        }
        Ok(root)
    }

    async fn what_is_here(&self, needs: &MoveNeeds) -> Result<Here, Error> {
        let store = self.store();
        let providers = store.providers().await?.into_iter().map(|row| {
            let has_key = self.keys().origin_for(&row.name, row.uid.0).is_some();
            let kind = row.kind;
            (row.name, ProviderHere { kind, has_key })
        });
        let disabled = store.agents().await?.into_iter();
        let disabled = disabled.filter(|agent| agent.status == AgentStatus::Disabled);
        let mut templates: BTreeMap<TemplateUid, BTreeSet<u32>> = BTreeMap::new();
        let wanted: BTreeSet<TemplateUid> = needs.templates.iter().map(|one| one.uid).collect();
        for row in store.templates().await? {
            let uid = row.newest.document.uid;
            if wanted.contains(&uid) {
                let versions = store.template_versions(uid).await?;
                let versions = versions.iter().map(|one| one.template.version);
                templates.insert(uid, versions.collect());
            }
        }
        let sources = self.knowledge().sources().await?.into_iter();
        Ok(Here {
            providers: providers.collect(),
            builtin: self.models().builtin_names().into_iter().collect(),
            defaults: store.default_models().await?,
            tools: BUILT_IN_TOOLS
                .iter()
                .chain(&GRANTED_TOOLS)
                .chain(&CREW_TOOLS)
                .map(|tool| (*tool).to_owned())
                .chain(self.given_tools().await?.into_iter().map(|tool| tool.name))
                .collect(),
            disabled: disabled.map(|agent| agent.uid).collect(),
            templates,
            sources: sources
                .map(|row| SourceHere {
                    uid: row.uid,
                    name: row.name,
                    kind: row.kind,
                    documents: row.documents,
                })
                .collect(),
        })
    }
}
