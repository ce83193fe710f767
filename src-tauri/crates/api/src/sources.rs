//! Sources of the knowledge, their documents, and the search in them.

use crate::check;
use crate::error::Wrapped;
use crate::local::Local;
use crate::views;
use wheelhouse_contract::{
    AddSource, ApiError, DocumentText, DocumentView, ListDocuments, ReadDocument, RemoveSource, Removed,
    RescanSource, SearchKnowledge, SearchResult, SetSourceStaysHere, SourceView,
};
use wheelhouse_orchestrator::knowledge::Audience;

impl Local {
    pub(crate) async fn sources(&self) -> Result<Vec<SourceView>, ApiError> {
        let rows = self.handle().knowledge().sources().await.map_err(Wrapped::from)?;
        Ok(rows.into_iter().map(views::source).collect())
    }

    pub(crate) async fn take_source(&self, request: AddSource) -> Result<SourceView, ApiError> {
        check::key(&request.request_key)?;
        let row = self
            .handle()
            .knowledge()
            .add_source(&request.path, request.stays_here)
            .await
            .map_err(Wrapped::from)?;
        Ok(views::source(row))
    }

    pub(crate) async fn drop_source(&self, request: RemoveSource) -> Result<Removed, ApiError> {
        check::key(&request.request_key)?;
        let removed = self
            .handle()
            .knowledge()
            .remove_source(request.id)
            .await
            .map_err(Wrapped::from)?;
        Ok(Removed { removed })
    }

    pub(crate) async fn mark_source(&self, request: SetSourceStaysHere) -> Result<SourceView, ApiError> {
        check::key(&request.request_key)?;
        let knowledge = self.handle().knowledge();
        let row = knowledge.set_stays_here(request.id, request.stays_here).await;
        Ok(views::source(row.map_err(Wrapped::from)?))
    }

    pub(crate) async fn scan_source(&self, request: RescanSource) -> Result<SourceView, ApiError> {
        check::key(&request.request_key)?;
        let row = self
            .handle()
            .knowledge()
            .rescan(request.id)
            .await
            .map_err(Wrapped::from)?;
        Ok(views::source(row))
    }

    pub(crate) async fn documents(&self, request: ListDocuments) -> Result<Vec<DocumentView>, ApiError> {
        let limit = check::limit(request.limit, 500)?;
        let knowledge = self.handle().knowledge();
        let rows = knowledge
            .documents(request.source_id, request.query.trim(), &request.after, limit)
            .await;
        Ok(rows
            .map_err(Wrapped::from)?
            .into_iter()
            .map(views::document)
            .collect())
    }

    pub(crate) async fn document_text(&self, request: ReadDocument) -> Result<DocumentText, ApiError> {
        let read = self
            .handle()
            .knowledge()
            .read_document(request.source, &request.path)
            .await;
        Ok(views::document_text(read.map_err(Wrapped::from)?))
    }

    pub(crate) async fn found_passages(&self, request: SearchKnowledge) -> Result<SearchResult, ApiError> {
        let (query, limit) = (check::query(&request.query)?, check::limit(request.limit, 50)?);
        let found = self
            .handle()
            .knowledge()
            .search(query, limit, Audience::Here)
            .await
            .map_err(Wrapped::from)?;
        Ok(SearchResult {
            passages: found.passages,
            documents: found.documents,
        })
    }
}
