//! Forks: a new run from a finished task of another, and what it would do.

use super::Handle;
use super::create::{description_of, refuse_aside};
use super::wish::{About, Wish};
use crate::error::Error;
use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{
    AgentUid, ContentHash, Event, ForkEdit, Json, Millis, TaskAnswer, TaskId, TaskKey, TaskOf, WorkflowId,
    WorkflowUid,
};
use wheelhouse_engine::fork::{Affected, Change, Mark, NewRun, Repeated, Source, Used};
use wheelhouse_engine::{Run, Task, template};
use wheelhouse_store::{Commit, Error as StoreError, RunCommit, Target, WorkflowRow};

/// How deep sub-workflows are looked into for what they used.
const DEEPEST: u32 = 32;

/// What a fork would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForkPlan {
    /// Tasks of the run that would be done anew, in their order.
    pub again: Vec<ForkedTask>,
    /// How many answers would be taken over.
    pub reused: u32,
    /// The tasks that gave them, in their order.
    pub kept: Vec<ForkedTask>,
    /// What that work used before, sub-workflows included.
    pub used: Used,
    /// What would change something outside a second time.
    pub repeats: BTreeSet<Repeated>,
    /// The runs above that would be forked with it, the innermost first.
    pub above: Vec<WorkflowId>,
}

/// A task that a fork would do anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForkedTask {
    /// Name in the run.
    pub key: TaskKey,
    /// What people read.
    pub title: String,
    /// Who did it; none for what no agent does.
    pub agent: Option<AgentUid>,
    /// Whether only its result is gathered anew.
    pub gathers: bool,
}

/// One run of a fork: the run of the task itself, or one above it.
struct Level {
    row: WorkflowRow,
    events: Vec<Event>,
    task: TaskKey,
    change: Change,
    /// The run that is to be.
    uid: WorkflowUid,
}

/// A fork before it is one, the run of the task first.
struct Draft {
    levels: Vec<Level>,
    contents: Vec<String>,
}

impl Handle {
    /// What a fork at a finished task would do.
    ///
    /// # Errors
    /// [`Error::WorkflowNotFound`], [`Error::TaskNotFound`], [`Error::Inputs`], [`Error::PartOfConversation`], or
    /// [`Error::Fork`] where the run can't be forked there.
    pub async fn plan_fork(&self, id: WorkflowId, task: TaskId, edit: &ForkEdit) -> Result<ForkPlan, Error> {
        let draft = self.draft(id, task, edit).await?;
        self.plan_of(&draft).await
    }

    /// Forks a run at a finished task and starts the fork. Where the run is a sub-workflow, the runs above it are forked
    /// with it; the outermost is given.
    ///
    /// # Errors
    /// Those of [`Self::plan_fork`], and [`Error::ForkRepeats`] unless `repeat` says that what it changes outside may be
    /// done again.
    pub async fn fork(
        &self,
        wish: Wish<'_>,
        id: WorkflowId,
        task: TaskId,
        edit: &ForkEdit,
        repeat: bool,
    ) -> Result<WorkflowId, Error> {
        if let Some(record) = self.repeated(wish, About::New).await? {
            return record
                .workflow_id
                .ok_or(Error::RequestKeyReused(record.operation));
        }
        let draft = self.draft(id, task, edit).await?;
        let plan = self.plan_of(&draft).await?;
        if !plan.repeats.is_empty() && !repeat {
            let tools = plan.repeats.iter().map(|one| one.tool.clone()).collect();
            return Err(Error::ForkRepeats(tools));
        }
        let now = self.inner.options.world.now();
        let runs = draft.runs(now)?;
        let commit = Commit {
            runs,
            contents: draft.contents,
            request: Some(self.request(wish, None, None, now)),
        };
        let ids = match self.inner.store.commit(commit).await {
            Ok(committed) => committed.workflow_ids,
            Err(StoreError::RequestRepeated(record)) => record.workflow_id.into_iter().collect(),
            Err(error) => return Err(error.into()),
        };
        for id in &ids {
            self.inner.registry.wake(&self.inner, *id).await?;
        }
        let outermost = ids.first().copied();
        outermost.ok_or_else(|| Error::RequestKeyReused(wish.operation.to_owned()))
    }

    async fn draft(&self, id: WorkflowId, task: TaskId, edit: &ForkEdit) -> Result<Draft, Error> {
        let store = &self.inner.store;
        let mut row = store.workflow(id).await?.ok_or(Error::WorkflowNotFound(id))?;
        refuse_aside(&row)?;
        let mut events = store.all_events(id).await?;
        let mut key = self.key_of(id, task).await?;
        let run = fold(id, &events)?;
        let mut contents = Vec::new();
        let mut change = self.change(&row, &run, &key, edit, &mut contents).await?;
        let mut levels: Vec<Level> = Vec::new();
        loop {
            let uid = WorkflowUid(self.inner.options.world.new_uid());
            let above = self.above(&row).await?;
            levels.push(Level {
                row,
                events,
                task: key,
                change,
                uid,
            });
            let Some((parent, of_parent, parent_task)) = above else {
                return Ok(Draft { levels, contents });
            };
            (row, events, key) = (parent, of_parent, parent_task);
            change = Change::Child { child: uid };
        }
    }

    /// The run above, where it still builds on this one.
    async fn above(&self, row: &WorkflowRow) -> Result<Option<(WorkflowRow, Vec<Event>, TaskKey)>, Error> {
        let Some((parent, task)) = row.parent.as_ref().and_then(|link| Some((link.id?, &link.task))) else {
            return Ok(None);
        };
        let Some(above) = self.inner.store.workflow(parent).await? else {
            return Ok(None);
        };
        let events = self.inner.store.all_events(parent).await?;
        let run = fold(parent, &events)?;
        // What another agent asked for is an answer to its call, which is on record. A fork of it stands alone.
        let is_its_step = |task: &Task| task.calls.iter().all(|call| call.help != Some(row.uid));
        let builds_on_it = run
            .task(task)
            .is_some_and(|task| task.child == Some(row.uid) && is_its_step(task));
        Ok(builds_on_it.then(|| (above, events, task.clone())))
    }

    async fn change(
        &self,
        row: &WorkflowRow,
        run: &Run,
        key: &TaskKey,
        edit: &ForkEdit,
        contents: &mut Vec<String>,
    ) -> Result<Change, Error> {
        Ok(match edit {
            ForkEdit::Again => Change::Again,
            ForkEdit::Prompt { text } => Change::Prompt { text: text.clone() },
            ForkEdit::Model { model } => Change::Model { model: model.clone() },
            ForkEdit::Inputs { values } => self.other_inputs(row, run, values).await?,
            ForkEdit::Output { text, data } => {
                let answer = TaskAnswer {
                    text: text.clone(),
                    citations: self.cited_still(run, key, text).await?,
                    data: data.clone(),
                };
                let content = serde_json::to_string(&answer)?;
                let output = ContentHash::of(&content);
                contents.push(content);
                Change::Output { output }
            }
        })
    }

    /// The sources of the answer before that are marked in the new one too.
    async fn cited_still(
        &self,
        run: &Run,
        key: &TaskKey,
        text: &str,
    ) -> Result<Vec<wheelhouse_domain::Citation>, Error> {
        let Some(hash) = run.task(key).and_then(|task| task.output.as_ref()) else {
            return Ok(Vec::new());
        };
        let Some(before) = self.inner.store.content(hash).await? else {
            return Ok(Vec::new());
        };
        let before: TaskAnswer = serde_json::from_str(&before)?;
        let mut citations = before.citations;
        citations.retain(|citation| text.contains(&format!("[{}]", citation.label)));
        Ok(citations)
    }

    async fn other_inputs(&self, row: &WorkflowRow, run: &Run, values: &Json) -> Result<Change, Error> {
        let mut all: BTreeMap<String, serde_json::Value> = match &run.setup.inputs.0 {
            serde_json::Value::Object(known) => known.clone().into_iter().collect(),
            // Runs of the first program were given a task and nothing else.
            _ => [("task".to_owned(), run.description.clone().into())].into(),
        };
        let before = all.clone();
        for (name, value) in values.0.as_object().into_iter().flatten() {
            all.insert(name.clone(), value.clone());
        }
        let mut inputs = Json(serde_json::to_value(&all)?);
        let (uid, version) = (row.template.uid, row.template.version);
        let known = self.inner.store.template_version(uid, version).await?;
        let mut description = all.get("task").and_then(|task| task.as_str()).map(str::to_owned);
        if let Some(known) = known {
            let document = &known.template.document;
            inputs = template::bind(&document.inputs, &inputs).map_err(Error::Inputs)?;
            description = Some(description_of(document, &inputs));
        }
        let names = all.keys().chain(before.keys());
        let changed: BTreeSet<String> = names
            .filter(|name| before.get(*name) != inputs.0.get(name.as_str()))
            .cloned()
            .collect();
        Ok(Change::Inputs {
            inputs,
            description: description.filter(|text| !changed.is_empty() && *text != run.description),
            changed,
        })
    }

    async fn plan_of(&self, draft: &Draft) -> Result<ForkPlan, Error> {
        let mut plan = ForkPlan::default();
        for (number, level) in draft.levels.iter().enumerate() {
            let run = fold(level.row.id, &level.events)?;
            let affected = Affected::of(&run, &level.task, &level.change)?;
            let tasks = affected.tasks(&run);
            plan.used = plan.used.and(Used::by(&tasks, &level.events));
            plan.repeats.extend(Repeated::by(&tasks));
            plan.again
                .extend(tasks.iter().map(|task| forked_task(&affected, task)));
            let kept = run
                .tasks
                .iter()
                .filter(|task| task.output.is_some() && affected.keeps(&run, task));
            let given = matches!(level.change, Change::Output { .. });
            let kept = kept.filter(|task| !given || task.key != level.task);
            plan.kept.extend(kept.map(|task| forked_task(&affected, task)));
            if number > 0 {
                plan.above.push(level.row.id);
            }
            let goes_on = draft
                .levels
                .get(number.wrapping_sub(1))
                .map(|below| below.row.uid);
            let children = tasks.iter().flat_map(|task| task.children());
            for child in children.filter(|child| Some(*child) != goes_on) {
                self.count_whole(child, 0, &mut plan).await?;
            }
        }
        plan.reused = u32::try_from(plan.kept.len()).unwrap_or(u32::MAX);
        Ok(plan)
    }

    /// Adds what a sub-workflow used that would be run anew as a whole.
    async fn count_whole(&self, child: WorkflowUid, depth: u32, plan: &mut ForkPlan) -> Result<(), Error> {
        let mut waiting = vec![(child, depth)];
        while let Some((child, depth)) = waiting.pop() {
            let Some(row) = self.inner.store.workflow_by_uid(child).await? else {
                continue;
            };
            let events = self.inner.store.all_events(row.id).await?;
            let run = fold(row.id, &events)?;
            let tasks = run.all_tasks();
            plan.used = plan.used.and(Used::by(&tasks, &events));
            plan.repeats.extend(Repeated::by(&tasks));
            if depth < DEEPEST {
                let children = tasks.iter().flat_map(|task| task.children());
                waiting.extend(children.map(|child| (child, depth + 1)));
            }
        }
        Ok(())
    }
}

impl Draft {
    /// The new runs, the outermost first.
    fn runs(&self, now: Millis) -> Result<Vec<RunCommit>, Error> {
        let mut runs = Vec::with_capacity(self.levels.len());
        let outermost = self.levels.len() - 1;
        for (number, level) in self.levels.iter().enumerate() {
            let parent = self.levels.get(number + 1).map(|above| TaskOf {
                workflow: above.uid,
                task: above.task.clone(),
            });
            let new = NewRun {
                uid: level.uid,
                name: level.row.name.clone(),
                parent,
                depth: u32::try_from(outermost - number).unwrap_or(u32::MAX),
            };
            let source = Source::read(&level.events).map_err(|source| Error::Journal {
                id: level.row.id,
                source,
            })?;
            runs.push(RunCommit {
                target: Target::New,
                events: source.fork(&level.task, &level.change, new, now)?,
            });
        }
        runs.reverse();
        Ok(runs)
    }
}

fn forked_task(affected: &Affected, task: &Task) -> ForkedTask {
    ForkedTask {
        key: task.key.clone(),
        title: task.title.clone(),
        agent: task.agent,
        gathers: matches!(affected.mark(&task.key), Some(Mark::Inside { .. } | Mark::Child)),
    }
}

fn fold(id: WorkflowId, events: &[Event]) -> Result<Run, Error> {
    Run::fold(events).map_err(|source| Error::Journal { id, source })
}
