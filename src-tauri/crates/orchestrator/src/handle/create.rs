//! New workflows: a template, its version, and what it is given.

use super::Handle;
use super::wish::{About, Wish, same_wish};
use crate::error::Error;
use crate::run::load;
use crate::service::Inner;
use std::collections::BTreeMap;
use wheelhouse_domain::{
    AgentKind, AgentUid, CREW, Document, Event, Field, FieldKind, HELP, Json, Limits, MessageUid, Millis,
    Setup, StaysHere, TaskOf, Template, TemplateUid, WorkflowId, WorkflowUid,
};
use wheelhouse_engine::{Input, Run, create, decide, template};
use wheelhouse_store::{
    Commit, Error as StoreError, RequestRecord, RunCommit, Target, TemplateHire, WorkflowRow,
};

/// Longest name that is made from an input, in characters.
const NAME_LENGTH: usize = 80;

/// The input that is the operator's task, where a template has it.
const TASK: &str = "task";

/// A workflow that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// What is run.
    pub template: TemplateUid,
    /// Which version; none for the newest.
    pub version: Option<u32>,
    /// Values of its inputs, by name: an object.
    pub inputs: Json,
    /// What people call it; may be empty.
    pub name: String,
}

impl NewRun {
    /// The seed flow on a task.
    #[must_use]
    pub fn crew(name: &str, task: &str) -> Self {
        Self {
            template: CREW,
            version: None,
            inputs: Json(serde_json::json!({ TASK: task })),
            name: name.to_owned(),
        }
    }
}

/// Where a new workflow comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lineage {
    /// The task that it is started for, where it is a sub-workflow.
    pub(crate) parent: Option<TaskOf>,
    /// How many workflows are above it.
    pub(crate) depth: u32,
    /// How many levels may stand below it by the budgets above; none where they do not say.
    pub(crate) depth_below: Option<u32>,
    /// Sources that stay here whose text is in what it is given.
    pub(crate) stays_here: Vec<StaysHere>,
    /// Whether somebody else than the operator wrote what it is given.
    pub(crate) unsaid: bool,
}

impl Handle {
    /// Writes a workflow down, and starts it at once if `start`.
    ///
    /// # Errors
    /// [`Error::TemplateNotFound`], [`Error::Inputs`] with all that is wrong with the values, and [`Error`] where it
    /// could not be written.
    pub async fn create(&self, wish: Wish<'_>, run: &NewRun, start: bool) -> Result<WorkflowId, Error> {
        self.create_after(wish, run, start, Lineage::default()).await
    }

    /// Writes a workflow down whose words were made of a message: they are not the operator's, and what stays here up to that
    /// message stays here in it.
    ///
    /// # Errors
    /// [`Error::Conversation`] where the message is not here, and those of [`Self::create`].
    pub async fn create_of_message(
        &self,
        wish: Wish<'_>,
        run: &NewRun,
        message: MessageUid,
    ) -> Result<WorkflowId, Error> {
        // The conversation may have been removed since the wish was carried out.
        if let Some(record) = self.repeated(wish, About::New).await? {
            return self.created_before(record, run, false).await;
        }
        let lineage = Lineage {
            stays_here: self.held_up_to(message).await?,
            unsaid: true,
            ..Lineage::default()
        };
        self.create_after(wish, run, false, lineage).await
    }

    async fn create_after(
        &self,
        wish: Wish<'_>,
        run: &NewRun,
        start: bool,
        lineage: Lineage,
    ) -> Result<WorkflowId, Error> {
        if let Some(record) = self.repeated(wish, About::New).await? {
            return self.created_before(record, run, start).await;
        }
        let now = self.inner.options.world.now();
        let events = first_events(&self.inner, run, lineage, start, now).await?;
        let commit = Commit {
            runs: vec![RunCommit {
                target: Target::New,
                events,
            }],
            contents: Vec::new(),
            request: Some(self.request(wish, None, None, now)),
        };
        match self.inner.store.commit(commit).await {
            Ok(committed) => {
                let id = committed.workflow_ids.first().copied();
                let id = id.ok_or_else(|| Error::RequestKeyReused(wish.operation.to_owned()))?;
                if start {
                    self.inner.registry.wake(&self.inner, id).await?;
                }
                Ok(id)
            }
            // The same wish arrived twice at the same time; the other one won.
            Err(StoreError::RequestRepeated(record)) => {
                self.created_before(same_wish(wish, About::New, record)?, run, start)
                    .await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Starts a new workflow of the same template version with the same inputs.
    ///
    /// # Errors
    /// [`Error::WorkflowNotFound`], and those of [`Self::create`].
    pub async fn run_again(&self, wish: Wish<'_>, id: WorkflowId) -> Result<WorkflowId, Error> {
        let row = self.inner.store.workflow(id).await?;
        let row = row.ok_or(Error::WorkflowNotFound(id))?;
        refuse_aside(&row)?;
        if row.template.uid == HELP {
            return Err(Error::IsHelp(id));
        }
        let inputs = match &row.inputs {
            Some(inputs) => inputs.clone(),
            // Runs of the first program were given a task and nothing else.
            None => Json(serde_json::json!({ TASK: row.description })),
        };
        let version = self
            .inner
            .store
            .template_version(row.template.uid, row.template.version)
            .await?
            .map(|row| row.template.version);
        let run = NewRun {
            template: row.template.uid,
            version,
            inputs,
            name: row.name,
        };
        // What it was given may have been worked out from what another run has read, and may be nobody's words.
        let before = load(&self.inner, id).await?;
        let lineage = Lineage {
            stays_here: before.setup.stays_here.clone(),
            unsaid: before.is_given_by_others(),
            ..Lineage::default()
        };
        self.create_after(wish, &run, true, lineage).await
    }

    /// What the same wish gave before. The same key with another run is another wish, and refused.
    async fn created_before(
        &self,
        record: RequestRecord,
        run: &NewRun,
        start: bool,
    ) -> Result<WorkflowId, Error> {
        let reused = || Error::RequestKeyReused(record.operation.clone());
        let id = record.workflow_id.ok_or_else(reused)?;
        let row = self.inner.store.workflow(id).await?;
        let row = row.ok_or(Error::WorkflowNotFound(id))?;
        if !self.is_same(&row, run).await? {
            return Err(reused());
        }
        // Whoever wished first may have gone away before the run was taken up.
        if start && !row.status.is_final() {
            self.inner.registry.wake(&self.inner, id).await?;
        }
        Ok(id)
    }

    async fn is_same(&self, row: &WorkflowRow, run: &NewRun) -> Result<bool, Error> {
        if row.template.uid != run.template
            || run.version.is_some_and(|version| version != row.template.version)
        {
            return Ok(false);
        }
        let Some(given) = &row.inputs else {
            return Ok(task_of(&run.inputs) == Some(row.description.as_str()));
        };
        let (uid, version) = (row.template.uid, row.template.version);
        let document = self.inner.store.template_version(uid, version).await?;
        let bound = document.map(|row| template::bind(&row.template.document.inputs, &run.inputs));
        Ok(matches!(bound, Some(Ok(bound)) if bound == *given))
    }
}

/// The first events of a sub-workflow, which starts at once.
///
/// # Errors
/// As [`Handle::create`].
pub(crate) async fn sub_workflow(
    inner: &Inner,
    run: &NewRun,
    lineage: Lineage,
    now: Millis,
) -> Result<Vec<Event>, Error> {
    first_events(inner, run, lineage, true, now).await
}

/// The first events of a workflow that is to be.
pub(crate) async fn first_events(
    inner: &Inner,
    run: &NewRun,
    lineage: Lineage,
    start: bool,
    now: Millis,
) -> Result<Vec<Event>, Error> {
    let template = template_of(inner, run).await?;
    let document = &template.document;
    let inputs = template::bind(&document.inputs, &run.inputs).map_err(Error::Inputs)?;
    let crew = crew(inner, document, now).await?;
    let description = description_of(document, &inputs);
    let mut budget = inner.accounts.for_new(document.budget, lineage.parent.is_some());
    budget.depth = budget.depth.into_iter().chain(lineage.depth_below).min();
    let setup = Setup {
        preset: template::preset(&document.inputs, &inputs),
        inputs,
        output: document.output.clone(),
        budget,
        parent: lineage.parent,
        depth: lineage.depth,
        stays_here: lineage.stays_here,
        unsaid: lineage.unsaid,
        ..Setup::default()
    };
    let created = create(
        WorkflowUid(inner.options.world.new_uid()),
        name_for(run, document, &setup.inputs),
        description,
        &template,
        crew,
        limits_of(inner, document),
        setup,
        now,
    );
    let mut events = vec![created];
    if start {
        let run = Run::fold(&events).map_err(wheelhouse_engine::Refusal::Fold)?;
        events.extend(decide(&run, Input::Start, now)?);
    }
    Ok(events)
}

/// A document that leaves its bounds as they are gets those of the application.
fn limits_of(inner: &Inner, document: &Document) -> Limits {
    if document.limits == Limits::default() {
        inner.options.limits
    } else {
        document.limits
    }
}

async fn template_of(inner: &Inner, run: &NewRun) -> Result<Template, Error> {
    let missing = || Error::TemplateNotFound {
        uid: run.template,
        version: run.version,
    };
    match run.version {
        Some(version) => {
            let row = inner.store.template_version(run.template, version).await?;
            Ok(row.ok_or_else(missing)?.template)
        }
        None => {
            let row = inner.store.template(run.template).await?;
            Ok(row.ok_or_else(missing)?.newest)
        }
    }
}

/// Who works: the permanent kinds by their words, and the template's own agents by their names. Those are hired when
/// somebody runs what says so for the first time, and work on from then.
async fn crew(inner: &Inner, document: &Document, now: Millis) -> Result<BTreeMap<String, AgentUid>, Error> {
    let agents = inner.store.agents().await?;
    let mut crew = BTreeMap::new();
    for kind in [AgentKind::Driver, AgentKind::Creator, AgentKind::Generator] {
        let found = agents.iter().find(|agent| agent.kind == kind);
        let uid = found.ok_or(Error::CrewIncomplete(kind.as_str()))?.uid;
        crew.insert(kind.as_str().to_owned(), uid);
    }
    for form in &document.agents {
        let uid = match inner.store.hired_for(document.uid, form).await? {
            Some(uid) => uid,
            None => {
                let hire = TemplateHire {
                    template: document.uid,
                    agent: AgentUid(inner.options.world.new_uid()),
                    form: form.clone(),
                    why: format!("It comes with the template “{}”.", document.title),
                };
                let request = own_request(inner, "hire_for_template", now);
                inner.store.hire_for_template(hire, request, now).await?
            }
        };
        crew.insert(form.name.clone(), uid);
    }
    Ok(crew)
}

/// That a run is work of the crew: a reply goes with its conversation, a trial with its agent, and whoever helps in one of them
/// with that.
///
/// # Errors
/// [`Error::PartOfConversation`], [`Error::IsTrial`], [`Error::IsHelp`].
pub(crate) fn refuse_aside(row: &WorkflowRow) -> Result<(), Error> {
    match row {
        row if row.conversation.is_some() => Err(Error::PartOfConversation(row.id)),
        row if row.trial.is_some() => Err(Error::IsTrial(row.id)),
        row if row.aside => Err(Error::IsHelp(row.id)),
        _ => Ok(()),
    }
}

/// The record of something that the application wants by itself.
pub(crate) fn own_request(inner: &Inner, operation: &str, at: Millis) -> RequestRecord {
    RequestRecord {
        key: format!("own-{}", inner.options.world.new_uid()),
        operation: operation.to_owned(),
        workflow_id: None,
        question_id: None,
        at,
    }
}

fn task_of(inputs: &Json) -> Option<&str> {
    inputs.0.get(TASK).and_then(serde_json::Value::as_str)
}

/// What the agents are told that the operator wants: the task; else what was given, the first text that must be given as
/// it is and the rest under its titles; else what the template is for.
pub(super) fn description_of(document: &Document, inputs: &Json) -> String {
    if let Some(task) = task_of(inputs) {
        return task.to_owned();
    }
    let is_text = |field: &&Field| matches!(field.kind, FieldKind::Text | FieldKind::LongText);
    let main = document
        .inputs
        .iter()
        .filter(is_text)
        .find(|field| field.required && given(field, inputs).is_some());
    let mut parts: Vec<String> = main.and_then(|field| given(field, inputs)).into_iter().collect();
    for field in &document.inputs {
        if main.is_none_or(|main| main.name != field.name)
            && let Some(words) = given(field, inputs)
        {
            parts.push(format!("{}: {words}", field.title));
        }
    }
    if parts.is_empty() {
        parts.extend([&document.title, &document.description].map(|text| text.trim().to_owned()));
        parts.retain(|part| !part.is_empty());
    }
    parts.join("\n\n")
}

/// A value as people write it; none where nothing was given.
fn given(field: &Field, inputs: &Json) -> Option<String> {
    match inputs.0.get(&field.name)? {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) if text.trim().is_empty() => None,
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Array(items) if items.is_empty() => None,
        serde_json::Value::Array(items) => {
            let items = items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
            Some(items.collect::<Vec<_>>().join(", "))
        }
        other => Some(other.to_string()),
    }
}

/// The name that was given, else the task's first line, else the template's title with what it was given first.
fn name_for(run: &NewRun, document: &Document, inputs: &Json) -> String {
    if !run.name.trim().is_empty() {
        return run.name.trim().to_owned();
    }
    if let Some(task) = task_of(inputs) {
        return name_of(task);
    }
    let first = document.inputs.iter().find_map(|field| given(field, inputs));
    match first {
        Some(first) => name_of(&format!("{}: {}", document.title, name_of(&first))),
        None => name_of(&document.title),
    }
}

/// A name for a text: its first line, cut between words.
pub(crate) fn name_of(task: &str) -> String {
    let line = task
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    if line.chars().count() <= NAME_LENGTH {
        return line.to_owned();
    }
    let cut: String = line.chars().take(NAME_LENGTH).collect();
    let whole_words = cut.rfind(char::is_whitespace).filter(|at| *at > NAME_LENGTH / 2);
    let kept = whole_words.map_or(cut.as_str(), |at| &cut[..at]);
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_first_line_cut_between_words() {
        assert_eq!(name_of("\n  Build a thing \nwith care"), "Build a thing");
        let long = "word ".repeat(40);
        let name = name_of(&long);
        assert!(
            name.ends_with("word…") && name.chars().count() <= NAME_LENGTH + 1,
            "{name}"
        );
        let unbroken = "é".repeat(200);
        assert_eq!(name_of(&unbroken).chars().count(), NAME_LENGTH + 1);
    }

    #[test]
    fn what_was_given_stands_in_the_description() {
        let mut document = wheelhouse_domain::crew_template().document;
        let task = Json(serde_json::json!({ "task": "Do this" }));
        assert_eq!(description_of(&document, &task), "Do this");
        document.inputs = serde_json::from_value(serde_json::json!([
            { "name": "topic", "title": "Topic", "type": "text" },
            { "name": "kinds", "title": "Kinds", "type": "list" },
            { "name": "note", "title": "Note", "type": "text" }
        ]))
        .expect("fields");
        document.title = "Digest".to_owned();
        document.description = String::new();
        let inputs = Json(serde_json::json!({ "topic": "Ferries", "kinds": ["a", "b"], "note": "" }));
        assert_eq!(
            description_of(&document, &inputs),
            "Topic: Ferries\n\nKinds: a, b"
        );
        document.inputs[0].required = true;
        assert_eq!(description_of(&document, &inputs), "Ferries\n\nKinds: a, b");
        let nothing = Json(serde_json::json!({}));
        assert_eq!(description_of(&document, &nothing), "Digest");
        let run = NewRun {
            template: CREW,
            version: None,
            inputs: inputs.clone(),
            name: String::new(),
        };
        assert_eq!(name_for(&run, &document, &inputs), "Digest: Ferries");
    }
}
