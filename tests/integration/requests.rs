//! Requests in one line each.

use wheelhouse_contract::{
    AddSource, AnswerQuestion, CancelWorkflow, CreateWorkflow, DeleteWorkflow, ExecuteWorkflow, GetTask,
    ListDocuments, ListJournal, ListWorkflows, ReadDocument, RemoveSource, RequestKey, RescanSource,
    RetryWorkflow, SearchKnowledge, StartWorkflow,
};
use wheelhouse_domain::{QuestionId, Seq, SourceId, SourceUid, TaskId, WorkflowId};

macro_rules! about {
    ($($name:ident($id:ty) -> $request:ident),+ $(,)?) => {
        $(pub(crate) fn $name(request_key: RequestKey, id: $id) -> $request {
            $request { request_key, id }
        })+
    };
}

about! {
    start(WorkflowId) -> StartWorkflow,
    cancel(WorkflowId) -> CancelWorkflow,
    retry(WorkflowId) -> RetryWorkflow,
    delete(WorkflowId) -> DeleteWorkflow,
    remove(SourceId) -> RemoveSource,
    rescan(SourceId) -> RescanSource,
}

pub(crate) fn create(request_key: RequestKey, task: &str) -> CreateWorkflow {
    create_named(request_key, task, "")
}

pub(crate) fn create_named(request_key: RequestKey, task: &str, name: &str) -> CreateWorkflow {
    CreateWorkflow {
        request_key,
        task: task.to_owned(),
        name: name.to_owned(),
        made_of: None,
    }
}

pub(crate) fn execute(request_key: RequestKey, task: &str) -> ExecuteWorkflow {
    ExecuteWorkflow {
        request_key,
        task: task.to_owned(),
    }
}

pub(crate) fn answer(request_key: RequestKey, id: QuestionId, answer: &str) -> AnswerQuestion {
    AnswerQuestion {
        request_key,
        id,
        answer: answer.to_owned(),
    }
}

pub(crate) fn add(request_key: RequestKey, path: &str) -> AddSource {
    AddSource {
        request_key,
        path: path.to_owned(),
        stays_here: false,
    }
}

pub(crate) fn task(workflow_id: WorkflowId, task_id: TaskId) -> GetTask {
    GetTask { workflow_id, task_id }
}

pub(crate) fn journal(workflow_id: WorkflowId, after: u32, limit: u32) -> ListJournal {
    ListJournal {
        workflow_id,
        after: Seq(after),
        limit,
    }
}

pub(crate) fn list(limit: u32) -> ListWorkflows {
    ListWorkflows {
        limit,
        ..ListWorkflows::default()
    }
}

pub(crate) fn documents(source_id: SourceId, limit: u32) -> ListDocuments {
    ListDocuments {
        source_id,
        query: String::new(),
        after: String::new(),
        limit,
    }
}

pub(crate) fn document(source: SourceUid, path: &str) -> ReadDocument {
    ReadDocument {
        source,
        path: path.to_owned(),
    }
}

pub(crate) fn search(query: &str, limit: u32) -> SearchKnowledge {
    SearchKnowledge {
        query: query.to_owned(),
        limit,
    }
}
