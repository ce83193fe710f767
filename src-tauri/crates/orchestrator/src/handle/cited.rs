//! The sources behind what the operator says in a task's place.

use super::Handle;
use crate::error::Error;
use wheelhouse_domain::{
    CallKind, Citation, CitationLabel, ContentHash, TaskAnswer, TaskId, ToolResponse, WorkflowId,
    cited_labels,
};
use wheelhouse_store::{Error as StoreError, TaskRow};

impl Handle {
    /// The sources that `text` names, in the order of their first mention: those of the task's answer before, of its own
    /// searches, and of any other answer of the run. What the run does not know is left out.
    ///
    /// # Errors
    /// Where the journal can't be read.
    pub(super) async fn cited(
        &self,
        id: WorkflowId,
        task: TaskId,
        text: &str,
    ) -> Result<Vec<Citation>, Error> {
        let labels = cited_labels(text);
        if labels.is_empty() {
            return Ok(Vec::new());
        }
        let tasks = self.inner.store.tasks(id).await?;
        let mut found = self.searched(task).await?;
        // Its own answer comes first: the same passage may have been cut otherwise elsewhere.
        let (own, others): (Vec<&TaskRow>, Vec<&TaskRow>) = tasks.iter().partition(|row| row.id == task);
        let outputs = own.into_iter().chain(others).filter_map(|row| row.output.clone());
        for output in outputs {
            if labels.iter().all(|label| known(&found, label)) {
                break;
            }
            let answer: TaskAnswer = serde_json::from_str(&self.text_of(&output).await?)?;
            found.extend(answer.citations);
        }
        let cited = |label: &CitationLabel| found.iter().find(|source| source.label == *label).cloned();
        Ok(labels.iter().filter_map(cited).collect())
    }

    /// What the searches of a task gave.
    async fn searched(&self, task: TaskId) -> Result<Vec<Citation>, Error> {
        let calls = self.inner.store.calls(task).await?;
        let searches = calls
            .into_iter()
            .filter(|call| matches!(call.kind, CallKind::Tool { .. }));
        let mut found = Vec::new();
        for response in searches.filter_map(|call| call.response) {
            let response: ToolResponse = serde_json::from_str(&self.text_of(&response).await?)?;
            if let ToolResponse::Passages { passages, .. } = response {
                found.extend(passages.iter().map(Citation::from));
            }
        }
        Ok(found)
    }

    async fn text_of(&self, hash: &ContentHash) -> Result<String, Error> {
        let missing = || StoreError::Unreadable {
            column: "contents.content",
            reason: format!("the text {} is not there", hash.as_str()),
        };
        Ok(self.inner.store.content(hash).await?.ok_or_else(missing)?)
    }
}

fn known(found: &[Citation], label: &CitationLabel) -> bool {
    found.iter().any(|source| source.label == *label)
}
