//! What the operator does to workflows that are there.

use super::Handle;
use super::wish::{About, Wish, same_wish};
use crate::error::Error;
use crate::run::Message;
use tokio::sync::{broadcast, oneshot};
use wheelhouse_domain::{
    ContentHash, Json, QuestionId, QuestionStatus, Reply, TaskAnswer, TaskId, TaskKey, WorkflowId,
};
use wheelhouse_engine::{Input, Refusal};
use wheelhouse_store::{Error as StoreError, QuestionRow, RequestRecord};

/// Pieces of progress that a slow listener may lag behind before it loses some.
const BACKLOG: usize = 256;

/// What is done to many workflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkAct {
    /// Each is stopped.
    Cancel,
    /// Each is taken up again.
    Retry,
    /// Each is deleted.
    Delete,
}

/// How far an act on many workflows is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkProgress {
    /// Key of the wish.
    pub key: String,
    /// Workflows that were dealt with.
    pub done: u32,
    /// All of them.
    pub total: u32,
}

/// Tells whoever listens how far acts on many workflows are.
#[derive(Debug)]
pub(crate) struct Bulk {
    pub(super) progress: broadcast::Sender<BulkProgress>,
}

impl Default for Bulk {
    fn default() -> Self {
        Self {
            progress: broadcast::channel(BACKLOG).0,
        }
    }
}

impl Handle {
    /// Starts a workflow that was only written down.
    ///
    /// # Errors
    /// [`Error::Refused`] where it was started already.
    pub async fn start(&self, wish: Wish<'_>, id: WorkflowId) -> Result<(), Error> {
        self.steer(wish, id, Input::Start).await
    }

    /// Stops a workflow and everything that it has in flight, its sub-workflows included.
    ///
    /// # Errors
    /// [`Error::Refused`] where it has ended already.
    pub async fn cancel(&self, wish: Wish<'_>, id: WorkflowId) -> Result<(), Error> {
        self.steer(wish, id, Input::Cancel).await
    }

    /// Takes a failed or cancelled workflow up again.
    ///
    /// # Errors
    /// [`Error::Refused`] where it is in another state, [`Error::BelongsTo`] where it is a sub-workflow.
    pub async fn retry(&self, wish: Wish<'_>, id: WorkflowId) -> Result<(), Error> {
        self.refuse_child(id).await?;
        self.steer(wish, id, Input::Retry).await
    }

    /// Stops a workflow for a while. What is in flight may end, so that its results are kept.
    ///
    /// # Errors
    /// [`Error::Refused`] where it is not under way, [`Error::BelongsTo`] where it is a sub-workflow: those are paused
    /// with the workflow that they were started for.
    pub async fn pause(&self, wish: Wish<'_>, id: WorkflowId) -> Result<(), Error> {
        self.refuse_child(id).await?;
        self.steer(wish, id, Input::Pause).await
    }

    /// Lets a paused workflow go on.
    ///
    /// # Errors
    /// As [`Self::pause`].
    pub async fn resume(&self, wish: Wish<'_>, id: WorkflowId) -> Result<(), Error> {
        self.refuse_child(id).await?;
        self.steer(wish, id, Input::Resume).await
    }

    /// Takes up one failed, cancelled or skipped task again, with what became impossible by it.
    ///
    /// # Errors
    /// [`Error::TaskNotFound`], [`Error::Refused`] where its state does not allow it, [`Error::BelongsTo`] where it is
    /// of a sub-workflow that has ended.
    pub async fn retry_task(&self, wish: Wish<'_>, id: WorkflowId, task: TaskId) -> Result<(), Error> {
        let task = self.steered(wish, id, task).await?;
        self.steer(wish, id, Input::RetryTask { task }).await
    }

    /// Goes on without a task's answer.
    ///
    /// # Errors
    /// As [`Self::retry_task`].
    pub async fn skip_task(&self, wish: Wish<'_>, id: WorkflowId, task: TaskId) -> Result<(), Error> {
        let task = self.steered(wish, id, task).await?;
        self.steer(wish, id, Input::SkipTask { task }).await
    }

    /// Gives a task another answer. Sources that it names keep standing behind it, as far as the run knows them.
    ///
    /// # Errors
    /// As [`Self::retry_task`]; refused where something has built on its answer.
    pub async fn override_task(
        &self,
        wish: Wish<'_>,
        id: WorkflowId,
        task: TaskId,
        answer: TaskAnswer,
    ) -> Result<(), Error> {
        let citations = self.cited(id, task, &answer.text).await?;
        let task = self.steered(wish, id, task).await?;
        let content = serde_json::to_string(&TaskAnswer { citations, ..answer })?;
        let output = ContentHash::of(&content);
        self.steer_with(wish, id, Input::Override { task, output }, vec![content])
            .await
    }

    /// Changes what a task is told or which model does it, for its next attempts.
    ///
    /// # Errors
    /// As [`Self::retry_task`].
    pub async fn edit_task(
        &self,
        wish: Wish<'_>,
        id: WorkflowId,
        task: TaskId,
        prompt: Option<String>,
        model: Option<String>,
    ) -> Result<(), Error> {
        let task = self.steered(wish, id, task).await?;
        self.steer(wish, id, Input::Edit { task, prompt, model }).await
    }

    /// Answers a question in words.
    ///
    /// # Errors
    /// [`Error::QuestionNotFound`], or [`Error::Refused`] where it is not open any more or asks for more than words.
    pub async fn answer(&self, wish: Wish<'_>, id: QuestionId, answer: &str) -> Result<(), Error> {
        self.settle(wish, id, |_| Ok((answer.to_owned(), None))).await
    }

    /// Answers a question that has a form. What is missing gets its default.
    ///
    /// # Errors
    /// [`Error::QuestionNotFound`], [`Error::Inputs`] with all that is wrong with the values, or [`Error::Refused`]
    /// where it is not open any more or the outcome is none of those that are there.
    pub async fn reply(
        &self,
        wish: Wish<'_>,
        id: QuestionId,
        outcome: Option<String>,
        fields: &Json,
    ) -> Result<(), Error> {
        self.settle(wish, id, |question| {
            let form = question.form.clone().unwrap_or_default();
            let fields = wheelhouse_engine::template::bind(&form.fields, fields).map_err(Error::Inputs)?;
            let title = form
                .outcomes
                .iter()
                .find(|candidate| Some(&candidate.name) == outcome.as_ref())
                .map(|found| found.title.clone());
            let words = title.or_else(|| outcome.clone());
            let reply = Reply {
                outcome,
                fields,
                expired: false,
            };
            Ok((words.unwrap_or_default(), Some(reply)))
        })
        .await
    }

    async fn settle(
        &self,
        wish: Wish<'_>,
        id: QuestionId,
        answer: impl FnOnce(&QuestionRow) -> Result<(String, Option<Reply>), Error>,
    ) -> Result<(), Error> {
        let about = About::Question(id);
        if self.repeated(wish, about).await?.is_some() {
            return Ok(());
        }
        let question = self.inner.store.question(id).await?;
        let question = question.ok_or(Error::QuestionNotFound(id))?;
        if question.status != QuestionStatus::Open {
            self.inner.store.require_here(question.workflow_id).await?;
            let refused = Err(Refusal::QuestionNotOpen.into());
            return self.unless_repeated(wish, about, refused).await;
        }
        let (answer, reply) = answer(&question)?;
        if let Some(reply) = &reply {
            self.before_reply(wish, &question, reply).await?;
        }
        let input = Input::Answer {
            question: question.key,
            answer,
            reply,
        };
        let now = self.inner.options.world.now();
        let request = self.request(wish, Some(question.workflow_id), Some(id), now);
        let outcome = self
            .tell(question.workflow_id, input, Vec::new(), Some(request))
            .await;
        self.unless_repeated(wish, about, outcome).await
    }

    /// Deletes an ended or never started workflow with its sub-workflows. Gives whether it was still there.
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

    /// Does the same to many workflows, one after the other, and gives what came of each. What is refused for one stops
    /// nothing. Carried out again with the same key it goes on where it was broken off.
    pub async fn bulk(
        &self,
        wish: Wish<'_>,
        act: BulkAct,
        ids: &[WorkflowId],
    ) -> Vec<(WorkflowId, Result<(), Error>)> {
        let total = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let mut outcomes = Vec::with_capacity(ids.len());
        for (id, done) in ids.iter().zip(1..) {
            let key = format!("{}-{id}", wish.key);
            let one = Wish {
                key: &key,
                operation: wish.operation,
            };
            let outcome = match act {
                BulkAct::Cancel => self.cancel(one, *id).await,
                BulkAct::Retry => self.retry(one, *id).await,
                BulkAct::Delete => self.delete(one, *id).await.map(drop),
            };
            outcomes.push((*id, outcome));
            // Nobody listening is fine.
            let _ = self.inner.bulk.progress.send(BulkProgress {
                key: wish.key.to_owned(),
                done,
                total,
            });
        }
        outcomes
    }

    /// Listens to how far acts on many workflows are, from now on.
    #[must_use]
    pub fn bulk_progress(&self) -> broadcast::Receiver<BulkProgress> {
        self.inner.bulk.progress.subscribe()
    }

    /// The task, where single tasks of its workflow can be steered: a sub-workflow that has ended is no more looked at by
    /// the workflow that it was started for.
    async fn steered(&self, wish: Wish<'_>, id: WorkflowId, task: TaskId) -> Result<TaskKey, Error> {
        let key = self.key_of(id, task).await?;
        let row = self.inner.store.workflow(id).await?;
        let has_ended = row.is_some_and(|row| row.status.is_final());
        if has_ended && self.repeated(wish, About::Workflow(id)).await?.is_none() {
            self.refuse_child(id).await?;
        }
        Ok(key)
    }

    pub(super) async fn key_of(&self, workflow: WorkflowId, task: TaskId) -> Result<TaskKey, Error> {
        let row = self.inner.store.task(workflow, task).await?;
        row.map(|row| row.key)
            .ok_or(Error::TaskNotFound { workflow, task })
    }

    /// A sub-workflow does what the workflow does that it was started for.
    async fn refuse_child(&self, id: WorkflowId) -> Result<(), Error> {
        let row = self.inner.store.workflow(id).await?;
        let parent = row.ok_or(Error::WorkflowNotFound(id))?.parent;
        match parent.and_then(|parent| parent.id) {
            Some(parent) => Err(Error::BelongsTo { child: id, parent }),
            None => Ok(()),
        }
    }

    pub(crate) async fn steer(&self, wish: Wish<'_>, id: WorkflowId, input: Input) -> Result<(), Error> {
        self.steer_with(wish, id, input, Vec::new()).await
    }

    async fn steer_with(
        &self,
        wish: Wish<'_>,
        id: WorkflowId,
        input: Input,
        contents: Vec<String>,
    ) -> Result<(), Error> {
        let about = About::Workflow(id);
        if self.repeated(wish, about).await?.is_some() {
            return Ok(());
        }
        let request = self.request(wish, Some(id), None, self.inner.options.world.now());
        let outcome = self.tell(id, input, contents, Some(request)).await;
        self.unless_repeated(wish, about, outcome).await
    }

    /// Hands an input to the actor of a run. Returns when what follows from it is on disk.
    pub(crate) async fn tell(
        &self,
        id: WorkflowId,
        input: Input,
        contents: Vec<String>,
        request: Option<RequestRecord>,
    ) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        let message = Message {
            input,
            contents,
            beside: Vec::new(),
            request,
            reply,
        };
        self.inner.registry.send(&self.inner, id, message).await?;
        answer.await.map_err(|_| Error::ShuttingDown)?
    }
}
