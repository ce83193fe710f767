//! What is refused, and how it is said: every error has a code to act on, plain words and a next step.

use crate::common::TASK;
use wheelhouse_contract::{
    AddSource, AnswerQuestion, ApiError, CancelWorkflow, CreateWorkflow, DeleteWorkflow, ErrorCode,
    ExecuteWorkflow, GetAgent, GetTask, GetWorkflow, GetWorkflowStatus, ListDocuments, ListJournal,
    ListWorkflows, Operations, ReadDocument, RemoveSource, RequestKey, RescanSource, RetryWorkflow,
    SearchKnowledge, StartWorkflow,
};
use wheelhouse_domain::{AgentId, QuestionId, Seq, SourceId, SourceUid, TaskId, WorkflowId};
use wheelhouse_testkit::{Play, ScriptedModel, Workbench};

const NOBODY: WorkflowId = WorkflowId(4_711);

/// That this was refused with `code`, in words that help.
fn refused<T: std::fmt::Debug>(outcome: Result<T, ApiError>, code: ErrorCode) -> ApiError {
    let error = outcome.expect_err("this must be refused");
    assert_eq!(error.code, code, "{error:?}");
    assert!(
        error.message.len() > 10 && error.message.ends_with('.'),
        "{error:?}"
    );
    assert!(!error.message.contains('!'), "{error:?}");
    let next_step = error.details.next_step.as_deref().unwrap_or_default();
    assert!(next_step.len() > 5 && next_step.ends_with('.'), "{error:?}");
    error
}

fn refused_field<T: std::fmt::Debug>(outcome: Result<T, ApiError>, field: &str) {
    let error = refused(outcome, ErrorCode::InvalidRequest);
    assert_eq!(error.details.field.as_deref(), Some(field), "{error:?}");
}

#[tokio::test]
async fn error_handling() {
    let bench = Workbench::open().await;
    unknown_ids(&bench).await;
    unusable_texts(&bench).await;
    unusable_keys(&bench).await;
    unusable_limits(&bench).await;
    wrong_states(&bench).await;
    let kept = bench
        .api()
        .list_workflows(ListWorkflows {
            limit: 200,
            ..ListWorkflows::default()
        })
        .await;
    assert_eq!(
        kept.expect("a list").matching,
        1,
        "what is refused leaves nothing behind"
    );
}

async fn unknown_ids(bench: &Workbench) {
    let api = bench.api();
    let key = || bench.key();
    let none = ErrorCode::NotFound;
    refused(api.get_agent(GetAgent { id: AgentId(99) }).await, none);
    refused(api.get_workflow(GetWorkflow { id: NOBODY }).await, none);
    refused(
        api.get_workflow_status(GetWorkflowStatus { id: NOBODY }).await,
        none,
    );
    refused(
        api.get_task(GetTask {
            workflow_id: NOBODY,
            task_id: TaskId(1),
        })
        .await,
        none,
    );
    refused(
        api.list_journal(ListJournal {
            workflow_id: NOBODY,
            after: Seq(0),
            limit: 10,
        })
        .await,
        none,
    );
    refused(
        api.start_workflow(StartWorkflow {
            request_key: key(),
            id: NOBODY,
        })
        .await,
        none,
    );
    refused(
        api.cancel_workflow(CancelWorkflow {
            request_key: key(),
            id: NOBODY,
        })
        .await,
        none,
    );
    refused(
        api.retry_workflow(RetryWorkflow {
            request_key: key(),
            id: NOBODY,
        })
        .await,
        none,
    );
    let answer = "yes".to_owned();
    refused(
        api.answer_question(AnswerQuestion {
            request_key: key(),
            id: QuestionId(9),
            answer,
        })
        .await,
        none,
    );
    refused(
        api.rescan_source(RescanSource {
            request_key: key(),
            id: SourceId(99),
        })
        .await,
        none,
    );
    let documents = ListDocuments {
        source_id: SourceId(99),
        query: String::new(),
        after: String::new(),
        limit: 10,
    };
    refused(api.list_documents(documents).await, none);
    let source = SourceUid(uuid_of(9));
    refused(
        api.read_document(ReadDocument {
            source,
            path: "a.md".to_owned(),
        })
        .await,
        none,
    );
    // What is gone already is as it should be: the answer says so.
    let deleted = api
        .delete_workflow(DeleteWorkflow {
            request_key: key(),
            id: NOBODY,
        })
        .await;
    assert!(!deleted.expect("no error").removed);
    let removed = api
        .remove_source(RemoveSource {
            request_key: key(),
            id: SourceId(99),
        })
        .await;
    assert!(!removed.expect("no error").removed);
}

fn uuid_of(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

async fn unusable_texts(bench: &Workbench) {
    let api = bench.api();
    let create = |task: &str, name: &str| CreateWorkflow {
        request_key: bench.key(),
        task: task.to_owned(),
        name: name.to_owned(),
    };
    let execute = |task: &str| ExecuteWorkflow {
        request_key: bench.key(),
        task: task.to_owned(),
    };
    let long = "é".repeat(20_001);
    for task in ["", " ", "\n\t \u{a0}", long.as_str()] {
        refused_field(api.create_workflow(create(task, "")).await, "task");
        refused_field(api.execute_workflow(execute(task)).await, "task");
    }
    refused_field(api.create_workflow(create(TASK, &"n".repeat(121))).await, "name");
    for answer in ["", "  ", long.as_str()] {
        let request = AnswerQuestion {
            request_key: bench.key(),
            id: QuestionId(1),
            answer: answer.to_owned(),
        };
        refused_field(api.answer_question(request).await, "answer");
    }
    for query in ["", "   ", &"q".repeat(1_001)] {
        refused_field(
            api.search_knowledge(SearchKnowledge {
                query: query.to_owned(),
                limit: 5,
            })
            .await,
            "query",
        );
    }
    for path in ["", "documents/here", "/"] {
        let request = AddSource {
            request_key: bench.key(),
            path: path.to_owned(),
        };
        refused_field(api.add_source(request).await, "path");
    }
    // The longest task that is allowed is taken.
    let longest = create(&"é".repeat(20_000), &"n".repeat(120));
    let id = api
        .create_workflow(longest)
        .await
        .expect("20,000 characters are possible")
        .id;
    api.delete_workflow(DeleteWorkflow {
        request_key: bench.key(),
        id,
    })
    .await
    .expect("deleted");
}

async fn unusable_keys(bench: &Workbench) {
    let api = bench.api();
    for bad in [
        "",
        "short",
        "with space",
        "key/with/slash",
        "schlüssel",
        &"k".repeat(65),
    ] {
        let key = || RequestKey(bad.to_owned());
        let (task, path) = (TASK.to_owned(), "/".to_owned());
        let field = "request_key";
        let name = String::new();
        refused_field(
            api.create_workflow(CreateWorkflow {
                request_key: key(),
                task: task.clone(),
                name,
            })
            .await,
            field,
        );
        refused_field(
            api.execute_workflow(ExecuteWorkflow {
                request_key: key(),
                task,
            })
            .await,
            field,
        );
        refused_field(
            api.start_workflow(StartWorkflow {
                request_key: key(),
                id: NOBODY,
            })
            .await,
            field,
        );
        refused_field(
            api.cancel_workflow(CancelWorkflow {
                request_key: key(),
                id: NOBODY,
            })
            .await,
            field,
        );
        refused_field(
            api.retry_workflow(RetryWorkflow {
                request_key: key(),
                id: NOBODY,
            })
            .await,
            field,
        );
        refused_field(
            api.delete_workflow(DeleteWorkflow {
                request_key: key(),
                id: NOBODY,
            })
            .await,
            field,
        );
        let answer = "yes".to_owned();
        refused_field(
            api.answer_question(AnswerQuestion {
                request_key: key(),
                id: QuestionId(1),
                answer,
            })
            .await,
            field,
        );
        refused_field(
            api.add_source(AddSource {
                request_key: key(),
                path,
            })
            .await,
            field,
        );
        refused_field(
            api.remove_source(RemoveSource {
                request_key: key(),
                id: SourceId(1),
            })
            .await,
            field,
        );
        refused_field(
            api.rescan_source(RescanSource {
                request_key: key(),
                id: SourceId(1),
            })
            .await,
            field,
        );
    }
}

async fn unusable_limits(bench: &Workbench) {
    let api = bench.api();
    for limit in [0, 201] {
        refused_field(
            api.list_workflows(ListWorkflows {
                limit,
                ..ListWorkflows::default()
            })
            .await,
            "limit",
        );
    }
    for limit in [0, 501] {
        let journal = ListJournal {
            workflow_id: NOBODY,
            after: Seq(0),
            limit,
        };
        refused_field(api.list_journal(journal).await, "limit");
        let documents = ListDocuments {
            source_id: SourceId(1),
            query: String::new(),
            after: String::new(),
            limit,
        };
        refused_field(api.list_documents(documents).await, "limit");
    }
    for limit in [0, 51] {
        refused_field(
            api.search_knowledge(SearchKnowledge {
                query: "api".to_owned(),
                limit,
            })
            .await,
            "limit",
        );
    }
}

async fn wrong_states(bench: &Workbench) {
    let api = bench.api();
    let key = || bench.key();
    let wrong = ErrorCode::Conflict;
    let id = bench.create(TASK).await;
    refused(
        api.retry_workflow(RetryWorkflow {
            request_key: key(),
            id,
        })
        .await,
        wrong,
    );
    api.start_workflow(StartWorkflow {
        request_key: key(),
        id,
    })
    .await
    .expect("started");
    refused(
        api.start_workflow(StartWorkflow {
            request_key: key(),
            id,
        })
        .await,
        wrong,
    );
    bench.ended(id).await;
    refused(
        api.start_workflow(StartWorkflow {
            request_key: key(),
            id,
        })
        .await,
        wrong,
    );
    refused(
        api.cancel_workflow(CancelWorkflow {
            request_key: key(),
            id,
        })
        .await,
        wrong,
    );
    refused(
        api.retry_workflow(RetryWorkflow {
            request_key: key(),
            id,
        })
        .await,
        wrong,
    );
    // A task of another workflow is not found in this one.
    let other = WorkflowId(id.0 + 1);
    let task_id = bench.task(id, "report").await.id;
    refused(
        api.get_task(GetTask {
            workflow_id: other,
            task_id,
        })
        .await,
        ErrorCode::NotFound,
    );
}

#[tokio::test]
async fn what_runs_is_not_deleted_and_what_ended_is() {
    let model = ScriptedModel::except(|asked| (asked.step() == "research").then(Play::hang));
    let bench = Workbench::with(model.clone()).await;
    let id = bench.begin(TASK).await;
    model
        .counter()
        .until("the hanging call", |tally| {
            tally.asked == 2 && tally.in_flight == 1
        })
        .await;
    let delete = || DeleteWorkflow {
        request_key: bench.key(),
        id,
    };
    let error = refused(bench.api().delete_workflow(delete()).await, ErrorCode::Conflict);
    assert_eq!(error.details.next_step.as_deref(), Some("Cancel it first."));

    let cancel = CancelWorkflow {
        request_key: bench.key(),
        id,
    };
    bench.api().cancel_workflow(cancel).await.expect("cancelled");
    bench.ended(id).await;
    let hired = bench
        .api()
        .get_agent(GetAgent { id: AgentId(1) })
        .await
        .expect("the driver stays")
        .work;
    assert_eq!(hired.len(), 2, "its tasks are on its page");
    assert!(
        bench
            .api()
            .delete_workflow(delete())
            .await
            .expect("deleted")
            .removed
    );
    refused(
        bench.api().get_workflow(GetWorkflow { id }).await,
        ErrorCode::NotFound,
    );
    assert!(
        !bench
            .api()
            .delete_workflow(delete())
            .await
            .expect("no error")
            .removed
    );
    assert!(bench.events(id).await.is_empty(), "its journal is gone with it");
    let later = bench.create(TASK).await;
    assert!(later > id, "its number is not given again");
}
