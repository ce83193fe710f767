//! What keeps a run on this machine: text of sources that stay here.
//!
//! A run that was shown such text is *confined*: nothing of it may go to a model elsewhere. It is derived from the journal
//! alone, by what runs are given, what tools answered, what sub-workflows gave, and whose instructions hold such text. The
//! check stands where intents are put on record, so that no call begins after confinement is on record. A request that was in
//! flight at that moment had nothing of it.
//!
//! Deliberately absent: which machine a model is on. Who puts the intent on record says so.

use crate::decide::Refusal;
use crate::state::Run;
use std::sync::Arc;
use wheelhouse_domain::{QuestionKind, StaysHere};

/// The outcome that lets a task go on with a model of this machine.
pub const HERE: &str = "here";
/// The same for every task of the run.
pub const ALL_HERE: &str = "all_here";
/// The outcome that goes on without the task's answer.
pub const SKIP: &str = "skip";
/// The outcome that stops the run.
pub const STOP: &str = "stop_run";
/// The field that names the model.
pub const MODEL: &str = "model";

impl Run {
    /// Whether it holds text that stays on this machine.
    #[must_use]
    pub fn is_confined(&self) -> bool {
        !self.stays_here.is_empty()
    }

    /// The model of this machine that the operator chose for every task of the run that would go elsewhere.
    #[must_use]
    pub fn model_here(&self) -> Option<&str> {
        let replies = self
            .questions
            .iter()
            .rev()
            .filter(|question| question.kind == QuestionKind::StaysHere)
            .filter_map(|question| question.reply.as_ref());
        let mut chosen = replies.filter(|reply| reply.outcome.as_deref() == Some(ALL_HERE));
        chosen.next()?.fields.0.get(MODEL)?.as_str()
    }

    pub(crate) fn confine(&mut self, sources: &[StaysHere]) {
        if sources.iter().any(|source| !self.stays_here.contains(source)) {
            Arc::make_mut(&mut self.stays_here).extend(sources.iter().cloned());
        }
    }

    /// What keeps the run here, as it is put on record.
    pub(crate) fn staying(&self) -> Vec<StaysHere> {
        self.stays_here.iter().cloned().collect()
    }

    /// Refuses a call to another machine where the run, or the request itself, holds text that stays here.
    pub(crate) fn check_may_leave(&self, elsewhere: bool, holds: &[StaysHere]) -> Result<(), Refusal> {
        if !elsewhere || (!self.is_confined() && holds.is_empty()) {
            return Ok(());
        }
        let mut sources = self.staying();
        sources.extend(holds.iter().filter(|one| !self.stays_here.contains(one)).cloned());
        Err(Refusal::Confined { sources })
    }
}
