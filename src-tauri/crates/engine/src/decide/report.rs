//! What performers tell.

use super::{Draft, Fact, Refusal, Step};
use crate::guard;
use crate::state::{CallState, Task};
use wheelhouse_domain::{
    AfterStop, AgentQuestion, CallKey, ChildEnd, ContentHash, EventBody, Failure, FailureCode, Form,
    QuestionKey, StepKind, TaskKey, TaskStatus, WaitsFor, WhySkipped, WorkflowFailure, WorkflowUid,
};

impl Draft {
    pub(super) fn report(&mut self, task: &TaskKey, attempt: u32, facts: Vec<Fact>) -> Result<(), Refusal> {
        for fact in facts {
            self.check_current(task, attempt)?;
            self.check_fact(task, &fact)?;
            if let Some(failure) = self.repeats(task, &fact) {
                // What else was reported would only repeat it.
                self.interrupt_in_flight(task)?;
                return self.attempt_failed(task, attempt, failure);
            }
            if fact.ends_work() {
                // Its result would come too late, and nobody would end it.
                self.interrupt_in_flight(task)?;
            }
            self.record(task, attempt, fact)?;
        }
        Ok(())
    }

    /// Why a task must not go on with `fact`, where that would do the same again and again.
    fn repeats(&self, key: &TaskKey, fact: &Fact) -> Option<Failure> {
        match fact {
            Fact::CallStarted { .. } => guard::after_call(&self.run, key),
            Fact::Opened { scopes, .. } => {
                guard::after_round(&self.run, key).or_else(|| guard::fan_out(&self.run, key, scopes.len()))
            }
            _ => None,
        }
    }

    /// What a task had in flight has stopped.
    pub(super) fn stopped(&mut self, key: &TaskKey) -> Result<(), Refusal> {
        let wanted = self.run.task(key).is_some_and(|task| {
            task.status == TaskStatus::Running && (self.run.cancelling || task.stopping.is_some())
        });
        if wanted {
            self.end_stopped(key)
        } else {
            Err(self.status_refused())
        }
    }

    /// Ends a task that is being stopped.
    pub(super) fn end_stopped(&mut self, key: &TaskKey) -> Result<(), Refusal> {
        self.interrupt_in_flight(key)?;
        let Some(task) = self.run.task(key) else {
            return Ok(());
        };
        let attempt = task.attempt;
        let then = if self.run.cancelling {
            AfterStop::Cancel
        } else {
            task.stopping.clone().unwrap_or_default()
        };
        match then {
            AfterStop::Cancel => self.end_cancelled(key),
            AfterStop::Fail { failure } => self.attempt_failed(key, attempt, failure),
            AfterStop::Skip => self.skip(key.clone(), key.clone(), WhySkipped::Operator),
        }
    }

    /// The operator may have mended meanwhile what it was stopped for: then it is taken up again.
    fn end_cancelled(&mut self, key: &TaskKey) -> Result<(), Refusal> {
        self.push(EventBody::TaskCancelled { task: key.clone() })?;
        let is_wanted = self.run.task(key).is_some_and(|task| self.goes_on_around(task));
        if self.run.cancelling || !is_wanted {
            return Ok(());
        }
        let tasks = self.to_reopen(key, true);
        self.push(EventBody::WorkflowRetried { tasks })
    }

    pub(super) fn child_ended(&mut self, key: TaskKey, end: ChildEnd) -> Result<(), Refusal> {
        let Some(task) = self.run.task(&key) else {
            return Err(Refusal::UnknownTask { task: key });
        };
        let attempt = task.attempt;
        if task.child_end.as_ref() == Some(&end) {
            return Ok(());
        }
        if task.status != TaskStatus::Running || task.child != Some(end.workflow) || task.child_end.is_some()
        {
            return Err(Refusal::Stale { task: key, attempt });
        }
        let stops = self.run.cancelling || task.stopping.is_some();
        self.push(EventBody::ChildEnded {
            task: key.clone(),
            end: Box::new(end.clone()),
        })?;
        // What came of help is the result of the call that asked for it, and the agent goes on.
        let is_help = self
            .run
            .task(&key)
            .is_some_and(|task| task.waits_for_help().is_some());
        match end.report {
            _ if stops => self.end_stopped(&key),
            _ if is_help => Ok(()),
            Some(output) => self.push(EventBody::TaskCompleted { task: key, output }),
            None => {
                let failure = self.child_failure(&key, end.failure);
                self.attempt_failed(&key, attempt, failure)
            }
        }
    }

    /// What is being stopped waits for nothing any more but its end.
    pub(super) fn child_waits(
        &mut self,
        key: TaskKey,
        child: WorkflowUid,
        waits_for: Option<WaitsFor>,
    ) -> Result<(), Refusal> {
        let Some(task) = self.run.task(&key) else {
            return Err(Refusal::UnknownTask { task: key });
        };
        if task.status != TaskStatus::Running || task.child != Some(child) || task.child_end.is_some() {
            let attempt = task.attempt;
            return Err(Refusal::Stale { task: key, attempt });
        }
        if task.child_waits == waits_for || task.stopping.is_some() || self.run.cancelling {
            return Ok(());
        }
        self.push(EventBody::ChildWaits { task: key, waits_for })
    }

    /// A sub-workflow has had its own retries, so it is only done again where the step says so.
    fn child_failure(&self, key: &TaskKey, inner: Option<Failure>) -> Failure {
        let step = self.run.task(key).and_then(|task| self.run.step_of(task));
        let again = step.is_some_and(|step| step.retry.is_some());
        let message = match inner {
            Some(inner) => format!("The sub-workflow failed: {}", inner.message),
            None => "The sub-workflow was cancelled.".to_owned(),
        };
        let next_step = "Open the sub-workflow to see what happened, then retry this task.";
        if again {
            Failure::passing(FailureCode::ChildFailed, message, next_step)
        } else {
            Failure::lasting(FailureCode::ChildFailed, message, next_step)
        }
    }

    /// The report of the run was made.
    pub(super) fn finish(&mut self, result: Result<ContentHash, Failure>) -> Result<(), Refusal> {
        if self.run.paused {
            return Err(Refusal::Paused);
        }
        if !self.run.is_finishing() {
            return Err(self.status_refused());
        }
        match result {
            Ok(report) => self.push(EventBody::WorkflowCompleted { report }),
            Err(failure) => self.push(EventBody::WorkflowFailed {
                failure: WorkflowFailure {
                    task: TaskKey("output".to_owned()),
                    task_title: "Output".to_owned(),
                    failure,
                },
            }),
        }
    }

    fn check_current(&self, task: &TaskKey, attempt: u32) -> Result<(), Refusal> {
        if self.run.is_at_work(task, attempt) {
            Ok(())
        } else {
            Err(Refusal::Stale {
                task: task.clone(),
                attempt,
            })
        }
    }

    fn record(&mut self, task: &TaskKey, attempt: u32, fact: Fact) -> Result<(), Refusal> {
        match fact {
            Fact::CallStarted { .. }
            | Fact::CallFinished { .. }
            | Fact::CallFailed { .. }
            | Fact::CallInterrupted { .. } => self.record_call(task, attempt, fact),
            Fact::Answered { output } => self.push(EventBody::TaskCompleted {
                task: task.clone(),
                output,
            }),
            Fact::Planned { plan, origin, output } => self.planned(task, plan, origin, output),
            Fact::Staffed {
                assignments,
                origin,
                output,
            } => self.staffed(task, assignments, origin, output),
            Fact::Asked { kind, text, form } => {
                self.check_asked(task, form.as_ref().and_then(Form::asked))?;
                let asked = self.run.task(task).map_or(0, |task| task.asked);
                let question = QuestionKey(format!("{task}?{}", asked + 1));
                self.push(EventBody::QuestionAsked {
                    question,
                    task: task.clone(),
                    kind,
                    text,
                    form: form.map(Box::new),
                })
            }
            Fact::Unneeded => self.skip(task.clone(), task.clone(), WhySkipped::Condition),
            Fact::Prepared { prepared } => self.prepared(task, attempt, prepared),
            Fact::Opened { scopes, values } => self.opened(task, attempt, scopes, values),
            Fact::Waits { until } => self.push(EventBody::TaskWaits {
                task: task.clone(),
                until,
            }),
            Fact::ChildStarted { child, call } => {
                let call = call.map(|place| self.open_call(task, place)).transpose()?;
                self.push(EventBody::ChildStarted {
                    task: task.clone(),
                    attempt,
                    child,
                    call,
                })
            }
            Fact::Failed(failure) => self.attempt_failed(task, attempt, failure),
        }
    }

    /// What an agent asks is asked once, and not without end.
    fn check_asked(&self, task: &TaskKey, wanted: Option<&AgentQuestion>) -> Result<(), Refusal> {
        let Some(wanted) = wanted else {
            return Ok(());
        };
        if self.run.asked_before(task, wanted).is_some() || self.run.has_asked_enough(task) {
            return Err(Refusal::AskedBefore { task: task.clone() });
        }
        Ok(())
    }

    fn prepared(
        &mut self,
        key: &TaskKey,
        attempt: u32,
        prepared: Option<ContentHash>,
    ) -> Result<(), Refusal> {
        let task = self.run.task(key);
        let is_child =
            task.is_some_and(|task| matches!(self.run.kind_of(task), Some(StepKind::Workflow { .. })));
        if is_child && let Some(beyond) = self.too_deep(key) {
            return self.stop_at(key, attempt, beyond);
        }
        self.push(EventBody::TaskPrepared {
            task: key.clone(),
            attempt,
            prepared,
        })
    }

    fn record_call(&mut self, task: &TaskKey, attempt: u32, fact: Fact) -> Result<(), Refusal> {
        match fact {
            Fact::CallStarted {
                place,
                kind,
                request,
                reserved,
                elsewhere,
                holds,
                sees,
                leave,
            } => {
                self.run.check_may_leave(elsewhere, &holds)?;
                let call = self.new_call(task, place)?;
                self.run
                    .check_leave(task, place, &kind, leave.as_ref(), self.now)?;
                let Step { turn, index } = place;
                self.push(EventBody::CallStarted {
                    call,
                    task: task.clone(),
                    attempt,
                    turn,
                    index,
                    kind,
                    request,
                    reserved,
                    elsewhere,
                    holds,
                    sees,
                    leave,
                })
            }
            Fact::CallFinished {
                place,
                response,
                usage,
                spent,
                gist,
                stays_here,
            } => {
                let call = self.open_call(task, place)?;
                self.push(EventBody::CallFinished {
                    call,
                    response,
                    usage,
                    spent,
                    gist,
                    stays_here,
                })
            }
            Fact::CallFailed { place, failure } => {
                let call = self.open_call(task, place)?;
                self.push(EventBody::CallFailed { call, failure })
            }
            Fact::CallInterrupted { place } => {
                let call = self.open_call(task, place)?;
                self.push(EventBody::CallInterrupted { call })
            }
            _ => Ok(()),
        }
    }

    /// A call may begin where none was made yet, or where the last one was interrupted or failed. Where one
    /// is in flight or has its result on record, it may not: that is what makes every call happen once.
    fn new_call(&self, task: &TaskKey, place: Step) -> Result<CallKey, Refusal> {
        let before = self
            .run
            .task(task)
            .and_then(|task| task.call_at(place.turn, place.index));
        if before.is_some_and(|call| matches!(call.state, CallState::Started | CallState::Finished { .. })) {
            return Err(not_open(task, place));
        }
        match self.run.task(task) {
            Some(task) => Ok(task.next_call(place)),
            None => Err(not_open(task, place)),
        }
    }

    fn open_call(&self, task: &TaskKey, place: Step) -> Result<CallKey, Refusal> {
        let call = self
            .run
            .task(task)
            .and_then(|task| task.call_at(place.turn, place.index));
        match call {
            Some(call) if call.state == CallState::Started => Ok(call.key.clone()),
            _ => Err(not_open(task, place)),
        }
    }

    pub(super) fn interrupt_in_flight(&mut self, task: &TaskKey) -> Result<(), Refusal> {
        let open: Vec<CallKey> = self
            .run
            .task(task)
            .into_iter()
            .flat_map(Task::unfinished)
            .map(|call| call.key.clone())
            .collect();
        open.into_iter()
            .try_for_each(|call| self.push(EventBody::CallInterrupted { call }))
    }
}

fn not_open(task: &TaskKey, place: Step) -> Refusal {
    Refusal::CallNotOpen {
        task: task.clone(),
        turn: place.turn,
        index: place.index,
    }
}
