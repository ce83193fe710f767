//! What an agent is told about its task.

use super::failure::Stop;
use super::helping;
use super::hiring::terms;
use super::sight::{Sight, content};
use crate::conversations::talk;
use crate::error::Error;
use crate::service::Inner;
use wheelhouse_domain::{
    AgentKind, AgentProfile, AgentStatus, AgentText, Brief, BriefInput, Candidate, Citation, Clarification,
    Failure, FailureCode, StepKind, TaskAnswer, TaskId, WorkflowId,
};
use wheelhouse_engine::{Run, Task};
use wheelhouse_store::AgentRow;

/// A task's number, and the agent that does it in this run: with the model and the tools that its step names, and the model
/// that the operator chose for the task. Last the models that are asked in order, of which the first is the agent's.
pub(super) async fn worker_of(
    inner: &Inner,
    workflow: WorkflowId,
    run: &Run,
    task: &Task,
) -> Result<(TaskId, AgentProfile, Vec<String>), Stop> {
    let missing = || {
        Failure::lasting(
            FailureCode::AgentMissing,
            "The agent that this task was given to is not there any more.",
            "Run the task again as a new workflow, so that it is staffed anew.",
        )
    };
    let uid = task.agent.ok_or_else(missing)?;
    let row = inner.store.worker(workflow, &task.key, uid).await?;
    let row = row.ok_or(Stop::Unwanted)?;
    let mut profile = row.agent.ok_or_else(missing)?;
    if let Some(trial) = run.setup.trial.as_ref().filter(|trial| trial.agent == uid) {
        try_on(&mut profile, &trial.form);
    }
    let (mut model, mut tools) = (None, None);
    if let Some(StepKind::Agent {
        model: named,
        tools: allowed,
        ..
    }) = run.kind_of(task)
    {
        (model, tools) = (named.as_ref(), allowed.as_ref());
    }
    let chosen = task.model.as_ref();
    let mut chain = match chosen.or(model) {
        // Who chose it for this step or task meant this one, not those behind the agent's own.
        Some(model) => row.defaults.chain(profile.kind, model, &[]),
        None => row
            .defaults
            .chain(profile.kind, &profile.model, &profile.fallbacks),
    };
    if let (None, Some(here), true) = (chosen, run.model_here(), run.is_confined()) {
        chain = kept_here(inner, chain, here).await?;
    }
    if run.setup.help.as_ref().is_some_and(|help| help.here) {
        chain = helping::on_this_machine(inner, chain).await?;
        if chain.is_empty() {
            return Err(nowhere_here().into());
        }
    }
    if let Some(first) = chain.first() {
        profile.model.clone_from(first);
    }
    if let Some(allowed) = tools {
        profile.tools.retain(|tool| allowed.contains(tool));
    }
    profile.tools.retain(|tool| run.lets_call(tool));
    Ok((row.task, profile, chain))
}

/// Who helps an agent of this machine works on it too, also after its models were changed.
fn nowhere_here() -> Failure {
    Failure::lasting(
        FailureCode::ChildFailed,
        "Only models on this machine may do this, because of who asked for it, and this agent has none.",
        "Give the agent a model on this machine, then retry the task.",
    )
}

/// In a trial an agent works as the run says, whatever it is by now.
fn try_on(profile: &mut AgentProfile, form: &AgentText) {
    profile.name.clone_from(&form.name);
    profile.role.clone_from(&form.role);
    profile.instructions.clone_from(&form.instructions);
    profile.model.clone_from(&form.model);
    profile.fallbacks.clone_from(&form.fallbacks);
    profile.tools.clone_from(&form.tools);
}

/// The models of a chain, with `here` in the place of those that are elsewhere.
async fn kept_here(inner: &Inner, chain: Vec<String>, here: &str) -> Result<Vec<String>, Stop> {
    let mut kept: Vec<String> = Vec::with_capacity(chain.len());
    for model in chain {
        let runs_here = inner.models.run_here(&model).await?;
        let model = if runs_here { model } else { here.to_owned() };
        if !kept.contains(&model) {
            kept.push(model);
        }
    }
    Ok(kept)
}

/// The sources of the answers that the task's prompt quotes.
async fn quoted(inner: &Inner, run: &Run, task: &Task) -> Result<Vec<Citation>, Stop> {
    let prompt = match run.kind_of(task) {
        Some(StepKind::Agent { prompt, .. } | StepKind::Plan { prompt, .. }) => prompt.as_ref(),
        _ => None,
    };
    match prompt {
        Some(prompt) => Sight::new(inner, run, task.place.clone()).quoted(prompt).await,
        None => Ok(Vec::new()),
    }
}

/// What the task is told: what the operator says, else its prompt, else its description.
async fn told(inner: &Inner, task: &Task) -> Result<String, Stop> {
    match (&task.told, &task.preparation) {
        (Some(told), _) => Ok(told.clone()),
        (None, Some(prompt)) => content(inner, prompt).await,
        (None, None) => Ok(task.description.clone()),
    }
}

/// Everything that `agent` is told about `task`.
pub(super) async fn brief(
    inner: &Inner,
    run: &Run,
    task: &Task,
    agent: &AgentProfile,
) -> Result<Brief, Stop> {
    let (talk, told_before) = match &run.setup.conversation {
        Some(place) => {
            let (talk, sources) = talk(inner, place).await?;
            (Some(talk), sources)
        }
        None => (None, Vec::new()),
    };
    Ok(Brief {
        operator_task: match &run.setup.help {
            // So that no model takes the words of another one for the operator's.
            Some(help) => format!(
                "(The agent “{}” asked for this in the middle of its own work, not the operator.)\n\n{}",
                help.asker, run.description
            ),
            None => run.description.clone(),
        },
        agent_name: agent.name.clone(),
        agent_kind: agent.kind,
        role: agent.role.clone(),
        instructions: agent.instructions.clone(),
        step: task.step.to_string(),
        title: task.title.clone(),
        description: told(inner, task).await?,
        done_when: task.done_when.clone(),
        inputs: inputs(inner, run, task).await?,
        plan: run.plan_for(task).cloned(),
        candidates: candidates(inner, run, task).await?,
        clarifications: run
            .answers()
            .map(|(question, answer)| Clarification {
                question: question.to_owned(),
                answer: answer.to_owned(),
            })
            .collect(),
        max_sub_tasks: run.limits.sub_tasks,
        terms: match run.kind_of(task) {
            Some(StepKind::Staff { .. }) => Some(terms(inner, run, &task.key).await?),
            _ => None,
        },
        answer: match run.kind_of(task) {
            Some(StepKind::Agent { answer, .. }) => answer.clone(),
            _ => None,
        },
        sources: match talk {
            Some(_) => told_before,
            None => quoted(inner, run, task).await?,
        },
        talk,
    })
}

/// The results to build on. A gathering stands for what it gathered, so that each result keeps its author.
pub(super) async fn inputs(inner: &Inner, run: &Run, task: &Task) -> Result<Vec<BriefInput>, Stop> {
    let mut sources: Vec<&Task> = Vec::new();
    for input in run.inputs_of(task) {
        let gathers = matches!(run.kind_of(input), Some(StepKind::Aggregate));
        let found: Vec<&Task> = if gathers {
            run.inputs_of(input).collect()
        } else {
            vec![input]
        };
        for source in found {
            if !sources.iter().any(|known| known.key == source.key) {
                sources.push(source);
            }
        }
    }
    let mut inputs = Vec::with_capacity(sources.len());
    for source in sources {
        inputs.push(title_and_author(inner, source).await?);
    }
    Ok(inputs)
}

/// The answer of a finished task, with what it is called and who gave it.
pub(super) async fn title_and_author(inner: &Inner, task: &Task) -> Result<BriefInput, Stop> {
    let answer = read_answer(inner, task).await?;
    let author = match task.agent {
        Some(uid) => inner.store.profiles(&[uid]).await?.pop(),
        None => None,
    };
    let (agent_name, role) = author.map(|agent| (agent.name, agent.role)).unwrap_or_default();
    Ok(BriefInput {
        task: task.key.clone(),
        title: task.title.clone(),
        agent_name,
        role,
        text: answer.text,
        citations: answer.citations,
    })
}

/// Who could take a part: the specialists that are there. Only who staffs needs to know.
async fn candidates(inner: &Inner, run: &Run, task: &Task) -> Result<Vec<Candidate>, Stop> {
    if !matches!(run.kind_of(task), Some(StepKind::Staff { .. })) {
        return Ok(Vec::new());
    }
    let agents = inner.store.agents().await?;
    let usable = agents
        .into_iter()
        .filter(|agent| agent.kind == AgentKind::Specialist && agent.status != AgentStatus::Disabled)
        // Whoever was designed from what stays here must not carry it into a run that knows nothing of it.
        .filter(|agent| agent.stays_here.is_empty() || run.is_confined());
    let records = inner.store.agent_records().await?;
    let candidate = |agent: AgentRow| Candidate {
        record: records.get(&agent.id).map(|row| row.record).unwrap_or_default(),
        uid: agent.uid,
        name: agent.name,
        role: agent.role,
        instructions: agent.instructions,
    };
    Ok(usable.map(candidate).collect())
}

/// The answer of a finished task.
pub(super) async fn read_answer(inner: &Inner, task: &Task) -> Result<TaskAnswer, Stop> {
    let missing = || {
        Error::Store(wheelhouse_store::Error::Unreadable {
            column: "contents.content",
            reason: format!("the answer of {} is not there", task.key),
        })
    };
    let hash = task.output.as_ref().ok_or_else(missing)?;
    let content = inner.store.content(hash).await?.ok_or_else(missing)?;
    Ok(serde_json::from_str(&content)?)
}
