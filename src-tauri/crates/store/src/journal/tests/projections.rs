use wheelhouse_domain::{
    AgentStatus, CallStatus, DefaultModels, Event, EventBody, ProviderLimits, QuestionKind, QuestionStatus,
    TaskKey, TaskStatus, WorkflowStatus,
};

use super::super::{NewProvider, TaskRow, WorkflowRow};
use super::arranging::{edit_of, provider};
use super::*;
use crate::test_util::{outage, request};

/// Checks that making the projections anew changes nothing.
async fn agrees(place: &Place) {
    let kept = place.derived().await;
    place.store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.derived().await, kept);
}

async fn workflow(place: &Place, id: WorkflowId) -> WorkflowRow {
    place.store.workflow(id).await.expect("read").expect("there")
}

async fn task(place: &Place, id: WorkflowId, key: &str) -> TaskRow {
    let tasks = place.store.tasks(id).await.expect("read");
    tasks
        .into_iter()
        .find(|task| task.key == TaskKey::from(key))
        .expect("there")
}

#[tokio::test]
async fn journal_and_projections_agree_after_any_prefix() {
    let place = Place::new().await;
    let mut whole = place.run("Whole").await;
    whole.whole_run();
    let mut retried = place.run("Retried").await;
    retried
        .started()
        .planned(&["draft"])
        .attempt("research", 1)
        .failed("research", &["staff", "work/draft", "aggregate", "report"]);
    retried
        .push(EventBody::WorkflowRetried {
            tasks: ["research", "staff", "work/draft", "aggregate", "report"]
                .map(TaskKey::from)
                .to_vec(),
        })
        .attempt("research", 2)
        .asked("research", "Which?")
        .push(EventBody::CancelRequested);
    for key in ["research", "staff", "work/draft", "aggregate", "report"] {
        retried.push(EventBody::TaskCancelled { task: key.into() });
    }
    retried.push(EventBody::WorkflowCancelled);

    let (mut first, mut second) = (whole.commits().into_iter(), retried.commits().into_iter());
    let mut targets = [Target::New, Target::New];
    loop {
        let next = [first.next(), second.next()];
        if next.iter().all(Option::is_none) {
            break;
        }
        for (target, fact) in targets.iter_mut().zip(next) {
            if let Some(fact) = fact {
                let written = place.store.commit(one(*target, fact)).await.expect("commit");
                *target = Target::Existing(written.workflow_ids[0]);
                agrees(&place).await;
            }
        }
    }
    assert_eq!(
        workflow(&place, WorkflowId(1)).await.status,
        WorkflowStatus::Completed
    );
    assert_eq!(
        workflow(&place, WorkflowId(2)).await.status,
        WorkflowStatus::Cancelled
    );
}

/// What the operator arranges while runs go on, and deletions in between.
#[tokio::test]
async fn projections_agree_whatever_is_arranged_meanwhile() {
    let place = Place::new().await;
    let store = &place.store;
    let first = place.whole_run("First").await;
    let mut asking = place.run("Asking").await;
    asking.started().attempt("analyse", 1).asked("analyse", "Which?");
    place.create(&mut asking).await;
    for (round, name) in ["Wren", "Robin", "Finch"].into_iter().enumerate() {
        let key = |what: &str| request(&format!("{what}-{round}"));
        let agents = store.agents().await.expect("agents");
        for (agent, what) in [(&agents[0], "driver"), (&agents[3], "hired")] {
            store
                .update_agent(edit_of(agent, name), key(what), Millis(5))
                .await
                .expect("update");
            agrees(&place).await;
        }
        store
            .set_agent_enabled(agents[3].id, round == 1, key("switch"), Millis(6))
            .await
            .expect("switch");
        agrees(&place).await;
        let row = store
            .save_provider(provider("local"), key("add"), Millis(7))
            .await
            .expect("add");
        agrees(&place).await;
        let changed = NewProvider {
            id: Some(row.id),
            limits: ProviderLimits {
                parallel: Some(2),
                windows: [("small".to_owned(), 8_192)].into(),
            },
            ..provider(&name.to_lowercase())
        };
        store
            .save_provider(changed, key("change"), Millis(8))
            .await
            .expect("change");
        let models = DefaultModels {
            driver: format!("{}/big", name.to_lowercase()),
            ..DefaultModels::default()
        };
        store
            .save_default_models(models, key("models"), Millis(9))
            .await
            .expect("models");
        agrees(&place).await;
        if round == 1 {
            let removed = store.remove_provider(row.id, key("remove"), Millis(10));
            assert!(removed.await.expect("remove"));
            let deleted = store.delete_workflow(first, key("delete"));
            assert!(deleted.await.expect("delete"));
            agrees(&place).await;
        }
        place.whole_run(name).await;
        agrees(&place).await;
    }
}

#[tokio::test]
async fn projections_agree_after_a_deletion_too() {
    let place = Place::new().await;
    let first = place.whole_run("First").await;
    place.whole_run("Second").await;
    place
        .store
        .delete_workflow(first, request("delete-first"))
        .await
        .expect("delete");
    agrees(&place).await;
    place.whole_run("Third").await;
    agrees(&place).await;
}

#[tokio::test]
async fn a_lost_projection_is_repaired_from_the_journal() {
    let place = Place::new().await;
    let id = place.whole_run("Whole").await;
    let kept = place.derived().await;
    let mut raw = place.raw().await;
    for statement in ["DELETE FROM calls", "UPDATE workflows SET name = 'wrong'"] {
        sqlx::query(statement).execute(&mut raw).await.expect("spoil");
    }
    assert_eq!(workflow(&place, id).await.name, "wrong");
    place.store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.derived().await, kept);
}

#[tokio::test]
async fn a_whole_run_leaves_what_people_read() {
    let place = Place::new().await;
    let id = place.whole_run("Whole").await;
    let row = workflow(&place, id).await;
    assert_eq!((row.tasks_total, row.tasks_completed), (7, 7));
    assert_eq!(row.meta.0["limits"]["parallel_tasks"], 4);
    assert!(row.meta.0["crew"]["driver"].is_string());
    assert!(row.completed_at > row.started_at && row.started_at.is_some());
    let report = place
        .store
        .content(&row.report.expect("report"))
        .await
        .expect("read")
        .expect("text");
    assert!(report.contains("Report of"));
    let plan = place.store.plan(id).await.expect("read").expect("plan");
    assert_eq!(plan.sub_tasks.len(), 2);

    let check = task(&place, id, "work/check").await;
    assert_eq!((check.status, check.attempt), (TaskStatus::Completed, 2));
    assert_eq!((check.failure.clone(), check.retry_at), (None, None));
    assert_eq!(check.agent_name.as_deref(), Some("Wren"));
    assert_eq!(task(&place, id, "research").await.citations, 2);
    assert!(task(&place, id, "staff").await.origin.is_some());
    let calls = place.store.calls(check.id).await.expect("calls");
    let statuses: Vec<CallStatus> = calls.iter().map(|call| call.status).collect();
    assert_eq!(statuses, [CallStatus::Failed, CallStatus::Finished]);
    assert_eq!(calls[1].usage.input_tokens, Some(10));
    assert_eq!(calls[1].usage.output_tokens, None, "unknown is not zero");
    assert_eq!(calls[0].failure, Some(outage()));
}

#[tokio::test]
async fn one_design_for_two_parts_hires_one_agent() {
    let place = Place::new().await;
    let id = place.whole_run("Whole").await;
    let agents = place.store.agents().await.expect("agents");
    assert_eq!(agents.len(), 4);
    let wren = &agents[3];
    assert_eq!((wren.name.as_str(), wren.hired_in), ("Wren", Some(id)));
    assert_eq!(wren.why.as_deref(), Some("Nobody writes."));
    assert_eq!((wren.tasks_completed, wren.tasks_failed), (2, 0));
    let work = place.store.agent_work(wren.id, 20).await.expect("work");
    assert_eq!(work.len(), 2);
    assert_eq!(work[0].title, "Part check", "newest first");
    let found = place
        .store
        .agent_by_uid(wren.uid)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(&found, wren);
}

#[tokio::test]
async fn a_workflow_waits_only_while_nothing_else_goes_on() {
    let place = Place::new().await;
    let mut run = place.run("Asking").await;
    run.started()
        .attempt("analyse", 1)
        .attempt("research", 1)
        .asked("analyse", "Which?");
    let id = place.create(&mut run).await;
    assert_eq!(workflow(&place, id).await.status, WorkflowStatus::Running);
    assert_eq!(workflow(&place, id).await.working, ["Creator"]);
    run.attempt_failed("research", 1);
    place.append(id, &mut run).await.expect("append");
    assert_eq!(
        workflow(&place, id).await.status,
        WorkflowStatus::Running,
        "another attempt comes by itself"
    );
    run.attempt("research", 2).completed("research", 0);
    place.append(id, &mut run).await.expect("append");
    assert_eq!(workflow(&place, id).await.status, WorkflowStatus::Waiting);
    let driver = &place.store.agents().await.expect("agents")[0];
    assert_eq!(driver.status, AgentStatus::Waiting);
    let open = place.store.open_questions().await.expect("questions");
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].agent_name.as_deref(), Some("Driver"));
    assert_eq!(place.store.open_question_count().await.expect("count"), 1);

    run.answered("analyse", "That one.");
    place.append(id, &mut run).await.expect("append");
    assert_eq!(workflow(&place, id).await.status, WorkflowStatus::Running);
    let answered = place
        .store
        .question(open[0].id)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(answered.status, QuestionStatus::Answered);
    assert_eq!(answered.answer.as_deref(), Some("That one."));
    let driver = &place.store.agents().await.expect("agents")[0];
    assert_eq!(driver.status, AgentStatus::Working);
}

#[tokio::test]
async fn a_failed_workflow_keeps_why_and_retrying_forgets_it() {
    let place = Place::new().await;
    let mut run = place.run("Failing").await;
    run.started()
        .attempt("research", 1)
        .attempt("analyse", 1)
        .asked("analyse", "Which?");
    run.failed("research", &["analyse", "staff", "aggregate", "report"]);
    let id = place.create(&mut run).await;
    let failed = workflow(&place, id).await;
    assert_eq!(failed.status, WorkflowStatus::Failed);
    assert_eq!(failed.failure.expect("failure").task.as_str(), "research");
    assert!(place.store.open_questions().await.expect("questions").is_empty());
    assert_eq!(
        place.store.agents().await.expect("agents")[1].status,
        AgentStatus::Error
    );
    assert!(place.store.unfinished_workflows().await.expect("read").is_empty());

    run.push(EventBody::WorkflowRetried {
        tasks: vec!["research".into(), "staff".into()],
    });
    place.append(id, &mut run).await.expect("append");
    let row = workflow(&place, id).await;
    assert_eq!(
        (row.status, row.failure, row.completed_at),
        (WorkflowStatus::Running, None, None)
    );
    let again = task(&place, id, "research").await;
    assert_eq!(
        (again.status, again.attempt, again.failure),
        (TaskStatus::Pending, 1, None)
    );
    assert_eq!(
        place.store.agents().await.expect("agents")[1].status,
        AgentStatus::Idle
    );
    assert_eq!(place.store.unfinished_workflows().await.expect("read").len(), 1);
}

#[tokio::test]
async fn facts_that_contradict_the_record_are_refused() {
    let place = Place::new().await;
    let id = place.whole_run("Whole").await;
    let seq = place.store.all_events(id).await.expect("events").len();
    let wrong = [
        (EventBody::WorkflowStarted, "workflows"),
        (
            EventBody::TaskStarted {
                task: "research".into(),
                attempt: 2,
            },
            "tasks",
        ),
        (
            EventBody::TaskCancelled {
                task: "nobody".into(),
            },
            "tasks",
        ),
        (
            EventBody::CallInterrupted {
                call: wheelhouse_domain::CallKey("none".to_owned()),
            },
            "calls",
        ),
        (
            EventBody::QuestionAnswered {
                question: "research?1".into(),
                answer: "Again.".to_owned(),
                reply: None,
            },
            "questions",
        ),
        (EventBody::WorkflowRetried { tasks: Vec::new() }, "workflows"),
        (
            EventBody::TaskCompleted {
                task: "report".into(),
                output: wheelhouse_domain::ContentHash::of("never stored"),
            },
            "events",
        ),
    ];
    let kept = place.derived().await;
    for (body, table) in wrong {
        let kind = body.kind();
        let event = Event {
            v: 1,
            seq: wheelhouse_domain::Seq(u32::try_from(seq).expect("small") + 1),
            at: Millis(1),
            body,
        };
        let refused = place
            .store
            .commit(one(Target::Existing(id), (vec![event], Vec::new())))
            .await;
        assert!(
            matches!(&refused, Err(Error::Integrity { table: named, kind: said, .. })
                if *named == table && *said == kind),
            "{kind}: {refused:?}"
        );
    }
    assert_eq!(place.derived().await, kept);
}

#[tokio::test]
async fn an_event_of_a_later_version_is_not_guessed_at() {
    let place = Place::new().await;
    let id = place.whole_run("Whole").await;
    let mut raw = place.raw().await;
    sqlx::query("UPDATE events SET v = 2 WHERE seq = 3")
        .execute(&mut raw)
        .await
        .expect("spoil");
    let refused = place.store.all_events(id).await;
    assert!(
        matches!(refused, Err(Error::UnknownEventVersion { version: 2, .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_question_can_be_about_locked_keys() {
    let place = Place::new().await;
    let mut run = place.run("Locked").await;
    run.started()
        .attempt("analyse", 1)
        .push(EventBody::QuestionAsked {
            question: "analyse?1".into(),
            task: "analyse".into(),
            kind: QuestionKind::KeysLocked,
            text: "The keys are locked.".to_owned(),
            form: None,
        });
    place.create(&mut run).await;
    let open = place.store.open_questions().await.expect("questions");
    assert_eq!(open[0].kind, QuestionKind::KeysLocked);
    agrees(&place).await;
}
