//! Requests that make no sense, whatever is there.

use super::{NOBODY, refused_field};
use crate::common::TASK;
use crate::requests::{
    add, answer, cancel, create, create_named, delete, documents, execute, journal, list, remove, rescan,
    retry, search, start,
};
use wheelhouse_contract::{Operations, RequestKey};
use wheelhouse_domain::{QuestionId, SourceId};
use wheelhouse_testkit::Workbench;

pub(super) async fn tasks_and_names(bench: &Workbench) {
    let api = bench.api();
    let long = "é".repeat(20_001);
    for task in ["", " ", "\n\t \u{a0}", long.as_str()] {
        refused_field(api.create_workflow(create(bench.key(), task)).await, "task");
        refused_field(api.execute_workflow(execute(bench.key(), task)).await, "task");
    }
    let name = "n".repeat(121);
    refused_field(
        api.create_workflow(create_named(bench.key(), TASK, &name)).await,
        "name",
    );
    // The longest that is allowed is taken.
    let longest = create_named(bench.key(), &long[2..], &name[1..]);
    let id = api
        .create_workflow(longest)
        .await
        .expect("20,000 characters are possible")
        .id;
    api.delete_workflow(delete(bench.key(), id))
        .await
        .expect("deleted");
}

pub(super) async fn other_texts(bench: &Workbench) {
    let api = bench.api();
    let long = "q".repeat(20_001);
    for text in ["", "  ", long.as_str()] {
        refused_field(
            api.answer_question(answer(bench.key(), QuestionId(1), text))
                .await,
            "answer",
        );
    }
    for query in ["", "   ", &long[..1_001]] {
        refused_field(api.search_knowledge(search(query, 5)).await, "query");
    }
    for path in ["", "documents/here", "/"] {
        refused_field(api.add_source(add(bench.key(), path)).await, "path");
    }
}

/// Every operation that changes something looks at its key before anything else.
pub(super) async fn keys(bench: &Workbench) {
    let api = bench.api();
    let field = "request_key";
    for bad in [
        "",
        "short",
        "with space",
        "key/with/slash",
        "schlüssel",
        &"k".repeat(65),
    ] {
        let key = || RequestKey(bad.to_owned());
        refused_field(api.create_workflow(create(key(), TASK)).await, field);
        refused_field(api.execute_workflow(execute(key(), TASK)).await, field);
        refused_field(api.start_workflow(start(key(), NOBODY)).await, field);
        refused_field(api.cancel_workflow(cancel(key(), NOBODY)).await, field);
        refused_field(api.retry_workflow(retry(key(), NOBODY)).await, field);
        refused_field(api.delete_workflow(delete(key(), NOBODY)).await, field);
        refused_field(
            api.answer_question(answer(key(), QuestionId(1), "yes")).await,
            field,
        );
        refused_field(api.add_source(add(key(), "/")).await, field);
        refused_field(api.remove_source(remove(key(), SourceId(1))).await, field);
        refused_field(api.rescan_source(rescan(key(), SourceId(1))).await, field);
    }
}

pub(super) async fn limits(bench: &Workbench) {
    let api = bench.api();
    for limit in [0, 201] {
        refused_field(api.list_workflows(list(limit)).await, "limit");
    }
    for limit in [0, 501] {
        refused_field(api.list_journal(journal(NOBODY, 0, limit)).await, "limit");
        refused_field(api.list_documents(documents(SourceId(1), limit)).await, "limit");
    }
    for limit in [0, 51] {
        refused_field(api.search_knowledge(search("api", limit)).await, "limit");
    }
}
