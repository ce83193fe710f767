//! Makes the choices: an input and the state give events.
//!
//! What an operator asks for is in `operator`, what a performer reports in `report`, what follows from the
//! state by itself in `advance`.

mod advance;
mod operator;
mod report;
mod steer;

use crate::state::Run;
use thiserror::Error;
use wheelhouse_domain::{
    AgentUid, Assignment, Budget, CallKind, ChildEnd, ContentHash, EVENT_VERSION, Event, EventBody, Failure,
    Form, Limits, Millis, Origin, Plan, QuestionKey, QuestionKind, Reply, Scope, Seq, Setup, Spend, TaskKey,
    Template, Usage, WorkflowStatus, WorkflowUid,
};

/// Something that happened outside, or that the operator wants.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The operator starts the run.
    Start,
    /// Time went by, or the process came back.
    Advance,
    /// The operator stops the run.
    Cancel,
    /// The operator takes it up again.
    Retry,
    /// The operator stops the run for a while.
    Pause,
    /// The operator lets it go on.
    Resume,
    /// The operator takes up one failed, cancelled or skipped task again, and what became impossible by it.
    RetryTask {
        /// The task.
        task: TaskKey,
    },
    /// The operator goes on without a task's answer.
    SkipTask {
        /// The task.
        task: TaskKey,
    },
    /// The operator gives a task another answer. Where others have built on it already, only a fork can.
    Override {
        /// The task.
        task: TaskKey,
        /// A `TaskAnswer`.
        output: ContentHash,
    },
    /// The operator changes what a task that has not ended well is told, or which model does it.
    Edit {
        /// The task.
        task: TaskKey,
        /// What it is told.
        prompt: Option<String>,
        /// The model.
        model: Option<String>,
    },
    /// The operator changes a budget.
    ChangeBudget {
        /// The task; none for the run.
        task: Option<TaskKey>,
        /// The new limits.
        budget: Budget,
    },
    /// A sub-workflow ended.
    ChildEnded {
        /// The task that it was started for.
        task: TaskKey,
        /// How.
        end: ChildEnd,
    },
    /// The operator answers a question.
    Answer {
        /// Which one.
        question: QuestionKey,
        /// The answer in words.
        answer: String,
        /// The structured answer, where the question has a form.
        reply: Option<Reply>,
    },
    /// A performer tells what it did, in order.
    Report {
        /// The task.
        task: TaskKey,
        /// The attempt that it worked on.
        attempt: u32,
        /// What it did.
        facts: Vec<Fact>,
    },
    /// A performer confirms that a task has nothing in flight any more.
    Stopped {
        /// The task.
        task: TaskKey,
    },
}

/// Place of a call in its task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// Turn of the agent's loop.
    pub turn: u32,
    /// Place in its turn.
    pub index: u32,
}

/// What a performer did.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// It is about to make a call.
    CallStarted {
        /// Where.
        place: Step,
        /// What it calls.
        kind: CallKind,
        /// The request.
        request: ContentHash,
        /// What was reserved for it.
        reserved: Option<Spend>,
    },
    /// A call gave a result.
    CallFinished {
        /// Where.
        place: Step,
        /// The result.
        response: ContentHash,
        /// What it used.
        usage: Usage,
        /// What it cost.
        spent: Option<Spend>,
    },
    /// A call failed.
    CallFailed {
        /// Where.
        place: Step,
        /// Why.
        failure: Failure,
    },
    /// A call was in flight when the process ended.
    CallInterrupted {
        /// Where.
        place: Step,
    },
    /// The task has its answer.
    Answered {
        /// The answer.
        output: ContentHash,
    },
    /// The task has its answer, and it is a plan.
    Planned {
        /// The plan.
        plan: Plan,
        /// How it came to be.
        origin: Origin,
        /// The answer for people.
        output: ContentHash,
    },
    /// The task has its answer, and it is a staffing.
    Staffed {
        /// Who does what.
        assignments: Vec<Assignment>,
        /// How it came to be.
        origin: Origin,
        /// The answer for people.
        output: ContentHash,
    },
    /// The agent needs something from the operator.
    Asked {
        /// What it is about.
        kind: QuestionKind,
        /// The question.
        text: String,
        /// What it asks for beside words.
        form: Option<Form>,
    },
    /// The task's `when` is false.
    Unneeded,
    /// The task's expressions were worked out, and its own work follows.
    Prepared {
        /// What they gave, where it is needed later.
        prepared: Option<ContentHash>,
    },
    /// The task contains these from here on.
    Opened {
        /// The scopes; none where a list is empty.
        scopes: Vec<Scope>,
        /// Their values: a JSON array with one for each.
        values: Option<ContentHash>,
    },
    /// The task waits for a time.
    Waits {
        /// Until when.
        until: Millis,
    },
    /// A sub-workflow was started for the task; the same commit holds its first events.
    ChildStarted {
        /// The sub-workflow.
        child: WorkflowUid,
    },
    /// The attempt failed.
    Failed(Failure),
}

/// Why an input was not taken. The run is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The run's state does not allow it.
    #[error("the workflow is {}", status.as_str())]
    Status {
        /// Where it stands.
        status: WorkflowStatus,
    },
    /// The question is not open.
    #[error("the question is not open any more")]
    QuestionNotOpen,
    /// The report is about an attempt that is over.
    #[error("attempt {attempt} of task {task} is over")]
    Stale {
        /// The task.
        task: TaskKey,
        /// The attempt.
        attempt: u32,
    },
    /// The call's result is on record already, or it was never begun.
    #[error("turn {turn}.{index} of task {task} is not open for this")]
    CallNotOpen {
        /// The task.
        task: TaskKey,
        /// Turn.
        turn: u32,
        /// Place in its turn.
        index: u32,
    },
    /// A plan or a staffing that must not be accepted.
    #[error("{0}")]
    Unusable(String),
    /// The engine's own events do not fold. A fault of the engine.
    #[error(transparent)]
    Fold(#[from] crate::FoldError),
}

/// The first event of a run.
#[must_use]
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
        Input::RetryTask { task } => draft.retry_task(task)?,
        Input::SkipTask { task } => draft.skip_task(task)?,
        Input::Override { task, output } => draft.override_task(task, output)?,
        Input::Edit { task, prompt, model } => draft.edit_task(task, prompt, model)?,
        Input::ChangeBudget { task, budget } => draft.change_budget(task, budget)?,
        Input::ChildEnded { task, end } => draft.child_ended(task, end)?,
        Input::Cancel => draft.cancel()?,
        Input::Retry => draft.retry()?,
        Input::Answer {
            question,
            answer,
            reply,
        } => draft.answer(question, answer, reply)?,
        Input::Report { task, attempt, facts } => draft.report(&task, attempt, facts)?,
        Input::Stopped { task } => draft.stopped(&task)?,
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
