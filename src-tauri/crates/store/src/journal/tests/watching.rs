//! What is told to those who watch: the record in its order, and how things stand.

use wheelhouse_domain::{EventBody, Position, WorkflowStatus};

use super::*;

#[tokio::test]
async fn the_record_comes_in_its_order_and_in_pieces_without_a_gap() {
    let place = Place::new().await;
    let crew = place.crew().await;
    let mut runs = [RunBuilder::new("One", &crew), RunBuilder::new("Two", &crew)];
    let mut ids = Vec::new();
    for run in &mut runs {
        let written = place
            .store
            .commit(run.commit(Target::New))
            .await
            .expect("created");
        ids.push(written.workflow_ids[0]);
        run.started();
        for commit in run.commits() {
            place
                .store
                .commit(one(Target::Existing(ids[ids.len() - 1]), commit))
                .await
                .expect("written");
        }
    }
    let head = place.store.position();
    let (mut at, mut seen) = (Position(0), Vec::new());
    while at < head {
        let piece = place.store.recorded_after(at, 3).await.expect("read");
        assert!(piece.to > at && piece.facts.len() <= 3);
        at = piece.to;
        seen.extend(piece.facts);
    }
    let positions: Vec<i64> = seen.iter().map(|fact| fact.position.0).collect();
    assert_eq!(positions, (1..=head.0).collect::<Vec<_>>());
    assert!(matches!(seen[0].event.body, EventBody::WorkflowCreated { .. }));
    assert!(
        seen.iter()
            .all(|fact| fact.event.body.task().is_some() == fact.task.is_some())
    );
    let nothing = place.store.recorded_after(head, 3).await.expect("read");
    assert_eq!((nothing.facts, nothing.to), (Vec::new(), head));
}

#[tokio::test]
async fn runs_that_have_not_begun_or_have_ended_are_not_among_the_unfinished() {
    let place = Place::new().await;
    let crew = place.crew().await;
    let (mut pending, mut begun) = (RunBuilder::new("Pending", &crew), RunBuilder::new("Begun", &crew));
    place
        .store
        .commit(pending.commit(Target::New))
        .await
        .expect("created");
    begun.started();
    let written = place
        .store
        .commit(begun.commit(Target::New))
        .await
        .expect("created");
    let unfinished = place
        .store
        .recorded_of_unfinished(Position(0), 100)
        .await
        .expect("read");
    assert!(!unfinished.facts.is_empty());
    assert!(
        unfinished
            .facts
            .iter()
            .all(|fact| fact.workflow == written.workflow_ids[0])
    );
    let figures = place.store.figures().await.expect("read");
    assert!(figures.workflows.contains(&(WorkflowStatus::Pending, 1)));
    assert!(figures.workflows.contains(&(WorkflowStatus::Running, 1)));
    assert_eq!(figures.open_questions, 0);
}

#[tokio::test]
async fn the_writer_counts_what_it_brought_to_disk() {
    let place = Place::new().await;
    let crew = place.crew().await;
    let before = place.store.writer_figures();
    let mut run = RunBuilder::new("Run", &crew);
    run.started();
    place
        .store
        .commit(run.commit(Target::New))
        .await
        .expect("created");
    let after = place.store.writer_figures();
    assert_eq!(after.transactions, before.transactions + 1);
    assert_eq!(
        after.events,
        before.events + place.store.position().0.unsigned_abs()
    );
    assert_eq!(after.waiting, 0);
    let counted: u64 = after.to_disk.classes.iter().map(|(_, count)| *count).sum();
    assert_eq!(counted, after.transactions);
    assert!(after.to_disk.sum > before.to_disk.sum);
}
