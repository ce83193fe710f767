//! The only way in: what an operator can want, and what can be looked up.

use crate::error::Error;
use crate::keys::KeyRing;
use crate::knowledge::KnowledgeHandle;
use crate::live::Live;
use crate::models::Models;
use crate::options::Options;
use crate::run::Message;
use crate::service::Inner;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::oneshot;
use wheelhouse_domain::{
    AgentKind, Millis, QuestionId, QuestionStatus, WorkflowId, WorkflowStatus, WorkflowUid,
};
use wheelhouse_engine::{Input, Run, create, decide};
use wheelhouse_store::{Commit, Error as StoreError, RequestRecord, RunCommit, Store, Target};

/// Longest name that is made from a task, in characters.
const NAME_LENGTH: usize = 80;

/// A wish of the operator: its key makes sure that it is carried out once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish<'a> {
    /// The request key.
    pub key: &'a str,
    /// The operation.
    pub operation: &'static str,
}

/// Speaks to a running orchestrator. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    inner: Arc<Inner>,
}

impl Handle {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        Self { inner }
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

    /// Writes a workflow down, and starts it at once if `start`. `name` may be empty.
    ///
    /// # Errors
    /// [`Error`] where it could not be written.
    pub async fn create(
        &self,
        wish: Wish<'_>,
        name: &str,
        task: &str,
        start: bool,
    ) -> Result<WorkflowId, Error> {
        if let Some(record) = self.repeated(wish, About::New).await? {
            return self.created_before(record, task, start).await;
        }
        let now = self.inner.options.world.now();
        let events = self.first_events(name, task, start, now).await?;
        let runs = vec![RunCommit {
            target: Target::New,
            events,
        }];
        let request = Some(self.request(wish, None, None, now));
        match self
            .inner
            .store
            .commit(Commit {
                runs,
                contents: Vec::new(),
                request,
            })
            .await
        {
            Ok(committed) => {
                let id = committed.workflow_ids.first().copied();
                let id = id.ok_or_else(|| Error::RequestKeyReused(wish.operation.to_owned()))?;
                if start {
                    self.inner.registry.wake(&self.inner, id).await?;
                }
                Ok(id)
            }
            // The same wish arrived twice at the same time; the other one won.
            Err(StoreError::RequestRepeated(record)) => {
                self.created_before(same_wish(wish, About::New, record)?, task, start)
                    .await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What the same wish gave before. The same key with another task is another wish, and refused.
    async fn created_before(
        &self,
        record: RequestRecord,
        task: &str,
        start: bool,
    ) -> Result<WorkflowId, Error> {
        let reused = || Error::RequestKeyReused(record.operation.clone());
        let id = record.workflow_id.ok_or_else(reused)?;
        let row = self
            .inner
            .store
            .workflow(id)
            .await?
            .ok_or(Error::WorkflowNotFound(id))?;
        if row.description != task {
            return Err(reused());
        }
        // Whoever wished first may have gone away before the run was taken up.
        if start && !row.status.is_final() {
            self.inner.registry.wake(&self.inner, id).await?;
        }
        Ok(id)
    }

    async fn first_events(
        &self,
        name: &str,
        task: &str,
        start: bool,
        now: Millis,
    ) -> Result<Vec<wheelhouse_domain::Event>, Error> {
        let uid = WorkflowUid(self.inner.options.world.new_uid());
        let name = if name.trim().is_empty() {
            name_of(task)
        } else {
            name.trim().to_owned()
        };
        let crew = self.crew().await?;
        let created = create(
            uid,
            name,
            task.to_owned(),
            &self.inner.options.template,
            crew,
            self.inner.options.limits,
            now,
        );
        let mut events = vec![created];
        if start {
            let run = Run::fold(&events).map_err(wheelhouse_engine::Refusal::Fold)?;
            events.extend(decide(&run, Input::Start, now)?);
        }
        Ok(events)
    }

    async fn crew(&self) -> Result<BTreeMap<String, wheelhouse_domain::AgentUid>, Error> {
        let agents = self.inner.store.agents().await?;
        let member = |kind: AgentKind| {
            let found = agents.iter().find(|agent| agent.kind == kind);
            found
                .map(|agent| (kind.as_str().to_owned(), agent.uid))
                .ok_or(Error::CrewIncomplete(kind.as_str()))
        };
        [AgentKind::Driver, AgentKind::Creator, AgentKind::Generator]
            .into_iter()
            .map(member)
            .collect()
    }

    /// Starts a workflow that was only written down.
    ///
    /// # Errors
    /// [`Error::Refused`] where it was started already.
    pub async fn start(&self, wish: Wish<'_>, id: WorkflowId) -> Result<(), Error> {
        self.steer(wish, id, Input::Start).await
    }

    /// Stops a workflow and everything that it has in flight.
    ///
    /// # Errors
    /// [`Error::Refused`] where it has ended already.
    pub async fn cancel(&self, wish: Wish<'_>, id: WorkflowId) -> Result<(), Error> {
        self.steer(wish, id, Input::Cancel).await
    }

    /// Takes a failed or cancelled workflow up again.
    ///
    /// # Errors
    /// [`Error::Refused`] where it is in another state.
    pub async fn retry(&self, wish: Wish<'_>, id: WorkflowId) -> Result<(), Error> {
        self.steer(wish, id, Input::Retry).await
    }

    /// Answers a question.
    ///
    /// # Errors
    /// [`Error::QuestionNotFound`], or [`Error::Refused`] where it is not open any more.
    pub async fn answer(&self, wish: Wish<'_>, id: QuestionId, answer: &str) -> Result<(), Error> {
        let about = About::Question(id);
        if self.repeated(wish, about).await?.is_some() {
            return Ok(());
        }
        let question = self
            .inner
            .store
            .question(id)
            .await?
            .ok_or(Error::QuestionNotFound(id))?;
        if question.status != QuestionStatus::Open {
            let refused = Err(wheelhouse_engine::Refusal::QuestionNotOpen.into());
            return self.unless_repeated(wish, about, refused).await;
        }
        let input = Input::Answer {
            question: question.key,
            answer: answer.to_owned(),
        };
        let now = self.inner.options.world.now();
        let request = self.request(wish, Some(question.workflow_id), Some(id), now);
        let outcome = self.tell(question.workflow_id, input, request).await;
        self.unless_repeated(wish, about, outcome).await
    }

    /// Deletes an ended or never started workflow. Gives whether it was still there.
    ///
    /// # Errors
    /// [`Error::Store`] where it is active.
    pub async fn delete(&self, wish: Wish<'_>, id: WorkflowId) -> Result<bool, Error> {
        let about = About::Workflow(id);
        if self.repeated(wish, about).await?.is_some() {
            return Ok(true);
        }
        let request = self.request(wish, Some(id), None, self.inner.options.world.now());
        match self.inner.store.delete_workflow(id, request).await {
            Ok(removed) => Ok(removed),
            Err(StoreError::RequestRepeated(record)) => same_wish(wish, about, record).map(|_| true),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until a workflow has ended, or waits for the operator.
    ///
    /// # Errors
    /// [`Error::WorkflowNotFound`] also when it is deleted in the meantime.
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
            if row.status.is_final() || row.status == WorkflowStatus::Waiting {
                return Ok(row.status);
            }
            tokio::select! {
                changed = head.changed() => changed.map_err(|_| Error::ShuttingDown)?,
                () = self.inner.closing.cancelled() => return Err(Error::ShuttingDown),
            }
        }
    }

    async fn steer(&self, wish: Wish<'_>, id: WorkflowId, input: Input) -> Result<(), Error> {
        let about = About::Workflow(id);
        if self.repeated(wish, about).await?.is_some() {
            return Ok(());
        }
        let request = self.request(wish, Some(id), None, self.inner.options.world.now());
        let outcome = self.tell(id, input, request).await;
        self.unless_repeated(wish, about, outcome).await
    }

    async fn tell(&self, id: WorkflowId, input: Input, request: RequestRecord) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        let message = Message {
            input,
            contents: Vec::new(),
            request: Some(request),
            reply,
        };
        self.inner.registry.send(&self.inner, id, message).await?;
        answer.await.map_err(|_| Error::ShuttingDown)?
    }

    /// The same wish may have arrived twice at the same time. Whoever came second finds it carried out, or is
    /// refused because the first has changed the state already; for both it is done.
    async fn unless_repeated(
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
    async fn gone(&self, about: About) -> Result<Option<Error>, Error> {
        let About::Workflow(id) = about else {
            return Ok(None);
        };
        let row = self.inner.store.workflow(id).await?;
        Ok(row.is_none().then_some(Error::WorkflowNotFound(id)))
    }

    async fn repeated(&self, wish: Wish<'_>, about: About) -> Result<Option<RequestRecord>, Error> {
        let record = self.inner.store.find_request(wish.key).await?;
        record.map(|record| same_wish(wish, about, record)).transpose()
    }

    /// The record and the time of a wish that concerns no single run.
    pub(crate) fn arrangement(&self, wish: Wish<'_>) -> (RequestRecord, Millis) {
        let now = self.inner.options.world.now();
        (self.request(wish, None, None, now), now)
    }

    fn request(
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
enum About {
    /// Something that the wish makes.
    New,
    /// A workflow that is there.
    Workflow(WorkflowId),
    /// A question that was asked.
    Question(QuestionId),
}

fn same_wish(wish: Wish<'_>, about: About, record: RequestRecord) -> Result<RequestRecord, Error> {
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

/// A name for a task: its first line, cut between words.
fn name_of(task: &str) -> String {
    let line = task
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    if line.chars().count() <= NAME_LENGTH {
        return line.to_owned();
    }
    let cut: String = line.chars().take(NAME_LENGTH).collect();
    let whole_words = cut.rfind(char::is_whitespace).filter(|at| *at > NAME_LENGTH / 2);
    let kept = whole_words.map_or(cut.as_str(), |at| &cut[..at]);
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_first_line_cut_between_words() {
        assert_eq!(name_of("\n  Build a thing \nwith care"), "Build a thing");
        let long = "word ".repeat(40);
        let name = name_of(&long);
        assert!(
            name.ends_with("word…") && name.chars().count() <= NAME_LENGTH + 1,
            "{name}"
        );
        let unbroken = "é".repeat(200);
        assert_eq!(name_of(&unbroken).chars().count(), NAME_LENGTH + 1);
    }
}
