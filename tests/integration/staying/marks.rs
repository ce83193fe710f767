//! The mark itself: who sets it, what it covers, and what follows for moving.

use super::{Desk, HARMLESS, PLANTED, QUERY, reads, tells, waits, write};
use crate::templates::completed;
use serde_json::json;
use wheelhouse_contract::{
    AddSource, CheckMove, ErrorCode, ListSources, MoveObstacleKind, Operations, PlanMove, SearchKnowledge,
    SetSourceStaysHere, SourceView,
};
use wheelhouse_domain::{LackKind, SourceKind};
use wheelhouse_testkit::Workbench;

async fn sources(bench: &Workbench) -> Vec<SourceView> {
    bench.api().list_sources(ListSources {}).await.expect("sources")
}

async fn add(desk: &Desk, below: &str, stays_here: bool) -> SourceView {
    let request = AddSource {
        request_key: desk.bench.key(),
        path: desk.path(below).display().to_string(),
        stays_here,
    };
    let added = desk.bench.api().add_source(request).await.expect("added");
    desk.bench.api().wait_for_source(added.id).await.expect("read")
}

#[tokio::test]
async fn a_mark_stays_through_adding_again_and_restarts_and_is_taken_away_on_purpose_only() {
    let mut desk = Desk::open().await;
    assert!(add(&desk, "secret", false).await.stays_here);
    desk.bench.reopen().await;
    let secret = |all: Vec<SourceView>| all.into_iter().find(|one| one.name == "secret");
    assert!(secret(sources(&desk.bench).await).is_some_and(|one| one.stays_here));
    assert!(!desk.mark(false).await.stays_here);
    completed(&desk.run(json!([reads("read", "far", &[])])).await);
    assert!(desk.sent_away().contains(PLANTED), "it is no secret any more");
}

#[tokio::test]
async fn a_source_can_be_marked_as_it_is_added() {
    let desk = Desk::open().await;
    write(&desk.path(""), "third/lamp.md", "quicksilver-511");
    assert!(add(&desk, "third", true).await.stays_here);
    completed(&desk.run(json!([reads("read", "far", &[])])).await);
    let sent = desk.sent_away();
    assert!(!sent.contains("quicksilver-511") && sent.contains(HARMLESS));
    assert!(sent.contains("2 more passages match"), "{sent}");
}

#[tokio::test]
async fn the_handbook_is_no_secret_and_what_is_not_there_is_not_marked() {
    let desk = Desk::open().await;
    let all = sources(&desk.bench).await;
    let handbook = all
        .iter()
        .find(|one| one.kind == SourceKind::Builtin)
        .expect("the handbook");
    let mark = |id| SetSourceStaysHere {
        request_key: desk.bench.key(),
        id,
        stays_here: true,
    };
    let api = desk.bench.api();
    let refused = api
        .set_source_stays_here(mark(handbook.id))
        .await
        .expect_err("refused");
    assert_eq!(refused.code, ErrorCode::Conflict);
    let gone = api.set_source_stays_here(mark(wheelhouse_domain::SourceId(99)));
    assert_eq!(gone.await.expect_err("refused").code, ErrorCode::NotFound);
}

#[tokio::test]
async fn the_same_file_in_another_source_stays_too() {
    let desk = Desk::open().await;
    // The folder above holds both, and is not marked itself.
    let above = add(&desk, "", false).await;
    assert!(!above.stays_here && above.documents == 2);
    completed(&desk.run(json!([reads("read", "far", &[])])).await);
    let sent = desk.sent_away();
    assert!(!sent.contains(PLANTED) && sent.contains(HARMLESS));
}

#[tokio::test]
async fn the_operator_is_shown_everything() {
    let desk = Desk::open().await;
    let request = SearchKnowledge {
        query: QUERY.to_owned(),
        limit: 10,
    };
    let found = desk.bench.api().search_knowledge(request).await.expect("found");
    let marked: Vec<bool> = found.passages.iter().map(|passage| passage.stays_here).collect();
    assert!(marked.contains(&true) && marked.contains(&false), "{marked:?}");
}

#[tokio::test]
async fn a_run_that_keeps_it_refuses_to_leave_and_says_why() {
    let desk = Desk::open().await;
    let steps = json!([reads("read", "near", &[]), tells("tell", "far", &["read"])]);
    let id = waits(&desk.run(steps).await);
    let plan = desk.bench.api().plan_move(PlanMove { id }).await.expect("a plan");
    let [obstacle] = plan.obstacles.as_slice() else {
        panic!("{:?}", plan.obstacles);
    };
    assert_eq!(obstacle.kind, MoveObstacleKind::StaysHere);
    assert_eq!(
        obstacle
            .sources
            .iter()
            .map(|one| one.name.as_str())
            .collect::<Vec<_>>(),
        ["secret"]
    );
    assert!(obstacle.text.contains("“secret”") && !obstacle.next_step.is_empty());
    let refused = desk.bench.api().handle().check_departure(id).await;
    assert!(refused.is_err());
    let source = plan.needs.sources.iter().find(|one| one.name == "secret");
    assert_eq!(
        source.map(|one| (one.read, one.stays_here, one.documents)),
        Some((true, true, 1))
    );

    desk.answer(id, "skip").await;
    let plan = desk.bench.api().plan_move(PlanMove { id }).await.expect("a plan");
    assert_eq!(plan.obstacles[0].kind, MoveObstacleKind::Ended);
}

#[tokio::test]
async fn what_a_run_needs_is_told_and_what_is_lacking_elsewhere_is_found() {
    let desk = Desk::open().await;
    desk.mark(false).await;
    let ask = json!({"id": "ask", "title": "Ask", "kind": "approval", "text": "Go on?", "needs": ["read"]});
    let steps = json!([reads("read", "near", &[]), ask, tells("tell", "far", &["ask"])]);
    let id = waits(&desk.run(steps).await);
    let plan = desk.bench.api().plan_move(PlanMove { id }).await.expect("a plan");
    assert_eq!((plan.obstacles.len(), plan.sub_workflows), (0, 0));
    let models: Vec<&str> = plan
        .needs
        .models
        .iter()
        .map(|model| model.name.as_str())
        .collect();
    assert_eq!(models, ["far/fake-large"], "what was read is read");
    assert_eq!(plan.needs.agents.iter().filter(|agent| agent.travels).count(), 0);
    assert!(
        plan.needs
            .sources
            .iter()
            .any(|one| one.name == "secret" && one.read)
    );

    let other = Workbench::open().await;
    let check = CheckMove {
        needs: plan.needs.clone(),
    };
    let found = other.api().check_move(check).await.expect("a check");
    assert_eq!(found.here, None);
    let kinds: Vec<LackKind> = found.lacks.iter().map(|lack| lack.kind).collect();
    assert!(
        kinds.contains(&LackKind::Provider) && kinds.contains(&LackKind::Source),
        "{kinds:?}"
    );
    let same = CheckMove { needs: plan.needs };
    let same = desk.bench.api().check_move(same).await.expect("a check");
    assert_eq!((same.here, same.lacks), (Some(id), Vec::new()));
}
