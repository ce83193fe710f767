//! Reads what a run needs: of what is still to be done its models, tools, agents and templates; of its knowledge what it has
//! read and may search.

use crate::error::Error;
use crate::handle::Handle;
use crate::run::load;
use crate::run_file::named;
use crate::service::Inner;
use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{
    AgentKind, AgentName, AgentUid, CallKind, Citation, ContentHash, DEFAULT_MODEL, DefaultModels, Document,
    Event, EventBody, KNOWLEDGE_SEARCH, MoveNeeds, NeededAgent, NeededModel, NeededSource, NeededTemplate,
    SourceKind, SourceUid, StaysHere, Step, StepKind, TaskAnswer, TaskStatus, TemplateUid, ToolResponse,
    WorkflowUid, all_steps,
};
use wheelhouse_engine::{Run, Task};
use wheelhouse_store::knowledge::SourceRow;
use wheelhouse_store::{AgentRow, ProviderRow, WorkflowRow};

/// How deep templates of sub-workflows are looked into.
const DEEPEST: u32 = 32;

/// What was found.
pub(super) struct Gathered {
    pub(super) needs: MoveNeeds,
    /// Sources that keep the run here.
    pub(super) stays_here: Vec<StaysHere>,
}

pub(super) async fn gather(
    handle: &Handle,
    workflow: WorkflowUid,
    family: &[WorkflowRow],
) -> Result<Gathered, Error> {
    let store = handle.store();
    let mut found = Found::nothing(handle.inner()).await?;
    for row in family {
        found.stays_here.extend(row.stays_here.iter().cloned());
        let events = store.all_events(row.id).await?;
        found.travellers(&events);
        found.history(&events).await?;
        if !row.status.is_final() {
            found.run(&load(handle.inner(), row.id).await?).await?;
        }
    }
    let sources = handle.knowledge().sources().await?;
    Ok(found.told(workflow, sources))
}

/// Whether everything that is still to be done in a run is done by models on this machine.
///
/// # Errors
/// Where the journal can't be read.
pub(crate) async fn all_here(inner: &Inner, run: &Run) -> Result<bool, Error> {
    let mut found = Found::nothing(inner).await?;
    found.run(run).await?;
    for (model, _) in found.models.keys() {
        if !inner.models.run_here(model).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What was found so far.
struct Found<'a> {
    inner: &'a Inner,
    agents: Vec<AgentRow>,
    providers: Vec<ProviderRow>,
    defaults: DefaultModels,
    /// Who uses a model, by its name and the kind that it is set for.
    models: BTreeMap<(String, Option<AgentKind>), BTreeSet<String>>,
    tools: BTreeSet<String>,
    workers: BTreeMap<AgentUid, NeededAgent>,
    /// Titles of a template and of the steps that run it.
    templates: BTreeMap<(TemplateUid, Option<u32>), (String, BTreeSet<String>)>,
    /// Names of sources that agents were shown passages of.
    read: BTreeMap<SourceUid, String>,
    /// Names of sources that results refer to.
    cited: BTreeMap<SourceUid, String>,
    /// Sources that keep the run here.
    stays_here: BTreeSet<StaysHere>,
}

/// What an agent is as far as it matters here: its own words, and those of the step in their place.
struct Worker<'a> {
    name: &'a str,
    kind: AgentKind,
    model: &'a str,
    tools: &'a [String],
}

impl<'a> Found<'a> {
    async fn nothing(inner: &'a Inner) -> Result<Self, Error> {
        Ok(Self {
            inner,
            agents: inner.store.agents().await?,
            providers: inner.store.providers().await?,
            defaults: inner.store.default_models().await?,
            models: BTreeMap::new(),
            tools: BTreeSet::new(),
            workers: BTreeMap::new(),
            templates: BTreeMap::new(),
            read: BTreeMap::new(),
            cited: BTreeMap::new(),
            stays_here: BTreeSet::new(),
        })
    }

    /// What is still to be done in a run.
    async fn run(&mut self, run: &Run) -> Result<(), Error> {
        for step in run.steps.iter().filter(|step| !is_done(run, step)) {
            for step in all_steps(std::slice::from_ref(step)) {
                self.step(run, step).await?;
            }
        }
        Ok(())
    }

    async fn step(&mut self, run: &Run, step: &Step) -> Result<(), Error> {
        let tasks: Vec<&Task> = run
            .tasks
            .iter()
            .filter(|task| task.step == step.id && !is_over(task))
            .collect();
        match &step.kind {
            StepKind::Tool { tool, .. } => {
                self.tools.insert(tool.clone());
            }
            StepKind::Workflow {
                template, version, ..
            } => {
                let begun = tasks.iter().any(|task| task.child.is_some());
                if !begun {
                    self.template(*template, *version, &step.title).await?;
                }
            }
            StepKind::Expand { staff: Some(_), .. } if tasks.is_empty() => self.specialists(),
            _ => {}
        }
        let named = step.kind.agent().and_then(|name| run.crew.get(name.as_str()));
        let given = tasks.iter().filter_map(|task| task.agent.as_ref());
        let everybody: BTreeSet<AgentUid> = named.into_iter().chain(given).copied().collect();
        for uid in everybody {
            let chosen = tasks.iter().find(|task| task.agent == Some(uid));
            let chosen = chosen.and_then(|task| task.model.as_deref());
            self.worker(uid, &step.kind, chosen);
        }
        Ok(())
    }

    fn worker(&mut self, uid: AgentUid, step: &StepKind, chosen: Option<&str>) {
        let Some(row) = self.agents.iter().find(|row| row.uid == uid).cloned() else {
            return;
        };
        self.workers.entry(uid).or_insert_with(|| NeededAgent {
            uid,
            name: row.name.clone(),
            kind: row.kind,
            travels: row.kind == AgentKind::Specialist,
        });
        let worker = Worker {
            name: &row.name,
            kind: row.kind,
            model: &row.model,
            tools: &row.tools,
        };
        self.note(&worker, step, chosen);
    }

    /// The model and the tools of an agent at a step.
    fn note(&mut self, worker: &Worker<'_>, step: &StepKind, chosen: Option<&str>) {
        let (model, tools) = match step {
            StepKind::Agent { model, tools, .. } => (model.as_deref(), tools.as_ref()),
            _ => (None, None),
        };
        let model = chosen.or(model).unwrap_or(worker.model);
        self.model(worker.name, worker.kind, model);
        let may = |tool: &&String| tools.is_none_or(|allowed| allowed.contains(tool));
        self.tools.extend(worker.tools.iter().filter(may).cloned());
    }

    fn model(&mut self, who: &str, kind: AgentKind, named: &str) {
        let default_of = (named == DEFAULT_MODEL).then_some(kind);
        let name = self.defaults.resolve(kind, named).to_owned();
        let users = self.models.entry((name, default_of)).or_default();
        users.insert(who.to_owned());
    }

    /// Whoever will be found for parts of a plan that are not staffed yet.
    fn specialists(&mut self) {
        let kind = AgentKind::Specialist;
        let name = self.defaults.of(kind).to_owned();
        self.models.entry((name, Some(kind))).or_default();
        self.tools.insert(KNOWLEDGE_SEARCH.to_owned());
    }

    /// A template that will be run, and those that it runs.
    async fn template(&mut self, uid: TemplateUid, version: Option<u32>, step: &str) -> Result<(), Error> {
        let mut waiting = vec![(uid, version, step.to_owned(), 0)];
        while let Some((uid, version, step, depth)) = waiting.pop() {
            let document = self.document(uid, version).await?;
            let title = document
                .as_ref()
                .map_or_else(|| uid.to_string(), |document| document.title.clone());
            let known = self.templates.contains_key(&(uid, version));
            let (_, steps) = self
                .templates
                .entry((uid, version))
                .or_insert_with(|| (title, BTreeSet::new()));
            steps.insert(step);
            let Some(document) = document.filter(|_| !known && depth < DEEPEST) else {
                continue;
            };
            for step in document.all_steps() {
                match &step.kind {
                    StepKind::Tool { tool, .. } => {
                        self.tools.insert(tool.clone());
                    }
                    StepKind::Workflow {
                        template, version, ..
                    } => {
                        waiting.push((*template, *version, step.title.clone(), depth + 1));
                    }
                    StepKind::Expand { staff: Some(_), .. } => self.specialists(),
                    _ => {}
                }
                if let Some(name) = step.kind.agent() {
                    self.of_document(&document, name, &step.kind);
                }
            }
        }
        Ok(())
    }

    async fn document(&self, uid: TemplateUid, version: Option<u32>) -> Result<Option<Document>, Error> {
        let store = &self.inner.store;
        Ok(match version {
            Some(version) => store
                .template_version(uid, version)
                .await?
                .map(|row| row.template.document),
            None => store.template(uid).await?.map(|row| row.newest.document),
        })
    }

    /// An agent of a template: of the permanent crew, or one that it brings along.
    fn of_document(&mut self, document: &Document, name: &AgentName, step: &StepKind) {
        if let Some(kind) = AgentKind::parse(name.as_str()) {
            let permanent = self.agents.iter().find(|row| row.kind == kind).map(|row| row.uid);
            if let Some(uid) = permanent {
                self.worker(uid, step, None);
            }
        } else if let Some(form) = document.agents.iter().find(|form| form.name == name.as_str()) {
            let worker = Worker {
                name: &form.name,
                kind: AgentKind::Specialist,
                model: &form.model,
                tools: &form.tools,
            };
            self.note(&worker, step, None);
        }
    }

    /// Who would go along: whoever was designed from text that stays here must not.
    fn travellers(&mut self, events: &[Event]) {
        let named = named(events);
        let travelling = self.agents.iter().filter(|agent| named.contains(&agent.uid));
        self.stays_here.extend(travelling.flat_map(|agent| agent.stays_here.iter().cloned()));
    }

    /// What a run has read and cites.
    async fn history(&mut self, events: &[Event]) -> Result<(), Error> {
        let mut tools = BTreeSet::new();
        let (mut responses, mut outputs) = (BTreeSet::new(), BTreeSet::new());
        for event in events {
            match &event.body {
                EventBody::CallStarted {
                    call,
                    kind: CallKind::Tool { .. },
                    ..
                } => {
                    tools.insert(call);
                }
                EventBody::CallFinished { call, response, .. } if tools.contains(call) => {
                    responses.insert(response.clone());
                }
                EventBody::TaskCompleted { output, .. }
                | EventBody::TaskReused { output, .. }
                | EventBody::TaskOverridden { output, .. } => {
                    outputs.insert(output.clone());
                }
                _ => {}
            }
        }
        for text in self.texts(responses).await? {
            if let ToolResponse::Passages { passages, .. } = serde_json::from_str(&text)? {
                let read = passages.into_iter().map(|one| (one.source, one.source_name));
                self.read.extend(read);
            }
        }
        for text in self.texts(outputs).await? {
            let answer: TaskAnswer = serde_json::from_str(&text)?;
            let cited = answer.citations.into_iter();
            self.cited.extend(cited.map(
                |Citation {
                     source, source_name, ..
                 }| (source, source_name),
            ));
        }
        Ok(())
    }

    async fn texts(&self, hashes: BTreeSet<ContentHash>) -> Result<Vec<String>, Error> {
        let hashes: Vec<ContentHash> = hashes.into_iter().collect();
        let found = self.inner.store.contents(&hashes).await?;
        Ok(found.into_values().collect())
    }

    fn told(self, workflow: WorkflowUid, sources: Vec<SourceRow>) -> Gathered {
        let stays_here = self.stays_here.iter().cloned().collect();
        let needs = MoveNeeds {
            workflow,
            sources: self.sources(sources),
            models: self.needed_models(),
            tools: self.tools.into_iter().collect(),
            agents: self.workers.into_values().collect(),
            templates: self
                .templates
                .into_iter()
                .map(|((uid, version), (title, used_by))| NeededTemplate {
                    uid,
                    version,
                    title,
                    used_by: used_by.into_iter().collect(),
                })
                .collect(),
        };
        Gathered { needs, stays_here }
    }

    fn needed_models(&self) -> Vec<NeededModel> {
        let needed = |((name, default_of), used_by): (&(String, Option<AgentKind>), &BTreeSet<String>)| {
            let provider = name.split_once('/').map(|(provider, _)| provider);
            let row = provider.and_then(|name| self.providers.iter().find(|row| row.name == name));
            NeededModel {
                name: name.clone(),
                provider: row.map(|row| row.kind),
                has_key: row.is_some_and(|row| self.inner.keys.origin_for(&row.name, row.uid.0).is_some()),
                default_of: *default_of,
                used_by: used_by.iter().cloned().collect(),
            }
        };
        self.models.iter().map(needed).collect()
    }

    /// What was read or is cited, and everything that may be searched.
    fn sources(&self, rows: Vec<SourceRow>) -> Vec<NeededSource> {
        let searches = self.tools.contains(KNOWLEDGE_SEARCH);
        let touched = |uid: &SourceUid| (self.read.contains_key(uid), self.cited.contains_key(uid));
        let keeps = |uid: &SourceUid| self.stays_here.iter().any(|one| one.source == *uid);
        let gone: BTreeMap<SourceUid, &String> = self
            .read
            .iter()
            .chain(&self.cited)
            .filter(|(uid, _)| rows.iter().all(|row| row.uid != **uid))
            .map(|(uid, name)| (*uid, name))
            .collect();
        let gone = gone.into_iter().map(|(uid, name)| {
            let (read, cited) = touched(&uid);
            NeededSource {
                uid,
                name: name.clone(),
                kind: SourceKind::Folder,
                documents: 0,
                read,
                cited,
                stays_here: keeps(&uid),
            }
        });
        let gone: Vec<NeededSource> = gone.collect();
        let there = rows.into_iter().filter_map(|row| {
            let (read, cited) = touched(&row.uid);
            (searches || read || cited).then_some(NeededSource {
                uid: row.uid,
                name: row.name,
                kind: row.kind,
                documents: row.documents,
                read,
                cited,
                stays_here: row.stays_here || keeps(&row.uid),
            })
        });
        there.chain(gone).collect()
    }
}

/// Whether nothing of a step at the top is left to do.
fn is_done(run: &Run, step: &Step) -> bool {
    let mut tasks = run.tasks.iter().filter(|task| task.step == step.id).peekable();
    tasks.peek().is_some() && tasks.all(is_over)
}

fn is_over(task: &Task) -> bool {
    matches!(task.status, TaskStatus::Completed | TaskStatus::Skipped)
}
