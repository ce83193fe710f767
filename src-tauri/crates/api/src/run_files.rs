//! Runs as files, carried by transfers.

use crate::error::Wrapped;
use crate::local::{Local, wish};
use wheelhouse_contract::{ApiError, ExportWorkflow, ExportedWorkflow, ImportWorkflow, ImportedWorkflow};

impl Local {
    pub(crate) async fn write_run(&self, request: ExportWorkflow) -> Result<ExportedWorkflow, ApiError> {
        let sent = self.handle().send_workflow(request.id).await;
        let (made, workflows) = sent.map_err(Wrapped::from)?;
        Ok(ExportedWorkflow {
            transfer: made.uid,
            bytes: made.bytes,
            sum: made.sum,
            workflows,
        })
    }

    pub(crate) async fn take_in_run(&self, request: ImportWorkflow) -> Result<ImportedWorkflow, ApiError> {
        let wish = wish(&request.request_key, "import_workflow")?;
        let imported = self.handle().receive_workflow(wish, request.transfer).await;
        let imported = imported.map_err(Wrapped::from)?;
        Ok(ImportedWorkflow {
            workflow: self.view(imported.id).await?,
            known: imported.known,
        })
    }
}
