//! What a plan becomes, and who does its parts.

use super::{Draft, Refusal};
use crate::{plan, staffing};
use wheelhouse_domain::{
    AgentName, Assignment, ContentHash, EventBody, Origin, Place, Plan, Step, StepKind, SubTask, TaskKey,
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
        if let Some(beyond) = self.too_many(task, parts.len()) {
            let attempt = self.run.task(task).map_or(0, |task| task.attempt);
            return self.stop_at(task, attempt, beyond);
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
            stays_here: self.run.staying(),
        })?;
        self.push(EventBody::TaskCompleted {
            task: task.clone(),
            output,
        })
    }
}
