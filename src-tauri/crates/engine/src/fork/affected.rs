//! What a change can reach.

use super::{Change, ForkProblem};
use crate::state::{Run, Task};
use crate::template::references_of;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use wheelhouse_domain::{Place, StepId, StepKind, TaskKey};

/// What becomes of a task in the fork, where it is not taken as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It contains something that is done anew, so that its result is gathered anew.
    Inside {
        /// Whether its own way counts. Otherwise only the way that its failure took is affected, and its own way stays
        /// as it was.
        own: bool,
    },
    /// Its sub-workflow goes on as another.
    Child,
    /// It is done anew with everything in it.
    Anew,
}

/// What a change reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Affected {
    pub(super) marks: BTreeMap<TaskKey, Mark>,
    /// How many rounds of a loop are kept, the affected one included.
    pub(super) rounds: BTreeMap<TaskKey, usize>,
    /// The task whose answer was given by the operator.
    pub(super) given: Option<TaskKey>,
}

impl Affected {
    /// What `change` at the task reaches.
    ///
    /// # Errors
    /// [`ForkProblem`] where the run can't be forked there.
    pub fn of(run: &Run, key: &TaskKey, change: &Change) -> Result<Self, ForkProblem> {
        let root = check(run, key, change)?;
        let mut reach = Reach::new(run);
        if matches!(change, Change::Output { .. }) {
            reach.found.given = Some(key.clone());
        }
        match change {
            Change::Again | Change::Prompt { .. } | Change::Model { .. } => reach.mark(root, Mark::Anew),
            Change::Child { .. } => reach.mark(root, Mark::Child),
            Change::Output { .. } => reach.spread(root),
            Change::Inputs {
                changed, description, ..
            } => reach.mark_readers(changed, description.is_some()),
        }
        reach.mark_unfinished(run.tasks_at(None).collect());
        reach.exhaust();
        if !reach.found.leaves_room_for(run, root) && !matches!(change, Change::Inputs { .. }) {
            return Err(ForkProblem::Contained(key.clone()));
        }
        Ok(reach.found)
    }

    /// What becomes of a task; none where it is taken as it is, or stands in something that has a mark itself.
    #[must_use]
    pub fn mark(&self, task: &TaskKey) -> Option<Mark> {
        self.marks.get(task).copied()
    }

    /// The tasks of `run` whose results are not taken over, in the order in which they came to be: those that are done
    /// anew, with all that stands in them, and those whose result is gathered anew.
    #[must_use]
    pub fn tasks<'a>(&self, run: &'a Run) -> Vec<&'a Task> {
        run.tasks.iter().filter(|task| !self.keeps(run, task)).collect()
    }

    /// Whether a task is taken as it was.
    #[must_use]
    pub fn keeps(&self, run: &Run, task: &Task) -> bool {
        let mut kept = self.mark(&task.key).is_none() && !self.is_left_out(run, task);
        let mut inner = task;
        for above in run.ancestors(task) {
            let scope = inner.place.as_ref().map_or(0, |place| place.scope as usize);
            match self.mark(&above.key) {
                _ if self.is_left_out(run, above) => return false,
                None => {}
                Some(Mark::Inside { own }) if self.keeps_scope(above, scope, own) => {
                    // Its own way is as it was, whatever the tasks in it are marked with.
                    kept |= !own && !above.after_failure(scope);
                }
                Some(_) => return false,
            }
            inner = above;
        }
        kept
    }

    /// Whether a task is there in the fork from its first moment: nothing that contains it is done anew as a whole, and
    /// no round in front of its own.
    fn leaves_room_for(&self, run: &Run, task: &Task) -> bool {
        let mut inner = task;
        for above in run.ancestors(task) {
            let scope = inner.place.as_ref().map_or(0, |place| place.scope as usize);
            let is_open = match self.mark(&above.key) {
                None | Some(Mark::Child) => true,
                Some(Mark::Inside { own }) => self.keeps_scope(above, scope, own),
                Some(Mark::Anew) => false,
            };
            if !is_open || self.is_left_out(run, inner) {
                return false;
            }
            inner = above;
        }
        !self.is_left_out(run, inner)
    }

    /// Whether a scope of something that is gathered anew is still there.
    pub(super) fn keeps_scope(&self, holder: &Task, scope: usize, own: bool) -> bool {
        let rounds = self.rounds.get(&holder.key).copied().unwrap_or(usize::MAX);
        let follows_failure = holder.scopes.get(scope).is_some_and(|open| open.after_failure);
        if own {
            scope < rounds && !follows_failure
        } else {
            true
        }
    }

    /// Whether a task is a part of a plan that is made anew.
    pub(super) fn is_left_out(&self, run: &Run, task: &Task) -> bool {
        let Some(StepKind::Expand { plan, .. }) = run.kind_of(task) else {
            return false;
        };
        self.mark(&TaskKey::of_step(task.place.as_ref(), plan)) == Some(Mark::Anew)
    }
}

fn check<'a>(run: &'a Run, key: &TaskKey, change: &Change) -> Result<&'a Task, ForkProblem> {
    let task = run
        .task(key)
        .ok_or_else(|| ForkProblem::UnknownTask(key.clone()))?;
    if matches!(change, Change::Child { .. }) {
        return Ok(task);
    }
    if !task.status.is_final() {
        return Err(ForkProblem::NotEnded {
            task: key.clone(),
            status: task.status,
        });
    }
    let fits = match change {
        // What is expanded later needs the plan itself, not what people read of it.
        Change::Output { .. } => !matches!(
            run.kind_of(task),
            Some(StepKind::Plan { .. } | StepKind::Staff { .. })
        ),
        Change::Prompt { .. } | Change::Model { .. } => task.agent_kind.is_some(),
        _ => true,
    };
    if fits {
        Ok(task)
    } else {
        Err(ForkProblem::NotThisKind(key.clone()))
    }
}

/// Follows a change until it reaches nothing more.
struct Reach<'a> {
    run: &'a Run,
    found: Affected,
    waiting: Vec<TaskKey>,
    /// Steps whose expressions name a step.
    readers: HashMap<StepId, BTreeSet<StepId>>,
    by_step: HashMap<&'a StepId, Vec<&'a Task>>,
}

impl<'a> Reach<'a> {
    fn new(run: &'a Run) -> Self {
        let mut readers: HashMap<StepId, BTreeSet<StepId>> = HashMap::new();
        let mut by_step: HashMap<&StepId, Vec<&Task>> = HashMap::new();
        for task in &run.tasks {
            by_step.entry(&task.step).or_default().push(task);
        }
        for step in by_step.keys().filter_map(|id| run.step(id)) {
            for read in references_of(step).steps {
                readers.entry(read).or_default().insert(step.id.clone());
            }
        }
        Self {
            run,
            found: Affected::default(),
            waiting: Vec::new(),
            readers,
            by_step,
        }
    }

    fn mark(&mut self, task: &Task, mark: Mark) {
        let is_given = self.found.given.as_ref() == Some(&task.key);
        let is_more = self.found.mark(&task.key).is_none_or(|before| before < mark);
        if is_more && !is_given {
            self.found.marks.insert(task.key.clone(), mark);
            self.waiting.push(task.key.clone());
        }
    }

    fn exhaust(&mut self) {
        let run = self.run;
        while let Some(key) = self.waiting.pop() {
            let Some(task) = run.task(&key) else {
                continue;
            };
            if let Some(Mark::Inside { own }) = self.found.mark(&key) {
                let scopes = (0..task.scopes.len()).filter(|scope| task.after_failure(*scope) != own);
                let places = scopes.map(|scope| place_in(task, scope));
                let inside = places.flat_map(|place| run.tasks_at(Some(&place)).collect::<Vec<_>>());
                self.mark_unfinished(inside.collect());
            }
            self.spread(task);
        }
    }

    /// Marks what `task` reaches at once.
    fn spread(&mut self, task: &Task) {
        let run = self.run;
        for place in run.dependents_of(task) {
            if let Some(other) = run.tasks.at(place) {
                self.mark(other, Mark::Anew);
            }
        }
        let readers = self.readers.get(&task.step).cloned().unwrap_or_default();
        for step in &readers {
            for other in self.by_step.get(step).cloned().unwrap_or_default() {
                if self.sees(other, task) {
                    self.mark(other, Mark::Anew);
                }
            }
        }
        let Some(place) = &task.place else {
            return;
        };
        if let Some(holder) = run.task(&place.container) {
            self.enter(holder, place.scope as usize);
        }
    }

    /// Whether `task` stands beside `other` or beside what contains it, and `other` not in `task`.
    fn sees(&self, other: &Task, task: &Task) -> bool {
        let mut beside = std::iter::once(other).chain(self.run.ancestors(other));
        beside.any(|at| at.place == task.place && at.key != task.key)
            && self.run.ancestors(task).all(|above| above.key != other.key)
    }

    /// Something in a scope of `holder` is affected.
    fn enter(&mut self, holder: &Task, scope: usize) {
        let is_own = !holder.after_failure(scope);
        let is_loop = matches!(self.run.kind_of(holder), Some(StepKind::Loop { .. }));
        let kept = if is_own && is_loop {
            scope + 1
        } else if is_own {
            holder.own_scopes()
        } else {
            holder.caught_from
        };
        // What is kept must stand in front, because scopes are named by their number.
        let stands_in_front = (0..kept).all(|scope| !holder.after_failure(scope));
        let is_present = is_own || (holder.caught.is_some() && scope >= holder.caught_from);
        if !stands_in_front || !is_present {
            return self.mark(holder, Mark::Anew);
        }
        if is_own && is_loop {
            let before = self.found.rounds.get(&holder.key).copied().unwrap_or(usize::MAX);
            self.found.rounds.insert(holder.key.clone(), before.min(kept));
        }
        self.mark(holder, Mark::Inside { own: is_own });
    }

    /// Marks those of `tasks` that nothing can go on with. What contains others goes on with what ended well in it.
    fn mark_unfinished(&mut self, tasks: Vec<&Task>) {
        for task in tasks.into_iter().filter(|task| !task.lets_go_on()) {
            let own = task.own_scopes();
            let goes_on = own > 0 && (0..own).all(|scope| !task.after_failure(scope));
            let mark = if goes_on {
                Mark::Inside { own: true }
            } else {
                Mark::Anew
            };
            self.mark(task, mark);
        }
    }

    fn mark_readers(&mut self, changed: &BTreeSet<String>, description: bool) {
        for task in &self.run.tasks {
            let reads = self.run.step_of(task).is_some_and(|step| {
                let read = references_of(step);
                read.all_inputs || read.inputs.iter().any(|name| changed.contains(name))
            });
            if reads || (description && task.agent_kind.is_some()) {
                self.mark(task, Mark::Anew);
            }
        }
    }
}

impl Task {
    pub(super) fn after_failure(&self, scope: usize) -> bool {
        self.scopes.get(scope).is_some_and(|open| open.after_failure)
    }

    /// Scopes of its own way.
    pub(super) fn own_scopes(&self) -> usize {
        self.scopes.iter().filter(|open| !open.after_failure).count()
    }
}

pub(super) fn place_in(task: &Task, scope: usize) -> Place {
    Place {
        container: task.key.clone(),
        scope: u32::try_from(scope).unwrap_or(u32::MAX),
    }
}
