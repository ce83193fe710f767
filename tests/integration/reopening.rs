//! Quitting loses nothing: at the next start every unfinished workflow goes on, and no result is asked for twice.

use crate::common::{TASK, assert_calls_made_once, assert_completed, count, outputs, passing};
use crate::requests::execute;
use std::collections::BTreeSet;
use std::sync::Arc;
use wheelhouse_agents::rehearsal::{Options, Rehearsal};
use wheelhouse_contract::{ErrorCode, GetStatus, GetWorkflow, Operations, RequestKey, StartWorkflow};
use wheelhouse_domain::{CallKind, EVENT_VERSION, Event, EventBody, Seq, WorkflowId, WorkflowStatus};
use wheelhouse_store::{Commit, RunCommit, Target};
use wheelhouse_testkit::{Counting, Gate, Play, ScriptedModel, Setup, Workbench, parts, plan, within};

/// Model calls that a journal tells of.
fn model_calls(events: &[Event]) -> usize {
    let is_model = |event: &&Event| {
        matches!(
            &event.body,
            EventBody::CallStarted {
                kind: CallKind::Model { .. },
                ..
            }
        )
    };
    events.iter().filter(is_model).count()
}

/// Calls that began and did not end.
fn open_calls(events: &[Event]) -> BTreeSet<String> {
    let mut open = BTreeSet::new();
    for event in events {
        match &event.body {
            EventBody::CallStarted { call, .. } => {
                open.insert(call.to_string());
            }
            EventBody::CallFinished { call, .. }
            | EventBody::CallFailed { call, .. }
            | EventBody::CallInterrupted { call } => {
                open.remove(call.as_str());
            }
            _ => {}
        }
    }
    open
}

#[tokio::test]
async fn closed_in_the_middle_it_goes_on_and_repeats_only_what_was_interrupted() {
    let model = ScriptedModel::except(|asked| match asked.step() {
        "analyse" => Some(Play::answer(plan(parts(3)))),
        "work" if asked.nth == 1 => Some(Play::hang().after_saying("Not yet")),
        _ => None,
    });
    let mut bench = Workbench::with(model.clone()).await;
    let id = bench.begin(TASK).await;
    model
        .counter()
        .until("three at work", |tally| tally.in_flight == 3)
        .await;
    bench.close().await;
    assert_eq!(
        model.counter().tally().dropped,
        3,
        "closing lets go of what is in flight"
    );

    bench.reopen().await;
    let done = bench.ended(id).await;
    assert_completed(&done);
    let events = bench.events(id).await;
    assert_calls_made_once(&events);
    assert_eq!(count(&events, "call_interrupted"), 3);
    assert!(open_calls(&events).is_empty());
    assert_eq!(count(&events, "task_attempt_failed"), 0, "closing is no failure");
    for step in ["analyse", "staff", "report"] {
        assert_eq!(model.asked_by(step), 1, "{step} was finished, or not begun");
    }
    assert_eq!(
        model_calls(&events),
        usize::try_from(model.counter().tally().asked).unwrap()
    );
}

/// Closes whenever a call is in flight, until the run has ended. Gives how often.
async fn close_at_every_call(bench: &mut Workbench, model: &ScriptedModel, id: WorkflowId) -> u32 {
    for closings in 0..100 {
        let handle = bench.api().handle().clone();
        let ended = within("an end or a call", async {
            tokio::select! {
                ended = handle.wait(id) => Some(ended.expect("it is there")),
                _ = model.counter().until("a call", |tally| tally.in_flight > 0) => None,
            }
        })
        .await;
        if ended.is_some() {
            return closings;
        }
        let before = bench.events(id).await;
        bench.reopen().await;
        let after = bench.events(id).await;
        assert_eq!(
            after[..before.len()],
            before[..],
            "what was on record stays on record"
        );
        assert_calls_made_once(&after);
    }
    panic!("it never ends");
}

#[tokio::test]
async fn closed_at_every_call_it_still_ends_and_finished_calls_are_never_made_again() {
    let model = ScriptedModel::except(|asked| (asked.nth == 1).then(Play::hang));
    let mut bench = Workbench::with(model.clone()).await;
    let id = bench.begin(TASK).await;
    let closings = close_at_every_call(&mut bench, &model, id).await;
    assert!(
        closings >= 5,
        "each step was interrupted at least once: {closings}"
    );
    assert_completed(&bench.detail(id).await);
    let events = bench.events(id).await;
    assert_calls_made_once(&events);
    assert_eq!(outputs(&events).len(), bench.detail(id).await.tasks.len());
    assert_eq!(count(&events, "task_attempt_failed"), 0);
}

#[tokio::test]
async fn pending_workflows_wait_for_the_operator_and_ended_ones_stay_as_they_are() {
    let model = Arc::new(Counting::new(Rehearsal::new(Options::instant())));
    let mut bench = Workbench::with(model.clone()).await;
    let done = bench.run(TASK).await;
    let pending = bench.create(TASK).await;
    let asked = model.counter().tally().asked;
    bench.reopen().await;
    assert_eq!(
        bench.detail(done.workflow.id).await,
        done,
        "a report is as it was"
    );
    // Whoever went on by itself would be ahead of this one.
    assert_completed(&bench.run(TASK).await);
    let still = bench.detail(pending).await;
    assert_eq!(
        (still.workflow.status, still.tasks.len()),
        (WorkflowStatus::Pending, 0)
    );
    assert_eq!(
        model.counter().tally().asked,
        asked * 2,
        "one run more, and nothing else"
    );

    let start = StartWorkflow {
        request_key: bench.key(),
        id: pending,
    };
    bench.api().start_workflow(start).await.expect("started");
    assert_completed(&bench.ended(pending).await);
}

#[tokio::test]
async fn a_wait_that_ended_meanwhile_is_over_at_the_next_start() {
    let model = ScriptedModel::except(|asked| {
        (asked.step() == "research" && asked.nth == 1).then(|| Play::fail(passing()))
    });
    let hour = 3_600_000;
    let mut bench = Setup::default()
        .model(model)
        .limits(|limits| limits.retry_base_ms = hour)
        .open()
        .await;
    let id = bench.begin(TASK).await;
    let between = |detail: &wheelhouse_contract::WorkflowDetail| {
        detail.tasks.iter().any(|task| task.retry_at.is_some())
    };
    let waiting = bench.until(id, "it waits between two attempts", between).await;
    assert_eq!(waiting.workflow.status, WorkflowStatus::Running);
    bench.close().await;
    bench.world().advance(i64::from(hour) * 2);
    bench.reopen().await;
    assert_completed(&bench.ended(id).await);
}

#[tokio::test]
async fn a_data_folder_has_one_owner() {
    let bench = Workbench::open().await;
    let second = bench.setup().open_in(bench.folder()).await;
    let error = second.err().expect("a second owner is refused");
    assert_eq!(error.code, ErrorCode::Conflict);
    assert!(
        error.message.contains(&bench.folder().display().to_string()),
        "{}",
        error.message
    );
    assert!(
        error
            .details
            .next_step
            .is_some_and(|step| step.contains("WHEELHOUSE_DATA_DIR"))
    );
    assert_completed(&bench.run(TASK).await);
}

#[tokio::test]
async fn what_is_asked_of_a_closed_backend_is_refused_in_words() {
    let mut bench = Workbench::open().await;
    let id = bench.create(TASK).await;
    let api = bench.api().clone();
    bench.close().await;
    let start = StartWorkflow {
        request_key: bench.key(),
        id,
    };
    let error = within("an answer", api.start_workflow(start))
        .await
        .expect_err("it is closed");
    assert_eq!(error.code, ErrorCode::Unavailable, "{error:?}");
    let error = within("an answer", api.get_workflow(GetWorkflow { id }))
        .await
        .expect_err("it is closed");
    assert_eq!(error.code, ErrorCode::Unavailable, "{error:?}");
}

#[tokio::test]
async fn the_store_is_the_same_after_a_restart() {
    let mut bench = Workbench::open().await;
    bench.run(TASK).await;
    let before = bench.api().get_status(GetStatus {}).await.expect("a status");
    bench.reopen().await;
    let after = bench.api().get_status(GetStatus {}).await.expect("a status");
    assert_eq!(
        (after.store, after.epoch, after.position),
        (before.store, before.epoch, before.position)
    );
    assert_eq!(
        (after.workflows, after.agents, after.knowledge),
        (before.workflows, before.agents, before.knowledge)
    );
}

#[tokio::test]
async fn who_waits_for_a_run_is_told_of_the_closing_and_joins_it_again_afterwards() {
    let model =
        ScriptedModel::except(|asked| (asked.step() == "research" && asked.nth == 1).then(Play::hang));
    let mut bench = Workbench::with(model.clone()).await;
    let request = execute(RequestKey("the-same-run".to_owned()), TASK);
    let (api, sent) = (bench.api().clone(), request.clone());
    let waiting = tokio::spawn(async move { api.execute_workflow(sent).await });
    model
        .counter()
        .until("the hanging call", |tally| {
            tally.asked == 2 && tally.in_flight == 1
        })
        .await;
    bench.close().await;
    let told = within("an answer", waiting)
        .await
        .expect("no panic")
        .expect_err("it is closing");
    assert_eq!(told.code, ErrorCode::Unavailable, "{told:?}");
    assert!(told.details.next_step.is_some());

    bench.reopen().await;
    let execution = within("the end", bench.api().execute_workflow(request))
        .await
        .expect("executed");
    assert_eq!(
        (execution.workflow_id, execution.status),
        (WorkflowId(1), WorkflowStatus::Completed)
    );
    assert_calls_made_once(&bench.events(WorkflowId(1)).await);
}

#[tokio::test]
async fn a_caller_that_goes_away_cancels_nothing() {
    let gate = Gate::closed();
    let held = gate.clone();
    let model = ScriptedModel::except(move |asked| {
        (asked.step() == "research").then(|| Play::rehearsal().held(&held))
    });
    let bench = Workbench::with(model.clone()).await;
    let (api, request) = (bench.api().clone(), execute(bench.key(), TASK));
    let waiting = tokio::spawn(async move { api.execute_workflow(request).await });
    model
        .counter()
        .until("the held call", |tally| tally.asked == 2 && tally.in_flight == 1)
        .await;
    waiting.abort();
    assert!(waiting.await.expect_err("it went away").is_cancelled());
    gate.open();
    assert_completed(&bench.ended(WorkflowId(1)).await);
}

#[tokio::test]
async fn a_workflow_keeps_the_bounds_that_it_was_created_with() {
    let model =
        ScriptedModel::except(|asked| (asked.step() == "analyse").then(|| Play::answer(plan(parts(3)))));
    let mut bench = Workbench::with(model.clone()).await;
    let id = bench.create(TASK).await;
    bench
        .change(|setup| setup.limits(|limits| limits.sub_tasks = 1))
        .await;
    bench
        .api()
        .start_workflow(StartWorkflow {
            request_key: bench.key(),
            id,
        })
        .await
        .expect("started");
    assert_completed(&bench.ended(id).await);
    assert_eq!(bench.detail(id).await.plan.expect("a plan").sub_tasks.len(), 3);
    let newer = bench.run(TASK).await;
    assert!(
        newer.plan.expect("a plan").summary.contains("could not be used"),
        "a new one has the new bounds"
    );
}

#[tokio::test]
async fn a_run_that_the_store_knows_otherwise_is_taken_up_again_by_itself() {
    let gate = Gate::closed();
    let held = gate.clone();
    let model = ScriptedModel::except(move |asked| {
        (asked.step() == "research").then(|| Play::rehearsal().held(&held))
    });
    let bench = Workbench::with(model.clone()).await;
    let id = bench.begin(TASK).await;
    model
        .counter()
        .until("one at work", |tally| tally.in_flight == 1)
        .await;
    // Somebody else writes to the journal, which nobody does: whoever works on the run must not go on believing.
    let last = bench.events(id).await.pop().expect("an event");
    let cancelled = Event {
        seq: Seq(last.seq.0 + 1),
        at: last.at,
        v: EVENT_VERSION,
        body: EventBody::CancelRequested,
    };
    let commit = Commit {
        runs: vec![RunCommit {
            target: Target::Existing(id),
            events: vec![cancelled],
        }],
        contents: Vec::new(),
        request: None,
    };
    let store = bench.api().handle().store();
    store.commit(commit).await.expect("written");
    gate.open();
    let detail = bench.until_final(id).await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Cancelled);
}
