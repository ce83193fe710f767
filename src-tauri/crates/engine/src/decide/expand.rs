//! What a plan becomes, and who does its parts.

use super::{Draft, Refusal};
use crate::{plan, staffing};
use wheelhouse_domain::{
    AgentName, Assignment, ContentHash, EventBody, Failure, FailureCode, Origin, Place, Plan, Step, StepKind,
    SubTask, TaskKey,
};

impl Draft {
    pub(super) fn planned(
        &mut self,
        task: &TaskKey,
        plan: Plan,
        origin: Origin,
        output: ContentHash,
    ) -> Result<(), Refusal> {
        plan::check(&plan, self.run.limits).map_err(|problem| Refusal::Unusable(problem.to_string()))?;
        let parts = plan.sub_tasks.clone();
        if let Some(failure) = self.too_many(task, parts.len()) {
            let attempt = self.run.task(task).map_or(0, |task| task.attempt);
            return self.attempt_failed(task, attempt, failure);
        }
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
        let Some(planned) = self.run.task(task) else {
            return Ok(());
        };
        let (place, id) = (planned.place.clone(), planned.step.clone());
        let expanded = |step: &&Step| matches!(&step.kind, StepKind::Expand { plan, .. } if *plan == id);
        let beside = self.run.steps_beside(place.as_ref());
        let steps: Vec<Step> = beside.iter().filter(expanded).cloned().collect();
        for step in &steps {
            for sub in parts {
                let body = self.part(place.as_ref(), step, sub);
                self.push(body)?;
            }
        }
        Ok(())
    }

    /// The task of one part of a plan.
    fn part(&self, place: Option<&Place>, step: &Step, sub: &SubTask) -> EventBody {
        let group = TaskKey::of_step(place, &step.id);
        let before = step.needs.iter().map(|need| TaskKey::of_step(place, need));
        let siblings = sub.needs.iter().map(|need| group.part(need));
        let everyone = step.kind.agent();
        EventBody::TaskAdded {
            task: group.part(&sub.id),
            step: step.id.clone(),
            title: sub.title.clone(),
            description: sub.description.clone(),
            agent_kind: Some(everyone.map_or(wheelhouse_domain::AgentKind::Specialist, AgentName::kind)),
            agent: everyone.and_then(|name| self.run.crew.get(name.as_str()).copied()),
            needs: before.chain(siblings).collect(),
            done_when: sub.done_when.clone(),
            place: place.cloned(),
        }
    }

    pub(super) fn staffed(
        &mut self,
        task: &TaskKey,
        assignments: Vec<Assignment>,
        origin: Origin,
        output: ContentHash,
    ) -> Result<(), Refusal> {
        let Some(plan) = self.run.task(task).and_then(|task| self.run.plan_for(task)) else {
            return Err(Refusal::Unusable("there is no plan to staff".to_owned()));
        };
        let parts: Vec<&str> = assignments.iter().map(|one| one.sub_task.as_str()).collect();
        staffing::check_parts(&parts, plan).map_err(|problem| Refusal::Unusable(problem.to_string()))?;
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

    /// Why a step must not become `items` tasks or scopes; none where it may.
    pub(super) fn too_many(&self, key: &TaskKey, items: usize) -> Option<Failure> {
        let task = self.run.task(key)?;
        let above = self.run.ancestors(task).chain(std::iter::once(task));
        let budgets = above
            .map(|task| self.run.budget_of(task))
            .chain(std::iter::once(self.run.budget()));
        let allowed = budgets
            .filter_map(|budget| budget.fan_out)
            .chain([MOST_ITEMS])
            .min()?;
        (items > allowed as usize).then(|| {
            Failure::lasting(
                FailureCode::TooManyItems,
                format!(
                    "{} would become {items} tasks, and at most {allowed} are allowed.",
                    task.title
                ),
                "Give it a shorter list, or raise the limit and retry the task.",
            )
        })
    }

    /// Why a task must not start a sub-workflow; none where it may.
    pub(super) fn too_deep(&self, key: &TaskKey) -> Option<Failure> {
        let task = self.run.task(key)?;
        let above = self.run.ancestors(task).chain(std::iter::once(task));
        let budgets = above
            .map(|task| self.run.budget_of(task))
            .chain(std::iter::once(self.run.budget()));
        let is_used_up = budgets.filter_map(|budget| budget.depth).any(|depth| depth == 0);
        (is_used_up || self.run.setup.depth >= DEEPEST).then(|| {
            Failure::lasting(
                FailureCode::TooManyItems,
                "Workflows may not nest deeper than this.",
                "Raise the depth of the budget and retry the task, or nest the templates less deeply.",
            )
        })
    }
}

/// Items of one map, whatever the budgets say: more would not be looked at by anybody.
const MOST_ITEMS: u32 = 10_000;

/// Workflows above one another, whatever the budgets say.
const DEEPEST: u32 = 16;
