//! Trials: an agent works on a sample task, as it is or as it is being changed.
//!
//! A trial is an ordinary run of one step, so that it streams, costs, stops and goes on after a restart like any. It stands
//! in no list, and the newest of each agent are kept.

use super::StaffError;
use crate::error::Error;
use crate::handle::{About, Handle, Wish, name_of, same_wish};
use tracing::warn;
use wheelhouse_domain::{
    AgentId, AgentKind, AgentText, Budget, Event, Setup, Trial, WorkflowId, WorkflowUid, trial_template,
};
use wheelhouse_engine::{Input, Run, create, decide};
use wheelhouse_store::{AgentRow, Commit, Error as StoreError, RequestRecord, RunCommit, Target};

/// Trials of an agent that are kept; those before are removed as new ones begin.
pub const KEPT_TRIALS: u32 = 10;

/// Trials that are looked at to remove old ones. More are never there, unless many were begun at once.
const LOOKED_AT: u32 = 100;

/// What is to be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTrial {
    /// Who.
    pub agent: AgentId,
    /// How it works; none for as it is.
    pub form: Option<AgentText>,
    /// The sample task.
    pub task: String,
}

impl Handle {
    /// Lets an agent work on a sample task. Gives the run, which is begun.
    ///
    /// # Errors
    /// [`StaffError::OnWholeRuns`], and [`Error::Store`] where there is no such agent or it could not be written.
    pub async fn try_agent(&self, wish: Wish<'_>, new: NewTrial) -> Result<WorkflowId, Error> {
        if let Some(record) = self.repeated(wish, About::New).await? {
            return self.tried_before(record).await;
        }
        let agent = self.agent_row(new.agent).await?;
        if matches!(agent.kind, AgentKind::Driver | AgentKind::Generator) {
            return Err(StaffError::OnWholeRuns(agent.name).into());
        }
        let inner = self.inner();
        let commit = Commit {
            runs: vec![RunCommit {
                target: Target::New,
                events: self.first_events_of_trial(&agent, new)?,
            }],
            contents: Vec::new(),
            request: Some(self.request(wish, None, None, inner.options.world.now())),
        };
        let id = match inner.store.commit(commit).await {
            Ok(committed) => committed.workflow_ids.first().copied(),
            // The same wish arrived twice at the same time; the other one won.
            Err(StoreError::RequestRepeated(record)) => {
                return self.tried_before(same_wish(wish, About::New, record)?).await;
            }
            Err(error) => return Err(error.into()),
        };
        let id = id.ok_or_else(|| Error::RequestKeyReused(wish.operation.to_owned()))?;
        inner.registry.wake(inner, id).await?;
        self.remove_old_trials(&agent).await;
        Ok(id)
    }

    fn first_events_of_trial(&self, agent: &AgentRow, new: NewTrial) -> Result<Vec<Event>, Error> {
        let inner = self.inner();
        let now = inner.options.world.now();
        let name = name_of(&new.task);
        let template = trial_template(agent.kind, &name, &new.task);
        let setup = Setup {
            budget: inner.accounts.for_new(Budget::default(), false),
            trial: Some(Trial {
                agent: agent.uid,
                form: new.form.unwrap_or_else(|| super::text_of(agent)),
            }),
            stays_here: agent.stays_here.clone(),
            ..Setup::default()
        };
        let created = create(
            WorkflowUid(inner.options.world.new_uid()),
            name,
            new.task,
            &template,
            [(agent.kind.as_str().to_owned(), agent.uid)].into(),
            inner.options.limits,
            setup,
            now,
        );
        let mut events = vec![created];
        let run = Run::fold(&events).map_err(wheelhouse_engine::Refusal::Fold)?;
        events.extend(decide(&run, Input::Start, now)?);
        Ok(events)
    }

    async fn tried_before(&self, record: RequestRecord) -> Result<WorkflowId, Error> {
        let id = record
            .workflow_id
            .ok_or_else(|| Error::RequestKeyReused(record.operation.clone()))?;
        let row = self.inner().store.workflow(id).await?;
        let row = row.ok_or(Error::WorkflowNotFound(id))?;
        // Whoever wished first may have gone away before the run was taken up.
        if !row.status.is_final() {
            self.inner().registry.wake(self.inner(), id).await?;
        }
        Ok(id)
    }

    /// What stays behind here goes with the next trial.
    async fn remove_old_trials(&self, agent: &AgentRow) {
        if let Err(error) = self.try_to_remove_old_trials(agent).await {
            warn!(%error, agent = agent.id.0, "old trials could not be removed");
        }
    }

    async fn try_to_remove_old_trials(&self, agent: &AgentRow) -> Result<(), Error> {
        let trials = self.store().trials(agent.uid, LOOKED_AT).await?;
        for row in trials.into_iter().skip(KEPT_TRIALS as usize) {
            if row.status.is_final() {
                let now = self.inner().options.world.now();
                let request = crate::handle::own_request(self.inner(), "remove_old_trial", now);
                self.store().delete_workflow(row.id, request).await?;
            }
        }
        Ok(())
    }
}
