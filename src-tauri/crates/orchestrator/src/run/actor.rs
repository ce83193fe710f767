//! The loop of one run.

use super::mailbox::{Mailbox, Message};
use super::performers::Performers;
use crate::budgets;
use crate::error::Error;
use crate::registry::{pass_on, take_up_again};
use crate::service::Inner;
use crate::stays;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, error, info, info_span};
use wheelhouse_domain::{CallKind, Event, EventBody, Millis, WorkflowId, WorkflowStatus};
use wheelhouse_engine::{Call, Effect, Fact, Input, Refusal, Run, Task, decide};
use wheelhouse_store::{Commit, RunCommit, Target};

/// Messages that may wait for one run.
const MAILBOX: usize = 64;

/// Wait after the disk refused a write, before the run goes on.
const AFTER_REFUSAL: Duration = Duration::from_secs(1);

/// How long an actor with nothing to do stays, so that a conversation with the operator does not load the run each time.
const LINGER: Duration = Duration::from_secs(5);

pub(crate) struct Actor {
    inner: Arc<Inner>,
    id: WorkflowId,
    run: Run,
    mailbox: mpsc::Receiver<Message>,
    performers: Performers,
    /// Set where the run is about to leave for another store.
    rest: CancellationToken,
    /// When time was last taken into account. An older wake-up has been seen already.
    advanced_at: Millis,
}

/// Why the loop ends before the run does.
struct Broken;

impl Actor {
    /// Folds the journal of `id` and goes on with what is outstanding.
    pub(crate) async fn spawn(inner: Arc<Inner>, id: WorkflowId) -> Result<Mailbox, Error> {
        inner.store.require_here(id).await?;
        let run = load(&inner, id).await?;
        inner.accounts.load(&inner, &run).await?;
        budgets::tell(&inner).await;
        let (sender, mailbox) = mpsc::channel(MAILBOX);
        let rest = CancellationToken::new();
        let performers = Performers::new(Arc::clone(&inner), id, sender.downgrade());
        let actor = Self {
            inner: Arc::clone(&inner),
            id,
            run,
            mailbox,
            performers,
            rest: rest.clone(),
            advanced_at: Millis(i64::MIN),
        };
        let span = info_span!("workflow", workflow = id.0);
        inner.tracker.spawn(actor.work().instrument(span));
        Ok(Mailbox::new(sender, rest))
    }

    async fn work(mut self) {
        self.performers.reconcile(&self.run);
        // Time may have passed since the last event: retries that are due begin now.
        let mut step = self.take_alone(Input::Advance).await;
        while step.is_ok() {
            let wake = self
                .performers
                .reconcile(&self.run)
                .filter(|at| *at > self.advanced_at);
            let idle = !self.performers.any() && wake.is_none() && !self.waits();
            let closing = self.inner.closing.clone();
            let rest = self.rest.clone();
            step = tokio::select! {
                () = closing.cancelled() => break,
                () = rest.cancelled() => {
                    self.let_calls_end().await;
                    break;
                }
                () = tokio::time::sleep(LINGER), if idle => break,
                message = self.mailbox.recv() => match message {
                    Some(message) => self.take(message).await,
                    None => break,
                },
                () = sleep_until(&self.inner, wake) => self.take_alone(Input::Advance).await,
                Some(ended) = self.performers.next_ended() => match self.performers.after(ended, &self.run) {
                    Some(input) => self.take_alone(input).await,
                    None => Ok(()),
                },
            };
        }
        let (inner, id) = (Arc::clone(&self.inner), self.id);
        self.leave().await;
        if step.is_err() {
            inner.tracker.spawn(take_up_again(Arc::clone(&inner), id));
        }
    }

    /// Whether the run only waits for the operator. Its actor stays, so that the answer finds it at home.
    fn waits(&self) -> bool {
        self.run.status() == WorkflowStatus::Waiting
    }

    /// Begins nothing more, and waits for a while for what is in flight: its result is paid for. What may not be done twice
    /// is waited for to its own limit.
    async fn let_calls_end(&mut self) {
        let closing = self.inner.closing.clone();
        let deadline = tokio::time::Instant::now() + self.inner.options.calls_may_end;
        self.performers.stop_idle(&self.run);
        while self.performers.any() && in_flight(&self.run).next().is_some() {
            let must_end = in_flight(&self.run).any(|call| !is_repeatable(&call.kind));
            let step = tokio::select! {
                () = closing.cancelled() => return,
                () = tokio::time::sleep_until(deadline), if !must_end => return,
                message = self.mailbox.recv() => match message {
                    Some(message) => self.take(message).await,
                    None => return,
                },
                Some(ended) = self.performers.next_ended() => match self.performers.after(ended, &self.run) {
                    Some(input) => self.take_alone(input).await,
                    None => Ok(()),
                },
            };
            if step.is_err() {
                return;
            }
        }
    }

    async fn leave(mut self) {
        self.performers.stop_all().await;
        self.mailbox.close();
        self.inner
            .accounts
            .leave(&self.run, self.inner.options.world.now());
        // Whoever wrote in the last moment is served by the next actor, or learns that the application closes.
        while let Some(message) = self.mailbox.recv().await {
            if self.inner.closing.is_cancelled() {
                let _ = message.reply.send(Err(Error::ShuttingDown));
            } else if self.rest.is_cancelled() {
                let _ = message.reply.send(Err(Error::Leaving(self.id)));
            } else {
                tokio::spawn(pass_on(Arc::clone(&self.inner), self.id, message));
            }
        }
    }

    async fn take_alone(&mut self, input: Input) -> Result<(), Broken> {
        let (reply, _ignored) = oneshot::channel();
        self.take(Message {
            input,
            contents: Vec::new(),
            beside: Vec::new(),
            request: None,
            reply,
        })
        .await
    }

    async fn take(&mut self, message: Message) -> Result<(), Broken> {
        let now = self.inner.options.world.now();
        let Message {
            input,
            contents,
            beside,
            request,
            reply,
        } = message;
        if self.rest.is_cancelled() && begins_something(&input) {
            // As in a pause: what was obtained is kept, and nothing new is begun.
            let _ = reply.send(Err(Error::Refused(Refusal::Paused)));
            return Ok(());
        }
        let reported = stale(&input);
        let held = match self.inner.accounts.reserve(&self.run, &input, now) {
            Ok(held) => held,
            Err(no_room) => {
                let question = budgets::ask(&self.inner, &self.run, no_room).await;
                let _ = reply.send(question.and_then(|fact| Err(Error::Asks(Box::new(fact)))));
                return Ok(());
            }
        };
        // Kept for the words of a question that may follow.
        let reported_input = matches!(input, Input::Report { .. }).then(|| input.clone());
        let events = match decide(&self.run, input, now) {
            Ok(events) => events,
            Err(refusal) => {
                self.inner.accounts.release(held);
                if let (Refusal::Confined { sources }, Some(input)) = (&refusal, &reported_input) {
                    let question = stays::ask(&self.inner, &self.run, input, sources).await;
                    let _ = reply.send(question.and_then(|fact| Err(Error::Asks(Box::new(fact)))));
                    return Ok(());
                }
                // Events that do not fold will not do so a moment later either.
                let broken = matches!(refusal, Refusal::Fold(_));
                let _ = reply.send(Err(refusal.into()));
                return if broken { Err(Broken) } else { Ok(()) };
            }
        };
        if events.is_empty() && request.is_none() {
            self.advanced_at = now;
            let _ = reply.send(Ok(()));
            return Ok(());
        }
        let mut runs = vec![RunCommit {
            target: Target::Existing(self.id),
            events: events.clone(),
        }];
        // Where the engine took something else in the place of a sub-workflow, that one must not be there.
        runs.extend(beside.into_iter().filter(|run| is_begun_by(&events, run)));
        let written = self
            .inner
            .store
            .commit(Commit {
                runs,
                contents,
                request,
            })
            .await;
        let mut outcome = written.map_err(Error::from).map(|_| ());
        let result = if outcome.is_ok() {
            self.advanced_at = now;
            let begun = self.inner.accounts.recorded(&self.run, &events, held);
            if let Some(stale) = reported.filter(|_| !begun) {
                // The task was stopped in place of its next call, which must not be made.
                outcome = Err(Error::Refused(stale));
            }
            budgets::tell(&self.inner).await;
            self.apply(&events)
        } else {
            self.inner.accounts.release(held);
            self.after_failure(&outcome)
        };
        let repeated = matches!(
            outcome,
            Err(Error::Store(wheelhouse_store::Error::RequestRepeated(_)))
        );
        let not_begun = matches!(outcome, Err(Error::Refused(_)));
        let refused = outcome.is_err() && !repeated && !not_begun;
        let _ = reply.send(outcome);
        if refused {
            // What this run wants by itself is wanted again at once; a disk that refuses needs a moment.
            tokio::time::sleep(AFTER_REFUSAL).await;
        }
        result
    }

    fn apply(&mut self, events: &[Event]) -> Result<(), Broken> {
        for event in events {
            info!(
                event = event.body.kind(),
                task = event.body.task().map(tracing::field::display),
                "recorded"
            );
            if let Err(error) = self.run.apply(event) {
                error!(%error, "the journal and the engine disagree; the run is loaded anew");
                return Err(Broken);
            }
        }
        Ok(())
    }

    /// Where the store holds something else than this actor believes, it must not go on believing.
    fn after_failure(&self, outcome: &Result<(), Error>) -> Result<(), Broken> {
        match outcome {
            Err(Error::Store(
                wheelhouse_store::Error::SeqConflict { .. }
                | wheelhouse_store::Error::Integrity { .. }
                | wheelhouse_store::Error::WorkflowNotFound(_)
                | wheelhouse_store::Error::NotHere { .. },
            )) => {
                error!(
                    workflow = self.id.0,
                    "the store refused the run's events; the run is loaded anew"
                );
                Err(Broken)
            }
            _ => Ok(()),
        }
    }
}

/// Calls whose intent is on record and whose result is not.
fn in_flight(run: &Run) -> impl Iterator<Item = &Call> {
    run.tasks.iter().flat_map(Task::in_flight)
}

fn is_repeatable(kind: &CallKind) -> bool {
    match kind {
        CallKind::Model { .. } => true,
        CallKind::Tool { repeatable, .. } => *repeatable,
    }
}

/// Whether `events` tell of another run that begins with them.
fn is_begun_by(events: &[Event], run: &RunCommit) -> bool {
    let Some(EventBody::WorkflowCreated { uid, .. }) = run.events.first().map(|event| &event.body) else {
        return false;
    };
    let begins = |event: &Event| matches!(&event.body, EventBody::ChildStarted { child, .. } if child == uid);
    events.iter().any(begins)
}

/// Whether an input puts a new call or sub-workflow on record.
fn begins_something(input: &Input) -> bool {
    let Input::Report { facts, .. } = input else {
        return false;
    };
    facts.iter().any(Fact::begins)
}

/// What a report is answered with whose calls were not put on record.
fn stale(input: &Input) -> Option<Refusal> {
    match input {
        Input::Report { task, attempt, .. } => Some(Refusal::Stale {
            task: task.clone(),
            attempt: *attempt,
        }),
        _ => None,
    }
}

/// Folds the journal of a run.
pub(crate) async fn load(inner: &Inner, id: WorkflowId) -> Result<Run, Error> {
    let stored = inner.store.all_events(id).await?;
    if stored.is_empty() {
        return Err(Error::WorkflowNotFound(id));
    }
    Run::fold(stored.iter()).map_err(|source| Error::Journal { id, source })
}

async fn sleep_until(inner: &Inner, wake: Option<Millis>) {
    match wake {
        None => std::future::pending().await,
        Some(at) => {
            let left = at.0.saturating_sub(inner.options.world.now().0).max(0);
            tokio::time::sleep(Duration::from_millis(u64::try_from(left).unwrap_or(0))).await;
        }
    }
}

/// The earliest wake-up among `effects`.
pub(super) fn wake_of(effects: &[Effect]) -> Option<Millis> {
    effects
        .iter()
        .filter_map(|effect| {
            if let Effect::Wake { at } = effect {
                Some(*at)
            } else {
                None
            }
        })
        .min()
}
