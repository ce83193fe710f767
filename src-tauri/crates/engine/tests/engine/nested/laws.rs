//! What holds in every run, whatever is in it.

use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{
    Event, EventBody, FailureCode, Place, Step, StepId, StepKind, TaskKey, TaskStatus, WhySkipped, all_steps,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Idle,
    Running,
    Waiting,
    Done,
    LeftOut,
    Failed,
    Dropped,
}

#[derive(Debug)]
struct Entry {
    step: StepId,
    needs: Vec<TaskKey>,
    place: Option<Place>,
    standing: Standing,
    caught: bool,
    /// How many scopes it has, and which of them a failure took.
    scopes: u32,
    ways_of_failures: BTreeSet<u32>,
    in_flight: BTreeSet<String>,
}

/// A book of its own over the events of one run.
pub(super) struct Book {
    kinds: BTreeMap<StepId, StepKind>,
    parallel: usize,
    tasks: BTreeMap<TaskKey, Entry>,
    calls: BTreeMap<String, TaskKey>,
    paused: bool,
    ended: bool,
    /// Whether the operator took something up again: more scopes of a map may then be open, but not at work.
    retried: bool,
    /// Questions that hold others back in place of their task.
    asides: BTreeSet<String>,
    /// Tasks that have begun, but for those that began only to do what is done about their failure.
    begun: BTreeSet<TaskKey>,
}

impl Book {
    pub(super) fn open(created: &Event) -> Self {
        let EventBody::WorkflowCreated { steps, limits, .. } = &created.body else {
            panic!("a run begins with its creation");
        };
        let kind = |step: &Step| (step.id.clone(), step.kind.clone());
        Self {
            kinds: all_steps(steps).into_iter().map(kind).collect(),
            parallel: limits.parallel_tasks as usize,
            tasks: BTreeMap::new(),
            calls: BTreeMap::new(),
            paused: false,
            ended: false,
            retried: false,
            asides: BTreeSet::new(),
            begun: BTreeSet::new(),
        }
    }

    /// Begins with the tasks of a run that were there before its first decision.
    pub(super) fn take_over(&mut self, run: &wheelhouse_engine::Run) {
        for task in &run.tasks {
            let standing = match task.status {
                TaskStatus::Pending => Standing::Idle,
                TaskStatus::Running => Standing::Running,
                TaskStatus::Completed => Standing::Done,
                TaskStatus::Failed => Standing::Failed,
                TaskStatus::Skipped if task.lets_go_on() => Standing::LeftOut,
                TaskStatus::Skipped | TaskStatus::Cancelled => Standing::Dropped,
                status => panic!("{} is {status:?} in a new run", task.key),
            };
            let late = task
                .scopes
                .iter()
                .enumerate()
                .filter(|(_, open)| open.after_failure);
            let entry = Entry {
                step: task.step.clone(),
                needs: task.needs.clone(),
                place: task.place.clone(),
                standing,
                caught: task.caught.is_some(),
                scopes: u32::try_from(task.scopes.len()).unwrap(),
                ways_of_failures: late.map(|(scope, _)| u32::try_from(scope).unwrap()).collect(),
                in_flight: BTreeSet::new(),
            };
            self.tasks.insert(task.key.clone(), entry);
        }
        self.retried = true;
    }

    pub(super) fn enter(&mut self, event: &Event) {
        let body = &event.body;
        if self.paused {
            let begins = matches!(
                body,
                EventBody::TaskStarted { .. }
                    | EventBody::CallStarted { .. }
                    | EventBody::ChildStarted { .. }
            );
            assert!(!begins, "{body:?} in a paused run");
        }
        match body {
            EventBody::TaskAdded {
                task,
                step,
                needs,
                place,
                ..
            } => {
                let entry = Entry {
                    step: step.clone(),
                    needs: needs.clone(),
                    place: place.clone(),
                    standing: Standing::Idle,
                    caught: false,
                    scopes: 0,
                    ways_of_failures: BTreeSet::new(),
                    in_flight: BTreeSet::new(),
                };
                assert!(self.tasks.insert(task.clone(), entry).is_none(), "{task} twice");
            }
            EventBody::TaskStarted { task, attempt } => {
                self.begin(task);
                if *attempt == 1 {
                    self.begun.insert(task.clone());
                }
            }
            EventBody::TaskPrepared { task, .. } | EventBody::TaskCaught { task, .. } => {
                let entry = self.entry(task);
                assert!(
                    matches!(entry.standing, Standing::Running | Standing::Waiting),
                    "{task}"
                );
                entry.standing = Standing::Running;
                if let EventBody::TaskCaught { failure, .. } = body {
                    entry.caught = true;
                    if failure.code == FailureCode::BudgetRefused {
                        self.begun.remove(task);
                    }
                }
            }
            EventBody::QuestionAsked {
                form: Some(form),
                question,
                ..
            } if form.holds_back().is_some() => {
                self.asides.insert(question.to_string());
            }
            EventBody::QuestionAnswered { question, .. } if self.asides.contains(question.as_str()) => {}
            EventBody::TaskWaits { task, .. } | EventBody::QuestionAsked { task, .. } => {
                self.leave(task, Standing::Waiting);
            }
            EventBody::QuestionAnswered { question, .. } => {
                let task: TaskKey = question.as_str().rsplit_once('?').unwrap().0.into();
                assert_eq!(self.entry(&task).standing, Standing::Waiting);
                self.entry(&task).standing = Standing::Running;
            }
            EventBody::ScopesOpened { task, scopes, .. } => {
                let entry = self.entry(task);
                let from = entry.scopes;
                entry.scopes += u32::try_from(scopes.len()).unwrap();
                if entry.caught {
                    entry.ways_of_failures.extend(from..entry.scopes);
                }
            }
            EventBody::TaskAttemptFailed { task, .. } => self.leave(task, Standing::Idle),
            EventBody::TaskCompleted { task, .. } => {
                assert_eq!(self.entry(task).standing, Standing::Running, "{task} completed");
                self.leave(task, Standing::Done);
            }
            EventBody::TaskFailed { task, .. } => self.leave(task, Standing::Failed),
            EventBody::TaskCancelled { task } => self.leave(task, Standing::Dropped),
            EventBody::TaskSkipped { task, reason, .. } => {
                assert_ne!(self.entry(task).standing, Standing::Done, "{task} was done");
                let to = match reason {
                    WhySkipped::Impossible => Standing::Dropped,
                    _ => Standing::LeftOut,
                };
                self.leave(task, to);
            }
            EventBody::TaskOverridden { task, .. } => self.leave(task, Standing::Done),
            EventBody::CallStarted { call, task, .. } => {
                self.calls.insert(call.to_string(), task.clone());
                self.entry(task).in_flight.insert(call.to_string());
            }
            EventBody::CallFinished { call, .. }
            | EventBody::CallFailed { call, .. }
            | EventBody::CallInterrupted { call } => {
                let task = self.calls[&call.to_string()].clone();
                assert!(self.entry(&task).in_flight.remove(&call.to_string()), "{call}");
            }
            EventBody::WorkflowPaused => self.paused = true,
            EventBody::WorkflowResumed => self.paused = false,
            EventBody::WorkflowCompleted { .. }
            | EventBody::WorkflowFailed { .. }
            | EventBody::WorkflowCancelled => self.end(),
            EventBody::WorkflowRetried { tasks } => self.retry(tasks),
            _ => {}
        }
    }

    fn begin(&mut self, task: &TaskKey) {
        assert!(!self.ended, "{task} began in a run that has ended");
        let entry = &self.tasks[task];
        assert_eq!(entry.standing, Standing::Idle, "{task} began");
        for need in &entry.needs {
            assert!(
                self.is_settled(entry.place.as_ref(), need),
                "{task} began before {need}"
            );
        }
        if let Some(place) = &entry.place {
            let above = self.tasks[&place.container].standing;
            assert_eq!(above, Standing::Running, "{task} began in what is not at work");
        }
        let entry = self.entry(task);
        entry.standing = Standing::Running;
    }

    fn is_settled(&self, place: Option<&Place>, need: &TaskKey) -> bool {
        let done = |entry: &Entry| matches!(entry.standing, Standing::Done | Standing::LeftOut);
        if let Some(entry) = self.tasks.get(need) {
            return done(entry);
        }
        let id: StepId = need.as_str().rsplit('/').next().unwrap().into();
        let mut parts = self
            .tasks
            .values()
            .filter(|entry| entry.step == id && entry.place.as_ref() == place);
        parts.all(done)
    }

    fn leave(&mut self, task: &TaskKey, to: Standing) {
        let entry = self.entry(task);
        assert!(
            entry.in_flight.is_empty(),
            "{task} leaves calls in flight for {to:?}"
        );
        entry.standing = to;
    }

    fn end(&mut self) {
        for (key, entry) in &self.tasks {
            let is_open = matches!(
                entry.standing,
                Standing::Idle | Standing::Running | Standing::Waiting
            );
            assert!(!is_open, "{key} is {:?} in a run that ended", entry.standing);
        }
        self.paused = false;
        self.ended = true;
    }

    fn retry(&mut self, tasks: &[TaskKey]) {
        self.ended = false;
        self.retried = true;
        for key in tasks {
            let entry = self.entry(key);
            assert!(
                matches!(
                    entry.standing,
                    Standing::LeftOut | Standing::Failed | Standing::Dropped
                ),
                "{key} is {:?} and was taken up again",
                entry.standing
            );
            entry.standing = Standing::Idle;
            entry.caught = false;
        }
        for key in tasks {
            if let Some(place) = self.tasks[key].place.clone() {
                let above = self.entry(&place.container);
                above.caught |= above.ways_of_failures.contains(&place.scope);
            }
        }
    }

    /// No more is at work than may be, after `event`.
    pub(super) fn check_limits(&self, event: &Event) {
        let takes_a_place = |entry: &Entry| {
            !entry.caught
                && !matches!(
                    self.kinds[&entry.step],
                    StepKind::Map { .. }
                        | StepKind::Loop { .. }
                        | StepKind::Branch { .. }
                        | StepKind::Approval { .. }
                        | StepKind::Input { .. }
                        | StepKind::Wait { .. }
                )
        };
        let at_work = self
            .tasks
            .values()
            .filter(|entry| entry.standing == Standing::Running && takes_a_place(entry))
            .count();
        assert!(
            at_work <= self.parallel,
            "{at_work} tasks at work after {event:?}"
        );
        for (key, entry) in &self.tasks {
            if let StepKind::Map { parallel, .. } = &self.kinds[&entry.step]
                && !entry.caught
                && entry.standing == Standing::Running
            {
                let scopes = self.scopes_at_work(key);
                assert!(
                    scopes.len() <= *parallel as usize,
                    "{key} has too many items at work after {event:?}: {scopes:?}"
                );
            }
        }
    }

    /// The items of a map that are at work: where something is open, or after a retry or a fork where something is done.
    fn scopes_at_work(&self, map: &TaskKey) -> BTreeSet<u32> {
        let is_at_work = |entry: &Entry| match entry.standing {
            Standing::Waiting => true,
            Standing::Running => !self.retried || !self.holds(entry),
            Standing::Idle => !self.retried,
            _ => false,
        };
        let at_work = self.tasks.values().filter(|entry| is_at_work(entry));
        at_work.filter_map(|entry| self.scope_in(map, entry)).collect()
    }

    fn holds(&self, entry: &Entry) -> bool {
        let is_container = matches!(
            self.kinds[&entry.step],
            StepKind::Map { .. } | StepKind::Loop { .. } | StepKind::Branch { .. }
        );
        is_container || entry.caught
    }

    /// The item of a map that a task stands in, at any depth.
    fn scope_in(&self, map: &TaskKey, entry: &Entry) -> Option<u32> {
        let place = entry.place.as_ref()?;
        if place.container == *map {
            return Some(place.scope);
        }
        self.scope_in(map, self.tasks.get(&place.container)?)
    }

    /// No more tasks have begun in a step than its budget allows. The run's is not looked at: it is lowered at times.
    pub(super) fn check_steps(&self, run: &wheelhouse_engine::Run) {
        for task in &run.tasks {
            let Some(allowed) = run.budget_of(task).steps else {
                continue;
            };
            let inside = |key: &&TaskKey| {
                run.task(key)
                    .is_some_and(|begun| run.ancestors(begun).any(|above| above.key == task.key))
            };
            let begun = self.begun.iter().filter(inside).count();
            assert!(
                begun <= allowed as usize,
                "{begun} tasks have begun in {}",
                task.key
            );
        }
    }

    /// What the state says of a task is what its events said.
    pub(super) fn agrees(&self, task: &wheelhouse_engine::Task) -> bool {
        let expected = match self.tasks[&task.key].standing {
            Standing::Idle => TaskStatus::Pending,
            Standing::Running => TaskStatus::Running,
            Standing::Waiting => TaskStatus::Waiting,
            Standing::Done => TaskStatus::Completed,
            Standing::LeftOut => TaskStatus::Skipped,
            Standing::Failed => TaskStatus::Failed,
            Standing::Dropped => {
                return matches!(task.status, TaskStatus::Skipped | TaskStatus::Cancelled);
            }
        };
        task.status == expected
    }

    fn entry(&mut self, task: &TaskKey) -> &mut Entry {
        self.tasks
            .get_mut(task)
            .unwrap_or_else(|| panic!("{task} is unknown"))
    }
}
