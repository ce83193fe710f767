//! What performers tell.

use super::{Draft, Fact, Refusal, Step};
use crate::state::{CallState, Task};
use crate::{plan, retry, staffing};
use wheelhouse_domain::{
    AgentKind, Assignment, CallKey, ContentHash, EventBody, Failure, Origin, Plan, QuestionKey, StepKind,
    SubTask, TaskKey, TaskStatus, WhySkipped,
};

impl Draft {
    pub(super) fn report(&mut self, task: &TaskKey, attempt: u32, facts: Vec<Fact>) -> Result<(), Refusal> {
        for fact in facts {
            self.check_current(task, attempt)?;
            self.check_form(task, &fact)?;
            if fact.ends_work() {
                // Its result would come too late, and nobody would end it.
                self.interrupt_in_flight(task)?;
            }
            self.record(task, attempt, fact)?;
        }
        Ok(())
    }

    pub(super) fn stopped(&mut self, task: &TaskKey) -> Result<(), Refusal> {
        let running = self
            .run
            .task(task)
            .is_some_and(|task| task.status == TaskStatus::Running);
        if !self.run.cancelling || !running {
            return Err(Refusal::Status {
                status: self.run.status(),
            });
        }
        self.interrupt_in_flight(task)?;
        self.push(EventBody::TaskCancelled { task: task.clone() })
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

    /// A plan's step ends with a plan, a staffing's with a staffing, any other with neither. Otherwise steps that
    /// are expanded later would wait for ever.
    fn check_form(&self, key: &TaskKey, fact: &Fact) -> Result<(), Refusal> {
        let kind = self.run.task(key).and_then(|task| self.run.kind_of(task));
        let fits = match fact {
            Fact::Planned { .. } => matches!(kind, Some(StepKind::Plan { .. })),
            Fact::Staffed { .. } => matches!(kind, Some(StepKind::Staff { .. })),
            Fact::Answered { .. } => !matches!(kind, Some(StepKind::Plan { .. } | StepKind::Staff { .. })),
            _ => true,
        };
        if fits {
            Ok(())
        } else {
            Err(Refusal::Unusable(format!(
                "the answer is not of the kind that task {key} gives"
            )))
        }
    }

    fn record(&mut self, task: &TaskKey, attempt: u32, fact: Fact) -> Result<(), Refusal> {
        match fact {
            Fact::CallStarted {
                place,
                kind,
                request,
                reserved,
            } => {
                let call = self.new_call(task, attempt, place)?;
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
                })
            }
            Fact::CallFinished {
                place,
                response,
                usage,
                spent,
            } => {
                let call = self.open_call(task, place)?;
                self.push(EventBody::CallFinished {
                    call,
                    response,
                    usage,
                    spent,
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
                let asked = self
                    .run
                    .questions
                    .iter()
                    .filter(|question| question.task == *task)
                    .count();
                let question = QuestionKey(format!("{task}?{}", asked + 1));
                self.push(EventBody::QuestionAsked {
                    question,
                    task: task.clone(),
                    kind,
                    text,
                    form: form.map(Box::new),
                })
            }
            Fact::Unneeded => self.push(EventBody::TaskSkipped {
                task: task.clone(),
                because: task.clone(),
                reason: WhySkipped::Condition,
            }),
            Fact::Prepared { prepared } => self.push(EventBody::TaskPrepared {
                task: task.clone(),
                attempt,
                prepared,
            }),
            Fact::Opened { scopes, values } => self.push(EventBody::ScopesOpened {
                task: task.clone(),
                attempt,
                scopes,
                values,
            }),
            Fact::Waits { until } => self.push(EventBody::TaskWaits {
                task: task.clone(),
                until,
            }),
            Fact::ChildStarted { child } => self.push(EventBody::ChildStarted {
                task: task.clone(),
                attempt,
                child,
            }),
            Fact::Failed(failure) => self.attempt_failed(task, attempt, failure),
        }
    }

    /// A call may begin where none was made yet, or where the last one was interrupted or failed. Where one
    /// is in flight or has its result on record, it may not: that is what makes every call happen once.
    fn new_call(&self, task: &TaskKey, attempt: u32, place: Step) -> Result<CallKey, Refusal> {
        let before = self
            .run
            .task(task)
            .and_then(|task| task.call_at(place.turn, place.index));
        if before.is_some_and(|call| matches!(call.state, CallState::Started | CallState::Finished { .. })) {
            return Err(not_open(task, place));
        }
        let same_place = |task: &Task| {
            task.calls
                .iter()
                .filter(|call| call.turn == place.turn && call.index == place.index)
                .count()
        };
        let repetition = self.run.task(task).map_or(0, same_place);
        let repetition = u32::try_from(repetition).unwrap_or(u32::MAX);
        Ok(CallKey::new(task, attempt, place.turn, place.index, repetition))
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

    fn interrupt_in_flight(&mut self, task: &TaskKey) -> Result<(), Refusal> {
        let open: Vec<CallKey> = self
            .run
            .task(task)
            .into_iter()
            .flat_map(Task::in_flight)
            .map(|call| call.key.clone())
            .collect();
        open.into_iter()
            .try_for_each(|call| self.push(EventBody::CallInterrupted { call }))
    }

    fn planned(
        &mut self,
        task: &TaskKey,
        plan: Plan,
        origin: Origin,
        output: ContentHash,
    ) -> Result<(), Refusal> {
        plan::check(&plan, self.run.limits).map_err(|problem| Refusal::Unusable(problem.to_string()))?;
        let parts = plan.sub_tasks.clone();
        self.push(EventBody::PlanAccepted {
            task: task.clone(),
            plan,
            origin,
        })?;
        self.push(EventBody::TaskCompleted {
            task: task.clone(),
            output,
        })?;
        self.expand(task, &parts)
    }

    /// Adds the tasks of every step that is expanded from this plan, so that they are seen before they are staffed.
    fn expand(&mut self, task: &TaskKey, parts: &[SubTask]) -> Result<(), Refusal> {
        let steps: Vec<_> = self
            .run
            .steps
            .iter()
            .filter(
                |step| matches!(&step.kind, StepKind::Expand { plan, .. } if plan.as_str() == task.as_str()),
            )
            .cloned()
            .collect();
        for step in steps {
            for sub in parts {
                let before = step.needs.iter().map(|need| TaskKey(need.0.clone()));
                let siblings = sub.needs.iter().map(|need| TaskKey::expanded(&step.id, need));
                self.push(EventBody::TaskAdded {
                    task: TaskKey::expanded(&step.id, &sub.id),
                    step: step.id.clone(),
                    title: sub.title.clone(),
                    description: sub.description.clone(),
                    agent_kind: Some(AgentKind::Specialist),
                    agent: None,
                    needs: before.chain(siblings).collect(),
                    done_when: sub.done_when.clone(),
                    place: None,
                })?;
            }
        }
        Ok(())
    }

    fn staffed(
        &mut self,
        task: &TaskKey,
        assignments: Vec<Assignment>,
        origin: Origin,
        output: ContentHash,
    ) -> Result<(), Refusal> {
        if let Some(plan) = self.run.task(task).and_then(|task| self.run.plan_for(task)) {
            let parts: Vec<&str> = assignments.iter().map(|one| one.sub_task.as_str()).collect();
            staffing::check_parts(&parts, plan).map_err(|problem| Refusal::Unusable(problem.to_string()))?;
        }
        self.push(EventBody::StaffAccepted {
            task: task.clone(),
            assignments,
            origin,
        })?;
        self.push(EventBody::TaskCompleted {
            task: task.clone(),
            output,
        })
    }

    fn attempt_failed(&mut self, key: &TaskKey, attempt: u32, failure: Failure) -> Result<(), Refusal> {
        let limits = self.run.limits;
        let counted = self
            .run
            .task(key)
            .map_or(attempt, |task| attempt.saturating_sub(task.forgiven_attempts));
        if !failure.retryable || counted >= limits.attempts {
            return self.push(EventBody::TaskFailed {
                task: key.clone(),
                failure,
            });
        }
        let retry_at = retry::retry_at(
            self.now,
            counted,
            limits.retry_base_ms,
            &failure,
            self.run.uid,
            key,
        );
        self.push(EventBody::TaskAttemptFailed {
            task: key.clone(),
            attempt,
            failure,
            retry_at,
        })
    }
}

impl Fact {
    /// Whether the task has its answer with it.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        matches!(
            self,
            Self::Answered { .. } | Self::Planned { .. } | Self::Staffed { .. }
        )
    }

    /// Whether the task is not at work any more after it.
    fn ends_work(&self) -> bool {
        self.is_answer() || matches!(self, Self::Asked { .. } | Self::Failed(_))
    }
}

fn not_open(task: &TaskKey, place: Step) -> Refusal {
    Refusal::CallNotOpen {
        task: task.clone(),
        turn: place.turn,
        index: place.index,
    }
}
