//! What the engine is told.

use wheelhouse_domain::{
    Assignment, Budget, CallKind, ChildEnd, ContentHash, Failure, Form, Gist, Leave, Millis, Origin, Outside,
    Plan, QuestionKey, QuestionKind, Reply, Scope, Spend, StaysHere, TaskKey, Usage, WaitsFor, WorkflowUid,
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
    /// A sub-workflow has nothing to do but to wait, or goes on again.
    ChildWaits {
        /// The task that it was started for.
        task: TaskKey,
        /// The sub-workflow.
        child: WorkflowUid,
        /// What it waits for; none where it goes on.
        waits_for: Option<WaitsFor>,
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
    /// A performer made the report of the run.
    Finish {
        /// The report, or why there is none.
        result: Result<ContentHash, Failure>,
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
        /// Whether it goes to another machine.
        elsewhere: bool,
        /// Sources that stay here whose text is in the request by way of the agent.
        holds: Vec<StaysHere>,
        /// What the operator did not write that is in the request by way of the agent or of its tools.
        sees: Vec<Outside>,
        /// By whose leave it is made, where it does more than read.
        leave: Option<Leave>,
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
        /// What a model said, in short.
        gist: Option<Gist>,
        /// Sources that stay here whose text is in the result.
        stays_here: Vec<StaysHere>,
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
        /// The call that asked for it, where it is another agent's help.
        call: Option<Step>,
    },
    /// The attempt failed.
    Failed(Failure),
}

impl Fact {
    /// Whether something new is made from it on: a call, or a sub-workflow.
    #[must_use]
    pub fn begins(&self) -> bool {
        matches!(self, Self::CallStarted { .. } | Self::ChildStarted { .. })
    }

    /// Whether the task has its answer with it.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        matches!(
            self,
            Self::Answered { .. } | Self::Planned { .. } | Self::Staffed { .. }
        )
    }

    /// Whether the task is not at work any more after it.
    pub(super) fn ends_work(&self) -> bool {
        self.is_answer() || matches!(self, Self::Asked { .. } | Self::Failed(_))
    }
}
