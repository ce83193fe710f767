//! Runs one task in the terminal, through the same operations as the window.

use crate::data_folder::rehearsal_pace;
use crate::handover::{self, Wish};
use crate::launch::Launch;
use crate::logging;
use crate::output::{fail, result, say};
use crate::wish::{add_knowledge, start_task};
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::sync::watch;
use wheelhouse_api::{Feed, FeedEnd, Local, LocalBackend, Settings};
use wheelhouse_contract::domain::{Millis, Position, TaskId, TaskStatus, WorkflowId, WorkflowStatus};
use wheelhouse_contract::{
    ApiError, ErrorCode, Frame, GetStatus, GetWorkflow, ListQuestions, Operations, QuestionView, TaskView,
    WorkflowDetail, WorkflowView,
};

/// Exit code of a run that waits for the operator.
const WAITS: u8 = 3;

/// Exit code of a run that was interrupted by the operator and goes on at the next start.
const INTERRUPTED: u8 = 130;

pub(crate) fn run(launch: &Launch, data_folder: PathBuf) -> ExitCode {
    let _log = match logging::start(&data_folder) {
        Ok(guard) => guard,
        Err(error) => {
            return fail(&format!(
                "The log can't be written: {error}. Check the data folder."
            ));
        }
    };
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run_task(Wish::of(launch), data_folder)),
        Err(error) => fail(&format!("The program could not start: {error}.")),
    }
}

async fn run_task(wish: Wish, data_folder: PathBuf) -> ExitCode {
    let settings = Settings {
        data_folder: data_folder.clone(),
        rehearsal_pace: rehearsal_pace(),
    };
    let backend = match LocalBackend::open(settings).await {
        Ok(backend) => backend,
        Err(error) if error.code == ErrorCode::Conflict => return hand_over(&data_folder, &wish, &error),
        Err(error) => return fail(&error.in_words()),
    };
    let code = tokio::select! {
        outcome = to_the_end(backend.local(), &wish) => outcome.unwrap_or_else(|error| fail(&error.in_words())),
        _ = tokio::signal::ctrl_c() => {
            say("Stopped. Nothing is lost: the run goes on when Wheelhouse is started again.");
            ExitCode::from(INTERRUPTED)
        }
    };
    backend.close().await;
    code
}

fn hand_over(data_folder: &std::path::Path, wish: &Wish, why: &ApiError) -> ExitCode {
    match handover::send(data_folder, wish) {
        Ok(()) => {
            say("Wheelhouse is open already. The task was handed to it and runs there.");
            ExitCode::SUCCESS
        }
        Err(error) => fail(&format!(
            "{} The task could not be handed over: {error}.",
            why.in_words()
        )),
    }
}

async fn to_the_end(local: &Local, wish: &Wish) -> Result<ExitCode, ApiError> {
    if let Some(path) = &wish.knowledge {
        say(format_args!("Reading {} …", path.display()));
        let source = add_knowledge(local, wish, path).await?;
        let noun = if source.documents == 1 {
            "document"
        } else {
            "documents"
        };
        say(format_args!(
            "Read {} {noun} ({} could not be read).",
            source.documents,
            source.problems.len()
        ));
    }
    let id = start_task(local, wish, wish.task.as_deref().unwrap_or_default()).await?;
    let status = local.get_status(GetStatus {}).await?;
    let who = if status.rehearsal {
        "Rehearsal, a rule-based stand-in, does the work."
    } else {
        "The crew is at work."
    };
    say(format_args!("Workflow {id} runs. {who}"));
    let workflow = follow(local, id).await?;
    let detail = local.get_workflow(GetWorkflow { id }).await?;
    if workflow.status == WorkflowStatus::Waiting {
        open_questions(local, id).await?.iter().for_each(ask);
    }
    Ok(conclude(&workflow, &detail))
}

/// Tells of each task as it begins and ends, until the workflow has ended or waits.
async fn follow(local: &Local, id: WorkflowId) -> Result<WorkflowView, ApiError> {
    let (acks, applied) = watch::channel(Position::default());
    let mut feed = Feed::new(local, 0, None, applied);
    let mut told: HashMap<TaskId, (TaskStatus, u32)> = HashMap::new();
    loop {
        let frame = feed.next().await.map_err(end_of_feed)?;
        acks.send_replace(frame.to);
        tell(&frame, id, &mut told);
        let now = frame.workflows.into_iter().find(|workflow| workflow.id == id);
        if let Some(workflow) = now
            && is_over(local, &workflow).await?
        {
            return Ok(workflow);
        }
    }
}

/// Whether nothing more happens without the operator. One that waits for a time goes on by itself.
async fn is_over(local: &Local, workflow: &WorkflowView) -> Result<bool, ApiError> {
    Ok(workflow.status.is_final()
        || workflow.status == WorkflowStatus::Waiting
            && !open_questions(local, workflow.id).await?.is_empty())
}

/// What the workflow asks, its sub-workflows included.
async fn open_questions(local: &Local, id: WorkflowId) -> Result<Vec<QuestionView>, ApiError> {
    let children = local.get_workflow(GetWorkflow { id }).await?.children;
    let mut questions = local.list_questions(ListQuestions {}).await?;
    questions.retain(|question| {
        question.workflow_id == id || children.iter().any(|child| child.id == question.workflow_id)
    });
    Ok(questions)
}

/// A question with what it asks for beside words.
fn ask(question: &QuestionView) {
    say(format_args!("\n{}: {}", question.task_title, question.text));
    let Some(form) = &question.form else { return };
    if let Some(shown) = &form.show {
        say(format_args!("\n{shown}\n"));
    }
    for outcome in &form.outcomes {
        say(format_args!("  ( ) {}", outcome.title));
    }
    for field in &form.fields {
        let must = if field.required { ", must be given" } else { "" };
        say(format_args!("  {}{must}: {}", field.title, field.help));
    }
}

fn end_of_feed(end: FeedEnd) -> ApiError {
    match end {
        FeedEnd::Failed(error) => error,
        FeedEnd::Closed => ApiError::new(ErrorCode::Unavailable, "Wheelhouse is closing."),
    }
}

fn tell(frame: &Frame, id: WorkflowId, told: &mut HashMap<TaskId, (TaskStatus, u32)>) {
    for task in frame.tasks.iter().filter(|task| task.workflow_id == id) {
        let state = (task.status, task.attempt);
        if told.insert(task.id, state) != Some(state)
            && let Some(line) = line_of(task)
        {
            say(line);
        }
    }
}

fn line_of(task: &TaskView) -> Option<String> {
    let who = task
        .agent_name
        .as_deref()
        .map(|name| format!(" · {name}"))
        .unwrap_or_default();
    let title = &task.title;
    Some(match task.status {
        TaskStatus::Running => format!("  ▸ {title}{who}"),
        TaskStatus::Completed => format!(
            "  ✓ {title}{who} · {}",
            duration(task.started_at, task.completed_at)
        ),
        TaskStatus::Failed => format!("  ✗ {title}{who}"),
        TaskStatus::Cancelled => format!("  – {title} · cancelled"),
        TaskStatus::Skipped => format!("  – {title} · skipped"),
        TaskStatus::Waiting => format!("  ? {title}{who} · waits for you"),
        TaskStatus::Pending if task.retry_at.is_some() => format!("  ↻ {title}{who} · is tried again"),
        TaskStatus::Pending | TaskStatus::Paused => return None,
    })
}

fn duration(from: Option<Millis>, to: Option<Millis>) -> String {
    match (from, to) {
        (Some(Millis(from)), Some(Millis(to))) => {
            let milliseconds = to.saturating_sub(from).max(0);
            format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100)
        }
        _ => "done".to_owned(),
    }
}

fn conclude(workflow: &WorkflowView, detail: &WorkflowDetail) -> ExitCode {
    let id = workflow.id;
    match (workflow.status, &detail.report, &workflow.failure) {
        (WorkflowStatus::Completed, Some(report), _) => {
            result(&report.text);
            if !report.citations.is_empty() {
                result("\nSources");
            }
            for citation in &report.citations {
                let (label, source, path) = (&citation.label, &citation.source_name, &citation.path);
                result(format_args!(
                    "[{label}] {source}: {path}, lines {}–{}",
                    citation.start_line, citation.end_line
                ));
            }
            result(format_args!("\nWorkflow {id} completed."));
            ExitCode::SUCCESS
        }
        (WorkflowStatus::Waiting, ..) => {
            say(format_args!(
                "Workflow {id} waits for an answer from you, which is not possible in the terminal. The run is kept: \
                 open Wheelhouse and answer it there."
            ));
            ExitCode::from(WAITS)
        }
        (status, _, Some(failure)) => fail(&format!(
            "Workflow {id} {}: \"{}\" failed. {} {} What was done is kept.",
            status.as_str(),
            failure.task_title,
            failure.failure.message,
            failure.failure.next_step
        )),
        (status, ..) => fail(&format!("Workflow {id} is {}.", status.as_str())),
    }
}
