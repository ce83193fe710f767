//! Runs as files.

use crate::check;
use crate::error::Wrapped;
use crate::local::{Local, wish};
use wheelhouse_contract::{ApiError, ExportWorkflow, ExportedWorkflow, ImportWorkflow, ImportedWorkflow};

impl Local {
    pub(crate) async fn write_run(&self, request: ExportWorkflow) -> Result<ExportedWorkflow, ApiError> {
        let path = check::absolute(&request.path)?;
        let written = self.handle().export_workflow(request.id, path).await;
        let written = written.map_err(Wrapped::from)?;
        Ok(ExportedWorkflow {
            path: written.path.display().to_string(),
            bytes: written.bytes,
            workflows: written.workflows,
        })
    }

    pub(crate) async fn take_in_run(&self, request: ImportWorkflow) -> Result<ImportedWorkflow, ApiError> {
        let wish = wish(&request.request_key, "import_workflow")?;
        let path = check::absolute(&request.path)?;
        let imported = self.handle().import_workflow(wish, path).await;
        let imported = imported.map_err(Wrapped::from)?;
        Ok(ImportedWorkflow {
            workflow: self.view(imported.id).await?,
            known: imported.known,
        })
    }
}
