//! What follows from what stands in what: scopes begin, fail and end.

use super::{Draft, Refusal};
use crate::state::Task;
use wheelhouse_domain::{
    AfterStop, ContentHash, EventBody, Failure, FailureCode, MapFailure, Place, Scope, StepKind, TaskKey,
    TaskStatus, WhySkipped,
};

/// What a holder needs to be told now.
enum Need {
    /// Everything in it is to end, and then itself as it was asked to.
    Stop,
    /// Everything in it is to end, and then it fails, because of what failed at that place.
    Fail(Place),
    /// The rest of these scopes is to end; it goes on with the others.
    Drop(Vec<Place>),
}

impl Draft {
    pub(super) fn opened(
        &mut self,
        key: &TaskKey,
        attempt: u32,
        scopes: Vec<Scope>,
        values: Option<ContentHash>,
    ) -> Result<(), Refusal> {
        if let Some(beyond) = self.too_many(key, scopes.len()) {
            return self.stop_at(key, attempt, beyond);
        }
        self.push(EventBody::ScopesOpened {
            task: key.clone(),
            attempt,
            scopes,
            values,
        })
    }

    /// Carries failures and stops inward and outward, the inner first. One round: what it gives may need another.
    pub(super) fn settle(&mut self) -> Result<(), Refusal> {
        let places: Vec<usize> = self.run.open.iter().rev().copied().collect();
        for place in places {
            let Some(task) = self.run.tasks.at(place) else {
                continue;
            };
            let key = task.key.clone();
            if let Some(above) = self.ended_above(task) {
                self.skip(key, above, WhySkipped::Impossible)?;
                continue;
            }
            match task.status {
                TaskStatus::Pending => self.settle_unstaffed(&key)?,
                TaskStatus::Running if self.run.holds(task) => self.settle_holder(&key)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// What contains a task that is still to be done, where that has ended without it: the operator can skip what was
    /// only just taken up again.
    fn ended_above(&self, task: &Task) -> Option<TaskKey> {
        if task.status == TaskStatus::Running {
            return None;
        }
        let above = self.run.ancestors(task).next()?;
        above.status.is_final().then(|| above.key.clone())
    }

    /// Where a plan was left out there is nothing to staff, and where the staffing was, nobody does the parts. The run
    /// goes on without them.
    fn settle_unstaffed(&mut self, key: &TaskKey) -> Result<(), Refusal> {
        let Some(task) = self.run.task(key) else {
            return Ok(());
        };
        let missing = match self.run.kind_of(task) {
            Some(StepKind::Staff { plan, .. }) => {
                let plan = TaskKey::of_step(task.place.as_ref(), plan);
                (!self.run.plans.contains_key(&plan)).then_some(plan)
            }
            Some(StepKind::Expand {
                staff: Some(staff), ..
            }) if task.agent.is_none() => Some(TaskKey::of_step(task.place.as_ref(), staff)),
            _ => None,
        };
        let Some(because) = missing else {
            return Ok(());
        };
        let Some(left_out) = self.run.task(&because).filter(|task| task.lets_go_on()) else {
            return Ok(());
        };
        let reason = left_out.skipped.unwrap_or(WhySkipped::Condition);
        self.skip(key.clone(), because, reason)
    }

    fn settle_holder(&mut self, key: &TaskKey) -> Result<(), Refusal> {
        let Some(task) = self.run.task(key) else {
            return Ok(());
        };
        let Some(need) = self.need_of(task) else {
            return Ok(());
        };
        if let Need::Drop(places) = need {
            return places.iter().try_for_each(|place| {
                let failed = self.run.failed_at(place).map(|task| task.key.clone());
                self.end_inside(place, &failed.unwrap_or_else(|| key.clone()))
            });
        }
        let because = match &need {
            Need::Fail(place) => self.run.failed_at(place).map(|task| task.key.clone()),
            _ => None,
        };
        let because = because.unwrap_or_else(|| key.clone());
        for place in open_places(task) {
            self.end_inside(&place, &because)?;
        }
        if self.run.task(key).is_some_and(|task| task.busy_scopes > 0) {
            return Ok(());
        }
        match need {
            Need::Fail(place) => {
                let failure = self.failure_inside(&place);
                self.fail(key, failure)
            }
            _ => self.end_stopped(key),
        }
    }

    fn need_of(&self, task: &Task) -> Option<Need> {
        if task.stopping.is_some() {
            return Some(Need::Stop);
        }
        if task.failed_scopes == 0 {
            return None;
        }
        let failed = task
            .phase()
            .filter_map(|scope| Some((scope, task.scopes.get(scope)?)))
            .filter(|(_, open)| open.failed > 0);
        let goes_on = task.caught.is_none()
            && matches!(
                self.run.kind_of(task),
                Some(StepKind::Map {
                    on_failure: MapFailure::Skip | MapFailure::Collect,
                    ..
                })
            );
        if goes_on {
            let places: Vec<Place> = failed
                .filter(|(_, open)| open.open > 0)
                .map(|(scope, _)| place_in(task, scope))
                .collect();
            return (!places.is_empty()).then_some(Need::Drop(places));
        }
        let first = failed.map(|(scope, _)| place_in(task, scope)).next();
        first.map(Need::Fail)
    }

    /// Ends what stands at `place`: what is at work is stopped, the rest is not done.
    fn end_inside(&mut self, place: &Place, because: &TaskKey) -> Result<(), Refusal> {
        let open: Vec<(TaskKey, TaskStatus, bool)> = self
            .run
            .tasks_at(Some(place))
            .filter(|task| !task.status.is_final())
            .map(|task| {
                (
                    task.key.clone(),
                    task.status,
                    task.stopping == Some(AfterStop::Cancel),
                )
            })
            .collect();
        for (task, status, is_told) in open {
            match status {
                TaskStatus::Running if is_told => {}
                TaskStatus::Running => self.push(EventBody::TaskStopping {
                    task,
                    then: AfterStop::Cancel,
                })?,
                _ => self.skip(task, because.clone(), WhySkipped::Impossible)?,
            }
        }
        Ok(())
    }

    /// The failure of what contains `place`.
    fn failure_inside(&self, place: &Place) -> Failure {
        let label = self.run.scope_at(place).map(|scope| scope.scope.label.as_str());
        let inner = self
            .run
            .failed_at(place)
            .and_then(|task| Some((task.title.as_str(), task.failure.as_ref()?)));
        let where_it_is = label
            .filter(|label| !label.is_empty())
            .map(|label| format!(" ({label})"))
            .unwrap_or_default();
        let (title, message, next_step) = match inner {
            Some((title, failure)) => (title, failure.message.as_str(), failure.next_step.as_str()),
            None => ("A step", "It failed.", "Retry it."),
        };
        Failure::lasting(
            FailureCode::StepInsideFailed,
            format!("{title}{where_it_is} failed: {message}"),
            next_step,
        )
    }

    /// Gives scopes their tasks: all that are open, and of a map as many as may be at work at the same time.
    pub(super) fn begin_scopes(&mut self) -> Result<(), Refusal> {
        let places: Vec<usize> = self.run.open.iter().copied().collect();
        for place in places {
            while let Some((key, scope)) = self
                .run
                .tasks
                .at(place)
                .and_then(|task| self.scope_to_begin(task))
            {
                self.begin_scope(&key, scope)?;
            }
        }
        Ok(())
    }

    /// Whether everything that contains `task` goes on.
    pub(super) fn goes_on_around(&self, task: &Task) -> bool {
        let ends = |above: &Task| matches!(self.need_of(above), Some(Need::Stop | Need::Fail(_)));
        std::iter::once(task)
            .chain(self.run.ancestors(task))
            .all(|inner| self.run.may_go_on_at(inner.place.as_ref()))
            && !self.run.ancestors(task).any(ends)
    }

    fn scope_to_begin(&self, task: &Task) -> Option<(TaskKey, usize)> {
        if task.status != TaskStatus::Running
            || matches!(self.need_of(task), Some(Need::Stop | Need::Fail(_)))
            || self.run.is_held(task)
        {
            return None;
        }
        let at_once = match self.run.kind_of(task) {
            Some(StepKind::Map { parallel, .. }) if task.caught.is_none() => (*parallel).max(1) as usize,
            _ => usize::MAX,
        };
        if task.busy_scopes >= at_once {
            return None;
        }
        task.next_scope().map(|scope| (task.key.clone(), scope))
    }

    fn begin_scope(&mut self, container: &TaskKey, scope: usize) -> Result<(), Refusal> {
        let Some(task) = self.run.task(container) else {
            return Ok(());
        };
        let place = place_in(task, scope);
        let steps = self.run.steps_beside(Some(&place)).to_vec();
        for step in &steps {
            self.add_step(step, Some(&place))?;
        }
        Ok(())
    }
}

fn place_in(task: &Task, scope: usize) -> Place {
    Place {
        container: task.key.clone(),
        scope: u32::try_from(scope).unwrap_or(u32::MAX),
    }
}

/// Scopes of a task in which something has not ended.
fn open_places(task: &Task) -> Vec<Place> {
    let open = task.scopes.iter().enumerate().filter(|(_, scope)| scope.open > 0);
    open.map(|(scope, _)| place_in(task, scope)).collect()
}
