//! Which facts are believed: those that fit the kind of the task and where it stands. Otherwise a mistaken performer
//! could leave a run that waits for ever.

use super::{CallPlace, Draft, Fact, Refusal};
use crate::help::MOST_ASKERS;
use crate::scopes::block_named;
use crate::state::Task;
use wheelhouse_domain::{ASK_AGENT, CallKind, OnError, QuestionKind, Scope, Step, StepKind, TaskKey};

impl Draft {
    pub(super) fn check_fact(&self, key: &TaskKey, fact: &Fact) -> Result<(), Refusal> {
        let Some((task, step)) = self.run.task(key).and_then(|task| {
            let step = self.run.step_of(task)?;
            Some((task, step))
        }) else {
            return Err(Refusal::UnknownTask { task: key.clone() });
        };
        if fact.begins() && (self.run.paused || self.run.is_held(task)) {
            return Err(Refusal::Paused);
        }
        if self.fits(task, step, fact) {
            Ok(())
        } else {
            Err(Refusal::Unusable(format!(
                "the answer is not of the kind that task {key} gives"
            )))
        }
    }

    fn fits(&self, task: &Task, step: &Step, fact: &Fact) -> bool {
        let holds = self.run.holds(task);
        let is_first = !task.prepared && task.caught.is_none() && task.phase().next().is_none();
        match fact {
            Fact::Planned { .. } => !holds && matches!(step.kind, StepKind::Plan { .. }),
            Fact::Staffed { .. } => !holds && matches!(step.kind, StepKind::Staff { .. }),
            Fact::Answered { .. } => self.may_answer(task, step),
            Fact::Unneeded => is_first && step.when.is_some(),
            Fact::Prepared { .. } => is_first && !holds && has_own_work(&step.kind),
            Fact::Opened { scopes, .. } => holds && task.phase_is_over() && may_open(task, step, scopes),
            Fact::Waits { .. } => is_first && matches!(step.kind, StepKind::Wait { .. }),
            Fact::Asked { kind, form, .. } => !holds && may_ask(step, *kind, form.is_some()),
            Fact::ChildStarted { call: None, .. } => {
                matches!(step.kind, StepKind::Workflow { .. })
                    && task.prepared
                    && task.child.is_none()
                    && !holds
            }
            Fact::ChildStarted {
                call: Some(place), ..
            } => !holds && self.may_ask_an_agent(task, *place),
            Fact::CallStarted { .. } => !holds && !self.run.needs_evaluation(task),
            Fact::CallFinished { place, .. }
            | Fact::CallFailed { place, .. }
            | Fact::CallInterrupted { place } => !waits_for_help(task, *place),
            Fact::Failed(_) => true,
        }
    }

    /// An agent that works asks one other agent at a time, and not without end.
    fn may_ask_an_agent(&self, task: &Task, place: CallPlace) -> bool {
        let asks = task.call_at(place.turn, place.index).is_some_and(|call| {
            call.help.is_none() && matches!(&call.kind, CallKind::Tool { tool, .. } if tool == ASK_AGENT)
        });
        asks && task.agent.is_some()
            && task.child_at_work().is_none()
            && task.waits_for_help().is_none()
            && !task.has_had_help_enough()
            && self
                .run
                .setup
                .help
                .as_ref()
                .is_none_or(|help| help.askers.len() < MOST_ASKERS)
    }

    /// A plan's step ends with a plan, a staffing's with a staffing; what holds others ends after them.
    fn may_answer(&self, task: &Task, step: &Step) -> bool {
        if self.run.holds(task) {
            return task.phase_is_over();
        }
        match step.kind {
            StepKind::Plan { .. } | StepKind::Staff { .. } | StepKind::Workflow { .. } => false,
            StepKind::Approval { .. } | StepKind::Input { .. } | StepKind::Wait { .. } => task.prepared,
            _ => true,
        }
    }
}

/// Whether the help that the call there asked for has not ended: then nothing else is its result.
fn waits_for_help(task: &Task, place: CallPlace) -> bool {
    let call = task.call_at(place.turn, place.index);
    call.is_some_and(|call| call.help.is_some() && call.help == task.child_at_work())
}

/// Whether something is done for a step of that kind after its expressions were worked out.
fn has_own_work(kind: &StepKind) -> bool {
    !matches!(
        kind,
        StepKind::Approval { .. }
            | StepKind::Input { .. }
            | StepKind::Wait { .. }
            | StepKind::Transform { .. }
    )
}

/// Steps that ask the operator do so by a form. Others may have a form too, where they ask for a budget.
fn may_ask(step: &Step, kind: QuestionKind, has_form: bool) -> bool {
    match step.kind {
        StepKind::Approval { .. } => kind == QuestionKind::Approval && has_form,
        StepKind::Input { .. } => kind == QuestionKind::Input && has_form,
        _ => true,
    }
}

/// A map opens all its items at once; anything else one way at a time, a loop as often as it may.
fn may_open(task: &Task, step: &Step, scopes: &[Scope]) -> bool {
    let before = task.phase().count();
    let is_one = scopes.len() == 1;
    if task.caught.is_some() {
        return before == 0
            && is_one
            && matches!(&step.on_error, OnError::Branch { block } if has_tasks(&block.steps));
    }
    let known = scopes
        .iter()
        .all(|scope| block_named(step, &scope.block).is_some_and(|block| has_tasks(&block.steps)));
    known
        && match &step.kind {
            StepKind::Map { .. } => before == 0 && !scopes.is_empty(),
            StepKind::Loop { max, .. } => is_one && before < *max as usize,
            StepKind::Branch { .. } => before == 0 && is_one,
            _ => false,
        }
}

/// Whether a block has a step that becomes a task when it is begun.
fn has_tasks(steps: &[Step]) -> bool {
    steps
        .iter()
        .any(|step| !matches!(step.kind, StepKind::Expand { .. }))
}
