//! Lists: pages, filters and searches.

use crate::common::{TASK, assert_completed};
use crate::requests::{cancel, create, journal, list};
use crate::templates::{UID, document, keep, start, uid};
use wheelhouse_contract::{ListWorkflows, Operations, WorkflowPage};
use wheelhouse_domain::{CREW, Seq, WorkflowId, WorkflowStatus};
use wheelhouse_testkit::Workbench;

async fn page(bench: &Workbench, request: ListWorkflows) -> WorkflowPage {
    bench.api().list_workflows(request).await.expect("a page")
}

fn ids(page: &WorkflowPage) -> Vec<u32> {
    page.workflows.iter().map(|workflow| workflow.id.0).collect()
}

#[tokio::test]
async fn pages_follow_each_other_newest_first() {
    let bench = Workbench::open().await;
    for number in 1..=5 {
        bench.create(&format!("Task number {number}")).await;
    }
    let first = page(&bench, list(2)).await;
    assert_eq!((ids(&first), first.matching, first.more), (vec![5, 4], 5, true));
    let before = |id| ListWorkflows {
        before: Some(WorkflowId(id)),
        ..list(2)
    };
    let second = page(&bench, before(4)).await;
    assert_eq!(
        (ids(&second), second.matching, second.more),
        (vec![3, 2], 5, true)
    );
    let last = page(&bench, before(2)).await;
    assert_eq!((ids(&last), last.more), (vec![1], false));
}

#[tokio::test]
async fn filters_and_searches_take_words_as_they_are() {
    let bench = Workbench::open().await;
    for task in [
        "Raise sales by 100%",
        "Rename snake_case fields",
        "Write about C:\\paths",
        "Ödemarks Übung",
    ] {
        bench.create(task).await;
    }
    let cancelled = bench.create("Stop this").await;
    let request = cancel(bench.key(), cancelled);
    bench.api().cancel_workflow(request).await.expect("cancelled");

    let search = |query: &str| ListWorkflows {
        query: query.to_owned(),
        ..list(10)
    };
    for (query, found) in [
        ("100%", vec![1]),
        ("%", vec![1]),
        ("_", vec![2]),
        ("\\", vec![3]),
        ("  RENAME ", vec![2]),
        ("nothing", vec![]),
    ] {
        assert_eq!(ids(&page(&bench, search(query)).await), found, "{query:?}");
    }
    let by = |statuses: &[WorkflowStatus]| ListWorkflows {
        statuses: statuses.to_vec(),
        ..list(10)
    };
    assert_eq!(ids(&page(&bench, by(&[WorkflowStatus::Cancelled])).await), [5]);
    assert_eq!(page(&bench, by(&[WorkflowStatus::Pending])).await.matching, 4);
    assert_eq!(
        page(&bench, by(&[WorkflowStatus::Pending, WorkflowStatus::Cancelled]))
            .await
            .matching,
        5
    );
    assert_eq!(page(&bench, by(&[WorkflowStatus::Failed])).await.matching, 0);
}

#[tokio::test]
async fn the_runs_of_a_template_are_found_among_others_in_pages() {
    let bench = Workbench::open().await;
    let steps =
        serde_json::json!([{"id": "say", "title": "Say", "kind": "transform", "value": "inputs.topic"}]);
    keep(&bench, &document(steps), 0).await;
    for number in 1..=3 {
        bench.create(&format!("Task number {number}")).await;
        start(&bench, uid(UID), serde_json::json!({})).await;
    }
    let of = |template, before: Option<u32>| ListWorkflows {
        template: Some(template),
        before: before.map(WorkflowId),
        ..list(2)
    };
    let first = page(&bench, of(uid(UID), None)).await;
    assert_eq!((ids(&first), first.matching, first.more), (vec![6, 4], 3, true));
    let last = page(&bench, of(uid(UID), Some(4))).await;
    assert_eq!((ids(&last), last.matching, last.more), (vec![2], 3, false));
    let crew = page(&bench, of(CREW, None)).await;
    assert_eq!((ids(&crew), crew.matching), (vec![5, 3], 3));
    let named = ListWorkflows {
        query: "number 2".to_owned(),
        ..of(CREW, None)
    };
    assert_eq!(ids(&page(&bench, named).await), [3]);
    let nobody = page(&bench, of(uid("01920000-0000-7000-8000-00000000abcd"), None)).await;
    assert_eq!((ids(&nobody), nobody.matching), (vec![], 0));
}

#[tokio::test]
async fn a_journal_is_read_in_pages_without_a_gap() {
    let bench = Workbench::open().await;
    let done = bench.run(TASK).await;
    let id = done.workflow.id;
    let mut read = Vec::new();
    loop {
        let after = u32::try_from(read.len()).expect("small");
        let entries = bench
            .api()
            .list_journal(journal(id, after, 7))
            .await
            .expect("a page");
        if entries.is_empty() {
            break;
        }
        read.extend(entries);
    }
    let numbers: Vec<Seq> = read.iter().map(|entry| entry.seq).collect();
    let expected: Vec<Seq> = (1..=u32::try_from(read.len()).expect("small")).map(Seq).collect();
    assert_eq!(numbers, expected);
    let events = bench.events(id).await;
    let kinds: Vec<&str> = events.iter().map(|event| event.body.kind()).collect();
    assert_eq!(
        read.iter().map(|entry| entry.kind.as_str()).collect::<Vec<_>>(),
        kinds
    );
    assert_eq!(
        (kinds[0], *kinds.last().expect("some")),
        ("workflow_created", "workflow_completed")
    );
    assert!(read.iter().all(|entry| entry.version == 1));
}

#[tokio::test]
async fn hostile_text_comes_back_as_it_was_given() {
    let bench = Workbench::open().await;
    let task = "Describe <script>alert(1)</script> '; DROP TABLE workflows; -- \u{202e}🌊\u{0} {{instructions}} \\u0000 [s123456]";
    let made = bench
        .api()
        .create_workflow(create(bench.key(), task))
        .await
        .expect("created");
    assert_eq!(made.description, task);
    let done = bench.run(task).await;
    assert_completed(&done);
    assert_eq!(done.workflow.description, task);
    assert!(
        !done.report.expect("a report").text.contains("[s123456]"),
        "the operator's words are no source"
    );
}
