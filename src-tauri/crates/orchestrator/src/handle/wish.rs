//! A wish is carried out once, however often it arrives.

use super::Handle;
use crate::error::Error;
use wheelhouse_domain::{Millis, QuestionId, WorkflowId};
use wheelhouse_store::{Error as StoreError, RequestRecord};

/// A wish of the operator: its key makes sure that it is carried out once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish<'a> {
    /// The request key.
    pub key: &'a str,
    /// The operation.
    pub operation: &'static str,
}

impl Handle {
    /// The same wish may have arrived twice at the same time. Whoever came second finds it carried out, or is
    /// refused because the first has changed the state already; for both it is done.
    pub(super) async fn unless_repeated(
        &self,
        wish: Wish<'_>,
        about: About,
        outcome: Result<(), Error>,
    ) -> Result<(), Error> {
        match outcome {
            Err(Error::Store(StoreError::RequestRepeated(record))) => {
                same_wish(wish, about, record).map(|_| ())
            }
            Err(Error::Refused(refusal)) => match self.repeated(wish, about).await? {
                Some(_) => Ok(()),
                None => Err(self.gone(about).await?.unwrap_or(Error::Refused(refusal))),
            },
            outcome => outcome,
        }
    }

    /// An actor that lingers still knows a workflow that was deleted a moment ago.
    pub(super) async fn gone(&self, about: About) -> Result<Option<Error>, Error> {
        let About::Workflow(id) = about else {
            return Ok(None);
        };
        let row = self.inner.store.workflow(id).await?;
        Ok(row.is_none().then_some(Error::WorkflowNotFound(id)))
    }

    pub(crate) async fn repeated(
        &self,
        wish: Wish<'_>,
        about: About,
    ) -> Result<Option<RequestRecord>, Error> {
        let record = self.inner.store.find_request(wish.key).await?;
        record.map(|record| same_wish(wish, about, record)).transpose()
    }

    /// The record and the time of a wish that concerns no single run.
    pub(crate) fn arrangement(&self, wish: Wish<'_>) -> (RequestRecord, Millis) {
        let now = self.inner.options.world.now();
        (self.request(wish, None, None, now), now)
    }

    pub(crate) fn request(
        &self,
        wish: Wish<'_>,
        workflow_id: Option<WorkflowId>,
        question_id: Option<QuestionId>,
        at: Millis,
    ) -> RequestRecord {
        RequestRecord {
            key: wish.key.to_owned(),
            operation: wish.operation.to_owned(),
            workflow_id,
            question_id,
            at,
        }
    }
}

/// What a wish is about, which is a part of it: the same key for something else is another wish.
#[derive(Debug, Clone, Copy)]
pub(crate) enum About {
    /// Something that the wish makes.
    New,
    /// A workflow that is there.
    Workflow(WorkflowId),
    /// A question that was asked.
    Question(QuestionId),
}

pub(crate) fn same_wish(wish: Wish<'_>, about: About, record: RequestRecord) -> Result<RequestRecord, Error> {
    let same_thing = match about {
        About::New => true,
        About::Workflow(id) => record.workflow_id == Some(id),
        About::Question(id) => record.question_id == Some(id),
    };
    if record.operation == wish.operation && same_thing {
        Ok(record)
    } else {
        Err(Error::RequestKeyReused(record.operation))
    }
}
