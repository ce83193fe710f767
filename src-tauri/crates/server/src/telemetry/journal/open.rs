//! Runs that have begun and not ended. Pure: facts go in, what ended comes out. What happens within one run is in `run`.

use super::ended::Ended;
use super::run::OpenRun;
use std::collections::HashMap;
use wheelhouse_api::Witnessed;
use wheelhouse_contract::domain::{
    Event, EventBody, FailureCode, Millis, Setup, TemplateRef, WorkflowId, WorkflowUid,
};

/// Runs that have not ended.
#[derive(Debug, Default)]
pub(super) struct OpenRuns {
    runs: HashMap<WorkflowId, OpenRun>,
    by_uid: HashMap<WorkflowUid, WorkflowId>,
}

impl OpenRuns {
    /// Whether the beginning of the fact's run was taken in, or this is it.
    pub(super) fn knows(&self, fact: &Witnessed) -> bool {
        self.runs.contains_key(&fact.workflow) || matches!(fact.event.body, EventBody::WorkflowCreated { .. })
    }

    /// Whether a run ends by this fact.
    pub(super) fn is_end(body: &EventBody) -> bool {
        matches!(
            body,
            EventBody::WorkflowCompleted { .. }
                | EventBody::WorkflowFailed { .. }
                | EventBody::WorkflowCancelled
        )
    }

    /// Takes in a fact, and gives what ended by it.
    pub(super) fn take(&mut self, fact: &Witnessed) -> Option<Ended> {
        let Event { at, seq, body, .. } = &fact.event;
        match body {
            EventBody::WorkflowCreated {
                uid, template, setup, ..
            } => {
                self.create(fact.workflow, *uid, template, setup);
                None
            }
            EventBody::WorkflowCompleted { .. } => self.end(fact.workflow, *at, "completed", None),
            EventBody::WorkflowFailed { failure } => {
                self.end(fact.workflow, *at, "failed", Some(failure.failure.code))
            }
            EventBody::WorkflowCancelled => self.end(fact.workflow, *at, "cancelled", None),
            EventBody::WorkflowStarted | EventBody::WorkflowRetried { .. } => {
                self.runs.get_mut(&fact.workflow)?.begin(*at, *seq);
                None
            }
            _ => self.runs.get_mut(&fact.workflow)?.take(fact),
        }
    }

    fn create(&mut self, id: WorkflowId, uid: WorkflowUid, template: &TemplateRef, setup: &Setup) {
        let above = setup.parent.as_ref().and_then(|parent| {
            let run = self.runs.get(self.by_uid.get(&parent.workflow)?)?;
            Some(run.below(&parent.task))
        });
        self.by_uid.insert(uid, id);
        self.runs.insert(id, OpenRun::new(uid, above, template, setup));
    }

    fn end(
        &mut self,
        id: WorkflowId,
        at: Millis,
        status: &'static str,
        failure: Option<FailureCode>,
    ) -> Option<Ended> {
        let run = self.runs.remove(&id)?;
        self.by_uid.remove(&run.uid);
        run.end(id, at, status, failure)
    }
}
