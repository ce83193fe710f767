//! The steps of a run, found by their id at any depth.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;
use wheelhouse_domain::{Step, StepId, all_steps};

/// The steps of a run. They never change, so that copies share them.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps {
    top: Arc<Vec<Step>>,
    all: Arc<HashMap<StepId, Step>>,
}

impl Steps {
    pub(crate) fn new(steps: &[Step]) -> Self {
        let all = all_steps(steps)
            .into_iter()
            .map(|step| (step.id.clone(), step.clone()));
        Self {
            top: Arc::new(steps.to_vec()),
            all: Arc::new(all.collect()),
        }
    }

    /// The step of that name, at any depth.
    #[must_use]
    pub fn get(&self, id: &StepId) -> Option<&Step> {
        self.all.get(id)
    }
}

/// The steps at the top.
impl Deref for Steps {
    type Target = [Step];

    fn deref(&self) -> &[Step] {
        &self.top
    }
}
