//! Runs a template as a workflow of its own under a task, keeps it in step with the run above it, and tells how it ended.

use super::failure::Stop;
use super::sight::content;
use crate::error::Error;
use crate::handle::{Handle, Lineage, NewRun, sub_workflow};
use crate::points::Point;
use crate::run::Reporter;
use crate::service::Inner;
use std::sync::Arc;
use std::time::Duration;
use tracing::{error, warn};
use wheelhouse_domain::{
    ChildEnd, EventBody, Failure, FailureCode, Json, StepKind, TaskKey, TaskOf, WaitsFor, WorkflowId,
    WorkflowStatus, WorkflowUid,
};
use wheelhouse_engine::{Fact, Input, Refusal, Run, Task, origins};
use wheelhouse_store::{RunCommit, Target, WorkflowRow};

/// Longest wait before a store that refuses is asked again.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A sub-workflow under way.
#[derive(Debug, Clone)]
pub(crate) struct Followed {
    /// The task that it was started for.
    pub(crate) task: TaskKey,
    /// The workflow of that task.
    pub(crate) parent: WorkflowId,
    /// The sub-workflow.
    pub(crate) child: WorkflowUid,
    /// Whether it is to be paused.
    pub(crate) paused: bool,
    /// Whether a failed one is followed by another: only where the step says so, because it has retried its own tasks.
    pub(crate) retries: bool,
}

/// Starts the sub-workflow of a task. Its creation and what the task knows of it become durable together.
pub(crate) async fn start_child(inner: Arc<Inner>, run: Arc<Run>, reporter: Reporter) {
    if let Err(Stop::Failed(failure)) = started(&inner, &run, &reporter).await {
        warn!(code = ?failure.code, message = %failure.message, "the sub-workflow could not be started");
        // Too late is no fault: the run went on without it.
        let _ = reporter.report(vec![Fact::Failed(failure)], Vec::new()).await;
    }
}

async fn started(inner: &Inner, run: &Run, reporter: &Reporter) -> Result<(), Stop> {
    let task = run.task(&reporter.task).ok_or(Stop::Unwanted)?;
    let new = new_run(inner, run, task).await?;
    let lineage = Lineage {
        parent: Some(TaskOf {
            workflow: run.uid,
            task: task.key.clone(),
        }),
        depth: run.setup.depth + 1,
        depth_below: run.depth_below(task),
        stays_here: run.stays_here.iter().cloned().collect(),
        // The run above it says so already.
        unsaid: false,
    };
    let events = sub_workflow(inner, &new, lineage, inner.options.world.now())
        .await
        .map_err(unfit)?;
    let Some(EventBody::WorkflowCreated { uid, .. }) = events.first().map(|event| &event.body) else {
        return Err(Stop::Unwanted);
    };
    let fact = Fact::ChildStarted {
        child: *uid,
        call: None,
    };
    let commit = RunCommit {
        target: Target::New,
        events,
    };
    match reporter.report_beside(fact, commit).await {
        Ok(()) => Ok(()),
        Err(Error::Refused(_) | Error::ShuttingDown) => Err(Stop::Unwanted),
        // The same is outstanding still, so it is tried again as a new attempt of this effect.
        Err(error) => Err(error.into()),
    }
}

async fn new_run(inner: &Inner, run: &Run, task: &Task) -> Result<NewRun, Stop> {
    let Some(StepKind::Workflow {
        template, version, ..
    }) = run.kind_of(task)
    else {
        return Err(Stop::Unwanted);
    };
    let inputs = match &task.preparation {
        Some(hash) => Json(serde_json::from_str(&content(inner, hash).await?)?),
        None => Json(serde_json::json!({})),
    };
    Ok(NewRun {
        template: *template,
        version: *version,
        inputs,
        name: task.title.clone(),
    })
}

/// What can't be mended by trying again is said so.
fn unfit(error: Error) -> Stop {
    let (message, next_step) = match error {
        Error::TemplateNotFound { .. } => (
            "The template that this step runs is not there.".to_owned(),
            "Import it, then retry the task.",
        ),
        Error::Inputs(problems) => (
            problems.first().map_or_else(
                || "The inputs of the sub-workflow can't be used.".to_owned(),
                |first| format!("The inputs of the sub-workflow can't be used. {}", first.message),
            ),
            "Change the template and run it again.",
        ),
        error => return error.into(),
    };
    Stop::Failed(Failure::lasting(FailureCode::ChildFailed, message, next_step))
}

/// Sees to it that a sub-workflow works or rests as the run above it does, tells what it waits for, and how it ended.
pub(crate) async fn follow_child(inner: Arc<Inner>, followed: Followed) {
    inner.options.points.reach(Point::ChildWritten);
    let wish = if followed.paused {
        Input::Pause
    } else {
        Input::Resume
    };
    if patiently(|| tell(&inner, followed.child, wish.clone()))
        .await
        .is_none()
    {
        return;
    }
    // What the task knows may be about to change: another of these, which has just been stopped, may have told something
    // that is still on its way. So what the sub-workflow waits for is told once in any case; nothing comes of the same again.
    let mut looked_for = LookedFor::State;
    loop {
        let news = patiently(|| watch(&inner, followed.child, looked_for)).await;
        let Some(news) = news else { return };
        let handle = Handle::new(Arc::clone(&inner));
        let told = patiently(|| {
            let input = followed.input(&news);
            handle.tell(followed.parent, input, Vec::new(), None)
        });
        if told.await.is_none() {
            return;
        }
        match news {
            News::Waits(waits_for) => looked_for = LookedFor::OtherThan(waits_for),
            News::Ended(_) => return,
        }
    }
}

impl Followed {
    fn input(&self, news: &News) -> Input {
        let task = self.task.clone();
        match news {
            News::Waits(waits_for) => Input::ChildWaits {
                task,
                child: self.child,
                waits_for: *waits_for,
            },
            News::Ended(end) => {
                let mut end = end.clone();
                if let Some(failure) = &mut end.failure {
                    failure.retryable = self.retries;
                }
                Input::ChildEnded { task, end }
            }
        }
    }
}

/// What is news of a sub-workflow.
#[derive(Debug, Clone, Copy)]
enum LookedFor {
    /// That it has ended.
    End,
    /// How it is now.
    State,
    /// That it waits for something else, or has ended.
    OtherThan(Option<WaitsFor>),
}

/// What there is to tell of a sub-workflow.
enum News {
    /// What it waits for is another than before; none where it goes on.
    Waits(Option<WaitsFor>),
    /// It has ended.
    Ended(ChildEnd),
}

/// Stops a sub-workflow and waits until it has ended.
pub(crate) async fn stop_child(inner: Arc<Inner>, child: WorkflowUid) {
    if patiently(|| tell(&inner, child, Input::Cancel)).await.is_some() {
        patiently(|| watch(&inner, child, LookedFor::End)).await;
    }
}

/// Tells a sub-workflow something that has not ended.
async fn tell(inner: &Arc<Inner>, child: WorkflowUid, wish: Input) -> Result<(), Error> {
    let row = inner.store.workflow_by_uid(child).await?;
    let Some(row) = row.filter(|row| !row.status.is_final()) else {
        return Ok(());
    };
    match Handle::new(Arc::clone(inner))
        .tell(row.id, wish, Vec::new(), None)
        .await
    {
        // It is like that already, or has ended in this moment.
        Ok(()) | Err(Error::Refused(Refusal::Status { .. } | Refusal::Paused)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Waits until there is news of a sub-workflow.
async fn watch(inner: &Arc<Inner>, child: WorkflowUid, looked_for: LookedFor) -> Result<News, Error> {
    let mut head = inner.store.head();
    loop {
        head.mark_unchanged();
        let Some(row) = inner.store.workflow_by_uid(child).await? else {
            return Ok(News::Ended(gone(child)));
        };
        if row.status.is_final() {
            return Ok(News::Ended(end_of(inner, &row).await?));
        }
        match looked_for {
            LookedFor::End => {}
            LookedFor::State => return Ok(News::Waits(waits_for(inner, &row).await?)),
            LookedFor::OtherThan(known) => {
                let waits_for = waits_for(inner, &row).await?;
                if waits_for != known {
                    return Ok(News::Waits(waits_for));
                }
            }
        }
        head.changed().await.map_err(|_| Error::ShuttingDown)?;
    }
}

async fn waits_for(inner: &Inner, row: &WorkflowRow) -> Result<Option<WaitsFor>, Error> {
    if row.status != WorkflowStatus::Waiting {
        return Ok(None);
    }
    let asks = inner.store.asks_below(row.uid).await?;
    Ok(Some(if asks { WaitsFor::Operator } else { WaitsFor::Time }))
}

/// Tries again while the store refuses. None where the application closes or nobody wants it any more.
async fn patiently<T, F: Future<Output = Result<T, Error>>>(mut act: impl FnMut() -> F) -> Option<T> {
    let mut wait = Duration::from_millis(500);
    loop {
        match act().await {
            Ok(done) => return Some(done),
            Err(Error::ShuttingDown | Error::Refused(_)) => return None,
            Err(error) => {
                error!(%error, "a sub-workflow could not be looked after; trying again");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
}

async fn end_of(inner: &Inner, row: &WorkflowRow) -> Result<ChildEnd, Error> {
    let events = inner.store.all_events(row.id).await?;
    let failure = match (row.status, &row.failure) {
        (WorkflowStatus::Completed, _) => None,
        (_, Some(failure)) => Some(Failure::lasting(
            FailureCode::ChildFailed,
            format!(
                "Workflow {} failed at “{}”. {}",
                row.id, failure.task_title, failure.failure.message
            ),
            format!("Look at workflow {}. {}", row.id, failure.failure.next_step),
        )),
        _ => Some(Failure::lasting(
            FailureCode::ChildFailed,
            format!("Workflow {} was cancelled.", row.id),
            "Retry the task to start it anew, or skip it.",
        )),
    };
    Ok(ChildEnd {
        workflow: row.uid,
        report: row.report.clone(),
        failure,
        stays_here: row.stays_here.clone(),
        seen: origins::read(&events, None).into_iter().collect(),
    })
}

fn gone(child: WorkflowUid) -> ChildEnd {
    ChildEnd {
        workflow: child,
        report: None,
        failure: Some(Failure::lasting(
            FailureCode::ChildFailed,
            "The sub-workflow was deleted before it could tell what it gave.",
            "Retry the task to start it anew, or skip it.",
        )),
        // Nothing of it is told.
        stays_here: Vec::new(),
        seen: Vec::new(),
    }
}
