use wheelhouse_domain::{ContentHash, EventBody, Seq, WorkflowStatus};

use super::super::WorkflowFilter;
use super::*;

fn filter(query: &str) -> WorkflowFilter {
    WorkflowFilter {
        query: query.to_owned(),
        limit: 10,
        ..WorkflowFilter::default()
    }
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let place = Place::new().await;
    for name in ["Alpha", "Beta", "Gamma"] {
        place.whole_run(name).await;
    }
    let mut pending = place.run("Delta").await;
    place.create(&mut pending).await;
    let page = |before, limit| WorkflowFilter {
        before,
        limit,
        ..filter("")
    };
    let first = place.store.workflows(&page(None, 3)).await.expect("list");
    let names: Vec<&str> = first.workflows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Delta", "Gamma", "Beta"]);
    assert_eq!((first.matching, first.more), (4, true));
    let second = place
        .store
        .workflows(&page(Some(first.workflows[2].id), 3))
        .await
        .expect("list");
    assert_eq!(
        (second.workflows.len(), second.matching, second.more),
        (1, 4, false)
    );
    let statuses = vec![WorkflowStatus::Pending, WorkflowStatus::Failed];
    let some = place
        .store
        .workflows(&WorkflowFilter {
            statuses,
            ..filter("")
        })
        .await
        .expect("list");
    assert_eq!((some.workflows.len(), some.matching), (1, 1));
    let counts = place.store.workflow_counts().await.expect("counts");
    assert_eq!(
        (counts.total, counts.active, counts.completed, counts.failed),
        (4, 1, 3, 0)
    );
}

#[tokio::test]
async fn wildcards_in_a_search_are_letters() {
    let place = Place::new().await;
    for name in ["Save 100%", "Save 1000", r"C:\temp", "snake_case", "snakeXcase"] {
        place.create(&mut place.run(name).await).await;
    }
    for (query, found) in [
        ("100%", 1),
        ("100", 2),
        ("snake_case", 1),
        (r"c:\T", 1),
        ("'; --", 0),
        ("", 5),
    ] {
        let list = place.store.workflows(&filter(query)).await.expect("list");
        assert_eq!(
            (list.workflows.len(), list.matching),
            (found, u32::try_from(found).expect("small")),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_run_reads_back_as_it_was_written() {
    let place = Place::new().await;
    let mut run = place.run("Whole").await;
    run.whole_run();
    let uid = run.uid();
    let commit = run.commit(Target::New);
    let written = commit.runs[0].events.clone();
    let texts = commit.contents.clone();
    let id = place.store.commit(commit).await.expect("commit").workflow_ids[0];
    assert_eq!(place.store.all_events(id).await.expect("read"), written);
    let found = place
        .store
        .workflow_by_uid(uid)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(found.id, id);

    let middle = place.store.events(id, Seq(3), 4).await.expect("read");
    let seqs: Vec<u32> = middle.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, [4, 5, 6, 7]);
    for event in &middle {
        let body: EventBody = serde_json::from_value(event.body.0.clone()).expect("a body");
        assert_eq!(body, written[event.seq.0 as usize - 1].body);
        assert_eq!(event.task.as_ref(), body.task());
        assert_eq!(event.kind, body.kind());
    }

    let mut hashes: Vec<ContentHash> = texts.iter().map(|text| ContentHash::of(text)).collect();
    hashes.push(ContentHash::of("never stored"));
    let stored = place.store.contents(&hashes).await.expect("read");
    assert_eq!(stored.len(), texts.len());
    assert!(
        texts
            .iter()
            .all(|text| stored.get(&ContentHash::of(text)) == Some(text))
    );
}

#[tokio::test]
async fn a_task_is_found_only_in_its_workflow() {
    let place = Place::new().await;
    let (first, second) = (place.whole_run("First").await, place.whole_run("Second").await);
    let task = place.store.tasks(first).await.expect("tasks").remove(0);
    assert_eq!(
        place.store.task(first, task.id).await.expect("read"),
        Some(task.clone())
    );
    assert_eq!(place.store.task(second, task.id).await.expect("read"), None);
}
