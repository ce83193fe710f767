use super::{HOUR, detail, hourly, look_at, newest, notices, save, words, workflows};
use crate::common::lasting;
use uuid::Uuid;
use wheelhouse_contract::{DismissScheduleNotices, Operations};
use wheelhouse_domain::{
    CatchUp, DueOutcome, Overlap, ScheduleForm, ScheduleUid, TemplateUid, WorkflowStatus,
};
use wheelhouse_orchestrator::Wish;
use wheelhouse_orchestrator::store::NewSchedule;
use wheelhouse_testkit::{Play, ScriptedModel, Workbench};

#[tokio::test]
async fn a_workflow_that_fails_is_told_of() {
    let model = ScriptedModel::except(|asked| (asked.step() == "analyse").then(|| Play::fail(lasting())));
    let bench = Workbench::with(model).await;
    let schedule = save(&bench, hourly(Overlap::Skip, CatchUp::Nothing)).await;
    let due = schedule.next[0];
    look_at(&bench, due).await;
    let failed = bench.ended(newest(&bench, schedule.id).await).await;
    assert_eq!(failed.workflow.status, WorkflowStatus::Failed);
    let told = notices(&bench).await;
    assert_eq!(told.len(), 1);
    let workflow = told[0].run.workflow.as_ref().expect("it is there");
    assert_eq!(
        (workflow.id, workflow.status),
        (failed.workflow.id, WorkflowStatus::Failed)
    );
    assert!(workflow.failure.is_some());
    let until = told[0].at;
    let dismiss = DismissScheduleNotices {
        request_key: bench.key(),
        id: schedule.id,
        until,
    };
    bench.api().dismiss_schedule_notices(dismiss).await.expect("seen");
    assert!(notices(&bench).await.is_empty());
    // The schedule goes on, and the next failure is news again.
    look_at(&bench, due.plus(HOUR)).await;
    bench.ended(newest(&bench, schedule.id).await).await;
    assert_eq!(notices(&bench).await.len(), 1);
}

#[tokio::test]
async fn what_can_not_be_made_is_on_record_and_told_of() {
    let bench = Workbench::open().await;
    // Behind the back of the checks, as if the template had gone since.
    let form = ScheduleForm {
        template: TemplateUid(Uuid::from_u128(7)),
        ..hourly(Overlap::Skip, CatchUp::Nothing)
    };
    let new = NewSchedule {
        id: None,
        uid: ScheduleUid(Uuid::from_u128(8)),
        form,
    };
    let wish = Wish {
        key: "behind-the-back",
        operation: "save_schedule",
    };
    let row = bench
        .api()
        .handle()
        .save_schedule(wish, new)
        .await
        .expect("saved");
    let due = detail(&bench, row.id).await.schedule.next[0];
    look_at(&bench, due).await;
    assert_eq!(words(&bench, row.id).await, ["failed"]);
    let told = notices(&bench).await;
    let DueOutcome::Failed { failure } = &told[0].run.outcome else {
        panic!("{:?}", told[0]);
    };
    assert!(failure.message.contains("template"), "{failure:?}");
    look_at(&bench, due.plus(1)).await;
    assert_eq!(
        words(&bench, row.id).await,
        ["failed"],
        "it is not tried again and again"
    );
    assert!(workflows(&bench).await.is_empty());
}
