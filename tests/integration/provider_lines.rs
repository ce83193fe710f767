//! What tasks do while their provider takes no further call: they wait in line, say so, and leave it when cancelled.

use crate::common::{TASK, assert_completed};
use crate::providers::{add, give_key, unlock, use_for_all};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::broadcast::Receiver;
use wheelhouse_contract::{
    CancelWorkflow, GetWorkflow, Operations, ProviderView, RemoveProvider, SaveProvider, WorkflowDetail,
};
use wheelhouse_domain::{ProviderKind, ProviderLimits, ProviderWait, WhyWaiting, WorkflowId, WorkflowStatus};
use wheelhouse_orchestrator::LiveWait;
use wheelhouse_testkit::fake_models::{Asked, FakeModels, Fault, Reply, crew};
use wheelhouse_testkit::{Workbench, within};

async fn detail(bench: &Workbench, id: WorkflowId) -> WorkflowDetail {
    bench
        .api()
        .get_workflow(GetWorkflow { id })
        .await
        .expect("the workflow")
}

async fn one_at_a_time(bench: &Workbench, server: &FakeModels) {
    let kind = ProviderKind::OpenAi;
    let provider = add(bench, "fake", kind, server.base_url(kind)).await;
    assert_eq!((provider.usual_parallel, provider.limits.parallel), (4, None));
    let limited = SaveProvider {
        request_key: bench.key(),
        id: Some(provider.id),
        name: provider.name,
        kind,
        base_url: provider.base_url,
        limits: ProviderLimits {
            parallel: Some(1),
            ..ProviderLimits::default()
        },
    };
    let kept = bench.api().save_provider(limited).await.expect("kept");
    assert_eq!(kept.limits.parallel, Some(1));
    use_for_all(bench, "fake/fake-large").await;
}

/// A server that answers the first call so and the others as a crew does, and when each of them came.
async fn timed(
    first: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> (FakeModels, Arc<Mutex<Vec<Instant>>>) {
    let times: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let seen = Arc::clone(&times);
    let server = FakeModels::start(move |asked| {
        seen.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Instant::now());
        match asked.nth {
            1 => first(asked),
            _ => crew(asked),
        }
    });
    (server.await, times)
}

/// That somebody is told that a task waits until the provider takes calls again.
async fn assert_told_of_pause(kind: ProviderKind, waits: &mut Receiver<LiveWait>) {
    let wait = within("a task that waits", waits.recv())
        .await
        .expect("it is told")
        .waits_for
        .expect("a reason");
    assert_eq!(wait.why, WhyWaiting::Paused, "{kind:?}");
    assert!(wait.until.is_some(), "it says until when");
}

/// That the second call came no sooner than so many milliseconds after the first.
fn assert_paused(kind: ProviderKind, times: &Mutex<Vec<Instant>>, least: u32) {
    let times = times.lock().unwrap_or_else(PoisonError::into_inner);
    let pause = times[1].duration_since(times[0]);
    assert!(
        pause >= Duration::from_millis(u64::from(least) - 50),
        "{kind:?} {pause:?}"
    );
}

#[tokio::test]
async fn a_task_waits_for_its_turn_and_says_so_until_a_place_is_free() {
    let server = FakeModels::start(|asked| match asked.nth {
        1 => Reply::fault(Fault::HangBeforeHeaders),
        _ => crew(asked),
    })
    .await;
    let bench = Workbench::open().await;
    one_at_a_time(&bench, &server).await;
    let mut waits = bench.api().handle().live().listen_to_waits();
    let first = bench.begin(TASK).await;
    within("the first call", server.asked_for(1)).await;
    let second = bench.begin(TASK).await;
    let wait = within("a task that waits", waits.recv())
        .await
        .expect("it is told");
    let expected = ProviderWait {
        provider: "fake".to_owned(),
        model: "fake/fake-large".to_owned(),
        why: WhyWaiting::Busy,
        until: None,
    };
    assert_eq!(
        (wait.workflow_id, wait.waits_for.as_ref()),
        (second, Some(&expected))
    );
    // Whoever comes later sees it too.
    let shown = detail(&bench, second).await;
    let task = shown.tasks.iter().find(|task| task.id == wait.task_id);
    assert_eq!(task.and_then(|task| task.waits_for.clone()), Some(expected));
    assert_eq!(server.asked().len(), 1, "nothing was sent for it");

    let cancel = CancelWorkflow {
        request_key: bench.key(),
        id: first,
    };
    bench.api().cancel_workflow(cancel).await.expect("cancelled");
    let done = bench.ended(second).await;
    assert_completed(&done);
    assert!(done.tasks.iter().all(|task| task.waits_for.is_none()));
}

#[tokio::test]
async fn who_is_cancelled_while_it_waits_leaves_the_line() {
    let server = FakeModels::start(|_| Reply::fault(Fault::HangBeforeHeaders)).await;
    let bench = Workbench::open().await;
    one_at_a_time(&bench, &server).await;
    let mut waits = bench.api().handle().live().listen_to_waits();
    bench.begin(TASK).await;
    within("the first call", server.asked_for(1)).await;
    let second = bench.begin(TASK).await;
    within("a task that waits", waits.recv())
        .await
        .expect("it is told");
    let cancel = CancelWorkflow {
        request_key: bench.key(),
        id: second,
    };
    bench.api().cancel_workflow(cancel).await.expect("cancelled");
    let LiveWait { waits_for, .. } = within("it is over", waits.recv()).await.expect("it is told");
    assert_eq!(waits_for, None);
    assert_eq!(
        bench.ended(second).await.workflow.status,
        WorkflowStatus::Cancelled
    );
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn what_a_provider_says_to_one_call_holds_for_all() {
    const PAUSE: u32 = 600;
    for kind in ProviderKind::ALL {
        let (server, times) = timed(|_| Reply::later(PAUSE)).await;
        let bench = Workbench::open().await;
        add(&bench, "fake", kind, server.base_url(kind)).await;
        use_for_all(&bench, "fake/fake-large").await;
        let mut waits = bench.api().handle().live().listen_to_waits();
        let first = bench.begin(TASK).await;
        within("the refusal is on record", async {
            while detail(&bench, first)
                .await
                .tasks
                .iter()
                .all(|task| task.failure.is_none())
            {
                tokio::task::yield_now().await;
            }
        })
        .await;
        let second = bench.begin(TASK).await;
        assert_told_of_pause(kind, &mut waits).await;
        // The run's own clock must see that the pause is over as well.
        bench.world().advance(i64::from(PAUSE) + 60_000);
        assert_completed(&bench.ended(first).await);
        assert_completed(&bench.ended(second).await);
        assert_paused(kind, &times, PAUSE);
    }
}

#[tokio::test]
async fn after_an_answer_that_was_the_last_one_nothing_is_sent_before_the_next_is_allowed() {
    const WAIT: u32 = 600;
    for kind in ProviderKind::ALL {
        let (server, times) = timed(|asked| crew(asked).last_for(WAIT)).await;
        let bench = Workbench::open().await;
        add(&bench, "fake", kind, server.base_url(kind)).await;
        use_for_all(&bench, "fake/fake-large").await;
        let mut waits = bench.api().handle().live().listen_to_waits();
        let run = bench.begin(TASK).await;
        assert_told_of_pause(kind, &mut waits).await;
        let done = bench.ended(run).await;
        assert_completed(&done);
        assert!(
            done.tasks.iter().all(|task| task.failure.is_none()),
            "{kind:?}: nothing failed"
        );
        assert_paused(kind, &times, WAIT);
    }
}

#[tokio::test]
async fn what_is_used_up_of_one_model_holds_up_no_other() {
    const HOUR: u32 = 3_600_000;
    let server = FakeModels::start(|asked| match asked.model.as_str() {
        "fake-large" => crew(asked).last_for(HOUR),
        _ => crew(asked),
    })
    .await;
    let bench = Workbench::open().await;
    let kind = ProviderKind::Anthropic;
    add(&bench, "fake", kind, server.base_url(kind)).await;
    use_for_all(&bench, "fake/fake-large").await;
    let mut waits = bench.api().handle().live().listen_to_waits();
    let held = bench.begin(TASK).await;
    let wait = within("a task that waits", waits.recv())
        .await
        .expect("it is told");
    assert_eq!(wait.workflow_id, held);
    use_for_all(&bench, "fake/fake-small").await;
    let free = bench.begin(TASK).await;
    assert_completed(&bench.ended(free).await);

    let of_large = server
        .asked()
        .iter()
        .filter(|asked| asked.model == "fake-large")
        .count();
    assert_eq!(of_large, 1, "nothing more was sent to it");
    let shown = detail(&bench, held).await;
    let task = shown.tasks.iter().find(|task| task.id == wait.task_id);
    assert_eq!(
        task.and_then(|task| task.waits_for.clone()),
        wait.waits_for,
        "it still waits"
    );
    let cancel = CancelWorkflow {
        request_key: bench.key(),
        id: held,
    };
    bench.api().cancel_workflow(cancel).await.expect("cancelled");
    assert_eq!(bench.ended(held).await.workflow.status, WorkflowStatus::Cancelled);
}

/// A task that waits for an hour because the first answer of its model was the last one for so long; and its provider.
async fn held_for_an_hour(bench: &Workbench, server: &FakeModels) -> (WorkflowId, ProviderView) {
    let kind = ProviderKind::OpenAi;
    let provider = add(bench, "fake", kind, server.base_url(kind)).await;
    use_for_all(bench, "fake/fake-large").await;
    let mut waits = bench.api().handle().live().listen_to_waits();
    let run = bench.begin(TASK).await;
    assert_told_of_pause(kind, &mut waits).await;
    assert_eq!(server.asked().len(), 1, "nothing more was sent");
    (run, provider)
}

async fn last_for_an_hour() -> FakeModels {
    FakeModels::start(|asked| match asked.nth {
        1 => crew(asked).last_for(3_600_000),
        _ => crew(asked),
    })
    .await
}

/// The same provider at another address.
fn moved(bench: &Workbench, provider: &ProviderView, base_url: String) -> SaveProvider {
    SaveProvider {
        request_key: bench.key(),
        id: Some(provider.id),
        name: provider.name.clone(),
        kind: provider.kind,
        base_url,
        limits: provider.limits.clone(),
    }
}

#[tokio::test]
async fn a_task_that_waits_goes_on_with_a_new_key() {
    let (server, bench) = (last_for_an_hour().await, Workbench::open().await);
    unlock(&bench).await;
    let (run, provider) = held_for_an_hour(&bench, &server).await;
    give_key(&bench, &provider).await;
    assert_completed(&bench.ended(run).await);
    let authorized = |nth: usize| server.captured()[nth].header("authorization").is_some();
    let last = server.captured().len() - 1;
    assert!(!authorized(0) && authorized(last), "it went on with the key");
}

#[tokio::test]
async fn a_task_that_waits_goes_on_when_its_keys_are_opened() {
    let (server, bench) = (last_for_an_hour().await, Workbench::open().await);
    unlock(&bench).await;
    let kind = ProviderKind::OpenAi;
    let provider = add(&bench, "other", kind, server.base_url(kind)).await;
    give_key(&bench, &provider).await;
    use_for_all(&bench, "other/fake-large").await;
    let mut waits = bench.api().handle().live().listen_to_waits();
    let run = bench.begin(TASK).await;
    assert_told_of_pause(kind, &mut waits).await;
    bench.api().handle().keys().lock().await.expect("locked");
    unlock(&bench).await;
    assert_completed(&bench.ended(run).await);
}

#[tokio::test]
async fn a_task_that_waits_goes_on_where_its_provider_has_moved_to() {
    let (server, bench) = (last_for_an_hour().await, Workbench::open().await);
    let other = FakeModels::start(crew).await;
    let (run, provider) = held_for_an_hour(&bench, &server).await;
    let mut waits = bench.api().handle().live().listen_to_waits();
    let same = moved(&bench, &provider, provider.base_url.clone());
    bench.api().save_provider(same).await.expect("kept");
    let shown = detail(&bench, run).await;
    assert!(
        shown.tasks.iter().any(|task| task.waits_for.is_some()),
        "what was saved as it is says nothing new"
    );
    assert!(waits.try_recv().is_err(), "it waits as before");
    let elsewhere = moved(&bench, &provider, other.base_url(provider.kind));
    bench.api().save_provider(elsewhere).await.expect("moved");
    assert_completed(&bench.ended(run).await);
    assert_eq!(server.asked().len(), 1, "all else went to the new address");
    assert!(!other.asked().is_empty());
}

#[tokio::test]
async fn a_task_that_waits_for_a_provider_hears_that_it_is_gone() {
    let (server, bench) = (last_for_an_hour().await, Workbench::open().await);
    let (run, provider) = held_for_an_hour(&bench, &server).await;
    let remove = RemoveProvider {
        request_key: bench.key(),
        id: provider.id,
    };
    assert!(
        bench
            .api()
            .remove_provider(remove)
            .await
            .expect("removed")
            .removed
    );
    let done = bench.ended(run).await;
    assert_eq!(done.workflow.status, WorkflowStatus::Failed);
    assert_eq!(server.asked().len(), 1);
}
