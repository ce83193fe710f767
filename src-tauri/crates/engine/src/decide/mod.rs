//! Makes the choices: an input and the state give events.
//!
//! What an operator asks for is in `operator` and `steer`, what a performer reports in `report` (and what of it is
//! believed in `believe`), what a plan becomes in `expand`, what follows from a failure in `failing`, from scopes in
//! `scopes`, from time in `timers`, from limits of budgets in `limits` and `time_limit` (with the words for the operator in
//! `asking`), and from the state by itself in `advance`.

mod advance;
mod asking;
mod believe;
mod expand;
mod failing;
mod input;
mod limits;
mod operator;
mod refusal;
mod reopen;
mod report;
mod scopes;
mod steer;
mod time_limit;
mod timers;

pub use input::{Fact, Input, Step};

use input::Step as CallPlace;
pub use refusal::Refusal;

use crate::state::Run;
use wheelhouse_domain::{
    AgentUid, EVENT_VERSION, Event, EventBody, Limits, Millis, Seq, Setup, TaskKey, Template, WhySkipped,
    WorkflowUid,
};

/// The first event of a run.
#[must_use]
#[expect(
    clippy::too_many_arguments,
    reason = "the fields of one event, each of its own kind"
)]
pub fn create(
    uid: WorkflowUid,
    name: String,
    description: String,
    template: &Template,
    crew: std::collections::BTreeMap<String, AgentUid>,
    limits: Limits,
    setup: Setup,
    now: Millis,
) -> Event {
    let body = EventBody::WorkflowCreated {
        uid,
        name,
        description,
        template: template.reference(),
        steps: template.document.steps.clone(),
        crew,
        limits,
        setup: Box::new(setup),
    };
    Event {
        v: EVENT_VERSION,
        seq: Seq(1),
        at: now,
        body,
    }
}

/// What follows from `input`, as events to be recorded together. Empty where nothing changes.
///
/// # Errors
/// [`Refusal`] where the input can't be taken.
pub fn decide(run: &Run, input: Input, now: Millis) -> Result<Vec<Event>, Refusal> {
    if run.imported {
        return match input {
            Input::Advance => Ok(Vec::new()),
            _ => Err(Refusal::Imported),
        };
    }
    let mut draft = Draft {
        run: run.clone(),
        events: Vec::new(),
        now,
    };
    match input {
        Input::Start => draft.start()?,
        Input::Advance => {}
        Input::Pause => draft.pause()?,
        Input::Resume => draft.resume()?,
        Input::RetryTask { task } => draft.retry_task(&task)?,
        Input::SkipTask { task } => draft.skip_task(task)?,
        Input::Override { task, output } => draft.override_task(task, output)?,
        Input::Edit { task, prompt, model } => draft.edit_task(task, prompt, model)?,
        Input::ChangeBudget { task, budget } => draft.change_budget(task, budget)?,
        Input::ChildEnded { task, end } => draft.child_ended(task, end)?,
        Input::ChildWaits {
            task,
            child,
            waits_for,
        } => draft.child_waits(task, child, waits_for)?,
        Input::Cancel => draft.cancel()?,
        Input::Retry => draft.retry()?,
        Input::Answer {
            question,
            answer,
            reply,
        } => draft.answer(&question, answer, reply)?,
        Input::Report { task, attempt, facts } => draft.report(&task, attempt, facts)?,
        Input::Stopped { task } => draft.stopped(&task)?,
        Input::Finish { result } => draft.finish(result)?,
    }
    draft.advance()?;
    Ok(draft.events)
}

/// Events under way, and the run as it will be with them.
struct Draft {
    run: Run,
    events: Vec<Event>,
    now: Millis,
}

impl Draft {
    /// Records that `task` is not done.
    fn skip(&mut self, task: TaskKey, because: TaskKey, reason: WhySkipped) -> Result<(), Refusal> {
        self.push(EventBody::TaskSkipped {
            task,
            because,
            reason,
        })
    }

    fn status_refused(&self) -> Refusal {
        Refusal::Status {
            status: self.run.status(),
        }
    }

    fn push(&mut self, body: EventBody) -> Result<(), Refusal> {
        let event = Event {
            v: EVENT_VERSION,
            seq: Seq(self.run.seq.0 + 1),
            at: self.now,
            body,
        };
        self.run.apply(&event)?;
        self.events.push(event);
        Ok(())
    }
}
