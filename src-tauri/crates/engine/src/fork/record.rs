//! The first events of a fork.

use super::affected::{Affected, Mark, place_in};
use super::{Change, ForkProblem};
use crate::FoldError;
use crate::state::{Run, Task};
use std::collections::BTreeMap;
use wheelhouse_domain::{
    ContentHash, EVENT_VERSION, Event, EventBody, Millis, Origin, Place, QuestionKind, Scope, Seq, Setup,
    StepKind, TaskKey, TaskOf, TaskStatus, WorkflowUid,
};

/// The run that is forked.
#[derive(Debug)]
pub struct Source<'a> {
    run: Run,
    created: &'a Event,
    origins: BTreeMap<&'a TaskKey, &'a Origin>,
}

/// The run that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// Identity everywhere.
    pub uid: WorkflowUid,
    /// What people call it.
    pub name: String,
    /// The task that it is a sub-workflow of.
    pub parent: Option<TaskOf>,
    /// How many workflows are above it.
    pub depth: u32,
}

impl<'a> Source<'a> {
    /// Folds the events of a run.
    ///
    /// # Errors
    /// [`FoldError`] where they make no sense.
    pub fn read(events: &'a [Event]) -> Result<Self, FoldError> {
        let run = Run::fold(events)?;
        let created = events.first().ok_or(FoldError::NotCreated)?;
        let origin = |event: &'a Event| match &event.body {
            EventBody::PlanAccepted { task, origin, .. } | EventBody::StaffAccepted { task, origin, .. } => {
                Some((task, origin))
            }
            _ => None,
        };
        Ok(Self {
            run,
            created,
            origins: events.iter().filter_map(origin).collect(),
        })
    }

    /// The run as it stands.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The events of the fork at `task`. What is left to do begins with the next [`crate::Input::Advance`].
    ///
    /// # Errors
    /// [`ForkProblem`] where the run can't be forked there.
    pub fn fork(
        &self,
        task: &TaskKey,
        change: &Change,
        new: NewRun,
        now: Millis,
    ) -> Result<Vec<Event>, ForkProblem> {
        let affected = Affected::of(&self.run, task, change)?;
        let mut record = Record {
            source: self,
            affected: &affected,
            change,
            events: Vec::new(),
            now,
        };
        record.begin(task, new)?;
        record.level(None, false);
        record.edit(task);
        let events = record.events;
        Run::fold(&events)?;
        Ok(events)
    }
}

struct Record<'a> {
    source: &'a Source<'a>,
    affected: &'a Affected,
    change: &'a Change,
    events: Vec<Event>,
    now: Millis,
}

impl Record<'_> {
    fn push(&mut self, body: EventBody) {
        let seq = u32::try_from(self.events.len() + 1).unwrap_or(u32::MAX);
        self.events.push(Event {
            v: EVENT_VERSION,
            seq: Seq(seq),
            at: self.now,
            body,
        });
    }

    fn begin(&mut self, task: &TaskKey, new: NewRun) -> Result<(), FoldError> {
        let run = &self.source.run;
        let EventBody::WorkflowCreated {
            template,
            steps,
            crew,
            limits,
            ..
        } = &self.source.created.body
        else {
            return Err(FoldError::NotCreated);
        };
        let (mut inputs, mut description) = (run.setup.inputs.clone(), run.description.clone());
        if let Change::Inputs {
            inputs: changed,
            description: told,
            ..
        } = self.change
        {
            inputs = changed.clone();
            description = told.clone().unwrap_or(description);
        }
        let setup = Setup {
            inputs,
            // Nothing in a fork counts as the operator's, whoever gave it.
            preset: Vec::new(),
            output: run.setup.output.clone(),
            budget: run.budget(),
            parent: new.parent,
            depth: new.depth,
            forked_from: Some(TaskOf {
                workflow: run.uid,
                task: task.clone(),
            }),
            conversation: None,
            // What kept it from reaching further keeps the fork from it.
            help: run.setup.help.clone(),
            trial: None,
            stays_here: run.staying(),
            // That it is a fork says so already.
            unsaid: false,
        };
        self.push(EventBody::WorkflowCreated {
            uid: new.uid,
            name: new.name,
            description,
            template: template.clone(),
            steps: steps.clone(),
            crew: crew.clone(),
            limits: *limits,
            setup: Box::new(setup),
        });
        self.push(EventBody::WorkflowStarted);
        Ok(())
    }

    /// The tasks at one place: all of them are there before any of them has ended.
    fn level(&mut self, place: Option<&Place>, as_it_was: bool) {
        let run = &self.source.run;
        let here: Vec<&Task> = run
            .tasks_at(place)
            .filter(|task| as_it_was || !self.affected.is_left_out(run, task))
            .collect();
        for task in &here {
            self.add(task);
        }
        for task in &here {
            self.settle(task, as_it_was);
        }
    }

    fn add(&mut self, task: &Task) {
        let run = &self.source.run;
        let staffed = matches!(run.kind_of(task), Some(StepKind::Expand { staff: Some(_), .. }));
        self.push(EventBody::TaskAdded {
            task: task.key.clone(),
            step: task.step.clone(),
            title: task.title.clone(),
            description: task.description.clone(),
            agent_kind: task.agent_kind,
            // The staffing that is taken over says who does it.
            agent: task.agent.filter(|_| !staffed),
            needs: task.needs.clone(),
            done_when: task.done_when.clone(),
            place: task.place.clone(),
        });
        if let Some(budget) = run.budgets.get(&Some(task.key.clone())) {
            self.push(EventBody::BudgetChanged {
                task: Some(task.key.clone()),
                budget: *budget,
            });
        }
    }

    fn settle(&mut self, task: &Task, as_it_was: bool) {
        if as_it_was {
            return self.take_over(task);
        }
        match self.affected.mark(&task.key) {
            None => self.take_over(task),
            Some(Mark::Anew) => self.keep_edits(task),
            Some(Mark::Child) => self.go_on_with_child(task),
            Some(Mark::Inside { own }) => self.reopen(task, own),
        }
    }

    /// What the operator changed before holds for the next attempts as well.
    fn keep_edits(&mut self, task: &Task) {
        if task.told.is_some() || task.model.is_some() {
            self.push(EventBody::TaskEdited {
                task: task.key.clone(),
                prompt: task.told.clone(),
                model: task.model.clone(),
            });
        }
    }

    fn go_on_with_child(&mut self, task: &Task) {
        let Change::Child { child } = self.change else {
            return;
        };
        self.start(task);
        let task_key = task.key.clone();
        self.push(EventBody::TaskPrepared {
            task: task_key.clone(),
            attempt: 1,
            prepared: task.preparation.clone(),
        });
        self.push(EventBody::ChildStarted {
            task: task_key,
            attempt: 1,
            child: *child,
            call: None,
        });
    }

    fn start(&mut self, task: &Task) {
        self.push(EventBody::TaskStarted {
            task: task.key.clone(),
            attempt: 1,
        });
    }

    /// Opens a task again with what is kept in it.
    fn reopen(&mut self, task: &Task, own: bool) {
        self.start(task);
        let scopes: Vec<usize> = (0..task.scopes.len())
            .filter(|scope| own || task.after_failure(*scope) || *scope < task.caught_from)
            .filter(|scope| self.affected.keeps_scope(task, *scope, own))
            .collect();
        let (first, later): (Vec<usize>, Vec<usize>) =
            scopes.into_iter().partition(|scope| !task.after_failure(*scope));
        self.open(task, &first, !own);
        if own {
            return;
        }
        if let Some(failure) = &task.caught {
            self.push(EventBody::TaskCaught {
                task: task.key.clone(),
                failure: failure.clone(),
            });
        }
        self.open(task, &later, false);
    }

    /// Opens scopes of a task, with their tasks.
    fn open(&mut self, task: &Task, scopes: &[usize], as_it_was: bool) {
        let mut groups: Vec<(Vec<Scope>, Option<ContentHash>)> = Vec::new();
        for open in scopes.iter().filter_map(|scope| task.scopes.get(*scope)) {
            let values = open.value.as_ref().map(|(values, _)| values.clone());
            let continues = open.value.as_ref().is_none_or(|(_, place)| *place > 0);
            match groups.last_mut() {
                Some((group, known)) if continues && *known == values => group.push(open.scope.clone()),
                _ => groups.push((vec![open.scope.clone()], values)),
            }
        }
        for (scopes, values) in groups {
            self.push(EventBody::ScopesOpened {
                task: task.key.clone(),
                attempt: 1,
                scopes,
                values,
            });
        }
        let begun = self.begun(task, scopes, as_it_was);
        for scope in scopes.iter().take(begun) {
            self.level(Some(&place_in(task, *scope)), as_it_was);
        }
    }

    /// How many of these scopes get their tasks now. Those at the end of which nothing is kept begin in their turn, as
    /// many at the same time as the map allows.
    fn begun(&self, task: &Task, scopes: &[usize], as_it_was: bool) -> usize {
        let run = &self.source.run;
        let keeps_something = |scope: &usize| {
            let place = place_in(task, *scope);
            run.tasks_at(Some(&place)).any(|inner| {
                as_it_was
                    || self.affected.mark(&inner.key) != Some(Mark::Anew)
                    || inner.told.is_some()
                    || inner.model.is_some()
                    || self.is_edited(inner)
            })
        };
        let last = scopes.iter().rposition(keeps_something);
        last.map_or(0, |last| last + 1)
    }

    /// Whether the change itself is about this task, so that it must be there.
    fn is_edited(&self, task: &Task) -> bool {
        let about = matches!(self.change, Change::Prompt { .. } | Change::Model { .. });
        about && self.forked_at() == Some(&task.key)
    }

    fn forked_at(&self) -> Option<&TaskKey> {
        match &self.events.first()?.body {
            EventBody::WorkflowCreated { setup, .. } => setup.forked_from.as_ref().map(|from| &from.task),
            _ => None,
        }
    }

    /// Takes a task over as it ended.
    fn take_over(&mut self, task: &Task) {
        self.take_over_questions(task);
        let run = &self.source.run;
        let origin = self.source.origins.get(&task.key).copied();
        let origin = origin.cloned().unwrap_or(Origin::Answered);
        if let Some(plan) = run.plans.get(&task.key) {
            self.push(EventBody::PlanAccepted {
                task: task.key.clone(),
                plan: (**plan).clone(),
                origin: origin.clone(),
            });
        }
        if let Some(assignments) = run.staffings.get(&task.key) {
            self.push(EventBody::StaffAccepted {
                task: task.key.clone(),
                assignments: (**assignments).clone(),
                origin,
                stays_here: run.staying(),
            });
        }
        self.take_over_inside(task);
        self.end(task);
    }

    fn take_over_inside(&mut self, task: &Task) {
        let first_late = (0..task.scopes.len()).find(|scope| task.after_failure(*scope));
        // Ways of failing that the operator took up again left others before them: their numbers would not fit.
        let from = first_late.unwrap_or(task.scopes.len());
        let fits = (from..task.scopes.len()).all(|scope| task.after_failure(scope));
        if task.scopes.is_empty() || !fits {
            return;
        }
        let own: Vec<usize> = (0..from).collect();
        self.open(task, &own, true);
        let failure = task.caught.clone().or_else(|| task.caught_before.clone());
        let Some(failure) = failure.filter(|_| from < task.scopes.len()) else {
            return;
        };
        self.push(EventBody::TaskCaught {
            task: task.key.clone(),
            failure,
        });
        let late: Vec<usize> = (from..task.scopes.len()).collect();
        self.open(task, &late, true);
    }

    /// What the operator said is said to everybody, so it is taken over with the task that asked.
    fn take_over_questions(&mut self, task: &Task) {
        let run = &self.source.run;
        let is_said = |kind: QuestionKind| kind.is_for_agents() || kind == QuestionKind::Approval;
        let asked: Vec<_> = run
            .questions
            .iter()
            .filter(|question| question.task == task.key && is_said(question.kind))
            // What was allowed was allowed there.
            .filter(|question| question.approval().is_none())
            .filter(|question| question.answer.is_some() && task.output.is_some())
            .cloned()
            .collect();
        if !asked.is_empty() {
            self.start(task);
        }
        for question in asked {
            self.push(EventBody::QuestionAsked {
                question: question.key.clone(),
                task: task.key.clone(),
                kind: question.kind,
                text: question.text.clone(),
                form: question.form.clone().map(Box::new),
            });
            self.push(EventBody::QuestionAnswered {
                question: question.key.clone(),
                answer: question.answer.clone().unwrap_or_default(),
                reply: question.reply.clone(),
            });
        }
    }

    fn end(&mut self, task: &Task) {
        let key = task.key.clone();
        if self.affected.given.as_ref() == Some(&key) {
            // The operator's answer follows.
            return;
        }
        let output = task
            .output
            .clone()
            .filter(|_| task.status == TaskStatus::Completed);
        let body = match (task.status, output, &task.failure) {
            (_, Some(output), _) => EventBody::TaskReused {
                from: task.reused_from.clone().unwrap_or_else(|| TaskOf {
                    workflow: self.source.run.uid,
                    task: key.clone(),
                }),
                task: key,
                output,
            },
            (TaskStatus::Failed, _, Some(failure)) => EventBody::TaskFailed {
                task: key,
                failure: failure.clone(),
            },
            (TaskStatus::Skipped, ..) => EventBody::TaskSkipped {
                because: key.clone(),
                task: key,
                reason: task.skipped.unwrap_or_default(),
            },
            _ => EventBody::TaskCancelled { task: key },
        };
        self.push(body);
    }

    fn edit(&mut self, task: &TaskKey) {
        let task = task.clone();
        match self.change {
            Change::Output { output } => self.push(EventBody::TaskOverridden {
                task,
                output: output.clone(),
            }),
            Change::Prompt { text } => self.push(EventBody::TaskEdited {
                task,
                prompt: Some(text.clone()),
                model: None,
            }),
            Change::Model { model } => self.push(EventBody::TaskEdited {
                task,
                prompt: None,
                model: Some(model.clone()),
            }),
            Change::Again | Change::Inputs { .. } | Change::Child { .. } => {}
        }
    }
}
