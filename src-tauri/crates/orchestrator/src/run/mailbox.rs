//! How others speak to a run's actor.

use crate::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};
use wheelhouse_domain::{Failure, FailureCode, TaskKey};
use wheelhouse_engine::{Fact, Input, Refusal};
use wheelhouse_store::{RequestRecord, RunCommit};

/// Something that the actor should take in.
pub(crate) struct Message {
    /// What happened or is wanted.
    pub(crate) input: Input,
    /// Texts that the resulting events point at.
    pub(crate) contents: Vec<String>,
    /// Facts of other runs that become durable together with these, or not at all.
    pub(crate) beside: Vec<RunCommit>,
    /// The operator's wish behind it.
    pub(crate) request: Option<RequestRecord>,
    /// Told when it is on disk.
    pub(crate) reply: oneshot::Sender<Result<(), Error>>,
}

/// Address of an actor.
#[derive(Clone)]
pub(crate) struct Mailbox {
    sender: mpsc::Sender<Message>,
    rest: CancellationToken,
}

impl Mailbox {
    pub(crate) fn new(sender: mpsc::Sender<Message>, rest: CancellationToken) -> Self {
        Self { sender, rest }
    }

    /// Asks the actor to begin nothing more and to leave, and waits until it writes nothing any more.
    pub(crate) async fn rest(&self) {
        self.rest.cancel();
        self.sender.closed().await;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Gives the message back when the actor has left.
    pub(crate) async fn send(&self, message: Message) -> Result<(), Message> {
        self.sender.send(message).await.map_err(|refused| refused.0)
    }
}

/// How a performer tells what it did. A weak address: performers do not keep an actor alive.
#[derive(Clone)]
pub(crate) struct Reporter {
    pub(crate) sender: mpsc::WeakSender<Message>,
    pub(crate) task: TaskKey,
    pub(crate) attempt: u32,
    /// Set where the operator's pause keeps the performer from going on.
    pub(crate) halted: Arc<AtomicBool>,
}

/// The performer's work is not wanted any more.
#[derive(Debug)]
pub(crate) struct Unwanted;

impl Reporter {
    /// Returns when `facts` are on disk. While the disk refuses, it is tried again: a result that was paid for
    /// must not be lost, and nothing may act on it before it is kept.
    pub(crate) async fn report(&self, facts: Vec<Fact>, contents: Vec<String>) -> Result<(), Unwanted> {
        self.report_with(facts, contents, Vec::new()).await
    }

    /// The same, with the first facts of other runs that are told of in `facts`: both are on disk, or neither is.
    pub(crate) async fn report_with(
        &self,
        facts: Vec<Fact>,
        contents: Vec<String>,
        beside: Vec<RunCommit>,
    ) -> Result<(), Unwanted> {
        let mut wait = Duration::from_millis(500);
        loop {
            match self
                .try_report(facts.clone(), contents.clone(), beside.clone())
                .await?
            {
                Ok(()) => return Ok(()),
                Err(Error::Asks(question)) => return self.ask_instead(facts, contents, *question).await,
                Err(Error::Refused(Refusal::Paused)) => return self.keep_results(facts, contents).await,
                // It would be outstanding still and be done again, for ever and at a price.
                Err(Error::Refused(Refusal::Unusable(reason))) => {
                    return self.give_up(facts, contents, &reason).await;
                }
                Err(Error::Refused(refusal)) => {
                    tracing::debug!(task = %self.task, %refusal, "a report came too late");
                    return Err(Unwanted);
                }
                Err(Error::ShuttingDown) => return Err(Unwanted),
                Err(error) => {
                    warn!(task = %self.task, %error, "a result could not be recorded yet; trying again");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(Duration::from_secs(30));
                }
            }
        }
    }

    /// The task asks the operator in place of its next call. What was obtained before is kept with the question.
    async fn ask_instead(
        &self,
        mut facts: Vec<Fact>,
        contents: Vec<String>,
        question: Fact,
    ) -> Result<(), Unwanted> {
        facts.retain(|fact| !fact.begins());
        facts.push(question);
        // Boxed, because it is the way back to where it comes from. It reserves nothing, so it comes by here once.
        Box::pin(self.report(facts, contents)).await?;
        Err(Unwanted)
    }

    /// Reports a fact together with the first facts of another run. Where the disk refuses, nothing of it is kept, and
    /// the effect is outstanding still.
    ///
    /// # Errors
    /// [`Error`] where it was not taken.
    pub(crate) async fn report_beside(&self, fact: Fact, beside: RunCommit) -> Result<(), Error> {
        match self.try_report(vec![fact], Vec::new(), vec![beside]).await {
            Ok(outcome) => outcome,
            Err(Unwanted) => Err(Error::ShuttingDown),
        }
    }

    /// The operator paused the run: what was obtained is kept, and no new call begins. The performer is started anew
    /// when the run goes on.
    async fn keep_results(&self, mut facts: Vec<Fact>, contents: Vec<String>) -> Result<(), Unwanted> {
        facts.retain(|fact| !fact.begins());
        if !facts.is_empty()
            && let Err(error) = self.try_report(facts, contents, Vec::new()).await?
        {
            // It is obtained again when the run goes on, because its call is on record without a result.
            warn!(task = %self.task, %error, "a result could not be kept while the run is paused");
        }
        Err(Unwanted)
    }

    /// Keeps what the performer did, but ends its attempt in place of the answer that the run does not take.
    async fn give_up(
        &self,
        mut facts: Vec<Fact>,
        contents: Vec<String>,
        reason: &str,
    ) -> Result<(), Unwanted> {
        error!(task = %self.task, reason, "an answer that had been checked was refused");
        facts.retain(|fact| !fact.is_answer() && !matches!(fact, Fact::ChildStarted { .. }));
        facts.push(Fact::Failed(Failure::lasting(
            FailureCode::AnswerInvalid,
            format!("The answer does not fit into this run: {reason}."),
            "Retry the task. If it happens again, choose another model for this agent.",
        )));
        match self.try_report(facts, contents, Vec::new()).await? {
            Ok(()) => Ok(()),
            Err(error) => {
                error!(task = %self.task, %error, "the end of the attempt could not be recorded");
                Err(Unwanted)
            }
        }
    }

    async fn try_report(
        &self,
        facts: Vec<Fact>,
        contents: Vec<String>,
        beside: Vec<RunCommit>,
    ) -> Result<Result<(), Error>, Unwanted> {
        let sender = self.sender.upgrade().ok_or(Unwanted)?;
        let (reply, answer) = oneshot::channel();
        let input = Input::Report {
            task: self.task.clone(),
            attempt: self.attempt,
            facts,
        };
        let message = Message {
            input,
            contents,
            beside,
            request: None,
            reply,
        };
        sender.send(message).await.map_err(|_| Unwanted)?;
        let outcome = answer.await.map_err(|_| Unwanted)?;
        if matches!(outcome, Err(Error::Refused(Refusal::Paused))) {
            self.halted.store(true, Ordering::Relaxed);
        }
        Ok(outcome)
    }
}
