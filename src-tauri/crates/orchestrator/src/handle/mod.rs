//! The only way in: what an operator can want, and what can be looked up.
//!
//! New workflows are made in `create`, what is done to those that are there in `steer`; that each wish is carried out
//! once is the business of `wish`.

mod cited;
mod create;
mod fork;
mod steer;
mod wish;

use crate::error::Error;
use crate::keys::KeyRing;
use crate::knowledge::KnowledgeHandle;
use crate::live::Live;
use crate::models::Models;
use crate::options::Options;
use crate::service::Inner;
use crate::transfers::Transfers;
use std::sync::Arc;
use wheelhouse_domain::{Millis, WorkflowId, WorkflowStatus};
use wheelhouse_store::{RunPlace, Store};

pub use create::NewRun;
pub(crate) use create::{Lineage, name_of, own_request, refuse_aside, sub_workflow};
pub use fork::{ForkPlan, ForkedTask};
pub(crate) use steer::Bulk;
pub use steer::{BulkAct, BulkProgress};
pub use wish::Wish;
pub(crate) use wish::{About, same_wish};

/// Speaks to a running orchestrator. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    inner: Arc<Inner>,
}

impl Handle {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    /// The journal, to read from.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The knowledge.
    #[must_use]
    pub fn knowledge(&self) -> &KnowledgeHandle {
        &self.inner.knowledge
    }

    /// The keys of providers.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.inner.keys
    }

    /// The models that agents can think with.
    #[must_use]
    pub fn models(&self) -> &Models {
        &self.inner.models
    }

    /// Text as it is written.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.inner.live
    }

    /// The files on their way to and from this backend.
    #[must_use]
    pub fn transfers(&self) -> &Transfers {
        &self.inner.transfers
    }

    /// What it was started with.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.inner.options
    }

    /// When it was started.
    #[must_use]
    pub fn started_at(&self) -> Millis {
        self.inner.started_at
    }

    /// Waits until a workflow has ended, or waits for the operator.
    ///
    /// # Errors
    /// [`Error::WorkflowNotFound`] also when it is deleted in the meantime; [`Error::Store`] when it was moved away.
    pub async fn wait(&self, id: WorkflowId) -> Result<WorkflowStatus, Error> {
        let mut head = self.inner.store.head();
        loop {
            head.mark_unchanged();
            let row = self
                .inner
                .store
                .workflow(id)
                .await?
                .ok_or(Error::WorkflowNotFound(id))?;
            let is_gone = row
                .moved
                .as_ref()
                .is_some_and(|moved| moved.place == RunPlace::Gone);
            if is_gone {
                // Its end is never told here.
                self.inner.store.require_here(id).await?;
            }
            if row.status.is_final() || row.status == WorkflowStatus::Waiting {
                return Ok(row.status);
            }
            tokio::select! {
                changed = head.changed() => changed.map_err(|_| Error::ShuttingDown)?,
                () = self.inner.closing.cancelled() => return Err(Error::ShuttingDown),
            }
        }
    }
}
