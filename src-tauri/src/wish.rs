//! Carries out what a start asks for: knowledge to add, a task to begin.

use crate::handover::Wish;
use crate::launch::Launch;
use crate::state::LaunchOptions;
use std::path::{Path, PathBuf};
use uuid::Uuid;
use wheelhouse_api::Local;
use wheelhouse_contract::domain::WorkflowId;
use wheelhouse_contract::{
    AddSource, ApiError, CreateWorkflow, Operations, RequestKey, SourceView, StartWorkflow,
};

impl Wish {
    /// What the command line asks for. Paths become absolute here, where the current folder is known.
    pub(crate) fn of(launch: &Launch) -> Self {
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        Self {
            request_key: Uuid::now_v7().to_string(),
            task: launch.task.clone(),
            knowledge: launch.knowledge.as_ref().map(absolute),
        }
    }

    fn key(&self, part: &str) -> RequestKey {
        RequestKey(format!("{}-{part}", self.request_key))
    }
}

/// Adds the knowledge that was named and waits until it can be searched.
pub(crate) async fn add_knowledge(local: &Local, wish: &Wish, path: &Path) -> Result<SourceView, ApiError> {
    let request = AddSource {
        request_key: wish.key("add"),
        path: path.display().to_string(),
        stays_here: false,
    };
    let source = local.add_source(request).await?;
    local.wait_for_source(source.id).await
}

/// Starts the task that was named.
pub(crate) async fn start_task(local: &Local, wish: &Wish, task: &str) -> Result<WorkflowId, ApiError> {
    let create = CreateWorkflow {
        request_key: wish.key("create"),
        task: task.to_owned(),
        name: String::new(),
        made_of: None,
    };
    let workflow = local.create_workflow(create).await?;
    let start = StartWorkflow {
        request_key: wish.key("start"),
        id: workflow.id,
    };
    Ok(local.start_workflow(start).await?.id)
}

/// Carries out the whole wish. What does not work is told, and the rest is done all the same.
pub(crate) async fn carry_out(local: &Local, wish: &Wish) -> LaunchOptions {
    let mut options = LaunchOptions::default();
    if let Some(path) = &wish.knowledge
        && let Err(error) = add_knowledge(local, wish, path).await
    {
        options.notice = Some(error.in_words());
    }
    if let Some(task) = &wish.task {
        match start_task(local, wish, task).await {
            Ok(id) => options.started_workflow = Some(id),
            Err(error) => options.notice = Some(error.in_words()),
        }
    }
    options
}
