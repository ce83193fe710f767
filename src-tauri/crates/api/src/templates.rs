//! Templates at the boundary.

use crate::check;
use crate::error::Wrapped;
use crate::local::{Local, wish};
use crate::views;
use wheelhouse_contract::{
    ApiError, CheckInputs, CheckTemplate, CompareTemplateVersions, DuplicateTemplate, ExportTemplate,
    GetTemplate, ImportTemplate, ListTemplateVersions, ListTemplates, RemoveTemplate, Removed,
    RestoreTemplate, RunTemplate, SaveTemplate, TemplateCheck, TemplateDetail, TemplateFile,
    TemplateStepView, TemplateVersionView, TemplateView, WorkflowView,
};
use wheelhouse_domain::{Block, Document, Step, StepId, TemplateChange};
use wheelhouse_orchestrator::store::{TemplateRow, TemplateVersionRow};
use wheelhouse_orchestrator::{Error, NewRun};

impl Local {
    pub(crate) async fn templates(&self, request: ListTemplates) -> Result<Vec<TemplateView>, ApiError> {
        let rows = self.handle().store().templates().await.map_err(Wrapped::from)?;
        Ok(rows
            .iter()
            .filter(|row| request.removed || !row.removed)
            .map(newest)
            .collect())
    }

    pub(crate) async fn template_detail(&self, request: GetTemplate) -> Result<TemplateDetail, ApiError> {
        let found = self.handle().template(request.uid, request.version).await;
        let (row, version) = found.map_err(Wrapped::from)?;
        Ok(TemplateDetail {
            text: wheelhouse_orchestrator::template_text(&version.template.document),
            template: view(&row, version.template.version, &version.template.document),
        })
    }

    pub(crate) async fn template_versions(
        &self,
        request: ListTemplateVersions,
    ) -> Result<Vec<TemplateVersionView>, ApiError> {
        let found = self.handle().template(request.uid, None).await;
        found.map_err(Wrapped::from)?;
        let rows = self.handle().store().template_versions(request.uid).await;
        Ok(rows
            .map_err(Wrapped::from)?
            .into_iter()
            .map(version_view)
            .collect())
    }

    pub(crate) async fn template_difference(
        &self,
        request: CompareTemplateVersions,
    ) -> Result<Vec<TemplateChange>, ApiError> {
        let CompareTemplateVersions { uid, from, to } = request;
        let changes = self.handle().compare_template(uid, from, to).await;
        Ok(changes.map_err(Wrapped::from)?)
    }

    pub(crate) async fn template_problems(&self, request: CheckTemplate) -> Result<TemplateCheck, ApiError> {
        let checked = self.handle().check_template(&request.text).await;
        let (document, problems) = checked.map_err(Wrapped::from)?;
        Ok(TemplateCheck {
            problems,
            steps: document.as_ref().map(outline).unwrap_or_default(),
            inputs: document.map(|document| document.inputs).unwrap_or_default(),
        })
    }

    pub(crate) async fn input_problems(&self, request: CheckInputs) -> Result<TemplateCheck, ApiError> {
        let CheckInputs { uid, version, inputs } = request;
        let found = self.handle().template(uid, version).await;
        let (_, row) = found.map_err(Wrapped::from)?;
        let problems = self.handle().check_inputs(uid, version, &inputs).await;
        Ok(TemplateCheck {
            problems: problems.map_err(Wrapped::from)?,
            steps: outline(&row.template.document),
            inputs: row.template.document.inputs,
        })
    }

    pub(crate) async fn keep_template(&self, request: SaveTemplate) -> Result<TemplateView, ApiError> {
        let wish = wish(&request.request_key, "save_template")?;
        let (text, version) = (&request.text, request.expected_version);
        let row = self.handle().save_template(wish, text, version).await;
        Ok(newest(&row.map_err(Wrapped::from)?))
    }

    pub(crate) async fn copy_template(&self, request: DuplicateTemplate) -> Result<TemplateView, ApiError> {
        let wish = wish(&request.request_key, "duplicate_template")?;
        let (uid, version) = (request.uid, request.version);
        let row = self.handle().duplicate_template(wish, uid, version).await;
        Ok(newest(&row.map_err(Wrapped::from)?))
    }

    pub(crate) async fn drop_template(&self, request: RemoveTemplate) -> Result<Removed, ApiError> {
        let wish = wish(&request.request_key, "remove_template")?;
        let removed = self.handle().set_template_removed(wish, request.uid, true).await;
        removed.map_err(Wrapped::from)?;
        Ok(Removed { removed: true })
    }

    pub(crate) async fn put_template_back(&self, request: RestoreTemplate) -> Result<TemplateView, ApiError> {
        let wish = wish(&request.request_key, "restore_template")?;
        let put = self.handle().set_template_removed(wish, request.uid, false).await;
        put.map_err(Wrapped::from)?;
        let found = self.handle().template(request.uid, None).await;
        Ok(newest(&found.map_err(Wrapped::from)?.0))
    }

    pub(crate) async fn template_file(&self, request: ExportTemplate) -> Result<TemplateFile, ApiError> {
        let exported = self.handle().export_template(request.uid, request.version).await;
        let (document, export) = exported.map_err(Wrapped::from)?;
        Ok(TemplateFile {
            file_name: format!("{}.template.json", document.name),
            text: export.text,
        })
    }

    pub(crate) async fn take_template(&self, request: ImportTemplate) -> Result<TemplateView, ApiError> {
        let wish = wish(&request.request_key, "import_template")?;
        match self.handle().import_template(wish, &request.text).await {
            Ok(row) => Ok(newest(&row)),
            // All that such a text lacks would tell nobody that it is the wrong file.
            Err(Error::Template(_)) if is_something_else(&request.text) => Err(no_template()),
            Err(error) => Err(Wrapped::from(error).into()),
        }
    }

    pub(crate) async fn begin_template(&self, request: RunTemplate) -> Result<WorkflowView, ApiError> {
        let wish = wish(&request.request_key, "run_template")?;
        let run = NewRun {
            template: request.uid,
            version: request.version,
            inputs: request.inputs,
            name: check::name(&request.name)?.to_owned(),
        };
        let id = self.handle().create(wish, &run, request.start).await;
        self.view(id.map_err(Wrapped::from)?).await
    }
}

/// Whether a text is JSON that was never meant to be a template.
fn is_something_else(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text)
        .is_ok_and(|value| value.get("schema").is_none() && value.get("steps").is_none())
}

fn no_template() -> ApiError {
    check::invalid("text", "This file holds something else than a template.")
        .next_step("Choose a file that was exported as a template; its name ends in .template.json.")
}

fn newest(row: &TemplateRow) -> TemplateView {
    view(row, row.newest.version, &row.newest.document)
}

fn view(row: &TemplateRow, version: u32, document: &Document) -> TemplateView {
    TemplateView {
        uid: document.uid,
        name: document.name.clone(),
        title: document.title.clone(),
        description: document.description.clone(),
        version,
        newest_version: row.newest.version,
        built_in: row.built_in,
        removed: row.removed,
        inputs: document.inputs.clone(),
        agents: document.agents.iter().map(|agent| agent.name.clone()).collect(),
        steps: outline(document),
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

fn version_view(row: TemplateVersionRow) -> TemplateVersionView {
    TemplateVersionView {
        version: row.template.version,
        steps: views::count(row.template.document.all_steps().len()),
        title: row.template.document.title,
        since: row.since,
    }
}

fn outline(document: &Document) -> Vec<TemplateStepView> {
    let mut all = Vec::new();
    add_steps(&mut all, &document.steps, None);
    all
}

/// Adds the steps of a block, each followed by what it contains.
fn add_steps(all: &mut Vec<TemplateStepView>, steps: &[Step], inside: Option<(&StepId, &str)>) {
    for step in steps {
        all.push(TemplateStepView {
            id: step.id.clone(),
            title: step.title.clone(),
            kind: step.kind.as_str().to_owned(),
            agent: step.kind.agent().map(|agent| agent.0.clone()),
            needs: step.needs.clone(),
            container: inside.map(|(container, _)| container.clone()),
            block: inside.map(|(_, block)| block.to_owned()),
        });
        for (name, Block { steps, .. }) in step.blocks() {
            add_steps(all, steps, Some((&step.id, name.unwrap_or("each"))));
        }
    }
}
